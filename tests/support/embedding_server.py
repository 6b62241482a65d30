"""Embedding server for tests: `POST /v1/embeddings` of the tiny embedder on this machine, well or badly behaved."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.support.tiny_embedder import TinyEmbedder

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


class RunningServer(NamedTuple):
    """Its address, and what it was asked: bodies, and headers in lower case."""

    url: str
    bodies: list[dict[str, Any]]
    headers: list[dict[str, str]]


def vectors(texts: Sequence[str]) -> Answer:
    """Answer as such servers do, in whatever order."""
    rows = TinyEmbedder().embed(texts).tolist()
    data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
    return 200, {"Content-Type": "application/json"}, json.dumps({"object": "list", "data": data[::-1]}).encode()


@contextmanager
def embedding_server(answer: Callable[[Sequence[str]], Answer] = vectors) -> Iterator[RunningServer]:
    """Run a server that answers so."""
    bodies: list[dict[str, Any]] = []
    heads: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            heads.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
            status, headers, body = answer(bodies[-1]["input"])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked has gone
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield RunningServer(f"http://127.0.0.1:{server.server_port}/v1", bodies, heads)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
