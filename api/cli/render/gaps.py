"""How gaps are shown: how many competencies have each status, then the page of gaps."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from api.answers.words import (
    STATUS_STYLE,
    count,
    link_meaning,
    spoken,
    spoken_focus,
    spoken_scope,
    status_meaning,
    told,
)
from api.cli.render.pagination import show_next
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.gaps import ANY_GAP, Gap, Gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_status import ChainLink, ChainStatus


def show_gaps(gaps: Gaps, asked: GapFilter, out: Terminal) -> None:
    """Show how many competencies have each status, then the page of gaps."""
    out.show(*_counts(gaps, out.width))
    out.show(*(line((said, "yellow")) for said in spoken_scope(gaps.scope)))
    out.show(*(line((said, "yellow")) for said in spoken_focus(gaps.focus, gaps.scope.asked, with_roles_alone=False)))
    if not gaps.items:
        out.show(line(say("show.no_such_gap") if asked != ANY_GAP else say("show.no_gaps")))
        return
    out.show(Text(), line((say("show.gravest_first", total=count(gaps.total, "gap")), "bold"), say("show.severities")))
    for gap in gaps.items:
        out.show(*_gap(gap, out.width))
    show_next(gaps.next, len(gaps.items), gaps.total, out)


def _counts(gaps: Gaps, width: int) -> Iterator[RenderableType]:
    total = sum(gaps.counts.values())
    yield line((say("show.by_status", total=count(total, "competency")), "bold"))
    for status, how_many in gaps.counts.items():
        share = percent(how_many / total if total else None)
        style = STATUS_STYLE[status] if how_many else "dim"
        meaning = (status_meaning(status), "" if how_many else "dim")
        yield from indented(
            line((f"{how_many:>8,} {share:>5}  {padded(spoken(status), 16)}", style), meaning), 32, width
        )
        if status is ChainStatus.CONNECTED:
            for link, n in gaps.links.items():
                if n:
                    yield from _link_count(link, n, width)


def _link_count(link: ChainLink, how_many: int, width: int) -> list[Text]:
    row = line((f"{how_many:>8,}        - {padded(spoken(link), 14)}", "dim"), (link_meaning(link), "dim"))
    return indented(row, 32, width)


def _gap(gap: Gap, width: int) -> Iterator[Text]:
    about = gap.competency
    head = line((f"{gap.severity} ", "bold"), (about.name, "bold"), (f"  {about.id}", "cyan"))
    yield from indented(head, 2, width)
    words, style = spoken(gap.status), STATUS_STYLE[gap.status]
    if gap.status is ChainStatus.CONNECTED:
        words, style = say("show.connected_but", link=spoken(gap.link) if gap.link else ""), "yellow"
    yield line("  ", (words, style), (say("show.demand", n=number(gap.demand)) if gap.demand else "", "dim"))
    for flaw in gap.flaws:
        yield from indented(line("    ", (spoken(flaw.flaw), "yellow"), f" - {told(flaw)}"), 6, width)
    below = gap.narrower_covered
    if below is not None:
        yield line((say("show.narrower_indented", covered=below.covered, total=below.total), "dim"))
    yield from _closing(gap, width)


_CLOSERS = 2
"""How many of each that could close a gap are shown; the document of `--json` has one more."""


def _closing(gap: Gap, width: int) -> Iterator[Text]:
    found = gap.closed_by
    ways = [
        (say("show.teach_in"), [(one.course or one.unit, told(one)) for one in found.courses]),
        (say("show.practise_in"), [(one.task, told(one)) for one in found.tasks]),
        (say("show.should_lead"), [(one.enterprise, told(one)) for one in found.enterprises]),
    ]
    for words, closers in ways:
        for node, reason in closers[:_CLOSERS]:
            yield from indented(line((f"    > {words} ", "green"), node.name, (f" - {reason}", "dim")), 6, width)
