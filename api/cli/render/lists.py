"""How lists are shown: gaps, what a search found, sources and runs."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from api.answers.stored import RunList, RunView, SourceList
from api.answers.words import LINK_MEANING, STATUS_MEANING, STATUS_STYLE, count, spoken, spoken_scope
from api.cli.terminal import FOLD, ID, NUMBER, WIDE, WORD, Terminal, indented, line, number, percent, table
from queries.gaps import ANY_GAP, Gap, GapFilter, Gaps
from queries.search import FoundNodes
from queries.semantics.chain import Link, Status

_OUTCOME_STYLE = {"applied": "green", "refused": "bold red", "unchanged": ""}


def show_gaps(gaps: Gaps, asked: GapFilter, out: Terminal) -> None:
    """Show how many competencies have each status, then the page of gaps."""
    out.show(*_counts(gaps, out.width))
    out.show(*(line((said, "yellow")) for said in spoken_scope(gaps.scope)))
    if not gaps.items:
        out.show(line("No such gap." if asked != ANY_GAP else "No gaps."))
        return
    out.show(Text(), line((f"{count(gaps.total, 'gap')}, the gravest first", "bold"), " (severity 5 to 0)"))
    for gap in gaps.items:
        out.show(*_gap(gap, out.width))
    _show_next(gaps.next, len(gaps.items), gaps.total, out)


def _counts(gaps: Gaps, width: int) -> Iterator[RenderableType]:
    total = sum(gaps.counts.values())
    yield line((f"{count(total, 'competency', 'competencies')} by status", "bold"))
    for status, how_many in gaps.counts.items():
        share = percent(how_many / total if total else None)
        style = STATUS_STYLE[status] if how_many else "dim"
        meaning = (STATUS_MEANING[status], "" if how_many else "dim")
        yield from indented(line((f"{how_many:>8,} {share:>5}  {spoken(status):<16}", style), meaning), 32, width)
        if status is Status.CONNECTED:
            for link, n in gaps.links.items():
                if n:
                    yield from _link_count(link, n, width)


def _link_count(link: Link, how_many: int, width: int) -> list[Text]:
    text = line((f"{how_many:>8,}        - {spoken(link):<14}", "dim"), (LINK_MEANING[link], "dim"))
    return indented(text, 32, width)


def _gap(gap: Gap, width: int) -> Iterator[Text]:
    about = gap.competency
    head = line((f"{gap.severity} ", "bold"), (about.name, "bold"), (f"  {about.id}", "cyan"))
    yield from indented(head, 2, width)
    words, style = spoken(gap.status), STATUS_STYLE[gap.status]
    if gap.status is Status.CONNECTED:
        words, style = f"connected, {spoken(gap.link or '')}, but", "yellow"
    yield line("  ", (words, style), (f"  demand {number(gap.demand)}" if gap.demand else "", "dim"))
    for flaw in gap.flaws:
        yield from indented(line("    ", (spoken(flaw.flaw), "yellow"), f" - {flaw.reason}"), 6, width)
    below = gap.narrower_covered
    if below is not None:
        yield line((f"    {below.covered} of {below.total} narrower ones taught and practised", "dim"))
    yield from _closing(gap, width)


_CLOSERS = 2
"""How many of each that could close a gap are shown; the document of `--json` has one more."""


def _closing(gap: Gap, width: int) -> Iterator[Text]:
    found = gap.closed_by
    ways = [
        ("teach it in", [(one.course or one.unit, one.reason) for one in found.courses]),
        ("practise it in", [(one.task, one.reason) for one in found.tasks]),
        ("should lead:", [(one.enterprise, one.reason) for one in found.enterprises]),
    ]
    for words, closers in ways:
        for node, reason in closers[:_CLOSERS]:
            yield from indented(line((f"    > {words} ", "green"), node.name, (f" - {reason}", "dim")), 6, width)


def show_found(found: FoundNodes, out: Terminal) -> None:
    """Show the page of nodes that a search found."""
    if not found.items:
        out.show(line("Nothing is called so."))
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
    _show_next(found.next, len(found.items), found.total, out)


def show_sources(sources: SourceList, out: Terminal) -> None:
    """Show who states what the graph holds, the first speaker first."""
    if not sources.items:
        out.show(line("There is no source yet."))
        return
    rows = [
        [
            str(source.rank),
            source.name,
            source.version,
            source.last_import.astimezone().strftime("%Y-%m-%d %H:%M") if source.last_import else "-",
            "\n".join(filter(None, (source.licence, source.url))),
        ]
        for source in sources.items
    ]
    heads = [("rank", NUMBER), ("source", FOLD), ("version", FOLD), ("last import", WORD)]
    out.show(table(*heads, ("licence, address", WIDE), rows=rows))
    out.show(line(("Where two disagree, the lower rank speaks first.", "dim")))


def show_runs(runs: RunList, out: Terminal) -> None:
    """Show the imports that were tried, the latest first, and what came of each."""
    if not runs.items:
        out.show(line("Nothing was imported yet."))
        return
    rows: list[list[str | Text]] = [
        [
            run.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            line((run.outcome, _OUTCOME_STYLE[run.outcome])),
            str(run.revision),
            run.id,
            run.source or "-",
            _told(run),
        ]
        for run in runs.items
    ]
    heads = [("when", WORD), ("outcome", WORD), ("revision", NUMBER), ("run", ID), ("source", FOLD)]
    out.show(table(*heads, ("what came of it", WIDE), rows=rows))
    _show_next(runs.next, len(runs.items), runs.total, out)


def _told(run: RunView) -> str:
    if run.outcome == "refused":
        problems = run.report.get("problems") or [{}]
        return f"{count(run.report.get('problems_total', 0), 'problem')}, first: {problems[0].get('reason', '')}"
    if run.outcome == "unchanged":
        return "nothing new"
    said = [f"takes back run {run.report['undoes']}"] if run.report.get("undoes") else []
    for what in ("added", "changed", "removed"):
        counts = run.report.get(what) or {}
        total = sum(counts.values())
        if total:
            said.append(f"{what} {count(counts.get('nodes', 0), 'node')}, {count(counts.get('links', 0), 'link')}")
    return "; ".join(said) or "the source's own properties"


def _show_next(cursor: str | None, shown: int, total: int, out: Terminal) -> None:
    if cursor is not None:
        out.show(Text(), line((f"{shown:,} of {total:,}. More: --limit N, or the next page: --cursor {cursor}", "dim")))
    elif shown < total:
        out.show(Text(), line((f"The last {shown:,} of {total:,}.", "dim")))
