"""Review over HTTP: pages of the queue, judgements of people with and without the right to import, bulk, apply."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.auth.keys import KeyStore
from api.principal import Principal
from api.state.database import State
from api.state.proposals import ProposalStore
from api.state.table_register import StoreName
from graph.stores import open_store
from queries.proposals.proposal import sentence_key
from tests.support.factory import says
from tests.support.proposing import candidate, proposals
from tests.support.review_desk import ONE, THREE, TWO
from tests.support.serving import Asker, assert_problem, serving, settings_in

KEYS = {text: sentence_key("co1", text) for text in (ONE, TWO, THREE)}


class Desk(NamedTuple):
    """A service with the outline of a course in review, and keys of a reader and of somebody who may import."""

    asker: Asker
    reader: dict[str, str]
    importer: dict[str, str]

    def say(self, who: dict[str, str], **order: object) -> Any:  # noqa: ANN401 - of JSON
        """Send judgements, and return the answer."""
        return self.asker.post("/v1/proposals/judgements", json=order, headers=who).json()

    def listed(self, query: str = "") -> Any:  # noqa: ANN401 - of JSON
        """Return a page of the queue."""
        return self.asker.get(f"/v1/proposals?{query}", headers=self.reader).json()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Serve it."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("co1", "c1", "c2", "r1 REQUIRES c1", by="College"))
    state = State(settings.state_path)
    said = {
        ONE: [candidate("c1", 3.0), candidate("c2", 1.0)],
        TWO: [candidate("c2", 2.0)],
        THREE: [candidate("c1", 1.0)],
    }
    kept = ProposalStore(state, StoreName(store.store_id, store.url))
    kept.put(proposals(said), Principal("somebody", "", frozenset()))
    store.close()
    root = Principal("root", "", frozenset())
    keys = KeyStore(state)
    tokens = [keys.create("R", "read", by=root).token, keys.create("I", "ingest", by=root).token]
    with serving(settings) as asker:
        yield Desk(asker, *({"Authorization": f"Bearer {token}"} for token in tokens))


def test_what_two_say_and_what_becomes_of_it(desk: Desk) -> None:
    """A reader's word stands, and is not applied; the last who may import decides; a run is applied and taken back."""
    first = desk.listed("limit=1")
    assert (first["total"], first["items"][0]["key"]) == (3, KEYS[ONE])
    assert desk.listed(f"limit=1&cursor={first['next']}")["items"][0]["key"] == KEYS[TWO]
    wanted = {"sentence": KEYS[ONE], "candidate": "c1", "status": "accepted", "weight": 0.6}
    (said,) = desk.say(desk.reader, judgements=[wanted])["items"]
    assert [(one["by"][:1], one["may_apply"]) for one in said["candidates"][0]["judgements"]] == [("R", False)]
    plan = desk.asker.post("/v1/proposals/apply?dry_run=true", headers=desk.importer).json()
    assert (plan["links"], [one["candidate"] for one in plan["left_out"]]) == (0, ["c1"])
    desk.say(desk.importer, judgements=[{**wanted, "status": "rejected"}])
    assert [one["key"] for one in desk.listed("status=disputed")["items"]] == [KEYS[ONE]]
    assert desk.say(desk.importer, undo=True)["items"][0]["status"] == "accepted"
    desk.say(desk.importer, judgements=[wanted])
    assert desk.listed()["agreements"][0]["kappa"] is None
    plan = desk.asker.post("/v1/proposals/apply?dry_run=true", headers=desk.importer).json()
    assert plan["edits"]["report"]["dry_run"] is True
    done = desk.asker.post("/v1/proposals/apply?source=Outlines", headers=desk.importer).json()
    assert (done["links"], done["edits"]["report"]["added"]) == (1, {"nodes": 1, "links": 2})
    run = done["edits"]["report"]["run"]
    undone = desk.asker.post(f"/v1/undo?run={run}", headers=desk.importer).json()
    desk.asker.get(f"/v1/competencies?min_revision={undone['revision']}", headers=desk.reader)
    assert desk.asker.post("/v1/proposals/apply?dry_run=true", headers=desk.importer).json()["links"] == 1


def test_bulk_accepts_what_was_seen(desk: Desk) -> None:
    """A sample first; other than what it stood for is refused."""
    sample = desk.say(desk.importer, bulk={"least": 2})
    assert (sample["total"], [one["key"] for one in sample["items"]]) == (2, [KEYS[ONE], KEYS[TWO]])
    assert desk.listed("status=accepted")["total"] == 0
    order = {"bulk": {"least": 1, "seen": sample["seen"]}}
    assert_problem(desk.asker.post("/v1/proposals/judgements", json=order, headers=desk.importer), 409, "conflict")
    assert desk.say(desk.importer, bulk={"least": 2, "seen": sample["seen"]})["total"] == 2
    assert desk.listed("status=accepted")["total"] == 2


def test_what_cannot_be_is_refused(desk: Desk) -> None:
    """Who is not let in, what is not there, orders of two kinds, and a reader who applies; nothing is kept of it."""
    for order, status, slug in (
        ({}, 422, "invalid-parameters"),
        ({"undo": True, "bulk": {"least": 1}}, 422, "invalid-parameters"),
        ({"judgements": [{"sentence": "0" * 32, "status": "rejected"}]}, 404, "not-found"),
        ({"judgements": [{"sentence": KEYS[ONE], "candidate": "c9", "status": "accepted"}]}, 404, "not-found"),
        ({"judgements": [{"sentence": KEYS[ONE], "status": "accepted"}]}, 422, "invalid-input"),
        ({"undo": True}, 404, "not-found"),
    ):
        assert_problem(desk.asker.post("/v1/proposals/judgements", json=order, headers=desk.reader), status, slug)
    assert desk.asker.post("/v1/proposals/apply", headers=desk.reader).status_code == 403
    assert desk.asker.post("/v1/proposals/judgements", json={"undo": True}).status_code == 401
    assert desk.listed()["counts"] == {"open": 3, "accepted": 0, "rejected": 0, "deferred": 0}
