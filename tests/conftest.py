"""What every test may ask for: stores of each kind, the shared data, and how hypothesis works here."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graph.stores import Store, open_store

MakeStore = Callable[..., Store]
"""Return a store by name (default "graph"), empty at first; the same name gives another handle on the same store."""

CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("here", deadline=None, suppress_health_check=CHECKS)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what comes out now")


def sqlite_at(folder: Path) -> Callable[[str], str]:
    """Return how the embedded store's URLs are made, of files in the folder."""
    return lambda name: f"sqlite:///{folder / name}.db"


STORES = {"sqlite": sqlite_at}
"""Every kind of store, as a function from a folder of its own to one from a store's name to its URL."""


@pytest.fixture(params=list(STORES))
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Give a maker of stores, once for every kind; all that it made are closed at the end."""
    url_of = STORES[request.param](tmp_path)
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
    found = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not found.is_dir():
        reason = f"the published data are not here: {found} is no folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Say whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
