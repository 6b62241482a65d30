"""Edits of a support matrix: what changed cells state, and take back, as single statements."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import Language, Message, message, text
from graph.model import LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot
from graph.stores.base import StoreReader
from graph.support_levels import is_by_units, is_nothing, support_cell, support_weight
from graph.whole_course import whole_course
from ingest.edit_document import Edit, LinkEdit, NodeEdit

_AIMS_AT, _DEVELOPS, _COVERS = "AIMS_AT", "DEVELOPS", "COVERS"


class CellChange(NamedTuple):
    """A cell as a person changed it: of which row and column, what stood there, what stands there now.

    `units` are those of a course that develop the competency, as the person says.
    """

    row: NodeId
    column: NodeId
    before: str
    now: str
    units: tuple[NodeId, ...] = ()


class MatrixEdits(NamedTuple):
    """What changed cells come to: the edits, each with the cell that it is of, and what is wrong with a cell."""

    edits: list[Edit]
    cells: list[CellChange]
    problems: list[tuple[CellChange, Message]]


def matrix_edits(snapshot: Snapshot, reading: StoreReader, changes: Sequence[CellChange]) -> MatrixEdits:
    """Return the edits that make the cells true: what stands already is known by the snapshot and the reading.

    A unit's cell is DEVELOPS. A course's is AIMS_AT, and DEVELOPS of the units that are named; of one without units, of
    the course as a whole, which is made where it is not there.
    """
    found = MatrixEdits([], [], [])
    made: set[NodeId] = set()
    for change in changes:
        try:
            edits = list(_edits(snapshot, reading, change, made))
        except _CellError as error:
            found.problems.append((change, error.reason))
            continue
        found.edits.extend(edits)
        found.cells.extend([change] * len(edits))
    return found


def own_units(snapshot: Snapshot, course: NodeId) -> list[NodeId]:
    """Return the units that a course covers beside itself as a whole, by id; none of what is no course."""
    node = snapshot.find(course)
    if node is None or snapshot.kind_of(node) != "Course":
        return []
    ids = (NodeId(snapshot.ids[unit]) for unit in snapshot.out(_COVERS).row(node))
    return [unit for unit in ids if unit != whole_course(course)]


class _CellError(Exception):
    """A cell cannot be taken as it is."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason.code)


def _edits(snapshot: Snapshot, reading: StoreReader, change: CellChange, made: set[NodeId]) -> Iterator[Edit]:
    row = snapshot.find(change.row)
    kind = None if row is None else snapshot.kind_of(row)
    if row is None or kind not in {"Course", "KnowledgeUnit"}:
        raise _CellError(message("support_page.no_row_here", id=change.row))
    weight, is_kept = _weight(change.now)
    aim = (change.row, _AIMS_AT, change.column)
    if kind == "KnowledgeUnit":
        yield from _link_edits(snapshot, reading, (change.row, _DEVELOPS, change.column), weight, is_kept=is_kept)
        return
    whole, units = whole_course(change.row), own_units(snapshot, change.row)
    has_whole = snapshot.find(whole) is not None
    is_developed = has_whole and bool(_standing(snapshot, reading, (whole, _DEVELOPS, change.column)))
    if not (is_kept or is_developed or _standing(snapshot, reading, aim)):
        developing = [str(unit) for unit in units if _standing(snapshot, reading, (unit, _DEVELOPS, change.column))]
        if developing:
            raise _CellError(message("support_page.emptied_by_units", units=developing))
    yield from _link_edits(snapshot, reading, aim, weight, is_kept=is_kept)
    if is_kept and not units and not has_whole and whole not in made:
        made.add(whole)
        yield _new_whole(snapshot, row, whole)
    for unit in (*change.units, *([whole] if is_developed or not units else [])):
        yield from _link_edits(snapshot, reading, (unit, _DEVELOPS, change.column), weight, is_kept=is_kept)


def _weight(cell: str) -> tuple[float | None, bool]:
    """Return the weight that a cell states, and whether it states support at all."""
    if is_nothing(cell):
        return None, False
    try:
        return support_weight(cell), True
    except InvalidValueError as error:
        raise _CellError(error.message) from None


def _link_edits(
    snapshot: Snapshot, reading: StoreReader, key: LinkKey, weight: float | None, *, is_kept: bool
) -> Iterator[Edit]:
    """Yield what makes the link have this weight, or be gone; a link of the same classes stands for it."""
    standing = _standing(snapshot, reading, key)
    for from_id, relation, to_id in standing or ([key] if is_kept else []):
        if is_kept:
            yield LinkEdit(op="set_link", from_id=from_id, relation=relation, to_id=to_id, weight=weight)
        else:
            yield LinkEdit(op="drop_link", from_id=from_id, relation=relation, to_id=to_id)


def _standing(snapshot: Snapshot, reading: StoreReader, key: LinkKey) -> list[LinkKey]:
    """Return the stated links that answer as this one: between members of the classes of its ends."""
    keys = [(a, key[1], b) for a in _members(snapshot, key[0]) for b in _members(snapshot, key[2])]
    return sorted({(row[1], row[2], row[3]) for row in reading.links_named(keys, expected=False)})


def _members(snapshot: Snapshot, node_id: NodeId) -> list[NodeId]:
    node = snapshot.find(node_id)
    return [node_id] if node is None else [NodeId(snapshot.ids[one]) for one in snapshot.members(node)]


def _new_whole(snapshot: Snapshot, course: int, whole: NodeId) -> NodeEdit:
    english, chinese = snapshot.names[course] or snapshot.ids[course], snapshot.text("name_zh")[course]
    language: Language = "en" if english.isascii() else "zh"
    values: dict[str, str] = {
        "name": text("support.whole", language, name=english),
        "kind": "disciplinary",
        "course_id": snapshot.ids[course],
    }
    if chinese:
        values["name_zh"] = text("support.whole", "zh", name=chinese)
    return NodeEdit(op="set_node", id=whole, kind="KnowledgeUnit", values=dict(values))


def cell_now(snapshot: Snapshot, row: NodeId, column: NodeId) -> str:
    """Return what the cell shows in the snapshot; empty where it shows nothing, or its row or column is not there."""
    at, to = snapshot.find(row), snapshot.find(column)
    if at is None or to is None:
        return ""
    relation = _AIMS_AT if snapshot.kind_of(at) == "Course" else _DEVELOPS
    if (position := snapshot.out(relation).position(at, to)) is not None:
        unstated = snapshot.link_values(relation, "unstated")
        is_unstated = unstated is not None and bool(unstated[position])
        return support_cell(None if is_unstated else float(snapshot.out(relation).weight[position]))
    develops = snapshot.out(_DEVELOPS)
    positions = [develops.position(unit, to) for unit in snapshot.out(_COVERS).row(at)]
    weights = [float(develops.weight[one]) for one in positions if one is not None]
    return support_cell(max(weights), by_units=True) if weights else ""


def is_untouched(before: str, now: str) -> bool:
    """Say whether a cell says the same as before, however it is written."""
    if before.strip() == now.strip():
        return True
    if is_by_units(before) or is_by_units(now):
        return is_by_units(now) and is_by_units(before) and before.strip("()（） ") == now.strip("()（） ")
    try:
        left, right = (None if is_nothing(cell) else (support_weight(cell),) for cell in (before, now))
    except InvalidValueError:
        return False
    return left == right
