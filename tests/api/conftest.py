"""What tests of the service share: one with a key and a session for each scope."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.auth.sessions import SessionStore
from api.principal import SCOPES
from api.settings.service import ServiceSettings
from api.state.database import State
from graph.stores import open_store
from tests.support.access import Open
from tests.support.factory import SMALL
from tests.support.serving import serving, settings_in


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait half a second for each turn of the runner of imports."""
    monkeypatch.setattr("api.jobs.runner.TURN_EVERY_S", 0.02)
    monkeypatch.setattr("api.jobs.runner.LOOK_EVERY_S", 0.02)
    monkeypatch.setattr("api.jobs.imports.LOOK_EVERY_S", 0.02)
    monkeypatch.setattr("api.jobs.queue.LEASE_S", 600.0)  # what a test holds stays held, however busy the machine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a small store, for a service in a process of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    store.apply(SMALL)
    store.close()
    return tmp_path


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    told = ServiceSettings(rate_address=0, rate_key=0, meaning=False)
    settings = replace(settings_in(tmp_path_factory.mktemp("access")), service=told)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    store.close()
    state = State(settings.state_path)
    keys, sessions = KeyStore(state), SessionStore(state)
    made = {scope: keys.create(f"for {scope}", scope) for scope in SCOPES}
    begun = {scope: sessions.begin(new.key, 1).token for scope, new in made.items()}
    with serving(settings) as asker:
        yield Open(asker, {scope: new.token for scope, new in made.items()}, begun)
