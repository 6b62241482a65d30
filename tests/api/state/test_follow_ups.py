"""Follow-ups in the state: every change is kept, none is overwritten unseen, and they go where their store goes."""

import sqlite3
import time
from datetime import date
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.principal import Principal
from api.state.audit import Audit
from api.state.backup import back_up_state, copy_decisions, read_state_copy, restore_state
from api.state.claim import HOLDS_S, claiming, other_claim, require_same_state
from api.state.database import State
from api.state.follow_ups import FollowUpContent, FollowUpContext, FollowUpStore, GapKey
from api.state.people import forget_person, list_people
from api.state.table_register import DECISIONS, TABLES, StoreName
from graph.errors import ChangedSinceError, ConflictError, NotFoundError, StoreUnavailableError
from graph.stores import open_store
from graph.stores.sqlite.backup import back_up
from queries.follow_ups import RecordedGap
from queries.semantics.chain_status import ChainStatus
from tests.support.conditions import eventually
from tests.support.factory import says
from tests.support.paths import FIXTURES

OURS, OTHERS = StoreName("id-1", "sqlite:////srv/graph.db"), StoreName("id-2", "neo4j://db")
GAP = GapKey(competency="c1", discipline="d1")
CONTEXT = FollowUpContext(3, RecordedGap(status=ChainStatus.UNTAUGHT), {"competency": "Weld"})
ANNA = Principal("Anna Berg", "1a2b3c4d", frozenset())
AGREED = FollowUpContent(owner="Li Wei", note="Talk to Li Wei in May", due=date(2027, 5, 1), state="agreed")


def put(
    state: State, content: FollowUpContent, seen: int | None, store: StoreName = OURS, who: Principal = ANNA
) -> int:
    """Change the follow-up of the gap, and return its version."""
    return FollowUpStore(state, store).put(GAP, content, CONTEXT, who, seen=seen).latest.version


def test_change_since_is_never_overwritten(tmp_path: Path) -> None:
    """Each change is a version with who made it; a change from an older one is refused, and says how it stands."""
    state = State(tmp_path / "state.db")
    assert put(state, AGREED, 0) == 1
    assert put(state, AGREED, 0) == 1, "what says the same is no change"
    done = AGREED.model_copy(update={"state": "done"})
    for seen in (0, 2):
        with pytest.raises(ChangedSinceError, match=r"agreed.*Li Wei.*version 1"):
            put(state, done, seen)
    assert put(state, done, 1) == 2
    (found,) = FollowUpStore(state, OURS).all()
    assert [(one.version, one.state, one.who) for one in found.changes] == [
        (1, "agreed", "Anna Berg (key 1a2b3c4d)"),
        (2, "done", "Anna Berg (key 1a2b3c4d)"),
    ]
    put(state, FollowUpContent(), 2)
    assert FollowUpStore(state, OURS).all() == []
    found_empty = FollowUpStore(state, OURS).of(GAP)
    assert found_empty is not None
    assert len(found_empty.changes) == 3
    details = [deed.detail for deed in Audit(state).latest().items]
    assert details == ["c1 in d1: open", "c1 in d1: done", "c1 in d1: agreed"]


def test_rows_follow_their_store(tmp_path: Path) -> None:
    """Known by its id or by its place; a backup has those of its store, which are of the store it is restored to."""
    state, file = State(tmp_path / "state.db"), tmp_path / "b.db.state"
    put(state, AGREED, 0)
    put(state, AGREED.model_copy(update={"owner": "Other"}), 0, OTHERS)
    for moved in (OURS._replace(url="sqlite:////new.db"), OURS._replace(id="made anew")):
        assert [one.latest.owner for one in FollowUpStore(state, moved).all()] == ["Li Wei"]
    assert back_up_state(state, file, OURS).decisions == 1
    assert b"Other" not in file.read_bytes()
    elsewhere, target = State(tmp_path / "elsewhere.db"), StoreName("id-3", "sqlite:////there.db")
    for _ in range(2):  # restored twice is restored once
        restore_state(read_state_copy(file), elsewhere, target)
    (found,) = FollowUpStore(elsewhere, target).all()
    assert (found.latest.content, found.latest.named) == (AGREED, {"competency": "Weld"})
    put(state, AGREED.model_copy(update={"state": "done"}), 1)
    restore_state(read_state_copy(file), state, OURS)
    (kept,) = FollowUpStore(state, OURS).all()
    assert kept.latest.state == "done", "what was decided since is kept"
    for _ in range(2):
        assert copy_decisions(state, OURS, target) == 2
    assert [len(one.changes) for one in FollowUpStore(state, target).all()] == [2]
    assert [len(one.changes) for one in FollowUpStore(state, OURS).all()] == [2]


def test_a_name_is_gone_from_every_table_and_byte(tmp_path: Path) -> None:
    """Whatever the case and beside what; other names stay; a copy from before comes back without it."""
    state, file = State(tmp_path / "state.db"), tmp_path / "b.db.state"
    put(state, AGREED, 0)
    li_wei = Principal("Li Wei", "", frozenset(), subject="sub-4711")
    put(state, AGREED.model_copy(update={"note": "由LI  WEI负责; Li Weissmann too; 王伟"}), 1, who=li_wei)
    KeyStore(state).create("Li Wei", "ingest", by=Principal("root (command line)", "", frozenset()))
    assert {one.name for one in list_people(state).items} == {"Anna Berg", "Li Wei", "root"}
    back_up_state(state, file, OURS, with_keys=True)
    assert forget_person(state, "li wei", ANNA, dry_run=True).rows == {"api_key": 1, "audit": 2, "follow_up": 2}
    done = forget_person(state, "li wei", ANNA)
    assert len(done.keys) == 1
    again = forget_person(state, "Li Wei", ANNA)
    assert (again.pseudonym, again.rows) == (done.pseudonym, {})
    assert {one.name for one in list_people(state).items} == {"Anna Berg", "root"}
    restore_state(read_state_copy(file), state, OURS)
    restored = State(tmp_path / "other.db")
    back_up_state(state, tmp_path / "after.state", OURS)
    restore_state(read_state_copy(tmp_path / "after.state"), restored, OURS)
    restore_state(read_state_copy(file), restored, OURS)
    for one in (state, restored):
        (found,) = FollowUpStore(one, OURS).all()
        assert found.latest.owner == done.pseudonym
        assert found.latest.note == f"由{done.pseudonym}负责; Li Weissmann too; 王伟"
        assert found.latest.who == done.pseudonym
        one.check()
        one.wipe()
        one.close()
        held = b"".join(path.read_bytes() for path in tmp_path.glob(f"{one.path.name}*"))
        for text in ("Li Wei", "LI  WEI", "sub-4711"):
            assert text.encode() not in held.replace(b"Li Weissmann", b""), (one.path, text)
    forget_person(state, "王伟", ANNA)
    assert "王伟".encode() not in state.path.read_bytes()
    put(state, AGREED.model_copy(update={"owner": "伟", "note": "李伟 and 伟"}), 2)
    forget_person(state, "伟", ANNA)
    (found,) = FollowUpStore(state, OURS).all()
    assert (found.latest.owner[:7], found.latest.note) == ("person-", "李伟 and 伟")
    with pytest.raises(NotFoundError, match="Nobody"):
        forget_person(state, "Nobody", ANNA)


def test_service_with_another_state_is_refused(tmp_path: Path) -> None:
    """While one answers from the store, and not from a copy of it; when it has ended, or was silent, no more."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    ours, other = State(tmp_path / "ours.db"), State(tmp_path / "other.db")
    with claiming(store, ours):
        require_same_state(store, other)  # a store that is not there yet bears no claim
    store.apply(says("c1"))
    before = (store.revision(), store.check())
    with claiming(store, ours):
        eventually(lambda: store.claim() is not None)
        require_same_state(store, ours)
        with pytest.raises(ConflictError, match=r"ours\.db.*ROLEPATH_STATE instead of .*other\.db"):
            require_same_state(store, other)
        back_up(tmp_path / "graph.db", tmp_path / "copy.db")
        copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
        require_same_state(copy, other)
        copy.close()
    require_same_state(store, other)
    assert other_claim(store, ours) is None
    assert other_claim(store, other) is not None, "the doctor still tells"
    assert (store.revision(), store.check()) == before
    claim = store.claim()
    assert claim is not None
    store.note_claim(claim._replace(at=time.time() - HOLDS_S - 1))
    require_same_state(store, other)
    store.close()


def test_table_of_people_is_listed_in_one_place(tmp_path: Path) -> None:
    """Every text that people write stands in a column in which names are looked for; every decision names its store."""
    state = State(tmp_path / "state.db")
    with state.writing() as connection:
        made = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_")
        }
        columns = {
            table.name: {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")} for table in TABLES
        }
    assert made - {"used", "lease", "seal", "identity", "webhook"} == set(columns)
    for table in TABLES:
        assert {table.key, table.beside, *table.names, *table.texts} <= columns[table.name]
        assert columns[table.name] & {"who", "owner", "by"} <= set(table.names), table.name
    for table in DECISIONS:
        assert {"store", "store_url"} <= columns[table.name]
        assert table.copied


def test_state_of_the_version_before_opens_and_an_older_one_refuses_this(tmp_path: Path) -> None:
    """Version 5 had no follow-ups: its keys and its log stay, and follow-ups can be kept; the version grows."""
    path = tmp_path / "state.db"
    with sqlite3.connect(path) as before:
        before.executescript((FIXTURES / "state_5.sql").read_text(encoding="utf-8"))
    before.close()
    state = State(path)
    assert put(state, AGREED, 0) == 1
    assert [key.name for key in KeyStore(state).all().items] == ["Curriculum office"]
    state.check()
    with state.reading() as connection:
        assert connection is not None
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 9
    with state.writing() as connection:
        connection.execute("PRAGMA user_version = 10")
    with pytest.raises(StoreUnavailableError, match="newer"):
        FollowUpStore(state, OURS).all()
