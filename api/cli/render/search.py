"""How the nodes that a search found are shown."""

from rich.text import Text

from api.answers.words import in_a_row, kind_name
from api.cli.render.pagination import show_next
from api.cli.terminal import ID, WIDE, WORD, Terminal, line, table
from graph.messages.reader_language import say
from queries.search import SearchHit, SearchResult


def show_found(found: SearchResult, out: Terminal) -> None:
    """Show the page of nodes that a search found."""
    if found.note is not None:
        out.show(line((found.note, "dim")))
    if not found.items:
        out.show(line(say("show.nothing_found")))
        if found.did_you_mean:
            out.show(line(say("show.did_you_mean", texts=in_a_row(found.did_you_mean))))
        return
    has_code = any(node.code for node in found.items)
    heads = [
        (say("heading.id"), ID),
        (say("heading.kind"), WORD),
        *([(say("heading.code"), WORD)] if has_code else []),
        (say("heading.name"), WIDE),
        (say("search.matched"), WIDE),
    ]
    out.show(
        table(
            *heads,
            rows=[
                [
                    node.id,
                    kind_name(node.kind),
                    *([node.code or ""] if has_code else []),
                    Text(node.name),
                    Text(_why(node)),
                ]
                for node in found.items
            ],
        )
    )
    show_next(found.next, len(found.items), found.total, out)


def _why(node: SearchHit) -> str:
    """Return the name that matched, where that is not the one shown."""
    return "" if node.match.text in {node.name, node.code, node.id} else node.match.text
