"""Restricted reports of imports: without the rows of assessments that a report shows as examples, or quotes."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from graph.disclosure import KIND
from graph.messages import message
from graph.schema import FILES, KINDS

_PUBLIC_FILES = frozenset(FILES) - {KINDS[KIND].file}
"""Files and sheets of the native format in which no assessment stands."""
_PUBLIC_WORDS = (
    *("canvas.", "case.", "cip_soc.", "crosswalk.", "esco.", "framework.", "moe.", "moodle.", "nice.", "onet."),
    "osmt.",
    "ingest.too_much",
)
"""What the messages begin with that cannot quote a row of assessments."""
_ASSESSED = ("xapi.", "ingest.future_dates")
"""What the messages begin with that may tell of assessments: those of the format that reads scores, and of days."""


def restricted_report(report: Mapping[str, object]) -> dict[str, object]:
    """Return the report of an import as readers are shown it; how much was done, it tells whole."""
    told: dict[str, Any] = dict(report)
    if isinstance(samples := told.get("samples"), dict):
        told["samples"] = {name: _examples(some) for name, some in samples.items()}
    if isinstance(problems := told.get("problems"), list):
        told["problems"] = [_problem(one) for one in problems]
    notes, messages = told.get("notes"), told.get("note_messages")
    if isinstance(notes, list) and isinstance(messages, list) and len(notes) == len(messages):
        shown = [at for at, one in enumerate(messages) if not str(one.get("code")).startswith(_ASSESSED)]
        told["notes"], told["note_messages"] = ([some[at] for at in shown] for some in (notes, messages))
    return told


def _examples(some: object) -> object:
    if not isinstance(some, dict) or not isinstance(nodes := some.get("nodes"), list):
        return some
    return {**some, "nodes": [one for one in nodes if one.get("kind") != KIND]}


def _problem(one: dict[str, Any]) -> dict[str, Any]:
    """Return a problem by its place alone, unless it is in a file in which no assessment can stand."""
    table = one.get("sheet") or PurePath(str(one.get("file") or "")).stem
    if table in _PUBLIC_FILES or str(one.get("code")).startswith(_PUBLIC_WORDS):
        return one
    said = message("ingest.untold")
    return {**one, "value": None, "reason": str(said), "code": said.code, "params": {}}
