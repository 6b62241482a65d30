"""Equivalence classes of SAME_AS, found by union-find: classes of competencies, and of roles, over vocabularies.

Published crosswalks are full of one-to-many pairs; followed transitively they make one role of three. Only what is
exact merges, the rest is merely close.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from graph.model import vocabulary

EXACT_WEIGHT = 0.9
"""The confidence from which a SAME_AS link may merge."""


class SameAsClasses(NamedTuple):
    """Classes of at least two members, each in the order given by `order`, and the pairs that did not merge."""

    classes: list[list[int]]
    close: list[tuple[int, int]]


def find_classes(
    ids: Sequence[str], links: Iterable[tuple[int, int, float]], order: Mapping[int, tuple[tuple[int, str], str]]
) -> SameAsClasses:
    """Return what the live SAME_AS links `(from, to, weight)` merge, and what they leave merely close.

    A link merges when its weight is at least EXACT_WEIGHT, it joins two vocabularies, and neither end has another such
    link into the other's vocabulary. A class that would hold two ids of one vocabulary is not merged at all.
    """
    pairs = sorted({(min(a, b), max(a, b)) for a, b, _ in links})
    exact = sorted({(min(a, b), max(a, b)) for a, b, weight in links if weight >= EXACT_WEIGHT})
    partners: dict[tuple[int, str], set[int]] = defaultdict(set)
    for a, b in exact:
        partners[a, vocabulary(ids[b])].add(b)
        partners[b, vocabulary(ids[a])].add(a)
    accepted = [
        (a, b)
        for a, b in exact
        if vocabulary(ids[a]) != vocabulary(ids[b])
        and len(partners[a, vocabulary(ids[b])]) == 1
        and len(partners[b, vocabulary(ids[a])]) == 1
    ]
    classes = [
        sorted(members, key=lambda node: order[node])
        for members in _joined(accepted)
        if len({vocabulary(ids[node]) for node in members}) == len(members)
    ]
    class_of = {node: number for number, members in enumerate(classes) for node in members}
    close = [(a, b) for a, b in pairs if a not in class_of or class_of[a] != class_of.get(b)]
    return SameAsClasses(sorted(classes), close)


def _joined(pairs: Iterable[tuple[int, int]]) -> Iterable[set[int]]:
    """Return the disjoint sets that the pairs join: of two sets that meet, the smaller is put into the larger.

    SciPy's `DisjointSet` takes four times as long to load as a snapshot to open.
    """
    set_of: dict[int, set[int]] = {}
    for a, b in pairs:
        smaller, larger = sorted((set_of.setdefault(a, {a}), set_of.setdefault(b, {b})), key=len)
        if smaller is not larger:
            larger |= smaller
            set_of.update(dict.fromkeys(smaller, larger))
    return {id(members): members for members in set_of.values()}.values()
