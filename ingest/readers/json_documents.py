"""JSON reader for documents of any form: read as strictly as the tables of JSON, and handed over as plain values."""

import json
import math
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from ingest.readers.table import shown
from ingest.readers.text import read_text

MOST_LEVELS = 64
"""How deep lists and objects may stand in each other; published documents stay below 20."""
_MOST_DIGITS = 300


def read_json_document(path: Path, *, tells: bool = True) -> object:
    """Return the file's one value: dict, list, str, int, float, bool or None.

    Where not `tells`, no message quotes keys or values of the document.

    Raises:
        InputError: it cannot be read, is no JSON, is nested too deeply, or holds a key twice in one object, a number
            that JSON does not allow or that no computer number holds, or half a character.
    """
    text = read_text(path)
    try:
        return _parsed(text, is_line=True, tells=tells)
    except InvalidValueError as error:
        raise InputError(Problem(error.message, path.name)) from None


def read_json_object(path: Path) -> dict[str, object]:
    """Return the file's one object.

    Raises:
        InputError: as `read_json_document` does, or where it is something else than an object.
    """
    document = read_json_document(path)
    if not isinstance(document, dict):
        raise InputError(Problem(message("json.one_object"), path.name))
    return document


def parse_json_document(text: str, *, most: int) -> object:
    """Return the one value that a text of at most so many characters holds, read as strictly.

    Raises:
        InvalidValueError: with a message that names neither keys nor values of the text.
    """
    if len(text) > most:
        raise InvalidValueError(message("json.long", most=most))
    return _parsed(text, is_line=False, tells=False)


def _parsed(text: str, *, is_line: bool, tells: bool) -> object:
    def strict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            if tells:
                raise InvalidValueError(message("json.key_twice", key=shown(_whole(twice), 60)))
            raise InvalidValueError(message("json.some_key_twice"))
        return members

    try:
        document = json.loads(
            text, object_pairs_hook=strict, parse_constant=_no_number, parse_float=_number, parse_int=_number
        )
        _check(document, 0)
    except json.JSONDecodeError as error:
        fault = error.msg.removesuffix(" at")
        if is_line:
            raise InvalidValueError(
                message("json.no_json_line", fault=fault, line=error.lineno, character=error.colno)
            ) from None
        raise InvalidValueError(message("json.no_json", fault=fault, character=error.colno)) from None
    except RecursionError:
        raise InvalidValueError(message("json.deep", most=MOST_LEVELS)) from None
    return document


def _check(value: object, level: int) -> None:
    """Raise InvalidValueError where the document is too deep, or a text is not one that a file can hold."""
    if level > MOST_LEVELS:
        raise InvalidValueError(message("json.deep", most=MOST_LEVELS))
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, level)
            _check(item, level + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, level + 1)
    elif isinstance(value, str) and value != _whole(value):
        raise InvalidValueError(message("json.half_character"))


def _whole(text: str) -> str:
    """Return the text with a replacement for each half of a character, which no file could hold as UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _number(text: str) -> int | float:
    # The digits are counted first: Python refuses to make whole numbers of thousands of them.
    if len(text) <= _MOST_DIGITS:
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        if math.isfinite(number):
            return number
    raise InvalidValueError(message("json.large_number"))


def _no_number(text: str) -> object:
    raise InvalidValueError(message("json.no_number", text=text))
