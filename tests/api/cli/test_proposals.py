"""`rolepath propose`: documents in, candidates shown, and kept for review where the documents describe a node."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from api.state.database import State
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from tests.support.commanding import Commands

TEXT = "Learning outcomes\n1. Be able to do Skill One.\n2. 能完成能力一。\nGrading\nExam 50 %\n"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands of a user with a small graph."""
    monkeypatch.setenv("ROLEPATH_MEANING", "0")
    commands = Commands(tmp_path, monkeypatch, capsys)
    commands.filled()
    return commands


def test_documents_are_proposed_from_and_kept(cli: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of several kinds and standard input; an edited one is the next edition; nothing in the graph changes."""
    (cli.home / "a.txt").write_text(TEXT, encoding="utf-8")
    book = Workbook()
    assert book.active is not None
    book.active.append(["Learning outcomes", "Week"])
    book.active.append(["Do Skill Two", "3"])
    book.save(cli.home / "b.xlsx")
    aims = ("--for", "co1", "--relation", "aims_at")
    before = cli("history", "--json").document
    ran = cli("propose", cli.home / "a.txt", cli.home / "b.xlsx", *aims, "--json")
    first, second = ran.document["items"]
    assert [[one["candidates"][0]["id"] for one in found["items"]] for found in (first, second)] == [
        ["c1", "c1"],
        ["c2"],
    ]
    assert (first["read"], first["proposed"], first["sorted_out"]) == (5, 2, 3)
    assert first["items"][0]["sentence"]["place"] == {
        "document": "a.txt", "part": None, "row": 2, "start": 3, "end": 27, "heading": "Learning outcomes",
    }  # fmt: skip
    assert [one["edition"] for one in ran.document["kept"]] == [1, 1]
    (cli.home / "a.txt").write_text(TEXT.replace("2. 能完成", "* 能做"), encoding="utf-8")
    shown = cli("propose", cli.home / "a.txt", *aims)
    assert "a.txt: 5 sentences read, 2 with candidates to judge, 3 sorted out" in shown.out
    assert "AIMS_AT Skill One c1  The sentence names it" in shown.out
    assert "Kept for review as document 1: 1 new sentences, 4 as before, 1 gone." in shown.out.replace("\n", " ")
    monkeypatch.setattr("sys.stdin", io.StringIO(TEXT))
    pasted = cli("propose", "-", "--against", "poly", "--limit", "1", "--json")
    assert pasted.document["items"][0]["document"].startswith("text-")
    assert pasted.document["kept"] == []
    assert cli("history", "--json").document == before
    assert len(_queue(cli).documents()) == 2


def test_candidates_come_from_what_is_named(cli: Commands) -> None:
    """A source by its name in any case; a vocabulary; what is neither is refused, the nearest named."""
    (cli.home / "a.txt").write_text(TEXT, encoding="utf-8")
    file = cli.home / "a.txt"
    ran = cli("propose", file, "--against", "POLY", "--relation", "PRACTISES", "--for", "co1", "--no-keep", "--json")
    (found,) = ran.document["items"]
    assert {one["joined_by"] for item in found["items"] for one in item["candidates"]} == {"SCHEDULES"}
    assert ran.document["kept"] == []
    refused = cli("propose", file, "--against", "Polly")
    assert (refused.status, "Poly" in refused.err) == (4, True), refused
    assert not list(cli.home.rglob("state.db"))


def _queue(cli: Commands) -> ProposalStore:
    """Return what the command kept."""
    state, url = next(cli.home.rglob("state.db")), f"sqlite:///{next(cli.home.rglob('graph.db'))}"
    return ProposalStore(State(state), StoreName("", url))
