"""The worker of a background job: what is done for one import, in whatever process."""

import logging
import os
from functools import partial
from pathlib import Path

from api.jobs.excerpts import keep_excerpts
from api.jobs.formats import FORMATS, FormatInput
from api.jobs.kept_changes import keep_changes
from api.jobs.queue import JobQueue, QueuedJob
from api.jobs.uploads import input_path
from api.observability.tracing import Telemetry
from api.settings.settings import Settings, store_of
from api.state.database import State
from graph.errors import ConflictError, RolepathError, StoreUnavailableError
from graph.messages import text
from graph.stores import Store
from ingest.download_edits import ingest_or_edit
from ingest.draft import Draft
from ingest.job import Leniency
from ingest.progress import Progress, Stage
from ingest.report import IngestReport

TOLD_EVERY_ROWS = 5000

_log = logging.getLogger(__name__)


class _ParentGoneError(Exception):
    """The service has died: whoever comes next takes the job for lost, so it must not be done."""


class _ProgressReporter:
    """Progress reporter of a job."""

    def __init__(self, jobs: JobQueue, job_id: str, parent: int) -> None:
        self._jobs, self._id, self._parent = jobs, job_id, parent
        self._told = 0

    def __call__(self, progress: Progress) -> None:
        """Note what the job does now; of the rows that are read, not each time."""
        rows = progress.rows
        if rows is not None:
            if self._told <= rows < self._told + TOLD_EVERY_ROWS:
                return
            self._told = rows
        if os.getppid() != self._parent:
            raise _ParentGoneError("the service has ended")
        self._jobs.tell(self._id, progress)


def do_job(settings: Settings, job_id: str, parent: int) -> None:
    """Do a job, and note how it ended; it is given up when this process has another parent than it had."""
    store, state = store_of(settings), State(settings.state_path)
    jobs, telemetry = JobQueue(state, store.url), Telemetry(settings.service)
    try:
        task = jobs.task(job_id)
        with telemetry.span("import", run=job_id, format=task.job.format) as span:
            report = _ingested(task, settings, store, _ProgressReporter(jobs, job_id, parent))
            if span is not None:
                span.set_attributes({"rolepath.revision": report.revision, "rolepath.refused": report.refused})
    except ConflictError as error:
        jobs.end(job_id, "conflict", problem=str(error))
    except _ParentGoneError:
        return
    except RolepathError as error:
        jobs.end(job_id, "failed", problem=str(error))
    except Exception:  # noqa: BLE001 - the last resort: how a job ended is always told
        _log.exception("import %s failed", job_id)
        jobs.end(job_id, "failed", problem=text("job.defect"))
    else:
        if not report.dry_run and report.revision == report.base_revision:
            _keep(state, report, store.url)
        if task.keeping.is_wanted and report.problems:
            keep_excerpts(jobs.folder(job_id), report)
        jobs.end(job_id, "refused" if report.refused else "done", report=report)
    finally:
        store.close()
        telemetry.close()


def _ingested(task: QueuedJob, settings: Settings, store: Store, reporter: _ProgressReporter) -> IngestReport:
    job, wanted = task.job, task.job.wanted
    folder = JobQueue(State(settings.state_path), store.url).folder(job.id)
    kind = FORMATS[job.format]
    beside = {name: files[0] for name in kind.beside if (files := _files_in(folder / name))}
    options = kind.options.model_validate(task.options)

    def read_anew() -> Draft:
        reporter(Progress(stage=Stage.UNPACKING))
        path = input_path(folder / "file", settings.service.unpacked_bytes, only_folder=kind.only_folder)
        return kind.read(FormatInput(path, options, beside, wanted.source, wanted.institution), reporter)

    keep = partial(keep_changes, folder) if task.keeping.is_wanted and wanted.dry_run else None
    return ingest_or_edit(
        read_anew,
        store,
        mode=wanted.mode,
        leniency=Leniency(wanted.skip_invalid, wanted.allow_dangling, wanted.allow_removals),
        dry_run=wanted.dry_run,
        on_progress=reporter,
        run_id=job.id,
        expected_revision=wanted.expected_revision,
        on_changes=keep,
    )


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _keep(state: State, report: IngestReport, store_url: str) -> None:
    try:
        state.keep_run(report, store_url)
    except StoreUnavailableError as error:
        _log.warning("the list of imports will lack %s: %s", report.run, error)
