"""Isolation: histories of concurrent imports, undo and readings are such as one client at a time could have had."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from threading import Barrier

import pytest

from graph.errors import ConflictError, InputError, NotFoundError
from graph.stores import Store
from ingest.undo import undo
from tests.support.factory import says
from tests.support.linearizability import Call, linearization
from tests.support.soak import record, rounds
from tests.support.stores import MakeStore, empty_neo4j

SOURCES = ("a", "b")
WRITERS, READERS, CALLS = 3, 2, 4
Client = Callable[[Store, random.Random], Call | None]
A, B = frozenset({"c1"}), frozenset({"c2"})
WROTE = Call(0, 1, 1, "a", A)


def write(store: Store, chance: random.Random) -> Call | None:
    """Import what a source states from now on, at the revision that was seen just before in half of all cases."""
    source = chance.choice(SOURCES)
    numbers = chance.sample(range(1, 6), chance.randint(1, 3))
    changes = says(*(f"k{n} DEVELOPS c{n}" for n in numbers), by=source)
    stated = frozenset({*changes.nodes, *(f"{a} {b}" for a, _, b in changes.links)})
    expected = store.revision().number if chance.random() < 0.5 else None
    begun, revision = time.monotonic(), None
    with suppress(ConflictError):
        revision = store.apply(changes, expected_revision=expected).revision.number
    return Call(begun, time.monotonic(), revision, source, stated, expected)


def take_back(store: Store, chance: random.Random) -> Call | None:
    """Take back the last run of a source; where there is nothing to take back nothing is told of it."""
    source = chance.choice(SOURCES)
    begun = time.monotonic()
    try:
        report = undo(store, source)
    except (NotFoundError, InputError, ConflictError):
        return None
    return Call(begun, time.monotonic(), None if report.refused else report.revision, source)


def read(store: Store, chance: random.Random) -> Call | None:
    """Read all that the sources state, with a pause in between; a store may say that it was overtaken."""
    seen: defaultdict[str, set[str]] = defaultdict(set)
    begun = time.monotonic()
    try:
        with store.reading() as reading:
            revision = reading.revision.number
            for source, node_id, *_ in reading.nodes():
                seen[source].add(node_id)
            time.sleep(chance.random() / 100)
            for source, start, _, end, *_ in reading.links():
                seen[source].add(f"{start} {end}")
    except ConflictError:
        return None
    return Call(begun, time.monotonic(), revision, seen={name: frozenset(of) for name, of in seen.items()})


def history(stores: list[Store], seed: int) -> list[Call]:
    """Return what clients, each with a handle of its own, did at once and were told."""
    together = Barrier(len(stores))

    def live(number: int) -> Iterator[Call]:
        chance = random.Random(f"{seed} {number}")
        together.wait(60)
        for _ in range(CALLS):
            does: Client = read if number >= WRITERS else take_back if chance.random() < 0.25 else write
            if call := does(stores[number], chance):
                yield call

    with ThreadPoolExecutor(len(stores)) as threads:
        return [call for calls in threads.map(lambda n: list(live(n)), range(len(stores))) for call in calls]


@pytest.mark.soak
@pytest.mark.slow
def test_concurrent_imports_are_as_one_after_the_other(make_store: MakeStore, request: pytest.FixtureRequest) -> None:
    """No update is lost, nothing half-written is read, and each revision follows the one before it."""
    is_neo4j = request.node.callspec.params["make_store"] != "sqlite"
    calls = refused = 0
    number = rounds(3, 40) if is_neo4j else rounds(10, 400)
    for seed in range(number):
        if is_neo4j:
            empty_neo4j(request.getfixturevalue("neo4j_url"))
        stores = [make_store(f"graph{seed}") for _ in range(WRITERS + READERS)]
        made = history(stores, seed)
        assert linearization(made) is not None, "\n".join(map(str, sorted(made)))
        told = sorted({call.revision for call in made if call.source and call.revision})
        assert all(later == earlier + 1 for earlier, later in pairwise([0, *told]))
        calls, refused = calls + len(made), refused + sum(call.revision is None for call in made)
        for store in stores:
            store.close()
    record("isolation", store="neo4j" if is_neo4j else "sqlite", histories=number, calls=calls, refused=refused)


@pytest.mark.parametrize(
    ("made", "is_right"),
    [
        ([WROTE, Call(2, 3, 1, seen={"a": A})], True),
        ([WROTE, Call(0.5, 3, 0, seen={})], True),
        ([WROTE, Call(2, 3, 2, "a", B), Call(4, 5, 3, "a"), Call(6, 7, 3, seen={"a": A})], True),
        ([WROTE, Call(0, 1, None, "b", B, expected=0)], True),
        ([WROTE, Call(2, 3, 0, seen={})], False),
        ([WROTE, Call(2, 3, 1, seen={"a": B})], False),
        ([WROTE, Call(0, 1, 1, "b", B)], False),
        ([WROTE, Call(2, 3, 3, "b", B)], False),
        ([WROTE, Call(0, 1, 2, "b", B, expected=0)], False),
        ([WROTE, Call(2, 3, None, "b", B, expected=1)], False),
        ([WROTE, Call(0, 3, 2, "b", B), Call(4, 5, 2, seen={"b": B})], False),
        ([WROTE, Call(0, 1, None, "b", B), Call(2, 3, 1, seen={"a": A, "b": B})], False),
    ],
    ids=[
        "read",
        "overlap",
        "undo",
        "refused",
        "stale",
        "dirty",
        "same-number",
        "skipped",
        "lost",
        "spurious",
        "torn",
        "half",
    ],
)
def test_checker_tells_right_histories_from_wrong(made: list[Call], *, is_right: bool) -> None:
    """What the checker looks for, it finds."""
    assert (linearization(made) is not None) is is_right
