"""A damaged state file is told as such, or changes no answer; it lets nobody in."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from api.auth.keys import KeyStore, matching
from api.auth.sessions import SessionStore
from api.jobs.queue import ImportRequest, JobQueue
from api.principal import Principal
from api.state.audit import Audit
from api.state.backup import back_up_state, read_state_copy
from api.state.database import State
from api.state.table_register import StoreName
from graph.errors import StoreUnavailableError
from graph.model import Frozen
from tests.support.bit_flips import flips, written
from tests.support.random_damage import damages
from tests.support.soak import record, rounds

STORE = "sqlite:////srv/graph.db"


@pytest.mark.parametrize("seed", range(2))
def test_a_flipped_bit_ends_in_an_answer_or_in_words(tmp_path: Path, seed: int) -> None:
    """Keys, sessions, audit and runs are read, or a StoreUnavailableError names the file."""
    state = State(tmp_path / "whole.db")
    for name in ("one", "two"):
        KeyStore(state).create(name, "read", timedelta(days=1))
        Audit(state).note(Principal(name, "", frozenset()), "imported", "detail")
    state.close()
    with closing(sqlite3.connect(state.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM INTO ?", (str(tmp_path / "compact.db"),))
    told: Counter[str] = Counter()
    for bit, changed in flips((tmp_path / "compact.db").read_bytes(), seed=seed):
        damaged = State(written(tmp_path / "state.db", changed))
        asked = (KeyStore(damaged).all, SessionStore(damaged).hashed, Audit(damaged).latest, partial(damaged.runs, ""))
        for ask in asked:
            try:
                ask()
            except StoreUnavailableError as error:
                told["named" if "state.db" in str(error) else f"{bit}: {error}"] += 1
            except Exception as error:  # noqa: BLE001 - this is what must not happen
                told[f"{bit}: {error!r}"] += 1
        damaged.close()
    assert told.keys() == {"named"}, told


def full_state(path: Path) -> tuple[State, dict[str, str]]:
    """Return a state with all that is kept, and its tokens by what has become of them."""
    state = State(path)
    keys, sessions, somebody = KeyStore(state), SessionStore(state), Principal("somebody", "", frozenset())
    made = {"holds": keys.create("holds", "read"), "revoked": keys.create("revoked", "admin")}
    made["expired"] = keys.create("expired", "admin", timedelta(seconds=-5))
    keys.revoke(made["revoked"].key.id)
    ended = sessions.begin(made["holds"].key, 5)
    sessions.begin(made["holds"].key, 5)
    sessions.end(ended.session.id)
    jobs = JobQueue(state, STORE)
    for number in range(3):
        jobs.add(f"run{number}", "native", ImportRequest(), Frozen(), somebody)
    jobs.begin("run0")
    Audit(state).note(somebody, "imported", "采矿", "run0")
    state.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # all of it stands in the file
    return state, {name: one.token for name, one in made.items()}


def asked(state: State) -> list[object]:
    """Return all that is answered from the state."""
    jobs = JobQueue(state, STORE)
    return [
        *(KeyStore(state).hashed(), SessionStore(state).hashed(), KeyStore(state).were_given_up()),
        *(Audit(state).latest(), Audit(state).who_did(["run0", "run1"]), state.runs(STORE)),
        *(jobs.tasks(9), jobs.open(), jobs.get("run1")),
    ]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2))
def test_random_damage_is_named_or_changes_no_answer(tmp_path: Path, seed: int) -> None:
    """Of keys, sessions, audit, runs and jobs; none but the key that holds opens anything."""
    whole, tokens = full_state(tmp_path / "state.db")
    truth, saved = asked(whole), whole.path.read_bytes()
    whole.close()
    told: Counter[str] = Counter()
    for damage in damages(whole.path, number := rounds(150, 5_000), seed):
        is_harmless = whole.path.read_bytes() == saved
        state = State(whole.path)
        try:
            known = {one.key.id: one for one in KeyStore(state).hashed()}
            let_in = {name for name, token in tokens.items() if matching(token, known, datetime.now(UTC))}
            assert let_in == {"holds"}, damage
            found = "equal" if asked(state) == truth else f"{damage}: another answer"
        except StoreUnavailableError as error:
            found = "named" if "state.db" in str(error) and not is_harmless else f"{damage}: {error}"
        state.close()
        for end in ("-wal", "-shm", "-journal"):
            whole.path.with_name(whole.path.name + end).unlink(missing_ok=True)
        told[found] += 1
    assert told.keys() <= {"equal", "named"}, told
    record("damage", of="state file", damages=number, named=told["named"], equal=told["equal"], let_in=0)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE api_key SET revoked_at = NULL WHERE name = 'revoked'",
        "UPDATE api_key SET expires_at = '2999-01-01T00:00:00+00:00' WHERE name = 'expired'",
        "UPDATE api_key SET scope = 'admin' WHERE name = 'holds'",
        "DELETE FROM api_key WHERE name = 'revoked'",
        "INSERT INTO keys_given_up VALUES ('2026-01-01')",
        "UPDATE session SET expires_at = '2999-01-01T00:00:00+00:00'",
        "UPDATE audit SET who = 'nobody' WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "UPDATE job SET wanted = replace(wanted, 'false', 'true') WHERE id = 'run1'",
    ],
)
def test_what_changed_behind_the_service_is_named(tmp_path: Path, sql: str) -> None:
    """By whoever reads that table, by the check, and by a backup, which copies none of it."""
    state, _ = full_state(tmp_path / "state.db")
    with closing(sqlite3.connect(state.path, isolation_level=None)) as connection:
        assert connection.execute(sql).rowcount == 1
    copied = "api_key" in sql or "audit" in sql
    copy = partial(back_up_state, state, tmp_path / "b", StoreName("id", STORE), with_keys=True)
    asks: tuple[Callable[[], object], ...] = (partial(asked, state), state.check, copy)
    for ask in asks[: 3 if copied else 2]:
        with pytest.raises(StoreUnavailableError, match=r"state\.db is damaged.*rolepath restore"):
            ask()
    assert not (tmp_path / "b").exists()


def test_a_damaged_copy_is_not_restored(tmp_path: Path) -> None:
    """The message names the copy."""
    state, _ = full_state(tmp_path / "state.db")
    back_up_state(state, tmp_path / "b.state", StoreName("id", STORE), with_keys=True)
    with closing(sqlite3.connect(tmp_path / "b.state", isolation_level=None)) as connection:
        connection.execute("UPDATE api_key SET revoked_at = NULL")
    with pytest.raises(StoreUnavailableError, match=r"b\.state is damaged, so nothing was restored"):
        read_state_copy(tmp_path / "b.state")


def test_a_damaged_row_is_not_written_over(tmp_path: Path) -> None:
    """Or it would be sealed as it is."""
    state, _ = full_state(tmp_path / "state.db")
    with closing(sqlite3.connect(state.path, isolation_level=None)) as connection:
        connection.execute("UPDATE job SET format = 'esco' WHERE id = 'run1'")
    with pytest.raises(StoreUnavailableError, match="is damaged"):
        JobQueue(state, STORE).begin("run1")


@pytest.mark.parametrize("size", [0, 100])
def test_a_revocation_stands_in_the_file(tmp_path: Path, size: int) -> None:
    """A log of changes that is cut off takes back nothing that was done to keys, whoever has the file open."""
    state = State(tmp_path / "state.db")
    key = KeyStore(state).create("k", "admin").key
    with state.reading():
        pass
    KeyStore(state).revoke(key.id)
    os.truncate(f"{state.path}-wal", min(size, Path(f"{state.path}-wal").stat().st_size))
    there = tmp_path / "after.db"
    there.write_bytes(state.path.read_bytes())
    assert KeyStore(State(there)).all().items[0].revoked_at is not None
