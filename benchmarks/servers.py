"""Our service, and the least one, each run as a process on a free port of this machine."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.wire import ask_once

ROLEPATH = ("-c", "from api.cli.main import main; raise SystemExit(main())")
"""The command `rolepath`, as words for the interpreter."""
_PATIENCE_S = 60.0


_NOT_OURS = ("ROLEPATH_", "PYTHONDONTWRITEBYTECODE")


class Served(NamedTuple):
    """A service that runs."""

    port: int
    pid: int


def own_environ() -> dict[str, str]:
    """Return the variables of a process of ours: no settings of the user, and compiled modules kept.

    Where an environment forbids to keep them, each process would compile all of ours: seconds that no user waits.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}


@contextmanager
def serving(command: Sequence[str], settings: dict[str, str], ready: str) -> Iterator[Served]:
    """Run a service until the end of the block; it is given when the path `ready` answers 200."""
    with (
        TemporaryDirectory() as compiled,
        subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, *command],
            env=own_environ() | {"PYTHONPYCACHEPREFIX": compiled} | settings,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        if process.stdout is None:
            raise AssertionError("there is no standard output")
        try:
            port = urlsplit(json.loads(process.stdout.readline())["url"]).port or 0
            _await_ready(port, ready)
            yield Served(port, process.pid)
        finally:
            process.terminate()


def our_service(folder: Path, *words: str, **told: str) -> AbstractContextManager[Served]:
    """Run `rolepath serve` on the store in the folder; see `serving`."""
    command = [*ROLEPATH, "serve", "--port", "0", "--json", *words]
    return serving(command, settings_for(folder) | told, "/readyz")


def plain_service() -> AbstractContextManager[Served]:
    """Run the service that does nothing; see `serving`."""
    return serving(["-m", "benchmarks.plain_app"], {}, "/nothing")


def settings_for(folder: Path) -> dict[str, str]:
    """Return the variables that keep everything in the folder."""
    return {
        "ROLEPATH_STORE": f"sqlite:///{folder}/graph.db",
        "ROLEPATH_STATE": f"{folder}/state.db",
        "ROLEPATH_CACHE": f"{folder}/cache",
    }


def cpu_s(pid: int) -> float | None:
    """Return for how many seconds a process has computed; None where the system does not tell."""
    told = Path(f"/proc/{pid}/schedstat")
    threads = list(told.parent.glob("task/*/schedstat")) if told.exists() else []
    return sum(int(thread.read_text(encoding="ascii").split()[0]) for thread in threads) / 1e9 if threads else None


def _await_ready(port: int, path: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        try:
            if ask_once(port, path).status == 200:
                return
        except ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"nothing is ready at port {port}")
