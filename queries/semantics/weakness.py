"""The weaknesses of a connected competency: the words alone."""

from enum import StrEnum


class Weakness(StrEnum):
    """What can be wrong with a competency that is connected."""

    INDIRECT = "indirect"
    FRAGILE = "fragile"
    SINGLE_HOST = "single_host"
    CAMPUS_ONLY = "campus_only"
    NO_EMPLOYER = "no_employer"
    OUT_OF_ORDER = "out_of_order"
    BELOW_LEVEL = "below_level"
    UNASSESSED = "unassessed"
    BELOW_THRESHOLD = "below_threshold"
    OVERLAP = "overlap"


WEAKNESSES: tuple[Weakness, ...] = tuple(Weakness)
