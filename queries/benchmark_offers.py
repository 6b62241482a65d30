"""Offers of a benchmark: the published standards that a programme is likely to be held against."""

from typing import Literal

import numpy as np

from graph.model import Frozen, NodeId, fold
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.benchmark_likeness import LEAST_ALIKE, NameLikeness
from queries.semantics.discipline_tree import descendants
from queries.semantics.focus import STANDING_STANDARD

OfferedBy = Literal["code", "name", "alike"]
"""A standard of the same code, of the same name, or of one that is written alike."""

MOST_OFFERS = 8
_ORDER: tuple[OfferedBy, ...] = ("code", "name", "alike")
_CONTENTS = ("OFFERS", "AIMS_AT", "SCHEDULES", "ALIGNS_WITH")


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
    likeness = NameLikeness(snapshot, standards.tolist()).scores(discipline).tolist()
    codes, levels = snapshot.text("code"), "level"
    own_code, own_level = fold(codes[discipline]), snapshot.word(levels, discipline)
    found: list[tuple[int, float, bool, int]] = []
    for node, alike in zip(standards.tolist(), likeness, strict=True):
        has_code = bool(own_code) and fold(codes[node]) == own_code
        if has_code or alike >= LEAST_ALIKE:
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
