"""Somebody reviews proposals on a phone, without scripts: each candidate is a form; nothing changes before apply."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browsing import LOOKS, PHONE, Visit, flaws
from tests.support.listening import served
from tests.support.reviewed_college import put_proposals
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]


@pytest.fixture
def college(tmp_path: Path) -> Iterator[str]:
    settings = settings_in(tmp_path)
    put_proposals(settings)
    with served(settings) as address:
        yield address


def test_proposals_are_reviewed_on_a_phone_without_scripts(visit: Visit) -> None:
    """One sentence after the other; what is accepted is previewed with its effect, applied, and can be taken back."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    page = visit(java_script_enabled=False, locale="zh-CN", viewport=size).open("/review?lang=zh")
    page.locator("details[open]").get_by_role("button", name="接受").click()
    expect(page.get_by_role("status").first).to_contain_text("已接受：焊接")
    page.locator("summary", has_text="打磨").click()
    page.locator("details[open]").get_by_role("button", name="拒绝").click()
    expect(page.locator(".prog")).to_contain_text("已审 1 / 3")
    seen = visit(locale="en-US")
    found = flaws(seen.open("/review?lang=en&above=1&find=c2"), "review", LOOKS["en"], seen.page.reload)
    box, heading = seen.page.get_by_label("Single-letter keys"), seen.page.locator("#ask")
    seen.page.set_viewport_size({"width": 1280, "height": 800})
    box.uncheck()
    seen.page.keyboard.press("j")
    box.check()
    expect(heading).to_contain_text("sentence 2")
    seen.page.keyboard.press("j")
    expect(heading).to_contain_text("sentence 3")
    expect(heading).to_be_focused()
    page.get_by_role("link", name="预览并应用 1 条").click()
    found += flaws(seen.open("/review/apply?lang=en"), "review-apply", LOOKS["en"][1:])
    assert found == []
    expect(page.locator("#effect + *")).to_be_visible()
    page.get_by_role("button", name="应用", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已录入")
    expect(page.get_by_role("link", name="撤销").first).to_be_visible()
