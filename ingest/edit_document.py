"""Edit documents: single statements that a person adds, changes or drops, each as one edit; and how one is read.

A what-if document is an edit document, too: what it adds is stated, what it removes is dropped.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from graph.errors import InputError, Problem
from graph.messages import catalogue, message
from graph.model import Frozen
from graph.properties import printable
from graph.schema import KIND_OF_FILE, LINKS_FILE

EDITS = "edits"
"""What the place of a problem is called where the document is no file."""
MOST_EDITS = 5000
LONGEST_REASON = 2000

Id = Annotated[str, Field(max_length=2000)]


class LinkEdit(Frozen):
    """One link: `add_link` states one that is not there, `change_link` its values, `drop_link` states it no longer.

    Of what is left out, or null, nothing changes; what `clear` names is stated no longer. `set_link` adds, or changes
    what is there.
    """

    op: Literal["add_link", "change_link", "drop_link", "set_link"]
    from_id: Id
    relation: Id
    to_id: Id
    weight: float | None = None
    level: int | None = None
    term: int | None = None
    openings: int | None = None
    note: str | None = None
    clear: list[Literal["weight", "level", "term", "openings", "note"]] = Field([])


class NodeEdit(Frozen):
    """One node: `add_node` (an id is made of its name where none is given), `change_node`, `drop_node`.

    `values` are columns of the kind's file in the native format, those that state a link too (only of `add_node`).
    Of what is left out nothing changes; null states a value no longer. `set_node` adds, or changes what is there.
    """

    op: Literal["add_node", "change_node", "drop_node", "set_node"]
    id: Id | None = None
    kind: Id | None = None
    values: dict[str, object] = Field(default_factory=dict)


Edit = Annotated[LinkEdit | NodeEdit, Field(discriminator="op")]


class EditDocument(Frozen):
    """What a person wants to be true, edit by edit, in this order; all of it or nothing.

    `source` states it: one of those that are there, or a new one; where none is named, that of what is entered on
    pages, of the `institution` where one is given. `expected_revision` is what the person looked at: what was changed
    since is not overwritten.
    """

    edits: list[Edit] = Field(min_length=1, max_length=MOST_EDITS)
    source: str | None = Field(None, min_length=1, max_length=200)
    institution: Id | None = None
    reason: Annotated[str, AfterValidator(printable)] = Field("", max_length=LONGEST_REASON)
    expected_revision: int | None = Field(None, ge=0)


def read_file(path: Path) -> EditDocument:
    """Return the edit document that a JSON file holds: of edits, or of adds and removes as for `what-if`.

    Raises:
        InputError: it cannot be read, or is none.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(Problem(message("edit.unreadable", fault=error.strerror or str(error)), path.name)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(Problem(message("edit.no_json", fault=str(error)), path.name)) from None
    if not isinstance(document, dict):
        raise InputError(Problem(message("edit.no_object"), path.name))
    return parse_document(document, path.name)


def parse_document(document: Mapping[str, Any], name: str = EDITS) -> EditDocument:
    """Return the edit document that JSON says; `add` and `remove` of a what-if become edits.

    Raises:
        InputError: a field is wrong; the first is named.
    """
    told = dict(document)
    added, removed = told.pop("add", None) or {}, told.pop("remove", None) or {}
    if not isinstance(added, dict) or not isinstance(removed, dict):
        raise InputError(Problem(message("scenario.parts_are_objects"), name))
    before = told.get("edits") or []
    if isinstance(before, list) and (added or removed):
        told["edits"] = [*_of_scenario(added, removed, name), *before]
    try:
        return EditDocument.model_validate(told)
    except ValidationError as error:
        raise InputError(_misput(error, name)) from None


def _of_scenario(added: Mapping[str, Any], removed: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield the edits that a scenario stands for: what goes before what comes."""
    for key in removed.get("links") or []:
        yield {"op": "drop_link", **_object(key, name)}
    for node_id in removed.get("nodes") or []:
        yield {"op": "drop_node", "id": node_id}
    for file, rows in added.items():
        if file == LINKS_FILE:
            continue
        if file not in KIND_OF_FILE:
            raise InputError(Problem(message("edit.no_file", file=file), name, column=f"add.{file}"))
        for row in _rows(rows, name):
            values = dict(row)
            yield {"op": "set_node", "id": values.pop("id", None), "kind": KIND_OF_FILE[file].name, "values": values}
    for row in _rows(added.get(LINKS_FILE) or [], name):
        yield {"op": "set_link", **row}


def _rows(rows: object, name: str) -> list[dict[str, Any]]:
    if not isinstance(rows, list):
        raise InputError(Problem(message("edit.rows_are_a_list"), name, column="add"))
    return [_object(row, name) for row in rows]


def _object(row: object, name: str) -> dict[str, Any]:
    if not isinstance(row, dict) or "op" in row:
        raise InputError(Problem(message("edit.row_is_an_object"), name, column="add"))
    return row


def _misput(error: ValidationError, name: str) -> Problem:
    """Return the first thing that is wrong, with the edit that it is in."""
    first = error.errors()[0]
    place = [part for part in first["loc"] if part not in {*_OPS, "edits"}]
    row = int(place.pop(0)) + 1 if place and isinstance(place[0], int) else None
    column = ".".join(map(str, place)) or None
    key = f"invalid.{first['type']}"
    fault = message(key, **first.get("ctx", {})) if key in catalogue() else str(first["msg"])
    return Problem(message("edit.misput", fault=fault), name, row=row, column=column)


_OPS = frozenset(
    {"add_link", "change_link", "drop_link", "set_link", "add_node", "change_node", "drop_node", "set_node"}
)
