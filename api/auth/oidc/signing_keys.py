"""Signing keys of a JSON Web Key Set: those that may sign a token; one that is odd is logged and passed over."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jwt

from graph.messages import text

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How a token may be signed: by a key of which only the provider has the secret part.

With HS256 the published key would be the secret, and `none` is no signature. Source: RFC 8725, sections 2.1, 3.1, 3.2.
"""
MOST_KEYS = 100
"""How many keys of a provider are looked at; those known publish fewer than ten."""
MOST_CHARACTERS = 4096
"""How long a part of a key may be: RSA with 16,384 bits, the most that OpenSSL takes, needs 2,731."""

_PUBLIC = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")
_SORTS = ("RSA", "EC", "OKP")
_SHOWN_ODDITIES = 5
_log = logging.getLogger(__name__)


class _OddKeyError(Exception):
    """A key is not what it should be; the message says how."""


def signing_keys(published: Sequence[Mapping[str, Any]]) -> dict[str, jwt.PyJWK]:
    """Return the keys that may sign, by id: those for encryption, of another sort, or too short are passed over.

    Of several keys with one id the first counts.
    """
    usable: dict[str, jwt.PyJWK] = {}
    oddities: list[str] = []
    for number, jwk in enumerate(published[:MOST_KEYS], start=1):
        try:
            key = _signing_key(jwk, usable)
        except Exception as error:  # noqa: BLE001 - whatever is odd about one key, the others must be read
            oddities.append(text("oidc.odd_key", number=number, why=f"{type(error).__name__}: {error}"[:200]))
        else:
            usable |= {} if key is None else {key.key_id or "": key}
    if len(published) > MOST_KEYS:
        oddities.append(text("oidc.too_many_keys", count=len(published), most=MOST_KEYS))
    _tell(oddities)
    return usable


def _tell(oddities: Iterable[str]) -> None:
    told = list(oddities)
    for oddity in told[:_SHOWN_ODDITIES]:
        _log.warning("the OpenID provider: %s", oddity)
    if len(told) > _SHOWN_ODDITIES:
        _log.warning("the OpenID provider: %d more keys are passed over", len(told) - _SHOWN_ODDITIES)


def _signing_key(jwk: Mapping[str, Any], others: Mapping[str, jwt.PyJWK]) -> jwt.PyJWK | None:
    """Return the key; None where it is right, but of no use here.

    Raises:
        Exception: it is odd; which one is up to the libraries that try to read it.
    """
    if not isinstance(jwk.get("kid", ""), str):
        raise _OddKeyError(text("oidc.no_text", name="kid"))
    if (
        jwk.get("kty") not in _SORTS
        or jwk.get("use", "sig") != "sig"
        or jwk.get("alg", ALGORITHMS[0]) not in ALGORITHMS
    ):
        return None
    if "d" in jwk:
        raise _OddKeyError(text("oidc.secret_published"))
    public = {name: jwk[name] for name in _PUBLIC if name in jwk}
    odd = next(
        (name for name, part in public.items() if not isinstance(part, str) or len(part) > MOST_CHARACTERS), None
    )
    if odd is not None:
        raise _OddKeyError(text("oidc.no_text", name=odd))
    if jwk.get("kid", "") in others:
        raise _OddKeyError(text("oidc.same_id"))
    key = jwt.PyJWK(public)
    return None if key.Algorithm.check_key_length(key.key) else key
