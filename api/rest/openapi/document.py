"""The OpenAPI document: FastAPI's, with what FastAPI cannot be told in a route's declaration."""

from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts

from api.auth.oidc.settings import DISCOVERY
from api.errors import PROBLEM_MEDIA_TYPE
from api.http.headers import IDEMPOTENCY_KEY, REPLAYED_HEADER
from api.http.idempotency import MOST_LENGTH
from api.principal import AccessScope, needed_scope
from api.rest.openapi.examples import examples, show_example
from api.rest.openapi.header_components import COUNTED, STANDING, headers, references
from api.rest.openapi.links import links_of, links_of_import
from api.rest.openapi.plain_schemas import simplify_schemas
from api.rest.openapi.schema_names import rename_schemas
from api.rest.openapi.shapes import declare_shapes
from api.rest.openapi.shared_parts import name_bodies, share_parts
from api.rest.openapi.summaries import summary_of
from api.rest.openapi.unions import name_unions
from graph.messages import text
from queries.parameters.description import describe

TAGS = (
    "trace",
    "roles",
    "coverage",
    "gaps",
    "align",
    "integration",
    "allocation",
    "feedback",
    "enterprises",
    "signals",
    "states",
    "metrics",
    "nodes",
    "export",
    "sources",
    "import",
    "audit",
    "health",
)
"""The questions that the routes are sorted by."""

_REFUSED = {"401": "no_key", "429": "too_many_requests"}
_FOREIGN = {"403": "forbidden", "421": "wrong_host"}
"""What any request may be answered with, whatever it asks."""
_TOO_MUCH = {"413": "too_large"}
_UNREADABLE = {"400": "unreadable"}

_NOT_KEPT = ("/v1/ingest/", "/v1/export/", "/v1/follow-ups", "/v1/proposals")
"""What is no question about the graph alone, or too large to keep: it has no ETag."""


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document says that problems are `application/problem+json`.

    `token_issuer` is the OpenID provider whose tokens it takes beside keys; empty where there is none.
    """

    token_issuer: str = ""

    def __init__(self, **told: Any) -> None:  # noqa: ANN401 - as FastAPI takes it
        """Make the application as FastAPI does; the document itself is an answer as others are, made in a thread."""
        super().__init__(**told, openapi_url=None)
        self._lock = Lock()
        self._document: dict[str, Any] | None = None

    def prepare(self) -> None:
        """Build what is otherwise built when it is first asked for, which takes about a second: routes and document."""
        for context in iter_route_contexts(self.routes):
            if isinstance(context.original_route, APIRoute):
                get_flat_params(context.dependant)
        self.openapi()

    def openapi(self) -> dict[str, Any]:
        """Return the document; it is made once."""
        with self._lock:
            if self._document is None:
                self._document = self._built()
            return self._document

    def _built(self) -> dict[str, Any]:
        document, shown = super().openapi(), examples()
        declare_shapes(document)
        name_bodies(document)
        simplify_schemas(document)
        name_unions(document)
        schemes = {"key": _key(), **({"oidc": _provider(self.token_issuer)} if self.token_issuer else {})}
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _summarise(operation)
                _mark_problems(operation["responses"])
                _declare_refusals(operation)
                _declare_access(operation, needed_scope(path, method.upper()), [*schemes])
                if method == "get" and path.startswith("/v1/") and not path.startswith(_NOT_KEPT):
                    operation["responses"]["200"].setdefault("headers", {}).update(references("ETag"))
                if method == "post" and operation.get("x-scope", "read") != "read":
                    _declare_idempotency(operation)
                _declare_links(operation)
                _declare_standing(operation)
                if operation["operationId"] in shown:
                    show_example(operation, shown[operation["operationId"]])
        document["components"] |= {"securitySchemes": schemes, "headers": headers()}
        rename_schemas(document)
        share_parts(document)
        _share_security(document)
        return document


def tags() -> list[dict[str, str]]:
    """Return the questions that the routes are sorted by, in order, as the document lists them."""
    return [{"name": name, "description": text(f"openapi_tag.{name}")} for name in TAGS]


def operation_id(route: APIRoute) -> str:
    """Return the route's operation id: the name of its function."""
    return route.name


def _key() -> dict[str, str]:
    return {"type": "http", "scheme": "bearer", "description": text("openapi.key")}


def _provider(issuer: str) -> dict[str, str]:
    return {
        "type": "openIdConnect",
        "openIdConnectUrl": issuer.rstrip("/") + DISCOVERY,
        "description": text("openapi.token"),
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
        declared = {"description": text(f"openapi_answer.{meaning}"), "content": content, "headers": {}}
        operation["responses"].setdefault(status, declared)


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


def _share_security(document: dict[str, Any]) -> None:
    """Say once what most operations need; those that need nothing say so.

    Source: OpenAPI Specification 3.1.1, section 4.8.1 (`security` of the OpenAPI Object).
    """
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    needs = [operation["security"] for operation in operations if "security" in operation]
    document["security"] = needs[0]
    for operation in operations:
        if operation.setdefault("security", []) == document["security"]:
            del operation["security"]


def _declare_idempotency(operation: dict[str, Any]) -> None:
    """Declare that a request that writes may bear a key, by which it is done once."""
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_LENGTH}
    told = {"name": IDEMPOTENCY_KEY, "in": "header", "schema": schema, "description": describe("idempotency_key")}
    operation.setdefault("parameters", []).append(told)
    good = operation["responses"][min(operation["responses"])]
    good.setdefault("headers", {}).update(references(REPLAYED_HEADER))
    operation["responses"]["409"].setdefault("headers", {}).update(references("Retry-After"))


def _declare_standing(operation: dict[str, Any]) -> None:
    """Declare the headers that answers get whatever is asked, and those that they get where requests are counted.

    They take 400 bytes: status 500, which every operation has, declares them, and the description says so.
    """
    for status, response in operation["responses"].items():
        told = [*STANDING, *COUNTED] if status == "500" else []
        response["headers"] = {**response.get("headers", {}), **references(*told)}
        if not response["headers"]:
            del response["headers"]


def _declare_links(operation: dict[str, Any]) -> None:
    """Declare where the good answer leads on to."""
    name, good = operation["operationId"], min(operation["responses"])
    links = links_of_import() if name.startswith("ingest_") else links_of(name)
    if links:
        operation["responses"][good]["links"] = links


def _mark_problems(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status >= "400":
            (content,) = response["content"].values()
            response["content"] = {PROBLEM_MEDIA_TYPE: content}
