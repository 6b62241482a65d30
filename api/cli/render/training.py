"""How ranked training is shown."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import spoken_scope
from api.cli.terminal import Terminal, indented, line, number, percent
from graph.messages import text
from queries.semantics.answers import NodeName
from queries.training import RankedTask, RoleTraining

MOST_SHOWN = 6


def show_training(found: RoleTraining, out: Terminal) -> None:
    """Show the ranked tasks, each with what it newly covers."""
    role = found.role
    out.show(line((text("show.training_for"), "bold"), (role.name, "bold"), (f"  {role.id}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope, role.id)))
    if not found.items:
        out.show(line(text("show.no_training_task")))
    for task in found.items:
        out.show(Text(), *_task(task, out.width))
    out.show(Text())
    if found.next is not None:
        more = text("show.page_of", shown=len(found.items), total=found.total, cursor=found.next)
        out.show(line((more, "dim")))
    if found.unreachable:
        names = "; ".join(competency.name for competency in found.unreachable)
        out.show(*indented(line((text("show.practised_by_none"), "bold"), names), 2, out.width))
    out.show(line((text("show.ranked", id=role.id), "dim")))


def _task(ranked: RankedTask, width: int) -> Iterator[Text]:
    head = line((f"{ranked.rank:>2}. ", "bold"), (ranked.task.name, "bold"), (f"  {ranked.task.id}", "cyan"))
    yield from indented(head, 4, width)
    facts = [text("show.covers_more", covered_share=percent(ranked.covered_share))]
    facts += [f"{number(ranked.hours)} hours"] if ranked.hours is not None else []
    facts += [f"term {ranked.term}"] if ranked.term is not None else []
    facts += [text("show.seats_a_term", seats=ranked.seats)] if ranked.seats is not None else []
    facts += [ranked.mode] if ranked.mode else []
    facts += [f"at {', '.join(host.name for host in ranked.hosts)}"] if ranked.hosts else []
    yield from indented(line(f"    {', '.join(facts)}"), 4, width)
    covered = [
        f"{new.name} ({number(new.weight)}{'' if new.taught else text('show.not_taught')})" for new in ranked.covers
    ]
    repeats = [text("show.repeats", repeats=ranked.repeats)] if ranked.repeats else []
    for label, said in (
        ("practises", [*covered, *repeats]),
        (text("show.do_before"), _names(ranked.needs)),
        ("applies", _names(ranked.applies)),
        ("rehearses", _names(ranked.rehearses)),
    ):
        if said:
            shown = said[:MOST_SHOWN] + (
                [text("show.and_so_many", n=len(said) - MOST_SHOWN)] if len(said) > MOST_SHOWN else []
            )
            yield from indented(line("    ", (f"{label:<11}", "dim"), "; ".join(shown)), 15, width)


def _names(nodes: list[NodeName]) -> list[str]:
    return [node.name for node in nodes]
