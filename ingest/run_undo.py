"""Undo by run: what one run changed taken back, also after later ones, as a run that states the inverse."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from graph.changes import Change, ChangeSet, Difference
from graph.errors import ChangedError, ConflictError, InputError, NotFoundError, Problem
from graph.messages import message
from graph.model import IngestRun, LinkKey, LinkValues, NodeId, NodeValues, Source
from graph.stores.base import Store, StoreReader
from ingest.draft import Draft, Subject
from ingest.effects import effects, samples
from ingest.job import ATTEMPTS, Preview, apply, await_turn, compared, new_run_id
from ingest.report import IngestReport, report_on
from ingest.undo import judge

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """A run that is to be taken back, checked against one revision, and not applied."""

    checked: Preview
    difference: Difference

    @property
    def report(self) -> IngestReport:
        """What taking it back does; `undoes` names the run."""
        return self.checked.report


def undo_run(store: Store, run: str, *, dry_run: bool = False) -> IngestReport:
    """Take back what a run changed, and return the report; refused where another kind of node stands against it.

    `run` is a run's id, or what only one begins with. Taking back is a run like any other, and can be taken back.

    Raises:
        NotFoundError: there is no such run, or there are several.
        ChangedError: a later run changed the same statements, or has taken the run back; both runs are named.
        InputError: the run changed nothing that can be taken back.
        ConflictError: others were faster each time.
    """
    run_id = new_run_id()
    for attempt in range(ATTEMPTS):
        try:
            found = preview_undo_run(store, run, run_id=run_id)
            return found.report if dry_run else apply(found.checked, store)
        except ChangedError:
            raise
        except ConflictError as conflict:
            await_turn(attempt, conflict)
    raise AssertionError("unreachable")


def preview_undo_run(store: Store, run: str, *, run_id: str | None = None) -> UndoPreview:
    """Return what taking back the run would do. Nothing is written. Raises as `undo_run` does."""
    with store.reading() as reading:
        base = reading.revision.number
        runs = [one for one in store.runs() if one.revision <= base]
        taken = _find(runs, run)
        log = list(store.changes(taken.revision - 1, taken.revision))
        later = _standing([one for one in runs if one.revision > taken.revision and one.source == taken.source])
        _refuse_touched(store, taken, log, later, base)
        source = _source_before(reading, taken, log)
        _refuse_overruled(store, reading, taken, source, later, base)
        changes = _inverse(log, source, run_id or new_run_id())
        change = compared(changes, reading)
        if change.nodes.is_empty and change.links.is_empty:
            raise InputError(message("undo.nothing_of_run", run=taken.id))
        draft = Draft(source)
        draft.nodes, draft.links = dict(changes.nodes), dict(changes.links)
        dormant = judge(draft, changes, reading)
        done = effects(change, reading)
        examples = samples(change, done, changes.nodes, store)
    day = f"{taken.applied_at:%Y-%m-%d}"
    draft.note(message("undo.takes_back", run=taken.id, day=day, revision=taken.revision))
    report = report_on(draft, change, done, changes.run_id, base).model_copy(
        update={
            "mode": "merge",
            "dormant": len(dormant | done.left_dormant),
            "samples": examples,
            "refused": draft.is_refused,
            "undoes": taken.id,
        }
    )
    return UndoPreview(Preview(report, changes, change.is_empty), change)


def _find(runs: Sequence[IngestRun], run: str) -> IngestRun:
    found = [one for one in runs if one.id == run] or [one for one in runs if run and one.id.startswith(run)]
    if len(found) != 1:
        near = [one.id for one in found] or get_close_matches(run, [one.id for one in runs], 3, 0.3)
        raise NotFoundError(message("thing.run"), run, near=near[:3])
    return found[0]


def _standing(later: Iterable[IngestRun]) -> dict[int, IngestRun]:
    """Return the later runs by revision, without those that were taken back, and what took them back."""
    left = {one.id: one for one in later}
    for run in sorted(left.values(), key=lambda one: -one.revision):
        undone = run.report.get("undoes")
        if run.id in left and undone in left:
            del left[run.id], left[str(undone)]
    return {one.revision: one for one in left.values()}


def _refuse_touched(
    store: Store, taken: IngestRun, log: Sequence[Change], later: Mapping[int, IngestRun], base: int
) -> None:
    """Raise ChangedError where a later run that stands touched what the run did."""
    for run in later.values():
        if run.report.get("undoes") == taken.id:
            raise ChangedError(message("undo.already", run=taken.id, by=run.id))
    if not later:
        return
    own = {change.subject for change in log}
    stable = {change.subject for change in log if change.subject is None and change.before is None}
    problems = [
        Problem(message("undo.touched", what=_spoken(change), run=taken.id, by=later[change.revision].id))
        for change in store.changes(min(later) - 1, base)
        if change.revision in later and change.source == taken.source and change.subject in own - stable
    ]
    if problems:
        raise ChangedError(*problems[:_MOST_NAMED])


def _spoken(change: Change) -> str:
    if change.subject is None:
        return change.source
    return change.subject if isinstance(change.subject, str) else " ".join(change.subject)


def _source_before(reading: StoreReader, taken: IngestRun, log: Iterable[Change]) -> Source:
    """Return the source as it was before the run; one that was new stays known: a store forgets none."""
    now = next(source for source in reading.sources() if source.name == taken.source)
    before = next((change.before for change in log if change.subject is None), None)
    return cast(Source, before) if before is not None else now


def _refuse_overruled(  # noqa: PLR0917 - what is compared with what
    store: Store, reading: StoreReader, taken: IngestRun, source: Source, later: Mapping[int, IngestRun], base: int
) -> None:
    """Raise ChangedError where the source would speak later again, and values of a later run would not be heard."""
    sources = {one.name: one for one in reading.sources()}
    now = sources[source.name]
    if source.precedence <= now.precedence or not later:
        return
    between = {name for name, one in sources.items() if now.precedence < one.precedence < source.precedence}
    runs: dict[Subject, IngestRun] = {}
    for change in store.changes(min(later) - 1, base):
        if change.revision in later and change.source == taken.source and change.subject is not None:
            runs[change.subject] = later[change.revision]
    for subject, stated in _stated(reading, runs).items():
        mine = stated.get(source.name)
        if mine is not None and any(_differ(mine, stated[name]) for name in between & stated.keys()):
            reason = message("undo.overruled", what=source.name, run=taken.id, by=runs[subject].id)
            raise ChangedError(reason)


def _stated(reading: StoreReader, subjects: Collection[Subject]) -> dict[Subject, dict[str, dict[str, Any]]]:
    """Return what each source states of these, by name."""
    found: dict[Subject, dict[str, dict[str, Any]]] = {}
    ids = [one for one in subjects if isinstance(one, str)]
    keys = [one for one in subjects if isinstance(one, tuple)]
    for source, node_id, _, values in reading.nodes_named(ids, expected=False):
        found.setdefault(node_id, {})[source] = json.loads(values)
    for row in reading.links_named(keys, expected=False):
        found.setdefault(row[1:4], {})[row[0]] = dict(enumerate(row[4:]))  # type: ignore[arg-type]
    return found


def _differ(mine: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    return any(value is not None and other.get(name) not in (None, value) for name, value in mine.items())


def _inverse(log: Iterable[Change], source: Source, run_id: str) -> ChangeSet:
    nodes: dict[NodeId, NodeValues] = {}
    links: dict[LinkKey, LinkValues] = {}
    drops: set[Subject] = set()
    for change in log:
        if change.subject is None:
            continue
        if change.before is None:
            drops.add(change.subject)
        elif isinstance(change.subject, tuple):
            links[change.subject] = cast(LinkValues, change.before)
        else:
            nodes[change.subject] = cast(NodeValues, change.before)
    return ChangeSet(source, nodes, links, run_id=run_id, drops=frozenset(drops))
