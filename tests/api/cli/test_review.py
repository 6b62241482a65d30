"""`rolepath review`: from a document's sentences to links of the graph, as somebody at a terminal does it."""

from pathlib import Path

import pytest

from tests.support.commanding import Commands

TEXT = "Learning outcomes\nBe able to do Skill One.\nDo Skill Two with care.\nUse Skill One and Skill Two.\n"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands of a user whose outline of a course waits for review."""
    monkeypatch.setenv("ROLEPATH_MEANING", "0")
    commands = Commands(tmp_path, monkeypatch, capsys)
    commands.filled()
    (tmp_path / "outline.txt").write_text(TEXT, encoding="utf-8")
    assert commands("propose", tmp_path / "outline.txt", "--for", "co1").status == 0
    return commands


def keys(cli: Commands, *filters: str) -> list[str]:
    """Return the keys of the sentences that pass a filter."""
    return [one["key"] for one in cli("review", "list", *filters, "--json").document["items"]]


def test_sentences_become_links_and_go_again(cli: Commands) -> None:
    """Listed in pages, accepted alone or at once as they were seen, applied, and taken back one by one."""
    first, second, third = keys(cli)
    page = cli("review", "list", "--limit", "1", "--json").document
    assert (page["total"], keys(cli, "--limit", "1", "--cursor", page["next"])) == (3, [second])
    accepted = cli("review", "accept", first[:8], "--weight", "0.6")
    assert "accepted" in accepted.out
    assert "0.6" in accepted.out
    (best,) = [one for one in cli("review", "show", first, "--json").document["candidates"] if one["judgements"]]
    # A unit of the course develops c1 already.
    assert (best["id"], best["status"], best["relation"]) == ("c2", "accepted", "DEVELOPS")
    cli("review", "accept", second, "--new", "Take care", "--as", "AIMS_AT")
    cli("review", "reject", third)
    assert keys(cli, "--status", "rejected") == [third]
    assert cli("review", "undo").status == 0
    sample = cli("review", "accept", "--least", "0", "--document", "outline.txt", "--json").document
    assert [one["key"] for one in sample["sample"]] == [third]
    assert cli("review", "accept", "--least", "0", "--document", "outline.txt", "--seen", "other").status != 0
    seen = ("--document", "outline.txt", "--seen", sample["seen"])
    assert len(cli("review", "accept", "--least", "0", *seen, "--json").document["items"]) == 1
    plan = cli("review", "apply", "--dry-run", "--json").document
    assert (plan["links"], plan["edits"]["report"]["dry_run"]) == (3, True)
    done = cli("review", "apply", "--source", "Outlines", "--json").document["edits"]["report"]
    assert (done["source"], done["added"]["links"]) == ("Outlines", 5)
    assert "in step" in cli("review", "apply").out
    assert [one["in_graph"] for one in cli("review", "show", first, "--json").document["candidates"]][:1] == [True]
    cli("review", "reject", first, "c2", "--reason", "only named")
    assert "only named" in cli("review", "show", first).out
    gone = cli("review", "apply", "--json").document["edits"]["report"]
    assert (gone["source"], gone["removed"]) == ("Outlines", {"nodes": 1, "links": 2})
    audit = cli("audit", "--json").document["items"]
    assert {one["what"] for one in audit} >= {"proposals kept", "proposals judged", "edited"}


def test_what_cannot_be_is_said(cli: Commands) -> None:
    """No such sentence, no candidate named, nothing to take back: each with what to do."""
    (first, *_) = keys(cli)
    for words, told in (
        (("show", "zz"), "sentence in review"),
        (("accept",), "--least"),
        (("accept", first, "nowhere"), "node"),
        (("accept", first, "1", "--as", "REQUIRES"), "REQUIRES"),
        (("undo",), "take back"),
        (("list", "--cursor", "x"), "cursor"),
    ):
        ran = cli("review", *words)
        assert ran.status != 0
        assert told in ran.err, words
    assert "未审 3" in cli("review", "list", "--lang", "zh").out
