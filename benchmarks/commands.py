"""Short commands against the import of NumPy, which no question about a graph does without: processor and memory."""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measure import report
from benchmarks.servers import own_environ

PAIRS = 9
_NUMPY = (sys.executable, "-c", "import numpy")
_COMMAND = (sys.executable, "-c", "import sys; from api.cli.main import main; sys.exit(main())")
_MB = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Used(NamedTuple):
    """What a process used: seconds of processors, and the most memory in MB."""

    cpu_s: float
    peak_mb: float


def measure_commands() -> Iterator[bool]:
    """Report a trace of the bundled college, its snapshot cached and its modules compiled, and the help."""
    with tempfile.TemporaryDirectory() as folder:
        environ = _environ(Path(folder))
        _run((*_COMMAND, "ingest", "example"), environ)
        times, peak = _beside_numpy(("trace", "poly:k.plc-programming"), environ)
        help_times, _ = _beside_numpy(("--help",), environ)
        yield report("trace by a command, warm / import numpy, processor time", times, 5)
        yield report("peak memory of a trace by a command, warm, MB", peak, 60)
        yield report("help of the command line / import numpy, processor time", help_times, 4)


def _beside_numpy(words: tuple[str, ...], environ: Mapping[str, str]) -> tuple[float, float]:
    """Return how many times the import's time a command takes, as the median of pairs, and its most memory in MB."""
    for command in (_NUMPY, (*_COMMAND, *words)):  # what is compiled the first time stays
        _run(command, environ)
    pairs = [(_run(_NUMPY, environ), _run((*_COMMAND, *words), environ)) for _ in range(PAIRS)]
    times = statistics.median(ours.cpu_s / theirs.cpu_s for theirs, ours in pairs)
    return times, max(ours.peak_mb for _, ours in pairs)


def _environ(folder: Path) -> dict[str, str]:
    """Return variables by which commands keep everything in the folder, the compiled form of modules too."""
    return {
        **own_environ(),
        "ROLEPATH_STORE": f"sqlite:///{folder / 'college.db'}",
        "ROLEPATH_CACHE": str(folder / "cache"),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }


def _run(command: tuple[str, ...], environ: Mapping[str, str]) -> Used:
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(command[0], command, environ, file_actions=nowhere)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"{command[-1]} ended with {os.waitstatus_to_exitcode(status)}")
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / _MB)
