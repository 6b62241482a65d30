"""The support matrix, against the plain way to make it on small random graphs."""

import random
from collections import Counter

import pytest

from graph.snapshot.snapshot import Snapshot
from queries.matrix import SupportMatrix, support_matrix
from queries.parameters.matrix import MatrixOf
from queries.semantics.scope import Scope
from tests.support.factory import graph_of

WEIGHTS = ("1", "0.6", "0.3", "0.45", "")


def random_lines(seed: int) -> list[str]:
    """Return the links of a small graph: two disciplines, courses with and without units, aims, and roles."""
    chosen = random.Random(seed)
    lines = {f"d{chosen.randint(1, 2)} OFFERS co{n}": "" for n in range(1, 6)}
    lines |= {f"d{n} TARGETS r{n}": "" for n in (1, 2)}
    lines |= {f"r{chosen.randint(1, 2)} REQUIRES c{n}": "" for n in range(1, 5)}
    for _ in range(8):
        lines[f"co{chosen.randint(1, 5)} COVERS k{chosen.randint(1, 4)}"] = ""
        lines[f"k{chosen.randint(1, 4)} DEVELOPS c{chosen.randint(1, 5)}"] = chosen.choice(WEIGHTS)
        lines[f"co{chosen.randint(1, 5)} AIMS_AT c{chosen.randint(1, 5)}"] = chosen.choice(WEIGHTS)
    return [f"{line} {weight}".strip() for line, weight in lines.items()]


def plainly(lines: list[str], of: MatrixOf) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Return each cell, by row and column: its weight, and whether units alone fill it."""
    links = [(*line.split(), "")[:4] for line in lines]
    stated = {
        (a, b): weight for a, relation, b, weight in links if relation == ("AIMS_AT" if of == "courses" else "DEVELOPS")
    }
    cells = {key: (float(weight) if weight else None, False) for key, weight in stated.items()}
    if of == "courses":
        for course, covers, unit, _ in links:
            for start, develops, end, weight in links:
                if (covers, develops, start) == ("COVERS", "DEVELOPS", unit) and (course, end) not in stated:
                    before = cells.get((course, end), (0.0, True))[0] or 0.0
                    cells[course, end] = (max(before, float(weight or 1)), True)
    return cells


def shown(matrix: SupportMatrix) -> dict[tuple[str, str], tuple[float | None, bool]]:
    rows, columns = ([one.node.id for one in part] for part in (matrix.rows, matrix.columns))
    return {(rows[one.row], columns[one.column]): (one.weight, one.is_by_units) for one in matrix.cells}


@pytest.mark.parametrize("of", ["courses", "units"])
def test_cells_are_those_of_the_plain_way(of: MatrixOf) -> None:
    """Of the whole graph, and of a discipline; a part of it is that part; totals count all."""
    for seed in range(25):
        lines = random_lines(seed)
        snapshot = graph_of(*lines)
        wanted = plainly(lines, of)
        whole = support_matrix(snapshot, of, Scope(focus="all"))
        assert shown(whole) == wanted, seed
        counts = Counter(row for row, _ in wanted)
        assert [one.supports for one in whole.rows] == [counts[one.node.id] for one in whole.rows]
        assert sum(one.supported_by for one in whole.columns) == len(wanted)
        supported = [one.supported_by > 0 for one in whole.columns]
        assert supported == sorted(supported, reverse=True)
        part = support_matrix(snapshot, of, Scope(focus="all"), rows=slice(1, 3), columns=slice(1, 4))
        names = ({one.node.id for one in part.rows}, {one.node.id for one in part.columns})
        assert shown(part) == {key: cell for key, cell in wanted.items() if key[0] in names[0] and key[1] in names[1]}
        assert (part.rows_total, part.columns_total) == (len(whole.rows), len(whole.columns))
        _check_discipline(snapshot, lines, of, wanted)


def _check_discipline(
    snapshot: Snapshot, lines: list[str], of: MatrixOf, wanted: dict[tuple[str, str], tuple[float | None, bool]]
) -> None:
    own = {line.split()[2] for line in lines if line.startswith("d1 OFFERS")}
    if of == "units":
        own = {line.split()[2] for line in lines if " COVERS " in line and line.split()[0] in own}
    found = shown(support_matrix(snapshot, of, Scope(discipline="d1")))
    assert found == {key: cell for key, cell in wanted.items() if key[0] in own}


def test_course_as_a_whole_is_no_row_of_units_and_an_aim_alone_is_not_taught() -> None:
    """Its links count for the course."""
    snapshot = graph_of(
        "co1 COVERS whole:k1", "whole:k1 DEVELOPS c1 0.6", "co1 AIMS_AT c1 0.6", "co1 AIMS_AT c2", "k2 DEVELOPS c1"
    )
    units = support_matrix(snapshot, "units", Scope(focus="all"))
    assert [one.node.id for one in units.rows] == ["k2"]
    courses = support_matrix(snapshot, "courses", Scope(focus="all"))
    assert [(one.weight, one.is_taught) for one in courses.cells] == [(0.6, True), (None, False)]
