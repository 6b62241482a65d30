"""Authenticator: who sends a request, by the keys, sessions and tokens that a worker holds."""

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from api.auth.credentials import Credentials
from api.auth.keys import HashedKey, Key, KeyStore, is_token_of, matching
from api.auth.local_mode import LocalMode
from api.auth.oidc.issuer import issuer_of
from api.auth.rate_limits import RateAllowance, RateLimiter
from api.auth.sessions import HashedSession, NewSession, SessionStore
from api.observability.logs import RareWarnings
from api.observability.supervisor import AsyncLoop
from api.principal import NOBODY, AccessScope, Principal, including
from api.settings.settings import Settings
from api.state.clock import SteadyClock
from api.state.database import State
from graph.errors import StoreUnavailableError
from graph.messages import message
from graph.stores import Store

UP_TO_DATE_EVERY_S = 0.25
"""How often keys and sessions are looked at: what is revoked is refused from then on, by every worker."""
SHARED_EVERY_S = 0.5
"""How often counts are shared between workers."""
TRUSTED_FOR_S = 30.0
"""How long the keys that are known hold while the state file cannot be read: after that nobody is let in."""
BEHIND_S = 60.0
"""From how much on it is told that the clock was set back."""
MOST_STRANGERS = 1000
"""How many sessions that nobody began are remembered until the next look."""

_log = logging.getLogger(__name__)


class Admission(NamedTuple):
    """Principal of a request, and what is left of the rate limit that it counts for; `policy` names that limit.

    `has_wrong_key` says that a key was given which opens nothing.
    """

    principal: Principal
    allowance: RateAllowance
    policy: str
    has_wrong_key: bool = False


class Authenticator:
    """Authenticator: tells who sends a request by its credentials, and counts it against the rate limits."""

    def __init__(self, settings: Settings, state: State, store: Store | None, *, is_bound_locally: bool) -> None:
        """Open nothing yet; until the keys were read, nobody is let in.

        `store` bears the mark that keys were needed once; None where nobody else than this process can ask.

        Raises:
            InputError: the settings of the OpenID provider do not go together.
        """
        self._settings, self._is_bound_locally = settings.service, is_bound_locally
        self._keys, self._sessions, self._limits = KeyStore(state), SessionStore(state), RateLimiter(state)
        self._issuer = issuer_of(settings.service)
        self._local_mode = LocalMode(self._keys, store)
        self._by_id: dict[str, HashedKey] | None = None
        self._session_by_id: dict[str, HashedSession] = {}
        self._strangers: set[str] = set()
        self._read_at = 0.0
        self._used: dict[str, datetime] = {}
        self._warnings = RareWarnings(_log)
        self._clock = SteadyClock()
        self._reader = ThreadPoolExecutor(1, "keys")

    def is_local_mode(self) -> bool:
        """Say whether whoever is on this machine may do everything: nothing was ever set up by which to be let in."""
        return self._may_be_local_mode() and self._local_mode.is_open

    def local_trouble(self) -> StoreUnavailableError | None:
        """Return why it cannot be told whether this is local mode; None where it can."""
        return self._local_mode.trouble if self._may_be_local_mode() else None

    def _may_be_local_mode(self) -> bool:
        has_other_ways = self._issuer is not None or bool(self._settings.trusted_proxies)
        return self._is_bound_locally and not has_other_ways and self._by_id is not None and not self._by_id

    def require_keys(self) -> None:
        """Do nothing where it is known which keys there are.

        Raises:
            StoreUnavailableError: they could not be read, at all or for a while.
        """
        if self._by_id is None or time.monotonic() - self._read_at > TRUSTED_FOR_S:
            raise StoreUnavailableError(message("http.keys_unreadable"))

    async def admit(self, credentials: Credentials) -> Admission:
        """Return who sends the request, and count it.

        Raises:
            StoreUnavailableError: it cannot be told which keys hold.
        """
        self.require_keys()
        if credentials.is_local and (trouble := self.local_trouble()) is not None:
            raise trouble
        if credentials.is_local and self.is_local_mode():
            here = Principal("local", "", including("admin"), credentials.address)
            return Admission(here, RateAllowance(True, 0, 0, 0), "local")
        if credentials.bearer is not None:
            return await self._by_bearer(credentials.bearer, credentials.address)
        session = await self._session_of(credentials)
        if session is not None:
            return session
        scopes: frozenset[AccessScope] = including("read") if self._settings.anonymous_read else frozenset()
        return Admission(
            NOBODY._replace(scopes=scopes, address=credentials.address),
            self._of_address(credentials.address),
            "address",
        )

    def check(self, token: str, address: str) -> tuple[Key | None, RateAllowance]:
        """Return the key that somebody signs in with, else None and what is left of the tries.

        Raises:
            StoreUnavailableError: it cannot be told which keys hold.
        """
        self.require_keys()
        key = matching(token, self._by_id or {}, self._clock.now())
        subject, limit = f"wrong keys {network_of(address)}", self._settings.rate_wrong_keys
        return key, self._limits.take(subject, limit, cost=0 if key else 1)

    def known_id(self, token: str) -> str:
        """Return the public part of a token where there is such a key, else nothing: it may be told in a log."""
        key_id = token.split("_", 2)[1] if token.count("_") >= 2 else ""
        return key_id if key_id in (self._by_id or {}) else ""

    async def begin_session(self, key: Key) -> NewSession:
        """Begin a session of whoever holds the key."""
        made = await asyncio.to_thread(self._sessions.begin, key, self._settings.session_hours, self._clock.now())
        self._used[key.id] = self._clock.now()
        return made

    async def end_session(self, session_id: str) -> None:
        """End a session: at once for this worker, for the others with their next look."""
        await asyncio.to_thread(self._sessions.end, session_id)
        self._session_by_id.pop(session_id, None)
        self._strangers.add(session_id)

    async def _by_bearer(self, token: str, address: str) -> Admission:
        at = self._clock.now()
        key = matching(token, self._by_id or {}, at)
        if key is not None:
            return self._with_key(Principal(key.name, key.id, including(key.scope), address), at)
        subject = f"wrong keys {network_of(address)}"
        tries = self._limits.take(subject, self._settings.rate_wrong_keys, cost=0)
        person = await self._issuer.person(token, may_fetch=tries.ok) if self._issuer else None
        if person is not None:
            principal = Principal(person.name, "", person.scopes, address, subject=person.subject)
            return Admission(
                principal, self._limits.take(f"subject {person.subject}", self._settings.rate_key), "token"
            )
        allowance = self._limits.take(subject, self._settings.rate_wrong_keys)
        return Admission(NOBODY._replace(address=address), allowance, "wrong-keys", has_wrong_key=True)

    def _with_key(self, principal: Principal, at: datetime) -> Admission:
        self._used[principal.key_id] = at
        return Admission(principal, self._limits.take(f"key {principal.key_id}", self._settings.rate_key), "key")

    async def _session_of(self, credentials: Credentials) -> Admission | None:
        """Return the admission by a session; None where it does not hold: then nobody is signed in."""
        if not credentials.session:
            return None
        session_id, at = credentials.session.partition("_")[0], self._clock.now()
        known = self._session_by_id.get(session_id) or await self._sought(session_id, credentials.address)
        is_right = is_token_of(credentials.session, known.hash if known else None)
        if known is None or not is_right or known.session.expires_at <= at:
            return None
        held = (self._by_id or {}).get(known.session.key_id)
        if held is None or not held.key.is_valid(at):
            return None
        key = held.key
        return self._with_key(Principal(key.name, key.id, including(key.scope), credentials.address, session_id), at)

    async def _sought(self, session_id: str, address: str) -> HashedSession | None:
        """Look for a session that another worker may just have begun: once until the next look, within the limit."""
        if (
            session_id in self._strangers
            or len(self._strangers) >= MOST_STRANGERS
            or not self._of_address(address, 0).ok
        ):
            return None
        sessions = await asyncio.to_thread(self._sessions.hashed, session_id)
        if not sessions:
            self._strangers.add(session_id)
            return None
        self._session_by_id[session_id] = sessions[0]
        return sessions[0]

    def _of_address(self, address: str, cost: int = 1) -> RateAllowance:
        return self._limits.take(f"address {network_of(address)}", self._settings.rate_address, cost)

    def loops(self) -> dict[str, AsyncLoop]:
        """Return what is to go on in the background, by name; each apart, so that none ends or holds up another."""
        provider = {} if self._issuer is None else {"provider": self._issuer.keep_up_to_date}
        return {"keys": self._go_on_looking, "counts": self._go_on_sharing, **provider}

    async def bring_up_to_date(self) -> None:
        """Read the keys and sessions; share the counts, and when keys were used."""
        await self._look()
        await self._share()

    async def _go_on_looking(self) -> None:
        """Look in a rhythm: how long a look takes is no part of what passes between two."""
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            await self._look()
            await asyncio.sleep(max(0.0, begun + UP_TO_DATE_EVERY_S - clock()))

    async def _go_on_sharing(self) -> None:
        while True:
            await asyncio.sleep(SHARED_EVERY_S)
            await self._share()

    async def _look(self) -> None:
        """Read the keys and sessions, at once, in a thread that does nothing else: whoever writes is not waited for."""
        self._strangers.clear()
        try:
            known = await asyncio.get_running_loop().run_in_executor(self._reader, self._read)
            self._notice_time(*known)
        except StoreUnavailableError as error:
            self._warnings.warning("%s", error)
        except Exception:  # noqa: BLE001 - it must go on: a key that is revoked has to be heard of
            _log.exception("the keys cannot be read")
        else:
            keys, sessions = known
            self._by_id, self._read_at = {held.key.id: held for held in keys}, time.monotonic()
            # A session that was ended since is not taken for one that holds.
            self._session_by_id = {s.session.id: s for s in sessions if s.session.id not in self._strangers}

    def _read(self) -> tuple[list[HashedKey], list[HashedSession]]:
        keys = self._keys.hashed()
        self._local_mode.note(has_keys=bool(keys))
        return keys, self._sessions.hashed()

    async def _share(self) -> None:
        """Compare with the store whether keys are needed; write counts, and when keys were used."""
        try:
            await asyncio.to_thread(self._local_mode.compare)
            await self._limits.share(asyncio.to_thread)
            await self._note_use()
        except StoreUnavailableError as error:
            self._warnings.warning("%s", error)
        except Exception:  # noqa: BLE001 - it must go on: who may come in is counted by it
            _log.exception("counts cannot be shared")

    def _notice_time(self, keys: Sequence[HashedKey], sessions: Sequence[HashedSession]) -> None:
        """See that it is not earlier than when something was last written, or what has expired would hold again."""
        written = [at for known in keys for at in (known.key.created_at, known.key.last_used_at) if at is not None]
        written += [known.session.created_at for known in sessions]
        behind = self._clock.notice(max(written)) if written else timedelta()
        if behind.total_seconds() > BEHIND_S:
            self._warnings.warning(
                "the clock is behind what was last written of keys and sessions: they are judged by the latter, %s",
                max(written).isoformat(),
            )

    async def _note_use(self) -> None:
        """Keep when keys were used; what cannot be kept now is kept later."""
        used, self._used = self._used, {}
        if not used:
            return
        try:
            await asyncio.to_thread(self._keys.note_use, used)
        except BaseException:
            self._used = used | self._used
            raise


def network_of(address: str) -> str:
    """Return what is counted as one address: of IPv6 the network, since a household has 2 to the 64 addresses in it.

    >>> [network_of(address) for address in ("192.0.2.7", "2001:db8:1:2:3:4:5:6", "::ffff:192.0.2.7", "")]
    ['192.0.2.7', '2001:db8:1:2::', '192.0.2.7', 'unknown']
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
