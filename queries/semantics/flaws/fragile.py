"""Flaw `fragile`: of resilience 1, so one course or one task is all there is."""

import numpy as np

from graph.messages import Message, message
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_stages import value_ranges
from queries.semantics.flaws.rule import AllChains, FlawRule, OneChain
from queries.semantics.masks import Mask
from queries.semantics.weakness import Weakness


def _reason(chain: OneChain) -> Message | None:
    near = chain.near
    if near.resilience != 1:
        return None
    courses = near.courses
    key, nodes = (
        ("reason.one_task", near.tasks)
        if len(near.tasks) == 1
        else ("reason.one_course", courses)
        if courses
        else ("reason.one_unit", near.units)
    )
    return message(key, name=near.snapshot.name(next(iter(nodes))))


def _mask(chains: AllChains) -> Mask:
    low, high = (
        chains.snapshot.derived(_all_courses)
        if chains.scope.courses is None
        else _course_ranges(chains.snapshot, chains.scope.courses)
    )
    is_fragile: Mask = chains.stages.units.has_one(low, high) | np.equal(chains.stages.tasks.rows.sizes, 1)
    return is_fragile


def _all_courses(snapshot: Snapshot) -> tuple[Ints, Ints]:
    return _course_ranges(snapshot, None)


def _course_ranges(snapshot: Snapshot, in_scope: Mask | None) -> tuple[Ints, Ints]:
    """Return of each unit the first and the last of its courses; n and its own number where it is in no course."""
    covers, n = snapshot.into("COVERS"), len(snapshot)
    inside = slice(None) if in_scope is None else in_scope[covers.indices]
    low, high = value_ranges(covers.rows[inside], covers.indices[inside], n)
    alone = np.flatnonzero(covers.degree == 0)  # a unit in no course counts as a course of its own
    low[alone] = high[alone] = n + alone
    return low, high


RULE = FlawRule(Weakness.FRAGILE, _reason, _mask)
