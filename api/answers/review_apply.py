"""Applying what was accepted: one document of edits, and which run stated which link for which judgement."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from api.answers.review_edits import ReviewEdits
from api.answers.review_links import DisputedProposal, LeftOutLink, ReviewChange, pending_links
from api.state.applied_links import AppliedLink, AppliedLinkStore
from api.state.review_queue import ReviewQueue
from graph.errors import ConflictError, InputError, Problem, RefusedEditsError
from graph.messages import Language
from graph.model import IngestRun, NodeId
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from graph.stores.base import StoreReader
from ingest.edit_document import EDITS, MOST_EDITS, Edit, EditDocument, LinkEdit
from ingest.edit_source import source_of
from ingest.edit_values import FieldError
from ingest.job import new_run_id
from queries.proposals.judgement import ProposalTarget


class ApplyRequest(NamedTuple):
    """As whose statements what was accepted is applied, and why; by default those of what is entered on pages."""

    source: str | None = None
    institution: str | None = None
    reason: str = ""
    expected_revision: int | None = None


Applied = TypeVar("Applied")


class ApplyPlan(NamedTuple):
    """What bringing the graph in step with what was accepted takes.

    `document` is None where nothing is to be done. Of what reviewers want different things stands first, `disputed`;
    `left_out` cannot be done, each with its reason; `elsewhere` are other sources that stated links that would have to
    change; `waiting` is how many further changes do not fit in one document. `changes` are those of the document.
    """

    disputed: list[DisputedProposal]
    left_out: list[LeftOutLink]
    elsewhere: list[str]
    changes: list[ReviewChange]
    waiting: int
    document: EditDocument | None


def plan_apply(
    queue: ReviewQueue,
    store: Store,
    snapshot: Snapshot,
    request: ApplyRequest = ApplyRequest(),  # noqa: B008 - a constant
    *,
    language: Language = "en",
) -> ApplyPlan:
    """Return what bringing the graph in step with what was accepted takes, by what the store holds now.

    Raises:
        RefusedEditsError: there can be no such source.
    """
    runs = store.runs()
    _settle_runs(AppliedLinkStore(queue.state, queue.store), runs)
    wanted, found = pending_links(queue, snapshot, store, undone=undone_runs(runs))
    with store.reading() as reading:
        source = _source(request, found.changes, reading, language)
        here = [one for one in found.changes if not one.applied or one.applied[0].source == source]
        kept = {end for key in wanted.links for end in (key[0], key[2])}
        done, edits = _edits(ReviewEdits(snapshot, reading, source), here, kept)
    elsewhere = {one.applied[0].source for one in found.changes if one.applied} - {source}
    expected = snapshot.revision.number if request.expected_revision is None else request.expected_revision
    document, waiting = None, len(here) - len(done)
    if edits:
        document = EditDocument(
            edits=edits,
            source=source,
            institution=request.institution,
            reason=request.reason,
            expected_revision=expected,
        )
    return ApplyPlan(wanted.disputed, wanted.left_out, sorted(elsewhere), done, waiting, document)


def apply_plan(
    plan: ApplyPlan, document: EditDocument, queue: ReviewQueue, apply: Callable[[EditDocument, str], Applied]
) -> Applied:
    """Apply a plan's document by a function that takes it and the id of its run; return what that returns.

    What it is about to state is kept under the run's id before. Which of it the graph has is told by the graph's runs:
    so it is known which judgements are applied, whenever the process ended.
    """
    run, links = new_run_id(), AppliedLinkStore(queue.state, queue.store)
    links.note([one for change in plan.changes for one in _rows(change, run, document.source or "")])
    try:
        done = apply(document, run)
    except (InputError, ConflictError):
        links.settle((), gone_runs=[run])
        raise
    links.settle([run])
    return done


def _settle_runs(applied: AppliedLinkStore, runs: Iterable[IngestRun]) -> None:
    """Mark what was noted for runs that the graph has: the service ended before it could say so."""
    if open_runs := applied.unsettled():
        applied.settle(open_runs & {run.id for run in runs})


def undone_runs(runs: Sequence[IngestRun]) -> set[str]:
    """Return the runs that were taken back, and are not back since."""
    gone: set[str] = set()
    for run in sorted(runs, key=lambda one: -one.revision):
        undone = run.report.get("undoes")
        if undone and run.id not in gone:
            gone.add(str(undone))
    return gone


def _source(request: ApplyRequest, changes: Sequence[ReviewChange], reading: StoreReader, language: Language) -> str:
    """Return the source that states it: the one that is named, else that of pages; where only drops, that of these."""
    if not changes:
        return request.source or ""
    if request.source is None and not any(one.wanted for one in changes):
        return changes[0].applied[0].source
    starts = [(one.wanted[0].document.for_node.id if one.wanted else one.key[0], one.key) for one in changes]
    edits: list[Edit] = [LinkEdit(op="set_link", from_id=a, relation=key[1], to_id=key[2]) for a, key in starts]
    document = EditDocument(edits=edits[:MOST_EDITS], source=request.source, institution=request.institution)
    try:
        return source_of(document, reading, language).name
    except FieldError as error:
        raise RefusedEditsError(Problem(error.reason, EDITS, column=error.column, value=error.value)) from None


def _edits(
    making: ReviewEdits, changes: Sequence[ReviewChange], kept: Collection[NodeId]
) -> tuple[list[ReviewChange], list[Edit]]:
    """Return the changes that fit in one document, in their order, and their edits; what is dropped goes last."""
    done: list[ReviewChange] = []
    edits: list[Edit] = []
    room = MOST_EDITS
    for change in changes:
        found = making.of(change)
        needed = len(found) + 2 * (not change.wanted)
        if needed > room:
            break
        room -= needed
        done.append(change)
        edits += found
    return done, edits + making.drops(done, kept)


def _rows(change: ReviewChange, run: str, source: str) -> Iterator[AppliedLink]:
    for one in change.wanted:
        yield AppliedLink(run, one.judgement.id, one.judgement.target, change.key, one.made or "", source)
    if not change.wanted:
        yield AppliedLink(run, "", ProposalTarget(""), change.key, "", source)
