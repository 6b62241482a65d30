"""Score fusion by standard scores: likenesses of different scales, brought to one and added."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
"""One row a text, one column a candidate."""


def standard_scores(scores: Scores) -> Scores:
    """Return by how many standard deviations of its row each score lies above the row's mean; 0 where all are equal.

    >>> standard_scores(np.array([[0, 0, 0, 4]], np.float32)).round(2).tolist()
    [[-0.5799999833106995, -0.5799999833106995, -0.5799999833106995, 1.7300000190734863]]
    """
    apart = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt((apart * apart).mean(axis=1, keepdims=True))
    result: Scores = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
    return result


def combine(parts: Sequence[tuple[Scores, float | Scores]]) -> Scores:
    """Return the weighted standard scores of several likenesses: Z = sum(w z) / sqrt(sum(w^2)).

    z is the standard score within the row: the cosines of one model for one text are comparable with each other alone.
    If the parts told of nothing and were independent, Z would be a standard score again. A weight is a number, or a
    column with one for each row.

    Source: Stouffer et al. 1949, weighted after Lipták 1958 (the formula); Montague and Aslam 2001, "Relevance score
    normalization for metasearch" (zero mean and unit variance before scores of different searches are added).

    >>> first, second = np.array([[0, 0, 0, 4]], np.float32), np.array([[0, 4, 0, 0]], np.float32)
    >>> combine([(first, 2), (second, 1)]).round(2).tolist()[0][3]
    1.2899999618530273
    """
    total = np.sum([weight * standard_scores(scores) for scores, weight in parts], axis=0)
    squares = np.sum([np.broadcast_to(weight * weight, (len(total), 1)) for _, weight in parts], axis=0)
    result: Scores = (total / np.sqrt(np.where(squares > 0, squares, 1))).astype(np.float32)
    return result
