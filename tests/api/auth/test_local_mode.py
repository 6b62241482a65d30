"""Local mode is never entered again once a key was seen, whatever becomes of the state file."""

import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from api.auth.authenticator import UP_TO_DATE_EVERY_S
from api.auth.keys import KeyStore
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.database import State
from graph.stores import open_store
from tests.support.access import bearing, with_service
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.serving import Asker, serving, settings_in

Damage = Callable[[Path], None]


def _vanish(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def _truncate(path: Path) -> None:
    _vanish(path)
    path.write_bytes(b"")


def _unmount(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


DAMAGES = pytest.mark.parametrize("damage", [_vanish, _truncate, _unmount])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = settings_in(tmp_path)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    moved = tmp_path / "state" / "state.db"
    moved.parent.mkdir()
    return replace(found, state_path=moved)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def is_shut(asker: Asker) -> bool:
    """Say whether nobody is let in without a key, to read or to write."""
    refused = {HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE}
    answers = (asker.get("/v1/gaps"), asker.get("/v1/audit"), asker.ask("POST", "/v1/ingest/undo/second"))
    return {answer.status_code for answer in answers} <= refused


@DAMAGES
def test_running_service_stays_shut(settings: Settings, damage: Damage) -> None:
    """A state file that vanishes, is cut short or is not mounted opens nothing while the service runs."""
    token = KeyStore(State(settings.state_path)).create("first", "admin").token
    with serving(settings) as asker:
        assert is_shut(asker)
        assert asker.get("/v1/gaps", headers=bearing(token)).is_success
        damage(settings.state_path)
        until = time.monotonic() + 2 * UP_TO_DATE_EVERY_S
        while time.monotonic() < until:  # at every moment, before and after its next looks
            assert is_shut(asker)
            time.sleep(UP_TO_DATE_EVERY_S / 5)


@DAMAGES
def test_service_that_starts_again_stays_shut(settings: Settings, damage: Damage) -> None:
    """The store bears a mark: a service that never saw the keys knows that there were some."""
    KeyStore(State(settings.state_path)).create("first", "admin")
    with serving(settings):
        pass
    damage(settings.state_path)
    with serving(settings) as asker:
        assert is_shut(asker)


def test_keys_can_be_given_up_on_the_machine_only(
    settings: Settings, cli: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key must be revoked first; then one command, which the audit log tells of, opens local mode again."""
    keys = KeyStore(State(settings.state_path))
    key = keys.create("first", "admin").key
    where = ("--store", settings.store_url)
    monkeypatch.setenv("ROLEPATH_STATE", str(settings.state_path))
    with serving(settings) as asker:
        assert is_shut(asker)
        assert cli("key", "local", *where).status == 2
        assert cli("key", "local", "--yes", *where).status == 5
        keys.revoke(key.id)
        assert cli("key", "local", "--yes", *where).status == 0
        assert eventually(lambda: asker.get("/v1/gaps").is_success)
        assert eventually(lambda: asker.get("/v1/audit").is_success)
    with serving(settings) as asker:
        assert asker.get("/v1/gaps").is_success
        keys.create("second", "read")
        assert eventually(lambda: is_shut(asker))
    assert "local mode" in {deed.what for deed in Audit(State(settings.state_path)).latest().items}


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_nothing_is_open_through_a_proxy(settings: Settings, header: str) -> None:
    """Who is behind a proxy is not on this machine, even if the proxy is."""
    with serving(settings) as asker:
        assert asker.get("/v1/gaps").is_success
        assert asker.get("/v1/gaps", headers={header: "for=192.0.2.7"}).status_code == HTTPStatus.UNAUTHORIZED
    with serving(with_service(settings, trusted_proxies="192.0.2.1")) as asker:
        assert asker.get("/v1/gaps").status_code == HTTPStatus.UNAUTHORIZED
