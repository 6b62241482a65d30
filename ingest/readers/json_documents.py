"""JSON documents of any form: read as strictly as the tables of JSON, and handed over as plain values."""

import json
import math
from pathlib import Path

from graph.errors import InputError, Problem
from ingest.readers.json_files import _document, _NoNumber, _Object, _object, _whole
from ingest.readers.table import NumberText, shown

MAX_DEPTH = 60
"""How deep lists and objects may stand in each other; published documents stay below 20."""
_MOST_DIGITS = 300


def read_json_document(path: Path, *, tells: bool = True) -> object:
    """Return the file's one value: dict, list, str, int, float, bool or None.

    Where not `tells`, no message quotes keys or values of the document.

    Raises:
        InputError: it cannot be read, is no JSON, is nested too deeply, or holds a key twice in one object, a number
            that JSON does not allow or that no computer number holds, or half a character.
    """
    try:
        return _plain(_document(path), 0, tells=tells)
    except ValueError as error:
        raise InputError(Problem(str(error), path.name)) from None


def parse_json_document(text: str, *, most: int) -> object:
    """Return the one value that a text of at most so many characters holds, read as strictly.

    Raises:
        ValueError: with a sentence that names neither keys nor values of the text.
    """
    if len(text) > most:
        raise ValueError(f"has more than {most:,} characters")
    try:
        found = json.loads(
            text, object_pairs_hook=_object, parse_constant=_NoNumber, parse_float=NumberText, parse_int=NumberText
        )
        return _plain(found, 0, tells=False)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.colno}") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


_TOO_DEEP = f"is nested too deeply; {MAX_DEPTH} lists and objects in each other are allowed"


def _plain(value: object, depth: int, *, tells: bool = True) -> object:
    """Return the value with plain types. Raises ValueError; its sentence quotes the document only where `tells`."""
    if depth > MAX_DEPTH:
        raise ValueError(_TOO_DEEP)
    if isinstance(value, _Object):
        if value.repeated is not None:
            named = f"the key {shown(value.repeated, 60)}" if tells else "a key"
            raise ValueError(f"{named} stands twice in one object; keep one")
        return {key: _plain(item, depth + 1, tells=tells) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1, tells=tells) for item in value]
    if isinstance(value, _NoNumber):
        raise ValueError(f"{value} is no number that JSON allows; leave the value out, or write null")
    if isinstance(value, NumberText):
        return _number(value)
    if isinstance(value, str) and value != _whole(value):
        raise ValueError("holds half a character (a surrogate without its other half); remove it")
    return value


def _number(text: str) -> int | float:
    # The digits are counted first: Python refuses to make whole numbers of thousands of them.
    if len(text) <= _MOST_DIGITS:
        number = float(text) if any(sign in text for sign in ".eE") else int(text)
        if math.isfinite(number):
            return number
    raise ValueError("holds a number that is too large")
