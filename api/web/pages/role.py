"""The page of a role: how far it is covered and by whom, what is missing, who employs it, and its training."""

from typing import Any

from api.web.node_lists import ListsForm
from api.web.pages.programme import printed_line
from api.web.view import View
from queries.coverage import CoveredCompetency, role_coverage
from queries.role_shares import employers_of
from queries.role_supply import role_supply
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.windows import part_of
from queries.training import role_training

_TASKS = 3


def role_page(view: View, node_id: str, asked: ListsForm) -> dict[str, Any]:
    """Return what the page of a role tells of it, beside what every node's page has."""
    snapshot, scope, windows = view.snapshot, asked.scope(), asked.windows()
    covered = role_coverage(snapshot, node_id, scope)
    missing = [one for one in covered.competencies if one.status is not ChainStatus.CONNECTED]
    seen = of_institution(snapshot, scope)
    employers = employers_of(seen, seen.require(node_id))
    training = role_training(snapshot, node_id, scope, limit=_TASKS)
    return {
        "covered": covered,
        "missing": part_of(missing, windows.of("missing"), _same),
        "required": part_of(covered.competencies, windows.of("required"), _same),
        "supply": role_supply(snapshot, node_id, scope, windows.of("supply")),
        "employers": part_of(employers, windows.of("employers"), lambda one: one),
        "training": training,
        "printed": printed_line,
    }


def _same(one: CoveredCompetency) -> CoveredCompetency:
    return one
