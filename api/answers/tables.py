"""Tabular form of results: a row for each item of a list, a column for each field, named as the result names them."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from math import floor, isfinite, log10
from typing import NamedTuple

from pydantic import BaseModel

from api.answers.fields import Models, Path, field_at, fields_of, is_within
from ingest.formats.native.rows import escape

BYTE_ORDER_MARK = "\ufeff"
"""Tells a spreadsheet that the text is UTF-8."""
DIGITS = 6
"""How many significant digits a number that is no integer has in a cell; what stands before its point is kept whole."""
SEPARATORS = ("; ", ", ")
"""What stands between the items of a list within a cell, and between those of a list within such an item."""


class Column(NamedTuple):
    """A column: its name, of which list on the way to the rows the value is (the rows are last), and how to get it."""

    name: str
    level: int
    path: Path


def columns_of(models: Models, rows: Path, paths: Sequence[Path] = ()) -> list[Column]:
    """Return the columns of a table in the order of the fields; of the paths that are named, if any are.

    Columns of what the rows are part of come first, and are named from the result on.

    Raises:
        KeyError: there is no such list.
    """
    columns: list[Column] = []
    at = models
    for level, name in enumerate(rows):
        field = field_at(name, at)
        if field is None:
            raise KeyError(name)
        at, way, after = field.models, rows[: level + 1], rows[level + 1 :]
        if not field.is_list:
            continue
        columns += [
            Column(".".join((*way, *path) if after else path), level, path)
            for path in _leaves(at, without_lists=bool(after))
            if path[:1] != after[:1] and (not paths or is_within((*way, *path), paths))
        ]
    return columns


def rows_named(models: Models, table: Path, paths: Sequence[Path]) -> Path:
    """Return the list that the paths name a part of: the table's own if they do, else the first other one."""
    if not paths or any(path[: len(table)] == table[: len(path)] for path in paths):
        return table
    for name in (path[0] for path in paths):
        field = field_at(name, models)
        if field is not None and field.is_list and field.models:
            return (name,)
    return table


def write_rows(result: BaseModel, rows: Path, columns: Sequence[Column]) -> Iterator[list[str]]:
    """Yield the header, then the cells of each row; text is marked where a spreadsheet would take it for a formula."""
    yield [column.name for column in columns]
    for chain in rows_of(result, rows):
        yield [cell(chain[column.level], column.path) for column in columns]


def csv_lines(lines: Iterable[Sequence[str]], ending: str = "\r\n") -> Iterator[str]:
    """Yield the lines as CSV. Source: RFC 4180."""
    for line in lines:
        out = io.StringIO()
        csv.writer(out, lineterminator=ending).writerow(line)
        yield out.getvalue()


def cell(item: object, path: Path) -> str:
    """Return what a path leads to, as a cell; empty where there is nothing.

    >>> cell({"a": 1}, ()), cell(True, ()), cell(None, ()), cell(-0.5, ()), cell("-0.5", ()), cell(["x", None, "y"], ())
    ('', 'true', '', '-0.5', "'-0.5", 'x; ; y')
    """
    text = cell_text(item, path)
    return text if isinstance(_lone(item, path), int | float) else escape(text)


def cell_text(item: object, path: Path = ()) -> str:
    """Return what a path leads to, as text without marks; empty where there is nothing."""
    return _text(item, path, 0)


def as_digits(number: float) -> str:
    """Return a number as a cell holds it: rounded to DIGITS significant digits, without an exponent.

    >>> [as_digits(number) for number in (0.1 + 0.2, 2 / 3, 1.0, 12345678.25, 0.00001234567, -0.0)]
    ['0.3', '0.666667', '1', '12345678', '0.0000123457', '0']
    """
    if not isfinite(number):
        return str(number)
    places = DIGITS - 1 - floor(log10(abs(number))) if number else 0
    text = f"{number:.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def value_at(item: object, path: Path) -> object:
    """Return what a path leads to, as it is: of a list, the values of all its items; None where there is nothing.

    >>> value_at(Column("a", 0, ("b",)), ("level",)), value_at(Column("a", 0, ()), ("b",))
    (0, None)
    """
    if isinstance(item, list | tuple) and path:
        return [value_at(one, path) for one in item]
    if path:
        return value_at(getattr(item, path[0], None), path[1:])
    if isinstance(item, Enum):
        return item.value
    return [value_at(one, ()) for one in item] if isinstance(item, list | tuple) else item


def _lone(item: object, path: Path) -> object:
    """Return the value at the end of a path that leads through no list; None where it leads through one."""
    for name in path:
        item = getattr(item, name, None)
    return item


def _text(value: object, path: Path, depth: int) -> str:
    if isinstance(value, list | tuple):
        parts = [_text(part, path, depth + 1) for part in value]
        return SEPARATORS[min(depth, len(SEPARATORS) - 1)].join(parts) if any(parts) else ""
    if path:
        return _text(getattr(value, path[0], None), path[1:], depth)
    return "" if value is None or isinstance(value, Mapping) else _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return as_digits(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _leaves(models: Models, *, without_lists: bool) -> Iterator[Path]:
    """Yield the ways to all values of an item, each once; without those that lead through lists, if so told."""
    seen: set[Path] = set()
    for model in models:
        for name, field in fields_of(model).items():
            if field.is_mapping or (without_lists and field.is_list):
                continue
            inner = _leaves(field.models, without_lists=without_lists) if field.models else iter([()])
            for path in ((name, *rest) for rest in inner):
                if path not in seen:
                    seen.add(path)
                    yield path


def rows_of(result: object, rows: Path) -> Iterator[tuple[object, ...]]:
    """Yield each row, after the items of the lists that it stands in."""
    if not rows:
        yield ()
        return
    within = getattr(result, rows[0])
    for item in within if isinstance(within, list | tuple) else (within,):
        for rest in rows_of(item, rows[1:]):
            yield (item, *rest)
