"""Imports over HTTP: taken in whole or not at all, done once, watched, cancelled, and never half-done."""

import json
import os
import time
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from api.cli.command_table import INGEST
from api.jobs import queue
from api.jobs.executor import run_in_process
from api.jobs.formats import FORMATS, NoOptions
from api.jobs.queue import STRAY_AFTER_S, ImportRequest, Job, JobQueue
from api.jobs.uploads import input_path, safe_name
from api.principal import Principal
from api.settings.service import ServiceSettings
from api.settings.settings import Settings
from api.state.audit import Audit
from api.state.clock import uptime_s
from api.state.database import State
from graph.errors import ConflictError, InputError, NotFoundError
from graph.stores import Store, open_store
from ingest.formats.native import read as native
from ingest.job import ingest
from ingest.progress import Stage
from tests.support.commanding import CHAIN
from tests.support.conditions import eventually
from tests.support.serving import Asker, assert_problem, serving, settings_in
from tests.support.uploads import Upload, packed, uploads

URL = "/v1/ingest/native"
ME = Principal("me", "", frozenset())
YEAR_S = 365 * 86400


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path, is_default=True)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    found = open_store(settings.store_url)
    yield found
    found.close()


@pytest.fixture
def jobs(settings: Settings, store: Store) -> JobQueue:
    return JobQueue(State(settings.state_path), store.url)


@pytest.fixture
def asker(settings: Settings) -> Iterator[Asker]:
    with serving(settings) as found:
        yield found


@pytest.fixture
def apart(settings: Settings) -> Iterator[Asker]:
    """Serve with imports in processes of their own, as a service does."""
    with serving(settings, run_in_process) as found:
        yield found


def over(asker: Asker, where: str) -> Job:
    """Return the import when it is over."""

    def job() -> Job | None:
        seen = Job.model_validate_json(asker.get(where).content)
        return seen if seen.is_over else None

    ended = eventually(job)
    assert ended is not None
    return ended


def sent(asker: Asker, files: list[Upload], url: str = URL) -> Job:
    """Send the files, and return the import when it is over."""
    response = asker.post(url, files=files)
    assert response.status_code == HTTPStatus.ACCEPTED, response.text
    # What it is at is no matter: a quick worker may have ended by the time that the answer is written.
    assert response.headers["Location"].endswith(response.json()["id"])
    return over(asker, response.headers["Location"])


def test_import_does_what_the_command_does(apart: Asker, store: Store, tmp_path: Path, jobs: JobQueue) -> None:
    """The report is the command's, the run bears the import's id, the log says who, and the files are gone."""
    job = sent(apart, uploads())
    (tmp_path / "data").mkdir()
    for name, text in CHAIN.items():
        (tmp_path / "data" / name).write_text(str(text), encoding="utf-8")
    other = open_store(f"sqlite:///{tmp_path}/other.db")
    expected = ingest(lambda: native.read(tmp_path / "data"), other)
    other.close()
    assert job.status == "done"
    assert job.report == expected.model_copy(update={"run": job.id})
    assert [run.id for run in store.runs()] == [job.id]
    log = Audit(jobs.state).latest().items
    assert [(deed.who, deed.what, deed.run) for deed in log] == [
        ("local", "imported", job.id),
        ("local", "import asked for", job.id),
    ]
    assert not jobs.folder(job.id).exists()
    listed = apart.get("/v1/ingest/runs").json()["items"]
    assert [item["id"] for item in listed] == [job.id]


def test_zip_is_its_files(asker: Asker, store: Store) -> None:
    """A zip of the folder is the folder, as macOS packs it too; sending it again changes nothing."""
    archive = packed({**{f"poly/{name}": text for name, text in CHAIN.items()}, "__MACOSX/poly/._links.csv": b"\0"})
    assert sent(asker, [("file", ("poly.zip", archive))]).status == "done"
    again = sent(asker, uploads())
    assert again.report is not None
    assert (again.status, again.report.revision, store.revision().number) == ("done", 1, 1)


def test_wrong_rows_refuse_the_import(asker: Asker, store: Store) -> None:
    """The report names each, as the command's does, and the list of runs has it; nothing is changed."""
    job = sent(asker, uploads({**CHAIN, "links.csv": "from_id,relation,to_id\nk1,DEVELOPS,none\n"}))
    assert job.status == "refused"
    assert job.report is not None
    assert (job.report.problems[0].file, job.report.problems[0].row) == ("links.csv", 2)
    assert not store.exists()
    assert asker.get("/v1/runs").json()["items"][0]["id"] == job.id


def test_preview_then_apply_at_its_revision(asker: Asker, store: Store) -> None:
    """A dry run changes nothing and tells its revision; applying at that one is refused once the graph moved on."""
    shown = sent(asker, uploads(), f"{URL}?dry_run=true")
    assert shown.report is not None
    assert shown.report.dry_run
    assert not store.exists()
    base = shown.report.base_revision
    assert sent(asker, uploads(), f"{URL}?expected_revision={base}").status == "done"
    response = asker.post(f"{URL}?expected_revision={base}", files=uploads())
    assert_problem(response, 409, "conflict")


def test_graph_that_moves_on_while_the_import_waits_is_a_conflict(asker: Asker, store: Store, jobs: JobQueue) -> None:
    """The revision is looked at again when it is its turn."""
    assert jobs.take_lease("another worker")
    where = asker.post(f"{URL}?expected_revision=0", files=uploads()).headers["Location"]
    ingest(lambda: native.read(Path("examples/polytechnic")), store)
    jobs.give_lease("another worker")
    job = over(asker, where)
    assert job.status == "conflict"
    assert "revision 1, not 0" in (job.problem or "")
    assert store.revision().number == 1


def test_expected_revision_is_not_tried_again(store: Store, tmp_path: Path) -> None:
    """Only who names no revision takes the one that stands."""
    with pytest.raises(ConflictError):
        ingest(lambda: native.read(Path("examples/polytechnic")), store, expected_revision=3)
    assert not store.exists()


def test_options_are_the_formats_own(asker: Asker) -> None:
    """They are checked as parameters are; those of another format are unknown."""
    file = [("file", ("s.jsonl", b""))]
    told = assert_problem(asker.post("/v1/ingest/xapi", files=file), 422, "invalid-parameters")
    assert told["errors"][0]["field"] == "query.cohort"  # type: ignore[index]
    assert_problem(asker.post(f"{URL}?cohort=x", files=file), 422, "invalid-parameters")
    assert_problem(asker.post("/v1/ingest/onet?importance=6", files=file), 422, "invalid-parameters")


@pytest.mark.parametrize(
    "files",
    [
        [],
        [("other", ("a.csv", b"id\n"))],
        [("file", ("a.csv", b"id\n")), ("file", ("A/a.csv", b"id\n"))],
        [("file", ("..", b"id\n"))],
        [("file", (".hidden", b"id\n"))],
        [("file", ("x" * 300, b"id\n"))],
        [("file", ("a\n.csv", b"id\n")), ("mapping", ("m.csv", b""))],
    ],
)
def test_wrong_uploads_are_refused_at_once(asker: Asker, jobs: JobQueue, files: list[Upload]) -> None:
    """Nothing is queued, and nothing is left on the disk."""
    response = asker.post(URL, files=files) if files else asker.post(URL, content=b"")
    assert_problem(response, 422, "invalid-input")
    assert jobs.latest(9) == []
    assert list((jobs.folder("x").parent).glob("*")) == []


def test_broken_form_is_refused(asker: Asker) -> None:
    """What is no multipart form is told so."""
    for content in (
        b"",
        b"--x\r\nnonsense",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n',
    ):
        response = asker.post(URL, content=content, headers={"Content-Type": "multipart/form-data; boundary=x"})
        assert_problem(response, 422, "invalid-input")
    assert_problem(asker.post(URL, content=b"x", headers={"Content-Type": "multipart/form-data"}), 422, "invalid-input")


def test_large_upload_is_refused_before_it_is_read(settings: Settings, jobs: JobQueue) -> None:
    """Whether it declares its size or not; the limit of other requests stays as it is."""

    async def pieces() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        for _ in range(100):
            yield b"x" * 1000

    limited = replace(settings, service=ServiceSettings(upload_bytes=50_000))
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with serving(limited) as asker:
        assert_problem(asker.post(URL, files=[("file", ("a.csv", b"x" * 60_000))]), 413, "too-large")
        assert_problem(asker.post(URL, content=pieces(), headers=headers), 413, "too-large")
    assert jobs.latest(9) == []


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"../evil.csv": "id\n"}, "leads elsewhere"),
        ({"/etc/evil.csv": "id\n"}, "leads elsewhere"),
        ({"a\\..\\evil.csv": "id\n"}, "leads elsewhere"),
        ({"C:evil.csv": "id\n"}, "leads elsewhere"),
        ({"bomb.csv": "0" * 5_000_000}, "times its size"),
        ({}, "0 files"),
        ({f"{n}.csv": "" for n in range(2001)}, "2001 files"),
        ({"a.csv": "some text that is longer than the limit is"}, "unpacks to more than 20 bytes"),
    ],
)
def test_zip_that_means_harm_is_refused(tmp_path: Path, names: Mapping[str, str], said: str) -> None:
    """Nothing of it is unpacked."""
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "a.zip").write_bytes(packed(names))
    most = 20 if "20 bytes" in said else 10_000_000
    with pytest.raises(InputError, match=said):
        input_path(tmp_path / "file", most, only_folder=False)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [tmp_path / "file" / "a.zip"]


def test_name_too_long_for_the_disk_tells_no_path(tmp_path: Path) -> None:
    """What the disk refuses is the zip's fault, and told without where it is unpacked."""
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "a.zip").write_bytes(packed({"x" * 300 + ".csv": "id\n"}))
    with pytest.raises(InputError, match="too long") as caught:
        input_path(tmp_path / "file", 10**6, only_folder=False)
    assert str(tmp_path) not in str(caught.value)


def test_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A symbolic link could lead out of the folder."""
    (tmp_path / "file").mkdir()
    with zipfile.ZipFile(tmp_path / "file" / "a.zip", "w") as archive:
        part = zipfile.ZipInfo("links.csv")
        part.external_attr = 0o120777 << 16
        archive.writestr(part, "/etc/passwd")
    with pytest.raises(InputError, match="leads elsewhere"):
        input_path(tmp_path / "file", 10_000, only_folder=False)


def test_damaged_zip_is_refused(asker: Asker) -> None:
    """It is told as a problem of the file."""
    job = sent(asker, [("file", ("a.zip", packed(CHAIN)[:-30]))])
    assert job.status == "refused"
    assert job.report is not None
    assert "damaged" in job.report.problems[0].reason


def test_one_file_is_itself_unless_a_folder_is_needed(tmp_path: Path) -> None:
    """Formats of several files get their folder."""
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "a.csv").write_text("id\n", encoding="utf-8")
    assert input_path(tmp_path / "file", 9, only_folder=False).name == "a.csv"
    assert input_path(tmp_path / "file", 9, only_folder=True).name == "file"


@pytest.mark.parametrize("name", ["../../a.csv", "/etc/a.csv", "C:\\x\\a.csv", "a.csv "])
def test_folders_of_a_name_are_dropped(name: str) -> None:
    """What a browser sends as the way to a file is not followed."""
    assert safe_name(name) == "a.csv"


def test_waiting_import_is_cancelled_at_once(asker: Asker, jobs: JobQueue, store: Store) -> None:
    """Nothing of it is kept but that it was."""
    assert jobs.take_lease("another worker")
    where = asker.post(URL, files=uploads()).headers["Location"]
    response = asker.ask("DELETE", where)
    assert (response.status_code, response.json()["status"]) == (HTTPStatus.ACCEPTED, "cancelled")
    assert not jobs.folder(response.json()["id"]).exists()
    jobs.give_lease("another worker")
    # When a later one is over, the runner has passed it by.
    assert sent(asker, uploads({"competencies.csv": "id,name,kind\nc1,,skill\n"})).status == "refused"
    assert over(asker, where).status == "cancelled"
    assert not store.exists()


@pytest.fixture(scope="module")
def much() -> list[Upload]:
    """Give an upload that takes some seconds to read."""
    rows = "".join(f"c{n},Skill {n},skill\n" for n in range(150_000))
    return uploads({"source.csv": "name,version\nMuch,1\n", "competencies.csv": "id,name,kind\n" + rows})


def running(asker: Asker, files: list[Upload]) -> str:
    """Send the files, and return where the import is seen, once it reads them."""
    where: str = asker.post(URL, files=files).headers["Location"]
    eventually(lambda: asker.get(where).json()["progress"]["stage"] == Stage.READING)
    return where


def test_running_import_is_cancelled(apart: Asker, much: list[Upload], store: Store) -> None:
    """It is broken off while it reads, and nothing is changed."""
    where = running(apart, much)
    assert apart.ask("DELETE", where).json()["status"] == "running"
    assert over(apart, where).status == "cancelled"
    assert not store.exists()


@pytest.mark.slow
def test_import_parks_while_the_service_is_away(settings: Settings, much: list[Upload], jobs: JobQueue) -> None:
    """Who ends the service breaks the import off; when the service is back, it is done."""
    with serving(settings, run_in_process) as asker:
        where = running(asker, much)
    job_id = where.rpartition("/")[2]
    assert jobs.get(job_id).status == "queued"
    with serving(settings) as asker:
        job = over(asker, where)
        assert job.status == "done", job.report


def test_events_tell_the_progress_to_the_end(asker: Asker) -> None:
    """Each event is the import as it stands; the last one says that it is over."""
    where = asker.post(URL, files=uploads()).headers["Location"]
    response = asker.get(f"{where}/events")
    assert response.headers["content-type"] == "text/event-stream"
    told = [event.split("\n") for event in response.text.strip().split("\n\n")]
    assert [lines[0] for lines in told] == ["event: progress"] * (len(told) - 1) + ["event: end"]
    seen = [json.loads(lines[1].removeprefix("data: ")) for lines in told]
    # The import may be over before its events are asked for: then the end is all there is to tell.
    assert {one["status"] for one in seen[:-1]} <= {"queued", "running"}
    assert seen[-1]["status"] == "done"
    assert asker.get(f"{where}/events").text.startswith("event: end")


def test_what_a_dead_runner_left_is_told(asker: Asker, jobs: JobQueue, store: Store) -> None:
    """An import that ran when its runner died is lost, unless the store has its run: then it was done."""
    assert jobs.take_lease("a runner that will die")
    for name in ("a1", "b2"):
        jobs.folder(name).mkdir(parents=True)
        jobs.add(name, "native", ImportRequest(), NoOptions(), ME)
        assert jobs.begin(name)
    ingest(lambda: native.read(Path("examples/polytechnic")), store, run_id="b2")
    jobs.give_lease("a runner that will die")
    assert over(asker, "/v1/ingest/runs/a1").status == "lost"
    done = over(asker, "/v1/ingest/runs/b2")
    assert done.status == "done"
    assert done.report is not None
    assert done.report.run == "b2"


def test_stray_uploads_are_removed(jobs: JobQueue) -> None:
    """What a killed service left is cleared; what waits, or is being taken in, stays."""
    jobs.add("waiting", "native", ImportRequest(), NoOptions(), ME)
    for name in ("waiting", "stray", "fresh"):
        jobs.folder(name).mkdir(parents=True)
    for name in ("waiting", "stray"):
        os.utime(jobs.folder(name), (1, 1))
    jobs.forget_strays()
    assert {folder.name for folder in jobs.folder("x").parent.iterdir()} == {"waiting", "fresh"}


@pytest.mark.parametrize("ahead_s", [-YEAR_S, -3600, 3700, YEAR_S])
def test_upload_of_a_moment_ago_is_no_stray_at_any_clock(
    jobs: JobQueue, monkeypatch: pytest.MonkeyPatch, ahead_s: int
) -> None:
    """The disk dates a folder: how old it is, the disk's clock says, whatever that of the process does."""
    jobs.add("waiting", "native", ImportRequest(), NoOptions(), ME)
    for name in ("stray", "fresh"):
        jobs.folder(name).mkdir(parents=True)
    disk = jobs.folder("fresh").stat().st_mtime
    os.utime(jobs.folder("stray"), (disk - STRAY_AFTER_S - 60, disk - STRAY_AFTER_S - 60))
    moment = time.time() + ahead_s
    monkeypatch.setattr(time, "time", lambda: moment)
    jobs.forget_strays()
    assert {folder.name for folder in jobs.folder("x").parent.iterdir()} == {"fresh"}


def test_whoever_waits_to_take_a_lease_does_not_take_a_renewed_one(jobs: JobQueue) -> None:
    """While one worker waits for the state file, another renews its lease: it stays the other's."""
    assert jobs.take_lease("a")
    with ThreadPoolExecutor(1) as threads:
        with jobs.state.writing() as connection:
            waiting = threads.submit(jobs.take_lease, "b")
            time.sleep(0.3)  # b is at the lock; were it not yet, the test would pass for nothing
            connection.execute("UPDATE lease SET until = ?", (uptime_s() + queue.LEASE_S,))
        assert waiting.result() is False


def test_one_runner_at_a_time(jobs: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease is one holder's until it is given back, or has run out."""
    assert jobs.take_lease("a")
    assert not jobs.take_lease("b")
    assert jobs.take_lease("a")
    moment = uptime_s() + queue.LEASE_S + 1
    monkeypatch.setattr("api.state.leases.uptime_s", lambda: moment)
    assert jobs.take_lease("b")
    assert not jobs.take_lease("a")


def test_job_is_begun_once(jobs: JobQueue) -> None:
    """Whoever comes second finds it taken."""
    jobs.add("a1", "native", ImportRequest(), NoOptions(), ME)
    assert [jobs.begin("a1"), jobs.begin("a1")] == [True, False]


def test_jobs_are_those_of_the_store(jobs: JobQueue) -> None:
    """One state file may serve several stores."""
    jobs.add("a1", "native", ImportRequest(), NoOptions(), ME)
    with pytest.raises(NotFoundError):
        JobQueue(jobs.state, "sqlite:////other.db").get("a1")


def test_too_many_imports_are_sent_away(asker: Asker, jobs: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads take room: above a number the answer is 503."""
    monkeypatch.setattr("api.jobs.imports.MOST_WAITING", 1)
    assert jobs.take_lease("another worker")
    assert asker.post(URL, files=uploads()).status_code == HTTPStatus.ACCEPTED
    assert_problem(asker.post(URL, files=uploads()), 503, "busy")


def test_last_import_is_taken_back(asker: Asker, store: Store, jobs: JobQueue) -> None:
    """Undo over HTTP is the command's, and the log has it."""
    sent(asker, uploads())
    shown = asker.post("/v1/undo/Poly?dry_run=true").json()
    assert (shown["dry_run"], store.revision().number) == (True, 1)
    assert asker.post("/v1/undo/Poly").json()["revision"] == 2
    assert Audit(jobs.state).latest(limit=1).items[0].what == "taken back"
    assert_problem(asker.post("/v1/undo/None"), 404, "not-found")


def test_formats_are_those_of_the_command_line() -> None:
    """What one can import there can be imported here; the example is bundled."""
    assert list(FORMATS) == [name for entry in INGEST if (name := entry.name) != "example"]
