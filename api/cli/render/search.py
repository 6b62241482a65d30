"""How the nodes that a search found are shown."""

from rich.text import Text

from api.cli.render.pagination import show_next
from api.cli.terminal import ID, WIDE, WORD, Terminal, line, table
from graph.messages import text
from queries.node_list import FoundNodes


def show_found(found: FoundNodes, out: Terminal) -> None:
    """Show the page of nodes that a search found."""
    if not found.items:
        out.show(line(text("show.nothing_found")))
        return
    has_code = any(node.code for node in found.items)
    heads = [("id", ID), ("kind", WORD), *([("code", WORD)] if has_code else []), ("name", WIDE)]
    out.show(
        table(
            *heads,
            rows=[
                [node.id, node.kind, *([node.code or ""] if has_code else []), Text(node.name)] for node in found.items
            ],
        )
    )
    show_next(found.next, len(found.items), found.total, out)
