"""The walk that docs/tour.md tells, from an empty graph to the first gap and on, with its pictures taken anew."""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.support.browsing import Visitor
from tests.support.listening import served
from tests.support.paths import DOCS
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

TOUR = DOCS / "tour.md"
SIZE = (1280, 800)
SOON_MS = 60_000


@pytest.fixture
def visitor(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    with served(settings_in(tmp_path)) as address:
        found = Visitor(
            browser, address, locale="en-US", color_scheme="light", viewport={"width": SIZE[0], "height": SIZE[1]}
        )
        yield found
        found.close()


class Camera:
    """Takes the pictures that the page names, in their order, into a folder."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder, self.taken = page, folder, list[str]()

    def take(self, name: str) -> None:
        """Take a picture of what the visitor sees, the pointer out of the way."""
        self.page.mouse.move(2, SIZE[1] - 2)
        self.page.screenshot(path=self.folder / name)
        self.taken.append(f"tour/{name}")


def test_walk_is_as_told(visitor: Visitor, tmp_path: Path, *, update_golden: bool) -> None:
    """Each step of the tour does what the page says; `--update-golden` puts the pictures beside it."""
    page = visitor.open("/")
    camera = Camera(page, TOUR.parent / "tour" if update_golden else tmp_path)
    expect(page.get_by_role("heading", level=1)).to_have_text("The graph is empty")
    camera.take("1-empty.png")

    template = _template(page)
    _preview(page, template, _rows())
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing can be imported yet", timeout=SOON_MS)
    expect(page.locator("main")).to_contain_text("skil")
    camera.take("2-problem.png")

    _preview(page, template, [(sheet, [re.sub("^skil$", "skill", cell) for cell in cells]) for sheet, cells in _rows()])
    expect(page.get_by_role("heading", level=1)).to_have_text("What would change", timeout=SOON_MS)
    camera.take("3-preview.png")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported", timeout=SOON_MS)

    page.get_by_role("link", name="See the gaps now").click()
    expect(page.locator("tbody tr").first).to_contain_text("Inspect a seam")
    camera.take("4-gaps.png")
    page.get_by_role("link", name="Inspect a seam").click()
    expect(page.locator(".cross")).to_have_count(2)
    camera.take("5-broken.png")

    _look_around(page, camera)
    assert camera.taken == re.findall(r"!\[[^\]]+\]\((tour/[^)]+)\)", TOUR.read_text(encoding="utf-8"))
    for name in camera.taken:
        assert _size(TOUR.parent / name) == _size(camera.folder / Path(name).name) == SIZE, name


def _look_around(page: Page, camera: Camera) -> None:
    page.goto("/import")
    page.get_by_role("button", name="Import the example").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported", timeout=SOON_MS)
    page.locator("#find").fill("PLC")
    page.locator(".find button").click()
    page.get_by_role("link", name="Programme a PLC").click()
    expect(page.locator(".cross")).to_have_count(0)
    camera.take("6-trace.png")
    menu = page.get_by_role("navigation", name="Pages")
    menu.get_by_role("link", name="Coverage").click()
    camera.take("7-coverage.png")
    menu.get_by_role("link", name="Training plan").click()
    page.get_by_role("link", name="System integration assistant").click()
    page.get_by_label("Hours at most").fill("200")
    page.get_by_role("button", name="Make the plan").click()
    page.get_by_role("heading", level=2, name="steps").evaluate("heading => heading.scrollIntoView()")
    camera.take("8-plan.png")
    menu.get_by_role("link", name="Enterprises").click()
    page.locator("main").get_by_role("link", name="Qihang Automation").first.click()
    if "/brief" not in page.url:
        page.get_by_role("link", name="Brief to print").click()
    camera.take("9-brief.png")


def _rows() -> list[tuple[str, list[str]]]:
    """Return the rows that the page has the reader fill in, as (sheet, cells)."""
    table = re.findall(r"^\| (\w+) \| ([^|]+) \|$", TOUR.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [(sheet, [cell.strip() for cell in cells.split(",")]) for sheet, cells in table if sheet != "sheet"]
    assert len([sheet for sheet, _ in rows if sheet != "source"]) == 10
    return rows


def _template(page: Page) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name="Get the empty template").click()
    return download.value.path().read_bytes()


def _preview(page: Page, template: bytes, rows: list[tuple[str, list[str]]]) -> None:
    book = openpyxl.load_workbook(BytesIO(template))
    for sheet, cells in rows:
        book[sheet].append(cells)
    filled = BytesIO()
    book.save(filled)
    page.goto("/import")
    file = FilePayload(name="my.xlsx", mimeType="application/octet-stream", buffer=filled.getvalue())
    page.get_by_label("Filled-in workbook").set_input_files(file)
    page.get_by_role("button", name="Preview").click()


def _size(picture: Path) -> tuple[int, int]:
    """Return the width and height of a PNG. Source: PNG specification (third edition), section 11.2.1."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
