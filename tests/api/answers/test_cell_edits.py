"""Edits of cells of a matrix: links of the same classes stand for a cell, and a course's units are left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.answers.cell_edits import CellChange, MatrixEdits, cell_now, is_untouched, matrix_edits, own_units
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from tests.support.factory import says

LINES = (
    *(
        "co1 COVERS k1",
        "k1 DEVELOPS b:c2 0.6",
        "a:c1 SAME_AS b:c2 1",
        "co2 AIMS_AT a:c1 1",
        "co2 COVERS k2",
        "k2 DEVELOPS a:c1 1",
    ),
    *("co3 AIMS_AT a:c1", "d1 OFFERS co3"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    opened.apply(says(*LINES))
    yield opened
    opened.close()


@pytest.fixture
def snapshot(store: Store) -> Snapshot:
    return compile_snapshot(store)


def edits(store: Store, snapshot: Snapshot, row: str, now: str, *units: str) -> MatrixEdits:
    change = CellChange(NodeId(row), NodeId("a:c1"), "", now, tuple(map(NodeId, units)))
    with store.reading() as reading:
        return matrix_edits(snapshot, reading, [change])


def told(found: MatrixEdits) -> list[str]:
    """Return the edits in a word each."""
    lines = []
    for one in found.edits:
        said = one.model_dump(exclude_unset=True)
        lines.append(" ".join(str(value) for name, value in said.items() if name != "values"))
    return lines


def test_link_of_the_same_class_stands_for_a_cell(store: Store, snapshot: Snapshot) -> None:
    """It is changed and dropped where it is stated, at whichever member."""
    assert told(edits(store, snapshot, "k1", "H")) == ["set_link k1 DEVELOPS b:c2 1.0"]
    assert told(edits(store, snapshot, "k1", "")) == ["drop_link k1 DEVELOPS b:c2"]
    assert cell_now(snapshot, NodeId("k1"), NodeId("a:c1")) == "M"


def test_course_with_units_is_asked_and_one_without_is_a_unit(store: Store, snapshot: Snapshot) -> None:
    """An aim alone, or with the units that are named; the course as a whole where there is none."""
    assert own_units(snapshot, NodeId("co1")) == ["k1"]
    assert told(edits(store, snapshot, "co1", "L")) == ["set_link co1 AIMS_AT a:c1 0.3"]
    chosen = told(edits(store, snapshot, "co1", "L", "k1"))
    assert chosen == ["set_link co1 AIMS_AT a:c1 0.3", "set_link k1 DEVELOPS b:c2 0.3"]
    assert told(edits(store, snapshot, "co2", "")) == ["drop_link co2 AIMS_AT a:c1"]
    assert told(edits(store, snapshot, "co3", "●")) == [
        "set_link co3 AIMS_AT a:c1 None",
        "set_node whole:co3 KnowledgeUnit",
        "set_link whole:co3 DEVELOPS a:c1 None",
    ]
    assert [cell_now(snapshot, NodeId(one), NodeId("a:c1")) for one in ("co1", "co3")] == ["(M)", "●"]


def test_cells_that_cannot_be_are_told(store: Store, snapshot: Snapshot) -> None:
    """What units develop is not emptied by their course; no level; no such row."""
    for row, now, said in (("co1", "", "k1 of the course"), ("k1", "Z", "no level"), ("r9", "H", "no course or unit")):
        found = edits(store, snapshot, row, now)
        assert found.edits == []
        assert said in str(found.problems[0][1])


def test_same_level_written_otherwise_is_no_change() -> None:
    """H is 1, of full width too; a dash is empty; parentheses stay."""
    same = (("H", "1"), ("", "—"), ("0.6", "中"), ("(H)", "(H)"), ("●", "√"))
    others = (("H", "M"), ("", "L"), ("(H)", ""), ("(H)", "H"), ("H", "x"))
    assert all(is_untouched(before, now) for before, now in same)
    assert not any(is_untouched(before, now) for before, now in others)
