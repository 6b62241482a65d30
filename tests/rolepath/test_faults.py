"""The Python client before a service that misbehaves: retries, kept answers, pages that expire, broken answers."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.errors import PROBLEM_MEDIA_TYPE
from api.http.problems import ALL_KINDS, BUSY, TOO_MANY
from rolepath import (
    AsyncRolepath,
    ConflictError,
    ExpiredError,
    Retries,
    Rolepath,
    RolepathError,
    ServiceProblem,
    StoreUnavailableError,
)
from rolepath.client.cache import AnswerCache
from rolepath.client.calls import Call, NoReplyError, Pause, Reply, Request, reader_of
from rolepath.client.exchange import Exchange
from rolepath.client.models import SourceList
from rolepath.client.questions import sources

QUICK = Retries(first_s=0.001)
Handler = Callable[[httpx.Request], httpx.Response]


def found_nodes(*ids: str, following: str | None = None) -> dict[str, Any]:
    nodes = [{"id": one, "name": one, "kind": "Role", "code": None} for one in ids]
    return {"items": nodes, "total": 9, "next": following, "revision": 1}


def problem(status: int, slug: str = "busy", **more: Any) -> httpx.Response:  # noqa: ANN401 - of any JSON
    told = {"type": f"/docs/problems#{slug}", "title": "No", "status": status, "detail": "so it is", **more}
    return httpx.Response(
        status, content=json.dumps(told), headers={"content-type": PROBLEM_MEDIA_TYPE, "x-request-id": "r1"}
    )


class Service:
    """A service that answers with what it was given, one after the other; the last one stays."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        self.requests.append(request)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(found, Exception):
            raise found
        return httpx.Response(found.status_code, headers=found.headers, content=found.content)


def client(handler: Handler, retries: Retries = QUICK, **more: Any) -> Rolepath:  # noqa: ANN401 - as it takes
    return Rolepath("http://rolepath.test", retries=retries, transport=httpx.MockTransport(handler), **more)


GOOD = httpx.Response(200, json={"items": [], "next": None, "revision": 1})
SENT_AWAY = (
    problem(503),
    problem(429, "too-many-requests"),
    httpx.Response(502, text="<html>bad gateway</html>"),
    httpx.ConnectError("refused"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("cut off"),
)


# Retries


@pytest.mark.parametrize("first", SENT_AWAY, ids=repr)
def test_question_is_asked_again(first: httpx.Response | Exception) -> None:
    """Whatever passes by itself is waited for."""
    service = Service(first, first, GOOD)
    with client(service) as asking:
        assert asking.sources().revision == 1
    assert len(service.requests) == 3


@pytest.mark.parametrize("first", SENT_AWAY, ids=repr)
def test_plan_is_asked_again(first: httpx.Response | Exception) -> None:
    """A question that is posted changes nothing: it is asked again, too, with its body."""
    service = Service(first, problem(404, "not-found", what="role", value="x", near=[]))
    with client(service) as asking, pytest.raises(RolepathError):
        asking.plan("x", max_hours=3)
    assert [json.loads(request.content) for request in service.requests] == [{"max_hours": 3}] * 2


@pytest.mark.parametrize("first", [httpx.Response(502), problem(503), httpx.ReadError("reset")], ids=repr)
def test_what_changes_the_graph_is_not_sent_twice(first: httpx.Response | Exception) -> None:
    """It may have been done: whoever asked has to look."""
    service = Service(first)
    with client(service) as asking, pytest.raises(RolepathError):
        asking.change_follow_up("c1", version=0)
    assert len(service.requests) == 1
    assert "Idempotency-Key" not in service.requests[0].headers


IN_USE = problem(409, "idempotency-key-in-use")


@pytest.mark.parametrize("first", [httpx.Response(502), problem(503), httpx.ReadError("reset"), IN_USE], ids=repr)
def test_what_has_an_idempotency_key_is_sent_again(first: httpx.Response | Exception) -> None:
    """It is done once, whichever of them arrived: each has the key of the first; the next request has its own."""
    service = Service(first, first, problem(409, "conflict"))
    with client(service) as asking:
        for key in (None, "mine"):
            with pytest.raises(ConflictError):
                asking.undo("Poly", idempotency_key=key)
        with pytest.raises(ConflictError):
            asking.edit([{"op": "drop_node", "id": "a"}])
    keys = [request.headers["Idempotency-Key"] for request in service.requests]
    assert keys[0] == keys[1] == keys[2] != keys[4]
    assert keys[3] == "mine"
    assert len(set(keys)) == 3


@pytest.mark.parametrize("first", [problem(429, "too-many-requests"), httpx.ConnectError("refused")], ids=repr)
def test_what_was_not_looked_at_is_sent_again(first: httpx.Response | Exception, tmp_path: Path) -> None:
    """A limit, or a door that is closed: nothing has been done yet, and the upload is sent whole again."""
    (tmp_path / "roles.csv").write_bytes(b"id,name\nr1,Role One\n")
    service = Service(first, problem(409, "conflict"))
    with client(service) as asking, pytest.raises(ConflictError):
        asking.ingest("native", tmp_path)
    assert len(service.requests) == 2
    assert all(b"r1,Role One" in request.content for request in service.requests)


def test_client_gives_up_in_the_end() -> None:
    """After the first time and three more, the problem is told."""
    service = Service(problem(503))
    with client(service) as asking, pytest.raises(ServiceProblem) as caught:
        asking.sources()
    assert len(service.requests) == 4
    assert caught.value.problem.status == 503


def test_slow_answer_is_not_asked_for_again() -> None:
    """Whoever had no time for it once would only load the service with it."""
    service = Service(httpx.ReadTimeout("slow"))
    with client(service) as asking, pytest.raises(StoreUnavailableError, match="slow"):
        asking.sources()
    assert len(service.requests) == 1


def test_other_problems_are_not_retried() -> None:
    """A defect stays one."""
    service = Service(problem(500, "internal", incident="ab12"))
    with client(service) as asking, pytest.raises(ServiceProblem):
        asking.sources()
    assert len(service.requests) == 1


def exchange(retries: Retries) -> Exchange:
    return Exchange("http://rolepath.test", retries=retries, cache=AnswerCache(0), asked={})


@pytest.mark.parametrize(("told", "least_s", "most_s"), [("7", 7, 7.26), ("0", 0, 0.26), (None, 0.24, 0.5)])
def test_wait_is_never_shorter_than_told(told: str | None, least_s: float, most_s: float) -> None:
    """Retry-After holds, with a little by chance on top; without it, half to all of the usual wait."""
    headers = {} if told is None else {"retry-after": told}
    for _ in range(50):
        flow = sources().flow(exchange(Retries(first_s=0.5)))
        assert isinstance(next(flow), Request)
        pause = flow.send(Reply(503, headers, b""))
        assert isinstance(pause, Pause)
        assert least_s <= pause.seconds <= most_s


def test_wait_doubles_up_to_its_limit() -> None:
    """0.5, 1, 2 ... seconds, of which half at least."""
    retries = Retries(most=9, first_s=0.5, most_s=3)
    waits = [retries.wait_s(failures) for failures in range(1, 8)]
    usual = [0.5, 1, 2, 3, 3, 3, 3]
    assert all(wait is not None and whole / 2 <= wait <= whole for wait, whole in zip(waits, usual, strict=True))
    assert retries.wait_s(10) is None


def test_wait_that_is_too_long_is_left_to_the_caller() -> None:
    """The problem says after how many seconds it makes sense to ask again."""
    away = problem(429, "too-many-requests")
    away.headers["retry-after"] = "42"
    service = Service(away)
    with client(service) as asking, pytest.raises(ServiceProblem) as caught:
        asking.sources()
    assert len(service.requests) == 1
    assert caught.value.retry_after_s == 42


def test_wait_may_be_told_as_a_date() -> None:
    """A date that has passed is no wait at all; what cannot be read is none either."""
    flow = sources().flow(exchange(Retries(first_s=0.5)))
    next(flow)
    pause = flow.send(Reply(503, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, b""))
    assert isinstance(pause, Pause)
    assert pause.seconds <= 0.25
    flow.send(None)
    assert isinstance(flow.send(Reply(503, {"retry-after": "soon"}, b"")), Pause)


def test_unanswered_flow_names_the_reason() -> None:
    """Without any sender: what is thrown in comes out as an error of the tree."""
    flow = sources().flow(exchange(Retries(most=0)))
    next(flow)
    with pytest.raises(StoreUnavailableError, match=r"rolepath\.test gives no answer: refused"):
        flow.throw(NoReplyError("refused", has_arrived=False))


# AnswerCache answers


def tagged(tags: Iterator[int]) -> Handler:
    """Answer with a revision that grows whenever `tags` does; 304 to whoever has the present one."""
    state = {"at": next(tags)}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-move") or request.url.params.get("lang") == "zh":
            state["at"] = next(tags)
        tag = f'W/"{state["at"]}"'
        if request.headers.get("if-none-match") == tag:
            return httpx.Response(304, headers={"etag": tag})
        return httpx.Response(200, json={"items": [], "next": None, "revision": state["at"]}, headers={"etag": tag})

    return answer


def test_kept_answer_is_asked_for_by_its_tag() -> None:
    """What still holds is not sent again, and what does not is taken anew."""
    asked: list[str | None] = []
    serve = tagged(count(1))

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("if-none-match"))
        return serve(request)

    with client(handler, kept_answers=2) as asking:
        assert [asking.sources().revision for _ in range(2)] == [1, 1]
        asking.sources(lang="zh")  # the graph moves on
        assert [asking.sources().revision for _ in range(2)] == [2, 2]
    assert asked == [None, 'W/"1"', None, 'W/"1"', 'W/"2"']


def test_kept_answers_are_the_last_ones() -> None:
    """What was least recently asked for goes first; by default nothing is kept."""
    serve = tagged(count(1))
    tags: list[bool] = []

    def handler(request: httpx.Request) -> httpx.Response:
        tags.append("if-none-match" in request.headers)
        return serve(request)

    with client(handler, kept_answers=2) as asking:
        for revision in (1, 2, 1, 3, 1, 2):
            asking.sources(min_revision=revision)
    assert tags == [False, False, True, False, True, False]
    tags.clear()
    with client(handler) as asking:
        asking.sources()
        asking.sources()
    assert tags == [False, False]


def test_kept_answer_is_the_callers_own() -> None:
    """Who changes a list that came back changes nobody else's."""
    answer = httpx.Response(200, json=found_nodes("r1"), headers={"etag": 'W/"1"'})
    service = Service(answer, httpx.Response(304))
    with client(service, kept_answers=1) as asking:
        asking.roles().page().items.clear()
        assert len(asking.roles().page().items) == 1


# Pages


def test_pages_follow_one_another() -> None:
    """Each page is asked for by the cursor of the one before, and only when it is come to."""
    pages = {None: ("a", "b", "c1"), "c1": ("c", "c2"), "c2": ("d", None)}

    def handler(request: httpx.Request) -> httpx.Response:
        *ids, following = pages[request.url.params.get("cursor")]
        asked.append(str(request.url.query, "ascii"))
        return httpx.Response(200, json=found_nodes(*map(str, ids), following=following))

    asked: list[str] = []
    with client(handler) as asking:
        nodes = iter(asking.roles(limit=2))
        assert next(nodes).id == "a"
        assert asked == ["limit=2"]
        assert [node.id for node in nodes] == ["b", "c", "d"]
    assert asked == ["limit=2", "limit=2&cursor=c1", "limit=2&cursor=c2"]


def test_list_that_expires_says_so() -> None:
    """The graph moves on between two pages: 410 is an error of its own, and what came before has been given."""
    first = httpx.Response(200, json=found_nodes("a", following="c1"))
    service = Service(first, problem(410, "expired", detail="the list was begun at revision 1; begin again"))
    given: list[str] = []
    with client(service) as asking, pytest.raises(ExpiredError, match="begin again"):
        given.extend(node.id for node in asking.roles())
    assert len(service.requests) == 2


def test_async_client_retries_and_pages() -> None:
    """The other sender keeps to the same rules."""
    first = httpx.Response(200, json=found_nodes("a", following="c1"))
    service = Service(problem(503), first, httpx.ReadError("reset"), httpx.Response(200, json=found_nodes("b")))

    async def ask() -> list[str]:
        transport = httpx.MockTransport(service)
        async with AsyncRolepath("http://rolepath.test", retries=QUICK, transport=transport) as asking:
            return [node.id async for node in asking.roles()]

    assert asyncio.run(ask()) == ["a", "b"]
    assert len(service.requests) == 4


# Answers that are none


def test_what_a_newer_service_says_besides_is_passed_over() -> None:
    """Fields that this version does not know do not break it, at any depth."""
    told = found_nodes("r1")
    told["items"][0]["newer"] = {"a": 1}
    with client(Service(httpx.Response(200, json={**told, "newest": []}))) as asking:
        assert [node.id for node in asking.roles()] == ["r1"]


@pytest.mark.parametrize("body", [b"{}", b"no json", b'{"items": 3, "next": null, "revision": 1}'])
def test_answer_that_is_not_understood_is_told(body: bytes) -> None:
    """A field that is missing or of another form names itself, and the path that was asked."""
    with client(Service(httpx.Response(200, content=body))) as asking:
        with pytest.raises(ServiceProblem, match="not as this client knows it") as caught:
            asking.sources()
        assert "/v1/sources" in caught.value.problem.detail


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, text="<html>no</html>"),
        httpx.Response(500, content=b"{", headers={"content-type": PROBLEM_MEDIA_TYPE}),
        httpx.Response(302, headers={"location": "http://elsewhere.test/"}),
        problem(404, "not-found", near=3),
        problem(599, "not-of-this-world"),
    ],
    ids=lambda answer: answer.status_code,
)
def test_any_other_answer_is_a_service_problem(answer: httpx.Response) -> None:
    """A proxy's page, a broken document, a redirect: told as what it is, and not followed."""
    service = Service(answer)
    with client(service, key="secret") as asking, pytest.raises(ServiceProblem) as caught:
        asking.sources()
    assert caught.value.problem.status == answer.status_code
    assert len(service.requests) == 1


def test_every_kind_of_problem_is_raised() -> None:
    """Whatever a service can tell becomes an error of Rolepath, with its status and its request's id at hand."""
    for kind in ALL_KINDS:
        service = Service(problem(kind.http_status, kind.slug))
        with client(service, Retries(most=0)) as asking, pytest.raises(RolepathError) as caught:
            asking.sources()
        told = caught.value if isinstance(caught.value, ServiceProblem) else caught.value.__cause__
        assert isinstance(told, ServiceProblem)
        assert (told.problem.status, told.request_id) == (kind.http_status, "r1")
    assert {BUSY.http_status, TOO_MANY.http_status} == {503, 429}


def test_key_is_sent_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It goes as a bearer token to this service; no log line of any level has it."""
    caplog.set_level(logging.DEBUG)
    service = Service(problem(503), GOOD)
    with client(service, key="rolepath_ab_secret") as asking:
        asking.sources()
    assert {request.headers["authorization"] for request in service.requests} == {"Bearer rolepath_ab_secret"}
    assert "secret" not in caplog.text


# Exports


def test_export_is_written_whole(tmp_path: Path) -> None:
    """The file is there when all of it is."""
    service = Service(problem(503), httpx.Response(200, content=b"<gexf/>" * 10_000))
    with client(service) as asking:
        written = asking.export("edges", tmp_path / "graph.zip", source="Poly", form="parquet")
    assert written.read_bytes() == b"<gexf/>" * 10_000
    assert service.requests[-1].url == "http://rolepath.test/v1/export/edges?source=Poly&as=parquet"
    assert list(tmp_path.iterdir()) == [written]


def test_export_that_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    """What was there stays, and no part of the new one does; async as well."""

    class Broken(httpx.AsyncByteStream, httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"<gexf>"
            raise httpx.ReadError("cut off")

        async def __aiter__(self) -> Any:  # noqa: ANN401 - as httpx has it
            yield b"<gexf>"
            raise httpx.ReadError("cut off")

    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Broken())

    async def export() -> None:
        transport = httpx.MockTransport(handler)
        async with AsyncRolepath("http://rolepath.test", retries=QUICK, transport=transport) as asking:
            await asking.export("gexf", old)

    old = tmp_path / "graph.gexf"
    old.write_text("old", encoding="utf-8")
    with client(handler) as asking, pytest.raises(StoreUnavailableError, match="cut off"):
        asking.export("gexf", old)
    with pytest.raises(StoreUnavailableError, match="cut off"):
        asyncio.run(export())
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["old"]


def test_refused_export_writes_nothing(tmp_path: Path) -> None:
    """A problem is told, and is no file."""
    with client(Service(problem(404, "unknown-path"))) as asking, pytest.raises(ServiceProblem):
        asking.export("gexf", tmp_path / "graph.gexf")
    assert list(tmp_path.iterdir()) == []


def test_reading_is_strict_about_what_is_known() -> None:
    """An answer of another form is no answer of this model."""
    with pytest.raises(ValueError, match="revision"):
        Call("GET", "/v1/sources", reader_of(SourceList)).read(b'{"items": [], "next": null}')
