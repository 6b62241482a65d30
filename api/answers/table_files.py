"""Files of tables: columns as CSV, as Parquet, or as a sheet of a workbook (XLSX)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from api.answers.answer_columns import Columns
from api.answers.tables import BYTE_ORDER_MARK, cell, cell_text, csv_lines
from graph.errors import InputError, Problem
from graph.messages import message

TableForm = Literal["csv", "parquet", "xlsx"]
About = Mapping[str, str]
"""What a table is of, such as the revision: in the metadata of a Parquet file, on a second sheet of a workbook."""
_MOST_ROWS, _LONGEST_CELL = 1_048_575, 32_767
"""What a sheet and a cell of a workbook hold. Source: ECMA-376, and the limits that Excel states."""


def table_csv(columns: Columns, ending: str = "\n") -> str:
    """Return the table as CSV; text that a spreadsheet would take for a formula has an apostrophe before it."""
    rows = zip(*columns.values(), strict=True)
    return "".join(csv_lines(_with_header(columns, ([cell(value, ()) for value in row] for row in rows)), ending))


def write_table_file(columns: Columns, file: Path, form: TableForm, about: About) -> None:
    """Write the table; CSV is in UTF-8 with a byte order mark, as REST gives it.

    Raises:
        InputError: Parquet is wanted and pyarrow is not installed; or a workbook cannot hold so many rows, or a cell.
    """
    _WRITERS[form](columns, file, about)


def _with_header(columns: Columns, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield list(columns)
    yield from rows


def _write_csv(columns: Columns, file: Path, _: About) -> None:
    file.write_text(BYTE_ORDER_MARK + table_csv(columns, "\r\n"), encoding="utf-8", newline="")


def _write_parquet(columns: Columns, file: Path, about: About) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415 - 170 MB that most installations do without
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        raise InputError(message("export.needs_pyarrow")) from None
    table = pa.table({name: list(values) for name, values in columns.items()})
    pq.write_table(table.replace_schema_metadata({f"rolepath.{name}": value for name, value in about.items()}), file)


def _write_workbook(columns: Columns, file: Path, about: About) -> None:
    """Write it in memory first, since openpyxl leaves files open on a disk that takes no more of them."""
    from openpyxl import Workbook  # noqa: PLC0415 - few ask for a workbook
    from openpyxl.utils.exceptions import WorkbookAlreadySaved  # noqa: PLC0415

    from ingest.formats.native.workbook_dates import undated  # noqa: PLC0415

    _check_size(columns, file.name)
    workbook = Workbook(write_only=True)
    try:
        table = workbook.create_sheet("table")
        table.freeze_panes = "A2"
        _append(table, columns)
        for row in zip(*columns.values(), strict=True):
            _append(table, row)
        told = workbook.create_sheet("about")
        for pair in about.items():
            _append(told, pair)
        made = undated(workbook)
    except OSError:
        for sheet in workbook.worksheets:
            with suppress(OSError, ValueError, RuntimeError, WorkbookAlreadySaved):
                sheet.close()
        raise
    file.write_bytes(made)


def _append(sheet: Any, row: Iterable[object]) -> None:  # noqa: ANN401 - openpyxl gives its class no public name
    sheet.append([_workbook_cell(sheet, value) for value in row])


def _workbook_cell(sheet: Any, value: object) -> object:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415

    if value is None or isinstance(value, bool | int | float):
        return value
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", cell_text(value)))
    # openpyxl takes "=..." for a formula and "#N/A" for an error, unless told that both are text.
    made.data_type = "s"
    return made


def _check_size(columns: Columns, file: str) -> None:
    count = len(next(iter(columns.values()), ()))
    if count > _MOST_ROWS:
        raise InputError(Problem(message("native.many_records", records=count, most=_MOST_ROWS), file))
    for name, values in columns.items():
        for row, value in enumerate(values, 2):
            if isinstance(value, str | list) and len(cell_text(value)) > _LONGEST_CELL:
                reason = message("native.long_cell", most=_LONGEST_CELL)
                raise InputError(Problem(reason, file, row=row, column=name))


_WRITERS: Mapping[TableForm, Callable[[Columns, Path, About], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "xlsx": _write_workbook,
}
