"""Claim of a store by a state file: services that answer from one store at a time must keep what people decide in one.

A service says in the store, every few seconds, which state file it works with. Another one that starts meanwhile with
another file would decide past it, and refuses; so does a command that changes what was decided.
"""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from api.state.database import State
from graph.errors import ConflictError, RolepathError
from graph.messages import message
from graph.stores import Store
from graph.stores.base import ServiceClaim

RENEW_EVERY_S = 15.0
"""How often a service says that it is there."""
HOLDS_S = 60.0
"""For how long what it said holds: a service that was killed keeps others out for no longer."""
_log = logging.getLogger(__name__)


def require_same_state(store: Store, state: State) -> None:
    """Do nothing where no service answers from the store now with another state file.

    Raises:
        ConflictError: one does; the message names it, and says the way out.
        StoreUnavailableError: the store, or the state, cannot be read.
    """
    found = other_claim(store, state)
    age_s = 0.0 if found is None else time.time() - found.at
    if found is not None and age_s < HOLDS_S:
        own, seconds = str(state.path), max(0, int(age_s))
        raise ConflictError(
            message("claim.other_state", place=found.place, own=own, seconds=seconds, holds=int(HOLDS_S))
        )


def other_claim(store: Store, state: State) -> ServiceClaim | None:
    """Return the claim of another state file on the store, however old; None where it is ours, or there is none.

    That on a file of which this one is a copy is none on this one.
    """
    found = store.claim()
    if found is None or (store.url.startswith("sqlite:") and found.store_url != store.url):
        return None
    return None if found.state == state.identity() else found


@contextmanager
def claiming(store: Store, state: State) -> Iterator[None]:
    """Say, for as long as it is in use, that the state file goes with the store; at the end, that it does no longer.

    A store that cannot be written now, or does not exist yet, is told later.
    """
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, state, stop), name="claim", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(5)
        with suppress(RolepathError):
            _note(store, state, at=0.0)


def _keep(store: Store, state: State, stop: threading.Event) -> None:
    was_told = False
    while True:
        try:
            _note(store, state, at=time.time())
        except RolepathError as error:
            if not was_told:
                _log.warning("%s", error)
            was_told = True
        if stop.wait(RENEW_EVERY_S):
            return


def _note(store: Store, state: State, *, at: float) -> None:
    """Note the claim, unless a service with another state file holds one. Raises ConflictError where it does."""
    require_same_state(store, state)
    place = f"{socket.gethostname()}:{state.path}"
    if store.exists():
        store.note_claim(ServiceClaim(state.identity(), place, store.url, at))
