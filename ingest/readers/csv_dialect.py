"""CSV dialect: in which encoding a file is, what separates its cells, and in which row it begins."""

import codecs
import csv
import re
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from graph.messages import Message, message

_BLOCK = 1 << 20
_SAMPLE_ROWS = 40
_LONGEST_SAMPLE_LINE = 100_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
Encoding = Literal["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
_CALLED: dict[str, str] = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "gb18030": "GB18030"}


class CsvDialect(NamedTuple):
    """How a file is to be cut; `first_row` is 1 where a line before the table names the separator, else 0."""

    encoding: Encoding
    delimiter: str
    first_row: int = 0


def sniff(path: Path, usual: str) -> tuple[CsvDialect, list[Message]]:
    """Return the dialect of a file, and what is unusual of it, where `usual` separates its cells.

    UTF-16 is known by its byte order mark or its zero bytes, GB18030 (GBK) by its characters, once the file is no
    UTF-8; a first line `sep=;` is what spreadsheets write to name the separator.

    Raises:
        OSError: it cannot be read.
    """
    encoding = _encoding(path)
    lines = _first_lines(path, encoding)
    notes = [message("csv.read_as", encoding=_CALLED[encoding])] if encoding in _CALLED else []
    if lines and (named := _SEPARATOR_LINE.fullmatch(lines[0])):
        return CsvDialect(encoding, named[1], 1), [*notes, message("csv.separator_line")]
    delimiter = _delimiter(lines, usual)
    if delimiter != usual:
        notes.append(message("csv.cut_at", met=message(f"csv.{DELIMITERS[delimiter]}s")))
    return CsvDialect(encoding, delimiter), notes


def _first_lines(path: Path, encoding: Encoding) -> list[str]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return [line[:_LONGEST_SAMPLE_LINE] for line in islice(file, _SAMPLE_ROWS)]


def _delimiter(lines: list[str], usual: str) -> str:
    """Return what most rows are cut by into as many cells as most others; the usual one where that is no worse."""
    if not lines:
        return usual
    header = next(csv.reader([lines[0]], delimiter=usual), [])
    shares = {one: _share(lines, one) for one in dict.fromkeys((usual, *DELIMITERS))}
    if len(header) > 1 and shares[usual] > (0.0, 1):
        return usual
    best = max(shares, key=lambda one: shares[one])
    return best if shares[best] > shares[usual] else usual


def _share(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Return which share of the rows has as many cells as most of them, and how many; nothing where these have one."""
    try:
        counts = Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
    except csv.Error:
        return 0.0, 0
    if not counts:
        return 0.0, 0
    cells, rows = max(counts.items(), key=lambda item: (item[1], item[0]))
    return (rows / counts.total(), cells) if cells > 1 else (0.0, 1)


def _encoding(path: Path) -> Encoding:
    with path.open("rb") as file:
        head = file.read(400)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.count(0) * 4 >= len(head) > 0:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    if _decodes(path, "utf-8"):
        return "utf-8-sig"
    return "gb18030" if _decodes(path, "gb18030") and is_chinese(path) else "utf-8-sig"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def is_chinese(path: Path) -> bool:
    """Say whether the first bytes beyond ASCII of a file are Chinese text in GBK or GB18030.

    Much of what is in a Western code page decodes as GB18030 too, but into rare characters; hence the share of those
    that GB2312 holds, the ones in daily use. One alone may be anything.
    """
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                try:
                    text = codecs.getincrementaldecoder("gb18030")().decode(line + file.read(_BLOCK))
                except UnicodeDecodeError:
                    return False
                beyond = "".join(c for c in text if ord(c) > 127)
                return len(beyond) > 1 and len(beyond.encode("gb2312", "ignore")) >= len(beyond)
    return False
