"""Import job: preview (dry run) and apply. The only writer of a store."""

import random
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from graph.changes import ChangeSet, Difference, difference
from graph.disclosure import KIND as ASSESSMENT
from graph.errors import ConflictError, InputError, Problem
from graph.garbage_collection import held_collection
from graph.messages import Message, message
from graph.model import NodeId
from graph.stores.base import Store, StoreReader, asserted_by
from graph.violations import Violation, mentioned, violations
from ingest.circles import tell_circles
from ingest.draft import Draft, Subject
from ingest.effects import MOST_KEPT, Samples, effects, samples
from ingest.future_dates import tell_future_dates
from ingest.id_suggestions import IdSuggestions
from ingest.matrix import state_matrices
from ingest.progress import OnProgress, Progress, Stage, ignore
from ingest.references import StoredNodes, resolve_names
from ingest.report import IngestReport, Mode, report_on, unreadable_report
from ingest.stand_ins import settle_stand_ins

LARGE_REMOVAL_SHARE = 0.2
"""Above this share of a source's statements, a removal has to be allowed: it is more often a mistake than a wish."""
ATTEMPTS = 8
"""How often a job is checked and tried that meets what others commit, before it ends as a conflict."""
_LONGEST_WAIT_S = 1.0
INSTITUTION = "Institution"


@dataclass(frozen=True, slots=True)
class Leniency:
    """Options of validation: what a job may do that it may not by default."""

    skip_invalid: bool = False
    allow_dangling: bool = False
    allow_removals: bool = False


OnChanges = Callable[[Samples], None]
"""Takes what an import changes, as a person looks through it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Dry run: a job that has been checked against one revision of the graph, and not applied."""

    report: IngestReport
    changes: ChangeSet
    changes_nothing: bool


def preview(
    draft: Draft,
    store: Store,
    *,
    mode: Mode = "replace",
    leniency: Leniency | None = None,
    on_progress: OnProgress = ignore,
    run_id: str | None = None,
    on_changes: OnChanges | None = None,
) -> Preview:
    """Return what applying the draft would do. Nothing is written, and no store is made.

    `run_id` is the id that the run is to have; one is made up where none is given. The draft is judged in place: rows
    that break the schema join its problems. Preview a draft once.
    """
    leniency = leniency or Leniency()
    if draft.leaves_out_faulty:
        leniency = replace(leniency, skip_invalid=True)
    run_id = run_id or new_run_id()
    with store.reading() as reading:
        _complete(draft, reading)
        resolve_names(draft, StoredNodes(reading, draft))
        state_matrices(draft, reading, merges=mode == "merge")
        settle_stand_ins(draft, reading)
        on_progress(Progress(stage=Stage.CHECKING, nodes=len(draft.nodes), links=len(draft.links)))
        dormant = _judge(draft, reading, mode, leniency)
        _check_institution(draft, reading, may_lack=leniency.allow_dangling)
        changes = _change_set(draft, mode, run_id)
        for note in (*tell_circles(changes, reading), *tell_future_dates(draft)):
            draft.note(note)
        on_progress(Progress(stage=Stage.COMPARING, source=draft.source.name))
        change = compared(changes, reading)
        done = effects(change, reading)
        examples = samples(change, done, changes.nodes, store)
        if on_changes is not None:
            on_changes(samples(change, done, changes.nodes, store, most=MOST_KEPT))
        base = reading.revision.number
    if change.removed_share > LARGE_REMOVAL_SHARE and not leniency.allow_removals:
        draft.refuse(Problem(_too_much_removed(change)))
    if draft.withheld and any(kind == ASSESSMENT for kind, _ in change.nodes.removed.values()):
        draft.refuse(Problem(message("ingest.withheld", source=draft.source.name, rows=draft.withheld)))
    report = report_on(draft, change, done, run_id, base).model_copy(
        update={
            "mode": mode,
            "dormant": len(dormant | done.left_dormant),
            "samples": examples,
            "refused": draft.is_refused or bool(draft.problems and not leniency.skip_invalid),
        }
    )
    return Preview(report, changes, change.is_empty)


def apply(checked: Preview, store: Store) -> IngestReport:
    """Apply a preview, and return the report with the revision that it made; of a refused one, the report as it is.

    Raises:
        ConflictError: the graph has changed since the preview.
    """
    done = checked.report.model_copy(update={"dry_run": False})
    if done.refused or checked.changes_nothing:
        return done
    done = done.model_copy(update={"revision": done.base_revision + 1})
    store.apply(checked.changes, expected_revision=done.base_revision, report=done.model_dump(mode="json"))
    return done


@held_collection()
def ingest(
    read: Callable[[], Draft],
    store: Store,
    *,
    mode: Mode = "replace",
    leniency: Leniency | None = None,
    dry_run: bool = False,
    on_progress: OnProgress = ignore,
    run_id: str | None = None,
    expected_revision: int | None = None,
    on_changes: OnChanges | None = None,
) -> IngestReport:
    """Read, check and apply a job in one go; where somebody else was faster, check it again against what stands now.

    What cannot be read at all is reported as a refusal, like a row that is wrong. `on_progress` is told what is done
    after reading, `on_changes` what changes, up to MOST_KEPT of each sort. With `expected_revision` the job is only
    done at that revision, as it was previewed.

    Raises:
        ConflictError: the graph is not at the expected revision, or others were faster each time.
    """
    run_id = run_id or new_run_id()
    for attempt in range(ATTEMPTS):
        try:
            draft = read()
        except InputError as error:
            return unreadable_report(error.problem, store, mode, run_id, dry_run=dry_run)
        try:
            checked = preview(
                draft,
                store,
                mode=mode,
                leniency=leniency,
                on_progress=on_progress,
                run_id=run_id,
                on_changes=on_changes,
            )
        except ConflictError as conflict:  # the graph changed while it was read
            await_turn(attempt, conflict)
            continue
        if expected_revision not in {None, checked.report.base_revision}:
            at = checked.report.base_revision
            raise ConflictError(message("ingest.graph_moved_on", revision=at, expected=expected_revision))
        if dry_run:
            return checked.report
        on_progress(Progress(stage=Stage.WRITING))
        try:
            return apply(checked, store)
        except ConflictError as conflict:
            if expected_revision is not None:
                raise
            await_turn(attempt, conflict)
    raise AssertionError("unreachable")


def await_turn(attempt: int, conflict: ConflictError) -> None:
    """Wait a moment after a conflict, longer each time, so that those who write at once come one after the other.

    Raises:
        ConflictError: the one that is given, after the last attempt.
    """
    if attempt == ATTEMPTS - 1:
        raise conflict
    time.sleep(random.uniform(0, min(0.05 * 2**attempt, _LONGEST_WAIT_S)))  # noqa: S311


def new_run_id() -> str:
    """Return an id that no other run has."""
    return secrets.token_hex(6)


def _complete(draft: Draft, reading: StoreReader) -> None:
    """Settle what only the store can say: which relations are replaced, and what is known of the source.

    A source belongs where it belonged before, unless something else is said.
    """
    name = draft.source.name
    kinds_before = reading.kinds_of(name)
    draft.replaces |= {relation for relation, kinds in draft.replaces_unless.items() if not kinds & kinds_before}
    before = next((source for source in reading.sources() if source.name == name), None)
    belonged = "" if before is None else before.institution_id
    if draft.only_names_source and before is not None:
        draft.source = before
    belongs = draft.source.institution_id or belonged if draft.institution is None else draft.institution
    draft.source = draft.source.model_copy(update={"institution_id": belongs})
    if belongs != belonged:
        key = "ingest.belongs_to" if belongs else "ingest.belongs_to_none"
        draft.note(message(key, name=name, institution=belongs))


def _change_set(draft: Draft, mode: Mode, run_id: str = "") -> ChangeSet:
    replaces = frozenset[str]() if mode == "merge" else frozenset(draft.replaces)
    drops = frozenset(draft.drops)
    return ChangeSet(draft.source, draft.nodes, draft.links, replaces, mode == "merge", run_id, drops)


def _judge(draft: Draft, reading: StoreReader, mode: Mode, leniency: Leniency) -> set[Subject]:
    """Reject what breaks the schema, and return the links that will be dormant.

    With `skip_invalid` the rejected rows are taken back, and what is left is judged again: a row that is gone may
    have been an end for others.
    """
    while True:
        if leniency.skip_invalid:
            draft.drop_rejected()
        changes = _change_set(draft, mode)
        broken, dangling = violations(changes, reading.asserted(mentioned(changes)))
        keeps_dangling = leniency.allow_dangling or draft.keeps_dangling
        has_absent = False
        # A file that cannot be read may hold the ends: a thousand rows that miss it would only hide what is wrong.
        if not keeps_dangling and not draft.is_refused:
            dangling, has_absent = _without_absent(draft, dangling)
            near = IdSuggestions(draft, reading)
            broken += [one._replace(message=near.dangling(one)) for one in dangling]
        for subject, column, value, reason in broken:
            if cause := draft.faulty_nodes.get(NodeId(value)) if column != "id" else None:
                draft.reject_with(draft.places[subject], cause)
            else:
                draft.reject(draft.places[subject], reason, column=draft.column_of(subject, column), value=value)
        if not leniency.skip_invalid or not (broken or has_absent):
            return {violation.subject for violation in dangling} if keeps_dangling else set()


def _without_absent(draft: Draft, dangling: list[Violation]) -> tuple[list[Violation], bool]:
    """Return the violations without those that a file explains which is not there, and whether there were such.

    The file is named once for each column that refers to what it states; the rows are rejected.
    """
    others: list[Violation] = []
    explained: dict[tuple[str, str], list[Violation]] = {}
    for one in dangling:
        place, column = draft.places[one.subject], draft.column_of(one.subject, one.column)
        if (place.file, column) in draft.absent:
            explained.setdefault((place.file, column), []).append(one)
        else:
            others.append(one)
    for (file, column), ones in explained.items():
        places = {draft.places[one.subject] for one in ones}
        draft.rejected |= places
        missing = draft.absent[file, column]
        reason = message("ingest.absent_file", missing=missing, rows=len(places), value=ones[0].value)
        draft.refuse(Problem(reason, file, None, None, column))
    return others, bool(explained)


def _check_institution(draft: Draft, reading: StoreReader, *, may_lack: bool) -> None:
    """Refuse the job where what the source is said to belong to is no institution, or not there yet and may not be."""
    named = NodeId(draft.source.institution_id)
    if not named:
        return
    here = draft.nodes.get(named)
    kind, sources = reading.asserted([named]).get(named, ("", frozenset()))
    stays = sources != {draft.source.name} or kind not in draft.replaces
    found = here[0] if here is not None else kind if stays else ""
    if found != INSTITUTION and (found or not may_lack):
        key = "ingest.other_institution" if found else "ingest.no_institution"
        reason = message(key, id=named, kind=found)
        place = draft.source_place if draft.institution is None else (None, None, None)
        draft.refuse(Problem(reason, *place, column="institution_id", value=named))


def compared(changes: ChangeSet, reading: StoreReader) -> Difference:
    """Return what the ChangeSet changes of what its source states so far."""
    name = changes.source.name
    before = next((source for source in reading.sources() if source.name == name), None)
    return difference(changes, before, *asserted_by(reading, name)) if before else difference(changes, None, (), ())


def _too_much_removed(change: Difference) -> Message:
    return message(
        "ingest.too_much_removed",
        nodes=len(change.nodes.removed),
        links=len(change.links.removed),
        share=change.removed_share,
        source=change.source_after.name,
    )
