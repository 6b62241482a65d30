"""Edits in an address and in a form: each as JSON, read, put into words, and made of what is supposed on a what-if."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from api.web.scenario_lines import ScenarioLine, read_lines
from graph.model import LINK_VALUES, NodeId
from graph.snapshot.snapshot import Snapshot
from ingest.edit_document import Edit, LinkEdit, NodeEdit

MOST_EDITS = 40
"""How many edits an address may hold."""
LONGEST_EDIT = 4000
_EDIT: TypeAdapter[Edit] = TypeAdapter(Edit)

EditText = Annotated[str, Field(max_length=LONGEST_EDIT)]


@dataclass(frozen=True, slots=True)
class EditLine:
    """One edit of a page: as JSON, and what it says; None where it cannot be read."""

    text: str
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class EditWords:
    """What a page says of an edit: the key of what is done, the ends with their names, and values by name."""

    line: EditLine
    op: str
    ends: Sequence[tuple[str, str, bool]] = ()
    relation: str | None = None
    kind: str | None = None
    values: Sequence[tuple[str, str | None]] = ()


def edits_of(texts: Iterable[str], adding: Iterable[str] = (), removing: Iterable[str] = ()) -> list[EditLine]:
    """Return the edits of an address in their order: those of suppositions first."""
    supposed = [_of_line(line) for line in read_lines(adding, removing)]
    return [*supposed, *map(_read, dict.fromkeys(texts))]


def written(edit: Edit) -> str:
    """Return the edit as an address holds it.

    >>> written(LinkEdit(op="drop_link", from_id="k1", relation="DEVELOPS", to_id="c1"))
    '{"op":"drop_link","from_id":"k1","relation":"DEVELOPS","to_id":"c1"}'
    """
    return edit.model_dump_json(exclude_unset=True)


def _read(text: str) -> EditLine:
    try:
        return EditLine(text, _EDIT.validate_json(text))
    except ValidationError:
        return EditLine(text, None)


def _of_line(line: ScenarioLine) -> EditLine:
    """Return the edit that enters what is supposed."""
    edit: Edit | None = None
    if line.fault is None and line.link is not None:
        ends = dict(zip(("from_id", "relation", "to_id"), line.link, strict=True))
        weight = {} if line.weight is None else {"weight": line.weight}
        told: dict[str, Any] = {"op": "set_link" if line.adds else "drop_link", **ends, **weight}
        edit = LinkEdit.model_validate(told)
    elif line.fault is None and line.node is not None:
        values = dict(line.values)
        edit = (
            NodeEdit.model_validate({"op": "add_node", "id": line.node, "kind": line.kind, "values": values})
            if line.kind
            else NodeEdit(op="drop_node", id=line.node)
        )
    return EditLine(line.line if edit is None else written(edit), edit)


def new_nodes(lines: Iterable[EditLine]) -> dict[NodeId, str]:
    """Return the nodes that the edits add, each with its name."""
    added = (line.edit for line in lines if isinstance(line.edit, NodeEdit) and line.edit.op == "add_node")
    return {NodeId(edit.id): str(edit.values.get("name", edit.id)) for edit in added if edit.id is not None}


def in_words(lines: Iterable[EditLine], snapshot: Snapshot) -> list[EditWords]:
    """Return what the page says of each edit."""
    lines = list(lines)
    new = new_nodes(lines)
    return [_words(line, snapshot, new) for line in lines]


def _words(line: EditLine, snapshot: Snapshot, new: Mapping[NodeId, str]) -> EditWords:
    edit = line.edit
    if edit is None:
        return EditWords(line, "unreadable")
    if isinstance(edit, LinkEdit):
        stated = [(name, _shown(getattr(edit, name))) for name in LINK_VALUES]
        values = [(name, value) for name, value in stated if value is not None or name in edit.clear]
        ends = [_end(one, snapshot, new) for one in (edit.from_id, edit.to_id)]
        return EditWords(line, edit.op, ends, edit.relation, values=values)
    told = [(name, _shown(value)) for name, value in edit.values.items() if edit.op != "add_node" or name != "name"]
    return EditWords(line, edit.op, [_end(edit.id or "", snapshot, new)], kind=edit.kind, values=told)


def _end(node_id: str, snapshot: Snapshot, new: Mapping[NodeId, str]) -> tuple[str, str, bool]:
    i = snapshot.find(node_id)
    return node_id, new.get(NodeId(node_id), node_id) if i is None else snapshot.name(i), i is not None


def _shown(value: object) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
