"""The role that a page is of."""

from graph.snapshot.snapshot import Snapshot
from queries.semantics.answers import NodeName, named


def picked_role(snapshot: Snapshot, role_id: str | None) -> NodeName | None:
    """Return the role by id and name; None where none is picked.

    Raises:
        NotFoundError: there is no such role.
    """
    return None if role_id is None else named(snapshot, snapshot.require(role_id, "Role"))
