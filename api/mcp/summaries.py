"""Text summaries of answers: what an assistant reads first. Ids stand beside names, so that it can ask on."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from api.answers.words import link_meaning, spoken, status_meaning
from api.mcp.sources import AnswerSources
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.gaps import Gap, Gaps
from queries.match import RoleMatch
from queries.node_list import FoundNodes
from queries.plan import Plan
from queries.trace import Trace
from queries.trace_node import NodeTrace
from queries.training import RoleTraining

FEW = 8
"""How many names of one kind a summary has; the structured answer has all."""


class NamedItem(Protocol):
    """Anything with an id and a name."""

    @property
    def id(self) -> str:
        """The id."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...


def tell_trace(found: Trace) -> list[str]:
    """Return how a competency is connected, stage by stage."""
    of = found.competency
    lines = [f"{_called(of)}: {spoken(found.status)} - {status_meaning(found.status)}"]
    if found.link is not None:
        lines.append(f"Its best chain is {spoken(found.link)}: {link_meaning(found.link)}")
    if found.resilience is not None:
        lines.append(f"Resilience {found.resilience}: losing so many courses or training tasks would break it.")
    lines += [f"Weakness - {spoken(flaw.flaw)}: {flaw.reason}." for flaw in found.flaws]
    lines.append(_stage("Taught by", found.knowledge_units, "No knowledge unit develops it."))
    lines.append(_stage("Practised by", found.training_tasks, "No training task practises it."))
    lines.append(_stage("Required by the responsibilities", found.responsibilities, "No responsibility requires it."))
    lines.append(_stage("Required by the roles", found.roles, "No position requires it."))
    lines.append(_stage("Employed there by", found.enterprises, "It is not recorded who employs people there."))
    return lines


def tell_node_trace(found: NodeTrace) -> list[str]:
    """Return by way of which competencies another node is connected."""
    counted = ", ".join(f"{n:,} {spoken(status)}" for status, n in found.statuses.items() if n)
    passed = f"{found.competencies_total:,} competencies" + (f": {counted}" if counted else "")
    lines = [f"{_called(found)} is of the kind {found.kind}; it passes through {passed}."]
    broken = [one for one in found.competencies if one.status != "connected"]
    lines += [f"- broken at {_called(one)}: {status_meaning(one.status)}" for one in broken]
    lines += [f"{spoken(stage.stage).capitalize()} ({stage.total:,}): {_names(stage.nodes)}" for stage in found.stages]
    return lines


def tell_gaps(found: Gaps) -> list[str]:
    """Return the gaps of a page, the gravest first, and the counts."""
    counted = ", ".join(f"{n:,} {spoken(status)}" for status, n in found.counts.items() if n)
    lines = [
        f"{found.total:,} gaps pass the filters; {len(found.items)} are listed here, the gravest first.",
        f"All competencies, as judged in this scope: {counted or 'none'}.",
    ]
    lines += [_gap(gap) for gap in found.items]
    if found.next:
        lines.append(f'There are more: ask again with cursor "{found.next}".')
    return lines


def _gap(gap: Gap) -> str:
    flaws = "; ".join(flaw.reason for flaw in gap.flaws) + "."
    what = status_meaning(gap.status) if gap.link is None else flaws
    closing = [f"course {_called(near.course)}" for near in gap.closed_by.courses if near.course is not None]
    closing += [f"task {_called(near.task)}" for near in gap.closed_by.tasks]
    closing += [f"led by {_called(leader.enterprise)}" for leader in gap.closed_by.enterprises[:1]]
    close = f" Could be closed by: {', '.join(closing)}." if closing else ""
    return f"- severity {gap.severity}, {_called(gap.competency)}: {what}{close}"


def tell_coverage(found: RoleCoverage) -> list[str]:
    """Return how much of a role is covered, and what is not."""
    if found.coverage is None:
        return [f"{_called(found.role)}: it is not recorded what this role requires, so there is nothing to cover."]
    parts = {"taught": found.taught, "practised": found.practised, "directly connected": found.direct}
    parts["proven by assessments"] = found.proven
    beside = ", ".join(f"{what} {_share(share)}" for what, share in parts.items())
    covered = f"{_share(found.coverage)} of what it requires, by weight, is taught and practised"
    lines = [f"{_called(found.role)}: {covered} ({beside})."]
    open_ones = [one for one in found.competencies if one.status not in {"connected", "undemanded"}]
    lines += [f"- {one.name} ({one.id}), weight {one.weight:.2f}: {status_meaning(one.status)}" for one in open_ones]
    return lines if open_ones else [*lines, "Every competency that it requires is taught and practised."]


def tell_matrix(found: CoverageMatrix) -> list[str]:
    """Return the rows and columns of a matrix, and for each column the rows that serve it best."""
    lines = [f"Coverage: {len(found.rows)} rows (each a {found.by}) by {len(found.columns)} columns."]
    if found.role is not None:
        lines.append(f"The columns are what {_called(found.role)} requires.")
        for j, column in enumerate(found.columns):
            serving = [row.name for i, row in enumerate(found.rows) if found.statuses[i][j] == "connected"]
            lines.append(f"- {_called(column)}: taught and practised in {', '.join(serving) or 'none'}")
        return lines
    for j, column in enumerate(found.columns):
        shares = [(row[j] or 0.0, -i) for i, row in enumerate(found.shares)]
        best, at = max(shares, default=(0.0, 0))
        by = f"most by {_called(found.rows[-at])}: {_share(best)}" if best else "by none"
        lines.append(f"- {_called(column)}: {by}")
    return lines


def tell_plan(found: Plan) -> list[str]:
    """Return the steps of a plan with their reasons, and what it leaves open."""
    covers = f"coverage {_share(found.coverage_before)} before, {_share(found.coverage_after)} after"
    lines = [
        f"Training plan for {_called(found.role)}: {len(found.steps)} tasks, {found.hours:g} hours; {covers}.",
        "It is proven that no allowed choice covers more."
        if found.optimal
        else f"The search was cut short: the best plan may cover {_share(found.gap_share)} more.",
    ]
    for number, step in enumerate(found.steps, 1):
        at = [*([f"term {step.term}"] if step.term is not None else []), *([step.host.name] if step.host else [])]
        where = f" ({', '.join(at)})" if at else ""
        stated = "" if step.hours_stated else " (not stated: the usual)"
        covers = _names(step.covers) or "nothing itself, but a later step needs it"
        lines.append(f"{number}. {_called(step.task)}{where}, {step.hours:g} h{stated}: practises {covers}")
        if step.learn_first:
            lines.append(f"   to learn first: {_names(step.learn_first)}")
    lines += [
        f"Not reachable: {_called(one.competency)} - {status_meaning(one.status)}" for one in found.unreachable[:FEW]
    ]
    for n, other in enumerate(found.alternatives, 1):
        tasks = _names(other.tasks)
        lines.append(f"Alternative {n}: {other.hours:g} h, coverage {_share(other.coverage_after)}: {tasks}")
    return lines


def tell_training(found: RoleTraining) -> list[str]:
    """Return the ranked tasks for a role."""
    lines = [f"Training tasks for {_called(found.role)}: {found.total:,}; what newly covers most comes first."]
    for one in found.items:
        hours = "hours not stated" if one.hours is None else f"{one.hours:g} h"
        covers = _names(one.covers) or "nothing new"
        lines.append(f"{one.rank}. {_called(one.task)}, {hours}, +{_share(one.covered_share)}: practises {covers}")
    if found.unreachable:
        lines.append(f"No task practises: {_names(found.unreachable)}")
    if found.next:
        lines.append(f'There are more: ask again with cursor "{found.next}".')
    return lines


def tell_match(found: RoleMatch) -> list[str]:
    """Return the roles that come closest to what is held."""
    lines = [f"{found.total:,} roles ask for something of this; the closest first."]
    for one in found.items:
        missing = _names(one.missing) or "nothing"
        lines.append(f"- {_called(one.role)}: {_share(one.share)} held ({one.held} of {one.required}); lacks {missing}")
    return lines


def tell_search(found: FoundNodes) -> list[str]:
    """Return the nodes that were found."""
    lines = [f"{found.total:,} found."]
    lines += [f"- {node.kind} {node.name} ({node.id})" for node in found.items]
    if found.next:
        lines.append(f'There are more: ask again with cursor "{found.next}".')
    return lines


def tell_grounds(grounds: AnswerSources, caveats: Sequence[str], revision: int) -> list[str]:
    """Return who says so, of which revision, and what to bear in mind."""
    lines = [f"Revision {revision} of the graph."]
    if grounds.sources:
        part = "" if grounds.looked_up == grounds.named else f" (of the first {grounds.looked_up} of {grounds.named})"
        lines.append(f"Sources, and how many of the things named here each states{part}:")
        for source in grounds.sources:
            of = ", ".join(said for said in (source.licence, source.url) if said)
            version = f" {source.version}" if source.version else ""
            lines.append(f"- {source.name}{version}{f' ({of})' if of else ''}: {source.states}")
    return [*lines, *(f"Note: {said}" for said in caveats)]


def _called(node: NamedItem) -> str:
    return f"{node.name} ({node.id})"


def _names(nodes: Iterable[NamedItem]) -> str:
    called = [_called(node) for node in nodes]
    more = len(called) - FEW
    return ", ".join([*called[:FEW], *([f"and {more} more"] if more > 0 else [])])


def _stage(what: str, nodes: Sequence[NamedItem], none: str) -> str:
    return f"{what}: {_names(nodes)}" if nodes else none


def _share(share: float | None) -> str:
    return "not known" if share is None else f"{share * 100:.0f}%"
