"""Pages of other sites, in a browser: it lets those whose origin is named read answers, and no others."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.settings.service import ServiceSettings
from graph.stores import open_store
from tests.support.factory import SMALL
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

JOBS, OTHER = "https://jobs.example", "https://evil.example"


def test_browser_keeps_to_it(tmp_path: Path, browser: Browser) -> None:
    """A page of the named origin reads the answer and its headers; the same page elsewhere reads nothing."""
    ask = """async address => {
      try {
        const response = await fetch(address + '/v1/gaps', {headers: {'X-Request-Id': 'page'}});
        return [(await response.json()).revision, response.headers.get('ETag') !== null];
      } catch (error) { return String(error); }
    }"""
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(SMALL)
    store.close()
    with served(replace(settings, service=ServiceSettings(cors_origins=JOBS))) as address:
        told = {}
        for origin in (JOBS, OTHER):
            # A browser asks the person before a page of the internet reaches this machine.
            context = browser.new_context(permissions=["local-network-access"])
            page = context.new_page()
            page.route(f"{origin}/**", lambda route: route.fulfill(body="<p>a page</p>", content_type="text/html"))
            page.goto(origin + "/")
            told[origin] = page.evaluate(ask, address)
            context.close()
    assert told[JOBS] == [1, True]
    assert "Failed to fetch" in told[OTHER]
