"""The journeys of a trace in a real browser: to the reasons of a card, to suppositions, to a saved picture."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.support.browsing import DESK, Visit
from tests.support.college import BROKEN, COMPETENCY
from tests.support.pngs import SIGNATURE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

TASK, GAP = "poly:t.plc-sorting-line", "poly:k.ip-protection"


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_card_tells_its_reasons_in_place(visit: Visit, way: str) -> None:
    """Opened, a card tells its reasons beside the picture without a new page; closed, it has the focus again."""
    visitor = visit(viewport={"width": DESK[0], "height": DESK[1]})
    page = visitor.open(f"/nodes/{COMPETENCY}")
    page.evaluate("window.stays = true")
    card = page.locator(f".card[data-key='{TASK}']")
    if way == "mouse":
        card.click()
    else:
        card.focus()
        page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Why it counts")
    expect(panel.get_by_role("heading", level=2)).to_have_text("PLC control of a sorting line")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel).to_contain_text("practises Programme a PLC")
    expect(panel).to_contain_text("licence Apache-2.0")
    expect(page.locator(".card.chosen")).to_have_attribute("data-key", TASK)
    assert parse_qs(urlsplit(page.url).query)["card"] == [TASK]
    panel.get_by_role("link", name="close").click()
    expect(panel).to_be_hidden()
    expect(card).to_be_focused()
    assert page.evaluate("window.stays") is True


def test_reasons_are_the_same_by_address(visit: Visit) -> None:
    """The address that opening a card leaves behind shows the same reasons to who opens it, script or not."""
    page = visit().open(f"/nodes/{COMPETENCY}")
    page.locator(f".card[data-key='{TASK}']").click()
    panel = page.locator("[data-reasons]")
    expect(panel).to_contain_text("Through these links")
    plain = visit(java_script_enabled=False).open(page.url)
    assert plain.locator("[data-reasons]").inner_text() == panel.inner_text()


def test_card_leads_to_its_node_without_scripts(visit: Visit) -> None:
    """Without a script, a card leads to the node, and the tables to the reasons."""
    page = visit(java_script_enabled=False).open(f"/nodes/{COMPETENCY}")
    page.locator("details.tables summary").click()
    page.get_by_role("link", name="Why PLC control of a sorting line counts").click()
    expect(page.locator("[data-reasons]")).to_contain_text("It practises Programme a PLC")
    page.locator(f".card[data-key='{TASK}']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("PLC control of a sorting line")
    expect(page.get_by_role("heading", name="What it leads to, and comes from")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_gap_is_closed_by_supposing(visit: Visit, script: bool) -> None:
    """From a gap to a supposition of one's own: a task is looked for, chosen, and the chain is whole afterwards."""
    page = visit(java_script_enabled=script).open(f"/nodes/{GAP}")
    page.get_by_role("link", name="a task practised it").click()
    page.get_by_label("From").fill("challenge week")
    page.get_by_label("Weight").fill("0.6")
    page.get_by_role("button", name="Suppose it").first.click()
    expect(page.locator(".suppositions li")).to_have_count(1)
    expect(page.locator(".suppositions")).to_contain_text("Enterprise challenge week practises Protect")
    expect(page.get_by_role("heading", name="The chain of Protect intellectual property")).to_be_visible()
    expect(page.locator("figure").nth(0).locator(".cross").first).to_be_visible()
    expect(page.locator("figure").nth(1).locator(".cross")).to_have_count(0)
    expect(page.locator("figure").nth(1).locator(".card.came .mark")).to_contain_text("new")
    with page.expect_download() as saving:
        page.get_by_role("link", name="As a file").click()
    saved = json.loads(Path(saving.value.path()).read_text(encoding="utf-8"))
    assert saved["add"]["links"][0]["weight"] == pytest.approx(0.6)
    page.get_by_role("link", name="take back").click()
    expect(page.locator(".suppositions li")).to_have_count(0)


def test_ambiguous_name_is_chosen(visit: Visit) -> None:
    """A name that several things have is chosen from a list, and the rest of the form stays."""
    page = visit().open(f"/what-if?relation=PRACTISES&end={GAP}")
    page.get_by_label("From").fill("robot")
    page.get_by_role("button", name="Suppose it").first.click()
    page.get_by_role("status").get_by_role("link", name="Robotic welding shift").click()
    expect(page.locator(".suppositions")).to_contain_text(
        "Robotic welding shift practises Protect intellectual property"
    )


def test_proposal_is_tried(visit: Visit) -> None:
    """What is proposed is supposed by one click, and its difference shown."""
    page = visit().open("/nodes/poly:k.ad-placement")
    page.get_by_role("link", name="Try it").first.click()
    expect(page.get_by_role("heading", name="The difference")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_link_of_a_card_is_supposed_away(visit: Visit) -> None:
    """From the reasons of a card to the graph without one of its links."""
    page = visit().open(f"/nodes/{COMPETENCY}?card={TASK}")
    page.locator(".told a.try").first.click()
    expect(page.locator(".suppositions .went")).to_contain_text(
        "PLC control of a sorting line practises Programme a PLC"
    )
    expect(page.get_by_role("heading", name="The difference")).to_be_visible()


@pytest.mark.parametrize("competency", [COMPETENCY, BROKEN])
def test_picture_is_saved_as_png(visit: Visit, competency: str) -> None:
    """The picture comes painted, too."""
    page = visit().open(f"/nodes/{competency}")
    with page.expect_download() as saving:
        page.get_by_role("link", name="as PNG").click()
    assert Path(saving.value.path()).read_bytes().startswith(SIGNATURE)


def test_panel_stands_beside_the_picture_on_a_desk(visit: Visit) -> None:
    """On a wide screen the panel is at the side, on a phone below; neither is cut off."""
    for width, beside in ((1440, True), (390, False)):
        page = visit(viewport={"width": width, "height": 844}).open(f"/nodes/{COMPETENCY}?card={TASK}")
        figure, panel = page.locator("figure").bounding_box(), page.locator("[data-reasons]").bounding_box()
        assert figure is not None
        assert panel is not None
        assert (panel["x"] > figure["x"] + figure["width"] - 1) is beside
        assert panel["x"] + panel["width"] <= width
