"""CSV reader: UTF-8, as a stream."""

import codecs
import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers.file_kinds import refuse_other_kinds
from ingest.readers.table import OnProblem, Table, checked_header, raise_problem, shown

MAX_CELL = 1_000_000
_BLOCK = 1 << 20
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNDECODED = re.compile("[\udc80-\udcff]")


class CsvTable(Table):
    """A CSV file. Each `records()` reads it again, from the start, holding one record at a time."""

    def __init__(self, path: Path, header: list[str], delimiter: str, *, lenient: bool, quoted: bool = True) -> None:
        """Keep where the file is and how it is cut."""
        super().__init__(path.name, None, path.stem, header)
        self._path = path
        self._delimiter = delimiter
        self._lenient = lenient
        self._quoting = _quoting(quoted=quoted)

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells); a cell with line breaks is still one cell of one record."""
        width = len(self.header)
        with _opened(self._path) as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=not self._lenient, quoting=self._quoting)
            next(reader)
            row = 1
            try:
                for row, raw in enumerate(reader, 2):
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
        elif self._lenient or not any(cells):
            problem = None
        else:
            between = message(f"csv.{_DELIMITERS[self._delimiter]}")
            reason = message("csv.few_cells", cells=len(cells), columns=len(self.header), between=between)
            problem = self.problem(reason, row)
        if problem is not None:
            on_problem(problem)
            return []
        return cells[: len(self.header)] + [""] * missing


def read_csv(path: Path, *, delimiter: str = ",", lenient: bool = False, quoted: bool = True) -> CsvTable:
    """Return the file as a table, after a look at all of its bytes.

    `lenient` takes published files as they are: quotation marks out of place and cells missing at a record's end are
    no fault. Where cells are not `quoted`, a quotation mark is a character like any other.

    Raises:
        InputError: it cannot be read, is empty, is not UTF-8, or has no usable header.
    """
    csv.field_size_limit(MAX_CELL)
    try:
        refuse_other_kinds(path, text=True)
        _check_bytes(path, delimiter, _quoting(quoted=quoted))
        with _opened(path) as file:
            reader = csv.reader(file, delimiter=delimiter, strict=not lenient, quoting=_quoting(quoted=quoted))
            first = next(reader, [])
    except OSError as error:
        raise InputError(Problem(message("file.unreadable", error=error.strerror or str(error)), path.name)) from None
    except csv.Error as error:
        raise InputError(Problem(_spoken(error), path.name, None, 1)) from None
    header = checked_header([cell.strip() for cell in first], path.name, None)
    if len(header) == 1 and (found := next((c for c in _DELIMITERS if c in header[0]), None)):
        wanted, met = message(f"csv.{_DELIMITERS[delimiter]}s"), message(f"csv.{_DELIMITERS[found]}s")
        reason = message("csv.separated", met=met, wanted=wanted)
        raise InputError(Problem(reason, path.name, None, 1, None, shown(header[0])))
    return CsvTable(path, header, delimiter, lenient=lenient, quoted=quoted)


def csv_rows(path: Path, last: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells) of a file as they stand, up to the row `last`, read as leniently as can be.

    What ends in .tsv or .txt is cut at tabs. Characters that are no UTF-8 stand as a question mark in a lozenge.
    """
    delimiter = "\t" if path.suffix.lower() in {".tsv", ".txt"} else ","
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            yield from islice(enumerate(csv.reader(file, delimiter=delimiter), 1), last)
        except csv.Error:  # what follows cannot be cut into cells
            return


def _quoting(*, quoted: bool) -> Literal[0, 3]:
    return csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE


def _opened(path: Path) -> TextIO:
    # The limit is the csv module's own, and global: another library may have set it since.
    csv.field_size_limit(MAX_CELL)
    return path.open(encoding="utf-8-sig", newline="")


def _spoken(error: csv.Error) -> Message:
    fault = str(error)
    if "field larger" in fault:
        return message("csv.long_cell", most=MAX_CELL)
    if "unexpected end" in fault:
        return message("csv.open_quote")
    if "expected after" in fault:
        return message("csv.text_after_quote")
    return message("csv.not_csv", fault=fault)


def _check_bytes(path: Path, delimiter: str, quoting: Literal[0, 3]) -> None:
    """Look for what would fail in the middle. Raises InputError naming the encoding, or the first place."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_first = True
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if is_first and (block.startswith(_UTF16) or block[:200].count(0) * 4 >= len(block[:200])):
                raise InputError(Problem(message("csv.utf16"), path.name))
            if b"\0" in block:
                raise InputError(_located(path, "\0", message("csv.nul"), delimiter, quoting))
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                _raise_encoding(path, block if is_first else block.partition(b"\n")[2], delimiter, quoting)
            is_first = False
    if is_first:
        raise InputError(Problem(message("file.empty"), path.name))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        _raise_encoding(path, b"", delimiter, quoting)


def _raise_encoding(path: Path, sample: bytes, delimiter: str, quoting: Literal[0, 3]) -> None:
    if _is_gbk(sample):
        raise InputError(Problem(message("csv.gbk"), path.name)) from None
    raise InputError(_located(path, _UNDECODED, message("csv.not_utf8"), delimiter, quoting)) from None


def _is_gbk(sample: bytes) -> bool:
    """Say whether the bytes are Chinese text in GBK or GB18030.

    Much of what is in a Western code page decodes as GB18030 too, but into rare characters; hence the share of those
    that GB2312 holds, the ones in daily use.
    """
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(sample)
    except UnicodeDecodeError:
        return False
    beyond = "".join(c for c in text if ord(c) > 127)
    return bool(beyond) and len(beyond.encode("gb2312", "ignore")) >= len(beyond)


def _clean(text: str) -> str:
    """Return the text with a question mark in a lozenge for each byte that no report could hold."""
    return _UNDECODED.sub("\ufffd", text.replace("\0", "\ufffd"))


def _located(
    path: Path, wanted: str | re.Pattern[str], reason: Message, delimiter: str, quoting: Literal[0, 3]
) -> Problem:
    """Return the problem at the first record that holds what is wanted, read as leniently as can be."""
    pattern = re.compile(wanted)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        header: list[str] = []
        try:
            for row, cells in enumerate(csv.reader(file, delimiter=delimiter, quoting=quoting), 1):
                header = header or cells
                for column, cell in enumerate(cells):
                    if pattern.search(cell):
                        name = header[column] if row > 1 and column < len(header) else None
                        return Problem(reason, path.name, None, row, name and _clean(name), shown(_clean(cell)))
        except csv.Error:
            pass
    return Problem(reason, path.name)
