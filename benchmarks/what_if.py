"""What-if and diff over changes of growing size: the cost follows the change, not the graph."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import median_s, report
from graph.changes import ChangeSet
from graph.model import NOTHING_STATED, LinkKey, LinkValues, NodeId, NodeValues, Source, canonical
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.overlay import apply_patch
from graph.snapshot.past import snapshot_at
from graph.snapshot.scenario import Scenario, patch_of
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.compare.change_candidates import candidates_of_patch
from queries.diff import Sides, diff
from queries.metrics import measure
from queries.what_if import what_if

SIZES = (1, 10, 100, 1000)


def added_links(snapshot: Snapshot, size: int, *, new_tasks: bool = False) -> Scenario:
    """Return so many links from tasks, new ones where there are none, to competencies; about ten from each new task."""
    chance = random.Random(size)
    competencies = [snapshot.ids[i] for i in snapshot.of_kind("Competency").tolist()]
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    tasks = [snapshot.ids[i] for i in snapshot.of_kind("TrainingTask").tolist()]
    if new_tasks or not tasks:
        tasks = [f"bench:{size}.t{i}" for i in range(max(size // 10, 1))]
        nodes = {NodeId(t): ("TrainingTask", canonical({"name": t, "kind": "lab"})) for t in tasks}
    while len(links) < size:
        key = (NodeId(chance.choice(tasks)), "PRACTISES", NodeId(chance.choice(competencies)))
        links[key] = NOTHING_STATED
    return Scenario(nodes, links)


def measure_what_if(name: str, snapshot: Snapshot, targets_ms: Sequence[float]) -> Iterator[bool]:
    """Report the time of a what-if of each size, after one has been asked."""
    for size, target in zip(SIZES, targets_ms, strict=True):
        scenario = added_links(snapshot, size)

        def ask(scenario: Scenario = scenario) -> None:
            patch = patch_of(snapshot, scenario)
            what_if(snapshot, apply_patch(snapshot, patch), patch)

        ask()
        yield report(f"what-if of {size} links on {name}, ms", 1000 * median_s(ask, repeats=7), target)


def measure_diff(name: str, path: Path, targets_ms: Sequence[float]) -> Iterator[bool]:
    """Report the time of a diff with the revision before a change of each size; the store is added to."""
    store = open_store(f"sqlite:///{path}")
    for size, target in zip(SIZES, targets_ms, strict=True):
        scenario = added_links(compile_snapshot(store), size, new_tasks=True)
        source = Source(name=f"bench {size}")
        store.apply(ChangeSet(source, scenario.nodes, scenario.links, frozenset({"PRACTISES", "TrainingTask"})))
        now = compile_snapshot(store)
        last = now.revision.number

        def ask(now: Snapshot = now, last: int = last) -> None:
            then, patch = snapshot_at(store, last - 1, now)
            diff(then, now, Sides(since="then", until="now"), candidates_of_patch(now, then, patch))

        ask()
        yield report(f"diff of {size} links on {name}, ms", 1000 * median_s(ask, repeats=5), target)
    store.close()


def measure_metrics(name: str, snapshot: Snapshot, target_s: float) -> Iterator[bool]:
    """Report the time of all metrics, betweenness sampled."""
    yield report(f"all metrics of {name}, s", median_s(lambda: measure(snapshot), repeats=1), target_s)
