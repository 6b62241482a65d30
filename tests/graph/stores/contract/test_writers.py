"""Several writers at once, promised by every store: nothing is lost, nothing is made twice."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.errors import ConflictError
from graph.stores import Store, open_store
from tests.support.factory import replayed, says, statements
from tests.support.stores import MakeStore

WRITERS, JOBS = 4, 12


def add_one_by_one(url: str, writer: int) -> None:
    """Apply jobs of a source of one's own, each adding one node to the last."""
    store = open_store(url)
    for job in range(1, JOBS + 1):
        store.apply(says(*(f"w{writer}:c{i}" for i in range(job)), by=f"writer {writer}"))
    store.close()


def everything_was_added(store: Store) -> bool:
    """Say whether all jobs of all writers are there, each as one revision."""
    held = statements(store)
    all_here = len(held.nodes) == len({key[1] for key in held.nodes}) == WRITERS * JOBS
    return all_here and store.revision().number == len(store.runs()) == WRITERS * JOBS and log_fits(store)


def log_fits(store: Store) -> bool:
    """Say whether the log, replayed, gives what the store holds."""
    return replayed(store.changes(0, store.revision().number)) == statements(store)


def test_threads_that_write_at_once_lose_nothing(make_store: MakeStore) -> None:
    """Beginning with a store that does not exist, every job of every thread counts."""
    store = make_store()

    def run(writer: int) -> None:
        for job in range(1, JOBS + 1):
            store.apply(says(*(f"w{writer}:c{i}" for i in range(job)), by=f"writer {writer}"))

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(run, writer) for writer in range(WRITERS)]:
            done.result()
    assert everything_was_added(store)


@pytest.mark.slow
def test_processes_that_write_at_once_lose_nothing(make_store: MakeStore) -> None:
    """Beginning with a store that does not exist, every job of every process counts."""
    store = make_store()
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=add_one_by_one, args=(store.url, writer)) for writer in range(WRITERS)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * WRITERS
    assert everything_was_added(store)


@pytest.mark.parametrize("attempt", range(15))
def test_a_store_is_made_once(make_store: MakeStore, attempt: int) -> None:
    """Whoever comes while it is being made waits, to write or to read, and nobody takes it for something else."""
    barrier = threading.Barrier(2 * WRITERS)

    def write(writer: int) -> int:
        store = make_store(f"new-{attempt}")
        barrier.wait()
        return store.apply(says("c0", by=f"writer {writer}")).revision.number

    def read(_: int) -> int:
        store = make_store(f"new-{attempt}")
        barrier.wait()
        return max(store.revision().number for _ in range(50))

    with ThreadPoolExecutor(2 * WRITERS) as pool:
        readers = [pool.submit(read, reader) for reader in range(WRITERS)]
        assert sorted(pool.map(write, range(WRITERS))) == list(range(1, WRITERS + 1))
        assert all(reader.result() <= WRITERS for reader in readers)


def test_of_two_that_expect_one_revision_one_wins(make_store: MakeStore) -> None:
    """Applying the same preview at once, exactly one thread succeeds and the others are told of a conflict."""
    store = make_store()
    store.apply(says("c0"))
    barrier = threading.Barrier(WRITERS)

    def run(writer: int) -> str:
        barrier.wait()
        try:
            store.apply(says("c0", by=f"writer {writer}"), expected_revision=1)
        except ConflictError:
            return "conflict"
        return "applied"

    with ThreadPoolExecutor(WRITERS) as pool:
        found = sorted(pool.map(run, range(WRITERS)))
    assert found == ["applied"] + ["conflict"] * (WRITERS - 1)
    assert store.revision().number == 2
