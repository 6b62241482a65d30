"""Calibration: a curve finds the shares that pairs were drawn by, and gives a figure only where enough was judged."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from graph.embeddings.sentence_encoder import SentenceEncoder, installed_version
from graph.embeddings.text_vectors import TextVectors
from queries.proposals.calibration import (
    LEAST_JUDGED,
    CurveKey,
    calibrations,
    house_calibrations,
    model_key,
    share_right,
)
from queries.proposals.proposal import SentenceKind
from queries.proposals.share_curve import (
    MOST_RANK,
    JudgedPair,
    ShareCurve,
    calibration_error,
    fit_curve,
    held_back_errors,
)
from tests.support.paths import DOCS
from tests.support.soak import IS_SOAK, rounds

DRAWN = ShareCurve(base=-3.0, by_score=0.8, by_rank=-0.7)
WELDING = CurveKey("PRACTISES", "zh", "words")
TASK = SentenceKind.TASK


def drawn_pairs(sentences: int, seed: int = 5) -> list[JudgedPair]:
    """Return pairs of which as many are right as the curve says, five of each sentence."""
    rng = np.random.default_rng(seed)
    scores = -np.sort(-rng.uniform(0, 8, (sentences, 5)), axis=1)
    ranks = np.tile(np.arange(1, 6), sentences)
    right = rng.uniform(size=5 * sentences) < DRAWN.shares(scores.ravel(), ranks)
    rows = zip(scores.ravel().tolist(), ranks.tolist(), right.tolist(), strict=True)
    return [JudgedPair(score, rank, is_right, str(at // 5)) for at, (score, rank, is_right) in enumerate(rows)]


def test_curve_finds_the_shares_that_pairs_were_drawn_by() -> None:
    """With many pairs the shares are those drawn by; on held-back halves the error is small."""
    pairs = drawn_pairs(4000)
    scores, ranks = np.array([pair.score for pair in pairs]), np.array([pair.rank for pair in pairs])
    assert np.abs(fit_curve(pairs).shares(scores, ranks) - DRAWN.shares(scores, ranks)).mean() < 0.01
    assert max(held_back_errors(pairs)) < 0.03
    other = ShareCurve(base=2.0, by_score=0.0, by_rank=0.0)
    right = np.array([pair.is_right for pair in pairs])
    assert calibration_error(other.shares(scores, ranks), right) > 0.15


def test_a_better_score_or_rank_is_never_less_often_right() -> None:
    """Also where the judged pairs say otherwise; and where all or none are right the share is no 0 and no 1."""
    upside_down = [JudgedPair(8 - pair.score, 6 - pair.rank, pair.is_right) for pair in drawn_pairs(200)]
    for pairs in (upside_down, [JudgedPair(2.0, 1, True)] * 300, [JudgedPair(2.0, 1, False)] * 300):
        curve = fit_curve(pairs)
        assert curve.by_score >= 0 >= curve.by_rank
        assert 0 < curve.share(2.0, 1) < 1


def test_share_needs_enough_judged_pairs_of_its_own() -> None:
    """One pair short there is none; another relation, language or model has none; ranks never judged have none."""
    said = [(WELDING, pair) for pair in drawn_pairs(LEAST_JUDGED // 5)]
    assert share_right(calibrations(said[1:]), WELDING, TASK, 4.0, 1) is None
    known = calibrations(said)
    share = share_right(known, WELDING, TASK, 4.0, 1)
    assert share is not None
    assert abs(share - DRAWN.share(4.0, 1)) < 0.2
    others = (WELDING._replace(relation="REQUIRES"), WELDING._replace(model="encoder 9"))
    assert [share_right(known, other, TASK, 4.0, 1) for other in others] == [None, None]
    assert share_right(known, WELDING, TASK, 4.0, MOST_RANK + 1) is None
    assert known[WELDING].origin == "queue"


def test_own_judgements_replace_those_of_the_house() -> None:
    """As soon as there are enough of them; those of the house hold for the kinds of sentences that were judged."""
    key = CurveKey("DEVELOPS", "en", model_key(None, None))
    house = house_calibrations()[key]
    assert house.origin == "judged_data"
    assert house.pairs >= LEAST_JUDGED
    assert house.kinds == (SentenceKind.CONTENT,)
    own = calibrations([(key, pair) for pair in drawn_pairs(100)])
    for kind, has_share in ((SentenceKind.CONTENT, True), (TASK, False)):
        assert (share_right(house_calibrations(), key, kind, 4.0, 1) is not None) is has_share
        assert share_right(own, key, kind, 4.0, 1) is not None, "own judgements hold for every kind"
    assert own[key].curve != house.curve
    assert own.keys() == house_calibrations().keys()


def test_documented_figures_by_words_are_reproduced(shared_data: Path) -> None:
    """Of the English lessons by words, and of the curves that are kept, the tables of docs/proposals.md are true."""
    from benchmarks.calibration import calibration_table, fitted, judged_sets, score_table

    assert (shared_data / "security-101-microsoft").is_dir()
    page = (DOCS / "proposals.md").read_text(encoding="utf-8")
    english = next(judged_sets(None))
    kept = list(house_calibrations().values())
    assert [line for line in (*calibration_table([english]), *score_table(kept)) if line not in page] == []
    assert [one for one in fitted([english]) if one not in kept] == []


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.skipif(installed_version() is None, reason="the extra meaning is not installed")
def test_documented_figures_are_reproduced(shared_data: Path) -> None:
    """The tables of docs/proposals.md, and the curves that are kept, are what is measured; errors are small.

    Of the first set; in `make soak` of all.
    """
    from benchmarks.calibration import CURVES, calibration_table, fitted, judged_sets, pairs, tables, written

    assert (shared_data / "skill-sentences").is_dir()
    page = (DOCS / "proposals.md").read_text(encoding="utf-8")
    judged = list(islice(judged_sets(TextVectors(SentenceEncoder(), None)), rounds(1, 3)))
    assert [line for line in calibration_table(judged) if line not in page] == []
    curves, kept = fitted(judged), list(house_calibrations().values())
    assert curves
    assert [one for one in curves if one not in kept] == []
    assert max(max(held_back_errors(pairs(one, scores))) for one in judged for scores in one.by.values()) <= 0.08
    if IS_SOAK:
        assert [line for line in tables(judged) if line not in page] == []
        assert CURVES.read_text(encoding="utf-8") == written(curves)
