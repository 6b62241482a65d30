"""Search: nodes by id, name, code or alias, in any language; and plain lists of a kind."""

from pydantic import Field

from graph.model import Frozen, NodeId, fold, vocabulary
from graph.snapshot.arrays import Ints, TextColumn
from graph.snapshot.snapshot import WORD_CODES, Snapshot
from queries.parameters.search import NodeOrder
from queries.semantics.cursors import next_cursor, read_cursor


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


def search(
    snapshot: Snapshot, text: str, kind: str | None = None, *, limit: int = 20, cursor: str | None = None
) -> FoundNodes:
    """Return the nodes of which the id, a name, the code or an alias contains the text, whatever its case or width.

    What is called exactly so comes first, then what begins so, then the rest; each by id. A member of a class is found
    as the class.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    wanted = fold(text.strip())
    rank_of: dict[int, int] = {}
    for i, rank in _matches(snapshot, wanted) if wanted else ():
        node = int(snapshot.class_of[i])
        if kind is None or snapshot.kind_of(node) == kind:
            rank_of[node] = min(rank, rank_of.get(node, rank))
    order = sorted(rank_of, key=lambda node: (rank_of[node], node))
    return _page(snapshot, order, offset, limit)


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
        named = {int(snapshot.class_of[i]) for i, _ in _matches(snapshot, wanted)} if wanted else set()
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
    return _page(snapshot, nodes, offset, limit)


def _page(snapshot: Snapshot, nodes: list[int], offset: int, limit: int) -> FoundNodes:
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


def _matches(snapshot: Snapshot, wanted: str) -> list[tuple[int, int]]:
    """Return (node, rank) of every node that contains the folded text; rank 0 exact, 1 beginning, 2 within."""
    texts = snapshot.text("folded")
    haystack, starts = snapshot.derived(_haystack)
    needle, matches, at = wanted.encode(), [], haystack.find(wanted.encode())
    while at >= 0:
        node = int(starts.searchsorted(at, "right")) - 1
        matches.append((node, _rank(texts, node, wanted)))
        at = haystack.find(needle, int(starts[node + 1]))
    return matches


def _haystack(snapshot: Snapshot) -> tuple[bytes, Ints]:
    return snapshot.text("folded").packed()


def _rank(texts: TextColumn, node: int, wanted: str) -> int:
    names = texts[node].split("\n")
    if wanted in names:
        return 0
    return 1 if any(name.startswith(wanted) for name in names) else 2
