"""Requests to servers that a setting names: https, or http to this machine; no redirects, no proxy, in a time and size.

The time is for all of it: a limit on each read alone would let bytes drip.
"""

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

_CHUNK = 65_536


class OutgoingReply(NamedTuple):
    """What a server answered; headers by name in lower case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float, most_bytes: int) -> OutgoingReply:
    """Return the answer to a body that is sent to an address of `checked_https_url`.

    Raises:
        OSError: the server cannot be reached, or takes too long.
        HTTPException: it answers with something else than HTTP, or breaks off.
        ValueError: the answer is larger than `most_bytes`.
    """
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout_s)
    timer = threading.Timer(timeout_s, _shut, [connection])
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", parts.path or "/", body, {"User-Agent": "rolepath", **headers})
        response = connection.getresponse()
        read = bytearray()
        while chunk := response.read1(_CHUNK):
            read += chunk
            if len(read) > most_bytes:
                raise ValueError(f"> {most_bytes}")
        told = {name.lower(): value for name, value in response.getheaders()}
        return OutgoingReply(response.status, response.reason, told, bytes(read))
    finally:
        timer.cancel()
        connection.close()


def _connection(scheme: str, host: str, port: int | None, timeout_s: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout_s, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=timeout_s)


def _shut(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it ended by itself, or was not open yet
        connection.sock.shutdown(socket.SHUT_RDWR)
