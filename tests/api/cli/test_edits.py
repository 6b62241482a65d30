"""`rolepath edit` and `rolepath undo --run`: the effect before, one run after; what cannot be taken back, and why."""

import json
from pathlib import Path

import pytest

from tests.support.commanding import Commands


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_an_edit_is_previewed_applied_and_taken_back(cli: Commands, tmp_path: Path) -> None:
    """From a file of edits, and from one for what-if; what cannot be is said with its edit, and the status."""
    cli.filled()
    file = tmp_path / "idea.json"
    practise = {"op": "add_link", "from_id": "t1", "relation": "PRACTISES", "to_id": "c2", "weight": 0.6}
    file.write_text(json.dumps({"edits": [practise], "expected_revision": 1}), encoding="utf-8")
    tried = cli("edit", file, "--dry-run")
    assert tried.status == 0
    assert "unserved → untaught" in tried.out
    assert "repeat the command without --dry-run" in tried.err
    done = cli("edit", file, "--reason", "agreed", "--json").document
    assert (done["report"]["reason"], done["revision"]) == ("agreed", 2)
    run = done["report"]["run"]
    file.write_text(
        json.dumps({"add": {"links": [{**practise, "weight": 1}]}, "remove": {}}).replace('"op": "add_link", ', "")
    )
    assert "✓ entered" in cli("edit", file).out
    refused = cli("undo", "--run", run[:8])
    assert refused.status == 5
    assert run in refused.err
    assert cli("undo", "Entered on pages").status == 0
    assert "✓ taken back" in cli("undo", "--run", run).out
    assert cli("undo").status == cli("undo", "Poly", "--run", run).status == 2
    file.write_text(json.dumps({"edits": [{**practise, "to_id": "c22"}]}), encoding="utf-8")
    wrong = cli("edit", file)
    assert wrong.status == 1
    assert "did you mean c2" in " ".join(wrong.err.split())
    assert "edited" in cli("audit").out
