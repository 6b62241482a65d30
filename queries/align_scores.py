"""Alignment scores: how alike the texts and names of pairs of nodes are, with the reason in words."""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from rapidfuzz import fuzz, process

from graph.cancellation import cancellable_rows
from graph.embeddings.text_vectors import TextVectors
from graph.messages import Message, message
from graph.model import NodeId
from graph.snapshot.snapshot import Snapshot
from queries.align_shared_words import StemmedWords, shared_words, wording
from queries.likeness.n_grams import NodeText, SimilarPairs, likeliest, whole_name
from queries.likeness.node_pairs import across_languages, nearest
from queries.parameters.align import AlignmentRelation, LikenessKind
from queries.semantics.answers import Share
from queries.semantics.reasons import ExplainedResult

NAME_SHARE = 0.2
"""How much of a score the most alike names make; the likeness of all texts makes the rest."""


SAME_WEIGHT = 0.9
"""The confidence of a proposed SAME_AS: the least that makes one of two nodes."""


_ALIKE = 0.6
_ALIKE_IN_MEANING = 0.5


class AlignmentCandidate(ExplainedResult):
    """A link that may hold. `score`: how alike the two are said to be. `weight`: what to import, None not stated."""

    from_id: NodeId
    from_name: str
    relation: AlignmentRelation
    to_id: NodeId
    to_name: str
    weight: Share | None
    score: Share
    reason: str


class ScoredPair(NamedTuple):
    """A pair of nodes, its score, its most alike names (which of each, how alike), and how alike the main names are."""

    left: int
    right: int
    score: float
    names: tuple[int, int]
    best: float
    main: float
    near: float | None = None
    """How near the names are in meaning, where they are compared by that: then it is the score."""


class _LikelyPair(NamedTuple):
    """Rows of both sides, and how alike they are in words, or how near in meaning, whichever they are compared by."""

    left: int
    right: int
    likeness: float
    near: float | None


class PairScorer:
    """Scorer of pairs: the nodes of both sides with their names and texts."""

    def __init__(
        self,
        snapshot: Snapshot,
        left: list[int],
        right: list[int],
        by: LikenessKind = LikenessKind.WORDS,
        meaning: TextVectors | None = None,
    ) -> None:
        self.snapshot, self.left, self.right, self.by = snapshot, left, right, by
        self._meaning = None if by is LikenessKind.WORDS else meaning
        self.said_left, self.said_right = node_texts(snapshot, left), node_texts(snapshot, right)
        self._words_left: dict[int, StemmedWords] = {}
        self._words_right: dict[int, StemmedWords] = {}

    def scored(self, most: int) -> list[ScoredPair]:
        """Return the likeliest pairs with their scores, by node of the left side, then score, then ids."""
        whole_left = [[whole_name(name) for name in texts.names] for texts in cancellable_rows(self.said_left)]
        whole_right = [[whole_name(name) for name in texts.names] for texts in cancellable_rows(self.said_right)]
        scored_pairs = [
            self._scored(pair, whole_left, whole_right) for pair in cancellable_rows(self._likely_pairs(most))
        ]
        return sorted(scored_pairs, key=lambda pair: (pair.left, -pair.score, pair.right))

    def _likely_pairs(self, most: int) -> Iterator[_LikelyPair]:
        """Yield the pairs that are compared, each once.

        By both, words find those that share a language and meaning the others: where texts can be compared as they are
        written, names, aliases and descriptions together tell more than what names mean (docs/meaning.md).
        """
        left, right = self.said_left, self.said_right
        if self._meaning is None:
            yield from _pairs_of(likeliest(left, right, most), near=False)
        elif self.by is LikenessKind.MEANING:
            yield from _pairs_of(nearest(left, right, most, self._meaning), near=True)
        else:
            apart = [
                pair
                for near in across_languages(left, right, most, self._meaning)
                for pair in _pairs_of(near, near=True)
            ]
            known = {(pair.left, pair.right) for pair in apart}
            yield from apart
            for pair in _pairs_of(likeliest(left, right, most), near=False):
                if (pair.left, pair.right) not in known:
                    yield pair

    def _scored(self, pair: _LikelyPair, whole_left: list[list[str]], whole_right: list[list[str]]) -> ScoredPair:
        left, right = pair.left, pair.right
        alike = process.cdist(whole_left[left], whole_right[right], scorer=fuzz.ratio, score_cutoff=1)
        i, j = divmod(int(alike.argmax()), alike.shape[1])
        best = float(alike[i, j]) / 100
        mains = alike[: self.said_left[left].main, : self.said_right[right].main]
        main = mains.max() / 100 if _numbers(whole_left[left][0]) == _numbers(whole_right[right][0]) else 0
        score = (1 - NAME_SHARE) * pair.likeness + NAME_SHARE * best if pair.near is None else pair.near
        return ScoredPair(left, right, round(score, 4), (i, j), best, float(main), pair.near)

    def candidate(self, pair: ScoredPair, relation: AlignmentRelation) -> AlignmentCandidate:
        """Return the pair as it is proposed."""
        snapshot, left, right = self.snapshot, self.left[pair.left], self.right[pair.right]
        weight = {AlignmentRelation.SAME_AS: SAME_WEIGHT, AlignmentRelation.CLOSE_TO: pair.score}.get(relation)
        why = self._reason(pair)
        return AlignmentCandidate(
            from_id=NodeId(snapshot.ids[left]),
            from_name=snapshot.name(left),
            relation=relation,
            to_id=NodeId(snapshot.ids[right]),
            to_name=snapshot.name(right),
            weight=weight,
            score=pair.score,
            reason=str(why),
        ).explain(why)

    def _reason(self, pair: ScoredPair) -> Message:
        left, right = self.said_left[pair.left], self.said_right[pair.right]
        ours = self._words_left.get(pair.left) or self._words_left.setdefault(pair.left, wording(left))
        theirs = self._words_right.get(pair.right) or self._words_right.setdefault(pair.right, wording(right))
        words = shared_words(ours, theirs)
        common = [message("align.both_say", word=list(map(repr, words)))] if words else []
        if pair.near is not None and pair.near >= _ALIKE_IN_MEANING:
            common.insert(0, message("align.mean_alike", near=pair.near))
        if pair.best < _ALIKE:
            return _joined(common or [message("align.letters_alike")])
        first, second = _quoted_name(left, pair.names[0]), _quoted_name(right, pair.names[1])
        if pair.best == 1:
            return message("align.same", first=first, second=second)
        return _joined([message("align.like", first=first, second=second, best=pair.best), *common])


def _joined(reasons: Sequence[Message]) -> Message:
    return reduce(lambda like, why: message("align.like_and", like=like, why=why), reasons)


def _pairs_of(pairs: SimilarPairs, *, near: bool) -> Iterator[_LikelyPair]:
    for left, right, likeness in zip(*(part.tolist() for part in pairs), strict=True):
        yield _LikelyPair(left, right, 0 if near else likeness, likeness if near else None)


def _quoted_name(texts: NodeText, index: int) -> Message:
    return message("align.name" if index < texts.main else "align.alias", name=texts.names[index])


def _numbers(name: str) -> list[str]:
    """Return the numbers in a name: "level 1" is very like "level 2", and not the same."""
    return re.findall(r"\d+", name)


def node_texts(snapshot: Snapshot, nodes: list[int]) -> list[NodeText]:
    """Return names and texts; a task's own, and those of the responsibilities that it prepares for."""
    zh, aliases, descriptions = (snapshot.text(name) for name in ("name_zh", "aliases", "description"))
    duties = snapshot.out("PREPARES_FOR")
    node_texts = []
    for i in cancellable_rows(nodes):
        mains = [name for name in dict.fromkeys((snapshot.names[i] or snapshot.ids[i], zh[i])) if name]
        names = [name for name in dict.fromkeys((*mains, *aliases[i].split("\n"))) if name]
        rehearsed = [snapshot.names[duty] for duty in duties.row(int(snapshot.class_of[i]))]
        more = [descriptions[i], *rehearsed]
        node_texts.append(NodeText(names, [text for text in more if text], len(mains)))
    return node_texts
