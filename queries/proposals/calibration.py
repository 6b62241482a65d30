"""Calibration of scores: how many of ten such proposals were right, where enough of them were judged.

A score is a standard score within its sentence, which tells what to look at first and not how often it is right. Here
it becomes a share by a logistic curve (`queries/proposals/share_curve.py`), one for each relation, language of the
sentence, and model: a score by words is another thing than one by meaning. The curves of the house were fitted to
judged data (`python -m benchmarks.calibration`, docs/proposals.md says what and how well), and hold for sentences of
the kinds that these are of; judgements of the service's own queue replace them as soon as there are LEAST_JUDGED.
Where there are fewer, there is no figure.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from graph.messages import Language
from graph.model import Frozen
from queries.proposals.proposal import SentenceKind
from queries.proposals.share_curve import MOST_RANK, JudgedPair, ShareCurve, fit_curve

LEAST_JUDGED = 200
"""How many judged pairs of a relation, language and model a share needs."""
BY_WORDS = "words"
CURVES = "calibration.toml"
CalibrationOrigin = Literal["judged_data", "queue"]


class CurveKey(NamedTuple):
    """What a curve is of: the link's relation, the sentence's language, and the model, by `model_key`."""

    relation: str
    language: Language
    model: str


class Calibration(Frozen):
    """A curve, and what it rests on: how many judged pairs, how many of them right, and whose judgements these are.

    `origin`: `judged_data`, sets that were judged by hand, or `queue`, what reviewers here said. It holds for sentences
    of the `kinds`, None for all: what is right of a lesson's running text tells nothing of the outcomes of an outline.
    """

    relation: str
    language: Language
    model: str
    origin: CalibrationOrigin
    kinds: tuple[SentenceKind, ...] | None = None
    pairs: int
    right: int
    curve: ShareCurve

    @property
    def key(self) -> CurveKey:
        """What it is of."""
        return CurveKey(self.relation, self.language, self.model)

    def share(self, score: float, rank: int) -> float | None:
        """Return how many of such proposals were right, 0 to 1; None below the ranks that were judged."""
        return self.curve.share(score, rank) if 1 <= rank <= MOST_RANK else None


Calibrations = Mapping[CurveKey, Calibration]


def model_key(name: str | None, version: str | None) -> str:
    """Return how curves call what a list was compared by: the model with its version, or words alone.

    >>> model_key("encoder", "0.2.1"), model_key(None, None)
    ('encoder 0.2.1', 'words')
    """
    return BY_WORDS if name is None else f"{name} {version or ''}".strip()


@cache
def house_calibrations() -> Calibrations:
    """Return those that were fitted to judged data, of which there were enough."""
    text = files("queries.proposals").joinpath(CURVES).read_text(encoding="utf-8")
    found = [Calibration.model_validate({**row, "origin": "judged_data"}) for row in tomllib.loads(text)["curve"]]
    return {one.key: one for one in found if one.pairs >= LEAST_JUDGED}


def calibrations(judged: Iterable[tuple[CurveKey, JudgedPair]] = ()) -> Calibrations:
    """Return those of the house, and instead of them those of the queue's own judgements where there are enough."""
    pairs: dict[CurveKey, list[JudgedPair]] = defaultdict(list)
    for key, pair in judged:
        if pair.rank <= MOST_RANK:
            pairs[key].append(pair)
    own = {key: fitted(key, found, "queue") for key, found in pairs.items() if len(found) >= LEAST_JUDGED}
    return {**house_calibrations(), **own}


def share_right(known: Calibrations, key: CurveKey, kind: SentenceKind, score: float, rank: int) -> float | None:
    """Return how many of such proposals were right, 0 to 1; None where too few were judged to say.

    `kind` is that of the sentence; `rank` is 1 for its first candidate.
    """
    found = known.get(key)
    if found is None or (found.kinds is not None and kind not in found.kinds):
        return None
    return found.share(score, rank)


def fitted(
    key: CurveKey,
    pairs: Sequence[JudgedPair],
    origin: CalibrationOrigin,
    kinds: Sequence[SentenceKind] | None = None,
) -> Calibration:
    """Return the curve that fits judged pairs, with what it rests on."""
    right, curve = sum(pair.is_right for pair in pairs), fit_curve(pairs)
    holds_for = None if kinds is None else tuple(kinds)
    return Calibration(**key._asdict(), origin=origin, kinds=holds_for, pairs=len(pairs), right=right, curve=curve)
