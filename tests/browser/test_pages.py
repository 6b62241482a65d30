"""Every journey of the pages in a real browser, in both languages and colours, on a desk and on a phone."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import DESK, LOOKS, Visit, Visitor, axe, flaws
from tests.support.college import BROKEN, COMPETENCY, ROLE
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

PAGES = {
    "overview": "/",
    "gaps": "/gaps",
    "coverage": "/coverage",
    "coverage-of-role": f"/coverage?role={ROLE}",
    "trace": f"/nodes/{COMPETENCY}",
    "trace-broken": f"/nodes/{BROKEN}",
    "trace-reasons": f"/nodes/{COMPETENCY}?card=poly:t.plc-sorting-line",
    "task": "/nodes/poly:t.plc-sorting-line",
    "what-if": "/what-if",
    "what-if-answered": f"/what-if?add=poly:t.enterprise-challenge+PRACTISES+{BROKEN}&remove=poly:t.plc-sorting-line",
    "what-if-faulty": f"/what-if?add=poly:x+PRACTISES+{BROKEN}&relation=PRACTISES&start=robot&end={BROKEN}",
    "role": f"/nodes/{ROLE}",
    "programme": "/nodes/poly:d.robotics",
    "institution": "/nodes/school:poly",
    "course": "/nodes/poly:c.plc",
    "enterprise": "/nodes/poly:e.qihang",
    "plan-roles": "/plan",
    "plan": f"/plan?role={ROLE}&max_hours=100",
    "training": f"/training?role={ROLE}",
    "search": "/search?q=plc",
    "search-nothing": "/search?q=zzqx+robotz",
    "list": "/lists/signals?sort=-valid_from",
    "import": "/import",
    "integration": "/integration",
    "allocation": "/allocation",
    "feedback": "/feedback",
    "enterprises": "/enterprises",
    "compare": "/compare",
    "brief": "/enterprises/poly:e.qihang/brief",
    "import-format": "/import?format=crosswalk",
    "import-runs": "/import/runs",
    "import-undo": "/import/undo?source=Illustrative+polytechnic",
}


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """Serve the example, brought in by hand: from an empty graph, in two clicks."""
    with served(settings_in(tmp_path_factory.mktemp("college"))) as address:
        visitor = Visitor(browser, address, locale="en-US")
        page = visitor.open("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("The graph is empty")
        page.get_by_role("button", name="Import the example").click()
        expect(page.get_by_role("status")).to_contain_text("It is imported, as revision 1.", timeout=60_000)
        page.get_by_role("link", name="See the gaps now").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Gaps")
        expect(page.locator("tbody tr").first).to_contain_text("4 · broken")
        visitor.close()
        yield address


def is_wider_than_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", LOOKS)
def test_pages_are_accessible(visit: Visit, language: str) -> None:
    """No page breaks WCAG 2.2 A or AA, and none is wider than its screen."""
    axe()
    visitor, found = visit(locale=language), list[str]()
    for name, path in PAGES.items():
        reopen = partial(visitor.open, path)
        found += flaws(visitor.page, f"{name}-{language}", LOOKS[language], reopen)
    assert found == []


@pytest.mark.parametrize("path", ["/", "/gaps", f"/nodes/{COMPETENCY}", "/allocation", PAGES["brief"]])
def test_page_fits_at_double_size(visit: Visit, path: str) -> None:
    """At 200 % on a desk nothing is cut off at the side."""
    page = visit(viewport={"width": DESK[0] // 2, "height": DESK[1] // 2}, device_scale_factor=2).open(path)
    assert not is_wider_than_screen(page)


def test_first_visit_is_light(visit: Visit) -> None:
    """A page comes in at most five requests."""
    visitor = visit()
    visitor.open(f"/nodes/{COMPETENCY}")
    assert len(visitor.requests) <= 5


def test_search_finds_in_either_language(visit: Visit) -> None:
    """The box of any page finds by a Chinese name, suggests while one types, slips or not, and leads to the node."""
    page = visit().open("/gaps")
    page.locator("#find").fill("robott maintenance")
    expect(page.locator("#suggested-q option[label*='robott']").first).to_be_attached()
    page.locator("#find").clear()
    page.locator("#find").press_sequentially("程序")
    expect(page.locator("#suggested-q option").first).to_be_attached()
    page.locator(".find button").click()
    page.locator(".found a").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    assert "/nodes/" in page.url


def test_language_and_colours_are_switched(visit: Visit) -> None:
    """One click changes the language, or the colours, of this page and of those that follow."""
    page = visit(color_scheme="light").open("/gaps?status=unserved")
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("断点")
    assert "status=unserved" in page.url
    page.get_by_role("link", name="深色").click()
    page.get_by_role("navigation", name="页面").get_by_role("link", name="覆盖").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 30)"


def test_gap_is_followed_to_its_trace(visit: Visit) -> None:
    """Filtered gaps keep their filter in the address, and lead to the picture with its break."""
    page = visit().open("/gaps")
    page.locator("input[name=status][value=unpractised]").check()
    page.get_by_label("Discipline").fill("Industrial Robotics")
    page.get_by_role("button", name="Show").click()
    assert "status=unpractised" in page.url
    assert "discipline=poly" in page.url
    page.locator("tbody a").first.click()
    expect(page.locator(".cross").first).to_be_visible()
    expect(page.get_by_text("Only:")).to_be_visible()


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_card_lights_up_what_it_is_tied_to(visit: Visit, way: str) -> None:
    """Pointed at or focused, a card lights up its chains and dims the rest; left, all is as before."""
    page = visit().open(f"/nodes/{COMPETENCY}")
    card = page.locator(".card[data-key='poly:u.ladder-logic']").or_(page.locator(".card.c0").first).first
    card.hover() if way == "mouse" else card.focus()
    expect(page.locator(".chain")).to_have_class("chain looking")
    lit, cards = page.locator(".card.lit").count(), page.locator(".card").count()
    assert 3 < lit < cards
    page.mouse.move(5, 5) if way == "mouse" else card.blur()
    expect(page.locator(".chain")).to_have_class("chain")


def test_row_of_chains_lights_up_its_cards(visit: Visit) -> None:
    """A row of the best chains lights up just its four cards."""
    page = visit().open(f"/nodes/{COMPETENCY}")
    page.locator("[data-chain]").first.hover()
    expect(page.locator(".card.lit")).to_have_count(4)
    expect(page.locator(".line.lit")).to_have_count(3)


def test_every_card_is_reached_by_keyboard(visit: Visit) -> None:
    """The first key press offers the content; from there every card of the picture takes focus in turn."""
    page = visit().open(f"/nodes/{COMPETENCY}")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.dataset?.key"))
    wanted = page.locator("a.card").evaluate_all("cards => cards.map(card => card.dataset.key)")
    assert [key for key in seen if key] == wanted


def test_picture_is_saved(visit: Visit) -> None:
    """The picture comes as a file of its own."""
    page = visit().open(f"/nodes/{COMPETENCY}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Picture as SVG").click()
    assert Path(saving.value.path()).read_text(encoding="utf-8").strip().startswith("<svg")


def test_cell_leads_to_its_trace(visit: Visit) -> None:
    """From all roles to one role, and from its cell to the trace in that discipline."""
    page = visit().open("/coverage")
    page.get_by_label("Role").fill("CNC machining operator")
    page.get_by_role("button", name="Show").click()
    page.locator("td.s-untaught a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Operate a CNC machine")
    expect(page.get_by_text("No knowledge unit develops it").first).to_be_attached()
    expect(page.get_by_text("Only:")).to_be_visible()


def test_headers_stay_in_sight(visit: Visit) -> None:
    """However far the table is scrolled, its headers stand at its edges, and the corner is over both."""
    page = visit().open("/coverage?by=course")
    page.locator(".matrix").evaluate("box => box.scrollTo(500, 500)")
    edges = page.evaluate(
        """() => {
            const box = document.querySelector(".matrix").getBoundingClientRect();
            const corner = document.querySelector(".matrix thead th").getBoundingClientRect();
            const over = document.elementFromPoint(corner.left + 20, corner.top + 10);
            return [corner.left - box.left, corner.top - box.top, over.closest("th") === document.querySelector(".matrix thead th")];
        }"""  # noqa: E501
    )
    assert edges[0] <= 2
    assert edges[1] <= 2
    assert edges[2] is True


def test_plan_is_made_and_shared(visit: Visit) -> None:
    """A role is looked for, held things are ticked, hours set; the address alone shows the same plan."""
    page = visit().open("/plan")
    page.get_by_label("Choose a role").fill("CNC")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_role("link", name="CNC machining operator").click()
    page.get_by_label("Model parts in CAD").check()
    page.get_by_label("Hours at most").fill("60")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.locator(".steps > li").first).to_be_visible()
    shared = visit().open(page.url)
    assert shared.locator("main").inner_text() == page.locator("main").inner_text()


def test_pages_work_without_scripts(visit: Visit) -> None:
    """Filters, links and plans need no script."""
    page = visit(java_script_enabled=False).open("/gaps")
    page.locator("input[name=status][value=untaught]").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr").first).to_contain_text("Never taught")
    page.locator("tbody a").first.click()
    expect(page.locator(".cross").first).to_be_visible()


@pytest.mark.parametrize("name", ["coverage-of-role", "trace", "plan", "coverage", "what-if-answered", "trace-reasons"])
def test_print_fits_the_sheet(visit: Visit, name: str) -> None:
    """On paper nothing but the content is left, and no table is wider than a landscape A4."""
    page = visit(viewport={"width": 1032, "height": 700}).open(PAGES[name])
    page.emulate_media(media="print")
    expect(page.locator(".menu")).to_be_hidden()
    assert not is_wider_than_screen(page)


def test_a_visitor_browses_from_a_count_to_one_task(visit: Visit) -> None:
    """The first page counts the tasks, their list is sorted by a click on a phone or desk, and leads to one of them."""
    page = visit(viewport={"width": 1280, "height": 800}).open("/")
    page.locator("dl.counts").get_by_role("link", name="Training tasks").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Training tasks")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("columnheader", name="Hours").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Hours")).to_have_attribute("aria-sort", "descending")
    task = page.locator("tbody tr").first.get_by_role("rowheader").get_by_role("link")
    name = task.inner_text()
    task.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_dean_finds_the_gravest_gaps_and_prints(visit: Visit) -> None:
    """From the picture on the first page to a programme's three gravest gaps and its print: two clicks, one sheet."""
    page = visit().open("/")
    page.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    page.locator(".flow").get_by_role("link", name="Industrial Robotics").first.click()
    gravest = page.get_by_role("region", name="The gravest gaps").locator("tbody tr")
    expect(gravest).to_have_count(3)
    expect(gravest.first).to_contain_text("openings ×")
    expect(page.locator(".figure")).to_contain_text("of the demand behind its roles is connected")
    page.get_by_role("button", name="Print (one A4)").click()
    expect(page.locator("html")).to_have_attribute("data-printed", "yes")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
