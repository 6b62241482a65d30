"""A process of the service that the system kills: what happened stands in the log."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.conditions import eventually
from tests.support.processes import is_ready, served


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="there is no SIGBUS")
def test_process_that_the_system_kills_leaves_a_line(folder: Path) -> None:
    """A mapped file was cut off, as those of SQLite may be: what happened stands in the log, and where."""
    with served(folder) as (process, _):
        process.send_signal(signal.SIGBUS)
        assert process.wait(60) == -signal.SIGBUS
        assert process.stderr is not None
        said = process.stderr.read()
    assert "Fatal Python error: Bus error" in said
    assert "most recent call first" in said


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the children of a process are read from /proc")
def test_worker_that_dies_is_named_and_replaced(folder: Path) -> None:
    """The log says by which signal a worker ended; another takes its place."""
    with served(folder, "--workers", "2") as (process, url):
        workers = set(_workers(process.pid))
        os.kill(min(workers), signal.SIGBUS)
        eventually(lambda: len(set(_workers(process.pid)) - workers) == 1)
        eventually(lambda: is_ready(url))
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        said = process.stderr.read()
    assert f"worker {min(workers)} ended by SIGBUS" in said


def _workers(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
