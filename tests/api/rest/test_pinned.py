"""Pinned answers: a question of an earlier revision is answered alike for ever, at a cost that is bounded."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.service.pins import PinnedState, Pins, make_state
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from tests.support.factory import SMALL, says
from tests.support.pinned import BASE, ask_all, later_imports
from tests.support.serving import Asker, assert_problem, service, serving, settings_in, without_places

AT = 2
OF_MOMENT = {"x-request-id": ""}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings.store_url)
    found.apply(SMALL)
    for turn in range(5):
        found.apply(says("k1 DEVELOPS c1", by="later", nodes={"c1": {"name": f"turn {turn}"}}))
    yield found
    found.close()


@pytest.fixture
def asker(settings: Settings, store: Store) -> Iterator[Asker]:
    assert store.exists()
    with serving(settings) as found:
        yield found


@pytest.mark.slow
@pytest.mark.soak
def test_every_question_is_answered_alike_after_later_imports(tmp_path: Path, store_url: str) -> None:
    """After 20 imports that change whatever may change, each answer of the revision has the same bytes and ETag."""
    shutil.copyfile(store_url.removeprefix("sqlite:///"), tmp_path / "graph.db")
    settings = replace(settings_in(tmp_path), service=ServiceSettings(answer_cache_bytes=0))
    store = open_store(settings.store_url)
    store.apply(BASE)
    with serving(settings) as asker:
        first = ask_all(asker, AT)
        for changes in later_imports():
            store.apply(changes)
        service(asker).look()
        last = ask_all(asker, AT)
    store.close()
    assert len(first) > 30
    assert {path: answer.status_code for path, answer in first.items() if not answer.is_success} == {}
    for path, answer in first.items():
        assert last[path].content == answer.content, path
        assert dict(last[path].headers) | OF_MOMENT == dict(answer.headers) | OF_MOMENT, path
        assert answer.headers["rolepath-revision"] == str(AT), path
        assert len(answer.headers["rolepath-content"]) == 64, path


def names_at(asker: Asker, revision: int) -> httpx.Response:
    """Return what `c1` is called at a revision."""
    return asker.get(f"/v1/competencies?title=turn&revision={revision}&fields=items.name")


def test_a_pinned_answer_is_of_its_revision(asker: Asker, store: Store) -> None:
    """Each revision says what was stated then; a page goes on at it, and its tag holds after the next import."""
    told = [names_at(asker, number).json()["items"] for number in (1, 2, 4)]
    assert told == [[], [{"name": "turn 0"}], [{"name": "turn 2"}]]
    page = asker.get("/v1/competencies?limit=1&revision=2")
    store.apply(says("k9", by="more"))
    service(asker).look()
    assert asker.get("/v1/competencies?limit=1&revision=2").content == page.content
    again = asker.get("/v1/competencies?limit=1&revision=2", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    following = asker.get(f"/v1/competencies?limit=1&revision=2&cursor={page.json()['next']}")
    assert following.json()["items"] != page.json()["items"]


def test_a_revision_that_never_was_is_not_found(asker: Asker) -> None:
    """One ahead of the store is 404, and names the last; what cannot be one is 422. None of them takes a place long."""
    problem = assert_problem(names_at(asker, 7), 404, "not-found")
    assert problem["near"] == ["6"]
    assert_problem(names_at(asker, 10**12), 404, "not-found")
    for wrong in ("-1", "x", "1.5", str(2**60)):
        assert_problem(asker.get(f"/v1/gaps?revision={wrong}"), 422, "invalid-parameters")
    assert len(service(asker).gate.places) == 0


def test_a_revision_that_another_worker_made_is_waited_for(asker: Asker, store: Store) -> None:
    """It is there in the store: the answer is of it, although nobody has looked at the store yet."""
    number = store.apply(says("k1 DEVELOPS c1", by="later", nodes={"c1": {"name": "turn x"}})).revision.number
    assert names_at(asker, number).json()["items"] == [{"name": "turn x"}]


def test_making_a_state_takes_a_place(asker: Asker) -> None:
    """Without a place a state that is not kept is refused; one that is kept answers."""
    assert names_at(asker, 2).is_success
    with without_places(asker):
        assert names_at(asker, 2).is_success
        assert asker.get("/v1/gaps?revision=2").is_success
        assert names_at(asker, 3).status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_one_makes_the_state_for_all_who_ask(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of eight who ask at once, one makes it; the others wait for that."""
    made: list[int] = []

    def make(store: Store, present: Snapshot, number: int, token: str) -> PinnedState:
        made.append(number)
        return make_state(store, present, number, token)

    monkeypatch.setattr("api.service.service.make_state", make)
    asked: list[Future[httpx.Response]] = [asker.begin("GET", f"/v1/gaps?revision=3&limit={n}") for n in range(1, 9)]
    assert [one.result().status_code for one in asked] == [HTTPStatus.OK] * 8
    assert made == [3]


def test_states_kept_are_bounded(asker: Asker) -> None:
    """However many revisions are asked for, what is kept stays within its bytes; the one asked for last is there."""
    pins = service(asker).pins
    names_at(asker, 1)
    small = Pins(2 * pins.bytes + 10)
    service(asker).pins = small
    for number in (1, 2, 3, 4, 5, 1, 2):
        assert names_at(asker, number).is_success
        assert small.bytes <= 2 * pins.bytes + 10
    assert len(small) == 2
    service(asker).pins = Pins(0)
    assert asker.get("/v1/gaps?revision=5").is_success
    assert len(service(asker).pins) == 1


def test_making_a_state_ends_at_its_time(asker: Asker) -> None:
    """What takes too long is broken off with 503, and the place is free again."""
    limited = service(asker).settings.service.model_copy(update={"heavy_s": 0})
    service(asker).gate._settings = limited
    assert_problem(names_at(asker, 1), 503, "time-limit")
