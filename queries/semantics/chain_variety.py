"""Best chains that differ: the best of each role, then the best of each task that none of these has."""

from collections.abc import Iterable

from queries.semantics.chain import ChainNodes, strongest_duty
from queries.semantics.chain_joints import ChainJoints
from queries.semantics.chain_status import ChainLink
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.tolerance import settle


def varied_chains(near: Neighbourhood, joints: ChainJoints, limit: int) -> list[ChainNodes]:
    """Return at most `limit` chains of a connected competency: one a role, best first, then one a task, best first."""
    tied = [*_tied(near, joints)]
    unit = min(near.units, key=lambda k: (-settle(near.units[k]), k))
    task = min(near.tasks, key=lambda t: (-settle(near.tasks[t]), t))
    by_role = _best_by(tied, "role")
    by_role |= {r: _indirect(near, unit, task, r) for r in near.roles if r not in by_role}
    chosen = sorted(by_role.values(), key=lambda chain: chain.rank)[:limit]
    by_task = _best_by(tied, "task")
    by_task |= {t: _indirect(near, unit, t, min(near.roles)) for t in near.tasks if t not in by_task}
    seen = {chain.task for chain in chosen}
    others = sorted((chain for t, chain in by_task.items() if t not in seen), key=lambda chain: chain.rank)
    return [*chosen, *others][:limit]


def _tied(near: Neighbourhood, joints: ChainJoints) -> Iterable[ChainNodes]:
    """Yield of each task and role that training ties together the best chain."""
    for link, rehearsed in ((ChainLink.DIRECT, joints.direct), (ChainLink.ROLE_DIRECT, joints.role_direct)):
        for t, roles in rehearsed.items():
            applied = joints.applied[t]
            k = min(applied, key=lambda k: (-settle(near.units[k] * applied[k]), k))
            for r, rehearsal in roles.items():
                supply = near.units[k] * applied[k] * rehearsal.weight * near.tasks[t]
                yield ChainNodes(link, supply, k, t, r, rehearsal.duty, near.roles[r])


def _best_by(chains: Iterable[ChainNodes], node: str) -> dict[int, ChainNodes]:
    best: dict[int, ChainNodes] = {}
    for chain in chains:
        at = getattr(chain, node)
        if at not in best or chain.rank < best[at].rank:
            best[at] = chain
    return best


def _indirect(near: Neighbourhood, unit: int, task: int, role: int) -> ChainNodes:
    supply, duty = near.units[unit] * near.tasks[task], strongest_duty(near, role)
    return ChainNodes(ChainLink.INDIRECT, supply, unit, task, role, duty, near.roles[role])
