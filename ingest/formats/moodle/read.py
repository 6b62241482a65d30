"""Reader of Moodle's competency frameworks, as `Export competency framework` writes them: a CSV file of 14 columns.

Source: https://docs.moodle.org/en/Import_competency_framework; the plugin `tool_lpimportcsv`, which takes the columns
by their order, since their headings are in the language of whoever exported them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import NOTHING_STATED, NodeId, Source
from ingest.draft import Draft, Place
from ingest.formats.framework import FrameworkReader, needed_column, one_line, reads_chinese, spelling
from ingest.formats.moodle.multilang import chosen_text
from ingest.formats.outcome_table import as_shown, outcome_table
from ingest.formats.uris import id_of_key
from ingest.progress import OnProgress
from ingest.readers import Table

_RANK = 200
LICENCE = "as stated by whoever runs the site; the export names no licence"
COLUMNS = (
    *("Parent ID number", "ID number", "Short name", "Description", "Description format", "Scale values"),
    *("Scale configuration", "Rule type (optional)", "Rule outcome (optional)", "Rule config (optional)"),
    *("Cross-referenced competency ID numbers", "Exported ID (optional)", "Is framework", "Taxonomy"),
)
_PARENT, _NUMBER, _NAME, _DESCRIPTION, _FORMAT, _SCALE = COLUMNS[:6]
_RULE, _RELATED, _IS_FRAMEWORK, _TAXONOMY = COLUMNS[7], COLUMNS[10], COLUMNS[12], COLUMNS[13]
_PLAIN = {"2", "4"}
"""The formats of text that are no HTML: plain text and Markdown."""
_NO = {"", "0", "false", "no", "n", "off", "否"}
_SORT_OF_TAXONOMY = {"concept": "knowledge", "value": "attitude"}
"""What Moodle calls the competencies of a level, where that is no skill here."""
_LEVELS = 64
_MOST_ALIKE = 3
"""So many headings of another language may be as in English."""


class _Competency(NamedTuple):
    """A row of a competency: its cells by the names of the columns, and its id."""

    place: Place
    id: NodeId
    cells: Mapping[str, str]


def read(path: Path, on_progress: OnProgress | None = None) -> Draft:
    """Return the framework: its competencies, which one is below which, and which ones are related.

    Raises:
        InputError: there is no such file, it cannot be read, or is no export of a framework.
    """
    draft = Draft(Source(name=path.stem or "Moodle", licence=LICENCE, rank=_RANK))
    draft.replaces = {"Competency", "BROADER", "CLOSE_TO"}
    table = outcome_table(path, draft.note, "moodle", *COLUMNS)
    at = _positions(table, draft)
    draft.name_ends(table.file, table.sheet, "BROADER", table.header[at[_NUMBER]], _heading(table, at, _PARENT))
    draft.name_ends(table.file, table.sheet, "CLOSE_TO", table.header[at[_NUMBER]], _heading(table, at, _RELATED))
    reader = _MoodleReader(draft, on_progress)
    for place, cells in reader.rows(table):
        reader.take(place, {name: as_shown(cells[i]) for name, i in at.items()})
    reader.conclude(table.name)
    return draft


def _positions(table: Table, draft: Draft) -> dict[str, int]:
    """Return where each column stands: by its heading, else, where there are 14, by Moodle's order."""
    spelt = [spelling(name) for name in table.header]
    found = {name: spelt.index(spelling(name)) for name in COLUMNS if spelling(name) in spelt}
    is_foreign = not {_NUMBER, _NAME} <= found.keys() and len(found) <= _MOST_ALIKE
    if is_foreign and len(COLUMNS) - 1 <= len(table.header) <= len(COLUMNS):
        draft.note(message("moodle.by_position"))
        return {name: i for i, name in enumerate(COLUMNS) if i < len(table.header)}
    for name in (_NUMBER, _NAME):
        found[name] = needed_column(table, name)
    return found


def _heading(table: Table, at: Mapping[str, int], name: str) -> str:
    return table.header[at[name]] if name in at else name


class _MoodleReader(FrameworkReader):
    """Rows to statements: the framework's own row says how the others are called."""

    def __init__(self, draft: Draft, on_progress: OnProgress | None = None) -> None:
        super().__init__(draft, on_progress)
        self._framework: tuple[Place, Mapping[str, str]] | None = None
        self._rows: list[tuple[Place, Mapping[str, str]]] = []

    def take(self, place: Place, cells: Mapping[str, str]) -> None:
        """Keep a row until all are known."""
        if cells.get(_IS_FRAMEWORK, "").casefold() in _NO:
            self._rows.append((place, cells))
        elif self._framework is None:
            self._framework = (place, cells)
        else:
            reason = message("moodle.second_framework", row=self._framework[0].row)
            self.draft.reject(place, reason, column=_IS_FRAMEWORK, value=cells[_NAME])

    def conclude(self, file_stem: str) -> None:
        """State the competencies and their links, and note what has no place in the graph."""
        own: Mapping[str, str] = self._framework[1] if self._framework else {}
        if self._framework is None:
            self.draft.note(message("moodle.no_framework", name=file_stem))
        name = one_line(chosen_text(own.get(_NAME, ""), is_html=True).text) or file_stem
        self.draft.source = self.draft.source.model_copy(update={"name": name[:200]})
        number = own.get(_NUMBER, "") or name
        taxonomies = [one.strip().casefold() for one in own.get(_TAXONOMY, "").split(",")]
        competencies = self._identified(number)
        for one in competencies.values():
            self._state(one, name, _SORT_OF_TAXONOMY.get(_at_level(one, competencies, taxonomies), "skill"))
        for one in competencies.values():
            self._link(one, number, competencies)
        for key, column in (("moodle.scales", _SCALE), ("moodle.rules", _RULE)):
            if count := sum(bool(cells.get(column)) for _, cells in (*self._rows, (None, own))):
                self.draft.note(message(key, n=count))

    def _identified(self, framework: str) -> dict[str, _Competency]:
        """Return the competencies by their ID numbers; a row without one, or with that of another, is rejected."""
        found: dict[str, _Competency] = {}
        for place, cells in self._rows:
            number = cells[_NUMBER]
            if not number or number in found:
                reason = message("framework.missing", column=self.draft.heading(place, _NUMBER))
                if number:
                    reason = message("moodle.second_number", row=found[number].place.row)
                self.draft.reject(place, reason, column=_NUMBER, value=number or None)
                continue
            try:
                found[number] = _Competency(place, _id(framework, number), cells)
            except InvalidValueError as error:
                self.draft.reject(place, error.message, column=_NUMBER, value=number[:200])
        return found

    def _state(self, one: _Competency, framework: str, sort: str) -> None:
        named = chosen_text(one.cells[_NAME], is_html=True)
        name = self.name(one.place, _NAME, named.text)
        described = chosen_text(one.cells.get(_DESCRIPTION, ""), is_html=one.cells.get(_FORMAT) not in _PLAIN)
        stated = {
            "name": name or "",
            "name_zh": one_line(named.chinese or (named.text if reads_chinese(named.text, "") else "")),
            "kind": sort,
            "framework": framework,
            "code": one.cells[_NUMBER],
            "description": described.text if described.text != named.text else "",
            "description_zh": described.chinese
            or (described.text if described.text != named.text and reads_chinese(described.text, "") else ""),
        }
        values = None if name is None else self.values(one.place, "Competency", stated)
        if values is None or not self.draft.state_node(one.place, one.id, "Competency", values):
            self.draft.faulty_nodes[one.id] = one.place

    def _link(self, one: _Competency, framework: str, competencies: Mapping[str, _Competency]) -> None:
        parent = one.cells.get(_PARENT, "")
        if parent and (parent in competencies or parent != framework):
            self._state_link(one, "BROADER", framework, parent)
        for raw in one.cells.get(_RELATED, "").split(","):
            related = raw.strip().replace("%2C", ",").replace("%2c", ",")
            other = competencies.get(related)
            is_stated = other is not None and (other.id, "CLOSE_TO", one.id) in self.draft.links
            if related and related != one.cells[_NUMBER] and not is_stated:
                self._state_link(one, "CLOSE_TO", framework, related)

    def _state_link(self, one: _Competency, relation: str, framework: str, number: str) -> None:
        try:
            self.draft.state_link(one.place, (one.id, relation, _id(framework, number)), NOTHING_STATED)
        except InvalidValueError as error:
            column = _PARENT if relation == "BROADER" else _RELATED
            self.draft.reject(one.place, error.message, column=column, value=number[:200])


def _id(framework: str, number: str) -> NodeId:
    """Return the id of a competency: ID numbers are unique within their framework. Raises InvalidValueError."""
    return id_of_key("moodle:", framework, number)


def _at_level(one: _Competency, competencies: Mapping[str, _Competency], taxonomies: list[str]) -> str:
    """Return what the framework calls the competencies of the level at which one stands."""
    level = 0
    parent = competencies.get(one.cells.get(_PARENT, ""))
    while parent is not None and level < _LEVELS:
        level, parent = level + 1, competencies.get(parent.cells.get(_PARENT, ""))
    return taxonomies[level] if level < len(taxonomies) else ""
