"""How much each role needs each competency, by itself or through its responsibilities."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot import KIND_CODES, Floats, Ints, Snapshot


@dataclass(frozen=True, slots=True)
class Needs:
    """Every pair of a competency and a role in R of it, by (competency, role).

    `weight` is w(r,c): the larger of the role's own weight for the competency and w(r,j) * w(j,c) of any of its
    responsibilities j. `own` says that the role requires the competency itself.
    """

    competency: Ints
    role: Ints
    weight: Floats
    own: Ints


def role_needs(snapshot: Snapshot, min_weight: float = 0.0) -> Needs:
    """Return who needs what, ignoring REQUIRES links weaker than `min_weight`."""
    return snapshot.derived(_all_needs) if min_weight == 0.0 else _needs(snapshot, min_weight)


def _all_needs(snapshot: Snapshot) -> Needs:
    return _needs(snapshot, 0.0)


def _needs(snapshot: Snapshot, min_weight: float) -> Needs:
    requires, holders = snapshot.out("REQUIRES"), snapshot.into("HAS_RESPONSIBILITY")
    strong = requires.weight >= min_weight
    by_role = strong & (snapshot.kind[requires.rows] == KIND_CODES["Role"])
    by_duty = np.flatnonzero(strong & (snapshot.kind[requires.rows] == KIND_CODES["JobResponsibility"]))
    link, place = expand(holders.indptr, requires.rows[by_duty])
    through = by_duty[link]
    competency = np.concatenate((requires.indices[by_role], requires.indices[through]))
    role = np.concatenate((requires.rows[by_role], holders.indices[place]))
    weight = np.concatenate((requires.weight[by_role], holders.weight[place] * requires.weight[through]))
    own = np.concatenate((np.ones(by_role.sum(), np.int8), np.zeros(len(through), np.int8)))
    order = np.lexsort((role, competency))
    competency, role = competency[order], role[order]
    first = np.ones(len(order), bool)
    first[1:] = (competency[1:] != competency[:-1]) | (role[1:] != role[:-1])
    starts = np.flatnonzero(first)
    if not len(starts):
        return Needs(competency, role, weight, own)
    return Needs(
        competency[starts],
        role[starts],
        np.maximum.reduceat(weight[order], starts),
        np.maximum.reduceat(own[order], starts),
    )


def openings(snapshot: Snapshot) -> Floats:
    """Return of each role how many openings it has: the sum over its EMPLOYS links.

    A link that states no openings counts the median of those that do, or 1 where none does; a role that nobody employs
    counts as one such link.
    """
    return snapshot.derived(_openings)


def _openings(snapshot: Snapshot) -> Floats:
    employs, found = snapshot.out("EMPLOYS"), np.zeros(len(snapshot))
    stated = snapshot.link_values("EMPLOYS", "openings")
    usual, counts = 1.0, np.ones(len(employs.indices))
    if stated is not None:
        usual = float(np.median(stated[stated >= 0]))
        counts = np.where(stated >= 0, stated, usual)
    np.add.at(found, employs.indices, counts)
    return np.where(snapshot.into("EMPLOYS").degree == 0, usual, found)


def expand(indptr: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return, for every entry of the given rows of a sparse matrix, (position in `rows`, position of the entry).

    It is the join of `rows` with the matrix, without a loop.

    >>> expand(np.array([0, 2, 2, 3]), np.array([2, 0, 1]))
    (array([0, 1, 1]), array([2, 0, 1]))
    """
    starts = indptr[rows].astype(np.int64)
    counts = indptr[rows + 1] - starts
    owner = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, starts[owner] + offsets
