"""Gap table: all gaps as columns, made from arrays, without what would close each."""

from collections.abc import Mapping, Sequence

import numpy as np

from graph.snapshot.snapshot import Snapshot
from queries.gaps import ANY_GAP, list_gaps
from queries.parameters.gaps import GapFilter, GapOrder
from queries.semantics.answers import competency_name
from queries.semantics.chain_status import LINKS, STATUSES
from queries.semantics.course_units import as_asked
from queries.semantics.scope import EVERYTHING, Scope
from queries.semantics.weakness import WEAKNESSES


def gap_columns(
    snapshot: Snapshot,
    scope: Scope = EVERYTHING,
    wanted: GapFilter = ANY_GAP,
    *,
    order: GapOrder = "broken",
    limit: int | None = None,
) -> Mapping[str, Sequence[object]]:
    """Return every gap that passes the filter, or the first `limit`, as columns of one length, named as Gap's fields.

    A row is a competency, in the order of `find_gaps`. `flaws` are lists of names; `link` is None unless connected.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    chains, listed = list_gaps(snapshot, scope, wanted, order=order, limit=limit)
    asked = as_asked(snapshot, scope)
    names = [competency_name(asked, one) for one in chains.competencies[listed].tolist()]
    flaws = [[WEAKNESSES[flaw].value for flaw in np.flatnonzero(row).tolist()] for row in chains.flaws[listed]]
    return {
        "competency.id": [one.id for one in names],
        "competency.name": [one.name for one in names],
        "competency.kind": [one.kind for one in names],
        "status": [STATUSES[one].value for one in chains.status[listed].tolist()],
        "link": [LINKS[one].value if one >= 0 else None for one in chains.link[listed].tolist()],
        "flaws.flaw": flaws,
        "severity": chains.severity[listed].tolist(),
        "demand": chains.demand[listed].tolist(),
    }
