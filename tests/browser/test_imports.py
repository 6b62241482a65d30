"""Journeys of somebody who imports, in a real browser, with jobs in processes of their own."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from api.cli.main import main
from api.jobs.queue import JobQueue
from api.settings.settings import Settings
from api.state.database import State
from graph.stores import open_store
from tests.support.browsing import LOOKS, Visit, Visitor, axe, flaws
from tests.support.listening import served
from tests.support.serving import settings_in

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default::ResourceWarning")]

SOON_MS = 180_000
"""A job starts a process: on a busy machine that takes a while."""
COMPETENCIES = "id,name,kind\nnew:a,Weld by <b>laser</b>,skill\nnew:b,Measure,skill\n"


@pytest.fixture(autouse=True)
def _held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a test holds stay held, however busy the machine."""
    monkeypatch.setattr("api.jobs.queue.LEASE_S", 600.0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def college(settings: Settings) -> Iterator[str]:
    """Serve an empty graph, each test its own."""
    with served(settings) as address:
        yield address


@pytest.fixture
def jobs(settings: Settings) -> Iterator[JobQueue]:
    store = open_store(settings.store_url)
    yield JobQueue(State(settings.state_path), store.url)
    store.close()


def csv_file(text: str = COMPETENCIES, name: str = "competencies.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def choose(page: Page, file: FilePayload, source: str = "Somebody") -> None:
    """Choose a file on the page that imports, and ask for its preview."""
    page.goto("/import")
    page.get_by_label("Filled-in workbook").set_input_files(file)
    if source:
        page.get_by_text("Options", exact=True).click()
        page.get_by_label("Who states this").fill(source)
    page.get_by_role("button", name="Preview").click()


def is_headed(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text, timeout=SOON_MS)


def test_wrong_file_is_mended(visit: Visit) -> None:
    """A file with a mistake is refused with its cell; mended, it is previewed, applied and found."""
    page = visit().open("/import")
    choose(page, csv_file(COMPETENCIES.replace("skill", "talent", 1)))
    is_headed(page, "Nothing can be imported yet")
    expect(page.locator(".found")).to_have_text("talent")
    expect(page.locator(".sheet .marked")).to_contain_text("talent")
    expect(page.locator(".sheet .wrong")).to_contain_text("Weld by <b>laser</b>")
    with page.expect_download() as download:
        page.get_by_role("link", name="Problems as a spreadsheet").click()
    assert "talent" in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("link", name="Choose other files").click()
    choose(page, csv_file())
    is_headed(page, "What would change")
    page.get_by_role("button", name="Apply").click()
    is_headed(page, "Imported")
    page.goto("/search?q=laser")
    expect(page.locator(".found a")).to_have_text("Weld by <b>laser</b>")


def test_template_with_ten_rows_leads_to_the_first_gap(visit: Visit) -> None:
    """As a new user would: get the template, fill in ten rows, import it, find what is missing."""
    page = visit().open("/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Get the empty template").click()
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    rows = {
        "source": [["My college", "2026"]],
        "disciplines": [["d:1", "Welding"]],
        "courses": [["c:1", "Basics of welding"]],
        "knowledge_units": [["u:1", "Arc and flame", "disciplinary"], ["u:2", "Safety", "disciplinary"]],
        "competencies": [["k:1", "Weld", "skill"], ["k:2", "Inspect a seam", "skill"]],
        "roles": [["r:1", "Welder"]],
    }
    for name, filled in rows.items():
        for row in filled:
            book[name].append(row)
    for link in (("u:1", "DEVELOPS", "k:1"), ("r:1", "REQUIRES", "k:1"), ("r:1", "REQUIRES", "k:2")):
        book["links"].append(link)
    content = BytesIO()
    book.save(content)
    page.get_by_label("Filled-in workbook").set_input_files(
        {"name": "my.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}
    )
    page.get_by_role("button", name="Preview").click()
    is_headed(page, "What would change")
    page.get_by_role("button", name="Apply").click()
    is_headed(page, "Imported")
    page.get_by_role("link", name="See the gaps now").click()
    expect(page.locator("tbody tr").first).to_contain_text("Weld")  # as much is demanded of both: by id
    expect(page.locator("tbody tr").nth(1)).to_contain_text("Inspect a seam")


def test_progress_is_live_and_cancelled(visit: Visit, jobs: JobQueue) -> None:
    """While an import waits, its page says so; cancelled, it says that nothing was changed."""
    page = visit().open("/import")
    assert jobs.take_lease("another worker")
    choose(page, csv_file())
    expect(page.get_by_role("status")).to_have_text("It waits for its turn.")
    expect(page.locator(".phases [aria-current=step]")).to_have_text("Wait")
    page.get_by_role("button", name="Cancel").click()
    is_headed(page, "The import was cancelled")
    assert jobs.latest(1)[0].status == "cancelled"


def test_large_import_tells_how_far_it_is(visit: Visit) -> None:
    """The rows that were read are told as they are, and the page ends at the preview by itself."""
    rows = "".join(f"c{n},Skill {n},skill\n" for n in range(200_000))
    page = visit().open("/import")
    choose(page, csv_file("id,name,kind\n" + rows))
    expect(page.get_by_role("status")).to_contain_text("rows read", timeout=SOON_MS)
    is_headed(page, "What would change")
    expect(page.locator(".d-added").first).to_contain_text("200,000")


def test_conflict_is_previewed_anew(visit: Visit) -> None:
    """Two people preview; the one who comes second is told who was faster, and applies after another look."""
    first, second = visit().open("/import"), visit().open("/import")
    choose(first, csv_file(), "First")
    is_headed(first, "What would change")
    choose(second, csv_file(), "Second")
    is_headed(second, "What would change")
    first.get_by_role("button", name="Apply").click()
    is_headed(first, "Imported")
    second.get_by_role("button", name="Apply").click()
    expect(second.get_by_role("status")).to_contain_text("Revision 1: First")
    second.get_by_role("button", name="Preview again").first.click()
    expect(second.get_by_role("button", name="Apply")).to_be_visible(timeout=SOON_MS)
    second.get_by_role("button", name="Apply").click()
    is_headed(second, "Imported")
    expect(second.get_by_role("status")).to_contain_text("revision 2")


def test_import_is_taken_back(visit: Visit, settings: Settings) -> None:
    """From the list of all imports, the last one of a source is looked at and taken back."""
    assert main(["ingest", "example", "--store", settings.store_url]) == 0
    page = visit().open("/import/runs")
    expect(page.locator("tbody tr")).to_contain_text("command line")
    page.get_by_role("link", name="Take back the last import of Illustrative polytechnic").click()
    is_headed(page, "Take back the last import of Illustrative polytechnic?")
    page.get_by_role("button", name="Take it back").click()
    is_headed(page, "Taken back")
    page.goto("/")
    is_headed(page, "The graph is empty")


def test_files_are_dropped(visit: Visit) -> None:
    """A file that is dropped on the box is the one that is sent; what is too large is told before."""
    page = visit().open("/import")
    box = page.locator("[data-drop]")
    dropped = page.evaluate_handle(
        "text => { const all = new DataTransfer(); all.items.add(new File([text], 'competencies.csv')); return all; }",
        COMPETENCIES,
    )
    box.dispatch_event("drop", {"dataTransfer": dropped})
    expect(box).to_contain_text("competencies.csv (1 kB)")
    box.evaluate("element => { element.dataset.most = '10'; }")
    page.get_by_label("Filled-in workbook").dispatch_event("change")
    expect(box).to_contain_text("larger than 200 MB")
    assert not page.get_by_label("Filled-in workbook").evaluate("field => field.checkValidity()")


def test_everything_works_without_scripts(visit: Visit) -> None:
    """Choose, preview, apply, take back: the page comes again by itself until each is done."""
    page = visit(java_script_enabled=False).open("/import")
    choose(page, csv_file())
    is_headed(page, "What would change")
    page.get_by_role("button", name="Apply").click()
    is_headed(page, "Imported")
    page.get_by_role("link", name="Take back").click()
    page.get_by_role("button", name="Take it back").click()
    is_headed(page, "Taken back")


def test_every_state_is_accessible(browser: Browser, settings: Settings, jobs: JobQueue) -> None:
    """No state of an import breaks WCAG 2.2 A or AA, or is wider than its screen."""
    axe()
    found = list[str]()
    with served(settings) as address:
        visitor = Visitor(browser, address, locale="en-US")
        # Left open, the page would go on listening, and the service would wait for it.
        with closing(visitor):
            page = visitor.page
            for name, way in _states(page, jobs):
                for language, looks in LOOKS.items():
                    reopen = partial(page.goto, f"{way}?lang={language}")
                    found += flaws(page, f"import-{name}-{language}", looks, reopen)
                page.goto(f"{way}?lang=en")
    assert found == []


def _states(page: Page, jobs: JobQueue) -> Iterator[tuple[str, str]]:
    """Bring an import into one state after the other, and give its name and address."""

    def here() -> str:
        return page.url.partition("?")[0]

    choose(page, csv_file(COMPETENCIES.replace("skill", "talent", 1)))
    is_headed(page, "Nothing can be imported yet")
    yield "refused", here()
    choose(page, csv_file())
    is_headed(page, "What would change")
    preview = here()
    yield "preview", preview
    choose(page, csv_file(COMPETENCIES + "new:c,Draw,skill\n"))
    is_headed(page, "What would change")
    late = here()
    page.goto(preview)
    page.get_by_role("button", name="Apply").click()
    is_headed(page, "Imported")
    yield "applied", here()
    yield "effect", f"{here()}/effect"
    yield "moved", late
    assert jobs.take_lease("another worker")
    page.goto(late)
    page.get_by_role("button", name="Preview again").first.click()
    expect(page.locator(".phases")).to_be_visible()
    yield "waiting", here()
    page.get_by_role("button", name="Cancel").click()
    is_headed(page, "The import was cancelled")
    yield "cancelled", here()
    yield "runs", "/import/runs"
