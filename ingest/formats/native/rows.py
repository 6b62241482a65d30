"""Row parser of the native format, by schema validation: every cell read by its type, every fault with its place."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple, cast

from graph.disclosure import KIND as ASSESSMENT
from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import NodeId, Value, parse_id
from graph.properties import PropertyType, Text
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
from ingest.formats.native.cells import Bends, CellReader
from ingest.formats.native.vocabulary import column_called, relation_words
from ingest.progress import OnProgress, rows_read
from ingest.readers import CsvTable, JsonTable, Table
from ingest.readers.table import noted, shown

_PROGRESS_EVERY = 10_000
_FORMULA_SIGNS = r"[=+\-@＝＋－＠\t\r\n]"  # Source: OWASP, "CSV Injection", full-width signs included
_ESCAPED, _TAKEN_FOR_FORMULA = re.compile(f"'+{_FORMULA_SIGNS}"), re.compile(f"'*{_FORMULA_SIGNS}")


class ParsedRow(NamedTuple):
    """What a record states (`values`, without the empty cells), and the columns whose cells are at fault."""

    place: Place
    values: dict[str, Value]
    faulty: Collection[str]


def rows(
    draft: Draft, table: Table, on_progress: OnProgress | None = None, *, strict: bool = False
) -> Iterator[ParsedRow]:
    """Yield each record of a file of the format, counting it as read; rows with a fault are rejected, and yielded too.

    What is wrong with the header is refused; columns that are missing or unlisted are left out of the rows. Unless
    `strict`, columns may have any of their names, cells may be filled in as people do, and unlisted columns are noted.
    """
    count = 0
    bends = Bends(table)
    try:
        plan = _plan(draft, table, bends, strict=strict)
        for count, (row, cells) in enumerate(table.records(lambda problem: reject_record(draft, problem)), 1):
            draft.read += 1
            parsed = _parsed(draft, table, plan, Place(table.file, table.sheet, row), cells)
            draft.withheld = max(draft.withheld, cast(int, parsed.values.pop(WITHHELD.name, 0)))
            yield parsed
            if on_progress is not None and count % _PROGRESS_EVERY == 0:
                on_progress(rows_read(table.name, count))
    except InputError as error:
        draft.refuse(error.problem)
    for note in bends.notes():
        draft.note(note)
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


def _plan(draft: Draft, table: Table, bends: Bends, *, strict: bool) -> list[CellReader]:
    """Return the columns that are to be read, and refuse what is wrong with the header."""
    listed, required = columns(table.name), required_columns(table.name)
    parsers = _parsers(table.name, strict=strict)
    found: dict[str, CellReader] = {}
    for index, heading in enumerate(table.header):
        name = heading if heading in parsers or strict else column_called(table.name, heading)
        if name is None or name not in parsers:
            _tell_unlisted(draft, table, heading, index, strict=strict)
        elif name in found:
            reason = message("native.column_named_twice", column=shown(heading, 60), other=found[name].heading)
            draft.refuse(Problem(reason, table.file, table.sheet, table.header_row, shown(heading), shown(heading)))
        else:
            found[name] = CellReader(
                name,
                heading,
                index,
                *parsers[name],
                table,
                bends,
                is_required=name in required,
                is_reference=name.endswith("_id"),
                is_relation=table.name == LINKS_FILE and name == "relation",
                strict=strict,
                takes_names=draft.takes_names,
            )
    draft.columns[table.file, table.sheet] = frozenset(found)
    draft.headings[table.file, table.sheet] = {name: one.heading for name, one in found.items() if name != one.heading}
    if table.header:
        for name in listed:
            if name in required and name not in found:
                reason = message("native.missing_column", column=name)
                draft.refuse(Problem(reason, table.file, table.sheet, table.header_row, name))
    return list(found.values())


def _tell_unlisted(draft: Draft, table: Table, heading: str, index: int, *, strict: bool) -> None:
    """Refuse a column that the format has not, or note that it is not read."""
    if strict:
        hint = _nearest(heading, columns(table.name))
        reason = message("native.no_such_column", table=table.name, column=shown(heading, 60), hint=hint)
        draft.refuse(Problem(reason, table.file, table.sheet, 1, shown(heading), shown(heading)))
        return
    near = get_close_matches(heading.strip().lower().replace(" ", "_"), columns(table.name), 1, 0.6)
    if not heading:
        note = message("native.nameless_ignored", number=index + 1)
    elif near:
        note = message("native.column_ignored_near", column=shown(heading, 60), near=near[0])
    else:
        note = message("native.column_ignored", column=shown(heading, 60))
    draft.note(noted(note, table.file, table.sheet))


def _parsed(draft: Draft, table: Table, plan: list[CellReader], place: Place, cells: list[str]) -> ParsedRow:
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
                reason = message("native.required", column=column.heading)
        else:
            try:
                values[column.name] = column.read(place.row, text)
            except InvalidValueError as error:
                reason = _at_fault(column.heading, text, error.message)
                if isinstance(meant := error.message.as_params().get("meant"), str):
                    draft.faulty_nodes.setdefault(NodeId(meant), place)
        if reason:
            faulty.append(column.name)
            draft.reject(place, reason, column=column.name, value=shown(text))
    return ParsedRow(place, values, faulty)


def reject_record(draft: Draft, problem: Problem) -> None:
    """Count and reject a record that a reader could not cut into cells."""
    place = Place(problem.file or "", problem.sheet, problem.row or 0)
    draft.read += place not in draft.rejected
    draft.reject(place, problem.message, column=problem.column, value=problem.value)


def _at_fault(column: str, text: str, fault: Message) -> Message:
    """Return the message made of what the schema says of the value."""
    if fault.code.startswith("native."):
        return fault
    if fault.code in {"value.is_not", "value.no_choice"}:
        return message("native.impossible", value=shown(text, 60), column=column, fault=fault)
    key = "native.value_at_fault" if fault.code.startswith("value.") else "native.column_at_fault"
    return message(key, column=column, fault=fault)


def _nearest(name: str, names: Collection[str]) -> Message:
    near = get_close_matches(name.strip().lower().replace(" ", "_"), names, 1, 0.6)
    return message("native.near", near=near[0]) if near else message("native.there_are", names=list(names))


_Parser = tuple[Callable[[str], Value], PropertyType | None]


def _parsers(file: str, *, strict: bool) -> Mapping[str, _Parser]:
    """Return how each column of a file of the format is read, and its type where it is a property."""
    if file == SOURCE_FILE:
        return {p.name: (p.type.parse, p.type) for p in (*SOURCE_PROPERTIES, WITHHELD)}
    if file == LINKS_FILE:
        # Links repeat a few ids and values a million times: parsed once, they also take the memory of one.
        end = cache(parse_id)
        parsers: dict[str, _Parser] = {
            "from_id": (end, None),
            "relation": (cache(_relation if strict else _relation_or_word), None),
        }
        parsers["to_id"] = (end, None)
        for p in LINK_PROPERTIES:
            parsers[p.name] = (p.type.parse if isinstance(p.type, Text) else cache(p.type.parse), p.type)
        return parsers
    kind = KIND_OF_FILE[file]
    marks = (WITHHELD,) if kind.name == ASSESSMENT else ()
    parsers = {p.name: (p.type.parse, p.type) for p in (*kind.properties, *marks)}
    if not kind.identified_by:
        parsers["id"] = (parse_id, None)
    for column in kind.link_columns:
        parsers[column.name] = (parse_id, None)
        if column.weight_column:
            parsers[column.weight_column] = (IMPORTANCE.type.parse, IMPORTANCE.type)
    return parsers


def _relation(text: str) -> str:
    if text in RELATIONS:
        return text
    near = get_close_matches(text.upper().replace(" ", "_"), RELATIONS, 1, 0.5)
    hint = message("native.near", near=near[0]) if near else message("native.there_are", names=list(RELATIONS))
    raise InvalidValueError(message("native.no_relation", relation=shown(text, 60), hint=hint))


def _relation_or_word(text: str) -> str:
    """Return the relation; what may stand there is told in the reader's language."""
    if text in RELATIONS:
        return text
    called = {word: name for name in RELATIONS for word in (name, *relation_words(name))}
    near = get_close_matches(text, called, 1, 0.5) or get_close_matches(
        text.upper().replace(" ", "_"), RELATIONS, 1, 0.5
    )
    hint = message("native.there_are", names=[message(f"relation.{name}") for name in RELATIONS])
    if near:
        hint = message("native.near", near=near[0])
    raise InvalidValueError(message("native.no_relation", relation=shown(text, 60), hint=hint))
