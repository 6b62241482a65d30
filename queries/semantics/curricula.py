"""Curricula as sparse matrices: what every discipline teaches and trains; `resolve` says it of one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.demand import demand_for
from queries.semantics.discipline_tree import descendants
from queries.semantics.masks import Mask
from queries.semantics.needs_matrix import needs_matrix
from queries.semantics.requirements import openings


@dataclass(frozen=True, slots=True)
class Curricula:
    """Disciplines (rows, in id order, each with all below it) by nodes (columns); entries are ones.

    `courses`: what a discipline offers; `units`: what these cover. `tasks`: what it or one of its courses schedules;
    where they schedule none (`training_unrecorded`), the tasks that apply one of its units. `targets`: the roles that
    it targets.
    """

    disciplines: Ints
    courses: sparse.csr_array
    units: sparse.csr_array
    tasks: sparse.csr_array
    targets: sparse.csr_array
    training_unrecorded: Mask

    def demand(self, snapshot: Snapshot, roles: Mask | None) -> Iterator[Floats]:
        """Yield the demand of each discipline: of the roles that it targets, or where it targets none of all `roles`.

        None stands for all that there are.
        """
        everyone, needs, opened = demand_for(snapshot, roles), needs_matrix(snapshot), openings(snapshot)
        for at in range(len(self.disciplines)):
            targets = self.targets.indices[self.targets.indptr[at] : self.targets.indptr[at + 1]]
            yield needs[targets].T @ opened[targets] if len(targets) else everyone


def curricula_of(snapshot: Snapshot) -> Curricula:
    """Return what every discipline teaches and trains; made once for a snapshot."""
    return snapshot.derived(_curricula)


def _curricula(snapshot: Snapshot) -> Curricula:
    # d disciplines by n nodes: the disciplines at and below each
    disciplines = snapshot.of_kind("Discipline")
    below = [np.flatnonzero(descendants(snapshot, d)) for d in disciplines.tolist()]
    rows = np.repeat(np.arange(len(below)), [len(some) for some in below])
    columns = np.concatenate([np.zeros(0, np.int64), *below])
    own = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(below), len(snapshot)))
    # each product follows a relation: d by n, with ones where a discipline reaches a node
    offered = _ones(own @ snapshot.out("OFFERS").pattern)
    units = _ones(offered @ snapshot.out("COVERS").pattern)
    sent = _ones((offered + own) @ snapshot.out("SCHEDULES").pattern)
    unrecorded: Mask = np.diff(sent.indptr) == 0
    # of disciplines (rows of `sent`) that schedule nothing: the tasks that apply one of their units
    applying = _ones(units @ snapshot.into("APPLIES").pattern)
    tasks = _ones(sent + narrowed(applying.T.tocsr(), unrecorded).T.tocsr())
    return Curricula(disciplines, offered, units, tasks, _ones(own @ snapshot.out("TARGETS").pattern), unrecorded)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the pattern of the matrix, each row ascending."""
    rows, columns = matrix.nonzero()
    ones = np.ones(len(rows), np.float64)
    return sparse.csr_array((ones, (rows, columns)), shape=matrix.shape)


def narrowed(matrix: sparse.csr_array, columns: Mask) -> sparse.csr_array:
    """Return the matrix with only the entries in the columns that are kept."""
    stays = columns[matrix.indices]
    starts = np.concatenate(([0], np.cumsum(stays)))[matrix.indptr]
    return sparse.csr_array((matrix.data[stays], matrix.indices[stays], starts), shape=matrix.shape)
