"""Statistical disclosure control: which assessments may be shown to readers, so that no difference tells of a few.

An assessment tells the mean score of a group. Shown is what tells of at least FEWEST_LEARNERS, by itself and by every
difference with what was ever shown of the same task, competency and cohort: on other days, at other stages, by other
sources, in earlier revisions, and added to or taken from each other. What was shown once stays shown, so the order of
the log decides. Other competencies at the same task on the same day are compared with one by one.

Source: the threshold rule and secondary suppression of Hundepool et al., Statistical Disclosure Control (Wiley, 2012).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple, cast

from graph.changes import Change
from graph.model import NodeId, NodeValues

KIND = "Assessment"
FEWEST_LEARNERS = 5
"""Smaller groups are left out: a score of three people says who they are, and little else."""
MOST_SUMS = 20_000
"""So many sums of groups of one family are told apart; with more, what comes is hidden."""


class GroupScore(NamedTuple):
    """What a row tells of its group: two rows that tell the same are one."""

    learners: int
    mean_score: float
    pass_rate: float | None


class Family:
    """What was shown of one task, competency and cohort."""

    def __init__(self) -> None:
        """Start with nothing shown."""
        self._shown: dict[NodeId, set[GroupScore]] = defaultdict(set)
        self._sums = {0}

    def admits(self, row: NodeId, score: GroupScore) -> bool:
        """Say whether the row may be shown; from then on it counts as shown.

        >>> family, groups = Family(), {"May": 6, "June": 7, "July": 12, "August": 2}
        >>> [family.admits(NodeId(day), GroupScore(n, 0.5, None)) for day, n in groups.items()]
        [True, False, True, False]
        """
        own = self._shown[row]
        if score not in own:
            if self._tells_of_few(score.learners, own):
                return False
            own.add(score)
            self._sums |= {total + way * score.learners for total in self._sums for way in (-1, 1)}
        return True

    def _tells_of_few(self, learners: int, own: Iterable[GroupScore]) -> bool:
        """Say whether the group or its difference with what others make by sums and differences, is too small."""
        if learners < FEWEST_LEARNERS or len(self._sums) > MOST_SUMS:
            return True
        # A row that is stated anew for as many tells what became of the few whose scores changed.
        if any(abs(score.learners - learners) < FEWEST_LEARNERS for score in own):
            return True
        return any(learners + way * n in self._sums for n in range(1, FEWEST_LEARNERS) for way in (-1, 1))


class WithheldRow(NamedTuple):
    """A statement that is not shown: whose, of which row, and of which cohort."""

    source: str
    row: NodeId
    cohort: str


class Disclosure:
    """What may be shown of a log, read so far: a pure function of the log."""

    def __init__(self) -> None:
        """Start with an empty log."""
        self._families: dict[tuple[object, ...], Family] = defaultdict(Family)
        self._days: dict[tuple[object, ...], set[int]] = defaultdict(set)
        self._shown: set[tuple[NodeId, GroupScore]] = set()
        self._standing: dict[NodeId, dict[str, NodeValues]] = defaultdict(dict)

    def read(self, log: Iterable[Change]) -> None:
        """Go on with the next changes; those of one revision count by date, stage and source."""
        come: list[tuple[int, str, str, str, NodeId, str]] = []
        for change in log:
            if change.kind != KIND:
                continue
            node, stated = NodeId(str(change.subject)), self._standing[NodeId(str(change.subject))]
            stated.pop(change.source, None)
            if change.after is not None:
                stated[change.source] = cast(NodeValues, change.after)
                text = stated[change.source][1]
                day, stage = (str(json.loads(text).get(name, "")) for name in ("date", "stage"))
                come.append((change.revision, day, stage, change.source, node, text))
        for *_, node, text in sorted(come):
            values = json.loads(text)
            score = _score(values)
            if score is not None and self._admits(node, score, values):
                self._shown.add((node, score))

    def _admits(self, node: NodeId, score: GroupScore, values: dict[str, object]) -> bool:
        """Say whether a row may be shown: beside its family, and beside other competencies at the task on that day.

        One score may stand for several competencies, and two competencies may be the same.
        """
        task, cohort = values.get("task_id"), values.get("cohort_id")
        sizes = self._days[task, cohort, values.get("date")]
        if (node, score) in self._shown:
            return True
        if any(0 < abs(size - score.learners) < FEWEST_LEARNERS for size in sizes):
            return False
        is_admitted = self._families[task, values.get("competency_id"), cohort].admits(node, score)
        if is_admitted:
            sizes.add(score.learners)
        return is_admitted

    def shows(self, node_id: NodeId, values: NodeValues) -> bool:
        """Say whether a statement of a node may be shown; of other kinds than assessments, all may."""
        if values[0] != KIND:
            return True
        score = _score(json.loads(values[1]))
        return score is not None and (node_id, score) in self._shown

    def standing(self, node_id: NodeId) -> dict[str, NodeValues]:
        """Return what stands of an assessment and may be shown, by source."""
        stated = sorted(self._standing.get(node_id, {}).items())  # a list: the log may be read on meanwhile
        return {source: values for source, values in stated if self.shows(node_id, values)}

    def withheld(self) -> list[WithheldRow]:
        """Return the standing statements that are not shown, by row and source."""
        return [
            WithheldRow(source, node, str(json.loads(values[1]).get("cohort_id")))
            for node, stated in sorted(self._standing.items())
            for source, values in sorted(stated.items())
            if not self.shows(node, values)
        ]


def counted(withheld: Iterable[WithheldRow], source: str | None = None) -> Counter[str]:
    """Return how many rows are not shown, by cohort: of one source, or of all."""
    return Counter(one.cohort for one in withheld if source in {None, one.source})


def _score(values: dict[str, object]) -> GroupScore | None:
    learners, mean, rate = (values.get(name) for name in ("learners", "mean_score", "pass_rate"))
    if not isinstance(learners, int) or not isinstance(mean, int | float):
        return None
    return GroupScore(learners, float(mean), float(rate) if isinstance(rate, int | float) else None)
