"""JSON object read over HTTP: without redirects, within a size, a depth and a time."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    ProxyHandler,
    Request,
    build_opener,
)

from api.http.loopback import is_loopback
from graph.messages import text

TIMEOUT_S = 5.0
"""How long one document may take in all, its connection and headers included."""
MOST_BYTES = 1_000_000
SHOWN_CHARACTERS = 200
"""How much of what somebody else wrote is repeated in a log."""
_CHUNK = 65_536


class UnreadableError(Exception):
    """The provider cannot be reached, or what it tells cannot be used; the message says which."""


def json_document(url: str) -> Mapping[str, Any]:
    """Return the JSON object at a URL, which `is_safe_url` has allowed.

    Raises:
        UnreadableError: it cannot be had in time, is too large or nested too deeply, or is no such thing.
    """
    shown = url[:SHOWN_CHARACTERS]
    try:
        with _deadline() as sockets:
            document = json.loads(_body(url, sockets).decode("utf-8-sig"))
    except RecursionError as error:
        raise UnreadableError(text("oidc.nested", url=shown)) from error
    except (OSError, HTTPException, ValueError) as error:
        why = str(error)[:SHOWN_CHARACTERS]
        raise UnreadableError(text("oidc.unreadable", url=shown, error=why)) from error
    if not isinstance(document, dict):
        raise UnreadableError(text("oidc.no_json", url=shown))
    return document


class _NoRedirects(HTTPRedirectHandler):
    """Goes nowhere that the settings, or the provider's own description, do not name."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - as urllib has it
        """Follow nothing: the redirect is the answer, and an error."""


class _Http(HTTPConnection):
    """A connection that adds to `sockets` a handle on its socket."""

    def __init__(self, *args: Any, sockets: list[socket.socket], **kwargs: Any) -> None:  # noqa: ANN401 - as http has it
        super().__init__(*args, **kwargs)
        self._sockets = sockets

    def connect(self) -> None:
        super().connect()
        # TLS takes the socket over: a handle of its own ends the connection during the handshake, too.
        self._sockets.append(self.sock.dup())


class _Https(HTTPSConnection, _Http):
    """The same, by TLS: its handshake comes after the handle was added."""


class _HttpHandler(HTTPHandler):
    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Http, sockets=self._sockets), req)


class _HttpsHandler(HTTPSHandler):
    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self._sockets = sockets

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_Https, sockets=self._sockets), req)


@contextmanager
def _deadline() -> Iterator[list[socket.socket]]:
    """Give a list of sockets, which are ended when the time is over: a limit on each read would let bytes drip.

    Raises:
        TimeoutError: the time is over.
    """
    end, sockets = time.monotonic() + TIMEOUT_S, list[socket.socket]()
    timer = threading.Timer(TIMEOUT_S, _shut, [sockets])
    timer.daemon = True
    timer.start()
    try:
        yield sockets
    except (OSError, HTTPException, ValueError):
        if time.monotonic() < end:
            raise
        raise TimeoutError(text("oidc.too_large", most_bytes=MOST_BYTES, timeout_s=TIMEOUT_S)) from None
    finally:
        timer.cancel()
        for handle in sockets:
            handle.close()


def _shut(sockets: list[socket.socket]) -> None:
    for handle in list(sockets):
        with suppress(OSError):  # it ended by itself
            handle.shutdown(socket.SHUT_RDWR)


def _body(url: str, sockets: list[socket.socket]) -> bytes:
    """Return the body, unless it takes too long or is too large."""
    handlers: list[BaseHandler] = [_NoRedirects(), _HttpHandler(sockets), _HttpsHandler(sockets)]
    if is_loopback(urlsplit(url).hostname or ""):
        handlers.append(ProxyHandler({}))  # no proxy knows this machine
    headers = {"Accept": "application/json", "User-Agent": "rolepath"}
    request = Request(url, headers=headers)  # noqa: S310 - `is_safe_url` allowed it
    end, read = time.monotonic() + TIMEOUT_S, bytearray()
    with build_opener(*handlers).open(request, timeout=TIMEOUT_S) as answer:
        while chunk := answer.read1(_CHUNK):
            read += chunk
            if len(read) > MOST_BYTES or time.monotonic() > end:
                raise ValueError(text("oidc.too_large", most_bytes=MOST_BYTES, timeout_s=TIMEOUT_S))
    return bytes(read)
