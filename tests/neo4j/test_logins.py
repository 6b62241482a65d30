"""Getting into a Neo4j server that asks for a password, and what is said to whoever does not get in."""

import logging
import os
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.service.service import Service
from api.settings.settings import Settings, load_settings, store_of
from graph.errors import InputError, RolepathError, StoreUnavailableError
from graph.stores import Store, open_store
from tests.support.commanding import Commands
from tests.support.factory import says, statements
from tests.support.neo4j_server import MissingError, Server, ShortLivedServer, default_cache, fetch, free_port
from tests.support.serving import serving

pytestmark = pytest.mark.neo4j

PASSWORD = "s3cret/p@ss:word?#%"
QUOTED = "s3cret%2Fp%40ss%3Aword%3F%23%25"
WRONG = "wr0ng-guess"
SECRETS = ("s3cret", "ss:word", "ss%3Aword", "wr0ng")
"""Pieces of the passwords, as they are and as a URL has them: none may be told."""


class PatientServer(ShortLivedServer):
    """A server that does not lock a user out after wrong passwords."""

    def _configure(self) -> None:
        super()._configure()
        with (self.folder / "conf" / "neo4j.conf").open("a", encoding="utf-8") as settings:
            settings.write("dbms.security.auth_max_failed_attempts=0\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of this module's own that asks for a password."""
    try:
        fetch(default_cache())
        found = PatientServer.start(tmp_path_factory.mktemp("logins"), auth=PASSWORD)
    except MissingError as error:
        if os.environ.get("ROLEPATH_REQUIRE_NEO4J"):
            pytest.fail(f"a Neo4j server is required: {error}")
        pytest.skip(f"no Neo4j server: {error}")
    yield found
    found.stop()


@pytest.fixture
def place(server: Server) -> str:
    """Give host and port."""
    return server.url.removeprefix("neo4j://")


def assert_discreet(text: str) -> None:
    """Assert that no password can be read in the text."""
    assert [secret for secret in SECRETS if secret in text] == []


def refusal_of(url: str, password: str | None = None) -> str:
    """Return what the error says when the store is asked; nothing of what led to it tells a password."""
    store = open_store(url, password)
    with pytest.raises(StoreUnavailableError) as caught:
        store.revision()
    store.close()
    assert_discreet("".join(traceback.format_exception(caught.value)))
    assert_discreet(f"{store} {store!r} {store.url}")
    return str(caught.value)


def works(store: Store) -> bool:
    """Say whether the store can be written and read."""
    said = says("k1 DEVELOPS c1")
    store.apply(said)
    found = statements(store).sources.keys() == {"source"}
    store.close()
    return found


def test_a_password_in_the_url(place: str) -> None:
    """It is percent-encoded there."""
    assert works(open_store(f"neo4j://neo4j:{QUOTED}@{place}"))


def test_a_password_beside_the_url(place: str) -> None:
    """It is as it is there; the user may be named, and is otherwise "neo4j"."""
    assert works(open_store(f"neo4j://neo4j@{place}", PASSWORD))
    assert works(open_store(f"bolt://{place}/neo4j", PASSWORD))


def test_a_password_in_the_environment(place: str, tmp_path: Path) -> None:
    """The variable holds it, or names the file that does."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    for name, value in (("", PASSWORD), ("_FILE", str(tmp_path / "password"))):
        settings = load_settings({f"ROLEPATH_NEO4J_PASSWORD{name}": value}, f"neo4j://{place}")
        assert works(store_of(settings))
        assert_discreet(repr(settings))


def test_a_password_in_the_url_goes_before_the_one_beside_it(place: str) -> None:
    """What the URL says is more particular."""
    assert works(open_store(f"neo4j://neo4j:{QUOTED}@{place}", WRONG))


def test_a_store_does_not_show_its_password(place: str) -> None:
    """Neither by its name nor by its URL, which has the database but no user."""
    store = open_store(f"neo4j://neo4j:{QUOTED}@{place}/neo4j")
    assert store.url == f"neo4j://{place}/neo4j"
    assert_discreet(f"{store} {store!r}")


def test_the_driver_logs_no_password(place: str, caplog: pytest.LogCaptureFixture) -> None:
    """Not even when everything is logged."""
    with caplog.at_level(logging.DEBUG):
        store = open_store(f"neo4j://neo4j:{QUOTED}@{place}")
        store.health()
        store.close()
    assert "LOGON" in caplog.text
    assert_discreet(caplog.text)


@pytest.mark.parametrize("user", [f"neo4j:{WRONG}@", "neo4j:@", "neo4j@", "", f"nobody:{QUOTED}@"])
def test_a_wrong_login_is_refused(place: str, user: str) -> None:
    """A wrong password, an empty one, none, nobody, a user that there is not: the message says what to check."""
    told = refusal_of(f"neo4j://{user}{place}")
    assert told.startswith(f"neo4j://{place} refused the login")
    assert "ROLEPATH_NEO4J_PASSWORD" in told


def test_a_wrong_database_is_named(place: str) -> None:
    """The server is there, the database is not."""
    told = refusal_of(f"neo4j://neo4j:{QUOTED}@{place}/nosuch")
    assert told == f"neo4j://{place}/nosuch: there is no database 'nosuch' on this server"


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "bolt+s"])
def test_a_server_that_is_not_there_is_named(scheme: str) -> None:
    """Nobody listens at the port."""
    place = f"127.0.0.1:{free_port()}"
    assert refusal_of(f"{scheme}://neo4j:{QUOTED}@{place}").startswith(f"{scheme}://{place} cannot be reached")


def test_a_host_that_is_not_there_is_named() -> None:
    """Its name means nothing."""
    told = refusal_of(f"neo4j://neo4j:{QUOTED}@nowhere.invalid:7687")
    assert told.startswith("neo4j://nowhere.invalid:7687 cannot be reached")


def test_a_server_that_speaks_in_the_clear_is_not_trusted(place: str) -> None:
    """An encrypted connection was asked for: there is none, and none that is not encrypted instead."""
    assert "cannot be reached" in refusal_of(f"neo4j+s://neo4j:{QUOTED}@{place}")


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://neo4j:s3cret/p@127.0.0.1:7687",
        "neo4j://neo4j:123/s3cret@127.0.0.1:7687",
        "neo4j://neo4j:s3cret?p@127.0.0.1:7687",
        "neo4j://neo4j:1#s3cret@127.0.0.1:7687",
        "neo4j://neo4j:s3cret@127.0.0.1:99999",
        "neo4j://neo4j:s3cret@127.0.0.1:port",
        "neo4j://neo4j:s3cret@",
    ],
)
def test_a_url_that_cannot_be_taken_apart_is_not_repeated(url: str) -> None:
    """A password that is not percent-encoded must not become a port or a database, which messages show."""
    with pytest.raises(InputError) as caught:
        open_store(url)
    assert_discreet("".join(traceback.format_exception_only(caught.value)))
    assert "neo4j://user:password@host:7687/database" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_command_that_is_refused_ends_with_3(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so on standard error, or as a document, without the password."""
    run = Commands(tmp_path, monkeypatch, capsys)
    url = f"neo4j://neo4j:{WRONG}@{place}"
    plain, document = run("gaps", "--store", url), run("gaps", "--store", url, "--json")
    assert (plain.status, document.status) == (3, 3)
    assert "refused the login" in " ".join(plain.err.split())
    assert "refused the login" in document.document["detail"]
    assert_discreet("".join((*plain[1:], *document[1:])))


def test_a_service_that_is_refused_is_not_ready(place: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It answers 503, and neither its answers nor its log tell the password."""
    settings = Settings(f"neo4j://neo4j:{WRONG}@{place}", False, tmp_path / "state.db", tmp_path / "cache")
    with caplog.at_level(logging.INFO), serving(settings) as asker:
        for path in ("/readyz", "/v1/gaps"):
            response = asker.get(path)
            assert response.status_code == 503
            assert "refused the login" in response.json()["detail"]
            assert_discreet(response.text)
    assert_discreet(caplog.text)


def test_a_service_that_is_refused_does_not_hammer(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tries again after half a minute, not four times a second, which could lock the account."""
    looks: list[Service] = []
    look = Service.look

    def counted(service: Service) -> None:
        looks.append(service)
        look(service)

    monkeypatch.setattr(Service, "look", counted)
    settings = Settings(f"neo4j://neo4j:{WRONG}@{place}", False, tmp_path / "state.db", tmp_path / "cache")
    with serving(settings) as asker:
        time.sleep(1.5)
        assert asker.get("/readyz").status_code == 503
    assert len(looks) == 1


def test_every_error_of_a_login_is_one_of_ours(place: str) -> None:
    """Whatever is asked of a store that refuses, in whatever way."""
    store = open_store(f"neo4j://neo4j:{WRONG}@{place}")
    for ask in (store.exists, store.health, store.runs, store.resume, store.abort, lambda: statements(store)):
        with pytest.raises(RolepathError):
            ask()
    with pytest.raises(RolepathError):
        store.apply(says("k1 DEVELOPS c1"))
    store.close()
