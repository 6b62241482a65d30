"""The content hash: one for equal statements, whatever the store, the order of imports, or the way that led there."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from itertools import count, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.answers.exports import stated, write
from graph.changes import ChangeSet
from graph.errors import StoreDamagedError
from graph.migrate import migrate
from graph.model import NodeId, Source
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.files import load_snapshot
from graph.stores import Store, open_store
from graph.stores.content_hash import source_factor
from graph.stores.sqlite.backup import back_up, restore
from graph.stores.sqlite.seals import seal
from graph.stores.sqlite.store import SqliteStore
from ingest.formats.native import read as native
from ingest.undo import undo
from tests.support import histories
from tests.support.bit_flips import eventful, everything, old_store
from tests.support.factory import link, node, says
from tests.support.soak import record, rounds
from tests.support.stores import MakeStore, empty_neo4j

SAID = (
    says("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1 1", nodes={"c1": {"name": "采矿", "aliases": ["a"]}}),
    says("k2 DEVELOPS c1 0.25 level=3 note=why", "e1 EMPLOYS r1 openings=4", by="b", rank=7),
    says("k1 DEVELOPS c1 0.75", by="ü"),
)
HASH = "0" * 64
MOST_STATED = 12
"""How much a source states at most while it is changed at random."""


def hash_of(store: Store) -> str:
    """Return the content hash that is kept with the present revision; that of a check is the same."""
    kept = store.content_hashes().get(store.revision().number, HASH)
    assert store.check() == kept
    return kept


def test_order_of_imports_is_irrelevant(make_store: MakeStore, tmp_path: Path) -> None:
    """Every order gives one hash, in either store: here, that of the embedded one."""
    store = make_store()
    for changes in SAID:
        store.apply(changes)
    assert {len(found) for found in store.content_hashes().values()} == {64}
    hashes = {hash_of(store)}
    for number, order in enumerate(permutations(SAID)):
        other = SqliteStore(tmp_path / f"{number}.db")
        for changes in order:
            other.apply(changes)
        hashes.add(hash_of(other))
        other.close()
    assert len(hashes) == 1
    assert hashes != {HASH}


def test_undo_gives_the_hash_before(make_store: MakeStore) -> None:
    """An import that is taken back leaves no trace in it; the first one leaves the hash of nothing."""
    store = make_store()
    store.apply(SAID[0])
    first = hash_of(store)
    store.apply(SAID[1])
    assert hash_of(store) != first
    undo(store, "b")
    assert hash_of(store) == first
    undo(store, "source")
    assert hash_of(store) == HASH


def test_every_part_of_a_statement_counts(tmp_path: Path) -> None:
    """Another value, node, link, source, rank or version is another hash; who imported when is not."""
    base = says("k1 DEVELOPS c1 0.5")
    others = [
        says("k1 DEVELOPS c1 0.6"),
        says("k1 DEVELOPS c1 0.5 level=1"),
        says("k1 DEVELOPS c1 0.5", "c2"),
        says("k1 DEVELOPS c1 0.5", nodes={"c1": {"name": "x"}}),
        says("k1 DEVELOPS c1 0.5", by="b"),
        says("k1 DEVELOPS c1 0.5", rank=1),
        says("k1 DEVELOPS c1 0.5", run_id="other"),
    ]
    found = []
    for number, changes in enumerate((base, *others)):
        store = SqliteStore(tmp_path / f"{number}.db")
        store.apply(changes)
        found.append(hash_of(store))
        store.close()
    assert found[-1] == found[0]
    assert len(set(found)) == len(found) - 1


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_hash_in_steps_is_that_of_the_whole(data: st.DataObject) -> None:
    """After any history, the hash kept is that of a new store that is told the outcome alone."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "a.db")
        for _ in range(data.draw(st.integers(1, 4))):
            store.apply(
                histories.change_set(
                    data.draw(histories.sources),
                    data.draw(histories.nodes),
                    data.draw(histories.links),
                    data.draw(histories.replaced),
                    merges=data.draw(st.booleans()),
                )
            )
            hash_of(store)
        store.close()


def test_migration_and_backup_keep_it(make_store: MakeStore, tmp_path: Path) -> None:
    """Each revision's, in either store."""
    there = eventful(tmp_path / "there.db")
    here = make_store("here")
    migrate(there, here)
    assert here.content_hashes() == there.content_hashes() != {}
    back_up(there.path, tmp_path / "b.db")
    restore(tmp_path / "b.db", tmp_path / "c.db")
    copy = SqliteStore(tmp_path / "c.db")
    assert copy.content_hashes() == there.content_hashes()
    copy.close()
    there.close()


def test_store_of_format_1_gets_its_hashes(tmp_path: Path) -> None:
    """It answers as it did; every revision gets the hash that it would have had."""
    path = old_store(tmp_path / "old.db")
    before = everything(path)
    store = SqliteStore(path)
    assert store.check() == ""
    load_snapshot(store, tmp_path / "cache")
    assert everything(path) == before
    new = SqliteStore(tmp_path / "new.db")
    migrate(store, new)
    assert new.content_hashes() == store.content_hashes()
    assert len(new.content_hashes()) == 3
    assert hash_of(store) == hash_of(new)
    store.apply(says("k4 DEVELOPS c1", by="b"))
    hash_of(store)
    store.close()
    new.close()


def test_neo4j_of_an_earlier_version_gets_its_hashes(neo4j_url: str) -> None:
    """The first write, or compiled graph, adds them to every revision."""
    import neo4j

    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    for changes in SAID:
        store.apply(changes)
    hashes = store.content_hashes()
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MATCH (m:RolepathMeta) SET m.format = 1")
        driver.execute_query("MATCH (s:RolepathSource) REMOVE s.node_sum, s.link_sum")
        driver.execute_query("MATCH (r:IngestRun) REMOVE r.content_hash")
        driver.close()
    store.close()
    store = open_store(neo4j_url)
    assert (store.check(), store.content_hashes()) == ("", {})
    assert store.upgrade()
    assert store.content_hashes() == hashes
    hash_of(store)
    store.close()


def test_what_others_change_in_neo4j_is_named(neo4j_url: str) -> None:
    """A statement behind the store's back is; what people add beside it is no statement."""
    import neo4j

    empty_neo4j(neo4j_url)
    store = open_store(neo4j_url)
    store.apply(SAID[0])
    kept = hash_of(store)
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query("MATCH (n:Competency {id: 'c1'}) SET n.theirs = 1 MERGE (n)-[:LIKED_BY]->(:Person)")
        assert hash_of(store) == kept
        driver.execute_query("MATCH ()-[r:DEVELOPS]->() SET r._weights = [0.6]")
    with pytest.raises(StoreDamagedError, match="changed by others"):
        compile_snapshot(store)
    with pytest.raises(StoreDamagedError, match="changed by others"):
        store.check()
    store.close()


@pytest.mark.parametrize("number", [1, 2])
def test_store_of_an_earlier_format_is_brought_up_to_date_beside_others(tmp_path: Path, number: int) -> None:
    """Whoever has it open meanwhile reads on, and writes: its head is sealed with every row."""
    path = old_store(tmp_path / "old.db", number)
    one, other = SqliteStore(path), SqliteStore(path)
    before = (other.store_id, other.revision(), everything(path))
    assert one.upgrade()
    assert (one.store_id, one.revision(), everything(path)) == before
    assert (other.store_id, other.revision(), other.upgrade()) == (*before[:2], False)
    hash_of(other)
    other.apply(says("k4 DEVELOPS c1", by="b"))
    assert other.store_id == one.store_id == before[0]
    hash_of(one)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET store_id = 'another'")
        connection.commit()
    for store in (one, other):
        with pytest.raises(StoreDamagedError):
            store.check()
        store.close()


def test_store_of_format_1_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    """A reading that cannot bring it up to date goes without."""
    path = old_store(tmp_path / "old.db")
    path.chmod(0o400)
    store = SqliteStore(path)
    assert len(compile_snapshot(store)) == 4
    store.close()


def test_damage_in_either_store_is_named(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written under another hash is not compiled."""
    import graph.stores.content_hash as hashing

    store = make_store()
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "node_digest", lambda *_: 7)
        store.apply(SAID[0])
    with pytest.raises(StoreDamagedError, match="damaged"):
        compile_snapshot(store)
    with pytest.raises(StoreDamagedError, match="damaged"):
        store.check()


def test_store_that_is_not_made_passes(tmp_path: Path) -> None:
    """One that does not exist holds nothing."""
    store = open_store(f"sqlite:///{tmp_path / 'x.db'}")
    assert store.check() == HASH or store.check() == ""


def test_hashes_are_of_ascii() -> None:
    """What `repr` makes of a character depends on the Unicode of the version of Python; a digest must not."""
    said = blake2b(rb"'\u91c7'" + b"\n1", digest_size=8).digest()
    assert seal("采", 1) == int.from_bytes(said, "little") >> 1
    assert source_factor(Source(name="采")) != source_factor(Source(name="\\u91c7"))


class RandomChanges:
    """Sources that each state a little, changed in one place at a time: a value, a link, a node, a source."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._fresh = count()
        self.said = {name: says("k1 DEVELOPS c1 0.5", "r1 REQUIRES c1", by=name) for name in ("a", "ü", "c")}

    def next(self) -> ChangeSet:
        """Return what one of the sources states after one change; it never states just the same again."""
        name = self._dice.choice(sorted(self.said))
        one, fresh = self.said[name], next(self._fresh)
        node_id = self._dice.choice(sorted(one.nodes))
        nodes, links, source = dict(one.nodes), dict(one.links), one.source
        match self._dice.randrange(6):
            case 0:
                nodes[node_id] = node(node_id, {"description": f"文 {fresh}"})
            case 1:
                nodes[NodeId(f"c{fresh + 2}")] = node(f"c{fresh + 2}")
            case 2:
                links[self._dice.choice(sorted(links))] = (
                    (fresh + 1) / 100_000,
                    fresh % 5 + 1,
                    None,
                    None,
                    f"n{fresh}",
                )
            case 3:
                key, values = link(f"k1 DEVELOPS c{fresh + 2} {(fresh + 1) / 100_000:.5f}")
                links[key] = values
            case 4:
                source = source.model_copy(update={"version": str(fresh)})
            case _:
                nodes[node_id] = node(node_id, {"name": f"name {fresh}"})
        if len(nodes) + len(links) > MOST_STATED:  # what came first goes: what is stated now was never stated before
            if len(links) > 1:
                del links[next(iter(links))]
            else:
                del nodes[next(iter(nodes))]
        self.said[name] = replace(one, source=source, nodes=nodes, links=links)
        return self.said[name]


@pytest.mark.soak
def test_any_one_change_is_another_hash(make_store: MakeStore, tmp_path: Path) -> None:
    """No two of the graphs that one change leads to from the other have one hash; either store has the same ones.

    The graph that is exported whole, and imported elsewhere, has the hash that it had.
    """
    store, embedded, changes = make_store(), SqliteStore(tmp_path / "other.db"), RandomChanges(7)
    number, exported = rounds(60, 10_000), 0
    for said in changes.said.values():
        store.apply(said)
        embedded.apply(said)
    for turn in range(number):
        said = changes.next()
        store.apply(said)
        embedded.apply(said)
        if turn % (number // 5) == 0:
            exported += exported_hash(embedded, tmp_path / f"export{turn}") == hash_of(embedded)
    kept = store.content_hashes()
    assert kept == embedded.content_hashes()
    assert len(kept) == len(set(kept.values())) == number + len(changes.said)
    assert exported == len(range(0, number, number // 5))
    record("content hash", changes=number, hashes=len(set(kept.values())), exports=exported)
    embedded.close()


def exported_hash(store: Store, folder: Path) -> str:
    """Return the hash of a store into which all that this one states is imported from its export."""
    with store.reading() as reading:
        write(stated(reading, None), folder, reading.revision.number, overwrite=False)
        names = {source.name: source for source in reading.sources()}
    other = SqliteStore(folder.with_suffix(".db"))
    for part in sorted(folder.iterdir()):
        draft = native.read(part)
        assert not draft.problems
        other.apply(ChangeSet(names[draft.source.name], draft.nodes, draft.links))
    found = other.content_hashes()[other.revision().number]
    other.close()
    return found
