"""Local mode: whether a service without keys is open to this machine; never again once a key was seen.

A state file that vanishes, is cut short or is not mounted looks like one in which no key was ever made. So that this
opens nothing, a store that was served with keys bears a mark, and a process remembers what it has seen. Both are taken
back by one command on the machine, `rolepath key local`.
"""

import time

from api.auth.keys import KeyStore
from graph.errors import ConflictError, LoginRefusedError, RolepathError, StoreAwayError, StoreUnavailableError
from graph.messages import message
from graph.stores import Store

READ_EVERY_S = 30.0
"""How often the mark is read while there are no keys."""
AGAIN_AFTER_S = 2.0
"""How long after a failure the mark is looked for again."""
AGAIN_AFTER_REFUSAL_S = 30.0
"""The same after a login that was refused: more often, and a server may lock the account."""


class LocalMode:
    """What one process knows of keys that there were; it is closed until the store was looked at.

    `trouble` is why the mark cannot be read, None where it was: until then it is not known whether it is open.
    """

    def __init__(self, keys: KeyStore, store: Store | None) -> None:
        """Look at nothing yet; without a store, nobody but this process can ask, and nothing is remembered."""
        self._keys, self._store = keys, store
        self._has_seen_keys = self._is_marked = False
        self._again_at = 0.0
        self.is_open = False
        self.trouble: StoreUnavailableError | None = None

    def note(self, *, has_keys: bool) -> None:
        """Take note of whether there are keys now. The store is not asked: whoever writes to it might be waited for.

        Raises:
            StoreUnavailableError: there were keys, and they are gone though nobody gave them up.
        """
        if has_keys:
            if not self._has_seen_keys:
                self._again_at = 0.0
            self.is_open, self._has_seen_keys, self.trouble = False, True, None
        elif self._has_seen_keys and self._keys.were_given_up():
            self._has_seen_keys, self._is_marked, self._again_at = False, False, 0.0
        elif self._has_seen_keys:
            self.is_open = False
            raise StoreUnavailableError(message("http.keys_lost"))

    def compare(self) -> None:
        """Mark the store where there are keys, else see whether it bears the mark."""
        if self._has_seen_keys:
            self._mark()
        else:
            self._read_mark()

    def _read_mark(self) -> None:
        """Be open unless the store bears the mark, which another service over the same store may set."""
        if time.monotonic() < self._again_at:
            return
        try:
            is_unmarked = self._store is None or not self._store.needs_keys()
            self.is_open, self.trouble = is_unmarked and not self._has_seen_keys, None
            self._again_at = time.monotonic() + READ_EVERY_S
        except ConflictError:  # somebody writes to it: what was read last holds meanwhile
            self._again_at = time.monotonic() + AGAIN_AFTER_S
        except StoreAwayError as error:  # its server is gone for now: what was read last holds, if anything was
            self.trouble = None if self.is_open else error
            self._again_at = time.monotonic() + (READ_EVERY_S if self.is_open else AGAIN_AFTER_S)
        except StoreUnavailableError as error:
            self.is_open, self.trouble = False, error
            is_refused = isinstance(error, LoginRefusedError)
            self._again_at = time.monotonic() + (AGAIN_AFTER_REFUSAL_S if is_refused else AGAIN_AFTER_S)

    def _mark(self) -> None:
        """Mark the store, once; where it cannot be written now, or is not there yet, it is tried again later."""
        if self._is_marked or self._store is None or time.monotonic() < self._again_at:
            return
        try:
            if not self._store.needs_keys():
                self._store.note_keys(needed=True)
            self._is_marked = self._store.needs_keys()
        except RolepathError:
            self._is_marked = False
        if not self._is_marked:
            self._again_at = time.monotonic() + AGAIN_AFTER_REFUSAL_S
