"""Terms: in which of them units and tasks are due, by every way that leads to them."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.masks import Mask


@dataclass(frozen=True, slots=True)
class TermRange:
    """The first and last term in which something is due; +inf and -inf where none is stated.

    `undated`: whether a way leads to it of which no term is stated; what has such a way counts in every term.
    """

    first: Floats
    last: Floats
    undated: Mask

    def due(self, term: int) -> Mask:
        """Return what counts by the end of the term: what is due by then, and what has no term on some way."""
        return (self.first <= term) | self.undated


def unit_terms(snapshot: Snapshot, courses: Mask | None, course_terms: TermRange) -> TermRange:
    """Return the terms of units: those of the courses that count."""
    n, covers = len(snapshot), snapshot.out("COVERS")
    counts = np.ones(len(covers.indices), bool) if courses is None else courses[covers.rows]
    unit, course = covers.indices[counts], covers.rows[counts]
    first, last, undated = np.full(n, np.inf), np.full(n, -np.inf), np.ones(n, bool)
    np.minimum.at(first, unit, course_terms.first[course])
    np.maximum.at(last, unit, course_terms.last[course])
    undated[unit] = False
    undated[unit[course_terms.undated[course]]] = True
    return TermRange(first, last, undated)


def stated_terms(snapshot: Snapshot, relation: str, within: Mask | None) -> TermRange:
    """Return the terms of what the relation leads to: the link's own where it states one, else the node's."""
    links, node_term = snapshot.out(relation), snapshot.number("term")
    inside = np.ones(len(links.indices), bool) if within is None else within[links.rows]
    targets = links.indices[inside]
    stated = snapshot.link_values(relation, "term")
    terms = node_term[targets]
    if stated is not None:
        terms = np.where(stated[inside] >= 0, stated[inside], terms)
    own = node_term.copy()
    own[targets] = np.nan
    first, last = np.where(np.isnan(own), np.inf, own), np.where(np.isnan(own), -np.inf, own)
    dated, undated = ~np.isnan(terms), np.isnan(own)
    undated[targets] = False
    undated[targets[~dated]] = True
    np.minimum.at(first, targets[dated], terms[dated])
    np.maximum.at(last, targets[dated], terms[dated])
    return TermRange(first, last, undated)


def count_undated(nodes: Ints, mask: Mask | None, terms: TermRange, term: int) -> int:
    """Return how many of the nodes count although nothing says that they are due by the term."""
    nodes = nodes if mask is None else nodes[mask[nodes]]
    return int((terms.first[nodes] > term).sum())
