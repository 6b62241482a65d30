"""Cells of a sheet of an XLSX workbook, row by row, as its XML holds them; what stands out of order is refused."""

# openpyxl's own rows leave out a row that comes after one of a higher number, or of the same, and a cell that comes
# after one further right: a file of this kind would lose records without a word. Therefore its parser is asked.

from collections.abc import Iterator
from typing import Any

from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from ingest.readers.sheet_table import UNCOMPUTED, SheetCell


class _Parser(WorkSheetParser):
    """openpyxl's parser, which takes a formula without a stored value for an empty cell."""

    def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None and not _is_empty_text(element):
            cell["data_type"] = UNCOMPUTED
        return cell


def _is_empty_text(element: Any) -> bool:  # noqa: ANN401
    """Say whether a formula was computed, and gave a text without characters."""
    return element.get("t") == "str" and element.find(VALUE_TAG) is not None


class DisorderError(ValueError):
    """A row or a cell stands where another stood, before one that came earlier, or in another row."""

    def __init__(self, row: int) -> None:
        """Keep the number of the last row that stands in order; 0 where not even the first does."""
        self.row = row
        super().__init__(row)


EMPTY = SheetCell(None, "n")


def cells_by_row(sheet: Any, last: int) -> Iterator[list[SheetCell]]:  # noqa: ANN401 - openpyxl's, which has no types
    """Yield the cells of each row from row 1 on, up to the last that is filled, whatever the sheet claims.

    What comes after the row `last` is not read; rows between that are not there are yielded empty.

    Raises:
        DisorderError: rows or cells are out of order.
    """
    book = sheet.parent
    with sheet._get_source() as part:
        parser = _Parser(
            part,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        before = 0
        for row, cells in parser.parse():
            if row <= before:
                raise DisorderError(before)
            for _ in range(before + 1, min(row, last + 1)):
                yield []
            if row > last:
                return
            yield _in_order(row, cells)
            before = row


def _in_order(row: int, cells: list[dict[str, Any]]) -> list[SheetCell]:
    line: list[SheetCell] = []
    for cell in cells:
        missing = cell["column"] - 1 - len(line)
        if missing < 0 or cell["row"] != row:
            raise DisorderError(row)
        line += [EMPTY] * missing
        line.append(SheetCell(cell["value"], cell["data_type"], cell["style_id"] or 0))
    return line
