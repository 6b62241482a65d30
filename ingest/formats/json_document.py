"""JSON document: written piece by piece, never held as one text."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

from graph.cancellation import cancellable_rows

_ENCODER = json.JSONEncoder(ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def write_json_document(document: object, file: Path) -> None:
    """Write the document: UTF-8, keys sorted, indented by one, lines ending in LF.

    A list may be anything else that yields its items, here and in items of such lists: these are never held together.

    Raises:
        ValueError: it holds a number that JSON does not have.
    """
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(cancellable_rows(_pieces(document, 0)))
        out.write("\n")


def _pieces(value: object, depth: int) -> Iterator[str]:
    items: Iterable[tuple[str, object]]
    if isinstance(value, Mapping) and any(map(_is_stream, value.values())):
        brackets = "{}"
        items = ((f"{_ENCODER.encode(key)}: ", value[key]) for key in sorted(value))
    elif _is_stream(value):
        brackets = "[]"
        items = (("", one) for one in value)
    else:
        yield _ENCODER.encode(value).replace("\n", "\n" + " " * depth)  # a text holds no line break but as `\\n`
        return
    before = brackets[0]
    for name, one in items:
        yield f"{before}\n{' ' * (depth + 1)}{name}"
        yield from _pieces(one, depth + 1)
        before = ","
    yield brackets if before != "," else f"\n{' ' * depth}{brackets[1]}"


def _is_stream(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, Mapping | list | tuple | str)
