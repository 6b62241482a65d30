"""Route behind the gate of the service."""

from inspect import iscoroutinefunction

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.service.gate import Handler
from api.service.question_costs import COSTS, Cost
from api.service.service import service_of


class GatedRoute(APIRoute):
    """A route whose questions pass the gate of the service."""

    def get_route_handler(self) -> Handler:
        """Return the handler behind the gate. A light one that stays in the event loop is over before anybody goes."""
        handle = super().get_route_handler()
        cost = COSTS.get(self.path, Cost.LIGHT)
        is_watched = cost is not Cost.LIGHT or not iscoroutinefunction(self.endpoint)
        if cost is Cost.LIGHT and "GET" not in (self.methods or ()) and not self.include_in_schema:
            return handle  # a form, which may hold files: they take the time that they take

        async def handle_behind_gate(request: Request) -> Response:
            gate = service_of(request).gate
            return await (gate.answer(request, cost, handle) if is_watched else gate.limited(request, handle))

        return handle_behind_gate
