"""Signing in with a real browser: seen, read aloud and used as people do, in both languages and colours."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.auth.keys import KeyStore
from api.principal import AccessScope
from api.state.database import State
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from tests.support.browsing import LOOKS, Visitor, axe, flaws
from tests.support.listening import served
from tests.support.paths import EXAMPLE
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]
REFUSED = ("401 (Unauthorized)", "403 (Forbidden)")
"""What a browser writes into its console when it is told to sign in: that is no fault of the page."""

Guarded = tuple[str, dict[AccessScope, str]]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Serve the example to who has a key."""
    settings = settings_in(tmp_path_factory.mktemp("guarded"))
    store = open_store(settings.store_url)
    ingest(lambda: native.read(EXAMPLE), store)
    store.close()
    keys = KeyStore(State(settings.state_path))
    made: dict[AccessScope, str] = {
        "read": keys.create("Teaching office", "read").token,
        "ingest": keys.create("李伟", "ingest").token,
    }
    with served(settings) as address:
        yield address, made


def leave(visitor: Visitor) -> None:
    """Leave; only having been refused is no complaint."""
    visitor.complaints = [text for text in visitor.complaints if not text.endswith(REFUSED)]
    visitor.close()


def give(page: Page, key: str) -> None:
    page.locator("main input[name=key]").fill(key)
    page.locator("main form button").click()


@pytest.mark.parametrize("language", LOOKS)
def test_signing_in_is_accessible(browser: Browser, guarded: Guarded, language: str) -> None:
    """Asked for a key, refused one, let in, told that more is needed: no state breaks WCAG 2.2 AA, or its screen."""
    axe()
    (address, keys), found = guarded, list[str]()
    visitor = Visitor(browser, address, locale=language)
    page = visitor.open("/gaps?severity=3")
    states: dict[str, Callable[[], object]] = {
        "asked": lambda: None,
        "refused": lambda: give(page, "rolepath_00000000_wrong"),
        "signed-in": lambda: give(page, keys["read"]),
        "needs-more": lambda: page.goto("/import"),
        "again": lambda: page.goto("/sign-in"),
    }
    for name, go in states.items():
        go()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += flaws(page, f"sign-in-{name}-{language}", LOOKS[language])
    leave(visitor)
    assert found == []


@pytest.mark.parametrize("has_scripts", [True, False])
def test_somebody_signs_in_looks_and_leaves(browser: Browser, guarded: Guarded, has_scripts: bool) -> None:
    """From a link that was sent, through the key, to the page; on to the import with another key; and out."""
    address, keys = guarded
    visitor = Visitor(browser, address, locale="en-US", java_script_enabled=has_scripts)
    page = visitor.open("/gaps?status=unserved")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    give(page, keys["read"])
    assert page.url == address + "/gaps?status=unserved"
    expect(page.locator(".who")).to_contain_text("Teaching office may look")
    page.get_by_role("link", name="Import", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This needs a key that opens more")
    give(page, keys["ingest"])
    assert page.url == address + "/import"
    expect(page.locator(".who")).to_contain_text("李伟 may look and import")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.url == address + "/sign-in"
    with page.expect_navigation(url="**/import"):
        page.evaluate("history.back()")  # `go_back` fails while the browser replaces the page
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/gaps")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    leave(visitor)


def test_suggestions_come_with_the_session(browser: Browser, guarded: Guarded) -> None:
    """What a page asks the service by itself is answered to who is signed in."""
    address, keys = guarded
    visitor = Visitor(browser, address, locale="en-US")
    page = visitor.open("/sign-in")
    give(page, keys["read"])
    page.locator("#find").press_sequentially("程序")
    expect(page.locator("#suggested-q option").first).to_be_attached()
    leave(visitor)
