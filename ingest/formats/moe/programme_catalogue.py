"""The catalogue of vocational programmes (职业教育专业目录): codes, names, classes and levels."""

from pathlib import Path
from typing import Self

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.formats.framework import named_column, needed_column
from ingest.readers import Table, read_csv
from ingest.readers.workbooks import ENDINGS, read_workbook

CODE, NAME = "专业代码", "专业名称"
CLASS_CODE, CLASS, GROUP_CODE, GROUP, REMARK = "专业类代码", "专业类", "专业大类代码", "专业大类", "备注"
_ADDED = "新增"


def catalogue_table(file: Path) -> Table | None:
    """Return the table of a catalogue: the first sheet that has its columns; None where there is none."""
    tables = read_workbook(file, lambda _: None) if file.suffix.lower() in ENDINGS else [read_csv(file)]
    return next((table for table in tables if is_catalogue(table)), None)


def is_catalogue(table: Table) -> bool:
    """Say whether the table lists programmes with their classes."""
    return all(named_column(table, name) is not None for name in (CODE, NAME, CLASS_CODE, CLASS))


class Catalogue:
    """The names of programmes by code, for those whose heading was lost."""

    def __init__(self, names: dict[str, str], added: set[str]) -> None:
        """Keep the names by code, without the letters behind it, and the codes that a remark calls added later."""
        self.names = names
        self.added = added

    @classmethod
    def of(cls, file: Path) -> Self:
        """Return the catalogue of a file. Raises InputError."""
        table = catalogue_table(file)
        if table is None:
            raise InputError(Problem(message("moe.no_catalogue"), file.name))
        code_at, name_at = needed_column(table, CODE), needed_column(table, NAME)
        remark_at = named_column(table, REMARK)
        names: dict[str, str] = {}
        added: set[str] = set()
        for _, cells in table.records():
            code = cells[code_at].rstrip("TK")
            names[code] = cells[name_at]
            if remark_at is not None and _ADDED in cells[remark_at]:
                added.add(code)
        return cls(names, added)

    def between(self, before: str, after: str, class_code: str) -> list[str]:
        """Return the codes of a class that stand between two, in order; empty ones are the class's ends."""
        ordered = sorted(code for code in self.names if code.startswith(class_code) and len(code) == len("510201"))
        return [code for code in ordered if before < code and (not after or code < after)]
