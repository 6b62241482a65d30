"""Rows of a benchmark: what one programme has and the other lacks, the reverse, and what both have, in order."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from graph.cancellation import check_cancelled
from graph.model import fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_matches import MatchedBy, match_nodes
from queries.benchmark_parts import ProgrammeParts
from queries.parameters.benchmark import BENCHMARK_DIFFERENCES, BENCHMARK_KINDS, BenchmarkDifference, BenchmarkKind
from queries.semantics.tolerance import settle


class BenchmarkRow(NamedTuple):
    """A node of the other programme, or where it is extra of the programme itself; and what matches it there."""

    kind: BenchmarkKind
    difference: BenchmarkDifference
    node: int
    matches: dict[int, MatchedBy]


def compare_parts(snapshot: Snapshot, ours: ProgrammeParts, theirs: ProgrammeParts) -> list[BenchmarkRow]:
    """Return a row for each thing of the other programme, and for each of ours that nothing of it matches."""
    rows = []
    for kind in BENCHMARK_KINDS:
        check_cancelled()
        matches = match_nodes(snapshot, theirs.nodes[kind], ours.nodes[kind])
        matched = {one for found in matches.values() for one in found}
        for node in theirs.nodes[kind].tolist():
            found = matches.get(node, {})
            rows.append(BenchmarkRow(kind, "shared" if found else "lacking", node, found))
        rows += [BenchmarkRow(kind, "extra", node, {}) for node in ours.nodes[kind].tolist() if node not in matched]
    return rows


def row_order(snapshot: Snapshot, demand: Floats) -> Callable[[BenchmarkRow], tuple[int, int, float, str, int]]:
    """Return what rows are sorted by: kind, difference, the demand for a competency (largest first), name, id."""

    def key(row: BenchmarkRow) -> tuple[int, int, float, str, int]:
        wanted = settle(float(demand[row.node])) if row.kind == "Competency" else 0.0
        kind, difference = BENCHMARK_KINDS.index(row.kind), BENCHMARK_DIFFERENCES.index(row.difference)
        return kind, difference, -wanted, fold(snapshot.name(row.node)), row.node

    return key


def count_rows(rows: list[BenchmarkRow]) -> dict[BenchmarkKind, dict[BenchmarkDifference, int]]:
    """Return how many rows there are of each kind and difference."""
    counts = Counter((row.kind, row.difference) for row in rows)
    return {kind: {one: counts[kind, one] for one in BENCHMARK_DIFFERENCES} for kind in BENCHMARK_KINDS}


def nodes_of_rows(rows: list[BenchmarkRow], kind: BenchmarkKind, difference: BenchmarkDifference) -> Ints:
    """Return the nodes of a kind and difference, ascending."""
    return np.array([row.node for row in rows if (row.kind, row.difference) == (kind, difference)], np.int64)
