"""One command copies the store and what the service keeps beside it; one puts both back, and lets in nobody by that."""

import os
import sqlite3
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.auth.sessions import SessionStore
from api.principal import NOBODY
from api.settings.settings import load_settings
from api.state.audit import Audit
from api.state.database import State
from tests.support.commanding import Commands


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    found = Commands(tmp_path, monkeypatch, capsys)
    found.filled()
    return found


def state_of(command: Commands) -> State:
    assert command.home.is_dir()
    return State(load_settings(os.environ).state_path)


def move_away(state: State) -> None:
    """Let the state be gone, as on another machine."""
    for file in state.path.parent.glob(f"{state.path.name}*"):
        file.unlink()


def test_store_and_state_are_backed_up_by_one_command(command: Commands, tmp_path: Path) -> None:
    """The audit log comes back with the store; the copies are one file each, for their owner only."""
    state = state_of(command)
    KeyStore(state).create("editor", "ingest")
    Audit(state).note(NOBODY, "noted before", "x")
    said = command("backup", tmp_path / "b.db", "--with-state", "--json").document
    assert (said["revision"], said["state"]) == (1, str(tmp_path / "b.db.state"))
    assert sorted(file.name for file in tmp_path.glob("b.db*")) == ["b.db", "b.db.state"]
    assert (tmp_path / "b.db.state").stat().st_mode & 0o077 == 0
    before = [(deed.at, deed.what, deed.detail) for deed in Audit(state).latest().items]
    assert before
    move_away(state)
    assert command("restore", tmp_path / "b.db", "--with-state", "--overwrite").status == 0
    after = [(deed.at, deed.what, deed.detail) for deed in Audit(state).latest().items]
    assert [deed for deed in after if deed[1] != "restored"] == before


def test_keys_are_left_out_unless_asked_for(command: Commands, tmp_path: Path) -> None:
    """No hash of a key, nor any session, is anywhere in the copy; with keys, they open again."""
    state = state_of(command)
    new = KeyStore(state).create("editor", "ingest")
    session = SessionStore(state).begin(new.key, 1)
    (hashed,) = KeyStore(state).hashed()
    command("backup", tmp_path / "b.db", "--with-state")
    copied = (tmp_path / "b.db.state").read_bytes()
    assert hashed.hash not in copied
    assert new.key.id.encode() not in copied
    assert session.session.id.encode() not in copied
    command("backup", tmp_path / "k.db", "--with-state", "--with-keys")
    assert hashed.hash in (tmp_path / "k.db.state").read_bytes()
    assert session.session.id.encode() not in (tmp_path / "k.db.state").read_bytes()
    move_away(state)
    assert command("restore", tmp_path / "b.db", "--with-state", "--overwrite").status == 0
    assert KeyStore(state).hashed() == []
    assert command("restore", tmp_path / "k.db", "--with-state", "--overwrite").status == 0
    assert [known.hash for known in KeyStore(state).hashed()] == [hashed.hash]


def test_restoring_revives_no_key_and_forgets_nothing(command: Commands, tmp_path: Path) -> None:
    """A key that was revoked since stays so, one that was made since holds, and what was noted since is kept."""
    state = state_of(command)
    keys = KeyStore(state)
    old = keys.create("old", "read").key.id
    command("backup", tmp_path / "b.db", "--with-state", "--with-keys")
    keys.revoke(old)
    new = keys.create("new", "read").key.id
    Audit(state).note(NOBODY, "noted since", "x")
    assert command("restore", tmp_path / "b.db", "--with-state", "--overwrite").status == 0
    known = {key.id: key.revoked_at for key in keys.all().items}
    assert known[old] is not None
    assert known[new] is None
    deeds = [deed.what for deed in Audit(state).latest().items]
    assert deeds.count("noted since") == 1
    assert deeds[0] == "restored"
    again = len(deeds)
    command("restore", tmp_path / "b.db", "--with-state", "--overwrite")
    assert len(Audit(state).latest().items) == again + 1


def test_state_comes_and_goes_with_the_store_unless_said_otherwise(command: Commands, tmp_path: Path) -> None:
    """Also without being asked for; a copy of a store that has none beside it, as of before, is restored alone."""
    state = state_of(command)
    Audit(state).note(NOBODY, "noted before", "x")
    assert command("backup", tmp_path / "b.db", "--without-state", "--json").document["state"] is None
    assert not (tmp_path / "b.db.state").exists()
    ran = command("restore", tmp_path / "b.db", "--overwrite")
    assert (ran.status, "b.db.state" in ran.err.replace("\n", "")) == (0, True)
    assert command("restore", tmp_path / "b.db", "--overwrite", "--with-state").status == 3
    assert command("backup", tmp_path / "b.db", "--overwrite").status == 0
    move_away(state)
    assert command("restore", tmp_path / "b.db", "--overwrite", "--without-state").status == 0
    assert [deed.what for deed in Audit(state).latest().items] == ["restored"]
    assert command("restore", tmp_path / "b.db", "--overwrite").status == 0
    assert "noted before" in [deed.what for deed in Audit(state).latest().items]


def test_what_is_no_backup_of_a_state_is_refused(command: Commands, tmp_path: Path) -> None:
    """A file that is missing, damaged or of something else changes nothing, neither state nor store."""
    state = state_of(command)
    command("backup", tmp_path / "b.db", "--with-state")
    before = [deed.what for deed in Audit(state).latest().items]
    for content in (None, b"", b"no database" * 100, (tmp_path / "b.db.state").read_bytes()[:5000]):
        (tmp_path / "b.db.state").unlink(missing_ok=True)
        if content is not None:
            (tmp_path / "b.db.state").write_bytes(content)
        ran = command("restore", tmp_path / "b.db", "--with-state", "--overwrite")
        assert ran.status == 3, content
        assert "b.db.state" in ran.err.replace("\n", "")
        assert [deed.what for deed in Audit(state).latest().items] == before


def test_neither_copy_is_replaced_unasked(command: Commands, tmp_path: Path) -> None:
    """Where one of the two files is there already, none is written."""
    (tmp_path / "b.db.state").write_text("mine", encoding="utf-8")
    assert command("backup", tmp_path / "b.db", "--with-state").status == 1
    assert not (tmp_path / "b.db").exists()
    assert (tmp_path / "b.db.state").read_text(encoding="utf-8") == "mine"
    assert command("backup", tmp_path / "b.db", "--with-state", "--overwrite").status == 0
    with sqlite3.connect(tmp_path / "b.db.state") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_keys_go_with_the_state(command: Commands, tmp_path: Path) -> None:
    """Keys without the state that holds them are a mistake."""
    assert command("backup", tmp_path / "b.db", "--with-keys", "--without-state").status == 2
