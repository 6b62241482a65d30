"""Demand in words: how many openings stand behind a gap, and by which weight."""

from api.web.format import as_exact, as_number, as_one_decimal
from api.web.texts import Words
from queries.gap_needs import GapNeeds

_MOST_DIGITS = 4
"""A weight of more decimals is told by what it comes to."""


def spoken_demand(words: Words, needs: GapNeeds) -> str:
    """Return the demand in words: openings times the weight where every role weighs alike; else what they come to."""
    if not needs.roles_total:
        return ""
    count = "one" if needs.openings == 1 else "many"
    even = needs.weight is not None and round(needs.weight, _MOST_DIGITS) == needs.weight
    said = (
        words(f"gap_needs.even_{count}", openings=as_number(needs.openings), weight=as_exact(needs.weight or 0.0))
        if even
        else words(
            f"gap_needs.weighted_{count}", openings=as_number(needs.openings), demand=as_one_decimal(needs.demand)
        )
    )
    if not needs.assumed:
        return said
    if needs.assumed == needs.openings:
        return words("gap_needs.all_assumed", said=said)
    return words("gap_needs.assumed", said=said, assumed=as_number(needs.assumed))
