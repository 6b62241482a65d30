"""The OpenAPI document: FastAPI's, with what FastAPI cannot be told in a route's declaration."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.access import AccessScope, needed_scope
from api.errors import PROBLEM_MEDIA_TYPE
from api.identity import DISCOVERY
from api.rest.shapes import declare_shapes

TAGS = {
    "trace": "Is this competency connected, from classroom knowledge, through practical training, to a position?",
    "roles": "How much of what a role requires is taught and practised, and which training leads to it?",
    "coverage": "Which disciplines or courses serve which roles?",
    "gaps": "Where do the chains break, the gravest first?",
    "align": "What may be the same in two vocabularies, or serve one another?",
    "integration": "How far do innovation and the disciplines meet in training?",
    "allocation": "Do hours and seats go where the demand is, and where would more bring most?",
    "feedback": "What did learners not attain, and did the follow-up help?",
    "enterprises": "How far does an enterprise lead, and what can it do next?",
    "signals": "What do policies, trends and demand call for, and is it connected?",
    "states": "What would change if, and what has changed since?",
    "metrics": "How does the graph hang together, and what depends on what?",
    "nodes": "What does the graph hold?",
    "export": "How do data go out?",
    "sources": "Who states it, and what was imported when?",
    "import": "How do data come in?",
    "audit": "Who changed what?",
    "health": "Does the service work?",
}
"""The questions that the routes are sorted by."""

_ETAG = {
    "description": "Give it as `If-None-Match` to be told whether the answer still holds; absent where it is not kept.",
    "schema": {"type": "string"},
}

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, from `rolepath key create`. On its own machine and without any key, the service needs none. "
    "A browser that signed in to the pages may ask with its cookie instead, by GET and HEAD only.",
}
_REFUSED = {
    "401": "A key is needed, or the one given does not hold.",
    "403": "The key is not made for this.",
    "429": "Too many requests: `Retry-After` says when to ask again.",
}
_RETRY_AFTER = {"description": "The seconds after which to ask again.", "schema": {"type": "integer"}}

_NOT_KEPT = ("/v1/ingest/", "/v1/export/")
"""What is no question about the graph, or too large to keep: it has no ETag."""


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document says that problems are `application/problem+json`.

    `token_issuer` is the OpenID provider whose tokens it takes beside keys; empty where there is none.
    """

    token_issuer: str = ""

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        declare_shapes(document)
        schemes = {"key": _KEY, **({"oidc": _provider(self.token_issuer)} if self.token_issuer else {})}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _mark_problems(operation["responses"])
                _declare_access(operation, needed_scope(path), [*schemes])
                if method == "get" and path.startswith("/v1/") and not path.startswith(_NOT_KEPT):
                    _declare_cached(operation["responses"])
        document.setdefault("components", {})["securitySchemes"] = schemes
        return document


def operation_id(route: APIRoute) -> str:
    """Return the route's operation id: the name of its function."""
    return route.name


def _provider(issuer: str) -> dict[str, str]:
    return {
        "type": "openIdConnect",
        "openIdConnectUrl": issuer.rstrip("/") + DISCOVERY,
        "description": "An access token of the OpenID provider, for this service, sent as a key is.",
    }


def _declare_access(operation: dict[str, Any], needed: AccessScope | None, schemes: list[str]) -> None:
    """Declare that an operation needs a key, and what is answered without one."""
    if needed is None:
        return
    operation["security"] = [{scheme: []} for scheme in schemes]
    operation["x-scope"] = needed
    content = operation["responses"]["default"]["content"]
    for status, meaning in _REFUSED.items():
        operation["responses"][status] = {"description": meaning, "content": content, "headers": {}}
    operation["responses"]["429"]["headers"] = {"Retry-After": _RETRY_AFTER}
    operation["responses"]["401"]["headers"] = {
        "WWW-Authenticate": {"description": "How to be let in (RFC 6750).", "schema": {"type": "string"}}
    }


def _declare_cached(responses: dict[str, Any]) -> None:
    """Declare what the cache of answers adds to a question: an ETag, and 304 for who has the answer already."""
    responses["200"].setdefault("headers", {})["ETag"] = _ETAG
    responses["304"] = {"description": "The answer with the ETag in `If-None-Match` still holds."}


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status == "default" or status >= "400":
            (content,) = response["content"].values()
            response["content"] = {PROBLEM_MEDIA_TYPE: content}
