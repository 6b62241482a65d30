"""File parser of xAPI statements: one statement a line, an array, or the answer of a learning record store.

No message holds anything of a statement.
"""

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from ingest.draft import Place
from ingest.readers import parse_json_document, read_json_document

_MAX_LINE = 1_000_000
_BLANK = b"\xef\xbb\xbf \t\r\n"


class StatementProblem(NamedTuple):
    """What is wrong with a statement, as a problem tells it."""

    message: Message
    column: str | None = None
    value: str | None = None


class StatementFile:
    """What is counted while statements are read, and the salt of the run."""

    def __init__(self, file: str) -> None:
        """Begin with a salt of its own."""
        self.file = file
        self.read = 0
        self.below_zero = 0
        self.problems: list[tuple[StatementProblem, Place]] = []
        self._salt = secrets.token_bytes(32)

    def hashed(self, identity: str) -> bytes:
        """Return the hash of a learner's identity, of 16 bytes."""
        return hashlib.blake2b(identity.encode(), key=self._salt, digest_size=16).digest()


def statements_of(path: Path, counted: StatementFile, *, holding: bytes = b"") -> Iterator[tuple[Place, object]]:
    """Yield each statement with its place: the line of a file of lines, the number in an array.

    Of a file of lines only those that hold the bytes are read.
    """
    if _is_one_document(path):
        for number, statement in enumerate(_array(read_json_document(path, tells=False)), 1):
            counted.read += 1
            yield Place(counted.file, None, number), statement
        return
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip(_BLANK) or holding not in raw:
                continue
            counted.read += 1
            place = Place(counted.file, None, number)
            try:
                yield place, parse_json_document(raw.decode("utf-8-sig"), most=_MAX_LINE)
            except UnicodeDecodeError:
                counted.problems.append((StatementProblem(message("xapi.not_utf8")), place))
            except InvalidValueError as error:
                counted.problems.append((StatementProblem(message("xapi.line", fault=error.message)), place))


def _is_one_document(path: Path) -> bool:
    """Say whether the file is one array, or the one object that a learning record store answers. Raises InputError."""
    try:
        with path.open("rb") as file:
            first = next((line for raw in file if (line := raw.strip(_BLANK))), b"")
    except OSError as error:
        raise InputError(Problem(message("xapi.unreadable", error=str(error.strerror or error)), path.name)) from None
    if not first:
        raise InputError(Problem(message("xapi.empty"), path.name))
    return first == b"{" or first.startswith((b"[", b'{"statements"', b'{ "statements"', b'{"more"'))


def _array(document: object) -> list[object]:
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(document["statements"])
    return document if isinstance(document, list) else [document]
