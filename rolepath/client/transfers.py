"""What moves data in and out: imports with their progress, undo, and exports into a file."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypedDict, Unpack

from rolepath.client.calls import Call, Core, File, Flow, Pause, body_of, path_to, query_of, reader_of
from rolepath.client.jobs import Job
from rolepath.client.models import EditAnswer, FollowUpView, IngestReport, ProposalAnswer
from rolepath.client.parameters import ImportParameters
from rolepath.errors import InputError

Progress = Callable[[Job], None]
PathLike = str | os.PathLike[str]

FIRST_LOOK_S, LONGEST_LOOK_S = 0.2, 2.0
"""How soon an import is looked at again: at first, and at most."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import: the upload, then looking at it until it is over."""

    upload: Call[Job]
    on_progress: Progress | None
    is_awaited: bool

    def flow(self, core: Core) -> Flow[Job]:
        """Return the conversation: it ends with the import as it ended, or, where it is not awaited, as it began."""
        job = yield from core.ask(self.upload)
        look_s = FIRST_LOOK_S
        while True:
            if self.on_progress is not None:
                self.on_progress(job)
            if job.is_over or not self.is_awaited:
                return job
            before = job
            while job == before:
                yield Pause(look_s)
                job = yield from core.ask(run(job.id))
                look_s = min(look_s * 1.5, LONGEST_LOOK_S)


def ingest(
    format: str,  # noqa: A002 - what it is called everywhere
    files: PathLike | Sequence[PathLike | tuple[str, bytes]],
    *,
    beside: Mapping[str, PathLike] | None = None,
    options: Mapping[str, object] | None = None,
    on_progress: Progress | None = None,
    wait: bool = True,
    idempotency_key: str | None = None,
    **wanted: Unpack[ImportParameters],
) -> Import:
    """Import files, and return the import when it is over: `status` says how it ended, `report` what it did.

    `files` is a file, a folder (its files are sent), or several; `(name, content)` is a file too. `beside` names the
    files beside them (`mapping`, `translate`), `options` are those of the format. `on_progress` is told the import at
    every change. Without `wait`, the import is returned as it begins: look at it with `run`. It is sent once, however
    often it has to be tried; with an `idempotency_key` of your own also where your program begins anew within a day.

    Raises:
        InputError: there is no such file, or the service cannot use what it is told.
        ConflictError: the graph is not at `expected_revision`.
    """
    uploads = [("file", file) for file in _found(files)]
    uploads += [(name, _existing(Path(path))) for name, path in (beside or {}).items()]
    upload = Call(
        "POST",
        path_to("v1", "ingest", format),
        reader_of(Job),
        query_of({**(options or {}), **wanted}),
        files=tuple(uploads),
        is_question=False,
        is_safe=False,
        idempotency_key=idempotency_key,
    )
    return Import(upload, on_progress, is_awaited=wait)


def propose(
    files: PathLike | Sequence[PathLike | tuple[str, bytes]] = (),
    *,
    text: str | None = None,
    name: str | None = None,
    for_node: str | None = None,
    against: Sequence[str] = (),
    relation: Sequence[str] = (),
    limit: int = 5,
    keep: bool = True,
    lang: Literal["en", "zh"] | None = None,
) -> Call[ProposalAnswer]:
    """Propose links from the sentences of documents, or of a text; where `for_node` says of what, they wait for review.

    Raises:
        InputError: a document cannot be read, or nothing fits what it describes.
        NotFoundError: there is no such node, vocabulary or source.
    """
    told = {"for_node": for_node, "against": list(against), "relation": list(relation), "limit": limit, "keep": keep}
    query = query_of({**told, "lang": lang})
    call = Call("POST", path_to("v1", "proposals"), reader_of(ProposalAnswer), query, is_question=False, is_safe=False)
    if text is not None:
        return replace(call, body=body_of({"text": text, "name": name}))
    return replace(call, files=tuple(("file", file) for file in _found(files)))


def run(id: str) -> Call[Job]:  # noqa: A002
    """Show an import over HTTP: where it stands, and when it is over its report."""
    return Call("GET", path_to("v1", "ingest", "runs", id), reader_of(Job), is_question=False)


def cancel(id: str) -> Call[Job]:  # noqa: A002
    """Ask for an import to be broken off; what is being written is written."""
    return Call("DELETE", path_to("v1", "ingest", "runs", id), reader_of(Job), is_question=False)


def undo(
    source: str | None = None, *, run: str | None = None, dry_run: bool = False, idempotency_key: str | None = None
) -> Call[IngestReport]:
    """Take back the last import of a source, or any one `run`; nothing is changed where the report says `refused`.

    With the same `idempotency_key`, sent again within a day, it is done once.

    Raises:
        ConflictError: a later run changed the same as the run; both are named.
    """
    if (source is None) == (run is None):
        raise InputError("name the source whose last run is taken back, or one run")
    query = query_of({"run": run, "dry_run": dry_run})
    path = path_to("v1", "undo") if source is None else path_to("v1", "undo", source)
    reader = reader_of(IngestReport)
    return Call("POST", path, reader, query, is_question=False, is_safe=False, idempotency_key=idempotency_key)


class EditWishes(TypedDict, total=False):
    """Whose edits they are, why, and the revision that was looked at."""

    source: str
    institution: str
    reason: str
    expected_revision: int


def edit(
    edits: Sequence[Mapping[str, object]],
    *,
    dry_run: bool = False,
    lang: Literal["en", "zh"] | None = None,
    idempotency_key: str | None = None,
    **told: Unpack[EditWishes],
) -> Call[EditAnswer]:
    """Add, change and drop nodes and links, all or none; with `dry_run` tell what that would do to chains.

    Each edit has an `op` (`add_link`, `change_link`, `drop_link`, `add_node`, `change_node`, `drop_node`) and what it
    is of: `{"op": "change_link", "from_id": "u.plc", "relation": "DEVELOPS", "to_id": "k.plc", "weight": 0.6}`.
    The answer's `document` has what was left to be settled: its `edits` and `expected_revision` apply just this.
    With the same `idempotency_key`, sent again within a day, they are applied once.

    Raises:
        ConflictError: something was changed since `expected_revision`; both values are named.
        InputError: an edit cannot be; each is named.
    """
    body = body_of({"edits": list(edits), **told})
    query = query_of({"dry_run": dry_run, "lang": lang})
    call = Call("POST", path_to("v1", "edits"), reader_of(EditAnswer), query, body=body, is_question=False)
    return replace(call, is_safe=dry_run, idempotency_key=idempotency_key)


def change_follow_up(
    competency: str,
    *,
    version: int,
    discipline: str | None = None,
    institution: str | None = None,
    owner: str = "",
    note: str = "",
    due: date | None = None,
    state: Literal["open", "agreed", "done"] = "open",
) -> Call[FollowUpView]:
    """Change the follow-up of a gap, as a whole, from the `version` that was read (0: there is none yet).

    Raises:
        ConflictError: somebody has changed it since.
        NotFoundError: there is no such competency, discipline or institution.
    """
    told = {"competency": competency, "discipline": discipline, "institution": institution, "owner": owner}
    body = {**told, "note": note, "due": None if due is None else due.isoformat(), "state": state, "version": version}
    path = path_to("v1", "follow-ups")
    return Call("PUT", path, reader_of(FollowUpView), body=body, is_question=False, is_safe=False)


@dataclass(frozen=True, slots=True)
class Export:
    """An export: its answer goes into a file."""

    call: Call[None]
    into: Path

    def flow(self, core: Core) -> Flow[Path]:
        """Return the conversation: it ends with the file."""
        yield from core.ask(replace(self.call, into=self.into))
        return self.into


def export(
    format: str,  # noqa: A002
    into: PathLike,
    *,
    source: str | None = None,
    form: str | None = None,
    min_revision: int | None = None,
) -> Export:
    """Write the graph in a format into a file, and return the file; it is there only when it is whole.

    `source`: only what that one states. `form` is what REST calls `as`: `xlsx`, `json`, `parquet` ...
    """
    query = query_of({"source": source, "as": form, "min_revision": min_revision})
    path = path_to("v1", "export", format)
    return Export(Call("GET", path, lambda _: None, query, is_question=False), Path(into))


def _found(files: PathLike | Sequence[PathLike | tuple[str, bytes]]) -> Iterator[File]:
    for given in [files] if isinstance(files, str | os.PathLike) else files:
        if isinstance(given, tuple):
            yield given
            continue
        path = Path(given)
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.is_file())
        else:
            yield _existing(path)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r} to send")
    return path
