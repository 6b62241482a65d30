"""Offers of a benchmark: the published standards that a programme is likely to be held against."""

from typing import Literal

import numpy as np

from graph.model import Frozen, NodeId, fold
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_matches import name_key
from queries.semantics.discipline_tree import descendants
from queries.semantics.focus import STANDING_STANDARD

OfferedBy = Literal["code", "name", "alike"]
"""A standard of the same code, of the same name, or of one that is written alike."""

MOST_OFFERS = 8
_ORDER: tuple[OfferedBy, ...] = ("code", "name", "alike")
_CONTENTS = ("OFFERS", "AIMS_AT", "SCHEDULES", "ALIGNS_WITH")
_LEAST_ALIKE = 60
"""How alike names are at least, of 100."""


class StandardOffer(Frozen):
    """A standard to hold a programme against, and why it is offered."""

    id: NodeId
    name: str
    by: OfferedBy


def offer_standards(snapshot: Snapshot, discipline: int) -> list[StandardOffer]:
    """Return the standards of the same code first, then of the same name, then of names alike, the likest first.

    What is equal is by level (the programme's own first), then id. Standards of which only the name is known are none.
    """
    standards = _described_standards(snapshot, discipline)
    likeness, codes, levels = _likeness(snapshot, discipline, standards.tolist()), snapshot.text("code"), "level"
    own_code, own_level = fold(codes[discipline]), snapshot.word(levels, discipline)
    found: list[tuple[int, float, bool, int]] = []
    for node, alike in zip(standards.tolist(), likeness, strict=True):
        has_code = bool(own_code) and fold(codes[node]) == own_code
        if has_code or alike >= _LEAST_ALIKE:
            rank = 0 if has_code else 1 if alike > 100 else 2
            found.append((rank, -alike if rank == 2 else 0, snapshot.word(levels, node) != own_level, node))
    return [
        StandardOffer(id=NodeId(snapshot.ids[node]), name=snapshot.name(node), by=_ORDER[rank])
        for rank, _, _, node in sorted(found)[:MOST_OFFERS]
    ]


def _described_standards(snapshot: Snapshot, discipline: int) -> Ints:
    described = np.equal(snapshot.word_codes("standing"), STANDING_STANDARD) & ~descendants(snapshot, discipline)
    described &= sum(snapshot.out(relation).degree for relation in _CONTENTS) > 0
    standards = snapshot.of_kind("Discipline")
    return standards[described[standards]]


def _likeness(snapshot: Snapshot, discipline: int, standards: list[int]) -> list[float]:
    """Return how alike the best pair of names is, 0 to 100; more for the same name."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - a graph without standards needs none of it

    texts = (snapshot.names, snapshot.text("name_zh"))
    own = {name_key(text[discipline]) for text in texts} - {""}
    best = np.zeros(len(standards))
    for text in texts:
        names = [name_key(text[node]) for node in standards]
        for mine in own:
            scores = process.cdist([mine], names, scorer=fuzz.ratio)[0] if names else best
            best = np.maximum(best, np.where([name == mine for name in names], 101, scores))
    return [float(score) for score in best]
