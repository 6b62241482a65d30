"""Align: which things of two vocabularies may be the same, close, developed or practised - for a person to judge."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from pydantic import Field
from rapidfuzz import fuzz, process

from graph.errors import NotFoundError
from graph.model import Frozen, NodeId, fold, vocabulary
from graph.schema import KINDS
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.parameters.align import EVERY, AlignmentRelation
from queries.semantics.answers import Share
from queries.text_shared_words import StemmedWords, shared_words, wording
from queries.text_similarity import NodeText, SimilarPairs, likeliest, whole_name

_LIKE = (AlignmentRelation.SAME_AS, AlignmentRelation.CLOSE_TO)
NAME_SHARE = 0.2
"""How much of a score the most alike names make; the likeness of all texts makes the rest."""
SAME_NAME, SAME_SCORE = 0.9, 0.5
"""What SAME_AS takes: main names so alike, and a score so high. Of such pairs 19 of 20 were right (docs/align.md)."""
SAME_WEIGHT = 0.9
"""The confidence of a proposed SAME_AS: the least that makes one of two nodes."""
_ALIKE = 0.6
_LEAST = {AlignmentRelation.SAME_AS: 0.4, AlignmentRelation.DEVELOPS: 0.2, AlignmentRelation.PRACTISES: 0.2}
_LOOKED_AT = 20
"""How many likely partners of a node are compared name by name, at least."""


class AlignmentCandidate(Frozen):
    """A link that may hold. `score`: how alike the two are said to be. `weight`: what to import, None not stated."""

    from_id: NodeId
    from_name: str
    relation: AlignmentRelation
    to_id: NodeId
    to_name: str
    weight: Share | None
    score: Share
    reason: str


class Alignment(Frozen):
    """Candidates by relation (in the order of `AlignmentRelation`), then score, highest first, then ids.

    `counts`: how many of each relation. `known`: likely pairs that were left out, since the graph links them already.
    """

    a: str
    b: str
    items: list[AlignmentCandidate]
    counts: dict[AlignmentRelation, int]
    known: int = Field(ge=0)
    next: str | None = Field(None, description="None: the list has one page.")
    revision: int


class _ScoredPair(NamedTuple):
    """A pair of nodes, its score, its most alike names (which of each, how alike), and how alike the main names are."""

    left: int
    right: int
    score: float
    names: tuple[int, int]
    best: float
    main: float


def align(
    snapshot: Snapshot,
    a: str,
    b: str,
    *,
    relations: Sequence[AlignmentRelation] = EVERY,
    limit: int = 3,
    min_score: float | None = None,
) -> Alignment:
    """Return what may link the vocabulary a to the vocabulary b; nothing is changed.

    A vocabulary is the prefix of its ids: `esco` for `esco:ccd0...`, and an empty text for ids without one. SAME_AS and
    CLOSE_TO are proposed between competencies, and between roles, of two vocabularies; DEVELOPS from the knowledge
    units of a to the competencies of b, PRACTISES from the training tasks of a. `limit` is how many are listed for
    each node of a and relation (SAME_AS and CLOSE_TO as one), `min_score` how alike they are at least: 0.4 for SAME_AS
    and CLOSE_TO unless it is given, 0.2 for the others, whose texts differ more.

    Raises:
        NotFoundError: no id begins with that prefix; the nearest prefixes are named.
    """
    vocabularies = snapshot.derived(_vocabularies)
    sides = [_require(vocabularies, a), _require(vocabularies, b)]
    wanted = set(relations)
    items: list[AlignmentCandidate] = []
    known = 0
    for kind, to_kind, proposals in _QUESTIONS:
        if wanted.isdisjoint(proposals) or (proposals == _LIKE and sides[0] is sides[1]):
            continue
        least = _LEAST[proposals[0]] if min_score is None else min_score
        question = _NodeTexts(snapshot, _of_kind(snapshot, sides[0], kind), _of_kind(snapshot, sides[1], to_kind))
        found = question.scored(max(_LOOKED_AT, limit))
        is_new = [not _is_known(snapshot, proposals, question, pair) for pair in found]
        known += sum(not new and pair.score >= least for new, pair in zip(is_new, found, strict=True))
        exact = _exact(snapshot, question, found) if proposals == _LIKE else frozenset()
        offered = [pair for pair, new in zip(found, is_new, strict=True) if new]
        for pair in _strongest(offered, limit, least):
            relation = proposals[-1] if (pair.left, pair.right) not in exact else AlignmentRelation.SAME_AS
            if relation in wanted:
                items.append(question.candidate(pair, relation))
    items.sort(key=lambda item: (EVERY.index(item.relation), -item.score, item.from_id, item.to_id))
    counts = Counter(item.relation for item in items)
    return Alignment(
        a=_prefix(a),
        b=_prefix(b),
        items=items,
        counts={relation: counts[relation] for relation in EVERY if relation in wanted},
        known=known,
        revision=snapshot.revision.number,
    )


_QUESTIONS: tuple[tuple[str, str, tuple[AlignmentRelation, ...]], ...] = (
    ("Competency", "Competency", _LIKE),
    ("Role", "Role", _LIKE),
    ("KnowledgeUnit", "Competency", (AlignmentRelation.DEVELOPS,)),
    ("TrainingTask", "Competency", (AlignmentRelation.PRACTISES,)),
)


class _NodeTexts:
    """The nodes of both sides with what is said of them."""

    def __init__(self, snapshot: Snapshot, left: list[int], right: list[int]) -> None:
        self.snapshot, self.left, self.right = snapshot, left, right
        self.said_left, self.said_right = _described(snapshot, left), _described(snapshot, right)
        self._words_left: dict[int, StemmedWords] = {}
        self._words_right: dict[int, StemmedWords] = {}

    def scored(self, most: int) -> list[_ScoredPair]:
        """Return the likeliest pairs with their scores, by node of the left side, then score, then ids."""
        pairs = likeliest(self.said_left, self.said_right, most)
        whole_left = [[whole_name(name) for name in said.names] for said in self.said_left]
        whole_right = [[whole_name(name) for name in said.names] for said in self.said_right]
        found = [self._scored(pair, whole_left, whole_right) for pair in _each(pairs)]
        return sorted(found, key=lambda pair: (pair.left, -pair.score, pair.right))

    def _scored(
        self, pair: tuple[int, int, float], whole_left: list[list[str]], whole_right: list[list[str]]
    ) -> _ScoredPair:
        left, right, likeness = pair
        alike = process.cdist(whole_left[left], whole_right[right], scorer=fuzz.ratio, score_cutoff=1)
        i, j = divmod(int(alike.argmax()), alike.shape[1])
        best = float(alike[i, j]) / 100
        mains = alike[: self.said_left[left].main, : self.said_right[right].main]
        main = mains.max() / 100 if _numbers(whole_left[left][0]) == _numbers(whole_right[right][0]) else 0
        score = round((1 - NAME_SHARE) * likeness + NAME_SHARE * best, 4)
        return _ScoredPair(left, right, score, (i, j), best, float(main))

    def candidate(self, pair: _ScoredPair, relation: AlignmentRelation) -> AlignmentCandidate:
        """Return the pair as it is proposed."""
        snapshot, left, right = self.snapshot, self.left[pair.left], self.right[pair.right]
        weight = {AlignmentRelation.SAME_AS: SAME_WEIGHT, AlignmentRelation.CLOSE_TO: pair.score}.get(relation)
        return AlignmentCandidate(
            from_id=NodeId(snapshot.ids[left]),
            from_name=snapshot.name(left),
            relation=relation,
            to_id=NodeId(snapshot.ids[right]),
            to_name=snapshot.name(right),
            weight=weight,
            score=pair.score,
            reason=self._reason(pair),
        )

    def _reason(self, pair: _ScoredPair) -> str:
        left, right = self.said_left[pair.left], self.said_right[pair.right]
        ours = self._words_left.get(pair.left) or self._words_left.setdefault(pair.left, wording(left))
        theirs = self._words_right.get(pair.right) or self._words_right.setdefault(pair.right, wording(right))
        words = shared_words(ours, theirs)
        said = f"both say {', '.join(repr(word) for word in words)}" if words else "their letters are alike"
        if pair.best < _ALIKE:
            return said
        first, second = _told(left, pair.names[0]), _told(right, pair.names[1])
        if pair.best == 1:
            return f"{first} is the same as {second}"
        return f"{first} is like {second} ({pair.best:.2f})" + (f"; {said}" if words else "")


def _each(pairs: SimilarPairs) -> Iterable[tuple[int, int, float]]:
    return zip(pairs.left.tolist(), pairs.right.tolist(), pairs.likeness.tolist(), strict=True)


def _told(said: NodeText, index: int) -> str:
    return f"{'name' if index < said.main else 'alias'} {said.names[index]!r}"


def _numbers(name: str) -> list[str]:
    """Return the numbers in a name: "level 1" is very like "level 2", and not the same."""
    return re.findall(r"\d+", name)


def _described(snapshot: Snapshot, nodes: list[int]) -> list[NodeText]:
    """Return names and texts; a task's own, and those of the responsibilities that it prepares for."""
    zh, aliases, descriptions = (snapshot.text(name) for name in ("name_zh", "aliases", "description"))
    duties = snapshot.out("PREPARES_FOR")
    found = []
    for i in nodes:
        mains = [name for name in dict.fromkeys((snapshot.names[i] or snapshot.ids[i], zh[i])) if name]
        names = [name for name in dict.fromkeys((*mains, *aliases[i].split("\n"))) if name]
        rehearsed = [snapshot.names[duty] for duty in duties.row(int(snapshot.class_of[i]))]
        more = [descriptions[i], *rehearsed]
        found.append(NodeText(names, [text for text in more if text], len(mains)))
    return found


def _strongest(pairs: list[_ScoredPair], limit: int, min_score: float) -> list[_ScoredPair]:
    """Return the `limit` first pairs of each left node that reach the score; `pairs` are in the order of `scored`."""
    taken: Counter[int] = Counter()
    found = []
    for pair in pairs:
        if pair.score >= min_score and taken[pair.left] < limit:
            taken[pair.left] += 1
            found.append(pair)
    return found


def _exact(snapshot: Snapshot, question: _NodeTexts, pairs: list[_ScoredPair]) -> frozenset[tuple[int, int]]:
    """Return the pairs that SAME_AS is proposed for: each the other's only best, neither the same as another already.

    Two that are best alike leave it open which one is meant: none of them is taken.
    """
    best_of_left, best_of_right = _only_best(pairs, "left"), _only_best(pairs, "right")
    a, b = (vocabulary(snapshot.ids[side[0]]) if side else "" for side in (question.left, question.right))
    return frozenset(
        (pair.left, pair.right)
        for pair in pairs
        if pair.main >= SAME_NAME
        and pair.score >= SAME_SCORE
        and best_of_left[pair.left] is pair
        and best_of_right[pair.right] is pair
        and not _has_partner(snapshot, question.left[pair.left], b)
        and not _has_partner(snapshot, question.right[pair.right], a)
    )


def _only_best(pairs: list[_ScoredPair], side: str) -> dict[int, _ScoredPair | None]:
    best: dict[int, _ScoredPair | None] = {}
    top: dict[int, float] = {}
    for pair in pairs:
        node = pair.left if side == "left" else pair.right
        if pair.score > top.get(node, -1):
            best[node], top[node] = pair, pair.score
        elif pair.score == top[node]:
            best[node] = None
    return best


def _has_partner(snapshot: Snapshot, node: int, other: str) -> bool:
    return any(vocabulary(snapshot.ids[member]) == other for member in snapshot.members(node) if member != node)


def _is_known(
    snapshot: Snapshot, proposals: tuple[AlignmentRelation, ...], question: _NodeTexts, pair: _ScoredPair
) -> bool:
    """Say whether the two are one already, or linked by one of the relations, or (of likeness) by BROADER."""
    left, right = (int(snapshot.class_of[i]) for i in (question.left[pair.left], question.right[pair.right]))
    if left == right:
        return True
    if proposals != _LIKE:
        return right in snapshot.out(proposals[0]).row(left)
    return any(
        right in adjacency.row(left)
        for relation in ("CLOSE_TO", "BROADER")
        for adjacency in (snapshot.out(relation), snapshot.into(relation))
    )


def _of_kind(snapshot: Snapshot, nodes: list[int], kind: str) -> list[int]:
    kinds = np.asarray(nodes)[snapshot.kind[nodes] == KIND_CODES[kind]] if nodes else np.zeros(0, int)
    found: list[int] = kinds.tolist()
    return found


def _vocabularies(snapshot: Snapshot) -> dict[str, list[int]]:
    """Return the nodes of each vocabulary that has a kind which can be aligned, ascending."""
    alignable = {KIND_CODES[kind] for kind in KINDS if kind in {"Competency", "Role", "KnowledgeUnit", "TrainingTask"}}
    found: dict[str, list[int]] = {}
    for i, node_id in enumerate(snapshot.ids):
        if snapshot.kind_codes[i] in alignable:
            found.setdefault(vocabulary(node_id), []).append(i)
    return found


def _prefix(name: str) -> str:
    return name.strip().removesuffix(":")


def _require(vocabularies: dict[str, list[int]], name: str) -> list[int]:
    prefix = _prefix(name)
    if prefix in vocabularies:
        return vocabularies[prefix]
    known = sorted(known for known in vocabularies if known)
    alike = process.extract(fold(prefix), known, scorer=fuzz.WRatio, processor=fold, score_cutoff=60, limit=3)
    raise NotFoundError("vocabulary (a prefix of ids)", name, near=[found for found, _, _ in alike] or known[:3])
