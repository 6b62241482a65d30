"""Differencing: an attacker who asks everything, at every revision, and combines what is answered by brute force.

Each history states mean scores of groups of named learners, in which each learner has one score, of 12 digits. The
attacker keeps all that was ever answered, and takes from each group what is told of any set of others: where fewer than
five are left, it would know what their scores add up to.
"""

import random
from collections import Counter
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from api.auth.keys import KeyStore
from api.state.database import State
from graph.changes import ChangeSet
from graph.disclosure import FEWEST_LEARNERS
from graph.stores import open_store
from tests.support.access import bearing
from tests.support.conditions import eventually
from tests.support.serving import Asker, serving, settings_in
from tests.support.small_groups import Assessed, states
from tests.support.soak import record, rounds

REVISIONS, LEARNERS, MOST_PARTS = 5, 26, 3
DAYS, STAGES, COHORTS = ("2024-05-01", "2024-05-02", "2024-06-01"), ("", "formative", "final"), ("g1", "g2")


class Told(NamedTuple):
    """A group that an answer tells of: how many learners, and what their scores add up to."""

    learners: int
    points: float


class History:
    """What a source states from one import to the next: groups of learners in a row, as they were assessed."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self.scores = {cohort: [self._dice.random() for _ in range(LEARNERS)] for cohort in COHORTS}
        self._rows: dict[tuple[str, str, str], tuple[int, int]] = {}

    def next(self) -> ChangeSet:
        """Return the next import: some rows come, some go, some have a few learners more or fewer."""
        for _ in range(4):
            key = (self._dice.choice(DAYS), self._dice.choice(STAGES), self._dice.choice(COHORTS))
            start, end = self._rows.get(key, (self._dice.choice((0, 0, 6, 7, 12)), 0))
            end = min(LEARNERS, max(end, start + self._dice.randint(1, 14)) + self._dice.choice((0, 1, 1, 2, 5)))
            self._rows[key] = (start, end)
            if self._dice.random() < 0.15:
                del self._rows[key]
        return states(*(self._row(key, span) for key, span in self._rows.items()))

    def _row(self, key: tuple[str, str, str], span: tuple[int, int]) -> Assessed:
        (day, stage, cohort), scores = key, self.scores[key[2]][slice(*span)]
        return Assessed("t1", "c1", cohort, day, stage, len(scores), sum(scores) / len(scores))

    def singles(self) -> list[float]:
        """Return what no answer may tell: the sums of the scores of one to four learners in a row."""
        return [
            sum(scores[start : start + n])
            for scores in self.scores.values()
            for n in range(1, FEWEST_LEARNERS)
            for start in range(LEARNERS - n + 1)
        ]


def told_by(document: Any) -> set[Told]:  # noqa: ANN401 - whatever an answer is made of
    """Return every group that an answer tells of, wherever it stands in it."""
    if isinstance(document, list):
        return {told for part in document for told in told_by(part)}
    if not isinstance(document, dict):
        return set()
    found = {told for part in document.values() for told in told_by(part)}
    learners = document.get("learners")
    scores = [document[name] for name in ("mean_score", "score", "attainment") if name in document]
    if isinstance(learners, int):
        found |= {Told(learners, learners * float(score)) for score in scores}
    return found


def asked(asker: Asker, token: str, rows: list[str], revision: int) -> set[Told]:
    """Return all that a reader is told now: present and past, in each filter."""
    urls = [
        *(f"/v1/feedback{question}" for question in ("", "?cohort=g1", "?cohort=g2", "?discipline=d1")),
        "/v1/export/native?as=json&source=college",
        *(f"/v1/diff?since={since}&until={revision}" for since in range(revision)),
        *(f"/v1/nodes/{row}" for row in rows),
        "/v1/runs",
    ]
    return told_by([asker.get(url, headers=bearing(token)).json() for url in urls])


def remainders(told: set[Told]) -> list[float]:
    """Return what is left of each group less any few others, where fewer than five learners are."""
    groups = sorted(told)
    left = [points for learners, points in groups if learners < FEWEST_LEARNERS]
    for whole in groups:
        smaller = [part for part in groups if part.learners < whole.learners]
        for count in range(1, MOST_PARTS + 1):
            for parts in combinations(smaller, count):
                if 0 < whole.learners - sum(part.learners for part in parts) < FEWEST_LEARNERS:
                    left += [whole.points - sum(part.points for part in parts)]
    return left


def attacked(folder: Path, seed: int) -> dict[str, int]:
    """Return how many sums over fewer than five learners the holder of each key gets at, over all revisions."""
    settings, history = settings_in(folder), History(seed)
    store = open_store(settings.store_url)
    store.apply(history.next())
    keys = KeyStore(State(settings.state_path))
    tokens = {"read": keys.create("reader", "read").token, "ingest": keys.create("writer", "ingest").token}
    told, rows = {scope: set[Told]() for scope in tokens}, set[str]()
    with serving(settings) as asker:
        for revision in range(1, REVISIONS + 1):
            rows |= {row for _, row, kind, _ in _nodes(settings.store_url) if kind == "Assessment"}
            for scope, token in tokens.items():
                told[scope] |= asked(asker, token, sorted(rows), revision)
            if revision < REVISIONS:
                while store.revision().number == revision:
                    store.apply(history.next())
                eventually(partial(_is_at, asker, revision + 1))
    store.close()
    singles = history.singles()
    return {
        scope: sum(any(abs(one - points) < 1e-9 for one in singles) for points in remainders(groups))
        for scope, groups in told.items()
    }


def _is_at(asker: Asker, revision: int) -> bool:
    return asker.get("/healthz").headers["Rolepath-Revision"] == str(revision)


def _nodes(url: str) -> list[Any]:
    store = open_store(url)
    with store.reading() as reading:
        found = list(reading.nodes())
    store.close()
    return found


@pytest.mark.soak
@pytest.mark.slow
def test_no_combination_of_answers_tells_of_a_few_learners(tmp_path: Path) -> None:
    """A reader gets at nobody's score; whoever may write gets at some, so the attack is one."""
    histories, found = rounds(1, 60), Counter[str]()
    for seed in range(histories):
        (tmp_path / str(seed)).mkdir()
        attack = attacked(tmp_path / str(seed), seed)
        assert attack["read"] == 0, seed
        found.update(attack)
    record("differencing", histories=histories, revisions=REVISIONS * histories, sums_found=dict(found))
    assert found["ingest"] > 0
