"""Who is let in: keys and limits as a worker knows them, brought up to date in the background."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from api.access import NOBODY, AccessScope, Principal, including
from api.keys import HashedKey, Keys, matching
from api.limits import Allowance, Limits
from api.settings import Settings
from api.state import State
from graph.errors import StoreUnavailableError

UP_TO_DATE_EVERY_S = 0.5
"""How often keys and counts are looked at: a key that is revoked is refused from then on, by every worker."""
TRUSTED_FOR_S = 30.0
"""How long the keys that are known hold while the state file cannot be read: after that nobody is let in."""

_log = logging.getLogger(__name__)


class Admission(NamedTuple):
    """Who asks, and what is left of the limit that the request counts for; `policy` names that limit.

    `has_wrong_key` says that a key was given which opens nothing.
    """

    principal: Principal
    allowance: Allowance
    policy: str
    has_wrong_key: bool = False


class Guard:
    """Tells who sends a request by its headers, and counts it."""

    def __init__(self, settings: Settings, state: State, *, is_bound_locally: bool) -> None:
        """Open nothing yet; until the keys were read, nobody is let in."""
        self._settings, self._is_bound_locally = settings.service, is_bound_locally
        self._keys, self._limits = Keys(state), Limits(state)
        self._by_id: dict[str, HashedKey] | None = None
        self._read_at = 0.0
        self._used: dict[str, datetime] = {}

    def is_local_mode(self) -> bool:
        """Say whether whoever is on this machine may do everything: there is no key, and nobody else can come in."""
        return self._is_bound_locally and self._by_id is not None and not self._by_id

    def require_keys(self) -> None:
        """Do nothing where it is known which keys there are.

        Raises:
            StoreUnavailableError: they could not be read, at all or for a while.
        """
        if self._by_id is None or time.monotonic() - self._read_at > TRUSTED_FOR_S:
            raise StoreUnavailableError("the keys cannot be read, so that nobody is let in; the log says why")

    def admit(self, authorization: Sequence[str], address: str, *, is_local: bool) -> Admission:
        """Return who sends the request, and count it; `is_local` says that it came in on a loopback address.

        Raises:
            StoreUnavailableError: it cannot be told which keys hold.
        """
        self.require_keys()
        if is_local and self.is_local_mode():
            return Admission(Principal("local", "", including("admin"), address), Allowance(True, 0, 0, 0), "local")
        if authorization:
            return self._by_key(authorization, address)
        scopes: frozenset[AccessScope] = including("read") if self._settings.anonymous_read else frozenset()
        allowance = self._limits.take(f"address {network_of(address)}", self._settings.rate_address)
        return Admission(NOBODY._replace(scopes=scopes, address=address), allowance, "address")

    def _by_key(self, authorization: Sequence[str], address: str) -> Admission:
        scheme, _, token = authorization[0].partition(" ")
        at = datetime.now(UTC)
        is_bearer = len(authorization) == 1 and scheme.lower() == "bearer"
        key = matching(token.strip(), self._by_id or {}, at) if is_bearer else None
        if key is None:
            allowance = self._limits.take(f"wrong keys {network_of(address)}", self._settings.rate_wrong_keys)
            return Admission(NOBODY._replace(address=address), allowance, "wrong-keys", has_wrong_key=True)
        self._used[key.id] = at
        principal = Principal(key.name, key.id, including(key.scope), address)
        return Admission(principal, self._limits.take(f"key {key.id}", self._settings.rate_key), "key")

    async def keep_up_to_date(self) -> None:
        """Go on looking until cancelled."""
        while True:
            await asyncio.sleep(UP_TO_DATE_EVERY_S)
            await self.bring_up_to_date()

    async def bring_up_to_date(self) -> None:
        """Read the keys; share the counts, and when keys were used."""
        try:
            found = await asyncio.to_thread(self._keys.hashed)
            self._by_id, self._read_at = {known.key.id: known for known in found}, time.monotonic()
            await self._limits.share(asyncio.to_thread)
            used, self._used = self._used, {}
            if used:
                await asyncio.to_thread(self._keys.note_use, used)
        except StoreUnavailableError as error:
            _log.warning("%s", error)
        except Exception:  # noqa: BLE001 - it must go on: a key that is revoked has to be heard of
            _log.exception("the keys cannot be read")


def network_of(address: str) -> str:
    """Return what is counted as one address: of IPv6 the network, since a household has 2 to the 64 addresses in it.

    >>> [network_of(address) for address in ("192.0.2.7", "2001:db8:1:2:3:4:5:6", "::ffff:192.0.2.7", "")]
    ['192.0.2.7', '2001:db8:1:2::', '192.0.2.7', 'unknown']
    """
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
