"""A process of the service that the system kills: what happened stands in the log."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from uvicorn.config import STARTUP_FAILURE

from api.server import MOST_FAILED_STARTS
from api.settings.settings import Settings
from tests.support.conditions import eventually
from tests.support.paths import ROOT
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


def die_at_once(_: Settings) -> object:
    """Be an application that cannot be made, as where a package is missing."""
    raise ModuleNotFoundError("No module named 'missing'")


@pytest.mark.slow
def test_service_whose_workers_die_at_once_gives_up() -> None:
    """It ends with a status and says so, instead of starting workers for ever."""
    code = """
from dataclasses import replace
from api.cli.commands.service import bound_socket
from api.server import run_service
from api.settings.settings import load_settings
from tests.api.test_sudden_end import die_at_once
found = load_settings({})
told = found.service.model_copy(update={"workers": 2})
run_service(replace(found, service=told), bound_socket("127.0.0.1", 0), die_at_once)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=170, check=False
    )
    assert ended.returncode == STARTUP_FAILURE, ended.stderr
    assert "No module named 'missing'" in ended.stderr
    assert "before it could answer, the last of 4; given up" in ended.stderr
    assert ended.stderr.count("ended by status 1; another takes its place") == MOST_FAILED_STARTS - 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the children of a process are read from /proc")
def test_worker_that_dies_again_and_again_is_replaced_as_long_as_it_could_answer(folder: Path) -> None:
    """Whoever kills workers that have begun to answer does not end the service."""
    log: list[str] = []
    with served(folder, "--workers", "2", ROLEPATH_LOG_LEVEL="info") as (process, url):
        assert process.stderr is not None
        Thread(target=log.extend, args=(process.stderr,), daemon=True).start()
        for _ in range(MOST_FAILED_STARTS):
            eventually(lambda: _all_answer(_workers(process.pid), "".join(log)))
            killed = min(_workers(process.pid))
            os.kill(killed, signal.SIGKILL)
            eventually(lambda killed=killed: killed not in _workers(process.pid))  # type: ignore[misc]
        eventually(lambda: is_ready(url))
        assert process.poll() is None


def _all_answer(workers: list[int], log: str) -> bool:
    return len(workers) == 2 and all(f"worker {worker} answers" in log for worker in workers)


def _workers(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
