"""Candidates of a sentence as the page of review shows them: score, reasons in words, what accepting one would do."""

from collections.abc import Sequence
from typing import NamedTuple

from api.answers.review import ReviewCandidate, ReviewItem
from api.web.texts import Words
from graph.snapshot.snapshot import Snapshot
from graph.support_levels import LEVELS
from queries.proposals.chain_change import chain_change
from queries.proposals.judgement import JudgementStatus
from queries.proposals.possible_links import LinkPattern, possible_links
from queries.proposals.proposal import CandidateReason
from queries.search import SearchHit

USUAL_WEIGHT = "H"
"""The level that a form proposes: a link without a weight counts as much."""
_ASKED = frozenset({"DEVELOPS", "PRACTISES", "REQUIRES", "AIMS_AT"})


class CandidateCard(NamedTuple):
    """A candidate: by key, what it is called, how its chain stands, and would (None: as it does), why it is one.

    `ten`: of ten such how many were right, None where that is not calibrated. `relation`, `weight` and `level` are
    what its form says, `verdict` what was decided, if anything. A card of a search has no score.
    """

    number: int
    id: str
    name: str
    is_there: bool
    may_judge: bool
    is_open: bool
    status: str | None
    after: str | None
    score: str | None
    ten: int | None
    reasons: list[str]
    relations: list[str]
    relation: str | None
    weight: str
    level: str
    verdict: JudgementStatus | None


def candidate_cards(
    item: ReviewItem, found: Sequence[SearchHit], snapshot: Snapshot, words: Words
) -> list[CandidateCard]:
    """Return the cards of a sentence: its candidates by score, then what was found by a search.

    Open is what was found first, else the accepted one, else the first that is not judged.
    """
    cards = [_proposed(one, number, snapshot, words) for number, one in enumerate(item.candidates, 1)]
    known = {card.id for card in cards}
    forms = possible_links(item.document.for_node.kind, "Competency", item.sentence.sentence.kind)
    new = [hit for hit in found if hit.id not in known]
    cards += [_searched(hit, number, forms, snapshot) for number, hit in enumerate(new, len(cards) + 1)]
    wanted = {hit.id for hit in found}
    ranks = [
        (card.id not in wanted, card.verdict != "accepted", card.verdict is not None, i) for i, card in enumerate(cards)
    ]
    chosen = min(ranks)[-1] if ranks else -1
    return [card._replace(is_open=i == chosen) for i, card in enumerate(cards)]


def question(item: ReviewItem, snapshot: Snapshot, words: Words) -> str:
    """Return what is asked of a sentence: to which competency what the document describes leads."""
    node = snapshot.find(item.document.for_node.id)
    name = item.document.for_node.name if node is None else snapshot.name(node)
    relation = next((one.form.relation for one in item.candidates if one.form), None)
    return words(f"review_page.ask_{relation}" if relation in _ASKED else "review_page.ask_other", name=name)


def start_note(item: ReviewItem, words: Words) -> str | None:
    """Return that accepting makes a node of the sentence; None where the link starts from what is there."""
    form = next((one.form for one in item.candidates if one.form), None)
    if form is None or form.joined_by is None:
        return None
    return words("review_page.from_sentence", kind=words.known("kind", form.from_kind))


def relations_of(forms: Sequence[LinkPattern]) -> list[str]:
    """Return the relations that can be chosen, each once, the usual first."""
    return list(dict.fromkeys(form.relation for form in forms))


def of_ten(share: float | None) -> int | None:
    """Return how many of ten a share is; None where it is not known."""
    return None if share is None else round(share * 10)


def _proposed(one: ReviewCandidate, number: int, snapshot: Snapshot, words: Words) -> CandidateCard:
    decided = one.verdict.decided
    said = decided.content if decided is not None and decided.status == "accepted" else None
    weight = USUAL_WEIGHT if said is None or said.weight is None else _level_of(said.weight)
    return _card(number, one.target.candidate, one.name, one.form.relation if one.form else None, snapshot)._replace(
        may_judge=one.is_new or not one.is_gone,
        score=f"{one.proposed.score:.2f}" if one.proposed else None,
        ten=of_ten(one.share),
        reasons=_reasons(one, words),
        relations=relations_of(one.forms),
        weight=weight,
        level=str(said.level) if said is not None and said.level else "",
        verdict=None if one.verdict.status == "open" else one.verdict.status,
    )


def _searched(hit: SearchHit, number: int, forms: Sequence[LinkPattern], snapshot: Snapshot) -> CandidateCard:
    relations = relations_of(forms)
    card = _card(number, hit.id, hit.name, relations[0] if relations else None, snapshot)
    return card._replace(relations=relations)


def _card(number: int, node_id: str, name: str, relation: str | None, snapshot: Snapshot) -> CandidateCard:
    node, change = snapshot.find(node_id), chain_change(snapshot, node_id, relation)
    after = change.after.value if change is not None and change.after != change.before else None
    return CandidateCard(
        number=number,
        id=node_id,
        name=name if node is None else snapshot.name(node),
        is_there=node is not None,
        may_judge=True,
        is_open=False,
        status=None if change is None else change.before.value,
        after=after,
        score=None,
        ten=None,
        reasons=[],
        relations=[],
        relation=relation,
        weight=USUAL_WEIGHT,
        level="",
        verdict=None,
    )


def _reasons(one: ReviewCandidate, words: Words) -> list[str]:
    """Return in words why it is a candidate, and what is to be known before it is judged."""
    states = {"gone": one.is_gone, "stands": one.in_graph, "renamed": one.is_renamed, "is_new": one.is_new}
    told = [words(f"review_page.{state}") for state, holds in states.items() if holds]
    if (proposed := one.proposed) is None:
        return told if one.is_new else [*told, words("review_page.picked")]
    if proposed.reason == CandidateReason.NAMED:
        told.append(words("review_page.reason_named"))
    if proposed.whole is not None:
        told.append(words("review_page.meaning_score", score=f"{proposed.whole:.2f}"))
    told.append(words("review_page.words_score", score=f"{proposed.words:.2f}"))
    if proposed.shared:
        told.append(words("review_page.shared", words=words("spoken.comma").join(proposed.shared)))
    return told


def _level_of(weight: float) -> str:
    """Return the level whose weight is nearest."""
    return min(LEVELS, key=lambda level: abs(LEVELS[level] - weight))
