"""Answers of the package held against those of the oracle."""

from graph.snapshot.snapshot import Snapshot
from queries.gaps import find_gaps
from queries.semantics.scope import Scope
from queries.trace import trace_competency
from tests.support.oracle import Answer, View
from tests.support.scoped_worlds import by_weight
from tests.support.worlds import COMPETENCIES


def check_gaps(snapshot: Snapshot, view: View, scope: Scope) -> None:
    """Hold counts, links and every gap in its order against the oracle."""
    found, answers = find_gaps(snapshot, scope), in_focus(view)
    assert found.focus.model_dump() == view.focus()
    assert found.counts == {status: sum(one.status == status for one in answers) for status in found.counts}
    assert found.links == {link: sum(one.link == link for one in answers) for link in found.links}
    told = [(one.competency.id, one.status, one.severity, [flaw.flaw for flaw in one.flaws]) for one in found.items]
    assert told == [(one.ids[0], one.status, one.severity, one.flaws) for one in view.gaps()]


def in_focus(view: View) -> list[Answer]:
    """Return what is to be said of every competency in focus."""
    return [answer for c in view.world.of_kind("Competency") if view.in_focus(answer := view.answer(c))]


def check_traces(snapshot: Snapshot, view: View, scope: Scope) -> None:
    """Hold the trace of every competency against the oracle: its state, its nodes and its chains."""
    for c in (one for one in COMPETENCIES if one in view.world.kind):
        trace, answer = trace_competency(snapshot, c, scope), view.answer(c)
        assert (trace.status, trace.link, trace.resilience) == (answer.status, answer.link, answer.resilience)
        assert [flaw.flaw for flaw in trace.flaws] == answer.flaws
        assert [(one.id, one.weight) for one in trace.knowledge_units] == by_weight(answer.units)
        assert [(one.id, one.weight) for one in trace.training_tasks] == by_weight(answer.tasks)
        assert [(one.id, one.weight) for one in trace.roles] == by_weight(answer.roles)
        told = [(one.link, one.knowledge_unit.id, one.training_task.id, one.role.id) for one in trace.chains]
        assert told == [(one.link, one.unit, one.task, one.role) for one in answer.chains[:20]]
