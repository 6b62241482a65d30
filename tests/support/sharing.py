"""What is costly to make, made once for all processes of a run."""

import fcntl
from collections.abc import Callable
from pathlib import Path

Once = Callable[[str, Callable[[Path], None]], Path]
"""Return the folder of a name, which the function has filled: once, whichever process of the run asked first."""


def once_in(shared: Path, begun_in: Callable[[str], Path]) -> Once:
    """Return a maker of folders in `shared`; one process waits while another fills what it got from `begun_in`."""

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        shared.mkdir(exist_ok=True)
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / name).exists():
                begun = begun_in(name)
                fill(begun)
                begun.rename(shared / name)
        return shared / name

    return make
