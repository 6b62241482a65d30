"""Timing two pieces of code against each other in one run, and saying whether a target is met."""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path


def median_s(run: Callable[[], object], *, repeats: int, rounds: int = 1) -> float:
    """Return the median time of one call in seconds, over `repeats` measurements of `rounds` calls each."""
    times = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        for _ in range(rounds):
            run()
        times.append((time.perf_counter() - start) / rounds)
    return statistics.median(times)


def cpu_ratio(one: Callable[[], object], other: Callable[[], object], *, repeats: int = 9) -> float:
    """Return the least processor time of the one over that of the other, measured in turns."""
    least = [float("inf"), float("inf")]
    for _ in range(repeats):
        for at, run in enumerate((one, other)):
            gc.collect()
            start = time.process_time()
            run()
            least[at] = min(least[at], time.process_time() - start)
    return least[0] / least[1]


def peak_mb() -> float:
    """Return the most memory, in MB, that this process has held since it began to run its program."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux counts the process that started this one, too
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def report(name: str, value: float, target: float, *, at_least: bool = False) -> bool:
    """Print one JSON line, and return whether the value is at most (or at least) the target."""
    is_met = value >= target if at_least else value <= target
    line = {"name": name, "value": round(value, 4), "target": f"{'>=' if at_least else '<='} {target:g}", "ok": is_met}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return is_met
