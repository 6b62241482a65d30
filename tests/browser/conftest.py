"""A browser, and who looks at the bundled college with it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.support.browsing import Visit, Visitor, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser, one for each module: while it runs, no other event loop can be started."""
    with chromium() as started:
        yield started


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
