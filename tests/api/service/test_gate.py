"""Gate before questions: time limits, clients that go, and places for what is dear."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import create_app
from api.auth.keys import KeyStore
from api.service.gated_route import GatedRoute
from api.service.places import PlaceLimits, Places
from api.service.question_costs import COSTS
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.database import State
from graph.cancellation import check_cancelled
from graph.stores import open_store
from tests.support.cases import each
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.listening import served
from tests.support.routes import questions_of
from tests.support.serving import assert_problem, service, serving, settings_in
from tests.support.slow_clients import SLOW_BODY, holding
from tests.support.uploads import uploads

QUESTION = "/v1/coverage?by=discipline"


class SlowQuestion:
    """A question that goes on until it is let go, or cancelled; it counts how often it began and ended."""

    def __init__(self) -> None:
        self.begun, self.ended, self.let_go = 0, 0, threading.Event()

    def has_ended(self, times: int) -> bool:
        """Say whether it has ended so often."""
        return self.ended == times

    def __call__(self, *_: object, **__: object) -> object:
        """Go on."""
        self.begun += 1
        try:
            while not self.let_go.is_set():
                check_cancelled()
                time.sleep(0.005)
        finally:
            self.ended += 1
        raise AssertionError("it is never let go while it is asked")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowQuestion]:
    """Make the coverage matrix slow, for programs and on its page."""
    question = SlowQuestion()
    monkeypatch.setattr("api.rest.routes.coverage.coverage_matrix", question)
    monkeypatch.setattr("api.web.pages.coverage.coverage_matrix", question)
    yield question
    question.let_go.set()


def settings(folder: Path, **told: int) -> Settings:
    found = settings_in(folder)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return replace(found, service=ServiceSettings.model_validate({"heavy_wait_s": 0, **told}))


def test_a_question_ends_when_its_client_goes(tmp_path: Path, slow: SlowQuestion) -> None:
    """Nothing is computed for a client that has hung up, and its place is free again."""
    with served(settings(tmp_path, heavy_places=1)) as url:
        for times in (1, 2):
            with pytest.raises(httpx.ReadTimeout):
                httpx.get(f"{url}{QUESTION}", timeout=0.3)
            eventually(partial(slow.has_ended, times), within_s=5)
        assert slow.begun == 2


def test_a_body_that_is_slow_to_come_holds_no_place(tmp_path: Path) -> None:
    """A place is taken when a question has come whole."""
    with served(settings(tmp_path, heavy_places=1)) as url, holding(url, 3, SLOW_BODY):
        for by in ("discipline", "course", "discipline&role=r1"):
            assert httpx.get(f"{url}/v1/coverage?by={by}", timeout=30).status_code == 200


def test_a_question_that_takes_too_long_is_told_so(tmp_path: Path, slow: SlowQuestion) -> None:
    """After its time it is ended, with a problem that says the way out, and not to ask again."""
    with serving(settings(tmp_path, heavy_s=1)) as asker:
        answer = asker.get(QUESTION)
        problem = assert_problem(answer, 503, "time-limit")
        assert "command line" in str(problem["detail"])
        assert "Retry-After" not in answer.headers
        assert slow.ended == 1


def test_a_page_says_in_its_readers_language_that_it_took_too_long(tmp_path: Path, slow: SlowQuestion) -> None:
    """Pages pass the same gate."""
    with serving(settings(tmp_path, heavy_s=1)) as asker:
        page = asker.get("/coverage?role=r1", headers={"Accept-Language": "zh"})
        assert page.status_code == 503
        assert "缩小范围" in page.text
        assert slow.ended == 1


def test_what_does_not_notice_its_end_keeps_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client is answered in time even where the computation cannot be ended, and the place is taken until it has."""
    done = threading.Event()
    monkeypatch.setattr("api.rest.routes.coverage.coverage_matrix", lambda *_: done.wait(60))
    monkeypatch.setattr("api.service.gate.GRACE_S", 0.0)
    with serving(settings(tmp_path, heavy_s=1, heavy_places=1)) as asker:
        assert_problem(asker.get(QUESTION), 503, "time-limit")
        assert_problem(asker.get(QUESTION), 503, "busy")
        done.set()
        eventually(lambda: len(service(asker).gate.places) == 0)


def test_local_mode_has_the_queue_alone(tmp_path: Path, slow: SlowQuestion) -> None:
    """Whoever is here takes every place; the next is refused with when to come again."""
    with serving(settings(tmp_path, heavy_places=3)) as asker:
        for _ in range(3):
            asker.begin("GET", QUESTION)
        eventually(lambda: slow.begun == 3)
        refused = asker.get(QUESTION)
        assert_problem(refused, 503, "busy")
        assert refused.headers["Retry-After"]
        assert asker.get("/v1/gaps").is_success


def test_a_caller_has_two_places(tmp_path: Path, slow: SlowQuestion) -> None:
    """The third question of one key is refused with 429 while another key is let in."""
    found = settings(tmp_path)
    keys = KeyStore(State(found.state_path))
    first, second = (
        {"Authorization": f"Bearer {keys.create(name, 'read').token}"} for name in ("the first", "the second")
    )
    with serving(found) as asker:
        for _ in range(2):
            asker.begin("GET", QUESTION, headers=first)
        eventually(lambda: slow.begun == 2)
        refused = asker.get(QUESTION, headers=first)
        assert_problem(refused, 429, "too-many-requests")
        assert refused.headers["Retry-After"]
        asker.begin("GET", QUESTION, headers=second)
        eventually(lambda: slow.begun == 3)


def test_whoever_waits_gets_the_place_that_is_given_back() -> None:
    """The first in the queue who may have it gets it; those whose own are all taken are passed over."""

    async def waits() -> list[str]:
        places = Places(PlaceLimits(2, 1, waiting=3, waiting_of_a_caller=2, wait_s=5))
        order: list[str] = []

        async def come(caller: str) -> None:
            async with places.taken(caller):
                order.append(caller)

        a, b = await places.take("a"), await places.take("b")
        waiting = []
        for caller in ("a", "c", "b"):
            waiting.append(asyncio.create_task(come(caller)))
            await asyncio.sleep(0)
        b()
        await asyncio.gather(*waiting[1:])
        a()
        await asyncio.gather(*waiting)
        assert len(places) == 0
        return order

    assert asyncio.run(waits()) == ["c", "b", "a"]


@each("path", sorted(COSTS))
def test_costs_are_of_questions_that_there_are(path: str, routes: dict[str, APIRoute]) -> None:
    """What is said to be dear is a route, and passes the gate."""
    assert isinstance(routes[path], GatedRoute)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, APIRoute]:
    """Return the routes of the service by path."""
    app = create_app(settings_in(tmp_path_factory.mktemp("routes")))
    return {route.path: route for route in questions_of(app)}


def test_memory_and_threads_are_not_kept_after_many_have_gone(tmp_path: Path, slow: SlowQuestion) -> None:
    """A hundred clients that hang up leave no place taken and nothing that goes on."""
    with serving(settings(tmp_path, heavy_places=4, heavy_s=1)) as asker:
        for answer in [asker.begin("GET", QUESTION) for _ in range(100)]:
            assert answer.result().status_code == 503
        eventually(lambda: len(service(asker).gate.places) == 0)
        assert slow.begun == slow.ended == 4


def test_the_store_is_closed_after_what_still_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that nobody waits for any more, and that does not look, ends before the store is closed at the end.

    To close a connection that another thread reads from would end the process by SIGSEGV.
    """
    ended = []

    def go_on(*_: object, **__: object) -> object:
        time.sleep(2.5)
        ended.append("question")
        raise AssertionError("nobody hears of it")

    monkeypatch.setattr("api.rest.routes.coverage.coverage_matrix", go_on)
    with serving(settings(tmp_path, heavy_s=1)) as asker:
        store = service(asker).store
        monkeypatch.setattr(store, "close", lambda: ended.append("store"))
        assert asker.get(QUESTION).status_code == 503
        assert ended == []
    assert ended == ["question", "store"]


class Unending:
    """A job that goes on until it is broken off."""

    exitcode: int | None = None

    def is_alive(self) -> bool:
        """Say whether it was not broken off."""
        return self.exitcode is None

    def join(self, timeout: float | None = None) -> None:
        """Wait for nothing."""

    def terminate(self) -> None:
        """Break it off."""
        self.exitcode = -15


def test_event_streams_are_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller has so many streams at a time; the next is refused, and gets a place when one ends."""
    monkeypatch.setattr("api.service.gate.STREAMS", 1)
    found = settings(tmp_path)
    with served(found, lambda _settings, _job: Unending()) as url:
        where = httpx.post(f"{url}/v1/ingest/native", files=uploads(), timeout=60).headers["Location"]
        with httpx.stream("GET", f"{url}{where}/events", timeout=60) as events:
            lines = events.iter_lines()  # kept, or it would be closed with its answer
            assert next(lines) == "event: progress"
            refused = httpx.get(f"{url}{where}/events", timeout=60)
            assert_problem(refused, 503, "busy")
        eventually(lambda: opens(f"{url}{where}/events"))


def opens(url: str) -> bool:
    """Say whether a stream is opened."""
    with httpx.stream("GET", url, timeout=60) as events:
        return events.status_code == 200
