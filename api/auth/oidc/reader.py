"""Reader of a provider's keys: in a thread of its own, so that a slow provider takes none from other work."""

import asyncio
import logging
import threading
from contextlib import suppress

import jwt

from api.auth.oidc.http_document import UnreadableError
from api.auth.oidc.key_sets import read_keys
from api.auth.oidc.signing_keys import signing_keys
from graph.messages import text

GIVEN_UP_AFTER_S = 15.0
"""How long both documents may take, the look-up of names included, for which there is no other limit."""

_log = logging.getLogger(__name__)


class Reader:
    """Reads the keys of one issuer, once at a time."""

    def __init__(self, issuer: str) -> None:
        """Read nothing yet."""
        self._issuer = issuer
        self._is_reading = False

    async def keys(self) -> dict[str, jwt.PyJWK]:
        """Return the keys that may sign, by id.

        Raises:
            UnreadableError: they cannot be had, in time, or none of those published can be used.
        """
        if self._is_reading:
            raise UnreadableError(text("oidc.still_reading"))
        loop = asyncio.get_running_loop()
        read: asyncio.Future[dict[str, jwt.PyJWK]] = loop.create_future()
        # A daemon, which the end of the service does not wait for.
        threading.Thread(target=self._read, args=(loop, read), name="provider", daemon=True).start()
        self._is_reading = True
        try:
            return await asyncio.wait_for(read, GIVEN_UP_AFTER_S)
        except TimeoutError:
            raise UnreadableError(text("oidc.still_reading")) from None

    def _read(self, loop: asyncio.AbstractEventLoop, read: asyncio.Future[dict[str, jwt.PyJWK]]) -> None:
        keys, trouble = {}, None
        try:
            published = read_keys(self._issuer)
            keys = signing_keys(published)
            if published and not keys:
                trouble = UnreadableError(text("oidc.no_usable_key"))
        except UnreadableError as error:
            trouble = error
        except BaseException as error:  # noqa: BLE001 - a panic of a library in Rust is no Exception
            _log.exception("the OpenID provider cannot be read")
            trouble = UnreadableError(type(error).__name__)

        def settle() -> None:
            self._is_reading = False
            if read.done():  # it was given up
                return
            if trouble is None:
                read.set_result(keys)
            else:
                read.set_exception(trouble)

        with suppress(RuntimeError):  # the service has ended
            loop.call_soon_threadsafe(settle)
