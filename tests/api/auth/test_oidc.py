"""Tokens of an OpenID provider: good ones open what they are for, bad ones nothing, and its absence is survived."""

import asyncio
import hashlib
import hmac
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Literal

import jwt
import pytest

from api.auth.keys import KeyStore
from api.auth.oidc import http_document
from api.auth.oidc import tokens as oidc
from api.auth.oidc.http_document import UnreadableError
from api.auth.oidc.issuer import issuer_of
from api.auth.oidc.key_sets import read_keys
from api.auth.oidc.settings import Provider, provider_of
from api.auth.oidc.signing_keys import signing_keys
from api.auth.oidc.tokens import Issuer
from api.principal import AccessScope, including
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.database import State
from graph.errors import InputError, StoreUnavailableError
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.commanding import Commands
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.issuer import AUDIENCE, Key, LocalIssuer, local_issuer, unsigned
from tests.support.serving import Asker, assert_problem, serving, settings_in
from tests.support.signing import open_page


@pytest.fixture(scope="module")
def module_issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as found:
        yield found


@pytest.fixture
def issuer(module_issuer: LocalIssuer) -> LocalIssuer:
    """Give the provider as it is at first."""
    module_issuer.__init__(module_issuer.url)  # type: ignore[misc]
    return module_issuer


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Asker, LocalIssuer]]:
    """Give a service, and the provider that it believes, which stay as they are."""
    with local_issuer() as found:
        told = believing(found, rate_wrong_keys=10_000)
        with serving(replace(settings_in(tmp_path_factory.mktemp("steady")), service=told)) as asker:
            yield asker, found


def believing(issuer: LocalIssuer, **told: object) -> ServiceSettings:
    return ServiceSettings.model_validate({"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE, **told})


@pytest.fixture
def settings(tmp_path: Path, issuer: LocalIssuer) -> Settings:
    found = replace(settings_in(tmp_path), service=believing(issuer))
    store = open_store(found.store_url)
    store.apply(SMALL)
    store.close()
    return found


@pytest.fixture
def asker(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as found:
        yield found


def made(issuer: LocalIssuer, **told: object) -> Issuer:
    found = issuer_of(believing(issuer, **told))
    assert found is not None
    return found


@pytest.mark.parametrize("sort", ["RSA", "EC", "Ed25519"])
def test_good_token_opens_what_it_is_for(
    settings: Settings, issuer: LocalIssuer, sort: Literal["RSA", "EC", "Ed25519"]
) -> None:
    """Signed by any key that the provider publishes, it opens its scope, and no more."""
    key = Key(sort)
    issuer.keys = [key]  # before the service reads them
    token = issuer.token(key)
    with serving(settings) as asker:
        answer = asker.get("/v1/gaps", headers=bearing(token))
        assert answer.is_success
        assert "private" in answer.headers["Cache-Control"]
        assert_problem(asker.get("/v1/audit", headers=bearing(token)), 403, "wrong-scope")
        assert_problem(asker.get("/v1/gaps"), 401, "no-key")


def test_person_is_named_in_the_audit_log(asker: Asker, issuer: LocalIssuer, settings: Settings) -> None:
    """Who imports by a token is written down by name and by what the provider calls them, which does not change."""
    token = issuer.token(scope="rolepath:ingest")
    files = [("file", ("competencies.csv", b"id,name,kind\nk:a,Weld,skill\n"))]
    assert asker.post("/v1/ingest/native?source=College", files=files, headers=bearing(token)).status_code == 202
    found = Audit(State(settings.state_path)).latest().items
    assert ("import asked for", "Li Wei (248289761001)") in {(deed.what, deed.who) for deed in found}
    text = open_page(asker, "/gaps", **bearing(token)).text
    assert "sign-out" not in text


BAD: dict[str, Callable[[LocalIssuer], str]] = {
    "expired": lambda i: i.token(exp=int(time.time()) - 60),
    "not yet": lambda i: i.token(nbf=int(time.time()) + 600),
    "made tomorrow": lambda i: i.token(iat=int(time.time()) + 86_400),
    "for another service": lambda i: i.token(aud="https://other.example"),
    "for several others": lambda i: i.token(aud=["a", AUDIENCE + "/"]),
    "for nobody": lambda i: i.token(aud=None),
    "by another issuer": lambda i: i.token(iss="https://evil.example"),
    "by an issuer alike": lambda i: i.token(iss=i.url + "/"),
    "without an end": lambda i: i.token(exp=None),
    "without a beginning": lambda i: i.token(iat=None),
    "without a subject": lambda i: i.token(sub=None),
    "of a subject that is a number": lambda i: i.token(sub=7),
    "of a subject that cannot be shown": lambda i: i.token(sub="a\u202eb\nc"),
    "none": lambda i: unsigned({"alg": "none", "kid": i.keys[0].id}, i.claims()),
    "None": lambda i: unsigned({"alg": "NoNe", "kid": i.keys[0].id}, i.claims(), "AAAA"),
    "signature cut off": lambda i: i.token().rpartition(".")[0] + ".",
    "other claims": lambda i: ".".join(
        [i.token().split(".")[0], i.token(scope="rolepath:admin").split(".")[1], i.token().split(".")[2]]
    ),
    "key of nobody": lambda i: i.token(Key("RSA")),
    "key of nobody, named like a known one": lambda i: i.token(Key("RSA"), {"kid": i.keys[0].id}),
    "key of another sort": lambda i: i.token(i.keys[1], {"kid": i.keys[0].id}),
    "key of its own in the header": lambda i: i.token(Key("RSA"), {"jku": "https://evil.example/keys", "kid": "x"}),
    "id that leads elsewhere": lambda i: i.token(Key("RSA"), {"kid": "../../etc/passwd"}),
    "critical header": lambda i: i.token(None, {"crit": ["x"], "x": "1"}),
    "too long": lambda i: i.token(name="x" * 20_000),
    "no JSON": lambda _: "a.b.c",
    "dots": lambda _: "..",
    "five parts": lambda i: i.token() + ".x.y",
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_token_opens_nothing(steady: tuple[Asker, LocalIssuer], bad: str) -> None:
    """Whatever is wrong with a token, the answer is 401 and repeats nothing of it."""
    asker, issuer = steady
    token = BAD[bad](issuer)
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    response = asker.get("/v1/gaps", headers=bearing(token))
    assert_problem(response, 401, "wrong-key")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert len(token) < 6 or token not in response.text


@pytest.mark.parametrize("form", ["file", "JSON"])
def test_published_key_is_no_secret(steady: tuple[Asker, LocalIssuer], form: str) -> None:
    """A token that is "signed" by HS256, with what everybody can read as its secret, opens nothing."""
    asker, issuer = steady
    key = issuer.keys[0]
    secret = key.public_text() if form == "file" else str(key.published()["n"]).encode()
    header, claims = {"alg": "HS256", "typ": "JWT", "kid": key.id}, issuer.claims(scope="rolepath:admin")
    body = unsigned(header, claims).rstrip(".")
    signature = urlsafe_b64encode(hmac.new(secret, body.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    assert_problem(asker.get("/v1/gaps", headers=bearing(f"{body}.{signature}")), 401, "wrong-key")


@pytest.mark.parametrize(
    ("claims", "opens"),
    [
        ({"scope": None}, None),
        ({"scope": ""}, None),
        ({"scope": "read ingest admin"}, None),
        ({"scope": "rolepath:readx xrolepath:read"}, None),
        ({"scope": ["rolepath:read"]}, "read"),
        ({"scope": None, "scp": "rolepath:ingest"}, "ingest"),
        ({"scope": None, "roles": ["x", "rolepath:admin"]}, "admin"),
        ({"scope": "openid", "roles": ["rolepath:admin"]}, None),
        ({"scope": {"rolepath:admin": 1}}, None),
        ({"scope": [7, None, ["rolepath:admin"]]}, None),
        ({"scope": "rolepath:read rolepath:admin"}, "admin"),
    ],
)
def test_scope_is_what_the_claim_says(
    issuer: LocalIssuer, claims: dict[str, object], opens: AccessScope | None
) -> None:
    """The first of the claims that is there counts; a value that was mapped to nothing opens nothing."""
    person = asyncio.run(made(issuer).person(issuer.token(**claims)))
    assert person is not None
    assert person.scopes == (frozenset() if opens is None else including(opens))


def test_token_without_scope_is_403(asker: Asker, issuer: LocalIssuer) -> None:
    """It is known who asks, and they may not."""
    assert_problem(asker.get("/v1/gaps", headers=bearing(issuer.token(scope="openid"))), 403, "wrong-scope")


def test_own_claim_and_values(issuer: LocalIssuer) -> None:
    """How the provider calls things is a setting."""
    mapped = made(issuer, oidc_scope_claim="groups", oidc_scopes="teachers=read, deans=ingest")
    token = issuer.token(groups=["teachers", "deans"], scope="rolepath:admin")
    person = asyncio.run(mapped.person(token))
    assert person is not None
    assert person.scopes == {"read", "ingest"}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({}, "Li Wei"),
        ({"name": None, "preferred_username": "liwei"}, "liwei"),
        ({"name": "a\nb", "client_id": "job-platform"}, "job-platform"),
        ({"name": "\u202eevil"}, "248289761001"),
        ({"name": ["x"]}, "248289761001"),
        ({"name": "x" * 300}, "x" * 100),
    ],
)
def test_name_can_be_shown_in_a_line(issuer: LocalIssuer, claims: dict[str, object], name: str) -> None:
    """A name with line breaks or signs that turn the text around is not taken."""
    person = asyncio.run(made(issuer).person(issuer.token(**claims)))
    assert person is not None
    assert (person.name, person.subject) == (name, "248289761001")


def test_new_key_is_learnt_when_a_token_names_it(asker: Asker, issuer: LocalIssuer) -> None:
    """The provider changes its keys whenever it likes; a key that it takes back ends when they are read."""
    old = issuer.token()
    assert asker.get("/v1/gaps", headers=bearing(old)).is_success
    issuer.keys = [Key("EC")]
    guarding = asker.app.state.service.guard
    guarding._issuer._tried_at -= oidc.AGAIN_AFTER_S
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    assert asker.get("/v1/gaps", headers=bearing(old)).status_code == HTTPStatus.UNAUTHORIZED


def test_unknown_keys_do_not_flood_the_provider(asker: Asker, issuer: LocalIssuer) -> None:
    """However many tokens name keys that nobody knows, the keys are read once in a while."""
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    begun = issuer.asked
    for _ in range(15):
        asker.get("/v1/gaps", headers=bearing(issuer.token(Key("EC"))))
    assert issuer.asked == begun


def test_keys_are_read_once_for_many(issuer: LocalIssuer) -> None:
    """Requests that come while the keys are being read wait for that, and do not ask too."""
    issuer.delay_s = 0.1
    believed = made(issuer)

    async def ask() -> list[object]:
        return await asyncio.gather(*(believed.person(issuer.token()) for _ in range(20)))

    assert all(asyncio.run(ask()))
    assert issuer.asked == 1


def test_slow_provider_holds_up_nobody(issuer: LocalIssuer) -> None:
    """While the keys are being read, other work goes on: nothing waits on the event loop."""
    issuer.answers.clear()
    believed = made(issuer)

    async def turns() -> None:
        asked = asyncio.create_task(believed.person(issuer.token()))
        for _ in range(10):
            await asyncio.sleep(0.01)
        assert not asked.done()
        issuer.answers.set()
        assert await asked

    asyncio.run(turns())


def test_known_keys_hold_while_the_provider_is_down(
    asker: Asker, issuer: LocalIssuer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an hour tokens are judged by the keys that were read last; then 503, while own keys still open."""
    own = KeyStore(State(settings.state_path)).create("own", "read").token
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    issuer.is_down = True
    believed = asker.app.state.service.guard._issuer
    believed._tried_at -= oidc.AGAIN_AFTER_S
    assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success
    monkeypatch.setattr(oidc, "TRUSTED_FOR_S", 0.0)
    assert_problem(asker.get("/v1/gaps", headers=bearing(issuer.token())), 503, "store-unavailable")
    eventually(lambda: asker.get("/v1/gaps", headers=bearing(own)).is_success)
    assert_problem(asker.get("/v1/gaps"), 401, "no-key")


def test_provider_that_was_never_reached_is_503(settings: Settings, issuer: LocalIssuer) -> None:
    """The service starts without it, and lets in who has a key of its own; once reached, all is well."""
    issuer.is_down = True
    with serving(settings) as asker:
        assert_problem(asker.get("/v1/gaps", headers=bearing(issuer.token())), 503, "store-unavailable")
        assert asker.get("/healthz").is_success
        issuer.is_down = False
        asker.app.state.service.guard._issuer._tried_at -= oidc.AGAIN_AFTER_S
        assert asker.get("/v1/gaps", headers=bearing(issuer.token())).is_success


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "http://evil.example/keys"},
        {"jwks_uri": None},
        {"jwks_uri": "nowhere"},
    ],
)
def test_provider_that_is_not_itself_is_not_believed(issuer: LocalIssuer, about: dict[str, object]) -> None:
    """It must call itself as the settings do, and have its keys where nobody on the way can change them."""
    issuer.about |= about
    with pytest.raises(UnreadableError):
        read_keys(issuer.url)


def test_too_much_is_not_read(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that sends without end, or at a snail's pace, is given up."""
    monkeypatch.setattr(http_document, "MOST_BYTES", 50)
    with pytest.raises(UnreadableError, match="larger than 50 bytes"):
        read_keys(issuer.url)
    monkeypatch.setattr(http_document, "TIMEOUT_S", 0.05)
    issuer.delay_s = 0.5
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_keys(issuer.url)


def test_unfit_keys_are_passed_over(issuer: LocalIssuer) -> None:
    """Keys that are too short, secret, for encryption or of an unknown sort sign nothing; those beside them do."""
    good, short = issuer.keys[0], Key("RSA", 1024)
    published = [
        {"kty": "oct", "kid": "s", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTMyLWJ5dGVz", "alg": "HS256"},
        {**good.published(), "kid": "e", "use": "enc"},
        {"kty": "new", "kid": "n"},
        {"kty": "RSA", "kid": "b", "n": "!", "e": "AQAB"},
        short.published(),
        good.published(),
    ]
    assert list(signing_keys(published)) == [good.id]


def test_token_need_not_name_the_only_key(issuer: LocalIssuer) -> None:
    """Where there is one key, there is no doubt; where there are two, there is."""

    def token() -> str:
        return jwt.encode(issuer.claims(), issuer.keys[0].private, algorithm="RS256")

    assert asyncio.run(made(issuer).person(token())) is None
    issuer.keys = issuer.keys[:1]
    assert asyncio.run(made(issuer).person(token())) is not None


def test_each_subject_has_its_limit(settings: Settings, issuer: LocalIssuer) -> None:
    """Many tokens of one person count together, those of another apart."""
    limited = settings.service.model_copy(update={"rate_key": 2})
    with serving(replace(settings, service=limited)) as asker:
        codes = [asker.get("/v1/gaps", headers=bearing(issuer.token(jti=str(n)))).status_code for n in range(3)]
        assert codes == [200, 200, 429]
        assert asker.get("/v1/gaps", headers=bearing(issuer.token(sub="other"))).is_success


def test_provider_ends_local_mode(asker: Asker) -> None:
    """Who sets one up means that people prove who they are, on this machine too."""
    assert_problem(asker.get("/v1/gaps"), 401, "no-key")


def test_document_names_the_provider(asker: Asker, issuer: LocalIssuer) -> None:
    """Clients find where to get a token; without a provider the document has keys only."""
    document = asker.app.openapi()
    scheme = document["components"]["securitySchemes"]["oidc"]
    assert scheme["openIdConnectUrl"] == issuer.url + "/.well-known/openid-configuration"
    assert document["security"] == [{"key": []}, {"oidc": []}]
    assert "security" not in document["paths"]["/v1/gaps"]["get"]
    assert document["paths"]["/healthz"]["get"]["security"] == []


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"oidc_issuer": "https://id.example"}, "not ROLEPATH_OIDC_AUDIENCE"),
        ({"oidc_audience": "x"}, "not ROLEPATH_OIDC_ISSUER"),
        ({"oidc_scope_claim": "x"}, "not ROLEPATH_OIDC_ISSUER"),
        ({"oidc_issuer": "http://id.example", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "https://a:b@id.example", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "https://id.example/?x", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "id.example", "oidc_audience": "x"}, "https"),
        ({"oidc_issuer": "https://id.example", "oidc_audience": "x", "oidc_scopes": "a=write"}, "VALUE=SCOPE"),
        ({"oidc_issuer": "https://id.example", "oidc_audience": "x", "oidc_scopes": "read"}, "VALUE=SCOPE"),
        ({"oidc_issuer": "https://id.example", "oidc_audience": "x", "oidc_scopes": "a=read,a=admin"}, "each value"),
        ({"oidc_issuer": "https://id.example", "oidc_audience": "x", "oidc_scopes": ","}, "no value"),
    ],
)
def test_half_made_settings_are_refused(told: dict[str, str], says: str) -> None:
    """Nothing starts with settings that would let in somebody else, or nobody."""
    with pytest.raises(InputError, match=says):
        provider_of(ServiceSettings.model_validate(told))


def test_missing_extra_is_named(issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is not there that checks tokens, the message says how to get it."""
    monkeypatch.setitem(sys.modules, "jwt", None)
    monkeypatch.delitem(sys.modules, "api.auth.oidc.tokens")
    with pytest.raises(InputError, match=r"pip install 'rolepath\[oidc\]'"):
        issuer_of(believing(issuer))


def test_serving_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command ends with a message before anything is served."""
    command = Commands(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("ROLEPATH_OIDC_ISSUER", "https://id.example")
    ran = command("serve", "--port", "0")
    assert ran.status == 1
    assert "ROLEPATH_OIDC_AUDIENCE" in ran.err


def test_nothing_known_is_nobody(issuer: LocalIssuer) -> None:
    """A token is no reason to ask the provider where tries are used up already."""
    believed = Issuer(Provider(issuer.url, AUDIENCE, ("scope",), {"rolepath:read": "read"}))
    with pytest.raises(StoreUnavailableError):
        asyncio.run(believed.person(issuer.token(), may_fetch=False))
    assert issuer.asked == 0
