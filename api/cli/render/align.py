"""How proposed links are shown: the strongest of each relation, and where all of them are."""

from pathlib import Path

from rich.text import Text

from api.answers.words import count
from api.cli.terminal import Terminal, indented, line
from queries.align import Alignment

_SHOWN = 20


def show_alignment(found: Alignment, out_file: Path | None, out: Terminal) -> None:
    """Show how many links are proposed, the first of each relation, and what to do next."""
    if not found.items:
        out.show(line("Nothing is alike enough; a lower --min-score asks for less."))
    for relation, how_many in found.counts.items():
        if not how_many:
            continue
        said = f"{count(how_many, 'proposal')}, the most alike first"
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
            out.show(*indented(head, 5, out.width), *indented(line("     ", (item.reason, "dim")), 5, out.width))
        if how_many > _SHOWN:
            out.show(line((f"     and {how_many - _SHOWN:,} more", "dim")))
        out.show(Text())
    if found.known:
        out.show(line((f"{count(found.known, 'pair')} more: the graph links them already.", "dim")))
    if out_file is not None:
        out.show(line(f"All are in {out_file}. Judge each row, then: rolepath ingest crosswalk {out_file}"))
    elif found.items:
        out.show(line(("Nothing was changed. --out FILE.csv writes all, to judge and to import.", "dim")))
