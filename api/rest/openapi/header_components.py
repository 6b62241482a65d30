"""The headers of answers, once, as components of the OpenAPI document; answers refer to them by name."""

from typing import Any

from api.http.headers import REVISION_HEADER, STALE_HEADER

Headers = dict[str, dict[str, Any]]

STANDING: Headers = {
    REVISION_HEADER: {
        "description": "The revision of the graph that is answered from; absent before the first was read.",
        "schema": {"type": "integer"},
    },
    STALE_HEADER: {
        "description": "For how many seconds the store could not be looked at; absent while answers are up to date.",
        "schema": {"type": "integer"},
    },
    "X-Request-Id": {
        "description": "What the log calls the request: the `X-Request-Id` that was sent, if it is a harmless one.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
}
"""The headers of every answer."""
COUNTED: Headers = {
    "RateLimit-Policy": {
        "description": 'The limit that the request counts for, as `"key";q=6000;w=60`; absent where there is none.',
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": 'What is left of the limit, and when it begins anew, as `"key";r=5999;t=42`.',
        "schema": {"type": "string"},
    },
}
"""The headers of every answer to a request that is counted."""
_OF_SOME: Headers = {
    "ETag": {
        "description": "Give it as `If-None-Match` to be told whether the answer still holds; absent where it is not "
        "kept.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": 'The next page, as `<...>; rel="next"`; absent on the last.',
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where the import is looked at.", "schema": {"type": "string"}},
    "Retry-After": {"description": "The seconds after which to ask again.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "How to be let in (RFC 6750).", "schema": {"type": "string"}},
}
HEADERS: Headers = STANDING | COUNTED | _OF_SOME
"""Every header that an answer may have, by name."""


def references(*names: str) -> dict[str, Any]:
    """Return references to the headers, as an answer declares them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
