"""Validation of statements: which of a change set break the schema, and which links would dangle."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple

from graph.changes import Asserted, ChangeSet
from graph.cycle_check import has_circle
from graph.messages import Message, message
from graph.model import LinkKey, NodeId
from graph.properties import Reference
from graph.schema import KINDS, RELATIONS


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
        if sources != {changes.source.name} or not (kind in changes.replaces or node_id in changes.drops)
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


def own_circles(changes: ChangeSet) -> list[Violation]:
    """Return the circles that the ChangeSet makes by itself, of links and of parents."""
    parents = {
        node_id: value
        for node_id, (kind, values) in changes.nodes.items()
        for _, wanted, value in _references(node_id, kind, values)
        if wanted.kinds == (kind,)
    }
    return [*_circles_of_parents(parents), *_cycles(changes)]


def _second_kinds(changes: ChangeSet, asserted: Asserted) -> Iterator[Violation]:
    for node_id, (kind, _) in changes.nodes.items():
        stands = asserted.get(node_id)
        if stands is not None and stands[0] != kind and stands[1] != {changes.source.name}:
            others = sorted(stands[1])
            reason = message("statement.second_kind", id=node_id, kind=stands[0], sources=others)
            yield Violation(node_id, "id", node_id, reason)


def _references(node_id: NodeId, kind: str, values: str) -> Iterator[tuple[str, Reference, NodeId]]:
    """Yield (property, its type, id) of each reference that the node's statement makes."""
    wanted = _REFERENCES.get(kind)
    if wanted:
        stated = json.loads(values)
        for name, other in wanted:
            if name in stated:
                yield name, other, stated[name]


_REFERENCES: dict[str, list[tuple[str, Reference]]] = {
    name: [(p.name, p.type) for p in kind.properties if isinstance(p.type, Reference)] for name, kind in KINDS.items()
}


def _wrong_references(changes: ChangeSet, kinds: Mapping[NodeId, str]) -> Iterator[Violation]:
    parents: dict[NodeId, NodeId] = {}
    for node_id, (kind, values) in changes.nodes.items():
        for name, wanted, value in _references(node_id, kind, values):
            is_kind = kinds.get(value)
            if is_kind is None:
                yield Violation(node_id, name, value, message("statement.no_reference", kind=wanted.named, id=value))
            elif is_kind not in wanted.kinds:
                reason = message("statement.wrong_reference", id=value, kind=is_kind, expected=wanted.named)
                yield Violation(node_id, name, value, reason)
            elif wanted.kinds == (kind,):
                parents[node_id] = value
    yield from _circles_of_parents(parents)


def _circles_of_parents(parents: Mapping[NodeId, NodeId]) -> Iterator[Violation]:
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
    pairs = list(pairs)
    if not has_circle(pairs):
        return
    import networkx as nx  # noqa: PLC0415 - few statements make a circle, and it takes as long to load as many to check

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
