"""The forms of the page of edits: a node's values, its links, new links and new nodes, until they make an edit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from api.web.edit_lines import MOST_EDITS, EditLine, EditText, new_nodes, written
from api.web.pages.what_if_form import LinkEnd, NodeFinder
from api.web.parameters import FormParameters, Text
from api.web.scenario_lines import new_id, sorts_of
from graph.model import NodeId
from graph.properties import Choice, Integer, NameList, Number, PropertyType
from graph.properties import Text as TextType
from graph.schema import KINDS, RELATIONS, Kind
from graph.snapshot.snapshot import Snapshot
from ingest.edit_document import Edit, LinkEdit, NodeEdit
from ingest.edit_statements import PREFIX
from queries.parameters.ids import Id

_LONGEST_VALUE = 1000
_ENTERED_KINDS = ("Course", "KnowledgeUnit", "TrainingTask", "Role", "Enterprise", "JobResponsibility", "Competency")
"""The kinds of new nodes that the page offers, those that are entered most often first."""
_NEW_FIELDS = ("name", "name_zh", "hours", "theory_hours", "practice_hours", "term")
"""What the form of a new node asks for, as far as its kind has it."""

Line = Annotated[str, Field(max_length=2300)]
Value = Annotated[str, Field(max_length=_LONGEST_VALUE)]


class EditForm(FormParameters):
    """What is entered so far, which node is looked at, and what one of the forms holds.

    `seen` is the revision at which the first form was shown; `do` says which form was sent.
    """

    edit: tuple[EditText, ...] = Field((), max_length=MOST_EDITS)
    add: tuple[Line, ...] = Field((), max_length=MOST_EDITS)
    remove: tuple[Line, ...] = Field((), max_length=MOST_EDITS)
    node: Id | None = None
    seen: int | None = Field(None, ge=0, le=2**53)
    source: Text | None = None
    do: Literal["values", "link", "change", "drop", "new"] | None = None
    how: Text | None = None
    end: Text | None = None
    of: Annotated[str, Field(max_length=500)] | None = None
    weight: Value | None = None


FORM_FIELDS = frozenset({"do", "how", "end", "of", "weight"})
_PREFIX = "v_"


@dataclass(frozen=True, slots=True)
class NodeField:
    """A field of a node's form: the property's name, its type for the browser, and the value that stands."""

    name: str
    kind: Literal["text", "number", "choice"]
    value: str
    required: bool = False
    words: Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    step: str = "any"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a form makes: edits, or an end of which it is not clear yet which node is meant."""

    edits: Sequence[Edit] = ()
    open_end: LinkEnd | None = None


def fields_of(kind: Kind, values: Mapping[str, object], names: Iterable[str] | None = None) -> list[NodeField]:
    """Return the fields of the kind's properties that fit into a form, in the order of the schema."""
    wanted = None if names is None else set(names)
    found = []
    for one in kind.properties:
        value = values.get(one.name)
        shown = "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if (wanted is None or one.name in wanted) and len(shown) <= _LONGEST_VALUE:
            field = _field(one.name, one.type, shown, is_required=one.required)
            found += [] if field is None else [field]
    return found


def _field(name: str, kind: PropertyType, value: str, *, is_required: bool) -> NodeField | None:
    if isinstance(kind, Choice):
        return NodeField(name, "choice", value, is_required, kind.words)
    if isinstance(kind, Integer):
        return NodeField(name, "number", value, is_required, least=kind.low, most=kind.high, step="1")
    if isinstance(kind, Number):
        return NodeField(name, "number", value, is_required, least=kind.low, most=kind.high)
    if isinstance(kind, NameList) or (isinstance(kind, TextType) and not kind.lines):
        return NodeField(name, "text", value, is_required)
    return None


def link_choices(kind: str) -> list[tuple[str, str, str, bool]]:
    """Return the ways in which a node of the kind can be linked: (key, relation, other kind, whether it leads out)."""
    found = []
    for relation in RELATIONS.values():
        for a, b in relation.ends:
            if a == kind:
                found.append((f"{relation.name} out {b}", relation.name, b, True))
            if b == kind:
                found.append((f"{relation.name} in {a}", relation.name, a, False))
    return found


def new_choices(kind: str | None) -> list[tuple[str, str, str | None, str | None, bool]]:
    """Return what can be added new, linked with a node of the kind: (key, kind, sort, relation, whether it leads out).

    Without a kind it is linked with nothing.
    """
    found = []
    for name in _ENTERED_KINDS:
        ways = (
            [(None, True)] if kind is None else [(r, out) for _, r, other, out in link_choices(kind) if other == name]
        )
        for relation, out in ways:
            if relation in _NOT_BY_NEW:
                continue
            for sort in sorts_of(KINDS[name]) or (None,):
                way = f"{relation} {'out' if out else 'in'}" if relation else "-"
                found.append((f"{name} {sort or '-'} {way}", name, sort, relation, out))
    return found


_NOT_BY_NEW = frozenset({"SAME_AS", "CLOSE_TO", "BROADER", "PREREQUISITE_OF"})
"""What joins two that are there already."""


def new_fields(kind: str) -> list[NodeField]:
    """Return what the form of a new node asks for beside its name."""
    return [field for field in fields_of(KINDS[kind], {}, _NEW_FIELDS) if field.name != "name"]


def fill_form(
    snapshot: Snapshot, asked: EditForm, known: Sequence[EditLine], values: Mapping[str, str], stated: Mapping[str, Any]
) -> FilledForm:
    """Return the edits that the form makes; `values` are the fields of the node's form, `stated` the node's values."""
    if asked.do == "values" and asked.node:
        return _changed_values(asked.node, values, stated)
    if asked.do in {"change", "drop"} and asked.of:
        return _changed_link(asked)
    if asked.do == "link" and asked.node and asked.how and asked.end:
        return _new_link(snapshot, asked, known)
    if asked.do == "new" and asked.how and values.get("name", "").strip():
        return _new_node(snapshot, asked, known, values)
    return FilledForm()


def values_in(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the fields of a node's form, by property."""
    return {name.removeprefix(_PREFIX): text for name, text in query if name.startswith(_PREFIX)}


def is_form_field(name: str) -> bool:
    """Say whether a parameter is of one of the forms, and goes when it has made an edit."""
    return name in FORM_FIELDS or name.startswith(_PREFIX)


def _changed_values(node: str, values: Mapping[str, str], stated: Mapping[str, Any]) -> FilledForm:
    def was(name: str) -> str:
        value = stated.get(name)
        return "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)

    changed = {name: text.strip() or None for name, text in values.items() if text.strip() != was(name)}
    return FilledForm([NodeEdit(op="change_node", id=node, values=dict(changed))] if changed else [])


def _changed_link(asked: EditForm) -> FilledForm:
    ends = (asked.of or "").split(" ")
    if len(ends) != 3:
        return FilledForm()
    told: dict[str, Any] = dict(zip(("from_id", "relation", "to_id"), ends, strict=True))
    if asked.do == "drop":
        return FilledForm([LinkEdit(op="drop_link", **told)])
    stated: dict[str, Any] = {"clear": ["weight"]} if asked.weight is None else {"weight": _number(asked.weight)}
    return FilledForm([LinkEdit(op="change_link", **told, **stated)])


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return -1.0  # which the edit is refused for


def _new_link(snapshot: Snapshot, asked: EditForm, known: Sequence[EditLine]) -> FilledForm:
    relation, way, kind = (*(asked.how or "").split(" "), "", "")[:3]
    if relation not in RELATIONS or kind not in KINDS:
        return FilledForm()
    end = NodeFinder(snapshot, new_nodes(known)).find("end", asked.end or "", {kind})
    if not end.picked:
        return FilledForm(open_end=end)
    return FilledForm([_link(str(asked.node), relation, end.picked, asked.weight, leads_out=way == "out")])


def _link(node: str, relation: str, other: str, weight: str | None, *, leads_out: bool) -> LinkEdit:
    ends = {"from_id": node, "to_id": other} if leads_out else {"from_id": other, "to_id": node}
    told: dict[str, Any] = {"op": "add_link", "relation": relation, **ends}
    return LinkEdit.model_validate(told if weight is None else {**told, "weight": _number(weight)})


def _new_node(snapshot: Snapshot, asked: EditForm, known: Sequence[EditLine], values: Mapping[str, str]) -> FilledForm:
    kind, sort, relation, way = (*(asked.how or "").split(" "), "", "", "", "")[:4]
    if kind not in KINDS:
        return FilledForm()
    own = {one.name for one in KINDS[kind].properties}
    told: dict[str, Any] = {name: text.strip() for name, text in values.items() if text.strip() and name in own}
    if sort in sorts_of(KINDS[kind]):
        told["kind"] = sort
    node = entered_id(told["name"], new_nodes(known), snapshot)
    edits: list[Edit] = [NodeEdit(op="add_node", id=node, kind=kind, values=told)]
    if asked.node and relation in RELATIONS:
        edits.append(_link(asked.node, relation, node, asked.weight, leads_out=way == "out"))
    return FilledForm(edits)


def entered_id(name: str, taken: Iterable[str], snapshot: Snapshot) -> NodeId:
    """Return an id for a node that is entered, made of its name, that nothing has yet."""
    return new_id(name, taken, snapshot, PREFIX)


def with_edits(query: Iterable[tuple[str, str]], edits: Sequence[Edit]) -> list[tuple[str, str]]:
    """Return the parameters of the page with some edits more, and empty forms."""
    kept = [(name, text) for name, text in query if not is_form_field(name)]
    return [*kept, *(("edit", written(edit)) for edit in edits)]
