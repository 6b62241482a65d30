"""CSV reader: as a stream, UTF-8 and separated by commas unless more is tolerated."""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers.csv_dialect import DELIMITERS, CsvDialect, is_chinese, sniff
from ingest.readers.file_kinds import refuse_other_kinds
from ingest.readers.table import OnProblem, Table, checked_header, noted, raise_problem, shown
from ingest.readers.tolerance import HEADER_ROWS, Tolerance, first_row

MAX_CELL = 1_000_000
_BLOCK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNDECODED = re.compile("[\udc80-\udcff]")


class CsvTable(Table):
    """A CSV file. Each `records()` reads it again, from the start, holding one record at a time."""

    def __init__(
        self, path: Path, header: list[str], cut: CsvDialect, header_row: int, *, lenient: bool, quoted: bool
    ) -> None:
        """Keep where the file is and how it is cut; the header stands in `header_row`, from 1."""
        super().__init__(path.name, None, path.stem, header, header_row)
        self._path = path
        self._cut = cut
        self._lenient = lenient
        self._quoting = _quoting(quoted=quoted)

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells); a cell with line breaks is still one cell of one record."""
        width = len(self.header)
        row = first = self.header_row
        with _opened(self._path, self._cut) as file:
            reader = csv.reader(file, delimiter=self._cut.delimiter, strict=not self._lenient, quoting=self._quoting)
            try:
                for row, raw in enumerate(islice(reader, first, None), first + 1):
                    cells = [cell.strip() for cell in raw]
                    if len(cells) != width:
                        cells = self._fitted(row, cells, on_problem)
                    if any(cells):
                        yield row, cells
            except csv.Error as error:
                raise InputError(self.problem(_spoken(error), row + 1)) from None

    def _fitted(self, row: int, cells: list[str], on_problem: OnProblem) -> list[str]:
        """Return the cells cut or padded to the header; none where that is a problem."""
        missing = len(self.header) - len(cells)
        if missing <= 0:
            problem = self.surplus(row, cells)
        elif self._lenient or self.ends_open or not any(cells):
            problem = None
        else:
            between = message(f"csv.{DELIMITERS.get(self._cut.delimiter, 'separator')}")
            reason = message("csv.few_cells", cells=len(cells), columns=len(self.header), between=between)
            problem = self.problem(reason, row)
        if problem is not None:
            on_problem(problem)
            return []
        return cells[: len(self.header)] + [""] * missing


def read_csv(
    path: Path,
    *,
    delimiter: str = ",",
    lenient: bool = False,
    quoted: bool = True,
    tolerance: Tolerance | None = None,
) -> CsvTable:
    """Return the file as a table, after a look at all of its bytes.

    `lenient` takes published files as they are: quotation marks out of place and cells missing at a record's end are
    no fault. Where cells are not `quoted`, a quotation mark is a character like any other. A `tolerance` takes other
    encodings and separators, and lines above the header.

    Raises:
        InputError: it cannot be read, is empty, is in no encoding that is taken, or has no usable header.
    """
    csv.field_size_limit(MAX_CELL)
    try:
        refuse_other_kinds(path, text=True)
        cut, notes = (CsvDialect("utf-8-sig", delimiter), []) if tolerance is None else sniff(path, delimiter)
        _check_bytes(path, cut, _quoting(quoted=quoted))
        with _opened(path, cut) as file:
            reader = csv.reader(file, delimiter=cut.delimiter, strict=not lenient, quoting=_quoting(quoted=quoted))
            first = _first_rows(reader, HEADER_ROWS if tolerance else 1)
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None
    except csv.Error as error:
        raise InputError(Problem(_spoken(error), path.name, None, 1)) from None
    find_header, loose = (tolerance.find_header, tolerance.loose_header) if tolerance else (first_row, False)
    at = find_header(first)
    header = checked_header(first[at] if first else [], path.name, None, at + 1, loose=loose)
    _refuse_other_separator(path, header, delimiter)
    if tolerance is not None:
        for note in notes:
            tolerance.on_note(noted(note, path.name))
        if at:
            tolerance.on_note(noted(message("table.header_below", row=at + 1), path.name))
    return CsvTable(path, header, cut, at + 1, lenient=lenient, quoted=quoted)


def _first_rows(reader: Iterator[list[str]], count: int) -> list[list[str]]:
    """Return the first rows, up to the fault where there is one; raise it where it is in the first."""
    rows: list[list[str]] = []
    try:
        rows += ([cell.strip() for cell in row] for row in islice(reader, count))
    except csv.Error:
        if not rows:
            raise
    return rows


def _refuse_other_separator(path: Path, header: list[str], delimiter: str) -> None:
    if len(header) == 1 and (found := next((c for c in DELIMITERS if c in header[0]), None)):
        wanted, met = message(f"csv.{DELIMITERS[delimiter]}s"), message(f"csv.{DELIMITERS[found]}s")
        reason = message("csv.separated", met=met, wanted=wanted)
        raise InputError(Problem(reason, path.name, None, 1, None, shown(header[0])))


def csv_rows(path: Path, last: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a file as they stand, up to the row `last`, read as leniently as can be.

    What ends in .tsv or .txt is cut at tabs, unless it is plainly cut otherwise. Characters that are in no encoding
    that is taken stand as a question mark in a lozenge.
    """
    cut, _ = sniff(path, "\t" if path.suffix.lower() in {".tsv", ".txt"} else ",")
    csv.field_size_limit(MAX_CELL)
    with _opened(path, cut, errors="replace") as file:
        try:
            yield from islice(enumerate(csv.reader(file, delimiter=cut.delimiter), 1), last)
        except csv.Error:  # what follows cannot be cut into cells
            return


def _quoting(*, quoted: bool) -> Literal[0, 3]:
    return csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE


def _opened(path: Path, cut: CsvDialect, errors: str | None = None) -> TextIO:
    # The limit is the csv module's own, and global: another library may have set it since.
    csv.field_size_limit(MAX_CELL)
    file = path.open(encoding=cut.encoding, errors=errors, newline="")
    for _ in range(cut.first_row):
        file.readline()
    return file


def _spoken(error: csv.Error) -> Message:
    fault = str(error)
    if "field larger" in fault:
        return message("csv.long_cell", most=MAX_CELL)
    if "unexpected end" in fault:
        return message("csv.open_quote")
    if "expected after" in fault:
        return message("csv.text_after_quote")
    return message("csv.not_csv", fault=fault)


def _check_bytes(path: Path, cut: CsvDialect, quoting: Literal[0, 3]) -> None:
    """Look for what would fail in the middle. Raises InputError naming the encoding, or the first place."""
    if cut.encoding != "utf-8-sig":
        _check_decoded(path, cut, quoting)
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if is_first and (block.startswith(_UTF16) or block[:200].count(0) * 4 >= len(block[:200])):
                raise InputError(Problem(message("csv.utf16"), path.name))
            if b"\0" in block:
                raise InputError(_located(path, "\0", message("csv.nul"), cut, quoting))
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                _raise_encoding(path, cut, quoting)
            is_first = False
    if is_first:
        raise InputError(Problem(message("file.empty"), path.name))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _raise_encoding(path, cut, quoting)


def _check_decoded(path: Path, cut: CsvDialect, quoting: Literal[0, 3]) -> None:
    try:
        with _opened(path, cut) as file:
            while text := file.read(_BLOCK):
                if "\0" in text:
                    raise InputError(_located(path, "\0", message("csv.nul"), cut, quoting))
    except UnicodeError:
        raise InputError(Problem(message("csv.utf16"), path.name)) from None


def _raise_encoding(path: Path, cut: CsvDialect, quoting: Literal[0, 3]) -> None:
    if is_chinese(path):
        raise InputError(Problem(message("csv.gbk"), path.name)) from None
    raise InputError(_located(path, _UNDECODED, message("csv.not_utf8"), cut, quoting)) from None


def _clean(text: str) -> str:
    """Return the text with a question mark in a lozenge for each byte that no report could hold."""
    return _UNDECODED.sub("\ufffd", text.replace("\0", "\ufffd"))


def _located(
    path: Path, wanted: str | re.Pattern[str], reason: Message, cut: CsvDialect, quoting: Literal[0, 3]
) -> Problem:
    """Return the problem at the first record that holds what is wanted, read as leniently as can be."""
    pattern = re.compile(wanted)
    with _opened(path, cut, errors="surrogateescape") as file:
        header: list[str] = []
        try:
            for row, cells in enumerate(csv.reader(file, delimiter=cut.delimiter, quoting=quoting), 1):
                header = header or cells
                for column, cell in enumerate(cells):
                    if pattern.search(cell):
                        name = header[column] if row > 1 and column < len(header) else None
                        return Problem(reason, path.name, None, row, name and _clean(name), shown(_clean(cell)))
        except csv.Error:
            pass
    return Problem(reason, path.name)
