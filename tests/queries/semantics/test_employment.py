"""An employer that does not employ the role is refused, by every question, with who does employ it."""

from collections.abc import Callable

import pytest

from graph.errors import InputError
from graph.snapshot.snapshot import Snapshot
from queries.allocation import allocate
from queries.coverage import role_coverage
from queries.coverage_matrix import coverage_matrix
from queries.diff import Sides, diff
from queries.gaps import find_gaps
from queries.match import match_roles
from queries.plan import plan_training
from queries.plan_several import plan_roles
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from queries.training import role_training
from queries.what_if import what_if
from tests.support.cases import each
from tests.support.factory import graph_of

LINES = ("k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "r2 REQUIRES c1", "r3 REQUIRES c1", "e1 EMPLOYS r1")
OTHERS = ("e2 EMPLOYS r2", "e3 EMPLOYS r2", "e4 EMPLOYS r2", "e5 EMPLOYS r2")
GRAPH = graph_of(*LINES, *OTHERS)

Question = Callable[[Snapshot, Scope], object]
OF_A_ROLE: dict[str, Question] = {
    "coverage": lambda graph, scope: role_coverage(graph, str(scope.role), scope.model_copy(update={"role": None})),
    "matrix": lambda graph, scope: coverage_matrix(
        graph, "course", scope.role, scope.model_copy(update={"role": None})
    ),
    "training": lambda graph, scope: role_training(graph, str(scope.role), scope),
    "plan": lambda graph, scope: plan_training(graph, str(scope.role), scope.model_copy(update={"role": None})),
    "plans": lambda graph, scope: plan_roles(graph, [str(scope.role)], scope.model_copy(update={"role": None})),
}
OF_MANY: dict[str, Question] = {
    "gaps": find_gaps,
    "trace": lambda graph, scope: trace_competency(graph, "c1", scope),
    "match": lambda graph, scope: match_roles(graph, ["c1"], scope),
    "allocation": allocate,
    "diff": lambda graph, scope: diff(graph, graph, Sides(since="1", until="2"), None, scope),
    "what-if": lambda graph, scope: what_if(graph, graph, None, None, scope),
}


@each("name", sorted({**OF_A_ROLE, **OF_MANY}))
def test_employer_of_others_is_refused(name: str) -> None:
    """The first who employ the role are named, and how many more; the fault is the employer's."""
    ask = {**OF_A_ROLE, **OF_MANY}[name]
    with pytest.raises(InputError, match=r"e1 does not employ r2.*e2, e3, e4 and 1 more") as refused:
        ask(GRAPH, Scope(role="r2", employer="e1"))
    assert (refused.value.problem.column, refused.value.problem.value) == ("employer", "e1")
    with pytest.raises(InputError, match=r"e1 does not employ r3.*no enterprise"):
        ask(GRAPH, Scope(role="r3", employer="e1"))
    ask(GRAPH, Scope(role="r1", employer="e1"))


def test_employment_of_either_state_is_enough() -> None:
    """What is compared may be the employment itself: before or after, the role is employed."""
    later = graph_of(*LINES, "e1 EMPLOYS r2")
    scope = Scope(role="r2", employer="e1")
    for before, after in ((GRAPH, later), (later, GRAPH)):
        assert what_if(before, after, None, None, scope).scope == scope
    with pytest.raises(InputError, match="does not employ"):
        find_gaps(GRAPH, scope)
