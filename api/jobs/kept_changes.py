"""Changes that an import would make, kept beside its files for as long as these are: looked through page by page."""

import logging
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

from ingest.effects import LinkExample, NodeExample, Samples

Change = Literal["added", "changed", "removed"]
Statement = Literal["nodes", "links"]
_log = logging.getLogger(__name__)


def keep_changes(folder: Path, samples: Samples) -> None:
    """Keep what changes in the folder of the import, a line each; without room, nothing."""
    try:
        for change, some in (("added", samples.added), ("changed", samples.changed), ("removed", samples.removed)):
            for statement, items in (("nodes", some.nodes), ("links", some.links)):
                lines = "".join(f"{one.model_dump_json()}\n" for one in items)
                _file(folder, change, statement).write_text(lines, encoding="utf-8")
    except OSError as error:
        _log.warning("the changes of the import in %s cannot be kept: %s", folder.name, error)


def kept_changes(
    folder: Path, change: Change, statement: Statement, first: int, size: int
) -> Sequence[NodeExample | LinkExample] | None:
    """Return the changes of one sort from `first` on, as they were met; None where they are not kept any more."""
    model: type[NodeExample | LinkExample] = NodeExample if statement == "nodes" else LinkExample
    try:
        with _file(folder, change, statement).open(encoding="utf-8") as lines:
            return [model.model_validate_json(line) for line in islice(lines, first, first + size)]
    except OSError:
        return None


def _file(folder: Path, change: str, statement: str) -> Path:
    return folder / f"{change}-{statement}.jsonl"
