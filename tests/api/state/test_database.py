"""The state file, which several processes and threads keep open at once."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from api.jobs.queue import JobQueue
from api.state.database import State
from graph.errors import StoreUnavailableError
from ingest.progress import Stage
from tests.support.paths import FIXTURES

READ_AND_LEAVE = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM job'); c.close()"


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """It holds hashed keys, and nothing else is left beside it."""
    with State(tmp_path / "made" / "state.db").writing():
        pass
    (made,) = (tmp_path / "made").iterdir()
    assert (made.name, stat.S_IMODE(made.stat().st_mode)) == ("state.db", 0o600)


def test_writing_keeps_the_locks_of_other_connections(tmp_path: Path) -> None:
    """Another process that comes and goes does not clear away the log which this one still reads from."""
    state = State(tmp_path / "state.db")
    with state.writing() as connection:
        connection.execute("INSERT INTO lease VALUES ('a', 'b', 1)")
    with state.reading() as held:
        assert held is not None
        held.execute("SELECT * FROM lease").fetchall()
        with state.writing() as connection:
            connection.execute("UPDATE lease SET until = 2")
        subprocess.run([sys.executable, "-c", READ_AND_LEAVE, str(state.path)], check=True)
        assert Path(f"{state.path}-wal").exists()
        with state.writing() as connection:
            connection.execute("UPDATE lease SET until = 3")
    with sqlite3.connect(state.path) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert found.execute("SELECT until FROM lease").fetchone() == (3.0,)
    found.close()


def test_jobs_of_the_version_before_keep_their_stage(tmp_path: Path) -> None:
    """Version 2 kept progress as English text: what was being written is, what was read begins anew."""
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as before:
        before.executescript((FIXTURES / "state_2.sql").read_text(encoding="utf-8"))
    before.close()
    jobs = JobQueue(State(path), "sqlite:////srv/graph.db")
    stages = {job.id: job.progress.stage for job in jobs.latest(10)}
    assert stages == {
        "waits": Stage.WAITING,
        "reads": Stage.STARTING,
        "writes": Stage.WRITING,
        "ended": Stage.OVER,
    }
    jobs.park("reads")
    assert jobs.get("reads").phase == "waiting"


def test_file_of_a_newer_version_is_refused_by_name(tmp_path: Path) -> None:
    """What a later Rolepath may keep elsewhere is not read, and nothing is written."""
    state = State(tmp_path / "state.db")
    with state.writing() as connection:
        connection.execute("PRAGMA user_version = 99")
    before = state.path.read_bytes()
    for opened in (state.reading, state.writing):
        with pytest.raises(StoreUnavailableError, match=r"newer Rolepath \(version 99\)"), opened():
            pass
    assert state.path.read_bytes() == before
