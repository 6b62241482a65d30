"""Import service: takes an import in, goes on with its files, watches, cancels, takes back; for REST and pages."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from starlette.datastructures import UploadFile

from api.http.problems import HTTPProblemError
from api.jobs.formats import FORMATS, Format
from api.jobs.queue import ImportRequest, Job, JobQueue, UploadRetention
from api.jobs.uploads import copy, safe_name, save
from api.principal import Principal
from api.service.service import Service
from api.state.audit import Audit
from graph.errors import ConflictError, InputError
from graph.messages import message
from graph.model import Frozen
from ingest.job import new_run_id
from ingest.report import IngestReport
from ingest.undo import undo

MOST_WAITING = 20
"""How many imports may wait or run: their files take room on the disk."""
LOOK_EVERY_S = 0.5
SIGN_OF_LIFE_S = 15.0
"""After this time without news an event stream says that it lives, or proxies would cut it off."""
LONGEST_STREAM_S = 3600.0
"""After this time an event stream ends; browsers begin a new one."""
FILE = "file"
"""The field, and the folder, of what is imported; what a format takes beside it has one of its own."""

Fill = Callable[[Path], Awaitable[None]]
"""Puts the files of an import into its folder, a folder for each field."""


class ImportOrder(NamedTuple):
    """Order of an import, as a person or program gives it."""

    kind: Format
    wanted: ImportRequest
    options: Frozen
    who: Principal
    keeping: UploadRetention = UploadRetention()


class Imports:
    """Import service: the imports of a service, as REST and pages work with them."""

    def __init__(self, service: Service) -> None:
        """Open nothing yet."""
        self._service = service
        self.jobs = JobQueue(service.state, service.store.url)

    async def take_in(self, order: ImportOrder, fill: Fill) -> Job:
        """Take the files in, and queue the import; where that fails, nothing is left of it.

        Raises:
            HTTPProblemError: 503, too many wait already.
            ConflictError: the graph is not at the expected revision.
        """
        await self._service.with_store(self._require_place, order.wanted)
        job_id = new_run_id()
        try:
            await fill(self.jobs.folder(job_id))
            document = (job_id, order.kind.name, order.wanted, order.options, order.who)
            return await self._service.with_store(self.jobs.add, *document, keeping=order.keeping)
        except BaseException:
            shutil.rmtree(self.jobs.folder(job_id), ignore_errors=True)
            raise

    async def save(self, kind: Format, files: Iterable[tuple[str, UploadFile]], folder: Path) -> None:
        """Write uploads into the folder of an import, a folder for each field.

        Raises:
            InputError: there is no file, one for a field that the format does not take, or one of no usable name.
        """
        seen: set[str] = set()
        for name, file in files:
            if name not in {FILE, *kind.beside}:
                takes = ", ".join([FILE, *kind.beside])
                raise InputError(message("upload.unknown_field", name=name[:100], format=kind.name, takes=takes))
            if name != FILE and name in seen:
                raise InputError(message("upload.one_file", name=name))
            seen.add(name)
            await self._service.with_store(save, file.file, folder / name, safe_name(file.filename))
        if FILE not in seen:
            raise InputError(message("upload.no_file", file=FILE))

    async def go_on(self, job_id: str, wanted: ImportRequest, who: Principal) -> Job:
        """Queue an import of the files of another one, such as of a preview; its options hold.

        Raises:
            NotFoundError: there is no such import.
            InputError: its files are not kept any more.
        """
        before = await self._service.with_store(self.jobs.task, job_id)
        kind = FORMATS[before.job.format]
        order = ImportOrder(
            kind,
            wanted,
            kind.options.model_validate(before.options),
            who,
            UploadRetention(is_wanted=True, follows=job_id),
        )

        async def fill(folder: Path) -> None:
            if not self.jobs.keeps_files(job_id):
                raise InputError(message("upload.gone"))
            for name in (FILE, *kind.beside):
                if (self.jobs.folder(job_id) / name).is_dir():
                    await self._service.with_store(copy, self.jobs.folder(job_id) / name, folder / name)

        return await self.take_in(order, fill)

    async def cancel(self, job_id: str, who: Principal) -> Job:
        """Ask for an import to be broken off, and return it; see `JobQueue.cancel`."""
        job = await self._service.with_store(self.jobs.cancel, job_id)
        await self._service.with_store(Audit(self._service.state).note, who, "cancelled", job.format, job.id)
        return job

    def take_back(
        self, source: str, who: Principal, *, dry_run: bool = False, expected_run: str | None = None
    ) -> IngestReport:
        """Take back the last import of a source, and return the report; see `undo`."""
        report = undo(self._service.require_store(), source, dry_run=dry_run, expected_run=expected_run)
        if not report.dry_run and not report.refused:
            detail = f"{source}, the run {report.undoes}"
            Audit(self._service.state).note(who, "taken back", detail, report.run)
        return report

    async def watch(self, job: Job) -> AsyncIterator[Job | None]:
        """Yield the import at each change, None as a sign of life, until it is over, or an hour or the service is."""
        yield job
        silent_s, end = 0.0, time.monotonic() + LONGEST_STREAM_S
        while not job.is_over and not self._service.is_ending and time.monotonic() < end:
            await asyncio.sleep(LOOK_EVERY_S)
            silent_s += LOOK_EVERY_S
            current = await self._service.with_store(self.jobs.get, job.id)
            if current != job:
                job, silent_s = current, 0.0
                yield job
            elif silent_s >= SIGN_OF_LIFE_S:
                silent_s = 0.0
                yield None

    def _require_place(self, wanted: ImportRequest) -> None:
        if len(self.jobs.open()) >= MOST_WAITING:
            raise HTTPProblemError(503, message("http.imports_waiting", n=MOST_WAITING))
        if wanted.expected_revision is not None:
            revision = self._service.store.revision().number
            if revision != wanted.expected_revision:
                raise ConflictError(message("job.moved_on", found=revision, expected_revision=wanted.expected_revision))
