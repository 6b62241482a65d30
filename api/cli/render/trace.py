"""The picture of a trace: classroom, training, responsibility and position one under the other, and where it breaks."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.text import Text

from api.answers.words import (
    STATUS_STYLE,
    count,
    facts,
    link_meaning,
    listed,
    spoken,
    spoken_mark,
    spoken_scope,
    standing,
    status_meaning,
    told,
)
from api.cli.terminal import Terminal, indented, line, number, padded
from graph.messages.reader_language import say
from queries.semantics.answers import Completeness, NodeName, ViaCompetency
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.trace import Trace, TracedChain

MOST_SHOWN = 8
"""How many nodes of a stage are shown; the document of `--json` has all."""
MOST_CHAINS = 6
"""How many chains are shown, at most MOST_LOOSE of them indirect."""
MOST_LOOSE = 3

_RAIL = {ChainLink.DIRECT: "║", ChainLink.ROLE_DIRECT: "│", ChainLink.INDIRECT: "┊", None: "│"}
_ARROW = {ChainLink.DIRECT: " ══▶ ", ChainLink.ROLE_DIRECT: " ──▶ ", ChainLink.INDIRECT: " ┄┄▶ "}
_LINK_STYLE = {ChainLink.DIRECT: "green", ChainLink.ROLE_DIRECT: "cyan", ChainLink.INDIRECT: "yellow"}
_INDENT = "   "


class _StageEntry(NamedTuple):
    """A node of a stage: its name, the weight of its link with the competency, and where it is found."""

    name: str
    weight: float
    detail: str


class _Stage(NamedTuple):
    """A stage of the picture; `missing` says what it means that it is empty, and whether the chain breaks there."""

    title: str
    summary: str
    entries: Sequence[_StageEntry]
    missing: str
    breaks: bool


def draw_trace(trace: Trace, out: Terminal) -> None:
    """Show whether the competency is connected, its stages from classroom to position, flaws and best chains."""
    stages = _stages(trace)
    out.show(*_heading(trace, out.width), Text())
    rail = _RAIL[trace.link]
    for at, stage in enumerate(stages):
        follows = at + 1 < len(stages)
        out.show(*_draw_stage(stage, rail if follows else " ", out.width))
        if follows:
            is_whole = not stage.breaks and not stages[at + 1].breaks
            out.show(line((f" {'▼' if is_whole else ' '}", _style(trace.link))))
    out.show(*_draw_chains(trace, out.width), *_draw_completeness(trace.completeness, out.width))


def _heading(trace: Trace, width: int) -> Iterator[Text]:
    about = trace.competency
    kind = f"  {spoken(about.kind)}" if about.kind else ""
    also = f" = {' = '.join(about.ids[1:])}" if about.ids[1:] else ""
    yield line((about.name, "bold"), (kind, "italic"), f"  {about.id}{also}")
    if trace.roles_outside:
        yield line((say("trace.roles_outside", n=trace.roles_outside), "yellow"))
    for said in spoken_scope(trace.scope):
        yield line((said, "yellow"))
    mark = "✓" if trace.status is ChainStatus.CONNECTED else "✗"
    style = STATUS_STYLE[trace.status]
    words = standing(trace.status, trace.link)
    verdict = line((f"{mark} {words}", f"bold {style}"), f" - {status_meaning(trace.status)}")
    yield from indented(verdict, 2, width)
    if trace.link:
        yield from indented(line(("  " + link_meaning(trace.link), "dim")), 2, width)
    for flaw in trace.flaws:
        yield from indented(line(("! " + spoken(flaw.flaw), "bold yellow"), f" - {told(flaw)}"), 2, width)
    below = trace.narrower_covered
    if below is not None:
        words = say("show.narrower", covered=below.covered, total=below.total)
        yield line((words + (say("show.count_for_it") if below.raised else ""), "dim"))
    if trace.resilience is not None and trace.resilience > 1:
        loss = count(trace.resilience - 1, "course_or_training_task_is")
        yield line((say("show.resilience", resilience=trace.resilience, loss=loss), "dim"))


def _stages(trace: Trace) -> list[_Stage]:
    units, tasks, duties, roles = trace.knowledge_units, trace.training_tasks, trace.responsibilities, trace.roles
    courses = len({course.id for unit in units for course in unit.courses})
    employers = len(trace.enterprises)
    hosts = len({host.id for task in tasks for host in task.hosts})
    no_role = say("show.no_such_role") if duties else say("show.no_position")
    return [
        _Stage(
            say("stage_heading.classroom"),
            say("show.units_in_courses", units=count(len(units), "knowledge_unit"), courses=count(courses, "course")),
            [
                _StageEntry(
                    unit.name,
                    unit.weight,
                    _marked(_listed(unit.courses) or say("trace.no_course"), inferred=unit.inferred, via=unit.via),
                )
                for unit in units
            ],
            say("show.no_classroom"),
            not units,
        ),
        _Stage(
            say("stage_heading.training"),
            facts([count(len(tasks), "training_task"), count(hosts, "host") if hosts else say("trace.no_host")]),
            [
                _StageEntry(
                    task.name, task.weight, _marked(_where(task.kind, task.hosts), inferred=task.inferred, via=task.via)
                )
                for task in tasks
            ],
            say("show.no_training"),
            not tasks,
        ),
        _Stage(
            say("stage_heading.responsibility"),
            count(len(duties), "job_responsibility"),
            [_StageEntry(duty.name, duty.weight, _marked("", via=duty.via)) for duty in duties],
            say("show.position_itself") if roles else say("show.no_responsibility"),
            not duties and not roles,
        ),
        _Stage(
            say("stage_heading.position"),
            facts([count(len(roles), "role"), count(employers, "employer") if employers else say("trace.no_employer")]),
            [_StageEntry(role.name, role.weight, _marked(_listed(role.enterprises), via=role.via)) for role in roles],
            no_role,
            not roles,
        ),
    ]


def _listed(nodes: Sequence[NodeName], most: int = 3) -> str:
    more = len(nodes) - most
    return listed(node.name for node in nodes[:most]) + (say("show.and_more", more=more) if more > 0 else "")


def _marked(detail: str, *, inferred: bool = False, via: ViaCompetency | None = None) -> str:
    mark = spoken_mark(inferred=inferred, via=via)
    return (detail + say("print.aside", said=mark)).strip() if mark else detail


def _where(kind: str | None, hosts: Sequence[NodeName]) -> str:
    return " ".join(filter(None, (spoken(kind or ""), say("spoken.at", names=_listed(hosts)) if hosts else "")))


def _draw_stage(stage: _Stage, rail: str, width: int) -> Iterator[Text]:
    if not stage.entries:
        if stage.breaks:
            broken = f" ✗ {padded(stage.title, 15)} {stage.missing}"
            yield line((broken, "bold red"), (say("show.chain_breaks"), "red"))
        else:
            yield line((f" ○ {padded(stage.title, 15)} ", "bold"), (stage.missing, "dim"))
        return
    yield line((f" ● {padded(stage.title, 15)} ", "bold"), stage.summary)
    for entry in stage.entries[:MOST_SHOWN]:
        yield from _draw_entry(entry, rail, width)
    more = len(stage.entries) - MOST_SHOWN
    if more > 0:
        yield line(f" {rail}{_INDENT}", (say("show.more_in_json", more=more), "dim"))


def _draw_entry(entry: _StageEntry, rail: str, width: int) -> Iterator[Text]:
    free = width - 2 - len(_INDENT) - 7
    for_name = min(max(free // 2, 24), 60)
    names = indented(line(entry.name), 0, for_name)
    details = indented(line((entry.detail, "dim")), 0, free - for_name)
    for at in range(max(len(names), len(details) if entry.detail else 0)):
        row = line(f" {rail}{_INDENT}")
        name = names[at] if at < len(names) else Text()
        name.rstrip()
        name.pad_right(for_name - name.cell_len)
        weight = number(entry.weight) if at == 0 else ""
        row.append_text(name).append(f"{weight:>5}  ", "bold")
        if at < len(details):
            row.append_text(details[at])
        yield row


def _draw_chains(trace: Trace, width: int) -> Iterator[Text]:
    if not trace.chains:
        return
    counts = trace.chain_counts
    total = counts.direct + counts.role_direct + counts.indirect
    parts = {link: getattr(counts, link) for link in ChainLink}
    spread = listed(say("show.of_status", n=f"{n:,}", status=spoken(link)) for link, n in parts.items() if n)
    yield Text()
    yield line((say("show.best_chains"), "bold"), say("show.best_of", total=total, spread=spread))
    shown = _best(trace.chains)
    for chain in shown:
        style = _style(chain.link)
        strengths = say("show.strengths", supply=number(chain.supply), demand=number(chain.demand))
        yield line(("  " + spoken(chain.link), f"bold {style}"), strengths)
        duty = [chain.responsibility] if chain.responsibility else []
        flow = Text("    ")
        for at, node in enumerate([chain.knowledge_unit, chain.training_task, *duty, chain.role]):
            flow.append(_ARROW[chain.link] if at else "", style).append_text(line(node.name))
        yield from indented(flow, 4, width)
    if total > len(shown):
        yield line((say("show.more_chains", total=total - len(shown)), "dim"))


def _best(chains: Sequence[TracedChain]) -> list[TracedChain]:
    loose = [chain for chain in chains if chain.link is ChainLink.INDIRECT][:MOST_LOOSE]
    tied = [chain for chain in chains if chain.link is not ChainLink.INDIRECT][: MOST_CHAINS - bool(loose)]
    return tied + (loose[:1] if tied else loose)


def _draw_completeness(found: Completeness, width: int) -> Iterator[Text]:
    lacks = [
        (
            found.courses_without_units,
            say("show.lacks_units", courses_without_units=count(found.courses_without_units, "course")),
        ),
        (
            found.units_without_develops,
            say("show.lacks_develops", units_without_develops=count(found.units_without_develops, "unit")),
        ),
        (
            found.tasks_without_practises,
            say("show.lacks_practises", tasks_without_practises=count(found.tasks_without_practises, "task")),
        ),
        (
            found.roles_without_requires,
            say("show.lacks_requires", roles_without_requires=count(found.roles_without_requires, "role")),
        ),
        (
            found.weights_not_stated,
            say("show.lacks_weights", weights_not_stated=count(found.weights_not_stated, "weight")),
        ),
        (found.dormant_links, say("show.lacks_ends", dormant_links=count(found.dormant_links, "dormant_link"))),
    ]
    said = [words for how_many, words in lacks if how_many]
    if said:
        yield Text()
        words = say("show.not_recorded", said=listed(said))
        yield from indented(line((words, "dim")), 0, width)


def _style(link: ChainLink | None) -> str:
    return _LINK_STYLE[link] if link else ""
