"""Courses: in any small world their answer is what a count by hand comes to."""

import pytest
from hypothesis import given

from graph.changes import ChangeSet
from queries.course import describe_course
from queries.semantics.scope import Scope
from tests.support.examples import examples
from tests.support.factory import snapshot_of
from tests.support.oracle import View, World
from tests.support.worlds import worlds


@given(said=worlds())
@examples(40)
def test_figures_are_those_of_brute_force(said: list[ChangeSet]) -> None:
    """What its units develop, how many roles of its programmes need each, and what of each role it teaches."""
    snapshot, world = snapshot_of(*said), World(said)
    for course in world.of_kind("Course"):
        found = describe_course(snapshot, course)
        view = View(world, Scope(course=course), focused=True)
        developed = [one for c in world.of_kind("Competency") if (one := view.answer(c)).units]
        told = {one.competency.id: (one.status.value, one.roles) for one in found.developed.items}
        assert told == {one.ids[0]: (one.status, len(one.roles)) for one in developed}
        assert found.needed == sum(bool(one.roles) for one in developed)
        assert {one.unit.id for one in found.units.items} == world.out("COVERS", course).keys()
        assert {one.id for one in found.programmes} == world.into("OFFERS", course).keys()
        for served in found.roles.items:
            required = {c: view.need(served.role.id, c) for c in world.of_kind("Competency")}
            part = sum(required[c] for c in told)
            assert served.taught == pytest.approx(part / sum(required.values()))
            assert served.competencies == sum(bool(required[c]) for c in told)
        assert {served.role.id for served in found.roles.items} == {role for one in developed for role in one.roles}
