"""Workbook template and export: empty, for a curriculum designer to fill in, or filled with what a source states."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved
from openpyxl.worksheet.datavalidation import DataValidation

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import Language, catalogue, message, text
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
from ingest.formats.native.example_rows import example_rows
from ingest.formats.native.headings import columns_shown, heading, relation_name, sheet_name, word
from ingest.formats.native.records import FileRecords, SourceStatements, records
from ingest.formats.native.workbook_dates import write_dated
from ingest.formats.native.write import as_text, replacing
from ingest.readers.sheet_table import MAX_RECORDS

_Sheet = Any
"""A sheet that is only written to; openpyxl gives its class no public name."""

_LONGEST_CELL = 32_767
_LAST_VALIDATED = 10_000
_TEXT, _DATE = "@", "yyyy-mm-dd"


class _Guide(NamedTuple):
    """What a column is for: the key of its help, and its type, from which a drop-down or a format follows."""

    about: str
    type: PropertyType


class _Style(NamedTuple):
    """How a workbook speaks: what sheets, columns and values are called in, and which languages explain them."""

    headings: Language
    languages: tuple[Language, ...]
    complete: bool

    def says(self, key: str) -> str:
        """Return a short text of the workbook, in each of its languages."""
        return " ".join(text(key, language) for language in self.languages)


_EXPORT = _Style("en", ("en", "zh"), complete=True)


def write_template(file: Path, *, overwrite: bool = False, language: Language = "en", complete: bool = False) -> None:
    """Write a workbook with a sheet for each file of the format, each with its header, in the language of a reader.

    Before them stand a sheet of help, and one of example rows, which are to be looked at and copied: nothing reads it.
    Where it is to be `complete`, it has the columns too that only other systems state.

    Raises:
        InputError: the file stands already, without `overwrite`; or cannot be written.
    """
    with replacing(file, overwrite=overwrite) as temporary:
        made = _workbook({}, None, _Style(language, (language,), complete), with_examples=True)
        temporary.write_bytes(made.getvalue())


def write_workbook(statements: SourceStatements, file: Path, *, overwrite: bool = False) -> None:
    """Write the workbook, filled with what a source states, and explained in both languages.

    Raises:
        InputError: a sheet or a cell would hold more than a workbook can; the file stands already, without `overwrite`;
            or cannot be written.
    """
    found, stamp = records(statements), statements.stamp
    for name, rows in found.items():
        _check_size(file.name, name, rows)
    with replacing(file, overwrite=overwrite) as temporary:
        made = _workbook(found, stamp, _EXPORT)
        if stamp is None:
            temporary.write_bytes(made.getvalue())
        else:
            write_dated(made, temporary, stamp.moment)


def _workbook(
    found: Mapping[str, FileRecords], stamp: GraphStamp | None, style: _Style, *, with_examples: bool = False
) -> BytesIO:
    """Return the file. Made in memory, since openpyxl leaves files open on a disk that takes no more of them."""
    workbook = Workbook(write_only=True)
    try:
        workbook.properties.creator = "Rolepath"
        if stamp:
            workbook.properties.description = stamp.line
        _add_help(workbook, style)
        if with_examples:
            _add_examples(workbook, style)
        for name in FILES:
            _add_sheet(workbook, name, found.get(name), style)
        made = BytesIO()
        workbook.save(made)
    except OSError:  # its sheets are files of the folder for temporary ones, until they are saved
        for sheet in workbook.worksheets:
            with suppress(OSError, ValueError, RuntimeError, WorkbookAlreadySaved):
                sheet.close()
        raise
    return made


def _check_size(file: str, sheet: str, rows: FileRecords) -> None:
    if len(rows) > MAX_RECORDS:
        reason = message("native.many_records", records=len(rows), most=MAX_RECORDS)
        raise InputError(Problem(reason, file, sheet))
    for row, record in enumerate(cancellable_rows(rows), 2):
        for column, value in record.items():
            if isinstance(value, str | list) and len(as_text(value)) > _LONGEST_CELL:
                reason = message("native.long_cell", most=_LONGEST_CELL)
                raise InputError(Problem(reason, file, sheet, row, column))


def _add_sheet(workbook: Workbook, name: str, rows: FileRecords | None, style: _Style) -> None:
    sheet: _Sheet = workbook.create_sheet(sheet_name(name, style.headings))
    sheet.freeze_panes = "A2"
    guides = _guides(name)
    required = required_columns(name)
    header = columns_shown(name, complete=style.complete) if rows is None else rows.header
    formats = {column: _format(guides[column].type) for column in header}
    for number, column in enumerate(header, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _width(column)
        sheet.column_dimensions[letter].number_format = formats[column]
        if words := _choices(name, column, guides[column].type, style):
            _add_drop_down(sheet, letter, words, style)
    heads = [(heading(name, column, style.headings), guides[column], column in required) for column in header]
    sheet.append([_head(sheet, *head, style) for head in heads])
    for record in cancellable_rows(rows or ()):
        sheet.append([_cell(sheet, record.get(column), formats[column]) for column in header])


def _head(sheet: _Sheet, called: str, guide: _Guide, is_required: bool, style: _Style) -> Cell:
    cell = WriteOnlyCell(sheet, called)
    cell.font = Font(bold=True, underline="single" if is_required else None)
    language = style.languages[0]
    said = f"{text(guide.about, language)}\n\n" if guide.about else ""
    needed = style.says("workbook.required" if is_required else "workbook.optional")
    note = f"{needed}\n{said}{guide.type.expected.text(language)}"
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


def _choices(name: str, column: str, kind: PropertyType, style: _Style) -> list[str]:
    """Return the values that can be picked in a column, as they are called; none where anything can be written."""
    if name == LINKS_FILE and column == "relation":
        return [relation_name(one, style.headings) for one in RELATIONS]
    return [word(kind, one, style.headings) for one in kind.words] if isinstance(kind, Choice) else []


def _add_drop_down(sheet: _Sheet, letter: str, words: list[str], style: _Style) -> None:
    validation = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    validation.errorTitle, validation.error = "Rolepath", style.says("workbook.choose")
    validation.add(f"{letter}2:{letter}{_LAST_VALIDATED}")
    sheet.data_validations.append(validation)


def _guides(name: str) -> dict[str, _Guide]:
    """Return what each column of a sheet is for."""
    if name == SOURCE_FILE:
        return _of((*SOURCE_PROPERTIES, WITHHELD))
    if name == LINKS_FILE:
        relation = _Guide("workbook.relation", Choice(tuple(RELATIONS)))
        ends = {"from_id": _Guide("workbook.from_id", _ID), "to_id": _Guide("workbook.to_id", _ID)}
        return ends | {"relation": relation} | _of(LINK_PROPERTIES)
    kind = KIND_OF_FILE[name]
    guides = {"id": _Guide("workbook.id", _ID)} | _of((*kind.properties, WITHHELD))
    for column in kind.link_columns:
        guides[column.name] = _Guide(_help_key(column.about), Reference(column.kind))
        if column.weight_column:
            guides[column.weight_column] = _Guide(_help_key(IMPORTANCE.about), IMPORTANCE.type)
    return guides


_ID = Text(longest=200, reads="expected.id")


def _of(properties: Iterable[Property]) -> dict[str, _Guide]:
    return {p.name: _Guide(_help_key(p.about), p.type) for p in properties}


def _help_key(about: str) -> str:
    return f"column_help.{about}" if about else ""


def _format(kind: PropertyType) -> str:
    if isinstance(kind, Integer | Number):
        return "General"
    return _DATE if isinstance(kind, Date) else _TEXT


def _width(column: str) -> float:
    wide = {"name": 40, "name_zh": 28, "description": 60, "note": 40, "issue": 40, "aliases": 40, "relation": 22}
    return wide.get(column, 26 if column == "id" or column.endswith("_id") else max(12, len(column) + 3))


def _add_help(workbook: Workbook, style: _Style) -> None:
    sheet: _Sheet = workbook.create_sheet(_own_sheet("help", style))
    for letter, width in zip("ABCD", (24, 70, *(50,) * (len(style.languages) - 1), 60), strict=False):
        sheet.column_dimensions[letter].width = width
    _add_heads(sheet, *_titles(style))
    names = _names(style)
    for step in (key for key in catalogue() if key.startswith("workbook.step_")):
        sheet.append([None, *_in_each(sheet, step, style, names)])
    sheet.append([])
    row = [text("workbook.row", language) for language in style.languages]
    _add_heads(sheet, style.says("workbook.sheet"), *row, style.says("workbook.required_columns"))
    for name in FILES:
        shown = [column for column in columns_shown(name, complete=style.complete) if column in required_columns(name)]
        needed = ", ".join(heading(name, column, style.headings) for column in shown)
        called = sheet_name(name, style.headings)
        sheet.append([called, *_in_each(sheet, f"sheet_help.{name}", style), _wrapped(sheet, needed)])
    sheet.append([])
    reads = [text("workbook.reads", language) for language in style.languages]
    _add_heads(sheet, style.says("workbook.relations"), *reads, style.says("workbook.ends"))
    for relation in RELATIONS.values():
        ends = "; ".join(" -> ".join(_kind_called(kind, style) for kind in pair) for pair in relation.ends)
        called = relation_name(relation.name, style.headings)
        sheet.append([called, *_in_each(sheet, f"relation_help.{relation.name}", style), _wrapped(sheet, ends)])


def _own_sheet(name: str, style: _Style) -> str:
    """Return what a sheet is called that states nothing; the reader knows it in both languages."""
    return text(f"workbook.{name}_sheet", style.headings)


def _titles(style: _Style) -> list[str]:
    first, *more = (text("workbook.title", language) for language in style.languages)
    return [first, *(title for other in more for title in ("", other))]


def _kind_called(kind: str, style: _Style) -> str:
    return kind if style.headings == "en" else text(f"kind.{kind}", style.headings)


def _names(style: _Style) -> dict[str, str]:
    """Return what the steps of the help call sheets and columns."""
    own = style.headings
    named = {f"{file}_sheet": sheet_name(file, own) for file in (SOURCE_FILE, LINKS_FILE)}
    named |= {"id": heading("courses", "id", own), "course_id": heading("knowledge_units", "course_id", own)}
    return named | {"name": heading(SOURCE_FILE, "name", own), "version": heading(SOURCE_FILE, "version", own)}


def _add_examples(workbook: Workbook, style: _Style) -> None:
    """Add the sheet of example rows: what each is a row of, its columns, and the rows; to be copied, not typed into."""
    sheet: _Sheet = workbook.create_sheet(_own_sheet("examples", style))
    sheet.sheet_properties.tabColor = "999999"
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 26
    sheet.protection.enable()  # a row that is typed in here would not be imported
    sheet.append([_bold(sheet, style.says("workbook.examples"))])
    for language in style.languages:
        sheet.append([text("workbook.examples_how", language)])
    for name, rows in example_rows(style.headings).items():
        sheet.append([])
        called = sheet_name(name, style.headings)
        sheet.append([_bold(sheet, called), *_in_each(sheet, f"sheet_help.{name}", style)])
        header = [column for column in columns(name) if any(column in row for row in rows)]
        sheet.append([_bold(sheet, heading(name, column, style.headings)) for column in header])
        types = {column: guide.type for column, guide in _guides(name).items()}
        for row in rows:
            sheet.append([_example(name, column, types[column], row.get(column), style) for column in header])


def _example(
    name: str, column: str, kind: PropertyType, value: str | float | None, style: _Style
) -> str | float | None:
    """Return a value of an example row, as it is called in the drop-down."""
    if name == LINKS_FILE and column == "relation":
        return relation_name(str(value), style.headings)
    return word(kind, str(value), style.headings) if value is not None and isinstance(kind, Choice) else value


def _add_heads(sheet: _Sheet, *heads: str) -> None:
    sheet.append([_bold(sheet, head) for head in heads])


def _in_each(sheet: _Sheet, key: str, style: _Style, named: Mapping[str, str] | None = None) -> list[Cell]:
    """Return a text in a cell for each language; `named` are what its places hold."""
    texts = (message(key, **named).text(language) if named else text(key, language) for language in style.languages)
    return [_wrapped(sheet, one) for one in texts]


def _bold(sheet: _Sheet, shown: str) -> Cell:
    cell = WriteOnlyCell(sheet, shown)
    cell.font = Font(bold=True)
    return cell


def _wrapped(sheet: _Sheet, shown: str) -> Cell:
    cell = WriteOnlyCell(sheet, shown)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
