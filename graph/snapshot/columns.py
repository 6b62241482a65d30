"""Columns of properties: what a snapshot keeps of the nodes, encoded as arrays and decoded again."""

from collections.abc import Container, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model import NodeId, Value, fold, last_part
from graph.properties import Choice, Integer, NameList, Number, PropertyType, Reference
from graph.schema import KINDS, RELATIONS
from graph.snapshot.arrays import Arrays, TextColumn
from graph.snapshot.snapshot import WORD_CODES, WORDS, Snapshot

_LEFT_OUT = frozenset({"uri", "extra"})  # read from the store where a single node is shown
_TYPES: dict[str, PropertyType] = {
    p.name: p.type for kind in KINDS.values() for p in kind.properties if p.name not in _LEFT_OUT
}
REFERENCES = frozenset(name for name, kind in _TYPES.items() if isinstance(kind, Reference))
"""The properties that name another node."""


def encode_columns(ids: list[NodeId], values: list[dict[str, Value]], position: Mapping[str, int]) -> Arrays:
    """Return the arrays of every property that a query may ask for and that some node states."""
    arrays: Arrays = {}
    put_text(arrays, "id", list(ids))
    put_text(arrays, "folded", [_folded(node_id, node) for node_id, node in zip(ids, values, strict=True)])
    for name, (at, stated) in _stated(values).items():
        kind = _TYPES[name]
        if isinstance(kind, Choice):
            arrays[f"word.{name}"] = _filled(len(ids), at, [WORD_CODES[str(v)] for v in stated], -1, np.int8)
        elif isinstance(kind, Number | Integer):
            numbers = [float(v) if isinstance(v, int | float) else np.nan for v in stated]
            arrays[f"number.{name}"] = _filled(len(ids), at, numbers, np.nan, np.float64)
        elif isinstance(kind, Reference):
            positions = [position.get(str(v), -1) for v in stated]
            arrays[f"reference.{name}"] = _filled(len(ids), at, positions, -1, np.int32)
        else:
            texts = [""] * len(ids)
            for i, value in zip(at, stated, strict=True):
                texts[i] = _as_text(kind, value)
            put_text(arrays, name, texts)
    return {name: array for name, array in arrays.items() if not is_silent(name, arrays)}


def _stated(values: list[dict[str, Value]]) -> dict[str, tuple[list[int], list[Value]]]:
    """Return the nodes that state each property, and what they state; without the properties that nobody states."""
    stated: dict[str, tuple[list[int], list[Value]]] = {name: ([], []) for name in _TYPES}
    for i, node in enumerate(values):
        for name, value in node.items():
            if name in stated and value is not None:
                at, column = stated[name]
                at.append(i)
                column.append(value)
    return {name: column for name, column in stated.items() if column[0]}


def _filled(n: int, at: list[int], stated: list[Any], nothing: float, kind: type[np.generic]) -> npt.NDArray[Any]:
    """Return n entries: those at the positions as stated, the others `nothing`."""
    column = np.full(n, nothing, kind)
    column[at] = stated
    return column


def _as_text(kind: PropertyType, value: Value) -> str:
    """Return a property of words as a text, a line for each of several names."""
    if isinstance(kind, NameList):
        return "\n".join(value) if isinstance(value, list) else ""
    return str(value)


def is_silent(name: str, arrays: Arrays) -> bool:
    """Say whether it is a column, or the offsets of one, in which no node states anything: such are not kept."""
    sort, _, what = name.partition(".")
    if sort == "text":
        return what.removesuffix(".starts") in _TYPES and not arrays[name.removesuffix(".starts")].size
    if sort == "number":
        return bool(np.isnan(arrays[name]).all())
    return sort in {"word", "reference"} and bool((arrays[name] < 0).all())


def in_order(arrays: Arrays) -> Arrays:
    """Return the arrays of a snapshot in the order in which the compiler makes them, without silent columns."""
    ordered = sorted(arrays, key=_PLACES.__getitem__)
    return {name: arrays[name] for name in ordered if not is_silent(name, arrays)}


def _folded(node_id: NodeId, values: dict[str, Value]) -> str:
    """Return what search looks through: id, names, code and aliases, folded, a line each; then the URI.

    A URI that ends as the id does is found by its end, and left out: frameworks have thousands of them.
    """
    aliases, uri = values.get("aliases", []), str(values.get("uri") or "")
    names = [node_id, *(str(values[name]) for name in ("name", "name_zh", "code") if name in values)]
    others = [uri] if fold(last_part(uri)) != fold(node_id.rpartition(":")[2]) else []
    return fold("\n".join([*names, *(aliases if isinstance(aliases, list) else []), *(one for one in others if one)]))


def unresolved(nodes: Iterable[tuple[str, Mapping[str, Value]]], position: Container[str]) -> list[str]:
    """Return which nodes refer to what has no position: `id other`, ascending."""
    return sorted(
        {
            f"{node_id} {values[name]}"
            for node_id, values in nodes
            for name in REFERENCES & values.keys()
            if values[name] not in position
        }
    )


def put_text(arrays: Arrays, name: str, texts: list[str]) -> None:
    """Put the texts into the arrays as the column of that name."""
    arrays[f"text.{name}"], arrays[f"text.{name}.starts"] = TextColumn.pack(texts)


def values_of(snapshot: Snapshot, i: int) -> dict[str, Value]:
    """Return what `encode_columns` took for node i: the merged properties, without those that a snapshot leaves out.

    A reference that leads nowhere is left out too.
    """
    values: dict[str, Value] = {}
    for name, kind in _TYPES.items():
        value = _value(snapshot, name, kind, i)
        if value is not None:
            values[name] = value
    return values


def _value(snapshot: Snapshot, name: str, kind: PropertyType, i: int) -> Value | None:
    if isinstance(kind, Choice):
        code = int(snapshot.word_codes(name)[i])
        return None if code < 0 else WORDS[code]
    if isinstance(kind, Number | Integer):
        number = float(snapshot.number(name)[i])
        return None if np.isnan(number) else number
    if isinstance(kind, Reference):
        other = int(snapshot.reference(name)[i])
        return None if other < 0 else snapshot.ids[other]
    text = snapshot.text(name)[i]
    return (text.split("\n") if isinstance(kind, NameList) else text) if text else None


_SORTS = ("text.{}", "text.{}.starts", "word.{}", "number.{}", "reference.{}")
_OF_LINKS = (
    *(f"{way}.{part}" for way in ("out", "into") for part in ("indptr", "indices", "weight")),
    *("order", "unstated", "voices", "level", "term", "openings"),
)
_PLACES = {
    name: place
    for place, name in enumerate(
        (
            *("kind", "class_of", "classes.members", "classes.starts", "voices"),
            *(sort.format(name) for name in ("id", "folded", *_TYPES, "dormant", "unresolved") for sort in _SORTS),
            *(f"{relation}.{part}" for relation in sorted(RELATIONS) for part in _OF_LINKS),
        )
    )
}
"""Where each array of a snapshot stands among the others."""
