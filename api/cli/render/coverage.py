"""How coverage is shown: a role's shares with bars, and matrices in as many blocks as the width needs."""

from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from rich.text import Text

from api.answers.words import (
    STATUS_STYLE,
    count,
    in_a_row,
    labelled,
    spoken,
    spoken_focus,
    spoken_scope,
    standing,
)
from api.cli.terminal import Terminal, bar, clean, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.coverage import CoveredCompetency, RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import ChainStatus
from queries.semantics.scope import ScopeNote

_SHARES = {
    "coverage": "plan.taught_practised",
    "taught": "spoken.taught",
    "practised": "spoken.practised",
    "direct": "coverage.direct_how",
    "role_direct": "coverage.role_direct_how",
    "proven": "show.attained",
    "depth": "show.weighed",
}
_SIGNS = {
    ChainStatus.CONNECTED: "show.sign_connected",
    ChainStatus.UNPRACTISED: "show.sign_taught",
    ChainStatus.UNTAUGHT: "show.sign_practised",
    ChainStatus.UNSERVED: "show.sign_neither",
}
_CELL = 5
_NARROWEST = 31


def show_coverage(found: RoleCoverage, out: Terminal) -> None:
    """Show the shares of what the role requires, then each competency, heaviest first."""
    out.show(line((found.role.name, "bold"), (f"  {found.role.id}", "cyan")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope, found.role.id)))
    if found.coverage is None:
        out.show(line(say("show.nothing_to_cover")))
        return
    out.show(Text())
    for name, meaning in _SHARES.items():
        share: float | None = getattr(found, name)
        out.show(
            line(padded(say(f"share_name.{name}"), 12), (f"{percent(share):>5}", "bold"), "  ")
            .append_text(bar(share))
            .append(f"  {say(meaning)}")
        )
    out.show(Text(), line((say("show.it_requires", competencies=count(len(found.competencies), "competency")), "bold")))
    for competency in found.competencies:
        out.show(*_competency(competency, out.width))


def _competency(found: CoveredCompetency, width: int) -> Iterator[Text]:
    mark = "✓" if found.status is ChainStatus.CONNECTED else "✗"
    words = f"{mark} {standing(found.status, found.link)}"
    row = line(f"{number(found.weight):>5}  ", (padded(words, 23), STATUS_STYLE[found.status]), found.name)
    marks = [
        *([say("scope.mark_inferred")] if found.inferred else []),
        *(labelled(spoken(via.way), via.name) for via in found.via),
    ]
    if marks:
        row.append(say("print.aside", said=in_a_row(marks)), "dim")
    yield from indented(row.append(f"  {found.id}", "cyan"), 30, width)


def show_matrix(found: CoverageMatrix, out: Terminal) -> None:
    """Show roles, or what one role requires, down; disciplines or courses across, by letters that are explained."""
    what = say("show.what_role_requires", name=found.role.name) if found.role else say("show.every_role")
    out.show(line((say("show.coverage_of", what=what, by=say(f"matrix_by.{found.by}")), "bold")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(ScopeNote(asked=found.scope))))
    out_of_focus = spoken_focus(found.focus, found.scope) if found.role is None else []
    out.show(*(line((said, "yellow")) for said in out_of_focus), Text())
    kept = [at for at in range(len(found.rows)) if _says_something(found, at)]
    if not kept or not found.columns:
        out.show(line(say("show.none_covers", by=say(f"matrix_by.{found.by}"))))
        return
    letters = {at: _letters(number) for number, at in enumerate(kept)}
    widest = max(Text(clean(column.name)).cell_len for column in found.columns)
    for_name = min(widest + 1, max(out.width - _CELL * len(kept), _NARROWEST))
    block = max((out.width - for_name) // _CELL, 1)
    for start in range(0, len(kept), block):
        out.show(*_block(found, kept[start : start + block], letters, for_name), Text())
    for at in kept:
        row, note = found.rows[at], " *" if found.training_unrecorded[at] else ""
        out.show(
            *indented(line((f"{letters[at]:>3}  ", "bold"), row.name, note, (f"  {row.id}", "cyan")), 5, out.width)
        )
    if any(found.training_unrecorded[at] for at in kept):
        said = say("show.unrecorded")
        out.show(*indented(line((said, "dim")), 2, out.width))
    silent = len(found.rows) - len(kept)
    if silent:
        other = "other_discipline" if found.by == "discipline" else "other_course"
        left_out = say("show.silent", silent=count(silent, other))
        out.show(line((left_out, "dim")))
    if found.role:
        out.show(line((say("show.signs"), "dim")))


def _says_something(found: CoverageMatrix, at: int) -> bool:
    if found.role is None:
        return any(found.shares[at])
    return any(status is not ChainStatus.UNSERVED for status in found.statuses[at])


def _block(found: CoverageMatrix, rows: Sequence[int], letters: dict[int, str], for_name: int) -> Iterator[Text]:
    yield line(" " * for_name, ("".join(f"{letters[at]:>{_CELL}}" for at in rows), "bold"))
    for number_, column in enumerate(found.columns):
        row = _padded(column, for_name)
        for at in rows:
            row.append_text(_cell(found, at, number_))
        yield row


def _cell(found: CoverageMatrix, row: int, column: int) -> Text:
    if found.role is not None:
        status = found.statuses[row][column]
        style = "dim" if status is ChainStatus.UNSERVED else STATUS_STYLE[status]
        return Text(padded(say(_SIGNS[status]), _CELL, right=True), style)
    share = found.shares[row][column]
    if not share:
        return Text(f"{'-' if share is None else '·':>{_CELL}}", "dim")
    return Text(f"{percent(share):>{_CELL}}", "green" if share >= 0.5 else "")


def _padded(column: NodeName, width: int) -> Text:
    text = Text(clean(column.name))
    text.truncate(width - 1, overflow="ellipsis")
    text.pad_right(width - text.cell_len)
    return text


def _letters(at: int) -> str:
    """Return a column's letters as a spreadsheet names it.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    above, last = divmod(at, 26)
    return (_letters(above - 1) if above else "") + ascii_uppercase[last]
