"""What holds of a proposal that several people judged, and how far they agree: against plain counts."""

import random
from datetime import UTC, datetime
from itertools import product

import pytest

from queries.proposals.agreement import agreements, cohen_kappa
from queries.proposals.judgement import (
    Judgement,
    JudgementContent,
    JudgementStatus,
    ProposalTarget,
    sentence_status,
    undoable,
    verdict,
)

FIRST, SECOND = ProposalTarget("s", "k1", "DEVELOPS"), ProposalTarget("s", "k2", "DEVELOPS")
WHOLE = ProposalTarget("s")


def said(
    *steps: tuple[str, ProposalTarget, JudgementStatus], trusted: str = "ab", relation: str | None = None
) -> list[Judgement]:
    """Return judgements in the order of their steps: by whom, of what, saying what."""
    return [
        Judgement(
            id=str(number),
            number=number,
            batch=str(number),
            target=target,
            content=JudgementContent(status=status, relation=relation),
            named={},
            reviewer=who,
            may_apply=who in trusted,
            undoes=None,
            at=datetime(2027, 1, 1, tzinfo=UTC),
        )
        for number, (who, target, status) in enumerate(steps, 1)
    ]


def test_last_who_may_import_decides() -> None:
    """Both stand; who may only read decides where nobody else spoke; what is taken back no longer counts."""
    both = said(("a", FIRST, "accepted"), ("b", FIRST, "rejected"), ("reader", FIRST, "accepted"))
    found = verdict(FIRST, both)
    assert (found.status, found.is_disputed, found.may_apply) == ("rejected", True, False)
    assert [one.reviewer for one in found.standing] == ["a", "b", "reader"]
    alone = verdict(FIRST, said(("reader", FIRST, "accepted")))
    assert (alone.status, alone.is_disputed, alone.may_apply) == ("accepted", False, False)
    back = verdict(FIRST, said(("a", FIRST, "accepted"), ("b", FIRST, "rejected"), ("b", FIRST, "open")))
    assert (back.status, back.is_disputed, back.may_apply) == ("accepted", False, True)
    assert verdict(FIRST, []).status == "open"


def test_whole_sentence_and_its_candidates() -> None:
    """The later of one reviewer's words holds; a sentence is accepted with one link, and open while a candidate is."""
    rejected = said(("a", FIRST, "accepted"), ("a", WHOLE, "rejected"))
    assert verdict(FIRST, rejected).status == "rejected"
    after = said(("a", WHOLE, "rejected"), ("a", FIRST, "accepted"))
    assert (verdict(FIRST, after).status, verdict(SECOND, after).status) == ("accepted", "rejected")
    cases: list[tuple[list[Judgement], JudgementStatus]] = [
        ([], "open"),
        (rejected, "rejected"),
        (after, "accepted"),
        (said(("a", FIRST, "rejected")), "open"),
        (said(("a", FIRST, "rejected"), ("b", SECOND, "rejected")), "rejected"),
        (said(("a", FIRST, "deferred")), "deferred"),
        (said(("a", WHOLE, "deferred")), "deferred"),
        (said(("a", FIRST, "accepted"), ("a", FIRST, "open")), "open"),
        (said(("a", ProposalTarget("s", "searched", "DEVELOPS"), "accepted")), "accepted"),
    ]
    assert [sentence_status("s", [FIRST, SECOND], judged) for judged, _ in cases] == [status for _, status in cases]


def test_another_relation_than_proposed_speaks_of_both() -> None:
    """What is accepted by another relation is judged by the one as by the other; a rejection is of the one alone."""
    aims = FIRST._replace(relation="AIMS_AT")
    accepted = said(("a", FIRST, "accepted"), relation="AIMS_AT")
    assert [verdict(one, accepted).status for one in (FIRST, aims)] == ["accepted", "accepted"]
    assert verdict(aims, said(("a", FIRST, "rejected"))).status == "open"


def test_taking_back_goes_back_one_by_one() -> None:
    """What was taken back is passed over."""
    steps = said(("a", FIRST, "accepted"), ("a", FIRST, "rejected"), ("a", FIRST, "accepted"), ("a", FIRST, "deferred"))
    taken = steps[2].model_copy(update={"undoes": "2"})
    assert [one.id for one in undoable([*steps[:2], taken])[FIRST]] == ["1"]
    assert [one.id for one in undoable([*steps[:2], taken, steps[3]])[FIRST]] == ["1", "4"]


def test_kappa_against_its_definition() -> None:
    """Observed agreement beyond chance, by brute force over all pairs of answers, on random tables."""
    rng = random.Random(7)
    for _ in range(200):
        pairs = [(rng.choice("ar"), rng.choice("arx"[: rng.randint(2, 3)])) for _ in range(rng.randint(1, 30))]
        observed = sum(a == b for a, b in pairs) / len(pairs)
        chance = sum(a == b for (a, _), (_, b) in product(pairs, pairs)) / len(pairs) ** 2
        found = cohen_kappa(pairs)
        if chance == 1:
            assert found is None
        else:
            assert found == pytest.approx((observed - chance) / (1 - chance), abs=1e-12)
    assert cohen_kappa([]) is None
    assert cohen_kappa([("a", "a")] * 3) is None


def test_agreement_counts_what_both_judged() -> None:
    """Whoever rejects a sentence as a whole rejects what the other accepts of it; what is put off is no answer."""
    other = ProposalTarget("t", "k1", "DEVELOPS")
    judged = said(
        ("a", FIRST, "accepted"), ("b", WHOLE, "rejected"), ("a", other, "rejected"), ("b", other, "rejected"),
        ("a", SECOND, "deferred"), ("c", other, "deferred"),
    )  # fmt: skip
    (found,) = agreements(judged)
    assert (found.first, found.second, found.items, found.same, found.kappa) == ("a", "b", 2, 1, 0.0)
