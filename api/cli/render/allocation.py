"""How allocation is shown: shares beside the demand, and the next best use of more."""

from rich.text import Text

from api.answers.words import count, labelled, spoken, spoken_focus, spoken_scope
from api.cli.terminal import NUMBER, WIDE, WORD, Terminal, indented, line, number, percent, table
from graph.messages.reader_language import say
from queries.allocation import Allocation
from queries.allocation_next import NextUses
from queries.allocation_shares import Allotment, Balance

_BALANCE_STYLE = {
    Balance.STARVED: "red",
    Balance.OVERLAPPING: "yellow",
    Balance.UNDEMANDED: "dim",
    Balance.BALANCED: "",
}


def show_allocation(found: Allocation, out: Terminal) -> None:
    """Show the kinds of education, the competencies out of proportion, and the next best uses."""
    out.show(line((say("show.allocation"), "bold")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope)))
    out.show(*(line((said, "yellow")) for said in spoken_focus(found.focus, found.scope.asked)))
    given = say(
        "show.hours_and_seats", teaching_hours=number(found.teaching_hours), training_seats=number(found.training_seats)
    )
    out.show(line(say("show.demand_covered", given=given, coverage=percent(found.coverage))))
    kinds = [
        [
            spoken(kind.education),
            str(kind.competencies),
            _points(kind.demand_share),
            *_cells(kind.teaching),
            *_cells(kind.training),
        ]
        for kind in found.by_education
    ]
    named = [say(f"heading.{name}") for name in ("demand", "hours", "seats")]
    heads = [(named[0], NUMBER), (named[1], NUMBER), ("", WORD), (named[2], NUMBER), ("", WORD)]
    out.show(table((say("show.in_percent"), WORD), (say("show.of_these"), NUMBER), *heads, rows=kinds))
    rows = [
        [one.competency.name, _points(one.demand_share), *_cells(one.teaching), *_cells(one.training)]
        for one in found.competencies
    ]
    if rows:
        out.show(table((say("show.in_percent"), WIDE), *heads, rows=rows))
    if len(rows) < found.total:
        out.show(line((say("show.shown_of", rows=len(rows), total=found.total), "dim")))
    _uses(found.next_hours, say("show.hours_of_teaching"), say("spoken.taught"), out)
    _uses(found.next_seats, say("show.training_seats"), say("spoken.practised"), out)
    silent = [
        count(number_, what) + say("show.counted_as_none")
        for number_, what in (
            (found.units_without_hours, "units_hours"), (found.tasks_without_capacity, "tasks_seats"),
        )
        if number_
    ]  # fmt: skip
    out.show(*(line((said, "dim")) for said in silent))


def _cells(one: Allotment) -> list[str | Text]:
    style = _BALANCE_STYLE[one.balance] if one.balance else ""
    return [_points(one.share), line((spoken(one.balance) if one.balance else "-", style))]


def _uses(found: NextUses, what: str, reached: str, out: Terminal) -> None:
    spend = (
        say("show.next_amount", asked=number(found.asked), what=what)
        if found.asked is not None
        else say("show.more_of", what=what)
    )
    out.show(Text(), line((say("show.would_bring_most", spend=spend), "bold")))
    if not found.items:
        out.show(line(say("show.nothing_left") if not found.total else say("show.not_enough")))
        return
    for at, use in enumerate(found.items, 1):
        if use.coverage_added:
            why = say("show.adds_points", coverage_added=_points(use.coverage_added))
        elif use.reach_added:
            why = say("show.becomes", reach_added=_points(use.reach_added), reached=reached)
        else:
            why = say("show.levels")
        row = line(f"{at:>3}. ", (use.competency.name, "bold"), "  ", labelled(number(use.amount), why))
        out.show(*indented(row, 5, out.width))
    if found.coverage_added:
        total = say("show.together", spent=number(found.spent), coverage_added=_points(found.coverage_added))
        out.show(line((total, "dim")))


def _points(share: float | None) -> str:
    """Return a share in per cent with one decimal, since many are below one per cent; - for None.

    >>> _points(0.0123), _points(0.0002), _points(0), _points(None)
    ('1.2', '<0.1', '0', '-')
    """
    if not share:
        return "-" if share is None else "0"
    return f"{100 * share:.1f}" if share >= 0.0005 else "<0.1"
