"""Blocks of a coverage matrix: roles beside what serves them, so that a diagonal forms.

A cheap seriation: each role stands with the one that educates for it best, or else serves it best.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from graph.model import fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.coverage_arrays import CoverageArrays
from queries.parameters.coverage import By
from queries.semantics.masks import Mask
from queries.semantics.requirements import openings
from queries.semantics.tolerance import settled

BlockOrder = Literal["blocks", "demand", "lowest", "name"]


@dataclass(frozen=True, slots=True)
class CoverageBlocks:
    """Roles by what serves them: nodes, the shares between them, and which are targeted.

    `servers` are m disciplines or courses by what they stand below, then name; `headings` the node of that, -1 for
    none. `roles` are k roles: in `blocks`, those that a server targets first, then by the server that covers them best
    of those that target it, then by share, highest first; `block` numbers these. What is wholly empty comes after all
    else, but for roles in another order. `best` is of each role the highest share of those that target it, not a number
    where none does. `unrecorded` is of each server. `empty_roles` and `empty_servers` count what has no share above 0
    and no target; `targets` counts the pairs that are targeted.

    Shares are those of `found`: `rows` and `columns` say where each server and role stands there, a row as its place
    among those that supply anything, -1 for the others.
    """

    servers: Ints
    headings: Ints
    roles: Ints
    best: Floats
    block: Ints
    unrecorded: Mask
    empty_roles: int
    empty_servers: int
    targets: int
    found: CoverageArrays
    rows: Ints
    columns: Ints
    targeting: csr_array

    def cells(self, roles: slice, servers: slice) -> tuple[Floats, Mask]:
        """Return the shares of these roles by these servers, and which of them are targeted."""
        columns, rows = self.columns[roles], self.rows[servers]
        shares = np.where(self.found.required[columns], 0.0, np.nan)[:, None].repeat(len(rows), axis=1)
        filled = np.flatnonzero(rows >= 0)
        shares[:, filled] = self.found.shares[np.ix_(rows[filled], columns)].T
        return shares, self.targeting[roles, servers].toarray() > 0


def coverage_blocks(
    snapshot: Snapshot, by: By, found: CoverageArrays, order: BlockOrder = "blocks", *, with_empty: bool = False
) -> CoverageBlocks:
    """Return the matrix in blocks; with what is wholly empty only if so told.

    Only what supplies anything is looked at cell by cell; cells are made as they are asked for.
    """
    above, supplying = _above(snapshot, by, found), found.supplying
    nodes, parents = found.rows[supplying], above[supplying]
    is_heading = (
        np.isin(nodes, parents) & ~_offers_itself(snapshot, nodes) if by == "discipline" else np.zeros(len(nodes), bool)
    )
    aims = _targets(snapshot, found)
    serves = (np.nan_to_num(found.shares) > 0) | (aims[supplying].toarray() > 0)
    kept = ~is_heading & serves.any(axis=1)
    is_served: Mask = np.logical_or.reduce(serves[kept], axis=0)
    place = np.full(len(found.rows), -1, np.int64)  # of each row among those that supply anything
    place[supplying] = np.arange(len(supplying))
    listed = supplying[kept]
    if with_empty:
        without = np.concatenate((listed, supplying[is_heading]))
        listed = np.concatenate((listed, np.setdiff1d(np.arange(len(found.rows)), without)))
    filled = int(kept.sum())
    listed = listed[_by_name(snapshot, found.rows[listed], above[listed], filled)]
    columns = np.arange(len(is_served)) if with_empty else np.flatnonzero(is_served)
    known = np.nan_to_num(found.shares)[np.ix_(place[listed[:filled]], columns)]
    targeted = aims[listed][:, columns]
    best, block, highest = _best(known, targeted)
    is_aimed = ~np.isnan(best)
    block = np.where(is_aimed, block, block + len(listed))
    roles, is_empty = found.columns[columns], ~is_served[columns] & ~is_aimed
    keys: dict[BlockOrder, Callable[[], tuple[Floats | Ints | Mask, ...]]] = {
        "blocks": lambda: (-highest, block, is_empty),
        "demand": lambda: (-settled(openings(snapshot)[roles]),),
        "lowest": lambda: (settled(np.where(is_aimed, best, 2.0 + highest)),),
        "name": lambda: (_name_ranks(snapshot, roles),),
    }
    at = np.lexsort((roles, *keys[order]()))
    return CoverageBlocks(
        servers=found.rows[listed],
        headings=above[listed],
        roles=roles[at],
        best=best[at],
        block=block[at],
        unrecorded=_unrecorded(found)[listed],
        empty_roles=int((~is_served).sum()),
        empty_servers=len(found.rows) - filled - int(is_heading.sum()),
        targets=int(targeted.nnz),
        found=found,
        rows=place[listed],
        columns=columns[at],
        targeting=csr_array(targeted.T)[at],
    )


def _best(known: Floats, targeted: csr_array) -> tuple[Floats, Ints, Floats]:
    """Return of each role the best share of those that target it, with whom it stands, and the share there.

    `known` are the shares of the first servers; all others have none. A role stands with the first of those that
    target it and cover it best; where none does, with the first of all that cover it best.
    """
    pairs, filled = targeted.tocoo(), len(known)
    server, role = pairs.coords
    shares = np.zeros(len(server))
    shares[server < filled] = known[server[server < filled], role[server < filled]]
    best = np.full(known.shape[1], -1.0)
    np.maximum.at(best, role, shares)
    first = np.full(known.shape[1], targeted.shape[0], np.int64)
    is_best = shares == best[role]
    np.minimum.at(first, role[is_best], server[is_best])
    is_aimed = best >= 0
    block = np.where(is_aimed, first, known.argmax(axis=0) if filled else 0)
    highest = np.where(is_aimed, best, known.max(axis=0, initial=0.0))
    return np.where(is_aimed, best, np.nan), block, settled(highest)


def _unrecorded(found: CoverageArrays) -> Mask:
    """Return of which rows no training is recorded: of what supplies nothing, none is."""
    unrecorded: Mask = np.ones(len(found.rows), bool)
    unrecorded[found.supplying] = found.training_unrecorded
    return unrecorded


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


def _targets(snapshot: Snapshot, found: CoverageArrays) -> csr_array:
    """Return which of the columns each row TARGETS itself: rows by columns, 1 where it does."""
    targets = snapshot.out("TARGETS")
    row, column = np.full(len(snapshot), -1, np.int64), np.full(len(snapshot), -1, np.int64)
    row[found.rows], column[found.columns] = np.arange(len(found.rows)), np.arange(len(found.columns))
    pairs = row[targets.rows], column[targets.indices]
    inside = (pairs[0] >= 0) & (pairs[1] >= 0)
    ones = np.ones(int(inside.sum()))
    return csr_array((ones, (pairs[0][inside], pairs[1][inside])), shape=(len(found.rows), len(found.columns)))


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
