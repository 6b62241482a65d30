"""The parameters of an alignment."""

from enum import StrEnum


class AlignmentRelation(StrEnum):
    """A relation that can be proposed, in the order in which proposals are listed."""

    SAME_AS = "SAME_AS"
    CLOSE_TO = "CLOSE_TO"
    DEVELOPS = "DEVELOPS"
    PRACTISES = "PRACTISES"


EVERY = tuple(AlignmentRelation)
