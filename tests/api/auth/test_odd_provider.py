"""Whatever the OpenID provider publishes or signs, own keys and sessions stay true, and its good keys open again."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from itertools import count
from pathlib import Path

import httpx
import pytest

from api.auth.keys import KeyStore, NewKey
from api.auth.oidc.http_document import UnreadableError
from api.auth.oidc.key_sets import read_keys
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.database import State
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.cases import each
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.issuer import AUDIENCE, LocalIssuer, local_issuer, signed
from tests.support.odd_documents import KEYS, WRITTEN, odd_documents
from tests.support.serving import Asker, serving, settings_in
from tests.support.soak import IS_SOAK, record, rounds

DOCUMENTS = rounds(120, 2_000)
"""How many random documents the provider publishes."""
WITHIN_S = 1.0 if IS_SOAK else 10.0
"""How soon a key is known, or known to be revoked: on a machine that does nothing else, a second."""


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as found:
        yield found
        found.drip_s = 0.0


@pytest.fixture
def settings(tmp_path: Path, issuer: LocalIssuer) -> Settings:
    told = ServiceSettings(oidc_issuer=issuer.url, oidc_audience=AUDIENCE, rate_wrong_keys=100_000, rate_address=0)
    found = replace(settings_in(tmp_path), service=told)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return found


@pytest.fixture
def asker(settings: Settings, issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asker]:
    """Serve, and read the provider without a pause."""
    monkeypatch.setattr("api.auth.oidc.tokens.AGAIN_AFTER_S", 0.0)
    monkeypatch.setattr("api.auth.oidc.tokens.READ_EVERY_S", 0.0)
    with serving(settings) as found:
        eventually(lambda: found.get("/v1/gaps", headers=bearing(issuer.token())).is_success)
        yield found


class Watch:
    """Own keys as they come and go, and how long it took at worst until the service knew."""

    def __init__(self, asker: Asker, settings: Settings) -> None:
        self._asker, self._keys, self.worst_s = asker, KeyStore(State(settings.state_path)), 0.0

    def turn(self) -> None:
        """Make a key, sign in with it, revoke it: each must be known in time."""
        new = self._keys.create("own", "read")
        self._timed(lambda: self._opens(bearing(new.token)))
        cookie = self._signed_in(new)
        assert self._opens(cookie)
        self._keys.revoke(new.key.id)
        self._timed(lambda: not self._opens(bearing(new.token)) and not self._opens(cookie))

    def _opens(self, headers: dict[str, str]) -> bool:
        answer: httpx.Response = self._asker.get("/v1/gaps", headers=headers)
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.UNAUTHORIZED}
        return answer.is_success

    def _signed_in(self, new: NewKey) -> dict[str, str]:
        guard = self._asker.app.state.service.guard
        session = self._asker._portal.call(guard.begin_session, new.key)
        return {"Cookie": f"rolepath_session={session.token}"}

    def _timed(self, condition: Callable[[], bool]) -> None:
        begun = time.monotonic()
        eventually(condition, within_s=WITHIN_S)
        self.worst_s = max(self.worst_s, time.monotonic() - begun)


def _wait_for_reading(issuer: LocalIssuer) -> None:
    """Wait until the service has read the provider twice more, so that what stands there was taken in."""
    begun = issuer.asked
    eventually(lambda: issuer.asked >= begun + 2, within_s=10)


@pytest.mark.slow
@each("odd", [*KEYS, *WRITTEN])
def test_odd_documents_shut_nobody_out(asker: Asker, issuer: LocalIssuer, settings: Settings, odd: str) -> None:
    """An odd key is passed over, the good one beside it opens; an odd document changes nothing."""
    good = [key.published() for key in issuer.keys]
    written = WRITTEN.get(odd) or json.dumps({"keys": [{**good[0], "kid": "odd", **KEYS.get(odd, {})}, *good]}).encode()
    issuer.written = lambda path: written if path == "/keys" else None
    _wait_for_reading(issuer)
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    if odd in {"nested lists", "id is a list", "curve is a list"}:
        Watch(asker, settings).turn()


@pytest.mark.slow
@pytest.mark.soak
def test_random_documents_shut_nobody_out(asker: Asker, issuer: LocalIssuer, settings: Settings) -> None:
    """While the provider publishes thousands of odd documents, keys and sessions are known, and revoked, in time."""
    keys = {"keys": [key.published() for key in issuer.keys]}
    published, at_keys, at_about = count(), odd_documents(keys, 1), odd_documents(issuer.about, 2)

    def write(path: str) -> bytes | None:
        number = next(published)
        if path == "/keys":
            return next(at_keys)
        return next(at_about) if number % 3 == 0 else None

    issuer.written = write
    watch = Watch(asker, settings)
    end = time.monotonic() + 600
    while next(published) < DOCUMENTS and time.monotonic() < end:
        watch.turn()
    record("provider", documents=next(published), worst_s=round(watch.worst_s, 2))
    issuer.written = lambda _path: None
    eventually(lambda: asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success, within_s=20)
    assert next(published) >= DOCUMENTS


def test_slow_headers_are_cut_off(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider whose headers come a byte at a time is given up when its time is over."""
    monkeypatch.setattr("api.auth.oidc.http_document.TIMEOUT_S", 0.5)
    issuer.drip_s = 0.05
    begun = time.monotonic()
    with pytest.raises(UnreadableError):
        read_keys(issuer.url)
    assert time.monotonic() - begun < 5


def test_provider_elsewhere_cannot_point_at_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys on this machine are read only where the provider itself is here."""
    about = {"issuer": "https://id.example", "jwks_uri": "http://127.0.0.1:9/keys"}
    monkeypatch.setattr("api.auth.oidc.key_sets.json_document", lambda _url: about)
    with pytest.raises(UnreadableError, match="names no place"):
        read_keys("https://id.example")


PAYLOADS: dict[str, dict[str, object]] = {
    "exp is text": {"exp": "tomorrow"},
    "exp is a list": {"exp": [1]},
    "exp is endless": {"exp": float("inf")},
    "exp is no number": {"exp": float("nan")},
    "exp is true": {"exp": {"a": 1}},
    "nbf is no number": {"nbf": float("nan")},
    "nbf is endless": {"nbf": float("-inf")},
    "nbf is a list": {"nbf": [0]},
    "iat is endless": {"iat": float("inf")},
    "iat is an object": {"iat": {}},
    "aud is an object": {"aud": {AUDIENCE: 1}},
    "aud holds a number": {"aud": [AUDIENCE, 7]},
    "aud holds a list": {"aud": [[AUDIENCE]]},
    "aud is a number": {"aud": 7},
    "iss is a list": {"iss": ["a"]},
    "iss is an object": {"iss": {}},
    "sub is a list": {"sub": ["a"]},
    "sub is an object": {"sub": {"a": 1}},
    "sub is half a sign": {"sub": "\ud800"},
    "jti is a list": {"jti": ["a"]},
}


@pytest.mark.slow
@each("name", PAYLOADS)
def test_odd_claims_open_nothing(asker: Asker, issuer: LocalIssuer, name: str) -> None:
    """A token that the provider signed, whose claims are not what they should be, is answered with 401."""
    token = signed(issuer, json.dumps(issuer.claims() | PAYLOADS[name]).encode())
    assert asker.get("/v1/gaps", headers=bearing(token)).status_code == HTTPStatus.UNAUTHORIZED


RAW = {
    "nested": b'{"sub":' + b"[" * 5_000,
    "a list": b"[]",
    "no text": b"\xff\xfe",
    "nothing": b"",
    "a long number": b'{"exp":' + b"9" * 5_000 + b"}",
}


@pytest.mark.slow
@each("name", RAW)
def test_odd_payloads_and_headers_open_nothing(asker: Asker, issuer: LocalIssuer, name: str) -> None:
    """Whatever bytes a token is made of, by the provider or by anybody, the answer is 401."""
    anybody = urlsafe_b64encode(RAW[name]).rstrip(b"=").decode() + ".e30.AAAA"
    for token in (signed(issuer, RAW[name]), anybody):
        assert asker.get("/v1/gaps", headers=bearing(token)).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.slow
def test_odd_groups_open_what_they_name_plainly(asker: Asker, issuer: LocalIssuer) -> None:
    """Of nested groups none counts, and nothing fails."""
    odd: tuple[object, ...] = ([["rolepath:read"]], {"a": {"b": []}}, [{"rolepath:read": 1}], 7, float("nan"))
    for scope in odd:
        token = signed(issuer, json.dumps(issuer.claims(scope=scope)).encode())
        assert asker.get("/v1/gaps", headers=bearing(token)).status_code == HTTPStatus.FORBIDDEN
