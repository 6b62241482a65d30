"""Workbook template and export: empty, for a curriculum designer to fill in, or filled with what a source states."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet.datavalidation import DataValidation

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import catalogue, message, text
from graph.model import Value
from graph.properties import Choice, Date, Integer, Number, PropertyType, Reference, Text
from graph.schema import (
    FILES,
    IMPORTANCE,
    KIND_OF_FILE,
    LINK_PROPERTIES,
    LINKS_FILE,
    RELATIONS,
    SOURCE_FILE,
    SOURCE_PROPERTIES,
    WITHHELD,
    Property,
    columns,
    required_columns,
)
from graph.stamp import GraphStamp
from ingest.formats.native.example_rows import EXAMPLES_SHEET, HELP_SHEET, example_rows
from ingest.formats.native.records import FileRecords, SourceStatements, records
from ingest.formats.native.write import as_text, replacing
from ingest.readers.sheet_table import MAX_RECORDS

_Sheet = Any
"""A sheet that is only written to; openpyxl gives its class no public name."""

_LONGEST_CELL = 32_767
_LAST_VALIDATED = 10_000
_TEXT, _DATE = "@", "yyyy-mm-dd"
_CORE, _MOMENT = "docProps/core.xml", re.compile(rb"(W3CDTF\">)[^<]*")
_PACKED_AT = (1980, 1, 1, 0, 0, 0)
"""The time that parts of an export have: the same graph makes the same bytes."""


class _Guide(NamedTuple):
    """What a column is for: the help, what is expected, and the type where a drop-down or a format follows from it."""

    help: str
    type: PropertyType


def write_template(file: Path, *, overwrite: bool = False) -> None:
    """Write a workbook with a sheet for each file of the format, each with its header.

    Before them stand a sheet of help, and one of example rows, which are to be looked at and copied: nothing reads it.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    write_workbook(None, file, overwrite=overwrite)


def write_workbook(statements: SourceStatements | None, file: Path, *, overwrite: bool = False) -> None:
    """Write the template, filled with what a source states.

    Raises:
        InputError: a sheet or a cell would hold more than a workbook can; the file stands already, without `overwrite`;
            or cannot be written.
    """
    found = {} if statements is None else records(statements)
    for name, rows in found.items():
        _check_size(file.name, name, rows)
    with replacing(file, overwrite=overwrite) as temporary:
        stamp = None if statements is None else statements.stamp
        made = _workbook(found, stamp, with_examples=statements is None)
        if stamp is None:
            temporary.write_bytes(made.getvalue())
        else:
            _write_dated(made, stamp, temporary)


def _workbook(found: Mapping[str, FileRecords], stamp: GraphStamp | None, *, with_examples: bool) -> BytesIO:
    """Return the file. Made in memory, since openpyxl leaves files open on a disk that takes no more of them."""
    workbook = Workbook(write_only=True)
    try:
        workbook.properties.creator = "Rolepath"
        if stamp:
            workbook.properties.description = stamp.line
        _add_help(workbook)
        if with_examples:
            _add_examples(workbook)
        for name in FILES:
            _add_sheet(workbook, name, found.get(name))
        made = BytesIO()
        workbook.save(made)
    except OSError:  # its sheets are files of the folder for temporary ones, until they are saved
        for sheet in workbook.worksheets:
            with suppress(OSError, ValueError, RuntimeError, WorkbookAlreadySaved):
                sheet.close()
        raise
    return made


def _write_dated(made: BytesIO, stamp: GraphStamp, file: Path) -> None:
    """Write the file, dated as the revision is: openpyxl dates it, and each of its parts, by the clock."""
    with ZipFile(made) as parts, ZipFile(file, "w", ZIP_DEFLATED) as copy:
        for part in parts.infolist():
            dated = ZipInfo(part.filename, _PACKED_AT)
            dated.compress_type, dated.file_size = ZIP_DEFLATED, part.file_size
            with parts.open(part) as read, copy.open(dated, "w") as written:
                if part.filename == _CORE:
                    written.write(_MOMENT.sub(rb"\g<1>" + stamp.moment.encode(), read.read()))
                else:  # a sheet is larger than all else in memory: it is copied piece by piece
                    copyfileobj(read, written)


def _check_size(file: str, sheet: str, rows: FileRecords) -> None:
    if len(rows) > MAX_RECORDS:
        reason = message("native.many_records", records=len(rows), most=MAX_RECORDS)
        raise InputError(Problem(reason, file, sheet))
    for row, record in enumerate(cancellable_rows(rows), 2):
        for column, value in record.items():
            if isinstance(value, str | list) and len(as_text(value)) > _LONGEST_CELL:
                reason = message("native.long_cell", most=_LONGEST_CELL)
                raise InputError(Problem(reason, file, sheet, row, column))


def _add_sheet(workbook: Workbook, name: str, rows: FileRecords | None) -> None:
    sheet: _Sheet = workbook.create_sheet(name)
    sheet.freeze_panes = "A2"
    guides = _guides(name)
    required = required_columns(name)
    header = columns(name) if rows is None else rows.header
    formats = {column: _format(guides[column].type) for column in header}
    for number, column in enumerate(header, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _width(column)
        sheet.column_dimensions[letter].number_format = formats[column]
        if isinstance(choice := guides[column].type, Choice):
            _add_drop_down(sheet, letter, choice)
    sheet.append([_head(sheet, column, guides[column], is_required=column in required) for column in header])
    for record in cancellable_rows(rows or ()):
        sheet.append([_cell(sheet, record.get(column), formats[column]) for column in header])


def _head(sheet: _Sheet, column: str, guide: _Guide, *, is_required: bool) -> Cell:
    cell = WriteOnlyCell(sheet, column)
    cell.font = Font(bold=True, underline="single" if is_required else None)
    said = f"{guide.help}\n\n" if guide.help else ""
    needed = _both("required" if is_required else "optional")
    note = f"{needed}\n{said}{guide.type.expected}"
    cell.comment = Comment(note, "Rolepath", height=140, width=280)
    return cell


def _cell(sheet: _Sheet, value: Value | None, number_format: str) -> Cell | float | None:
    if value is None:
        return None
    # A spreadsheet keeps 15 digits: a number with more stays whole only as text.
    if isinstance(value, int | float) and float(f"{value:.15g}") == value:
        return value
    cell = WriteOnlyCell(sheet, as_text(value))
    # openpyxl takes "=..." for a formula and "#N/A" for an error, unless told that both are text.
    cell.data_type = "s"
    cell.number_format = _TEXT if number_format == "General" else number_format
    return cell


def _add_drop_down(sheet: _Sheet, letter: str, choice: Choice) -> None:
    validation = DataValidation(type="list", formula1=f'"{",".join(choice.words)}"', allow_blank=True)
    validation.errorTitle, validation.error = "Rolepath", _both("choose")
    validation.add(f"{letter}2:{letter}{_LAST_VALIDATED}")
    sheet.data_validations.append(validation)


def _guides(name: str) -> dict[str, _Guide]:
    """Return what each column of a sheet is for."""
    if name == SOURCE_FILE:
        return _of((*SOURCE_PROPERTIES, WITHHELD))
    if name == LINKS_FILE:
        relation = _Guide(text("workbook.relation"), Choice(tuple(RELATIONS)))
        ends = {"from_id": _Guide(text("workbook.from_id"), _ID), "to_id": _Guide(text("workbook.to_id"), _ID)}
        return ends | {"relation": relation} | _of(LINK_PROPERTIES)
    kind = KIND_OF_FILE[name]
    guides = {"id": _Guide(text("workbook.id"), _ID)} | _of((*kind.properties, WITHHELD))
    for column in kind.link_columns:
        guides[column.name] = _Guide(column.help, Reference(column.kind))
        if column.weight_column:
            guides[column.weight_column] = _Guide(IMPORTANCE.help, IMPORTANCE.type)
    return guides


_ID = Text(longest=200, reads="expected.id")


def _of(properties: Iterable[Property]) -> dict[str, _Guide]:
    return {p.name: _Guide(p.help, p.type) for p in properties}


def _format(kind: PropertyType) -> str:
    if isinstance(kind, Integer | Number):
        return "General"
    return _DATE if isinstance(kind, Date) else _TEXT


def _width(column: str) -> float:
    wide = {"name": 40, "name_zh": 28, "description": 60, "note": 40, "issue": 40, "aliases": 40, "relation": 22}
    return wide.get(column, 26 if column == "id" or column.endswith("_id") else max(12, len(column) + 3))


def _add_help(workbook: Workbook) -> None:
    sheet: _Sheet = workbook.create_sheet(HELP_SHEET)
    for letter, width in zip("ABCD", (24, 70, 50, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    _add_heads(sheet, text("workbook.title"), "", text("workbook.title", "zh"))
    for step in (key for key in catalogue() if key.startswith("workbook.step_")):
        sheet.append([None, *_in_both(sheet, step)])
    sheet.append([])
    row = "workbook.row"
    _add_heads(sheet, _both("sheet"), text(row), text(row, "zh"), _both("required_columns"))
    for name in FILES:
        needed = ", ".join(column for column in columns(name) if column in required_columns(name))
        sheet.append([name, *_in_both(sheet, f"sheet_help.{name}"), _wrapped(sheet, needed)])
    sheet.append([])
    reads = "workbook.reads"
    _add_heads(sheet, _both("relations"), text(reads), text(reads, "zh"), _both("ends"))
    for relation in RELATIONS.values():
        ends = "; ".join(f"{left} -> {right}" for left, right in relation.ends)
        sheet.append([relation.name, *_in_both(sheet, f"relation_help.{relation.name}"), _wrapped(sheet, ends)])


def _add_examples(workbook: Workbook) -> None:
    """Add the sheet of example rows: what each is a row of, its columns, and the rows; to be copied, not typed into."""
    sheet: _Sheet = workbook.create_sheet(EXAMPLES_SHEET)
    sheet.sheet_properties.tabColor = "999999"
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 26
    sheet.protection.enable()  # a row that is typed in here would not be imported
    sheet.append([_bold(sheet, _both("examples"))])
    sheet.append([text("workbook.examples_how")])
    sheet.append([text("workbook.examples_how", "zh")])
    for name, rows in example_rows().items():
        sheet.append([])
        sheet.append([_bold(sheet, name), *_in_both(sheet, f"sheet_help.{name}")])
        header = [column for column in columns(name) if any(column in row for row in rows)]
        sheet.append([_bold(sheet, column) for column in header])
        for row in rows:
            sheet.append([row.get(column) for column in header])


def _add_heads(sheet: _Sheet, *heads: str) -> None:
    sheet.append([_bold(sheet, head) for head in heads])


def _both(name: str) -> str:
    """Return a short text of the workbook in both languages, one after the other."""
    return f"{text(f'workbook.{name}')} {text(f'workbook.{name}', 'zh')}"


def _in_both(sheet: _Sheet, key: str) -> list[Cell]:
    """Return a text in a cell for each language."""
    return [_wrapped(sheet, text(key)), _wrapped(sheet, text(key, "zh"))]


def _bold(sheet: _Sheet, shown: str) -> Cell:
    cell = WriteOnlyCell(sheet, shown)
    cell.font = Font(bold=True)
    return cell


def _wrapped(sheet: _Sheet, shown: str) -> Cell:
    cell = WriteOnlyCell(sheet, shown)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
