"""How proposed links are shown: the strongest of each relation, and where all of them are."""

import shlex
from pathlib import Path

from rich.text import Text

from api.answers.words import count, told
from api.cli.terminal import Terminal, indented, line
from graph.messages.reader_language import say
from queries.align import Alignment

_SHOWN = 20


def show_alignment(found: Alignment, out_file: Path | None, out: Terminal) -> None:
    """Show how many links are proposed, the first of each relation, and what to do next."""
    if not found.items:
        out.show(line(say("show.nothing_alike")))
    if found.note is not None:
        out.show(line((found.note, "dim")), Text())
    for relation, how_many in found.counts.items():
        if not how_many:
            continue
        said = say("show.most_alike", how_many=count(how_many, "proposal"))
        out.show(line((relation.value, "bold"), f"  {said}"))
        of_relation = [item for item in found.items if item.relation == relation]
        for item in of_relation[:_SHOWN]:
            head = line(
                (f"{item.score:.2f} ", "bold"),
                item.from_name,
                (f" {item.from_id}", "cyan"),
                " - ",
                item.to_name,
                (f" {item.to_id}", "cyan"),
            )
            out.show(*indented(head, 5, out.width), *indented(line("     ", (told(item), "dim")), 5, out.width))
        if how_many > _SHOWN:
            out.show(line((say("show.and_more_proposals", how_many=how_many - _SHOWN), "dim")))
        out.show(Text())
    if found.known:
        out.show(line((say("show.linked_already", known=count(found.known, "pair")), "dim")))
    if out_file is not None:
        out.show(line(say("show.all_in_file", out_file=out_file, quoted=shlex.quote(str(out_file)))))
    elif found.items:
        out.show(line((say("show.nothing_changed"), "dim")))
