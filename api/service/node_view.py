"""A node's view from the store: its statements by source, at the revision that is answered from."""

from api.answers.page_windows import page_of
from api.answers.parameters import NodeParameters
from api.answers.store_views import NodeView, node_view
from api.service.service import Service
from graph.snapshot.snapshot import Snapshot


async def view_of_kind(
    service: Service, snapshot: Snapshot, node_id: str, kind: str | None, asked: NodeParameters
) -> NodeView:
    """Return the view of the snapshot's node.

    Raises:
        NotFoundError: there is no such node, or it is of another kind than the one named.
        OvertakenError: the store has moved on, and cannot show the snapshot's revision.
    """
    snapshot.require(node_id, kind)
    store = service.require_store()

    def ask(limit: int) -> NodeView:
        return node_view(store, snapshot, node_id, limit=limit)

    return await service.with_store(page_of, ask, asked.limit, asked.cursor, snapshot.revision)
