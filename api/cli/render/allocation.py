"""How allocation is shown: shares beside the demand, and the next best use of more."""

from rich.text import Text

from api.answers.words import count, spoken_scope
from api.cli.terminal import NUMBER, WIDE, WORD, Terminal, indented, line, number, percent, table
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
    out.show(line(("Where teaching hours and training seats go, beside where demand is", "bold")))
    out.show(*(line((said, "yellow")) for said in spoken_scope(found.scope)))
    given = f"{number(found.teaching_hours)} hours of teaching, {number(found.training_seats)} training seats"
    out.show(line(f"{given}; {percent(found.coverage)} of the demand is taught and practised."))
    kinds = [
        [
            kind.education,
            str(kind.competencies),
            _points(kind.demand_share),
            *_cells(kind.teaching),
            *_cells(kind.training),
        ]
        for kind in found.by_education
    ]
    heads = [("demand", NUMBER), ("hours", NUMBER), ("", WORD), ("seats", NUMBER), ("", WORD)]
    out.show(table(("in % of all", WORD), ("of these", NUMBER), *heads, rows=kinds))
    rows = [
        [one.competency.name, _points(one.demand_share), *_cells(one.teaching), *_cells(one.training)]
        for one in found.competencies
    ]
    if rows:
        out.show(table(("in % of all", WIDE), *heads, rows=rows))
    if len(rows) < found.total:
        out.show(line((f"{len(rows):,} of {found.total:,}; more: --limit N", "dim")))
    _uses(found.next_hours, "hours of teaching", "taught", out)
    _uses(found.next_seats, "training seats", "practised", out)
    silent = [
        count(number_, what) + " not stated, counted as none"
        for number_, what in (
            (found.units_without_hours, "units_hours"), (found.tasks_without_capacity, "tasks_seats"),
        )
        if number_
    ]  # fmt: skip
    out.show(*(line((said, "dim")) for said in silent))


def _cells(one: Allotment) -> list[str | Text]:
    style = _BALANCE_STYLE[one.balance] if one.balance else ""
    return [_points(one.share), line((one.balance or "-", style))]


def _uses(found: NextUses, what: str, reached: str, out: Terminal) -> None:
    spend = f"The next {number(found.asked)} {what}" if found.asked is not None else f"More {what}"
    out.show(Text(), line((f"{spend} would bring most here", "bold")))
    if not found.items:
        out.show(
            line("  Nothing is left to open, and nothing is starved." if not found.total else "  Not enough for one.")
        )
        return
    for at, use in enumerate(found.items, 1):
        if use.coverage_added:
            why = f"adds {_points(use.coverage_added)} points to coverage"
        elif use.reach_added:
            why = f"{_points(use.reach_added)}% of the demand becomes {reached}"
        else:
            why = "starved: brings it level with its demand"
        text = line(f"{at:>3}. ", (use.competency.name, "bold"), f"  {number(use.amount)}: {why}")
        out.show(*indented(text, 5, out.width))
    if found.coverage_added:
        total = f"     Together {number(found.spent)}, which adds {_points(found.coverage_added)} points to coverage."
        out.show(line((total, "dim")))


def _points(share: float | None) -> str:
    """Return a share in per cent with one decimal, since many are below one per cent; - for None.

    >>> _points(0.0123), _points(0.0002), _points(0), _points(None)
    ('1.2', '<0.1', '0', '-')
    """
    if not share:
        return "-" if share is None else "0"
    return f"{100 * share:.1f}" if share >= 0.0005 else "<0.1"
