"""Node lists from snapshot and store: nodes of any kind by ids, source or time of change, with their properties."""

import numpy as np
from pydantic import Field

from api.answers.exports import known_source
from graph.errors import NotFoundError, OvertakenError
from graph.messages import message
from graph.model import Frozen, NodeId, Value, fold, last_part
from graph.snapshot.arrays import Ints
from graph.snapshot.folded_text import ABSENT, EXACT
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.node_list import FoundNode, FoundNodes, list_nodes
from queries.parameters.search import AnyNodeListQuery


class NodeItem(FoundNode):
    """A node as a list shows it: all ids of its class, and its properties where they are asked for."""

    ids: list[NodeId]
    values: dict[str, Value] | None


class NodePage(Frozen):
    """A page of nodes; `total` counts them all. `missing`: the ids that were asked for of which there is no node."""

    items: list[NodeItem]
    total: int = Field(ge=0)
    missing: list[str]
    next: str | None
    revision: int


def listed_nodes(store: Store, snapshot: Snapshot, query: AnyNodeListQuery, *, with_values: bool) -> NodePage:
    """Return a page of the nodes that are asked for, each class once; with their merged properties, as the store has.

    Raises:
        ExpiredError: the cursor is of another revision.
        NotFoundError: there is no such source, or the graph has not been at the revision.
        OvertakenError: the store has moved on, and cannot show the snapshot's revision.
    """
    found = list_nodes(
        snapshot,
        query.kind,
        title=query.title,
        code=query.code,
        prefix=query.vocabulary,
        within=_within(store, snapshot, query),
        order=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )
    return NodePage(
        items=_items(store, snapshot, found, with_values=with_values),
        total=found.total,
        missing=[one for one in query.id if snapshot.find(one) is None],
        next=found.next,
        revision=found.revision,
    )


def _items(store: Store, snapshot: Snapshot, found: FoundNodes, *, with_values: bool) -> list[NodeItem]:
    ids = [node.id for node in found.items] if with_values else []
    values = {one.id: one.values for one in store.nodes(ids, at=found.revision)} if ids else {}
    return [
        NodeItem(
            **dict(node),
            ids=[NodeId(snapshot.ids[i]) for i in snapshot.members(snapshot.require(node.id))],
            values=values.get(node.id) if with_values else None,
        )
        for node in found.items
    ]


def _within(store: Store, snapshot: Snapshot, query: AnyNodeListQuery) -> Ints | None:
    """Return the nodes that ids, source and time of change leave; None where nothing was said of these."""
    asked: list[set[str]] = []
    if query.id:
        asked.append({*query.id})
    if query.uri is not None:
        asked.append(_addressed(store, snapshot, query.uri))
    if query.source is not None:
        asked.append(_stated(store, snapshot, query.source))
    if query.changed_since is not None:
        asked.append(_changed(store, snapshot, query.changed_since))
    if not asked:
        return None
    found = (snapshot.find(one) for one in set.intersection(*asked))
    return np.array(sorted(i for i in found if i is not None), np.int64)


def _addressed(store: Store, snapshot: Snapshot, uri: str) -> set[str]:
    """Return the nodes that have exactly this URI; one that ends as its node's id does is among no texts."""
    end, texts = fold(last_part(uri)), snapshot.folded
    maybe = (texts.find(fold(uri)) == EXACT) | (texts.find(f":{end}") != ABSENT) | (texts.find(end or ":") == EXACT)
    ids = [NodeId(snapshot.ids[i]) for i in np.flatnonzero(maybe).tolist()]
    return {one.id for one in store.nodes(ids, at=snapshot.revision.number) if one.values.get("uri") == uri}


def _stated(store: Store, snapshot: Snapshot, source: str) -> set[str]:
    with store.reading() as reading:
        if reading.revision != snapshot.revision:
            raise OvertakenError(message("revision.moved_on"))
        known_source(reading, source)
        return {row[1] for row in reading.nodes(source)}


def _changed(store: Store, snapshot: Snapshot, since: int) -> set[str]:
    last = snapshot.revision.number
    if since > last:
        raise NotFoundError(message("thing.revision"), str(since), [str(last)])
    return {change.subject for change in store.changes(since, last) if isinstance(change.subject, str)}
