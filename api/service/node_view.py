"""A node's view from the store: its statements by source, at the revision that is answered from."""

import asyncio
import time

from api.answers.parameters import NodeParameters
from api.answers.store_views import NodeView, node_view
from api.service.service import LOOK_EVERY_S, Service
from graph.errors import ConflictError, StoreUnavailableError
from graph.messages import message

_PATIENCE_S = 5.0
"""How long the revision that the store can show is waited for."""


async def view_of_kind(service: Service, node_id: str, kind: str | None, asked: NodeParameters) -> NodeView:
    """Return the node's view.

    Where the store has gone on and cannot show the revision that is answered from, the next one is waited for.

    Raises:
        NotFoundError: there is no such node, or it is of another kind than the one named.
        StoreUnavailableError: that took too long.
    """
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        snapshot = service.snapshot(asked.lang)
        snapshot.require(node_id, kind)
        try:
            return await service.with_store(node_view, service.require_store(), snapshot, node_id, limit=asked.limit)
        except ConflictError:
            await asyncio.sleep(LOOK_EVERY_S)
    raise StoreUnavailableError(message("service.rereading"))
