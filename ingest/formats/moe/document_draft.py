"""Documents of a form: what is looked through, and the draft that all readers of such documents begin with."""

from collections.abc import Collection
from pathlib import Path

from graph.document_part import spoken_part
from graph.errors import InputError, Problem
from graph.messages import Message, message
from graph.model import Source
from ingest.draft import Draft, Place
from ingest.readers.documents.document_files import FORMS, read_document
from ingest.readers.documents.passage import Passage


def document_draft(path: Path, source: Source, replaces: tuple[str, ...]) -> Draft:
    """Return the draft of a folder, which is all that the source states, or of a document, which adds to what it did.

    What cannot be read is a problem, and does not refuse the job.
    """
    draft = Draft(source)
    draft.leaves_out_faulty = True
    if path.is_dir():
        draft.replaces = set(replaces)
    else:
        draft.note(message("moe.adds_only"))
    return draft


def passages_or_problem(path: Path, file: Path, endings: Collection[str] = FORMS) -> list[Passage] | Problem:
    """Return the passages of a document, or what is wrong with one of several that cannot be read at all.

    Raises:
        InputError: it is the one document that was given, and cannot be read.
    """
    try:
        return read_document(file, endings=endings)
    except InputError as error:
        if not path.is_dir():
            raise
        return error.problem


def reject_document(draft: Draft, file: Path, problem: Problem) -> None:
    """Count a document that cannot be read as a record, and tell why it cannot."""
    draft.read += 1
    draft.reject(Place(file.name, problem.sheet, problem.row or 1), problem.message, value=problem.value)


def spoken_place(place: Place) -> Message:
    """Return a place in words: file and row, and the page, table or sheet that the row counts in."""
    if place.sheet:
        return message("document.part_row", file=place.file, part=spoken_part(place.sheet), row=place.row)
    return message("place.file_row", file=place.file, row=place.row)
