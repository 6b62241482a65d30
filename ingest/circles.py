"""Circles in hierarchies (cycles of prerequisites, of broader, of parents) that several sources make together."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from graph.changes import ChangeSet
from graph.cycle_check import has_circle
from graph.messages import Message, message
from graph.model import NodeId
from graph.properties import Reference
from graph.schema import KINDS, RELATIONS
from graph.snapshot.same_as import find_classes
from graph.stores.base import StoreReader

if TYPE_CHECKING:
    import networkx as nx

MOST_CIRCLES = 10
"""How many circles a report tells of one relation; what is more is counted."""
_SAME = "SAME_AS"
_HIERARCHIES = tuple(name for name, relation in RELATIONS.items() if relation.acyclic)
_PARENTS = {
    kind.name: one.name
    for kind in KINDS.values()
    for one in kind.properties
    if isinstance(one.type, Reference) and one.type.kinds == (kind.name,)
}

Pair = tuple[NodeId, NodeId]


class Step(NamedTuple):
    """One step of a circle, with who states it; `is_same` where both ends are one by SAME_AS."""

    start: NodeId
    end: NodeId
    sources: tuple[str, ...]
    is_same: bool = False


@dataclass(slots=True)
class Statements:
    """Links of one relation once a job is done: each with who states it, and the weight of the first who states one."""

    own: str
    sources: dict[Pair, list[str]] = field(default_factory=dict)
    weights: dict[Pair, float] = field(default_factory=dict)

    def is_own(self, pair: Pair) -> bool:
        """Say whether the job's source states it."""
        return self.own in self.sources.get(pair, ())


def tell_circles(changes: ChangeSet, reading: StoreReader) -> list[Message]:
    """Return what is to be told of circles in which the job's source has a part, and others have one.

    They hold nothing up: no source is wrong by itself, and answers know how to take a circle. A circle inside one
    source is a problem of its rows (`graph.violations.violations`).
    """
    speakers = {source.name: source for source in reading.sources()}
    if not speakers.keys() - {changes.source.name}:
        return []
    speakers[changes.source.name] = changes.source
    first = [source.name for source in sorted(speakers.values(), key=lambda source: source.precedence)]
    stated = {relation for _, relation, _ in changes.links}
    notes: list[Message] = []
    for relation in _HIERARCHIES:
        can_merge = any(ends in RELATIONS[_SAME].ends for ends in RELATIONS[relation].ends)
        if relation in stated or (can_merge and _SAME in stated):
            links = _statements(relation, changes, reading, first)
            same = _statements(_SAME, changes, reading, first) if can_merge else Statements(changes.source.name)
            notes += _told(relation, _circles(links, same, _classes(same)))
    if any(kind in _PARENTS for kind, _ in changes.nodes.values()):
        for kind, name in _PARENTS.items():
            notes += _told(name, _circles(_parents(kind, name, changes, reading, first), Statements(""), {}))
    return notes


def _statements(relation: str, changes: ChangeSet, reading: StoreReader, first: list[str]) -> Statements:
    """Return who states which links of the relation once the job is done, the first speaker first."""
    own = changes.source.name
    said: dict[Pair, dict[str, float | None]] = {}
    for source, a, _, b, weight, *_ in reading.links_of(relation):
        if source != own or relation not in changes.replaces:
            said.setdefault((a, b), {})[source] = weight
    for (a, name, b), (weight, *_) in changes.links.items():
        if name == relation:
            said.setdefault((a, b), {})[own] = weight
    found = Statements(own)
    for pair, by in said.items():
        found.sources[pair] = [source for source in first if source in by]
        found.weights[pair] = next((w for s in found.sources[pair] if (w := by[s]) is not None), 1.0)
    return found


def _parents(kind: str, name: str, changes: ChangeSet, reading: StoreReader, first: list[str]) -> Statements:
    """Return the parents that count once the job is done: of each node that of the first speaker who states one."""
    own = changes.source.name
    said: dict[NodeId, dict[str, NodeId]] = {}
    rows: Iterable[tuple[str, NodeId, str, str]] = (
        row
        for row in reading.nodes()
        if row[0] != own or (kind not in changes.replaces and row[1] not in changes.nodes)
    )
    mine = ((own, node_id, is_kind, values) for node_id, (is_kind, values) in changes.nodes.items())
    for source, node_id, is_kind, values in (*rows, *mine):
        if is_kind == kind and name in (stated := json.loads(values)):
            said.setdefault(node_id, {})[source] = NodeId(stated[name])
    found = Statements(own)
    for node_id, by in said.items():
        parent = by[next(source for source in first if source in by)]
        found.sources[node_id, parent] = [source for source in first if by.get(source) == parent]
    return found


def _classes(same: Statements) -> dict[NodeId, NodeId]:
    """Return of each node that SAME_AS makes one with others the smallest id of them."""
    ids = sorted({node_id for pair in same.sources for node_id in pair})
    at = {node_id: place for place, node_id in enumerate(ids)}
    links = [(at[a], at[b], same.weights[a, b]) for a, b in same.sources]
    order = {place: ((0, ""), node_id) for place, node_id in enumerate(ids)}
    return {ids[one]: ids[members[0]] for members in find_classes(ids, links, order).classes for one in members}


def _circles(links: Statements, same: Statements, classes: Mapping[NodeId, NodeId]) -> Iterator[list[Step]]:
    """Yield one circle of each knot in which the job's source has a part, by the smallest id."""
    if not has_circle((classes.get(a, a), classes.get(b, b)) for a, b in links.sources):
        return
    import networkx as nx  # noqa: PLC0415 - few imports make a circle, and it takes as long to load as many to check

    g: nx.DiGraph[NodeId] = nx.DiGraph()
    for a, b in sorted(links.sources):
        ends = classes.get(a, a), classes.get(b, b)
        if ends[0] != ends[1] and not g.has_edge(*ends):
            g.add_edge(*ends, pair=(a, b))
    for a, b in sorted(links.sources):  # of links that are one, that of the job's source stands for them
        if links.is_own((a, b)) and g.has_edge(*(ends := (classes.get(a, a), classes.get(b, b)))):
            g.edges[ends]["pair"] = (a, b)
    joined = {classes[one] for pair in same.sources if same.is_own(pair) for one in pair if one in classes}
    knots = [knot for knot in nx.strongly_connected_components(g) if len(knot) > 1]
    for knot in sorted(knots, key=min):
        inner = g.subgraph(knot)
        for a, b in sorted(edge for edge in inner.edges if links.is_own(g.edges[edge]["pair"]) or edge[0] in joined):
            steps = _steps([a, *nx.shortest_path(inner, b, a)], inner, links, same)
            stating = {source for step in steps for source in step.sources}
            if links.own in stating and len(stating) > 1:
                yield steps
                break


def _steps(path: list[NodeId], g: "nx.DiGraph[NodeId]", links: Statements, same: Statements) -> list[Step]:
    pairs: list[Pair] = [g.edges[one]["pair"] for one in pairwise(path)]
    steps: list[Step] = []
    for (a, b), (following, _) in zip(pairs, [*pairs[1:], pairs[0]], strict=True):
        steps.append(Step(a, b, tuple(links.sources[a, b])))
        if b != following:
            stating = same.sources.get((b, following), []) + same.sources.get((following, b), [])
            steps.append(Step(b, following, tuple(dict.fromkeys(stating)), is_same=True))
    return steps


def _told(relation: str, circles: Iterator[list[Step]]) -> Iterator[Message]:
    for steps in islice(circles, MOST_CIRCLES):
        told = [
            message("ingest.circle_same" if step.is_same else "ingest.circle_step", **_params(step)) for step in steps
        ]
        yield message("ingest.circle_of_sources", relation=relation, circle=told)
    if more := sum(1 for _ in circles):
        yield message("ingest.more_circles", relation=relation, more=more)


def _params(step: Step) -> dict[str, str | tuple[str, ...]]:
    return {"start": step.start, "end": step.end, "sources": step.sources}
