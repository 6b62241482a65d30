"""Columns of properties: what a snapshot keeps of the nodes, encoded as arrays and decoded again."""

from collections.abc import Mapping

import numpy as np

from graph.model import NodeId, Value, fold
from graph.properties import Choice, Integer, NameList, Number, PropertyType, Reference
from graph.schema import KINDS
from graph.snapshot.arrays import Arrays, TextColumn
from graph.snapshot.snapshot import WORD_CODES, WORDS, Snapshot

_LEFT_OUT = frozenset({"uri", "url", "extra"})  # read from the store where a single node is shown
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
    for name, kind in _TYPES.items():
        stated = [node.get(name) for node in values]
        if all(value is None for value in stated):
            continue
        if isinstance(kind, Choice):
            codes = (-1 if value is None else WORD_CODES[str(value)] for value in stated)
            arrays[f"word.{name}"] = np.fromiter(codes, np.int8, len(stated))
        elif isinstance(kind, Number | Integer):
            numbers = (float(value) if isinstance(value, int | float) else np.nan for value in stated)
            arrays[f"number.{name}"] = np.fromiter(numbers, np.float64, len(stated))
        elif isinstance(kind, Reference):
            positions = (position.get(str(value), -1) for value in stated)
            arrays[f"reference.{name}"] = np.fromiter(positions, np.int32, len(stated))
        elif isinstance(kind, NameList):
            put_text(arrays, name, ["\n".join(v) if isinstance(v, list) else "" for v in stated])
        else:
            put_text(arrays, name, ["" if value is None else str(value) for value in stated])
    return arrays


def _folded(node_id: NodeId, values: dict[str, Value]) -> str:
    """Return what search looks through: id, names, code and aliases, folded, a line each."""
    aliases = values.get("aliases", [])
    names = [node_id, *(str(values[name]) for name in ("name", "name_zh", "code") if name in values)]
    return fold("\n".join([*names, *(aliases if isinstance(aliases, list) else [])]))


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
