"""Programmes: what their answer says is what gaps, coverage and chains say, and what a count by hand comes to."""

import pytest
from hypothesis import given

from graph.changes import ChangeSet
from graph.snapshot.snapshot import Snapshot
from queries.coverage_matrix import coverage_matrix
from queries.gaps import find_gaps
from queries.parameters.gaps import GapFilter
from queries.programme import GRAVEST, describe_programme
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.semantics.windows import Window, Windows
from tests.support.examples import examples
from tests.support.factory import graph_of, snapshot_of
from tests.support.oracle import View, World
from tests.support.worlds import worlds

REQUIRED = {"connected", "unpractised", "untaught", "unserved"}


@given(said=worlds())
@examples(60)
def test_figures_are_those_of_brute_force(said: list[ChangeSet]) -> None:
    """In any small world: both shares, the roles that are targeted, aims not taught, and what serves no role."""
    snapshot, world = snapshot_of(*said), World(said)
    for discipline in world.of_kind("Discipline"):
        found = describe_programme(snapshot, discipline)
        view = View(world, Scope(discipline=discipline), focused=True)
        answers = [view.answer(c) for c in world.of_kind("Competency")]
        required = [one for one in answers if one.roles]
        connected = [one for one in required if one.status == "connected"]
        assert (found.share.required, found.share.connected) == (len(required), len(connected))
        demand = sum(float(one.demand) for one in required)
        assert found.share.demand == pytest.approx(demand)
        if demand:
            assert found.share.of_demand == pytest.approx(sum(float(one.demand) for one in connected) / demand)
        below = {one for one in world.of_kind("Discipline") if _is_below(world, one, discipline)}
        targets = {role for one in below for role in world.out("TARGETS", one)}
        assert {one.role.id for one in found.roles.items} == targets
        untaught = {one.ids[0] for one in answers if "aimed_not_taught" in one.flaws}
        assert {one.competency.id for one in found.aims_not_taught.items} == untaught
        assert {one.node.id for one in found.unserving.items} == _unserving(world, view, required)


def _is_below(world: World, discipline: str, above: str) -> bool:
    seen: set[str] = set()
    at: str | None = discipline
    while at is not None and at not in seen:
        if at == above:
            return True
        seen.add(at)
        parent = world.values.get(at, {}).get("parent_id")
        at = parent if isinstance(parent, str) and world.kind.get(parent) == "Discipline" else None
    return False


def _unserving(world: World, view: View, required: list) -> set[str]:  # type: ignore[type-arg]
    """Return the courses and tasks of the scope that teach, practise or rehearse nothing of a role in it."""
    units = {unit for one in required for unit in one.units}
    tasks = {task for one in required for task in one.tasks}
    roles = world.of_kind("Role") if view.kept_roles is None else view.kept_roles
    duties = {duty for role in roles for duty in world.out("HAS_RESPONSIBILITY", role)}
    courses = world.of_kind("Course") if view.counting_courses is None else view.counting_courses
    idle = {course for course in courses if not units & world.out("COVERS", course).keys()}
    return idle | {
        task for task in view.kept_tasks if task not in tasks and not duties & world.out("PREPARES_FOR", task).keys()
    }


def test_figures_are_those_of_the_questions(example: Snapshot) -> None:
    """For each discipline of the college: counts and demands of its gaps, and the row of the coverage matrix."""
    matrix = coverage_matrix(example, "discipline")
    for row, shares in zip(matrix.rows, matrix.shares, strict=True):
        found = describe_programme(example, row.id)
        gaps = find_gaps(example, Scope(discipline=row.id), limit=1000)
        assert found.share.required == sum(n for status, n in gaps.counts.items() if status in REQUIRED), row.id
        assert found.share.connected == gaps.counts[ChainStatus.CONNECTED]
        broken = sum(gap.demand for gap in gaps.items if gap.status is not ChainStatus.CONNECTED)
        assert (1 - (found.share.of_demand or 0)) * found.share.demand == pytest.approx(broken)
        listed = find_gaps(example, Scope(discipline=row.id), GapFilter(severity=2), limit=GRAVEST)
        assert ([one.gap for one in found.gaps], found.gaps_total) == (listed.items, listed.total)
        of_role = {column.id: share for column, share in zip(matrix.columns, shares, strict=True)}
        for one in found.roles.items:
            assert one.coverage == pytest.approx(of_role[one.role.id])
            assert sum(status.share for status in one.statuses) == pytest.approx(1)
        for needed in found.gaps:
            demand = sum(need.openings * need.weight for need in needed.needed_by)
            assert demand == pytest.approx(needed.gap.demand)
        by_share = [one.share for one in found.below.items]
        assert by_share == [describe_programme(example, one.discipline.id).share for one in found.below.items]


def test_what_serves_no_role_says_what_else_it_is_for() -> None:
    """A course without units, one for other roles that builds up to one that serves, and a task that states nothing."""
    found = describe_programme(
        graph_of(
            *("d1 OFFERS co1", "d1 OFFERS co2", "d1 OFFERS co3", "d1 SCHEDULES t1", "d1 SCHEDULES t2"),
            *("d1 TARGETS r1", "co2 COVERS k2", "k2 DEVELOPS c2", "co3 COVERS k3", "k3 DEVELOPS c3", "t1 PRACTISES c3"),
            *("r1 REQUIRES c3", "e1 EMPLOYS r2", "r2 REQUIRES c2", "r3 REQUIRES c2", "k2 PREREQUISITE_OF k3"),
        ),
        "d1",
    )
    told = {one.node.id: (one.reason, [n.id for n in one.needed_for], one.other_roles) for one in found.unserving.items}
    assert told == {
        "co1": ("no_units", [], 0),
        "co2": ("not_required", ["co3"], 1),
        "t2": ("nothing_stated", [], 0),
    }


def test_standard_and_what_targets_nothing_say_so() -> None:
    """A published description is none that is taught; without a target there is a note, and no role listed."""
    lines = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "r1 REQUIRES c1", "e1 EMPLOYS r1")
    found = describe_programme(graph_of(*lines, nodes={"d1": {"standing": "standard"}}), "d1")
    assert (found.is_standard, found.scope.targets_unrecorded, found.roles.total) == (True, True, 0)


def test_windows_give_each_item_once(example: Snapshot) -> None:
    """The parts of a list, put together, are the list."""
    for name in ("roles", "unserving", "partners"):
        whole = getattr(describe_programme(example, "poly:d.intelligent-manufacturing"), name)
        parts = [
            getattr(
                describe_programme(
                    example, "poly:d.intelligent-manufacturing", windows=Windows({name: Window(first, 2)})
                ),
                name,
            )
            for first in range(0, whole.total, 2)
        ]
        assert [item for part in parts for item in part.items] == whole.items
        assert len(whole.items) == whole.total
