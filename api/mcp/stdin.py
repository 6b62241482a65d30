"""Signal handling of a server on standard input: it ends as if whoever talks to it had hung up."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_PART = 65_536


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and Ctrl+C end standard input while this holds.

    The SDK reads standard input in a thread that nothing can interrupt; so what comes in is passed on to it through a
    socket that a signal can shut. On Windows input is left as it is, and clients end the process.
    """
    if sys.platform == "win32":
        yield
        return
    real, (inner, outer) = os.dup(0), socket.socketpair()
    os.dup2(inner.fileno(), 0)
    inner.close()

    def pass_on() -> None:
        with suppress(OSError):  # shut by a signal
            while part := os.read(real, _PART):
                outer.sendall(part)
        _shut(outer)

    def hang_up(_number: int, _frame: FrameType | None) -> None:
        _shut(outer)

    before = {number: signal.signal(number, hang_up) for number in (signal.SIGTERM, signal.SIGINT)}
    threading.Thread(target=pass_on, name="standard input", daemon=True).start()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.dup2(real, 0)
        _shut(outer)
        outer.close()


def _shut(outer: socket.socket) -> None:
    with suppress(OSError):  # it is shut already
        outer.shutdown(socket.SHUT_WR)
