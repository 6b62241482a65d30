"""Mutation of the files of a form: one or two of them, each as its ending says."""

import random
from collections.abc import Mapping
from pathlib import PurePath

from tests.support.mutation.documents import of_document, of_json_lines
from tests.support.mutation.tables import of_table
from tests.support.mutation.texts import BYTES, of_lines
from tests.support.mutation.workbooks import of_workbook

Files = dict[str, bytes]


def mutated(files: Mapping[str, bytes], draw: random.Random) -> Files:
    """Return the files with one or two of them changed; now and then one is missing, or stands under another name."""
    changed = dict(files)
    for name in draw.sample(sorted(files), min(len(files), 1 + (draw.random() < 0.3))):
        changed[name] = _changed(name, files[name], draw)
    if len(files) > 1 and draw.random() < 0.04:
        data = changed.pop(draw.choice(sorted(files)))
        if draw.random() < 0.6:
            changed[draw.choice(("x.csv", "x.json", "焊 接.csv", "skills_en.csv", "x"))] = data
    return changed


def _changed(name: str, data: bytes, draw: random.Random) -> bytes:
    ending = PurePath(name).suffix.lower()
    if ending == ".xlsx":
        return of_workbook(data, draw)
    if draw.random() < 0.2:
        return draw.choice(BYTES)(data, draw)
    match ending:
        case ".csv":
            changed = of_table(data, draw)
        case ".txt" | ".tsv":
            changed = of_table(data, draw, "\t")
        case ".json" | ".jsonld":
            changed = of_document(data, draw)
        case ".jsonl":
            changed = of_json_lines(data, draw)
        case _:
            changed = of_lines(data, draw)
    return draw.choice(BYTES)(changed, draw) if draw.random() < 0.08 else changed
