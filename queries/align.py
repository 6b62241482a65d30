"""Vocabulary alignment: which things of two vocabularies may be the same, close, developed or practised."""

from collections import Counter
from collections.abc import Sequence

from pydantic import Field

from graph.cancellation import cancellable_rows
from graph.embeddings.text_vectors import TextVectors
from graph.messages import Language, Message
from graph.model import Frozen, vocabulary
from graph.snapshot.snapshot import Snapshot
from queries.align_scores import AlignmentCandidate, PairScorer, ScoredPair, node_texts
from queries.align_vocabularies import alignable_vocabularies, nodes_of_kind, require_vocabulary, vocabulary_prefix
from queries.likeness.node_pairs import main_names
from queries.parameters.align import EVERY, AlignmentRelation, LikenessKind
from queries.parameters.description import describe
from queries.semantics.tolerance import at_least

_LIKE = (AlignmentRelation.SAME_AS, AlignmentRelation.CLOSE_TO)
SAME_NAME, SAME_SCORE = 0.9, 0.5
"""What SAME_AS takes: main names so alike, and a score so high. Of such pairs 19 of 20 were right (docs/align.md)."""
_LEAST = {AlignmentRelation.SAME_AS: 0.4, AlignmentRelation.DEVELOPS: 0.2, AlignmentRelation.PRACTISES: 0.2}
_LOOKED_AT = 20
"""How many likely partners of a node are compared name by name, at least."""


class Alignment(Frozen):
    """Candidates by relation (in the order of `AlignmentRelation`), then score, highest first, then ids.

    `counts`: how many of each relation. `known`: likely pairs that were left out, since the graph links them already.
    `by`: what they were compared by; where that is not what was asked, or texts left the machine, `note` says so.
    """

    a: str
    b: str
    items: list[AlignmentCandidate]
    counts: dict[AlignmentRelation, int]
    by: LikenessKind
    note: str | None = None
    known: int = Field(ge=0)
    next: str | None = Field(None, description=describe("one_page"))
    revision: int


def align(
    snapshot: Snapshot,
    a: str,
    b: str,
    *,
    relations: Sequence[AlignmentRelation] = EVERY,
    limit: int = 3,
    min_score: float | None = None,
    by: LikenessKind = LikenessKind.WORDS,
    meaning: TextVectors | None = None,
) -> Alignment:
    """Return what may link the vocabulary a to the vocabulary b; nothing is changed.

    A vocabulary is the prefix of its ids: `esco` for `esco:ccd0...`, and an empty text for ids without one. SAME_AS and
    CLOSE_TO are proposed between competencies, and between roles, of two vocabularies; DEVELOPS from the knowledge
    units of a to the competencies of b, PRACTISES from the training tasks of a. `limit` is how many are listed for
    each node of a and relation (SAME_AS and CLOSE_TO as one), `min_score` how alike they are at least: 0.4 for SAME_AS
    and CLOSE_TO unless it is given, 0.2 for the others, whose texts differ more. Without `meaning` all is compared by
    words; SAME_AS wants names that are written alike, whatever they mean.

    Raises:
        NotFoundError: no id begins with that prefix; the nearest prefixes are named.
    """
    vocabularies = snapshot.derived(alignable_vocabularies)
    sides = [require_vocabulary(vocabularies, a), require_vocabulary(vocabularies, b)]
    wanted = set(relations)
    items: list[AlignmentCandidate] = []
    known = 0
    for kind, to_kind, proposals in _QUESTIONS:
        if wanted.isdisjoint(proposals) or (proposals == _LIKE and sides[0] is sides[1]):
            continue
        least = _LEAST[proposals[0]] if min_score is None else min_score
        question = PairScorer(
            snapshot, nodes_of_kind(snapshot, sides[0], kind), nodes_of_kind(snapshot, sides[1], to_kind), by, meaning
        )
        scored_pairs = question.scored(max(_LOOKED_AT, limit))
        is_new = [not _is_known(snapshot, proposals, question, pair) for pair in cancellable_rows(scored_pairs)]
        known += sum(not new and at_least(pair.score, least) for new, pair in zip(is_new, scored_pairs, strict=True))
        exact = _exact(snapshot, question, scored_pairs) if proposals == _LIKE else frozenset()
        offered = [pair for pair, new in zip(scored_pairs, is_new, strict=True) if new]
        for pair in cancellable_rows(_strongest(offered, limit, least)):
            relation = proposals[-1] if (pair.left, pair.right) not in exact else AlignmentRelation.SAME_AS
            if relation in wanted:
                items.append(question.candidate(pair, relation))
    items.sort(key=lambda item: (EVERY.index(item.relation), -item.score, item.from_id, item.to_id))
    counts = Counter(item.relation for item in items)
    return Alignment(
        a=vocabulary_prefix(a),
        b=vocabulary_prefix(b),
        items=items,
        counts={relation: counts[relation] for relation in EVERY if relation in wanted},
        by=LikenessKind.WORDS if meaning is None else by,
        known=known,
        revision=snapshot.revision.number,
    )


def with_note(found: Alignment, note: Message | None, language: Language = "en") -> Alignment:
    """Return the alignment with what is to be said of how it was made."""
    return found if note is None else found.model_copy(update={"note": note.text(language)})


def compared_names(snapshot: Snapshot, a: str, b: str) -> list[str]:
    """Return the names that `align` compares by meaning: those of all nodes of both vocabularies, each once.

    Raises:
        NotFoundError: no id begins with one of the prefixes.
    """
    vocabularies = snapshot.derived(alignable_vocabularies)
    nodes = dict.fromkeys([*require_vocabulary(vocabularies, a), *require_vocabulary(vocabularies, b)])
    return list(dict.fromkeys(main_names(node_texts(snapshot, list(nodes)))))


_QUESTIONS: tuple[tuple[str, str, tuple[AlignmentRelation, ...]], ...] = (
    ("Competency", "Competency", _LIKE),
    ("Role", "Role", _LIKE),
    ("KnowledgeUnit", "Competency", (AlignmentRelation.DEVELOPS,)),
    ("TrainingTask", "Competency", (AlignmentRelation.PRACTISES,)),
)


def _strongest(pairs: list[ScoredPair], limit: int, min_score: float) -> list[ScoredPair]:
    """Return the `limit` first pairs of each left node that reach the score; `pairs` are in the order of `scored`."""
    taken: Counter[int] = Counter()
    strongest = []
    for pair in pairs:
        if at_least(pair.score, min_score) and taken[pair.left] < limit:
            taken[pair.left] += 1
            strongest.append(pair)
    return strongest


def _exact(snapshot: Snapshot, question: PairScorer, pairs: list[ScoredPair]) -> frozenset[tuple[int, int]]:
    """Return the pairs that SAME_AS is proposed for: each the other's only best, neither the same as another already.

    Two that are best alike leave it open which one is meant: none of them is taken.
    """
    best_of_left, best_of_right = _only_best(pairs, "left"), _only_best(pairs, "right")
    a, b = (vocabulary(snapshot.ids[side[0]]) if side else "" for side in (question.left, question.right))
    return frozenset(
        (pair.left, pair.right)
        for pair in pairs
        if at_least(pair.main, SAME_NAME)
        and at_least(pair.score, SAME_SCORE)
        and best_of_left[pair.left] is pair
        and best_of_right[pair.right] is pair
        and not _has_partner(snapshot, question.left[pair.left], b)
        and not _has_partner(snapshot, question.right[pair.right], a)
    )


def _only_best(pairs: list[ScoredPair], side: str) -> dict[int, ScoredPair | None]:
    best: dict[int, ScoredPair | None] = {}
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
    snapshot: Snapshot, proposals: tuple[AlignmentRelation, ...], question: PairScorer, pair: ScoredPair
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
