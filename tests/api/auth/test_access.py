"""Who gets in where: every route of the service, with no key, with each key, and with a session of each."""

import hmac
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.auth import keys as key_module
from api.auth.keys import KeyStore, hash_of, is_token_of, matching
from api.principal import SCOPES, AccessScope, needed_scope
from api.state.database import State
from tests.support.access import FILES, NEEDED, NEEDED_BY_PROGRAMS, Open, ask, bearing
from tests.support.cases import each
from tests.support.routes import READING, routes_of


def is_refused(response: httpx.Response) -> bool:
    """Say whether the gate refused a request: a form or a session that does not hold is refused without a challenge."""
    return "WWW-Authenticate" in response.headers


def test_every_route_is_listed(service: Open) -> None:
    """A route that nobody thought about fails here, be it a page, a file or a question."""
    assert routes_of(service.asker.app) == sorted(NEEDED)


@each("route", [route for route, needed in NEEDED.items() if needed])
def test_route_is_closed_without_a_key(service: Open, route: str) -> None:
    """Nothing is answered but how to be let in."""
    response = ask(service, route, {})
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="rolepath"'
    browser = ask(service, route, {"Accept": "text/html"})
    assert browser.status_code == HTTPStatus.UNAUTHORIZED


@each("route", [route for route, needed in NEEDED.items() if not needed])
def test_open_route_needs_no_key(service: Open, route: str) -> None:
    """What is about the service, and the way in, can be asked by anybody."""
    response = ask(service, route, {})
    assert not is_refused(response)
    assert not route.startswith("GET") or response.is_success


def closed_routes(*, are_pages: bool) -> list[str]:
    """Return the routes that need a scope: those of pages, or those of programs."""
    return [route for route, needed in NEEDED.items() if needed and (route not in NEEDED_BY_PROGRAMS) == are_pages]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("are_pages", [True, False])
def test_route_opens_to_its_scope(service: Open, scope: AccessScope, *, are_pages: bool) -> None:
    """A key for less gets 403; the right one, and one for more, gets past the gate."""

    @each("route", closed_routes(are_pages=are_pages))
    def opens(route: str) -> None:
        needed = NEEDED[route]
        assert needed is not None
        response = ask(service, route, bearing(service.tokens[scope]))
        if SCOPES.index(scope) < SCOPES.index(needed):
            assert response.status_code == HTTPStatus.FORBIDDEN
            assert f'error="insufficient_scope", scope="{needed}"' in response.headers["WWW-Authenticate"]
        else:
            assert response.status_code not in {401, 403}, response.text

    opens()


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("are_pages", [True, False])
def test_route_opens_to_a_session(service: Open, scope: AccessScope, *, are_pages: bool) -> None:
    """A session is as good as its key for pages and for reading; for whatever writes under /v1 it is nothing."""

    @each("route", closed_routes(are_pages=are_pages))
    def opens(route: str) -> None:
        needed, (method, path) = NEEDED[route], route.split()
        assert needed is not None
        response = ask(service, route, {"Cookie": f"rolepath_session={service.sessions[scope]}"})
        if path.startswith("/v1/") and method not in READING:
            assert response.status_code == HTTPStatus.UNAUTHORIZED
        elif SCOPES.index(scope) < SCOPES.index(needed):
            assert response.status_code == HTTPStatus.FORBIDDEN
        else:
            assert response.status_code not in {401, 403}, response.text

    opens()


@each("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X"])
@each("path", ["/gaps", "/import", "/v1/gaps", "/v1/undo/c1", "/new"])
def test_other_methods_are_closed_too(service: Open, method: str, path: str) -> None:
    """No method is a way around the gate."""
    assert service.asker.ask(method, path).status_code == HTTPStatus.UNAUTHORIZED


def test_scope_is_that_of_path_and_method_alone() -> None:
    """The gate and the document speak of the same scopes."""
    for route, needed in NEEDED.items():
        method, path = route.split()
        for folder, file in FILES.items():
            path = path.replace(folder, folder[:-1] + file)
        assert needed_scope(path, method) == needed, route


class Compared:
    """What was compared, in constant time or not at all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pairs: list[tuple[bytes, bytes]] = []
        self.hashed = 0
        compare, digest = hmac.compare_digest, key_module.hash_of

        def seen(one: bytes, other: bytes) -> bool:
            self.pairs.append((one, other))
            return compare(one, other)

        def counted(token: str) -> bytes:
            self.hashed += 1
            return digest(token)

        monkeypatch.setattr(hmac, "compare_digest", seen)
        monkeypatch.setattr(key_module, "hash_of", counted)


@pytest.mark.parametrize(
    "spoil",
    ["right", "wrong first", "wrong last", "unknown id", "no id", "empty", "revoked", "expired", "very long"],
)
def test_comparison_takes_the_same_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str) -> None:
    """Whatever is wrong with a key, one hash is made and one pair of 32 bytes is compared, in constant time."""
    keys = KeyStore(State(tmp_path / "state.db"))
    made = keys.create("k", "read", timedelta(hours=1))
    if spoil == "revoked":
        keys.revoke(made.key.id)
    known = {found.key.id: found for found in keys.hashed()}
    stem, secret = made.token[:18], made.token[18:]
    token = {
        "wrong first": stem + "!" + secret[1:],
        "wrong last": stem + secret[:-1] + "!",
        "unknown id": "rolepath_00000000_" + secret,
        "no id": secret,
        "empty": "",
        "very long": made.token * 500,
    }.get(spoil, made.token)
    at = datetime.now(UTC) + timedelta(hours=2 if spoil == "expired" else 0)
    compared = Compared(monkeypatch)
    assert (matching(token, known, at) is not None) == (spoil == "right")
    assert compared.hashed == 1
    assert [(len(one), len(other)) for one, other in compared.pairs] == [(32, 32)]


def test_session_is_compared_by_the_same_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that nobody began takes the same comparison as one whose secret is wrong."""
    compared = Compared(monkeypatch)
    kept = hash_of("a")
    assert [is_token_of("a", kept), is_token_of("b", kept), is_token_of("a", None)] == [True, False, False]
    assert len(compared.pairs) == 3


def test_hash_of_nothing_opens_nothing() -> None:
    """What stands in the place of a missing hash is the hash of no token that could be sent."""
    assert not any(is_token_of(token, None) for token in ("", "\0" * 32, "rolepath__"))
