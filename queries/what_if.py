"""What if: the difference that some nodes and links more, or fewer, would make; nothing is saved."""

from functools import partial
from typing import Annotated

from pydantic import Field

from graph.errors import InputError, NotFoundError, Problem
from graph.messages import message
from graph.model import Frozen, NodeId
from graph.snapshot.patch import Patch
from graph.snapshot.snapshot import Snapshot
from queries.compare.answer_changes import Consequences, compare, focus_after
from queries.compare.change_candidates import candidates_of_patch
from queries.compare.graph_changes import GraphChanges, tell_changes
from queries.coverage import RoleCoverage, role_coverage
from queries.gaps import Gaps, find_gaps
from queries.parameters.what_if import Ask
from queries.plan import Plan, plan_training
from queries.semantics.employment import is_employed, require_employment
from queries.semantics.focus_note import Focus
from queries.semantics.scope import EVERYTHING, Scope
from queries.trace import Trace, trace_competency


class ScenarioQuestion(Frozen):
    """What else is asked before and after: `of` is the role of a coverage or plan, or the competency of a trace."""

    ask: Ask
    of: NodeId | None = None


class ScenarioAnswer(Frozen):
    """The answer before and after; None where what it is asked of is not in the graph, or not employed as asked."""

    ask: Ask
    of: NodeId | None
    before: Gaps | RoleCoverage | Trace | Plan | None
    after: Gaps | RoleCoverage | Trace | Plan | None


class WhatIf(Frozen):
    """What would change: in the graph, and thereby in coverage and gaps; in the scope. The revision is the real one.

    `focus` is that of the graph as it would be.
    """

    changes: GraphChanges
    consequences: Consequences
    asked: ScenarioAnswer | None
    focus: Focus
    scope: Scope
    limit: Annotated[int, Field(ge=1)]
    next: str | None = None
    revision: int


def what_if(
    before: Snapshot,
    after: Snapshot,
    patch: Patch | None,
    question: ScenarioQuestion | None = None,
    scope: Scope = EVERYTHING,
    *,
    limit: int = 20,
) -> WhatIf:
    """Return the difference between the graph as it is and as it would be.

    `patch` made the one of the other; None where that is not known. Lists are cut at the limit; totals count all.

    Raises:
        NotFoundError: the question or the scope names something that is not there.
        InputError: the question lacks what it is asked of, or the employer does not employ the role before or after.
    """
    touched = candidates_of_patch(before, after, patch)
    return WhatIf(
        changes=tell_changes(before, after, touched, limit=limit),
        consequences=compare(before, after, touched, scope, limit=limit),
        asked=None if question is None else _ask(before, after, question, scope, limit),
        focus=focus_after(after, scope),
        scope=scope,
        limit=limit,
        revision=before.revision.number,
    )


def _ask(before: Snapshot, after: Snapshot, question: ScenarioQuestion, scope: Scope, limit: int) -> ScenarioAnswer:
    if question.of is None and question.ask != "gaps":
        what = "competency" if question.ask == "trace" else "role"
        raise InputError(Problem(message("scenario_question.of", ask=question.ask, what=what), column="of"))
    known = [
        snapshot
        for snapshot in (before, after)
        if question.ask == "gaps" or snapshot.find(question.of or "") is not None
    ]
    if not known:
        raise NotFoundError(
            message("thing.node"), question.of or "", near=partial(before.near_names, question.of or "")
        )
    asked = scope.model_copy(update={"role": question.of}) if question.ask in {"coverage", "plan"} else scope
    answerable = [snapshot for snapshot in known if is_employed(snapshot, asked)]
    if not answerable:
        require_employment(known[-1], asked)
    answers = tuple(
        _answer(snapshot, question, scope, limit) if snapshot in answerable else None for snapshot in (before, after)
    )
    return ScenarioAnswer(ask=question.ask, of=question.of, before=answers[0], after=answers[1])


def _answer(
    snapshot: Snapshot, question: ScenarioQuestion, scope: Scope, limit: int
) -> Gaps | RoleCoverage | Trace | Plan:
    of = question.of
    if of is None or question.ask == "gaps":
        return find_gaps(snapshot, scope, limit=limit)
    if question.ask == "coverage":
        return role_coverage(snapshot, of, scope)
    if question.ask == "plan":
        return plan_training(snapshot, of, scope)
    return trace_competency(snapshot, of, scope, limit=limit)
