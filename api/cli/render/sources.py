"""How the sources are shown."""

from api.answers.store_views import SourceList
from api.cli.terminal import FOLD, NUMBER, WIDE, WORD, Terminal, line, local_time, table
from graph.messages.reader_language import say


def show_sources(sources: SourceList, out: Terminal) -> None:
    """Show who states what the graph holds, the first speaker first."""
    if not sources.items:
        out.show(line(say("show.no_source")))
        return
    rows = [
        [
            str(source.rank),
            source.name,
            source.version,
            local_time(source.last_import) if source.last_import else "-",
            source.institution_id or "-",
            "\n".join(filter(None, (source.licence, source.url))),
        ]
        for source in sources.items
    ]
    named = [say(f"heading.{name}") for name in ("rank", "source", "version")]
    heads = [(named[0], NUMBER), (named[1], FOLD), (named[2], FOLD), (say("show.last_import"), WORD)]
    out.show(table(*heads, (say("show.institution"), FOLD), (say("show.licence_address"), WIDE), rows=rows))
    out.show(line((say("show.lower_rank"), "dim")))
