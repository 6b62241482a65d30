"""Requirement weights: how much each role needs each competency, by itself or through its responsibilities."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.added_links import count_links
from queries.semantics.array_joins import expand
from queries.semantics.counted_links import ChainLinks, CountedLinks
from queries.semantics.tolerance import lowest


@dataclass(frozen=True, slots=True)
class RequirementPairs:
    """Every pair of a competency and a role in R of it, by (competency, role).

    `weight` is w(r,c): the larger of the role's own weight for the competency and w(r,j) * w(j,c) of any of its
    responsibilities j. `own` says that the role requires the competency itself. `level` is the highest at which it, or
    one of its responsibilities, does; -1 where none is stated.
    """

    competency: Ints
    role: Ints
    weight: Floats
    own: Ints
    level: Ints


def role_needs(snapshot: Snapshot, min_weight: float = 0.0) -> RequirementPairs:
    """Return who needs what, as it is stated, ignoring REQUIRES links weaker than `min_weight`."""
    return counted_needs(snapshot, count_links(snapshot), min_weight)


def counted_needs(snapshot: Snapshot, counted: ChainLinks, min_weight: float = 0.0) -> RequirementPairs:
    """Return who needs what by the REQUIRES links that count, ignoring those weaker than `min_weight`."""
    if min_weight == 0.0:
        return counted.derived(all_needs, snapshot)
    return _needs(snapshot, counted.requires, min_weight)


def all_needs(snapshot: Snapshot, counted: ChainLinks) -> RequirementPairs:
    """Return who needs what by all REQUIRES links that count; `counted_needs` has it computed once."""
    return _needs(snapshot, counted.requires, 0.0)


def _needs(snapshot: Snapshot, links: CountedLinks, min_weight: float) -> RequirementPairs:
    requires, holders = links.into, snapshot.into("HAS_RESPONSIBILITY")
    # positions in REQUIRES: links of roles themselves, and links of responsibilities
    strong, kind = requires.weight >= lowest(min_weight), snapshot.kind[requires.indices]
    by_role = np.flatnonzero(strong & (kind == KIND_CODES["Role"]))
    by_duty = np.flatnonzero(strong & (kind == KIND_CODES["JobResponsibility"]))
    # every (REQUIRES link of a responsibility, HAS_RESPONSIBILITY link of a role that has it)
    link, place = expand(holders.indptr, requires.indices[by_duty])
    through = by_duty[link]
    # one row for each way of a role to a competency: by itself, then through a responsibility
    competency = requires.rows[np.concatenate((by_role, through))]
    role = np.concatenate((requires.indices[by_role], holders.indices[place]))
    weight = np.concatenate((requires.weight[by_role], holders.weight[place] * requires.weight[through]))
    own = np.concatenate((np.ones(len(by_role), np.int8), np.zeros(len(through), np.int8)))
    level = links.level[np.concatenate((by_role, through))]
    # one row for each pair: ways are put together, the largest weight and level stand
    order = np.argsort(competency * np.int64(len(snapshot)) + role)
    competency, role = competency[order], role[order]
    first = np.ones(len(order), bool)
    first[1:] = (competency[1:] != competency[:-1]) | (role[1:] != role[:-1])
    starts = np.flatnonzero(first)
    if not len(starts):
        return RequirementPairs(competency, role, weight, own, level)
    return RequirementPairs(
        competency[starts],
        role[starts],
        np.maximum.reduceat(weight[order], starts),
        np.maximum.reduceat(own[order], starts),
        np.maximum.reduceat(level[order], starts),
    )


def openings(snapshot: Snapshot) -> Floats:
    """Return of each role how many openings it has: the sum over its EMPLOYS links.

    A link that states no openings counts the median of those that do, or 1 where none does; a role that nobody employs
    counts as one such link.
    """
    return snapshot.derived(_openings)


def _openings(snapshot: Snapshot) -> Floats:
    employs, openings_of = snapshot.out("EMPLOYS"), np.zeros(len(snapshot))
    np.add.at(openings_of, employs.indices, link_openings(snapshot))
    return np.where(snapshot.into("EMPLOYS").degree == 0, _usual_openings(snapshot), openings_of)


def link_openings(snapshot: Snapshot) -> Floats:
    """Return the openings of each EMPLOYS link in the order of `out`: as stated, else the median of those, else 1."""
    stated = snapshot.link_values("EMPLOYS", "openings")
    if stated is None:
        return np.ones(len(snapshot.out("EMPLOYS").indices))
    return np.where(stated >= 0, stated, _usual_openings(snapshot))


def assumed_openings(snapshot: Snapshot) -> Floats:
    """Return of each role how many of its openings are stated nowhere: the usual number stands for them."""
    return snapshot.derived(_assumed_openings)


def _assumed_openings(snapshot: Snapshot) -> Floats:
    employs, stated = snapshot.out("EMPLOYS"), snapshot.link_values("EMPLOYS", "openings")
    is_assumed = np.ones(len(employs.indices), bool) if stated is None else stated < 0
    assumed = np.bincount(employs.indices[is_assumed], link_openings(snapshot)[is_assumed], minlength=len(snapshot))
    return np.where(snapshot.into("EMPLOYS").degree == 0, _usual_openings(snapshot), assumed)


def _usual_openings(snapshot: Snapshot) -> float:
    stated = snapshot.link_values("EMPLOYS", "openings")
    return 1.0 if stated is None else float(np.median(stated[stated >= 0]))
