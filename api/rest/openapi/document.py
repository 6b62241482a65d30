"""The OpenAPI document: FastAPI's, with what FastAPI cannot be told in a route's declaration."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.auth.oidc.settings import DISCOVERY
from api.errors import PROBLEM_MEDIA_TYPE
from api.principal import AccessScope, needed_scope
from api.rest.openapi.examples import examples, show_example
from api.rest.openapi.header_components import COUNTED, HEADERS, STANDING, references
from api.rest.openapi.links import links_of, links_of_import
from api.rest.openapi.plain_schemas import simplify_schemas
from api.rest.openapi.shapes import declare_shapes
from api.rest.openapi.shared_parts import share_parts
from api.rest.openapi.summaries import summary_of

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

_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key, from `rolepath key create`. On its own machine and without any key, the service needs none. "
    "A browser that signed in to the pages may ask with its cookie instead, by GET and HEAD only.",
}
_REFUSED = {
    "401": "A key is needed, or the one given does not hold.",
    "429": "Too many requests: `Retry-After` says when to ask again.",
}
_FOREIGN = {
    "403": "The key is not made for this; or, in local mode, a page of another site asks.",
    "421": "In local mode: the service is not called that.",
}
"""What any request may be answered with, whatever it asks."""
_TOO_MUCH = {"413": "The body is larger than the service takes."}
_UNREADABLE = {"400": "The body is no text that can be read."}

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
        document, shown = super().openapi(), examples()
        declare_shapes(document)
        simplify_schemas(document)
        schemes = {"key": _KEY, **({"oidc": _provider(self.token_issuer)} if self.token_issuer else {})}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _summarise(operation)
                _mark_problems(operation["responses"])
                _declare_refusals(operation)
                _declare_access(operation, needed_scope(path), [*schemes])
                if method == "get" and path.startswith("/v1/") and not path.startswith(_NOT_KEPT):
                    _declare_cached(operation["responses"])
                _declare_links(operation)
                _declare_standing(operation)
                if operation["operationId"] in shown:
                    show_example(operation, shown[operation["operationId"]])
        document["components"] |= {"securitySchemes": schemes, "headers": HEADERS}
        share_parts(document)
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


def _summarise(operation: dict[str, Any]) -> None:
    """Let the summary say what the operation does, where the route itself has none: FastAPI repeats its name."""
    if operation["summary"] == operation["operationId"].replace("_", " ").title():
        operation["summary"] = summary_of(operation["description"])


def _declare_refusals(operation: dict[str, Any]) -> None:
    """Declare what is answered before an operation is reached: to foreign pages, and to bodies that cannot be read."""
    taken = operation.get("requestBody", {"content": {}})["content"]
    _declare_problems(operation, _FOREIGN | (_TOO_MUCH if taken else {}))
    if "application/json" in taken:
        _declare_problems(operation, _UNREADABLE)


def _declare_problems(operation: dict[str, Any], meanings: dict[str, str]) -> None:
    content = operation["responses"]["500"]["content"]
    for status, meaning in meanings.items():
        operation["responses"].setdefault(status, {"description": meaning, "content": content, "headers": {}})


def _declare_access(operation: dict[str, Any], needed: AccessScope | None, schemes: list[str]) -> None:
    """Declare that an operation needs a key, and what is answered without one."""
    if needed is None:
        return
    operation["security"] = [{scheme: []} for scheme in schemes]
    operation["x-scope"] = needed
    _declare_problems(operation, _REFUSED)
    operation["responses"]["429"]["headers"] = references("Retry-After")
    for status in ("401", "403"):
        operation["responses"][status]["headers"] = references("WWW-Authenticate")


def _declare_standing(operation: dict[str, Any]) -> None:
    """Declare the headers that answers get whatever is asked, and those of a request that is counted."""
    names = [*STANDING, *(COUNTED if "security" in operation else ())]
    for response in operation["responses"].values():
        response.setdefault("headers", {}).update(references(*names))


def _declare_links(operation: dict[str, Any]) -> None:
    """Declare where the good answer leads on to."""
    name, good = operation["operationId"], min(operation["responses"])
    links = links_of_import() if name.startswith("ingest_") else links_of(name)
    if links:
        operation["responses"][good]["links"] = links


def _declare_cached(responses: dict[str, Any]) -> None:
    """Declare what the cache of answers adds to a question: an ETag, and 304 for who has the answer already."""
    responses["200"].setdefault("headers", {}).update(references("ETag"))
    responses["304"] = {
        "description": "The answer with the ETag in `If-None-Match` still holds.",
        "headers": references("ETag"),
    }


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400":
            (content,) = response["content"].values()
            response["content"] = {PROBLEM_MEDIA_TYPE: content}
