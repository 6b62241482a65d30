"""Where an answer leads on to: the links of the OpenAPI document, from one operation to the next.

Source: OpenAPI Specification 3.1.1, section 4.8.20 (Link Object), and 4.8.20.4 (runtime expressions).
"""

from typing import Any, NamedTuple


class LinkRule(NamedTuple):
    """From an answer of `origin` to the operation `target`: which parameters come from where, and what it tells."""

    origin: str
    target: str
    given: dict[str, str]
    tells: str


def links_of(operation_id: str) -> dict[str, Any]:
    """Return the links of an operation's good answer, by name."""
    return {
        lead.target if lead.target != operation_id else "next": {
            "operationId": lead.target,
            "parameters": lead.given,
            "description": lead.tells,
        }
        for lead in _leads()
        if lead.origin == operation_id
    }


_FIRST = "$response.body#/items/0"
_ASKED = "$request.path.id"
_NEXT = {"cursor": "$response.body#/next"}
_IMPORT = {"id": "$response.body#/id"}


def _leads() -> tuple[LinkRule, ...]:
    """Return every link; of a list, the first item stands for any."""
    return (
        LinkRule("list_competencies", "show_competency", {"id": f"{_FIRST}/id"}, "What is stated of a competency."),
        LinkRule("list_competencies", "trace_competency", {"id": f"{_FIRST}/id"}, "Is the competency connected?"),
        LinkRule("list_roles", "show_role", {"id": f"{_FIRST}/id"}, "What is stated of a role."),
        LinkRule("list_roles", "cover_role", {"id": f"{_FIRST}/id"}, "How far is the role covered?"),
        LinkRule("list_roles", "train_for_role", {"id": f"{_FIRST}/id"}, "Which training leads to the role?"),
        LinkRule("list_roles", "plan_role", {"id": f"{_FIRST}/id"}, "The best plan of training for the role."),
        LinkRule("search_nodes", "show_node", {"id": f"{_FIRST}/id"}, "What is stated of what was found."),
        LinkRule("search_nodes", "trace_any", {"id": f"{_FIRST}/id"}, "What it leads to or comes from."),
        LinkRule("list_gaps", "trace_competency", {"id": f"{_FIRST}/competency/id"}, "Where does its chain break?"),
        LinkRule("show_competency", "trace_competency", {"id": _ASKED}, "Is the competency connected?"),
        LinkRule("trace_competency", "cover_role", {"id": "$response.body#/roles/0/id"}, "How far is a role covered?"),
        LinkRule(
            "trace_competency",
            "show_brief",
            {"id": "$response.body#/enterprises/0/id"},
            "What could an employer do next?",
        ),
        LinkRule("show_role", "cover_role", {"id": _ASKED}, "How far is the role covered?"),
        LinkRule(
            "cover_role",
            "trace_competency",
            {"id": "$response.body#/competencies/0/id"},
            "Is a required competency connected?",
        ),
        LinkRule("cover_role", "plan_role", {"id": _ASKED}, "Which training closes most of what is missing?"),
        LinkRule("train_for_role", "show_node", {"id": f"{_FIRST}/task/id"}, "What is stated of a training task."),
        LinkRule(
            "plan_role", "show_node", {"id": "$response.body#/steps/0/task/id"}, "What is stated of a training task."
        ),
        LinkRule("match", "plan_role", {"id": f"{_FIRST}/role/id"}, "What leads to the role that comes closest?"),
        LinkRule("show_leadership", "show_brief", {"id": _ASKED}, "What could the enterprise do next?"),
        LinkRule("list_sources", "undo_import", {"source": f"{_FIRST}/name"}, "Take its last import back."),
        LinkRule("list_runs", "show_diff", {"until": f"{_FIRST}/revision"}, "What changed up to this import?"),
        LinkRule("list_imports", "show_import", {"id": f"{_FIRST}/id"}, "Where does the import stand?"),
        LinkRule("show_import", "watch_import", {"id": _ASKED}, "Watch the import to its end."),
        LinkRule("show_import", "cancel_import", {"id": _ASKED}, "Cancel the import."),
        LinkRule("list_deeds", "list_deeds", {"before": "$response.body#/next"}, "The page that follows."),
        *(
            LinkRule(name, name, _NEXT, "The page that follows.")
            for name in ("list_competencies", "list_roles", "search_nodes", "list_gaps", "list_runs")
        ),
        LinkRule("train_for_role", "train_for_role", {"id": _ASKED, **_NEXT}, "The page that follows."),
    )


def links_of_import() -> dict[str, Any]:
    """Return the links of an import that was taken in."""
    return {
        "show_import": {"operationId": "show_import", "parameters": _IMPORT, "description": "Where does it stand?"},
        "watch_import": {"operationId": "watch_import", "parameters": _IMPORT, "description": "Watch it to its end."},
        "cancel_import": {"operationId": "cancel_import", "parameters": _IMPORT, "description": "Cancel it."},
    }
