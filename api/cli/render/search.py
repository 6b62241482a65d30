"""How the nodes that a search found are shown."""

from rich.text import Text

from api.cli.render.pagination import show_next
from api.cli.terminal import ID, WIDE, WORD, Terminal, line, table
from graph.messages import text
from queries.search import SearchHit, SearchResult


def show_found(found: SearchResult, out: Terminal) -> None:
    """Show the page of nodes that a search found."""
    if not found.items:
        out.show(line(text("show.nothing_found")))
        if found.did_you_mean:
            out.show(line(text("show.did_you_mean", texts="; ".join(found.did_you_mean))))
        return
    has_code = any(node.code for node in found.items)
    heads = [
        ("id", ID),
        ("kind", WORD),
        *([("code", WORD)] if has_code else []),
        ("name", WIDE),
        (text("search.matched"), WIDE),
    ]
    out.show(
        table(
            *heads,
            rows=[
                [node.id, node.kind, *([node.code or ""] if has_code else []), Text(node.name), Text(_why(node))]
                for node in found.items
            ],
        )
    )
    show_next(found.next, len(found.items), found.total, out)


def _why(node: SearchHit) -> str:
    """Return the name that matched, where that is not the one shown."""
    return "" if node.match.text in {node.name, node.code, node.id} else node.match.text
