"""Background job runner: does the queued imports, one at a time over all workers, each in a process of its own."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from api.jobs.executor import Execution, Executor, run_in_process
from api.jobs.queue import Job, JobQueue, JobStatus
from api.observability.logs import RareWarnings
from api.observability.supervisor import Supervisor
from api.settings.settings import Settings
from api.state.database import State
from graph.errors import RolepathError
from graph.messages import text
from graph.stores import Store
from ingest.progress import Stage
from ingest.report import IngestReport

LOOK_EVERY_S = 0.1
"""How often a runner looks for work: one small read."""
TURN_EVERY_S = 0.5
"""How often a runner renews its lease while it works, and sees whether it is to break off."""
FORGET_EVERY_S = 600.0

_log = logging.getLogger(__name__)


class JobRunner:
    """Job runner: looks for work until it is stopped; a job that it breaks off then waits for the next runner."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        state: State,
        executor: Executor = run_in_process,
        supervisor: Supervisor | None = None,
        *,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        """Start nothing yet; `executor` begins each job, `supervisor` the search for work again where that ends.

        `after` is called when the process of a job has ended.
        """
        self._settings, self._store, self._executor = settings, store, executor
        self._jobs = JobQueue(state, store.url)
        self._after = after
        self._holder = secrets.token_hex(8)
        self._stop = threading.Event()
        watched = (supervisor or Supervisor()).keep_up_here
        self._warnings = RareWarnings(_log)
        self._thread = threading.Thread(
            target=watched, args=("imports", self._go_on, self._stop), name="imports", daemon=True
        )

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def stop(self) -> None:
        """Break off, and return when nothing runs any more; what is being written is written first."""
        self._stop.set()
        self._thread.join()

    def _go_on(self) -> None:
        forget_at = 0.0
        while not self._stop.wait(LOOK_EVERY_S):
            if time.monotonic() >= forget_at:
                forget_at = time.monotonic() + FORGET_EVERY_S
                with suppress(RolepathError, OSError):  # another worker may clear the same
                    self._jobs.forget_strays()
            try:
                self._turn()
            except RolepathError as error:
                self._warnings.warning("imports cannot be done at the moment: %s", error)
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
                self._after()
        finally:
            self._jobs.give_lease(self._holder)

    def _settled(self, job: Job) -> bool:
        """Say whether a job needs no runner. One that runs, while the lease is ours, was lost by a runner that died."""
        if job.status == "queued":
            return False
        self._settle(job.id, "lost", text("job.lost"))
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
        """Begin a job, and watch over it."""
        execution = self._executor(self._settings, job_id)
        while execution.is_alive():
            execution.join(TURN_EVERY_S)
            try:
                if self._is_let_go(execution, job_id):
                    return
            except RolepathError as error:  # a state file that takes nothing now: the job is watched all the same
                self._warnings.warning("the import %s cannot be accounted for at the moment: %s", job_id, error)
        if self._jobs.get(job_id).status == "running":
            self._settle(job_id, "failed", text("job.process_ended", exitcode=execution.exitcode))

    def _is_let_go(self, execution: Execution, job_id: str) -> bool:
        """Renew the lease, and say whether the job was broken off: somebody asked for that, or the service ends."""
        if self._jobs.is_cancelled(job_id) and self._broken_off(execution, job_id):
            self._settle(job_id, "cancelled", text("job.cancelled"))
            return True
        if self._stop.is_set() and self._broken_off(execution, job_id):
            if not self._was_applied(job_id):
                self._jobs.park(job_id)
            return True
        self._jobs.take_lease(self._holder)
        return False

    def _broken_off(self, execution: Execution, job_id: str) -> bool:
        """Break a job off unless it is writing or over; say whether it was."""
        job = self._jobs.get(job_id)
        if job.is_over or job.progress.stage is Stage.WRITING:
            return False
        execution.terminate()
        execution.join()
        return self._jobs.get(job_id).status == "running"
