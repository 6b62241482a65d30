"""Text summaries of answers: what an assistant reads first. Names are quoted, ids beside them, to ask on with."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from api.answers.words import link_meaning, spoken, status_meaning
from api.mcp.plain_text import plain, plain_id, quoted
from api.mcp.sources import AnswerSources
from graph.messages import text
from queries.benchmark import Benchmark
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.gaps import Gap, Gaps
from queries.match import RoleMatch
from queries.plan import Plan
from queries.search import SearchResult
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
        lines.append(text("summary.best_chain", link=spoken(found.link), meaning=link_meaning(found.link)))
    if found.resilience is not None:
        lines.append(text("summary.resilience", resilience=found.resilience))
    lines += [text("summary.flaw", flaw=spoken(flaw.flaw), reason=quoted(flaw.reason)) for flaw in found.flaws]
    lines.append(_stage(text("summary.taught_by"), found.knowledge_units, text("summary.no_unit")))
    lines.append(_stage(text("summary.practised_by"), found.training_tasks, text("summary.no_task")))
    lines.append(_stage(text("summary.required_by_duties"), found.responsibilities, text("summary.no_responsibility")))
    lines.append(_stage(text("summary.required_by_roles"), found.roles, text("summary.no_position")))
    lines.append(_stage(text("summary.employed_by"), found.enterprises, text("summary.no_employer")))
    return lines


def tell_node_trace(found: NodeTrace) -> list[str]:
    """Return by way of which competencies another node is connected."""
    counted = ", ".join(f"{n:,} {spoken(status)}" for status, n in found.statuses.items() if n)
    passed = f"{found.competencies_total:,} competencies" + (f": {counted}" if counted else "")
    lines = [text("summary.passes", node=_called(found), kind=found.kind, passed=passed)]
    broken = [one for one in found.competencies if one.status != "connected"]
    lines += [text("summary.broken_at", node=_called(one), meaning=status_meaning(one.status)) for one in broken]
    lines += [f"{spoken(stage.stage).capitalize()} ({stage.total:,}): {_names(stage.nodes)}" for stage in found.stages]
    return lines


def tell_gaps(found: Gaps) -> list[str]:
    """Return the gaps of a page, the gravest first, and the counts."""
    counted = ", ".join(f"{n:,} {spoken(status)}" for status, n in found.counts.items() if n)
    lines = [
        text("summary.gaps", total=found.total, n=len(found.items)),
        text("summary.all_competencies", counted=counted or "none"),
    ]
    lines += [_gap(gap) for gap in found.items]
    if found.next:
        lines.append(text("summary.more", cursor=found.next))
    return lines


def _gap(gap: Gap) -> str:
    flaws = "; ".join(quoted(flaw.reason) for flaw in gap.flaws) + "."
    what = status_meaning(gap.status) if gap.link is None else flaws
    closing = [f"course {_called(near.course)}" for near in gap.closed_by.courses if near.course is not None]
    closing += [f"task {_called(near.task)}" for near in gap.closed_by.tasks]
    closing += [
        text("summary.led_by", enterprise=_called(leader.enterprise)) for leader in gap.closed_by.enterprises[:1]
    ]
    close = text("summary.closed_by", closing=", ".join(closing)) if closing else ""
    return f"- severity {gap.severity}, {_called(gap.competency)}: {what}{close}"


def tell_coverage(found: RoleCoverage) -> list[str]:
    """Return how much of a role is covered, and what is not."""
    if found.coverage is None:
        return [text("summary.nothing_to_cover", role=_called(found.role))]
    parts = {"taught": found.taught, "practised": found.practised, text("summary.direct"): found.direct}
    parts[text("summary.proven")] = found.proven
    beside = ", ".join(f"{what} {_share(share)}" for what, share in parts.items())
    covered = text("summary.covered", coverage=_share(found.coverage))
    lines = [f"{_called(found.role)}: {covered} ({beside})."]
    open_ones = [one for one in found.competencies if one.status not in {"connected", "undemanded"}]
    lines += [f"- {_called(one)}, weight {one.weight:.2f}: {status_meaning(one.status)}" for one in open_ones]
    return lines if open_ones else [*lines, text("summary.all_covered")]


def tell_matrix(found: CoverageMatrix) -> list[str]:
    """Return the rows and columns of a matrix, and for each column the rows that serve it best."""
    lines = [text("summary.matrix", rows=len(found.rows), by=found.by, columns=len(found.columns))]
    if found.role is not None:
        lines.append(text("summary.columns", role=_called(found.role)))
        for j, column in enumerate(found.columns):
            serving = [quoted(row.name) for i, row in enumerate(found.rows) if found.statuses[i][j] == "connected"]
            lines.append(text("summary.column_served", column=_called(column), serving=", ".join(serving) or "none"))
        return lines
    for j, column in enumerate(found.columns):
        shares = [(row[j] or 0.0, -i) for i, row in enumerate(found.shares)]
        best, at = max(shares, default=(0.0, 0))
        by = (
            text("summary.most_by", row=_called(found.rows[-at]), best=_share(best))
            if best
            else text("summary.by_none")
        )
        lines.append(f"- {_called(column)}: {by}")
    return lines


def tell_plan(found: Plan) -> list[str]:
    """Return the steps of a plan with their reasons, and what it leaves open."""
    covers = text("summary.coverage_change", before=_share(found.coverage_before), after=_share(found.coverage_after))
    lines = [
        text("summary.plan", role=_called(found.role), steps=len(found.steps), hours=found.hours, covers=covers),
        text("summary.optimal") if found.optimal else text("summary.cut_short", gap_share=_share(found.gap_share)),
    ]
    for number, step in enumerate(found.steps, 1):
        at = [
            *([f"term {step.term}"] if step.term is not None else []),
            *([quoted(step.host.name)] if step.host else []),
        ]
        where = f" ({', '.join(at)})" if at else ""
        stated = "" if step.hours_stated else text("summary.usual")
        covers = _names(step.covers) or text("summary.needed_later")
        lines.append(
            text(
                "summary.step",
                number=number,
                task=_called(step.task),
                where=where,
                hours=step.hours,
                stated=stated,
                covers=covers,
            )
        )
        if step.learn_first:
            lines.append(text("summary.learn_first", learn_first=_names(step.learn_first)))
    lines += [
        text("summary.unreachable", competency=_called(one.competency), meaning=status_meaning(one.status))
        for one in found.unreachable[:FEW]
    ]
    for n, other in enumerate(found.alternatives, 1):
        tasks = _names(other.tasks)
        lines.append(
            text("summary.alternative", n=n, hours=other.hours, coverage=_share(other.coverage_after), tasks=tasks)
        )
    return lines


def tell_training(found: RoleTraining) -> list[str]:
    """Return the ranked tasks for a role."""
    idle, inactive = found.adds_nothing, found.inactive
    lines = [text("summary.training", role=_called(found.role), total=found.total, idle=idle, inactive=inactive)]
    for one in found.items:
        hours = text("summary.hours_not_stated") if one.hours is None else f"{one.hours:g} h"
        lines.append(
            text(
                "summary.ranked",
                rank=one.rank,
                task=_called(one.task),
                status=f" ({one.status})" if one.status not in {None, "active"} else "",
                hours=hours,
                share=_share(one.share),
                new=_share(one.practised_share),
                practises=_names(one.practises),
            )
        )
    lines += [
        text(
            "summary.nearby",
            role=_called(near.role),
            share=_share(near.shared),
            tasks=_names([one.task for one in near.items]),
        )
        for near in found.nearby
    ]
    if found.unreachable:
        lines.append(text("summary.practised_by_none", names=_names(found.unreachable)))
    if found.next:
        lines.append(text("summary.more", cursor=found.next))
    return lines


def tell_match(found: RoleMatch) -> list[str]:
    """Return the roles that come closest to what is held."""
    lines = [text("summary.matches", total=found.total)]
    for one in found.items:
        missing = _names(one.missing) or "nothing"
        lines.append(
            text(
                "summary.match",
                role=_called(one.role),
                share=_share(one.share),
                held=one.held,
                required=one.required,
                missing=missing,
            )
        )
    return lines


def tell_benchmark(found: Benchmark) -> list[str]:
    """Return what the programme lacks, what it has besides, and how many competencies each of these moves."""
    lines = [text("benchmark.beside", ours=_called(found.discipline), theirs=_called(found.against))]
    for kind, counts in found.totals.items():
        told = (f"{n:,} {text(f'benchmark.{difference}').lower()}" for difference, n in counts.items())
        lines.append(f"{text(f'kinds.{kind}')}: {', '.join(told)}.")
    for one in found.items:
        moved = text("summary.moved", n=len(one.effects)) if one.effects else ""
        lines.append(f"- {text(f'benchmark.{one.difference}')}: {text(f'kind.{one.kind}')} {_called(one.node)}{moved}")
    if found.next:
        lines.append(text("summary.more", cursor=found.next))
    return lines


def tell_search(found: SearchResult) -> list[str]:
    """Return the nodes that were found."""
    lines = [f"{found.total:,} found."]
    lines += [f"- {node.kind} {_called(node)}" for node in found.items]
    if found.did_you_mean:
        lines.append(text("summary.did_you_mean", texts="; ".join(found.did_you_mean)))
    if found.next:
        lines.append(text("summary.more", cursor=found.next))
    return lines


def tell_grounds(grounds: AnswerSources, caveats: Sequence[str], revision: int) -> list[str]:
    """Return who says so, of which revision, and what to bear in mind."""
    lines = [text("summary.revision", revision=revision)]
    if grounds.sources:
        part = (
            ""
            if grounds.looked_up == grounds.named
            else text("summary.looked_up", looked_up=grounds.looked_up, named=grounds.named)
        )
        lines.append(text("summary.sources", part=part))
        for source in grounds.sources:
            said = [quoted(part) for part in (source.name, source.version, source.licence, source.url) if part]
            lines.append(f"- {', '.join(said)}: {source.states}")
    return [*lines, *(f"Note: {plain(said)}" for said in caveats)]


def _called(node: NamedItem) -> str:
    return f"{quoted(node.name)} ({plain_id(node.id)})"


def _names(nodes: Iterable[NamedItem]) -> str:
    called = [_called(node) for node in nodes]
    more = len(called) - FEW
    return ", ".join([*called[:FEW], *([text("summary.and_more", more=more)] if more > 0 else [])])


def _stage(what: str, nodes: Sequence[NamedItem], none: str) -> str:
    return f"{what}: {_names(nodes)}" if nodes else none


def _share(share: float | None) -> str:
    return text("summary.not_known") if share is None else f"{share * 100:.0f}%"
