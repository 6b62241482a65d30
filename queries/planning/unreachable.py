"""What a role requires and no training can practise, with how it stands."""

from collections.abc import Iterable

from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.planning.problem import PlanGoals
from queries.semantics.answers import CompetencyName, Share, competency_name
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.tolerance import settle


class UnreachableCompetency(Frozen):
    """A required competency, not practised yet, that no task in scope can practise; with its status in scope.

    It may be `connected`: where the only tasks need a task that is out of scope, or are no longer given.
    """

    competency: CompetencyName
    status: ChainStatus
    weight: Share


def heaviest_first(snapshot: Snapshot, goals: PlanGoals, competencies: Iterable[int]) -> list[int]:
    """Return the competencies by what the role gives them, heaviest first; of equals by name, then id."""
    weight, names = goals.weight, snapshot.names
    return sorted(competencies, key=lambda c: (-settle(weight[c]), names[c], c))


def unreachable(snapshot: Snapshot, goals: PlanGoals, competency: int) -> UnreachableCompetency:
    """Return a competency that no task practises, and how it stands."""
    near = goals.near[competency]
    return UnreachableCompetency(
        competency=competency_name(snapshot, competency),
        status=BY_EMPTINESS[bool(near.units), bool(near.tasks), True],
        weight=goals.weight[competency],
    )
