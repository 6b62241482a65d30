"""Mixed load on two workers: reads, exports, imports, undo, keys that come and go: `python -m benchmarks.load`.

Every answer is held against its revision: answers of questions against the query on the snapshot that the store's log
leads to, pages and exports against those of a service that was just started on a copy of the store.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple
from urllib.parse import quote

from api.auth.keys import KeyStore
from api.state.database import State
from benchmarks.load_keys import Hearing, KeyLife, change_keys, late
from benchmarks.load_processes import Holding, growth, sample_on
from benchmarks.load_writers import Writer, lost
from benchmarks.servers import our_service
from benchmarks.soak import readers
from benchmarks.soak_client import Asked, Mix, Pace
from benchmarks.soak_questions import questions
from benchmarks.soak_verdicts import Soak, failures, figures
from benchmarks.throughput import import_example
from benchmarks.wire import ask_once
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store

UNBOUNDED = {"ROLEPATH_RATE_KEY": "0", "ROLEPATH_RATE_ADDRESS": "0", "ROLEPATH_RATE_WRONG_KEYS": "1000000"}
WORKERS, WRITERS = 2, 2
REFUSALS = frozenset({429, 503, 507})
"""Refusals that docs/api.md states: too much is asked for at once, or the disk is full. They are counted apart."""
_COMPARED = 300
"""How many answers of one copy are asked for again."""


class Load(NamedTuple):
    """What was seen: answers to whoever may write and to a reader, writers, keys, samples; the copies by revision."""

    whole: Soak
    restricted: Soak
    writers: list[Writer]
    lives: list[KeyLife]
    samples: list[Holding]
    copies: dict[int, Path]
    tokens: dict[str, str]


def load(folder: Path, seconds: float, *, apart_s: float = 0.01, copies: int = 10) -> Load:
    """Return what was seen of the folder's store, which has been imported into, under load for so many seconds."""
    store = open_store(f"sqlite:///{folder}/graph.db")
    mix = _with_pages(questions(compile_snapshot(store), store)[0])
    tokens = {scope: KeyStore(State(folder / "state.db")).create(scope, scope).token for scope in ("read", "ingest")}
    stop, lives, samples, revisions, kept = (
        Event(),
        list[KeyLife](),
        list[Holding](),
        dict[int, str](),
        dict[int, Path](),
    )
    note_revision(store, revisions)
    with ExitStack() as stack:
        served = stack.enter_context(our_service(folder, "--workers", str(WORKERS), **UNBOUNDED))
        told = {
            scope: stack.enter_context(readers(served.port, mix, Pace(4, seconds, _bearing(token), apart_s)))
            for scope, token in tokens.items()
        }
        writers = [Writer(served.port, tokens["ingest"], number) for number in range(WRITERS)]
        with threads(stop) as begin:
            begin(sample_on, served.pid, max(0.5, seconds / 300), stop, samples)
            begin(change_keys, served.port, served.pid, folder / "state.db", stop, lives)
            begin(note_revisions, store, stop, revisions)
            for writer in writers:
                begin(writer.write_on, stop)
            for number in range(copies):
                time.sleep(seconds / copies)
                kept |= [_copy(folder, folder / f"copy{number}")]
    note_revision(store, revisions)
    revisions |= {number: "" for number in range(min(revisions), max(revisions)) if number not in revisions}
    store.close()
    whole, restricted = (Soak(answers_of_reader(told[scope][0]), revisions) for scope in ("ingest", "read"))
    return Load(whole, restricted, writers, lives, samples, kept, tokens)


def _with_pages(mix: Mix) -> Mix:
    """Return the mix with pages and exports; the first page has the latest imports, which are not of one revision."""
    names = sorted({path.rpartition("/")[2] for path in mix.paths["node"]})
    pages = ["/gaps", "/coverage", "/integration", *(f"/nodes/{quote(one)}" for one in names[:200])]
    exports = ["edges?as=csv", "native?as=json&source=Illustrative%20polytechnic", "jsonld", "native?as=csv", "graphml"]
    more = {"page": pages, "export": [f"/v1/export/{one}" for one in exports]}
    return Mix({**mix.paths, **more}, {**mix.shares, "page": 6, "export": 2})


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def threads(stop: Event) -> Iterator[Any]:
    """Give what begins a thread; all end at the end of the block, and what ended one is raised."""
    begun, raised = list[Thread](), list[BaseException]()

    def begin(run: Any, *told: object) -> None:  # noqa: ANN401 - any function
        def live() -> None:
            try:
                run(*told)
            except BaseException as error:  # noqa: BLE001 - raised below, in the thread that waits
                raised.append(error)

        begun.append(Thread(target=live, daemon=True))
        begun[-1].start()

    try:
        yield begin
    finally:
        stop.set()
        for one in begun:
            one.join(180)
    if raised:
        raise raised[0]


def note_revisions(store: Store, stop: Event, into: dict[int, str]) -> None:
    """Note each revision of the store, with its token, until `stop` is set."""
    while not stop.wait(0.05):
        note_revision(store, into)


def note_revision(store: Store, into: dict[int, str]) -> None:
    """Note the present revision of the store, with its token."""
    revision = store.revision()
    into[revision.number] = revision.token


def _copy(folder: Path, into: Path) -> tuple[int, Path]:
    """Copy store and state as they are now; return the copy's revision and folder."""
    into.mkdir()
    for name in ("graph.db", "state.db"):
        with closing(sqlite3.connect(folder / name)) as live, closing(sqlite3.connect(into / name)) as copied:
            live.backup(copied)
    with closing(open_store(f"sqlite:///{into}/graph.db")) as store:
        return store.revision().number, into


def answers_of_reader(told: list[Asked] | str) -> list[Asked]:
    """Return what a reader saw.

    Raises:
        AssertionError: it was cut off.
    """
    if isinstance(told, str):
        raise AssertionError(f"a reader was cut off: {told}")
    return told


def broken(seen: Load, store: Store, times: float = 1.0) -> dict[str, list[str]]:
    """Return by promise where it was broken: nothing at all where all is well; `times` is for `growth`."""
    answering = questions(compile_snapshot(store), store)[1]
    told = [one for soak in (seen.whole, seen.restricted) for one in soak.answers if one.status not in REFUSALS]
    first = min(seen.whole.tokens)
    found = {
        **failures(
            Soak([one for one in seen.whole.answers if one.status not in REFUSALS], seen.whole.tokens), store, answering
        ),
        "jobs that were not done": [line for writer in seen.writers for line in writer.broken],
        "updates that were lost": list(lost(seen.writers, store, first)),
        "keys that were let in or refused late, or opened what is not theirs": late(seen.lives),
        "memory, descriptors or threads that grow": growth(seen.samples, times),
        "answers that a service just started gives otherwise": list(_otherwise(seen)),
    }
    reader = Soak([one for one in seen.restricted.answers if one.status not in REFUSALS], seen.restricted.tokens)
    found |= {f"reader: {name}": lines for name, lines in failures(reader, store, {}).items()}
    if not told:
        found["answers at all"] = ["none"]
    return {promise: where for promise, where in found.items() if where}


def _otherwise(seen: Load) -> Iterator[str]:
    """Yield the answers at the revision of a copy that differ from those of a service just started on it."""
    for number, folder in seen.copies.items():
        with our_service(folder, **UNBOUNDED) as served:
            for scope, soak in (("ingest", seen.whole), ("read", seen.restricted)):
                known = {one.path: one.digest for one in soak.answers if one.status == 200 and one.revision == number}
                unlike = sorted(known, key=lambda path: (not path.startswith(("/v1/export", "/nodes", "/gaps")), path))
                for path in unlike[:_COMPARED]:
                    answer = ask_once(served.port, path, _bearing(seen.tokens[scope]))
                    if (answer.status, zlib.crc32(answer.body)) != (200, known[path]):
                        yield f"{scope}: {path} at {number}: {answer.status}"


def told_figures(seen: Load) -> Mapping[str, object]:
    """Return what was counted."""
    answers = [*seen.whole.answers, *seen.restricted.answers]
    kinds = sorted({one.kind for one in answers})
    return {
        **{name: value for name, value in figures(answers).items() if name != "revisions"},
        "kinds": {kind: sum(one.kind == kind for one in answers) for kind in kinds},
        "refused": sum(one.status in REFUSALS for one in answers),
        "revisions": len(seen.whole.tokens),
        "jobs": sum(len(writer.written) for writer in seen.writers),
        "keys": len(seen.lives),
        "key_heard_s": _slowest([one.made for one in seen.lives]),
        "revocation_heard_s": _slowest([one.revoked for one in seen.lives]),
        "copies": len(seen.copies),
        **_range(seen.samples),
    }


def _slowest(heard: list[Hearing]) -> list[float]:
    """Return the slowest as it was seen, and of the time that the service had."""
    return [round(max(one.sent_s for one in heard), 2), round(max(one.delay_s for one in heard), 2)]


def _range(samples: list[Holding]) -> dict[str, object]:
    names = ("memory_mb", "descriptors", "threads")
    columns = {name: [getattr(one, name) for one in samples] for name in names}
    return {
        name: [values[0], sorted(values)[len(values) // 2], values[-1], max(values)] for name, values in columns.items()
    }


def main() -> int:
    """Print the figures; return 0 when every promise was kept, else 1."""
    words = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__)
    words.add_argument("--seconds", type=float, default=60.0, help="how long")
    told = words.parse_args()
    with tempfile.TemporaryDirectory() as name:
        import_example(Path(name))
        seen = load(Path(name), told.seconds)
        sys.stdout.write(json.dumps({"name": "load", **told_figures(seen)}) + "\n")
        sys.stdout.flush()
        with closing(open_store(f"sqlite:///{name}/graph.db")) as store:
            wrong = broken(seen, store)
        for promise, where in wrong.items():
            sys.stdout.write(
                json.dumps({"name": f"load: {promise}", "value": len(where), "examples": where[:5]}) + "\n"
            )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
