"""The pages that import: nothing changes before it is looked at, problems are in place, no site forges a form."""

import errno
import io
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from api.jobs.formats import FORMATS, NoOptions
from api.jobs.queue import KEPT_AT_MOST, STRAY_AFTER_S, ImportRequest, JobQueue, UploadRetention
from api.jobs.uploads import input_path
from api.principal import Principal
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.database import State
from api.web.format_options import fields_of
from api.web.import_progress import progress_of
from api.web.texts import words_in
from graph.errors import StoreUnavailableError
from graph.messages import catalogue
from graph.stores import open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.progress import Progress, Stage
from tests.support.import_pages import COMPETENCIES, again, applied, over, posted, token, upload
from tests.support.markup import Page
from tests.support.serving import Asker, serving, settings_in

WRONG = b"id,name,kind\nk:a,Weld,skill\nk:b,,talent\n"
LINKS = b"from_id,relation,to_id\nk:u,DEVELOPS,k:a\n"
BROWSER = {"Accept": "text/html"}
ME = Principal("me", "", frozenset())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def asker(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as found:
        yield found


@pytest.fixture
def jobs(settings: Settings) -> Iterator[JobQueue]:
    store = open_store(settings.store_url)
    yield JobQueue(State(settings.state_path), store.url)
    store.close()


def names(asker: Asker) -> list[str]:
    return [item["name"] for item in asker.get("/v1/competencies").json()["items"]]


def actions(page: Page) -> list[str]:
    return [has["action"].rpartition("/")[2] for has in page.all("form") if "action" in has]


def test_preview_changes_nothing(asker: Asker) -> None:
    """A preview tells what would come, and nothing has come."""
    page = over(asker, upload(asker))
    assert "+ Added 2 0" in page.text("table")
    assert "Weld" in page.text("main")
    assert names(asker) == []


def test_applied_preview_is_imported(asker: Asker, jobs: JobQueue) -> None:
    """What was previewed is applied as it was, answered from at once, and the log has it as of the interface."""
    preview = upload(asker)
    done = applied(asker, preview)
    assert "It is imported, as revision 1." in done.text()
    assert names(asker) == ["Weld", "Measure"]
    assert "College" in Page(asker.get("/").text).text()
    log = [(deed.who, deed.what, deed.detail) for deed in Audit(jobs.state).latest().items]
    assert log == [
        ("local", "imported", "College, revision 1"),
        ("local", "import asked for", "native"),
        ("local", "import asked for", "native (dry run)"),
    ]
    assert "This preview has been applied." in over(asker, preview).text()


def test_every_change_can_be_looked_through(asker: Asker) -> None:
    """What a page cuts short leads to all of it: of a preview, of what was applied, and of what an undo takes back."""
    lines = [f"k:{n:03},Skill {n:03},skill\n" for n in range(120)]
    preview = upload(asker, "".join(["id,name,kind\n", *lines]).encode())
    done = applied(asker, preview)
    undone = Page(asker.get("/import/undo?source=College&lang=en").text)
    assert "and 115 more" in done.text("main")
    for page, change in ((done, "added"), (undone, "added")):
        link = next(one for one in page.links if f"/changes?change={change}&of=nodes" in one)
        seen: list[str] = []
        for number in (1, 2):
            told = asker.get(f"/import/{link.partition('import/')[2]}&page={number}").text
            seen += re.findall(r"Skill \d\d\d", told)
        assert sorted(set(seen)) == [f"Skill {n:03}" for n in range(120)]
    again = upload(asker, "".join(["id,name,kind\n", *lines[:110], "k:new,New,skill\n"]).encode())
    link = next(one for one in over(asker, again).links if "/changes?change=removed&of=nodes" in one)
    told = asker.get(f"/import/{link.partition('import/')[2]}").text
    assert sorted(set(re.findall(r"Skill \d\d\d", told))) == [f"Skill {n:03}" for n in range(110, 120)]


def test_preview_is_applied_once(asker: Asker, jobs: JobQueue) -> None:
    """Who presses the button twice comes to the same import."""
    preview = upload(asker)
    assert posted(asker, f"{preview}/apply") == posted(asker, f"{preview}/apply")
    assert len(jobs.latest(9)) == 2


def test_filled_in_template_is_imported(asker: Asker) -> None:
    """The workbook that the page offers can be filled in and brought back."""
    book = openpyxl.load_workbook(BytesIO(asker.get("/import/template.xlsx").content))
    book["source"].append(["College", "2026"])
    book["competencies"].append(["k:a", "Weld", "skill"])
    filled = BytesIO()
    book.save(filled)
    book.close()
    applied(asker, upload(asker, filled.getvalue(), "mine.xlsx"))
    assert names(asker) == ["Weld"]


def test_zip_is_its_files(asker: Asker, jobs: JobQueue) -> None:
    """A packed folder is previewed as the folder is; what is kept of it is the zip alone, and what would change."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("my/source.csv", "name,version\nCollege,1\n")
        archive.writestr("my/competencies.csv", COMPETENCIES)
    preview = upload(asker, packed.getvalue(), "my.zip")
    kept = [file.name for file in jobs.folder(preview.rpartition("/")[2]).rglob("*")]
    assert [name for name in kept if not name.endswith(".jsonl")] == ["file", "my.zip"]
    applied(asker, preview)
    assert names(asker) == ["Weld", "Measure"]


def test_problems_point_at_their_cells(asker: Asker) -> None:
    """Every problem stands with its row and column, and the row as it is in the file; there is nothing to apply."""
    page = over(asker, upload(asker, WRONG))
    text = page.text("main")
    assert "Problems: 2" in text
    assert "competencies.csv" in text
    assert '3 kind talent "talent" is not possible here' in text
    assert "2 k:a Weld skill 3 k:b wrong: wrong: talent" in text
    assert "apply" not in actions(page)


def test_problems_are_a_spreadsheet_too(asker: Asker) -> None:
    """The same as CSV, in which nothing is a formula."""
    content = b"id,name,kind\nk:a,Weld,=1+1\n"
    rows = asker.get(f"{upload(asker, content)}/problems.csv").text.splitlines()
    assert rows[0].startswith("\ufeffFile,Sheet,Row,Column,Value")
    assert rows[1].startswith("competencies.csv,,2,kind,'=1+1,")


def test_hostile_file_is_shown_as_text(asker: Asker) -> None:
    """Names, values and excerpts of a file are text, whatever is in them."""
    hostile = b'id,name,kind\nk:a,"<img src=x onerror=alert(1)>",</script>\n'
    page = over(asker, upload(asker, hostile))
    assert page.all("img") == []
    assert page.inline == []
    assert "<img src=x onerror=alert(1)>" in page.text("main")


def test_links_to_what_is_missing_can_be_allowed(asker: Asker) -> None:
    """A refused preview can be made again of the same files, with links kept that lead to nothing yet."""
    refused = upload(asker, LINKS, "links.csv")
    allowed = again(asker, refused, allow_dangling="1")
    assert "Keep links to things that are not there yet" in over(asker, allowed).text("main")
    assert "as revision 1" in applied(asker, allowed).text()


def test_wrong_rows_can_be_left_out(asker: Asker) -> None:
    """What is left out is shown still, and the rest comes in."""
    allowed = again(asker, upload(asker, WRONG), skip_invalid="1")
    assert "These rows are left out" in over(asker, allowed).text("main")
    applied(asker, allowed)
    assert names(asker) == ["Weld"]


def test_removal_of_much_must_be_allowed(asker: Asker) -> None:
    """A file that would take away most of its source is refused until that is ticked, or only added."""
    applied(asker, upload(asker))
    part = COMPETENCIES[: COMPETENCIES.index(b"k:b")]
    refused = upload(asker, part)
    assert "allow removals" in over(asker, refused).text("main")
    merged = over(asker, again(asker, refused, merge="1"))
    assert "− Removed 0 0" in merged.text("table")
    applied(asker, again(asker, refused, allow_removals="1"))
    assert names(asker) == ["Weld"]


def test_graph_that_moved_is_told(asker: Asker) -> None:
    """What was previewed on another revision is not applied: the page says who was faster, and previews anew."""
    first, second = upload(asker), upload(asker, source="Other")
    applied(asker, second)
    page = over(asker, first)
    assert "This was a preview of revision 0" in page.text("main")
    assert "Revision 1: Other" in page.text("main")
    assert "apply" not in actions(page)
    assert posted(asker, f"{first}/apply") == first
    assert asker.get("/v1/sources").json()["revision"] == 1
    applied(asker, again(asker, first))
    assert asker.get("/v1/sources").json()["revision"] == 2


def test_graph_that_moves_while_it_waits_is_a_conflict(asker: Asker, jobs: JobQueue, settings: Settings) -> None:
    """An import that comes too late says so on its own page, and its files can be previewed again."""
    preview = upload(asker)
    assert jobs.take_lease("another worker")
    waiting = posted(asker, f"{preview}/apply")
    store = open_store(settings.store_url)
    ingest(lambda: native.read(Path("examples/polytechnic")), store)
    store.close()
    jobs.give_lease("another worker")
    page = over(asker, waiting)
    assert "The graph has changed meanwhile" in page.text("h1")
    assert "again" in actions(page)
    assert "Revision 1: Illustrative polytechnic" in page.text("main")


def test_files_are_kept_until_they_are_applied(asker: Asker, jobs: JobQueue) -> None:
    """A preview keeps its files, an applied import none; then there is nothing to preview again."""
    preview = upload(asker)
    assert jobs.keeps_files(preview.rpartition("/")[2])
    applied(asker, preview)
    assert list(jobs.folder("x").parent.iterdir()) == []
    answer = asker.post(f"{preview}/again", data={"token": token(asker)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "choose them again" in Page(answer.text).text()


def test_kept_files_go_by_themselves(jobs: JobQueue) -> None:
    """After an hour nobody waits for them any more, and more than a few are never kept."""
    for n in range(KEPT_AT_MOST + 2):
        (jobs.folder(f"j{n:02}") / "file").mkdir(parents=True)
        jobs.add(
            f"j{n:02}",
            "native",
            ImportRequest.model_validate({"dry_run": True}),
            NoOptions(),
            ME,
            keeping=UploadRetention(is_wanted=True),
        )
        assert jobs.begin(f"j{n:02}")
        jobs.end(f"j{n:02}", "done")
    (jobs.folder("taken-in") / "file").mkdir(parents=True)
    jobs.forget_strays()
    kept = {folder.name for folder in jobs.folder("x").parent.iterdir()}
    assert kept == {f"j{n:02}" for n in range(2, KEPT_AT_MOST + 2)} | {"taken-in"}
    for folder in jobs.folder("x").parent.iterdir():
        moment = folder.stat().st_mtime - STRAY_AFTER_S - 1
        os.utime(folder, (moment, moment))
    jobs.forget_strays()
    assert list(jobs.folder("x").parent.iterdir()) == []


@pytest.mark.parametrize("name", ["..%2F..%2Fgraph", "x" * 32, "0" * 12, "%00"])
def test_import_that_is_not_there_is_told(asker: Asker, name: str) -> None:
    """No made-up id leads anywhere."""
    where, data = f"/import/runs/{name}", {"token": token(asker)}
    for deed in ("", "/events", "/problems.csv", "/effect"):
        assert asker.get(f"{where}{deed}", headers=BROWSER).status_code == HTTPStatus.NOT_FOUND, deed
    for deed in ("/apply", "/again", "/cancel"):
        assert asker.post(f"{where}{deed}", data=data, headers=BROWSER).status_code == HTTPStatus.NOT_FOUND, deed


def test_example_is_imported_in_one_step(asker: Asker) -> None:
    """The bundled example is there after one form."""
    over(asker, posted(asker, "/import/example"))
    assert "of the required competencies are connected" in Page(asker.get("/?lang=en").text).text()


def test_other_format_is_imported_with_its_options(asker: Asker) -> None:
    """A crosswalk comes in by its own form, with the options that the form gives."""
    applied(asker, upload(asker))
    pairs = b"one,two\na,b\n"
    told = {"from_column": "one", "to_column": "two", "from_prefix": "k:", "to_prefix": "k:", "relation": "CLOSE_TO"}
    done = applied(asker, upload(asker, pairs, "pairs.csv", "?format=crosswalk", **told))
    assert "as revision 2" in done.text()
    links = asker.get("/v1/nodes/k:a").json()["links"]
    assert [link["relation"] for link in links] == ["CLOSE_TO"]


def test_option_out_of_range_is_told(asker: Asker) -> None:
    """It is named as the form names it, and nothing is taken in."""
    data = {"token": token(asker), "importance": "9"}
    answer = asker.post("/import?format=onet&lang=en", data=data, files=[("file", ("a.csv", b"x"))])
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Importance from: Input should be less than or equal to 5" in Page(answer.text).text("main")
    assert asker.get("/v1/ingest/runs").json()["items"] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_format_has_its_form(asker: Asker, language: str) -> None:
    """Each format and option is spoken of in both languages, and has a field of its kind."""
    for name, kind in FORMATS.items():
        page = Page(asker.get(f"/import?format={name}&lang={language}").text)
        fields = {has.get("name") for tag in ("input", "select") for has in page.all(tag)}
        assert {*kind.options.model_fields, *kind.beside, "file", "token"} <= fields, name
        assert page.faults == [], name
        assert page.unlabelled == [], name
        assert {f"format.{name}", f"format_how.{name}"} <= catalogue().keys()


def test_field_is_what_the_option_takes() -> None:
    """Numbers have their bounds, choices their words, and what must be given says so."""
    importance, technology = fields_of(FORMATS["onet"])
    assert (importance.sort, importance.default, importance.least, importance.most) == ("number", "3", 1, 5)
    assert technology.sort == "tick"
    cohort, stage, date = fields_of(FORMATS["xapi"])
    assert (cohort.is_required, stage.choices, date.sort) == (True, ("formative", "final"), "text")


def test_progress_is_told_in_the_viewers_language() -> None:
    """Each phase of a job is one of the stages, and is spoken of."""
    told = [
        (Progress(stage=Stage.WAITING), (0, "正在排队。")),
        (Progress(stage=Stage.STARTING), (1, "正在打开文件。")),
        (Progress(stage=Stage.READING, file="a.csv", rows=5000), (1, "a.csv：已读取 5,000 行")),
        (Progress(stage=Stage.CHECKING, nodes=7, links=9), (2, "正在检查 7 个节点和 9 条连接。")),
        (Progress(stage=Stage.COMPARING, source="ESCO"), (3, "正在与 ESCO 此前的内容比较。")),
    ]
    assert [(progress, tuple(progress_of(words_in("zh"), progress))) for progress, _ in told] == told
    assert {progress_of(words_in("en"), Progress(stage=Stage.WRITING)).stage} == {4}


def test_events_lead_to_the_end(asker: Asker) -> None:
    """The page hears how far it is, and when it is over."""
    where = posted(asker, "/import/example")
    response = asker.get(f"{where}/events")
    assert response.headers["content-type"] == "text/event-stream"
    last = response.text.strip().split("\n\n")[-1]
    assert last.startswith("event: end\n")
    assert over(asker, where).text("h1") == "Imported"


def test_page_refreshes_itself_without_scripts(asker: Asker, jobs: JobQueue) -> None:
    """While an import waits, its page comes again by itself; when it is over it does not."""
    assert jobs.take_lease("another worker")
    where = posted(asker, "/import/example")
    refresh = {"http-equiv": "refresh", "content": "2"}
    assert refresh in Page(asker.get(where).text).all("meta")
    assert asker.get(where).text.index("<noscript>") < asker.get(where).text.index("http-equiv")
    jobs.give_lease("another worker")
    assert refresh not in over(asker, where).all("meta")


def test_waiting_import_is_cancelled(asker: Asker, jobs: JobQueue) -> None:
    """Its page says that nothing was changed, and the log who cancelled."""
    assert jobs.take_lease("another worker")
    where = posted(asker, "/import/example")
    assert posted(asker, f"{where}/cancel") == where
    page = over(asker, where)
    assert "The import was cancelled" in page.text("h1")
    assert Audit(jobs.state).latest(limit=1).items[0].what == "cancelled"
    jobs.give_lease("another worker")
    assert names(asker) == []


def test_history_has_all_that_was_tried(asker: Asker, settings: Settings) -> None:
    """Imports by pages and by others, refused ones and previews that wait for a word; each leads to its report."""
    store = open_store(settings.store_url)
    ingest(lambda: native.read(Path("examples/polytechnic")), store)
    store.close()
    applied(asker, upload(asker))
    upload(asker, WRONG)
    upload(asker, COMPETENCIES + b"k:c,Draw,skill\n")
    page = Page(asker.get("/import/runs?lang=en").text)
    rows = page.text("tbody")
    assert rows.count("College") == 3
    assert "previewed 1 added, 0 changed, 0 removed this machine" in rows
    assert "refused Problems: 3" in rows
    assert "applied 2 added, 0 changed, 0 removed this machine Take back" in rows
    assert "command line" in rows
    reports = [link for link in page.links if "import/runs/" in link]
    assert len(reports) == 4
    for link in reports:
        assert asker.get("/" + link.lstrip("./")).status_code == HTTPStatus.OK


def test_last_import_is_taken_back(asker: Asker, jobs: JobQueue) -> None:
    """Undo shows what it takes, is confirmed, leads to its own report, and can be undone."""
    done = posted(asker, f"{upload(asker)}/apply")
    over(asker, done)
    ask = Page(asker.get("/import/undo?source=College&lang=en").text)
    assert "− Removed 2 0" in ask.text("table")
    run = next(has["value"] for has in ask.all("input") if has.get("name") == "run")
    assert run == done.rpartition("/")[2]
    back = posted(asker, "/import/undo", source="College", run=run)
    page = over(asker, back)
    assert "It is taken back, as revision 2." in page.text()
    assert "Bring it back" in page.text("main")
    assert Audit(jobs.state).latest(limit=1).items[0].what == "taken back"
    assert names(asker) == []


def test_undo_is_of_what_was_looked_at(asker: Asker) -> None:
    """Where another import came in between, it is not taken back instead: the preview is shown anew."""
    applied(asker, upload(asker))
    ask = Page(asker.get("/import/undo?source=College&lang=en").text)
    run = next(has["value"] for has in ask.all("input") if has.get("name") == "run")
    applied(asker, upload(asker, COMPETENCIES + b"k:c,Draw,skill\n"))
    data = {"token": token(asker), "source": "College", "run": run}
    answer = asker.post("/import/undo?lang=en", data=data)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody has imported something meanwhile" in Page(answer.text).text()
    assert len(names(asker)) == 3


def test_undo_of_nobody_is_not_found(asker: Asker) -> None:
    """A source that is not there has no last import."""
    assert asker.get("/import/undo?source=Nobody").status_code == HTTPStatus.NOT_FOUND
    assert asker.get("/import/undo").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_effect_tells_before_and_after(asker: Asker) -> None:
    """How competencies stood before an import, and after."""
    where = posted(asker, f"{upload(asker)}/apply")
    over(asker, where)
    page = Page(asker.get(f"{where}/effect?lang=en").text)
    assert "From revision 0 to 1" in page.text("main")
    assert "Isolated 0 2 +2" in page.text("table")
    assert "Weld not in the graph Isolated" in page.text("table")


FORMS = [
    "/import",
    "/import/example",
    "/import/undo",
    "/import/runs/x/apply",
    "/import/runs/x/again",
    "/import/runs/x/cancel",
]


def test_form_without_its_token_is_refused(asker: Asker) -> None:
    """A form that did not come from a page of this service changes nothing."""
    token(asker)
    for path in FORMS:
        for sent in ({}, {"token": ""}, {"token": "0" * 32}):
            assert asker.post(path, data={"x": "y", **sent}).status_code == HTTPStatus.FORBIDDEN, path
    assert asker.get("/v1/ingest/runs").json()["items"] == []


def test_page_of_another_site_is_refused(asker: Asker) -> None:
    """Not even with the token may another site send the form."""
    fields = {"token": token(asker)}
    answer = asker.post("/import/example", data=fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_others_cannot_import(asker: Asker) -> None:
    """Reached on an address of the network, where a key is needed, the pages import nothing and show nothing."""
    for path in FORMS:
        assert asker.post(f"http://10.0.0.7{path}").status_code == HTTPStatus.UNAUTHORIZED, path
    for path in ("/import", "/import/runs", "/import/runs/x", "/import/undo?source=x"):
        assert asker.get(f"http://10.0.0.7{path}").status_code == HTTPStatus.UNAUTHORIZED, path


def test_too_large_an_upload_is_told_on_the_page(settings: Settings) -> None:
    """What is larger than the setting allows is not kept; the page says how large, and the way out."""
    limited = replace(settings, service=ServiceSettings(upload_bytes=2_000_000))
    with serving(limited) as asker:
        data = {"token": token(asker)}
        file = [("file", ("a.csv", b"x" * 2_500_000))]
        answer = asker.post("/import?lang=en", data=data, files=file, headers=BROWSER)
        assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert "larger than 2 MB" in Page(answer.text).text("main")
        far = asker.post("/import", content=b" " * 2_500_000)
        assert far.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert far.headers["content-type"] == "application/problem+json"
        assert asker.get("/v1/ingest/runs").json()["items"] == []


@pytest.mark.parametrize("name", ["..", ".hidden", "x" * 300])
def test_hostile_name_is_refused_on_the_page(asker: Asker, jobs: JobQueue, name: str) -> None:
    """A name that no file can have everywhere is told at once, and nothing is kept."""
    data = {"token": token(asker)}
    answer = asker.post("/import?lang=en", data=data, files=[("file", (name, COMPETENCIES))])
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "cannot name a file" in Page(answer.text).text("main")
    assert list(jobs.folder("x").parent.glob("*")) == []


@pytest.mark.parametrize(("name", "said"), [("virus.exe", "is not read"), ("damaged.zip", "damaged")])
def test_file_that_cannot_be_read_is_told(asker: Asker, name: str, said: str) -> None:
    """The preview is refused, and says what the file should be."""
    page = over(asker, upload(asker, b"PK\x03\x04 nonsense", name))
    assert "Problems: 1" in page.text("main")
    assert said in page.text("main")


def test_full_disk_is_no_damaged_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who uploaded a sound zip is not told to pack it again because the machine has no room."""
    (tmp_path / "file").mkdir()
    with zipfile.ZipFile(tmp_path / "file" / "a.zip", "w") as archive:
        archive.writestr("links.csv", LINKS)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("api.jobs.uploads.shutil.copyfileobj", fail)
    with pytest.raises(StoreUnavailableError, match="no room is left"):
        input_path(tmp_path / "file", 10_000, only_folder=False)


def test_no_file_is_said(asker: Asker) -> None:
    """A form without a file says so."""
    answer = asker.post("/import?lang=en", data={"token": token(asker)})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "No file was chosen." in Page(answer.text).text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markup_is_sound(asker: Asker, language: str) -> None:
    """Every page of an import is well-formed, labelled, and has nothing inline."""
    preview, refused = upload(asker), upload(asker, WRONG)
    done = posted(asker, f"{preview}/apply")
    over(asker, done)
    paths = [preview, refused, done, f"{done}/effect", "/import", "/import/runs", "/import/undo?source=College"]
    for path in paths:
        page = Page(asker.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text)
        assert page.faults == [], path
        assert page.unlabelled == [], path
        assert page.inline == [], path
