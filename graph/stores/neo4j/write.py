"""Idempotent writer of the Neo4j store: changes a part at a time, each of which can be written again without harm."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graph.changes import Change, Difference
from graph.errors import SchemaError
from graph.messages import message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.stores.neo4j import cypher
from graph.stores.neo4j.codec import StatedLink, StatedNode, link_properties, node_properties, read_link, read_node

Run = Callable[..., Iterable[Sequence[Any]]]
"""Run one text with parameters, and return its records."""

PART = 5_000
"""How many changes are written, and logged, together."""
_BATCH = 2_000
_log = logging.getLogger(__name__)


def parts_of(difference: Difference, revision: int) -> list[list[Change]]:
    """Return the changes of a difference in parts: the source, nodes, then links; each part within one of these."""
    name = difference.source_after.name
    parts: list[list[Change]] = []
    if difference.source_before != difference.source_after:
        parts.append([Change(revision, name, None, difference.source_before, difference.source_after)])
    for delta in (difference.nodes, difference.links):
        changes = [Change(revision, name, subject, None, after) for subject, after in delta.added.items()]
        changes += [Change(revision, name, subject, was, now) for subject, (was, now) in delta.changed.items()]
        changes += [Change(revision, name, subject, before, None) for subject, before in delta.removed.items()]
        parts += [changes[start : start + PART] for start in range(0, len(changes), PART)]
    return parts


class Neo4jWriter:
    """Changes of one source on their way into the graph. `sources` are all that are known so far.

    While no other source has stated anything, nothing needs to be read back.
    """

    def __init__(self, run: Run, name: str, sources: Mapping[str, Source]) -> None:
        """Write through `run`, within the transaction that it stands for."""
        self._run = run
        self._name = name
        self._sources = dict(sources)
        self._is_alone = sources.keys() == {name}

    def write(self, part: Sequence[Change]) -> None:
        """Write one of `parts_of`."""
        subject = part[0].subject
        if subject is None:
            self._write_source(part[0])
        elif isinstance(subject, tuple):
            self._write_links(part)
        else:
            self._write_nodes(part)

    def _write_source(self, change: Change) -> None:
        before, after = change.before, change.after
        if not isinstance(after, Source):  # a job is taken back
            self._run(cypher.DROP_SOURCE, name=self._name)
            return
        self._run(cypher.PUT_SOURCE, source=after.model_dump())
        self._sources[after.name] = after
        if isinstance(before, Source) and before.precedence != after.precedence:
            self._merge_again()

    def _merge_again(self) -> None:
        """Merge anew what this source states together with others: its rank has changed."""
        nodes = {
            node_id: read_node(asserted) for node_id, asserted in self._run(cypher.SHARED_NODES_OF, source=self._name)
        }
        self._put_nodes(nodes)
        links: dict[LinkKey, StatedLink] = {
            (a, relation, b): read_link(names, lists)
            for a, relation, b, names, *lists in self._run(cypher.SHARED_LINKS_OF, source=self._name)
        }
        self._put_links(cypher.CHANGE_LINKS, links)

    def _write_nodes(self, part: Sequence[Change]) -> None:
        changes: dict[NodeId, NodeValues | None] = {change.subject: change.after for change in part}  # type: ignore[misc]
        stated: dict[NodeId, StatedNode] = {node_id: {} for node_id in changes}
        if not self._is_alone:
            for node_id, asserted in self._run(cypher.NODES_NAMED, ids=list(changes)):
                stated[node_id] = read_node(asserted)
        for node_id, after in changes.items():
            if after is None:
                stated[node_id].pop(self._name, None)
            else:
                stated[node_id][self._name] = after
        bare: dict[str, list[NodeId]] = defaultdict(list)  # these lose the label of the kind, and its properties
        for change in part:
            if isinstance(change.before, tuple) and (_is_recast(change) or not stated[change.subject]):  # type: ignore[index]
                bare[change.before[0]].append(change.subject)  # type: ignore[arg-type, index]
        for kind, ids in bare.items():
            self._run(cypher.UNASSERT_NODES[kind], ids=ids)
        self._put_nodes({node_id: own for node_id, own in stated.items() if own})

    def _put_nodes(self, nodes: Mapping[NodeId, StatedNode]) -> None:
        by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for node_id, stated in nodes.items():
            kinds = sorted({kind for kind, _ in stated.values()})
            if len(kinds) > 1:
                raise second_kind(node_id, *kinds)
            by_kind[kinds[0]].append(node_properties(node_id, stated, self._sources))
        for kind, rows in by_kind.items():
            self._batched(cypher.PUT_NODES[kind], "rows", rows)

    def _write_links(self, part: Sequence[Change]) -> None:
        changes: dict[LinkKey, LinkValues | None] = {change.subject: change.after for change in part}  # type: ignore[misc]
        there = {change.subject for change in part if change.before is not None}
        stated: dict[LinkKey, StatedLink] = {key: {} for key in changes}
        if not self._is_alone:
            for relation, keys in _by_relation(changes).items():
                for a, _, b, names, *lists in self._run(cypher.LINKS_NAMED[relation], keys=keys):
                    stated[a, relation, b] = read_link(names, lists)
            there = {key for key, own in stated.items() if own}
        for key, after in changes.items():
            if after is None:
                stated[key].pop(self._name, None)
            else:
                stated[key][self._name] = after
        new = {key: own for key, own in stated.items() if own and key not in there}
        if new:
            self._batched(cypher.ENSURE_ENDS, "ids", sorted({end for a, _, b in new for end in (a, b)}))
            self._put_links(cypher.CREATE_LINKS, new)
        self._put_links(cypher.CHANGE_LINKS, {key: own for key, own in stated.items() if own and key in there})
        for relation, keys in _by_relation(key for key, own in stated.items() if not own).items():
            self._drop_links(relation, keys)

    def _put_links(self, texts: Mapping[str, str], links: Mapping[LinkKey, StatedLink]) -> None:
        rows: dict[str, list[list[Any]]] = defaultdict(list)
        for (a, relation, b), stated in links.items():
            rows[relation].append([a, b, link_properties(stated, self._sources)])
        for relation, new in rows.items():
            self._batched(texts[relation], "rows", new)

    def _drop_links(self, relation: str, keys: Sequence[Sequence[str]]) -> None:
        """Delete relationships that nobody states, and log what people had written on them: it goes with them."""
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            for a, b, theirs in self._run(cypher.DROP_LINKS[relation], keys=batch, own=cypher.OWN_OF_LINKS):
                link = f"{a} {relation} {b}"
                _log.warning("%s", message("store.dropped_with_link", link=link, names=", ".join(sorted(theirs))))

    def _batched(self, text: str, name: str, values: Sequence[Any]) -> None:
        for start in range(0, len(values), _BATCH):
            self._run(text, **{name: values[start : start + _BATCH]})


def second_kind(node_id: NodeId, kind: str, other: str) -> SchemaError:
    """Return the error that an id would get a second kind."""
    first, second = sorted((kind, other))
    return SchemaError(message("store.two_kinds", id=node_id, kind=first, other=second))


def _is_recast(change: Change) -> bool:
    """Whether a source turns a node of its own into one of another kind."""
    return isinstance(change.before, tuple) and isinstance(change.after, tuple) and change.before[0] != change.after[0]


def _by_relation(keys: Iterable[LinkKey]) -> dict[str, list[list[str]]]:
    pairs: dict[str, list[list[str]]] = defaultdict(list)
    for a, relation, b in keys:
        pairs[relation].append([a, b])
    return pairs
