"""Flaws: what is weak about a competency that is connected, each with its reason."""

from collections.abc import Iterator
from enum import StrEnum

from graph.model import Frozen
from graph.snapshot import WORD_CODES
from queries.attainment import THRESHOLD_SHARE, attainment
from queries.chain import Link, Neighbourhood
from queries.evidence import is_assessed_for, is_proven, tasks_assessed
from queries.overlap import find_repetition, shares_of


class Weakness(StrEnum):
    """What can be wrong with a competency that is connected."""

    INDIRECT = "indirect"
    FRAGILE = "fragile"
    SINGLE_HOST = "single_host"
    CAMPUS_ONLY = "campus_only"
    NO_EMPLOYER = "no_employer"
    OUT_OF_ORDER = "out_of_order"
    BELOW_LEVEL = "below_level"
    UNASSESSED = "unassessed"
    BELOW_THRESHOLD = "below_threshold"
    OVERLAP = "overlap"


class Flaw(Frozen):
    """A weakness of a connected competency, and why it is said to have it."""

    flaw: Weakness
    reason: str


def find_flaws(near: Neighbourhood, link: Link) -> list[Flaw]:
    """Return what is wrong with a connected competency, in the order of Weakness; empty when nothing is.

    "Not recorded" is not "not done": a flaw of hosts, employers, terms, levels or assessments needs one that is
    recorded.
    """
    found = []
    if link is Link.INDIRECT:
        reason = "no task applies one of its units and prepares for what a role needs it for"
        found.append(Flaw(flaw=Weakness.INDIRECT, reason=reason))
    if near.resilience == 1:
        found.append(Flaw(flaw=Weakness.FRAGILE, reason=_why_fragile(near)))
    found += _host_flaws(near)
    found += _employer_flaw(near)
    found += _order_flaw(near)
    found += _level_flaw(near)
    found += _assessment_flaws(near)
    found += _overlap_flaw(near)
    return found


def _why_fragile(near: Neighbourhood) -> str:
    snapshot = near.snapshot
    if len(near.tasks) == 1:
        return f"only one task practises it: {snapshot.name(next(iter(near.tasks)))}"
    courses = near.courses
    if courses:
        return f"only one course teaches it: {snapshot.name(next(iter(courses)))}"
    return f"only one unit teaches it, in no course: {snapshot.name(next(iter(near.units)))}"


def _host_flaws(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    hosts = {host for t in near.tasks for host in snapshot.into("HOSTS").row(t)}
    if len(hosts) == 1:
        reason = f"all its training with a recorded host is at {snapshot.name(next(iter(hosts)))}"
        yield Flaw(flaw=Weakness.SINGLE_HOST, reason=reason)
    words = snapshot.word_codes("kind")
    if hosts and not any(words[host] == WORD_CODES["enterprise"] for host in hosts):
        yield Flaw(flaw=Weakness.CAMPUS_ONLY, reason="no enterprise hosts any of its training")


def _employer_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    words = snapshot.word_codes("kind")
    employed = [r for r in near.roles if words[r] != WORD_CODES["founder"]]
    employers = snapshot.into("EMPLOYS")
    if employed and len(employers.indices) and not any(employers.row(r) for r in employed):
        yield Flaw(flaw=Weakness.NO_EMPLOYER, reason=f"no recorded enterprise employs {_listed(near, employed)}")


def _order_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    units, tasks = near.scope.unit_terms, near.scope.task_terms
    taught = min(float(units.first[k]) for k in near.units)
    undated = any(units.first[k] == float("inf") for k in near.units)
    practised = max(float(tasks.last[t]) for t in near.tasks)
    undated = undated or any(tasks.last[t] == float("-inf") for t in near.tasks)
    if not undated and taught > practised:
        reason = f"practised in term {practised:.0f} at the latest, taught in term {taught:.0f} at the earliest"
        yield Flaw(flaw=Weakness.OUT_OF_ORDER, reason=reason)


def _level_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    need, have = near.need_level, near.have_level
    if need > have >= 0:
        reason = f"required at level {need}, taught and practised to level {have} at most"
        yield Flaw(flaw=Weakness.BELOW_LEVEL, reason=reason)


def _assessment_flaws(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    is_assessed = tasks_assessed(snapshot)
    assessed = [t for t in near.tasks if is_assessed[t]]
    if not assessed:
        return
    if not is_assessed_for(snapshot, near.competency, near.tasks):
        reason = f"assessed for something else, never for it: {_listed(near, assessed)}"
        yield Flaw(flaw=Weakness.UNASSESSED, reason=reason)
    reached = attainment(snapshot, near.competency, near.tasks)
    if reached is not None and not is_proven(reached):
        reason = f"the latest cohort assessed attained {reached:.2f}, below {THRESHOLD_SHARE:g}"
        yield Flaw(flaw=Weakness.BELOW_THRESHOLD, reason=reason)


def _overlap_flaw(near: Neighbourhood) -> Iterator[Flaw]:
    snapshot = near.snapshot
    found = find_repetition(near)
    if found is None:
        return
    shares = shares_of(snapshot, near.scope)
    if shares.is_excessive[near.competency]:
        hours, demand = float(shares.hours[near.competency]), float(shares.demand[near.competency])
        courses = f"{snapshot.name(found.first)} and {snapshot.name(found.second)}"
        reason = (
            f"{courses} of {snapshot.name(found.discipline)} both develop it to level {found.level};"
            f" it has {hours:.1%} of the teaching hours and {demand:.1%} of the demand"
        )
        yield Flaw(flaw=Weakness.OVERLAP, reason=reason)


def _listed(near: Neighbourhood, nodes: list[int]) -> str:
    names = [near.snapshot.name(i) for i in nodes[:3]]
    more = len(nodes) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
