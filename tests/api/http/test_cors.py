"""Pages of other sites: those whose origin is named may ask what is for programs, others nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from api.auth.keys import KeyStore
from api.http.cors import TOLD
from api.http.origins import read_origins
from api.settings.service import ServiceSettings
from api.settings.settings import Settings, load_settings
from api.state.database import State
from graph.errors import InputError
from graph.stores import open_store
from tests.support.factory import SMALL
from tests.support.serving import Asker, assert_problem, serving, settings_in

JOBS, OTHER = "https://jobs.example", "https://evil.example"
ASKED = {"Origin": JOBS, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


def settings_with(folder: Path, origins: str) -> Settings:
    """Return settings that name origins, over a store of a few nodes."""
    settings = settings_in(folder)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    store.close()
    return replace(settings, service=ServiceSettings(cors_origins=origins))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Serve a store to the pages of one origin, and to whoever has a key."""
    settings = settings_with(tmp_path_factory.mktemp("shared"), f"{JOBS}, http://127.0.0.1:3000")
    KeyStore(State(settings.state_path)).create("job platform", "read")
    with serving(settings) as asker:
        yield asker


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Asker]:
    """Serve a store in local mode: there is no key."""
    with serving(settings_with(tmp_path, JOBS)) as asker:
        yield asker


def allowed(headers: Mapping[str, str]) -> str | None:
    return headers.get("Access-Control-Allow-Origin")


def test_browser_is_told_before_any_key(shared: Asker) -> None:
    """The request that asks whether one may ask needs no key; it says what may be sent."""
    told = shared.ask("OPTIONS", "/v1/gaps", headers=ASKED)
    assert told.status_code == HTTPStatus.OK
    assert allowed(told.headers) == JOBS
    assert "Authorization" in told.headers["Access-Control-Allow-Headers"]
    assert "DELETE" in told.headers["Access-Control-Allow-Methods"]
    assert "Origin" in told.headers["Vary"]


@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": OTHER},
        {"Origin": "null"},
        {"Origin": "http://jobs.example"},
        {"Origin": JOBS + ".evil.example"},
        {"Access-Control-Request-Method": "PATCH"},
        {"Access-Control-Request-Headers": "cookie"},
    ],
)
def test_what_is_not_named_is_refused(shared: Asker, changed: dict[str, str]) -> None:
    """Another origin, method or header gets no leave."""
    told = shared.ask("OPTIONS", "/v1/gaps", headers={**ASKED, **changed})
    assert told.status_code == HTTPStatus.BAD_REQUEST
    assert allowed(told.headers) == (None if "Origin" in changed else JOBS)


def test_problems_can_be_read_too(shared: Asker) -> None:
    """A page learns why there is no answer: without a key it is told that it needs one."""
    response = shared.get("/v1/gaps", headers={"Origin": JOBS})
    assert_problem(response, 401, "no-key")
    assert allowed(response.headers) == JOBS


def test_answers_vary_by_origin(local: Asker) -> None:
    """Whoever asks, caches are told; only the named origin may read, and it may read the headers that matter."""
    for origin, told in ((JOBS, JOBS), ("http://localhost:3000", None), (None, None)):
        response = local.get("/v1/gaps", headers={"Origin": origin} if origin else {})
        assert {"Origin", "Accept"} <= set(response.headers["Vary"].split(", "))
        assert allowed(response.headers) == told
    response = local.get("/v1/gaps", headers={"Origin": JOBS})
    assert response.headers["Access-Control-Expose-Headers"].split(", ") == list(TOLD)
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_known_answer_can_be_read_as_well(local: Asker) -> None:
    """304 and what is kept prepared are shared like a fresh answer."""
    tag = local.get("/v1/gaps").headers["ETag"]
    again = local.get("/v1/gaps", headers={"Origin": JOBS, "If-None-Match": tag})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert allowed(again.headers) == JOBS


def test_local_mode_lets_only_the_named_in(local: Asker) -> None:
    """The named origin may ask what is for programs, and open no page; another may ask nothing."""
    assert local.get("/v1/gaps", headers={"Origin": JOBS}).status_code == HTTPStatus.OK
    assert local.get("/openapi.json", headers={"Origin": JOBS}).status_code == HTTPStatus.OK
    assert_problem(local.get("/v1/gaps", headers={"Origin": OTHER}), 403, "foreign-origin")
    for path in ("/", "/gaps", "/docs", "/import", "/healthz"):
        response = local.get(path, headers={"Origin": JOBS})
        assert_problem(response, 403, "foreign-origin")
        assert allowed(response.headers) is None
    assert_problem(local.get("/v1/gaps", headers={"Origin": JOBS, "Host": "evil.example"}), 421, "wrong-host")


def test_defect_can_be_read_too(local: Asker) -> None:
    """What goes wrong inside is answered outside all else, and still shared."""

    @local.app.get("/v1/break", include_in_schema=False)
    async def fail() -> None:
        raise ZeroDivisionError

    response = local.get("/v1/break", headers={"Origin": JOBS})
    assert_problem(response, 500, "internal")
    assert allowed(response.headers) == JOBS
    assert allowed(local.get("/v1/break", headers={}).headers) is None


def test_nothing_is_shared_unless_told(tmp_path: Path) -> None:
    """Without the setting no answer speaks of other origins, and OPTIONS names the methods."""
    with serving(settings_with(tmp_path, "")) as asker:
        assert asker.ask("OPTIONS", "/v1/gaps", headers={**ASKED, "Origin": "http://127.0.0.1:1"}).status_code == 204
        response = asker.get("/v1/gaps", headers={"Origin": "http://127.0.0.1:1"})
        assert allowed(response.headers) is None
        assert "Origin" not in response.headers["Vary"]


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "jobs.example",
        "https://",
        "https://jobs.example/",
        "https://jobs.example/path",
        "https://jobs.example:443",
        "https://JOBS.example",
        "https://*.jobs.example",
        "https://me@jobs.example",
        "https://jobs.example:x",
        "https://jobs.example?x",
        "ftp://jobs.example",
        "https://jobs.example; https://other.example",
        "https://例子.example",
        "http://[::1",
    ],
)
def test_what_is_no_origin_ends_the_start(text: str) -> None:
    """The message names the setting, what is wrong with it, and how it is written."""
    with pytest.raises(InputError) as caught:
        load_settings({"ROLEPATH_CORS_ORIGINS": f"{JOBS}, {text}"})
    told = str(caught.value)
    assert told.startswith("ROLEPATH_CORS_ORIGINS: ")
    assert "each as https://jobs.example" in told
    assert "Value error" not in told


def test_origins_are_listed_by_commas() -> None:
    """White space does not matter, IPv6 is written as browsers do, nothing is nothing."""
    assert read_origins(f" {JOBS} ,,http://[::1]:3000") == {JOBS, "http://[::1]:3000"}
    assert read_origins(" , ") == frozenset()
