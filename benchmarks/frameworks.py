"""Several frameworks in one store: O*NET, ESCO, their crosswalk, CIP-SOC, and two sets of courses and tasks.

They are imported in a process of their own, whose memory is measured; the times are compared with reading the same
files by openpyxl and by csv.DictReader.
"""

import csv
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from openpyxl import load_workbook

from benchmarks.measure import peak_mb, report
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats import cip_soc, esco
from ingest.formats.crosswalk import read as crosswalk
from ingest.formats.native import read as native
from ingest.formats.onet import files as onet_files
from ingest.formats.onet import read as onet
from ingest.job import Leniency, ingest
from queries.semantics.scope import Scope
from queries.trace import trace_competency

PAIRS = "esco-onet-crosswalk-nesta/esco_onet_crosswalk_Nov2020.csv"
CODES = "onet-soc-2010-2019/2010_to_2019_Crosswalk.csv"
CIP = ("cip-soc-nces/CIP2020_SOC2018_Crosswalk.csv", "cip-soc-nces/CIPCode2020.csv")
PYTHON_SKILL, DEVELOPER = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d", "onet:15-1251.00"


def frameworks(data: Path, esco_files: tuple[str, ...], url: str) -> Iterator[bool]:
    """Import them into the store, and yield whether each target is met; one measurement each."""
    child = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-m", "benchmarks.frameworks", str(data), url], check=True, capture_output=True, text=True
    )
    measured = json.loads(child.stdout)
    seconds = measured["seconds"]
    plain = _timed(lambda: _read_workbooks(data / "onet-29.3"))
    yield report("import O*NET / openpyxl", seconds.pop("onet") / plain, 3)
    tables = [*(data / "esco-1.1.1" / "csv" / f"{name}.csv" for name in esco_files), data / PAIRS, data / CODES]
    tables += [data / name for name in CIP]
    tables += [file for name in ("cyber", "exercism-python") for file in (data / "native" / name).glob("*.csv")]
    plain = _timed(lambda: _read_tables(tables))
    yield report("import five more beside O*NET / csv.DictReader", sum(seconds.values()) / plain, 12)
    yield report("peak memory of importing six frameworks, MB", measured["peak_mb"], 700)


def joint_snapshot(url: str) -> Snapshot:
    """Return the graph of all six; a trace in it leads from the courses of one to the occupations of two others."""
    with closing(open_store(url)) as store:
        snapshot = compile_snapshot(store)
    trace = trace_competency(snapshot, PYTHON_SKILL, Scope(role=DEVELOPER))
    if trace.status.value != "connected" or not trace.roles[0].id.startswith("esco:"):
        raise AssertionError("the frameworks do not meet")
    return snapshot


def _timed(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _read_workbooks(folder: Path) -> None:
    for part, files in onet_files.find_files(folder).files.items():
        for file in files if part != onet_files.TECHNOLOGY else ():
            for sheet in load_workbook(file, read_only=True).worksheets:
                for _ in sheet.iter_rows(values_only=True):
                    pass


def _read_tables(files: list[Path]) -> None:
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for _ in csv.DictReader(opened):
                pass


def _import(data: Path, url: str) -> None:
    """Import all, and print how long each took, and the peak of memory."""
    asked = crosswalk.CrosswalkOptions(translate=data / CODES)
    reads: dict[str, Callable[[], Draft]] = {
        "onet": lambda: onet.read(data / "onet-29.3"),
        "esco": lambda: esco.read(data / "esco-1.1.1" / "csv"),
        "crosswalk": lambda: crosswalk.read(data / PAIRS, wanted=asked),
        "cip-soc": lambda: cip_soc.read(data / "cip-soc-nces"),
        "cyber": lambda: native.read(data / "native" / "cyber"),
        "exercism-python": lambda: native.read(data / "native" / "exercism-python"),
    }
    seconds: dict[str, float] = {}
    with closing(open_store(url)) as store:
        for name, read in reads.items():
            start = time.perf_counter()
            if ingest(read, store, leniency=Leniency(skip_invalid=name == "esco")).refused:
                raise AssertionError(f"{name} was refused")
            seconds[name] = time.perf_counter() - start
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    csv.field_size_limit(10_000_000)
    _import(Path(sys.argv[1]), sys.argv[2])
