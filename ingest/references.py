"""References by name: what stands where an id is expected, and is the name of one node, becomes that node's id."""

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple, Protocol

from graph.errors import InvalidValueError
from graph.messages import message
from graph.model import LinkKey, NodeId, assessment_id, fold, parse_id
from graph.properties import Reference
from graph.schema import KINDS, RELATIONS
from graph.stores.base import StoreReader
from ingest.draft import Draft, Place

NAMES = ("name", "name_zh")
"""The properties that a node is called by."""


class NamedNode(NamedTuple):
    """A node by its id, and its kind."""

    id: NodeId
    kind: str


class NamedNodes(Protocol):
    """The nodes of a graph that names may stand for."""

    def standing(self, ids: Collection[NodeId]) -> Collection[NodeId]:
        """Return which of the ids are those of nodes."""

    def names(self) -> Iterable[tuple[NodeId, str, Iterable[str]]]:
        """Yield each node with its kind and what it is called; one that several sources state, several times."""


class StoredNodes:
    """The nodes of a store, without those that an import replaces."""

    def __init__(self, reading: StoreReader, draft: Draft) -> None:
        """Read in this reading what the draft does not replace."""
        self._reading, self._draft = reading, draft

    def standing(self, ids: Collection[NodeId]) -> Collection[NodeId]:
        """Return which of the ids are those of nodes."""
        return self._reading.asserted(list(ids)).keys()

    def names(self) -> Iterator[tuple[NodeId, str, Iterable[str]]]:
        """Yield each node with its kind and what it is called."""
        for source, node_id, kind, values in self._reading.node_stream():
            if source != self._draft.source.name or kind not in self._draft.replaces:
                yield node_id, kind, names_of(values)


class DraftedNodes:
    """The nodes of several drafts."""

    def __init__(self, drafts: Collection[Draft]) -> None:
        """Take what they state now."""
        self._drafts = drafts

    def standing(self, ids: Collection[NodeId]) -> Collection[NodeId]:
        """Return which of the ids are those of nodes."""
        return [node_id for node_id in ids if any(node_id in draft.nodes for draft in self._drafts)]

    def names(self) -> Iterator[tuple[NodeId, str, Iterable[str]]]:
        """Yield each node with its kind and what it is called."""
        for draft in self._drafts:
            for node_id, (kind, values) in draft.nodes.items():
                yield node_id, kind, names_of(values)


def resolve_names(draft: Draft, graph: NamedNodes) -> None:
    """Replace names by ids wherever the draft refers to a node; one that several nodes have rejects the row.

    Nodes of the draft go before those of the graph. A text that is no name, and can be no id, rejects the row; what
    could be an id stays.
    """
    if draft.takes_names and (texts := _unknown(draft, graph)):
        _Resolution(draft, _nodes_called(draft, graph, texts), texts).resolve()


def nodes_called(text: str, graph: NamedNodes) -> list[NodeId]:
    """Return the ids of the nodes that are called so, in order."""
    key = name_key(text)
    return sorted({node_id for node_id, _, names in graph.names() if any(name_key(name) == key for name in names)})


def _unknown(draft: Draft, graph: NamedNodes) -> set[NodeId]:
    """Return what the draft refers to that is the id of no node, of its own or of the graph."""
    ends = {end for from_id, _, to_id in draft.links for end in (from_id, to_id)}
    ends.update(NodeId(value) for _, _, value in _stated(draft))
    ends -= draft.nodes.keys()
    return ends - set(graph.standing([end for end in ends if _is_id(end)])) if ends else ends


def _is_id(text: str) -> bool:
    try:
        parse_id(text)
    except InvalidValueError:
        return False
    return True


def _stated(draft: Draft) -> Iterator[tuple[NodeId, str, str]]:
    """Yield (node, property, value) of each reference that a node's properties make."""
    wanted = {kind.name: [p.name for p in kind.properties if isinstance(p.type, Reference)] for kind in KINDS.values()}
    for node_id, (kind, values) in draft.nodes.items():
        if wanted[kind]:
            stated = json.loads(values)
            yield from ((node_id, name, stated[name]) for name in wanted[kind] if name in stated)


def name_key(text: str) -> str:
    """Return the text as names are compared: whatever the case, the width and the white space."""
    return " ".join(fold(unicodedata.normalize("NFKC", text)).split())


def _nodes_called(draft: Draft, graph: NamedNodes, texts: set[NodeId]) -> dict[str, set[NamedNode]]:
    """Return the nodes that are called as the texts say, by `name_key`: those of the draft first."""
    wanted = {name_key(text) for text in texts}
    here: dict[str, set[NamedNode]] = {}
    for node_id, (kind, values) in draft.nodes.items():
        add_named(here, wanted, NamedNode(node_id, kind), names_of(values))
    missing = wanted - here.keys()
    if missing:
        for node_id, kind, names in graph.names():
            add_named(here, missing, NamedNode(node_id, kind), names)
    return here


def names_of(values: str) -> list[str]:
    """Return the names that a node's statement gives it, in either language."""
    stated = json.loads(values)
    return [text for name in NAMES if isinstance(text := stated.get(name), str)]


def add_named(found: dict[str, set[NamedNode]], wanted: set[str], named: NamedNode, names: Iterable[str]) -> None:
    """Add the node under those of its names, by `name_key`, that are wanted."""
    for text in names:
        if (key := name_key(text)) in wanted:
            found.setdefault(key, set()).add(named)


class _Resolution:
    """Goes through what a draft refers to, and counts by column what it replaces."""

    def __init__(self, draft: Draft, named: dict[str, set[NamedNode]], texts: set[NodeId]) -> None:
        self._draft, self._named, self._texts = draft, named, texts
        self._counts: Counter[tuple[str, str | None, str]] = Counter()
        self._examples: dict[tuple[str, str | None, str], tuple[int, str, str]] = {}

    def resolve(self) -> None:
        for node_id in list(
            dict.fromkeys(node_id for node_id, _, value in _stated(self._draft) if value in self._texts)
        ):
            self._resolve_node(node_id)
        for key in [key for key in self._draft.links if key[0] in self._texts or key[2] in self._texts]:
            self._resolve_link(key)
        for (file, sheet, column), count in self._counts.items():
            row, text, found = self._examples[file, sheet, column]
            said = "native_bent.once" if count == 1 else "native_bent.often"
            place, how = f"{file}, {sheet}" if sheet else file, message("native_bent.name", id=found)
            self._draft.note(message(said, place=place, column=column, row=row, value=text, cells=count, how=how))

    def _resolve_node(self, node_id: NodeId) -> None:
        draft = self._draft
        kind, values = draft.nodes[node_id]
        stated, place = json.loads(values), draft.places[node_id]
        for p in KINDS[kind].properties:
            if isinstance(p.type, Reference) and stated.get(p.name) in self._texts:
                kinds = set(p.type.kinds)
                found = self._found(place, p.name, stated[p.name], kinds.__contains__)
                if found is None:
                    draft.take_back(node_id)
                    return
                stated[p.name] = found
        draft.take_back(node_id)
        if by := KINDS[kind].identified_by:
            node_id = assessment_id(*(str(stated.get(name, "")) for name in by))
        draft.state_node(place, node_id, kind, stated)

    def _resolve_link(self, key: LinkKey) -> None:
        draft, (from_id, relation, to_id) = self._draft, key
        place, values = draft.places[key], draft.links[key]
        ends = list(RELATIONS[relation].ends)
        new = {}
        for column, text, at in (("from_id", from_id, 0), ("to_id", to_id, 1)):
            allowed = {pair[at] for pair in ends}
            shown = draft.column_of(key, column)
            found = self._found(place, shown, text, allowed.__contains__) if text in self._texts else text
            if found is None:
                draft.take_back(key)
                return
            new[column] = found
        draft.take_back(key)
        draft.state_link(place, (new["from_id"], relation, new["to_id"]), values)

    def _found(self, place: Place, column: str, text: str, may_be: Callable[[str], bool]) -> NodeId | None:
        """Return the id of the one node that is called so, the text where none is; None, and the row rejected."""
        named = sorted(one.id for one in self._named.get(name_key(text), ()) if may_be(one.kind))
        if len(named) == 1:
            heading = self._draft.heading(place, column)
            at = (place.file, place.sheet, heading)
            self._counts[at] += 1
            self._examples.setdefault(at, (place.row, text, named[0]))
            return named[0]
        if len(named) > 1:
            reason = message("ingest.name_of_several", name=text, ids=named[:5])
            self._draft.reject(place, reason, column=column, value=text)
            return None
        try:
            return parse_id(text)
        except InvalidValueError:
            reason = message("ingest.no_id_and_no_name", name=text)
            self._draft.reject(place, reason, column=column, value=text)
            return None
