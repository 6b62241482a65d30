"""Search: nodes by id, name, code or alias, in any language."""

from graph.model import fold
from graph.snapshot.snapshot import Snapshot
from queries.node_list import FoundNodes, page_of
from queries.semantics.cursors import read_cursor
from queries.semantics.name_matches import find_matches


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
    for i, rank in find_matches(snapshot, wanted) if wanted else ():
        node = int(snapshot.class_of[i])
        if kind is None or snapshot.kind_of(node) == kind:
            rank_of[node] = min(rank, rank_of.get(node, rank))
    order = sorted(rank_of, key=lambda node: (rank_of[node], node))
    return page_of(snapshot, order, offset, limit)
