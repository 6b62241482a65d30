"""Change sets: what one source wants to be true, the diff with what it stated, and its validation by the schema."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Generic, NamedTuple, TypeVar

import networkx as nx

from graph.messages import Message, message
from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical, merge_link
from graph.properties import Reference
from graph.schema import KINDS, RELATIONS

Asserted = Mapping[NodeId, tuple[str, frozenset[str]]]
"""Of each id that some source asserts: its kind, and the names of the sources that assert it."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one source states, whole: to be compared with what it stated before.

    `replaces` names the kinds and relations of which this is all that the source states; what it stated of others
    before stays. A merge replaces nothing, and leaves standing what it does not state again.
    """

    source: Source
    nodes: Mapping[NodeId, NodeValues]
    links: Mapping[LinkKey, LinkValues]
    replaces: frozenset[str] = frozenset()
    merges: bool = False
    run_id: str = ""


K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Delta(Generic[K, V]):
    """What becomes of one source's statements of nodes, or of links; each mapping in the order in which it was met."""

    added: dict[K, V]
    changed: dict[K, tuple[V, V]]
    removed: dict[K, V]
    unchanged: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Difference:
    """Diff: what applying a ChangeSet does. `source_before` is None for a source that is new."""

    nodes: Delta[NodeId, NodeValues]
    links: Delta[LinkKey, LinkValues]
    source_before: Source | None
    source_after: Source

    @property
    def is_empty(self) -> bool:
        """Whether the graph and the source's own properties stay as they are."""
        return self.nodes.is_empty and self.links.is_empty and self.source_before == self.source_after

    @property
    def removed_share(self) -> float:
        """The share, 0 to 1, of the statements that the source made before and would make no longer."""
        gone = len(self.nodes.removed) + len(self.links.removed)
        stays = sum(delta.unchanged + len(delta.changed) for delta in (self.nodes, self.links))
        return gone / (gone + stays) if gone else 0.0


class Change(NamedTuple):
    """Change log entry: `before` is None for what came, `after` for what went.

    `subject` is a node's id, a link's key, or None for the source's own properties.
    """

    revision: int
    source: str
    subject: NodeId | LinkKey | None
    before: NodeValues | LinkValues | Source | None
    after: NodeValues | LinkValues | Source | None

    @property
    def kind(self) -> str | None:
        """The kind of the node that it is of; None for a link, and for the source's own properties."""
        stated = self.before if self.after is None else self.after
        return stated[0] if isinstance(stated, tuple) and isinstance(self.subject, str) else None  # type: ignore[return-value]

    @property
    def place(self) -> tuple[int, str, int, tuple[str, ...]]:
        """What a log is ordered by: revision, source; then the source's own properties, nodes, links."""
        if self.subject is None:
            return (self.revision, self.source, 0, ())
        if isinstance(self.subject, tuple):
            return (self.revision, self.source, 2, self.subject)
        return (self.revision, self.source, 1, (self.subject,))


class Violation(NamedTuple):
    """A statement that must not be applied, with the column at fault (of a node: the property's name)."""

    subject: NodeId | LinkKey
    column: str
    value: str
    message: Message

    @property
    def reason(self) -> str:
        """What is wrong, in English."""
        return str(self.message)


def difference(
    changes: ChangeSet,
    source_before: Source | None,
    nodes: Iterable[tuple[NodeId, NodeValues]],
    links: Iterable[tuple[LinkKey, LinkValues]],
) -> Difference:
    """Return what the ChangeSet does, given what its source states so far, in any order."""
    replaces = changes.replaces
    return Difference(
        _delta(
            changes.nodes, nodes, lambda _, values: values[0] in replaces, _overlay_node if changes.merges else None
        ),
        _delta(changes.links, links, lambda key, _: key[1] in replaces, _overlay_link if changes.merges else None),
        source_before,
        changes.source,
    )


def _delta(
    wanted: Mapping[K, V],
    asserted: Iterable[tuple[K, V]],
    is_replaced: Callable[[K, V], bool],
    overlay: Callable[[V, V], V] | None,
) -> Delta[K, V]:
    added = dict(wanted)
    changed: dict[K, tuple[V, V]] = {}
    removed: dict[K, V] = {}
    unchanged = 0
    for key, before in asserted:
        after = added.pop(key, None)
        if after is None:
            if is_replaced(key, before):
                removed[key] = before
            continue
        if overlay is not None:
            after = overlay(before, after)
        if after == before:
            unchanged += 1
        else:
            changed[key] = (before, after)
    return Delta(added, changed, removed, unchanged)


def _overlay_node(before: NodeValues, after: NodeValues) -> NodeValues:
    return after[0], canonical({**json.loads(before[1]), **json.loads(after[1])})


def _overlay_link(before: LinkValues, after: LinkValues) -> LinkValues:
    return merge_link([after, before])


def mentioned(changes: ChangeSet) -> set[NodeId]:
    """Return every id that the ChangeSet states or refers to."""
    ids = set(changes.nodes)
    ids.update(key[0] for key in changes.links)
    ids.update(key[2] for key in changes.links)
    for node_id, (kind, values) in changes.nodes.items():
        ids.update(value for _, _, value in _references(node_id, kind, values))
    return ids


def violations(changes: ChangeSet, asserted: Asserted) -> tuple[list[Violation], list[Violation]]:
    """Return the statements that break the schema, and the links that would dangle: with an end that nobody asserts.

    `asserted` must answer for every id of `mentioned(changes)`. What only this source asserts, and would assert no
    longer, does not count as asserted.
    """
    broken = list(_second_kinds(changes, asserted))
    kinds = {
        node_id: kind
        for node_id, (kind, sources) in asserted.items()
        if sources != {changes.source.name} or kind not in changes.replaces
    }
    kinds.update((node_id, kind) for node_id, (kind, _) in changes.nodes.items())
    broken += _wrong_references(changes, kinds)
    dangling: list[Violation] = []
    joins = {(name, *ends) for name, relation in RELATIONS.items() for ends in relation.ends}
    for key in changes.links:
        from_id, relation, to_id = key
        from_kind, to_kind = kinds.get(from_id), kinds.get(to_id)
        if (relation, from_kind, to_kind) in joins and from_id != to_id:
            continue
        if from_id == to_id:
            broken.append(Violation(key, "to_id", to_id, message("statement.self_link", id=from_id)))
        elif from_kind is None or to_kind is None:
            column, missing = ("from_id", from_id) if from_kind is None else ("to_id", to_id)
            dangling.append(Violation(key, column, missing, message("statement.no_end", id=missing)))
        else:
            broken.append(Violation(key, "relation", relation, _explain_ends(key, from_kind, to_kind)))
    broken += _cycles(changes)
    return broken, dangling


def _second_kinds(changes: ChangeSet, asserted: Asserted) -> Iterator[Violation]:
    for node_id, (kind, _) in changes.nodes.items():
        stands = asserted.get(node_id)
        if stands is not None and stands[0] != kind and stands[1] != {changes.source.name}:
            others = sorted(stands[1])
            reason = message("statement.second_kind", id=node_id, kind=stands[0], sources=others)
            yield Violation(node_id, "id", node_id, reason)


def _references(node_id: NodeId, kind: str, values: str) -> Iterator[tuple[str, str, NodeId]]:
    """Yield (property, kind, id) of each reference that the node's statement makes."""
    wanted = _REFERENCES.get(kind)
    if wanted:
        stated = json.loads(values)
        for name, other in wanted:
            if name in stated:
                yield name, other, stated[name]


_REFERENCES: dict[str, list[tuple[str, str]]] = {
    name: [(p.name, p.type.kind) for p in kind.properties if isinstance(p.type, Reference)]
    for name, kind in KINDS.items()
}


def _wrong_references(changes: ChangeSet, kinds: Mapping[NodeId, str]) -> Iterator[Violation]:
    parents: dict[NodeId, NodeId] = {}
    for node_id, (kind, values) in changes.nodes.items():
        for name, wanted, value in _references(node_id, kind, values):
            is_kind = kinds.get(value)
            if is_kind is None:
                yield Violation(node_id, name, value, message("statement.no_reference", kind=wanted, id=value))
            elif is_kind != wanted:
                reason = message("statement.wrong_reference", id=value, kind=is_kind, expected=wanted)
                yield Violation(node_id, name, value, reason)
            elif wanted == kind:
                parents[node_id] = value
    for cycle in _find_cycles(parents.items()):
        reason = message("statement.circle_of_parents", circle=_circle(cycle))
        yield Violation(cycle[0], "parent_id", parents[cycle[0]], reason)


def _explain_ends(key: LinkKey, from_kind: str, to_kind: str) -> Message:
    from_id, relation, to_id = key
    joined = [message("statement.ends", from_kind=left, to_kind=right) for left, right in RELATIONS[relation].ends]
    ends = reduce(lambda before, last: message("statement.either", before=before, last=last), joined)
    return message(
        "statement.wrong_ends",
        relation=relation,
        ends=ends,
        from_id=from_id,
        from_kind=from_kind,
        to_id=to_id,
        to_kind=to_kind,
    )


def _cycles(changes: ChangeSet) -> Iterator[Violation]:
    for name, relation in RELATIONS.items():
        if relation.acyclic:
            pairs = [(key[0], key[2]) for key in changes.links if key[1] == name]
            for cycle in _find_cycles(pairs):
                key = (cycle[0], name, cycle[1 % len(cycle)])
                reason = message("statement.circle_of_links", relation=name, circle=_circle(cycle))
                yield Violation(key, "to_id", key[2], reason)


def _find_cycles(pairs: Iterable[tuple[NodeId, NodeId]]) -> Iterator[list[NodeId]]:
    """Yield one circle of each knot, by its smallest id; links of a node to itself are left out."""
    g: nx.DiGraph[NodeId] = nx.DiGraph()
    g.add_edges_from((a, b) for a, b in pairs if a != b)
    knots = [component for component in nx.strongly_connected_components(g) if len(component) > 1]
    for knot in sorted(knots, key=min):
        first = min(knot)
        inner: nx.DiGraph[NodeId] = nx.DiGraph((a, b) for a, b in g.edges(knot) if b in knot)
        circle = [edge[0] for edge in nx.find_cycle(inner, first)]
        start = circle.index(min(circle))
        yield circle[start:] + circle[:start]


def _circle(cycle: list[NodeId]) -> str:
    return " -> ".join([*cycle, cycle[0]])
