"""Supply of a role: each discipline covers what the coverage matrix says."""

import pytest

from graph.snapshot.snapshot import Snapshot
from queries.coverage_matrix import coverage_matrix
from queries.role_supply import role_supply
from queries.semantics.scope import EVERYTHING
from queries.semantics.windows import Window


def test_each_discipline_covers_what_the_matrix_says(example: Snapshot) -> None:
    """Of every role: the cells of its column, those that target it first; what is left out teaches nothing of it."""
    matrix = coverage_matrix(example, "discipline")
    for j, role in enumerate(matrix.columns):
        found = role_supply(example, role.id, EVERYTHING, Window())
        targets = [one.targets for one in found.items]
        assert targets == sorted(targets, reverse=True), role.id
        covered = {one.discipline.id: one.coverage for one in found.items}
        for row, shares in zip(matrix.rows, matrix.shares, strict=True):
            if row.id in covered:
                assert covered[row.id] == pytest.approx(shares[j])
            else:
                assert not shares[j] or row.id in {"poly:d.intelligent-manufacturing", "poly:d.digital-business"}
