"""The matrix in blocks holds every share above 0 and every target, once; only what is wholly empty is left out."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, note

from graph.changes import ChangeSet
from graph.snapshot.snapshot import Snapshot
from queries import coverage_arrays
from queries.coverage_arrays import coverage_arrays as arrays_of
from queries.coverage_blocks import BlockOrder, CoverageBlocks, coverage_blocks
from queries.coverage_matrix import coverage_matrix
from queries.parameters.coverage import By
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import EVERYTHING, Scope
from tests.support.examples import examples
from tests.support.factory import says, snapshot_of
from tests.support.worlds import spoken, worlds

ORDERS: tuple[BlockOrder, ...] = ("demand", "lowest", "name")
ALL = slice(None)
BYS: tuple[By, ...] = ("discipline", "course")


def told(snapshot: Snapshot, blocks: CoverageBlocks) -> dict[tuple[str, str], float]:
    """Return the shares above 0 of a matrix in blocks, by server and role."""
    shares, _ = blocks.cells(ALL, ALL)
    return {
        (snapshot.ids[server], snapshot.ids[role]): float(shares[i, j])
        for i, role in enumerate(blocks.roles)
        for j, server in enumerate(blocks.servers)
        if shares[i, j] > 0
    }


@examples(60)
@given(said=worlds())
def test_blocks_lose_nothing(said: list[ChangeSet]) -> None:
    """In every order, shares are those of the matrix, but for faculties; with what is empty, all stand there once."""
    note(spoken(said))
    snapshot = snapshot_of(*said)
    parents = {snapshot.ids[i] for i in snapshot.reference("parent_id") if i >= 0}
    for by in BYS:
        matrix, found = coverage_matrix(snapshot, by), arrays_of(snapshot, by)
        whole = {
            (row.id, column.id): share
            for row, shares in zip(matrix.rows, matrix.shares, strict=True)
            for column, share in zip(matrix.columns, shares, strict=True)
            if share
        }
        shown = coverage_blocks(snapshot, by, found)
        lost = whole.keys() - told(snapshot, shown).keys()
        assert {row for row, _ in lost} <= parents
        assert told(snapshot, shown).items() <= whole.items()
        every = coverage_blocks(snapshot, by, found, with_empty=True)
        assert sorted(snapshot.ids[r] for r in every.roles) == [column.id for column in matrix.columns]
        assert told(snapshot, every) == told(snapshot, shown)
        assert len(every.roles) == len(shown.roles) + shown.empty_roles
        assert len(every.servers) == len(shown.servers) + shown.empty_servers
        assert len(set(every.servers.tolist())) == len(every.servers)
        for order in ORDERS:
            again = coverage_blocks(snapshot, by, found, order)
            assert told(snapshot, again) == told(snapshot, shown)


def test_roles_stand_with_whoever_targets_them(example: Snapshot) -> None:
    """In the bundled college blocks follow the programmes; within each, the best covered comes first."""
    blocks = coverage_blocks(example, "discipline", arrays_of(example, "discipline"))
    assert blocks.block.tolist() == sorted(blocks.block)
    for block in set(blocks.block.tolist()):
        mine = blocks.best[blocks.block == block].tolist()
        assert mine == sorted(mine, reverse=True)
    assert (blocks.targets, int((blocks.best < 0.6).sum())) == (27, 6)
    faculties = {"poly:d.digital-business", "poly:d.intelligent-manufacturing"}
    assert faculties.isdisjoint(example.ids[d] for d in blocks.servers)
    assert {example.ids[d] for d in blocks.headings if d >= 0} == faculties


def test_what_teaches_nothing_costs_nothing() -> None:
    """A thousand disciplines that offer nothing resolve no scope; what nothing narrows is worked out once."""
    lines = ["d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "t1 APPLIES k1", "t1 PRACTISES c1", "r1 REQUIRES c1"]
    lines += [f"d{n} TARGETS r1" for n in range(2, 1002)]
    snapshot = snapshot_of(says(*lines))
    with mock.patch.object(coverage_arrays, "resolve", wraps=resolve) as resolved:
        first = arrays_of(snapshot, "discipline", Scope(focus="all"))
        assert (len(first.rows), first.supplying.tolist(), first.shares.tolist()) == (1001, [0], [[1.0]])
        assert resolved.call_count <= 3
        assert arrays_of(snapshot, "discipline", Scope(focus="all")) is first


@pytest.mark.parametrize("by", BYS)
def test_no_supply_is_no_error(by: By) -> None:
    """Without any discipline or course, or any role, the matrix is empty."""
    for lines in (["r1 REQUIRES c1"], ["d1 OFFERS co1"]):
        snapshot = snapshot_of(says(*lines))
        for with_empty in (False, True):
            blocks = coverage_blocks(snapshot, by, arrays_of(snapshot, by, EVERYTHING), with_empty=with_empty)
            assert not np.nan_to_num(blocks.cells(ALL, ALL)[0]).any()
