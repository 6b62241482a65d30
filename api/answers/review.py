"""Review of proposals: an item as people judge it, the queue around it, and what was judged."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.answers.queue_calibration import queue_calibrations
from api.answers.review_links import COMPETENCY, kind_of
from api.state.database import State
from api.state.proposals import DocumentEdition
from api.state.review_queue import ReviewQueue
from api.state.sentence_rows import QueuedSentence
from api.state.table_register import StoreName
from graph.errors import NotFoundError
from graph.messages import message
from graph.model import LinkKey, NodeId
from graph.snapshot.snapshot import Snapshot
from queries.proposals.calibration import Calibrations, CurveKey, model_key, share_right
from queries.proposals.judgement import Judgement, ProposalTarget, Verdict, verdict
from queries.proposals.made_nodes import made_node
from queries.proposals.possible_links import LinkPattern, link_form, possible_links
from queries.proposals.proposal import Candidate


class ReviewCandidate(NamedTuple):
    """What a sentence may lead to: as it was proposed, or (None) as a reviewer picked or asked for it.

    `forms` are the possible links, the usual first; `form` is the one that is wanted or proposed, None where there can
    be none. `key` is that link, which is `in_graph` or not. `share` is how many of ten, as a share, such proposals were
    right on judged data; None where that is not known. `is_gone`: the graph has it no more; `is_renamed`: it is called
    otherwise than when it was judged; `is_new`: it is made when it is applied.
    """

    target: ProposalTarget
    name: str
    kind: str
    proposed: Candidate | None
    rank: int | None
    forms: list[LinkPattern]
    form: LinkPattern | None
    key: LinkKey | None
    verdict: Verdict
    share: float | None
    in_graph: bool
    is_gone: bool
    is_renamed: bool
    is_new: bool

    @property
    def needs_look(self) -> bool:
        """Whether it was judged, and is no longer what it was."""
        return self.verdict.decided is not None and (self.is_gone or self.is_renamed)


class ReviewItem(NamedTuple):
    """A sentence with what it may lead to: candidates in the order proposed, then those of reviewers.

    `whole` is what holds of the sentence as a whole; `judgements` is all that was said, the latest last.
    """

    document: DocumentEdition
    sentence: QueuedSentence
    candidates: list[ReviewCandidate]
    whole: Verdict
    judgements: list[Judgement]

    @property
    def needs_look(self) -> bool:
        """Whether something that was judged is no longer what it was."""
        is_judged = self.sentence.status not in {None, "open"}
        return (self.sentence.is_gone and is_judged) or any(one.needs_look for one in self.candidates)


def review_queue(state: State, snapshot: Snapshot, store_url: str) -> ReviewQueue:
    """Return the queue of a store, of which this is a snapshot."""
    return ReviewQueue(state, StoreName(snapshot.store_id, store_url))


def names_of(snapshot: Snapshot, node_id: str) -> dict[str, str]:
    """Return how a node is called, by language; empty where the graph has none of this id."""
    at = snapshot.find(node_id)
    return {} if at is None else {one: snapshot.in_language(one).name(at) for one in ("en", "zh")}


def review_item(queue: ReviewQueue, snapshot: Snapshot, key: str) -> ReviewItem:
    """Return a sentence as people judge it.

    Raises:
        NotFoundError: there is no such sentence in the queue.
    """
    found = queue.proposals.first_of([key])
    if key not in found:
        raise NotFoundError(message("thing.sentence"), key)
    return review_items(queue, snapshot, [found[key]])[0]


def review_items(queue: ReviewQueue, snapshot: Snapshot, sentences: Sequence[QueuedSentence]) -> list[ReviewItem]:
    """Return sentences as people judge them, in their order."""
    keys = [one.key for one in sentences]
    proposed, said = queue.proposals.candidates(keys), by_sentence(queue.judgements.of(keys))
    documents, known = {one.id: one for one in queue.proposals.documents()}, queue_calibrations(queue)
    return [
        _item(_Context(documents[one.document], one, said.get(one.key, []), snapshot, known), proposed.get(one.key, []))
        for one in sentences
    ]


class _Context(NamedTuple):
    """What a candidate stands in."""

    document: DocumentEdition
    sentence: QueuedSentence
    said: list[Judgement]
    snapshot: Snapshot
    calibrated: Calibrations

    def form(self, kind: str, relation: str) -> LinkPattern | None:
        """Return the link by a relation to a candidate of the kind."""
        return link_form(self.for_kind, kind, relation, self.sentence.sentence.kind)

    @property
    def for_kind(self) -> str:
        """The kind of what the document describes."""
        node = self.document.for_node
        return kind_of(self.snapshot, node.id) or node.kind

    def last_of(self, target: ProposalTarget) -> Judgement | None:
        """Return what was said last of a target, by anybody."""
        return next((one for one in reversed(self.said) if one.target == target), None)

    def asked_for(self, target: ProposalTarget) -> bool:
        """Say whether somebody asked for the candidate as a new competency."""
        return any(one.content.new is not None for one in self.said if one.target == target)


def _item(context: _Context, proposed: Sequence[Candidate]) -> ReviewItem:
    document, sentence, said = context.document, context.sentence, context.said
    ranked = {
        ProposalTarget(sentence.key, one.id, one.relation or ""): (rank, one) for rank, one in enumerate(proposed, 1)
    }
    others = dict.fromkeys(one.target for one in said if one.target.candidate and one.target not in ranked)
    found = [_candidate(context, target, ranked.get(target)) for target in [*ranked, *others]]
    shown = [one for one in found if one.proposed is not None or one.verdict.decided is not None or one.in_graph]
    return ReviewItem(document, sentence, shown, verdict(ProposalTarget(sentence.key), said), said)


def _candidate(context: _Context, target: ProposalTarget, ranked: tuple[int, Candidate] | None) -> ReviewCandidate:
    rank, proposed = ranked or (None, None)
    snapshot, last = context.snapshot, context.last_of(target)
    decided = verdict(target, context.said)
    kind = kind_of(snapshot, target.candidate) or (proposed.kind if proposed else COMPETENCY)
    accepted = decided.decided if decided.status == "accepted" else None
    form = context.form(kind, accepted.relation if accepted else target.relation)
    key = _key(context, target, form)
    is_there = snapshot.find(target.candidate) is not None
    is_new = not is_there and context.asked_for(target)
    return ReviewCandidate(
        target=target,
        name=_name(snapshot, target, proposed, last),
        kind=kind,
        proposed=proposed,
        rank=rank,
        forms=possible_links(context.for_kind, kind, context.sentence.sentence.kind),
        form=form,
        key=key,
        verdict=decided,
        share=_share(context, target, ranked),
        in_graph=key is not None and is_in_graph(snapshot, key),
        is_gone=not is_there and not is_new,
        is_renamed=last is not None and is_renamed(snapshot, last),
        is_new=is_new,
    )


def _share(context: _Context, target: ProposalTarget, ranked: tuple[int, Candidate] | None) -> float | None:
    """Return how many of such proposals were right, as a share; None where that is not known."""
    if ranked is None or not target.relation:
        return None
    found, (rank, candidate) = context.document.found, ranked
    model = model_key(found.model, found.model_version)
    sentence = context.sentence.sentence
    key = CurveKey(target.relation, sentence.language, model)
    return share_right(context.calibrated, key, sentence.kind, candidate.score, rank)


def _name(snapshot: Snapshot, target: ProposalTarget, proposed: Candidate | None, last: Judgement | None) -> str:
    """Return how a candidate is called: now, else when it was judged or proposed."""
    named = names_of(snapshot, target.candidate) or (last.named if last else {})
    return named.get(snapshot.language) or (proposed.name if proposed else target.candidate)


def _key(context: _Context, target: ProposalTarget, form: LinkPattern | None) -> LinkKey | None:
    if form is None:
        return None
    start = context.document.for_node.id
    if form.joined_by is not None:
        start = made_node(form.from_kind, context.sentence.key)
    return start, form.relation, NodeId(target.candidate)


def is_in_graph(snapshot: Snapshot, key: LinkKey) -> bool:
    """Say whether the graph has a link."""
    start, end = snapshot.find(key[0]), snapshot.find(key[2])
    return start is not None and end is not None and snapshot.has_link(start, key[1], end)


def is_gone(snapshot: Snapshot, one: Judgement) -> bool:
    """Say whether the graph no longer has what was judged."""
    return one.content.new is None and snapshot.find(one.target.candidate) is None


def is_renamed(snapshot: Snapshot, one: Judgement) -> bool:
    """Say whether what was judged is called otherwise since."""
    if not one.named or one.content.new is not None:
        return False
    named = names_of(snapshot, one.target.candidate)
    return bool(named) and named != one.named


def by_sentence(judgements: Sequence[Judgement]) -> Mapping[str, list[Judgement]]:
    """Return judgements by the key of their sentence."""
    found: dict[str, list[Judgement]] = {}
    for one in judgements:
        found.setdefault(one.target.sentence, []).append(one)
    return found
