"""What is left when a process is killed: its children end, the copies that it made are removed; and a store garbled."""

import fcntl
import os
import signal
import sqlite3
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from graph.errors import StoreUnavailableError
from graph.stores import open_store
from graph.stores.sqlite.backup import back_up, restore
from tests.support.conditions import eventually
from tests.support.conforming import checked
from tests.support.processes import served
from tests.support.serving import serving, settings_in
from tests.support.uploads import uploads

GONE_WITHIN_S = 10.0


def below(process: int) -> set[int]:
    """Return the processes that a process has started, and those that these have."""
    try:
        own = {int(one) for task in Path(f"/proc/{process}/task").iterdir() for one in _children(task)}
    except FileNotFoundError:
        return set()
    return own.union(*map(below, own))


def _children(task: Path) -> list[str]:
    return (task / "children").read_text(encoding="ascii").split()


def runs(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


def garble(file: Path, kept: int) -> None:
    """Write noise over all of a file but its beginning."""
    with file.open("r+b") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(kept)
        opened.write(os.urandom(size - kept))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at /proc")
@pytest.mark.parametrize(
    "workers",
    ["1", "2"],
)
def test_processes_end_with_the_service(folder: Path, workers: str) -> None:
    """When it is killed, its workers and what they do end within seconds, and the port is free for the next."""
    rows = "".join(f"c{n},Skill {n},skill\n" for n in range(200_000))
    files = uploads({"source.csv": "name,version\nMuch,1\n", "competencies.csv": "id,name,kind\n" + rows})
    with served(folder, "--workers", workers) as (process, url):
        checked(httpx.post(f"{url}/v1/ingest/native", files=files, timeout=60))
        at_least = int(workers) if workers != "1" else 0
        eventually(lambda: len(below(process.pid)) > at_least + 1)
        started = below(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        try:
            eventually(lambda: not any(map(runs, started)), GONE_WITHIN_S)
        finally:
            for one in filter(runs, started):
                os.kill(one, signal.SIGKILL)


@pytest.mark.parametrize("kept", [4096, 0])
def test_health_of_a_store_garbled_in_place(folder: Path, kept: int) -> None:
    """It is read from the file, not from what was read of it before."""
    store = open_store(f"sqlite:///{folder / 'graph.db'}")
    assert "can be read" in str(store.health())
    garble(folder / "graph.db", kept)
    with pytest.raises(StoreUnavailableError):
        store.health()
    store.close()


def test_readiness_sees_a_store_garbled_in_place(folder: Path) -> None:
    """Questions are still answered from what was read; but who asks for readiness is told."""
    with serving(settings_in(folder)) as asker:
        assert asker.get("/readyz").is_success
        garble(folder / "graph.db", 4096)
        assert eventually(lambda: asker.get("/readyz").status_code == HTTPStatus.SERVICE_UNAVAILABLE)


def test_copies_that_a_killed_process_left_are_removed(folder: Path) -> None:
    """With whatever is next written in the folder; those of a process that is at work stay, and files of others."""
    left = [folder / f".graph.db.{'0a' * 16}{part}" for part in ("", "-journal", "-lock")]
    others = [folder / ".graph.db.notes", folder / f".notes.{'0b' * 16}"]
    for file in (*left, *others):
        file.touch()
    with left[-1].open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        back_up(folder / "graph.db", folder / "b.db")
        assert all(file.exists() for file in left)
    restore(folder / "b.db", folder / "copy.db")
    assert not any(file.exists() for file in left)
    assert all(file.exists() for file in others)
    restore(folder / "b.db", folder / "graph.db", overwrite=True)
    with sqlite3.connect(folder / "graph.db") as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found.close()


def test_service_that_starts_removes_such_copies(folder: Path) -> None:
    """They are as large as the store."""
    left = folder / f".graph.db.{'0a' * 16}"
    left.touch()
    with serving(settings_in(folder)):
        assert not left.exists()
