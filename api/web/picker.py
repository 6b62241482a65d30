"""Pickers (autocomplete): one node out of however many is looked for by a text, and picked by its name."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.model import fold
from graph.snapshot.snapshot import Snapshot
from queries.lists import names_of_kind
from queries.semantics.answers import NodeName, named

SUGGESTED, MATCHING = 40, 60
"""How many names a picker offers before anything is typed, and how many that match it shows to choose from."""


class PickerField(NamedTuple):
    """What a picker chooses: the field of the text, and the kind of what is chosen."""

    text_field: str
    kind: str


FIELDS: Mapping[str, PickerField] = {
    "institution": PickerField("institution_q", "Institution"),
    "discipline": PickerField("discipline_q", "Discipline"),
    "second_discipline": PickerField("second_q", "Discipline"),
    "against": PickerField("against_q", "Discipline"),
    "course": PickerField("course_q", "Course"),
    "role": PickerField("role_q", "Role"),
    "employer": PickerField("employer_q", "Enterprise"),
    "host": PickerField("host_q", "Enterprise"),
    "cohort": PickerField("cohort_q", "Cohort"),
    "of": PickerField("of_q", "Competency"),
}
"""The pickers of all forms, by the field of the id that they choose."""


class Picker(NamedTuple):
    """A picker as a form shows it; `matches` are None where nothing was looked for, `suggested` the first names."""

    field: str
    text_field: str
    kind: str
    text: str
    picked: NodeName | None
    matches: list[NodeName] | None
    total: int
    suggested: list[str]


def picker_of(snapshot: Snapshot, field: str, query: Mapping[str, str], *, offers: bool = True) -> Picker:
    """Return the picker of a field of an address: what is in focus first, then by name; it `offers` the first names."""
    text_field, kind = FIELDS[field]
    text, picked = query.get(text_field, "").strip(), _named(snapshot, query.get(field, ""))
    if picked is not None:
        return Picker(field, text_field, kind, "", picked, None, 0, [])
    found = names_of_kind(snapshot, kind, text, limit=MATCHING) if text else None
    first = names_of_kind(snapshot, kind, limit=SUGGESTED).items if offers else []
    suggested = dict.fromkeys(one.name for one in first)
    matches, total = (None, 0) if found is None else (found.items, found.total)
    return Picker(field, text_field, kind, text, None, matches, total, list(suggested))


def picked_by_name(snapshot: Snapshot, query: Mapping[str, str]) -> dict[str, str | None]:
    """Return what an address changes to where texts are exactly the name, or id, of one node alone."""
    changed: dict[str, str | None] = {}
    for field, (text_field, kind) in FIELDS.items():
        text = fold(query.get(text_field, "").strip())
        if text and not query.get(field):
            alike = names_of_kind(snapshot, kind, text, limit=1000).items
            found = [one for one in alike if text in {fold(one.name), fold(one.id)}]
            if len(found) == 1:
                changed |= {field: found[0].id, text_field: None}
    return changed


def is_picking(query: Mapping[str, str]) -> bool:
    """Say whether an address looks for something to pick."""
    return any(query.get(text_field) for text_field, _ in FIELDS.values())


def _named(snapshot: Snapshot, node_id: str) -> NodeName | None:
    node = snapshot.find(node_id) if node_id else None
    return None if node is None else named(snapshot, node)
