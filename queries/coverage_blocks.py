"""Blocks of a coverage matrix: roles beside what serves them, so that a diagonal forms.

A cheap seriation: each role stands with the one that educates for it best, or else serves it best.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.model import fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.coverage_arrays import CoverageArrays
from queries.parameters.coverage import By
from queries.semantics.requirements import openings
from queries.semantics.resolved_scope import Mask
from queries.semantics.tolerance import settled

BlockOrder = Literal["blocks", "demand", "lowest", "name"]


@dataclass(frozen=True, slots=True)
class CoverageBlocks:
    """Roles by what serves them: nodes, the shares between them, and which are targeted.

    `servers` are m disciplines or courses by what they stand below, then name; `headings` the node of that, -1 for
    none. `roles` are k roles: in `blocks`, those that a server targets first, then by the server that covers them best
    of those that target it, then by share, highest first; `block` numbers these. `shares` and `targeted` are k by m;
    `best` is of each role the highest share of those that target it, not a number where none does. `unrecorded` is of
    each server. `empty_roles` and `empty_servers` count what has no share above 0 and no target.
    """

    servers: Ints
    headings: Ints
    roles: Ints
    shares: Floats
    targeted: Mask
    best: Floats
    block: Ints
    unrecorded: Mask
    empty_roles: int
    empty_servers: int


def coverage_blocks(
    snapshot: Snapshot, by: By, found: CoverageArrays, order: BlockOrder = "blocks", *, with_empty: bool = False
) -> CoverageBlocks:
    """Return the matrix in blocks; with what is wholly empty only if so told."""
    above = _above(snapshot, by, found)
    nodes, parents = found.rows[found.supplying], above[found.supplying]
    is_heading = (
        np.isin(nodes, parents) & ~_offers_itself(snapshot, nodes) if by == "discipline" else np.zeros(len(nodes), bool)
    )
    targeted = _targeted(snapshot, nodes, found.columns)
    serves = (np.nan_to_num(found.shares) > 0) | targeted
    kept = ~is_heading & serves.any(axis=1)
    is_served: Mask = np.logical_or.reduce(serves[kept], axis=0)
    empty_servers = len(found.rows) - int(kept.sum()) - int(is_heading.sum())
    servers, shares, unrecorded = nodes[kept], found.shares[kept], found.training_unrecorded[kept]
    targeted, headings = targeted[kept], parents[kept]
    if with_empty:
        others = np.setdiff1d(found.rows, np.concatenate((servers, nodes[is_heading])))
        servers = np.concatenate((servers, others))
        blank = np.where(found.required, 0.0, np.nan)
        shares = np.concatenate((shares, np.tile(blank, (len(others), 1))))
        unrecorded = np.concatenate((unrecorded, np.ones(len(others), bool)))
        targeted = np.concatenate((targeted, _targeted(snapshot, others, found.columns)))
        headings = np.concatenate((headings, above[np.searchsorted(found.rows, others)]))
    by_name = _by_name(snapshot, servers, headings, len(servers) - (empty_servers if with_empty else 0))
    servers, headings, unrecorded = servers[by_name], headings[by_name], unrecorded[by_name]
    listed = np.arange(len(is_served)) if with_empty else np.flatnonzero(is_served)
    roles, shares, targeted = found.columns[listed], shares[by_name][:, listed].T, targeted[by_name][:, listed].T
    known = np.nan_to_num(shares)
    aimed: Mask = np.logical_or.reduce(targeted, axis=1)
    best = np.where(aimed, np.where(targeted, known, -1.0).max(axis=1, initial=-1.0), np.nan)
    weighed = np.where(targeted | ~aimed[:, None], known, -1.0)
    block = weighed.argmax(axis=1) if len(servers) else np.zeros(len(roles), np.int64)
    highest = settled(weighed.max(axis=1, initial=-1.0))
    keys = {
        "blocks": (-highest, block, ~aimed),
        "demand": (-settled(openings(snapshot)[roles]),),
        "lowest": (settled(np.where(aimed, best, 2.0 + highest)),),
        "name": (_name_ranks(snapshot, roles),),
    }
    at = np.lexsort((roles, *keys[order]))
    return CoverageBlocks(
        servers=servers,
        headings=headings,
        roles=roles[at],
        shares=shares[at],
        targeted=targeted[at],
        best=best[at],
        block=np.where(aimed, block, block + len(servers))[at],
        unrecorded=unrecorded,
        empty_roles=int((~is_served).sum()),
        empty_servers=empty_servers,
    )


def _above(snapshot: Snapshot, by: By, found: CoverageArrays) -> Ints:
    """Return of each row what it stands below: a discipline its parent, a course the first that offers it; else -1."""
    if by == "discipline":
        return snapshot.reference("parent_id")[found.rows]
    offers = snapshot.into("OFFERS")
    first = np.full(len(snapshot), -1, np.int64)
    has_any = np.flatnonzero(offers.degree > 0)
    first[has_any] = offers.indices[offers.indptr[has_any]]
    return first[found.rows]


def _offers_itself(snapshot: Snapshot, nodes: Ints) -> Mask:
    is_offering: Mask = (snapshot.out("OFFERS").degree[nodes] + snapshot.out("SCHEDULES").degree[nodes]) > 0
    return is_offering


def _targeted(snapshot: Snapshot, nodes: Ints, roles: Ints) -> Mask:
    """Return which of the roles each node TARGETS itself."""
    targets, at = snapshot.out("TARGETS"), np.full(len(snapshot), -1, np.int64)
    at[roles] = np.arange(len(roles))
    found = np.zeros((len(nodes), len(roles)), bool)
    for row, node in enumerate(nodes.tolist()):
        places = at[targets.indices[targets.indptr[node] : targets.indptr[node + 1]]]
        found[row, places[places >= 0]] = True
    return found


def _by_name(snapshot: Snapshot, servers: Ints, headings: Ints, filled: int) -> Ints:
    """Return the order of the servers: those that serve something first; by what they stand below, by name, by id."""

    def key(at: int) -> tuple[bool, bool, str, int, str, int]:
        node, heading = int(servers[at]), int(headings[at])
        above = fold(snapshot.name(heading)) if heading >= 0 else ""
        return at >= filled, heading < 0, above, heading, fold(snapshot.name(node)), node

    return np.array(sorted(range(len(servers)), key=key), np.int64)


def _name_ranks(snapshot: Snapshot, nodes: Ints) -> Ints:
    names = [fold(snapshot.name(int(node))) for node in nodes]
    rank = {name: at for at, name in enumerate(sorted(set(names)))}
    return np.array([rank[name] for name in names], np.int64)
