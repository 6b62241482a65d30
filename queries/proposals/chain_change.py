"""Chain change: how a competency stands, and how it would once a proposed link were there."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.neighbourhood import Neighbourhood
from queries.semantics.resolved_scope import resolve

_STAGES: Mapping[str, int] = {"DEVELOPS": 0, "PRACTISES": 1, "REQUIRES": 2}
"""Which of K, T and R a link to a competency adds to."""


class ChainChange(NamedTuple):
    """How a competency stands in the whole graph, and how it would with one more link; the same where it is no news."""

    before: ChainStatus
    after: ChainStatus


def chain_change(snapshot: Snapshot, competency: str, relation: str | None) -> ChainChange | None:
    """Return what a link of the relation to the competency would change; None where there is no such competency."""
    node = snapshot.find(competency)
    if node is None or snapshot.kind_of(node) != "Competency":
        return None
    near = Neighbourhood(snapshot, resolve(snapshot), node)
    stages = [bool(near.units), bool(near.tasks), bool(near.roles)]
    before = near.status
    if relation is not None and relation in _STAGES:
        stages[_STAGES[relation]] = True
    units, tasks, roles = stages
    return ChainChange(before, BY_EMPTINESS[units, tasks, roles])
