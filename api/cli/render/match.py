"""How matched roles are shown: what is held of each, and what it still asks for."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import count, facts, in_a_row, spoken_scope
from api.cli.terminal import Terminal, bar, indented, line, number, percent
from graph.messages.reader_language import say
from queries.match import MatchedRole, RoleMatch

MOST_SHOWN = 6


def show_match(found: RoleMatch, out: Terminal) -> None:
    """Show the roles that come closest, with what each still asks for."""
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope)))
    if not found.items:
        out.show(line(say("show.no_match")))
        return
    out.show(line((say("show.matches", total=count(found.total, "role")), "bold")))
    for role in found.items:
        out.show(Text(), *_role(role, out.width))


def _role(found: MatchedRole, width: int) -> Iterator[Text]:
    yield from indented(line((found.role.name, "bold"), (f"  {found.role.id}", "cyan")), 2, width)
    required = count(found.required, "competency")
    begun = say("show.begun", begun=percent(found.begun)) if found.begun > found.share else ""
    row = line("  ", (f"{percent(found.share):>5}", "bold"), "  ").append_text(bar(found.share))
    yield from indented(row.append(say("show.held", held=found.held, required=required, begun=begun)), 2, width)
    missing = [
        one.name
        + say(
            "print.aside",
            said=facts([number(one.weight), *([] if one.lacks == "both" else [say(f"show.lacks_{one.lacks}")])]),
        )
        for one in found.missing
    ]
    shown = missing[:MOST_SHOWN]
    shown += [say("show.and_so_many", n=len(missing) - MOST_SHOWN)] if len(missing) > MOST_SHOWN else []
    if shown:
        yield from indented(line("  ", (say("show.missing"), "dim"), in_a_row(shown)), 11, width)
