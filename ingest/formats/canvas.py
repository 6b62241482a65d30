"""Reader of Canvas's learning outcomes, as `Export` of the outcomes page and the API write them: a CSV file.

Source: https://canvas.instructure.com/doc/api/file.outcomes_csv.html: the ratings are the last columns, and run to the
right as far as each outcome has any.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Source
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, named_column, needed_column, one_line, reads_chinese
from ingest.formats.html_text import text_of_html
from ingest.formats.outcome_table import as_shown, outcome_table
from ingest.formats.uris import id_of_key
from ingest.progress import OnProgress
from ingest.readers import Table

FRAMEWORK = "Canvas"
SOURCE = Source(name="Canvas", licence="as stated by whoever runs the account; the export names no licence", rank=200)
_NEEDED = ("vendor_guid", "object_type", "title")
_OPTIONAL = ("description", "friendly_description", "display_name", "parent_guids", "workflow_state", "ratings")
_MASTERY = ("calculation_method", "calculation_int", "mastery_points")
_OUTCOME, _GROUP = "outcome", "group"
_STATES = {"", "active"}
_DELETED = "deleted"
_POINTS = re.compile(r"-?[0-9]+([.,][0-9]+)?")


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return the outcomes and their groups as competencies, and which one is below which.

    Raises:
        InputError: there is no such file, it cannot be read, or is no export of outcomes.
    """
    draft = Draft(SOURCE)
    draft.replaces = {"Competency", "BROADER"}
    table = outcome_table(path, draft.note, "canvas", *_NEEDED, *_OPTIONAL)
    at = _positions(table)
    table.ends_open = "ratings" in at
    draft.name_ends(table.file, table.sheet, "BROADER", "vendor_guid", "parent_guids")
    reader = _CanvasReader(draft, on_progress)
    for place, cells in reader.rows(table):
        reader.take(place, {name: as_shown(cells[i]) for name, i in at.items()})
    reader.conclude()
    return draft


def _positions(table: Table) -> dict[str, int]:
    found = {name: needed_column(table, name) for name in _NEEDED}
    named = {name: named_column(table, name) for name in (*_OPTIONAL, *_MASTERY)}
    return found | {name: i for name, i in named.items() if i is not None}


def _is_number(points: str) -> bool:
    return not points or _POINTS.fullmatch(points) is not None


class _CanvasReader(FrameworkReader):
    """Rows to statements; links wait for all rows, since exports name parents before and after their children."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        super().__init__(draft, on_progress)
        self._first: dict[str, Place] = {}
        self._deleted: set[str] = set()
        self._stated: list[tuple[Place, NodeId, Mapping[str, str]]] = []
        self._left_out: Counter[str] = Counter()

    def take(self, place: Place, cells: Mapping[str, str]) -> None:
        """State a row's competency."""
        state = cells.get("workflow_state", "").casefold()
        if state == _DELETED:
            self._deleted.add(cells["vendor_guid"])
            self.draft.skip(message("canvas.deleted"))
            return
        node_id = self._identified(place, cells)
        if node_id is None:
            return
        if not self._is_sound(place, cells, state) or not self._state(place, node_id, cells):
            self.draft.faulty_nodes[node_id] = place
            return
        self._stated.append((place, node_id, cells))
        self._left_out["ratings"] += bool(cells.get("ratings"))
        self._left_out["mastery"] += any(cells.get(name) for name in _MASTERY)

    def conclude(self) -> None:
        """State which competency is below which, and note what has no place in the graph."""
        for place, node_id, cells in self._stated:
            for guid in cells.get("parent_guids", "").split():
                self._link(place, node_id, guid)
        for what, number in sorted(self._left_out.items()):
            if number:
                self.draft.note(message(f"canvas.left_out_{what}", n=number))

    def _identified(self, place: Place, cells: Mapping[str, str]) -> NodeId | None:
        guid = cells["vendor_guid"]
        reason = None
        if not guid:
            reason = message("framework.missing", column="vendor_guid")
        elif guid in self._first:
            reason = message("canvas.second_guid", row=self._first[guid].row)
        else:
            self._first[guid] = place
            try:
                return id_of_key("canvas:", guid)
            except InvalidValueError as error:
                reason = error.message
        self.draft.reject(place, reason, column="vendor_guid", value=guid[:200] or None)
        return None

    def _is_sound(self, place: Place, cells: Mapping[str, str], state: str) -> bool:
        """Say whether type and state are among those that there are; else the row is rejected."""
        kind = cells["object_type"].casefold()
        if kind not in {_OUTCOME, _GROUP}:
            reason = message("canvas.type", first=_OUTCOME, second=_GROUP)
            self.draft.reject(place, reason, column="object_type", value=cells["object_type"][:200])
        elif not _is_number(cells.get("ratings", "")):
            self.draft.reject(place, message("canvas.ratings"), column="ratings", value=cells["ratings"][:200])
        elif state not in _STATES:
            reason = message("canvas.type", first="active", second=_DELETED)
            self.draft.reject(place, reason, column="workflow_state", value=state[:200])
        else:
            return True
        return False

    def _state(self, place: Place, node_id: NodeId, cells: Mapping[str, str]) -> bool:
        name = self.name(place, "title", text_of_html(cells["title"]))
        if name is None:
            return False
        text = text_of_html(cells.get("description", "")) or text_of_html(cells.get("friendly_description", ""))
        alias = one_line(cells.get("display_name", ""))
        is_chinese = reads_chinese(name, "")
        stated = {
            "name": name,
            "name_zh": name if is_chinese else "",
            "kind": "skill",
            "framework": FRAMEWORK,
            "aliases": alias if alias != name else "",
            "description": text if text != name else "",
            "description_zh": text if text != name and reads_chinese(text, "") else "",
        }
        values = self.values(place, "Competency", stated)
        return values is not None and self.draft.state_node(place, node_id, "Competency", values)

    def _link(self, place: Place, node_id: NodeId, guid: str) -> None:
        if guid in self._deleted and guid not in self._first:
            self._left_out["deleted"] += 1
            return
        try:
            self.draft.state_link(place, (node_id, "BROADER", id_of_key("canvas:", guid)), NOTHING_STATED)
        except InvalidValueError as error:
            self.draft.reject(place, error.message, column="parent_guids", value=guid[:200])
