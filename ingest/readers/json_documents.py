"""JSON reader for documents of any form: read as strictly as the tables of JSON, and handed over as plain values."""

import json
import math
from collections.abc import Callable
from pathlib import Path

from graph.errors import InputError, Problem
from ingest.readers.table import shown
from ingest.readers.text import read_text

MOST_LEVELS = 64
"""How deep lists and objects may stand in each other; published documents stay below 20."""
_MOST_DIGITS = 300
_TOO_DEEP = f"is nested too deeply; {MOST_LEVELS} lists and objects in each other are allowed"


def read_json_document(path: Path, *, tells: bool = True) -> object:
    """Return the file's one value: dict, list, str, int, float, bool or None.

    Where not `tells`, no message quotes keys or values of the document.

    Raises:
        InputError: it cannot be read, is no JSON, is nested too deeply, or holds a key twice in one object, a number
            that JSON does not allow or that no computer number holds, or half a character.
    """
    text = read_text(path)
    try:
        return _parsed(text, lambda error: f" in line {error.lineno}, at character {error.colno}", tells=tells)
    except ValueError as error:
        raise InputError(Problem(str(error), path.name)) from None


def read_json_object(path: Path) -> dict[str, object]:
    """Return the file's one object.

    Raises:
        InputError: as `read_json_document` does, or where it is something else than an object.
    """
    document = read_json_document(path)
    if not isinstance(document, dict):
        raise InputError(Problem("the file is one object, as {...}", path.name))
    return document


def parse_json_document(text: str, *, most: int) -> object:
    """Return the one value that a text of at most so many characters holds, read as strictly.

    Raises:
        ValueError: with a sentence that names neither keys nor values of the text.
    """
    if len(text) > most:
        raise ValueError(f"has more than {most:,} characters")
    return _parsed(text, lambda error: f" at character {error.colno}", tells=False)


def _parsed(text: str, place: Callable[[json.JSONDecodeError], str], *, tells: bool) -> object:
    def strict(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            named = f"the key {shown(_whole(twice), 60)}" if tells else "a key"
            raise ValueError(f"{named} stands twice in one object; keep one")
        return members

    try:
        document = json.loads(
            text, object_pairs_hook=strict, parse_constant=_no_number, parse_float=_number, parse_int=_number
        )
        _check(document, 0)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg.removesuffix(' at')}{place(error)}") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    return document


def _check(value: object, level: int) -> None:
    """Raise ValueError where the document is too deep, or a text is not one that a file can hold."""
    if level > MOST_LEVELS:
        raise ValueError(_TOO_DEEP)
    if isinstance(value, dict):
        for key, item in value.items():
            _check(key, level)
            _check(item, level + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, level + 1)
    elif isinstance(value, str) and value != _whole(value):
        raise ValueError("holds half a character (a surrogate without its other half); remove it")


def _whole(text: str) -> str:
    """Return the text with a replacement for each half of a character, which no file could hold as UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _number(text: str) -> int | float:
    # The digits are counted first: Python refuses to make whole numbers of thousands of them.
    if len(text) <= _MOST_DIGITS:
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        if math.isfinite(number):
            return number
    raise ValueError("holds a number that is too large")


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number that JSON allows; leave the value out, or write null")
