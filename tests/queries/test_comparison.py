"""Comparison: what differs between two sides is what tracing each competency on each side says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stores import open_store
from queries.comparison import ComparedState, Comparison, compare_chains
from queries.gaps import find_gaps
from queries.parameters.comparison import DIFFERENCES, Difference
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from tests.support.factory import graph_of, says

ALL = 10_000
PAIRS = [
    (Scope(term=2), Scope(term=5)),
    (Scope(discipline="poly:d.robotics", term=1), Scope(discipline="poly:d.robotics", term=6)),
    (Scope(discipline="poly:d.robotics"), Scope(discipline="poly:d.logistics")),
    (Scope(), Scope(min_weight=0.6)),
]


def status_of(state: ComparedState, competency: str) -> ChainStatus | None:
    """Return how the competency stands by its trace; None where it is isolated, which is as if it were not there."""
    if state.snapshot.find(competency) is None:
        return None
    status = trace_competency(state.snapshot, competency, state.scope, limit=1).status
    return None if status is ChainStatus.ISOLATED else status


def competencies(*states: ComparedState) -> Iterator[str]:
    yield from sorted({s.snapshot.ids[c] for s in states for c in s.snapshot.of_kind("Competency").tolist()})


def traced(first: ComparedState, second: ComparedState) -> dict[str, Difference]:
    """Return what differs, by tracing every competency on both sides."""
    found: dict[str, Difference] = {}
    for c in competencies(first, second):
        one, other = status_of(first, c), status_of(second, c)
        if one != other:
            connected = ChainStatus.CONNECTED
            found[c] = "first" if one is connected else "second" if other is connected else "otherwise"
    return found


def listed(found: Comparison) -> dict[str, Difference]:
    return {item.competency.id: item.difference for item in found.items}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(PAIRS.index(pair)))
def test_differences_are_those_of_traces(example: Snapshot, pair: tuple[Scope, Scope]) -> None:
    """Each competency that stands otherwise is listed once, with what tracing says, and no other; shares sum demand."""
    sides = ComparedState(example, pair[0]), ComparedState(example, pair[1])
    found = compare_chains(*sides, limit=ALL)
    assert listed(found) == traced(*sides)
    assert found.items
    in_either = sum(not (status_of(sides[0], c) is status_of(sides[1], c) is None) for c in competencies(*sides))
    assert found.alike >= in_either - len(found.items)
    for side, told in zip(sides, (found.first, found.second), strict=True):
        gaps = find_gaps(example, side.scope, GapFilter(severity=0), limit=ALL)
        assert told.counts == gaps.counts
        broken = sum(gap.demand for gap in gaps.items if gap.status is ChainStatus.UNSERVED)
        assert (told.demand_shares[ChainStatus.UNSERVED] or 0) * told.demand == pytest.approx(broken)


def test_pages_hold_everything_once_in_order(example: Snapshot) -> None:
    """Page by page is the whole; each kind of difference is its part, and larger demand comes first in each."""
    first, second = (ComparedState(example, Scope(discipline=f"poly:d.{name}")) for name in ("robotics", "logistics"))
    whole = compare_chains(first, second, limit=ALL)
    pages = [compare_chains(first, second, limit=7, offset=at).items for at in range(0, whole.total, 7)]
    assert [item for page in pages for item in page] == whole.items
    parts = [compare_chains(first, second, word, limit=ALL) for word in DIFFERENCES]
    assert [item for part in parts for item in part.items] == whole.items
    assert [part.total for part in parts] == list(whole.totals.values())
    for part in parts:
        demands = [max(item.first_demand or 0, item.second_demand or 0) for item in part.items]
        assert demands == sorted(demands, reverse=True)


def test_revisions_are_compared(tmp_path: Path) -> None:
    """Between two revisions, what came, went, merged or was mended is told, whatever classes its ids are in."""
    with_task = "t1 PRACTISES c1, k1 DEVELOPS c1, r1 REQUIRES c1, k2 DEVELOPS c2, r1 REQUIRES c2"
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    store.apply(says(*with_task.split(", ")))
    store.apply(says("t2 PRACTISES c2", "c3 SAME_AS c2", "t2 PRACTISES c4", by="other"))
    present = compile_snapshot(store)
    past, _ = snapshot_at(store, 1, present)
    found = compare_chains(ComparedState(past, Scope()), ComparedState(present, Scope()), limit=ALL)
    assert listed(found) == traced(ComparedState(past, Scope()), ComparedState(present, Scope()))
    assert listed(found)["c2"] == "second"
    assert (found.first.revision, found.second.revision) == (1, 2)


def test_nothing_differs_from_itself() -> None:
    """A side beside itself has no difference, and all that is in focus is alike."""
    side = ComparedState(graph_of("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "r1 REQUIRES c2"), Scope())
    found = compare_chains(side, side)
    assert (found.total, found.items, found.alike) == (0, [], 2)
    assert (found.first.required, found.first.demand_shares[ChainStatus.CONNECTED]) == (2, 0.5)
