"""How a workbook was when it was downloaded, in a hidden sheet: written line by line, and read again."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from pydantic import TypeAdapter

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import LinkValues, NodeId, Value
from ingest.draft import DownloadBase
from ingest.readers.container_check import BROKEN, MAX_UNPACKED_BYTES
from ingest.readers.file_kinds import ZIP
from ingest.readers.workbooks import ENDINGS, sheet_rows

DOWNLOADED = "as_downloaded"
"""The hidden sheet that says how the others were."""
_DIGEST_BYTES = 6
_MOST_LINES = 1_000_000
_BLOCK = 1 << 20
_PARTS = ("xl/workbook.xml", "content.xml")
"""Where .xlsx and .ods name their sheets."""


def digest(value: Value) -> str:
    """Return what stands for a value in the hidden sheet."""
    plain = f"{float(value):.15g}" if isinstance(value, int | float) else json.dumps(value)
    return hashlib.blake2b(plain.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def base_lines(base: DownloadBase) -> Iterator[str]:
    """Yield what the hidden sheet holds, a line a cell."""
    line = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    yield line({"revision": base.revision, "store": base.store})
    for node_id, values in base.nodes.items():
        yield line(["node", node_id, values])
    for key, (stated, is_row) in base.links.items():
        yield line(["link", *key, list(stated), is_row])
    for (row, column), cell in base.cells.items():
        yield line(["cell", row, column, cell])


def read_base(path: Path) -> DownloadBase | None:
    """Return how the workbook was when it was downloaded; None where it does not say so.

    Raises:
        InputError: what it says of that was tampered with, or it is no workbook that can be read.
    """
    if not path.is_file() or path.suffix.lower() not in ENDINGS or not _mentions_base(path):
        return None
    try:
        lines = [cells[0] for _, cells in sheet_rows(path, DOWNLOADED, _MOST_LINES) if cells]
        return _base(map(json.loads, lines))
    except (*BROKEN, RecursionError, StopIteration):
        raise InputError(Problem(message("download.tampered"), path.name, DOWNLOADED)) from None


def _mentions_base(path: Path) -> bool:
    """Say whether the name of the hidden sheet stands where a workbook names its sheets; few do, and all are asked."""
    try:
        with path.open("rb") as file:
            if file.read(len(ZIP)) != ZIP:
                file.seek(0)
                return _holds(file)
        with ZipFile(path) as parts:
            name = next(one for one in _PARTS if one in parts.namelist())
            with parts.open(name) as part:
                return _holds(part)
    except (*BROKEN, StopIteration):
        return False  # the reader of workbooks says what is wrong


def _holds(part: IO[bytes]) -> bool:
    """Say whether the name stands in a part, as far as one may be unpacked."""
    before = b""
    for _ in range(MAX_UNPACKED_BYTES // _BLOCK):
        block = part.read(_BLOCK)
        if not block:
            return False
        if DOWNLOADED.encode() in before + block:
            return True
        before = block[-len(DOWNLOADED) :]
    return False


def _base(lines: Iterable[Any]) -> DownloadBase:
    given = iter(lines)
    about = next(given)
    base = DownloadBase(int(about["revision"]), str(about["store"]))
    for what, *rest in given:
        if what == "node":
            node_id, values = _NODE.validate_python(rest)
            base.nodes[node_id] = values
        elif what == "link":
            from_id, relation, to_id, stated, is_row = _LINK.validate_python(rest)
            base.links[from_id, relation, to_id] = (stated, is_row)
        else:
            row, column, cell = _CELL.validate_python(rest)
            base.cells[row, column] = cell
    return base


_NODE: TypeAdapter[tuple[NodeId, dict[str, str]]] = TypeAdapter(tuple[NodeId, dict[str, str]])
_LINK: TypeAdapter[tuple[NodeId, str, NodeId, LinkValues, bool]] = TypeAdapter(
    tuple[NodeId, str, NodeId, LinkValues, bool]
)
_CELL: TypeAdapter[tuple[NodeId, NodeId, str]] = TypeAdapter(tuple[NodeId, NodeId, str])
