"""A service whose Neo4j server goes away and comes back: what it answers, what it logs, when it is ready."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import neo4j
import pytest

from api.cli.render.doctor import check_up
from api.settings.settings import Settings
from graph.stores import Store, open_store
from graph.stores.neo4j import apply as neo4j_applying
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.neo4j_server import free_port
from tests.support.serving import serving
from tests.support.stores import empty_neo4j

pytestmark = pytest.mark.neo4j

WATCHED_S = 6.0


class Gate:
    """A door between clients and a server, which can be shut and opened again at the same port."""

    def __init__(self, url: str) -> None:
        self._place = (urlsplit(url).hostname or "", urlsplit(url).port or 7687)
        self.port = free_port()
        self.url = f"bolt://127.0.0.1:{self.port}"
        self._ends: list[socket.socket] = []
        self._passes = threading.Event()
        self._passes.set()
        self.open()

    def open(self) -> None:
        """Let clients through."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def freeze(self) -> None:
        """Keep every line, and new ones, and pass nothing on, as when the way to a server is lost."""
        self._passes.clear()

    def thaw(self) -> None:
        """Pass on again, what came meanwhile too."""
        self._passes.set()

    def shut(self) -> None:
        """Cut every line, and take no more connections."""
        for end in (self._listening, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, far = listening.accept()[0], socket.create_connection(self._place)
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self._passes.wait()
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Store]:
    """Give a small store."""
    empty_neo4j(neo4j_url)
    found = open_store(neo4j_url)
    found.apply(says("k1 DEVELOPS c1"))
    yield found
    found.close()
    empty_neo4j(neo4j_url)


def settings_of(url: str, folder: Path) -> Settings:
    return Settings(url, store_may_be_missing=False, state_path=folder / "state.db", cache_path=folder / "cache")


def test_a_service_is_ready_while_its_server_is_away(store: Store, neo4j_url: str, tmp_path: Path) -> None:
    """Ready, and stale for so long: the snapshot serves. When the server is back, it is fresh again by itself."""
    gate = Gate(neo4j_url)
    with serving(settings_of(gate.url, tmp_path)) as asker:
        assert "Rolepath-Stale" not in asker.get("/readyz").headers
        gate.shut()
        eventually(lambda: "Rolepath-Stale" in asker.get("/v1/gaps").headers)
        for _ in range(3):
            ready = asker.get("/readyz")
            assert ready.status_code == 200
            assert int(ready.headers["Rolepath-Stale"]) >= 0
            assert "stale for" in ready.json()["store"]
            assert asker.get("/v1/gaps").status_code == 200
            time.sleep(0.5)
        gate.open()
        store.apply(says("k2 DEVELOPS c2", by="later"))
        eventually(lambda: asker.get("/v1/gaps").json()["revision"] == 2)
        assert "Rolepath-Stale" not in asker.get("/readyz").headers
    gate.shut()


def test_a_service_is_ready_while_its_server_says_nothing(store: Store, neo4j_url: str, tmp_path: Path) -> None:
    """No line is cut, none is answered: the same, after one wait that is bounded."""
    assert store.exists()
    gate = Gate(neo4j_url)
    with serving(settings_of(gate.url, tmp_path)) as asker:
        gate.freeze()
        for _ in range(2):
            ready = asker.get("/readyz")
            assert ready.status_code == 200
            assert "stale for" in ready.json()["store"]
            assert asker.get("/v1/gaps").status_code == 200
        eventually(lambda: "Rolepath-Stale" in asker.get("/v1/gaps").headers)
        begun = time.monotonic()
        assert "stale for" in asker.get("/readyz").json()["store"]
        assert time.monotonic() - begun < 4, "it asked again a server that is known to be silent"
        gate.thaw()
        eventually(lambda: "Rolepath-Stale" not in asker.get("/readyz").headers)
    gate.shut()


def test_local_mode_lasts_while_the_server_is_away(
    store: Store, neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was let in goes on being answered, as long as nothing else became known."""
    monkeypatch.setattr("api.auth.local_mode.READ_EVERY_S", 0.1)
    gate = Gate(neo4j_url)
    with serving(settings_of(gate.url, tmp_path)) as asker:
        gate.shut()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            assert asker.get("/v1/gaps").status_code == 200
            time.sleep(0.2)


def test_waiting_for_a_server_logs_less_and_less(tmp_path: Path) -> None:
    """Each line names host, port and cause; between two of them more and more time goes by."""
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ROLEPATH_")},
        "ROLEPATH_STORE": f"neo4j://127.0.0.1:{port}",
        "ROLEPATH_STATE": str(tmp_path / "state.db"),
        "ROLEPATH_CACHE": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-c", "from api.cli.main import main; raise SystemExit(main())", "serve", "--port", "0"]
    log = tmp_path / "log"
    with log.open("w") as errors, subprocess.Popen(command, env=environ, stdout=errors, stderr=errors) as process:
        eventually(lambda: "looked for again" in log.read_text())
        time.sleep(WATCHED_S)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
    told = [line for line in log.read_text().splitlines() if " WARNING " in line or " ERROR " in line]
    waits = [line for line in told if "127.0.0.1" in line]
    assert 2 <= len(waits) <= len(told) <= 8
    assert "routing information" not in log.read_text()
    assert all(str(port) in line and "refused" in line for line in waits)


def test_a_job_that_is_half_written_is_told(
    store: Store, neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By readiness, which goes on, and by the check-up, which names the ways out; not when it is ended."""
    monkeypatch.setattr(neo4j_applying, "LEASE_S", 0)
    settings = settings_of(neo4j_url, tmp_path)
    with serving(settings) as asker:
        with monkeypatch.context() as patch:
            patch.setattr(neo4j_applying, "ATOMIC_CHANGES", 1)
            patch.setattr(neo4j_applying, "_finish", lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                store.apply(says("k2 DEVELOPS c2", by="later"))
        ready = asker.get("/readyz")
        assert ready.status_code == 200
        assert "not finished" in ready.json()["store"]
        found = check_up(settings)
        assert any("rolepath runs resume" in item.detail and not item.ok for item in found.items)
        assert store.resume()
        assert "not finished" not in asker.get("/readyz").json()["store"]
        assert not any("rolepath runs resume" in item.detail for item in check_up(settings).items)


def test_foreign_entities_are_told_by_the_check_up(store: Store, neo4j_url: str, tmp_path: Path) -> None:
    """It names them; the graph can still be read."""
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("CREATE (:Entity {id: 'theirs'})")
    found = check_up(settings_of(neo4j_url, tmp_path))
    assert any("theirs" in item.detail and not item.ok for item in found.items)
    assert found.revision == 1
