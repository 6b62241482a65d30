"""How ranked training is shown, and what no training practises."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from api.answers.words import facts, in_a_row, listed, spoken, spoken_scope
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.semantics.answers import NodeName
from queries.semantics.scope import ScopeNote
from queries.training import NearbyTraining, RoleTraining, Unreachable
from queries.training_items import PractisedCompetency, RankedTask

MOST_SHOWN = 6


def show_training(found: RoleTraining, out: Terminal) -> None:
    """Show the ranked tasks, each with what it practises of the role and what of that it adds."""
    _head(say("show.training_for"), found.role, found.scope, out)
    if not found.items:
        out.show(line(say("show.no_training_task")))
    for task in found.items:
        out.show(Text(), *_task(task, out.width))
    for near in found.nearby:
        out.show(Text(), *_nearby(near, out.width))
    out.show(Text())
    _more(found, out)
    if found.inactive:
        out.show(line((say("show.inactive", n=found.inactive), "dim")))
    if found.unreachable:
        names = in_a_row(_cut([competency.name for competency in found.unreachable]))
        out.show(*indented(line((say("show.practised_by_none"), "bold"), names), 2, out.width))
    out.show(line((say("show.ranked", id=found.role.id), "dim")))


def show_unreachable(found: Unreachable, out: Terminal) -> None:
    """Show what no task practises, with how it stands."""
    _head(say("show.unreachable_for"), found.role, found.scope, out)
    if not found.items:
        out.show(line(say("show.nothing_unreachable")))
    for one in found.items:
        told = facts([number(one.weight), spoken(one.status)])
        head = line((one.competency.name, "bold"), (f"  {one.competency.id}", "cyan"), f"  {told}")
        out.show(*indented(head, 4, out.width))
    _more(found, out)


def _head(title: str, role: NodeName, scope: ScopeNote, out: Terminal) -> None:
    out.show(line((title, "bold"), (role.name, "bold"), (f"  {role.id}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(scope, role.id)))


def _more(found: RoleTraining | Unreachable, out: Terminal) -> None:
    if found.next is not None:
        more = say("show.page_of", shown=len(found.items), total=found.total, cursor=found.next)
        out.show(line((more, "dim")))


def _task(ranked: RankedTask, width: int) -> Iterator[Text]:
    status = [(f"  {spoken(ranked.status)}", "yellow")] if ranked.status not in {None, "active"} else []
    name = (ranked.task.name, "bold"), (f"  {ranked.task.id}", "cyan")
    yield from indented(line((f"{ranked.rank:>2}. ", "bold"), *name, *status), 4, width)
    yield from indented(line(f"    {facts(_facts(ranked))}"), 4, width)
    new = {one.id for one in ranked.covers}
    adds = _weighed(ranked.covers) if 0 < len(new) < len(ranked.practises) else []
    for label, said in (
        (say("label.practises"), _weighed(ranked.practises)),
        (say("label.adds"), adds),
        (say("show.do_before"), _names(ranked.needs)),
        (say("label.applies"), _names(ranked.applies)),
        (say("label.rehearses"), _names(ranked.rehearses)),
        (say("label.leads_to"), _names(ranked.certificates)),
        (say("label.about"), [ranked.description] if ranked.description else []),
        (say("label.at"), [ranked.url] if ranked.url else []),
    ):
        if said:
            yield from indented(line("    ", (padded(label, 11), "dim"), in_a_row(_cut(said))), 15, width)


def _facts(ranked: RankedTask) -> list[str]:
    said = [say("show.practises_of_role", share=percent(ranked.share))]
    if ranked.adds_nothing:
        said.append(say("show.adds_nothing"))
    elif ranked.repeats:
        said.append(say("show.adds_more", share=percent(ranked.practised_share)))
    said += [say("spoken.hours", n=number(ranked.hours))] if ranked.hours is not None else []
    said += [say("spoken.term", n=ranked.term)] if ranked.term is not None else []
    said += [say("show.seats_a_term", seats=ranked.seats)] if ranked.seats is not None else []
    said += [spoken(ranked.mode)] if ranked.mode else []
    return said + ([say("spoken.at", names=listed(host.name for host in ranked.hosts))] if ranked.hosts else [])


def _nearby(near: NearbyTraining, width: int) -> Iterator[Text]:
    way = say(f"show.nearby_{near.way}", share=percent(near.shared))
    yield from indented(line((near.role.name, "bold"), (f"  {near.role.id}", "cyan"), f"  {way}"), 4, width)
    for one in near.items:
        practised = in_a_row(_cut([c.name for c in one.practises]))
        yield from indented(line("    ", one.task.name, (f"  {one.task.id}", "cyan"), f"  {practised}"), 8, width)


def _weighed(competencies: Sequence[PractisedCompetency]) -> list[str]:
    return [
        one.name + say("print.aside", said=number(one.weight) + ("" if one.taught else say("show.not_taught")))
        for one in competencies
    ]


def _names(nodes: Sequence[NodeName]) -> list[str]:
    return [node.name for node in nodes]


def _cut(said: Sequence[str]) -> list[str]:
    more = len(said) - MOST_SHOWN
    return [*said[:MOST_SHOWN], *([say("show.and_so_many", n=more)] if more > 0 else [])]
