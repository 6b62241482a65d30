"""Importer of CASE items and associations: their nodes and links, with what is kept of them."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from graph.errors import InvalidValueError
from graph.messages import Message, message
from graph.model import NOTHING_STATED, NodeId, Value
from graph.schema import RELATIONS
from ingest.draft import Draft, Place
from ingest.formats.case.mapping import DEFAULT, OTHERWISE, ItemMapping, ItemTarget, target_of
from ingest.formats.case.package import (
    ASSOCIATIONS,
    ITEMS,
    REPEATED,
    CaseExtra,
    Json,
    as_column,
    columns_of,
    end_of,
    link_of,
    node_id_of,
    text,
)
from ingest.formats.framework import FrameworkReader, one_line, reads_chinese, some, text_in
from ingest.future_dates import latest_moment
from ingest.readers.table import shown

_CHANGED = "lastChangeDateTime"
_ALIASES = ("abbreviatedStatement", "alternativeLabel")


class _Item(NamedTuple):
    """An item that is understood: its place, its id, what it becomes, its columns and its other fields."""

    place: Place
    id: NodeId
    target: ItemTarget
    values: dict[str, Value]
    rest: Json


class CaseReader(FrameworkReader):
    """Items and associations to statements; an item is stated when all that is kept with it is known."""

    def __init__(self, draft: Draft, file: str, document: Json) -> None:
        """Read the package of a CFDocument into the draft."""
        super().__init__(draft)
        self._file, self._document = file, str(document["identifier"])
        self._framework = one_line(str(document["title"]))
        self._language = document.get("language")
        self._items: dict[NodeId, _Item] = {}
        self._ids: dict[str, NodeId] = {}
        self._kept: dict[NodeId | None, list[Json]] = {}
        self._unlinked: Counter[str] = Counter()
        self._untyped: Counter[str] = Counter()
        self._members = 0
        self._latest_change = latest_moment()
        self._changed_later: list[str] = []

    def items(self, records: list[object], mapped: ItemMapping) -> None:
        """Understand the items."""
        for row, record in enumerate(records, 2):
            place = Place(self._file, ITEMS, row)
            item = self._item(place, record, mapped)
            if item is None:
                continue
            if item.id in self._items:
                first = self._items[item.id].place.row
                reason = message("case.second_identifier", row=first)
                self.draft.reject(place, reason, column="identifier", value=item.id)
                continue
            self._items[item.id] = item

    def associations(self, records: list[object]) -> None:
        """State the links that associations stand for, and keep each association with the item that it begins at."""
        kinds = {item.id: item.target.kind for item in self._items.values()}
        seen: dict[str, int] = {}
        for relation in RELATIONS:
            self.draft.name_ends(self._file, ASSOCIATIONS, relation, "originNodeURI", "destinationNodeURI")
        for row, record in enumerate(records, 2):
            place = Place(self._file, ASSOCIATIONS, row)
            association = self._association(place, record)
            if association is None:
                continue
            identifier = str(association["identifier"])
            if identifier in seen:
                reason = message("case.second_identifier", row=seen[identifier])
                self.draft.reject(place, reason, column="identifier", value=shown(identifier))
                continue
            seen[identifier] = row
            link = link_of(association, self._ids, kinds, self._document)
            if link is not None:
                self.draft.state_link(place, link, NOTHING_STATED)
            else:
                self._count(association)
            ends = (end_of(association[name], self._ids) for name in ("originNodeURI", "destinationNodeURI"))
            self._kept.setdefault(next((end for end in ends if end in self._items), None), []).append(association)

    def conclude(self, around: Json) -> None:
        """State the items, each with what is kept with it, and note what the graph has no relation for."""
        strays = self._kept.get(None, [])
        package = around | ({ASSOCIATIONS: _ordered(strays)} if strays else {})
        first = min(self._items, default=None)
        for item in self._items.values():
            extra = CaseExtra(item.rest, _ordered(self._kept.get(item.id, [])), package if item.id == first else {})
            try:
                values = {**item.values, "extra": text(extra)}
            except InvalidValueError as error:
                self.draft.reject(item.place, message("case.extra", fault=error.message), column="extra")
                continue
            self.draft.state_node(item.place, item.id, item.target.kind, values)
        self._note(around)

    def _item(self, place: Place, record: object, mapped: ItemMapping) -> _Item | None:
        if not isinstance(record, dict):
            self.draft.reject(place, message("case.item_object"))
            return None
        try:
            identifier, item_type = text_in(record, "identifier"), text_in(record, "CFItemType")
            target = target_of(item_type, mapped)
            columns = {
                column: as_column(field, text_in(record, field)) for field, column in columns_of(target.kind).items()
            }
            aliases = [one_line(text_in(record, name)) for name in _ALIASES]
            node_id = node_id_of(identifier) if identifier else None
        except InvalidValueError as error:
            self.draft.reject(place, error.message)
            return None
        if node_id is None or not columns["name"]:
            missing = "fullStatement" if identifier else "identifier"
            self.draft.reject(place, message("framework.missing", column=missing), column=missing)
            return None
        columns["kind"] = target.sort
        if reads_chinese(columns["name"], record.get("language", self._language)):
            columns["name_zh"] = columns["name"]
            columns |= {"description_zh": columns["description"]} if "description" in columns else {}
        if target.kind in {"Competency", "Role"}:
            names = dict.fromkeys(alias for alias in aliases if alias != columns["name"])
            columns |= {"aliases": "|".join(names), "framework": self._framework}
        values = self.values(place, target.kind, columns)
        if values is None:
            return None
        if target is DEFAULT[OTHERWISE] and item_type.casefold() not in mapped:
            self._untyped[item_type] += 1
        self._ids[identifier] = node_id
        self._look_at_change(record)
        return _Item(place, node_id, target, values, _rest(record, target.kind, node_id, values))

    def _association(self, place: Place, record: object) -> Json | None:
        """Return the association; None, and the record rejected, where its form is wrong."""
        if not isinstance(record, dict):
            self.draft.reject(place, message("case.association_object"))
            return None
        try:
            _check_association(record)
        except InvalidValueError as error:
            self.draft.reject(place, error.message)
            return None
        self._look_at_change(record)
        return record

    def _look_at_change(self, record: Json) -> None:
        """Keep when the record was last changed, where that lies in the future."""
        changed = record.get(_CHANGED)
        if isinstance(changed, str) and changed > self._latest_change and changed[:4].isdecimal():
            self._changed_later.append(shown(changed, 30))

    def _count(self, association: Json) -> None:
        ends = (association["originNodeURI"], association["destinationNodeURI"])
        if any(isinstance(end, dict) and end.get("identifier") == self._document for end in ends):
            self._members += 1
        else:
            self._unlinked[shown(str(association["associationType"]), 60)] += 1

    def _note(self, around: Json) -> None:
        note = self.draft.note
        if self._members:
            note(message("case.members", n=self._members))
        for name, number in sorted(self._unlinked.items()):
            note(message("case.unlinked", type=name, n=number))
        if self._changed_later:
            note(message("case.changed_later", n=len(self._changed_later), last=max(self._changed_later)))
        if self._untyped:
            note(message("case.untyped", types=some(self._counted_types(), 10)))
        rubrics = around.get("CFRubrics")
        if isinstance(rubrics, list) and rubrics:
            note(message("case.rubrics", n=len(rubrics)))
        if not self._items:
            note(message("case.no_item"))

    def _counted_types(self) -> list[Message]:
        named = [(name or message("case.no_type"), number) for name, number in self._untyped.items()]
        return [
            message("case.counted", name=name, n=number) for name, number in sorted(named, key=lambda one: str(one[0]))
        ]


def _check_association(record: Json) -> None:
    for name in ("identifier", "associationType"):
        if not text_in(record, name):
            raise InvalidValueError(message("framework.missing", column=name))
    for name in ("originNodeURI", "destinationNodeURI"):
        end = record.get(name)
        if not isinstance(end, dict) or not text_in(end, "identifier"):
            raise InvalidValueError(message("case.end", name=name))
        text_in(end, "uri")


def _rest(record: Json, kind: str, node_id: NodeId, values: Mapping[str, Value]) -> Json:
    """Return the fields of an item that its id and columns do not say word by word."""
    columns: dict[str, object] = {field: values.get(column) for field, column in columns_of(kind).items()}
    columns["identifier"] = node_id.removeprefix("case:")
    return {
        name: value
        for name, value in record.items()
        if name != REPEATED[ITEMS] and (name, value) not in columns.items()
    }


def _ordered(associations: list[Json]) -> list[Json]:
    return sorted(associations, key=lambda association: str(association["identifier"]))
