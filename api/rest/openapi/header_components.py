"""The headers of answers, once, as components of the OpenAPI document; answers refer to them by name."""

from collections.abc import Mapping
from typing import Any

from api.http.headers import CONTENT_HEADER, REPLAYED_HEADER, REVISION_HEADER, STALE_HEADER, VERSION_HEADER
from graph.messages import text

HeaderSchemas = Mapping[str, Mapping[str, str]]
_INTEGER, _STRING = {"type": "integer"}, {"type": "string"}

STANDING: HeaderSchemas = {
    REVISION_HEADER: _INTEGER,
    CONTENT_HEADER: {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    VERSION_HEADER: _STRING,
    STALE_HEADER: _INTEGER,
    "X-Request-Id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}
"""The headers of every answer."""
COUNTED: HeaderSchemas = {"RateLimit-Policy": _STRING, "RateLimit": _STRING}
"""The headers of every answer to a request that is counted."""
_OF_SOME: HeaderSchemas = {
    "ETag": _STRING,
    "Link": _STRING,
    "Location": _STRING,
    "Retry-After": _INTEGER,
    REPLAYED_HEADER: _STRING,
    "WWW-Authenticate": _STRING,
}


def headers() -> dict[str, Any]:
    """Return every header that an answer may have, by name, as a component of the document."""
    return {_key(name): described(name, schema) for name, schema in {**STANDING, **COUNTED, **_OF_SOME}.items()}


def described(name: str, schema: Mapping[str, str]) -> dict[str, Any]:
    """Return a header as the document has it.

    Raises:
        KeyError: the catalogue does not say what the header is for.
    """
    return {"description": text(f"openapi_header.{name.lower()}"), "schema": dict(schema)}


def references(*names: str) -> dict[str, Any]:
    """Return references to the headers, as an answer declares them."""
    return {name: {"$ref": f"#/components/headers/{_key(name)}"} for name in names}


def _key(name: str) -> str:
    """Return what a header's component is called: short, since answers refer to it hundreds of times.

    >>> _key("Rolepath-Revision"), _key("X-Request-Id"), _key("RateLimit-Policy"), _key("ETag")
    ('revision', 'request', 'policy', 'etag')
    """
    short = {"X-Request-Id": "request", "RateLimit-Policy": "policy", "RateLimit": "rate", REPLAYED_HEADER: "replayed"}
    return short.get(name, name.lower().removeprefix("rolepath-"))
