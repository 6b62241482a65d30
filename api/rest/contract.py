"""The OpenAPI document: FastAPI's, with what FastAPI cannot be told in a route's declaration."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.errors import PROBLEM_MEDIA_TYPE

TAGS = {
    "trace": "Is this competency connected, from classroom knowledge, through practical training, to a position?",
    "roles": "How much of what a role requires is taught and practised, and which training leads to it?",
    "coverage": "Which disciplines or courses serve which roles?",
    "gaps": "Where do the chains break, the gravest first?",
    "align": "What may be the same in two vocabularies, or serve one another?",
    "nodes": "What does the graph hold?",
    "sources": "Who states it, and what was imported when?",
    "health": "Does the service work?",
}
"""The questions that the routes are sorted by."""

_ETAG = {
    "description": "Give it as `If-None-Match` to be told whether the answer still holds; absent where it is not kept.",
    "schema": {"type": "string"},
}


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document says that problems are `application/problem+json`."""

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _mark_problems(operation["responses"])
                if method == "get" and path.startswith("/v1/"):
                    _declare_cached(operation["responses"])
        return document


def operation_id(route: APIRoute) -> str:
    """Return the route's operation id: the name of its function."""
    return route.name


def _declare_cached(responses: dict[str, Any]) -> None:
    """Declare what the cache of answers adds to a question: an ETag, and 304 for who has the answer already."""
    responses["200"].setdefault("headers", {})["ETag"] = _ETAG
    responses["304"] = {"description": "The answer with the ETag in `If-None-Match` still holds."}


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status == "default" or status >= "400":
            response["content"] = {PROBLEM_MEDIA_TYPE: response["content"].pop("application/json")}
