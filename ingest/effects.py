"""Impact of a job on the graph beyond its own source: what vanishes, what goes dormant; and examples to show."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar, cast

from graph.changes import Change, Delta, Difference
from graph.model import LINK_VALUES, Frozen, LinkKey, LinkValues, NodeId, NodeValues, Value
from graph.schema import RELATIONS
from graph.stores.base import Store, StoreReader

MOST_EXAMPLES = 5
"""How many examples a report has of each: what is added, changed, removed; of nodes, and of links."""
MOST_KEPT = 10_000
"""How many of each are made where all of them are to be looked through."""
_FEW = 1000
"""So many links that go are looked up one by one; of more, all statements are read."""
LONGEST_EXAMPLE = 200
"""Texts of an example that have more characters are cut: they are for people to recognise, not to copy."""

Stated = dict[str, Value]


class Counts(Frozen):
    """How many statements of nodes, and of links."""

    nodes: int
    links: int


class NodeExample(Frozen):
    """A node's statement that comes, changes or goes.

    `before` and `after` hold the properties that differ. `vanishes` where nobody else states the node.
    """

    id: NodeId
    kind: str
    name: str | None
    before: Stated
    after: Stated
    vanishes: bool = False


class LinkExample(Frozen):
    """A link's statement that comes, changes or goes; the names are those of its ends, None where they have none."""

    from_id: NodeId
    from_name: str | None
    relation: str
    to_id: NodeId
    to_name: str | None
    before: Stated
    after: Stated
    vanishes: bool = False


class Examples(Frozen):
    """The first few of each: those that come in the order of the files, the others by id."""

    nodes: list[NodeExample]
    links: list[LinkExample]


class Samples(Frozen):
    """Examples of what is added, changed and removed: the first few of each, nodes and links."""

    added: Examples
    changed: Examples
    removed: Examples


class Effects(NamedTuple):
    """What a difference does to the whole graph, beside what it does to its source.

    Of what the source states no longer, `vanishing_nodes` and `vanishing_links` are stated by nobody else.
    `left_dormant` are the links that stand on, of any source, and lose an end.
    """

    vanishing_nodes: set[NodeId]
    vanishing_links: set[LinkKey]
    left_dormant: set[LinkKey]

    @property
    def vanishing(self) -> Counts:
        """How many nodes and links leave the graph."""
        return Counts(nodes=len(self.vanishing_nodes), links=len(self.vanishing_links))


_NOTHING: dict[str, list[object]] = {"nodes": [], "links": []}
NO_SAMPLES = Samples.model_validate({"added": _NOTHING, "changed": _NOTHING, "removed": _NOTHING})


def effects(change: Difference, reading: StoreReader) -> Effects:
    """Return what the difference, which was made against this reading, does to the graph."""
    name = change.source_after.name
    gone_links = change.links.removed
    asserted = reading.asserted(list(change.nodes.removed))
    gone = {node_id for node_id, (_, sources) in asserted.items() if sources == {name}}
    lost = gone | {node_id for node_id, (before, after) in change.nodes.changed.items() if before[0] != after[0]}
    vanishing, touched = set(gone_links), set[LinkKey]()
    is_shared = bool(gone_links) and any(source.name != name for source in reading.sources())
    if lost or is_shared:
        few = not lost and len(gone_links) <= _FEW
        for row in reading.links_named(gone_links, expected=False) if few else reading.links():
            key = row[1:4]
            if row[0] != name:
                vanishing.discard(key)
            elif key in gone_links:
                continue
            if key[0] in lost or key[2] in lost:
                touched.add(key)
    return Effects(gone, vanishing, _dormant(touched, gone, change, reading))


def _dormant(links: set[LinkKey], gone: set[NodeId], change: Difference, reading: StoreReader) -> set[LinkKey]:
    """Return those of the links that join, once the difference is applied, what their relation cannot join."""
    if not links:
        return set()
    asserted = reading.asserted({node_id for key in links for node_id in (key[0], key[2])})
    kinds = {node_id: kind for node_id, (kind, _) in asserted.items() if node_id not in gone}
    kinds.update((node_id, kind) for node_id, (kind, _) in change.nodes.added.items())
    kinds.update((node_id, after[0]) for node_id, (_, after) in change.nodes.changed.items())
    return {key for key in links if not RELATIONS[key[1]].joins(kinds.get(key[0], ""), kinds.get(key[2], ""))}


def samples(
    change: Difference,
    done: Effects,
    stated: Mapping[NodeId, NodeValues],
    store: Store,
    *,
    most: int = MOST_EXAMPLES,
) -> Samples:
    """Return examples of the difference; `stated` are the nodes that it was made of, whose names it knows."""
    nodes, links = _first_of(change.nodes, most), _first_of(change.links, most)
    ends = {node_id for group in links for key, _, _ in group for node_id in (key[0], key[2])}
    names = {node_id: _name(json.loads(stated[node_id][1])) for node_id in ends if node_id in stated}
    if unnamed := sorted(ends - names.keys()):
        names |= {node.id: _name(node.values) for node in store.nodes(unnamed)}
    added, changed, removed = (
        Examples(
            nodes=[_node_example(*one, done) for one in some_nodes],
            links=[_link_example(*one, names, done) for one in some_links],
        )
        for some_nodes, some_links in zip(nodes, links, strict=True)
    )
    return Samples(added=added, changed=changed, removed=removed)


K = TypeVar("K")
V = TypeVar("V")


def logged_examples(log: Iterable[Change], store: Store) -> Examples:
    """Return what a source came to state by these entries of the change log, in their order."""
    nodes: list[tuple[NodeId, NodeValues | None, NodeValues | None]] = []
    links: list[tuple[LinkKey, LinkValues | None, LinkValues | None]] = []
    for entry in log:
        if isinstance(entry.subject, tuple):
            links.append((entry.subject, cast(LinkValues | None, entry.before), cast(LinkValues | None, entry.after)))
        elif entry.subject is not None:
            nodes.append((entry.subject, cast(NodeValues | None, entry.before), cast(NodeValues | None, entry.after)))
    ends = sorted({node_id for key, _, _ in links for node_id in (key[0], key[2])})
    names = {node.id: _name(node.values) for node in store.nodes(ends)}
    done = Effects(set(), set(), set())
    return Examples(
        nodes=[_node_example(*one, done) for one in nodes],
        links=[_link_example(*one, names, done) for one in links],
    )


def _first_of(delta: Delta[K, V], most: int) -> list[list[tuple[K, V | None, V | None]]]:
    """Return `(subject, before, after)` of the first few that are added, changed, removed."""
    added: Iterable[tuple[K, V | None, V | None]] = ((key, None, after) for key, after in delta.added.items())
    changed = ((key, before, after) for key, (before, after) in delta.changed.items())
    removed = ((key, before, None) for key, before in delta.removed.items())
    return [list(islice(some, most)) for some in (added, changed, removed)]


def _node_example(node_id: NodeId, before: NodeValues | None, after: NodeValues | None, done: Effects) -> NodeExample:
    was: Stated = json.loads(before[1]) if before else {}
    will: Stated = json.loads(after[1]) if after else {}
    kind_was, kind = (values[0] if values else "" for values in (before, after))
    told_was, told_will = _differing(was, will)
    if kind_was and kind and kind_was != kind:
        told_was, told_will = {"is": kind_was, **told_was}, {"is": kind, **told_will}
    return NodeExample(
        id=node_id,
        kind=kind or kind_was,
        name=_name(will) or _name(was),
        before=told_was,
        after=told_will,
        vanishes=node_id in done.vanishing_nodes,
    )


def _link_example(
    key: LinkKey,
    before: LinkValues | None,
    after: LinkValues | None,
    names: Mapping[NodeId, str | None],
    done: Effects,
) -> LinkExample:
    told_was, told_will = _differing(_link_values(before), _link_values(after))
    return LinkExample(
        from_id=key[0],
        from_name=names.get(key[0]),
        relation=key[1],
        to_id=key[2],
        to_name=names.get(key[2]),
        before=told_was,
        after=told_will,
        vanishes=key in done.vanishing_links,
    )


def _link_values(values: LinkValues | None) -> Stated:
    return {name: value for name, value in zip(LINK_VALUES, values or (), strict=False) if value is not None}


def _differing(was: Stated, will: Stated) -> tuple[Stated, Stated]:
    """Return of both what the other does not say likewise."""
    return (
        {name: _short(value) for name, value in was.items() if will.get(name) != value},
        {name: _short(value) for name, value in will.items() if was.get(name) != value},
    )


def _short(value: Value) -> Value:
    if isinstance(value, list):
        value = "|".join(value)
    return value[: LONGEST_EXAMPLE - 1] + "…" if isinstance(value, str) and len(value) > LONGEST_EXAMPLE else value


def _name(values: Mapping[str, Value]) -> str | None:
    """Return the name, if it has one, in whatever language it has it."""
    named = values.get("name") or values.get("name_zh")
    return str(_short(named)) if named else None
