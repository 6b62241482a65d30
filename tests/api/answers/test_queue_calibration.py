"""Calibration by the queue: what reviewers settled replaces the house's curves, bulk acceptance tells nothing."""

from pathlib import Path

from api.answers.queue_calibration import LARGEST_BATCH, judged_pairs, queue_calibrations
from api.answers.review import review_queue
from api.state.database import State
from api.state.judgements import JudgementOrder
from api.state.review_queue import ReviewQueue
from graph.snapshot.snapshot import Snapshot
from queries.proposals.calibration import LEAST_JUDGED, CurveKey, house_calibrations
from queries.proposals.judgement import JudgementContent, JudgementStatus, ProposalTarget
from queries.proposals.proposal import sentence_key
from tests.support.factory import graph_of
from tests.support.proposing import COURSE, candidate, proposals
from tests.support.review_desk import ANNA

KEY = CurveKey("DEVELOPS", "en", "words")
SENTENCES = [f"Weld a seam of kind {n}." for n in range(60)]


def judge(queue: ReviewQueue, texts: list[str], status: JudgementStatus, node: str = "") -> None:
    """Say the same of several sentences at once."""
    orders = [
        JudgementOrder(
            ProposalTarget(sentence_key(COURSE.id, text), node, "DEVELOPS" if node else ""),
            JudgementContent(status=status),
            {},
        )
        for text in texts
    ]
    queue.judgements.judge(orders, ANNA, may_apply=True)


def queue_in(folder: Path, snapshot: Snapshot) -> ReviewQueue:
    """Return a queue of sixty sentences with five candidates each, the best of a score that rises."""
    queue = review_queue(State(folder / "state.db"), snapshot, "sqlite:///graph.db")
    found = {
        text: [candidate(f"c{rank}", 2 + n / 20 - rank / 2) for rank in range(1, 6)] for n, text in enumerate(SENTENCES)
    }
    queue.proposals.put(proposals(found), ANNA)
    return queue


def test_settled_sentences_replace_the_curves_of_the_house(tmp_path: Path) -> None:
    """From 200 judged pairs on; what is open or was accepted in bulk is none; more right where scores are higher."""
    queue = queue_in(tmp_path, graph_of("k1 DEVELOPS c1"))
    assert queue_calibrations(queue) == house_calibrations()
    judge(queue, SENTENCES[: LARGEST_BATCH + 1], "accepted", "c1")
    assert list(judged_pairs(queue)) == []
    for at, text in enumerate(SENTENCES[10:59]):
        judge(queue, [text], "accepted" if at > 24 else "rejected", "c1" if at > 24 else "")
    pairs = list(judged_pairs(queue))
    assert {key for key, _ in pairs} == {KEY}
    assert len(pairs) == 49 * 5 >= LEAST_JUDGED
    assert sum(pair.is_right for _, pair in pairs) == 24
    assert [pair.rank for _, pair in pairs if pair.is_right] == [1] * 24
    own = queue_calibrations(queue)[KEY]
    assert (own.origin, own.pairs, own.right) == ("queue", 245, 24)
    shares = [own.share(score, 1) or 0 for score in (2.0, 3.0, 4.0)]
    assert shares[2] - shares[0] > 0.3
    assert shares == sorted(shares)
    assert queue_calibrations(queue).keys() == house_calibrations().keys()
