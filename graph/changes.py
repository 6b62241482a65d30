"""Change sets: what one source wants to be true, and the diff with what it stated."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from graph.model import LinkKey, LinkValues, NodeId, NodeValues, Source, canonical, merge_link

Asserted = Mapping[NodeId, tuple[str, frozenset[str]]]
"""Of each id that some source asserts: its kind, and the names of the sources that assert it."""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one source states, whole: to be compared with what it stated before.

    `replaces` names the kinds and relations of which this is all that the source states; what it stated of others
    before stays. A merge replaces nothing, and leaves standing what it does not state again. `drops` are single nodes
    and links that the source states no longer, whatever is replaced.
    """

    source: Source
    nodes: Mapping[NodeId, NodeValues]
    links: Mapping[LinkKey, LinkValues]
    replaces: frozenset[str] = frozenset()
    merges: bool = False
    run_id: str = ""
    drops: frozenset[NodeId | LinkKey] = frozenset()


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


def difference(
    changes: ChangeSet,
    source_before: Source | None,
    nodes: Iterable[tuple[NodeId, NodeValues]],
    links: Iterable[tuple[LinkKey, LinkValues]],
) -> Difference:
    """Return what the ChangeSet does, given what its source states so far, in any order."""
    replaces, drops, merges = changes.replaces, changes.drops, changes.merges
    return Difference(
        _delta(
            changes.nodes,
            nodes,
            lambda node_id, values: values[0] in replaces or node_id in drops,
            _overlay_node if merges else None,
        ),
        _delta(
            changes.links,
            links,
            lambda key, _: key[1] in replaces or key in drops,
            _overlay_link if merges else None,
        ),
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
