"""Background job queue in the state file: imports over HTTP, each done by one runner at a time."""

import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from api.jobs.uploads import UNPACKED
from api.principal import Principal
from api.state.audit import Audit
from api.state.database import State, now
from api.state.leases import give_lease, take_lease
from api.state.seals import check_gone, checked
from graph.errors import NotFoundError
from graph.messages import message, text
from graph.model import Frozen
from ingest.progress import Progress, Stage
from ingest.report import IngestReport, Mode

JobStatus = Literal["queued", "running", "done", "refused", "conflict", "failed", "cancelled", "lost"]
OVER: frozenset[JobStatus] = frozenset({"done", "refused", "conflict", "failed", "cancelled", "lost"})
"""A job that is over stays as it is."""
_LOOKED_AT = 100
"""Among how many jobs, the latest, one is looked for that may be meant."""
LEASE_S = 10.0
"""After this time without a word from it, a runner is taken to be dead."""
STRAY_AFTER_S = 3600.0
"""From this age on, uploads go that no open job needs: taking them in, or deciding on a preview, takes less."""
KEPT_AT_MOST = 20
"""How many imports that are over keep their files at the same time; above that, those of the oldest go."""
_LEASE = "runner"


class ImportRequest(Frozen):
    """How an import is to be done, and what it may do that it may not by default."""

    source: str | None = Field(None, min_length=1, max_length=200, description=text("option_help.source_else"))
    institution: str | None = Field(None, max_length=200, description=text("option_help.institution"))
    mode: Mode = Field("replace", description=text("option_help.mode"))
    dry_run: bool = Field(False, description=text("option_help.dry_run_of"))
    skip_invalid: bool = Field(False, description=text("option_help.skip_invalid"))
    allow_dangling: bool = Field(False, description=text("option_help.allow_dangling"))
    allow_removals: bool = Field(False, description=text("option_help.allow_removals"))
    expected_revision: int | None = Field(
        None,
        ge=0,
        description=text("option_help.expected_revision"),
    )


class Job(Frozen):
    """An import over HTTP. `id` is the id of its run, too.

    `status`: `queued` and `running`; then `done` (`report` says what it did, or in a dry run would do), `refused` (the
    report says why, row by row), `conflict` (the graph was not at the expected revision), `failed` (`problem` says
    why), `cancelled`, or `lost` (the service broke off; nothing was changed). `phase` words `progress` in English.
    """

    id: str
    format: str
    status: JobStatus
    phase: str
    progress: Progress
    wanted: ImportRequest
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    report: IngestReport | None
    problem: str | None

    @property
    def is_over(self) -> bool:
        """Say whether nothing of it changes any more."""
        return self.status in OVER


class UploadRetention(Frozen):
    """What becomes of a job's files: with `is_wanted` they stay for a while, to be shown and to be used again.

    `follows` is the job whose files these are, such as the preview that is applied.
    """

    is_wanted: bool = False
    follows: str | None = None


class QueuedJob(Frozen):
    """A job with what its document leaves out: its format's options, who asked for it, what becomes of its files."""

    job: Job
    options: dict[str, Any]
    who: str
    address: str
    keeping: UploadRetention


class JobQueue:
    """Job queue of one store, in the state file; uploads stand in a folder beside it."""

    def __init__(self, state: State, store_url: str) -> None:
        """Open nothing yet."""
        self.state, self._store_url = state, store_url

    def folder(self, job_id: str) -> Path:
        """Return where a job's uploads stand."""
        return self.state.path.parent / "uploads" / job_id

    def add(
        self,
        job_id: str,
        format_name: str,
        wanted: ImportRequest,
        options: Frozen,
        who: Principal,
        *,
        keeping: UploadRetention | None = None,
    ) -> Job:
        """Queue a job, whose uploads stand in its folder."""
        parts = {"wanted": wanted, "options": options, "keeping": keeping or UploadRetention()}
        document = json.dumps({name: part.model_dump(mode="json") for name, part in parts.items()})
        row = (job_id, self._store_url, format_name, document, who.shown, who.address, _at(Stage.WAITING), now())
        with self.state.writing() as connection:
            connection.execute(
                "INSERT INTO job (id, store_url, format, wanted, who, address, status, progress, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
                row,
            )
        Audit(self.state).note(who, "import asked for", f"{format_name}{' (dry run)' * wanted.dry_run}", job_id)
        return self.get(job_id)

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFoundError: there is none of this id on this store.
        """
        return self.task(job_id).job

    def task(self, job_id: str) -> QueuedJob:
        """Return a job with what its runner needs. Raises as `get` does."""
        tasks = self._where("id = ?", job_id)
        if not tasks:
            self._check_gone(job_id)
            known = [task.job.id for task in self._where("1 ORDER BY rowid DESC LIMIT ?", _LOOKED_AT)]
            raise NotFoundError(message("thing.import"), job_id, near=get_close_matches(job_id, known, 3, 0.5))
        return tasks[0]

    def latest(self, limit: int, before: str | None = None) -> list[Job]:
        """Return the jobs on this store, the latest first; with `before`, those that were asked for before that one.

        Raises:
            NotFoundError: there is no such job.
        """
        if before is None:
            return [task.job for task in self.tasks(limit)]
        earlier = "rowid < (SELECT rowid FROM job WHERE id = ?) ORDER BY rowid DESC LIMIT ?"
        return [task.job for task in self._where(earlier, self.get(before).id, limit)]

    def tasks(self, limit: int) -> list[QueuedJob]:
        """Return what `latest` does, with who asked for it."""
        return list(self._where("1 ORDER BY rowid DESC LIMIT ?", limit))

    def following(self, job_id: str) -> list[Job]:
        """Return the jobs that go on with the files of this one, the first of them first."""
        follows = "json_extract(wanted, '$.keeping.follows') = ? ORDER BY rowid"
        return [task.job for task in self._where(follows, job_id)]

    def open(self) -> list[Job]:
        """Return the jobs that are not over, in the order in which they are done."""
        return [task.job for task in self._where("status IN ('queued', 'running') ORDER BY rowid")]

    def cancel(self, job_id: str) -> Job:
        """Ask for a job to be broken off, and return it: at once where it waits, else soon, unless it is writing."""
        self.get(job_id)
        with self.state.writing() as connection:
            connection.execute("UPDATE job SET is_cancelled = 1 WHERE id = ?", (job_id,))
            connection.execute(
                "UPDATE job SET status = 'cancelled', ended_at = ? WHERE id = ? AND status = 'queued'", (now(), job_id)
            )
        job = self.get(job_id)
        if job.is_over:
            self.forget_uploads(job_id)
        return job

    def begin(self, job_id: str) -> bool:
        """Mark a waiting job as running; False where it does not wait any more."""
        with self.state.writing() as connection:
            done = connection.execute(
                "UPDATE job SET status = 'running', progress = ?, started_at = ? WHERE id = ? AND status = 'queued'",
                (_at(Stage.STARTING), now(), job_id),
            )
            return done.rowcount == 1

    def tell(self, job_id: str, progress: Progress) -> None:
        """Note what a job does now."""
        with self.state.writing() as connection:
            connection.execute(
                "UPDATE job SET progress = ? WHERE id = ? AND status = 'running'", (_kept(progress), job_id)
            )

    def park(self, job_id: str) -> None:
        """Let a job that was broken off wait again: it is done when the service is back."""
        with self.state.writing() as connection:
            connection.execute(
                "UPDATE job SET status = 'queued', progress = ?, started_at = NULL WHERE id = ? AND status = 'running'",
                (_at(Stage.WAITING), job_id),
            )

    def end(
        self, job_id: str, status: JobStatus, *, report: IngestReport | None = None, problem: str | None = None
    ) -> None:
        """Mark a job as over. One that was given up as lost, and ended well after all, is told as it ended."""
        text = report.model_dump_json() if report else None
        task = self.task(job_id)
        is_applied = status == "done" and not task.job.wanted.dry_run
        # Who sees that it is over finds all as it then is: nothing is done, or noted, after that.
        shutil.rmtree(self.folder(job_id) / UNPACKED, ignore_errors=True)  # the zip is enough to begin anew
        if is_applied and task.keeping.follows:
            self.forget_uploads(task.keeping.follows)
        if is_applied or status == "cancelled" or not task.keeping.is_wanted:
            self.forget_uploads(job_id)
        with self.state.writing() as connection:
            done = connection.execute(
                "UPDATE job SET status = ?, progress = ?, ended_at = ?, report = ?, problem = ?"
                " WHERE id = ? AND status IN ('running', 'lost')",
                (status, _at(Stage.OVER), now(), text, problem, job_id),
            )
            if done.rowcount and report and is_applied:
                who = Principal(task.who, "", frozenset(), task.address)
                detail = f"{report.source}, revision {report.revision}"
                Audit.note_with(connection, who, "imported", detail, job_id)

    def is_cancelled(self, job_id: str) -> bool:
        """Say whether somebody asked for the job to be broken off."""
        with self.state.reading() as connection:
            row = connection and connection.execute("SELECT is_cancelled FROM job WHERE id = ?", (job_id,)).fetchone()
        return bool(row and row[0])

    def take_lease(self, holder: str) -> bool:
        """Say whether `holder` may run jobs for the next LEASE_S seconds: nobody else does."""
        return take_lease(self.state, self._lease, holder, LEASE_S)

    def give_lease(self, holder: str) -> None:
        """Let others run jobs."""
        give_lease(self.state, self._lease, holder)

    def forget_uploads(self, job_id: str) -> None:
        """Remove what was uploaded for a job."""
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def keeps_files(self, job_id: str) -> bool:
        """Say whether what was uploaded for a job is still there."""
        return (self.folder(job_id) / "file").is_dir()

    def forget_strays(self) -> None:
        """Remove uploads that no open job needs, and nobody came back to: the old, and those that are too many."""
        with self.state.reading() as connection:
            if connection is None:
                return
            rows = checked(connection, "job", connection.execute("SELECT * FROM job ORDER BY rowid DESC"))
        is_over = {row["id"]: row["status"] in OVER for row in rows}
        uploads = self.folder("any").parent
        if not uploads.is_dir():
            return
        at = _disk_time_s(uploads)
        standing = {folder.name for folder in uploads.glob("*")}
        old = {name for name in standing if is_over.get(name, True) and at - self._dated_s(name, at) > STRAY_AFTER_S}
        lasting = [job_id for job_id in is_over if is_over[job_id] and job_id in standing - old]
        for name in (*old, *lasting[KEPT_AT_MOST:]):
            self.forget_uploads(name)

    def _dated_s(self, name: str, else_s: float) -> float:
        try:
            return self.folder(name).stat().st_mtime
        except FileNotFoundError:  # somebody else was faster
            return else_s

    @property
    def _lease(self) -> str:
        return f"{_LEASE} {self._store_url}"

    def _check_gone(self, job_id: str) -> None:
        """Check that there is no such job, on whatever store. Raises StoreUnavailableError: an index is damaged."""
        with self.state.reading() as connection:
            if connection and not connection.execute("SELECT 1 FROM job WHERE id = ?", (job_id,)).fetchone():
                check_gone(connection, "job", job_id)

    def _where(self, condition: str, *values: object) -> Sequence[QueuedJob]:
        with self.state.reading() as connection:
            if connection is None:
                return []
            query = f"SELECT * FROM job WHERE store_url = ? AND {condition}"  # noqa: S608 - conditions of this file
            rows = checked(
                connection, "job", connection.execute(query, (self._store_url, *values)), parts=[self._store_url]
            )
        with self.state.decoding():
            return [_task(row) for row in rows]


def _disk_time_s(folder: Path) -> float:
    """Return what time the disk dates by, which need not be this machine's: it dates the folder anew."""
    os.utime(folder)
    return folder.stat().st_mtime


def _at(stage: Stage) -> str:
    return _kept(Progress(stage=stage))


def _kept(progress: Progress) -> str:
    return progress.model_dump_json(exclude_none=True)


def _task(row: sqlite3.Row) -> QueuedJob:
    document = json.loads(row["wanted"])
    progress = Progress.model_validate_json(row["progress"])
    job = Job(
        id=row["id"],
        format=row["format"],
        status=row["status"],
        phase=str(progress.message),
        progress=progress,
        wanted=ImportRequest.model_validate(document["wanted"]),
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        report=IngestReport.model_validate_json(row["report"]) if row["report"] else None,
        problem=row["problem"],
    )
    return QueuedJob(
        job=job,
        options=document["options"],
        who=row["who"],
        address=row["address"],
        keeping=UploadRetention.model_validate(document.get("keeping", {})),
    )
