"""Calibration by a queue's own judgements: what reviewers settled, as judged pairs, and the curves fitted to them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from api.state.proposals import DocumentEdition
from api.state.review_queue import ReviewQueue
from api.state.sentence_rows import QueuedSentence
from queries.proposals.calibration import (
    LEAST_JUDGED,
    Calibrations,
    CurveKey,
    calibrations,
    house_calibrations,
    model_key,
)
from queries.proposals.judgement import Judgement, ProposalTarget, verdict
from queries.proposals.proposal import Candidate
from queries.proposals.review_filter import ReviewFilter
from queries.proposals.share_curve import MOST_RANK, JudgedPair

MOST_SENTENCES = 2000
"""How many sentences of each status are fitted to."""
LARGEST_BATCH = 5
"""Of what is accepted in larger batches nobody looked at each: it tells nothing of how often proposals are right."""
_SETTLED = (ReviewFilter(status="accepted"), ReviewFilter(status="rejected"))
_REFIT = 25
"""After how many judgements curves are fitted anew."""


class _QueueMoment(NamedTuple):
    """A queue at a number of judgements, told apart from others by where it is kept."""

    queue: ReviewQueue
    judged: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _QueueMoment) and self._told == other._told

    def __hash__(self) -> int:
        return hash(self._told)

    @property
    def _told(self) -> tuple[str, tuple[str, str], int]:
        return str(self.queue.state.path), self.queue.store, self.judged


def queue_calibrations(queue: ReviewQueue) -> Calibrations:
    """Return the curves of the house, and instead of them those of the queue where enough of it is settled."""
    judged = queue.judgements.count()
    if judged * MOST_RANK < LEAST_JUDGED:
        return house_calibrations()
    return _fitted(_QueueMoment(queue, judged // _REFIT))


def judged_pairs(queue: ReviewQueue) -> Iterator[tuple[CurveKey, JudgedPair]]:
    """Yield what is settled: of a sentence's candidates those that were accepted are right, all others are wrong."""
    documents = {one.id: one for one in queue.proposals.documents()}
    settled = [one for wanted in _SETTLED for one in queue.find(wanted, limit=MOST_SENTENCES)]
    keys = [one.key for one in settled]
    proposed, judgements = queue.proposals.candidates(keys), queue.judgements.of(keys)
    batches, said = Counter(one.batch for one in judgements), _by_sentence(judgements)
    for sentence in settled:
        own = said.get(sentence.key, [])
        if all(batches[one.batch] <= LARGEST_BATCH for one in own):
            yield from _pairs(documents[sentence.document], sentence, proposed.get(sentence.key, []), own)


@lru_cache(maxsize=8)
def _fitted(moment: _QueueMoment) -> Calibrations:
    return calibrations(judged_pairs(moment.queue))


def _by_sentence(judgements: Sequence[Judgement]) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for one in judgements:
        found.setdefault(one.target.sentence, []).append(one)
    return found


def _pairs(
    document: DocumentEdition, sentence: QueuedSentence, proposed: Sequence[Candidate], said: Sequence[Judgement]
) -> Iterator[tuple[CurveKey, JudgedPair]]:
    model = model_key(document.found.model, document.found.model_version)
    for rank, one in enumerate(proposed, 1):
        if one.relation is not None and not one.stands:
            key = CurveKey(one.relation, sentence.sentence.language, model)
            is_right = verdict(ProposalTarget(sentence.key, one.id, one.relation), said).status == "accepted"
            yield key, JudgedPair(one.score, rank, is_right, sentence.key)
