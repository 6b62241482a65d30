"""Support matrices: what the cells of a sheet state of courses, units and competencies, settled with the graph.

A unit's cell states DEVELOPS. A course's cell states AIMS_AT; where the course covers no unit, it makes one, the course
as a whole, which the course COVERS and which DEVELOPS the competency. An empty cell takes back what the source stated.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from graph.messages import Language, message, text
from graph.model import NOTHING_STATED, LinkKey, LinkValues, NodeId, Value
from graph.stores.base import StoreReader
from graph.support_levels import support_cell
from graph.whole_course import whole_course
from ingest.draft import Draft, Matrix, MatrixLabel, Place
from ingest.matrix_labels import MatrixLabels
from ingest.readers.table import noted
from ingest.references import NamedNode

_CELL_RELATIONS = ("AIMS_AT", "DEVELOPS")
_MOST_NAMED = 5


Cells = Mapping[tuple[NodeId, NodeId], str]


def state_matrices(draft: Draft, reading: StoreReader, *, merges: bool = False, base: Cells | None = None) -> None:
    """State what the matrices of the draft say, and what they take back; where files are merged, nothing is.

    With `base`, the cells as they were, only those that are others are stated, or taken back, whoever states them.
    """
    if draft.matrices:
        labels = MatrixLabels(draft, reading)
        statement = _Statement(draft, reading, merges=merges, base=base)
        for matrix in draft.matrices:
            statement.state(matrix, labels)
        statement.finish()
        for note in labels.notes():
            draft.note(note)


@dataclass
class _Statement:
    """Goes through the cells of matrices."""

    draft: Draft
    reading: StoreReader
    merges: bool
    base: Cells | None
    stated: dict[NodeId, list[tuple[str, str]]] = field(default_factory=dict)
    emptied: set[LinkKey] = field(default_factory=set)
    emptied_wholes: dict[NodeId, NodeId] = field(default_factory=dict)
    whole: dict[NodeId, None] = field(default_factory=dict)
    aims_alone: dict[NodeId, None] = field(default_factory=dict)

    @cached_property
    def before(self) -> dict[LinkKey, LinkValues]:
        """What the source, or with a base anybody, states of cells so far."""
        name, anybody = self.draft.source.name, self.base is not None
        rows = (row for relation in _CELL_RELATIONS for row in self.reading.links_of(relation))
        return {(row[1], row[2], row[3]): row[4:] for row in rows if anybody or row[0] == name}

    @cached_property
    def covered(self) -> dict[NodeId, set[NodeId]]:
        """The units that each course covers, here and in the graph."""
        found: dict[NodeId, set[NodeId]] = {}
        is_replaced = "COVERS" in self.draft.replaces and not self.merges
        for source, course, _, unit, *_ in self.reading.links_of("COVERS"):
            if source != self.draft.source.name or not is_replaced:
                found.setdefault(course, set()).add(unit)
        for course, relation, unit in self.draft.links:
            if relation == "COVERS":
                found.setdefault(course, set()).add(unit)
        return found

    def state(self, matrix: Matrix, labels: MatrixLabels) -> None:
        """State what a matrix says; a row or column that names nothing is a problem once, however many cells it has."""
        if not matrix.is_certain and not any(isinstance(labels.find(label), NamedNode) for label in matrix.rows):
            self._leave_out(matrix)
            return
        columns = [self._named(matrix, label, labels) for label in matrix.columns]
        rows = [self._named(matrix, label, labels, row=at) for at, label in enumerate(matrix.rows)]
        self._look_up({one.id for one in rows if one is not None and one.kind == "Course"})
        for at, named in enumerate(rows):
            if named is not None and matrix.rows[at].place not in self.draft.rejected:
                self._state_row(matrix, at, named, columns)
        key = "support.read_merging" if self.merges else "support.read"
        self.draft.note(message(key, rows=len(matrix.rows), columns=len(columns), cells=len(matrix.cells)))

    def _leave_out(self, matrix: Matrix) -> None:
        """Leave out what is a matrix of something else, with all that seemed wrong with it."""
        draft, rows = self.draft, {label.place for label in matrix.rows}
        place = next(iter(label.place for label in (*matrix.rows, *matrix.columns)), Place("", None, 0))
        gone = {one for one in draft.rejected if one[:2] == place[:2]}
        draft.rejected -= gone
        draft.problems = [one for one in draft.problems if (one.file, one.sheet) != place[:2]]
        draft.note(noted(message("support.of_something_else"), place.file, place.sheet))
        draft.skip(message("support.rows_of_something_else"), len(rows | gone))

    def _look_up(self, courses: set[NodeId]) -> None:
        wanted = courses | set(map(whole_course, courses))
        for row in self.reading.nodes_named(sorted(wanted), expected=False):
            self.stated.setdefault(row[1], []).append((row[0], row[3]))

    def _named(
        self, matrix: Matrix, label: MatrixLabel, labels: MatrixLabels, row: int | None = None
    ) -> NamedNode | None:
        found = labels.find(label)
        if isinstance(found, NamedNode) or not label.texts:
            return found if isinstance(found, NamedNode) else None
        heading, name = label.texts[-1]
        if row is None:
            self.draft.read += label.place not in self.draft.rejected
        elif found is None and not any(at == row for at, _ in (*matrix.cells, *matrix.faulty)):
            self.draft.skip(message("support.remark_row"))
            return None
        self.draft.reject(label.place, found or labels.missing(label), column=heading, value=name)
        return None

    def _state_row(self, matrix: Matrix, row: int, named: NamedNode, columns: list[NamedNode | None]) -> None:
        place = matrix.rows[row].place
        is_course = named.kind == "Course"
        unit = self._whole_of(named.id) if is_course else named.id
        emptied: set[LinkKey] = set()
        for column, competency in enumerate(columns):
            key = None if competency is None else (named.id, competency.id)
            if competency is None or (row, column) in matrix.faulty or self._is_as_before(matrix, row, column, key):
                continue
            keys = [(named.id, "AIMS_AT", competency.id)] if is_course else []
            keys += [(unit, "DEVELOPS", competency.id)] if unit is not None else []
            if (row, column) in matrix.cells:
                heading = matrix.columns[column].texts[0][0]
                self._state_cell(place, keys, matrix.cells[row, column], heading)
                if is_course:
                    (self.aims_alone if unit is None else self.whole).setdefault(named.id)
            else:
                emptied.update(key for key in keys if key in self.before)
                self.draft.dropped_at.update(dict.fromkeys(keys, place))
        if place not in self.draft.rejected:
            self.emptied |= emptied
        if is_course and unit is not None:
            if named.id in self.whole:
                self._state_whole(place, named.id, unit)
            else:
                self.emptied_wholes[named.id] = unit

    def _is_as_before(self, matrix: Matrix, row: int, column: int, key: tuple[NodeId, NodeId] | None) -> bool:
        """Say whether the cell is as it was, where that is known."""
        if self.base is None or key is None:
            return False
        cell = (row, column)
        return self.base.get(key, "") == (support_cell(matrix.cells[cell]) if cell in matrix.cells else "")

    def _whole_of(self, course: NodeId) -> NodeId | None:
        """Return the course as a whole, as a unit, where it covers no other, or has been one by this source before."""
        unit = whole_course(course)
        others = self.covered.get(course, set()) - {unit}
        return unit if not others or self._own(unit) is not None else None

    def _state_cell(self, place: Place, keys: Iterable[LinkKey], weight: float | None, heading: str) -> None:
        for key in keys:
            is_kept = key[1] not in self.draft.replaces or self.merges
            if self.base is not None:  # what an edit does not name stays
                is_kept = False
            values = (weight, *(self.before.get(key, NOTHING_STATED) if is_kept else NOTHING_STATED)[1:])
            self.draft.state_link(place, key, values, heading)

    def _state_whole(self, place: Place, course: NodeId, unit: NodeId) -> None:
        if unit not in self.draft.nodes:
            own = self._own(unit)
            values = self._new_whole(course) if own is None else json.loads(own)
            self.draft.state_node(place, unit, "KnowledgeUnit", values)
        self.draft.state_link(place, (course, "COVERS", unit), NOTHING_STATED)

    def _new_whole(self, course: NodeId) -> dict[str, Value]:
        """Return the properties of a course as a unit: it is called as the course is."""
        stated = [values for _, values in self.stated.get(course, ())]
        if course in self.draft.nodes:
            stated.insert(0, self.draft.nodes[course][1])
        names: dict[str, str] = {}
        for values in map(json.loads, stated):
            names = {name: values[name] for name in ("name", "name_zh") if name in values} | names
        name = names.get("name", str(course))
        found: dict[str, Value] = {"name": _whole_name(name, "en" if name.isascii() else "zh"), "kind": "disciplinary"}
        return found | ({"name_zh": _whole_name(names["name_zh"], "zh")} if "name_zh" in names else {})

    def _own(self, node_id: NodeId) -> str | None:
        """Return what the source states of a node so far; None for nothing."""
        name = self.draft.source.name
        return next((values for source, values in self.stated.get(node_id, ()) if source == name), None)

    def finish(self) -> None:
        """Take back what emptied cells held, and courses as units that develop nothing any more; tell of the others."""
        if not self.merges:
            self.draft.drops |= self.emptied - self.draft.links.keys()
        if not self.merges and self.base is None:
            for course, unit in self.emptied_wholes.items():
                self._drop_whole(course, unit)
        for key, courses in (("support.whole_courses", self.whole), ("support.aims_alone", self.aims_alone)):
            if courses:
                names = list(courses)[:_MOST_NAMED] + ["…"] * (len(courses) > _MOST_NAMED)
                self.draft.note(message(key, courses=len(courses), names=names))

    def _drop_whole(self, course: NodeId, unit: NodeId) -> None:
        covers = (course, "COVERS", unit)
        if unit in self.draft.nodes or self._own(unit) is None:
            return
        if all(key in {covers, *self.draft.drops} for key in self._links_at(unit)):
            self.draft.drops |= {unit, covers}

    def _links_at(self, unit: NodeId) -> Iterator[LinkKey]:
        """Yield the links of the unit that the source states so far, or in this draft."""
        yield from (key for key in self._own_links if unit in {key[0], key[2]})
        yield from (key for key in self.draft.links if unit in {key[0], key[2]})

    @cached_property
    def _own_links(self) -> list[LinkKey]:
        wholes = set(self.emptied_wholes.values())
        rows = self.reading.links(self.draft.source.name)
        return [(row[1], row[2], row[3]) for row in rows if row[1] in wholes or row[3] in wholes]


def _whole_name(name: str, language: Language) -> str:
    return text("support.whole", language, name=name)
