"""A client of HTTP/1.1 over plain sockets, so cheap that it is never what is measured."""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

_END = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "
_CHUNKED = b"\r\ntransfer-encoding: chunked"
_LAST_CHUNK = b"0\r\n\r\n"
_APART_S = 0.01
_NO_BODY = frozenset({204, 304})


class Answer(NamedTuple):
    """An answer as it came: `head` is the status line and the headers, in the server's own case."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value; `name` in lower case, as our server writes it."""
        _, found, rest = self.head.partition(b"\r\n" + name + b": ")
        return rest.partition(b"\r\n")[0] if found else None


class Wire:
    """One connection, over which one request is under way at a time."""

    def __init__(self, port: int, number: int = 0) -> None:
        """Connect to the port of this machine; the number tells connections apart."""
        self.number = number
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parts = bytearray()
        self._head, self._whole = 0, 0
        self._is_chunked = False

    def send(self, request: bytes) -> None:
        """Send a request; it must be small."""
        self.socket.sendall(request)

    def receive(self) -> Answer | None:
        """Take what has come; return the answer once it is whole.

        Raises:
            ConnectionError: the server hung up.
        """
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server hung up")
        self._parts += part
        if not self._whole and not self._measured():
            return None
        if len(self._parts) < self._whole or (self._is_chunked and not self._parts.endswith(_LAST_CHUNK)):
            return None
        found = bytes(self._parts)
        body = _joined(found[self._head :]) if self._is_chunked else found[self._head : self._whole]
        if body is None:  # a piece of the body looks like its end
            return None
        answer = Answer(int(found[9:12]), found[: self._head], body)
        self._parts.clear()
        self._whole = 0
        return answer

    def _measured(self) -> bool:
        """Find where the head and the body end, if the head is whole."""
        end = self._parts.find(_END)
        if end < 0:
            return False
        self._head = end + len(_END)
        at = self._parts.find(_LENGTH, 0, end)
        length = 0
        if at >= 0 and int(self._parts[9:12]) not in _NO_BODY:
            start = at + len(_LENGTH)
            length = int(self._parts[start : self._parts.index(b"\r\n", start)])
        self._whole = self._head + length
        self._is_chunked = _CHUNKED in self._parts[: self._head].lower()
        return True


def _joined(chunks: bytes) -> bytes | None:
    """Return a body that was sent in chunks; None where the last one has not come. Source: RFC 9112, section 7.1."""
    body, at = bytearray(), 0
    while at < len(chunks):
        end = chunks.index(b"\r\n", at)
        size = int(chunks[at:end], 16)
        if size == 0:
            return bytes(body)
        body += chunks[end + 2 : end + 2 + size]
        at = end + 2 + size + 2
    return None


def request_to(path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> bytes:
    """Return the bytes of a request without a body."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask_once(port: int, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer to one question."""
    wire = Wire(port)
    try:
        wire.send(request_to(path, headers))
        while (answer := wire.receive()) is None:
            pass
        return answer
    finally:
        wire.socket.close()


def in_turn(
    port: int, questions: Iterable[bytes], connections: int, take: Callable[[bytes, Answer, int], None]
) -> None:
    """Ask all the questions over so many connections, each asking its next one as soon as it is answered.

    `take` gets each question, its answer, and the number of the connection.

    Raises:
        OSError: a connection could not be made, or the server hung up.
    """
    left: Iterator[bytes] = iter(questions)
    asked: dict[Wire, bytes] = {}
    with selectors.DefaultSelector() as waiting:
        for number in range(connections):
            if number:  # as clients come, one by one, so that whoever is free takes them
                time.sleep(_APART_S)
            wire = Wire(port, number)
            waiting.register(wire.socket, selectors.EVENT_READ, wire)
            _next(waiting, wire, left, asked)
        while asked:
            for key, _ in waiting.select(60):
                wire = key.data
                answer = wire.receive()
                if answer is not None:
                    take(asked.pop(wire), answer, wire.number)
                    _next(waiting, wire, left, asked)


def _next(waiting: selectors.BaseSelector, wire: Wire, left: Iterator[bytes], asked: dict[Wire, bytes]) -> None:
    question = next(left, None)
    if question is None:
        waiting.unregister(wire.socket)
        wire.socket.close()
        return
    asked[wire] = question
    wire.send(question)


def ask_all(port: int, questions: list[bytes], connections: int) -> None:
    """Ask each question once, whatever is answered."""
    in_turn(port, questions, connections, lambda _question, _answer, _number: None)


def throughput(port: int, questions: list[bytes], connections: int, seconds: float, status: int) -> tuple[int, float]:
    """Return how many of the questions, asked round and round, were answered, and in how many seconds.

    Raises:
        AssertionError: an answer had another status.
    """
    round_and_round = deque(questions)
    until = time.perf_counter() + seconds

    def asking() -> Iterator[bytes]:
        while time.perf_counter() < until:
            yield round_and_round[0]
            round_and_round.rotate(-1)

    count = 0

    def take(question: bytes, answer: Answer, _: int) -> None:
        nonlocal count
        count += 1
        if answer.status != status:
            raise AssertionError(f"{question!r} was answered {answer.status}: {answer.body[:500]!r}")

    begun = time.perf_counter()
    in_turn(port, asking(), connections, take)
    return count, time.perf_counter() - begun
