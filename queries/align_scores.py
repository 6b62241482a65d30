"""Alignment scores: how alike the texts and names of pairs of nodes are, with the reason in words."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz, process

from graph.cancellation import cancellable_rows
from graph.messages import Message, message
from graph.model import NodeId
from graph.snapshot.snapshot import Snapshot
from queries.align_shared_words import StemmedWords, shared_words, wording
from queries.likeness.n_grams import NodeText, SimilarPairs, likeliest, whole_name
from queries.parameters.align import AlignmentRelation
from queries.semantics.answers import Share
from queries.semantics.reasons import ExplainedResult

NAME_SHARE = 0.2
"""How much of a score the most alike names make; the likeness of all texts makes the rest."""


SAME_WEIGHT = 0.9
"""The confidence of a proposed SAME_AS: the least that makes one of two nodes."""


_ALIKE = 0.6


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


class PairScorer:
    """Scorer of pairs: the nodes of both sides with their names and texts."""

    def __init__(self, snapshot: Snapshot, left: list[int], right: list[int]) -> None:
        self.snapshot, self.left, self.right = snapshot, left, right
        self.said_left, self.said_right = _node_texts(snapshot, left), _node_texts(snapshot, right)
        self._words_left: dict[int, StemmedWords] = {}
        self._words_right: dict[int, StemmedWords] = {}

    def scored(self, most: int) -> list[ScoredPair]:
        """Return the likeliest pairs with their scores, by node of the left side, then score, then ids."""
        pairs = likeliest(self.said_left, self.said_right, most)
        whole_left = [[whole_name(name) for name in texts.names] for texts in cancellable_rows(self.said_left)]
        whole_right = [[whole_name(name) for name in texts.names] for texts in cancellable_rows(self.said_right)]
        scored_pairs = [self._scored(pair, whole_left, whole_right) for pair in cancellable_rows(_pair_rows(pairs))]
        return sorted(scored_pairs, key=lambda pair: (pair.left, -pair.score, pair.right))

    def _scored(
        self, pair: tuple[int, int, float], whole_left: list[list[str]], whole_right: list[list[str]]
    ) -> ScoredPair:
        left, right, likeness = pair
        alike = process.cdist(whole_left[left], whole_right[right], scorer=fuzz.ratio, score_cutoff=1)
        i, j = divmod(int(alike.argmax()), alike.shape[1])
        best = float(alike[i, j]) / 100
        mains = alike[: self.said_left[left].main, : self.said_right[right].main]
        main = mains.max() / 100 if _numbers(whole_left[left][0]) == _numbers(whole_right[right][0]) else 0
        score = round((1 - NAME_SHARE) * likeness + NAME_SHARE * best, 4)
        return ScoredPair(left, right, score, (i, j), best, float(main))

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
        common_words = (
            message("align.both_say", word=list(map(repr, words))) if words else message("align.letters_alike")
        )
        if pair.best < _ALIKE:
            return common_words
        first, second = _quoted_name(left, pair.names[0]), _quoted_name(right, pair.names[1])
        if pair.best == 1:
            return message("align.same", first=first, second=second)
        like = message("align.like", first=first, second=second, best=pair.best)
        return message("align.like_and", like=like, why=common_words) if words else like


def _pair_rows(pairs: SimilarPairs) -> Iterable[tuple[int, int, float]]:
    return zip(pairs.left.tolist(), pairs.right.tolist(), pairs.likeness.tolist(), strict=True)


def _quoted_name(texts: NodeText, index: int) -> Message:
    return message("align.name" if index < texts.main else "align.alias", name=texts.names[index])


def _numbers(name: str) -> list[str]:
    """Return the numbers in a name: "level 1" is very like "level 2", and not the same."""
    return re.findall(r"\d+", name)


def _node_texts(snapshot: Snapshot, nodes: list[int]) -> list[NodeText]:
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
