"""The headers that keep a browser from doing more with an answer than it should: on every answer there is."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.auth.keys import KeyStore
from api.rest.routes import search
from api.state.database import State
from tests.support.access import NEEDED, Open, ask, bearing
from tests.support.cases import each
from tests.support.routes import routes_of
from tests.support.serving import Asker, serving, settings_in

STANDING = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
ACCEPTS = ("application/json", "text/html")


def assert_guarded(response: httpx.Response) -> None:
    """Assert that an answer carries every header, each once, and a policy that allows nothing from elsewhere."""
    for name, value in STANDING.items():
        assert response.headers.get_list(name) == [value], name
    assert response.headers.get_list("referrer-policy") in (["no-referrer"], ["same-origin"])
    (policy,) = response.headers.get_list("content-security-policy")
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["form-action"] in {"'none'", "'self'"}
    allowed = {source for sources in rules.values() for source in sources.split()}
    assert allowed <= {"'none'", "'self'", "data:"}
    assert "data:" not in rules.get("script-src", "")
    assert "server" not in response.headers
    assert "x-powered-by" not in response.headers


def test_table_holds_every_route(service: Open) -> None:
    """What follows leaves none out."""
    assert routes_of(service.asker.app) == sorted(NEEDED)


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("who", ["", "read", "admin", "wrong"])
@each("route", NEEDED)
def test_every_answer_is_guarded(service: Open, route: str, accept: str, who: str) -> None:
    """A page, a file, data or a problem: with a key, without one, and with one for less."""
    tokens = {str(scope): token for scope, token in service.tokens.items()} | {"wrong": "rolepath_1_x"}
    shown = bearing(tokens[who]) if who else {}
    assert_guarded(ask(service, route, {"Accept": accept, **shown}))


@pytest.mark.parametrize("accept", ACCEPTS)
@each(
    "method, path",
    [
        ("GET", "/nowhere"),
        ("GET", "/assets/nothing.css"),
        ("GET", "/nodes/none"),
        ("GET", "/gaps?status=nonsense"),
        ("GET", "/v1/gaps?limit=x"),
        ("DELETE", "/v1/gaps"),
        ("PUT", "/gaps"),
        ("HEAD", "/v1/gaps"),
        ("HEAD", "/gaps"),
        ("OPTIONS", "/v1/gaps"),
        ("OPTIONS", "/gaps"),
        ("POST", "/v1/what-if"),
    ],
)
def test_odd_answers_are_guarded(service: Open, method: str, path: str, accept: str) -> None:
    """What is missing, misput, or asked by another method is answered as guarded."""
    headers = {"Accept": accept, **bearing(service.tokens["admin"])}
    assert_guarded(service.asker.ask(method, path, headers=headers))


def test_answer_that_is_known_stays_guarded(service: Open) -> None:
    """With 304 a browser keeps the headers of the answer that it has: none of them is set anew, or otherwise."""
    headers = bearing(service.tokens["read"])
    tag = service.asker.get("/v1/gaps", headers=headers).headers["ETag"]
    again = service.asker.get("/v1/gaps", headers={**headers, "If-None-Match": tag})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert again.content == b""
    assert {*STANDING, "content-security-policy", "referrer-policy"}.isdisjoint(again.headers)


def test_too_large_and_too_often_are_guarded(service: Open) -> None:
    """So are 413 and 429."""
    large = service.asker.post("/v1/what-if", content=b" " * 2_000_000, headers=bearing(service.tokens["read"]))
    assert large.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert_guarded(large)
    answers = [service.asker.get("/v1/gaps", headers=bearing("rolepath_1_x")) for _ in range(25)]
    assert answers[-1].status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert_guarded(answers[-1])


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asker]:
    """Serve with a defect in the search."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(search, "search", fail)
    with serving(settings_in(tmp_path)) as asker:
        yield asker


def test_defect_is_guarded(failing: Asker) -> None:
    """An answer of 500, which passes no middleware, is guarded too, and tells nothing."""
    response = failing.get("/v1/search?q=a")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret" not in response.text
    assert_guarded(response)


def test_local_refusals_are_guarded(tmp_path: Path) -> None:
    """So are those of a foreign name or origin, in local mode."""
    with serving(settings_in(tmp_path)) as asker:
        for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            response = asker.get("/v1/gaps", headers=headers)
            assert response.status_code in {403, 421}
            assert_guarded(response)


@pytest.mark.parametrize("path", ["/gaps", "/sign-in", "/v1/gaps"])
def test_private_answers_are_not_shared(tmp_path: Path, path: str) -> None:
    """No cache between may give a signed-in person's answer to somebody else."""
    settings = settings_in(tmp_path)
    token = KeyStore(State(settings.state_path)).create("k", "read").token
    with serving(settings) as asker:
        cached = asker.get(path, headers=bearing(token)).headers["Cache-Control"]
    assert "no-store" in cached or "private" in cached
