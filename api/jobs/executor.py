"""Executors of background jobs: in a process of its own, as a service does, or in the runner's thread."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Protocol

from api.jobs.worker import do_job
from api.observability.logs import set_up_logging
from api.observability.parent import end_with_parent
from api.settings.settings import Settings


class Execution(Protocol):
    """A job that was begun; that of a process is `multiprocessing.Process` itself."""

    @property
    def exitcode(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""

    def is_alive(self) -> bool:
        """Say whether it still runs."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it is over, at most `timeout` seconds."""

    def terminate(self) -> None:
        """Break it off."""


Executor = Callable[[Settings, str], Execution]
"""Begin the job of an id."""


def run_in_process(settings: Settings, job_id: str) -> Execution:
    """Begin a job in a new process, so that answers go on while it runs, and it can be broken off."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_live, args=(settings, job_id, os.getpid()), daemon=True)
    process.start()
    return process


def _live(settings: Settings, job_id: str, parent: int) -> None:
    """Do a job: the whole life of its process."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the runner too, which decides
    set_up_logging(settings.service)
    if hasattr(os, "nice"):
        os.nice(10)  # answers go first
    do_job(settings, job_id, parent)


class _InLineExecution:
    """A job that was done before anybody could wait for it."""

    exitcode = 0

    def is_alive(self) -> bool:
        return False

    def join(self, timeout: float | None = None) -> None:
        """Wait for nothing."""

    def terminate(self) -> None:
        """Break off nothing."""


def run_in_line(settings: Settings, job_id: str) -> Execution:
    """Do a job, here and now; it cannot be broken off."""
    do_job(settings, job_id, os.getppid())
    return _InLineExecution()
