"""Run every measurement: `python -m benchmarks`. Exits 1 when a target is missed."""

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.beside import measure_beside
from benchmarks.commands import measure_commands
from benchmarks.frameworks import frameworks, joint_snapshot
from benchmarks.generated import generated_changes
from benchmarks.library import measure_library
from benchmarks.matrix import measure_matrix
from benchmarks.measure import cpu_ratio, median_s, report
from benchmarks.memory import peak_mb_of_import, write_native
from benchmarks.plain_gaps import as_networkx, plain_gaps
from benchmarks.plain_trace import PlainGraph
from benchmarks.plans import measure_match, measure_plans
from benchmarks.proposals import measure_call, measure_proposals
from benchmarks.searches import COLLEGE, measure_searches
from benchmarks.start import measure_starts
from benchmarks.updates import measure_updates
from benchmarks.what_if import measure_diff, measure_metrics, measure_what_if
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from ingest.formats import esco
from ingest.formats.native import read as native
from ingest.job import Leniency, ingest
from queries.gaps import find_gaps
from queries.semantics.chain_arrays import judge_chains
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.trace import trace_competency

DATA = Path(__file__).parents[2] / "shared" / "data"
ESCO = DATA / "esco-1.1.1" / "csv"
ESCO_FILES = (
    "skills_en",
    "occupations_en",
    "occupationSkillRelations",
    "broaderRelationsSkillPillar",
    "broaderRelationsOccPillar",
)
PYTHON_SKILL = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d"


def main() -> int:
    """Print one JSON line for each measurement; return 0 when every target is met, else 1."""
    csv.field_size_limit(10_000_000)
    with tempfile.TemporaryDirectory() as folder:
        results = [*measure_commands(), *_memory(Path(folder)), *_imports(Path(folder))]
        published = _esco(Path(folder) / "gaps.db")
        results += [*_gaps("esco", published), *measure_searches(published), *measure_proposals(published)]
        generated = _generated(Path(folder) / "generated.db")
        results += _gaps("generated", generated)
        results += measure_matrix()
        results += _changes(Path(folder), generated)
        url = f"sqlite:///{folder}/frameworks.db"
        results += frameworks(DATA, ESCO_FILES, url)
        joint = joint_snapshot(url)
        results += [*_gaps("six frameworks", joint), *_crossing(joint)]
        results += measure_updates(Path(folder))
        results += _proposal_calls(Path(folder) / "proposals")
        results += measure_beside(Path(folder) / "beside")
        results += measure_starts(Path(folder))
        results += measure_library(_college_and_esco(Path(folder) / "library.db"))
        results += measure_plans(f"sqlite:///{folder}/plans")
        results += measure_match(_esco(Path(folder) / "match.db"))
        results += _traces(_esco(Path(folder) / "traces.db", with_track=True))
    return 0 if all(results) else 1


def _proposal_calls(folder: Path) -> Iterator[bool]:
    folder.mkdir()
    _import_esco(f"sqlite:///{folder}/graph.db")
    yield from measure_call(folder)


def _college_and_esco(file: Path) -> str:
    """Return the URL of a store with ESCO beside the bundled college."""
    url = f"sqlite:///{file}"
    _import_esco(url)
    with closing(open_store(url)) as store:
        ingest(lambda: native.read(COLLEGE), store)
    return url


def _imports(folder: Path) -> Iterator[bool]:
    plain = median_s(_read_plainly, repeats=5)
    fresh = iter(range(100))
    url = f"sqlite:///{folder}/import-%d.db"
    first = median_s(lambda: _import_esco(url % next(fresh)), repeats=5)
    yield report("import ESCO / csv.DictReader", first / plain, 8)
    again = median_s(lambda: _import_esco(url % 0), repeats=5)
    yield report("import ESCO again, unchanged / csv.DictReader", again / plain, 6)


def _memory(folder: Path) -> Iterator[bool]:
    write_native(folder / "million")
    url = f"sqlite:///{folder}/million.db"
    for what in ("new", "again, unchanged"):
        peak = peak_mb_of_import(folder / "million", url)
        yield report(f"peak memory of importing a million links, {what}, MB", peak, 1500)


def _gaps(name: str, snapshot: Snapshot) -> Iterator[bool]:
    g = as_networkx(snapshot)
    statuses, links, page = plain_gaps(g)
    ours = find_gaps(snapshot, WHOLE, order="severity")
    theirs = [gap[2] for gap in page]
    if name == "generated" and (dict(links), theirs) != (
        {link.value: count for link, count in ours.links.items() if count},
        [gap.competency.id for gap in ours.items],
    ):
        raise AssertionError("the loop and the package do not answer the same question")
    if {status.value: count for status, count in ours.counts.items() if count} != dict(statuses):
        raise AssertionError("the loop and the package count differently")
    loop, fast = median_s(lambda: plain_gaps(g), repeats=3), median_s(lambda: find_gaps(snapshot, WHOLE), repeats=15)
    yield report(f"gaps of {name}: NetworkX loop / package", loop / fast, 50, at_least=True)
    yield from _gaps_and_one_pass(name, snapshot)


USED = (
    "DEVELOPS",
    "PRACTISES",
    "REQUIRES",
    "HAS_RESPONSIBILITY",
    "APPLIES",
    "PREPARES_FOR",
    "COVERS",
    "HOSTS",
    "EMPLOYS",
)
WHOLE = Scope(focus="all")
AFRESH = Scope(roll_up_share=1.0, focus="all")
IN_FOCUS = Scope(roll_up_share=1.0, focus="ours")
"""The whole graph, yet not the scope whose judgement is kept."""


def _gaps_and_one_pass(name: str, snapshot: Snapshot) -> Iterator[bool]:
    """Compare the whole graph's gaps, every flaw judged, with reading once the arrays that they are judged by."""
    links = [links for relation in USED for links in (snapshot.out(relation), snapshot.into(relation))]
    arrays = [array for one in links for array in (one.indptr, one.indices, one.weight)]
    arrays += [snapshot.number("term"), snapshot.number("hours"), snapshot.kind, snapshot.class_of]

    def read_once() -> None:
        for array in arrays:
            array.sum()

    once = median_s(read_once, repeats=15)
    counted = median_s(lambda: find_gaps(snapshot, limit=0), repeats=15)
    yield report(f"whole-graph gaps of {name}, counted / one pass over its arrays", counted / once, 5)
    afresh = median_s(lambda: find_gaps(snapshot, AFRESH, limit=0), repeats=15)
    # The target is meant for published frameworks; the generated graph has more than twice their links.
    most = 10 if name == "generated" else 5
    yield report(f"whole-graph gaps of {name}, judged afresh / one pass over its arrays", afresh / once, most)
    yield report(f"whole-graph gaps of {name}, judged afresh, ms", 1000 * afresh, 100)
    ratio = cpu_ratio(lambda: find_gaps(snapshot, IN_FOCUS, limit=0), lambda: find_gaps(snapshot, AFRESH, limit=0))
    yield report(f"whole-graph gaps of {name}, judged afresh, in focus / of all", ratio, 1.3)
    alone = cpu_ratio(
        lambda: find_gaps(snapshot, AFRESH, limit=0),
        lambda: judge_chains(snapshot, resolve(snapshot, AFRESH)),
        repeats=25,
    )
    yield report(f"whole-graph gaps of {name}, judged afresh, of all / the judgement alone", alone, 1.1)
    page = median_s(lambda: find_gaps(snapshot), repeats=15)
    yield report(f"a page of 20 gaps of {name}, each with what closes it, ms", 1000 * page, 25)


def _changes(folder: Path, generated: Snapshot) -> Iterator[bool]:
    esco = _esco(folder / "changes.db")
    yield from measure_what_if("esco", esco, (40, 40, 100, 500))
    yield from measure_what_if("generated", generated, (40, 60, 300, 2000))
    yield from measure_diff("esco", folder / "changes.db", (150, 200, 300, 1500))
    yield from measure_metrics("esco", esco, 60)


def _crossing(snapshot: Snapshot) -> Iterator[bool]:
    plain = PlainGraph(snapshot)
    ours = median_s(lambda: trace_competency(snapshot, PYTHON_SKILL), repeats=25)
    theirs = median_s(lambda: plain.trace(PYTHON_SKILL), repeats=25, rounds=20)
    yield report("trace across frameworks / dict lookups", ours / theirs, 50)


def _traces(snapshot: Snapshot) -> Iterator[bool]:
    plain = PlainGraph(snapshot)
    competencies = [snapshot.ids[i] for i in snapshot.of_kind("Competency").tolist()]
    by_demand = sorted(competencies, key=lambda c: len(plain.into["REQUIRES"].get(c, ())))
    middle, most = by_demand[len(by_demand) // 2 :: 7][:200], by_demand[-1]

    def through(ask: Callable[[str], object]) -> Callable[[], None]:
        def run() -> None:
            for competency in middle:
                ask(competency)

        return run

    ours = median_s(through(lambda c: trace_competency(snapshot, c)), repeats=9)
    theirs = median_s(through(plain.trace), repeats=9, rounds=20)
    yield report("trace of the median skill / dict lookups", ours / theirs, 50)
    ours = median_s(lambda: trace_competency(snapshot, most), repeats=25)
    theirs = median_s(lambda: plain.trace(most), repeats=25, rounds=20)
    yield report("trace of the most required skill / dict lookups", ours / theirs, 15)
    python_ms = 1000 * median_s(lambda: trace_competency(snapshot, PYTHON_SKILL), repeats=25)
    yield report("trace of the Python skill, ms", python_ms, 3)


def _read_plainly() -> None:
    for name in ESCO_FILES:
        with (ESCO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for _ in csv.DictReader(file):
                pass


def _import_esco(url: str) -> None:
    store = open_store(url)
    ingest(lambda: esco.read(ESCO), store, leniency=Leniency(skip_invalid=True))
    store.close()


def _esco(path: Path, *, with_track: bool = False) -> Snapshot:
    url = f"sqlite:///{path}"
    _import_esco(url)
    store = open_store(url)
    if with_track:
        ingest(lambda: native.read(DATA / "native" / "exercism-python"), store)
    snapshot = compile_snapshot(store)
    store.close()
    return snapshot


def _generated(path: Path) -> Snapshot:
    store = open_store(f"sqlite:///{path}")
    store.apply(generated_changes())
    snapshot = compile_snapshot(store)
    store.close()
    return snapshot


if __name__ == "__main__":
    if not ESCO.is_dir():
        sys.exit(f"the measurements need the real data, which is not at {DATA}")
    sys.exit(main())
