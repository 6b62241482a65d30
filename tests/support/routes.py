"""Every route that the service has, found out from the application itself."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route

READING = frozenset({"GET", "HEAD", "OPTIONS"})


def routes_of(app: FastAPI) -> list[str]:
    """Return each route as its method and path, sorted; `/*` stands for the files of a folder."""
    return sorted(found for route in app.routes for found in _named(route))


def writing_routes_of(app: FastAPI) -> list[str]:
    """Return the routes whose method may change something."""
    return [route for route in routes_of(app) if route.split()[0] not in READING]


def questions_of(app: FastAPI) -> list[APIRoute]:
    """Return the routes of questions and pages themselves."""
    included: list[Any] = [route for route in app.routes if not isinstance(route, Route | Mount)]
    return [route for one in included for route in one.original_router.routes if isinstance(route, APIRoute)]


def _named(route: BaseRoute) -> Iterator[str]:
    """Yield a route, or those of a router; one of a kind that this does not know is an error: none may be missed."""
    if isinstance(route, Mount):
        yield f"GET {route.path}/*"
    elif isinstance(route, Route):
        yield from (f"{method} {route.path}" for method in route.methods or () if method != "HEAD")
    else:
        included: Any = route
        assert included.include_context.prefix == ""
        yield from (name for within in included.original_router.routes for name in _named(within))
