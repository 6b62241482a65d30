"""Node lists: the nodes of a kind, filtered and sorted, a page at a time."""

import numpy as np
from pydantic import Field

from graph.model import Frozen, NodeId, fold
from graph.snapshot.arrays import Ints
from graph.snapshot.folded_text import ABSENT
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.parameters.search import NodeOrder
from queries.semantics.cursors import next_cursor, read_cursor
from queries.semantics.name_matches import find_matches


class FoundNode(Frozen):
    """A node as a list shows it."""

    id: NodeId
    name: str
    kind: str
    code: str | None


class FoundNodes(Frozen):
    """A page of nodes; `total` counts them all."""

    items: list[FoundNode]
    total: int = Field(ge=0)
    next: str | None
    revision: int


def list_nodes(
    snapshot: Snapshot,
    kind: str | None,
    *,
    title: str | None = None,
    code: str | None = None,
    word: str | None = None,
    prefix: str | None = None,
    within: Ints | None = None,
    order: NodeOrder = "id",
    limit: int = 20,
    cursor: str | None = None,
) -> FoundNodes:
    """Return the nodes of a kind, or of all: whose name or alias contains the title, and whose code is exactly so.

    `word`: only those whose own property `kind` is so, such as `skill`. `prefix`: only those of this vocabulary, and
    `within`: only those of these positions, by any node of their class. What has the same name is by id.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    nodes = np.unique(snapshot.class_of) if kind is None else snapshot.of_kind(kind)
    if title is not None:
        nodes = nodes[find_matches(snapshot, fold(title.strip()))[nodes] != ABSENT]
    if code is not None:
        nodes = nodes[np.isin(nodes, snapshot.text("code").equal_to(code))]
    if within is not None:
        nodes = nodes[np.isin(nodes, snapshot.class_of[within])]
    if word is not None:
        nodes = nodes[snapshot.word_codes("kind")[nodes] == WORD_CODES[word]]
    if prefix is not None:
        nodes = nodes[np.isin(nodes, snapshot.class_of[snapshot.of_vocabulary(prefix)])]
    if order == "name":
        nodes = np.array(sorted(nodes.tolist(), key=lambda node: fold(snapshot.name(node))), np.int64)
    return page_of(snapshot, nodes, offset, limit)


def page_of(snapshot: Snapshot, nodes: Ints, offset: int, limit: int) -> FoundNodes:
    """Return the page of these nodes that begins at the offset."""
    codes = snapshot.text("code")
    return FoundNodes(
        items=[
            FoundNode(
                id=NodeId(snapshot.ids[node]),
                name=snapshot.name(node),
                kind=snapshot.kind_of(node),
                code=codes[node] or None,
            )
            for node in nodes[offset : offset + limit].tolist()
        ],
        total=len(nodes),
        next=next_cursor(snapshot.revision, offset + limit, len(nodes)),
        revision=snapshot.revision.number,
    )
