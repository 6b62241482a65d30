"""What would close a gap, as the page of a trace says it: near courses and tasks, enterprises, each to be tried."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.snapshot.snapshot import Snapshot
from queries.gap_closers import GapClosers, close_gap
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import ChainLink
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.reasons import ExplainedResult
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.weakness import Weakness
from queries.trace import Trace


@dataclass(frozen=True, slots=True)
class ClosingProposal:
    """One thing that would help: what leads to it, why, and the suppositions that try it (empty: cannot be tried)."""

    nodes: Sequence[NodeName]
    why: ExplainedResult
    adding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """A way to close the gap: the key of what to do, what is near, nearest first, and `adding`, which tries it."""

    key: str
    proposals: list[ClosingProposal] = field(default_factory=list)
    adding: tuple[str, ...] = ()


def closed_by(snapshot: Snapshot, trace: Trace, scope: Scope) -> GapClosers:
    """Return what would close the gap of the competency that was traced in this scope."""
    near = Neighbourhood(snapshot, resolve(snapshot, scope), snapshot.require(trace.competency.id))
    return close_gap(near, [flaw.flaw for flaw in trace.flaws])


def next_steps(trace: Trace, closed: GapClosers) -> list[ClosingStep]:
    """Return what is to be done, the most urgent first; empty where nothing needs to be."""
    weaknesses = {flaw.flaw for flaw in trace.flaws}
    c = trace.competency.id
    found = []
    if not trace.knowledge_units or closed.courses:
        teaching = [
            ClosingProposal([*([one.course] if one.course else []), one.unit], one, (f"{one.unit.id} DEVELOPS {c}",))
            for one in closed.courses
        ]
        found.append(ClosingStep("teach", teaching))
    if not trace.training_tasks or closed.tasks:
        practising = [ClosingProposal([one.task], one, (f"{one.task.id} PRACTISES {c}",)) for one in closed.tasks]
        found.append(ClosingStep("practise", practising))
    if not trace.roles:
        found.append(ClosingStep("require"))
    if Weakness.INDIRECT in weaknesses:
        found.append(ClosingStep("tie", adding=_tying(trace)))
    if weaknesses & {Weakness.FRAGILE, Weakness.SINGLE_HOST, Weakness.CAMPUS_ONLY} and not found:
        found.append(ClosingStep("spread"))
    if closed.enterprises and (found or weaknesses & {Weakness.SINGLE_HOST, Weakness.CAMPUS_ONLY}):
        leading = [
            ClosingProposal([one.enterprise], one, _hosting(trace, closed, one.enterprise))
            for one in closed.enterprises
        ]
        found.append(ClosingStep("lead", leading))
    return found


def _tying(trace: Trace) -> tuple[str, ...]:
    """Return the links that would make the best chain a direct one; none where it has no responsibility."""
    best = next(iter(trace.chains), None)
    if best is None or best.link is not ChainLink.INDIRECT or best.responsibility is None:
        return ()
    task = best.training_task.id
    return (f"{task} APPLIES {best.knowledge_unit.id}", f"{task} PREPARES_FOR {best.responsibility.id}")


def _hosting(trace: Trace, closed: GapClosers, enterprise: NodeName) -> tuple[str, ...]:
    """Return what to suppose for the enterprise to host training for it: of a task there is, else of the nearest."""
    practised = next((task for task in trace.training_tasks if enterprise.id not in {h.id for h in task.hosts}), None)
    if practised is not None:
        return (f"{enterprise.id} HOSTS {practised.id}",)
    if closed.tasks and not trace.training_tasks:
        task = closed.tasks[0].task.id
        return (f"{enterprise.id} HOSTS {task}", f"{task} PRACTISES {trace.competency.id}")
    return ()
