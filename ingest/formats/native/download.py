"""Workbook that is downloaded, filled in and uploaded again, with how it was, hidden in it, to know the changes."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from graph.errors import InputError, Problem
from graph.messages import Language, message, text
from graph.model import LINK_VALUES, NodeId, Value
from graph.properties import Choice
from graph.schema import KIND_OF_FILE, LINKS_FILE, SOURCE_FILE, columns
from ingest.draft import DownloadBase
from ingest.formats.native.download_base import DOWNLOADED, base_lines, digest
from ingest.formats.native.example_rows import HELP_SHEET
from ingest.formats.native.records import FileRecords, Record, SourceStatements, records
from ingest.formats.native.vocabulary import column_called, file_called
from ingest.formats.native.workbook_dates import undated
from ingest.formats.native.write import as_text

_SPARED = frozenset({"uri", "extra"})
"""Columns that only machines fill in."""
_LAST_VALIDATED = 10_000
_LONGEST_CELL = 32_767
_HELP = ("what", "rows", "emptied", "new", "format")


def download_workbook(
    statements: SourceStatements, base: DownloadBase, language: Language, files: Sequence[str] = ()
) -> bytes:
    """Return a workbook of the statements, a sheet for each kind, with `base` filled in and hidden in it.

    `files` name sheets that it has in any case, to be filled in.

    Raises:
        InputError: a cell would hold more than a workbook can.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.creator = "Rolepath"
    empty = {file: FileRecords(columns(file), 0, lambda: iter(())) for file in files}
    for file, rows in (empty | records(statements)).items():
        if file != SOURCE_FILE:
            _add_sheet(workbook, file, rows, base, language)
    _add_help(workbook, language)
    return with_base(workbook, base)


def with_base(workbook: Workbook, base: DownloadBase) -> bytes:
    """Return the workbook with the hidden sheet added."""
    hidden: Any = workbook.create_sheet(DOWNLOADED)
    hidden.sheet_state = "hidden"
    for line in base_lines(base):
        hidden.append([_text(hidden, line)])
    return undated(workbook)


def _add_sheet(workbook: Workbook, file: str, rows: FileRecords, base: DownloadBase, language: Language) -> None:
    header = [name for name in rows.header if name not in _SPARED]
    key = f"kinds.{KIND_OF_FILE[file].name}" if file in KIND_OF_FILE else ""
    sheet: Any = workbook.create_sheet(_called([key, f"native_words.sheet_{file}"], file, language, file_called))
    sheet.freeze_panes = "C2" if file != LINKS_FILE else "A2"
    for number, name in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 36 if name.startswith(("name", "descr")) else 18
    _add_drop_downs(sheet, file, header)
    sheet.append([_text(sheet, head, bold=True) for head in _heads(file, header, language)])
    for record in rows:
        _note(base, file, record, header)
        sheet.append([_cell(sheet, record.get(name)) for name in header])


def _called(keys: Iterable[str], name: str, language: Language, meant: Callable[[str], str | None]) -> str:
    """Return what a sheet or column is called in the language, by the first text that is read as just that."""
    if language == "en":
        return name
    for key in keys:
        with suppress(KeyError):
            word = text(key, language).partition("|")[0]
            if meant(word) == name:
                return word
    return name


def _heads(file: str, header: Sequence[str], language: Language) -> list[str]:
    section = "said" if file == LINKS_FILE else "property"
    meant = partial(column_called, file)
    return [_called((f"{section}.{name}", f"native_words.{name}"), name, language, meant) for name in header]


def _note(base: DownloadBase, file: str, record: Record, header: Sequence[str]) -> None:
    """Note what a record says, as it is when it is downloaded."""
    if file == LINKS_FILE:
        key = (NodeId(str(record["from_id"])), str(record["relation"]), NodeId(str(record["to_id"])))
        base.links[key] = (tuple(record.get(name) for name in LINK_VALUES), True)  # type: ignore[assignment]
        return
    kind = KIND_OF_FILE[file]
    if kind.identified_by:
        return
    node_id = NodeId(str(record["id"]))
    own = {one.name for one in kind.properties}
    base.nodes[node_id] = {name: digest(record[name]) for name in header if name in own and name in record}
    for column in kind.link_columns:
        if column.name in record:
            other = NodeId(str(record[column.name]))
            weight = record.get(column.weight_column) if column.weight_column else None
            key = (node_id, column.relation, other) if column.outward else (other, column.relation, node_id)
            base.links[key] = ((weight, None, None, None, None), False)  # type: ignore[assignment]


def _add_drop_downs(sheet: Any, file: str, header: Sequence[str]) -> None:  # noqa: ANN401
    if file == LINKS_FILE:
        return
    types = {one.name: one.type for one in KIND_OF_FILE[file].properties}
    for number, name in enumerate(header, 1):
        if isinstance(choice := types.get(name), Choice):
            words = DataValidation(
                type="list", formula1=f'"{",".join(choice.words)}"', allow_blank=True, showErrorMessage=False
            )
            letter = get_column_letter(number)
            words.add(f"{letter}2:{letter}{_LAST_VALIDATED}")
            sheet.data_validations.append(words)


def _cell(sheet: Any, value: Value | None) -> object:  # noqa: ANN401
    if value is None:
        return None
    if isinstance(value, int | float) and float(f"{value:.15g}") == value:
        return value
    return _text(sheet, as_text(value))


def _text(sheet: Any, shown: str, *, bold: bool = False) -> object:  # noqa: ANN401
    if len(shown) > _LONGEST_CELL:
        raise InputError(Problem(message("native.long_cell", most=_LONGEST_CELL), sheet=sheet.title))
    made = WriteOnlyCell(sheet, shown)
    made.data_type = "s"  # openpyxl takes "=..." for a formula unless told that it is text
    made.number_format = "@"
    if bold:
        made.font = Font(bold=True)
    return made


def _add_help(workbook: Workbook, language: Language) -> None:
    sheet: Any = workbook.create_sheet(HELP_SHEET)
    sheet.column_dimensions["A"].width = 110
    for line in _HELP:
        sheet.append([_text(sheet, text(f"download.{line}", language))])
