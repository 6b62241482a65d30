"""Search: nodes by id, name, code or alias, in any language."""

import numpy as np

from graph.model import fold
from graph.snapshot.arrays import Ints
from graph.snapshot.folded_text import ABSENT, BEGINNING, EXACT, WITHIN
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.node_list import FoundNodes, page_of
from queries.semantics.cursors import read_cursor
from queries.semantics.focus_note import nodes_in_focus
from queries.semantics.name_matches import find_matches


def search(
    snapshot: Snapshot, text: str, kind: str | None = None, *, limit: int = 20, cursor: str | None = None
) -> FoundNodes:
    """Return the nodes of which the id, a name, the code or an alias contains the text, whatever its case or width.

    What is called exactly so comes first, then what begins so, then the rest; of each, what is in focus, then by id. A
    member of a class is found as the class.

    Raises:
        ExpiredError: the cursor is of another revision.
    """
    offset = read_cursor(cursor, snapshot.revision)
    wanted = fold(text.strip())
    ranks = find_matches(snapshot, wanted)
    if kind is not None:
        ranks = np.where(snapshot.kind == KIND_CODES[kind], ranks, ABSENT)
    found = [np.flatnonzero(ranks == rank) for rank in (EXACT, BEGINNING, WITHIN)]
    order = np.concatenate([_in_focus_first(snapshot, nodes) for nodes in found])
    return page_of(snapshot, order, offset, limit)


def _in_focus_first(snapshot: Snapshot, nodes: Ints) -> Ints:
    if len(nodes) < 2:
        return nodes
    inside = nodes_in_focus(snapshot)[nodes]
    return np.concatenate([nodes[inside], nodes[~inside]])
