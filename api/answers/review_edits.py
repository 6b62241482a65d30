"""Edits that bring the graph in step with what was accepted: links with their evidence, and what they start from."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from api.answers.review_links import COMPETENCY, ReviewChange, WantedLink
from graph.model import LINK_VALUES, LinkKey, NodeId
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from graph.stores.base import StoreReader
from ingest.edit_document import Edit, LinkEdit, NodeEdit
from queries.likeness.passages import is_mostly_chinese
from queries.proposals.evidence import evidence_note
from queries.proposals.made_nodes import is_made_node
from queries.proposals.proposal import DocumentSentence

_LONGEST_NAME = 200
_ENDS = " .。;；,，、:：!！"
_KIND_MADE = {"KnowledgeUnit": "disciplinary", "TrainingTask": "lab"}
"""The kind that a node made of a sentence is of; a task of an enterprise is practice on the position."""
_OF_ENTERPRISE = ("HOSTS", "position_practice")
_JOINED_BY = {
    "KnowledgeUnit": ("COVERS",),
    "TrainingTask": ("SCHEDULES", "HOSTS"),
    "JobResponsibility": ("HAS_RESPONSIBILITY",),
}


class ReviewEdits:
    """The edits for changes, as a source states them; what is there is known by a reading and its snapshot."""

    def __init__(self, snapshot: Snapshot, reading: StoreReader, source: str) -> None:
        """Begin without any."""
        self._snapshot, self._reading, self._source = snapshot, reading, source
        self._added: set[object] = set()

    def of(self, change: ReviewChange) -> list[Edit]:
        """Return the edits that state a link, with what it starts from and leads to, or that drop it."""
        if not change.wanted:
            return [_link("drop_link", change.key)]
        return [*self._ends(change.wanted[0]), self._link(change)]

    def drops(self, changes: Sequence[ReviewChange], kept: Collection[NodeId]) -> list[Edit]:
        """Return the edits that drop the nodes that dropped links were made with, where nothing else hangs on them.

        `kept` are the nodes that links lead from or to that are wanted.
        """
        dropped = {change.key for change in changes if not change.wanted}
        ends = dict.fromkeys(
            NodeId(node)
            for change in changes
            if not change.wanted
            for node in (*(one.made for one in change.applied), change.key[2])
            if node and node not in kept and is_made_node(node)
        )
        return [NodeEdit(op="drop_node", id=node) for node in ends if self._hangs_on_nothing(node, dropped)]

    def _link(self, change: ReviewChange) -> Edit:
        weights = [one.judgement.content.weight for one in change.wanted]
        levels = [one.judgement.content.level for one in change.wanted]
        values: dict[str, object] = {
            "weight": max((one for one in weights if one is not None), default=None),
            "level": max((one for one in levels if one is not None), default=None),
            "note": evidence_note(change.wanted[0].sentence.sentence),
        }
        own = self._own_values(change.key)
        clear = [name for name, value in values.items() if value is None and own.get(name) is not None]
        return _link("set_link", change.key, **values, clear=clear)

    def _own_values(self, key: LinkKey) -> Mapping[str, object]:
        rows = self._reading.links_named([key], expected=False)
        return next((dict(zip(LINK_VALUES, row[4:], strict=True)) for row in rows if row[0] == self._source), {})

    def _ends(self, one: WantedLink) -> Iterator[Edit]:
        if one.new is not None and self._is_missing(one.key[2]):
            yield _node(one.key[2], COMPETENCY, one.new.name, one.new.kind)
        if one.made is None or one.form.joined_by is None:
            return
        if self._is_missing(one.made):
            relation, kind = _OF_ENTERPRISE
            made = kind if one.form.joined_by == relation else _KIND_MADE.get(one.form.from_kind)
            yield _node(one.made, one.form.from_kind, made_name(one.sentence.sentence), made)
        joined = (one.document.for_node.id, one.form.joined_by, one.made)
        if joined not in self._added and not self._reading.links_named([joined], expected=False):
            self._added.add(joined)
            yield _link("add_link", joined)

    def _is_missing(self, node: NodeId) -> bool:
        """Say whether a node has to be added, the first time that it is asked."""
        if node in self._added or node in self._reading.asserted([node]):
            return False
        self._added.add(node)
        return True

    def _hangs_on_nothing(self, node: NodeId, dropped: Collection[LinkKey]) -> bool:
        at = self._snapshot.find(node)
        _, sources = self._reading.asserted([node]).get(node, ("", frozenset()))
        if at is None or sources != {self._source}:
            return False
        joining = _JOINED_BY.get(self._snapshot.kind_of(at), ())
        left = [key for key in links_at(self._snapshot, at) if key not in dropped]
        return all(key[2] == node and key[1] in joining for key in left) and self._are_own(left)

    def _are_own(self, keys: Sequence[LinkKey]) -> bool:
        return not keys or all(row[0] == self._source for row in self._reading.links_named(keys, expected=False))


def links_at(snapshot: Snapshot, node: int) -> Iterator[LinkKey]:
    """Yield the links that a node is an end of."""
    for relation in RELATIONS:
        for other in snapshot.out(relation).row(node):
            yield _key(snapshot, node, relation, other)
        for other in snapshot.into(relation).row(node):
            yield _key(snapshot, other, relation, node)


def made_name(sentence: DocumentSentence) -> str:
    """Return what the node is called that is made of a sentence.

    Its text without a full stop; what is too long for a name is cut.
    """
    name = " ".join(sentence.text.split()).rstrip(_ENDS)
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def _key(snapshot: Snapshot, start: int, relation: str, end: int) -> LinkKey:
    return NodeId(snapshot.ids[start]), relation, NodeId(snapshot.ids[end])


def _node(node: NodeId, kind: str, name: str, of_kind: str | None) -> Edit:
    values: dict[str, object] = {"name": name}
    if is_mostly_chinese(name):
        values["name_zh"] = name
    if of_kind is not None:
        values["kind"] = of_kind
    return NodeEdit(op="add_node", id=node, kind=kind, values=values)


def _link(op: str, key: LinkKey, **values: object) -> Edit:
    start, relation, end = key
    return LinkEdit.model_validate({"op": op, "from_id": start, "relation": relation, "to_id": end, **values})
