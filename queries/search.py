"""Search: nodes by id, name, code or alias, in any language."""

import numpy as np

from graph.model import fold
from graph.snapshot.folded_text import ABSENT, BEGINNING, EXACT, WITHIN
from graph.snapshot.snapshot import KIND_CODES, Snapshot
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
    ranks = find_matches(snapshot, wanted)
    if kind is not None:
        ranks = np.where(snapshot.kind == KIND_CODES[kind], ranks, ABSENT)
    order = np.concatenate([np.flatnonzero(ranks == rank) for rank in (EXACT, BEGINNING, WITHIN)])
    return page_of(snapshot, order, offset, limit)
