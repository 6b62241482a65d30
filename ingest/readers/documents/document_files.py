"""Documents by the endings of their names: which reader reads which, and the documents of a folder."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.readers import is_junk
from ingest.readers.documents.control_characters import mended
from ingest.readers.documents.docx import read_paragraphs
from ingest.readers.documents.html import read_page
from ingest.readers.documents.lines import read_lines
from ingest.readers.documents.passage import Passage
from ingest.readers.documents.pdf import read_pages
from ingest.readers.documents.radicals import unified
from ingest.readers.documents.sheet_passages import read_sheets
from ingest.readers.table import noted
from ingest.readers.tolerance import OnNote, untold

DocumentReader = Callable[[Path, OnNote], list[Passage]]
READERS: Mapping[str, DocumentReader] = {
    ".md": read_lines,
    ".txt": read_lines,
    ".docx": read_paragraphs,
    ".pdf": read_pages,
    ".html": read_page,
    ".htm": read_page,
    ".xlsx": read_sheets,
    ".xls": read_sheets,
    ".ods": read_sheets,
}
FORMS = frozenset((".md", ".txt", ".docx", ".pdf"))
"""What published descriptions and standards come as: the tables of workbooks have formats of their own."""
MAX_DOCUMENTS = 5000
_OLD = frozenset((".doc", ".wps"))


def read_document(path: Path, on_note: OnNote = untold, endings: Collection[str] = FORMS) -> list[Passage]:
    """Return the passages of a document, in its order; what is mended in it is told to `on_note`.

    Raises:
        InputError: it is not there, is of another format, or cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), path.name or str(path)))
    ending = path.suffix.lower()
    if ending not in endings:
        key = "document.old_word" if ending in _OLD else "document.other"
        raise InputError(Problem(message(key, endings=sorted(endings)), path.name))
    stray = 0
    passages = []
    for passage in READERS[ending](path, on_note):
        text, count = mended(passage.text)
        stray += count
        cells = tuple(unified(mended(cell)[0]) for cell in passage.cells)
        passages.append(passage._replace(text=unified(text), cells=cells))
    if stray:
        on_note(noted(message("document.control_characters", count=stray), path.name))
    return passages


def find_documents(path: Path, endings: Collection[str] = FORMS) -> tuple[list[Path], list[Path]]:
    """Return the documents of a folder and of those below it, by name, and the other files; a file is itself.

    Raises:
        InputError: nothing is there, or too much.
    """
    if not path.is_dir():
        return [path], []
    files = sorted(file for file in path.rglob("*") if file.is_file() and not is_junk(file.name))
    documents = [file for file in files if file.suffix.lower() in endings]
    if not documents:
        raise InputError(Problem(message("document.none", endings=sorted(endings)), path.name))
    if len(documents) > MAX_DOCUMENTS:
        raise InputError(Problem(message("document.many", files=len(documents), most=MAX_DOCUMENTS), path.name))
    return documents, [file for file in files if file not in set(documents)]
