"""What every test may ask for: stores of each kind, the shared data, and how hypothesis works here."""

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from api.cli.main import main
from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from ingest.formats.onet import read as onet
from tests.support.browsing import Visit, Visitor, chromium, served
from tests.support.neo4j_server import MissingError, Server, default_cache, fetch
from tests.support.paths import SHARED
from tests.support.serving import settings_in

MakeStore = Callable[..., Store]
"""Return a store by name (default "graph"), empty at first; the same name gives another handle on the same store."""

Once = Callable[[str, Callable[[Path], None]], Path]
"""Return the folder of a name, which the function has filled: once, whichever process of the run asked first."""

CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("here", deadline=None, suppress_health_check=CHECKS)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what comes out now")


def sqlite_at(folder: Path) -> Callable[[str], str]:
    """Return how the embedded store's URLs are made, of files in the folder."""
    return lambda name: f"sqlite:///{folder / name}.db"


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Give the URL of a Neo4j server: the one that ROLEPATH_NEO4J_URL names, else one of this process's own."""
    named = os.environ.get("ROLEPATH_NEO4J_URL")
    if named:
        yield named
        return
    try:
        fetch(default_cache())
        server = Server.start(tmp_path_factory.mktemp(f"neo4j-{worker_id}"))
    except MissingError as error:
        if os.environ.get("ROLEPATH_REQUIRE_NEO4J"):
            pytest.fail(f"a Neo4j server is required: {error}")
        pytest.skip(f"no Neo4j server: {error}")
    try:
        yield server.url
    finally:
        server.stop()


def empty_neo4j(url: str) -> None:
    """Remove everything from the database that tests share one after the other."""
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Import the bundled college once, into a store that is only read, and return its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('college') / 'college.db'}"
    assert main(["ingest", "example", "--store", url]) == 0
    return url


STORES = ("sqlite", pytest.param("neo4j", marks=pytest.mark.slow))
"""Every kind of store; a server takes seconds to start."""


@pytest.fixture(params=STORES)
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Give a maker of stores, once for every kind; all that it made are closed at the end.

    A Community server has one database: there, every name means the same store.
    """
    if request.param == "sqlite":
        url_of = sqlite_at(tmp_path)
    else:
        url = request.getfixturevalue("neo4j_url")
        empty_neo4j(url)
        url_of = lambda _name: url  # noqa: E731
    made: list[Store] = []

    def make(name: str = "graph") -> Store:
        made.append(open_store(url_of(name)))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of published data that stands beside the checkout."""
    found = SHARED / "data"
    if not found.is_dir():
        reason = f"the published data are not here: {found} is no folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def example(store_url: str) -> Snapshot:
    """Give the bundled college, imported once."""
    store = open_store(store_url)
    compiled = compile_snapshot(store)
    store.close()
    return compiled


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser, one for each module: while it runs, no other event loop can be started."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the bundled college on a port of its own, and give the address."""
    kept = settings_in(tmp_path_factory.mktemp("college"))
    assert main(["ingest", "example", "--store", kept.store_url]) == 0
    with served(kept) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, college: str) -> Iterator[Visit]:
    """Give a maker of visitors; what went wrong for any of them fails the test."""
    visitors: list[Visitor] = []

    def make(**context: Any) -> Visitor:  # noqa: ANN401 - as the browser takes
        visitors.append(Visitor(browser, college, **{"locale": "en-US", **context}))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Give a maker of what is costly: the processes of a run share it, and one waits while another makes it."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "once"

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        shared.mkdir(exist_ok=True)
        begun = Path(tmp_path_factory.mktemp(name))
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (shared / name).exists():
                fill(begun)
                begun.rename(shared / name)
        return shared / name

    return make


@pytest.fixture(scope="session")
def onet_drafted(shared_data: Path, once: Once) -> Callable[[], Draft]:
    """Give a maker of drafts of the published O*NET, read with no flag: its workbooks take half a minute to read.

    Importing a draft changes it, so that each caller gets one of its own.
    """

    def read(folder: Path) -> None:
        (folder / "draft").write_bytes(pickle.dumps(onet.read(shared_data / "onet-29.3")))

    kept = (once("onet", read) / "draft").read_bytes()

    def drafted() -> Draft:
        found = pickle.loads(kept)
        assert isinstance(found, Draft)
        return found

    return drafted
