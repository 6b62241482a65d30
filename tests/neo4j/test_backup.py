"""One command backs up a store on a Neo4j server, too, and one restores it into an empty database."""

from pathlib import Path

import pytest

from graph.stores import open_store
from tests.support.commanding import Commands
from tests.support.stores import empty_neo4j


def test_server_is_backed_up_and_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], neo4j_url: str
) -> None:
    """The copy is a store that opens, with history; it is put back where nothing is, and refused where something is."""
    command = Commands(tmp_path, monkeypatch, capsys)
    empty_neo4j(neo4j_url)
    monkeypatch.setenv("ROLEPATH_STORE", neo4j_url)
    command.filled()
    before = command("gaps", "--json").document
    said = command("backup", tmp_path / "b.db", "--with-state", "--json").document
    assert (said["revision"], said["state"]) == (1, str(tmp_path / "b.db.state"))
    assert not [path for path in tmp_path.glob(".*") if path.name != ".own"]
    assert command("gaps", "--json", "--store", f"sqlite:///{tmp_path}/b.db").document["items"] == before["items"]
    assert command("backup", tmp_path / "b.db").status == 1
    assert command("restore", tmp_path / "b.db").status == 0  # nothing to do: one that was cut off may be repeated
    assert command("undo", "Poly").status == 0
    assert command("restore", tmp_path / "b.db", "--overwrite").status == 5
    empty_neo4j(neo4j_url)
    assert command("restore", tmp_path / "b.db", "--with-state").status == 0
    store = open_store(neo4j_url)
    assert [run.source for run in store.runs()] == ["Poly"]
    store.close()
    assert command("gaps", "--json").document["items"] == before["items"]
