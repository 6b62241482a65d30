"""How soon a running service hears of keys: whoever writes beside it, or keeps its threads, is not waited for."""

import asyncio
import time
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from sqlite3 import connect
from threading import Event

import pytest

from api.auth.authenticator import SHARED_EVERY_S, Authenticator
from api.auth.keys import KeyStore
from api.observability.supervisor import Supervisor
from api.settings.settings import Settings
from api.state.database import State, now
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.serving import Asker, serving, settings_in

MOST_THREADS = 64
"""More than an event loop lends at once on a machine of less than 60 processors."""
PATH = "/v1/sources"
WITHIN_S = 8.0
"""Shorter than SQLite waits for a lock: whoever waits for it hears of nothing within that time."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = settings_in(tmp_path)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return found


def opens(asker: Asker, token: str) -> bool:
    return asker.get(PATH, headers=bearing(token)).is_success


def test_keys_are_heard_of_while_others_write_to_the_state(settings: Settings) -> None:
    """Counts cannot be shared meanwhile; that a key was revoked is read nevertheless."""
    state = State(settings.state_path)
    keys = KeyStore(state)
    first, second = keys.create("first", "read"), keys.create("second", "read")
    with serving(settings) as asker:
        eventually(lambda: opens(asker, first.token))
        with state.writing() as connection:
            assert opens(asker, second.token)  # it is counted, and its use is to be kept
            time.sleep(2 * SHARED_EVERY_S)
            connection.execute("UPDATE api_key SET revoked_at = ? WHERE id = ?", (now(), second.key.id))
        with state.writing():
            eventually(lambda: not opens(asker, second.token), WITHIN_S)


def test_keys_are_heard_of_while_others_write_to_the_store(settings: Settings) -> None:
    """The first key ends local mode although the store cannot be marked yet."""
    with serving(settings) as asker, closing(connect(settings.store_url.removeprefix("sqlite:///"))) as writer:
        assert asker.get(PATH).is_success
        writer.execute("BEGIN IMMEDIATE")
        made = KeyStore(State(settings.state_path)).create("first", "read")
        eventually(lambda: asker.get(PATH).status_code == HTTPStatus.UNAUTHORIZED, WITHIN_S)
        assert opens(asker, made.token)


def test_keys_are_heard_of_while_every_thread_is_taken(settings: Settings) -> None:
    """Those that the event loop lends for drawings, and for writing to the state."""
    asyncio.run(_hear_with_all_threads_taken(settings))


async def _hear_with_all_threads_taken(settings: Settings) -> None:
    keys, done = KeyStore(State(settings.state_path)), Event()
    guard = Authenticator(settings, State(settings.state_path), None, is_bound_locally=True)
    looking = asyncio.create_task(Supervisor().keep_up(guard.loops()))
    taken = [asyncio.create_task(asyncio.to_thread(done.wait)) for _ in range(MOST_THREADS)]
    try:
        await asyncio.sleep(0)
        made = keys.create("first", "read")
        end = time.monotonic() + WITHIN_S
        while not guard.known_id(made.token):
            assert time.monotonic() < end
            await asyncio.sleep(0.05)
    finally:
        done.set()
        looking.cancel()
        await asyncio.gather(looking, *taken, return_exceptions=True)
