"""Journeys through the support matrix: by the arrow keys, and on a phone without JavaScript, a course at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.cli.main import main
from tests.support.browsing import LOOKS, PHONE, Visit, axe, flaws
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

ROBOTICS = "discipline=poly:d.robotics"


@pytest.fixture
def college(tmp_path: Path) -> Iterator[str]:
    """Serve the example, which is edited here."""
    settings = settings_in(tmp_path)
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    with served(settings) as address:
        yield address


def test_cells_are_filled_in_by_keys_and_on_a_phone(visit: Visit) -> None:
    """The changed cells are marked, previewed and applied; without scripts a course is filled in by choices."""
    desk = visit(locale="en")
    page = desk.open(f"/matrix?lang=en&{ROBOTICS}")
    field = page.locator("td input").first
    field.focus()
    for key in ("ArrowRight", "h", "ArrowDown", "ArrowLeft", "m", "Enter", "x", "Escape", "l"):
        page.keyboard.press(key)
    expect(page.locator("td.ch")).to_have_count(3)
    expect(page.locator(".preview-bar")).to_contain_text("cells changed and not applied: 3")
    axe()
    assert flaws(page, "matrix", LOOKS["en"], lambda: None) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Preview the changes").click()
    expect(page.locator("main")).to_contain_text("Changed cells: 3")
    assert flaws(page, "matrix-edits", LOOKS["en"][2:], lambda: None) == []
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Applied")

    phone = visit(locale="zh", java_script_enabled=False, viewport=dict(zip(("width", "height"), PHONE, strict=True)))
    page = phone.open(f"/matrix?lang=zh&{ROBOTICS}")
    page.locator(".row-list a").first.click()
    page.locator(".seg").nth(3).locator("input").first.check(force=True)
    page.get_by_role("button", name="预览改动").click()
    page.get_by_role("button", name="应用", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已应用")
