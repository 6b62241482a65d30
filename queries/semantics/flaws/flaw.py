"""A flaw as answers state it."""

from queries.semantics.reasons import ExplainedResult
from queries.semantics.weakness import Weakness


class Flaw(ExplainedResult):
    """A weakness of a connected competency, and why it is said to have it."""

    flaw: Weakness
    reason: str
