"""The walk that docs/tour.md and docs/zh/tour.md tell, from an empty graph to the first gap and on, with pictures."""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from api.web.texts import Words, words_in
from graph.messages import Language
from tests.support.browsing import Visitor
from tests.support.course_outlines import course_outline
from tests.support.listening import served
from tests.support.paths import DOCS
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

TOURS: dict[Language, Path] = {"en": DOCS / "tour.md", "zh": DOCS / "zh" / "tour.md"}
SLIPS: dict[Language, tuple[str, str]] = {"en": ("skil", "skill"), "zh": ("技巧", "技能")}
"""What is written wrong in one cell, and what is right."""
SIZE = (1280, 800)
ACCEPTED = 20
"""How many proposed links are accepted."""
SOON_MS = 60_000


@pytest.fixture(params=["en", pytest.param("zh", marks=pytest.mark.soak)])
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture
def visitor(browser: Browser, tmp_path: Path, language: Language) -> Iterator[Visitor]:
    size: ViewportSize = {"width": SIZE[0], "height": SIZE[1]}
    locale = {"en": "en-US", "zh": "zh-CN"}[language]
    with served(settings_in(tmp_path)) as address:
        found = Visitor(browser, address, locale=locale, color_scheme="light", viewport=size)
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


def test_walk_is_as_told(visitor: Visitor, tmp_path: Path, language: Language, *, update_golden: bool) -> None:
    """Each step of the tour does what the page says; `--update-golden` puts the pictures beside it."""
    page, tour, t = visitor.open("/"), TOURS[language], words_in(language)
    wrong, right = SLIPS[language]
    rows = _rows(tour)
    camera = Camera(page, tour.parent / "tour" if update_golden else tmp_path)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(t("home.empty"))
    camera.take("1-empty.png")

    template = _template(page, t)
    _preview(page, t, template, rows)
    expect(heading).to_have_text(t("import.refused"), timeout=SOON_MS)
    expect(page.locator("main")).to_contain_text(wrong)
    camera.take("2-problem.png")

    mended = [(sheet, [right if cell == wrong else cell for cell in cells]) for sheet, cells in rows]
    _preview(page, t, template, mended)
    expect(heading).to_have_text(t("import.is_preview"), timeout=SOON_MS)
    camera.take("3-preview.png")
    page.get_by_role("button", name=t("import.apply")).click()
    expect(heading).to_have_text(t("import.is_applied"), timeout=SOON_MS)

    page.get_by_role("link", name=t("import.see_gaps")).click()
    untaught = next(cells[1] for _, cells in rows if cells[0] == "k:inspect")
    expect(page.locator("tbody tr").first).to_contain_text(untaught)
    camera.take("4-gaps.png")
    page.get_by_role("link", name=untaught).first.click()
    expect(page.locator(".cross")).to_have_count(2)
    camera.take("5-broken.png")

    _look_around(page, camera, t)
    _read_outline(page, camera, t)
    assert camera.taken == re.findall(r"!\[[^\]]+\]\((tour/[^)]+)\)", tour.read_text(encoding="utf-8"))
    for name in camera.taken:
        assert _size(tour.parent / name) == _size(camera.folder / Path(name).name) == SIZE, name


def _look_around(page: Page, camera: Camera, t: Words) -> None:
    page.goto("/import")
    page.get_by_role("button", name=t("import.example_do")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(t("import.is_applied"), timeout=SOON_MS)
    page.locator("#find").fill("PLC")
    page.locator(".find button").click()
    page.get_by_role("link", name={"en": "Programme a PLC", "zh": "PLC 程序编写"}[t.language]).first.click()
    expect(page.locator(".cross")).to_have_count(0)
    camera.take("6-trace.png")
    menu = page.get_by_role("navigation", name=t("site.navigation"))
    menu.get_by_role("link", name=t("nav.coverage")).click()
    camera.take("7-coverage.png")
    menu.get_by_role("link", name=t("nav.plan")).click()
    role = {"en": "System integration assistant", "zh": "系统集成助理工程师"}[t.language]
    page.get_by_role("link", name=role).click()
    page.get_by_label(t("plan.hours")).fill("200")
    page.get_by_role("button", name=t("plan.make")).click()
    page.get_by_role("heading", level=2, name={"en": "steps", "zh": "步"}[t.language]).evaluate(
        "heading => heading.scrollIntoView()"
    )
    camera.take("8-plan.png")
    menu.get_by_role("link", name=t("nav.enterprises")).click()
    page.locator("main").get_by_role(
        "link", name={"en": "Qihang Automation", "zh": "启航自动化"}[t.language]
    ).first.click()
    if "/brief" not in page.url:
        page.get_by_role("link", name=t("enterprises.brief")).click()
    camera.take("9-brief.png")


def _read_outline(page: Page, camera: Camera, t: Words) -> None:
    """Drop a course outline, accept twenty links by keys, apply them, and see the evidence of one."""
    menu = page.get_by_role("navigation", name=t("site.navigation"))
    menu.get_by_role("link", name=t("proposals_page.title")).click()
    course = {"en": "Robot Maintenance and Diagnosis", "zh": "机器人维护与故障诊断"}[t.language]
    page.get_by_label(t("proposals_page.what")).fill(course)
    page.get_by_role("button", name=t("proposals_page.choose")).click()
    outline = FilePayload(name="outline.docx", mimeType="application/octet-stream", buffer=course_outline())
    page.get_by_label(t("proposals_page.files")).set_input_files(outline)
    page.get_by_role("button", name=t("proposals_page.do_kept")).click()
    heading, done = page.get_by_role("heading", level=1), page.locator(".prog > b")
    expect(heading).to_have_text(t("review_page.title"))
    camera.take("10-review.png")
    total = int(re.findall(r"[0-9]+", done.inner_text())[-1])
    for judged in range(1, ACCEPTED + 1):
        page.keyboard.press("a")
        expect(done).to_have_text(t("review_page.judged", judged=judged, total=total))
    page.get_by_role("link", name=t("review_page.apply_n", n=ACCEPTED)).click()
    expect(heading).to_have_text(t("review_page.apply_title"))
    camera.take("11-accepted.png")
    page.get_by_role("button", name=t("edits.apply"), exact=True).click()
    expect(heading).to_have_text(t("edits.is_applied"))
    page.goto("/nodes/poly:k.predictive-maintenance")
    expect(page.locator(".cross")).to_have_count(0)
    page.locator("#evidence summary").click()
    expect(page.locator("#evidence")).to_contain_text("能实施基于状态数据的预测性维护")
    page.locator("#evidence").evaluate("evidence => evidence.scrollIntoView({ block: 'end' })")
    camera.take("12-evidence.png")


def _rows(tour: Path) -> list[tuple[str, list[str]]]:
    """Return the rows that the page has the reader fill in, as (sheet, cells)."""
    table = re.findall(r"^\| (\w+) \| ([^|]+) \|$", tour.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [
        (sheet, [cell.strip() for cell in cells.split(",")])
        for sheet, cells in table
        if sheet not in {"sheet", "工作表"}
    ]
    assert len([sheet for sheet, _ in rows if sheet not in {"source", "数据来源"}]) == 10
    return rows


def _template(page: Page, t: Words) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=t("import.template")).click()
    return download.value.path().read_bytes()


def _preview(page: Page, t: Words, template: bytes, rows: list[tuple[str, list[str]]]) -> None:
    book = openpyxl.load_workbook(BytesIO(template))
    for sheet, cells in rows:
        book[sheet].append(cells)
    filled = BytesIO()
    book.save(filled)
    page.goto("/import")
    file = FilePayload(name="my.xlsx", mimeType="application/octet-stream", buffer=filled.getvalue())
    page.get_by_label(t("import.file")).set_input_files(file)
    page.get_by_role("button", name=t("import.preview"), exact=True).click()


def _size(picture: Path) -> tuple[int, int]:
    """Return the width and height of a PNG. Source: PNG specification (third edition), section 11.2.1."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
