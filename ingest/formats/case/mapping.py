"""Mapping of CFItemTypes: what the items of a CASE package become, a kind, and a sort of it."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import message
from graph.properties import Choice
from graph.schema import KINDS
from ingest.formats.framework import columns, only_table, tolerance
from ingest.readers import read_json_object
from ingest.readers.table import shown
from ingest.readers.tolerance import OnNote

ITEM_KINDS = ("Competency", "KnowledgeUnit", "TrainingTask", "JobResponsibility", "Role")
"""The kinds that an item may become: those that keep what has no column of its own."""
OTHERWISE = "*"
"""The CFItemType that stands for every one that is not named, and for none."""
TYPE_COLUMN, KIND_COLUMN = "CFItemType", "kind"

_SORT_IF_NOT_STATED = {"Competency": "skill", "KnowledgeUnit": "disciplinary"}

# Without a mapping file every item is a competency. CASE names no sort; these words, as a type, say one.
_SORTS = {
    "knowledge": ("knowledge", "知识", "知識"),
    "skill": ("skill", "技能", "スキル"),
    "ability": ("ability", "能力"),
    "attitude": ("attitude", "disposition", "态度", "態度"),
}


class ItemTarget(NamedTuple):
    """What an item becomes; the sort is empty where the kind needs none and none is stated."""

    kind: str
    sort: str


ItemMapping = Mapping[str, ItemTarget]
"""The target of each CFItemType, folded; of `OTHERWISE` too."""

DEFAULT: ItemMapping = {word: ItemTarget("Competency", sort) for sort, words in _SORTS.items() for word in words} | {
    OTHERWISE: ItemTarget("Competency", "skill")
}


def target_of(item_type: str, mapped: ItemMapping) -> ItemTarget:
    """Return what an item of the type becomes; the type is empty where the item states none."""
    return mapped.get(item_type.strip().casefold(), mapped[OTHERWISE])


def read_mapping(path: Path, on_note: OnNote) -> ItemMapping:
    """Return the mapping of a .json file, `{"CFItemType": "kind/sort"}`, or of a table with both as columns.

    What it does not name is as without a mapping. A table is read as a spreadsheet leaves it; what was bent is told to
    `on_note`.

    Raises:
        InputError: it cannot be read, or names a kind or a sort that there is not.
    """
    mapping = dict(DEFAULT)
    named: set[str] = set()
    for item_type, text, row in _rows(path, on_note):
        key = item_type.casefold()
        if not key or key in named:
            reason = message("case.mapped_twice", type=item_type) if key else message("case.no_type_given")
            raise InputError(Problem(reason, path.name, row=row, column=TYPE_COLUMN))
        named.add(key)
        try:
            mapping[key] = _target(text)
        except InvalidValueError as error:
            raise InputError(Problem(error.message, path.name, None, row, item_type, shown(text))) from None
    return mapping


def _rows(path: Path, on_note: OnNote) -> Iterator[tuple[str, str, int | None]]:
    if path.suffix.lower() != ".json":
        table = only_table(path, tolerance(on_note, TYPE_COLUMN, KIND_COLUMN))
        item_type, kind = columns(table, TYPE_COLUMN, KIND_COLUMN)
        for row, cells in table.records():
            yield cells[item_type], cells[kind], row
        return
    for name, value in read_json_object(path).items():
        yield name.strip(), value if isinstance(value, str) else "", None


def _target(text: str) -> ItemTarget:
    """Return the target that `kind` or `kind/sort` names. Raises InvalidValueError."""
    kind, _, sort = (part.strip() for part in text.partition("/"))
    if kind not in ITEM_KINDS:
        near = get_close_matches(kind, ITEM_KINDS, 1, 0.5)
        if near:
            raise InvalidValueError(message("case.no_kind_near", kind=shown(kind, 60), near=near[0]))
        raise InvalidValueError(message("case.no_kind", kind=shown(kind, 60), kinds=ITEM_KINDS))
    wanted = next((p for p in KINDS[kind].properties if p.name == "kind"), None)
    sort = sort or _SORT_IF_NOT_STATED.get(kind, "")
    if sort and wanted is None:
        raise InvalidValueError(message("case.no_sorts", kind=kind))
    if not sort and wanted is not None and wanted.required and isinstance(wanted.type, Choice):
        first = wanted.type.words[0]
        raise InvalidValueError(message("case.which_sort", kind=kind, sort=first, expected=wanted.type.expected))
    if sort and wanted is not None:
        try:
            wanted.type.parse(sort)
        except InvalidValueError as error:
            reason = message("case.no_sort", sort=shown(sort, 60), kind=kind, fault=error.message)
            raise InvalidValueError(reason) from None
    return ItemTarget(kind, sort)
