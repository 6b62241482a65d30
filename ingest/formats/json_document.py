"""JSON document: written piece by piece, never held as one text."""

import json
from pathlib import Path

from graph.cancellation import cancellable_rows


def write_json_document(document: object, file: Path) -> None:
    """Write the document: UTF-8, keys sorted, indented by one, lines ending in LF.

    Raises:
        ValueError: it holds a number that JSON does not have.
    """
    encoder = json.JSONEncoder(ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    with file.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(cancellable_rows(encoder.iterencode(document)))
        out.write("\n")
