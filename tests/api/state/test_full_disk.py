"""A disk on which nothing can grow: what is asked is answered, what would be written is refused whole, and says why.

The disk is one on which no file of a process may grow: the system refuses that as it refuses a disk that is full.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from tests.support.access import bearing
from tests.support.conditions import eventually
from tests.support.conforming import checked
from tests.support.markup import Page
from tests.support.processes import served
from tests.support.signing import hidden
from tests.support.uploads import uploads

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
LIMITED = """
import resource, sys
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
"""
STATE = """
from pathlib import Path
from api.auth.keys import KeyStore
from api.state.database import State
from graph.errors import RolepathError
state = State(Path(sys.argv[1]))
keys = KeyStore(state)
assert len(keys.hashed()) == 1
resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
for _ in range(3):
    assert len(keys.hashed()) == 1
    try:
        keys.create("another", "read")
    except RolepathError as error:
        print(type(error).__name__, error)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
keys.create("another", "read")
assert len(keys.hashed()) == 2
"""
STORE = """
from graph.stores import open_store
from graph.errors import RolepathError
from tests.support.factory import says
store = open_store(sys.argv[1])
before = store.revision()
changed = says("k7 DEVELOPS c7", by="another")
for size in range(0, 40_000, 1500):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        store.apply(changed)
        break
    except RolepathError as error:
        print(type(error).__name__, error)
    assert store.revision() == before
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
store.apply(changed)
assert store.revision().number == 2
"""


def limited(script: str, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a script that limits to how many bytes its files may grow."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED + script, *map(str, words)], capture_output=True, text=True, check=False
    )


def test_keys_can_be_read_while_nothing_can_be_written(folder: Path) -> None:
    """What a process has opened once it reads on; what it cannot write is told, and is whole when there is room."""
    KeyStore(State(folder / "state.db")).create("first", "admin")
    ran = limited(STATE, folder / "state.db")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["NoRoomError"] * 3


def test_import_without_room_leaves_the_store_as_it_was(folder: Path) -> None:
    """Wherever it is refused, the process itself sees nothing of it, and can import when there is room."""
    ran = limited(STORE, f"sqlite:///{folder / 'graph.db'}")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {line.split()[0] for line in ran.stdout.splitlines()} == {"NoRoomError"}


COMMANDS = """
import contextlib, io, json
from api.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
told = {}
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()):
        status = main(words)
    told[" ".join(words)] = [status, " ".join(err.getvalue().split())]
print(json.dumps(told))
"""


def test_commands_say_that_the_disk_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, with an exit status, in place of traces and of blame for what is right; nothing is left over."""
    monkeypatch.setenv("ROLEPATH_STORE", f"sqlite:///{folder / 'graph.db'}")
    monkeypatch.setenv("ROLEPATH_STATE", str(folder / "state" / "state.db"))
    monkeypatch.setenv("ROLEPATH_CACHE", str(folder / "cache"))
    asked = [
        ["template", f"{folder}/t.xlsx"],
        ["backup", f"{folder}/b.db"],
        *(["export", "native", f"{folder}/out.{ending}"] for ending in ("xlsx", "json")),
        *(["export", name, f"{folder}/out.{name}"] for name in ("graphml", "gexf", "jsonld", "cypher")),
        ["ingest", "example"],
        ["undo", "small"],
        ["key", "create", "somebody"],
    ]
    ran = limited(COMMANDS, json.dumps(asked))
    assert (ran.returncode, ran.stderr) == (0, "")
    for words, (status, err) in json.loads(ran.stdout).items():
        assert (words, status) == (words, 3), err
        assert "no room" in err
        assert "Traceback" not in err
        assert "Exception ignored" not in err
    left = {one.name for one in folder.iterdir()} - {"graph.db-shm", "graph.db-wal", "cache"}
    assert left == {"graph.db", "state"}


@pytest.fixture
def signed_in(folder: Path) -> Iterator[tuple[int, httpx.Client, httpx.Client]]:
    """Give a service's process, somebody with a key, and somebody with a browser."""
    token = KeyStore(State(folder / "state.db")).create("first", "admin").token
    with (
        served(folder) as (process, url),
        httpx.Client(base_url=url, headers=bearing(token), timeout=60) as key,
        httpx.Client(base_url=url, timeout=60) as browser,
    ):
        form = hidden(Page(browser.get("/sign-in").text))
        signed = browser.post("/sign-in", data={**form, "key": token}, headers={"Origin": url})
        assert signed.status_code == HTTPStatus.SEE_OTHER
        yield process.pid, key, browser
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert 1 <= len([line for line in err.splitlines() if "no room" in line]) <= 8
    assert "Traceback" not in err


@pytest.mark.slow
def test_service_goes_on_answering_on_a_full_disk(signed_in: tuple[int, httpx.Client, httpx.Client]) -> None:
    """With keys and sessions; writes are refused with 507, readiness says so, and all is well when there is room."""
    process, key, browser = signed_in
    assert checked(key.get("/readyz")).json()["writable"] is True
    most = resource.prlimit(process, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, most))
    assert eventually(lambda: checked(key.get("/readyz")).json()["writable"] is False)
    for n in range(1, 6):
        assert checked(key.get("/v1/gaps", params={"limit": n})).is_success
        assert checked(key.get("/v1/ingest/runs")).is_success
        assert browser.get("/gaps", params={"limit": n}).is_success
        for path in ("/v1/ingest/native?source=College", "/v1/undo/small"):
            refused = checked(key.post(path, files=uploads() if "native" in path else None))
            assert (refused.status_code, refused.json()["type"]) == (507, "/docs/problems#no-room")
    form = hidden(Page(browser.get("/import?lang=zh").text))
    page = browser.post("/import?lang=zh", data={**form, "source": "College"}, files=uploads())
    assert page.status_code == 507
    assert "空间" in Page(page.text).text("main")
    resource.prlimit(process, resource.RLIMIT_FSIZE, (most, most))
    assert eventually(lambda: checked(key.get("/readyz")).json()["writable"] is True)
    where = checked(key.post("/v1/ingest/native?source=College", files=uploads())).headers["Location"]
    assert eventually(lambda: checked(key.get(where)).json()["status"] == "done")
