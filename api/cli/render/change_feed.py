"""How the feed of changes is shown."""

from collections.abc import Sequence

from api.answers.change_feed import ChangeFeed, KindTally, RelationTally
from api.answers.words import count, in_a_row, kind_name
from api.cli.terminal import Terminal, line, local_time
from graph.messages.reader_language import say


def show_changes(feed: ChangeFeed, out: Terminal) -> None:
    """Show what each revision changed, the earliest first."""
    if not feed.items:
        out.show(line(say("show.no_change", revision=feed.revision)))
        return
    for one in feed.items:
        out.show(line((say("show.changed_by", revision=one.revision, source=one.source), "bold")))
        when = local_time(one.at)
        out.show(line((say("show.changed_at", when=when, run=one.run, content=one.content or "-"), "dim")))
        for told in (*_told(one.nodes, "node"), *_told(one.links, "link")):
            out.show(line(f"  {told}"))
    if feed.next is not None:
        out.show(line((say("show.changes_go_on", since=feed.next), "dim")))


def _told(tallies: Sequence[KindTally | RelationTally], what: str) -> list[str]:
    """Return how many were added, changed and removed, and of what, a line for each."""
    lines = []
    for way in ("added", "changed", "removed"):
        named = [(_name(one), getattr(one, way)) for one in tallies]
        total = sum(number for _, number in named)
        if total:
            of = in_a_row([f"{name} {number:,}" for name, number in named if number])
            lines.append(say("show.changed_of", way=say(f"heading.{way}"), count=count(total, what), of=of))
    return lines


def _name(tally: KindTally | RelationTally) -> str:
    return kind_name(tally.kind) if isinstance(tally, KindTally) else tally.relation
