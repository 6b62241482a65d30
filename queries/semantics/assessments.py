"""Assessments as arrays, of all competencies at once; `attainment.py` is for one."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.array_joins import look_up
from queries.semantics.counted_links import ChainLinks
from queries.semantics.masks import Mask


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
    is_assessed = np.zeros(len(snapshot), bool)
    is_assessed[assessments(snapshot).task] = True
    return is_assessed


def is_assessed_for(snapshot: Snapshot, competency: int, tasks: Collection[int]) -> bool:
    """Say whether some assessment of the competency was made at one of the tasks."""
    assessed = assessments(snapshot)
    start, end = np.searchsorted(assessed.competency, (competency, competency + 1))
    return any(task in tasks for task in assessed.task[start:end].tolist())


def assessments_in_scope(snapshot: Snapshot, links: ChainLinks, in_scope: Mask) -> Mask:
    """Return which assessments are of a competency at one of its tasks; `in_scope` are the PRACTISES links in scope."""
    at = links.derived(_places, snapshot)
    return (at >= 0) & in_scope[at]


def _places(snapshot: Snapshot, links: ChainLinks) -> Ints:
    """Return of each assessment where the task's link to the competency stands in PRACTISES; -1 without one."""
    assessed = assessments(snapshot)
    is_linked, at = look_up(links.practises.into, assessed.competency, assessed.task)
    return np.where(is_linked, at, -1)
