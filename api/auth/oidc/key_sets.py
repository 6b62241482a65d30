"""OIDC discovery and JSON Web Key Set of a provider, read over HTTP."""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from api.auth.oidc.settings import DISCOVERY, is_safe_url
from api.http.security import is_loopback
from graph.messages import text

TIMEOUT_S = 5.0
"""How long one document may take in all."""
MOST_BYTES = 1_000_000
_CHUNK = 65_536


class UnreadableError(Exception):
    """The provider cannot be reached, or what it tells cannot be used; the message says which."""


class _NoRedirects(HTTPRedirectHandler):
    """Goes nowhere that the settings, or the provider's own description, do not name."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - as urllib has it
        """Follow nothing: the redirect is the answer, and an error."""


def read_keys(issuer: str) -> list[Mapping[str, Any]]:
    """Return the keys of an issuer, as JSON Web Keys.

    Raises:
        UnreadableError: it cannot be reached, is not who it should be, or tells no keys.

    Source: OpenID Connect Discovery 1.0, section 4; RFC 7517, section 5.
    """
    about = _document(issuer.rstrip("/") + DISCOVERY)
    if about.get("issuer") != issuer:
        raise UnreadableError(text("oidc.other_issuer", issuer=str(about.get("issuer"))[:200]))
    url = about.get("jwks_uri")
    if not isinstance(url, str) or not is_safe_url(url.partition("?")[0]):
        raise UnreadableError(text("oidc.no_keys_url"))
    keys = _document(url).get("keys")
    if not isinstance(keys, list):
        raise UnreadableError(text("oidc.no_keys", url=url))
    return [key for key in keys if isinstance(key, dict)]


def _document(url: str) -> Mapping[str, Any]:
    """Return the JSON object at a URL, which `is_safe_url` has allowed."""
    handlers: list[BaseHandler] = [_NoRedirects()]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(ProxyHandler({}))  # no proxy knows this machine
    request = Request(url, headers={"Accept": "application/json", "User-Agent": "rolepath"})  # noqa: S310 - see above
    try:
        with build_opener(*handlers).open(request, timeout=TIMEOUT_S) as answer:
            document = json.loads(_bytes(answer))
    except (OSError, HTTPException, ValueError) as error:
        raise UnreadableError(text("oidc.unreadable", url=url, error=error)) from error
    if not isinstance(document, dict):
        raise UnreadableError(text("oidc.no_json", url=url))
    return document


def _bytes(answer: HTTPResponse) -> bytes:
    """Return the body, unless it takes too long or is too large."""
    end, read = time.monotonic() + TIMEOUT_S, bytearray()
    while chunk := answer.read1(_CHUNK):
        read += chunk
        if len(read) > MOST_BYTES or time.monotonic() > end:
            raise ValueError(text("oidc.too_large", most_bytes=MOST_BYTES, timeout_s=TIMEOUT_S))
    return bytes(read)
