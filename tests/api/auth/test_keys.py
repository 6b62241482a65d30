"""Keys: nobody gets in without one, each opens what it was made for, and nothing of them is kept that opens."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from api.auth import rate_limits as limits
from api.auth.keys import HashedKey, KeyStore, hash_of, matching
from api.principal import SCOPES, needed_scope
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.database import State
from graph.errors import InputError
from graph.stores import open_store
from tests.support.access import NEEDED_BY_PROGRAMS, Tokens, bearing, counted, with_service
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.files import bytes_of_database
from tests.support.openapi import operations
from tests.support.serving import Asker, assert_problem, serving, settings_in


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
    """Serve with a key of each scope."""
    assert tokens
    with serving(settings) as found:
        yield found


def test_every_route_is_listed(asker: Asker) -> None:
    """Which scope a route needs is thought about for each, and documented."""
    found = {name: operation.get("x-scope") for name, operation in operations(asker.app.openapi())}
    assert found == NEEDED_BY_PROGRAMS


def test_every_route_needs_its_key(asker: Asker, tokens: Tokens) -> None:
    """Without a key, and with one for less, nothing is answered; with the right one, the gate is open."""
    for name, needed in NEEDED_BY_PROGRAMS.items():
        method, path = name.replace("{id}", "c1").replace("{source}", "c1").split()
        if needed is None:
            assert asker.ask(method, path).status_code == HTTPStatus.OK, name
            continue
        response = asker.ask(method, path)
        assert_problem(response, 401, "no-key")
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="rolepath"'
        for scope in SCOPES:
            response = asker.ask(method, path, headers=bearing(tokens[scope]))
            if SCOPES.index(scope) < SCOPES.index(needed):
                assert_problem(response, 403, "wrong-scope")
                assert f'error="insufficient_scope", scope="{needed}"' in response.headers["WWW-Authenticate"]
            else:
                assert response.status_code not in {401, 403}, (name, scope)


def test_what_is_not_there_needs_a_key_too(asker: Asker) -> None:
    """Without a key nobody learns what there is; a route that somebody forgot to list is closed."""
    for method, path in (("GET", "/nowhere"), ("DELETE", "/v1/gaps"), ("PUT", "/v1/new"), ("HEAD", "/v1/gaps")):
        assert asker.ask(method, path).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "path", ["/assets/rolepath.css", "/docs", "/docs/problems", "/docs/static/interface.js", "/openapi.json"]
)
def test_pages_about_the_service_are_open(asker: Asker, path: str) -> None:
    """How to ask can be read without a key."""
    assert not asker.get(path).is_error


@pytest.mark.parametrize(
    "path", ["//v1/gaps", "/docs/static/../../v1/gaps", "/healthz/../v1/gaps", "/v1//ingest/native", "/V1/gaps"]
)
def test_odd_paths_open_nothing(asker: Asker, path: str) -> None:
    """Whatever the spelling of a path, what is answered without a key is none of the graph."""
    response = asker.get("http://127.0.0.1:8000" + path)
    assert response.status_code in {401, 404}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: t.upper(),
        lambda t: t.replace("rolepath_", ""),
        lambda t: t.split("_")[1],
        lambda _: "",
        lambda _: "rolepath__",
        lambda t: "rolepath_00000000_" + t.split("_", 2)[2],
        lambda t: t.split("_", 2)[0] + "_" + t.split("_", 2)[1] + "_" + "A" * 43,
    ],
)
def test_wrong_key_is_401(asker: Asker, tokens: Tokens, spoil: Callable[[str], str]) -> None:
    """A key that is not right to the last letter opens nothing, and the answer tells nothing of it."""
    wrong = spoil(tokens["read"])
    response = asker.get("/v1/gaps", headers=bearing(wrong))
    assert_problem(response, 401, "wrong-key")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert not wrong or wrong not in response.text


@pytest.mark.parametrize("scheme", ["Basic", "Token", "", "BearerX"])
def test_other_schemes_are_401(asker: Asker, tokens: Tokens, scheme: str) -> None:
    """Only a bearer token is a key."""
    headers = {"Authorization": f"{scheme} {tokens['read']}".strip()}
    assert asker.get("/v1/gaps", headers=headers).status_code == HTTPStatus.UNAUTHORIZED


def test_scheme_is_of_any_case(asker: Asker, tokens: Tokens) -> None:
    """`bearer` is `Bearer`."""
    assert asker.get("/v1/gaps", headers={"Authorization": f"bearer {tokens['read']}"}).is_success


def test_key_comes_before_if_none_match(asker: Asker, tokens: Tokens) -> None:
    """Who has an ETag but no key is not told whether it holds."""
    tag = asker.get("/v1/gaps", headers=bearing(tokens["read"])).headers["ETag"]
    assert_problem(asker.get("/v1/gaps", headers={"If-None-Match": tag}), 401, "no-key")
    known = asker.get("/v1/gaps", headers={"If-None-Match": tag, **bearing(tokens["read"])})
    assert known.status_code == HTTPStatus.NOT_MODIFIED


def test_answers_to_a_key_are_private(asker: Asker, tokens: Tokens) -> None:
    """A cache between may not give them to others."""
    headers = asker.get("/v1/gaps", headers=bearing(tokens["read"])).headers
    assert "private" in headers["Cache-Control"]
    assert "Authorization" in headers["Vary"]


def test_revoked_key_is_refused_while_serving(asker: Asker, keys: KeyStore, tokens: Tokens) -> None:
    """A running service hears of it by itself."""
    headers = bearing(tokens["read"])
    assert asker.get("/v1/gaps", headers=headers).is_success
    assert keys.revoke(tokens["read"].split("_")[1]).revoked_at is not None
    eventually(lambda: asker.get("/v1/gaps", headers=headers).status_code == HTTPStatus.UNAUTHORIZED)


def test_key_expires(keys: KeyStore) -> None:
    """From its last moment on a key opens nothing."""
    made = keys.create("short", "read", timedelta(seconds=100))
    known = {made.key.id: HashedKey(made.key, hash_of(made.token))}
    end = made.key.expires_at
    assert end is not None
    assert matching(made.token, known, end - timedelta(seconds=1)) == made.key
    assert matching(made.token, known, end) is None


def test_last_use_is_kept(asker: Asker, keys: KeyStore, tokens: Tokens) -> None:
    """Which key is not used any more can be seen; it is kept soon after, not with each request."""
    asker.get("/v1/gaps", headers=bearing(tokens["ingest"]))

    def used() -> dict[str, bool]:
        return {key.scope: key.last_used_at is not None for key in keys.all().items}

    eventually(lambda: used()["ingest"])
    assert used() == {"read": False, "ingest": True, "admin": False}


def test_file_holds_no_secret_and_is_the_owners(settings: Settings, tokens: Tokens) -> None:
    """Whoever reads the state file gets no key out of it; others of the machine cannot read it."""
    content = bytes_of_database(settings.state_path)
    for token in tokens.values():
        assert token.split("_", 2)[2].encode() not in content
    assert settings.state_path.stat().st_mode & 0o077 == 0


def test_keys_are_random(tokens: Tokens) -> None:
    """A key carries 256 bits, in letters of 6 bits, and no two are alike."""
    secrets = {token.split("_", 2)[2] for token in tokens.values()}
    assert len(secrets) == len(tokens)
    assert {len(secret) for secret in secrets} == {43}


def test_first_key_ends_local_mode_while_serving(settings: Settings, keys: KeyStore) -> None:
    """Until then whoever is on the machine may do everything; revoking all keys does not bring that back."""
    with serving(settings) as asker:
        assert asker.get("/v1/gaps").is_success
        assert asker.get("/v1/audit").is_success
        assert "RateLimit" not in asker.get("/v1/gaps").headers
        made = keys.create("first", "read")
        eventually(lambda: asker.get("/v1/gaps").status_code == HTTPStatus.UNAUTHORIZED)
        keys.revoke(made.key.id)
        eventually(lambda: asker.get("/v1/gaps", headers=bearing(made.token)).status_code == HTTPStatus.UNAUTHORIZED)
        assert asker.get("/v1/gaps").status_code == HTTPStatus.UNAUTHORIZED
    with serving(settings) as asker:
        assert asker.get("/v1/gaps").status_code == HTTPStatus.UNAUTHORIZED


def test_other_addresses_end_local_mode(settings: Settings) -> None:
    """Where others could come in, nothing is open without a key, not even to this machine."""
    with serving(with_service(settings, host="0.0.0.0")) as asker:
        assert_problem(asker.get("/v1/gaps"), 401, "no-key")
    with serving(settings) as asker:
        assert_problem(asker.get("http://10.0.0.7/v1/gaps"), 401, "no-key")


def test_with_keys_the_service_goes_by_any_name(asker: Asker, tokens: Tokens) -> None:
    """Behind a proxy it is asked by the proxy's name; what a page of another site lacks is the key."""
    headers = {"Host": "rolepath.example", "Origin": "https://other.example"}
    assert asker.get("/v1/gaps", headers={**headers, **bearing(tokens["read"])}).is_success
    assert_problem(asker.get("/v1/gaps", headers=headers), 401, "no-key")


def test_anonymous_read_opens_questions_only(settings: Settings, tokens: Tokens) -> None:
    """By setting, whoever comes may ask; nothing else. A key that does not hold is told, not passed over."""
    with serving(with_service(settings, anonymous_read=True)) as asker:
        assert asker.get("/v1/gaps").is_success
        assert_problem(asker.get("/v1/audit"), 401, "no-key")
        assert_problem(asker.get("/v1/ingest/runs/1"), 401, "no-key")
        assert_problem(asker.get("/v1/gaps", headers=bearing(tokens["read"] + "x")), 401, "wrong-key")


def test_state_file_that_cannot_be_read_lets_nobody_in(settings: Settings) -> None:
    """It is not known whether there are keys: that is no reason to let everybody in."""
    settings.state_path.write_bytes(b"this is no database, but long enough to be looked at" * 100)
    with serving(settings) as asker:
        assert_problem(asker.get("/v1/gaps"), 503, "store-unavailable")
        assert asker.get("/healthz").is_success


def requests(asker: Asker, n: int, **headers: str) -> list[httpx.Response]:
    return [asker.get("/v1/gaps", headers=headers) for _ in range(n)]


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no minute end within a test."""
    monkeypatch.setattr(time, "time", lambda: 1_800_000_000.0)


@pytest.mark.usefixtures("at_noon")
def test_each_key_has_its_limit(settings: Settings, tokens: Tokens) -> None:
    """What is left is told with each answer; above the limit the answer is 429, for this key only."""
    with serving(with_service(settings, rate_key=3)) as asker:
        found = requests(asker, 4, **bearing(tokens["read"]))
        assert [r.status_code for r in found] == [200, 200, 200, 429]
        assert [r.headers["RateLimit"] for r in found[:3]] == [f'"key";r={left};t=60' for left in (2, 1, 0)]
        assert found[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
        assert_problem(found[3], 429, "too-many-requests")
        assert found[3].headers["Retry-After"] == "60"
        assert requests(asker, 1, **bearing(tokens["admin"]))[0].is_success
        assert asker.get("/healthz").is_success


@pytest.mark.usefixtures("at_noon")
def test_each_address_has_its_limit(settings: Settings, tokens: Tokens) -> None:
    """Who has no key is counted by address; who has one is not held up by that."""
    with serving(with_service(settings, rate_address=2, anonymous_read=True)) as asker:
        assert [r.status_code for r in requests(asker, 3)] == [200, 200, 429]
        assert requests(asker, 1, **bearing(tokens["read"]))[0].is_success


@pytest.mark.usefixtures("at_noon")
def test_wrong_keys_are_limited(settings: Settings, tokens: Tokens) -> None:
    """Trying keys ends in 429; the right key of the same address still opens."""
    with serving(with_service(settings, rate_wrong_keys=2)) as asker:
        found = requests(asker, 3, Authorization="Bearer rolepath_00000000_x")
        assert [r.status_code for r in found] == [401, 401, 429]
        assert requests(asker, 1, **bearing(tokens["read"]))[0].is_success


@pytest.mark.usefixtures("at_noon")
def test_limits_are_shared_by_workers(settings: Settings, tokens: Tokens) -> None:
    """Two services over one state file count together."""
    limited = with_service(settings, rate_key=5)
    with serving(limited) as one, serving(limited) as other:
        assert all(r.is_success for r in requests(one, 4, **bearing(tokens["read"])))
        eventually(lambda: counted(settings, "key") == 4)  # the first has told what it counted
        requests(other, 1, **bearing(tokens["read"]))
        eventually(lambda: requests(other, 1, **bearing(tokens["read"]))[0].status_code == HTTPStatus.TOO_MANY_REQUESTS)


def test_next_minute_begins_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit is one of a minute."""
    seconds = 1_800_000_000.0
    monkeypatch.setattr(time, "time", lambda: seconds)
    counted = limits.RateLimiter(State(settings.state_path))
    assert [counted.take("a", 1).ok for _ in range(2)] == [True, False]
    seconds += 60
    assert counted.take("a", 1).ok


def test_comparison_takes_as_long_whatever_is_wrong(keys: KeyStore) -> None:
    """A wrong first letter of the secret, a wrong last one and an unknown id take alike, within the noise."""
    made = keys.create("timed", "read")
    known = {made.key.id: HashedKey(made.key, hash_of(made.token))}
    stem, at = made.token[: len("rolepath_") + 9], datetime.now(UTC)
    secret = made.token.removeprefix(stem)
    wrong = (stem + "!" + secret[1:], stem + secret[:-1] + "!", f"rolepath_{'0' * 8}_{secret}")
    took: list[list[int]] = [[], [], []]
    for _ in range(3000):
        for at_case, token in enumerate(wrong):
            begun = time.thread_time_ns()
            matching(token, known, at)
            took[at_case].append(time.thread_time_ns() - begun)
    medians = [statistics.median(times) for times in took]
    assert max(medians) < 1.5 * min(medians)


HOSTILE_VALUES = (
    "' OR 1=1 --",
    "Bearer ' OR 1=1 --",
    "Bearer rolepath_' OR 1=1 --_x",
    "Bearer rolepath_%_x",
    "Bearer " + "x" * 8000,
    "Bearer \t\t",
    "Bearer rolepath_\xff\xfe_\xfd",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "gzip;q=nan, zstd;q=inf, *;q=-1",
    ";;;,,,===",
    "${jndi:ldap://x}",
    'W/"' + "a" * 4000 + '"',
    "*",
)


@pytest.mark.parametrize(
    "header",
    ["Authorization", "Cookie", "Accept", "Accept-Encoding", "If-None-Match", "X-Request-Id", "X-Forwarded-For"],
)
def test_hostile_headers_are_inert(asker: Asker, tokens: Tokens, header: str) -> None:
    """Whatever stands in a header, the answer is the one to the key, or a refusal, and repeats nothing of it."""
    for value in HOSTILE_VALUES:
        given = {**bearing(tokens["read"]), header: value}
        response = asker.get("/v1/gaps", headers={n.encode(): text.encode("latin-1") for n, text in given.items()})
        refusals = {"Authorization": {401, 429}, "Accept": {200, 406}, "If-None-Match": {200, 304}}
        assert response.status_code in refusals.get(header, {200})
        assert len(value) < 4 or value not in response.text
        assert all(len(value) < 4 or value not in text for text in response.headers.values())


def test_scope_of_what_begins_alike() -> None:
    """A path is below another only at a slash."""
    assert needed_scope("/v1/auditors") == "read"
    assert needed_scope("/v1/audit/7") == "admin"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101, "\x1b[31m"])
def test_key_has_a_name_that_can_be_shown(keys: KeyStore, name: str) -> None:
    """What cannot be shown in a line is no name."""
    with pytest.raises(InputError):
        keys.create(name, "read")


def test_audit_log_is_for_admins(asker: Asker, settings: Settings, tokens: Tokens) -> None:
    """It is told a page at a time, the latest first."""
    from api.principal import Principal

    for n in range(3):
        Audit(State(settings.state_path)).note(Principal("me", "1a", frozenset(), "::1"), "imported", f"file {n}")
    first = asker.get("/v1/audit?limit=2", headers=bearing(tokens["admin"])).json()
    assert [deed["detail"] for deed in first["items"]] == ["file 2", "file 1"]
    assert first["items"][0]["who"] == "me (key 1a)"
    rest = asker.get(f"/v1/audit?before={first['next']}", headers=bearing(tokens["admin"])).json()
    assert [deed["detail"] for deed in rest["items"]] == ["file 0"]
    assert rest["next"] is None


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(tmp_path, monkeypatch, capsys)


def test_commands_make_list_and_revoke(command: Commands) -> None:
    """The token is printed once, by `create`; the others show its public part, and the audit log what was done."""
    made = command("key", "create", "job platform", "--scope", "ingest", "--days", "2", "--json").document
    token, key_id = made["token"], made["key"]["id"]
    assert token.startswith(f"rolepath_{key_id}_")
    listed = command("key", "list")
    assert f"rolepath_{key_id}" in listed.out
    assert "ingest" in listed.out
    assert token not in listed.out
    assert command("key", "revoke", f"rolepath_{key_id}").status == 0
    assert command("key", "list", "--json").document["items"][0]["revoked_at"] is not None
    assert [deed["what"] for deed in command("audit", "--json").document["items"]] == ["key revoked", "key created"]
    assert command("key", "revoke", "none").status == 4


def test_serving_others_needs_a_key(command: Commands) -> None:
    """Without a key that holds, no other address than of this machine is listened on."""
    refused = command("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.status == 2
    assert "rolepath key create" in refused.err
    made = command("key", "create", "gone", "--json").document
    command("key", "revoke", made["key"]["id"])
    assert command("serve", "--host", "0.0.0.0", "--port", "0").status == 2
