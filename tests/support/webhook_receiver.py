"""Receiver of webhooks for tests, on this machine: it keeps what it is sent, and answers as it is told."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Received(NamedTuple):
    """A message: its headers in lower case, and its body."""

    headers: dict[str, str]
    body: bytes


class Receiver(NamedTuple):
    """Its address, and the messages in the order in which they came."""

    url: str
    messages: list[Received]


@contextmanager
def webhook_receiver(statuses: Sequence[int] = (), headers: Sequence[tuple[str, str]] = ()) -> Iterator[Receiver]:
    """Run a receiver that answers with these statuses, one after the other, and then with 204."""
    waiting, messages = list(statuses), list[Received]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = waiting.pop(0) if waiting else 204
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()
            messages.append(Received({name.lower(): value for name, value in self.headers.items()}, body))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Receiver(f"http://127.0.0.1:{server.server_port}/hook", messages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
