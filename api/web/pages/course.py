"""The page of a course: what it covers and develops, for which roles, and what of its aims it does not teach."""

from typing import Any

from api.web.institutions import running_institutions
from api.web.node_lists import ListsForm
from api.web.pages.programme import printed_line
from api.web.view import View
from queries.course import describe_course


def course_page(view: View, node_id: str, asked: ListsForm) -> dict[str, Any]:
    """Return what the page of a course tells of it, beside what every node's page has."""
    snapshot = view.snapshot
    return {
        "course": describe_course(snapshot, node_id, asked.scope(), windows=asked.windows()),
        "institutions": running_institutions(snapshot, snapshot.into("OFFERS").row(snapshot.require(node_id))),
        "printed": printed_line,
    }
