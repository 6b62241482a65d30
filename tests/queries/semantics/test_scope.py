"""Scopes: what has no term counts on every path, and every question asks of the same roles."""

import pytest

from queries.gaps import find_gaps
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from tests.support.factory import graph_of

# What has no term counts, on every path


def test_unit_with_an_undated_course_counts_in_every_term() -> None:
    """A later course beside an undated one neither un-teaches a competency, nor puts it out of order."""
    links = ("co1 COVERS k1", "co2 COVERS k1", "k1 DEVELOPS c1", "t1 PRACTISES c1", "r1 REQUIRES c1", "t1 APPLIES k1")
    g = graph_of(*links, nodes={"co2": {"term": 5}, "t1": {"term": 2}})
    trace = trace_competency(g, "c1", Scope(term=3))
    assert trace.status is ChainStatus.CONNECTED
    assert "out_of_order" not in {flaw.flaw for flaw in trace.flaws}
    assert "out_of_order" not in {flaw.flaw for flaw in trace_competency(g, "c1").flaws}


def test_course_offered_undated_once_counts_in_every_term() -> None:
    """Of two disciplines that offer a course, one says when: in the other it is due from the first term on."""
    links = ("d1 OFFERS co1 term=5", "d2 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1")
    assert trace_competency(graph_of(*links), "c1", Scope(term=3)).status is ChainStatus.TAUGHT_ONLY


def test_task_scheduled_undated_once_counts_in_every_term() -> None:
    """Likewise of training: one way without a term is enough."""
    links = ("co1 SCHEDULES t1 term=5", "co2 SCHEDULES t1", "t1 PRACTISES c1")
    assert trace_competency(graph_of(*links), "c1", Scope(term=3)).status is ChainStatus.PRACTISED_ONLY


def test_courses_after_the_term_lend_no_resilience() -> None:
    """What is taught later, or in another course than the one asked for, is not listed, and makes nothing robust."""
    links = ("co1 COVERS k1", "co2 COVERS k1", "k1 DEVELOPS c1", "t1 PRACTISES c1", "t2 PRACTISES c1", "r1 REQUIRES c1")
    g = graph_of(*links, nodes={"co1": {"term": 1}, "co2": {"term": 5}})
    for scope in (Scope(term=3), Scope(course="co1")):
        trace = trace_competency(g, "c1", scope)
        assert [course.id for course in trace.knowledge_units[0].courses] == ["co1"]
        if scope.term:
            assert trace.resilience == 1


# Roles of a scope


@pytest.mark.parametrize("scope", [Scope(discipline="d1"), Scope(course="co1"), Scope(discipline="d1", course="co1")])
def test_trace_and_gaps_ask_of_the_same_roles(scope: Scope) -> None:
    """Both ask of the roles that the discipline, or whoever offers the course, targets; the others are counted."""
    links = ("d1 TARGETS r1", "d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "r2 REQUIRES c1", "r1 REQUIRES c2")
    g = graph_of(*links, "d2 OFFERS co2")
    trace = trace_competency(g, "c1", scope)
    assert (trace.status, trace.roles, trace.roles_outside) == (ChainStatus.TAUGHT_ONLY, [], 1)
    assert find_gaps(g, scope).counts[ChainStatus.TAUGHT_ONLY] == 1
    everyone = trace_competency(g, "c1", scope.model_copy(update={"roles": "all"}))
    assert ([role.id for role in everyone.roles], everyone.roles_outside) == (["r2"], 0)


def test_discipline_without_targets_is_asked_of_every_role() -> None:
    """And the answer says so."""
    g = graph_of("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "r1 REQUIRES c1")
    for scope in (Scope(discipline="d1"), Scope(course="co1")):
        trace = trace_competency(g, "c1", scope)
        assert (trace.status, trace.scope.targets_unrecorded) == (ChainStatus.UNPRACTISED, True)
    assert not trace_competency(g, "c1", Scope(discipline="d1", role="r1")).scope.targets_unrecorded
