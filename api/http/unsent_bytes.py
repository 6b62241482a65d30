"""Unsent bytes: what a client has still to take of its answer, and whether it takes it."""

import socket
import struct
from contextlib import suppress
from typing import NamedTuple

LEAST_BYTES_A_SECOND = 1024
"""A body that takes longer than its time, and an answer, must move on by so much on average."""
STALLED_AFTER_S = 2.0
"""After how long a client that takes less of its answer keeps us waiting, so that it makes room for others."""
UNSENT_IN_SYSTEM = 1 << 15
"""How much of an answer the system takes of us before it can send it: what it would hold for slow clients is megabytes,
and of those it could not be told whether they are taken."""
_NO_LINGERING = struct.pack("ii", 1, 0)


class UnsentBytes(NamedTuple):
    """How many bytes were still to be sent to a client, and when."""

    number: int = 0
    since: float = 0.0

    def is_stalled(self, unsent: int, now: float) -> bool:
        """Say whether the client has taken less since then than it must."""
        return self.number - unsent < LEAST_BYTES_A_SECOND * (now - self.since)


def keep_unsent(connected: socket.socket) -> None:
    """Let the system take little of what it cannot send yet, where it can be told so."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        with suppress(OSError):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_IN_SYSTEM)


def forget_unsent(connected: socket.socket) -> None:
    """Let the system forget what it could not send, when the connection is closed: it would try for ever."""
    with suppress(OSError):
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
