"""How the rotation of a cohort is shown: by host and term, by group, and who is left over."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import count, facts, in_a_row, labelled, listed, told
from api.cli.terminal import Terminal, indented, line, number, padded, percent
from graph.messages.reader_language import say
from queries.rotation import Rotation
from queries.rotation_placements import HostPlacements, LearnerGroup


def show_rotation(found: Rotation, out: Terminal) -> None:
    """Show the placements, each group's sequence, and what cannot be placed."""
    learners = count(found.size, "learner")
    out.show(
        line(
            (found.cohort.name, "bold"),
            (f"  {found.cohort.id}", "cyan"),
            say("show.learners_to_term", learners=learners, terms=found.terms),
        )
    )
    role = line(say("show.training_for"), (found.role.name, "bold"), (f"  {found.role.id}", "cyan"))
    out.show(*indented(role.append(say("show.of_discipline", name=found.discipline.name)), 2, out.width))
    if not found.wanted:
        out.show(line(say("show.no_step")))
        return
    reach = say("show.placements", placed=found.placed, wanted=found.wanted, coverage=percent(found.coverage))
    out.show(
        *indented(
            line((reach, "bold"), say("show.with_whole_plan", coverage_planned=percent(found.coverage_planned))),
            2,
            out.width,
        )
    )
    for host in found.hosts:
        out.show(Text(), *_host(host, out.width))
    out.show(Text(), line((count(len(found.groups), "group"), "bold"), say("show.move_together")))
    for group in found.groups:
        out.show(*_group(group, out.width))
    if found.unplaced:
        out.show(Text(), line((say("show.without_place"), "bold")))
        for left in found.unplaced:
            task = line(
                ("✗ ", "red"),
                labelled(count(left.learners, "learner"), left.task.name),
                (f"  {left.task.id}", "cyan"),
            )
            waits = say("print.aside", said=in_a_row(task.name for task in left.waits_for)) if left.waits_for else ""
            out.show(*indented(task.append(f" - {told(left)}{waits}"), 4, out.width))
    out.show(Text(), *_certainty(found, out.width))


def _host(found: HostPlacements, width: int) -> Iterator[Text]:
    name = (say("show.without_host"), "bold") if found.host is None else (found.host.name, "bold")
    node = "" if found.host is None else f"  {found.host.id}"
    yield from indented(line(name, (node, "cyan"), say("show.at_once", busiest=found.busiest)), 2, width)
    for placed in found.placements:
        late = say("show.late") if placed.is_late else ""
        groups = listed(map(str, placed.groups))
        which = say("show.group" if len(placed.groups) == 1 else "show.groups", numbers=groups) + late
        learners = padded(count(placed.learners, "learner"), 12, right=True)
        task = placed.task.name + say("print.aside", said=which)
        row = f"  {say('spoken.term', n=placed.term)}  {learners}  {task}"
        yield from indented(line(row), 24, width)


def _group(found: LearnerGroup, width: int) -> Iterator[Text]:
    steps = [labelled(step.term, step.task.name) for step in found.steps]
    who = facts([count(found.learners, "learner"), percent(found.coverage)])
    done = labelled(who, in_a_row(steps) or say("spoken.nothing"))
    yield from indented(line((f"{found.number:>4}. ", "bold"), done), 6, width)


def _certainty(found: Rotation, width: int) -> Iterator[Text]:
    said = say("show.best_schedule") if found.placed < found.wanted else say("show.all_placed")
    said += say("show.hours_each", hours=number(found.hours))
    if not found.optimal:
        said += say("show.plan_not_proven")
    if found.seats_not_stated:
        said += say("show.seats_not_stated", seats_not_stated=count(found.seats_not_stated, "task"))
    if found.undated:
        said += say("show.undated", undated=count(found.undated, "task"))
    yield from indented(line((said, "dim")), 0, width)
