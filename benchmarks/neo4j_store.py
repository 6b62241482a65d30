"""Measure the Neo4j store on a server of its own: `python -m benchmarks.neo4j_store`. Exits 1 on a missed target."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import neo4j

from benchmarks.__main__ import DATA, ESCO
from benchmarks.measure import median_s, report
from benchmarks.plain_cypher import GAPS, LINKS, NODES, TRACE, load_esco
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from queries.gaps import find_gaps
from queries.trace import trace_competency
from tests.support.neo4j_server import Server

HEAP = "1g"
EMPTY = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS"


def main() -> int:
    """Print one JSON line for each measurement; return 0 when every target is met, else 1."""
    csv.field_size_limit(10_000_000)
    with tempfile.TemporaryDirectory() as folder:
        server = Server.start(Path(folder) / "server", heap=HEAP)
        driver = neo4j.GraphDatabase.driver(server.url, notifications_min_severity="OFF")
        store = open_store(server.url)
        try:
            results = [*_imports(driver, store)]
            ingest(lambda: native.read(DATA / "native" / "cyber"), store)
            results += _snapshots(driver, store)
            snapshot = compile_snapshot(store)
            with _served(server.url, Path(folder)) as client:
                results += [*_gaps(driver, client, snapshot), *_traces(driver, client, snapshot)]
        finally:
            store.close()
            driver.close()
            server.stop()
    return 0 if all(results) else 1


def _imports(driver: neo4j.Driver, store: Store) -> Iterator[bool]:
    """Compare the two loaders, each three times in turn on an empty database; the first turn warms the server up."""
    ours, theirs = [], []
    for _ in range(4):
        _empty(driver)
        theirs.append(_once_s(lambda: load_esco(driver, ESCO)))
        _empty(driver)
        ours.append(_once_s(lambda: ingest(lambda: esco.read(ESCO), store, leniency=Leniency(skip_invalid=True))))
    yield report("import of ESCO into Neo4j: package / plain UNWIND loader", sum(ours[1:]) / sum(theirs[1:]), 3)


def _snapshots(driver: neo4j.Driver, store: Store) -> Iterator[bool]:
    def bare() -> int:
        rows = 0
        with driver.session() as session:
            for text in (NODES, LINKS):
                with session.begin_transaction() as work:
                    rows += sum(1 for record in work.run(text) if record.values())
        return rows

    def ours() -> None:
        compile_snapshot(store)

    bare()
    ours()
    plain_s, ours_s = median_s(bare, repeats=5), median_s(ours, repeats=5)
    links = sum(
        len(compile_snapshot(store).out(name).indices) for name in ("REQUIRES", "BROADER", "DEVELOPS", "PRACTISES")
    )
    yield report("snapshot from Neo4j: package / the same rows in a bare driver loop", ours_s / plain_s, 1.5)
    report("snapshot from Neo4j: links per second", links / ours_s, 1, at_least=True)


def _gaps(driver: neo4j.Driver, client: httpx.Client, snapshot: Snapshot) -> Iterator[bool]:
    def by_hand() -> neo4j.Record:
        (record,) = driver.execute_query(GAPS).records
        return record

    def served() -> httpx.Response:
        return client.get("/v1/gaps").raise_for_status()

    told, answered = by_hand(), served().json()
    if dict(told["counts"]) != {status: n for status, n in answered["counts"].items() if n}:
        raise AssertionError("the text and the service count differently")
    if [one["id"] for one in told["page"]] != [gap["competency"]["id"] for gap in answered["items"]]:
        raise AssertionError("the text and the service list different gaps")
    theirs = median_s(by_hand, repeats=5)
    yield report("gaps of cyber and ESCO: Cypher / service", theirs / median_s(served, repeats=25), 100, at_least=True)
    pages = iter(range(20, 1000))  # a length that nobody has asked for is no answer that the service keeps
    anew = median_s(lambda: client.get(f"/v1/gaps?limit={next(pages)}").raise_for_status(), repeats=15)
    report("gaps of cyber and ESCO: Cypher / service, asked for the first time", theirs / anew, 1, at_least=True)
    fast = median_s(lambda: find_gaps(snapshot), repeats=25)
    report("gaps of cyber and ESCO: Cypher / query with what closes each gap", theirs / fast, 1, at_least=True)


def _traces(driver: neo4j.Driver, client: httpx.Client, snapshot: Snapshot) -> Iterator[bool]:
    """Trace every 20th competency of native/cyber, and say how the two compare in all."""
    cyber = [i for i in snapshot.of_kind("Competency").tolist() if snapshot.ids[i].startswith("nice:")]
    asked = [snapshot.ids[i] for i in cyber[::20]]

    def by_hand() -> None:
        for one in asked:
            (record,) = driver.execute_query(TRACE, id=one).records
            units, tasks, roles = (
                sorted(found["id"] for found in record[name]) for name in ("units", "tasks", "roles")
            )
            told[one] = (units, tasks, roles)

    told: dict[str, tuple[list[str], ...]] = {}
    by_hand()
    for one in asked:
        trace = client.get(f"/v1/competencies/{one}/trace").raise_for_status().json()
        stages = tuple(
            sorted(node["id"] for node in trace[name]) for name in ("knowledge_units", "training_tasks", "roles")
        )
        if stages != told[one]:
            raise AssertionError(f"the text and the service trace {one} differently")

    def through(ask: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            for one in asked:
                ask(one)

        return run

    theirs = median_s(by_hand, repeats=5)
    served = median_s(through(lambda one: client.get(f"/v1/competencies/{one}/trace")), repeats=9)
    yield report(
        "traces in cyber and ESCO: Cypher / query",
        theirs / median_s(through(lambda one: trace_competency(snapshot, one)), repeats=9),
        20,
        at_least=True,
    )
    report("traces in cyber and ESCO: Cypher / service, over HTTP", theirs / served, 1, at_least=True)


@contextmanager
def _served(url: str, folder: Path) -> Iterator[httpx.Client]:
    """Serve the store by the command, and give a client of it."""
    environ = {"ROLEPATH_STATE": f"{folder}/state.db", "ROLEPATH_CACHE": f"{folder}/cache", "ROLEPATH_STORE": url}
    command = [str(Path(sys.executable).with_name("rolepath")), "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:  # noqa: S603 - our own
        told = ""
        while process.stdout is not None and not told.rstrip().endswith("}"):
            told += process.stdout.readline()
        with httpx.Client(base_url=json.loads(told)["url"], timeout=60) as client:
            while client.get("/readyz").is_error:
                time.sleep(0.2)
            yield client
        process.terminate()


def _empty(driver: neo4j.Driver) -> None:
    with driver.session() as session:
        session.run(EMPTY).consume()


def _once_s(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    if not ESCO.is_dir():
        sys.exit(f"the measurements need the real data, which is not at {DATA}")
    sys.exit(main())
