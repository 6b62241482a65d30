"""The page of an institution: its programmes with their shares and aims, and the enterprises that they work with."""

from typing import Any

from api.web.node_lists import ListsForm
from api.web.pages.programme import printed_line
from api.web.view import View
from queries.institution import describe_institution


def institution_page(view: View, node_id: str, asked: ListsForm) -> dict[str, Any]:
    """Return what the page of an institution tells of it, beside what every node's page has."""
    found = describe_institution(view.snapshot, node_id, windows=asked.windows())
    return {"institution": found, "printed": printed_line}
