"""What compiling reads of the embedded store: numbers in the order of the file, in little memory."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.stores.sqlite.log import read_log
from graph.stores.sqlite.read import SqliteReader
from graph.stores.sqlite.store import SqliteStore
from tests.support.factory import says

COUNT = 3000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    """Give a store of so many links."""
    made = SqliteStore(Path(tmp_path_factory.mktemp("columns")) / "graph.db")
    made.apply(says(*(f"k{number % 60} DEVELOPS c{number // 60} 0.5" for number in range(COUNT))))
    yield made
    made.close()


def asked_by(store: SqliteStore, read: Callable[[SqliteReader], object]) -> list[str]:
    """Return what SQLite is asked meanwhile."""
    asked: list[str] = []
    with store.reading() as reading:
        reading._connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        read(reading)
        reading._connection.set_trace_callback(None)  # type: ignore[union-attr]
    return asked


def test_compiling_orders_no_links_in_the_database(store: SqliteStore) -> None:
    """Ordering by texts costs more than all the rest; nor are ids looked up for each link."""
    of_links = [text for text in asked_by(store, lambda reading: reading.link_columns()) if "FROM link" in text]
    assert len(of_links) == 1
    assert "ORDER BY" not in of_links[0]
    assert "JOIN" not in of_links[0]


def test_columns_hold_no_row_for_long(store: SqliteStore) -> None:
    """Less than half of what the rows take, which stay until the last is read."""

    def peak(attribute: str) -> int:
        with store.reading() as reading:
            tracemalloc.start()
            kept = getattr(reading, attribute)()
            size = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            del kept
        return size

    peak("link_columns")  # loads what it needs
    assert peak("link_columns") < 0.5 * peak("links")


def test_log_of_a_kind_asks_for_no_links(store: SqliteStore) -> None:
    """Each start asks what may be shown of assessments, of all revisions: to ask for links would read all of them."""
    asked = asked_by(store, lambda reading: read_log(reading, 0, 1, "Assessment"))
    assert any("FROM node" in text for text in asked)
    assert not any("link" in text for text in asked)


def test_few_steps_tell_whether_there_are_many_links(store: SqliteStore) -> None:
    """As many as are asked for are looked at, however many there are."""

    def steps(count: int) -> int:
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1

        with store.reading() as reading:
            reading._connection.set_progress_handler(step, 1)  # type: ignore[union-attr]
            assert reading.has_links(count)
            reading._connection.set_progress_handler(None, 1)  # type: ignore[union-attr]
        return taken

    assert steps(10) < 100
    assert steps(1000) < 10_000
    assert len(compile_snapshot(store)) == 60 + COUNT // 60
