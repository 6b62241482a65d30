"""Chain status and chain link: the words alone, without arrays."""

from enum import StrEnum


class ChainStatus(StrEnum):
    """Which of K, T and R a competency has; docs/definitions.md has the table."""

    CONNECTED = "connected"
    UNPRACTISED = "unpractised"
    UNTAUGHT = "untaught"
    UNSERVED = "unserved"
    UNDEMANDED = "undemanded"
    TAUGHT_ONLY = "taught_only"
    PRACTISED_ONLY = "practised_only"
    ISOLATED = "isolated"


class ChainLink(StrEnum):
    """How a chain's training is tied to its two ends, best first.

    `direct`: the task applies the unit, and prepares for a responsibility of the role that requires the competency.
    `role_direct`: it applies the unit, and prepares for any responsibility of a role that itself requires it.
    """

    DIRECT = "direct"
    ROLE_DIRECT = "role_direct"
    INDIRECT = "indirect"


STATUSES: tuple[ChainStatus, ...] = tuple(ChainStatus)


BY_EMPTINESS: dict[tuple[bool, bool, bool], ChainStatus] = {
    (True, True, True): ChainStatus.CONNECTED,
    (True, False, True): ChainStatus.UNPRACTISED,
    (False, True, True): ChainStatus.UNTAUGHT,
    (False, False, True): ChainStatus.UNSERVED,
    (True, True, False): ChainStatus.UNDEMANDED,
    (True, False, False): ChainStatus.TAUGHT_ONLY,
    (False, True, False): ChainStatus.PRACTISED_ONLY,
    (False, False, False): ChainStatus.ISOLATED,
}
"""The status by whether K, T and R have members."""


LINKS: tuple[ChainLink, ...] = tuple(ChainLink)
