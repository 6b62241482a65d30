"""Migration of stores to the present format: what a former version wrote reads as before, and takes what is new."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graph.errors import StoreDamagedError, StoreUnavailableError
from graph.migrate import migrate
from graph.model import NodeId
from graph.snapshot.compile import compile_snapshot
from graph.stores import Store, open_store
from graph.stores.neo4j.apply import FORMAT as NEO4J_FORMAT
from graph.stores.sqlite.backup import back_up, restore
from graph.stores.sqlite.ddl import FORMAT, format_of
from graph.stores.sqlite.store import SqliteStore
from ingest.undo import undo
from tests.support.bit_flips import everything, old_store
from tests.support.factory import says
from tests.support.institutions import COLLEGE
from tests.support.stores import empty_neo4j

HASHES = {
    1: "f077fc5a74b0cf36bf91bb5c1b5f4edfb9b31c4d2aa43e336d6ca8adc6253665",
    2: "b2e291039004689d17c60b7dd4217face285bbd8a641fa4ac5941b781cc8d9b3",
    3: "098b577279d8a270355ec98c1cff79d8330345e7818ef0cbdec68a0cfb685a46",
    4: "cf5531155f94a119ec043f0781de7cec19c221dcce441f8ed146b15fdb40fb99",
}
"""The content hashes that the store of format 3 was written with, by revision."""


@pytest.fixture
def former(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of format 3."""
    store = SqliteStore(old_store(tmp_path / "former.db", 3))
    yield store
    store.close()


def format_at(store: SqliteStore) -> int:
    """Return the format that the file has."""
    with closing(sqlite3.connect(store.path)) as connection:
        return format_of(connection)


def test_store_of_format_3_reads_as_before_and_after(former: SqliteStore) -> None:
    """Unchanged, it is checked whole; brought up to date, it says the same of every revision, by the same hashes."""
    assert former.content_hashes() == HASHES
    assert former.check() == HASHES[4]
    before = everything(former.path)
    assert format_at(former) == 3
    assert former.upgrade()
    assert not former.upgrade()
    assert format_at(former) == FORMAT
    assert everything(former.path) == before
    assert former.content_hashes() == HASHES
    assert former.check() == HASHES[4]


def test_upgraded_store_takes_what_is_new(former: SqliteStore, tmp_path: Path) -> None:
    """The next import upgrades it; kinds, relations and institutions are kept, copied, backed up and undone."""
    former.apply(COLLEGE)
    assert format_at(former) == FORMAT
    with former.reading() as reading:
        assert {source.name: source.institution_id for source in reading.sources()} == {
            **dict.fromkeys(("college", "b"), ""),
            "outcomes": "u1",
        }
    snapshot = compile_snapshot(former)
    assert [snapshot.ids[i] for i in snapshot.of_kind("Institution").tolist()] == ["u1"]
    assert snapshot.text("description_zh")[snapshot.require("d1")] == "说明"
    assert snapshot.out("AIMS_AT").pairs(snapshot.require("d1")) == [(snapshot.require("c1"), 0.6)]
    assert snapshot.reference("employer_id")[snapshot.require("i9")] == snapshot.require("u1")
    (detail,) = former.nodes([NodeId("u1")])
    assert (detail.kind, detail.values["region_zh"]) == ("Institution", "东部")
    with closing(SqliteStore(tmp_path / "copy.db")) as copy:
        migrate(former, copy)
        assert copy.content_hashes() == former.content_hashes()
    back_up(former.path, tmp_path / "b.db")
    restore(tmp_path / "b.db", tmp_path / "c.db")
    with closing(SqliteStore(tmp_path / "c.db")) as copy:
        assert copy.check() == former.check()
    undo(former, "outcomes")
    assert former.check() == HASHES[4]


def test_institution_of_a_source_is_a_change_like_others(tmp_path: Path) -> None:
    """It counts in the hash and the log, can be seen as it was, and is undone."""
    store = SqliteStore(tmp_path / "a.db")
    store.apply(says("u1", "c1"))
    of_none = store.check()
    store.apply(says("u1", "c1", institution="u1"))
    assert store.check() != of_none
    (change,) = store.changes(1, 2)
    assert [getattr(change.before, "institution_id", None), getattr(change.after, "institution_id", None)] == ["", "u1"]
    undo(store, "source")
    assert store.check() == of_none
    with store.reading() as reading:
        assert reading.sources()[0].institution_id == ""
    store.close()


def test_upgrade_touches_sources_alone(former: SqliteStore) -> None:
    """However many statements there are, nothing but sources is written: two that stand and two that stood."""
    former.revision()
    connection = former._connection()
    assert connection is not None
    rows = connection.execute("SELECT (SELECT count(*) FROM source) + (SELECT count(*) FROM source_past)").fetchone()[0]
    before = connection.total_changes
    assert former.upgrade()
    assert connection.total_changes - before == rows == 4


@pytest.mark.parametrize("table", ["source", "source_past"])
def test_damage_of_before_stays_damage(former: SqliteStore, table: str) -> None:
    """A seal that does not fit is found in a store of format 3, and is not made good by the upgrade."""
    with closing(sqlite3.connect(former.path)) as connection:
        connection.execute(f"UPDATE {table} SET url = 'https://other.example'")
        connection.commit()
    with pytest.raises(StoreDamagedError):
        former.check()
    former.upgrade()
    with pytest.raises(StoreDamagedError):
        former.check()


def test_who_has_it_open_meanwhile_reads_on(former: SqliteStore) -> None:
    """A connection from before the upgrade sees what is stated after it."""
    assert former.check() == HASHES[4]
    with closing(SqliteStore(former.path)) as other:
        other.apply(COLLEGE)
        now = other.check()
    assert former.check() == now
    with former.reading() as reading:
        assert {source.institution_id for source in reading.sources()} == {"", "u1"}
    assert former.upgrade() is False


def test_store_of_format_3_that_cannot_be_written_is_read(former: SqliteStore) -> None:
    """A reading goes without the upgrade."""
    former.path.chmod(0o400)
    assert len(compile_snapshot(former)) > 4


def put_back(url: str) -> list[Any]:
    """Make a server's store one of format 3; return what its index of texts covers."""
    import neo4j

    with neo4j.GraphDatabase.driver(url) as driver:
        driver.execute_query("MATCH (m:RolepathMeta) SET m.format = 3")
        driver.execute_query("MATCH (s:RolepathSource) REMOVE s.institution_id")
        driver.execute_query("DROP INDEX rolepath_text IF EXISTS")
        driver.execute_query("DROP INDEX rolepath_institution_id IF EXISTS")
        driver.execute_query(
            "CREATE FULLTEXT INDEX rolepath_text FOR (n:Course|Role) ON EACH [n.name]"
            " OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
        )
        return indexed(driver)


def indexed(driver: Any) -> list[Any]:  # noqa: ANN401 - the driver is loaded where a server is at hand
    """Return the labels of the index of texts, and whether institutions are found by their ids."""
    records = driver.execute_query("SHOW INDEXES YIELD name, labelsOrTypes, properties").records
    found = {record["name"]: (record["labelsOrTypes"], record["properties"]) for record in records}
    return [*found["rolepath_text"], "rolepath_institution_id" in found]


def hashes_of(store: Store) -> tuple[str, dict[int, str]]:
    """Return what is found, and what is kept."""
    return store.check(), store.content_hashes()


def test_neo4j_of_format_3_is_upgraded(neo4j_url: str) -> None:
    """It reads as it did; the first write makes its indexes anew, and takes institutions."""
    import neo4j

    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    store.apply(says("k1 DEVELOPS c1 0.5", "d1 OFFERS co1"))
    store.apply(says("k2 DEVELOPS c1 0.25", by="b"))
    before = hashes_of(store)
    store.close()
    assert put_back(neo4j_url) == [["Course", "Role"], ["name"], False]
    store = open_store(neo4j_url)
    assert hashes_of(store) == before
    with store.reading() as reading:
        assert {source.institution_id for source in reading.sources()} == {""}
    assert store.upgrade()
    assert not store.upgrade()
    assert hashes_of(store) == before
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        labels, properties, is_found = indexed(driver)
    assert "Institution" in labels
    assert "description_zh" in properties
    assert is_found
    store.apply(COLLEGE)
    with store.reading() as reading:
        assert {source.institution_id for source in reading.sources()} == {"", "u1"}
    with closing(open_store(neo4j_url)) as again:
        assert hashes_of(again) == hashes_of(store)
    undo(store, "outcomes")
    assert store.check() == before[0]
    store.close()


def test_newer_store_on_a_server_is_refused_by_name(neo4j_url: str) -> None:
    """It is neither read nor written."""
    import neo4j

    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    store.apply(says("c1"))
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MATCH (m:RolepathMeta) SET m.format = $format", format=NEO4J_FORMAT + 1)
    named = rf"newer Rolepath \(format {NEO4J_FORMAT + 1}\): update Rolepath"
    for use in (store.revision, store.health, lambda: compile_snapshot(store), lambda: store.apply(says("c2"))):
        with pytest.raises(StoreUnavailableError, match=named):
            use()
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MATCH (m:RolepathMeta) SET m.format = $format", format=NEO4J_FORMAT)
    store.close()


def test_migration_between_stores_keeps_institutions(neo4j_url: str, tmp_path: Path) -> None:
    """From a file to a server and back, each revision has the same hash."""
    empty_neo4j(neo4j_url)
    with closing(SqliteStore(tmp_path / "a.db")) as there, closing(open_store(neo4j_url)) as server:
        there.apply(COLLEGE)
        there.apply(says("u1", "c7", by="outcomes"))
        migrate(there, server)
        with closing(SqliteStore(tmp_path / "b.db")) as back:
            migrate(server, back)
            assert back.content_hashes() == server.content_hashes() == there.content_hashes()
            assert list(back.changes(0, 2)) == list(there.changes(0, 2))
