"""The pages of follow-ups: what was changed meanwhile is shown beside one's own, and who may only read sees no form."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.factory import says
from tests.support.import_pages import token
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

LINES = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 TARGETS r1", "d2 TARGETS r1", "r1 REQUIRES c1")
FORM = "/follow-ups/gap?competency=c1&discipline=d1"
MINE = {"competency": "c1", "discipline": "d1", "version": "0", "owner": "Li Wei", "note": "mine", "state": "agreed"}


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*LINES))
    store.close()
    with serving(settings) as served:
        yield served


def send(asker: Asker, **data: str) -> tuple[int, str]:
    """Send the form, and return the status and the text of the answer."""
    answer = asker.post("/follow-ups/gap", data={**MINE, "token": token(asker, FORM), **data})
    return answer.status_code, answer.text


def test_change_meanwhile_is_shown_with_both_values(asker: Asker) -> None:
    """Nothing is lost: mine stays in the form, with the version that it would be saved over."""
    assert send(asker)[0] == HTTPStatus.SEE_OTHER
    status, text = send(asker, note="theirs <b>", owner="Wang", due="2027-01-02")
    page = Page(text)
    assert (status, page.faults) == (HTTPStatus.CONFLICT, [])
    assert all(one in page.text("main") for one in ("mine", "Li Wei", "theirs <b>", "Wang", "2027-01-02"))
    version = next(has["value"] for has in page.all("input") if has.get("name") == "version")
    assert send(asker, note="both", version=version)[0] == HTTPStatus.SEE_OTHER
    for wrong in ({"due": "2027-02-30"}, {"owner": "x" * 101}, {"state": "later"}, {"note": "\x1b"}):
        status, text = send(asker, version="2", **wrong)
        assert (status, "both" in text) == (HTTPStatus.UNPROCESSABLE_ENTITY, True), wrong
    assert asker.post("/follow-ups/gap", data={**MINE, "token": "0" * 32}).status_code == HTTPStatus.FORBIDDEN


def test_follow_up_is_seen_where_it_concerns(asker: Asker) -> None:
    """In its scope and in wider ones, which say what it was recorded for; by state and owner, as a sheet too."""
    send(asker)
    cell = {path: Page(asker.get(path).text).text("main") for path in ("/gaps?discipline=d1", "/gaps", "/nodes/c1")}
    assert "Li Wei" in cell["/gaps?discipline=d1"]
    assert "recorded for" not in cell["/gaps?discipline=d1"]
    assert all("recorded for name of d1" in cell[path] for path in ("/gaps", "/nodes/c1")), cell
    shown = {
        "/gaps?discipline=d2": False,
        "/gaps?follow=agreed": True,
        "/gaps?follow=done": False,
        "/gaps?follow=none": False,
        "/gaps?owner=li+wei": True,
        "/gaps?owner=wang": False,
        "/follow-ups": True,
        "/follow-ups?check=overdue": False,
        "/follow-ups?discipline=d2": False,
    }
    for path, expected in shown.items():
        assert ("Li Wei</bdi>" in asker.get(path).text) == expected, path
    rows = {follow: len(asker.get(f"/gaps.csv?follow={follow}").text.splitlines()) for follow in ("any", "none")}
    assert rows == {"any": 2, "none": 1}


def test_reader_sees_no_form(tmp_path: Path) -> None:
    """But the follow-up, and its history."""
    settings = settings_in(tmp_path)
    reader = KeyStore(State(settings.state_path)).create("reader", "read").token
    store = open_store(settings.store_url)
    store.apply(says(*LINES))
    store.close()
    with serving(settings) as asker:
        page = Page(asker.get(FORM, headers=bearing(reader)).text)
        assert not list(page.all("textarea"))
        assert asker.post("/follow-ups/gap", data=MINE, headers=bearing(reader)).status_code == HTTPStatus.FORBIDDEN
