"""Follow-ups over REST and by command: one truth, checked against the graph, changed from the version that was read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.stores import open_store
from rolepath import Rolepath
from tests.support.access import bearing
from tests.support.commanding import CHAIN, Commands
from tests.support.factory import says
from tests.support.serving import Asker, assert_problem, serving, settings_in

LINES = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 TARGETS r1", "r1 REQUIRES c1", "r1 REQUIRES c2")
PRACTISED = ("d1 SCHEDULES t1", "t1 PRACTISES c1")
GAP = {"competency": "c1", "discipline": "d1"}
AGREED = {**GAP, "owner": "Li Wei", "note": "in May", "due": "2020-05-01", "state": "agreed"}


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*LINES))
    store.close()
    with serving(settings) as served:
        yield served


def put(asker: Asker, **body: object) -> dict[str, Any]:
    response = asker.ask("PUT", "/v1/follow-ups", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def listed(asker: Asker, query: str = "") -> list[dict[str, Any]]:
    response = asker.get(f"/v1/follow-ups{query}")
    assert response.headers["cache-control"] == "no-store"
    found: list[dict[str, Any]] = response.json()["items"]
    return found


def test_done_is_checked_against_the_graph(asker: Asker, tmp_path: Path) -> None:
    """Said to be done and still a gap; closed and not said to be; gone, and still readable by its name."""
    made = put(asker, **AGREED, version=0)
    assert (made["standing"], made["checks"], made["status"]) == ("gap", ["overdue"], "unpractised")
    done = put(asker, **{**AGREED, "state": "done"}, version=1)
    assert (done["latest"]["version"], done["checks"]) == (2, ["said_done"])
    put(asker, **AGREED, version=2)
    put(asker, competency="c2", note="of the whole graph", version=0)
    store = open_store(f"sqlite:///{tmp_path / 'graph.db'}")
    lines = [line for line in (*LINES, *PRACTISED) if "c2" not in line]
    revision = store.apply(says(*lines)).revision.number
    store.close()
    query = f"?min_revision={revision}&lang=zh"
    assert [(one["checks"], one["standing"]) for one in listed(asker, query)] == [
        (["not_said_done", "overdue"], "closed"),
        (["gone"], "gone"),
    ]
    gone = listed(asker, "?check=gone")[0]
    assert (gone["competency"], gone["latest"]["note"]) == ({"id": "c2", "name": "name of c2"}, "of the whole graph")
    put(asker, competency="c2", note="let go", state="done", version=1)
    (first,) = listed(asker, "?competency=c1")
    assert [one["state"] for one in first["history"]] == ["agreed", "done", "agreed"]
    wanted = {"?state=done": ["c2"], "?owner=LI wei": ["c1"], "?limit=1": ["c1"]}
    for asked, expected in wanted.items():
        assert [one["competency"]["id"] for one in listed(asker, asked)] == expected, asked


def test_what_was_changed_since_is_shown_and_kept(asker: Asker) -> None:
    """Neither with the version before, nor with none, is anything overwritten; what cannot be is refused."""
    put(asker, **AGREED, version=0)
    for version in (0, 7):
        mine = {**AGREED, "owner": "Me", "version": version}
        told = assert_problem(asker.ask("PUT", "/v1/follow-ups", json=mine), 409, "conflict")
        latest = told["latest"]
        assert isinstance(latest, dict)
        assert (latest["owner"], latest["version"]) == ("Li Wei", 1)
    for wrong, status in {
        "competency": ("c9", 404),
        "discipline": ("d9", 404),
        "due": ("2027-02-30", 422),
        "owner": ("x" * 101, 422),
        "note": ("\x1b[31m", 422),
        "state": ("later", 422),
        "version": (-1, 422),
    }.items():
        body = {**AGREED, "version": 1, wrong: status[0]}
        assert asker.ask("PUT", "/v1/follow-ups", json=body).status_code == status[1], wrong
    without = dict(AGREED)
    assert asker.ask("PUT", "/v1/follow-ups", json=without).status_code == 422, "the version that was read is needed"


def test_readers_read_and_importers_write(tmp_path: Path) -> None:
    """As gaps are read; as imports are written."""
    settings = settings_in(tmp_path)
    keys = KeyStore(State(settings.state_path))
    reader, writer = keys.create("reader", "read").token, keys.create("writer", "ingest").token
    store = open_store(settings.store_url)
    store.apply(says(*LINES))
    store.close()
    with serving(settings) as asker:
        body = {**AGREED, "version": 0}
        for headers, statuses in (({}, (401, 401)), (bearing(reader), (403, 200)), (bearing(writer), (200, 200))):
            assert asker.ask("PUT", "/v1/follow-ups", json=body, headers=headers).status_code == statuses[0]
            assert asker.get("/v1/follow-ups", headers=headers).status_code == statuses[1]


def test_follow_up_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is not named stays; the store's copy has it; a migrated store, too; a name is forgotten everywhere."""
    command = Commands(tmp_path, monkeypatch, capsys)
    command.filled(CHAIN)
    set_it = ("follow-up", "set", "c2")
    assert command(*set_it, "--owner", "Li Wei", "--due", "2027-05-01").status == 0
    assert command(*set_it, "--state", "agreed", "--version", "0").status == 5
    assert command(*set_it, "--due", "never").status == 2
    said = command(*set_it, "--state", "agreed", "--json").document
    latest = said["latest"]
    assert (latest["owner"], latest["due"], latest["state"], latest["version"]) == ("Li Wei", "2027-05-01", "agreed", 2)
    shown = command("follow-up", "list", "--lang", "zh").out
    assert "已约定" in shown
    assert "Li Wei" in shown
    backup = command("backup", tmp_path / "b.db", "--json").document
    assert (backup["decisions"], Path(backup["state"]).name) == (2, "b.db.state")
    target = f"sqlite:///{tmp_path}/moved.db"
    assert command("migrate", f"sqlite:///{tmp_path}/b.db", target, "--json").document["decisions"] == 2
    assert command("follow-up", "list", "--store", target, "--json").document["total"] == 1
    assert command("person", "forget", "Li Wei").status == 0
    for store in ([], ["--store", target]):
        (one,) = json.loads(command("follow-up", "list", *store, "--json").out)["items"]
        assert one["latest"]["owner"].startswith("person-")
    assert command("person", "forget", "Li Wei", "--json").document["rows"] == {}
    assert command("restore", tmp_path / "b.db", "--overwrite").status == 0
    assert "Li Wei" not in command("person", "list", "--json").out


def test_follow_up_by_the_client(tmp_path: Path) -> None:
    """The library changes one and reads it."""
    assert callable(Rolepath.follow_ups)
    assert callable(Rolepath.change_follow_up)
