"""How allocation, feedback, leadership and signals are shown: shares with bars, and what follows from them."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import STATUS_STYLE, count, spoken, spoken_scope
from api.cli.terminal import NUMBER, WIDE, WORD, Terminal, bar, indented, line, number, percent, table
from queries.allocation import Allocation
from queries.allocation_next import NextUses
from queries.allocation_shares import Allotment, Balance
from queries.feedback import AttainedCompetency, CohortFeedback, Feedback
from queries.leadership import Leadership
from queries.semantics.answers import Named
from queries.signals import CalledCompetency, CalledSignal, Signals

_BALANCE_STYLE = {
    Balance.STARVED: "red",
    Balance.OVERLAPPING: "yellow",
    Balance.UNDEMANDED: "dim",
    Balance.BALANCED: "",
}
_LEADS = {
    "hosted": "practised in training that it hosts",
    "led": "practised in training that it hosts and leads",
    "co_led": "practised in training that it hosts and leads, alone or jointly",
    "mentored": "guided by somebody whom it employs",
    "taught_teachers": "guided side by side with teachers, or by teachers at its site",
}
_LABELS = {"co_led": "led or co-led", "taught_teachers": "taught teachers"}


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
            (found.units_without_hours, "unit's hours"), (found.tasks_without_capacity, "task's seats"),
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


def show_feedback(found: Feedback, out: Terminal) -> None:
    """Show cohort by cohort what is not attained, where to follow it up, and what came of it before."""
    out.show(line(("What assessments show", "bold")))
    if not found.cohorts:
        out.show(line("No assessment is recorded here."))
    else:
        lacking = f"{count(found.assessed, 'competency', 'competencies')} assessed, {found.deficient} below 60%."
        helped = f" Of those assessed again after such a score ({found.followed_up}), better: {found.helped}, "
        helped += f"enough: {found.enough}."
        out.show(*indented(line(lacking + helped), 0, out.width))
    for cohort in found.cohorts:
        out.show(Text(), *_cohort(cohort, out.width))
    if found.hidden:
        out.show(line((f"{count(found.hidden, 'assessment')} of fewer than 5 learners left out", "dim")))


def _cohort(found: CohortFeedback, width: int) -> Iterator[Text]:
    where = f"  {found.discipline.name}" if found.discipline else ""
    yield line((found.cohort.name, "bold"), f"{where}: {percent(found.attainment)} in ",
               count(found.assessed, "competency", "competencies"))  # fmt: skip
    shown = [one for one in found.competencies if one.deficient or one.followed_up]
    for one in shown:
        yield from _attained(one, width)
    if not shown:
        yield line(("  nothing below 60%", "green"))


def _attained(found: AttainedCompetency, width: int) -> Iterator[Text]:
    mark, style = ("✗", "red") if found.deficient else ("✓", "green")
    head = line((f"  {mark} {percent(found.attainment):>4} ", style), (found.competency.name, "bold"))
    if found.earlier:
        head.append(f"  ({found.earlier.cohort.name}: {percent(found.earlier.attainment)})", "dim")
    yield from indented(head, 9, width)
    for day in found.assessments:
        said = f": {'; '.join(day.issues)}" if day.issues else ""
        at = ", ".join(task.name for task in day.tasks)
        yield from indented(line(" " * 9, (f"{day.date} {percent(day.score)} at {at}{said}", "dim")), 11, width)
    again = found.followed_up
    if again is not None:
        verdict = (
            "helped, and was enough"
            if again.helped and again.enough
            else "helped, not enough"
            if again.helped
            else "did not help"
        )
        told = f"follow-up {verdict}: {percent(again.before.score)} -> {percent(again.after.score)}"
        yield line(" " * 9, (told, "green" if again.enough else "yellow"))
    if found.deficient:
        units = [_placed(one.unit, one.courses, None if one.own else "elsewhere") for one in found.units]
        tasks = [
            _placed(one.task, one.hosts, "done" if one.done else None if one.own else "elsewhere")
            for one in found.tasks
        ]
        yield from indented(line(" " * 9, "learn again: ", "; ".join(units) or "no unit develops it"), 11, width)
        yield from indented(line(" " * 9, "practise: ", "; ".join(tasks) or "no task practises it"), 11, width)


def _placed(node: Named, places: list[Named], note: str | None) -> str:
    within = [", ".join(place.name for place in places), note or ""]
    said = "; ".join(filter(None, within))
    return f"{node.name} ({said})" if said else node.name


def show_leadership(found: Leadership, out: Terminal) -> None:
    """Show the shares, then each competency with what the enterprise does for it."""
    out.show(line((found.enterprise.name, "bold"), (f"  {found.enterprise.id}", "cyan")))
    if found.hosted is None:
        out.show(line("It is not recorded what its roles require, or that it has any."))
        return
    out.show(line(f"Shares of what its {count(len(found.roles), 'role')} require, by openings and weight"), Text())
    for name, meaning in _LEADS.items():
        share: float | None = getattr(found, name)
        head = line(f"{_LABELS.get(name, name):<16}", (f"{percent(share):>5}", "bold"), "  ").append_text(bar(share))
        out.show(*indented(head.append(f"  {meaning}"), 25, out.width))
    rows: list[list[str | Text]] = [
        [number(one.demand), *(_mark(getattr(one, name)) for name in _LEADS),
         line((spoken(one.status), STATUS_STYLE[one.status])), one.name]
        for one in found.competencies
    ]  # fmt: skip
    marks = [(head, WORD) for head in ("host", "lead", "co", "mentor", "teach")]
    out.show(table(("demand", NUMBER), *marks, ("status", WORD), ("competency", WIDE), rows=rows))


def _mark(done: bool) -> str:
    return "✓" if done else "·"


def show_signals(found: Signals, out: Terminal) -> None:
    """Show each signal with what it calls for."""
    if not found.signals:
        out.show(line("No such signal is recorded."))
        return
    called = f"{count(found.total, 'signal')} call for {count(found.called, 'competency', 'competencies')}"
    out.show(line((f"{called}, {found.connected} of them connected", "bold")))
    for signal in found.signals:
        out.show(Text(), *_signal(signal, out.width))


def _since(found: CalledCompetency) -> str:
    since = found.connected_since
    if since is None:
        return ""
    return f", since revision {since.revision}{' or earlier' if since.or_earlier else ''}"


def _signal(found: CalledSignal, width: int) -> Iterator[Text]:
    holds = f"{found.valid_from or '...'} to {found.valid_to or '...'}" if found.valid_from or found.valid_to else ""
    facts = ", ".join(filter(None, (found.kind, found.region, holds)))
    yield from indented(line((found.name, "bold"), f"  ({facts})" if facts else ""), 2, width)
    for one in found.competencies:
        status = spoken(one.status) + (f", {spoken(one.link)}" if one.link else "")
        text = line(f"{number(one.weight):>6}  ", (f"{status:<24} ", STATUS_STYLE[one.status]), one.name, _since(one))
        yield from indented(text, 33, width)
    for role in found.roles:
        status = f"{percent(role.coverage)} covered" + ("" if role.employed else ", no employer")
        yield from indented(line(f"{number(role.weight):>6}  {status:<24} ", role.name), 33, width)
