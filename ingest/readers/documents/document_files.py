"""Documents by the endings of their names: which reader reads which, and the documents of a folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import message
from graph.properties import printable
from ingest.readers import is_junk
from ingest.readers.documents.docx import read_paragraphs
from ingest.readers.documents.lines import read_lines
from ingest.readers.documents.passage import Passage
from ingest.readers.documents.pdf import read_pages
from ingest.readers.documents.radicals import unified

READERS: Mapping[str, Callable[[Path], list[Passage]]] = {
    ".md": read_lines,
    ".txt": read_lines,
    ".docx": read_paragraphs,
    ".pdf": read_pages,
}
MAX_DOCUMENTS = 5000


def read_document(path: Path) -> list[Passage]:
    """Return the passages of a document, in its order.

    Raises:
        InputError: it is not there, is of another format, or cannot be read.
    """
    if not path.exists():
        raise InputError(Problem(message("framework.no_path"), path.name or str(path)))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ".doc" if path.suffix.lower() in {".doc", ".wps"} else ""
        key = "document.old_word" if known else "document.other"
        raise InputError(Problem(message(key, endings=sorted(READERS)), path.name))
    return [
        passage._replace(text=plain(passage.text), cells=tuple(map(plain, passage.cells))) for passage in reader(path)
    ]


def plain(text: str) -> str:
    """Return the text without control characters, and without radicals in the place of characters."""
    return unified(text if text.isprintable() else printable(text))


def find_documents(path: Path) -> tuple[list[Path], list[Path]]:
    """Return the documents of a folder and of those below it, by name, and the other files; a file is itself.

    Raises:
        InputError: nothing is there, or too much.
    """
    if not path.is_dir():
        return [path], []
    files = sorted(file for file in path.rglob("*") if file.is_file() and not is_junk(file.name))
    documents = [file for file in files if file.suffix.lower() in READERS]
    if not documents:
        raise InputError(Problem(message("document.none", endings=sorted(READERS)), path.name))
    if len(documents) > MAX_DOCUMENTS:
        raise InputError(Problem(message("document.many", files=len(documents), most=MAX_DOCUMENTS), path.name))
    return documents, [file for file in files if file not in set(documents)]
