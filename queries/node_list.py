"""Node lists: the nodes of a kind, filtered and sorted, a page at a time."""

from pydantic import Field

from graph.model import Frozen, NodeId, fold, vocabulary
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
    kind: str,
    *,
    title: str | None = None,
    code: str | None = None,
    word: str | None = None,
    prefix: str | None = None,
    order: NodeOrder = "id",
    limit: int = 20,
    cursor: str | None = None,
) -> FoundNodes:
    """Return the nodes of a kind: those whose name or alias contains the title, and that have exactly the code.

    `word`: only those whose own property `kind` is so, such as `skill`. `prefix`: only those of this vocabulary, by any
    id of their class. What has the same name is by id.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    nodes: list[int] = snapshot.of_kind(kind).tolist()
    if title is not None:
        wanted = fold(title.strip())
        named = {int(snapshot.class_of[i]) for i, _ in find_matches(snapshot, wanted)} if wanted else set()
        nodes = [node for node in nodes if node in named]
    if code is not None:
        codes = snapshot.text("code")
        nodes = [node for node in nodes if codes[node] == code]
    if word is not None:
        words = snapshot.word_codes("kind")
        nodes = [node for node in nodes if words[node] == WORD_CODES[word]]
    if prefix is not None:
        nodes = [n for n in nodes if any(vocabulary(snapshot.ids[i]) == prefix for i in snapshot.members(n))]
    if order == "name":
        nodes.sort(key=lambda node: fold(snapshot.name(node)))
    return page_of(snapshot, nodes, offset, limit)


def page_of(snapshot: Snapshot, nodes: list[int], offset: int, limit: int) -> FoundNodes:
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
            for node in nodes[offset : offset + limit]
        ],
        total=len(nodes),
        next=next_cursor(snapshot.revision, offset + limit, len(nodes)),
        revision=snapshot.revision.number,
    )
