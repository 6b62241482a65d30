"""How a workbook was when it was downloaded, in a hidden sheet: written line by line, and read again."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from graph.errors import InputError, Problem
from graph.messages import message
from graph.model import NodeId, Value
from ingest.draft import DownloadBase
from ingest.readers.container_check import checked_bytes

DOWNLOADED = "as_downloaded"
"""The hidden sheet that says how the others were."""
_DIGEST_BYTES = 6


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
        InputError: what it says of that was tampered with.
    """
    if path.suffix.lower() != ".xlsx" or not _mentions_base(path):
        return None
    from openpyxl import load_workbook  # noqa: PLC0415 - few workbooks say it

    try:
        workbook: Any = load_workbook(BytesIO(checked_bytes(path)), read_only=True, data_only=True)
        lines = [row[0] for row in workbook[DOWNLOADED].iter_rows(max_col=1, values_only=True) if row and row[0]]
        workbook.close()
        return _base(map(json.loads, map(str, lines)))
    except (KeyError, ValueError, TypeError, IndexError, OSError):
        raise InputError(Problem(message("download.tampered"), path.name, DOWNLOADED)) from None


def _mentions_base(path: Path) -> bool:
    try:
        with ZipFile(path) as parts:
            return parts.getinfo("xl/workbook.xml").file_size < 1 << 20 and DOWNLOADED.encode() in parts.read(
                "xl/workbook.xml"
            )
    except (KeyError, OSError, BadZipFile):
        return False  # the reader of workbooks says what is wrong


def _base(lines: Iterable[Any]) -> DownloadBase:
    given = iter(lines)
    about = next(given)
    base = DownloadBase(int(about["revision"]), str(about["store"]))
    for what, *rest in given:
        if what == "node":
            base.nodes[NodeId(rest[0])] = dict(rest[1])
        elif what == "link":
            base.links[NodeId(rest[0]), rest[1], NodeId(rest[2])] = (tuple(rest[3]), bool(rest[4]))
        else:
            base.cells[NodeId(rest[0]), NodeId(rest[1])] = str(rest[2])
    return base
