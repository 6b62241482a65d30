"""Codec of statements in Neo4j: JSON at nodes, parallel lists at relationships, packed changes in the log."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, cast

from graph.changes import Change
from graph.messages import message
from graph.model import (
    LINK_VALUES,
    LinkKey,
    LinkValues,
    NodeId,
    NodeValues,
    Source,
    Value,
    merge_link,
    merge_node,
)
from graph.schema import KINDS
from graph.stores.base import LinkRow, NodeRow
from graph.stores.content_hash import DamageError
from graph.stores.neo4j.cypher import LISTS

StatedNode = dict[str, NodeValues]
"""What each source, by name, says of a node."""
StatedLink = dict[str, LinkValues]
"""What each source, by name, says of a link."""

_NOT_STATED: tuple[Any, ...] = (-1.0, -1, -1, -1, "")  # lists cannot hold null; none of these can be stated


def read_node(asserted: str) -> StatedNode:
    """Return what the text of `_asserted` holds."""
    try:
        return {name: (str(kind), str(values)) for name, (kind, values) in json.loads(asserted).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise DamageError(message("damage.stated", text=str(asserted)[:80])) from error


def node_properties(node_id: NodeId, stated: StatedNode, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the properties of a node: the merged ones, who states them, and every statement."""
    statements: list[tuple[Source, str, dict[str, Value]]] = [
        (sources[name], kind, json.loads(values)) for name, (kind, values) in stated.items()
    ]
    merged = merge_node(node_id, statements)
    asserted = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**KINDS[merged.kind].typed(merged.values), "id": node_id, "_sources": sorted(stated), "_asserted": asserted}


def node_rows(node_id: NodeId, asserted: str) -> Iterator[NodeRow]:
    """Yield the statements of a node, by source."""
    for name, (kind, values) in sorted(read_node(asserted).items()):
        yield (name, node_id, kind, values)


def link_properties(stated: StatedLink, sources: Mapping[str, Source]) -> dict[str, Any]:
    """Return the properties of a relationship: merged values, and the lists of what each source states.

    A list in which nobody states anything is left out.
    """
    names = sorted(stated, key=lambda name: sources[name].precedence)
    spoken = [floated(stated[name]) for name in names]
    columns = list(zip(*spoken, strict=True))
    merged = merge_link(spoken)
    properties: dict[str, Any] = {name: v for name, v in zip(LINK_VALUES, merged, strict=True) if v is not None}
    properties["_sources"] = names
    for name, column, nothing in zip(LISTS, columns, _NOT_STATED, strict=True):
        if any(value is not None for value in column):
            properties[name] = [nothing if value is None else value for value in column]
    return properties


def read_link(names: Sequence[str], lists: Sequence[Sequence[Any] | None]) -> StatedLink:
    """Return what the lists of a relationship hold."""
    if all(column is None for column in lists):
        return dict.fromkeys(names, (None, None, None, None, None))
    stated: StatedLink = {}
    try:
        for at, name in enumerate(names):
            weight, level, term, openings, note = (
                None if column is None or column[at] == nothing else column[at]
                for column, nothing in zip(lists, _NOT_STATED, strict=True)
            )
            stated[name] = floated((weight, level, term, openings, note))
    except (ValueError, TypeError, IndexError) as error:
        raise DamageError(message("damage.stated", text=str(lists)[:80])) from error
    return stated


def floated(values: LinkValues) -> LinkValues:
    """Return the values with the weight as a float: files and earlier versions state whole ones as integers."""
    weight, *rest = values
    return values if weight is None else cast(LinkValues, (float(weight), *rest))


def link_rows(
    from_id: NodeId, relation: str, to_id: NodeId, names: Sequence[str], *lists: Sequence[Any] | None
) -> Iterator[LinkRow]:
    """Yield the statements of a relationship, by source."""
    for name, values in sorted(read_link(names, lists).items(), key=itemgetter(0)):
        yield (name, from_id, relation, to_id, *values)


def pack_changes(changes: Sequence[Change]) -> bytes:
    """Return changes of one source at one revision as compressed JSON."""
    rows = [
        [list(c.subject) if isinstance(c.subject, tuple) else c.subject, _plain(c.before), _plain(c.after)]
        for c in changes
    ]
    return zlib.compress(json.dumps([changes[0].source, rows], ensure_ascii=False).encode(), 1)


def unpack_changes(packed: bytes, revision: int, kind: str | None = None) -> Iterator[Change]:
    """Yield the changes that were packed; with `kind`, none where no node of that kind is among them."""
    text = zlib.decompress(packed)
    if kind is not None and json.dumps(kind).encode() not in text:  # a tenth of what reading it takes
        return
    source, rows = json.loads(text)
    for subject, before, after in rows:
        if subject is None:
            yield Change(revision, source, None, _source(before), _source(after))
        elif isinstance(subject, list):
            key: LinkKey = (subject[0], subject[1], subject[2])
            yield Change(revision, source, key, before and floated(tuple(before)), after and floated(tuple(after)))
        else:
            yield Change(revision, source, NodeId(subject), before and tuple(before), after and tuple(after))


def _plain(value: object) -> object:
    return value.model_dump() if isinstance(value, Source) else value


def _source(value: object) -> Source | None:
    return None if value is None else Source.model_validate(value)
