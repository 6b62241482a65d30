"""Workbooks as people fill them in, written from rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = list[list[object]]


def workbook_of(
    file: Path, sheets: Mapping[str, Sequence[Sequence[object]]], change: Callable[[Worksheet], None] = lambda _: None
) -> Path:
    """Write the sheets as a workbook, the last one changed, and return its path."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(made.worksheets[-1])
    made.save(file)
    return file
