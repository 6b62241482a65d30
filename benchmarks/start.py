"""Starts: compiling a million links against fetching their rows, and a service that finds the graph compiled.

A start is the processor time of `rolepath serve` from its first instruction to its first answer, a trace. Hardly any of
it is the graph where that is the bundled college; what a million links take more is theirs. Reading and verifying their
snapshot file is measured apart, in a process that does nothing else.
"""

import math
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.generated import generated_changes
from benchmarks.measure import peak_mb, report
from benchmarks.servers import ROLEPATH, cpu_s, serving, settings_for
from benchmarks.throughput import import_example
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import find_snapshot, load_compiled
from graph.stores import Store, open_store

PAIRS, STARTS = 5, 9
SHARE = 2.0
"""Twice the generated graph: 956,000 links."""
COMPILED = 2.8
"""Half of what compiling took beside a fetch of the rows when they were put in order by texts: 5.6 times."""
PEAK_MB = 500.0
"""It was 845 then."""
OVER_OPENING_S = 0.1
_TRACES = {
    "college": "/v1/competencies/poly:k.plc-programming/trace",
    "million": "/v1/competencies/competency:000100/trace",
}


def measure_starts(folder: Path, share: float = SHARE) -> Iterator[bool]:
    """Report the ratio of compiling, its peak, and the seconds of starts with all that is compiled kept."""
    for name in _TRACES:
        (folder / name).mkdir()
    import_example(folder / "college")
    with closing(open_store(f"sqlite:///{folder}/million/graph.db")) as store:
        store.apply(generated_changes(share=share))
        yield from _compiled(store, folder / "million" / "graph.db")
        yield from _starts(store, folder)


def _compiled(store: Store, file: Path) -> Iterator[bool]:
    pairs = [(_seconds(lambda: _rows(file)), _seconds(lambda: compile_snapshot(store))) for _ in range(PAIRS)]
    ratio = statistics.median(ours / plain for plain, ours in pairs)
    yield report("compile 1M / a plain fetch of the rows of its links", ratio, COMPILED)
    yield report("peak memory of compiling 1M, MB", _told(store.url), PEAK_MB)


def _starts(store: Store, folder: Path) -> Iterator[bool]:
    cache = folder / "million" / "cache"
    load_compiled(store, cache)
    for name, path in _TRACES.items():
        _start_s(folder / name, path)  # keeps what is derived from the graph
    opening = min(_told(store.url, str(cache)) for _ in range(STARTS))
    pairs = [[_start_s(folder / name, path) for name, path in _TRACES.items()] for _ in range(STARTS)]
    college, million = (min(spent) for spent in zip(*pairs, strict=True))
    yield report("warm start of the service to a trace, the bundled college, s", college, math.inf)
    yield report("warm start of the service to a trace, 1M, s", million, math.inf)
    yield report("reading and verifying the snapshot of 1M, s", opening, math.inf)
    yield report(
        "warm start at 1M over that of the college and the reading, s", million - college - opening, OVER_OPENING_S
    )


def _start_s(folder: Path, trace: str) -> float:
    command = [*ROLEPATH, "serve", "--port", "0", "--json"]
    with serving(command, settings_for(folder), trace) as served:
        return cpu_s(served.pid) or math.nan


def _rows(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return len(connection.execute("SELECT * FROM link").fetchall())


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _told(*words: str) -> float:
    child = [sys.executable, "-m", "benchmarks.start", *words]
    return float(subprocess.run(child, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - our own module


def _tell(url: str, cache: str = "") -> float:
    """Return the seconds of opening the store's snapshot in the cache; without one, the peak of compiling it, in MB."""
    with closing(open_store(url)) as store:
        if cache:
            return _seconds(lambda: find_snapshot(store, Path(cache), whole=True))
        compile_snapshot(store)
        return peak_mb()


if __name__ == "__main__":
    sys.stdout.write(str(_tell(*sys.argv[1:])))
