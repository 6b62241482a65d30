"""Code translation: codes of an older edition made into those of a newer one, by a second table."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import LinkKey, NodeId
from ingest.formats.framework import (
    as_shown,
    delimiter_of,
    fullest_row,
    named_column,
    needed_column,
    spelling,
    tolerance,
)
from ingest.readers import Table, Tolerance, read_csv, read_workbook
from ingest.readers.table import noted
from ingest.readers.tolerance import OnNote


def open_table(path: Path, taken: Tolerance, names: Collection[str] = ()) -> Table:
    """Return the file as a table: CSV, tab-separated text, or the sheet of a workbook.

    Of a workbook of several sheets it is the one that has the columns of these names.

    Raises:
        InputError: it is none of these, or cannot be read; or not one sheet has the columns.
    """
    if not path.is_file():
        what = message("crosswalk.folder" if path.is_dir() else "crosswalk.not_there")
        raise InputError(Problem(what, file=path.name or str(path)))
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return read_csv(path, delimiter=delimiter_of(path), tolerance=taken)
        case ".xlsx" | ".ods" | ".xls":
            return _sheet(path, read_workbook(path, tolerance=taken), names, taken)
    raise InputError(Problem(message("crosswalk.ending"), path.name))


def _sheet(path: Path, sheets: Sequence[Table], names: Collection[str], taken: Tolerance) -> Table:
    wanted = [one for one in sheets if names and all(named_column(one, name) is not None for name in names)]
    if len(sheets) == 1 or len(wanted) == 1:
        chosen = (wanted or sheets)[0]
        if others := [one.name for one in sheets if one is not chosen]:
            taken.on_note(noted(message("framework.other_sheets", sheet=chosen.name, others=others), path.name))
        return chosen
    raise InputError(Problem(message("framework.sheets", n=len(sheets)), path.name))


class CodeTranslation:
    """What each old code became: itself, another code, or several. A code that the table has not stays as it is."""

    def __init__(self, file: str, columns: tuple[str, str], codes: dict[str, list[str]]) -> None:
        """Keep the table. `made` collects the ids that it made, `fell_together` counts the pairs it made equal."""
        self._file, self._columns = file, columns
        self._codes = codes
        self._changed: set[str] = set()
        self._split: set[str] = set()
        self.made: set[NodeId] = set()
        self.fell_together = 0

    @classmethod
    def read(cls, path: Path, old_column: str | None, new_column: str | None, on_note: OnNote) -> "CodeTranslation":
        """Return the translation that a table states, by default from its first column of codes to its second.

        Raises:
            InputError: the table cannot be read, or which columns are meant is not clear.
        """
        names = [name for name in (old_column, new_column) if name]
        taken = tolerance(on_note, *names) if names else Tolerance(on_note, _find_codes, loose_header=True)
        table = open_table(path, taken, names)
        named = [name for name in table.header if spelling(name).endswith("code")]
        if not (old_column and new_column) and len(named) != 2:
            raise InputError(Problem(message("crosswalk.which_columns"), table.file, table.sheet, table.header_row))
        old = needed_column(table, old_column or named[0])
        new = needed_column(table, new_column or named[1])
        codes: dict[str, list[str]] = defaultdict(list)
        for row, cells in table.records():
            first, second = (_code(table, row, at, cells) for at in (old, new))
            if second not in codes[first]:
                codes[first].append(second)
        columns = (table.header[old], table.header[new])
        return cls(table.file, columns, {code: sorted(became) for code, became in codes.items()})

    def of(self, code: str) -> list[str]:
        """Return what the code became, in order."""
        became = self._codes.get(code, [code])
        if became != [code]:
            self._changed.add(code)
            if len(became) > 1:
                self._split.add(code)
        return became

    def changed(self, key: LinkKey) -> bool:
        """Say whether an end of the link is of the translation's making."""
        return key[0] in self.made or key[2] in self.made

    def notes(self) -> list[Message]:
        """Return what was translated."""
        old, new = self._columns
        counts = {"changed": len(self._changed), "split": len(self._split)}
        notes = [message("crosswalk.translated", file=self._file, old=old, new=new, **counts)]
        if self.fell_together:
            notes.append(message("crosswalk.fell_together", n=self.fell_together))
        return notes


def _find_codes(rows: Sequence[list[str]]) -> int:
    return fullest_row(rows, [sum(spelling(cell).endswith("code") for cell in cells) for cells in rows])


def _code(table: Table, row: int, at: int, cells: list[str]) -> str:
    """Return a code as its cell shows it. Raises InputError where there is none, or that is not known."""
    code = as_shown(cells[at])
    if code:
        return code
    reason = message("crosswalk.no_code")
    if code is None:
        reason = message("native.shown_unknown", column=table.header[at], number=cells[at])
    raise InputError(table.problem(reason, row, at, cells[at] or None))
