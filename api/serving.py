"""The processes that answer: one, or several that share a port, the compiled graphs and the state file."""

import os
import signal
import socket
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.logs import set_up_logging
from api.settings import Settings

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""As api/metrics.py has it, which must not be loaded before this is set."""


def _application(settings: Settings) -> object:
    from api.app import create_app  # noqa: PLC0415 - each process loads it for itself

    set_up_logging(settings.service)
    return create_app(settings)


def run_service(
    settings: Settings, listening: socket.socket, application: Callable[[Settings], object] = _application
) -> None:
    """Answer on the socket until somebody ends it: SIGTERM or Ctrl+C let what is being answered come to its end.

    `application` makes what answers, anew in each process: a function of a module.
    """
    told = settings.service
    set_up_logging(told)
    config = uvicorn.Config(
        partial(application, settings),
        factory=True,
        workers=told.workers,
        access_log=False,
        log_config=None,
        log_level=told.log_level,
        proxy_headers=bool(told.trusted_proxies),
        forwarded_allow_ips=told.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=told.shutdown_s,
    )
    with suppress(KeyboardInterrupt):  # the way to end it
        if told.workers == 1:
            # When all is answered, uvicorn sends itself the signal that ended it: that is no failure.
            signal.signal(signal.SIGTERM, lambda _number, _frame: None)
            uvicorn.Server(config).run(sockets=[listening])
            return
        with tempfile.TemporaryDirectory(prefix="rolepath-metrics-") as folder:
            os.environ[METRICS_FOLDER] = folder
            Multiprocess(config, sockets=[listening]).run()
