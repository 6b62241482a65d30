"""Code translation: codes of an older edition made into those of a newer one, by a second table."""

from collections import defaultdict
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import LinkKey, NodeId
from ingest.formats.framework import needed_column, spelling
from ingest.readers import Table, read_csv, read_workbook


def open_table(path: Path) -> Table:
    """Return the file as a table: CSV, tab-separated text, or a workbook of one sheet.

    Raises:
        InputError: it is none of these, or cannot be read.
    """
    if not path.is_file():
        what = message("crosswalk.folder" if path.is_dir() else "crosswalk.not_there")
        raise InputError(Problem(what, file=path.name or str(path)))
    match path.suffix.lower():
        case ".csv":
            return read_csv(path)
        case ".tsv" | ".txt":
            return read_csv(path, delimiter="\t")
        case ".xlsx" | ".ods" | ".xls":
            sheets = read_workbook(path)
            if len(sheets) == 1:
                return sheets[0]
            raise InputError(Problem(message("framework.sheets", n=len(sheets)), path.name))
    raise InputError(Problem(message("crosswalk.ending"), path.name))


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
    def read(cls, path: Path, old_column: str | None, new_column: str | None) -> "CodeTranslation":
        """Return the translation that a table states, by default from its first column of codes to its second.

        Raises:
            InputError: the table cannot be read, or which columns are meant is not clear.
        """
        table = open_table(path)
        named = [name for name in table.header if spelling(name).endswith("code")]
        if not (old_column and new_column) and len(named) != 2:
            raise InputError(Problem(message("crosswalk.which_columns"), table.file, table.sheet, 1))
        old = needed_column(table, old_column or named[0])
        new = needed_column(table, new_column or named[1])
        codes: dict[str, list[str]] = defaultdict(list)
        for row, cells in table.records():
            if not cells[old] or not cells[new]:
                at = new if cells[old] else old
                raise InputError(table.problem(message("crosswalk.no_code"), row, at))
            if cells[new] not in codes[cells[old]]:
                codes[cells[old]].append(cells[new])
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
