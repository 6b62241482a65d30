"""Connected shares of a scope: of the demand behind what is required, and of the competencies that are required."""

from typing import Annotated

import numpy as np
from pydantic import Field

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import Count, Share
from queries.semantics.chain_stages import chain_stages
from queries.semantics.demand import demand_of, share_of
from queries.semantics.resolved_scope import ResolvedScope
from queries.semantics.tolerance import total_of


class ConnectedShare(Frozen):
    """How much of what roles in scope require is connected, by two measures; None where they require nothing.

    `of_demand` is the part of `demand` (openings times weight, summed) whose competency is connected. `of_competencies`
    is `connected` of `required`: each competency counts once, whoever needs it.
    """

    of_demand: Share | None
    of_competencies: Share | None
    demand: Annotated[float, Field(ge=0)]
    connected: Count
    required: Count


def connected_share(snapshot: Snapshot, scope: ResolvedScope) -> ConnectedShare:
    """Return both shares of a scope; they are what the counts and demands of its gaps come to."""
    stages = chain_stages(snapshot, scope)
    competencies = snapshot.of_kind("Competency")
    required = competencies[stages.roles.rows.any[competencies]]
    connected = stages.connected[required]
    demand = scope.derived(demand_of, snapshot)[required]
    total = total_of(demand)
    return ConnectedShare(
        of_demand=share_of(total_of(demand[connected]), total),
        of_competencies=share_of(float(np.count_nonzero(connected)), float(len(required))),
        demand=total,
        connected=int(np.count_nonzero(connected)),
        required=len(required),
    )
