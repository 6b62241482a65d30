"""The weaknesses of a competency: the words alone."""

from enum import StrEnum


class Weakness(StrEnum):
    """What can be wrong with a competency that is connected; the last one, with one that is not taught."""

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
    AIMED_NOT_TAUGHT = "aimed_not_taught"


WEAKNESSES: tuple[Weakness, ...] = tuple(Weakness)
