"""Flipped bits in files of stores: what a damaged store may answer, which is the truth, or that it is damaged."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from graph.errors import StoreUnavailableError
from graph.model import NodeId, Value
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import CONTENT, Snapshot
from graph.stores import open_store
from graph.stores.sqlite.store import SqliteStore
from tests.support.factory import says
from tests.support.paths import FIXTURES
from tests.support.soak import rounds

FLIPS = rounds(120, 2500)
"""How many bits each test flips, each in a copy of its own: four of them 10,000 in a soak."""
WAY_OUT = "rolepath restore"


def eventful(path: Path) -> SqliteStore:
    """Return a store with two sources, what each of them no longer states, and links with every value."""
    store = open_store(f"sqlite:///{path}")
    assert isinstance(store, SqliteStore)
    names: dict[str, dict[str, Value]] = {"c1": {"name": "采矿", "aliases": ["a", "b"]}, "c2": {"name": "焊接"}}
    store.apply(says("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1", "t1 PRACTISES c2", nodes=names), report={"n": 1})
    store.apply(says("k2 DEVELOPS c1 0.25 level=3 note=why", "e1 EMPLOYS r1 openings=4", by="b", rank=7))
    store.apply(says("k1 DEVELOPS c1 0.75", "r1 REQUIRES c1 0.1", "k1 DEVELOPS c2", nodes=names))
    store.apply(says("k2 DEVELOPS c1 0.25 level=4 note=why", by="b", rank=200))
    return store


def compact(store: Path, target: Path) -> bytes:
    """Write the store with small pages, so that most of its bits say something, and return its bytes."""
    with closing(sqlite3.connect(store, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM INTO ?", (str(target),))
    return target.read_bytes()


def flips(data: bytes, count: int = FLIPS, seed: int = 1) -> Iterator[tuple[int, bytes]]:
    """Yield so many copies of the bytes, each with one bit flipped, and which bit that is."""
    chosen = random.Random(seed).sample(range(8 * len(data)), min(count, 8 * len(data)))
    for bit in chosen:
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def everything(path: Path) -> list[object]:
    """Return all that can be asked of the store, of its past too, and which store it is."""
    store = open_store(f"sqlite:///{path}")
    try:
        present = compile_snapshot(store)
        ids = [NodeId(f"{letter}{n}") for letter in "cekrt" for n in (1, 2)]
        last = present.revision.number
        with store.reading() as reading:
            links = list(reading.links())
            rows = [reading.sources(), list(reading.nodes()), links, list(reading.nodes("b"))]
            named = reading.links_named([(row[1], row[2], row[3]) for row in links])
            kinds = reading.kinds_of("b"), reading.asserted(ids)
        past = [_arrays(snapshot_at(store, number, present)[0]) for number in range(last + 1)]
        details = [store.nodes(ids, at=number) for number in (*range(1, last + 1), None)]
        log = list(store.changes(0, last))
        return [_arrays(present), rows, named, kinds, past, details, log, store.runs(), store.needs_keys()]
    finally:
        store.close()


def _arrays(snapshot: Snapshot) -> object:
    about = {name: value for name, value in snapshot.about.items() if name != CONTENT}  # format 1 kept no hash
    return {name: array.tobytes() for name, array in snapshot.arrays.items()}, about


def outcome(ask: Callable[[], Any], truth: object) -> str:
    """Return "equal" or "named", which are what damage may come to; anything else is told as it is."""
    try:
        return "equal" if ask() == truth else "another answer"
    except StoreUnavailableError as error:
        return "named" if WAY_OUT in str(error) else f"no way out: {error}"
    except Exception as error:  # noqa: BLE001 - this is what must not happen, whatever it is
        return f"escaped: {type(error).__name__}: {error}"


def written(path: Path, data: bytes) -> Path:
    """Return the path, at which these bytes are now, and nothing of what stood beside them before."""
    for left in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + left).unlink(missing_ok=True)
    path.write_bytes(data)
    return path


def old_store(path: Path, number: int = 1) -> Path:
    """Return the path, at which a store of an earlier format is now: of three revisions, by two sources."""
    sql = (FIXTURES / f"store_{number}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(sql)
    return path
