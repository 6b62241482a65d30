"""Shared response cache: answers that one worker took long to make are read by the other workers of its service.

A file for each, in a folder that lasts as long as the service: no other service, and no other code, answers from it.
"""

import json
import logging
import os
from pathlib import Path
from typing import NamedTuple

from xxhash import xxh3_64_digest

from graph.model import Revision

DEAR_S = 0.1
"""What took less is made by each worker: it costs little more than to write, find, read and verify a file."""
_CHECKSUM_BYTES, _LENGTH_BYTES = 8, 4
_log = logging.getLogger(__name__)


class SharedAnswer(NamedTuple):
    """An answer of status 200: its headers, its body as it is, and the template of its path for the log."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    path: str


class SharedAnswers:
    """The answers of the present revision, each found by all that it depends on; the oldest goes first."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Take the folder, which is the service's own and exists; `most_bytes` is for all answers together."""
        self._folder, self._most_bytes = folder, most_bytes

    def has(self, revision: Revision, tag: bytes) -> bool:
        """Say whether there is a file for an answer of this ETag: cheap enough to ask before each answer."""
        return self._file(revision, tag).exists()

    def find(self, revision: Revision, tag: bytes, question: bytes) -> SharedAnswer | None:
        """Return the answer to the question, or None: a file that is damaged, or of another question, is removed."""
        file = self._file(revision, tag)
        try:
            data = file.read_bytes()
        except OSError:
            return None
        found = _read(data, question)
        if found is None:
            _log.warning("the kept answer %s cannot be used, and is made anew", file)
            file.unlink(missing_ok=True)
        return found

    def keep(self, revision: Revision, tag: bytes, question: bytes, answer: SharedAnswer) -> None:
        """Keep the answer; where it cannot be written it is made again. Nothing is synced: a loss costs no more."""
        file = self._file(revision, tag)
        draft = file.with_name(f".{os.getpid()}-{file.name}")
        try:
            draft.write_bytes(_written(question, answer))
            self._make_room(revision)
            draft.replace(file)
        except OSError as error:
            _log.info("an answer is not kept for the other workers: %s", error)

    def _file(self, revision: Revision, tag: bytes) -> Path:
        digest = tag.decode("ascii").partition('"')[2].rstrip('"')
        return self._folder / f"{revision.number}-{revision.token}-{digest}"

    def _make_room(self, revision: Revision) -> None:
        """Remove answers of other revisions, and the oldest until the rest, a draft among it, fits in."""
        files = [(file.stat(), file) for file in self._folder.iterdir()]
        total = 0
        for stat, file in sorted(files, key=lambda one: one[0].st_mtime_ns, reverse=True):
            is_present = file.name.startswith((f"{revision.number}-{revision.token}-", "."))  # or another's draft
            total += stat.st_size if is_present else 0
            if not is_present or total > self._most_bytes:
                file.unlink(missing_ok=True)


def _written(question: bytes, answer: SharedAnswer) -> bytes:
    about = {
        "question": question.decode("latin-1"),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in answer.headers],
        "path": answer.path,
    }
    head = json.dumps(about).encode("ascii")
    content = len(head).to_bytes(_LENGTH_BYTES, "little") + head + answer.body
    return xxh3_64_digest(content) + content


def _read(data: bytes, question: bytes) -> SharedAnswer | None:
    checksum, content = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
    if len(content) < _LENGTH_BYTES or xxh3_64_digest(content) != checksum:
        return None
    end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "little")
    about = json.loads(content[_LENGTH_BYTES:end])
    if about["question"] != question.decode("latin-1"):
        return None
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in about["headers"]]
    return SharedAnswer(headers, content[end:], about["path"])
