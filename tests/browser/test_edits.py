"""Journeys of somebody who enters what closes a gap: with the keyboard alone, without JavaScript, in both languages."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from api.cli.main import main
from tests.support.browsing import LOOKS, Visit, axe, flaws
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

MOST_TABS = 400


class Words(NamedTuple):
    """What the pages are called by in a language."""

    new: str
    name: str
    weight: str
    put: str
    reason: str
    apply: str
    entered: str
    back: str
    confirm: str
    taken: str
    before: str
    after: str


WORDS = {
    "en": Words(
        *("New: Training task", "What it is called", "Weight", "Put on the list", "Reason", "Apply"),
        *("as revision", "Take back", "Take it back", "Taken back", "Theory only", "Connected"),
    ),
    "zh": Words(
        *("新增：实训任务", "名称", "权重", "加入列表", "理由", "应用"),
        *("修订版", "撤销", "确认撤销", "已撤销", "有教无练", "贯通"),
    ),
}


@pytest.fixture
def college(tmp_path: Path) -> Iterator[str]:
    """Serve the example, each test its own."""
    settings = settings_in(tmp_path)
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    with served(settings) as address:
        yield address


def step_to(page: Page, target: Locator) -> None:
    """Go to an element as somebody without a mouse does."""
    expect(target).to_be_attached()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not lead to {target}")


@pytest.mark.parametrize("language", WORDS)
def test_a_task_is_added_from_a_gap_seen_applied_and_taken_back(visit: Visit, language: str) -> None:
    """The effect is shown before; in English with scripts, in Chinese without."""
    words = WORDS[language]
    visitor = visit(locale=language, java_script_enabled=language == "en")
    page = visitor.open(f"/gaps?status=unpractised&severity=0&lang={language}")
    step_to(page, page.locator("a[href*='edit?node=']").first)
    page.keyboard.press("Enter")
    form = page.locator(".new-TrainingTask")
    step_to(page, form.locator("summary"))
    expect(form.locator("summary")).to_have_text(words.new)
    page.keyboard.press("Enter")
    step_to(page, form.get_by_label(words.name, exact=True))
    page.keyboard.type("Patent clinic")
    step_to(page, form.get_by_label(words.weight))
    page.keyboard.type("0.6")
    page.keyboard.press("Enter")
    effect = page.locator("section[aria-labelledby=effect]")
    expect(effect).to_contain_text(words.before)
    expect(effect).to_contain_text(words.after)
    if language == "en":
        axe()
        found = flaws(page, "edit", LOOKS["en"], partial(visitor.open, page.url.removeprefix(visitor.address)))
        assert found == []
    step_to(page, page.get_by_label(words.reason, exact=True))
    page.keyboard.type("because")
    step_to(page, page.get_by_role("button", name=words.apply, exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(words.entered)
    step_to(page, page.get_by_role("link", name=words.back, exact=True))
    page.keyboard.press("Enter")
    step_to(page, page.get_by_role("button", name=words.confirm))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(words.taken)
