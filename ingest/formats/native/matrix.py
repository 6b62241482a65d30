"""Support matrix as a sheet: courses or units down, competencies across, and how strong the support is in each cell."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Literal

from graph.errors import InputError, InvalidValueError
from graph.messages import Language, message, text
from graph.support_levels import UNGRADED, is_by_units, is_level, is_nothing, support_weight
from ingest.draft import Draft, Matrix, MatrixLabel, Place
from ingest.formats.native.cells import Bends, visible
from ingest.formats.native.rows import reject_record, unescape
from ingest.formats.native.vocabulary import column_called, file_called, spelling
from ingest.readers import CsvTable, NumberText, Table
from ingest.readers.table import noted, shown

_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_CALLED_MATRIX = re.compile(r"矩阵|\bmatrix\b", re.IGNORECASE)
_FRACTION = re.compile(r"0?[.,][0-9]+|[0-9]+%")
_LOOKED_AT = 50
_ENOUGH, _HALF = 0.8, 0.5
_FEWEST_NAMES = 2
_ROW_FILES = ("courses", "knowledge_units")
_KINDS = {"courses": ("Course",), "knowledge_units": ("KnowledgeUnit",)}
_EITHER = ("Course", "KnowledgeUnit")

_Role = Literal["id", "name", "total", "remark", "aside", "competency"]


def is_matrix(table: Table) -> bool:
    """Say whether the sheet, file or key is a matrix: by its name, or by what stands in it.

    A sheet that has the word matrix in its name may be one of something else: half of its cells must be levels.
    """
    if is_called_matrix(table):
        return True
    if file_called(table.name) is not None:
        return False
    share = _HALF if _CALLED_MATRIX.search(table.name) else _ENOUGH
    roles = [role for role, _ in _roles(table.header)]
    if roles.count("competency") < _FEWEST_NAMES:
        return False
    with suppress(InputError):
        first = list(islice(table.records(lambda _: None), _LOOKED_AT))
        rows = (zip(roles, cells, strict=True) for _, cells in first)
        cells = [cell for row in rows for role, cell in row if cell and role == "competency"]
        return _are_levels(cells, share) or (share == _HALF and not cells)
    return False


def is_called_matrix(table: Table) -> bool:
    """Say whether the sheet is called as a support matrix is."""
    return spelling(table.name) in _words("sheet")


def matrix_header(rows: Sequence[list[str]]) -> int | None:
    """Return which of the first rows of a matrix names its competencies; None where the rows are none of a matrix.

    It is the last above the levels that names about as many things as any other: titles and groups name fewer. Its
    empty cells are filled from the rows above, as headings stand that span several rows.
    """
    first = next((at for at, cells in enumerate(rows) if any(map(_tells, cells[1:]))), None)
    if not first:
        return None
    levels = {at for cells in rows[first:] for at, cell in enumerate(cells) if at and _tells(cell)}
    named = [len({cell for at, cell in enumerate(cells) if at in levels and cell}) for cells in rows[:first]]
    if max(named) < _FEWEST_NAMES:
        return None
    header = max(at for at, count in enumerate(named) if count >= _ENOUGH * max(named))
    for above in reversed(rows[:header]):
        if sum(map(bool, above)) > 1:  # one cell alone is a title
            _fill(rows[header], above)
    return header


def _fill(header: list[str], above: list[str]) -> None:
    header += [""] * (len(above) - len(header))
    for at, cell in enumerate(above):
        header[at] = header[at] or cell


def _tells(cell: str) -> bool:
    """Say whether a cell is a level, or a number that is likely no other than a weight."""
    return is_level(cell) or is_by_units(cell) or _FRACTION.fullmatch(cell) is not None


def _are_levels(cells: list[str], share: float) -> bool:
    told = [cell for cell in cells if is_level(cell) or is_nothing(cell) or is_by_units(cell) or _is_weight(cell)]
    return any(map(_tells, cells)) and len(told) >= share * len(cells)


def _is_weight(cell: str) -> bool:
    try:
        support_weight(cell)
    except InvalidValueError:
        return False
    return True


def read_matrix(draft: Draft, table: Table, above: Sequence[list[str]] = (), *, is_certain: bool = True) -> None:
    """Add the matrix to the draft, and every cell of it that is none; what it states is settled with the graph.

    `above` are the rows above its header: where a heading names nothing, what stands over it may. Totals, remarks and
    other columns are noted and left out. Unless it `is_certain` that it is one, it is left out where no row is known.
    """
    reading = _MatrixReader(draft, table, above, is_certain)
    try:
        for row, cells in table.records(lambda problem: reject_record(draft, problem)):
            draft.read += 1
            reading.take(Place(table.file, table.sheet, row), cells)
    except InputError as error:
        draft.refuse(error.problem)
    reading.finish()


@dataclass
class _MatrixReader:
    """Goes down the rows of a matrix."""

    draft: Draft
    table: Table
    above: Sequence[list[str]]
    is_certain: bool
    matrix: Matrix = field(init=False)
    bends: Bends = field(init=False)
    labels: list[tuple[_Role, int]] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    kinds: tuple[str, ...] = _EITHER
    nameless: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bends = Bends(self.table)
        head, roles = self.table.header, _roles(self.table.header)
        files = {file for role, file in roles if role in {"id", "name"} and file}
        # Where units are named, a column of courses beside only says to which they belong.
        of = "knowledge_units" if "knowledge_units" in files else next(iter(files), "")
        self.kinds = _KINDS.get(of, _EITHER)
        for index, (role, file) in enumerate(roles):
            if role in {"id", "name"} and file in {"", of}:
                self.labels.append((role, index))
            elif role == "competency":
                self.columns.append(index)
            elif head[index]:
                kept_out = role if role in {"total", "remark"} else "aside"
                note = message(f"support.{kept_out}_column", column=shown(head[index], 60))
                self.draft.note(noted(note, self.table.file, self.table.sheet))
        self.labels.sort()
        place = Place(self.table.file, self.table.sheet, self.table.header_row)
        heads = [MatrixLabel(place, self._heading(at), ("Competency",)) for at in self.columns]
        self.matrix = Matrix([], heads, {}, set(), self.is_certain)
        if not self.columns:
            self.draft.refuse(self.table.problem(message("support.no_columns"), self.table.header_row))

    def _heading(self, at: int) -> list[tuple[str, str]]:
        """Return what stands over a column, the lowest first."""
        lines = (self.table.header, *reversed(self.above))
        return _texts([(self.table.header[at], line[at]) for line in lines if at < len(line)])

    def take(self, place: Place, cells: list[str]) -> None:
        """Take a row: of a course or unit, of totals, or of remarks."""
        if isinstance(self.table, CsvTable):
            cells = [unescape(cell).strip() if cell.startswith("'") else cell for cell in cells]
        texts = _texts([(self.table.header[at], cells[at]) for _, at in self.labels])
        filled = [at for at in self.columns if cells[at]]
        if any(spelling(label) in _words("totals") for _, label in texts):
            self.draft.skip(message("support.total_row"))
        elif texts:
            self._add_row(MatrixLabel(place, texts, self.kinds), cells)
        elif any(not is_nothing(cells[at]) for at in filled):
            self.draft.reject(place, message("support.no_label"), column=self.table.header[self.labels[0][1]])
        else:
            self.draft.skip(message("support.remark_row"))

    def _add_row(self, label: MatrixLabel, cells: list[str]) -> None:
        row = len(self.matrix.rows)
        self.matrix.rows.append(label)
        for column, at in enumerate(self.columns):
            if cells[at]:
                self._add_cell(label.place, row, column, cells[at])

    def _add_cell(self, place: Place, row: int, column: int, cell: str) -> None:
        heading = self.table.header[self.columns[column]]
        if is_by_units(cell):
            self.matrix.faulty.add((row, column))
            return
        if is_nothing(cell):
            self.bends.add("nothing", heading, place.row, cell)
            return
        if not self.matrix.columns[column].texts:
            self.matrix.faulty.add((row, column))
            self.nameless.add(column)
            return
        try:
            self.matrix.cells[row, column] = support_weight(cell)
        except InvalidValueError as error:
            self.matrix.faulty.add((row, column))
            self.draft.reject(place, error.message, column=heading, value=shown(cell))
            return
        if way := _bend(cell):
            self.bends.add(way, heading, place.row, cell)

    def finish(self) -> None:
        """Tell what was bent, and of columns that nothing names."""
        for note in self.bends.notes():
            self.draft.note(note)
        for column in sorted(self.nameless):
            place, name = self.matrix.columns[column].place, f"{self.columns[column] + 1}"
            self.draft.reject(place, message("support.no_heading"), column=name)
        self.draft.read += bool(self.nameless)
        self.draft.matrices.append(self.matrix)


def _bend(cell: str) -> str | None:
    """Return how a cell was taken otherwise than it stands; None where it is a word, or a weight as it should be."""
    if is_level(cell):
        return None if cell.strip().isalpha() or cell == UNGRADED else "mark"
    if "%" in cell or "％" in cell:
        return "percent"
    if "," in cell or "，" in cell:
        return "decimal_comma"
    return None if cell.isascii() else "full_width"


def _texts(labelled: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the texts that are not empty, without what shows nothing."""
    return [(heading, bare) for heading, label in labelled if (bare := visible(_as_shown(label)))]


def _as_shown(label: str) -> str:
    """Return what a cell that is a number shows, as far as that is known."""
    return (label.shown or label) if isinstance(label, NumberText) else label


def _roles(header: Sequence[str]) -> list[tuple[_Role, str]]:
    """Return what each column of a matrix is, and of what file of the format a label is an id or a name.

    Where no heading says which column names the courses or units, the first does; what stands before it is no part.
    """
    roles = [_role(heading) for heading in header]
    named = [at for at, (role, _) in enumerate(roles) if role in {"id", "name"}]
    if not named:
        first = next((at for at, (role, _) in enumerate(roles) if role == "competency" or not header[at]), 0)
        roles[first], named = ("name", ""), [first]
    return [
        ("aside", "") if role == "competency" and at < min(named) else (role, file)
        for at, (role, file) in enumerate(roles)
    ]


def _role(heading: str) -> tuple[_Role, str]:
    word = spelling(heading)
    if (found := _row_heading(heading)) is not None:
        return found
    if word in _words("totals"):
        return "total", ""
    if word in _words("remarks"):
        return "remark", ""
    if word in _words("aside") or any(column_called(file, heading) for file in _ROW_FILES):
        return "aside", ""
    return "competency", ""


@cache
def _row_heading(heading: str) -> tuple[_Role, str] | None:
    """Return whether a heading is of ids or names of courses or units, and of which; None where it is of neither."""
    found = {(column_called(file, heading), file) for file in _ROW_FILES}
    kinds = [(role, file) for role, file in found if role in {"id", "name", "name_zh"}]
    if not kinds:
        return None
    role: _Role = "id" if kinds[0][0] == "id" else "name"
    return role, kinds[0][1] if len(kinds) == 1 else ""


@cache
def _words(name: str) -> frozenset[str]:
    texts = (text(f"native_words.matrix_{name}", language) for language in _LANGUAGES)
    return frozenset(spelling(word) for words in texts for word in words.split("|"))
