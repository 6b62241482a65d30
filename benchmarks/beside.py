"""How long a kept trace takes beside a client of wrong ids and one that searches, against how long it takes alone.

All clients are processes of their own, each asking its next question as soon as it is answered. Run alone by
`python -m benchmarks.beside`.
"""

import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

from benchmarks.generated import generated_changes
from benchmarks.measure import report
from benchmarks.servers import our_service
from benchmarks.wire import Wire, request_to
from graph.stores import open_store

SHARE = 2.0
"""Twice the generated graph: 956,000 links."""
TIMES_ALONE = 5.0
ROUNDS, SECONDS = 5, 3.0
KEPT = "/v1/competencies/competency:000777/trace"
_UNBOUNDED = {"ROLEPATH_RATE_KEY": "0", "ROLEPATH_RATE_ADDRESS": "0"}


def measure_beside(folder: Path, share: float = SHARE) -> Iterator[bool]:
    """Report the median and the 99th percentile beside the two clients, each over the median alone."""
    folder.mkdir(exist_ok=True)
    with closing(open_store(f"sqlite:///{folder}/graph.db")) as store:
        store.apply(generated_changes(share=share))
    alone, answered = list[tuple[float, float]](), [0, 0]
    beside, apart = list[tuple[float, float]](), list[tuple[float, float]]()
    with ExitStack() as stack:
        port, other_port = (stack.enter_context(our_service(folder, **_UNBOUNDED)).port for _ in range(2))
        clients = stack.enter_context(ProcessPoolExecutor(3, multiprocessing.get_context("spawn")))
        for _ in range(ROUNDS):
            alone.append(_figures(clients.submit(kept_trace, port, SECONDS).result()))
            for figures, asked in ((apart, other_port), (beside, port)):
                others = [clients.submit(client, asked, 2 * SECONDS) for client in (wrong_ids, searches)]
                time.sleep(SECONDS / 4)
                figures.append(_figures(clients.submit(kept_trace, port, SECONDS).result()))
                answered = [other.result() for other in others]
    median = min(middle for middle, _ in alone)
    tail = min(late for _, late in alone) / median
    # What the machine itself makes of five busy processes: the others ask a service that shares nothing with this one.
    machine = min(late for _, late in apart) / median
    told = {"name": "kept trace alone, median ms", "value": round(1000 * median, 3), "p99_times": round(tail, 1)}
    more = {"p99_times_while_others_ask_another_service": round(machine, 1), "others_answered": answered}
    sys.stdout.write(json.dumps(told | more) + "\n")
    name = "kept trace beside wrong ids and searches at 1M / alone"
    yield report(f"{name}, median", min(middle for middle, _ in beside) / median, TIMES_ALONE)
    yield report(f"{name}, 99th percentile / median", min(late for _, late in beside) / median, TIMES_ALONE)


def kept_trace(port: int, seconds: float) -> list[float]:
    """Return how long each answer to the same question took, in seconds."""
    return list(_asked(port, (KEPT for _ in count()), seconds))


def wrong_ids(port: int, seconds: float) -> int:
    """Ask for competencies that there are not, each another; return how many were answered."""
    paths = (f"/v1/competencies/competency:9{number:06}x/trace" for number in count())
    return sum(1 for _ in _asked(port, paths, seconds))


def searches(port: int, seconds: float) -> int:
    """Search for `a` in ever other ways, so that no answer is kept; return how many were answered."""
    paths = (f"/v1/search?q=a{'%20' * (number // 100 % 60)}&limit={1 + number % 100}" for number in count())
    return sum(1 for _ in _asked(port, paths, seconds))


def _asked(port: int, paths: Iterator[str], seconds: float) -> Iterator[float]:
    until = time.perf_counter() + seconds
    wire = Wire(port)
    with closing(wire.socket):
        while (begin := time.perf_counter()) < until:
            wire.send(request_to(next(paths)))
            while wire.receive() is None:
                pass
            yield time.perf_counter() - begin


def _figures(times: list[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main() -> int:
    """Print one JSON line for each figure; return 0 when every target is met, else 1."""
    with tempfile.TemporaryDirectory() as folder:
        return 0 if all(list(measure_beside(Path(folder)))) else 1


if __name__ == "__main__":
    sys.exit(main())
