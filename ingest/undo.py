"""Undo: the last run of a source taken back, as a new revision in which what the source stated before is true again."""

import secrets
from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar, cast

from graph.changes import Change, ChangeSet
from graph.errors import ConflictError, InputError, NotFoundError, Problem
from graph.messages import message
from graph.model import IngestRun, LinkValues, NodeValues, Source
from graph.schema import KINDS, RELATIONS
from graph.stores.base import Store, StoreReader, asserted_by
from graph.violations import mentioned, violations
from ingest.draft import Draft, Subject
from ingest.effects import effects, samples
from ingest.job import ATTEMPTS, Preview, apply, await_turn, compared
from ingest.report import IngestReport, report_on

_EVERYTHING = frozenset({*KINDS, *RELATIONS})


def undo(store: Store, source_name: str, *, dry_run: bool = False, expected_run: str | None = None) -> IngestReport:
    """Take back what the last run of the source changed, and return the report; refused where something stands against.

    With `expected_run` only that run is taken back, as it was previewed. Taking back is a run like any other: done
    twice, it brings back what it took. What other sources state stays; links of theirs that lose an end by it become
    dormant.

    Raises:
        NotFoundError: there is no such source.
        InputError: its last run changed nothing that can be taken back.
        ConflictError: somebody else brought in something of the source meanwhile.
    """
    meant = expected_run or ""
    for attempt in range(ATTEMPTS):
        try:
            checked = preview_undo(store, source_name)
        except ConflictError as conflict:  # the graph changed while it was read
            await_turn(attempt, conflict)
            continue
        if dry_run:
            return checked.report
        if meant and checked.report.undoes != meant:
            raise ConflictError(message("undo.imported_meanwhile", source=source_name))
        meant = checked.report.undoes or ""
        try:
            return apply(checked, store)
        except ConflictError as conflict:
            await_turn(attempt, conflict)
    raise AssertionError("unreachable")


def preview_undo(store: Store, source_name: str) -> Preview:
    """Return what taking back the last run of the source would do. Nothing is written. Raises as `undo` does."""
    with store.reading() as reading:
        run = _last_run(store, reading, source_name)
        draft = _stated_before(store.changes(run.revision - 1, run.revision), reading, source_name)
        changes = ChangeSet(draft.source, draft.nodes, draft.links, _EVERYTHING, run_id=secrets.token_hex(6))
        change = compared(changes, reading)
        if change.is_empty:
            raise InputError(message("undo.nothing", source=source_name))
        dormant = judge(draft, changes, reading)
        done = effects(change, reading)
        examples = samples(change, done, changes.nodes, store)
        base = reading.revision.number
    day = f"{run.applied_at:%Y-%m-%d}"
    draft.note(message("undo.takes_back", run=run.id, day=day, revision=run.revision))
    report = report_on(draft, change, done, changes.run_id, base).model_copy(
        update={
            "dormant": len(dormant | done.left_dormant),
            "samples": examples,
            "refused": draft.is_refused,
            "undoes": run.id,
        }
    )
    return Preview(report, changes, change.is_empty)


def _last_run(store: Store, reading: StoreReader, source_name: str) -> IngestRun:
    """Return the run that made the latest revision of the source, as far as the reading knows."""
    last = reading.revision.number
    for run in store.runs():  # the latest first
        if run.source == source_name and run.revision <= last:
            return run
    names = [source.name for source in reading.sources()]
    raise NotFoundError(message("thing.source"), source_name, near=get_close_matches(source_name, names, 3, 0.3))


def _stated_before(log: Iterable[Change], reading: StoreReader, source_name: str) -> Draft:
    """Return all that the source stated before the changes of the log, which were its last."""
    # The log is read to its end before the statements are: a large one takes much memory while it is put in order.
    back = {change.subject: change.before for change in log}
    draft = Draft(next(source for source in reading.sources() if source.name == source_name))
    nodes, links = asserted_by(reading, source_name)
    draft.nodes, draft.links = dict(nodes), dict(links)
    # A source that was new stays known: a store forgets none.
    draft.source = cast(Source | None, back.pop(None, None)) or draft.source
    for subject, before in back.items():
        if isinstance(subject, tuple):
            _put_back(draft.links, subject, cast(LinkValues | None, before))
        elif subject is not None:
            _put_back(draft.nodes, subject, cast(NodeValues | None, before))
    return draft


K = TypeVar("K")
V = TypeVar("V")


def _put_back(stated: dict[K, V], subject: K, before: V | None) -> None:
    if before is None:
        del stated[subject]
    else:
        stated[subject] = before


def judge(draft: Draft, changes: ChangeSet, reading: StoreReader) -> set[Subject]:
    """Refuse what others have made impossible since, and return the links that will be dormant.

    Only a second kind of an id is impossible. A link whose end is gone, or came back as another kind, stands dormant;
    a property that names a node which is gone stays as it was, as it does when another source's import takes the node.
    """
    broken, dangling = violations(changes, reading.asserted(mentioned(changes)))
    for violation in broken:
        if violation.column == "id":
            draft.refuse(Problem(violation.message, column="id", value=violation.value))
    unjoined = [violation for violation in broken if violation.column == "relation"]
    return {violation.subject for violation in (*unjoined, *dangling)}
