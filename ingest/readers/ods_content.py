"""Content of an OpenDocument spreadsheet, from the events of its XML: sheets, rows, cells, and what each cell shows."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from xml.parsers import expat

from graph.messages import Message, message
from ingest.readers.cell_text import text_of
from ingest.readers.merged_cells import MOST_RANGES, MergedRange
from ingest.readers.sheet_table import ERROR, LAST_ROW, MAX_CELLS, UNCOMPUTED, Sheet, SheetCell
from ingest.readers.table import MAX_COLUMNS, NumberText, letters

MOST_KEPT = 5_000_000
"""So many cells are kept of a workbook; a cell takes about a hundred bytes."""
_MOST_TABLES = 1000
_LONGEST_TEXT = 1_000_000

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT, _STYLE = (f"{_URN}{name}:1.0 " for name in ("table", "office", "text", "style"))
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_SHEET, _ROW, _CELL, _COVERED = (_TABLE + name for name in ("table", "table-row", "table-cell", "covered-table-cell"))
_PARAGRAPH, _DRAWING = _TEXT + "p", f"{_URN}drawing:1.0 "
_REPEATED_ROWS, _REPEATED_COLUMNS = _TABLE + "number-rows-repeated", _TABLE + "number-columns-repeated"
_SPANNED_ROWS, _SPANNED_COLUMNS = _TABLE + "number-rows-spanned", _TABLE + "number-columns-spanned"
_SIGNS: Mapping[str, str] = {_TEXT + "s": " ", _TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_SKIPPED = frozenset(
    {
        _OFFICE + "annotation",
        _TABLE + "shapes",
        _TABLE + "tracked-changes",
        _TABLE + "dde-links",
        _TEXT + "ruby-text",
    }
)
"""What may hold texts or tables that are no cells: comments, drawings, former contents, readings of signs."""
_SHOWN_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)|Err:[0-9]{3}")

Attributes = dict[str, str]


class ContentError(ValueError):
    """What makes a workbook unreadable, and the sheet in which it stands."""

    def __init__(self, reason: Message, sheet: str | None = None) -> None:
        """Keep what is wrong."""
        self.message = reason
        self.sheet = sheet
        super().__init__(str(reason))


class OdsSheet(Sheet):
    """A sheet: its rows as (row number, times, cells), without empty ones; cells without those at the end that are."""

    def __init__(self, name: str, *, is_hidden: bool) -> None:
        """Begin without rows."""
        self.name = name
        self.is_hidden = is_hidden
        self.is_external = False
        self.filled: list[tuple[int, int, list[SheetCell]]] = []
        self.merged: list[MergedRange] = []

    def rows(self) -> Iterator[list[SheetCell]]:
        """Yield the cells of each row."""
        before = 0
        for first, times, cells in self.filled:
            for _ in range(before + 1, first):
                yield []
            for _ in range(times):
                yield cells
            before = first + times - 1

    def text(self, cell: SheetCell) -> str:
        """Return what the content gave."""
        return str(cell.value) if not isinstance(cell.value, str) else cell.value

    def merged_ranges(self) -> list[MergedRange]:
        """Return them by their first rows."""
        return sorted(self.merged)


class OdsContent:
    """The parser of a document's content, which is fed piece by piece.

    `is_spreadsheet` says whether there was one, `sheets` are those of it.
    """

    def __init__(self, file: str) -> None:
        """Begin."""
        self.file = file
        self.is_spreadsheet = False
        self.sheets: list[OdsSheet] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._sheet: OdsSheet | None = None
        self._row, self._times = 0, 1
        self._cells: list[SheetCell] = []
        self._column = 0
        self._cell: Attributes | None = None
        self._paragraphs: list[list[str]] = []
        self._in_paragraph = False
        self._skipped = 0
        self._length = 0
        self._kept = self._spanned = 0
        self._same: dict[tuple[str, str | None, str], SheetCell] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._starts: dict[str, Callable[[Attributes], None]] = {
            _OFFICE + "spreadsheet": self._start_spreadsheet,
            _STYLE + "style": self._start_style,
            _STYLE + "table-properties": self._start_table_properties,
            _SHEET: self._start_sheet,
            _TABLE + "table-source": self._start_table_source,
            _ROW: self._start_row,
            _CELL: self._start_cell,
            _COVERED: self._start_cell,
            _PARAGRAPH: self._start_paragraph,
        }

    def feed(self, block: bytes) -> None:
        """Take in what follows. Raises ContentError."""
        try:
            self._parser.Parse(block)
        except expat.ExpatError as error:
            raise ContentError(message("xlsx.damaged_part", part="content.xml", fault=str(error))) from None

    def close(self) -> None:
        """Say that all is there. Raises ContentError where it is not."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise ContentError(message("xlsx.damaged_part", part="content.xml", fault=str(error))) from None
        self.sheets = [sheet for sheet in self.sheets if not sheet.is_external]

    # The events

    def _doctype(self, *_: object) -> None:
        raise ContentError(message("xlsx.doctype", part="content.xml"))

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skipped:
            self._skipped += 1
        elif name in _SKIPPED or (self._cell is not None and name.startswith(_DRAWING)):
            self._skipped = 1
        elif name in self._starts:
            self._starts[name](attributes)
        elif self._in_paragraph and name in _SIGNS:
            times = _count(attributes.get(_TEXT + "c"), 1000) if name == _TEXT + "s" else 1
            self._characters(_SIGNS[name] * times)

    def _end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif name == _PARAGRAPH:
            self._in_paragraph = False
        elif name in {_CELL, _COVERED}:
            self._end_cell()
        elif name == _ROW:
            self._end_row()
        elif name == _SHEET:
            self._sheet = None

    def _characters(self, text: str) -> None:
        if self._in_paragraph and not self._skipped:
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                name = None if self._sheet is None else self._sheet.name
                raise ContentError(message("csv.long_cell", most=_LONGEST_TEXT), name)
            self._paragraphs[-1].append(text)

    # The elements

    def _start_spreadsheet(self, _: Attributes) -> None:
        self.is_spreadsheet = True

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(_STYLE + "name", "") if attributes.get(_STYLE + "family") == "table" else ""

    def _start_table_properties(self, attributes: Attributes) -> None:
        if attributes.get(_TABLE + "display") == "false":
            self._hidden_styles.add(self._style)

    def _start_sheet(self, attributes: Attributes) -> None:
        if self._sheet is not None:  # a table within a cell
            self._skipped = 1
            return
        if len(self.sheets) >= _MOST_TABLES:
            raise ContentError(message("xlsx.many_sheets", sheets=len(self.sheets) + 1, most=_MOST_TABLES))
        is_hidden = attributes.get(_TABLE + "style-name") in self._hidden_styles
        self._sheet = OdsSheet(attributes.get(_TABLE + "name", ""), is_hidden=is_hidden)
        self.sheets.append(self._sheet)
        self._row, self._times = 0, 0

    def _start_table_source(self, _: Attributes) -> None:
        if self._sheet is not None:  # what another workbook held when this one was last looked at
            self._sheet.is_external = True

    def _start_row(self, attributes: Attributes) -> None:
        self._row += self._times or 1
        self._times = _count(attributes.get(_REPEATED_ROWS), LAST_ROW)
        self._cells, self._column = [], 0

    def _end_row(self) -> None:
        if self._sheet is None or not self._cells:
            return
        self._kept += len(self._cells)
        self._spanned += len(self._cells) * self._times
        if self._kept > MOST_KEPT or self._spanned > MAX_CELLS:
            most = MOST_KEPT if self._kept > MOST_KEPT else MAX_CELLS
            raise ContentError(message("ods.many_cells", most=most), self._sheet.name)
        self._sheet.filled.append((self._row, self._times, self._cells))

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell, self._paragraphs, self._length = attributes, [], 0

    def _start_paragraph(self, _: Attributes) -> None:
        if self._cell is not None:
            self._in_paragraph = True
            self._paragraphs.append([])

    def _end_cell(self) -> None:
        attributes, self._cell = self._cell, None
        if attributes is None or self._sheet is None:
            return
        times = _count(attributes.get(_REPEATED_COLUMNS), 1 << 14) if _REPEATED_COLUMNS in attributes else 1
        if self._paragraphs or len(attributes) > (_REPEATED_COLUMNS in attributes):
            self._keep(attributes, times)
        self._column += times

    def _keep(self, attributes: Attributes, times: int) -> None:
        """Keep a cell as often as it says; what lies beyond all columns of any format is kept once."""
        if _SPANNED_ROWS in attributes or _SPANNED_COLUMNS in attributes:
            self._merge(attributes)
        shown = "\n".join(map("".join, self._paragraphs)).strip()
        cell = _cell(attributes, shown, is_computed=bool(self._paragraphs))
        if cell is None:
            return
        key = (cell.data_type, cell.value.shown if isinstance(cell.value, NumberText) else "", str(cell.value))
        cell = self._same.setdefault(key, cell)
        first = min(self._column, MAX_COLUMNS)
        self._cells += [_EMPTY] * (first - len(self._cells))
        if len(self._cells) <= MAX_COLUMNS:
            self._cells += [cell] * min(times, MAX_COLUMNS + 1 - len(self._cells))

    def _merge(self, attributes: Attributes) -> None:
        rows, columns = (
            _count(attributes.get(_SPANNED_ROWS), LAST_ROW),
            _count(attributes.get(_SPANNED_COLUMNS), 1 << 14),
        )
        if self._sheet is None or rows * columns < 2 or len(self._sheet.merged) >= MOST_RANGES:
            return
        last_row, first, last = self._row + rows - 1, self._column + 1, self._column + columns
        name = f"{letters(first - 1)}{self._row}:{letters(last - 1)}{last_row}"
        self._sheet.merged.append(MergedRange(self._row, last_row, first, last, name))


_EMPTY = SheetCell("", "n")


def _count(text: str | None, most: int) -> int:
    """Return the number that an attribute states, from 1 to `most`; 1 for what is none."""
    digits = text if text is not None and text.isascii() and text.isdigit() else "1"
    return max(1, min(int(digits[:9]), most))


def _cell(attributes: Attributes, shown: str, *, is_computed: bool) -> SheetCell | None:
    """Return the cell that an element stands for, by its attributes and what it shows; None where it is empty.

    A formula whose value is an empty text has an empty paragraph, and no type; one that was never computed has none.
    """
    kind = attributes.get(_OFFICE + "value-type", "")
    has_formula = _TABLE + "formula" in attributes
    if attributes.get(_CALCEXT + "value-type") == "error" or (has_formula and _SHOWN_ERROR.fullmatch(shown)):
        return SheetCell(shown or "#", ERROR)
    if has_formula and not kind and not is_computed:
        return SheetCell("", UNCOMPUTED)
    value = _value(attributes, kind, shown)
    return SheetCell(value, "n" if isinstance(value, NumberText) else "s") if value else None


def _value(attributes: Attributes, kind: str, shown: str) -> str:
    if kind in {"float", "percentage", "currency"}:
        return _number(attributes.get(_OFFICE + "value", ""), shown)
    if kind == "date":
        return _date(attributes.get(_OFFICE + "date-value", ""), shown)
    if kind == "boolean":
        word = attributes.get(_OFFICE + "boolean-value", "").upper()
        return NumberText(word, word) if word else shown
    if kind == "time":
        return NumberText(shown, shown) if shown else ""
    return attributes.get(_OFFICE + "string-value", shown).strip()


def _number(text: str, shown: str) -> str:
    """Return the number, with what the cell shows of it."""
    try:
        number = float(text)
    except ValueError:
        return shown
    return NumberText(text_of(number), shown or None) if math.isfinite(number) else shown


def _date(text: str, shown: str) -> str:
    """Return the day, or the moment; what a cell shows of it is no code, as a rule, but an accident."""
    try:
        return text_of(datetime.fromisoformat(text))
    except ValueError:
        return shown
