"""Which groups may be shown: none of a few learners, and none whose difference with others tells of a few."""

import random
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from graph.disclosure import FEWEST_LEARNERS, MOST_SUMS, Family, GroupScore
from graph.model import NodeId


def shown_of(groups: list[int]) -> list[int]:
    """Return which of the groups, each of a row of its own, are shown."""
    family = Family()
    return [n for at, n in enumerate(groups) if family.admits(NodeId(str(at)), GroupScore(n, 0.5, None))]


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        ([4, 1, 5], [5]),
        ([6, 7], [6]),
        ([7, 6], [7]),
        ([30, 30, 30], [30, 30, 30]),
        ([6, 11, 17], [6, 11, 17]),
        ([6, 11, 18], [6, 11]),
        ([18, 6, 11], [18, 6]),
        ([5, 10, 20, 36], [5, 10, 20]),
        ([5, 10, 20, 40], [5, 10, 20, 40]),
    ],
)
def test_which_groups_are_shown(groups: list[int], shown: list[int]) -> None:
    """By size, by difference with one that was shown, and as a total of parts, or a part of a total."""
    assert shown_of(groups) == shown


def test_a_row_stated_anew_for_as_many_is_hidden() -> None:
    """It would tell what became of the few whose scores changed; as it was, it is shown again."""
    family, row = Family(), NodeId("row")
    first, other = GroupScore(20, 0.5, 0.9), GroupScore(20, 0.54, 0.9)
    assert [family.admits(row, score) for score in (first, other, first)] == [True, False, True]


def test_what_cannot_be_told_safe_is_hidden() -> None:
    """Of groups whose sums are too many to be looked at, what comes is hidden."""
    family, sizes = Family(), [10 * 2**power for power in range(20)]
    shown = [family.admits(NodeId(str(n)), GroupScore(n, 0.5, None)) for n in sizes]
    kept = sum(shown)
    assert all(later <= earlier for earlier, later in pairwise(shown))
    assert 2**kept - 1 <= MOST_SUMS < 2 ** (kept + 1) - 1


LEARNERS = 60
Groups = npt.NDArray[np.float64]
"""A row for each group, a column for each learner: 1 where the learner is in the group."""


def grown(dice: random.Random, spans: dict[int, tuple[int, int]], row: int) -> list[int]:
    """Return a group that goes on from what its row stated before, with a few learners more."""
    start, end = spans.get(row, (dice.choice((0, 0, 6, 12)), 0))
    spans[row] = (start, min(LEARNERS, max(end, start + dice.randint(1, 14)) + dice.choice((0, 1, 1, 2, 5))))
    return list(range(*spans[row]))


def anyone(dice: random.Random, _spans: dict[int, tuple[int, int]], _row: int) -> list[int]:
    """Return a group of any learners."""
    return dice.sample(range(LEARNERS), dice.randint(3, LEARNERS))


def shown_groups(seed: int, make: object) -> Groups:
    """Return the groups that are shown of many, in rows that are stated again and again."""
    dice, family, spans = random.Random(seed), Family(), dict[int, tuple[int, int]]()
    scores, shown = [dice.random() for _ in range(LEARNERS)], []
    for _ in range(40):
        row = dice.randrange(20)
        group = make(dice, spans, row)  # type: ignore[operator]
        mean = sum(scores[learner] for learner in group) / len(group)
        if family.admits(NodeId(str(row)), GroupScore(len(group), mean, None)):
            shown.append(np.isin(np.arange(LEARNERS), group).astype(float))
    return np.array(shown).reshape(-1, LEARNERS)


@pytest.mark.parametrize("make", [grown, anyone])
def test_no_linear_combination_of_groups_tells_of_a_few_in_a_row(make: object) -> None:
    """Whatever multiples of what is shown are added up: neither a learner's score comes out, nor that of a few."""
    few = np.array(
        [
            (np.arange(LEARNERS) >= start) & (np.arange(LEARNERS) < start + n)
            for n in range(1, FEWEST_LEARNERS)
            for start in range(LEARNERS - n + 1)
        ],
        float,
    )
    for seed in range(40):
        groups = shown_groups(seed, make)
        assert len(groups) >= 2
        nearest = few @ np.linalg.pinv(groups) @ groups  # the projection onto what the groups span
        assert np.linalg.norm(nearest - few, axis=1).min() > 1e-6, seed
