"""OIDC access tokens: whom they name, and what they open. Needs the extra `oidc`."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt

from api.auth.oidc.http_document import UnreadableError
from api.auth.oidc.reader import Reader
from api.auth.oidc.settings import Provider
from api.auth.oidc.signing_keys import ALGORITHMS
from api.principal import SCOPES, AccessScope, including
from graph.errors import StoreUnavailableError
from graph.messages import message

LEEWAY_S = 30
"""How far the provider's clock may be from ours."""
MOST_CHARACTERS = 16_384
READ_EVERY_S = 300.0
"""How often the keys are read: one that the provider has taken back holds no longer than this."""
AGAIN_AFTER_S = 10.0
"""How long the keys are not read again for a token that names an unknown one, or after a failure."""
TRUSTED_FOR_S = 3600.0
"""How long the keys that are known hold while the provider cannot be reached."""

_NAMES = ("name", "preferred_username", "client_id", "azp", "sub")
_log = logging.getLogger(__name__)


class Person(NamedTuple):
    """Subject of a token, and what it opens; `subject` is how the provider calls them, which does not change."""

    name: str
    subject: str
    scopes: frozenset[AccessScope]


class Issuer:
    """OIDC issuer that is believed, and its keys as they were read last."""

    def __init__(self, provider: Provider) -> None:
        """Ask nothing yet."""
        self._told = provider
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = self._tried_at = -TRUSTED_FOR_S * 2
        self._reading = asyncio.Lock()
        self._reader = Reader(provider.issuer)

    async def person(self, token: str, *, may_fetch: bool = True) -> Person | None:
        """Return whom the token names; None where it does not hold, or is no such token.

        A token that names an unknown key makes the keys be read again, unless `may_fetch` is false.

        Raises:
            StoreUnavailableError: it cannot be told, since the provider's keys could not be read for too long.
        """
        name = _key_named_by(token)
        if name is None:
            return None
        if self._key(name) is None and may_fetch:
            await self._read_again()
        if time.monotonic() - self._read_at > TRUSTED_FOR_S:
            raise StoreUnavailableError(message("oidc.keys_unreadable"))
        key = self._key(name)
        claims = None if key is None else self._claims(token, key)
        return None if claims is None else self._named(claims)

    async def keep_up_to_date(self) -> None:
        """Go on reading the keys until cancelled."""
        while True:
            await self._read_again()
            is_read = self._read_at >= self._tried_at
            await asyncio.sleep(READ_EVERY_S if is_read else AGAIN_AFTER_S)

    async def _read_again(self) -> None:
        """Read the keys, unless that was tried just now; however many ask for it, once."""
        async with self._reading:
            if time.monotonic() - self._tried_at < AGAIN_AFTER_S:
                return
            try:
                self._keys = await self._reader.keys()
            except UnreadableError as error:
                self._tried_at = time.monotonic()
                _log.warning("the OpenID provider: %s", error)
                return
            self._tried_at = self._read_at = time.monotonic()

    def _key(self, name: str) -> jwt.PyJWK | None:
        """Return the key of that name; the only one there is for a token that names none."""
        if not name and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(name)

    def _claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any] | None:
        """Return what the token says; None where it is not signed by the key, not for us, or not now.

        Source: RFC 9068, section 4; RFC 8725, sections 3.8 to 3.10.
        """
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._told.audience,
                issuer=self._told.issuer,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except Exception as error:  # noqa: BLE001 - claims may be any JSON, and PyJWT does not foresee all of it
            _log.info("a token of the OpenID provider does not hold: %s", type(error).__name__)
            return None
        return claims

    def _named(self, claims: Mapping[str, Any]) -> Person | None:
        subject = claims["sub"]
        if not subject or len(subject) > 255 or not subject.isprintable():  # OpenID Connect Core 1.0, section 2
            return None
        names = (claims.get(word) for word in _NAMES)
        name = next((name for name in names if isinstance(name, str) and name.strip() and name.isprintable()), subject)
        return Person(name.strip()[:100], subject, self._opened(claims))

    def _opened(self, claims: Mapping[str, Any]) -> frozenset[AccessScope]:
        """Return the scopes that the token opens; none where it has no value that was mapped to one."""
        values = next((claims[claim] for claim in self._told.claims if claim in claims), ())
        words = values.split(" ") if isinstance(values, str) else values if isinstance(values, list) else ()
        opened = [self._told.scopes[word] for word in words if isinstance(word, str) and word in self._told.scopes]
        return including(max(opened, key=SCOPES.index)) if opened else frozenset()


def _key_named_by(token: str) -> str | None:
    """Return the id of the key by which a token says it is signed, empty where it says none; None if it is no token."""
    if len(token) > MOST_CHARACTERS or token.count(".") != 2:
        return None
    try:
        header = jwt.get_unverified_header(token)
    except Exception:  # noqa: BLE001 - anybody may write anything there, nested however deeply
        return None
    name = header.get("kid", "")
    return name if header.get("alg") in ALGORITHMS and isinstance(name, str) else None
