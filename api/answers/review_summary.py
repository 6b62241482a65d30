"""Summary of review: which sentences pass a filter, how far they are, and what needs a look."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from api.answers.review import by_sentence, is_gone, is_renamed
from api.answers.review_links import pending_links
from api.state.proposals import DocumentEdition
from api.state.review_queue import QueuePlace, ReviewQueue
from api.state.sentence_rows import QueuedSentence
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.proposals.agreement import ReviewerAgreement, agreements
from queries.proposals.judgement import Judgement, JudgementStatus, latest_of_each, verdict
from queries.proposals.review_filter import ReviewFilter


class ReviewSummary(NamedTuple):
    """How far review is: sentences by status, and how many were judged today by all (UTC).

    `ready` is how many links an apply would change, `disputed` and `again` the keys of such sentences.
    """

    counts: dict[JudgementStatus, int]
    judged_today: int
    agreements: list[ReviewerAgreement]
    ready: int
    disputed: list[str]
    again: list[str]
    documents: list[DocumentEdition]
    reviewers: list[str]
    relations: list[str]

    @property
    def total(self) -> int:
        """How many sentences there are."""
        return sum(self.counts.values())


def find_sentences(
    queue: ReviewQueue,
    snapshot: Snapshot,
    wanted: ReviewFilter,
    *,
    after: QueuePlace | None = None,
    limit: int = 100,
) -> list[QueuedSentence]:
    """Return the sentences that pass, in the order of the queue."""
    return queue.find(wanted, _among(queue, snapshot, wanted), after=after, limit=limit)


def count_sentences(queue: ReviewQueue, snapshot: Snapshot, wanted: ReviewFilter) -> dict[JudgementStatus, int]:
    """Return how many sentences pass, by status."""
    return queue.count(wanted, _among(queue, snapshot, wanted))


def _among(queue: ReviewQueue, snapshot: Snapshot, wanted: ReviewFilter) -> list[str] | None:
    """Return the keys among which is sought where the filter is by what no column holds; None elsewhere."""
    if wanted.status == "disputed":
        return disputed_sentences(queue.judgements.of())
    if wanted.status == "again":
        return sentences_again(queue, snapshot, queue.judgements.of())
    return None


def disputed_sentences(judgements: Sequence[Judgement]) -> list[str]:
    """Return the keys of sentences of which reviewers want different things."""
    return [
        key
        for key, said in by_sentence(judgements).items()
        if len({one.reviewer for one in said}) > 1
        and any(verdict(target, said).is_disputed for target in {one.target for one in said})
    ]


def sentences_again(queue: ReviewQueue, snapshot: Snapshot, judgements: Sequence[Judgement]) -> list[str]:
    """Return the keys of judged sentences that are gone, or lead to what is gone or called otherwise since."""
    standing = [one for one in latest_of_each(judgements) if one.status != "open"]
    changed = {
        one.target.sentence
        for one in standing
        if one.target.candidate and (is_gone(snapshot, one) or is_renamed(snapshot, one))
    }
    sentences = queue.proposals.first_of({one.target.sentence for one in standing})
    return [key for key, one in sentences.items() if key in changed or (one.is_gone and one.status != "open")]


def review_summary(queue: ReviewQueue, snapshot: Snapshot, store: Store, wanted: ReviewFilter) -> ReviewSummary:
    """Return how far review is, of what passes; agreement and what is ready are of the whole queue."""
    judgements = queue.judgements.of()
    today = datetime.now(UTC).date()
    standing = [one for one in latest_of_each(judgements) if one.status != "open"]
    links, changes = pending_links(queue, snapshot, store, judgements)
    every = wanted.model_copy(update={"status": None})
    return ReviewSummary(
        counts=queue.count(every),
        judged_today=len({one.target for one in standing if one.at.date() == today}),
        agreements=agreements(judgements),
        ready=len(changes.changes),
        disputed=list(dict.fromkeys(one.target.sentence for one in links.disputed)),
        again=sentences_again(queue, snapshot, judgements),
        documents=queue.proposals.documents(),
        reviewers=sorted({one.reviewer for one in judgements}),
        relations=queue.relations(),
    )


def document_text(queue: ReviewQueue, document: str) -> tuple[DocumentEdition, list[QueuedSentence]]:
    """Return a document by its id or name, and all its sentences in their order. Raises NotFoundError."""
    edition = queue.proposals.document(document)
    return edition, queue.proposals.sentences(edition.id)
