"""Ninety reads a second of six frameworks on two workers, beside a command that imports each second: `benchmarks.live`.

No request may fail, no answer may mix two revisions, and the slowest hundredth stays under eight times the median.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event
from typing import NamedTuple

from benchmarks.load import answers_of_reader, note_revision, note_revisions, threads
from benchmarks.load_writers import CommandWriter, Writer, lost
from benchmarks.measure import report
from benchmarks.servers import our_service
from benchmarks.soak import WORKERS, readers
from benchmarks.soak_client import Pace
from benchmarks.soak_questions import questions
from benchmarks.soak_verdicts import Soak, failures, figures, median_s, slowest_s
from benchmarks.throughput import import_example
from graph.snapshot.compile import compile_snapshot
from graph.stores import open_store

DATA = Path(__file__).parents[2] / "shared" / "data"
MOST_TIMES = 8.0
"""How many times the median the slowest hundredth may take."""
READERS, APART_S = 4, 0.03
"""How many read, each over a connection of its own, and how long each waits before it asks again."""
EVERY_S = 1.0
"""How far apart the imports begin."""
_LEAST_SHARE = 0.8
"""Which share of the imports that there is time for must be done: a job takes its time, too."""


class Live(NamedTuple):
    """What readers saw of which revisions, and what the writer was told."""

    seen: Soak
    writer: Writer


def live(folder: Path, seconds: float, many: int = READERS) -> Live:
    """Return what was seen of the folder's store, read for so many seconds beside an import each second."""
    store = open_store(f"sqlite:///{folder}/graph.db")
    mix, _ = questions(compile_snapshot(store), store)
    stop, revisions = Event(), dict[int, str]()
    note_revision(store, revisions)
    with our_service(folder, "--workers", str(WORKERS)) as served:
        writer = CommandWriter(folder, 0)
        with ExitStack() as stack:
            told = [
                stack.enter_context(readers(served.port, mix, Pace(1, seconds, apart_s=APART_S, seed=seed)))
                for seed in range(many)
            ]
            begin = stack.enter_context(threads(stop))
            begin(note_revisions, store, stop, revisions)
            begin(writer.import_every, EVERY_S, stop)
            time.sleep(seconds)
    note_revision(store, revisions)
    revisions |= {number: "" for number in range(min(revisions), max(revisions)) if number not in revisions}
    store.close()
    # connections are numbered by each reader: of several, by all
    answers = [
        one._replace(connection=number) for number, (of_one,) in enumerate(told) for one in answers_of_reader(of_one)
    ]
    return Live(Soak(answers, revisions), writer)


def _tell(folder: Path, seconds: float, found: Live) -> Iterator[bool]:
    """Print the figures; yield whether each promise was kept."""
    with closing(open_store(f"sqlite:///{folder}/graph.db")) as store:
        answering = questions(compile_snapshot(store), store)[1]
        broken = failures(found.seen, store, answering)
        broken |= {"imports that were not done": found.writer.broken}
        broken |= {"updates that were lost": list(lost([found.writer], store, min(found.seen.tokens)))}
    for promise, where in broken.items():
        if where:
            sys.stdout.write(json.dumps({"name": f"live: {promise}", "examples": where[:3]}) + "\n")
        yield report(f"live: {promise}", len(where), 0)
    wanted = _LEAST_SHARE * seconds / EVERY_S
    yield report("live: imports", len(found.writer.written), wanted, at_least=True)
    sys.stdout.write(json.dumps({"name": "live", **figures(found.seen.answers), "revisions": None}) + "\n")
    for kind in sorted({one.kind for one in found.seen.answers}):
        of_kind = [one for one in found.seen.answers if one.kind == kind]
        sys.stdout.write(json.dumps({"name": f"live: {kind}", **figures(of_kind), "revisions": None}) + "\n")
    ratio = slowest_s(found.seen.answers) / median_s(found.seen.answers)
    yield report("live: slowest hundredth / median", ratio, MOST_TIMES)


def import_frameworks(folder: Path) -> None:
    """Import the bundled college and six frameworks into a new store in the folder."""
    import_example(folder)
    command = [sys.executable, "-m", "benchmarks.frameworks", str(DATA), f"sqlite:///{folder}/graph.db"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own interpreter and module


def main() -> int:
    """Print the figures; return 0 when every promise was kept, else 1."""
    words = argparse.ArgumentParser(prog="benchmarks.live", description=__doc__)
    words.add_argument("--seconds", type=float, default=60.0, help="how long")
    words.add_argument("--readers", type=int, default=READERS, help="how many read at once")
    words.add_argument("--folder", type=Path, help="a folder whose graph.db is read and written instead")
    told = words.parse_args()
    csv.field_size_limit(10_000_000)
    with tempfile.TemporaryDirectory() as name:
        folder = told.folder or Path(name)
        if not (folder / "graph.db").exists():
            import_frameworks(folder)
        kept = list(_tell(folder, told.seconds, live(folder, told.seconds, told.readers)))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
