"""Digest of a request: method, address and body; of an upload, whatever boundary its client drew for its parts."""

import hashlib

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.types import Scope


class BodyDigest:
    """The digest of a request whose body comes in pieces (SHA-256)."""

    def __init__(self, scope: Scope) -> None:
        """Begin with all that is known before the body."""
        kind, options = parse_options_header(Headers(scope=scope).get("content-type", ""))
        self._boundary = options.get(b"boundary", b"")
        self._tail = b""
        self._digest = hashlib.sha256()
        head = (scope["method"].encode(), scope.get("raw_path") or scope["path"].encode(), scope["query_string"], kind)
        for part in head:
            self._digest.update(b"%d %s\n" % (len(part), part))

    def add(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        if not self._boundary:
            self._digest.update(piece)
            return
        held = (self._tail + piece).replace(self._boundary, b"")
        # The end may be the beginning of a boundary.
        at = max(0, len(held) - len(self._boundary) + 1)
        self._digest.update(held[:at])
        self._tail = held[at:]

    def value(self) -> str:
        """Return the digest of what came so far."""
        found = self._digest.copy()
        found.update(self._tail)
        return found.hexdigest()
