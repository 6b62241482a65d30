"""The table of proposed links that a person edits: one row each, in the columns that an import of a crosswalk reads."""

import csv
import os
import tempfile
from pathlib import Path

from graph.disk import disk_fault, sync_file, unwritable
from graph.draft_files import move_draft
from graph.errors import InputError, NoRoomError, Problem
from graph.messages import message
from ingest.formats.native.rows import escape
from queries.align import Alignment

COLUMNS = ("from_id", "relation", "to_id", "weight", "score", "reason", "from_name", "to_name")
"""What the file's rows state; the names, which no import reads, are there for whoever judges."""


def write_proposals(alignment: Alignment, path: Path) -> None:
    """Write the candidates as CSV in their order: UTF-8 with a BOM for spreadsheets, nothing taken for a formula.

    The file appears whole or not at all. An empty weight is "not stated".

    Raises:
        InputError: it cannot be written there.
        NoRoomError: its disk is full.
    """
    try:
        handle, draft = tempfile.mkstemp(prefix=".", suffix=".csv", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow(COLUMNS)
                for item in alignment.items:
                    values = (getattr(item, name) for name in COLUMNS)
                    writer.writerow(["" if value is None else escape(str(value)) for value in values])
            Path(draft).chmod(0o644)
            sync_file(Path(draft))
            move_draft(Path(draft), path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        fault = disk_fault(error)
        if fault.kind is NoRoomError:
            raise unwritable(path, error) from error
        raise InputError(Problem(message("export.cannot_write", strerror=fault.reason), file=str(path))) from error
