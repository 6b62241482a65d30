"""Clients that hold connections without asking anything whole, and one that asks as it should."""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx

HALF_SENT = b"GET /v1/gaps HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half"
SLOW_BODY = (
    b"POST /v1/what-if HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{"
)
IDLE = b""
WHOLE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
"""After it the connection is kept alive, and nothing more is asked."""
MUCH = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 15
"""More is answered to it, 4 MB, than systems take of a server for a client that reads nothing."""
_RECEIVED_UNREAD = 4096
"""How much the client's system takes for it."""


@contextmanager
def holding(url: str, times: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Give so many connections, on each of which this was sent; those that the service refuses are among them."""
    place = urlsplit(url)
    with ExitStack() as stack:
        held = []
        for _ in range(times):
            one = stack.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVED_UNREAD)
            one.settimeout(10)
            with suppress(OSError):
                one.connect((place.hostname, place.port))
                one.sendall(sent)
            held.append(one)
        yield held


def dripping(held: list[socket.socket], piece: bytes = b"a") -> None:
    """Send one more byte on each connection that still takes it."""
    for one in held:
        with suppress(OSError):
            one.send(piece)


def sipping(held: list[socket.socket]) -> None:
    """Read one more byte on each connection that has some."""
    for one in held:
        one.setblocking(False)
        with suppress(OSError):
            one.recv(1)


def is_reset(one: socket.socket) -> bool:
    """Say whether the connection is gone together with what was still to be sent on it; nothing is read of that."""
    return one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET or _is_refused(one)


def _is_refused(one: socket.socket) -> bool:
    try:
        one.send(b"a")
    except BlockingIOError:
        return False
    except OSError:
        return True
    return False


def answered_within(url: str, seconds: float) -> float:
    """Return after how many seconds a client that asks as it should was answered; one that is refused asks again."""
    begun = time.monotonic()
    status = 0
    while status != 200 and time.monotonic() - begun < seconds:
        with suppress(httpx.TransportError):
            status = httpx.get(f"{url}/readyz", timeout=seconds).status_code
    assert status == 200, f"no answer within {seconds} s: {status}"
    return time.monotonic() - begun


def last_words(one: socket.socket) -> bytes:
    """Return all that the service sends on the connection until it closes it."""
    said = b""
    with suppress(ConnectionResetError):
        while piece := one.recv(65536):
            said += piece
    return said


def is_closed(one: socket.socket) -> bool:
    """Say whether the service has closed the connection."""
    one.setblocking(False)
    try:
        while one.recv(65536):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
