"""Does the queued imports: one at a time over all workers, each in a process of its own, so that answers go on."""

import logging
import multiprocessing
import os
import secrets
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from api.jobs.excerpts import keep_excerpts
from api.jobs.formats import FORMATS, FormatInput
from api.jobs.queue import WRITING, Job, JobQueue, JobStatus, QueuedJob
from api.jobs.uploads import input_path
from api.observability.logs import set_up_logging
from api.observability.tracing import Telemetry
from api.settings.settings import Settings, store_of
from api.state.database import State
from graph.errors import ConflictError, RolepathError, StoreUnavailableError
from graph.stores import Store
from ingest.draft import Draft
from ingest.job import Leniency, ingest
from ingest.report import IngestReport

TURN_EVERY_S = 0.5
"""How often a runner looks for work, renews its lease, and sees whether it is to break off."""
TOLD_EVERY_ROWS = 5000
FORGET_EVERY_S = 600.0

_log = logging.getLogger(__name__)


class JobRunner:
    """Looks for work until it is stopped; a job that it breaks off then waits for the next runner."""

    def __init__(self, settings: Settings, store: Store, state: State) -> None:
        """Start nothing yet."""
        self._settings, self._store = settings, store
        self._jobs = JobQueue(state, store.url)
        self._holder = secrets.token_hex(8)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="imports", daemon=True)

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def stop(self) -> None:
        """Break off, and return when nothing runs any more; what is being written is written first."""
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        forget_at = 0.0
        while not self._stop.wait(TURN_EVERY_S):
            if time.monotonic() >= forget_at:
                forget_at = time.monotonic() + FORGET_EVERY_S
                with suppress(RolepathError, OSError):  # another worker may clear the same
                    self._jobs.forget_strays()
            try:
                self._turn()
            except RolepathError as error:
                _log.warning("imports cannot be done at the moment: %s", error)
            except Exception:  # noqa: BLE001 - the runner must not end in silence, whatever it is
                _log.exception("imports cannot be done at the moment")

    def _turn(self) -> None:
        """Do one job, if there is one and nobody else does any."""
        if not self._jobs.open() or not self._jobs.take_lease(self._holder):
            return
        try:
            waiting = [job for job in self._jobs.open() if not self._settled(job)]
            if waiting and self._jobs.begin(waiting[0].id):
                self._run(waiting[0].id)
        finally:
            self._jobs.give_lease(self._holder)

    def _settled(self, job: Job) -> bool:
        """Say whether a job needs no runner. One that runs, while the lease is ours, was lost by a runner that died."""
        if job.status == "queued":
            return False
        self._settle(job.id, "lost", "the service broke off while it ran; nothing was changed: send it again")
        return True

    def _settle(self, job_id: str, status: JobStatus, problem: str) -> None:
        """End a job that did not say how it ended: as done where the store has its run, since that was written."""
        if not self._was_applied(job_id):
            self._jobs.end(job_id, status, problem=problem)

    def _was_applied(self, job_id: str) -> bool:
        """Say whether the store has a job's run; then the job is marked as done."""
        applied = next((run for run in self._store.runs() if run.id == job_id), None)
        if applied is not None:
            self._jobs.end(job_id, "done", report=IngestReport.model_validate(applied.report))
        return applied is not None

    def _run(self, job_id: str) -> None:
        """Do a job in a process, and watch over it."""
        context = multiprocessing.get_context("spawn")
        process = context.Process(target=_live, args=(self._settings, job_id, os.getpid()), daemon=True)
        process.start()
        while process.is_alive():
            process.join(TURN_EVERY_S)
            self._jobs.take_lease(self._holder)
            if self._jobs.is_cancelled(job_id) and self._broken_off(process, job_id):
                self._settle(job_id, "cancelled", "somebody cancelled it")
                return
            if self._stop.is_set() and self._broken_off(process, job_id):
                if not self._was_applied(job_id):
                    self._jobs.park(job_id)
                return
        if self._jobs.get(job_id).status == "running":
            self._settle(job_id, "failed", f"its process ended with {process.exitcode}; the log may say more")

    def _broken_off(self, process: BaseProcess, job_id: str) -> bool:
        """End the process unless it is writing or over; say whether it was ended."""
        job = self._jobs.get(job_id)
        if job.is_over or job.phase == WRITING:
            return False
        process.terminate()
        process.join()
        return self._jobs.get(job_id).status == "running"


class _ParentGoneError(Exception):
    """The service has died: whoever comes next takes the job for lost, so it must not be done."""


class _ProgressReporter:
    """What a job tells its progress to."""

    def __init__(self, jobs: JobQueue, job_id: str, parent: int) -> None:
        self._jobs, self._id, self._parent = jobs, job_id, parent
        self._told = 0

    def rows(self, file: str, rows: int) -> None:
        """Take how many rows of a file have been read."""
        if rows < self._told or rows >= self._told + TOLD_EVERY_ROWS:
            self._told = rows
            self.phase(f"reading {file}: {rows:,} rows")

    def phase(self, words: str) -> None:
        """Take what the job does now."""
        if os.getppid() != self._parent:
            raise _ParentGoneError("the service has ended")
        self._jobs.tell(self._id, words)


def _live(settings: Settings, job_id: str, parent: int) -> None:
    """Do a job: the whole life of its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the runner too, which decides
    set_up_logging(settings.service)
    if hasattr(os, "nice"):
        os.nice(10)  # answers go first
    do_job(settings, job_id, parent)


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
        jobs.end(job_id, "failed", problem="a defect of the service; the log says more")
    else:
        if not report.dry_run and report.revision == report.base_revision:
            _keep(state, report, store.url)
        if task.keeping.is_wanted and report.problems:
            keep_excerpts(jobs.folder(job_id), report)
        jobs.end(job_id, "refused" if report.refused else "done", report=report)
    finally:
        store.close()
        telemetry.close()


def _ingested(task: QueuedJob, settings: Settings, store: Store, told: _ProgressReporter) -> IngestReport:
    job, wanted = task.job, task.job.wanted
    folder = JobQueue(State(settings.state_path), store.url).folder(job.id)
    kind = FORMATS[job.format]
    beside = {name: files[0] for name in kind.beside if (files := _files_in(folder / name))}
    options = kind.options.model_validate(task.options)

    def read_anew() -> Draft:
        told.phase("unpacking")
        path = input_path(folder / "file", settings.service.unpacked_bytes, only_folder=kind.only_folder)
        return kind.read(FormatInput(path, options, beside, wanted.source), told.rows)

    return ingest(
        read_anew,
        store,
        mode=wanted.mode,
        leniency=Leniency(wanted.skip_invalid, wanted.allow_dangling, wanted.allow_removals),
        dry_run=wanted.dry_run,
        on_phase=told.phase,
        run_id=job.id,
        expected_revision=wanted.expected_revision,
    )


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _keep(state: State, report: IngestReport, store_url: str) -> None:
    try:
        state.keep_run(report, store_url)
    except StoreUnavailableError as error:
        _log.warning("the list of imports will lack %s: %s", report.run, error)
