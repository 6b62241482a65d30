"""Courses that count as units (`infer_aims`): a course that AIMS_AT competencies and COVERS no unit is one itself.

The snapshot is seen with two more links of such a course: it COVERS itself, and DEVELOPS what it aims at. So terms,
weights, hours and scopes hold of it as of any unit. Nothing of it is stored.
"""

import numpy as np

from graph.schema import RELATIONS
from graph.snapshot.arrays import Arrays, Floats, Ints
from graph.snapshot.columns import in_order
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from graph.snapshot.splice import RelationArrays
from queries.semantics.scope import Scope

_COURSE = KIND_CODES["Course"]


def as_asked(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """Return the snapshot as the scope asks of it: of its institution, with courses that count as units.

    Raises:
        NotFoundError: there is no such institution.
    """
    snapshot = of_institution(snapshot, scope)
    if not scope.infer_aims:
        return snapshot
    return snapshot.derived(_with_course_units).in_language(snapshot.language)


def of_institution(snapshot: Snapshot, scope: Scope) -> Snapshot:
    """Return the view of the institution that the scope names; the snapshot itself where it names none.

    Raises:
        NotFoundError: there is no such institution.
    """
    return snapshot if scope.institution is None else snapshot.seen_by(scope.institution)


def units_of(snapshot: Snapshot) -> Ints:
    """Return the units, and the courses that count as such, ascending."""
    covers = snapshot.out("COVERS")
    return np.union1d(snapshot.of_kind("KnowledgeUnit"), covers.rows[covers.rows == covers.indices])


def _with_course_units(snapshot: Snapshot) -> Snapshot:
    aims = snapshot.out("AIMS_AT")
    at = np.flatnonzero((snapshot.kind[aims.rows] == _COURSE) & (snapshot.out("COVERS").degree[aims.rows] == 0))
    if not len(at):
        return snapshot
    courses = np.unique(aims.rows[at])
    level = snapshot.link_values("AIMS_AT", "level")
    ends, levels = np.stack((aims.rows[at], aims.indices[at]), 1), None if level is None else level[at]
    covers = _with_links(snapshot, "COVERS", np.stack((courses, courses), 1), np.ones(len(courses)), None)
    develops = _with_links(snapshot, "DEVELOPS", ends, aims.weight[at], levels)
    arrays = {**snapshot.arrays, **covers, **develops}
    return snapshot.altered(in_order(arrays), snapshot.about, RELATIONS.keys() - {"COVERS", "DEVELOPS"})


def _with_links(snapshot: Snapshot, relation: str, pairs: Ints, weight: Floats, level: Ints | None) -> Arrays:
    """Return the arrays of a relation with these links, ascending, besides."""
    links, size = RelationArrays(snapshot, relation), len(pairs)
    silent = np.full(size, -1)
    stated = {"unstated": np.zeros(size, bool), "voices": np.ones(size, np.int16)}
    numbers = {"level": silent if level is None else level, "term": silent, "openings": silent}
    links.put(pairs, {"weight": weight, **stated, **numbers})
    return links.arrays()
