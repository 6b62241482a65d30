"""JSON reader for tables: one object, with a list of objects under each key; nothing that JSON does not allow."""

import json
from collections.abc import Iterator
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from ingest.readers.table import NumberText, OnProblem, Table, checked_header, raise_problem, shown
from ingest.readers.text import read_text

ONE_RECORD = "source"
"""The key that may hold its one record itself, instead of a list of one."""


class _NoNumber(str):
    """NaN or Infinity, which Python reads and JSON does not allow."""

    __slots__ = ()


class _Object(dict[str, object]):
    """An object that remembers a key that stood twice in it."""

    repeated: str | None = None


class JsonTable(Table):
    """The records under one key; the first is in row 2, as in a spreadsheet.

    A number is NumberText; a list of texts is one text, joined by `|`.
    """

    def __init__(self, file: str, key: str, items: list[object]) -> None:
        """Collect the header: every key met in the records, in the order in which they are met."""
        met = dict.fromkeys(name for item in items if isinstance(item, _Object) for name in item)
        if "" in met:
            raise InputError(Problem(message("json.nameless_key"), file, key))
        super().__init__(file, key, key, checked_header(list(met), file, key) if met else [])
        self._items = items

    def records(self, on_problem: OnProblem = raise_problem) -> Iterator[tuple[int, list[str]]]:
        """Yield (row, cells)."""
        for row, item in enumerate(self._items, 2):
            problems: list[Problem] = []
            cells = self._cells(row, item, problems)
            for problem in problems:
                on_problem(problem)
            if not problems and any(cells):
                yield row, cells

    def _cells(self, row: int, item: object, problems: list[Problem]) -> list[str]:
        if not isinstance(item, _Object):
            problems.append(self.problem(message("json.record_object"), row, value=_text(item)))
            return []
        if item.repeated is not None:
            reason = message("json.key_twice_in_record", key=item.repeated)
            value = shown(_text(item[item.repeated]))
            problems.append(Problem(reason, self.file, self.sheet, row, item.repeated, value))
        cells = []
        for column, name in enumerate(self.header):
            try:
                cells.append(_cell(item.get(name)))
            except InvalidValueError as error:
                problems.append(self.problem(error.message, row, column, _text(item[name])))
        return cells


def read_json(path: Path) -> list[JsonTable]:
    """Return a table for each key of the file's object, in their order.

    Raises:
        InputError: it is no JSON, or not an object with a list under each key.
    """
    document = _parsed(path)
    if not isinstance(document, _Object):
        raise InputError(Problem(message("json.object_of_lists"), path.name))
    if document.repeated is not None:
        key = document.repeated
        raise InputError(Problem(message("json.list_twice", key=key), path.name, key))
    return [JsonTable(path.name, key, _items(path.name, key, value)) for key, value in document.items()]


def _items(file: str, key: str, value: object) -> list[object]:
    if key == ONE_RECORD and isinstance(value, _Object):
        return [value]
    if not isinstance(value, list):
        raise InputError(Problem(message("json.list_expected"), file, key, value=shown(_text(value))))
    return value


def _parsed(path: Path) -> object:
    text = read_text(path)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_NoNumber, parse_float=NumberText, parse_int=NumberText
        )
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at")
        reason = message("json.no_json_line", fault=fault, line=error.lineno, character=error.colno)
        raise InputError(Problem(reason, path.name)) from None
    except RecursionError:
        raise InputError(Problem(message("json.deep_record"), path.name)) from None


def _object(pairs: list[tuple[str, object]]) -> _Object:
    names = [_whole(name) for name, _ in pairs]
    members = _Object(zip(names, (value for _, value in pairs), strict=True))
    if len(members) < len(pairs):
        members.repeated = next(name for name in names if names.count(name) > 1)
    return members


def _cell(value: object) -> str:
    """Return the value as a cell's text. Raises InvalidValueError, never TypeError: the data is at fault."""
    if value is None:
        return ""
    if isinstance(value, str):
        if isinstance(value, _NoNumber):
            raise InvalidValueError(message("json.no_number", text=str(value)))
        if value != _whole(value):
            raise InvalidValueError(message("json.half_character"))
        return type(value)(value.strip())
    if not isinstance(value, list):
        raise InvalidValueError(message("json.cell_expected"))
    texts = [_cell(item) for item in value if type(item) is str]
    if len(texts) < len(value):
        raise InvalidValueError(message("json.texts_only"))
    if any("|" in text for text in texts):
        raise InvalidValueError(message("json.no_bar"))
    return "|".join(texts)


def _whole(text: str) -> str:
    """Return the text with a replacement for each half of a character, which no file could hold as UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _text(value: object) -> str:
    match value:
        case str():
            return _whole(value)
        case dict():
            return "an object"
        case list():
            return "a list"
    return json.dumps(value)
