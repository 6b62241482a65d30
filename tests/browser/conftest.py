"""A browser, and the bundled college for it to look at."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from api.cli.main import main
from tests.support.browsing import Visit, Visitor, chromium
from tests.support.listening import served
from tests.support.serving import settings_in


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser, one for each module: while it runs, no other event loop can be started."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the bundled college on a port of its own, and give the address."""
    settings = settings_in(tmp_path_factory.mktemp("college"))
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    with served(settings) as address:
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
