"""The page on which single things are entered: what its forms make, what is told at each edit, and who sees it."""

import json
from collections.abc import Iterator
from html import unescape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.stores import open_store
from ingest.edit_document import EditDocument
from ingest.edits import apply_edits
from tests.support.access import bearing
from tests.support.factory import says, statements
from tests.support.import_pages import posted
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

LINK = {"from_id": "k1", "relation": "DEVELOPS", "to_id": "c1"}


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says("co1 COVERS k1", "k1 DEVELOPS c1 0.3", "r1 REQUIRES c1", "t2 PRACTISES c2", by="College"))
    store.close()
    with serving(settings) as asker:
        yield asker


def made(asker: Asker, **asked: object) -> list[dict[str, object]]:
    """Return the edits that a filled-in form makes."""
    answer = asker.get("/edit?" + urlencode({"lang": "en", **asked}, doseq=True))
    assert answer.status_code == HTTPStatus.SEE_OTHER, Page(answer.text).text("main")
    return [json.loads(text) for name, text in parse_qsl(urlsplit(answer.headers["location"]).query) if name == "edit"]


def shown(asker: Asker, *edits: dict[str, object], **asked: object) -> str:
    """Return the page of some edits."""
    told = {"lang": "en", "edit": [json.dumps(edit) for edit in edits], **asked}
    answer = asker.get("/edit?" + urlencode(told, doseq=True))
    assert answer.status_code == HTTPStatus.OK, answer.text
    return unescape(Page(answer.text).text("main"))


def test_forms_make_edits(asker: Asker) -> None:
    """Of what changed alone; a link with what is found by a name; something new with its link."""
    values = {"node": "co1", "do": "values", "v_name": "name of co1", "v_term": "3", "v_name_zh": ""}
    assert made(asker, **values) == [{"op": "change_node", "id": "co1", "values": {"term": "3"}}]
    change = {"node": "k1", "do": "change", "of": "k1 DEVELOPS c1"}
    assert made(asker, **change, weight="0.6") == [{"op": "change_link", **LINK, "weight": 0.6}]
    assert made(asker, **change) == [{"op": "change_link", **LINK, "clear": ["weight"]}]
    assert made(asker, node="k1", do="drop", of="k1 DEVELOPS c1") == [{"op": "drop_link", **LINK}]
    link = made(asker, node="c1", do="link", how="PRACTISES in TrainingTask", end="name of t2")
    assert link == [{"op": "add_link", "from_id": "t2", "relation": "PRACTISES", "to_id": "c1"}]
    new = made(asker, node="co1", do="new", how="KnowledgeUnit disciplinary COVERS out", v_name="名称", v_hours="8")
    stated = {"name": "名称", "hours": "8", "kind": "disciplinary"}
    assert new == [
        {"op": "add_node", "id": "entered:名称", "kind": "KnowledgeUnit", "values": stated},
        {"op": "add_link", "from_id": "co1", "relation": "COVERS", "to_id": "entered:名称"},
    ]
    open_end = asker.get("/edit?node=c1&do=link&how=PRACTISES+in+TrainingTask&end=nobody&lang=en")
    assert "nobody" in Page(open_end.text).text("main")


def test_the_page_says_what_it_does_and_what_cannot_be(asker: Asker) -> None:
    """The effect on chains; at its edit what is refused; both values of what somebody changed meanwhile."""
    practise: dict[str, object] = {"op": "add_link", "from_id": "t2", "relation": "PRACTISES", "to_id": "c1"}
    text = shown(asker, practise)
    assert "Theory only → Connected" in " ".join(text.split())
    assert "Entered on pages" in asker.get("/edit?" + urlencode({"edit": json.dumps(practise), "lang": "en"})).text
    assert "College states it; drop it there" in shown(asker, {"op": "drop_link", **LINK})
    assert "Apply" in shown(asker, {"op": "drop_link", **LINK}, source="College")
    assert "cannot be read" in shown(asker, {"op": "hate"})
    told = {"edits": [{"op": "change_link", **LINK, "weight": 0.5}], "source": "Other"}
    store = open_store(settings_url(asker))
    apply_edits(EditDocument.model_validate(told), store)
    mine: dict[str, object] = {"op": "change_link", **LINK, "weight": 0.9}
    text = shown(asker, mine, seen=1)
    assert "weight was 0.3, and is 0.5 now" in text
    assert "Apply" not in text
    answer = asker.post("/edit", data={"token": "0" * 32, "edit": json.dumps(mine), "seen": "1"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    with pytest.raises(AssertionError, match=r"0\.5"):
        posted(asker, "/edit?lang=en", edit=json.dumps(mine), seen="1")
    where = posted(asker, "/edit", edit=json.dumps(mine), seen="2", source="Mine", reason="why")
    assert "why" in asker.get(where).text
    assert ("Mine", ("k1", "DEVELOPS", "c1")) in statements(store).links


def settings_url(asker: Asker) -> str:
    """Return where the store is that is served."""
    url: str = asker.app.state.service.settings.store_url
    return url


def test_only_who_may_enter_is_led_to_it(asker: Asker) -> None:
    """On a node, at a gap, after a what-if; to readers none of it is shown, and the page is closed."""
    tried = "/what-if?" + urlencode({"add": "t2 PRACTISES c1", "lang": "en"})
    paths = ("/nodes/c1?lang=en", "/nodes/co1?lang=en", "/gaps?lang=en&severity=0", tried)
    for path in paths:
        assert "edit?" in asker.get(path).text, path
    supposed = Page(asker.get(tried).text)
    assert "rolepath" not in supposed.text("main").lower()
    settings = asker.app.state.service.settings
    reader = KeyStore(State(settings.state_path)).create("Reader", "read").token
    with serving(settings) as other:
        for path in paths:
            assert "edit?" not in other.get(path, headers=bearing(reader)).text, path
        assert other.get("/edit", headers=bearing(reader)).status_code == HTTPStatus.FORBIDDEN
