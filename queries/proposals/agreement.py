"""Agreement of reviewers: Cohen's kappa of each two over what both have judged."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from graph.model import Frozen
from queries.proposals.judgement import Judgement, ProposalTarget, latest_of_each, verdict


class ReviewerAgreement(Frozen):
    """How far two reviewers agree: on `same` of `items`; `kappa` (Cohen's) is None where chance alone explains it."""

    first: str
    second: str
    items: int
    same: int
    kappa: float | None


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa of two people's answers on the same items; None where chance alone explains all.

    Source: J. Cohen, A Coefficient of Agreement for Nominal Scales, 1960.

    >>> cohen_kappa([("yes", "yes"), ("yes", "no"), ("no", "no"), ("no", "no")])
    0.5
    """
    if not pairs:
        return None
    n = len(pairs)
    first, second = (Counter(pair[at] for pair in pairs) for at in (0, 1))
    observed = sum(a == b for a, b in pairs) * n
    by_chance = sum(first[answer] * second[answer] for answer in first)
    return None if by_chance == n * n else (observed - by_chance) / (n * n - by_chance)


def agreements(judgements: Iterable[Judgement]) -> list[ReviewerAgreement]:
    """Return the agreement of each two reviewers who judged the same, the two with the most items first, then by name.

    An item is a candidate of a sentence that at least one of them judged by itself, and that both accepted or
    rejected: who rejects a sentence as a whole rejects each of its candidates.
    """
    answers = _answers(latest_of_each(judgements))
    found = []
    for first, second in combinations(sorted(answers), 2):
        both = sorted(answers[first].keys() & answers[second].keys())
        pairs = [(answers[first][target], answers[second][target]) for target in both]
        if pairs:
            same = sum(a == b for a, b in pairs)
            told = {"first": first, "second": second, "items": len(pairs), "same": same}
            found.append(ReviewerAgreement.model_validate({**told, "kappa": cohen_kappa(pairs)}))
    return sorted(found, key=lambda one: (-one.items, one.first, one.second))


def _answers(standing: Sequence[Judgement]) -> dict[str, dict[ProposalTarget, str]]:
    """Return what each reviewer says of each candidate that somebody judged by itself."""
    by_sentence: dict[str, list[Judgement]] = {}
    for one in standing:
        by_sentence.setdefault(one.target.sentence, []).append(one)
    found: dict[str, dict[ProposalTarget, str]] = {}
    for said in by_sentence.values():
        targets = {one.target for one in said if one.status != "open"}
        single = {target for target in targets if target.candidate}
        for target in single or targets:
            for one in verdict(target, said).standing:
                if one.status in {"accepted", "rejected"}:
                    found.setdefault(one.reviewer, {})[target] = one.status
    return found
