"""Chain status of all competencies as arrays, with link, flaws, severity and demand.

It says what `neighbourhood.py`, `chain_joints.py` and `flaws` say of one competency, by joins of sorted arrays, without
loops; tests hold the two, and a brute force, together.
"""

from dataclasses import dataclass

import numpy as np

from graph.cancellation import check_cancelled
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.semantics.chain_joints import link_codes
from queries.semantics.chain_stages import chain_stages
from queries.semantics.chain_status import BY_EMPTINESS, STATUSES, ChainStatus
from queries.semantics.demand import demand_of
from queries.semantics.flaws.registry import flaw_severities, mark_flaws
from queries.semantics.flaws.rule import AllChains
from queries.semantics.focus_note import competencies_in_focus
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope

_SEVERITY_OF_STATUS = {
    ChainStatus.CONNECTED: -1,
    ChainStatus.UNPRACTISED: 4,
    ChainStatus.UNTAUGHT: 4,
    ChainStatus.UNSERVED: 5,
    ChainStatus.UNDEMANDED: 1,
    ChainStatus.TAUGHT_ONLY: 1,
    ChainStatus.PRACTISED_ONLY: 1,
    ChainStatus.ISOLATED: 0,
}
_STATUS_SEVERITIES = np.array([_SEVERITY_OF_STATUS[status] for status in STATUSES], np.int8)
"""The severity of each of STATUSES, 5 to 0; -1 for what is connected, which flaws decide."""
_STATUS_CODE = np.zeros((2, 2, 2), np.int8)
for _emptiness, _status in BY_EMPTINESS.items():
    _STATUS_CODE[tuple(int(some) for some in _emptiness)] = STATUSES.index(_status)


@dataclass(frozen=True, slots=True)
class ChainArrays:
    """What holds of the m competencies in focus; all arrays in the order of `competencies` (id order), of length m.

    `status` are positions in STATUSES; `link` in LINKS, -1 unless connected; `flaws` has a column for each Weakness.
    `severity`, the largest of its status's and its flaws', is 5 to 0; -1 for what is connected without a flaw. `demand`
    is the openings behind it, weighted.
    """

    competencies: Ints
    status: Ints
    link: Ints
    flaws: Mask
    severity: Ints
    demand: Floats


def chain_arrays(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    """Return what holds of every competency in focus (of a class, once), computed once for the scope."""
    return scope.derived(judge_chains, snapshot)


def judge_chains(snapshot: Snapshot, scope: ResolvedScope) -> ChainArrays:
    """Return what holds of every competency in focus; `chain_arrays` has it computed once."""
    check_cancelled()
    stages = chain_stages(snapshot, scope)
    competencies = snapshot.of_kind("Competency")
    if scope.mode == "ours":
        competencies = competencies[competencies_in_focus(snapshot, scope)[competencies]]
    taught, practised, required = (stage.rows.any[competencies] for stage in (stages.units, stages.tasks, stages.roles))
    status = _status_codes(taught, practised, required)
    connected = stages.connected
    links = link_codes(snapshot, scope, stages) if connected.any() else np.full(len(snapshot), -1, np.int8)
    link = np.where(connected, links, -1).astype(np.int8)[competencies]
    flaws = mark_flaws(AllChains(snapshot, scope, stages, connected, links), competencies)
    severity = np.maximum(_STATUS_SEVERITIES[status], flaw_severities(flaws))
    return ChainArrays(competencies, status, link, flaws, severity, scope.derived(demand_of, snapshot)[competencies])


def _status_codes(taught: Mask, practised: Mask, required: Mask) -> Ints:
    """Return the positions in STATUSES by whether K, T and R have members; all of one length."""
    return _STATUS_CODE[taught.view(np.int8), practised.view(np.int8), required.view(np.int8)]
