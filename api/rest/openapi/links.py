"""Where an answer leads on to: the links of the OpenAPI document, from one operation to the next.

Source: OpenAPI Specification 3.1.1, section 4.8.20 (Link Object), and 4.8.20.4 (runtime expressions).
"""

from typing import Any, NamedTuple

from graph.messages import text


class LinkRule(NamedTuple):
    """From an answer of `origin` to the operation `target`: which parameters come from where, and what for."""

    origin: str
    target: str
    given: dict[str, str]
    meaning: str


def links_of(operation_id: str) -> dict[str, Any]:
    """Return the links of an operation's good answer, by name."""
    return {
        lead.target if lead.target != operation_id else "next": _link(lead.target, lead.given, lead.meaning)
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
        LinkRule("list_competencies", "show_competency", {"id": f"{_FIRST}/id"}, "competency"),
        LinkRule("list_competencies", "trace_competency", {"id": f"{_FIRST}/id"}, "competency_connected"),
        LinkRule("list_roles", "show_role", {"id": f"{_FIRST}/id"}, "role"),
        LinkRule("list_roles", "cover_role", {"id": f"{_FIRST}/id"}, "role_covered"),
        LinkRule("list_roles", "train_for_role", {"id": f"{_FIRST}/id"}, "role_training"),
        LinkRule("list_roles", "plan_role", {"id": f"{_FIRST}/id"}, "role_plan"),
        LinkRule("list_nodes", "show_node", {"id": f"{_FIRST}/id"}, "listed_node"),
        LinkRule("search_nodes", "show_node", {"id": f"{_FIRST}/id"}, "match"),
        LinkRule("search_nodes", "trace_any", {"id": f"{_FIRST}/id"}, "match_trace"),
        LinkRule("list_gaps", "trace_competency", {"id": f"{_FIRST}/competency/id"}, "gap_trace"),
        LinkRule("show_competency", "trace_competency", {"id": _ASKED}, "competency_connected"),
        LinkRule("trace_competency", "cover_role", {"id": "$response.body#/roles/0/id"}, "a_role_covered"),
        LinkRule(
            "trace_competency",
            "show_brief",
            {"id": "$response.body#/enterprises/0/id"},
            "employer",
        ),
        LinkRule("show_role", "cover_role", {"id": _ASKED}, "role_covered"),
        LinkRule(
            "cover_role",
            "trace_competency",
            {"id": "$response.body#/competencies/0/id"},
            "required_connected",
        ),
        LinkRule("cover_role", "plan_role", {"id": _ASKED}, "missing_training"),
        LinkRule("train_for_role", "show_node", {"id": f"{_FIRST}/task/id"}, "task"),
        LinkRule("plan_role", "show_node", {"id": "$response.body#/steps/0/task/id"}, "task"),
        LinkRule("match", "plan_role", {"id": f"{_FIRST}/role/id"}, "closest_role"),
        LinkRule("show_leadership", "show_brief", {"id": _ASKED}, "enterprise"),
        LinkRule("list_sources", "undo_import", {"source": f"{_FIRST}/name"}, "undo"),
        LinkRule("list_runs", "show_diff", {"until": f"{_FIRST}/revision"}, "import_changes"),
        LinkRule("list_imports", "show_import", {"id": f"{_FIRST}/id"}, "import_standing"),
        LinkRule("show_import", "watch_import", {"id": _ASKED}, "import_watch"),
        LinkRule("show_import", "cancel_import", {"id": _ASKED}, "import_cancel"),
        LinkRule("list_deeds", "list_deeds", _NEXT, "next_page"),
        *(
            LinkRule(name, name, _NEXT, "next_page")
            for name in (
                *("list_competencies", "list_roles", "list_nodes", "search_nodes", "list_gaps", "list_runs"),
                "list_imports",
            )
        ),
        LinkRule("train_for_role", "train_for_role", {"id": _ASKED, **_NEXT}, "next_page"),
    )


def links_of_import() -> dict[str, Any]:
    """Return the links of an import that was taken in."""
    meanings = {"show_import": "begun_standing", "watch_import": "begun_watch", "cancel_import": "begun_cancel"}
    return {target: _link(target, _IMPORT, meaning) for target, meaning in meanings.items()}


def _link(target: str, parameters: dict[str, str], meaning: str) -> dict[str, Any]:
    return {"operationId": target, "parameters": parameters, "description": text(f"openapi_link.{meaning}")}
