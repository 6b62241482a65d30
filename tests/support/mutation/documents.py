"""Mutation of JSON documents: values of another kind, keys that are missing, misspelt or twice, nesting, odd tokens."""

import copy
import json
import random
from typing import Any

from tests.support.mutation.values import ODD, TEXTS, TOKENS


class _Token(str):
    """What is written as it stands."""

    __slots__ = ()


class _Twin(str):
    """A key that may stand beside its equal."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def of_document(data: bytes, draw: random.Random) -> bytes:
    """Return the document with one to three changes."""
    holder = [json.loads(data)]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        _change(holder, draw)
    return written(holder[0]).encode("utf-8", "surrogatepass")


def of_json_lines(data: bytes, draw: random.Random) -> bytes:
    """Return the lines with one of them changed, or all of them as one document."""
    lines = data.decode("utf-8", "replace").splitlines()
    if draw.random() < 0.1:
        return of_document(b"[" + b",".join(line.encode() for line in lines) + b"]", draw)
    at = draw.randrange(len(lines))
    lines[at] = of_document(lines[at].encode(), draw).decode("utf-8", "replace")
    return "\n".join(lines).encode()


def written(value: Any) -> str:  # noqa: ANN401 - a document of any form
    """Return the text of a document that may hold tokens, and keys twice."""
    if isinstance(value, _Token):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value)


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:  # noqa: ANN401
    """Return every (container, key or index) below the value."""
    for place in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, place))
        if isinstance(value[place], dict | list):
            _places(value[place], found)
    return found


def _change(holder: list[Any], draw: random.Random) -> None:
    places = _places(holder, [])
    at, place = draw.choice(places)
    value = at[place]
    kind = draw.randrange(14)
    if kind < 4:
        at[place] = copy.deepcopy(draw.choice(ODD))
    elif kind < 7:
        at[place] = draw.choice(TEXTS)
    elif kind == 7:
        at[place] = _Token(draw.choice(TOKENS))
    elif kind == 8 and at is not holder:
        del at[place]
    elif kind == 9 and isinstance(at, dict):
        at[_Twin(place)] = copy.deepcopy(draw.choice((value, *ODD)))
    elif kind == 10 and isinstance(at, dict):
        at[draw.choice((*TEXTS, "\ud800", str(place).upper(), f" {place}"))] = at.pop(place)
    elif kind == 11:
        at[place] = [value] if draw.random() < 0.5 else {"a": value}
    elif kind == 12 and isinstance(at, list) and at is not holder:
        at.insert(draw.randrange(len(at) + 1), copy.deepcopy(value))
    else:
        other, where = draw.choice(places)
        if not isinstance(other[where], dict | list) or not isinstance(value, dict | list):
            at[place] = copy.deepcopy(other[where])
