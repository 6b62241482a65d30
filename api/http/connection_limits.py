"""Connection limits: how many connections a process takes, and for how long it waits for their clients."""

from typing import NamedTuple


class ConnectionLimits(NamedTuple):
    """How many connections a process takes; for how long it waits for a header, a next request, and what stalls."""

    connections: int = 1000
    header_s: float = 10
    idle_s: float = 20
    stall_s: float = 20
