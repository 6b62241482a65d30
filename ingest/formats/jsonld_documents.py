"""JSON-LD documents as nodes with full terms, without fetching anything.

A part of JSON-LD 1.1 is read (https://www.w3.org/TR/json-ld11): contexts inside the document, prefixes, a vocabulary,
aliases of keywords, languages, graphs, and references. Published contexts are known by their addresses. What is not
read (reverse properties, contexts inside a term) is an error, never a silent loss.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import urljoin

from graph.errors import InputError, Problem
from ingest.draft import Draft, Place
from ingest.formats.jsonld_terms import SCHEMA, TEXTS, known_context
from ingest.readers.table import shown

WAY_OUT = "expand the document with a JSON-LD tool first, and import what that writes"


class Words(NamedTuple):
    """A text, and the language that it is said to be in (lower case; empty where not said)."""

    text: str
    language: str = ""


class Ref(NamedTuple):
    """A reference to a node: its web identifier, or a key of its own for one that has none."""

    key: str


@dataclass(slots=True)
class LdNode:
    """A node as one place of a document describes it: its types and properties by their full names."""

    key: str
    place: Place
    types: set[str] = field(default_factory=set)
    values: dict[str, list[Words | Ref]] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The node's web identifier, empty where it has none."""
        return "" if self.key.startswith("_:") else self.key


class _Unread(ValueError):
    """A record uses what is not read; the record is rejected."""


@dataclass(frozen=True, slots=True)
class _Context:
    terms: dict[str, str | None] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    base: str = ""
    language: str = ""


def nodes_of(document: object, file: str, draft: Draft) -> Iterator[list[LdNode]]:
    """Yield, for each record of the document, the nodes that it describes: the record itself, and those inside it.

    A record is the document's object, or each object of its list or graph; the first is in row 2. A record that cannot
    be read is rejected.

    Raises:
        InputError: the document is no JSON-LD, or names a context that would have to be fetched.
    """
    reading = _Expansion(file)
    for row, (item, context) in enumerate(reading.records(document, _Context()), 2):
        draft.read += 1
        place, found = Place(file, None, row), list[LdNode]()
        try:
            reading.node(item, context, place, found)
        except _Unread as error:
            draft.reject(place, str(error))
            continue
        yield found


class _Expansion:
    def __init__(self, file: str) -> None:
        self._file = file
        self._nameless = 0

    def records(self, document: object, context: _Context) -> Iterator[tuple[object, _Context]]:
        if isinstance(document, list):
            for item in document:
                yield from self.records(item, context)
            return
        if not isinstance(document, dict):
            raise InputError(Problem("each record of JSON-LD is an object", self._file, value=_shown(document)))
        inner = self.context(document.get("@context", ()), context)
        graph = document.get("@graph")
        if graph is None:
            yield document, inner
            return
        yield from self.records(graph, inner)
        rest = {key: value for key, value in document.items() if key not in {"@context", "@graph", "@id"}}
        if rest:
            yield {**rest, **({"@id": document["@id"]} if "@id" in document else {})}, inner

    def context(self, given: object, before: _Context) -> _Context:
        """Return the context that holds after the given one. Raises InputError."""
        if given is None:
            return _Context()
        for one in given if isinstance(given, list | tuple) else [given]:
            if one is None:
                before = _Context()
            elif isinstance(one, str):
                known = known_context(one)
                if known is None:
                    reason = (
                        f"the context {shown(one, 100)} would have to be fetched, and nothing is; write its "
                        f"definitions into the document, or {WAY_OUT}"
                    )
                    raise InputError(Problem(reason, self._file, column="@context", value=shown(one)))
                before = self._defined(dict(known), before)
            elif isinstance(one, dict):
                before = self._defined(one, before)
            else:
                raise InputError(Problem("a context is an object or an address", self._file, column="@context"))
        return before

    def _defined(self, given: dict[str, object], before: _Context) -> _Context:
        terms, ids = dict(before.terms), set(before.ids)
        base, language = before.base, before.language
        for term, meaning in given.items():
            if isinstance(meaning, dict):
                if not meaning.keys() <= {"@id", "@type", "@container", "@language", "@prefix", "@protected"}:
                    unread = min(meaning.keys() - {"@id", "@type", "@container"})
                    reason = f"the context defines {shown(term, 60)} with {shown(unread, 30)}, which is not read; {WAY_OUT}"
                    raise InputError(Problem(reason, self._file, column="@context"))
                if meaning.get("@type") in {"@id", "@vocab"}:
                    ids.add(term)
                meaning = meaning.get("@id", term)
            if meaning is not None and not isinstance(meaning, str):
                if term in {"@version", "@protected", "@propagate"}:
                    continue
                reason = f"the context defines {shown(term, 60)} as {_shown(meaning)}; a text is expected"
                raise InputError(Problem(reason, self._file, column="@context"))
            if term == "@base":
                base = meaning or ""
            elif term == "@language":
                language = (meaning or "").lower()
            elif term == "@import":
                raise InputError(Problem(f"@import would have to be fetched; {WAY_OUT}", self._file, column="@context"))
            else:
                terms[term] = meaning
        return _Context(terms, frozenset(ids), base, language)

    def node(self, item: object, context: _Context, place: Place, found: list[LdNode]) -> Ref:
        """Add the node that an object describes, and those inside it; return the reference to it."""
        if not isinstance(item, dict):
            raise _Unread("each record is an object")
        if "@context" in item:
            context = self.context(item["@context"], context)
        self._nameless += 1
        node = LdNode(f"_:{self._file}#{self._nameless}", place)
        for key, value in item.items():
            term = _term(key, context)
            if term == "@id":
                node.key = self._key(value, context)
            elif term == "@type":
                node.types = {iri for one in _listed(value) if (iri := _term(_text(one, key), context))}
            elif term in {"@reverse", "@included", "@nest"}:
                raise _Unread(f"{term} is not read; {WAY_OUT}")
        found.append(node)
        for key, value in item.items():
            term = _term(key, context)
            if term and not term.startswith("@"):
                values = self._values(value, term, key in context.ids, context, place, found)
                node.values.setdefault(term, []).extend(values)
        return Ref(node.key)

    def _key(self, value: object, context: _Context) -> str:
        key = _reference(_text(value, "@id"), context)
        return f"_:{self._file}{key}" if key.startswith("_:") else key

    def _values(
        self, value: object, term: str, is_id: bool, context: _Context, place: Place, found: list[LdNode]
    ) -> list[Words | Ref]:
        if isinstance(value, list):
            return [one for item in value for one in self._values(item, term, is_id, context, place, found)]
        if isinstance(value, str):
            if is_id or (term not in TEXTS and _is_reference(value, context)):
                return [Ref(self._key(value, context))]
            return [Words(value, context.language)]
        if isinstance(value, bool | int | float):
            return [Words(str(value))]
        if not isinstance(value, dict):
            return []
        keys = {_term(key, context) or key: key for key in value}
        for keyword in ("@list", "@set"):
            if keyword in keys:
                return self._values(value[keys[keyword]], term, is_id, context, place, found)
        if "@value" in keys:
            language = value.get("@language", context.language)
            said = self._values(value[keys["@value"]], SCHEMA + "name", False, context, place, found)
            return [Words(one.text, _text(language, "@language").lower()) for one in said if isinstance(one, Words)]
        if term in TEXTS and value and all(_LANGUAGE.fullmatch(key) for key in value):
            return [
                Words(_text(text, key), "" if key == "@none" else key.lower())
                for key, texts in value.items()
                for text in _listed(texts)
            ]
        return [self.node(value, context, place, found)]


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|@none")
_REFERENCE = re.compile(r"(https?://|urn:|_:)\S+")
_KEYWORDS = re.compile(r"@[A-Za-z]+")


def _term(key: str, context: _Context) -> str | None:
    """Return the full name of a term, a keyword as it is; None where the context says nothing of it."""
    if _KEYWORDS.fullmatch(key):
        return key
    if key in context.terms:
        meaning = context.terms[key]
        others = {name: text for name, text in context.terms.items() if name != key}
        return None if meaning is None else _term(meaning, replace(context, terms=others))
    prefix, colon, rest = key.partition(":")
    if colon:
        base = None if rest.startswith("//") else context.terms.get(prefix)
        return _canonical(key if base is None else base + rest)
    vocabulary = context.terms.get("@vocab")
    return _canonical(vocabulary + key) if vocabulary else None


def _canonical(iri: str | None) -> str | None:
    """Return the one of two spellings that our tables use."""
    if iri is None:
        return None
    for base in ("http://schema.org/", "https://www.schema.org/", "http://www.schema.org/"):
        if iri.startswith(base):
            return SCHEMA + iri.removeprefix(base)
    return iri.replace("http://purl.org/ctdl", "https://purl.org/ctdl", 1)


def _reference(text: str, context: _Context) -> str:
    """Return the full form of a web identifier."""
    prefix, colon, rest = text.partition(":")
    base = context.terms.get(prefix) if colon and not rest.startswith("//") else None
    if base:
        return base + rest
    try:
        return urljoin(context.base, text) if context.base and not text.startswith("_:") else text
    except ValueError:
        raise _Unread(f"{shown(text, 60)} is no web identifier") from None


def _is_reference(text: str, context: _Context) -> bool:
    if _REFERENCE.fullmatch(text):
        return True
    prefix, colon, rest = text.partition(":")
    return bool(colon and rest and not re.search(r"\s", text) and context.terms.get(prefix))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _Unread(f"{shown(key, 60)} is {_shown(value)}; a text is expected")
    return value


def _shown(value: object) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else shown(repr(value), 60)
