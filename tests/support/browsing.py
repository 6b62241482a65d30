"""A real browser on a real service: what it complains about, and what it asks of other machines, fails the test."""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright, Request, expect, sync_playwright

from tests.support.paths import ROOT

expect.set_options(timeout=30_000)  # for the slowest machine, not to be spent
CHROMIUM = Path(os.environ.get("ROLEPATH_CHROMIUM", "/usr/bin/chromium"))
AXE = "axe-core@4.14.1"
CACHE = ROOT / ".cache" / "axe"
DESK, PHONE = (1280, 800), (390, 844)
Theme = Literal["light", "dark"]
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""The tags of the rules of WCAG 2.2, levels A and AA."""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""Those of them that look at colours. Source: axe-core 4.14, rules with the tag `cat.color`."""


class Look(NamedTuple):
    """The colours that a visitor asks for, and the size of their screen."""

    theme: Theme
    size: tuple[int, int]


CUT = """() => [...document.querySelectorAll("header *, main *")].filter(box =>
    box.clientWidth && box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible"
    && getComputedStyle(box).textOverflow !== "ellipsis" && !box.querySelector(":scope > svg.chain")
    && !box.matches(".hidden, div.excerpt, thead, thead *, input, select, textarea"))
    .map(box => box.outerHTML.slice(0, 160))"""
"""Returns the boxes whose content is wider than they are, but for names that end in an ellipsis, for the chain, and for
the row of a sheet as it stands, which is moved sideways as sheets are."""

LOOKS: Mapping[str, Sequence[Look]] = {
    "en": [Look("light", DESK), Look("dark", DESK), Look("dark", PHONE)],
    "zh": [Look("light", DESK), Look("dark", DESK), Look("light", PHONE)],
}
"""How pages are looked at, by language."""


class Visitor:
    """Somebody with a browser: one page, and all that went wrong on it."""

    def __init__(self, browser: Browser, address: str, **context: Any) -> None:  # noqa: ANN401 - as the browser takes
        self.address = address
        self._context = browser.new_context(base_url=address, **context)
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def open(self, path: str) -> Page:
        """Open a page of the service."""
        self.requests.clear()
        self.page.goto(path)
        return self.page

    def close(self) -> None:
        """Leave, and fail where anything went wrong."""
        self._context.close()
        assert self.complaints == []

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _note(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in {"data", "blob"}:
            return
        self.requests.append(request.url)
        if f"{url.scheme}://{url.netloc}" != self.address:
            self.complaints.append(f"asked another machine: {request.url}")


Visit = Callable[..., Visitor]
"""Return a new visitor of the served college; takes what the browser takes for its context."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; where there is none, skip, or fail if one is required."""
    try:
        with sync_playwright() as playwright:
            yield _launch(playwright)
    except _NoBrowserError as error:
        if os.environ.get("ROLEPATH_REQUIRE_BROWSER"):
            pytest.fail(f"a browser is required: {error}")
        pytest.skip(f"no browser: {error}")


class _NoBrowserError(Exception):
    """There is no browser that starts."""


def _launch(playwright: Playwright) -> Browser:
    if not CHROMIUM.exists():
        raise _NoBrowserError(f"{CHROMIUM} is not there; install chromium, or name it in ROLEPATH_CHROMIUM")
    try:
        # A container's root has no sandbox to offer; nothing but our own pages is opened.
        return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
    except Error as error:
        raise _NoBrowserError(f"{CHROMIUM} does not start: {error}") from error


@cache
def axe() -> str:
    """Return the script of axe-core, which judges accessibility; it is fetched once by the ordinary npm client."""
    script = CACHE / AXE / "axe.min.js"
    if not script.exists():
        npm = shutil.which("npm")
        if npm is None:
            _without_axe("npm is not there to fetch it")
        CACHE.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(
            [str(npm), "pack", AXE, "--silent", "--pack-destination", str(CACHE)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if packed.returncode:
            _without_axe(packed.stderr.strip())
        with tarfile.open(CACHE / packed.stdout.strip()) as archive:
            content = archive.extractfile("package/axe.min.js")
            assert content is not None
            script.parent.mkdir(exist_ok=True)
            script.write_bytes(content.read())
    return script.read_text(encoding="utf-8")


def _without_axe(reason: str) -> None:
    if os.environ.get("ROLEPATH_REQUIRE_BROWSER"):
        pytest.fail(f"axe-core is required: {reason}")
    pytest.skip(f"no axe-core: {reason}")


def flaws(page: Page, name: str, looks: Iterable[Look], reopen: Callable[[], object] = lambda: None) -> list[str]:
    """Return what breaks WCAG 2.2, level A or AA, in these looks of the page, and in which it is wider than its screen.

    At a size that was looked at before, only what colours decide is asked again: nothing else differs by the theme.
    The page is reopened at each size, since what its script does may depend on that.
    """
    found, sizes = [], set[tuple[int, int]]()
    for look in looks:
        page.emulate_media(color_scheme=look.theme)
        if look.size not in sizes:
            page.set_viewport_size({"width": look.size[0], "height": look.size[1]})
            reopen()
            page.locator("details").evaluate_all("all => all.forEach(element => { element.open = true; })")
        _picture(page, f"{name}-{look.theme}-{look.size[0]}")
        told = _violations(page, COLOUR_RULES if look.size in sizes else None)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            told.append("it is wider than its screen")
        if look.size == PHONE:
            told += [f"it is cut at the side: {one}" for one in page.evaluate(CUT)]
        found += [f"{name}, {look.theme}, {look.size[0]}: {one}" for one in told]
        sizes.add(look.size)
    return found


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("ROLEPATH_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _violations(page: Page, rules: Sequence[str] | None) -> list[str]:
    """Return what breaks the rules, by default all of WCAG 2.2, level A and AA, on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(rules or LEVELS)}, resultTypes: ['violations']}})")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"][:3]]
