"""OIDC settings: whether a provider was set up, and how; read before anything starts."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from api.http.loopback import is_loopback
from api.principal import SCOPES, AccessScope
from api.settings.service import ServiceSettings
from graph.errors import InputError
from graph.messages import message

DISCOVERY = "/.well-known/openid-configuration"
"""Where a provider describes itself, below its name. Source: OpenID Connect Discovery 1.0, section 4."""
CLAIMS = ("scope", "scp", "roles")
"""The claims that may say what a token is for; the first that a token has counts.

Source: RFC 8693, section 4.2 (`scope`); RFC 9068, section 2.2.3 (`roles`); `scp` is how Okta and Entra ID call it.
"""


class Provider(NamedTuple):
    """What is believed: tokens of `issuer` for `audience`, whose `claims` hold values that open `scopes`."""

    issuer: str
    audience: str
    claims: tuple[str, ...]
    scopes: Mapping[str, AccessScope]


def provider_of(settings: ServiceSettings) -> Provider | None:
    """Return what the settings say of an OpenID provider; None where they name none.

    Raises:
        InputError: they do not go together.
    """
    if not settings.oidc_issuer:
        beside = [name for name in ("oidc_audience", "oidc_scope_claim") if getattr(settings, name)]
        if beside:
            raise InputError(message("oidc.without_issuer", upper=beside[0].upper()))
        return None
    if not settings.oidc_audience:
        raise InputError(message("oidc.without_audience"))
    if not is_safe_url(settings.oidc_issuer):
        raise InputError(message("oidc.bad_issuer", oidc_issuer=settings.oidc_issuer))
    claims = (settings.oidc_scope_claim,) if settings.oidc_scope_claim else CLAIMS
    return Provider(settings.oidc_issuer, settings.oidc_audience, claims, _scopes(settings.oidc_scopes))


def is_safe_url(url: str) -> bool:
    """Say whether nobody on the way can change what is read from there.

    >>> [is_safe_url(url) for url in ("https://id.example/a", "http://127.0.0.1:9/a", "http://id.example", "file:///a")]
    [True, True, False, False]
    """
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and not parts.query and not parts.fragment and (parts.port or 1) > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    return is_plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def _scopes(text: str) -> dict[str, AccessScope]:
    """Return which value opens which scope.

    >>> _scopes("editors=ingest, urn:x=1=read")
    {'editors': 'ingest', 'urn:x=1': 'read'}
    """
    scopes: dict[str, AccessScope] = {}
    for pair in (part.strip() for part in text.split(",") if part.strip()):
        value, _, word = pair.rpartition("=")
        scope = next((known for known in SCOPES if known == word.strip()), None)
        if not value.strip() or scope is None or value.strip() in scopes:
            raise InputError(message("oidc.bad_pair", pair=pair, scopes=list(SCOPES)))
        scopes[value.strip()] = scope
    if not scopes:
        raise InputError(message("oidc.no_pair"))
    return scopes
