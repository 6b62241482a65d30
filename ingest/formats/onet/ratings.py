"""Ratings of skills and knowledge in O*NET: which a role requires, how much, and at which level."""

from typing import NamedTuple

from graph.messages import message
from graph.model import NodeId, Value
from ingest.draft import Draft, Place
from ingest.formats.framework import as_shown
from ingest.formats.onet import files
from ingest.formats.onet.files import Cells
from ingest.formats.onet.ids import HIGHEST_IMPORTANCE, OnetReader
from ingest.progress import OnProgress
from ingest.readers import Table

HIGHEST_LEVEL = 7.0
"""Levels are rated from 0 to 7, each skill on anchors of its own: no level of a qualifications framework."""

Pair = tuple[NodeId, NodeId]


class _RatedRows(NamedTuple):
    """The usable ratings of a file: each with its place, and the column of its value."""

    importance: list[tuple[Place, Pair, float]]
    levels: list[tuple[Place, Pair, float]]
    not_relevant: list[Pair]
    column: str


class RatingsReader(OnetReader):
    """Ratings to statements, file by file; descriptions of the elements come before them."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None, importance: float) -> None:
        """Require from this importance on, 1 to 5."""
        super().__init__(draft, on_progress)
        self._least = importance
        self._descriptions: dict[str, str] = {}
        self._described: set[str] = set()
        self._homeless: set[Place] = set()
        self._below = message("onet.below", importance=importance)

    def describe(self, table: Table) -> None:
        """Keep what the content model says of its elements."""
        at = Cells(table, (files.ELEMENT, files.DESCRIPTION))
        for place, cells in self.rows(table):
            outline, text = at.of(cells)
            description = self.description(place, at.names[1], text)
            if description is None:
                continue
            if self._descriptions.setdefault(outline, description) != description:
                reason = message("onet.described_twice", element=outline)
                self.draft.reject(place, reason, column=at.names[0], value=outline)

    def read(self, table: Table, kind: str) -> None:
        """State the elements that a file rates, as competencies of the kind, and the roles that require them."""
        outlines: dict[NodeId, list[tuple[Place, str, str]]] = {}
        rated = self._rated(table, outlines)
        self._state_requirements(rated)
        for element, stated in outlines.items():
            self._state_element(element, kind, stated)

    def finish(self) -> None:
        """Count the descriptions that described nothing here."""
        if unused := len(self._descriptions) - len(self._described):
            self.draft.skip(message("onet.unused_elements"), unused)

    def _rated(self, table: Table, outlines: dict[NodeId, list[tuple[Place, str, str]]]) -> _RatedRows:
        at = Cells(
            table,
            (files.SOC, files.ELEMENT, files.ELEMENT_NAME, files.SCALE, files.VALUE),
            (files.SUPPRESS, files.NOT_RELEVANT),
        )
        self.draft.name_ends(table.file, table.sheet, "REQUIRES", at.names[0], at.names[1])
        rated, column = _RatedRows([], [], [], at.names[4]), at.names[4]
        for place, cells in self.rows(table):
            code, outline, title, scale, value, suppress, not_relevant = at.of(cells)
            role, element = self.role(place, at.names[0], code), self.element(place, at.names[1], outline)
            if role is None or element is None:
                continue
            if not self.is_scale(place, at.names[3], scale):
                continue
            if scale not in {"IM", "LV"}:
                self.draft.skip(message("onet.other_scales"))
                continue
            rating = self.number(
                place, column, value, *((1, HIGHEST_IMPORTANCE) if scale == "IM" else (0, HIGHEST_LEVEL))
            )
            if rating is None:
                continue
            outlines.setdefault(element, []).append((place, outline, title))
            if role not in self.draft.nodes:
                self._homeless.add(place)
            if not_relevant.upper() == "Y":
                rated.not_relevant.append((role, element))
                self.draft.skip(message("onet.not_relevant"))
            elif suppress.upper() == "Y":
                self.draft.skip(message("onet.suppressed"))
            else:
                (rated.importance if scale == "IM" else rated.levels).append((place, (role, element), rating))
        return rated

    def _state_requirements(self, rated: _RatedRows) -> None:
        irrelevant = set(rated.not_relevant)
        required: set[Pair] = set()
        for _, pair, importance in rated.importance:
            if importance >= self._least and pair not in irrelevant:
                required.add(pair)
        levels: dict[Pair, float] = {}
        for place, pair, level in rated.levels:
            if pair not in required:
                self.draft.skip(message("onet.levels_of_nothing"))
            elif levels.setdefault(pair, level) != level:
                reason = message("onet.second_level", before=levels[pair], level=level)
                self.draft.reject(place, reason, column=rated.column, value=f"{level:g}")
        for place, pair, importance in rated.importance:
            if importance < self._least:
                self.draft.skip(self._below)
            elif pair in irrelevant:
                self.draft.skip(message("onet.not_relevant"))
            else:
                weight, note = round(importance / HIGHEST_IMPORTANCE, 4), None
                if pair in levels:
                    note = f"onet_level {levels[pair]:g}"
                key = (pair[0], "REQUIRES", pair[1])
                self.draft.state_link(place, key, (weight, None, None, None, note), rated.column)

    def _state_element(self, element: NodeId, kind: str, stated: list[tuple[Place, str, str]]) -> None:
        """State the element at a row that stands, so that no rejected row takes it away; all must name it alike."""
        good = (one for one in stated if one[0] not in self.draft.rejected and one[0] not in self._homeless)
        place, outline, title = next(good, stated[0])
        name = self.name(place, files.ELEMENT_NAME[0], title)
        for other, _, name_there in stated:
            if name_there != title:
                reason = message("framework.second_name", id=outline, name=title)
                self.draft.reject(other, reason, column=files.ELEMENT_NAME[0], value=name_there[:200])
        if name is None:
            return
        values: dict[str, Value] = {
            "name": name,
            "kind": kind,
            "framework": "O*NET",
            "code": as_shown(outline) or outline,
        }
        if description := self._descriptions.get(outline):
            values["description"] = description
        if outline in self._descriptions:
            self._described.add(outline)
        self.draft.state_node(place, element, "Competency", values)
