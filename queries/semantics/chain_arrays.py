"""Chain status of all competencies as arrays, with link, flaws, severity and demand.

It says what `neighbourhood.py`, `chain_joints.py` and `flaws` say of one competency, by joins of sorted arrays, without
loops; tests hold the two, and a brute force, together.
"""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_joints import link_codes
from queries.semantics.chain_stages import chain_stages
from queries.semantics.demand import demand_of
from queries.semantics.flaws.registry import flaw_severities, mark_flaws
from queries.semantics.flaws.rule import AllChains
from queries.semantics.resolved_scope import Mask, ResolvedScope
from queries.semantics.status_codes import STATUS_SEVERITIES, status_codes
from queries.semantics.weakness import WEAKNESSES

NO_GAP = -1


@dataclass(frozen=True, slots=True)
class ChainArrays:
    """What holds of the m competencies in a scope; all arrays in the order of `competencies` (id order), of length m.

    `status` are positions in STATUSES; `link` in LINKS, -1 unless connected; `flaws` has a column for each Weakness.
    `severity` is 5 to 0, NO_GAP for what is connected without a flaw. `demand` is the openings behind it, weighted.
    """

    competencies: Ints
    status: Ints
    link: Ints
    flaws: Mask
    severity: Ints
    demand: Floats


def chain_arrays(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    """Return what holds of every competency (of a class, once), computed once for the scope."""
    return scope.derived(_chain_arrays, snapshot)


def _chain_arrays(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    stages = chain_stages(snapshot, scope)
    competencies = snapshot.of_kind("Competency")
    taught, practised, required = (stage.rows.any[competencies] for stage in (stages.units, stages.tasks, stages.roles))
    status = status_codes(taught, practised, required)
    link = np.full(len(competencies), -1, np.int8)
    flaws = np.zeros((len(competencies), len(WEAKNESSES)), bool)
    connected = stages.connected
    if connected.any():
        links = link_codes(snapshot, scope, stages)
        link = np.where(connected, links, -1).astype(np.int8)[competencies]
        flaws = mark_flaws(AllChains(snapshot, scope, stages, connected, links))[competencies]
    severity = np.maximum(STATUS_SEVERITIES[status], flaw_severities(flaws))
    return ChainArrays(competencies, status, link, flaws, severity, scope.derived(demand_of, snapshot)[competencies])
