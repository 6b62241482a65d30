"""Local mode: whether a service without keys is open to this machine; never again once a key was seen.

A state file that vanishes, is cut short or is not mounted looks like one in which no key was ever made. So that this
opens nothing, a store that was served with keys bears a mark, and a process remembers what it has seen. Both are taken
back by one command on the machine, `rolepath key local`.
"""

from api.auth.keys import KeyStore
from graph.errors import RolepathError, StoreUnavailableError
from graph.messages import message
from graph.stores import Store


class LocalMode:
    """What one process knows of keys that there were; it is closed until it was looked."""

    def __init__(self, keys: KeyStore, store: Store | None) -> None:
        """Look at nothing yet; without a store, nobody but this process can ask, and nothing is remembered."""
        self._keys, self._store = keys, store
        self._has_seen_keys = self._is_marked = False
        self.is_open = False

    def look(self, *, has_keys: bool) -> None:
        """Take note of whether there are keys now, and mark the store when there are.

        Raises:
            StoreUnavailableError: there were keys, and they are gone though nobody gave them up; or there are none, and
                it cannot be read whether there were.
        """
        if has_keys:
            self.is_open, self._has_seen_keys = False, True
            self._mark()
            return
        if self._has_seen_keys and not self._keys.were_given_up():
            self.is_open = False
            raise StoreUnavailableError(message("http.keys_lost"))
        self._has_seen_keys = self._is_marked = False
        self.is_open = self._store is None or not self._store.needs_keys()

    def _mark(self) -> None:
        """Mark the store, once; where it cannot be written now, or is not there yet, it is tried again."""
        if self._is_marked or self._store is None:
            return
        try:
            if not self._store.needs_keys():
                self._store.note_keys(needed=True)
            self._is_marked = self._store.needs_keys()
        except RolepathError:
            self._is_marked = False
