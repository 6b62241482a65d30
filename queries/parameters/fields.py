"""What a field of a query can be: its bounds, the words to choose from, its plain type, and whether it is a list."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Literal, NamedTuple, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo


class Bounds(NamedTuple):
    """The least and the most that a value can be; None for no bound. What it must exceed is its least, too."""

    least: float | None = None
    most: float | None = None


def bounds(field: FieldInfo) -> Bounds:
    """Return the bounds of a number."""
    least, most = None, None
    for one in _constraints(field):
        if isinstance(one, annotated_types.Ge | annotated_types.Gt):
            least = one.ge if isinstance(one, annotated_types.Ge) else one.gt
        elif isinstance(one, annotated_types.Le):
            most = one.le
    return Bounds(least, most)  # type: ignore[arg-type]


def longest(field: FieldInfo) -> int | None:
    """Return how many characters a text has at most; None where that is not said."""
    return next((one.max_length for one in _constraints(field) if isinstance(one, annotated_types.MaxLen)), None)


def choices(field: FieldInfo) -> list[str]:
    """Return the words that a field can be; none for any."""
    return next((words for part in parts(field.annotation) if (words := _words(part))), [])


def literal(field: FieldInfo) -> object:
    """Return the literal type of a field; None where it has none."""
    return next((part for part in parts(field.annotation) if get_origin(part) is Literal), None)


def is_list(field: FieldInfo) -> bool:
    """Say whether a field has several values."""
    return any(get_origin(part) in {list, tuple} for part in parts(field.annotation))


def plain_type(field: FieldInfo) -> type:
    """Return the type of a field's value, or of its values: bool, int, float, date, or text for all else."""
    return next((part for part in parts(field.annotation) if part in {bool, int, float, date}), str)


def parts(annotation: object) -> Iterator[object]:
    """Yield what a type is made of: itself, and what it holds."""
    yield annotation
    if get_origin(annotation) is not Literal:
        for part in get_args(annotation):
            yield from parts(part)


def _words(part: object) -> list[str]:
    if get_origin(part) is Literal:
        return [str(word) for word in get_args(part)]
    if isinstance(part, type) and issubclass(part, Enum):
        return [str(word) for word in part]
    extra = part.json_schema_extra if isinstance(part, FieldInfo) else None
    words = extra.get("enum") if isinstance(extra, dict) else None
    return [str(word) for word in words] if isinstance(words, list) else []


def _constraints(field: FieldInfo) -> Iterator[object]:
    yield from field.metadata
    for part in parts(field.annotation):
        if isinstance(part, FieldInfo):
            yield from part.metadata
