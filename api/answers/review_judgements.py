"""Judgements as they are asked for: checked against the queue and the graph, alone, many at once, and taken back."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from api.answers.review import ReviewCandidate, ReviewItem, by_sentence, names_of, review_item, review_items
from api.answers.review_links import COMPETENCY, kind_of
from api.answers.review_summary import find_sentences
from api.principal import Principal
from api.state.judgements import JudgementOrder
from api.state.review_queue import ReviewQueue
from api.state.sentence_rows import QueuedSentence
from graph.errors import ConflictError, InputError, NotFoundError, Problem
from graph.messages import message
from graph.snapshot.snapshot import Snapshot
from queries.proposals.judgement import Judgement, JudgementContent, NewCompetency, ProposalTarget, verdict
from queries.proposals.made_nodes import new_competency
from queries.proposals.possible_links import possible_links
from queries.proposals.proposal import Candidate
from queries.proposals.review_filter import BulkFilter, ReviewFilter

MOST_AT_ONCE = 5000
SAMPLE = 5


class BulkPreview(NamedTuple):
    """What would be accepted at once: the best candidate of each open sentence that has the score.

    `sample` is spread evenly over the scores, the highest first. `seen` stands for just this, so that no more and no
    less is accepted than was seen.
    """

    total: int
    sample: list[tuple[QueuedSentence, Candidate]]
    seen: str


def judge(
    queue: ReviewQueue,
    snapshot: Snapshot,
    sentence: str,
    candidate: str | None,
    content: JudgementContent,
    *,
    who: Principal,
    may_apply: bool,
) -> list[Judgement]:
    """Keep what somebody says of a candidate of a sentence, or of the sentence as a whole; return what is new of it.

    The candidate may be any node that the sentence can be linked to, proposed or not, or, by `content.new`, a
    competency that is not there yet.

    Raises:
        NotFoundError: there is no such sentence in the queue, or no such node in the graph.
        InputError: it cannot be said of this.
    """
    item = review_item(queue, snapshot, sentence)
    order = judgement_order(item, snapshot, candidate, content)
    return queue.judgements.judge([order], who, may_apply=may_apply)


def judge_all(
    queue: ReviewQueue,
    snapshot: Snapshot,
    told: Sequence[tuple[str, str | None, JudgementContent]],
    *,
    who: Principal,
    may_apply: bool,
) -> list[Judgement]:
    """Keep what somebody says of several sentences, each with its candidate, all or none. Raises as `judge` does."""
    found = queue.proposals.first_of({sentence for sentence, _, _ in told})
    if missing := next((sentence for sentence, _, _ in told if sentence not in found), None):
        raise NotFoundError(message("thing.sentence"), missing)
    items = {one.sentence.key: one for one in review_items(queue, snapshot, list(found.values()))}
    orders = [judgement_order(items[sentence], snapshot, candidate, content) for sentence, candidate, content in told]
    return queue.judgements.judge(orders, who, may_apply=may_apply)


def judgement_order(
    item: ReviewItem, snapshot: Snapshot, candidate: str | None, content: JudgementContent
) -> JudgementOrder:
    """Return what is to be kept. Raises as `judge` does."""
    if content.status == "open":
        raise InputError(Problem(message("review.say_undo"), column="status"))
    if content.new is not None:
        candidate = new_competency(content.new.name)
    if candidate is not None:
        return _of_candidate(item, snapshot, candidate, content)
    if content.status == "accepted":
        raise InputError(Problem(message("review.accept_what"), column="candidate"))
    return JudgementOrder(ProposalTarget(item.sentence.key), _without_link(content), {})


def _of_candidate(item: ReviewItem, snapshot: Snapshot, candidate: str, content: JudgementContent) -> JudgementOrder:
    known = _known(item, candidate, content.relation)
    if content.new is None and known is not None and known.is_new:
        content = content.model_copy(update={"new": _asked_for(item, candidate)})
    kind = kind_of(snapshot, candidate) or (COMPETENCY if content.new else None)
    if kind is None and (known is None or content.status == "accepted"):
        raise NotFoundError(message("thing.node"), candidate, near=snapshot.near(candidate))
    relation = _relation(item, snapshot, kind, known, content)
    target = known.target if known else ProposalTarget(item.sentence.key, candidate, relation)
    told = content.model_copy(update={"relation": None if relation == target.relation else relation})
    if content.status != "accepted":
        told = _without_link(told)
    new = content.new
    named = names_of(snapshot, candidate) or ({"en": new.name, "zh": new.name} if new else {})
    return JudgementOrder(
        target, told, named or (known.verdict.decided.named if known and known.verdict.decided else {})
    )


def _without_link(content: JudgementContent) -> JudgementContent:
    return content.model_copy(update={"relation": None, "weight": None, "level": None})


def _known(item: ReviewItem, candidate: str, relation: str | None) -> ReviewCandidate | None:
    """Return what the item has of a candidate: by the relation where it has several, else the first."""
    found = [one for one in item.candidates if one.target.candidate == candidate]
    return next((one for one in found if one.target.relation == relation), next(iter(found), None))


def _asked_for(item: ReviewItem, candidate: str) -> NewCompetency | None:
    said = (one.content.new for one in reversed(item.judgements) if one.target.candidate == candidate)
    return next((new for new in said if new is not None), None)


def _relation(
    item: ReviewItem, snapshot: Snapshot, kind: str | None, known: ReviewCandidate | None, content: JudgementContent
) -> str:
    node = item.document.for_node
    for_kind = kind_of(snapshot, node.id) or node.kind
    forms = [] if kind is None else possible_links(for_kind, kind, item.sentence.sentence.kind)
    wanted = content.relation or (known.target.relation if known else forms[0].relation if forms else "")
    if content.status == "accepted" and wanted not in {form.relation for form in forms}:
        told = {"relation": wanted or "-", "from_kind": for_kind, "to_kind": kind or "-"}
        raise InputError(Problem(message("review.no_link", **told), column="relation", value=wanted))
    return wanted


def undo(queue: ReviewQueue, who: Principal, *, batch: str | None = None, may_apply: bool) -> list[Judgement]:
    """Take back what somebody said last, all that was said at once; return how it stands now.

    Raises:
        NotFoundError: there is nothing that is not taken back.
    """
    return queue.judgements.undo(who, batch=batch, may_apply=may_apply)


def bulk_preview(queue: ReviewQueue, snapshot: Snapshot, least: float, wanted: BulkFilter) -> BulkPreview:
    """Return what would be accepted at once where the best candidates with this score are."""
    found = _best(queue, snapshot, least, wanted)
    by_score = sorted(found, key=lambda one: (-one[1].score, one[0].key))
    last = max(len(by_score) - 1, 0)
    places = dict.fromkeys(round(at * last / (SAMPLE - 1)) for at in range(SAMPLE)) if by_score else {}
    return BulkPreview(len(found), [by_score[at] for at in places], _digest(found))


def bulk_accept(
    queue: ReviewQueue,
    snapshot: Snapshot,
    least: float,
    wanted: BulkFilter,
    *,
    who: Principal,
    seen: str,
    may_apply: bool,
) -> list[Judgement]:
    """Accept at once what a preview told, as one batch.

    Raises:
        ConflictError: it is no longer the same as was seen.
    """
    found = _best(queue, snapshot, least, wanted)
    if _digest(found) != seen:
        raise ConflictError(message("review.bulk_changed", count=len(found)))
    accepted = JudgementContent(status="accepted")
    orders = [
        JudgementOrder(ProposalTarget(sentence.key, one.id, one.relation or ""), accepted, names_of(snapshot, one.id))
        for sentence, one in found
    ]
    return queue.judgements.judge(orders, who, may_apply=may_apply)


def _best(
    queue: ReviewQueue, snapshot: Snapshot, least: float, wanted: BulkFilter
) -> list[tuple[QueuedSentence, Candidate]]:
    """Return the best candidate of each open sentence that has the score, nobody has judged, and can become a link."""
    open_ones = ReviewFilter.model_validate({**dict(wanted), "status": "open", "least": least})
    sentences = find_sentences(queue, snapshot, open_ones, limit=MOST_AT_ONCE)
    keys = [one.key for one in sentences]
    best = queue.proposals.candidates(keys, best_of=least)
    judged = {
        target
        for said in by_sentence(queue.judgements.of(keys)).values()
        for target in {one.target for one in said}
        if verdict(target, said).decided is not None
    }
    return [
        (sentence, one)
        for sentence in {one.key: one for one in sentences}.values()
        for one in best.get(sentence.key, [])
        if not one.stands
        and ProposalTarget(sentence.key, one.id, one.relation or "") not in judged
        and wanted.relation in {None, one.relation}
        and one.relation
        and snapshot.find(one.id) is not None
    ]


def _digest(found: Sequence[tuple[QueuedSentence, Candidate]]) -> str:
    told = "\n".join(f"{sentence.key} {one.id} {one.relation}" for sentence, one in found)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
