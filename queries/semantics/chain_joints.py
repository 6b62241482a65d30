"""Joints: where training touches the two ends of chains, and so the best link; for one, and for all as arrays."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.array_joins import expand, look_up
from queries.semantics.chain_stages import ChainStages
from queries.semantics.chain_status import LINKS, ChainLink
from queries.semantics.counted_links import ChainLinks
from queries.semantics.masks import Mask
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import lowest


class Rehearsal(NamedTuple):
    """What a task prepares for, seen from one role: the strongest responsibility, and with what weight."""

    duty: int
    weight: float


@dataclass(frozen=True, slots=True)
class ChainJoints:
    """Where the training of one competency touches its two ends: by task, the units applied and the roles rehearsed.

    A role stands in `direct` or in `role_direct` of a task, never in both.
    """

    applied: dict[int, dict[int, float]]
    direct: dict[int, dict[int, Rehearsal]]
    role_direct: dict[int, dict[int, Rehearsal]]

    @property
    def link(self) -> ChainLink:
        """The best link of any chain; of a competency that is connected."""
        if any(self.direct.values()):
            return ChainLink.DIRECT
        return ChainLink.ROLE_DIRECT if any(self.role_direct.values()) else ChainLink.INDIRECT


def find_joints(near: Neighbourhood) -> ChainJoints:
    """Return the joints of a competency's tasks; tasks that apply none of its units have none."""
    snapshot, units = near.snapshot, near.units
    applies, prepares, holders = (
        snapshot.out("APPLIES"),
        snapshot.out("PREPARES_FOR"),
        snapshot.into("HAS_RESPONSIBILITY"),
    )
    joints = ChainJoints({}, {}, {})
    for t in near.tasks:
        applied = {k: w for k, w in applies.pairs(t) if k in units}
        if not applied:
            continue
        direct: dict[int, Rehearsal] = {}
        by_role: dict[int, Rehearsal] = {}
        for j, weight in prepares.pairs(t):  # ascending, so that of equals the smallest id stays
            for r in holders.row(j):
                if r in near.roles:
                    if j in near.duties and (r not in direct or weight > direct[r].weight):
                        direct[r] = Rehearsal(j, weight)
                    if r in near.own and (r not in by_role or weight > by_role[r].weight):
                        by_role[r] = Rehearsal(j, weight)
        if direct or by_role:
            joints.applied[t] = applied
            joints.direct[t] = direct
            joints.role_direct[t] = {r: rehearsal for r, rehearsal in by_role.items() if r not in direct}
    return joints


@dataclass(frozen=True, slots=True)
class JointArrays:
    """Where training touches the two ends of chains, of the whole graph; a `pair` is a position in PRACTISES.

    `applied_*` (a applications): the task of the pair applies a unit that develops the competency; `develops` is that
    link's position. `rehearsed_*` (b rehearsals): the task prepares for a responsibility of `role`, and the role needs
    the competency: directly where that responsibility requires it, else because the role itself does; `weight` is the
    weight of that requirement.
    """

    applied_pair: Ints
    develops: Ints
    rehearsed_pair: Ints
    role: Ints
    is_direct: Mask
    weight: Floats


def link_codes(snapshot: Snapshot, scope: ResolvedScope, stages: ChainStages) -> Ints:
    """Return of each of the n nodes its best link, as a position in LINKS, as if it were connected."""
    joints = scope.counted.derived(joint_arrays, snapshot)
    competency = scope.counted.practises.into.rows
    # over the links of PRACTISES: whether the task applies a unit in scope
    in_scope = stages.tasks.in_scope
    applies = np.zeros(len(in_scope), bool)
    applies[joints.applied_pair[stages.units.in_scope[joints.develops]]] = True
    applies &= in_scope
    # over the rehearsals: whether the task and the role are in scope, too
    counts = applies[joints.rehearsed_pair] & (joints.weight >= lowest(scope.min_weight))
    if scope.roles is not None:
        counts &= scope.roles[joints.role]
    # the better link is written last, and stands
    link = np.full(len(snapshot), LINKS.index(ChainLink.INDIRECT), np.int8)
    link[competency[joints.rehearsed_pair[counts]]] = LINKS.index(ChainLink.ROLE_DIRECT)
    link[competency[joints.rehearsed_pair[counts & joints.is_direct]]] = LINKS.index(ChainLink.DIRECT)
    return link


def joint_arrays(snapshot: Snapshot, links: ChainLinks) -> JointArrays:
    """Return the joints of all competencies; `link_codes` has them computed once."""
    practises, develops, requires = links.practises.into, links.develops.into, links.requires.into
    competency, task = practises.rows, practises.indices
    # applications: every (pair, unit applied by its task), where the unit develops the competency of the pair
    pair, link = expand(snapshot.out("APPLIES").indptr, task)
    unit = snapshot.out("APPLIES").indices[link]
    is_developed, develops_at = look_up(develops, competency[pair], unit)
    applied_pair, develops_at = pair[is_developed], develops_at[is_developed]
    # every (pair, responsibility that its task prepares for), of pairs with an application
    tied_pairs = np.unique(applied_pair)
    pair, link = expand(snapshot.out("PREPARES_FOR").indptr, task[tied_pairs])
    pair, duty = tied_pairs[pair], snapshot.out("PREPARES_FOR").indices[link]
    # every (position in `pair`, role that has the responsibility)
    holders = snapshot.into("HAS_RESPONSIBILITY")
    duty_pair, holder = expand(holders.indptr, duty)
    role = holders.indices[holder]
    # rehearsals: those where the responsibility requires the competency, then those where the role does
    by_duty, duty_at = look_up(requires, competency[pair], duty)
    by_role, role_at = look_up(requires, competency[pair][duty_pair], role)
    direct = by_duty[duty_pair]
    weights = requires.weight
    return JointArrays(
        applied_pair,
        develops_at,
        np.concatenate((pair[duty_pair[direct]], pair[duty_pair[by_role]])),
        np.concatenate((role[direct], role[by_role])),
        np.concatenate((np.ones(direct.sum(), bool), np.zeros(by_role.sum(), bool))),
        np.concatenate((weights[duty_at[duty_pair[direct]]], weights[role_at[by_role]])),
    )
