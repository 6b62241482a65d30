"""Idempotency keys: what writes is done once, however often and to whichever worker it is sent."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.auth.keys import KeyStore
from api.http.body_digest import BodyDigest
from api.http.idempotency import KeptReply
from api.settings.settings import Settings
from api.state.database import State
from api.state.reply_records import ReplyRecords
from graph.stores import open_store
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.serving import Asker, assert_problem, serving, settings_in

EDIT = {"op": "set_node", "kind": "Competency", "id": "my:k1", "values": {"name": "Solder", "kind": "skill"}}
BODY = {"source": "Mine", "reason": "agreed", "edits": [EDIT]}
SHEET = json.dumps(
    {"source": [{"name": "Sheet", "version": "1"}], "competencies": [{"id": "my:s1", "name": "Saw", "kind": "skill"}]}
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings over a store of a few nodes."""
    found = settings_in(tmp_path)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return found


@pytest.fixture
def asker(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as found:
        yield found


def edited(asker: Asker, key: str, body: object = BODY, token: str = "") -> httpx.Response:
    """Return the answer to edits that are sent with a key."""
    whose = {"Authorization": f"Bearer {token}"} if token else {}
    return asker.post("/v1/edits", json=body, headers={"Idempotency-Key": key, **whose})


def runs(asker: Asker, **told: Any) -> int:  # noqa: ANN401 - as the client takes it
    return len(asker.get("/v1/runs", **told).json()["items"])


def test_edits_are_applied_once(asker: Asker) -> None:
    """Sent again they are answered as then, and say so; with another body, or another key, they are another request."""
    before = runs(asker)
    first, again, quoted = (edited(asker, key) for key in ("a1", "a1", '"a1"'))
    assert first.status_code == 200
    assert "Idempotency-Replayed" not in first.headers
    for reply in (again, quoted):
        assert (reply.status_code, reply.content) == (200, first.content)
        assert reply.headers["Idempotency-Replayed"] == "true"
        assert reply.headers["Content-Type"] == first.headers["Content-Type"]
    assert runs(asker) == before + 1
    assert_problem(edited(asker, "a1", {**BODY, "reason": "not agreed"}), 422, "idempotency-key-reused")
    assert runs(asker) == before + 1
    assert edited(asker, "a2").json()["report"]["run"] != first.json()["report"]["run"]


def test_imports_and_undo_are_done_once(asker: Asker) -> None:
    """An upload is the same whatever boundary parts it; an undo that is sent twice takes one import back."""
    sent: list[httpx.Response] = []
    for _ in range(2):
        files = [("file", ("sheet.json", SHEET.encode()))]
        sent.append(asker.post("/v1/ingest/native", files=files, headers={"Idempotency-Key": "b1"}))
    assert len({reply.request.headers["Content-Type"] for reply in sent}) == 2
    assert {reply.status_code for reply in sent} == {202}
    assert len({reply.headers["Location"] for reply in sent}) == len({reply.json()["id"] for reply in sent}) == 1
    eventually(partial(_is_done, asker, sent[0].json()["id"]))
    changed = {"source": "Sheet", "reason": "agreed", "edits": [{**EDIT, "id": "my:s2"}]}
    assert edited(asker, "b2", changed).status_code == 200
    taken = [asker.post("/v1/undo/Sheet", headers={"Idempotency-Key": "b3"}).json() for _ in range(3)]
    assert taken[0] == taken[1] == taken[2], taken
    assert asker.get("/v1/nodes/my:s1?min_revision=4").status_code == 200
    assert asker.get("/v1/nodes/my:s2?min_revision=4").status_code == 404


def _is_done(asker: Asker, run: str) -> bool:
    return bool(asker.get(f"/v1/ingest/runs/{run}").json()["status"] not in {"queued", "running"})


def test_what_is_refused_may_be_sent_again(asker: Asker) -> None:
    """It wrote nothing: mended, it goes with the same key. A key that is none is refused; what only reads has none."""
    wrong = {**BODY, "edits": [{**EDIT, "kind": "Nothing"}]}
    assert edited(asker, "c1", wrong).status_code == 422
    assert edited(asker, "c1").status_code == 200
    for key in ("", "a b", "x" * 256):
        told = assert_problem(edited(asker, key), 422, "invalid-parameters")
        assert "Idempotency-Key" in str(told["errors"]), told
    for have in (["c1"], ["c2"]):
        asked = asker.post("/v1/roles/match", json={"have": have}, headers={"Idempotency-Key": "c2"})
        assert asked.status_code == 200, asked.text


def test_one_of_many_at_once_is_done(asker: Asker) -> None:
    """Those that come while it is being done are told to ask again."""
    before = runs(asker)
    begun = [asker.begin("POST", "/v1/edits", json=BODY, headers={"Idempotency-Key": "d1"}) for _ in range(6)]
    replies = [one.result() for one in begun]
    assert {reply.status_code for reply in replies} <= {200, 409}
    assert sum("Idempotency-Replayed" not in reply.headers for reply in replies if reply.is_success) == 1
    assert all(reply.headers["Retry-After"] for reply in replies if reply.status_code == 409)
    assert runs(asker) == before + 1


def test_keys_outlast_the_service_and_are_of_their_caller(settings: Settings) -> None:
    """Another worker answers as the first one did; the key of somebody else is another one. A break is told."""
    keys = KeyStore(State(settings.state_path))
    mine, yours = (keys.create(name, "ingest").token for name in ("mine", "yours"))
    with serving(settings) as asker:
        first = edited(asker, "e1", token=mine)
        assert first.status_code == 200
    with serving(settings) as asker:
        assert edited(asker, "e1", token=mine).content == first.content
        assert "Idempotency-Replayed" not in edited(asker, "e1", token=yours).headers
    records = ReplyRecords(State(settings.state_path))
    assert records.claim("broken off") is None
    assert records.claim("broken off") == KeptReply("", 0, {}, b"")
    records.release("broken off")
    assert records.claim("broken off") is None
    State(settings.state_path).check()


def test_digest_knows_a_body_by_what_it_says() -> None:
    """Pieces and boundaries do not matter, wherever a boundary is cut; all else does."""

    def digest(body: bytes, boundary: bytes, size: int) -> str:
        kind = b"multipart/form-data; boundary=" + boundary
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/a",
            "query_string": b"",
            "headers": [(b"content-type", kind)],
        }
        found = BodyDigest(scope)
        whole = body.replace(b"@", boundary)
        for at in range(0, len(whole), size):
            found.add(whole[at : at + size])
        return found.value()

    body = b"--@\r\nabc\r\n--@\r\nxyz\r\n--@--"
    same = {digest(body, boundary, size) for boundary in (b"0123456789", b"aaaab") for size in range(1, 40)}
    assert len(same) == 1
    assert digest(body.replace(b"abc", b"abd"), b"0123456789", 7) not in same
