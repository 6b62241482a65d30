"""The service on a port of this machine, in a thread of this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from api.app import create_app
from api.cli.commands.service import bound_socket
from api.jobs.executor import Executor, run_in_line
from api.settings.settings import Settings


@contextmanager
def served(settings: Settings, executor: Executor = run_in_line) -> Iterator[str]:
    """Serve the store on a free port, and give the address; imports are done in this process, or by the executor."""
    with bound_socket("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(settings, executor), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
