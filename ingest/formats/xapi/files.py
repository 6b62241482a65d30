"""File parser of xAPI statements: one statement a line, an array, or the answers of a learning record store.

No message holds anything of a statement.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from ingest.draft import Place
from ingest.formats.answer_pages import AnswerPages
from ingest.formats.json_shapes import other_format
from ingest.readers import is_junk, parse_json_document, read_json_document

_MAX_LINE = 1_000_000
_BLANK = b"\xef\xbb\xbf \t\r\n"
_ENDINGS = {".json", ".jsonl", ".ndjson"}
_PARTS = ("actor", "verb", "object")
_WRAPPERS = ("statement", "statements", "data", "_source", "body")


class StatementProblem(NamedTuple):
    """What is wrong with a statement, as a problem tells it."""

    message: Message
    column: str | None = None
    value: str | None = None


class StatementFiles:
    """The files of an import, what is counted while their statements are read, and the salt of the run."""

    def __init__(self, path: Path) -> None:
        """Find the files, and begin with a salt of its own. Raises InputError where a folder has none."""
        self.files, self.ignored = _files(path)
        self.read = 0
        self.below_zero = 0
        self.pages = AnswerPages()
        self.problems: list[tuple[StatementProblem, Place]] = []
        self._salt = secrets.token_bytes(32)

    def hashed(self, identity: str) -> bytes:
        """Return the hash of a learner's identity, of 16 bytes."""
        return hashlib.blake2b(identity.encode(), key=self._salt, digest_size=16).digest()


def statements_of(counted: StatementFiles, *, holding: bytes = b"") -> Iterator[tuple[Place, object]]:
    """Yield each statement with its place: the line of a file of lines, the number in an array.

    Of a file of lines only those that hold the bytes are read.

    Raises:
        InputError: a file cannot be read.
    """
    for name, path in counted.files:
        if _is_one_document(name, path):
            yield from _statements_of_document(name, path, counted)
        else:
            yield from _statements_of_lines(name, path, counted, holding)


def no_statements(records: list[object], file: str) -> InputError:
    """Return the error for a file of records of which none is a statement."""
    objects = [one for one in records if isinstance(one, Mapping)]
    wrapper = next((key for key in _WRAPPERS if any(is_statement(one.get(key)) for one in objects)), None)
    reason = other_format(message("xapi.no_statements"), records, "xapi")
    return InputError(Problem(message("xapi.wrapped", key=wrapper) if wrapper else reason, file))


def is_statement(record: object) -> bool:
    """Say whether a record has the form of a statement: at least two of who, did, what."""
    return isinstance(record, Mapping) and sum(name in record for name in _PARTS) > 1


def _files(path: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    if not path.is_dir():
        return [(path.name, path)], []
    found = sorted(file for file in path.rglob("*") if file.is_file() and not is_junk(file.name))
    named = [(file.relative_to(path).as_posix(), file) for file in found]
    pages = [(name, file) for name, file in named if file.suffix.lower() in _ENDINGS]
    if not pages:
        raise InputError(Problem(message("xapi.no_file"), path.name))
    return pages, [name for name, file in named if file.suffix.lower() not in _ENDINGS]


def _statements_of_document(name: str, path: Path, counted: StatementFiles) -> Iterator[tuple[Place, object]]:
    try:
        document = read_json_document(path, tells=False)
    except InputError as error:
        raise InputError(Problem(error.problem.message, name)) from None
    counted.pages.take(name, document)
    for number, statement in enumerate(_array(document), 1):
        counted.read += 1
        yield Place(name, None, number), statement


def _statements_of_lines(
    name: str, path: Path, counted: StatementFiles, holding: bytes
) -> Iterator[tuple[Place, object]]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            if not raw.strip(_BLANK) or holding not in raw:
                continue
            counted.read += 1
            place = Place(name, None, number)
            try:
                yield place, parse_json_document(raw.decode("utf-8-sig"), most=_MAX_LINE)
            except UnicodeDecodeError:
                counted.problems.append((StatementProblem(message("xapi.not_utf8")), place))
            except InvalidValueError as error:
                counted.problems.append((StatementProblem(message("xapi.line", fault=error.message)), place))


def _is_one_document(name: str, path: Path) -> bool:
    """Say whether the file is one array, or the one object that a learning record store answers. Raises InputError."""
    try:
        with path.open("rb") as file:
            lines = (line for raw in file if (line := raw.strip(_BLANK)))
            first = next(lines, b"")
            is_alone = next(lines, None) is None
    except OSError as error:
        raise InputError(Problem(message("xapi.unreadable", error=str(error.strerror or error)), name)) from None
    if not first:
        raise InputError(Problem(message("xapi.empty"), name))
    if first == b"{" or first.startswith((b"[", b'{"statements"', b'{ "statements"', b'{"more"')):
        return True
    return is_alone and first.startswith(b"{") and b'"statements"' in first


def _array(document: object) -> list[object]:
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(document["statements"])
    return document if isinstance(document, list) else [document]
