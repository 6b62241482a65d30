"""How feedback is shown: cohort by cohort, what is not attained and what came of following it up."""

from collections.abc import Iterator

from rich.text import Text

from api.answers.words import count, in_a_row, labelled, listed
from api.cli.terminal import Terminal, indented, line, percent
from graph.messages.reader_language import say
from queries.feedback import CohortFeedback, Feedback
from queries.feedback_competencies import AttainedCompetency
from queries.semantics.answers import NodeName


def show_feedback(found: Feedback, out: Terminal) -> None:
    """Show cohort by cohort what is not attained, where to follow it up, and what came of it before."""
    out.show(line((say("show.feedback"), "bold")))
    if not found.cohorts:
        out.show(line(say("feedback.headline_none")))
    else:
        lacking = say("show.assessed", assessed=count(found.assessed, "competency"), deficient=found.deficient)
        helped = say("show.assessed_again", followed_up=found.followed_up, helped=found.helped)
        helped += say("show.enough", enough=found.enough)
        out.show(*indented(line(lacking + helped), 0, out.width))
    for cohort in found.cohorts:
        out.show(Text(), *_cohort(cohort, out.width))
    if found.hidden:
        out.show(line((say("show.hidden", hidden=count(found.hidden, "assessment")), "dim")))


def _cohort(found: CohortFeedback, width: int) -> Iterator[Text]:
    where = f"  {found.discipline.name}" if found.discipline else ""
    yield line((found.cohort.name, "bold"), say("show.attained_in", where=where, attainment=percent(found.attainment)),
               count(found.assessed, "competency"))  # fmt: skip
    shown = [one for one in found.competencies if one.deficient or one.followed_up]
    for one in shown:
        yield from _attained(one, width)
    if not shown:
        yield line((say("show.nothing_below"), "green"))


def _attained(found: AttainedCompetency, width: int) -> Iterator[Text]:
    mark, style = ("✗", "red") if found.deficient else ("✓", "green")
    head = line((f"  {mark} {percent(found.attainment):>4} ", style), (found.competency.name, "bold"))
    if found.earlier:
        earlier = labelled(found.earlier.cohort.name, percent(found.earlier.attainment))
        head.append(say("show.about_it", said=earlier), "dim")
    yield from indented(head, 9, width)
    for day in found.assessments:
        at = say("show.at_task", names=listed(task.name for task in day.tasks))
        day_told = f"{day.date} {percent(day.score)} {at}"
        said = labelled(day_told, in_a_row(day.issues)) if day.issues else day_told
        yield from indented(line(" " * 9, (said, "dim")), 11, width)
    again = found.followed_up
    if again is not None:
        verdict = (
            say("show.helped_enough")
            if again.helped and again.enough
            else say("show.helped")
            if again.helped
            else say("show.not_helped")
        )
        told = say(
            "show.follow_up", verdict=verdict, before=percent(again.before.score), after=percent(again.after.score)
        )
        yield line(" " * 9, (told, "green" if again.enough else "yellow"))
    if found.deficient:
        units = [_placed(one.unit, one.courses, None if one.own else say("show.elsewhere")) for one in found.units]
        tasks = [
            _placed(one.task, one.hosts, say("show.done") if one.done else None if one.own else say("show.elsewhere"))
            for one in found.tasks
        ]
        yield from indented(line(" " * 9, say("show.learn_again"), in_a_row(units) or say("show.no_unit")), 11, width)
        yield from indented(
            line(" " * 9, say("show.practise_again"), in_a_row(tasks) or say("show.no_task")), 11, width
        )


def _placed(node: NodeName, places: list[NodeName], note: str | None) -> str:
    within = [listed(place.name for place in places), note or ""]
    said = in_a_row(filter(None, within))
    return node.name + say("print.aside", said=said) if said else node.name
