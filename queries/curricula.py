"""All disciplines at once: what each teaches and trains, as sparse matrices; what `resolve` says of one at a time."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from graph.snapshot import Floats, Ints, Snapshot
from queries.demand import demand_for
from queries.scope import Mask, descendants


@dataclass(frozen=True, slots=True)
class Curricula:
    """Disciplines (rows, in id order, each with all below it) by nodes (columns); entries are ones.

    `tasks`: what a discipline or one of its courses schedules; where they schedule none (`training_unrecorded`), the
    tasks that apply one of its units. `targets`: the roles that it targets.
    """

    disciplines: Ints
    units: sparse.csr_array
    tasks: sparse.csr_array
    targets: sparse.csr_array
    training_unrecorded: Mask

    def demand(self, snapshot: Snapshot) -> list[Floats]:
        """Return the demand of each discipline: of the roles that it targets, or of all where it targets none."""
        everyone = demand_for(snapshot)
        found = []
        for at in range(len(self.disciplines)):
            targets = self.targets.indices[self.targets.indptr[at] : self.targets.indptr[at + 1]]
            if len(targets):
                roles = np.zeros(len(snapshot), bool)
                roles[targets] = True
                found.append(demand_for(snapshot, roles))
            else:
                found.append(everyone)
        return found


def curricula_of(snapshot: Snapshot) -> Curricula:
    """Return what every discipline teaches and trains; made once for a snapshot."""
    return snapshot.derived(_curricula)


def _curricula(snapshot: Snapshot) -> Curricula:
    disciplines = snapshot.of_kind("Discipline")
    n = len(snapshot)
    below = [descendants(snapshot, d) for d in disciplines.tolist()]
    own = sparse.csr_array(np.array(below, dtype=float).reshape(len(below), n))
    offered = own @ snapshot.out("OFFERS").pattern
    units = _ones(offered @ snapshot.out("COVERS").pattern)
    sent = _ones((offered + own) @ snapshot.out("SCHEDULES").pattern)
    unrecorded: Mask = np.diff(sent.indptr) == 0
    applying = _ones(units @ snapshot.into("APPLIES").pattern)
    tasks = _ones(sent + narrowed(applying.T.tocsr(), unrecorded).T.tocsr())
    return Curricula(disciplines, units, tasks, _ones(own @ snapshot.out("TARGETS").pattern), unrecorded)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    """Return the pattern of the matrix, each row ascending."""
    rows, columns = matrix.nonzero()
    ones = np.ones(len(rows), np.float64)
    return sparse.csr_array((ones, (rows, columns)), shape=matrix.shape)


def narrowed(matrix: sparse.csr_array, kept: Mask) -> sparse.csr_array:
    """Return the matrix with only the entries in the columns that are kept."""
    stays = kept[matrix.indices]
    starts = np.concatenate(([0], np.cumsum(stays)))[matrix.indptr]
    return sparse.csr_array((matrix.data[stays], matrix.indices[stays], starts), shape=matrix.shape)
