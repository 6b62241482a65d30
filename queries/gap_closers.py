"""Gap closers: the nearest courses and tasks for a gap, and the enterprises that should lead, each with its reason."""

from collections.abc import Collection
from typing import Annotated

import numpy as np
from pydantic import Field

from graph.messages import message
from graph.model import Frozen
from graph.snapshot.snapshot import KIND_CODES, WORD_CODES, Snapshot
from queries.gap_near_paths import (
    MOST_NAMED,
    NEARNESSES,
    Nearness,
    NearPath,
    NearPaths,
    join_paths,
    only_new,
    paths_through,
    paths_to_neighbours,
    tied_paths,
    weight_arrays,
)
from queries.semantics.answers import NodeName, named
from queries.semantics.array_joins import expand
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.reasons import ExplainedResult
from queries.semantics.requirements import link_openings
from queries.semantics.tolerance import settled
from queries.semantics.weakness import Weakness


class NearCourse(ExplainedResult):
    """A course, by its nearest unit, that could teach the competency; `course` is None for a unit in no course.

    It teaches `competency`, which has `shared` in common: the responsibility, or the broader competency.
    """

    course: NodeName | None
    unit: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName
    reason: str


class NearTask(ExplainedResult):
    """A task that could practise the competency.

    `shared` is the responsibility that it prepares for, the unit that it applies, or what `competency`, which it
    practises (None for the first two), has in common.
    """

    task: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName | None
    reason: str


class LeadingEnterprise(ExplainedResult):
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
    yet; by Nearness, then by how strong the links are that make it near, then by id.
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
        others = paths_to_neighbours(near)
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
    is_hosted = np.zeros(len(snapshot), bool)
    is_hosted[hosts.indices[wanted]] = True
    return is_hosted


NOTHING = GapClosers(courses=[], tasks=[], enterprises=[])


def _courses(near: Neighbourhood, others: NearPaths) -> list[NearCourse]:
    snapshot, scope, covers = near.snapshot, near.scope, near.snapshot.into("COVERS")
    units = only_new(paths_through(near, "DEVELOPS", others), scope.units, near.units)
    units = units.at(snapshot.kind[units.end] == KIND_CODES["KnowledgeUnit"])  # no course that counts as one
    alone = units.at(covers.degree[units.end] == 0)
    entry, at = expand(covers.indptr, units.end)
    held = only_new(units.at(entry)._replace(owner=covers.indices[at]), scope.courses, near.courses)
    best = join_paths(held, alone).best()
    return [_near_course(snapshot, path) for path in best.rows()]


def _near_course(snapshot: Snapshot, path: NearPath) -> NearCourse:
    way = NEARNESSES[path.because]
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


def _tasks(near: Neighbourhood, others: NearPaths, hosted: Mask | None) -> list[NearTask]:
    snapshot = near.snapshot
    paths = join_paths(
        tied_paths(near, "PREPARES_FOR", near.duties, Nearness.REHEARSES),
        tied_paths(near, "APPLIES", near.units, Nearness.APPLIES),
        paths_through(near, "PRACTISES", others),
    )
    paths = only_new(paths, near.scope.tasks, near.tasks)
    best = (paths if hosted is None else paths.at(hosted[paths.owner])).best()
    return [_near_task(snapshot, path) for path in best.rows()]


def _near_task(snapshot: Snapshot, path: NearPath) -> NearTask:
    way, node = NEARNESSES[path.because], named(snapshot, path.shared)
    other = None if path.competency < 0 else named(snapshot, path.competency)
    why = message(_PRACTISING[way], shared=node.name, other=other.name if other else "")
    task = named(snapshot, path.owner)
    near_task = NearTask(task=task, because=way, shared=node, competency=other, reason=str(why))
    return near_task.explain(why)


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
    roles, weight = weight_arrays(near.roles)
    entry, at = expand(employs.indptr, roles)
    openings = snapshot.derived(link_openings)[snapshot.out_positions("EMPLOYS")[at]]
    demand, enterprise = openings * weight[entry], employs.indices[at]
    of_each, place_of = np.unique(enterprise, return_inverse=True)
    total = settled(np.bincount(place_of, demand, minlength=len(of_each)))[place_of]
    order = np.lexsort((roles[entry], -settled(demand), enterprise, -total))
    first = np.sort(np.unique(enterprise[order], return_index=True)[1])
    leaders = []
    for place in order[first[:MOST_NAMED]].tolist():
        role, count = named(snapshot, int(roles[entry[place]])), float(openings[place])
        why = message("reason.employs_one" if count == 1 else "reason.employs_several", role=role.name, openings=count)
        leaders.append(
            LeadingEnterprise(
                enterprise=named(snapshot, int(enterprise[place])),
                role=role,
                openings=count,
                demand=float(total[place]),
                reason=str(why),
            ).explain(why)
        )
    return leaders
