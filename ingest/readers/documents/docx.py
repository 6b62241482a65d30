"""Word documents (.docx): paragraphs and the rows of tables, in the order of the text."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from graph.cancellation import cancellable_rows
from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.readers.container_check import BROKEN, MAX_PARTS, MAX_RATIO, MAX_UNPACKED_BYTES
from ingest.readers.documents.passage import MAX_CHARACTERS, MAX_FILE_BYTES, MAX_PASSAGES, Passage
from ingest.readers.file_kinds import refuse_other_kinds
from ingest.readers.table import shown
from ingest.readers.tolerance import OnNote

MAX_DEPTH = 200
_DOCUMENT = "word/document.xml"
_FREE_BYTES = 1_000_000
_BLOCK = 1 << 16
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AROUND = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml"))
_MOST_COLUMNS = 100
_BREAKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_paragraphs(path: Path, _: OnNote) -> list[Passage]:
    """Return the paragraphs and the rows of tables that hold text, as they follow each other.

    Text that is marked as deleted is left out, text that is marked as inserted is there. Headers, footers, comments
    and pictures are left out.

    Raises:
        InputError: it is no Word document, is protected, or claims more than the limits allow.
    """
    data = _checked(path)
    try:
        from docx import Document  # noqa: PLC0415 - it takes 0.2 s to load, and most files are none

        body = Document(BytesIO(data)).element.body
        return list(_passages(path, body))
    except (*BROKEN, RecursionError) as error:
        raise _refused(path, message("document.damaged", fault=shown(str(error), 100))) from None


def _refused(path: Path, reason: Message) -> InputError:
    return InputError(Problem(reason, path.name))


def _checked(path: Path) -> bytes:
    """Return the file's bytes once its parts are known to be harmless. Raises InputError."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _refused(path, message("file.large", megabytes=MAX_FILE_BYTES // 1_000_000))
        data = path.read_bytes()
        if not zipfile.is_zipfile(BytesIO(data)):
            refuse_other_kinds(path, text=True)
            raise _refused(path, message("document.no_docx"))
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(path, archive)
    except OSError as error:
        raise _refused(path, message("file.unreadable", error=error.strerror or str(error))) from None
    except BROKEN as error:
        raise _refused(path, message("document.damaged", fault=shown(str(error), 100))) from None
    return data


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if _DOCUMENT not in {part.filename for part in parts}:
        refuse_other_kinds(path)
        raise _refused(path, message("document.no_docx"))
    if any(part.flag_bits & 1 for part in parts):
        raise _refused(path, message("document.password"))
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise _refused(path, message("document.unpacks"))
    for part in parts:
        if part.file_size > max(_FREE_BYTES, MAX_RATIO * part.compress_size):
            raise _refused(path, message("document.unpacks"))
        if part.filename.lower().endswith((".xml", ".rels")):
            with archive.open(part) as opened:
                if not _is_plain_xml(opened):
                    raise _refused(path, message("document.deep", part=part.filename))


def _is_plain_xml(part: IO[bytes]) -> bool:
    """Say whether the XML declares no document type, which entities need, and nests no deeper than people's texts."""
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise _NoPlainXmlError

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise _NoPlainXmlError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, end, doctype
    try:
        while block := part.read(_BLOCK):
            parser.Parse(block)
    except (_NoPlainXmlError, expat.ExpatError):
        return False
    return True


class _NoPlainXmlError(Exception):
    """The XML is more than a text needs."""


def _passages(path: Path, body: Any) -> Iterator[Passage]:  # noqa: ANN401 - an element of lxml, which is not typed
    paragraphs = tables = passages = characters = 0
    for element in cancellable_rows(_blocks(body)):
        if element.tag == f"{_W}p":
            paragraphs += 1
            found = [Passage(paragraphs, _text(element), None, _is_heading(element), _is_item(element))]
        else:
            tables += 1
            found = list(_rows(element, f"table:{tables}"))
        for passage in found:
            passages, characters = passages + 1, characters + len(passage.text)
            if passages > MAX_PASSAGES or characters > MAX_CHARACTERS:
                raise _refused(path, message("document.long"))
            if passage.text:
                yield passage


def _blocks(body: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield paragraphs and tables, those in content controls too."""
    for element in body:
        if element.tag in {f"{_W}p", f"{_W}tbl"}:
            yield element
        elif element.tag in _AROUND:
            yield from _blocks(element)


def _rows(table: Any, part: str) -> Iterator[Passage]:  # noqa: ANN401
    for number, row in enumerate(_table_rows(table), 1):
        cells = [""] * _grid_columns(row, f"{_W}trPr/{_W}gridBefore", 0)
        spanned: list[int] = []
        texts: list[str] = []
        for cell in row.iterchildren(f"{_W}tc"):
            width = _grid_columns(cell, f"{_W}tcPr/{_W}gridSpan", 1)
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
                spanned += range(len(cells), len(cells) + width)
            texts.append("\n".join(filter(None, (_text(one) for one in cell.iter(f"{_W}p")))))
            cells += texts[-1:] * width
        yield Passage(number, " ".join(filter(None, texts)), part, cells=tuple(cells), spanned=tuple(spanned))


def _table_rows(table: Any) -> Iterator[Any]:  # noqa: ANN401
    """Yield the rows of a table, those in content controls too."""
    for element in table:
        if element.tag == f"{_W}tr":
            yield element
        elif element.tag in _AROUND:
            yield from _table_rows(element)


def _grid_columns(element: Any, path: str, otherwise: int) -> int:  # noqa: ANN401
    """Return how many columns of the table's grid are meant; as many as a text needs, whatever a file claims."""
    found = element.find(path)
    value = "" if found is None else found.get(f"{_W}val", "")
    return min(int(value), _MOST_COLUMNS) if value.isdecimal() else otherwise


def _text(paragraph: Any) -> str:  # noqa: ANN401
    parts: list[str] = []
    for element in paragraph.iter():
        if element.tag == f"{_W}t":
            if not any(above.tag == _FALLBACK for above in element.iterancestors()):
                parts.append(element.text or "")
        elif element.tag in _BREAKS:
            parts.append(_BREAKS[element.tag])
    return "".join(parts).strip()


def _is_heading(paragraph: Any) -> bool:  # noqa: ANN401
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = "" if style is None else style.get(f"{_W}val", "")
    return name.lower().startswith(("heading", "title")) or name.isdigit()


def _is_item(paragraph: Any) -> bool:  # noqa: ANN401
    return paragraph.find(f"{_W}pPr/{_W}numPr") is not None
