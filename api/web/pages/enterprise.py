"""The page of an enterprise: its positions and how far the graph serves them, what it hosts, and who of it guides."""

from typing import Any

import numpy as np

from api.web.node_lists import ListsForm
from api.web.pages.programme import printed_line
from api.web.view import View
from queries.leadership import measure_leadership
from queries.role_shares import role_shares
from queries.semantics.answers import NodeName
from queries.semantics.course_units import of_institution
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.semantics.windows import part_of


def enterprise_page(view: View, node_id: str, asked: ListsForm) -> dict[str, Any]:
    """Return what the page of an enterprise tells of it, beside what every node's page has."""
    scope, windows = Scope(institution=asked.institution), asked.windows()
    snapshot = of_institution(view.snapshot, scope)
    led, resolved = measure_leadership(snapshot, node_id, institution=asked.institution), resolve(snapshot, scope)
    roles = np.zeros(len(snapshot), bool)
    roles[snapshot.out("EMPLOYS").row(snapshot.require(node_id))] = True
    return {
        "leadership": led,
        "note": resolved.note,
        "roles": role_shares(snapshot, resolved, roles, windows.of("roles")),
        "tasks": part_of(led.tasks, windows.of("tasks"), _same),
        "mentors": part_of(led.mentors, windows.of("mentors"), _same),
        "printed": printed_line,
    }


def _same(one: NodeName) -> NodeName:
    return one
