"""Hostile documents: each is refused with its reason, or read within limits of time and memory; nothing is fetched."""

import resource
import socket
import time
from pathlib import Path

import pytest

from graph.cancellation import Cancellation, cancellable
from graph.errors import InputError, TimeLimitError
from graph.messages import Message
from ingest.readers.documents.free_text import read_free_text
from queries.proposals.sentences import LONGEST, cut_sentences
from tests.support.hostile_documents import ALL, OTHER_ENDINGS, HostileDocument
from tests.support.soak import record, rounds

MOST_S, MOST_MB = 20.0, 1_000
EXPECTED = {
    ".docx": {"macros": "read: 1", "billion laughs": "document.deep", "text bomb": "document.unpacks"},
    ".xlsx": {"macros": "read: 1", "external entity": "xlsx.doctype", "protected": "xlsx.password"},
    ".pdf": {"runs a script": "read: 1", "scanned": "document.scanned", "another file": "document.no_pdf"},
    ".html": {"fetches": "read: 0", "entities of its own": "read: 0", "nothing seen": "file.empty"},
    ".txt": {"zeros": "file.empty", "program": "document.no_text", "document of another kind": "file.is_pdf"},
    ".md": {"zeros": "file.empty", "program": "document.no_text", "document of another kind": "file.is_pdf"},
}
"""How some of them end, by ending; the others are refused for what is found first."""


def outcome(document: HostileDocument, folder: Path, size: int) -> str:
    """Return how the document ended: the code of its refusal, or how many sentences it has."""
    file = folder / f"a{document.ending}"
    file.write_bytes(document.make(size))
    notes: list[Message] = []
    try:
        found = cut_sentences(read_free_text(file, notes.append), file.name)
    except InputError as refused:
        return f"{refused.problem.message.code}" if refused.problem.file == file.name else f"names no file: {refused}"
    assert all(0 < len(one.text) <= LONGEST and one.text.isprintable() for one in found)
    return f"read: {len(found)}"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where anything is looked up or connected to."""

    def refuse(*asked: object) -> None:
        raise AssertionError(asked)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.soak
@pytest.mark.parametrize("ending", sorted({document.ending for document in ALL}))
def test_hostile_documents_are_refused_or_read_within_limits(ending: str, tmp_path: Path) -> None:
    """Some 150 of them; what ends in anything but a refusal is named, and what takes long."""
    size = rounds(1, 8)
    wrong: dict[str, str] = {}
    told: dict[str, str] = {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for document in (one for one in ALL if one.ending == ending):
        began = time.process_time()
        try:
            told[document.name] = outcome(document, tmp_path, size)
            assert not told[document.name].startswith("names no file")
        except Exception as error:  # noqa: BLE001 - whatever it is, the document is named
            wrong[document.name] = f"{type(error).__name__}: {error}"[:200]
        if (spent := time.process_time() - began) > MOST_S:
            wrong[document.name] = f"{spent:.1f} s"
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000
    assert wrong == {}
    assert len(told) > 15
    assert grown_mb < MOST_MB
    assert {name: told.get(name) for name in EXPECTED[ending]} == EXPECTED[ending]
    read = sum(one.startswith("read") for one in told.values())
    record(f"hostile documents {ending}", size=size, read=read, refused=len(told) - read, grown_mb=grown_mb)


def test_other_endings_are_refused(tmp_path: Path) -> None:
    """With macros, of old kinds, packed, or of no kind: by name, whatever is inside."""
    for ending in OTHER_ENDINGS:
        (tmp_path / f"a{ending}").write_text("You will be able to mend pumps")
        with pytest.raises(InputError):
            read_free_text(tmp_path / f"a{ending}", lambda _: None)


def test_reading_ends_when_its_time_is_over(tmp_path: Path) -> None:
    """A question's time holds for documents, too: between pages, paragraphs and rows."""
    made = {document.name: document.make for document in ALL if document.ending in {".docx", ".xlsx", ".pdf"}}
    for name, ending in (
        ("very many paragraphs", ".docx"),
        ("very many rows", ".xlsx"),
        ("runs a script", ".pdf"),
    ):
        file = tmp_path / f"a{ending}"
        file.write_bytes(made[name](1))
        with cancellable(Cancellation(limit_s=0)), pytest.raises(TimeLimitError):
            read_free_text(file, lambda _: None)
