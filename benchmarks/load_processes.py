"""What the processes of a service hold: memory, descriptors and threads, sampled, and whether they stay bounded."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

GROWTH = {"memory_mb": (0.15, 40.0), "descriptors": (0.1, 12.0), "threads": (0.1, 6.0)}
"""By how much, as a share and besides, the median of the last third may be above that of the first."""


class Holding(NamedTuple):
    """What a process and its children hold: proportional set size, open descriptors, threads."""

    memory_mb: float
    descriptors: float
    threads: float
    processes: int


def sample_on(pid: int, every_s: float, stop: Event, found: list[Holding]) -> None:
    """Sample the process and its children until `stop` is set."""
    while not stop.wait(every_s):
        found.append(holding(pid))


def holding(pid: int) -> Holding:
    """Return what the process and those below it hold now; a job's process that is just ending counts for nothing."""
    each = [one for process in sorted({pid, *_below(pid)}) if (one := _held(process)) is not None]
    memory, descriptors, threads = (sum(column) for column in zip(*each, strict=True))
    return Holding(round(memory, 1), descriptors, threads, len(each))


class RunDelay:
    """How long processes below one were ready to run since this began, and had no processor.

    Source: Linux, Documentation/scheduler/sched-stats.rst, /proc/<pid>/schedstat.
    """

    def __init__(self, pid: int) -> None:
        """Begin now."""
        self._pid = pid
        self._before = self._delays()

    def waited_s(self) -> float:
        """Return the longest that one process waited, its threads together; 0 where the system does not tell."""
        now = self._delays()
        return max((delay - self._before.get(process, delay) for process, delay in now.items()), default=0) / 1e9

    def _delays(self) -> dict[int, int]:
        return {process: _run_delay_ns(process) for process in _below(self._pid)}


def _run_delay_ns(pid: int) -> int:
    total = 0
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError, IndexError):
                total += int((task / "schedstat").read_text(encoding="ascii").split()[1])
    return total


def _below(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                yield int(child)
                yield from _below(int(child))


def _held(pid: int) -> tuple[float, int, int] | None:
    folder = Path(f"/proc/{pid}")
    with suppress(OSError, StopIteration):
        lines = (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()
        share = next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        return share, len(list((folder / "fd").iterdir())), len(list((folder / "task").iterdir()))
    return None


def growth(samples: Sequence[Holding], times: float = 1.0) -> list[str]:
    """Return what of the last third is above the first third by more than so many times what GROWTH allows."""
    third = max(1, len(samples) // 3)
    found = []
    for name, (share, besides) in GROWTH.items():
        first, last = (statistics.median(getattr(one, name) for one in part) for part in _ends(samples, third))
        if last > first + times * (first * share + besides):
            found.append(f"{name}: {first:g} in the first third, {last:g} in the last")
    return found


def _ends(samples: Sequence[Holding], third: int) -> tuple[Sequence[Holding], Sequence[Holding]]:
    return samples[:third], samples[-third:]
