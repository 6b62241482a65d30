"""Focus note: how many roles and competencies an answer is about, and how many it leaves out."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.chain_stages import chain_stages
from queries.semantics.focus import FocusMode, own_curriculum, whole_roles
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.tolerance import lowest

_Number = Annotated[int, Field(ge=0)]


class OutOfFocus(Frozen):
    """How many roles and competencies of the graph an answer is not about."""

    roles: _Number
    competencies: _Number


class Focus(Frozen):
    """What an answer is about: roles and competencies in focus, each class once. `mode`: what `auto` came to."""

    mode: FocusMode
    roles: _Number
    competencies: _Number
    left_out: OutOfFocus


def focus_of(snapshot: Snapshot, scope: ResolvedScope) -> Focus:
    """Return what an answer in the scope is about."""
    everyone, everything = snapshot.of_kind("Role"), snapshot.of_kind("Competency")
    roles = len(everyone) if scope.roles is None else int(scope.roles[everyone].sum())
    competencies = len(everything)
    if scope.mode == "ours":
        competencies = int(competencies_in_focus(snapshot, scope)[everything].sum())
    left_out = OutOfFocus(roles=len(everyone) - roles, competencies=len(everything) - competencies)
    return Focus(mode=scope.mode, roles=roles, competencies=competencies, left_out=left_out)


def competencies_in_focus(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    """Return what the scope develops, practises, aims at or has a role require: everything in the mode `all`."""
    if scope.mode == "all":
        return np.ones(len(snapshot), bool)
    return scope.derived(_in_focus, snapshot)


def nodes_in_focus(snapshot: Snapshot) -> Mask:
    """Return the nodes that are in focus where nothing narrows: of roles, competencies and disciplines not all are."""
    return snapshot.derived(_nodes_in_focus)


def _nodes_in_focus(snapshot: Snapshot) -> Mask:
    scope, kind = resolve(snapshot, focused=True), snapshot.kind
    found = np.ones(len(snapshot), bool)
    roles, own = whole_roles(snapshot, scope.mode), own_curriculum(snapshot, scope.mode)
    if scope.mode == "ours":
        found &= (kind != KIND_CODES["Competency"]) | competencies_in_focus(snapshot, scope)
    if roles is not None:
        found &= (kind != KIND_CODES["Role"]) | roles
    if own is not None:
        found &= (kind != KIND_CODES["Discipline"]) | own.disciplines
    return found


def _in_focus(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    stages = chain_stages(snapshot, scope)
    return stages.units.rows.any | stages.tasks.rows.any | stages.roles.rows.any | aimed(snapshot, scope)


def aimed(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    """Return what a discipline or course of the scope AIMS_AT, by at least the scope's least weight."""
    return scope.derived(_aimed, snapshot)


def aims_at(snapshot: Snapshot, scope: ResolvedScope, competency: int) -> list[int]:
    """Return the disciplines and courses of the scope that aim at the competency, in id order."""
    aiming, least = scope.aiming, lowest(scope.min_weight)
    pairs = snapshot.into("AIMS_AT").pairs(competency)
    return [node for node, weight in pairs if weight >= least and (aiming is None or aiming[node])]


def _aimed(snapshot: Snapshot, scope: ResolvedScope) -> Mask:
    links, is_aimed = snapshot.out("AIMS_AT"), np.zeros(len(snapshot), bool)
    counts = links.weight >= lowest(scope.min_weight)
    if scope.aiming is not None:
        counts &= scope.aiming[links.rows]
    is_aimed[links.indices[counts]] = True
    return is_aimed
