"""Progress is data: what it says to people decides nothing."""

import os
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from api.jobs.formats import NoOptions
from api.jobs.queue import ImportRequest, JobQueue
from api.jobs.runner import JobRunner
from api.jobs.worker import do_job
from api.principal import Principal
from api.settings.settings import Settings
from api.state.database import State
from api.web.import_progress import progress_of
from api.web.texts import words_in
from graph.messages import catalogue
from graph.stores import Store, open_store
from ingest.progress import Progress, Stage
from tests.support.commanding import CHAIN
from tests.support.serving import settings_in

ME = Principal("me", "", frozenset())
READ, CHECKED = {"file": "a.csv", "rows": 7}, {"nodes": 2, "links": 1}
EACH = [
    Progress(stage=Stage.WAITING),
    Progress(stage=Stage.STARTING),
    Progress(stage=Stage.UNPACKING),
    Progress.model_validate({"stage": Stage.READING} | READ),
    Progress.model_validate({"stage": Stage.CHECKING} | CHECKED),
    Progress(stage=Stage.COMPARING, source="mine"),
    Progress(stage=Stage.WRITING),
    Progress(stage=Stage.OVER),
]


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


@pytest.fixture(params=["as it is", "reworded"])
def _wording(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say every text of progress otherwise: all alike, and alike to what another stage says."""
    if request.param == "reworded":
        sections = {"phase", "stage", "progress"}
        texts = dict(catalogue())
        texts |= {key: ("reading x: 1 rows", "写入") for key in texts if key.partition(".")[0] in sections}
        texts["phase.reading"] = ("writing", "排队")
        monkeypatch.setattr(import_module("graph.messages.catalogue"), "_texts", partial(_of_section, texts))
        assert str(EACH[3].message) == "writing"


def _of_section(texts: Mapping[str, tuple[str, str]], section: str) -> dict[str, tuple[str, str]]:
    return {key.partition(".")[2]: both for key, both in texts.items() if key.partition(".")[0] == section}


def queued(jobs: JobQueue) -> str:
    """Queue an import of a small graph, and return its id."""
    folder = jobs.folder("job1") / "file"
    folder.mkdir(parents=True)
    for name, text in CHAIN.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return jobs.add("job1", "native", ImportRequest.model_validate({}), NoOptions(), ME).id


@pytest.mark.usefixtures("_wording")
def test_job_goes_through_its_stages(settings: Settings, jobs: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    """In their order, however they are worded; and it is done."""
    stages = [jobs.get(queued(jobs)).progress.stage]
    tell = JobQueue.tell

    def told(queue: JobQueue, job_id: str, progress: Progress) -> None:
        tell(queue, job_id, progress)
        stages.append(jobs.get(job_id).progress.stage)

    monkeypatch.setattr(JobQueue, "tell", told)
    monkeypatch.setattr("api.jobs.worker.TOLD_EVERY_ROWS", 1)
    assert jobs.begin("job1")
    do_job(settings, "job1", os.getppid())
    job = jobs.get("job1")
    assert (job.status, job.progress.stage) == ("done", Stage.OVER)
    assert list(dict.fromkeys(stages)) == [stage for stage in Stage if stage not in {Stage.STARTING, Stage.OVER}]


@pytest.mark.usefixtures("_wording")
@pytest.mark.parametrize("progress", EACH[1:-1], ids=lambda progress: progress.stage)
def test_only_what_is_being_written_is_not_broken_off(
    settings: Settings, store: Store, jobs: JobQueue, progress: Progress
) -> None:
    """The stage decides, not its wording, whether the process of a job that is cancelled ends."""
    jobs.begin(queued(jobs))
    jobs.tell("job1", progress)
    execution = ExecutionDouble()
    is_ended = JobRunner(settings, store, State(settings.state_path))._broken_off(execution, "job1")
    assert (is_ended, execution.was_terminated) == ((progress.stage is not Stage.WRITING),) * 2


class ExecutionDouble:
    """A job that runs until it is broken off, and notes that it was."""

    exitcode = None
    was_terminated = False

    def is_alive(self) -> bool:
        """Run on."""
        return not self.was_terminated

    def terminate(self) -> None:
        """Note it."""
        self.was_terminated = True

    def join(self, timeout: float | None = None) -> None:
        """Return at once."""


@pytest.mark.usefixtures("_wording")
def test_page_shows_each_stage_at_its_place() -> None:
    """The page finds the stage in the data."""
    assert [progress_of(words_in("zh"), progress).stage for progress in EACH] == [0, 1, 1, 1, 2, 3, 4, 1]


def test_each_stage_is_worded_in_both_languages() -> None:
    """Each as data fill it in, and each its own way."""
    for language in ("en", "zh"):
        assert len({progress.message.text(language) for progress in EACH}) == len(Stage)
    assert str(EACH[3].message) == "reading a.csv: 7 rows"
