"""Import history: jobs of the service and runs of the command line, as one list."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import ValidationError

from api.answers.store_views import RunView, find_run, list_runs
from api.jobs.queue import ImportRequest, JobQueue, QueuedJob, UploadRetention
from api.state.audit import Audit
from api.state.database import State
from graph.errors import NotFoundError
from graph.messages import Language, message
from graph.messages.template_match import matched
from graph.model import Frozen
from graph.stores import Store
from ingest.progress import Progress, Stage
from ingest.report import IngestReport

Outcome = Literal[
    "queued",
    "running",
    "preview",
    "applied",
    "taken_back",
    "unchanged",
    "refused",
    "conflict",
    "failed",
    "cancelled",
    "lost",
]
MOST_JOBS = 1000
"""How many of the latest jobs are looked through; what they applied is in the store's own list, however old."""
_ALL = 1_000_000_000
_OF_PROBLEMS = ("job", "store", "disk", "damage", "service", "file", "ingest")
"""The sections of the catalogue that say why a job fails."""


class ImportAttempt(Frozen):
    """An import that was tried, or an undo.

    `who` asked for it; None where the command line did. `wanted` and `format` are None but for jobs of the service.
    `report` is None until it is over, and where there is none that can be read.
    """

    id: str
    source: str
    at: datetime
    outcome: Outcome
    who: str | None
    format: str | None
    wanted: ImportRequest | None
    keeping: UploadRetention
    progress: Progress
    problem: str | None
    report: IngestReport | None

    def problem_in(self, language: Language) -> str:
        """Return why it failed, in a language; what the catalogue does not have, as it was kept."""
        found = None if self.problem is None or language == "en" else matched(self.problem, _OF_PROBLEMS)
        return self.problem or "" if found is None else message(found.key, **found.params).text(language)

    @property
    def is_open(self) -> bool:
        """Say whether it waits or runs."""
        return self.outcome in {"queued", "running"}

    @property
    def is_preview(self) -> bool:
        """Say whether it was only to tell what would change."""
        return self.wanted is not None and self.wanted.dry_run


class AttemptPage(NamedTuple):
    """Page of the import history, the latest first, and how many there are.

    `last` has the run of each source that an undo would take back.
    """

    items: list[ImportAttempt]
    total: int
    last: dict[str, str]


class ImportHistory:
    """Import history of a store."""

    def __init__(self, store: Store, state: State) -> None:
        """Open nothing yet."""
        self._store, self._state = store, state
        self._jobs = JobQueue(state, store.url)

    def page(self, offset: int, limit: int) -> AttemptPage:
        """Return some of the attempts: every run, and of the jobs without one those that are not settled by another."""
        runs = list_runs(self._store, self._state, limit=_ALL).items
        tasks = {task.job.id: task for task in self._jobs.tasks(MOST_JOBS)}
        followed = {task.keeping.follows for task in tasks.values()}
        known = {run.id for run in runs}
        jobs = [
            task
            for task in tasks.values()
            if task.job.id not in known and not (task.job.wanted.dry_run and self._is_settled(task, followed))
        ]
        who = Audit(self._state).who_did([run.id for run in runs])
        attempts = [_of_run(run, tasks.get(run.id), who.get(run.id)) for run in runs] + [
            _of_task(task) for task in jobs
        ]
        attempts.sort(key=lambda attempt: attempt.at, reverse=True)
        return AttemptPage(attempts[offset : offset + limit], len(attempts), _last_applied(runs))

    def find(self, run_id: str) -> ImportAttempt:
        """Return the attempt with this id.

        Raises:
            NotFoundError: there is none.
        """
        try:
            task = self._jobs.task(run_id)
        except NotFoundError:
            run = find_run(self._store, self._state, run_id)
            if run.id != run_id:
                raise
            return _of_run(run, None, Audit(self._state).who_did([run_id]).get(run_id))
        return _of_task(task)

    def since(self, revision: int, limit: int) -> list[ImportAttempt]:
        """Return the latest that made a revision above this one."""
        runs = [
            run
            for run in list_runs(self._store, self._state, limit=_ALL).items
            if run.outcome == "applied" and run.revision > revision
        ][:limit]
        who = Audit(self._state).who_did([run.id for run in runs])
        return [_of_run(run, None, who.get(run.id)) for run in runs]

    def can_be_undone(self, run_id: str) -> bool:
        """Say whether the run was applied, and nothing has taken it back."""
        runs = list_runs(self._store, self._state, limit=_ALL).items
        is_applied = any(run.id == run_id and run.outcome == "applied" for run in runs)
        return is_applied and not any(run.report.get("undoes") == run_id for run in runs if run.outcome == "applied")

    def _is_settled(self, task: QueuedJob, followed: set[str | None]) -> bool:
        """Say whether nobody waits for a decision on a preview any more."""
        return task.job.is_over and (task.job.id in followed or not self._jobs.keeps_files(task.job.id))


def _last_applied(runs: Iterable[RunView]) -> dict[str, str]:
    last: dict[str, str] = {}
    for run in runs:
        if run.outcome == "applied":
            last.setdefault(run.source, run.id)
    return last


def _of_run(run: RunView, task: QueuedJob | None, who: str | None) -> ImportAttempt:
    report = _readable(run)
    outcome: Outcome = "taken_back" if run.outcome == "applied" and report and report.undoes else run.outcome
    return ImportAttempt(
        id=run.id,
        source=run.source,
        at=run.at,
        outcome=outcome,
        who=task.who if task else who,
        format=task.job.format if task else None,
        wanted=task.job.wanted if task else None,
        keeping=task.keeping if task else UploadRetention(),
        progress=Progress(stage=Stage.OVER),
        problem=None,
        report=report,
    )


def _readable(run: RunView) -> IngestReport | None:
    try:
        return IngestReport.model_validate(run.report)
    except ValidationError:  # kept by an older Rolepath, or applied without a report
        return None


def _of_task(task: QueuedJob) -> ImportAttempt:
    job, report = task.job, task.job.report
    return ImportAttempt(
        id=job.id,
        source=(report.source if report else "") or job.wanted.source or "",
        at=job.ended_at or job.created_at,
        outcome=_outcome(task),
        who=task.who,
        format=job.format,
        wanted=job.wanted,
        keeping=task.keeping,
        progress=job.progress,
        problem=job.problem,
        report=report,
    )


def _outcome(task: QueuedJob) -> Outcome:
    job = task.job
    if job.status != "done":
        return job.status
    if job.wanted.dry_run:
        return "preview"
    return "applied" if job.report and job.report.revision > job.report.base_revision else "unchanged"
