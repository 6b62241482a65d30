"""Somebody takes up a gap with the keyboard alone and without scripts, in Chinese, on a phone; others see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from graph.stores import open_store
from tests.support.browsing import LOOKS, PHONE, Visit, flaws
from tests.support.factory import says
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

LINES = ("d1 OFFERS co1", "co1 COVERS k1", "k1 DEVELOPS c1", "d1 TARGETS r1", "r1 REQUIRES c1")


@pytest.fixture
def college(tmp_path: Path) -> Iterator[str]:
    settings = settings_in(tmp_path)
    store = open_store(settings.store_url)
    store.apply(says(*LINES))
    store.close()
    with served(settings) as address:
        yield address


def test_gap_is_taken_up_with_the_keyboard_without_scripts(visit: Visit) -> None:
    """From the list to the form, by fields in their order, and back: owner and state stand beside the gap."""
    size = {"width": PHONE[0], "height": PHONE[1]}
    page = visit(java_script_enabled=False, locale="zh-CN", viewport=size).open("/gaps?discipline=d1&lang=zh")
    page.locator(".follow-cell").get_by_role("link", name="指派").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("跟进：name of c1")
    page.get_by_role("radio", name="待办").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("王芳")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已保存")
    page.get_by_role("link", name="查看断点").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".follow-cell").first).to_contain_text("已约定 王芳")
    seen = visit(locale="en-US")
    found: list[str] = []
    for name, path in {"list": "/follow-ups", "form": "/follow-ups/gap?competency=c1&discipline=d1"}.items():
        found += flaws(seen.open(f"{path}{'&' if '?' in path else '?'}lang=en"), f"follow-ups-{name}", LOOKS["en"][1:])
    assert found == []
