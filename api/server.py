"""Server processes: one worker, or several that share a port, the compiled graphs and the state file."""

import gc
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from multiprocessing import reduction
from pathlib import Path
from typing import Any, Self

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from api.http.connections import BoundedConfig
from api.http.descriptors import raise_descriptor_limit
from api.observability.logs import set_up_logging
from api.observability.parent import end_with_parent
from api.settings.settings import Settings

LONGEST_QUEUE = 2048
"""How many connections wait to be taken while all workers are busy."""
ORPHAN_GRACE_S = 3.0
"""How long a worker may answer what it is asked when the process that started it is gone: it holds the port."""
MOST_FAILED_STARTS = 4
"""How many workers may die one after another before they can answer: further ones would die of the same."""
START_AGAIN_AFTER_S = 30.0
"""How often it is tried again nevertheless, while other workers answer."""
SWITCH_EVERY_S = 0.0005
"""How long a thread that computes keeps the interpreter while the event loop waits for it. Python lets it have 5 ms, at
each of the several times that an answer waits for the interpreter."""
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""As api/observability/prometheus.py has it, which must not be loaded before this is set."""
_log = logging.getLogger(__name__)


class SharedSocket(socket.socket):
    """A listening socket that workers share evenly.

    A worker of asyncio takes as many waiting connections in one turn as its queue is told to be long: whoever wakes
    first would take them all, and keep them. It is told 1, and the queue of the system stays long.
    """

    @classmethod
    def of(cls, listening: socket.socket) -> Self:
        """Return the socket, which takes over from the one given."""
        family, kind, protocol = listening.family, listening.type, listening.proto
        return cls(family, kind, protocol, fileno=listening.detach())

    def listen(self, _: int = 0) -> None:
        """Let connections wait, always as many."""
        super().listen(LONGEST_QUEUE)

    def __reduce__(self) -> tuple[object, ...]:
        """Return how a worker gets it, while it is being started."""
        return _handed_over, (reduction.DupFd(self.fileno()), self.family, self.type, self.proto)


class Workers(Multiprocess):
    """The processes that answer, and the one that keeps them alive."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        """Start nothing yet."""
        super().__init__(config, sockets)
        self.has_failed = False
        self._ready: set[Process] = set()
        self._asked: set[Process] = set()
        self._failed_starts = 0
        self._again_at = 0.0

    def terminate_all(self) -> None:
        """Let all end. The socket is closed here too, or the system would let connections wait that nobody takes."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def keep_subprocess_alive(self) -> None:
        """Replace who has died or does not answer any more, and say so; give up where none can be started."""
        for number, process in enumerate(self.processes):
            if self._is_well(process) or time.monotonic() < self._again_at or self.should_exit.is_set():
                continue
            process.kill()
            process.join()
            if process not in self._ready:
                self._note_failed_start(process)
            if not self.should_exit.is_set():
                _log.error("worker %s ended by %s; another takes its place", process.pid, _cause(process.exitcode))
                self.processes[number] = Process(self.config, self.sockets)
                self.processes[number].start()
        self._ready.intersection_update(self.processes)
        self._asked.intersection_update(self.processes)

    def _is_well(self, process: Process) -> bool:
        """Say whether a worker answers, or may still begin to: how long that takes is the machine's to say."""
        if not process.process.is_alive():
            return False
        if process in self._ready:
            return process.ping(self.config.timeout_worker_healthcheck)
        if self._is_ready(process):
            self._ready.add(process)
            self._failed_starts = 0
            _log.info("worker %s answers", process.pid)
        return True

    def _is_ready(self, process: Process) -> bool:
        """Say whether a worker that is starting has told that it can answer; it is asked once until it has replied."""
        with suppress(OSError, EOFError):
            if process not in self._asked:
                process.parent_conn.send(b"ping")
                self._asked.add(process)
            if process.parent_conn.poll():
                self._asked.remove(process)
                return bool(process.parent_conn.recv())
        return False

    def _note_failed_start(self, process: Process) -> None:
        """End once too many have failed, unless other workers answer: then it is tried again later."""
        self._failed_starts += 1
        if self._failed_starts < MOST_FAILED_STARTS and process.exitcode != STARTUP_FAILURE:
            return
        if any(other.process.is_alive() for other in self._ready):
            self._again_at = time.monotonic() + START_AGAIN_AFTER_S
            return
        _log.error(
            "worker %s ended by %s before it could answer, the last of %s; given up: see above why",
            process.pid,
            _cause(process.exitcode),
            self._failed_starts,
        )
        self.has_failed = True
        self.should_exit.set()


def _cause(exit_code: int | None) -> str:
    """Return what a process ended by: the name of a signal, or its exit status."""
    return f"status {exit_code}" if exit_code is None or exit_code >= 0 else signal.Signals(-exit_code).name


def _handed_over(handle: Any, family: int, kind: int, protocol: int) -> SharedSocket:  # noqa: ANN401
    return SharedSocket(family, kind, protocol, fileno=handle.detach())


def _application(settings: Settings) -> object:
    from api.app import create_app  # noqa: PLC0415 - each process loads it for itself

    set_up_logging(settings.service)
    end_with_parent(ORPHAN_GRACE_S)
    app = create_app(settings, prepares=True)
    sys.setswitchinterval(SWITCH_EVERY_S)
    # What is loaded by now stays: nobody has to look through it again for what can go, while requests wait.
    gc.collect()
    gc.freeze()
    return app


def run_service(
    settings: Settings, listening: socket.socket, application: Callable[[Settings], object] = _application
) -> None:
    """Answer on the socket until somebody ends it: SIGTERM or Ctrl+C let what is being answered come to its end.

    `application` makes what answers, anew in each process: a function of a module.

    Raises:
        SystemExit: no worker can be started.
    """
    service_settings = settings.service
    set_up_logging(service_settings)
    raise_descriptor_limit()
    shared = SharedSocket.of(listening)
    with suppress(KeyboardInterrupt):  # the way to end it
        if service_settings.workers == 1:
            # When all is answered, uvicorn sends itself the signal that ended it: that is no failure.
            signal.signal(signal.SIGTERM, lambda _number, _frame: None)
            uvicorn.Server(_config(settings, application)).run(sockets=[shared])
            return
        with tempfile.TemporaryDirectory(prefix="rolepath-workers-") as folder:
            metrics, answers = Path(folder, "metrics"), Path(folder, "answers")
            metrics.mkdir()
            answers.mkdir()
            os.environ[METRICS_FOLDER] = str(metrics)
            workers = Workers(_config(replace(settings, answers_path=answers), application), [shared])
            workers.run()
            if workers.has_failed:
                raise SystemExit(STARTUP_FAILURE)


def _config(settings: Settings, application: Callable[[Settings], object]) -> uvicorn.Config:
    service_settings = settings.service
    return BoundedConfig(
        partial(application, settings),
        service_settings.connection_limits,
        factory=True,
        workers=service_settings.workers,
        access_log=False,
        log_config=None,
        log_level=service_settings.log_level,
        proxy_headers=bool(service_settings.trusted_proxies),
        forwarded_allow_ips=service_settings.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=service_settings.shutdown_s,
        backlog=1,  # so many connections a worker takes at a time; how many may wait is the socket's to say
    )
