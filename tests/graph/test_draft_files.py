"""Draft files: what a killed process left goes, what somebody writes stays."""

from pathlib import Path

import pytest

import graph.draft_files
from graph.draft_files import draft_beside, remove_orphans_beside

HEX = "0123456789abcdef" * 2


def test_drafts_that_are_written_stay(tmp_path: Path) -> None:
    """The draft of an ended process is removed; one whose lock is held is not."""
    target = tmp_path / "graph.db"
    with draft_beside(target) as draft:
        draft.write_text("half")
        for part in ("", "-lock"):
            (tmp_path / f".graph.db.{HEX}{part}").touch()
        assert remove_orphans_beside(target) == [f".graph.db.{HEX}"]
        assert draft.read_text() == "half"
    assert list(tmp_path.iterdir()) == []


def test_orphans_go_while_their_lock_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner who has made the lock, and does not hold it yet, makes it again afterwards: nothing more is removed."""
    remove, is_held = graph.draft_files._remove, []

    def watched(draft: Path) -> None:
        with (tmp_path / f"{draft.name}-lock").open("ab") as file:
            is_held.append(not graph.draft_files._taken(file))
        remove(draft)

    (tmp_path / f".graph.db.{HEX}-lock").touch()
    monkeypatch.setattr(graph.draft_files, "_remove", watched)
    remove_orphans_beside(tmp_path / "graph.db")
    assert is_held == [True]
