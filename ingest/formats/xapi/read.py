"""Reader of xAPI: assessments from the statements of a learning platform: scores, never who the learners are.

Source: IEEE 9274.1.1 (xAPI 2.0) and xAPI 1.0.3, https://github.com/adlnet/xAPI-Spec.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import fsum
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from graph.model import NodeId, Source, Value, assessment_id, parse_id
from graph.schema import KINDS
from ingest.draft import Draft, Place
from ingest.formats.xapi.files import StatementFiles
from ingest.formats.xapi.mapping import ActivityMapping, read_mapping
from ingest.formats.xapi.statements import ScoredAttempt, SkippedStatement, read_statements
from ingest.progress import OnProgress

SOURCE = Source(name="xAPI", licence="your own records")

_DECIMALS = 6


class AssessmentOptions(NamedTuple):
    """Whose assessments these are; `date` states all of them as of one day, instead of day by day."""

    cohort: str
    stage: str | None = None
    date: str | None = None


@dataclass(slots=True)
class _Group:
    """The attempts that make one assessment: the latest of each learner."""

    place: Place
    latest: dict[bytes, ScoredAttempt] = field(default_factory=dict)


def read(
    path: Path, how: AssessmentOptions, mapping: Path | None = None, on_progress: OnProgress | None = None
) -> Draft:
    """Return the assessments that the statements make, by task, competency and day; a folder is read as one file.

    Of each learner the latest score of the group counts; of two at the same instant, the higher. Nothing is replaced:
    statements of another period leave earlier assessments alone.

    Raises:
        InputError: a file cannot be read, or the cohort, stage or date is none.
    """
    _check(how)
    draft = Draft(SOURCE)
    known = read_mapping(mapping, draft.note) if mapping is not None else ActivityMapping({})
    statements = StatementFiles(path)
    groups: dict[tuple[NodeId, NodeId, str], _Group] = {}
    attempts = read_statements(path, statements, on_progress)
    draft.read = statements.read
    for reason, place in statements.problems:
        draft.reject(place, reason.message, column=reason.column, value=reason.value)
    for one in attempts:
        if isinstance(one, SkippedStatement):
            draft.skip(one.reason)
        else:
            _put(draft, groups, one, known, how)
    for key, group in groups.items():
        _state(draft, key, group, how)
    if statements.below_zero:
        draft.note(message("xapi.below_zero", n=statements.below_zero))
    statements.pages.tell(draft)
    if statements.ignored:
        draft.note(message("framework.unneeded", files=statements.ignored))
    return draft


def _check(how: AssessmentOptions) -> None:
    kind = KINDS["Assessment"]
    for name, option, text in (
        ("cohort_id", "--cohort", how.cohort),
        ("stage", "--stage", how.stage),
        ("date", "--date", how.date),
    ):
        try:
            if text is not None:
                kind.property(name).type.parse(text)
        except InvalidValueError as error:
            reason = message("xapi.option", option=option, fault=error.message)
            raise InputError(Problem(reason, column=option, value=text)) from None


def _put(
    draft: Draft,
    groups: dict[tuple[NodeId, NodeId, str], _Group],
    one: ScoredAttempt,
    known: ActivityMapping,
    how: AssessmentOptions,
) -> None:
    """Put an attempt into the group of each competency that it shows."""
    try:
        task, competencies = known.of(one)
    except InvalidValueError as error:
        draft.reject(one.place, error.message, column="object.id", value=one.shown_activity)
        return
    for competency in sorted(competencies):
        group = groups.setdefault((task, competency, how.date or one.day), _Group(one.place))
        group.place = min(group.place, one.place)
        before = group.latest.get(one.learner)
        if before is None or before.order < one.order:
            group.latest[one.learner] = one


def _state(draft: Draft, key: tuple[NodeId, NodeId, str], group: _Group, how: AssessmentOptions) -> None:
    task, competency, day = key
    cohort = parse_id(how.cohort)
    attempts = group.latest.values()
    values: dict[str, Value] = {
        "task_id": task,
        "competency_id": competency,
        "cohort_id": cohort,
        "date": day,
        "learners": len(attempts),
        "mean_score": _mean(one.score for one in attempts),
    }
    outcomes = [one.success for one in attempts if one.success is not None]
    if outcomes:
        values["pass_rate"] = _mean(float(passed) for passed in outcomes)
    if how.stage:
        values["stage"] = how.stage
    node_id = assessment_id(task, competency, cohort, day, how.stage or "")
    draft.state_node(group.place, node_id, "Assessment", values)


def _mean(numbers: Iterable[float]) -> float | int:
    """Return the mean, the same whatever the order; a whole number as such."""
    listed = list(numbers)
    mean = round(fsum(listed) / len(listed), _DECIMALS)
    return int(mean) if mean.is_integer() else mean
