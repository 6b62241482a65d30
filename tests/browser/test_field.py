"""The journeys over the pages of the field in a real browser: from a figure to what is behind it, and to paper."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from api.web.format import as_hours, as_share
from graph.snapshot.snapshot import Snapshot
from queries.allocation import allocate
from queries.feedback import give_feedback
from tests.support.browsing import PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

PATHS = ("/integration", "/allocation", "/feedback", "/enterprises", "/enterprises/poly:e.qihang/brief")


def sheets(page: Page) -> int:
    """Return on how many sheets the page is printed."""
    printed = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def test_menu_leads_to_every_question(visit: Visit) -> None:
    """From the first page each question is one click away, and says where one is."""
    page = visit().open("/")
    for name, heading in (
        ("Integration", "Do innovation and the disciplines meet in training?"),
        ("Allocation", "Do hours and seats go where the demand is?"),
        ("Feedback", "What did learners lack, and did the follow-up help?"),
        ("Enterprises", "How far do enterprises lead?"),
    ):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(page.locator(".menu [aria-current=page]")).to_have_text(name)


@pytest.mark.parametrize("path", PATHS)
def test_page_comes_in_few_requests(visit: Visit, path: str) -> None:
    """A first visit takes at most five requests."""
    visitor = visit()
    visitor.open(path)
    assert len(visitor.requests) <= 5


def test_unused_innovation_is_followed_to_its_trace(visit: Visit) -> None:
    """Without scripts: narrowed to a discipline, an unused unit leads to the trace of what it develops, there."""
    page = visit(java_script_enabled=False).open("/integration")
    page.locator("input[name=discipline_q]").fill("Industrial Robotics")
    page.get_by_role("button", name="Show").click()
    assert "discipline=poly" in page.url
    expect(page.get_by_text("Only:")).to_be_visible()
    unused = page.get_by_role("region", name="Innovation units in no fusion task")
    unused.locator("li .quiet a").first.click()
    assert "discipline=poly" in page.url
    expect(page.locator(".chain")).to_be_visible()


def test_bar_leads_into_its_discipline_and_back(visit: Visit) -> None:
    """A discipline's bar leads to the page of that discipline, and from there to all of them again."""
    page = visit().open("/integration")
    whole = page.locator("#headline strong").inner_text()
    page.get_by_role("region", name="By discipline").get_by_role("link", name="E-commerce").click()
    expect(page.locator("#headline strong")).not_to_have_text(whole)
    page.get_by_role("link", name="Whole graph").click()
    expect(page.locator("#headline strong")).to_have_text(whole)


def test_count_is_followed_to_the_competencies(visit: Visit) -> None:
    """A count of too few seats leads to just these competencies, by an address to keep, and each to its trace."""
    page = visit().open("/allocation")
    link = page.get_by_role("link", name="Too little, Training seats")
    count = link.inner_text()
    link.click()
    assert {"balance=starved", "resource=seats"} <= set(urlsplit(page.url).query.split("&"))
    table = page.locator("section[aria-labelledby=competencies]")
    expect(table.locator(".pages")).to_contain_text(f"of {count}")
    expect(table.locator("tbody tr td:last-child").first).to_contain_text("Too little")
    table.locator("tbody th a").first.click()
    expect(page.locator(".chain")).to_be_visible()


def test_more_hours_are_spent(visit: Visit, example: Snapshot) -> None:
    """So many more hours go to so many competencies, the best first."""
    page = visit().open("/allocation")
    page.get_by_label("More hours to spend").fill("20")
    page.get_by_role("button", name="Show").click()
    section = page.locator("section[aria-labelledby=next-hours]")
    uses = allocate(example, hours=20).next_hours
    expect(section.locator("li")).to_have_count(len(uses.items))
    expect(section).to_contain_text(f"Together {as_hours(uses.spent)} h")


def test_cohort_is_followed(visit: Visit, example: Snapshot) -> None:
    """A cohort's name leads to its own scores; its table tells the same as its chart."""
    page = visit().open("/feedback")
    page.get_by_role("heading", name="New-energy vehicles 2023").get_by_role("link").first.click()
    expect(page.locator(".timeline")).to_have_count(1)
    (cohort,) = give_feedback(example, cohort="poly:co.nev-2023").cohorts
    scores = [day.score for each in cohort.competencies for day in each.assessments]
    expect(page.locator(".mark")).to_have_count(len(scores))
    page.locator("summary", has_text="The same as a table").click()
    rows = page.locator("details[open] tbody tr")
    expect(rows).to_have_count(len(scores))
    assert rows.locator("td:nth-child(3)").all_inner_texts() == [as_share(score) for score in scores]


def test_numbers_of_a_chart_can_be_read(visit: Visit) -> None:
    """On a phone, no mark covers another one, and the text of the charts is not tiny."""
    page = visit(viewport={"width": PHONE[0], "height": PHONE[1]}).open("/feedback")
    boxes = page.locator(".timeline").evaluate_all(
        """charts => charts.map(chart => [...chart.querySelectorAll(".mark")].map(mark => {
            const box = mark.querySelector("rect, circle").getBoundingClientRect();
            return [box.left, box.top, box.width];
        }))"""
    )
    assert sum(map(len, boxes)) > 30
    for marks in boxes:
        for at, (left, top, width) in enumerate(marks):
            assert width > 12
            assert all(max(abs(left - x), abs(top - y)) > width * 0.9 for x, y, _ in marks[at + 1 :])


@pytest.mark.parametrize("path", ["/integration", "/allocation", "/feedback", "/enterprises"])
def test_table_is_saved(visit: Visit, path: str) -> None:
    """The table of a page comes as a spreadsheet in the language of the page."""
    page = visit(locale="zh-CN").open(path)
    with page.expect_download() as saving:
        page.get_by_role("link", name="下载表格（CSV）").first.click()
    text = Path(saving.value.path()).read_text(encoding="utf-8-sig")
    assert saving.value.suggested_filename.startswith(path.strip("/"))
    assert "标识" in text.splitlines()[0]


def test_enterprise_is_found_and_its_brief_opened(visit: Visit) -> None:
    """A part of a Chinese name finds the enterprise; its brief is one click away, and leads to a gap's trace."""
    page = visit(locale="zh-CN").open("/enterprises")
    page.locator("main input[name=q]").fill("启航")
    page.locator("main form button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="企业简报：启航自动化").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("企业简报：启航自动化（虚构）")
    page.locator("section[aria-labelledby=gaps] li a").first.click()
    assert "employer=poly" in page.url
    expect(page.locator(".chain")).to_be_visible()


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_brief_is_one_sheet(visit: Visit, example: Snapshot, language: str) -> None:
    """Of every enterprise with positions the brief is printed on one sheet of A4, upright, without menus."""
    visitor = visit(locale=language)
    for node in np.flatnonzero(example.out("EMPLOYS").degree).tolist():
        visitor.open(f"/enterprises/{example.ids[node]}/brief")
        assert sheets(visitor.page) == 1, example.ids[node]
    page = visitor.page
    page.emulate_media(media="print")
    expect(page.locator(".menu")).to_be_hidden()
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", page.pdf(prefer_css_page_size=True))
    assert box is not None
    assert (round(float(box[1])), round(float(box[2]))) == pytest.approx((595, 842), abs=1)


@pytest.mark.parametrize("path", ["/integration", "/allocation", "/feedback", "/enterprises"])
def test_report_fits_the_width_of_paper(visit: Visit, path: str) -> None:
    """On an upright A4 nothing is cut off at the side."""
    page = visit(viewport={"width": 710, "height": 1000}).open(path)
    page.emulate_media(media="print")
    expect(page.locator(".menu")).to_be_hidden()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_chart_pages_are_walked_by_keyboard(visit: Visit) -> None:
    """All links, and what unfolds, take focus in the order in which they stand; no part of a chart holds the key."""
    page = visit().open("/enterprises/poly:e.qihang/brief")
    told = "one => one.getAttribute('href') ?? one.textContent"
    wanted = page.locator("main :is(a, summary)").evaluate_all(f"all => all.map({told})")
    assert "What do the figures measure?" in wanted
    page.locator("main").focus()
    seen = []
    for _ in wanted:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(f"({told})(document.activeElement)"))
    assert seen == wanted


def test_terms_are_compared(visit: Visit) -> None:
    """A designer compares two terms: without scripts, what only the later one connects leads to its chain there."""
    page = visit(java_script_enabled=False).open("/")
    page.get_by_role("link", name="Comparison").first.click()
    page.get_by_label("First").select_option("2")
    page.get_by_label("Second").select_option("5")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("link", name="Connected only: by term 5").click()
    rows = page.locator("section[aria-labelledby=differing] tbody tr")
    expect(rows.first.locator("td").nth(1)).to_contain_text("Connected")
    rows.first.get_by_role("link").first.click()
    assert "term=5" in page.url
    expect(page.locator(".chain")).to_be_visible()


def test_plans_are_printed_on_two_sheets(visit: Visit, example: Snapshot) -> None:
    """Plans of roles that require most are printed on one or two upright sheets, each with what the print is of."""
    roles = example.of_kind("Role")
    duties = example.out("HAS_RESPONSIBILITY").degree[roles] + example.out("REQUIRES").degree[roles]
    visitor = visit(locale="zh-CN")
    too_long = {}
    for role in roles[np.argsort(-duties)][:4].tolist():
        visitor.open(f"/plan?role={example.ids[role]}")
        if (count := sheets(visitor.page)) > 2:
            too_long[example.ids[role]] = count
    assert too_long == {}
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".print-head")).to_contain_text("图谱修订版 1")


def test_feedback_is_on_one_screen(visit: Visit) -> None:
    """What a discipline's assessments show is seen whole without scrolling: each row, the key, and one threshold."""
    for locale in ("en-US", "zh-CN"):
        page = visit(locale=locale, viewport={"width": 1280, "height": 800}).open(
            "/feedback?discipline=poly:d.robotics"
        )
        rows = page.locator(".dots li")
        assert rows.count() > 10
        bottoms = rows.evaluate_all("items => items.map(item => item.getBoundingClientRect().bottom)")
        heights = rows.evaluate_all("items => items.map(item => item.getBoundingClientRect().height)")
        # 25 rows in two columns: seven more of these would still be in sight
        assert max(bottoms) + 7 * max(heights) < 800, locale
        lines = page.locator(".dots .dot-threshold").evaluate_all(
            "items => items.map(item => item.getBoundingClientRect().x - item.closest('li').getBoundingClientRect().x)"
        )
        assert max(lines) - min(lines) < 1
