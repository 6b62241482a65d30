"""How the sources are shown."""

from api.answers.store_views import SourceList
from api.cli.terminal import FOLD, NUMBER, WIDE, WORD, Terminal, line, table
from graph.messages import text


def show_sources(sources: SourceList, out: Terminal) -> None:
    """Show who states what the graph holds, the first speaker first."""
    if not sources.items:
        out.show(line(text("show.no_source")))
        return
    rows = [
        [
            str(source.rank),
            source.name,
            source.version,
            source.last_import.astimezone().strftime("%Y-%m-%d %H:%M") if source.last_import else "-",
            source.institution_id or "-",
            "\n".join(filter(None, (source.licence, source.url))),
        ]
        for source in sources.items
    ]
    heads = [("rank", NUMBER), ("source", FOLD), ("version", FOLD), (text("show.last_import"), WORD)]
    out.show(table(*heads, (text("show.institution"), FOLD), (text("show.licence_address"), WIDE), rows=rows))
    out.show(line((text("show.lower_rank"), "dim")))
