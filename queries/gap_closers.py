"""What would close a gap: the nearest courses and tasks, and the enterprises that should lead, each with its reason."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from graph.messages import message
from graph.model import Frozen
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.semantics.answers import NodeName, named
from queries.semantics.array_joins import expand
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.reasons import Explained
from queries.semantics.requirements import link_openings
from queries.semantics.resolved_scope import Mask
from queries.semantics.weakness import Weakness

MOST_NAMED = 3
"""How many courses, tasks and enterprises are named at most for each gap."""


class Nearness(StrEnum):
    """Why a course or task is near a competency, the nearest first.

    `rehearses`: the task prepares for a responsibility that requires it. `applies`: the task applies a unit that
    develops it. `same_responsibility`, `same_broader`: it teaches or practises a competency that a responsibility
    requires too, or that has a broader competency in common with it.
    """

    REHEARSES = "rehearses"
    APPLIES = "applies"
    SAME_RESPONSIBILITY = "same_responsibility"
    SAME_BROADER = "same_broader"


_BECAUSE = tuple(Nearness)
_FEW, _ROUNDING = 30, 1e-9


class NearCourse(Explained):
    """A course, by its nearest unit, that could teach the competency; `course` is None for a unit in no course.

    It teaches `competency`, which has `shared` in common: the responsibility, or the broader competency.
    """

    course: NodeName | None
    unit: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName
    reason: str


class NearTask(Explained):
    """A task that could practise the competency.

    `shared` is the responsibility that it prepares for, the unit that it applies, or what `competency`, which it
    practises (None for the first two), has in common.
    """

    task: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName | None
    reason: str


class LeadingEnterprise(Explained):
    """An enterprise that employs a role that requires the competency: the one with the most demand, and its openings.

    `demand` is the sum of openings * w(r,c) over all roles in scope that it employs.
    """

    enterprise: NodeName
    role: NodeName
    openings: Annotated[float, Field(ge=0)]
    demand: Annotated[float, Field(ge=0)]
    reason: str


class GapClosers(Frozen):
    """What would close a gap, at most MOST_NAMED of each; empty where nothing of the kind would.

    `courses` where it is not taught, or by one course alone, or not to the level that is required; `tasks` where it is
    not practised, or not well: by one task alone, indirect, not to the level, on campus only (then those that an
    enterprise hosts), at a single host (then those of another). Only what is in scope and does not teach or practise it
    yet; by Because, then by how strong the links are that make it near, then by id.
    `enterprises` where it is required: by demand, largest first, then by id.
    """

    courses: list[NearCourse]
    tasks: list[NearTask]
    enterprises: list[LeadingEnterprise]


_HOSTING = {Weakness.SINGLE_HOST, Weakness.CAMPUS_ONLY}


def close_gap(near: Neighbourhood, flaws: Collection[Weakness]) -> GapClosers:
    """Return what would close the gap of the competency, which has these flaws if it is connected."""
    if not near.roles:
        return NOTHING
    fragile, low = Weakness.FRAGILE in flaws, Weakness.BELOW_LEVEL in flaws
    to_teach = low or not near.units or (fragile and near.teachers == 1)
    any_task = low or not near.tasks or (fragile and len(near.tasks) == 1) or Weakness.INDIRECT in flaws
    to_practise = any_task or not _HOSTING.isdisjoint(flaws)
    courses: list[NearCourse] = []
    tasks: list[NearTask] = []
    if (to_teach or to_practise) and near.snapshot.derived(_has_supply):
        others = _neighbours(near)
        courses = _courses(near, others) if to_teach else []
        if to_practise:
            tasks = _tasks(near, others, None if any_task else _hosted_elsewhere(near, flaws))
    return GapClosers(courses=courses, tasks=tasks, enterprises=_enterprises(near))


def _has_supply(snapshot: Snapshot) -> bool:
    """Say whether there is anything to name: frameworks state neither courses nor training."""
    return bool(len(snapshot.of_kind("KnowledgeUnit")) or len(snapshot.of_kind("TrainingTask")))


def _hosted_elsewhere(near: Neighbourhood, flaws: Collection[Weakness]) -> Mask:
    """Return which tasks an enterprise hosts, where none does yet; else those with a host that is not the only one."""
    snapshot, hosts = near.snapshot, near.snapshot.out("HOSTS")
    if Weakness.CAMPUS_ONLY in flaws:
        wanted = snapshot.word_codes("kind")[hosts.rows] == WORD_CODES["enterprise"]
    else:
        known = {host for t in near.tasks for host in snapshot.into("HOSTS").row(t)}
        wanted = ~np.isin(hosts.rows, list(known))
    found = np.zeros(len(snapshot), bool)
    found[hosts.indices[wanted]] = True
    return found


NOTHING = GapClosers(courses=[], tasks=[], enterprises=[])


class _NearPath(NamedTuple):
    """One row of _Paths."""

    owner: int
    end: int
    because: int
    strength: float
    shared: int
    competency: int


class _NearPaths(NamedTuple):
    """Ways to something near: whose it is, why (a position in Because), how strongly, and through which nodes.

    `owner` is the task, or the course (the unit itself in no course); `end` the task or the unit; `shared` and
    `competency` as in NearTask, the latter -1 for none.
    """

    owner: Ints
    end: Ints
    because: Ints
    strength: Floats
    shared: Ints
    competency: Ints

    def told(self) -> list[_NearPath]:
        return [_NearPath(*row) for row in zip(*(column.tolist() for column in self), strict=True)]

    def at(self, chosen: Ints | Mask) -> "_NearPaths":
        return self._replace(**{name: getattr(self, name)[chosen] for name in self._fields})

    def best(self) -> "_NearPaths":
        """Return the best path to each of the nearest owners: by reason, strength, owner, and the nodes between."""
        few = self._likely()
        order = np.lexsort((few.competency, few.shared, few.end, few.owner, -few.strength, few.because))
        first = np.sort(np.unique(few.owner[order], return_index=True)[1])
        return few.at(order[first[:MOST_NAMED]])

    def _likely(self) -> "_NearPaths":
        """Return the nearest paths, if they are of owners enough: sorting a few is quicker than all."""
        if len(self.owner) <= _FEW:
            return self
        nearness = len(_BECAUSE) * self.because - self.strength
        nearest = nearness <= np.partition(nearness, _FEW)[_FEW] + _ROUNDING
        return self.at(nearest) if len(set(self.owner[nearest].tolist())) >= MOST_NAMED else self


def _paths(end: Ints, because: Nearness, strength: Floats, shared: Ints) -> _NearPaths:
    code, none = np.full(len(end), _BECAUSE.index(because)), np.full(len(end), -1)
    return _NearPaths(end, end, code, strength, shared, none)


def _joined(first: _NearPaths, *more: _NearPaths) -> _NearPaths:
    columns = {name: np.concatenate([getattr(paths, name) for paths in (first, *more)]) for name in _NearPaths._fields}
    return first._replace(**columns)


def _arrays(weights: Mapping[int, float]) -> tuple[Ints, Floats]:
    return np.fromiter(weights, np.int64, len(weights)), np.fromiter(weights.values(), np.float64, len(weights))


def _neighbours(near: Neighbourhood) -> _NearPaths:
    """Return the paths to competencies that share a responsibility in scope, or a broader competency."""
    requires, broader = near.snapshot.out("REQUIRES"), near.snapshot.out("BROADER")
    narrower = near.snapshot.into("BROADER")
    duties, needed = _arrays(near.duties)
    entry, at = expand(requires.indptr, duties)
    strong = requires.weight[at] >= near.scope.min_weight
    entry, at = entry[strong], at[strong]
    strength = needed[entry] * requires.weight[at]
    required = _paths(requires.indices[at], Nearness.SAME_RESPONSIBILITY, strength, duties[entry])
    parents, weight = _arrays(dict(broader.pairs(near.competency)))
    entry, at = expand(narrower.indptr, parents)
    strength = weight[entry] * narrower.weight[at]
    siblings = _paths(narrower.indices[at], Nearness.SAME_BROADER, strength, parents[entry])
    found = _joined(required, siblings)
    return found.at(found.end != near.competency)


def _serving(near: Neighbourhood, relation: str, others: _NearPaths) -> _NearPaths:
    """Return the paths through other competencies to the units or tasks that serve them."""
    into = near.snapshot.into(relation)
    entry, at = expand(into.indptr, others.end)
    strong = into.weight[at] >= near.scope.min_weight
    entry, at = entry[strong], at[strong]
    strength, end = others.strength[entry] * into.weight[at], into.indices[at]
    return _NearPaths(end, end, others.because[entry], strength, others.shared[entry], others.end[entry])


def _fresh(found: _NearPaths, mask: Mask | None, known: Collection[int]) -> _NearPaths:
    """Return the paths of owners in the mask that are not known already."""
    kept = ~np.isin(found.owner, np.fromiter(known, np.int64, len(known)))
    return found.at(kept if mask is None else kept & mask[found.owner])


def _courses(near: Neighbourhood, others: _NearPaths) -> list[NearCourse]:
    snapshot, scope, covers = near.snapshot, near.scope, near.snapshot.into("COVERS")
    units = _fresh(_serving(near, "DEVELOPS", others), scope.units, near.units)
    alone = units.at(covers.degree[units.end] == 0)
    entry, at = expand(covers.indptr, units.end)
    held = _fresh(units.at(entry)._replace(owner=covers.indices[at]), scope.courses, near.courses)
    best = _joined(held, alone).best()
    return [_near_course(snapshot, path) for path in best.told()]


def _near_course(snapshot: Snapshot, path: _NearPath) -> NearCourse:
    way = _BECAUSE[path.because]
    names = [named(snapshot, node) for node in (path.end, path.shared, path.competency)]
    why = message(_TEACHING[way], unit=names[0].name, shared=names[1].name, other=names[2].name)
    return NearCourse(
        course=None if path.owner == path.end else named(snapshot, path.owner),
        unit=names[0],
        because=way,
        shared=names[1],
        competency=names[2],
        reason=str(why),
    ).explain(why)


_TEACHING = {
    Nearness.SAME_RESPONSIBILITY: "reason.unit_same_responsibility",
    Nearness.SAME_BROADER: "reason.unit_same_broader",
}


def _tasks(near: Neighbourhood, others: _NearPaths, hosted: Mask | None) -> list[NearTask]:
    snapshot = near.snapshot
    found = _joined(
        _tied(near, "PREPARES_FOR", near.duties, Nearness.REHEARSES),
        _tied(near, "APPLIES", near.units, Nearness.APPLIES),
        _serving(near, "PRACTISES", others),
    )
    found = _fresh(found, near.scope.tasks, near.tasks)
    best = (found if hosted is None else found.at(hosted[found.owner])).best()
    return [_near_task(snapshot, path) for path in best.told()]


def _tied(near: Neighbourhood, relation: str, weights: Mapping[int, float], because: Nearness) -> _NearPaths:
    """Return the paths to the tasks that the relation leads from to one of these nodes."""
    into = near.snapshot.into(relation)
    nodes, weight = _arrays(weights)
    entry, at = expand(into.indptr, nodes)
    return _paths(into.indices[at], because, weight[entry] * into.weight[at], nodes[entry])


def _near_task(snapshot: Snapshot, path: _NearPath) -> NearTask:
    way, node = _BECAUSE[path.because], named(snapshot, path.shared)
    other = None if path.competency < 0 else named(snapshot, path.competency)
    why = message(_PRACTISING[way], shared=node.name, other=other.name if other else "")
    task = named(snapshot, path.owner)
    found = NearTask(task=task, because=way, shared=node, competency=other, reason=str(why))
    return found.explain(why)


_PRACTISING = {
    Nearness.REHEARSES: "reason.task_rehearses",
    Nearness.APPLIES: "reason.task_applies",
    Nearness.SAME_RESPONSIBILITY: "reason.task_same_responsibility",
    Nearness.SAME_BROADER: "reason.task_same_broader",
}


def _enterprises(near: Neighbourhood) -> list[LeadingEnterprise]:
    snapshot, employs = near.snapshot, near.snapshot.into("EMPLOYS")
    if not len(employs.indices):
        return []
    roles, weight = _arrays(near.roles)
    entry, at = expand(employs.indptr, roles)
    openings = snapshot.derived(link_openings)[snapshot.out_positions("EMPLOYS")[at]]
    demand, enterprise = openings * weight[entry], employs.indices[at]
    of_each, place_of = np.unique(enterprise, return_inverse=True)
    total = np.bincount(place_of, demand, minlength=len(of_each))[place_of]
    order = np.lexsort((roles[entry], -demand, enterprise, -total))
    first = np.sort(np.unique(enterprise[order], return_index=True)[1])
    found = []
    for place in order[first[:MOST_NAMED]].tolist():
        role, count = named(snapshot, int(roles[entry[place]])), float(openings[place])
        why = message("reason.employs_one" if count == 1 else "reason.employs_several", role=role.name, openings=count)
        found.append(
            LeadingEnterprise(
                enterprise=named(snapshot, int(enterprise[place])),
                role=role,
                openings=count,
                demand=float(total[place]),
                reason=str(why),
            ).explain(why)
        )
    return found
