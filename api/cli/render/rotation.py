"""How the rotation of a cohort is shown: by host and term, by group, and who is left over."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import count
from api.cli.terminal import Terminal, indented, line, number, percent
from queries.rotation import Rotation
from queries.rotation_placements import HostPlacements, LearnerGroup


def show_rotation(found: Rotation, out: Terminal) -> None:
    """Show the placements, each group's sequence, and what cannot be placed."""
    learners = count(found.size, "learner")
    out.show(
        line((found.cohort.name, "bold"), (f"  {found.cohort.id}", "cyan"), f"  {learners}, to term {found.terms}")
    )
    role = line("Training for ", (found.role.name, "bold"), (f"  {found.role.id}", "cyan"))
    out.show(*indented(role.append(f", in {found.discipline.name}"), 2, out.width))
    if not found.wanted:
        out.show(line("The plan has no step, so there is nothing to place."))
        return
    reach = f"{found.placed:,} of {found.wanted:,} placements; coverage {percent(found.coverage)} on average"
    out.show(*indented(line((reach, "bold"), f", {percent(found.coverage_planned)} with the whole plan"), 2, out.width))
    for host in found.hosts:
        out.show(Text(), *_host(host, out.width))
    out.show(Text(), line((count(len(found.groups), "group"), "bold"), " of learners who move together"))
    for group in found.groups:
        out.show(*_group(group, out.width))
    if found.unplaced:
        out.show(Text(), line(("Without a place", "bold")))
        for left in found.unplaced:
            task = line(
                ("✗ ", "red"), f"{count(left.learners, 'learner')}: {left.task.name}", (f"  {left.task.id}", "cyan")
            )
            waits = f" ({'; '.join(task.name for task in left.waits_for)})" if left.waits_for else ""
            out.show(*indented(task.append(f" - {left.reason}{waits}"), 4, out.width))
    out.show(Text(), *_certainty(found, out.width))


def _host(found: HostPlacements, width: int) -> Iterator[Text]:
    name = ("Without a recorded host", "bold") if found.host is None else (found.host.name, "bold")
    node = "" if found.host is None else f"  {found.host.id}"
    yield from indented(line(name, (node, "cyan"), f"  at most {found.busiest:,} at once"), 2, width)
    for placed in found.placements:
        late = ", later than due" if placed.is_late else ""
        groups = ", ".join(map(str, placed.groups))
        which = f"group{'' if len(placed.groups) == 1 else 's'} {groups}"
        text = f"  term {placed.term}  {count(placed.learners, 'learner'):>12}  {placed.task.name} ({which}{late})"
        yield from indented(line(text), 24, width)


def _group(found: LearnerGroup, width: int) -> Iterator[Text]:
    steps = "; ".join(f"{step.term}: {step.task.name}" for step in found.steps) or "nothing"
    head = line((f"{found.number:>4}. ", "bold"), f"{count(found.learners, 'learner')}, {percent(found.coverage)}: ")
    yield from indented(head.append(steps), 6, width)


def _certainty(found: Rotation, width: int) -> Iterator[Text]:
    said = "No schedule within these terms and seats places more." if found.placed < found.wanted else "All are placed."
    said += f" {number(found.hours)} hours each."
    if not found.optimal:
        said += " The plan itself is not proven best; give it longer with --time-limit."
    if found.seats_not_stated:
        said += f" {count(found.seats_not_stated, 'task')} without stated seats: room for any number."
    if found.undated:
        said += f" {count(found.undated, 'task')} without a term: from the first on."
    yield from indented(line((said, "dim")), 0, width)
