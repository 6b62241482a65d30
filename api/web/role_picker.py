"""Role picker: there may be thousands of roles, so they are looked for by a text."""

from graph.snapshot.snapshot import Snapshot
from queries.search import SearchResult, search
from queries.semantics.answers import NodeName, named

_SHOWN = 60


def picked_role(snapshot: Snapshot, role_id: str | None) -> NodeName | None:
    """Return the role by id and name; None where none is picked.

    Raises:
        NotFoundError: there is no such role.
    """
    return None if role_id is None else named(snapshot, snapshot.require(role_id, "Role"))


def found_roles(snapshot: Snapshot, text: str | None) -> SearchResult | None:
    """Return the roles that the text finds; None where nothing was looked for."""
    return search(snapshot, text, "Role", limit=_SHOWN) if text else None
