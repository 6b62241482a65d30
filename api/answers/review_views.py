"""Review as documents: sentences of the queue with candidates and judgements, for commands and over HTTP."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field

from api.answers.edit_effects import EditAnswer
from api.answers.review import ReviewCandidate, ReviewItem, review_items
from api.answers.review_apply import ApplyPlan
from api.answers.review_judgements import BulkPreview
from api.answers.review_summary import count_sentences, find_sentences, review_summary
from api.state.review_queue import QueuePlace, ReviewQueue
from api.state.sentence_rows import QueuedSentence
from graph.errors import InputError, Problem
from graph.messages import Language, message
from graph.model import Frozen, NodeId
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.proposals.agreement import ReviewerAgreement
from queries.proposals.judgement import Judgement, JudgementStatus
from queries.proposals.proposal import CandidateReason, DescribedNode, DocumentSentence
from queries.proposals.review_filter import ReviewFilter

MOST_SHOWN = 20
"""Of so many sentences that were judged at once it is told how they stand."""
CURSOR = "^[0-9]+[.][0-9]+[.][0-9a-f]+$"


class JudgementView(Frozen):
    """What a reviewer says, and whether they may change the graph."""

    by: str
    at: datetime
    candidate: str
    status: JudgementStatus
    relation: str
    weight: float | None
    level: int | None
    reason: str
    may_apply: bool


class ReviewedCandidate(Frozen):
    """A candidate, what is decided of it, and what each reviewer says; `share` is of 1, null: not calibrated."""

    id: NodeId
    name: str
    kind: str
    status: JudgementStatus
    relation: str | None
    relations: list[str]
    score: float | None
    share: float | None
    because: CandidateReason | None
    is_disputed: bool
    in_graph: bool
    is_gone: bool
    is_renamed: bool
    is_new: bool
    judgements: list[JudgementView]


class ReviewedSentence(Frozen):
    """A sentence in review; `whole` is what is said of it as a whole, `is_gone`: its document has it no more."""

    key: str
    document: str
    for_node: DescribedNode
    sentence: DocumentSentence
    status: JudgementStatus | None
    is_gone: bool
    candidates: list[ReviewedCandidate]
    whole: list[JudgementView]


class ReviewedSentences(Frozen):
    """A page of the queue, or what was just judged.

    `counts` are of all that pass but for status, `ready` links an apply would change; `seen` stands for a sample.
    """

    items: list[ReviewedSentence]
    total: int
    counts: dict[JudgementStatus, int]
    ready: int
    agreements: list[ReviewerAgreement]
    seen: str | None
    next: str | None = Field(json_schema_extra={"pattern": CURSOR})
    revision: int


class Judgements(Frozen):
    """What was kept of what somebody said: nothing of what they had said already."""

    items: list[JudgementView]
    revision: int


class BulkSample(Frozen):
    """What would be accepted at once: how many, some of them, and what to send so that just these are."""

    total: int
    sample: list[ReviewedSentence]
    seen: str


def review_page(
    queue: ReviewQueue,
    snapshot: Snapshot,
    store: Store,
    wanted: ReviewFilter,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> ReviewedSentences:
    """Return a page of the queue, in the order of documents, then of their texts.

    Raises:
        InputError: the cursor is none.
    """
    after = None if cursor is None else _place(cursor)
    found = find_sentences(queue, snapshot, wanted, after=after, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return _page(queue, snapshot, store, found[:limit], wanted).model_copy(
        update={
            "total": sum(count_sentences(queue, snapshot, wanted).values()),
            "next": None if last is None else f"{last.number}.{last.position}.{last.key}",
        }
    )


def page_of_sample(queue: ReviewQueue, snapshot: Snapshot, store: Store, found: BulkPreview) -> ReviewedSentences:
    """Return what would be accepted at once: how many, some of them, and what to send so that just these are."""
    page = _page(queue, snapshot, store, [sentence for sentence, _ in found.sample])
    return page.model_copy(update={"total": found.total, "seen": found.seen})


def page_of_judgements(
    queue: ReviewQueue, snapshot: Snapshot, store: Store, said: Sequence[Judgement]
) -> ReviewedSentences:
    """Return the sentences that were just judged, as they stand now: the first of them, and how many they are."""
    keys = list(dict.fromkeys(one.target.sentence for one in said))
    found = queue.proposals.first_of(keys[:MOST_SHOWN])
    page = _page(queue, snapshot, store, [found[key] for key in keys[:MOST_SHOWN] if key in found])
    return page.model_copy(update={"total": len(keys)})


def _page(
    queue: ReviewQueue,
    snapshot: Snapshot,
    store: Store,
    sentences: Sequence[QueuedSentence],
    wanted: ReviewFilter | None = None,
) -> ReviewedSentences:
    summary = review_summary(queue, snapshot, store, wanted or ReviewFilter())
    return ReviewedSentences(
        items=[reviewed_sentence(one) for one in review_items(queue, snapshot, sentences)],
        total=len(sentences),
        counts=summary.counts,
        ready=summary.ready,
        agreements=summary.agreements,
        seen=None,
        next=None,
        revision=snapshot.revision.number,
    )


def without_reviewers(page: ReviewedSentences) -> ReviewedSentences:
    """Return a page without the names of who judged: for whoever reads without being known."""
    return page.model_copy(
        update={
            "items": [_nameless_sentence(one) for one in page.items],
            "agreements": [one.model_copy(update={"first": "", "second": ""}) for one in page.agreements],
        }
    )


def _nameless_sentence(one: ReviewedSentence) -> ReviewedSentence:
    candidates = [
        candidate.model_copy(update={"judgements": _nameless(candidate.judgements)}) for candidate in one.candidates
    ]
    return one.model_copy(update={"candidates": candidates, "whole": _nameless(one.whole)})


def _nameless(said: Sequence[JudgementView]) -> list[JudgementView]:
    return [one.model_copy(update={"by": "", "reason": ""}) for one in said]


def _place(cursor: str) -> QueuePlace:
    number, position, key = (*cursor.split("."), "", "")[:3]
    if not (number.isascii() and number.isdigit() and position.isascii() and position.isdigit() and key):
        raise InputError(Problem(message("cursor.invalid", cursor=cursor), value=cursor))
    return QueuePlace(int(number), int(position), key)


def reviewed_sentence(item: ReviewItem) -> ReviewedSentence:
    """Return a sentence in review as a document."""
    return ReviewedSentence(
        key=item.sentence.key,
        document=item.document.id,
        for_node=item.document.for_node,
        sentence=item.sentence.sentence,
        status=item.sentence.status,
        is_gone=item.sentence.is_gone,
        candidates=[_candidate(one) for one in item.candidates],
        whole=[judgement_view(one) for one in item.whole.standing],
    )


def _candidate(one: ReviewCandidate) -> ReviewedCandidate:
    return ReviewedCandidate(
        id=NodeId(one.target.candidate),
        name=one.name,
        kind=one.kind,
        status=one.verdict.status,
        relation=None if one.form is None else one.form.relation,
        relations=list(dict.fromkeys(form.relation for form in one.forms)),
        score=None if one.proposed is None else one.proposed.score,
        share=one.share,
        because=None if one.proposed is None else one.proposed.reason,
        is_disputed=one.verdict.is_disputed,
        in_graph=one.in_graph or (one.proposed is not None and one.proposed.stands),
        is_gone=one.is_gone,
        is_renamed=one.is_renamed,
        is_new=one.is_new,
        judgements=[judgement_view(judgement) for judgement in one.verdict.standing],
    )


def judgement_view(one: Judgement) -> JudgementView:
    """Return a judgement as a document."""
    return JudgementView(
        by=one.reviewer,
        at=one.at,
        candidate=one.target.candidate,
        status=one.status,
        relation=one.relation,
        weight=one.content.weight,
        level=one.content.level,
        reason=one.content.reason,
        may_apply=one.may_apply,
    )


def bulk_sample(queue: ReviewQueue, snapshot: Snapshot, found: BulkPreview) -> BulkSample:
    """Return what would be accepted at once as a document."""
    items = review_items(queue, snapshot, [sentence for sentence, _ in found.sample])
    return BulkSample(total=found.total, sample=[reviewed_sentence(one) for one in items], seen=found.seen)


class LeftOutProposal(Frozen):
    """An accepted proposal that is not applied, and why; or one of which reviewers want different things."""

    sentence: str
    text: str
    candidate: str
    reason: str


class AppliedProposals(Frozen):
    """What an apply did, or would do: disagreements first, then what is left out, then the edits.

    `elsewhere` are sources whose links would have to change: apply as them. `waiting` changes do not fit in one run.
    """

    disputed: list[LeftOutProposal]
    left_out: list[LeftOutProposal]
    elsewhere: list[str]
    links: int
    waiting: int
    edits: EditAnswer | None


def applied_proposals(plan: ApplyPlan, answer: EditAnswer | None, language: Language) -> AppliedProposals:
    """Return an apply as a document."""
    disputed = [
        LeftOutProposal(
            sentence=one.sentence.key,
            text=one.sentence.sentence.text,
            candidate=one.target.candidate,
            reason=", ".join(f"{said.reviewer}: {said.status}" for said in one.verdict.standing),
        )
        for one in plan.disputed
    ]
    left_out = [
        LeftOutProposal(
            sentence=one.sentence.key,
            text=one.sentence.sentence.text,
            candidate=one.judgement.target.candidate,
            reason=one.reason.text(language),
        )
        for one in plan.left_out
    ]
    return AppliedProposals(
        disputed=disputed,
        left_out=left_out,
        elsewhere=plan.elsewhere,
        links=len(plan.changes),
        waiting=plan.waiting,
        edits=answer,
    )
