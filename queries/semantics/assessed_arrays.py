"""Evidence: which of all competencies are assessed, and attained, at once; `attainment.py` is for one."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.array_joins import look_up
from queries.semantics.attainment import FEWEST_LEARNERS, THRESHOLD_SHARE
from queries.semantics.counted_links import ChainLinks, Mask

_ROUNDING = 1e-9


def is_proven(attained: float | None) -> bool:
    """Say whether an attainment reaches THRESHOLD_SHARE; a mean is not below it because of how it was added up."""
    return attained is not None and attained >= THRESHOLD_SHARE - _ROUNDING


class AssessmentArrays(NamedTuple):
    """Every assessment of a living task and competency, by competency, date and cohort; groups of any size."""

    competency: Ints
    task: Ints
    cohort: Ints
    learners: Floats
    mean_score: Floats


def assessments(snapshot: Snapshot) -> AssessmentArrays:
    """Return what was assessed, computed once for the snapshot; of classes, as of the whole class."""
    return snapshot.derived(_assessments)


def _assessments(snapshot: Snapshot) -> AssessmentArrays:
    nodes = snapshot.of_kind("Assessment")
    competency, task = snapshot.reference("competency_id")[nodes], snapshot.reference("task_id")[nodes]
    alive = (competency >= 0) & (task >= 0)
    nodes, task = nodes[alive], task[alive]
    competency, cohort = snapshot.class_of[competency[alive]], snapshot.reference("cohort_id")[nodes]
    texts = snapshot.text("date")
    dates = np.unique(np.array([texts[i] for i in nodes.tolist()], dtype=str), return_inverse=True)[1].reshape(-1)
    order = np.lexsort((nodes, cohort, dates, competency))
    learners, scores = snapshot.number("learners")[nodes], snapshot.number("mean_score")[nodes]
    return AssessmentArrays(competency[order], task[order], cohort[order], learners[order], scores[order])


def tasks_assessed(snapshot: Snapshot) -> Mask:
    """Return which nodes are tasks that some assessment was made at, of whatever competency."""
    return snapshot.derived(_tasks_assessed)


def _tasks_assessed(snapshot: Snapshot) -> Mask:
    found = np.zeros(len(snapshot), bool)
    found[assessments(snapshot).task] = True
    return found


def is_assessed_for(snapshot: Snapshot, competency: int, tasks: Collection[int]) -> bool:
    """Say whether some assessment of the competency was made at one of the tasks."""
    done = assessments(snapshot)
    start, end = np.searchsorted(done.competency, (competency, competency + 1))
    return any(t in tasks for t in done.task[start:end].tolist())


def unassessed(snapshot: Snapshot, counted: ChainLinks, kept: Mask) -> Mask:
    """Return which nodes have a task assessed, but never for them; `kept` are the PRACTISES links in scope."""
    done, practises = assessments(snapshot), counted.practises.into
    found = np.zeros(len(snapshot), bool)
    if len(done.task):
        found[practises.rows[kept & tasks_assessed(snapshot)[practises.indices]]] = True
        found[done.competency[_counting(snapshot, counted, kept)]] = False
    return found


def below_threshold(snapshot: Snapshot, counted: ChainLinks, kept: Mask) -> Mask:
    """Return which nodes have an attainment below THRESHOLD_SHARE; `kept` are the PRACTISES links in scope."""
    done, n = assessments(snapshot), len(snapshot)
    found = np.zeros(n, bool)
    if not len(done.task):
        return found
    counts = _counting(snapshot, counted, kept) & (done.learners >= FEWEST_LEARNERS)
    latest = np.full(n, -1)
    latest[done.competency[counts]] = done.cohort[counts]  # the last of each competency stands
    counts &= done.cohort == latest[done.competency]
    learners = np.bincount(done.competency[counts], done.learners[counts], minlength=n)
    points = np.bincount(done.competency[counts], (done.learners * done.mean_score)[counts], minlength=n)
    known = learners > 0
    found[known] = points[known] / learners[known] < THRESHOLD_SHARE - _ROUNDING
    return found


def _counting(snapshot: Snapshot, counted: ChainLinks, kept: Mask) -> Mask:
    """Return which assessments are of a competency at one of its tasks in scope."""
    at = counted.derived(_places, snapshot)
    return (at >= 0) & kept[at]


def _places(snapshot: Snapshot, counted: ChainLinks) -> Ints:
    """Return of each assessment where the task's link to the competency stands in PRACTISES; -1 without one."""
    done = assessments(snapshot)
    found, at = look_up(counted.practises.into, done.competency, done.task)
    return np.where(found, at, -1)
