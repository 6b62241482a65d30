"""What every test may ask for: stores of each kind, the shared data, and how hypothesis works here.

What only some tests need is imported by the fixture that gives it.
"""

import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph.snapshot.compile import compile_snapshot
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store, open_store
from ingest.draft import Draft
from tests.support.clock import shift_clock
from tests.support.examples import load_profile
from tests.support.paths import SHARED
from tests.support.sharing import Once, once_in
from tests.support.stores import STORES, MakeStore, empty_neo4j, sqlite_at

shift_clock()
load_profile()
# The same answers with the extra `meaning` and without it; tests of the model ask for it themselves.
os.environ.setdefault("ROLEPATH_MEANING", "0")

pytest_plugins = ["tests.support.cost", "tests.support.order"]
FOLDERS = ("browser", "neo4j")
"""Folders all of whose tests bear the mark of that name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what comes out now")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no module of a folder whose tests are all deselected."""
    name = collection_path.name
    is_left_out = name in FOLDERS and f"not {name}" in config.option.markexpr
    return (is_left_out and collection_path.parent == Path(__file__).parent) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a Neo4j server."""
    for item in items:
        if "neo4j_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.neo4j)


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """Give the URL of a Neo4j server: the one that ROLEPATH_NEO4J_URL names, else one of this process's own."""
    named = os.environ.get("ROLEPATH_NEO4J_URL")
    if named:
        yield named
        return
    from tests.support.neo4j_server import MissingError, ShortLivedServer, default_cache, fetch

    try:
        fetch(default_cache())
        server = ShortLivedServer.start(tmp_path_factory.mktemp(f"neo4j-{worker_id}"))
    except MissingError as error:
        if os.environ.get("ROLEPATH_REQUIRE_NEO4J"):
            pytest.fail(f"a Neo4j server is required: {error}")
        pytest.skip(f"no Neo4j server: {error}")
    try:
        yield server.url
    finally:
        server.stop()


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
    data = SHARED / "data"
    if not data.is_dir():
        reason = f"the published data are not here: {data} is no folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return data


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Import the bundled college once, into a store that is only read, and return its URL."""
    from api.cli.main import main

    url = f"sqlite:///{tmp_path_factory.mktemp('college') / 'college.db'}"
    assert main(["ingest", "example", "--store", url]) == 0
    return url


@pytest.fixture(scope="session")
def example(store_url: str) -> Snapshot:
    """Give the bundled college, imported once."""
    store = open_store(store_url)
    compiled = compile_snapshot(store)
    store.close()
    return compiled


@pytest.fixture(scope="session")
def college(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the bundled college, which is only read, on a port of its own, and give the address."""
    from tests.support.listening import served
    from tests.support.serving import settings_in

    with served(replace(settings_in(tmp_path_factory.mktemp("served")), store_url=store_url)) as address:
        yield address


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """Give a maker of what is costly: the processes of a run share it, and one waits while another makes it."""
    own = tmp_path_factory.getbasetemp()
    return once_in((own if worker_id == "master" else own.parent) / "once", tmp_path_factory.mktemp)


@pytest.fixture(scope="session")
def onet_drafted(shared_data: Path, once: Once) -> Callable[[], Draft]:
    """Give a maker of drafts of the published O*NET, read with no flag: its workbooks take half a minute to read.

    Importing a draft changes it, so that each caller gets one of its own.
    """
    from ingest.formats.onet import read as onet

    def read(folder: Path) -> None:
        (folder / "draft").write_bytes(pickle.dumps(onet.read(shared_data / "onet-29.3")))

    pickled = (once("onet", read) / "draft").read_bytes()

    def drafted() -> Draft:
        draft = pickle.loads(pickled)
        assert isinstance(draft, Draft)
        return draft

    return drafted
