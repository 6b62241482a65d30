"""Requirements of roles as a sparse matrix, for questions that multiply with it."""

import numpy as np
from scipy import sparse

from graph.snapshot.snapshot import Snapshot
from queries.semantics.requirements import role_needs


def needs_matrix(snapshot: Snapshot) -> sparse.csr_array:
    """Return w(r,c) as a sparse matrix, nodes by nodes: a row of each role, its columns ascending."""
    return snapshot.derived(_needs_matrix)


def _needs_matrix(snapshot: Snapshot) -> sparse.csr_array:
    needs, n = role_needs(snapshot), len(snapshot)
    order = np.lexsort((needs.competency, needs.role))
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(needs.role, minlength=n), out=starts[1:])
    return sparse.csr_array((needs.weight[order], needs.competency[order], starts), shape=(n, n))
