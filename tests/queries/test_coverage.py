"""Coverage in small random graphs, compared whole with a brute force that shares no code with it."""

from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from graph.changes import ChangeSet
from graph.errors import InputError
from graph.model import NOTHING_STATED, NodeId, Source
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.trace import trace_competency
from tests.support.examples import examples
from tests.support.factory import snapshot_of
from tests.support.oracle import View, World
from tests.support.scoped_worlds import employs, known_scope, owed, scopes
from tests.support.worlds import PAIRS, spoken, worlds


@examples(90)
@given(said=worlds(), asked=scopes())
def test_coverage_is_what_brute_force_finds(said: list[ChangeSet], asked: dict[str, Any]) -> None:
    """Of each role: the shares by the sum of weights, each competency's status and marks; the matrix agrees."""
    note(spoken(said))
    world, snapshot = World(said), snapshot_of(*said)
    scope = known_scope(asked, world).model_copy(update={"role": None})
    stated = View(world, scope.model_copy(update={"close": False}))
    needs = {r: {c: w for c in world.of_kind("Competency") if (w := stated.need(r, c))} for r in world.of_kind("Role")}
    for r, wanted in needs.items():
        if not employs(world, scope, r):
            with pytest.raises(InputError, match="does not employ"):
                role_coverage(snapshot, r, scope)
            continue
        view = View(world, scope.model_copy(update={"role": r}))
        answers = {c: view.answer(c) for c in wanted}
        found = role_coverage(snapshot, r, scope)
        served = {
            "taught": {c for c in wanted if answers[c].units},
            "practised": {c for c in wanted if answers[c].tasks},
            "coverage": {c for c in wanted if answers[c].units and answers[c].tasks},
            "direct": {c for c in wanted if answers[c].link == "direct"},
            "role_direct": {c for c in wanted if answers[c].link == "role_direct"},
        }
        for name, those in served.items():
            share = sum(wanted[c] for c in those) / sum(wanted.values()) if wanted else None
            assert getattr(found, name) == (None if share is None else pytest.approx(share)), name
        told_of = [
            (one.id, one.link, one.narrower_covered and one.narrower_covered.covered) for one in found.competencies
        ]
        order = sorted(wanted, key=lambda c: (-wanted[c], c))
        assert told_of == [(c, answers[c].link, (answers[c].narrower or [None])[0]) for c in order]
        assert [(one.inferred, {via.id for via in one.via}) for one in found.competencies] == [
            owed(answers[c]) for c in order
        ]
    matrix = coverage_matrix(snapshot, "discipline", None, scope)
    view = View(world, scope.model_copy(update={"discipline": None, "course": None}), focused=True)
    assert [r.id for r in matrix.columns] == sorted(needs if view.kept_roles is None else view.kept_roles)
    assert matrix.focus.model_dump() == view.focus()
    for row, shares in zip(matrix.rows, matrix.shares, strict=True):
        inside = scope.model_copy(update={"discipline": row.id})
        assert shares == [role_coverage(snapshot, r.id, inside).coverage for r in matrix.columns]


@examples(50)
@given(said=worlds(), asked=scopes(), added=st.sampled_from(PAIRS["PRACTISES"]))
def test_more_practice_never_lowers_coverage(
    said: list[ChangeSet], asked: dict[str, Any], added: tuple[str, str]
) -> None:
    """One more PRACTISES link takes no task from any competency, and no share from any role, in any scope."""
    scope = known_scope(asked, World(said))
    more = ChangeSet(Source(name="more"), {}, {(NodeId(added[0]), "PRACTISES", NodeId(added[1])): NOTHING_STATED})
    before, after = snapshot_of(*said), snapshot_of(*said, more)
    for c in World(said).of_kind("Competency"):
        tasks = {task.id for task in trace_competency(before, c, scope).training_tasks}
        assert tasks <= {task.id for task in trace_competency(after, c, scope).training_tasks}
    for r in (r for r in World(said).of_kind("Role") if employs(World(said), scope, r)):
        first = role_coverage(before, r, scope.model_copy(update={"role": None}))
        then = role_coverage(after, r, scope.model_copy(update={"role": None}))
        assert (then.coverage or 0.0) >= (first.coverage or 0.0)
        assert (then.practised or 0.0) >= (first.practised or 0.0)
