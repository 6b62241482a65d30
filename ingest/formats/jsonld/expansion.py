"""JSON-LD expansion: documents as nodes with full terms, without fetching anything.

A part of JSON-LD 1.1 is read (https://www.w3.org/TR/json-ld11): contexts inside the document, prefixes, a vocabulary,
aliases of keywords, languages, graphs, and references. Published contexts are known by their addresses. What is not
read (reverse properties, contexts inside a term) is an error, never a silent loss.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import message
from ingest.draft import Draft, Place
from ingest.formats.jsonld.contexts import (
    Context,
    UnsupportedError,
    extend_context,
    full_reference,
    full_term,
    is_reference,
    spoken,
    way_out,
)
from ingest.formats.jsonld.terms import TEXTS
from ingest.readers.table import shown


class LangString(NamedTuple):
    """A text, and the language that it is said to be in (lower case; empty where not said)."""

    text: str
    language: str = ""


class NodeRef(NamedTuple):
    """A reference to a node: its web identifier, or a key of its own for one that has none."""

    key: str


@dataclass(slots=True)
class LdNode:
    """A node as one place of a document describes it: its types and properties by their full names."""

    key: str
    place: Place
    types: set[str] = field(default_factory=set)
    values: dict[str, list[LangString | NodeRef]] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The node's web identifier, empty where it has none."""
        return "" if self.key.startswith("_:") else self.key


def nodes_of(document: object, file: str, draft: Draft) -> Iterator[list[LdNode]]:
    """Yield, for each record of the document, the nodes that it describes: the record itself, and those inside it.

    A record is the document's object, or each object of its list or graph; the first is in row 2. A record that cannot
    be read is rejected.

    Raises:
        InputError: the document is no JSON-LD, or names a context that would have to be fetched.
    """
    reader = _Expansion(file)
    for row, (item, context) in enumerate(reader.records(document, Context()), 2):
        draft.read += 1
        place, nodes = Place(file, None, row), list[LdNode]()
        try:
            reader.node(item, context, place, nodes)
        except UnsupportedError as error:
            draft.reject(place, error.message)
            continue
        yield nodes


class _Expansion:
    def __init__(self, file: str) -> None:
        self._file = file
        self._nameless = 0

    def records(self, document: object, context: Context) -> Iterator[tuple[object, Context]]:
        if isinstance(document, list):
            for item in document:
                yield from self.records(item, context)
            return
        if not isinstance(document, dict):
            raise InputError(Problem(message("jsonld.record"), self._file, value=str(spoken(document))))
        inner = extend_context(document.get("@context", ()), context, self._file)
        graph = document.get("@graph")
        if graph is None:
            yield document, inner
            return
        yield from self.records(graph, inner)
        rest = {key: value for key, value in document.items() if key not in {"@context", "@graph", "@id"}}
        if rest:
            yield {**rest, **({"@id": document["@id"]} if "@id" in document else {})}, inner

    def node(self, item: object, context: Context, place: Place, nodes: list[LdNode]) -> NodeRef:
        """Add the node that an object describes, and those inside it; return the reference to it."""
        if not isinstance(item, dict):
            raise UnsupportedError(message("framework.record_object"))
        if "@context" in item:
            context = extend_context(item["@context"], context, self._file)
        self._nameless += 1
        node = LdNode(f"_:{self._file}#{self._nameless}", place)
        for key, value in item.items():
            term = full_term(key, context)
            if term == "@id":
                node.key = self._key(value, context)
            elif term == "@type":
                node.types = {iri for one in _listed(value) if (iri := full_term(_text(one, key), context))}
            elif term in {"@reverse", "@included", "@nest"}:
                raise UnsupportedError(message("jsonld.unread", term=term, way_out=way_out()))
        nodes.append(node)
        for key, value in item.items():
            term = full_term(key, context)
            if term and not term.startswith("@"):
                around = _ValueContext(context, place, nodes, term, key in context.ids)
                node.values.setdefault(term, []).extend(self._values(value, around))
        return NodeRef(node.key)

    def _key(self, value: object, context: Context) -> str:
        key = full_reference(_text(value, "@id"), context)
        return f"_:{self._file}{key}" if key.startswith("_:") else key

    def _values(self, value: object, around: "_ValueContext") -> list[LangString | NodeRef]:
        """Return what a value says: words, and references to nodes, which are added if they stand inside."""
        if isinstance(value, list):
            return [one for item in value for one in self._values(item, around)]
        if isinstance(value, str):
            if around.is_id or (around.term not in TEXTS and is_reference(value, around.context)):
                return [NodeRef(self._key(value, around.context))]
            return [LangString(value, around.context.language)]
        if isinstance(value, dict):
            return self._of_object(value, around)
        return [] if value is None else [LangString(str(value))]

    def _of_object(self, value: dict[str, object], around: "_ValueContext") -> list[LangString | NodeRef]:
        keys = {full_term(key, around.context) or key: key for key in value}
        for keyword in ("@list", "@set"):
            if keyword in keys:
                return self._values(value[keys[keyword]], around)
        if "@value" in keys:
            language = _text(value.get("@language", around.context.language), "@language").lower()
            literal = value[keys["@value"]]
            return [] if literal is None or isinstance(literal, dict | list) else [LangString(str(literal), language)]
        if around.term in TEXTS and value and all(_LANGUAGE.fullmatch(key) for key in value):
            return [
                LangString(_text(text, key), "" if key == "@none" else key.lower())
                for key, texts in value.items()
                for text in _listed(texts)
            ]
        return [self.node(value, around.context, around.place, around.found)]


class _ValueContext(NamedTuple):
    """What stands around a value: its context, record and property; `found` takes the nodes inside it."""

    context: Context
    place: Place
    found: list[LdNode]
    term: str
    is_id: bool


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|@none")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise UnsupportedError(message("jsonld.no_text", key=shown(key, 60), called=spoken(value)))
    return value
