"""Fusion candidates: tasks that one unit more would make fusion tasks, and the units that would fit."""

from typing import Literal

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Floats
from queries.integration_scope import IntegrationMasks, by_amount, hosts_of
from queries.semantics.answers import NodeName, Share, named
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.tolerance import exceeds, settle

UnitKind = Literal["disciplinary", "innovation"]
_MOST_FITTING = 3


class FittingUnit(Frozen):
    """A unit that a task could apply: it develops a competency that a role needs for which the task rehearses work.

    `unused`: it is applied in no fusion task of the scope yet.
    """

    unit: NodeName
    competency: NodeName
    role: NodeName
    unused: bool


class FusionCandidate(Frozen):
    """A task that lacks one kind of unit only; `adds` is the share of demand that it would bring as a fusion task.

    `fitting`: units of the kind that it lacks, unused ones first, then by how much they fit.
    """

    task: NodeName
    hosts: list[NodeName]
    at_enterprise: bool
    lacks: UnitKind
    adds: Share
    fitting: list[FittingUnit]


def find_candidates(seen: IntegrationMasks, shown: Mask) -> tuple[list[FusionCandidate], int]:
    """Return the tasks that lack one kind of unit only, by the demand that they would bring; and how many they are."""
    snapshot, kinds = seen.snapshot, seen.kinds
    adds: Floats = snapshot.out("PRACTISES").pattern @ np.where(seen.fused, 0.0, seen.demand)
    lacking = shown & kinds.prepares & (kinds.applies_disciplinary ^ kinds.applies_innovation) & (adds > 0)
    tasks = by_amount(np.flatnonzero(lacking), adds)
    candidates = []
    for t in tasks[: seen.limit]:
        lacks: UnitKind = "innovation" if kinds.applies_disciplinary[t] else "disciplinary"
        wanted = kinds.innovation if lacks == "innovation" else kinds.disciplinary
        candidates.append(
            FusionCandidate(
                task=named(snapshot, t),
                hosts=hosts_of(snapshot, t),
                at_enterprise=bool(kinds.at_enterprise[t]),
                lacks=lacks,
                adds=min(float(adds[t]) / seen.total, 1.0),
                fitting=_fitting(seen, t, wanted),
            )
        )
    return candidates, len(tasks)


def _fitting(seen: IntegrationMasks, task: int, wanted: Mask) -> list[FittingUnit]:
    """Return units of the wanted kind by unused first, then w(k,c) * w(r,c) at the best, then id; at most a few."""
    snapshot, holders, develops = (
        seen.snapshot,
        seen.snapshot.into("HAS_RESPONSIBILITY"),
        seen.snapshot.into("DEVELOPS"),
    )
    allowed, needs = seen.scope.roles, needs_matrix(seen.snapshot)
    rehearsed = {r for j in snapshot.out("PREPARES_FOR").row(task) for r in holders.row(j)}
    needed: dict[int, tuple[float, int]] = {}
    for r in sorted(r for r in rehearsed if allowed is None or allowed[r]):
        for at in range(needs.indptr[r], needs.indptr[r + 1]):
            c, weight = int(needs.indices[at]), float(needs.data[at])
            if exceeds(weight, needed.get(c, (0.0, r))[0]):
                needed[c] = (weight, r)
    best: dict[int, tuple[float, int, int]] = {}
    for c, (weight, r) in sorted(needed.items()):
        for k, w in develops.pairs(c):
            if wanted[k] and seen.units[k] and exceeds(w * weight, best.get(k, (0.0, c, r))[0]):
                best[k] = (w * weight, c, r)
    order = sorted(best, key=lambda k: (bool(seen.used[k]), -settle(best[k][0]), k))[:_MOST_FITTING]
    return [
        FittingUnit(
            unit=named(snapshot, k),
            competency=named(snapshot, best[k][1]),
            role=named(snapshot, best[k][2]),
            unused=not seen.used[k],
        )
        for k in order
    ]
