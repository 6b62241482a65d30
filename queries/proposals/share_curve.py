"""Platt scaling: the share of proposals that are right, by score and rank, as a logistic curve fitted to judged pairs.

Source: Platt 1999, "Probabilistic outputs for support vector machines" (the curve, and the targets that keep it from
0 and 1); Niculescu-Mizil and Caruana 2005, "Predicting good probabilities with supervised learning": with fewer than a
thousand judged pairs it does better than isotonic regression, which the few first candidates of a set are.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.model import Frozen

Floats = npt.NDArray[np.float64]
MOST_RANK = 10
"""How many candidates of a sentence were judged: of those further down nothing is known."""
_STEPS, _CLOSE, _STIFF = 60, 1e-10, 1e-3
"""Newton's steps at most, when they end, and the weight against large coefficients."""


class JudgedPair(NamedTuple):
    """A candidate of a sentence that people judged: its standard score, its rank from 1, and whether it was right.

    `group` names what must not be parted when halves are held against each other: the sentence, or its document.
    """

    score: float
    rank: int
    is_right: bool
    group: str = ""


class ShareCurve(Frozen):
    """share = 1 / (1 + exp(-(base + by_score * score + by_rank * ln(rank)))).

    >>> curve = ShareCurve(base=-4.0, by_score=0.5, by_rank=-1.0)
    >>> round(curve.share(8.0, 1), 2), round(curve.share(8.0, 3), 2)
    (0.5, 0.25)
    """

    base: float
    by_score: float
    by_rank: float

    def share(self, score: float, rank: int) -> float:
        """Return how many of such proposals were right, 0 to 1."""
        return float(self.shares(np.array([score]), np.array([rank]))[0])

    def shares(self, scores: Floats, ranks: npt.NDArray[np.int64]) -> Floats:
        """Return the share of each."""
        result: Floats = _logistic(_columns(scores, ranks) @ np.array([self.base, self.by_score, self.by_rank]))
        return result


def fit_curve(pairs: Sequence[JudgedPair]) -> ShareCurve:
    """Return the curve that fits judged pairs best; by_score is never below 0, by_rank never above it.

    Logistic regression by Newton's method against Platt's targets.
    """
    scores, ranks, right = _arrays(pairs)
    columns, targets = _columns(scores, ranks), _targets(right)
    weights, free = np.zeros(3), np.ones(3, bool)
    for _ in range(3):
        weights = np.zeros(3)
        weights[free] = _fitted(columns[:, free], targets)
        wrong = np.array([False, weights[1] < 0, weights[2] > 0])
        if not wrong.any():
            break
        free &= ~wrong
    base, by_score, by_rank = weights.round(4).tolist()
    return ShareCurve(base=base, by_score=by_score, by_rank=by_rank)


def calibration_error(shares: Floats, right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error: by how much share and truth differ in bins of equal width, as a mean.

    Source: Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning".

    >>> calibration_error(np.array([0.1, 0.1, 0.9, 0.9]), np.array([False, False, True, False]))
    0.25
    """
    at = np.minimum((shares * bins).astype(int), bins - 1)
    apart = np.bincount(at, shares - right, bins)
    return float(np.abs(apart).sum() / max(1, len(shares)))


def held_back_errors(pairs: Sequence[JudgedPair], most_rank: int = MOST_RANK) -> tuple[float, float]:
    """Return the error on each half of the groups, by their names in turn, of a curve fitted on the other half.

    Measured on candidates down to a rank; fitted on all.
    """
    names = {name: at % 2 for at, name in enumerate(sorted({pair.group for pair in pairs}))}
    halves = [[pair for pair in pairs if names[pair.group] == half] for half in (0, 1)]
    return _error(halves[0], fit_curve(halves[1]), most_rank), _error(halves[1], fit_curve(halves[0]), most_rank)


def _error(pairs: Sequence[JudgedPair], curve: ShareCurve, most_rank: int) -> float:
    scores, ranks, right = _arrays([pair for pair in pairs if pair.rank <= most_rank])
    return calibration_error(curve.shares(scores, ranks), right)


def _arrays(pairs: Sequence[JudgedPair]) -> tuple[Floats, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    return (
        np.array([pair.score for pair in pairs], np.float64),
        np.array([pair.rank for pair in pairs], np.int64),
        np.array([pair.is_right for pair in pairs], bool),
    )


def _columns(scores: Floats, ranks: npt.NDArray[np.int64]) -> Floats:
    return np.column_stack([np.ones(len(scores)), scores, np.log(ranks)])


def _targets(right: npt.NDArray[np.bool_]) -> Floats:
    """Return Platt's targets: (N+ + 1) / (N+ + 2) where right, 1 / (N- + 2) where wrong."""
    yes, no = int(right.sum()), int((~right).sum())
    return np.where(right, (yes + 1) / (yes + 2), 1 / (no + 2))


def _fitted(columns: Floats, targets: Floats) -> Floats:
    weights, stiff = np.zeros(columns.shape[1]), _STIFF * np.eye(columns.shape[1])
    for _ in range(_STEPS):
        shares = _logistic(columns @ weights)
        slope = columns.T @ (shares - targets) + stiff @ weights
        curvature = (columns * (shares * (1 - shares))[:, None]).T @ columns + stiff
        step = np.linalg.solve(curvature, slope)
        weights = weights - np.clip(step, -2, 2)
        if np.abs(step).max() < _CLOSE:
            break
    return weights


def _logistic(values: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
    return result
