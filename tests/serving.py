"""The service in memory, asked as a client would: every answer is held against the OpenAPI document."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict, Unpack

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from api.app import create_app
from api.rest.encoding import zstd
from api.settings import Settings

HERE = "http://127.0.0.1:8000"
PROBLEM = "application/problem+json"
Document = dict[str, Any]


class Asked(TypedDict, total=False):
    """What a request may carry."""

    json: object
    files: Sequence[tuple[str, tuple[str, bytes]]]
    content: bytes | AsyncIterator[bytes]
    headers: Mapping[str, str] | Mapping[bytes, bytes]
    params: Mapping[str, str | int]
    data: Mapping[str, str]


class Asker:
    """A client of one service, without a socket between them."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self.app, self._portal = app, portal
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=HERE)

    def get(self, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer to a GET request; see `ask`."""
        return self.ask("GET", url, **asked)

    def post(self, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer to a POST request; see `ask`."""
        return self.ask("POST", url, **asked)

    def ask(self, method: str, url: str, **asked: Unpack[Asked]) -> httpx.Response:
        """Return the answer; it must be as the document declares."""
        return self.begin(method, url, **asked).result()

    def begin(self, method: str, url: str, **asked: Unpack[Asked]) -> Future[httpx.Response]:
        """Return the answer that is to come, as `ask` does."""

        async def send() -> httpx.Response:
            response = await self._client.request(method, url, **asked)
            check_declared(self.app.openapi(), method, response)
            return response

        return self._portal.start_task_soon(send)


def settings_in(folder: Path) -> Settings:
    """Return settings that keep everything in the folder; nobody named a store."""
    return Settings(f"sqlite:///{folder / 'graph.db'}", True, folder / "state.db", folder / "cache")


@contextmanager
def serving(settings: Settings) -> Iterator[Asker]:
    """Serve the store that the settings name."""
    app = create_app(settings)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield Asker(app, portal)


def check_declared(document: Document, method: str, response: httpx.Response) -> None:
    """Assert that the answer has a status, a media type, headers and a form that its operation declares."""
    operation = find_operation(document, method, response.request.url.raw_path.decode().partition("?")[0])
    if operation is None or method == "HEAD":
        return
    declared = operation["responses"].get(str(response.status_code), operation["responses"]["default"])
    if "content" not in declared:
        assert response.content == b""
        return
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in declared["content"]
    assert response.is_success == (media_type != PROBLEM)
    if not media_type.endswith("json"):
        return
    schema = declared["content"][media_type]["schema"]
    if media_type != PROBLEM and "fields" in parameters_of(operation):
        schema = schema["anyOf"]["fields" in response.request.url.params]
    assert nonconformity(document, schema, document_in(response)) is None
    if "Retry-After" in declared["headers"]:
        assert response.headers["Retry-After"].isdecimal()


def parameters_of(operation: Document) -> set[str]:
    """Return the names of an operation's parameters."""
    return {parameter["name"] for parameter in operation.get("parameters", ())}


def document_in(response: httpx.Response) -> object:
    """Return the JSON document of an answer; the client itself does not unpack zstd."""
    is_zstd = response.headers.get("Content-Encoding") == "zstd"
    return json.loads(zstd.decompress(response.content)) if is_zstd else response.json()


def find_operation(document: Document, method: str, path: str) -> Document | None:
    """Return the operation that a path belongs to; None where no operation is documented."""
    for template, operations in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: Document | None = operations.get(method.lower())
            return found
    return None


def nonconformity(document: Document, schema: Document, value: object, at: str = "") -> str | None:
    """Return where a value is not as the schema says, or None. Keywords that this does not know are an error."""
    told = set(schema) - {"title", "description", "default", "examples", "format"}
    if told == {"$ref"}:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return nonconformity(document, document["components"]["schemas"][name], value, at)
    if told == {"anyOf"}:
        found = [nonconformity(document, option, value, at) for option in schema["anyOf"]]
        return None if None in found else f"{at}: {found}"
    assert told <= _CHECKS.keys() | _PARTS, told
    for keyword in (keyword for keyword in _CHECKS if keyword in told):  # the type first
        if not _CHECKS[keyword](schema[keyword], value):
            return f"{at}: {value!r} breaks {keyword}: {schema[keyword]!r}"
    for part, of, where in _parts(schema, value):
        found_within = nonconformity(document, of, part, f"{at}/{where}")
        if found_within is not None:
            return found_within
    if schema.get("additionalProperties") is False and isinstance(value, dict):
        undeclared = value.keys() - schema["properties"].keys()
        return f"{at}: {undeclared} are not declared" if undeclared else None
    return None


_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_CHECKS: dict[str, Any] = {
    "type": lambda name, value: isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)),
    "enum": lambda words, value: value in words,
    "const": lambda word, value: value == word,
    "required": lambda names, value: set(names) <= value.keys(),
    "minimum": lambda least, value: value >= least,
    "maximum": lambda most, value: value <= most,
    "exclusiveMinimum": lambda bound, value: value > bound,
    "minLength": lambda least, value: len(value) >= least,
    "maxLength": lambda most, value: len(value) <= most,
    "minItems": lambda least, value: len(value) >= least,
    "maxItems": lambda most, value: len(value) <= most,
}
_PARTS = {"properties", "additionalProperties", "propertyNames", "items", "prefixItems"}


def _parts(schema: Document, value: object) -> Iterator[tuple[object, Document, str]]:
    """Yield each part of a value, the schema that it has to be as, and where it is."""
    if isinstance(value, list):
        first = schema.get("prefixItems", [])
        yield from ((part, of, str(at)) for at, (part, of) in enumerate(zip(value, first, strict=False)))
        rest = schema.get("items", {})
        yield from ((part, rest, str(at)) for at, part in enumerate(value) if at >= len(first))
    elif isinstance(value, dict):
        more = schema.get("additionalProperties")
        for name, part in value.items():
            if name in schema.get("properties", {}):
                yield part, schema["properties"][name], name
            elif isinstance(more, dict):
                yield part, more, name
            yield name, schema.get("propertyNames", {}), name
