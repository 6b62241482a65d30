"""Sixteen connections read from two workers while a framework is imported twice: `python -m benchmarks.soak`.

No request may fail, no answer may mix two revisions, and the slowest hundredth stays under ten times the median.
"""

import argparse
import http.client
import io
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import report
from benchmarks.servers import ROLEPATH, our_service, own_environ, settings_for
from benchmarks.soak_client import Asked, Mix, Pace, read_on
from benchmarks.soak_questions import Answering, questions
from benchmarks.soak_verdicts import Soak, failures, figures, median_s, slowest_s
from benchmarks.throughput import import_example
from benchmarks.wire import ask_once
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from ingest.formats import esco
from ingest.job import Leniency, ingest

ESCO = Path(__file__).parents[2] / "shared" / "data" / "esco-1.1.1" / "csv"
NAMES = (
    "skills_en",
    "occupations_en",
    "occupationSkillRelations",
    "broaderRelationsSkillPillar",
    "broaderRelationsOccPillar",
)
CONNECTIONS, WORKERS = 16, 2
MOST_TIMES = 10.0
"""How many times the median the slowest hundredth may take."""
_SETTLING_S, _PATIENCE_S = 3.0, 120.0


def soak(
    folder: Path, files: Path, seconds: float, connections: int = CONNECTIONS
) -> tuple[Soak, Store, dict[str, Answering]]:
    """Return what was seen of the folder's store while the framework in `files` was imported twice, changed first."""
    store = open_store(f"sqlite:///{folder}/graph.db")
    mix, answering = questions(compile_snapshot(store), store)
    tokens = dict([_now(store)])
    with (
        our_service(folder, "--workers", str(WORKERS)) as served,
        readers(served.port, mix, Pace(connections, seconds)) as told,
    ):
        time.sleep(1)
        _import_over_http(served.port, thinned(files))
        tokens |= [_now(store)]
        _await_revision(served.port, max(tokens))
        _import_by_command(folder, files)
        tokens |= [_now(store)]
        _await_revision(served.port, max(tokens))
        time.sleep(_SETTLING_S)
    if isinstance(told[0], str):
        raise AssertionError(f"a reader was cut off: {told[0]}")
    return Soak(told[0], tokens), store, answering


def _now(store: Store) -> tuple[int, str]:
    revision = store.revision()
    return revision.number, revision.token


@contextmanager
def readers(port: int, mix: Mix, pace: Pace) -> Iterator[list[list[Asked] | str]]:
    """Read in a process, until the end of the block and as long as the pace says; the list gets what was seen."""
    context = multiprocessing.get_context("spawn")
    stop, (ours, theirs) = context.Event(), context.Pipe(duplex=False)
    reader = context.Process(target=read_on, args=(port, mix, pace, stop, theirs), daemon=True)
    reader.start()
    found: list[list[Asked] | str] = []
    try:
        yield found
    finally:
        stop.set()
        got = ours.recv()
        found.append(got if isinstance(got, str) else [Asked(*one) for one in got])
        reader.join()


def thinned(files: Path) -> bytes:
    """Return a zip of the framework, without every tenth link of its requirements, and with all skills as knowledge."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in NAMES:
            lines = (files / f"{name}.csv").read_text(encoding="utf-8")
            if name == "occupationSkillRelations":
                rows = lines.splitlines(keepends=True)
                lines = "".join(row for number, row in enumerate(rows) if number % 10 != 1)
            archive.writestr(f"{name}.csv", lines.replace("skill/competence,", "knowledge,"))
    return into.getvalue()


def _import_over_http(port: int, archive: bytes) -> None:
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="esco.zip"\r\n\r\n'
    job = _asked(port, "POST", "/v1/ingest/esco?skip_invalid=true", head + archive + b"\r\n--cut--\r\n")
    while job["status"] in {"queued", "running"}:
        time.sleep(0.5)
        job = _asked(port, "GET", f"/v1/ingest/runs/{job['id']}")
    if job["status"] != "done":
        raise AssertionError(f"the import over HTTP ended as {job['status']}: {job['problem']}")


def _await_revision(port: int, revision: int) -> None:
    """Wait until the service answers from the revision, whichever worker is asked."""
    begun, seen = time.monotonic(), 0
    while seen < 5 * WORKERS:
        answer = ask_once(port, "/healthz")  # each over a connection of its own
        seen = seen + 1 if answer.header(b"rolepath-revision") == str(revision).encode() else 0
        if time.monotonic() - begun > _PATIENCE_S:
            raise AssertionError(f"revision {revision} is not answered from after {_PATIENCE_S:g} s")
        time.sleep(0.05)
    took_s = round(time.monotonic() - begun, 1)
    _say_line({"name": f"soak: seconds until revision {revision} was answered from by all", "value": took_s})


def _say_line(told: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _asked(port: int, method: str, path: str, body: bytes | None = None) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, path, body, {"Content-Type": "multipart/form-data; boundary=cut"} if body else {})
    answer = connection.getresponse()
    found: dict[str, str] = json.loads(answer.read())
    connection.close()
    if answer.status >= 300:
        raise AssertionError(f"{path} was answered {answer.status}: {found}")
    return found


def _import_by_command(folder: Path, files: Path) -> None:
    command = [sys.executable, *ROLEPATH, "ingest", "esco", str(files), "--skip-invalid", "--json"]
    subprocess.run(command, check=True, env=own_environ() | settings_for(folder), stdout=subprocess.DEVNULL)  # noqa: S603


def _tell(seen: Soak, store: Store, answering: Mapping[str, Answering]) -> Iterator[bool]:
    """Print the figures; yield whether each promise was kept."""
    for promise, broken in failures(seen, store, answering).items():
        _say_line({"name": f"soak: {promise}", "examples": broken[:3]})
        yield report(f"soak: {promise}", len(broken), 0)
    yield report("soak: revisions answered from", len({one.revision for one in seen.answers}), 3, at_least=True)
    _say_line({"name": "soak", **figures(seen.answers)})
    for kind in sorted({one.kind for one in seen.answers}):
        _say_line({"name": f"soak: {kind}", **figures([one for one in seen.answers if one.kind == kind])})
    yield report("soak: slowest hundredth / median", slowest_s(seen.answers) / median_s(seen.answers), MOST_TIMES)


def import_framework(folder: Path, files: Path) -> None:
    """Import the bundled college and the framework into a new store in the folder."""
    import_example(folder)
    store = open_store(f"sqlite:///{folder}/graph.db")
    ingest(lambda: esco.read(files), store, leniency=Leniency(skip_invalid=True))
    store.close()


def main() -> int:
    """Print the figures; return 0 when every promise was kept, else 1."""
    words = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    words.add_argument("--seconds", type=float, default=60.0, help="how long at least")
    words.add_argument("--keep", type=Path, help="a file that gets every answer, as JSON")
    told = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        import_framework(Path(folder), ESCO)
        seen, store, answering = soak(Path(folder), ESCO, told.seconds)
        if told.keep:
            told.keep.write_text(json.dumps([one._asdict() for one in seen.answers]), encoding="utf-8")
        kept = list(_tell(seen, store, answering))
        store.close()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
