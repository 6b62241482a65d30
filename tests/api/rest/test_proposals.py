"""Proposals over HTTP and on the page: documents in, kept for review where they describe something."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.factory import says
from tests.support.import_pages import token
from tests.support.markup import Page
from tests.support.serving import Asker, assert_problem, serving, settings_in

LINES = ("co1 COVERS k1", "k1 DEVELOPS c1", "r1 REQUIRES c2")
NAMES = {
    "co1": {"name": "Pumps", "name_zh": "水泵"},
    "c1": {"name": "Maintain pumps", "name_zh": "维护水泵"},
    "c2": {"name": "Weld robots", "name_zh": "焊接机器人"},
}
TEXT = "课程目标\n能焊接机器人。\nYou will be able to maintain pumps and weld robots\nGrading\n期末考试占 60 %\n"


SLUGS = {"?limit=51": "invalid-parameters"}


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*LINES, nodes=NAMES))
    store.close()
    with serving(settings) as served:
        yield served


def test_documents_are_proposed_from_over_http(asker: Asker) -> None:
    """Uploads and text; kept where they describe a node, in editions; a reader of one language gets its notes."""
    files = [("file", ("a.txt", TEXT.encode())), ("file", ("b.html", f"<h2>目标</h2><p>{TEXT[5:12]}".encode()))]
    found = asker.ask("POST", "/v1/proposals?for_node=co1&lang=zh", files=files)
    assert found.status_code == HTTPStatus.OK, found.text
    assert found.headers["cache-control"] == "no-store"
    first, second = found.json()["items"]
    assert [item["sentence"]["text"] for item in first["items"]] == TEXT.split("\n")[1:3]
    assert [one["id"] for one in first["items"][1]["candidates"]] == ["c1", "c2"]
    assert [one["stands"] for one in first["items"][1]["candidates"]] == [True, False]
    assert (second["proposed"], second["items"][0]["candidates"][0]["name"]) == (1, "焊接机器人")
    assert [one["edition"] for one in found.json()["kept"]] == [1, 1]
    pasted = asker.ask("POST", "/v1/proposals?for_node=co1", json={"text": TEXT, "name": "a.txt"}).json()
    assert (pasted["kept"][0]["edition"], pasted["kept"][0]["same"], pasted["kept"][0]["fresh"]) == (2, 5, 0)
    looked = asker.ask("POST", "/v1/proposals?for_node=co1&keep=false", json={"text": TEXT}).json()
    assert looked["kept"] == []
    assert asker.ask("POST", "/v1/proposals", json={"text": TEXT}).json()["kept"] == []


def test_what_cannot_be_read_or_linked_is_told(asker: Asker) -> None:
    """A wrong ending, too many, no text, another type; a node, vocabulary or relation that is not there."""
    wrong: dict[str, dict[str, Any]] = {
        "?": {"files": [("file", ("a.exe", b"MZ"))]},
        "?keep=1": {"files": [("other", ("../a.txt", b""))]},
        "?limit=2": {"files": [("file", (f"{n}.txt", b"x")) for n in range(21)]},
        "?lang=en": {"json": {"texts": "x"}},
        "?lang=zh": {"data": {"text": "x"}},
        "?for_node=k1&relation=TEACHES": {"json": {"text": TEXT}},
        "?for_node=co1&relation=RUNS": {"json": {"text": TEXT}},
        "?limit=51": {"json": {"text": TEXT}},
    }
    for query, sent in wrong.items():
        assert_problem(asker.ask("POST", f"/v1/proposals{query}", **sent), 422, SLUGS.get(query, "invalid-input"))
    for query in ("?for_node=nobody", "?against=nothing"):
        assert_problem(asker.ask("POST", f"/v1/proposals{query}", json={"text": TEXT}), 404, "not-found")


def test_the_page_takes_documents_and_leads_on(asker: Asker) -> None:
    """What is described is found by name first; then files or text, to the review; without it candidates are shown."""
    chosen = asker.get("/proposals?what=Pumps")
    assert chosen.headers["location"].endswith("proposals?for_node=co1")
    page = Page(asker.get("/proposals?for_node=co1").text)
    assert (page.faults, "Pumps" in page.text("main")) == ([], True)
    data = {"token": token(asker, "/proposals"), "text": TEXT}
    sent = asker.ask("POST", "/proposals/documents", data={**data, "for_node": "co1", "limit": "x"})
    assert sent.status_code == HTTPStatus.SEE_OTHER, sent.text
    assert "review?document=" in sent.headers["location"]
    shown = asker.ask("POST", "/proposals/documents", data=data, files=[("file", ("b.md", TEXT.encode()))])
    assert (shown.status_code, Page(shown.text).faults) == (HTTPStatus.OK, [])
    assert shown.text.count("The sentence names it") >= 4
    empty = asker.ask("POST", "/proposals/documents?lang=zh", data={**data, "text": " "})
    assert (empty.status_code, "请提供文档" in empty.text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True)
    foreign = asker.ask("POST", "/proposals/documents", data={**data, "token": "0" * 32})
    assert foreign.status_code == HTTPStatus.FORBIDDEN


def test_who_may_only_read_proposes_nothing(tmp_path: Path) -> None:
    """The page says so and has no form for documents; both ways in are refused."""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*LINES, nodes=NAMES))
    store.close()
    reader = bearing(KeyStore(State(settings.state_path)).create("Reader", "read").token)
    with serving(settings) as asker:
        text = asker.get("/proposals", headers=reader).text
        assert ("needs the right to import" in text, 'type="file"' in text) == (True, False)
        for path in ("/v1/proposals", "/proposals/documents"):
            refused = asker.ask("POST", path, headers=reader, json={"text": TEXT})
            assert refused.status_code == HTTPStatus.FORBIDDEN, path
