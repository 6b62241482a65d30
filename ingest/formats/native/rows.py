"""Row parser of the native format, by schema validation: every cell read by its type, every fault with its place."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple, cast

from graph.disclosure import KIND as ASSESSMENT
from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import Value, parse_id
from graph.properties import Text
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
    columns,
    required_columns,
)
from ingest.draft import Draft, Place
from ingest.progress import OnProgress, rows_read
from ingest.readers import CsvTable, JsonTable, NumberText, Table
from ingest.readers.table import shown

_PROGRESS_EVERY = 10_000
_FORMULA_SIGNS = r"[=+\-@＝＋－＠\t\r\n]"  # Source: OWASP, "CSV Injection", full-width signs included
_ESCAPED, _TAKEN_FOR_FORMULA = re.compile(f"'+{_FORMULA_SIGNS}"), re.compile(f"'*{_FORMULA_SIGNS}")


class ParsedRow(NamedTuple):
    """What a record states (`values`, without the empty cells), and the columns whose cells are at fault."""

    place: Place
    values: dict[str, Value]
    faulty: Collection[str]


@dataclass(frozen=True, slots=True)
class _ColumnParser:
    index: int
    name: str
    parse: Callable[[str], Value]
    is_required: bool
    is_id: bool


def rows(draft: Draft, table: Table, on_progress: OnProgress | None = None) -> Iterator[ParsedRow]:
    """Yield each record of a file of the format, counting it as read; rows with a fault are rejected, and yielded too.

    What is wrong with the header is refused; columns that are missing or unlisted are left out of the rows.
    """
    count = 0
    try:
        plan = _plan(draft, table)
        for count, (row, cells) in enumerate(table.records(lambda problem: _reject(draft, problem)), 1):
            draft.read += 1
            parsed = _parsed(draft, table, plan, Place(table.file, table.sheet, row), cells)
            draft.withheld = max(draft.withheld, cast(int, parsed.values.pop(WITHHELD.name, 0)))
            yield parsed
            if on_progress is not None and count % _PROGRESS_EVERY == 0:
                on_progress(rows_read(table.name, count))
    except InputError as error:
        draft.refuse(error.problem)
    if on_progress is not None:
        on_progress(rows_read(table.name, count))


def unlisted(table: Table) -> Problem:
    """Return what to say of a table that is no file of the format."""
    key = {CsvTable: "native.unlisted_file", JsonTable: "native.unlisted_key"}.get(type(table), "native.unlisted_sheet")
    reason = message(key, name=shown(table.name, 60), hint=_nearest(table.name, FILES))
    return Problem(reason, table.file, table.sheet)


def escape(text: str) -> str:
    """Return the text as a CSV cell that no spreadsheet takes for a formula.

    >>> escape("=A1"), escape("'=A1"), escape("'tis"), escape("a=b"), escape("＝A1")
    ("'=A1", "''=A1", "'tis", 'a=b', "'＝A1")
    """
    return "'" + text if _TAKEN_FOR_FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Return the text of a CSV cell: `escape` undone.

    >>> unescape("'=A1"), unescape("''=A1"), unescape("'tis"), unescape("-3")
    ('=A1', "'=A1", "'tis", '-3')
    """
    return text[1:] if _ESCAPED.match(text) else text


def _plan(draft: Draft, table: Table) -> list[_ColumnParser]:
    """Return the columns that are to be read, and refuse what is wrong with the header."""
    listed, required, parsers = columns(table.name), required_columns(table.name), _parsers(table.name)
    found = []
    for index, name in enumerate(table.header):
        if name in parsers:
            is_id = name == "id" or name.endswith("_id")
            found.append(_ColumnParser(index, name, parsers[name], name in required, is_id))
        else:
            reason = message(
                "native.no_such_column", table=table.name, column=shown(name, 60), hint=_nearest(name, listed)
            )
            draft.refuse(Problem(reason, table.file, table.sheet, 1, shown(name), shown(name)))
    if table.header:
        for name in listed:
            if name in required and name not in table.header:
                reason = message("native.missing_column", column=name)
                draft.refuse(Problem(reason, table.file, table.sheet, 1, name))
    return found


def _parsed(draft: Draft, table: Table, plan: list[_ColumnParser], place: Place, cells: list[str]) -> ParsedRow:
    values: dict[str, Value] = {}
    faulty: list[str] = []
    is_csv = isinstance(table, CsvTable)
    for column in plan:
        text = cells[column.index]
        if is_csv and text.startswith("'"):
            text = unescape(text).strip()
        reason: Message | None = None
        if not text:
            if column.is_required:
                reason = message("native.required", column=column.name)
        elif column.is_id and isinstance(text, NumberText):
            reason = _number_for_id(table, column.name, text)
        else:
            try:
                values[column.name] = column.parse(text)
            except InvalidValueError as error:
                reason = _at_fault(column.name, text, error.message)
        if reason:
            faulty.append(column.name)
            draft.reject(place, reason, column=column.name, value=shown(text))
    return ParsedRow(place, values, faulty)


def _reject(draft: Draft, problem: Problem) -> None:
    place = Place(problem.file or "", problem.sheet, problem.row or 0)
    draft.read += place not in draft.rejected
    draft.reject(place, problem.message, column=problem.column, value=problem.value)


def _number_for_id(table: Table, column: str, text: str) -> Message:
    if isinstance(table, JsonTable):
        return message("native.number_in_json", column=column, number=text)
    return message("native.number_in_cell", column=column, number=text)


def _at_fault(column: str, text: str, fault: Message) -> Message:
    """Return the message made of what the schema says of the value."""
    if fault.code in {"value.is_not", "value.no_choice"}:
        return message("native.impossible", value=shown(text, 60), column=column, fault=fault)
    key = "native.value_at_fault" if fault.code.startswith("value.") else "native.column_at_fault"
    return message(key, column=column, fault=fault)


def _nearest(name: str, names: Collection[str]) -> Message:
    near = get_close_matches(name.strip().lower().replace(" ", "_"), names, 1, 0.6)
    return message("native.near", near=near[0]) if near else message("native.there_are", names=list(names))


def _parsers(file: str) -> Mapping[str, Callable[[str], Value]]:
    """Return how each column of a file of the format is read."""
    if file == SOURCE_FILE:
        return {p.name: p.type.parse for p in (*SOURCE_PROPERTIES, WITHHELD)}
    if file == LINKS_FILE:
        # Links repeat a few ids and values a million times: parsed once, they also take the memory of one.
        end = cache(parse_id)
        own = {p.name: p.type.parse if isinstance(p.type, Text) else cache(p.type.parse) for p in LINK_PROPERTIES}
        return {"from_id": end, "relation": cache(_relation), "to_id": end, **own}
    kind = KIND_OF_FILE[file]
    marks = (WITHHELD,) if kind.name == ASSESSMENT else ()
    parsers: dict[str, Callable[[str], Value]] = {p.name: p.type.parse for p in (*kind.properties, *marks)}
    if not kind.identified_by:
        parsers["id"] = parse_id
    for column in kind.link_columns:
        parsers[column.name] = parse_id
        if column.weight_column:
            parsers[column.weight_column] = IMPORTANCE.type.parse
    return parsers


def _relation(text: str) -> str:
    if text in RELATIONS:
        return text
    near = get_close_matches(text.upper().replace(" ", "_"), RELATIONS, 1, 0.5)
    hint = message("native.near", near=near[0]) if near else message("native.there_are", names=list(RELATIONS))
    raise InvalidValueError(message("native.no_relation", relation=shown(text, 60), hint=hint))
