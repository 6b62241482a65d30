"""OIDC discovery and JSON Web Key Set of a provider: where its keys are, and those that are JSON objects."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from api.auth.oidc.http_document import SHOWN_CHARACTERS, UnreadableError, json_document
from api.auth.oidc.settings import DISCOVERY, is_safe_url
from api.http.loopback import is_loopback
from graph.messages import text


def read_keys(issuer: str) -> list[Mapping[str, Any]]:
    """Return the keys of an issuer, as JSON Web Keys.

    Raises:
        UnreadableError: it cannot be reached, is not who it should be, or tells no keys.

    Source: OpenID Connect Discovery 1.0, section 4; RFC 7517, section 5.
    """
    about = json_document(issuer.rstrip("/") + DISCOVERY)
    if about.get("issuer") != issuer:
        raise UnreadableError(text("oidc.other_issuer", issuer=str(about.get("issuer"))[:SHOWN_CHARACTERS]))
    url = about.get("jwks_uri")
    if not isinstance(url, str) or not _may_lead_to(issuer, url.partition("?")[0]):
        raise UnreadableError(text("oidc.no_keys_url"))
    keys = json_document(url).get("keys")
    if not isinstance(keys, list):
        raise UnreadableError(text("oidc.no_keys", url=url[:SHOWN_CHARACTERS]))
    return [key for key in keys if isinstance(key, dict)]


def _may_lead_to(issuer: str, url: str) -> bool:
    """Say whether the keys of an issuer may be read there: on this machine only if it is here itself."""
    return is_safe_url(url) and (_is_here(issuer) or not _is_here(url))


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
