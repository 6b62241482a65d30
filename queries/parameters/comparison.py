"""The parameters of a comparison: what its two sides are."""

from typing import Literal, get_args

Sides = Literal["term", "discipline", "revision"]
"""What the two sides are: what is due by two terms, two disciplines, or two revisions of the graph."""

Difference = Literal["first", "second", "otherwise"]
"""Connected on the first side only, on the second only, or of another status in any other way."""

DIFFERENCES: tuple[Difference, ...] = get_args(Difference)
