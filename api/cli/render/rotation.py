"""How the rotation of a cohort is shown: by host and term, by group, and who is left over."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import count
from api.cli.terminal import Terminal, indented, line, number, percent
from graph.messages import text
from queries.rotation import Rotation
from queries.rotation_placements import HostPlacements, LearnerGroup


def show_rotation(found: Rotation, out: Terminal) -> None:
    """Show the placements, each group's sequence, and what cannot be placed."""
    learners = count(found.size, "learner")
    out.show(
        line(
            (found.cohort.name, "bold"),
            (f"  {found.cohort.id}", "cyan"),
            text("show.learners_to_term", learners=learners, terms=found.terms),
        )
    )
    role = line(text("show.training_for"), (found.role.name, "bold"), (f"  {found.role.id}", "cyan"))
    out.show(*indented(role.append(f", in {found.discipline.name}"), 2, out.width))
    if not found.wanted:
        out.show(line(text("show.no_step")))
        return
    reach = text("show.placements", placed=found.placed, wanted=found.wanted, coverage=percent(found.coverage))
    out.show(
        *indented(
            line((reach, "bold"), text("show.with_whole_plan", coverage_planned=percent(found.coverage_planned))),
            2,
            out.width,
        )
    )
    for host in found.hosts:
        out.show(Text(), *_host(host, out.width))
    out.show(Text(), line((count(len(found.groups), "group"), "bold"), text("show.move_together")))
    for group in found.groups:
        out.show(*_group(group, out.width))
    if found.unplaced:
        out.show(Text(), line((text("show.without_place"), "bold")))
        for left in found.unplaced:
            task = line(
                ("✗ ", "red"), f"{count(left.learners, 'learner')}: {left.task.name}", (f"  {left.task.id}", "cyan")
            )
            waits = f" ({'; '.join(task.name for task in left.waits_for)})" if left.waits_for else ""
            out.show(*indented(task.append(f" - {left.reason}{waits}"), 4, out.width))
    out.show(Text(), *_certainty(found, out.width))


def _host(found: HostPlacements, width: int) -> Iterator[Text]:
    name = (text("show.without_host"), "bold") if found.host is None else (found.host.name, "bold")
    node = "" if found.host is None else f"  {found.host.id}"
    yield from indented(line(name, (node, "cyan"), text("show.at_once", busiest=found.busiest)), 2, width)
    for placed in found.placements:
        late = text("show.late") if placed.is_late else ""
        groups = ", ".join(map(str, placed.groups))
        which = f"group{'' if len(placed.groups) == 1 else 's'} {groups}"
        row = f"  term {placed.term}  {count(placed.learners, 'learner'):>12}  {placed.task.name} ({which}{late})"
        yield from indented(line(row), 24, width)


def _group(found: LearnerGroup, width: int) -> Iterator[Text]:
    steps = "; ".join(f"{step.term}: {step.task.name}" for step in found.steps) or "nothing"
    head = line((f"{found.number:>4}. ", "bold"), f"{count(found.learners, 'learner')}, {percent(found.coverage)}: ")
    yield from indented(head.append(steps), 6, width)


def _certainty(found: Rotation, width: int) -> Iterator[Text]:
    said = text("show.best_schedule") if found.placed < found.wanted else text("show.all_placed")
    said += text("show.hours_each", hours=number(found.hours))
    if not found.optimal:
        said += text("show.plan_not_proven")
    if found.seats_not_stated:
        said += text("show.seats_not_stated", seats_not_stated=count(found.seats_not_stated, "task"))
    if found.undated:
        said += text("show.undated", undated=count(found.undated, "task"))
    yield from indented(line((said, "dim")), 0, width)
