"""Whether answers are as the OpenAPI document declares them: status, media type, headers and form."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
from jsonschema import Draft202012Validator, FormatChecker

from api.app import create_app
from api.http.compression import zstd
from api.rest.openapi.document import DocumentedApp
from api.settings.settings import load_settings
from tests.support.openapi import Document, parameters_of, resolved, target

PROBLEM = "application/problem+json"
_REF = "#/components/schemas/"
_STAYING = ("next", "revision")
"""Fields that every part of an answer has, where the whole has them."""

_GENERIC = re.compile(
    "content-.*|cache-control|vary|date|server|connection|transfer-encoding|cross-origin-.*|referrer-policy"
    "|x-content-type-options|x-frame-options|x-accel-buffering|access-control-.*|deprecation|sunset"
)
"""Headers that HTTP, the Fetch standard or a proxy knows, whatever the interface is."""


def _is_moment(value: object) -> bool:
    """Say whether a text is a moment with its offset. Source: RFC 3339, section 5.6."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _formats() -> FormatChecker:
    """Return what checks formats; the library's own knows moments only with another package."""
    found = FormatChecker()
    found.checks("date-time", ValueError)(_is_moment)
    return found


class Contract:
    """What a document promises; each schema is compiled once."""

    def __init__(self, document: Document) -> None:
        """Take the document."""
        self.document = resolved(document)
        self._schemas: Document = {name: _closed(one) for name, one in document["components"]["schemas"].items()}
        self._optional = {name: _without_required(schema) for name, schema in self._schemas.items()}
        self._compiled: dict[str, Draft202012Validator] = {}
        self._formats = _formats()

    def check(self, method: str, response: httpx.Response) -> None:
        """Assert that an answer has a status, a media type, headers and a form that its operation declares."""
        operation = self.operation(method, response.request.url.raw_path.decode())
        if operation is None:
            return
        where = f"{operation['operationId']} {response.status_code}"
        declared = operation["responses"].get(str(response.status_code))
        if response.status_code == HTTPStatus.NOT_MODIFIED and "if-none-match" in response.request.headers:
            # HTTP's own answer to a condition (RFC 9110, section 15.4.5), with the headers of what still holds.
            declared = {"headers": operation["responses"]["200"].get("headers", {})}
        assert declared is not None, f"{where} is not declared"
        self._check_headers(
            where, operation["responses"]["500"]["headers"] | declared.get("headers", {}), response.headers
        )
        if "content" not in declared:
            assert response.content == b"", f"{where} has a body"
            return
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in declared["content"], f"{where} is {media_type}"
        assert response.is_success == (media_type != PROBLEM), f"{where} is {media_type}"
        if media_type.endswith("json"):
            schema, value = declared["content"][media_type]["schema"], document_in(response)
            asked = {"fields" in parameters_of(operation), "fields" in response.request.url.params}
            is_part = media_type != PROBLEM and asked == {True}
            found = self.objection_to_part(schema, value) if is_part else self.objection(schema, value)
            assert found is None, f"{where}: {found}"

    def operation(self, method: str, target: str) -> Document | None:
        """Return the operation that a request comes to; None where no operation is documented."""
        path = urlsplit(target).path
        for template, operations in sorted(self.document["paths"].items(), key=lambda item: "{" in item[0]):
            if method.lower() in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                found: Document = operations[method.lower()]
                return found
        return None

    def objection(self, schema: Document, value: object) -> str | None:
        """Return where a value is not as the schema says, or None."""
        return self._objection(schema, value, self._schemas)

    def objection_to_part(self, schema: Document, value: object) -> str | None:
        """Return where a part of an answer, by `fields`, is not as the schema of the whole says, or None.

        Any field may be missing but those that always stay; what is there is held against the schema as in the whole.
        """
        found = self._objection(schema, value, self._optional)
        if found is None and isinstance(value, dict):
            missing = [name for name in self._staying(schema) if name not in value]
            return f"{missing} are missing" if missing else None
        return found

    def _staying(self, schema: Document) -> set[str]:
        whole = self._schemas[schema["$ref"].removeprefix(_REF)]
        options = [target(option, self._schemas) for option in whole.get("anyOf", (whole,))]
        return {name for name in _STAYING if all(name in option["properties"] for option in options)}

    def _objection(self, schema: Document, value: object, schemas: Document) -> str | None:
        name = f"{schemas is self._schemas} {json.dumps(schema, sort_keys=True)}"
        if name not in self._compiled:
            whole = {**schema, "components": {"schemas": schemas}}
            self._compiled[name] = Draft202012Validator(whole, format_checker=self._formats)
        found = next(self._compiled[name].iter_errors(value), None)
        return None if found is None else f"{found.json_path}: {found.message[:500]}"

    def _check_headers(self, where: str, declared: Document, headers: httpx.Headers) -> None:
        """Assert that each header is declared: by the answer, or by problems, which declare those of every answer."""
        promised = {name.lower(): self._header(told) for name, told in declared.items()}
        for name, text in headers.items():
            if name in promised:
                is_number = promised[name]["schema"]["type"] == "integer"
                value = int(text) if is_number and text.isdecimal() else text
                found = self.objection(promised[name]["schema"], value)
                assert found is None, f"{where}, {name}: {found}"
            else:
                assert _GENERIC.fullmatch(name), f"{where}: the header {name} is not declared"

    def _header(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = told
        if "$ref" in told:
            found = self.document["components"]["headers"][told["$ref"].rpartition("/")[2]]
        return found


def contract_of(app: DocumentedApp) -> Contract:
    """Return what the application's document promises. Documents differ by the OpenID provider that they name only."""
    return _contract(app.token_issuer)


def checked(response: httpx.Response) -> httpx.Response:
    """Return the answer of a service that runs apart from the test; it must be as the document declares."""
    _contract().check(response.request.method, response)
    return response


@cache
def _contract(token_issuer: str = "") -> Contract:
    app = create_app(load_settings({}, "sqlite:///none.db"))
    app.token_issuer = token_issuer
    return Contract(app.openapi())


def _closed(schema: Document) -> Document:
    """Return a schema that has no fields but its own: clients must bear others, this service has none."""
    return {"additionalProperties": False, **schema} if "properties" in schema else schema


def _without_required(schema: Document) -> Document:
    """Return a schema of which nothing is required, at any depth; what it refers to is told apart."""
    found = {name: value for name, value in schema.items() if name != "required"}
    if "properties" in found:
        found["properties"] = {name: _without_required(one) for name, one in found["properties"].items()}
    for name in ("anyOf", "prefixItems"):
        if name in found:
            found[name] = [_without_required(one) for one in found[name]]
    for name in ("items", "additionalProperties"):
        if isinstance(found.get(name), dict):
            found[name] = _without_required(found[name])
    return found


def document_in(response: httpx.Response) -> object:
    """Return the JSON document of an answer; the client itself does not unpack zstd."""
    is_zstd = response.headers.get("Content-Encoding") == "zstd"
    return json.loads(zstd.decompress(response.content)) if is_zstd else response.json()
