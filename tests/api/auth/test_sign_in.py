"""People sign in to the pages with a key: what a session opens, when it ends, and what it never does."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin

import pytest

from api.auth.keys import KeyStore
from api.auth.sessions import MOST_OF_KEY, SessionStore
from api.principal import SCOPES
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.database import State
from graph.stores import open_store
from tests.support.access import Tokens, bearing, counted, with_service
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.files import bytes_of_database
from tests.support.markup import Page
from tests.support.serving import HERE, PROBLEM, Asker, serving, settings_in
from tests.support.signing import AS_BROWSER, hidden, open_page, session_in, sign_in


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = settings_in(tmp_path)
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return found


@pytest.fixture
def keys(settings: Settings) -> KeyStore:
    return KeyStore(State(settings.state_path))


@pytest.fixture
def tokens(keys: KeyStore) -> Tokens:
    return {scope: keys.create(f"for {scope}", scope).token for scope in SCOPES}


@pytest.fixture
def asker(settings: Settings, tokens: Tokens) -> Iterator[Asker]:
    assert tokens
    with serving(settings) as found:
        yield found


@contextmanager
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no minute end meanwhile."""
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 1_800_000_000.0)
        yield


def deeds(settings: Settings) -> list[tuple[str, str, str]]:
    found = Audit(State(settings.state_path)).latest(limit=100).items
    return [(deed.what, deed.who, deed.detail) for deed in reversed(found)]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_browser_without_a_key_is_asked_for_one(asker: Asker, language: str) -> None:
    """It gets the page that signs in, as 401, with the address that it came for; a program gets a problem document."""
    response = open_page(asker, f"/gaps?severity=3&lang={language}")
    page = Page(response.text)
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="rolepath"'
    assert response.headers["Cache-Control"] == "no-store"
    assert (page.faults, page.unlabelled, page.inline) == ([], [], [])
    assert hidden(page)["next"] == f"/gaps?severity=3&lang={language}"
    assert page.all("nav") == [{"class": "crumbs", "aria-label": page.all("nav")[0]["aria-label"]}]
    assert asker.get("/gaps").headers["content-type"] == PROBLEM


@pytest.mark.parametrize("path", ["/v1/gaps", "/metrics"])
def test_programs_addresses_answer_with_problems(asker: Asker, path: str) -> None:
    """Whatever it accepts, who asks there gets what the contract says."""
    assert open_page(asker, path).headers["content-type"] == PROBLEM


def test_right_key_signs_in_and_leads_on(asker: Asker, settings: Settings, tokens: Tokens) -> None:
    """The page that was asked for follows, says who is signed in and what they may, and the audit log has it."""
    response = sign_in(asker, f"  {tokens['ingest']} ", "/gaps?severity=3")
    assert response.status_code == HTTPStatus.SEE_OTHER
    url = urljoin(HERE + "/sign-in", response.headers["Location"])
    assert url == HERE + "/gaps?severity=3"
    text = Page(open_page(asker, url).text).text("header")
    assert "for ingest may look and import" in " ".join(text.split())
    assert open_page(asker, "/import").is_success
    ((what, who, detail),) = deeds(settings)
    assert (what, detail) == ("signed in", "scope ingest")
    assert re.fullmatch(r"for ingest \(key [0-9a-f]{8}, session [0-9a-f]{8}\)", who)


@pytest.mark.parametrize(
    ("scheme", "told_of_it"),
    [("http", "rolepath_session="), ("https", "__Host-rolepath_session=")],
)
def test_cookie_is_out_of_reach(settings: Settings, tokens: Tokens, scheme: str, told_of_it: str) -> None:
    """Scripts cannot read it, other sites' forms do not carry it; by https it goes no other way."""
    with serving(settings) as asker:
        response = sign_in(asker, tokens["read"], at=f"{scheme}://127.0.0.1:8000")
        cookie = next(c for c in response.headers.get_list("set-cookie") if c.startswith(told_of_it))
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax", f"max-age={12 * 3600}"} <= parts
    assert ("secure" in parts) == (scheme == "https")
    assert not any(part.startswith("domain") for part in parts)


def test_session_is_kept_as_a_hash(asker: Asker, settings: Settings, tokens: Tokens) -> None:
    """Whoever reads the state file cannot take over a session; its token carries 256 random bits."""
    token = session_in(sign_in(asker, tokens["read"]))
    assert token.partition("_")[2].encode() not in bytes_of_database(settings.state_path)
    assert session_in(sign_in(asker, tokens["read"])) != token


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_for_more_says_what_is_needed(asker: Asker, tokens: Tokens, lang: str) -> None:
    """Without the scope to import, its page explains what would open it, and lets sign in with another key."""
    sign_in(asker, tokens["read"])
    response = open_page(asker, f"/import?lang={lang}")
    assert response.status_code == HTTPStatus.FORBIDDEN
    text = " ".join(Page(response.text).text("main").split())
    assert {"en": "lets you look and import", "zh": "查看与导入"}[lang] in text
    assert "for read" in text
    assert hidden(Page(response.text))["next"] == f"/import?lang={lang}"


def test_empty_graph_offers_imports_to_those_who_may(tmp_path: Path) -> None:
    """Who may only look is told what importing needs, instead of forms that fail."""
    settings = settings_in(tmp_path)
    keys = KeyStore(State(settings.state_path))
    reader, writer = keys.create("reader", "read").token, keys.create("writer", "ingest").token
    for token, actions in ((reader, set()), (writer, {"./import", "./import/example"})):
        with serving(settings) as asker:
            sign_in(asker, token)
            found = {has["action"] for has in Page(open_page(asker, "/").text).all("form")}
            assert found - {"./search", "./sign-out"} == actions


def test_session_reads_but_never_writes_the_interface(asker: Asker, tokens: Tokens) -> None:
    """A cookie answers what a page asks; whatever would change something needs the key itself: no site can forge it."""
    sign_in(asker, tokens["admin"])
    assert asker.get("/v1/gaps").is_success
    assert asker.ask("HEAD", "/v1/gaps").is_success
    assert asker.get("/v1/audit").is_success
    assert asker.post("/v1/undo/x").status_code == HTTPStatus.UNAUTHORIZED
    assert asker.post("/v1/ingest/native", files=[("file", ("a.csv", b"x"))]).status_code == HTTPStatus.UNAUTHORIZED
    assert asker.ask("DELETE", "/v1/ingest/runs/x").status_code == HTTPStatus.UNAUTHORIZED
    assert asker.post("/v1/roles/match", json={}).status_code == HTTPStatus.UNAUTHORIZED
    overridden = {"X-HTTP-Method-Override": "GET", "X-HTTP-Method": "GET"}
    assert asker.post("/v1/undo/x", headers=overridden).status_code == HTTPStatus.UNAUTHORIZED


def test_key_in_the_header_goes_before_the_session(asker: Asker, tokens: Tokens) -> None:
    """Who sends a key means it, be it for less or none at all."""
    sign_in(asker, tokens["admin"])
    assert asker.get("/v1/audit", headers=bearing(tokens["read"])).status_code == HTTPStatus.FORBIDDEN
    assert asker.get("/v1/audit", headers=bearing("rolepath_1_x")).status_code == HTTPStatus.UNAUTHORIZED


def test_answers_to_a_session_are_private(asker: Asker, tokens: Tokens) -> None:
    """A cache between may not give them to others."""
    sign_in(asker, tokens["read"])
    headers = asker.get("/v1/gaps").headers
    assert "private" in headers["Cache-Control"]
    assert "Cookie" in headers["Vary"]


def test_signing_out_ends_the_session(asker: Asker, settings: Settings, tokens: Tokens) -> None:
    """The token opens nothing any more, wherever it is kept, and the audit log has it."""
    token = session_in(sign_in(asker, tokens["read"]))
    proof = hidden(Page(open_page(asker, "/gaps").text))["proof"]
    response = asker.post("/sign-out", data={"proof": proof})
    assert response.headers["Location"] == "./sign-in"
    assert open_page(asker, "/gaps").status_code == HTTPStatus.UNAUTHORIZED
    assert open_page(asker, "/gaps", Cookie=f"rolepath_session={token}").status_code == HTTPStatus.UNAUTHORIZED
    assert [what for what, _, _ in deeds(settings)] == ["signed in", "signed out"]


@pytest.mark.parametrize("sent", [{}, {"proof": ""}, {"proof": "0" * 64}, {"proof": "é" * 64}])
def test_signing_out_needs_the_pages_proof(asker: Asker, tokens: Tokens, sent: dict[str, str]) -> None:
    """No other page can sign people out."""
    sign_in(asker, tokens["read"])
    assert asker.post("/sign-out", data={"x": "y", **sent}).status_code == HTTPStatus.FORBIDDEN
    assert open_page(asker, "/gaps").is_success


def test_signing_in_again_ends_the_session_before(asker: Asker, tokens: Tokens) -> None:
    """A session is never taken over: a new one begins, and the old token opens nothing."""
    first = session_in(sign_in(asker, tokens["read"]))
    assert session_in(sign_in(asker, tokens["admin"])) != first
    assert asker.get("/v1/gaps", headers={"Cookie": f"rolepath_session={first}"}).status_code == HTTPStatus.UNAUTHORIZED


def test_token_that_was_planted_is_not_taken_over(asker: Asker, tokens: Tokens) -> None:
    """Whoever puts a token of their own into somebody's browser gains nothing when that one signs in (fixation)."""
    planted = f"{'a' * 8}_{'b' * 43}"
    form = hidden(Page(open_page(asker, "/sign-in").text))
    cookies = f"rolepath_form={form['token']}; rolepath_session={planted}"
    assert session_in(sign_in(asker, tokens["admin"], headers={"Cookie": cookies})) != planted
    assert asker.get("/v1/gaps", headers={"Cookie": f"rolepath_session={planted}"}).status_code == 401


def test_revoked_key_ends_its_sessions(asker: Asker, keys: KeyStore, tokens: Tokens) -> None:
    """Within a second nobody is signed in by it any more."""
    sign_in(asker, tokens["read"])
    assert open_page(asker, "/gaps").is_success
    keys.revoke(tokens["read"].split("_")[1])
    eventually(lambda: open_page(asker, "/gaps").status_code == HTTPStatus.UNAUTHORIZED)


def test_session_ends_with_its_key(settings: Settings, keys: KeyStore) -> None:
    """A key that expires ends what was begun with it, however long that would have lasted."""
    made = keys.create("short", "read", timedelta(hours=1))
    with serving(settings) as asker:
        sign_in(asker, made.token)
        assert open_page(asker, "/gaps").is_success
        with State(settings.state_path).writing() as connection:
            connection.execute("UPDATE api_key SET expires_at = ?", (datetime.now(UTC).isoformat(),))
        eventually(lambda: open_page(asker, "/gaps").status_code == HTTPStatus.UNAUTHORIZED)


def test_session_expires(settings: Settings, keys: KeyStore) -> None:
    """At its end a session opens nothing, and with the next one it is forgotten."""
    key, state = keys.create("k", "read").key, State(settings.state_path)
    sessions = SessionStore(state)
    made = sessions.begin(key, 1)
    with serving(settings) as asker:
        cookie = {"Cookie": f"rolepath_session={made.token}"}
        assert asker.get("/v1/gaps", headers=cookie).is_success
        with state.writing() as connection:
            connection.execute("UPDATE session SET expires_at = ?", (made.session.created_at.isoformat(),))
        eventually(lambda: asker.get("/v1/gaps", headers=cookie).status_code == HTTPStatus.UNAUTHORIZED)
    sessions.begin(key, 1)
    assert len(sessions.hashed()) == 1


def test_key_has_so_many_sessions(settings: Settings, keys: KeyStore) -> None:
    """A further one ends the oldest: whoever signs in by a script does not fill the file."""
    key, sessions = keys.create("k", "read").key, SessionStore(State(settings.state_path))
    made = [sessions.begin(key, 1).session.id for _ in range(MOST_OF_KEY + 2)]
    assert [known.session.id for known in sessions.hashed()] == made[2:]


def test_workers_share_sessions(settings: Settings, tokens: Tokens) -> None:
    """Begun at one, a session is known to the other at once; ended at one, to the other soon."""
    with serving(settings) as one, serving(settings) as other:
        cookie = {"Cookie": f"rolepath_session={session_in(sign_in(one, tokens['read']))}"}
        assert other.get("/v1/gaps", headers=cookie).is_success
        proof = hidden(Page(open_page(one, "/gaps").text))["proof"]
        assert one.post("/sign-out", data={"proof": proof}).status_code == HTTPStatus.SEE_OTHER
        eventually(lambda: other.get("/v1/gaps", headers=cookie).status_code == HTTPStatus.UNAUTHORIZED)


@pytest.mark.parametrize("spoil", [str.upper, lambda t: t[:-1], lambda t: t + "x", lambda _: "", lambda _: "ключ"])
def test_wrong_key_signs_nobody_in(
    asker: Asker, settings: Settings, tokens: Tokens, spoil: Callable[[str], str]
) -> None:
    """The page says so; the audit log has the key's public part where there is such a key, and never what was sent."""
    wrong = spoil(tokens["read"])
    response = sign_in(asker, wrong)
    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert "rolepath_session" not in response.headers.get("set-cookie", "")
    assert not wrong or wrong not in response.text
    ((what, who, detail),) = deeds(settings)
    assert (what, who) == ("sign-in refused", "anybody")
    known = wrong.split("_")[1] if wrong.startswith("rolepath_") else ""
    assert detail == (f"key {known}" if known else "no such key")


def test_wrong_keys_in_the_form_are_limited(
    settings: Settings, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They count with those in the header; above the limit nothing is written down. The right key still opens."""
    with at_noon(monkeypatch), serving(with_service(settings, rate_wrong_keys=3)) as asker:
        assert asker.get("/v1/gaps", headers=bearing("rolepath_1_x")).status_code == HTTPStatus.UNAUTHORIZED
        answers = [sign_in(asker, "rolepath_1_x") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
        assert answers[2].headers["Retry-After"] == "60"
        assert len(deeds(settings)) == 2
        assert sign_in(asker, tokens["read"]).status_code == HTTPStatus.SEE_OTHER


def test_wrong_keys_are_counted_by_all_workers(
    settings: Settings, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying at two workers, by header and by form, is no way around the limit."""
    limited = with_service(settings, rate_wrong_keys=4)
    assert tokens
    with at_noon(monkeypatch), serving(limited) as one, serving(limited) as other:
        for _ in range(3):
            assert sign_in(one, "rolepath_1_x").status_code == HTTPStatus.UNAUTHORIZED
        eventually(lambda: counted(settings, "wrong") == 3)  # the first has told what it counted
        other.get("/v1/gaps", headers=bearing("rolepath_1_x"))
        eventually(lambda: other.get("/v1/gaps", headers=bearing("rolepath_1_x")).status_code == 429)
        assert sign_in(other, "rolepath_1_x").status_code == HTTPStatus.TOO_MANY_REQUESTS


ELSEWHERE = (
    "//evil.example",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "/a/../../other-app",
    "/\tx",
    "/наружу",
    "evil.example",
    "/" + "a" * 3000,
)


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(asker: Asker, tokens: Tokens, onward: str) -> None:
    """Whatever `next` says, what follows is a page of this service."""
    response = sign_in(asker, tokens["read"], onward)
    assert response.status_code == HTTPStatus.SEE_OTHER
    assert response.headers["Location"] == "./"
    assert "a=b" not in str(response.headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    ],
)
def test_other_sites_can_send_no_form(asker: Asker, tokens: Tokens, headers: dict[str, str]) -> None:
    """Where the browser says that a form is from elsewhere, it does nothing, not even with its token."""
    assert sign_in(asker, tokens["read"], headers=headers).status_code == HTTPStatus.FORBIDDEN
    sign_in(asker, tokens["admin"])
    fields = hidden(Page(open_page(asker, "/sign-in").text))
    for path in ("/import/example", "/sign-out", "/sign-in"):
        sent = asker.post(path, data=fields, headers={**AS_BROWSER, **headers})
        assert sent.status_code == HTTPStatus.FORBIDDEN, path
    assert open_page(asker, "/gaps").is_success


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}, {"Origin": "https://127.0.0.1"}]
)
def test_own_forms_are_taken(asker: Asker, tokens: Tokens, headers: dict[str, str]) -> None:
    """What our own page sends is done, behind a proxy with TLS too, which makes the origin https."""
    assert sign_in(asker, tokens["read"], headers=headers).status_code == HTTPStatus.SEE_OTHER


def test_form_needs_its_token(asker: Asker, tokens: Tokens) -> None:
    """Without the token of a page that was opened before, nobody is signed in: not into somebody else's session."""
    assert asker.post("/sign-in", data={"key": tokens["read"]}).status_code == HTTPStatus.FORBIDDEN
    open_page(asker, "/sign-in")
    wrong = {"key": tokens["read"], "token": "0" * 32}
    assert asker.post("/sign-in", data=wrong).status_code == HTTPStatus.FORBIDDEN


COOKIES = (
    "rolepath_session={t}; rolepath_session={t}",
    "rolepath_session={t}; rolepath_session=00000000_x",
    "rolepath_session={t}x",
    "rolepath_session=" + "a" * 30_000,
    "rolepath_session=\xe4\xf6\xff",
    'rolepath_session="{t}"',
    "__Host-rolepath_session={t}",
    "ROLEPATH_SESSION={t}",
    "rolepath_session={id}_" + "A" * 43,
    "rolepath_session=' OR 1=1 --",
    "rolepath_session={t},",
    "=;;;rolepath_session",
)


@pytest.mark.parametrize("cookie", COOKIES)
def test_tampered_cookie_signs_nobody_in(settings: Settings, tokens: Tokens, cookie: str) -> None:
    """Doubled, cut, too long, in other letters or by another name: nobody is signed in, and nothing breaks."""
    with serving(settings) as asker:
        token = session_in(sign_in(asker, tokens["admin"]))
    told_of = cookie.format(t=token, id=token.partition("_")[0]).encode("latin-1")
    with serving(settings) as asker:
        response = asker.get("/v1/gaps", headers={b"Cookie": told_of})
        assert response.status_code == HTTPStatus.UNAUTHORIZED
        assert token not in response.text


def test_local_mode_shows_nothing_of_it(settings: Settings) -> None:
    """Where everybody on this machine may do everything, there is nothing to sign in to."""
    with serving(settings) as asker:
        assert 'class="who"' not in open_page(asker, "/gaps").text
        assert open_page(asker, "/sign-in?next=/gaps").headers["Location"] == "./gaps"


def test_anonymous_readers_can_sign_in(settings: Settings, tokens: Tokens) -> None:
    """Where everybody may look, pages offer to sign in for more."""
    with serving(with_service(settings, anonymous_read=True)) as asker:
        assert "./sign-in" in Page(open_page(asker, "/gaps").text).links
        assert open_page(asker, "/import").status_code == HTTPStatus.UNAUTHORIZED
        sign_in(asker, tokens["ingest"])
        assert open_page(asker, "/import").is_success


def test_too_many_requests_are_told_on_a_page(settings: Settings, tokens: Tokens) -> None:
    """A browser above its limit reads when to come again."""
    assert tokens
    with serving(with_service(settings, rate_address=1)) as asker:
        open_page(asker, "/gaps")
        response = open_page(asker, "/gaps")
        assert response.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert f"again in {response.headers['Retry-After']} seconds" in Page(response.text).text("main")


def test_state_file_that_cannot_be_read_is_told_on_a_page(settings: Settings) -> None:
    """It is not known who may come in: a page says so, and nobody does."""
    settings.state_path.write_bytes(b"this is no database, but long enough to be looked at" * 100)
    with serving(settings) as asker:
        response = open_page(asker, "/gaps")
        assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert len(Page(response.text).all("h1")) == 1


TAKEN_BACK = {
    8: ["DROP TABLE webhook"],
    7: ["DROP TABLE reply"],
    6: [
        "DROP TABLE proposal_document",
        "DROP TABLE proposal_sentence",
        "DROP TABLE proposal_candidate",
        "DROP TABLE proposal_judgement",
        "DROP TABLE proposal_link",
    ],
    5: ["DROP TABLE follow_up", "DROP TABLE forgotten", "DROP TABLE identity"],
    4: ["DROP TABLE seal"],
    3: ["DROP TABLE keys_given_up"],
    2: ["ALTER TABLE job RENAME COLUMN progress TO phase"],
    1: ["DROP TABLE session"],
}
"""What makes a state file one of an older version, of the one after it."""


@pytest.mark.parametrize("version", TAKEN_BACK)
def test_file_of_an_older_version_is_brought_up_to_date(settings: Settings, version: int) -> None:
    """A state file gets what it lacks, as sessions and decisions, and keeps its keys; it is then whole."""
    token = KeyStore(State(settings.state_path)).create("old", "read").token
    with closing(sqlite3.connect(settings.state_path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (max(TAKEN_BACK) + 1,)
        for newer in range(max(TAKEN_BACK), version - 1, -1):
            for statement in TAKEN_BACK[newer]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
    with serving(replace(settings)) as asker:
        assert sign_in(asker, token).status_code == HTTPStatus.SEE_OTHER
    state = State(settings.state_path)
    state.check()
    assert state.identity()
