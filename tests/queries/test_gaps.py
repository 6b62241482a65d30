"""Gaps of small random graphs, compared whole with a brute force that shares no code with them."""

from typing import Any

import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from graph.changes import ChangeSet
from queries.gap_table import gap_columns
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_arrays import chain_arrays
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from tests.support.closing_oracle import Closing
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.oracle import View, World
from tests.support.scoped_worlds import known_scope, scopes
from tests.support.worlds import spoken, worlds


@examples(180)
@given(said=worlds(), asked=scopes(institutions=True))
def test_gaps_are_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Counts and links are over every competency in focus; gaps come by severity, demand, hours, id, with flaws."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    view = View(world, scope, focused=True)
    found = find_gaps(snapshot, scope)
    answers = [answer for c in view.world.of_kind("Competency") if view.in_focus(answer := view.answer(c))]
    assert found.focus.model_dump() == view.focus()
    statuses, links = [answer.status for answer in answers], [answer.link for answer in answers]
    assert found.counts == {status: statuses.count(status) for status in found.counts}
    assert found.links == {link: links.count(link) for link in found.links}
    listed = view.gaps()
    assert found.total == len(listed)
    assert found.scope.units_unrecorded == view.units_unrecorded
    assert (found.scope.training_unrecorded, found.scope.undated) == (view.unrecorded, view.undated)
    told_of = [(gap.competency.id, gap.status, gap.link, [one.flaw for one in gap.flaws]) for gap in found.items]
    assert told_of == [(gap.ids[0], gap.status, gap.link, gap.flaws) for gap in listed]
    assert [gap.severity for gap in found.items] == [gap.severity for gap in listed]
    assert [gap.demand for gap in found.items] == pytest.approx([gap.demand for gap in listed])
    columns = gap_columns(snapshot, scope, limit=len(found.items))
    assert columns["competency.id"] == [gap.competency.id for gap in found.items]
    assert columns["competency.name"] == [gap.competency.name for gap in found.items]
    assert columns["flaws.flaw"] == [[one.flaw for one in gap.flaws] for gap in found.items]
    assert (columns["status"], columns["link"]) == ([g.status for g in found.items], [g.link for g in found.items])
    seen = as_asked(snapshot, scope)
    chains = chain_arrays(seen, resolve(seen, scope, focused=True))
    expected = [sum(flaw in answer.flaws for answer in listed) for flaw in Weakness]
    assert chains.flaws.sum(axis=0).tolist() == expected


@examples(90)
@given(said=worlds(), asked=scopes())
def test_gaps_are_closed_by_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """The nearest courses and tasks, and the enterprises that should lead, are the first of all there are."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world)
    closing = Closing(View(world, scope, focused=True))
    for gap in find_gaps(snapshot, scope).items:
        found = gap.closed_by
        flaws = {one.flaw.value for one in gap.flaws}
        expected = closing.close(gap.competency.id, flaws)
        assert [
            ((one.course or one.unit).id, one.unit.id, one.because, one.shared.id, one.competency.id)
            for one in found.courses
        ] == expected.courses
        assert [
            (one.task.id, one.because, one.shared.id, one.competency and one.competency.id) for one in found.tasks
        ] == expected.tasks
        assert [(one.enterprise.id, one.role.id, one.openings) for one in found.enterprises] == expected.enterprises
        for kind in ("courses", "tasks", "enterprises"):
            event(f"{kind}: {len(getattr(found, kind))}")


@examples(50)
@given(said=worlds(), asked=scopes(), limit=st.integers(1, 3))
def test_pages_are_the_whole_list(said: list[ChangeSet], asked: dict[str, Any], limit: int) -> None:
    """From cursor to cursor, every gap comes once and in the order of one long page."""
    snapshot = snapshot_of(*said)
    scope = known_scope(asked, World(said))
    whole = find_gaps(snapshot, scope, limit=1000)
    found = [page := find_gaps(snapshot, scope, limit=limit)]
    while page.next:
        found.append(page := find_gaps(snapshot, scope, limit=limit, cursor=page.next))
    assert [gap for page in found for gap in page.items] == whole.items
    assert {(page.total, tuple(page.counts.items())) for page in found} == {(whole.total, tuple(whole.counts.items()))}


@examples(50)
@given(said=worlds(), asked=scopes())
def test_filters_leave_what_they_name(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """By status, flaw or severity: the gaps of the whole list that have it, in its order; counts stay."""
    snapshot = snapshot_of(*said)
    scope = known_scope(asked, World(said))
    whole = find_gaps(snapshot, scope)
    for status in ChainStatus:
        found = find_gaps(snapshot, scope, GapFilter(status=(status,)))
        assert found.items == [gap for gap in whole.items if gap.status is status]
        assert found.counts == whole.counts
    for flaw in Weakness:
        found = find_gaps(snapshot, scope, GapFilter(flaw=flaw))
        assert found.items == [gap for gap in whole.items if flaw in {one.flaw for one in gap.flaws}]
    for severity in range(6):
        found = find_gaps(snapshot, scope, GapFilter(severity=severity))
        assert found.items == [gap for gap in whole.items if gap.severity >= severity]


@pytest.mark.parametrize(
    ("lines", "demand"),
    [
        (["e1 EMPLOYS r1 openings=4", "e2 EMPLOYS r1 openings=6"], 10),
        (["e1 EMPLOYS r1 openings=4", "e2 EMPLOYS r1"], 8),
        (["e1 EMPLOYS r1", "e2 EMPLOYS r1"], 2),
        (["e1 EMPLOYS r2 openings=0"], 0),
        (["e1 EMPLOYS r2 openings=5"], 5),
        ([], 1),
    ],
    ids=["added up", "the median", "one each", "the median is 0", "one such", "no employer at all"],
)
def test_demand_counts_openings(lines: list[str], demand: float) -> None:
    """What is not stated counts the median of what is, else 1; a role that nobody employs counts one such."""
    (gap,) = find_gaps(graph_of("r1 REQUIRES c1", *lines), Scope(focus="all")).items
    assert gap.demand == demand


def test_the_table_of_gaps_counts_aims_of_courses() -> None:
    """A course without units is one itself, where its aims are let count: the table says so as the list does."""
    lines = ("d1 OFFERS co1", "co1 AIMS_AT c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "r1 REQUIRES c2")
    plain, inferred = (gap_columns(graph_of(*lines), Scope(infer_aims=x)) for x in (False, True))
    assert dict(zip(plain["competency.id"], plain["status"], strict=True))["c1"] == ChainStatus.UNTAUGHT
    listed = find_gaps(graph_of(*lines), Scope(infer_aims=True)).items
    assert inferred["competency.id"] == [gap.competency.id for gap in listed]
    assert ChainStatus.UNTAUGHT not in [
        status for one, status in zip(inferred["competency.id"], inferred["status"], strict=True) if one == "c1"
    ]
