"""Garbage collection is held back during a job, and no further than memory allows."""

import gc
from collections.abc import Callable
from pathlib import Path

from graph.garbage_collection import HELD, held_collection, short_collections
from graph.stores import open_store
from ingest.draft import Draft
from ingest.formats.native import read as native
from ingest.job import ingest

ROWS = 3_000


class Circle:
    """An object that only a collection can free."""

    def __init__(self) -> None:
        self.itself = self


def collections(run: Callable[[], object]) -> int:
    """Return how many garbage collections there are while it runs."""

    def count() -> int:
        return sum(int(generation["collections"]) for generation in gc.get_stats())

    before = count()
    run()
    return count() - before


def written(folder: Path) -> Path:
    """Return a native folder of so many links."""
    folder.mkdir()
    (folder / "source.csv").write_text("name,version\nmany,1\n", encoding="utf-8")
    units = "".join(f"k{number},unit {number},disciplinary\n" for number in range(ROWS // 10))
    (folder / "knowledge_units.csv").write_text(f"id,name,kind\n{units}", encoding="utf-8")
    competencies = "".join(f"c{number},competency {number},skill\n" for number in range(10))
    (folder / "competencies.csv").write_text(f"id,name,kind\n{competencies}", encoding="utf-8")
    links = "".join(f"k{number // 10},DEVELOPS,c{number % 10},0.5\n" for number in range(ROWS))
    (folder / "links.csv").write_text(f"from_id,relation,to_id,weight\n{links}", encoding="utf-8")
    return folder


def test_import_is_not_looked_through_for_garbage(tmp_path: Path) -> None:
    """What is read stays until it is written: a collection for each 700 objects finds nothing."""
    folder, before = written(tmp_path / "many"), gc.get_threshold()
    store = open_store(f"sqlite:///{tmp_path}/graph.db")

    def read() -> Draft:
        return native.read(folder)

    assert collections(lambda: ingest(read, store)) <= 3
    assert store.revision().number == 1
    assert gc.get_threshold() == before
    store.close()


def test_circles_of_garbage_take_bounded_room() -> None:
    """They are found among new objects still."""

    def make_garbage() -> None:
        for _ in range(3 * HELD[0]):
            Circle()

    with held_collection():
        found = collections(make_garbage)
    assert 2 <= found <= 8


def test_nothing_large_is_looked_through_while_questions_are_answered() -> None:
    """Half a million objects that stay are looked through by no collection of all: it stops every thread for 150 ms."""

    def whole() -> int:
        return int(gc.get_stats()[2]["collections"])

    before, begin = gc.get_threshold(), whole()
    with short_collections():
        kept = [[number] for number in range(500_000)]
        assert whole() == begin
    assert len(kept) == 500_000
    assert gc.get_threshold() == before
