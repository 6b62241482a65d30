"""A damaged file of the embedded store: it answers the truth, or says that it is damaged and what to do."""

import re
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest

from api.cli.render.doctor import check_up
from graph.errors import StoreDamagedError, StoreUnavailableError
from graph.snapshot.compile import compile_snapshot
from graph.stores.sqlite.backup import back_up, restore
from graph.stores.sqlite.store import SqliteStore
from tests.support.bit_flips import compact, eventful, everything, flips, outcome, written
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.serving import serving, settings_in
from tests.support.soak import IS_SOAK, record


@pytest.fixture
def data(tmp_path: Path) -> bytes:
    store = eventful(tmp_path / "whole.db")
    store.close()
    return compact(store.path, tmp_path / "compact.db")


def altered(path: Path, sql: str) -> SqliteStore:
    """Return the store when a row was changed behind its back."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(sql).rowcount == 1
        connection.commit()
    return SqliteStore(path)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [pytest.param(seed, marks=[pytest.mark.slow] * IS_SOAK) for seed in range(4)])
def test_a_flipped_bit_is_named_or_harmless(data: bytes, tmp_path: Path, seed: int) -> None:
    """Whatever bit it is: every answer is as before, or a StoreUnavailableError says how to restore."""
    truth = everything(written(tmp_path / "store.db", data))
    told: Counter[str] = Counter()
    for bit, changed in flips(data, seed=seed):
        path = written(tmp_path / "store.db", changed)
        found = outcome(lambda path=path: everything(path), truth)  # type: ignore[misc]
        told[found if found in {"equal", "named"} else f"bit {bit}: {found}"] += 1
    assert told.keys() == {"equal", "named"}, told
    record("flipped bits of a store", seed=seed, **told)
    assert told["named"] > told.total() / 5


def test_the_check_finds_what_answers_differ_by(data: bytes, tmp_path: Path) -> None:
    """A store that passes its check answers everything as before."""
    truth = everything(written(tmp_path / "store.db", data))
    for bit, changed in flips(data, 100, seed=9):
        store = SqliteStore(written(tmp_path / "store.db", changed))
        with suppress(StoreUnavailableError):
            store.check()
            assert everything(store.path) == truth, bit
        store.close()


def test_the_mark_of_keys_does_not_go_with_a_bit(tmp_path: Path) -> None:
    """Wherever its name stands in the file: it is there, or the damage is named."""
    store = eventful(tmp_path / "whole.db")
    store.note_keys(needed=True)
    store.close()
    data = compact(store.path, tmp_path / "compact.db")
    places = [found.start() for found in re.finditer(b"needs_keys", data)]
    assert len(places) == 3
    for bit in (8 * place + bit for place in places for bit in range(8 * len("needs_keys"))):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        marked = SqliteStore(written(tmp_path / "store.db", bytes(changed)))
        with suppress(StoreUnavailableError):
            assert marked.needs_keys(), bit
        marked.close()


@pytest.mark.parametrize("damage", ["garbage", "emptied", "text", "folder", "row", "cut"])
def test_doctor_names_whatever_is_damaged(tmp_path: Path, damage: str) -> None:
    """It looks at everything else, and ends; the way out is told."""
    store = eventful(tmp_path / "graph.db")
    store.close()
    if damage == "folder":
        store.path.unlink()
        store.path.mkdir()
    elif damage == "row":
        altered(store.path, "UPDATE link SET weight = 0.76 WHERE weight = 0.75").close()
    elif damage == "cut":
        store.path.write_bytes(store.path.read_bytes()[:9000])
    else:
        {"garbage": garbage, "emptied": emptied, "text": text}[damage](store.path)
    (tmp_path / "state.db").write_bytes(b"garbage" * 999)
    found = check_up(settings_in(tmp_path, is_default=False))
    wrong = {item.check: item.detail for item in found.items if not item.ok}
    found_out = {"content", "decisions"} if damage == "row" else {"store"}  # the latter need a store that opens
    assert wrong.keys() == found_out | {"keys"}
    assert damage == "folder" or "rolepath restore" in str(wrong)
    assert len(found.items) >= 9


@pytest.mark.parametrize(
    "sql",
    [
        """UPDATE node SET "values" = replace("values", '采矿', '采砂') WHERE entity = 1 AND source = 1""",
        "UPDATE link SET weight = 0.76 WHERE weight = 0.75",
        "DELETE FROM link WHERE weight = 0.75",
        "UPDATE link SET weight = 'much' WHERE weight = 0.75",
        "UPDATE link SET level = 99999999999 WHERE weight = 0.75",
        "UPDATE link SET to_entity = 77 WHERE weight = 0.75",
        "DELETE FROM entity WHERE id = 'c2'",
        "UPDATE entity SET id = 'c3' WHERE id = 'c2'",
        "UPDATE source SET name = 'c' WHERE name = 'b'",
        "UPDATE source SET rank = 1 WHERE name = 'b'",
        "UPDATE source SET licence = 'x' WHERE name = 'b'",
        "UPDATE meta SET revision = 3",
        "UPDATE meta SET store_id = char(unicode(store_id) + 1) || substr(store_id, 2)",
        "UPDATE meta SET token = char(unicode(token) + 1) || substr(token, 2)",
        "UPDATE meta SET seal = seal + 1",
    ],
)
def test_what_changed_behind_the_store_is_named(tmp_path: Path, sql: str) -> None:
    """Neither compiled, nor backed up, nor imported over by the source that it is of."""
    store = eventful(tmp_path / "store.db")
    store.close()
    store = altered(store.path, sql)
    assert outcome(lambda: everything(store.path), None) == "named"
    with pytest.raises(StoreDamagedError):
        compile_snapshot(store)
    with pytest.raises(StoreDamagedError):
        back_up(store.path, tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()
    with pytest.raises(StoreDamagedError):
        store.apply(says("k9 DEVELOPS c1"))
    store.close()


@pytest.mark.parametrize("number", [1, 2])
def test_a_store_is_of_no_earlier_format_than_it_was_written_in(tmp_path: Path, number: int) -> None:
    """One bit of the file's head would make it one without seals."""
    store = eventful(tmp_path / "store.db")
    store.close()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(f"PRAGMA user_version = {number}")
    with pytest.raises(StoreDamagedError):
        store.check()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE link_past SET weight = 0.6 WHERE weight = 0.5",
        "DELETE FROM link_past WHERE weight = 0.5",
        "UPDATE node_past SET until = until + 1 WHERE rowid = 1",
        "UPDATE source_past SET rank = 8",
        "UPDATE run SET report = '{}' WHERE revision = 1",
        "UPDATE run SET content_hash = replace(content_hash, 'a', 'b') WHERE revision = 2",
    ],
)
def test_damage_in_the_past_is_named(tmp_path: Path, sql: str) -> None:
    """Where past revisions, the log or the runs are asked for, and by the check."""
    store = eventful(tmp_path / "store.db")
    store.close()
    store = altered(store.path, sql)
    assert outcome(lambda: everything(store.path), None) == "named"
    with pytest.raises(StoreDamagedError):
        store.check()
    store.close()


def test_the_damaged_row_is_named(tmp_path: Path) -> None:
    """The message says which statement it is, and of which source."""
    store = eventful(tmp_path / "store.db")
    store.close()
    store = altered(store.path, "UPDATE link SET weight = 0.76 WHERE weight = 0.75")
    with pytest.raises(StoreDamagedError, match=r"source k1 DEVELOPS c1.*rolepath restore"):
        everything(store.path)
    store.close()


def garbage(path: Path) -> None:
    path.write_bytes(b"\xa5" * 512 + path.read_bytes()[512:])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def text(path: Path) -> None:
    path.write_text("no database at all\n" * 999, encoding="utf-8")


@pytest.mark.parametrize("damage", [garbage, emptied, text])
@pytest.mark.parametrize("is_open", [False, True])
def test_restore_replaces_whatever_is_there(tmp_path: Path, damage: object, *, is_open: bool) -> None:
    """A file whose head is garbage, an empty one, another file: also while somebody has it open, who then goes on."""
    store = eventful(tmp_path / "store.db")
    truth = everything(store.path)
    back_up(store.path, tmp_path / "b.db")
    if not is_open:
        store.close()
    assert callable(damage)
    damage(store.path)
    assert restore(tmp_path / "b.db", store.path, overwrite=True) == 4
    assert everything(store.path) == truth
    assert store.revision().number == 4
    assert store.apply(says("k9 DEVELOPS c1", by="later")).revision.number == 5
    store.close()
    assert SqliteStore(store.path).revision().number == 5


def test_a_service_goes_on_with_what_was_restored(tmp_path: Path) -> None:
    """While the store is damaged it says so, to whoever asks; then it answers, without being started again."""
    store = eventful(tmp_path / "graph.db")
    back_up(store.path, tmp_path / "b.db")
    store.close()
    altered(store.path, "UPDATE link SET weight = 0.76 WHERE weight = 0.75").close()
    with serving(settings_in(tmp_path)) as asker:
        for path in ("/v1/gaps", "/readyz", "/v1/sources"):
            told = asker.get(path)
            assert told.status_code == 503
            assert told.json()["code"] == "store.damaged"
        restore(tmp_path / "b.db", store.path, overwrite=True)
        eventually(lambda: asker.get("/readyz").status_code == 200)
        assert asker.get("/v1/competencies").json()["total"] == 2


def test_a_folder_is_not_restored_over(tmp_path: Path) -> None:
    """It is no store: the message says what is there, and the folder stays."""
    store = eventful(tmp_path / "store.db")
    back_up(store.path, tmp_path / "b.db")
    store.close()
    there = tmp_path / "folder.db"
    there.mkdir()
    with pytest.raises(StoreUnavailableError, match="folder"):
        restore(tmp_path / "b.db", there, overwrite=True)
    assert there.is_dir()


def test_a_damaged_backup_is_not_put_back(tmp_path: Path) -> None:
    """The store stays as it was, and the message names the backup."""
    store = eventful(tmp_path / "store.db")
    back_up(store.path, tmp_path / "b.db")
    altered(tmp_path / "b.db", "UPDATE link SET weight = 0.76 WHERE weight = 0.75").close()
    with pytest.raises(StoreDamagedError, match=r"b\.db"):
        restore(tmp_path / "b.db", store.path, overwrite=True)
    assert store.revision().number == 4
    store.close()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_log_of_changes_gives_an_earlier_state(tmp_path: Path, share: float) -> None:
    """A WAL that was cut off holds whole revisions, or is named: never half of one."""
    store = eventful(tmp_path / "store.db")
    wal = store.path.with_name("store.db-wal").read_bytes()
    whole = store.path.read_bytes()
    store.close()
    path = written(tmp_path / "cut.db", whole)
    path.with_name("cut.db-wal").write_bytes(wal[: int(len(wal) * share)])
    cut = SqliteStore(path)
    assert cut.check() == cut.content_hashes().get(cut.revision().number, "0" * 64)
    cut.close()
