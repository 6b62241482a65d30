"""Pagination: how the end of a page of a list is shown."""

from rich.text import Text

from api.cli.terminal import Terminal, line
from graph.messages.reader_language import say


def show_next(cursor: str | None, shown: int, total: int, out: Terminal) -> None:
    """Show how much of a list this page is, and how to get the next one."""
    if cursor is not None:
        out.show(Text(), line((say("show.page_of", shown=shown, total=total, cursor=cursor), "dim")))
    elif shown < total:
        out.show(Text(), line((say("show.last_of", shown=shown, total=total), "dim")))
