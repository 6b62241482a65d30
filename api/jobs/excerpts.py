"""Excerpts of wrong rows, kept beside the files of an import for as long as these are."""

import logging
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.excerpts import Excerpt, excerpts
from ingest.report import IngestReport

_FILE = "excerpts.json"
_LIST = TypeAdapter(list[Excerpt])
_log = logging.getLogger(__name__)


def keep_excerpts(folder: Path, report: IngestReport) -> None:
    """Make the excerpts of a report's problems, and keep them in the folder of the import; without room, none."""
    rows = excerpts(folder, report.problems)
    try:
        (folder / _FILE).write_bytes(_LIST.dump_json(rows))
    except OSError as error:
        _log.warning("the excerpts of import %s cannot be kept: %s", report.run, error)


def kept_excerpts(folder: Path) -> list[Excerpt]:
    """Return the excerpts that are kept in the folder of an import; none where its files are gone."""
    try:
        return _LIST.validate_json((folder / _FILE).read_bytes())
    except (OSError, ValidationError):
        return []
