"""Pagination: how the end of a page of a list is shown."""

from rich.text import Text

from api.cli.terminal import Terminal, line


def show_next(cursor: str | None, shown: int, total: int, out: Terminal) -> None:
    """Show how much of a list this page is, and how to get the next one."""
    if cursor is not None:
        out.show(Text(), line((f"{shown:,} of {total:,}. More: --limit N, or the next page: --cursor {cursor}", "dim")))
    elif shown < total:
        out.show(Text(), line((f"The last {shown:,} of {total:,}.", "dim")))
