"""Throughput of the service against a FastAPI route that does nothing: `python -m benchmarks.throughput`, as ratios.

Both are served alike and asked by the same client, one after the other in every round; a ratio is the median over the
rounds. `cpu` is the same ratio by the processor time of an answer, which other work on the machine changes little. The
cache of answers is as delivered, and all was asked once before; the figures with the cache off stand beside.
"""

import argparse
import json
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import NamedTuple

from api.examples import example
from benchmarks.measure import report
from benchmarks.servers import Served, cpu_s, our_service, plain_service
from benchmarks.wire import ask_all, ask_once, request_to, throughput
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest

CONNECTIONS = 8
TRACE, PAGE, KNOWN = 0.6, 0.4, 0.9
"""The least ratios: of a trace, of a page of gaps, and of an answer that the client has already (304)."""


class Case(NamedTuple):
    """What is asked, of whom; `least` is the ratio to be reached, None where the figure is only told."""

    name: str
    served: Served
    questions: list[bytes]
    status: int
    least: float | None


class Rate(NamedTuple):
    """Answers a second, and answers a second of processor time; 0 where that is not known."""

    by_clock: float
    by_cpu: float


def measure_http(folder: Path, rounds: int, seconds: float, factor: float = 1.0) -> Iterator[bool]:
    """Print the figures of the service on the folder's store; yield whether each target, times `factor`, is met."""
    with ExitStack() as stack:
        plain = stack.enter_context(plain_service())
        ours = stack.enter_context(our_service(folder))
        uncached = stack.enter_context(our_service(folder, ROLEPATH_ANSWER_CACHE_BYTES="0"))
        client = stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        nothing = Case("nothing", plain, [request_to("/nothing")], 200, None)
        cases = [nothing, *_cases(ours, uncached)]
        rates: dict[str, list[Rate]] = {case.name: [] for case in cases}
        for case in cases:  # what is asked for the first time, on either side, is not measured
            client.submit(ask_all, case.served.port, case.questions, CONNECTIONS).result()
        for _ in range(rounds):
            for case in cases:
                rates[case.name].append(_rate(client, case, seconds))
        _tell({"name": "http: answers a second that do nothing", "value": round(_middle(rates["nothing"]).by_clock)})
        for case in cases[1:]:
            yield from _compared(case, rates["nothing"], rates[case.name], factor)


def _cases(ours: Served, uncached: Served) -> list[Case]:
    competencies = _ids(ours, "/v1/competencies?limit=1000")
    disciplines = ["", *(f"&discipline={one}" for one in _ids(ours, "/v1/search?q=poly:d.&kind=Discipline&limit=100"))]
    traces = [f"/v1/competencies/{one}/trace" for one in competencies]
    narrowed = product(disciplines, (0, 2, 3, 4), (5, 20))
    pages = [f"/v1/gaps?severity={least}&limit={limit}{within}" for within, least, limit in narrowed]
    tags = {path: str((ask_once(ours.port, path).header(b"etag") or b"").decode()) for path in traces}
    known = [request_to(path, {"If-None-Match": tag}) for path, tag in tags.items()]
    plain_traces, plain_pages = [request_to(path) for path in traces], [request_to(path) for path in pages]
    return [
        Case(f"trace of {len(traces)} competencies in turn", ours, plain_traces, 200, TRACE),
        Case(f"{len(pages)} pages of gaps in turn", ours, plain_pages, 200, PAGE),
        Case("304", ours, known, 304, KNOWN),
        Case("trace, the cache of answers off", uncached, plain_traces, 200, None),
        Case("page of gaps, the cache of answers off", uncached, plain_pages, 200, None),
    ]


def _ids(served: Served, path: str) -> list[str]:
    return [item["id"] for item in json.loads(ask_once(served.port, path).body)["items"]]


def _rate(client: ProcessPoolExecutor, case: Case, seconds: float) -> Rate:
    before = cpu_s(case.served.pid)
    asked = client.submit(throughput, case.served.port, case.questions, CONNECTIONS, seconds, case.status)
    count, took_s = asked.result()
    after = cpu_s(case.served.pid)
    spent_s = after - before if after is not None and before is not None else 0.0
    return Rate(count / took_s, count / spent_s if spent_s else 0.0)


def _compared(case: Case, plain: Sequence[Rate], ours: Sequence[Rate], factor: float) -> Iterator[bool]:
    both = list(zip(ours, plain, strict=True))
    ratio = statistics.median(mine.by_clock / theirs.by_clock for mine, theirs in both)
    cpu = statistics.median(mine.by_cpu / theirs.by_cpu if theirs.by_cpu else 0.0 for mine, theirs in both)
    a_second = round(_middle(ours).by_clock)
    _tell({"name": f"http: {case.name}: answers a second", "value": a_second, "cpu": round(cpu, 3)})
    if case.least is None:
        _tell({"name": f"http: {case.name} / nothing", "value": round(ratio, 4)})
    else:
        yield report(f"http: {case.name} / nothing", ratio, case.least * factor, at_least=True)


def _middle(rates: Sequence[Rate]) -> Rate:
    return Rate(statistics.median(rate.by_clock for rate in rates), statistics.median(rate.by_cpu for rate in rates))


def _tell(figures: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def import_example(folder: Path) -> None:
    """Import the bundled college into a store in the folder."""
    store = open_store(f"sqlite:///{folder}/graph.db")
    with example("polytechnic") as files:
        ingest(lambda: native.read(files), store)
    store.close()


def main() -> int:
    """Print one JSON line for each figure; return 0 when every target is met, else 1."""
    words = argparse.ArgumentParser(prog="benchmarks.throughput", description=__doc__)
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument("--seconds", type=float, default=2.0, help="of each case in each round")
    told = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        import_example(Path(folder))
        return 0 if all(list(measure_http(Path(folder), told.rounds, told.seconds))) else 1


if __name__ == "__main__":
    sys.exit(main())
