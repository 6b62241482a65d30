"""JSON-LD node objects: the nodes that one record describes, with their types and values by full names.

Source: https://www.w3.org/TR/json-ld11-api/#expansion-algorithm. Beyond it, a text in the form of a web identifier is a
reference wherever no text is expected, and an object whose keys are languages holds texts: published contexts, which
say so, are held only in part. A graph that is a value stands for the things in it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph.messages import message
from ingest.draft import Place
from ingest.formats.jsonld.contexts import ContextReader
from ingest.formats.jsonld.definitions import spoken
from ingest.formats.jsonld.iris import (
    Context,
    TermDefinition,
    UnsupportedError,
    full_reference,
    full_term,
    full_type,
    is_keyword,
    is_reference,
)
from ingest.formats.jsonld.linked_data import LangString, LdNode, LdValue, LeftOut, NodeRef
from ingest.formats.jsonld.terms import TEXTS
from ingest.readers.table import shown


class _MapEntry(NamedTuple):
    """What the key of a map says of the nodes under it."""

    id: str = ""
    type: str = ""
    values: tuple[tuple[str, LdValue], ...] = ()


class _ValueContext(NamedTuple):
    """What stands around a value: the context in force, its property and how that is defined, and a map's key."""

    context: Context
    term: str
    definition: TermDefinition
    entry: _MapEntry | None = None


class RecordReader:
    """Adds to `nodes` what one record describes: itself first, then what stands inside."""

    def __init__(self, contexts: ContextReader, place: Place, numbers: Iterator[int], left_out: LeftOut) -> None:
        self.nodes: list[LdNode] = []
        self._contexts, self._place, self._numbers, self._left_out = contexts, place, numbers, left_out

    def node(self, item: object, context: Context) -> NodeRef:
        """Add the node that an object describes, and those inside it; return the reference to it.

        Raises:
            UnsupportedError: something in it cannot be read.
            InputError: so it is with a context.
        """
        if not isinstance(item, dict):
            raise UnsupportedError(message("framework.record_object"))
        return self._node(item, self._entered(item, context, (), is_in_map=False), _MapEntry())

    def _entered(
        self, item: dict[str, object], context: Context, scoped: tuple[object, ...], *, is_in_map: bool
    ) -> Context:
        """Return the context inside an object: of its property, then its own."""
        if context.previous is not None and not is_in_map and not _is_value_or_reference(item, context):
            context = context.previous
        for one in scoped:
            context = self._contexts.scoped(one, context)
        return self._contexts.extend(item["@context"], context) if "@context" in item else context

    def _node(self, item: dict[str, object], outer: Context, entry: _MapEntry) -> NodeRef:
        node = LdNode(f"_:{self._place.file}#{next(self._numbers)}", self._place)
        stated = [one for key, value in item.items() if full_term(key, outer) == "@type" for one in _listed(value)]
        context = outer
        for name in sorted(one for one in stated if isinstance(one, str)):
            if (definition := outer.terms.get(name)) and definition.context:
                context = self._contexts.scoped(definition.context[0], context, propagates=False)
        node.key = entry.id or node.key
        node.types = {entry.type} if entry.type else set()
        members = list(self._members(item, context))
        for key, term, value, inner in members:
            if term == "@id":
                node.key = self._key(value, inner)
            elif term == "@type":
                node.types |= self._types(value, key, outer)
        for term, value in entry.values:
            node.values.setdefault(term, []).append(value)
        self.nodes.append(node)
        for key, term, value, inner in members:
            self._add(node, key, term, value, inner)
        return NodeRef(node.key)

    def _members(self, item: dict[str, object], context: Context) -> Iterator[tuple[str, str | None, object, Context]]:
        """Yield the properties of an object with their full terms, those that are nested in others as its own."""
        for key, value in item.items():
            term = full_term(key, context)
            if term != "@nest":
                yield key, term, value, context
                continue
            for one in _listed(value):
                if not isinstance(one, dict):
                    raise UnsupportedError(message("jsonld.no_object", key=shown(key, 60), called=spoken(one)))
                yield from self._members(one, self._of_property(key, context))

    def _of_property(self, key: str, context: Context) -> Context:
        for one in context.terms[key].context if key in context.terms else ():
            context = self._contexts.scoped(one, context)
        return context

    def _types(self, value: object, key: str, context: Context) -> set[str]:
        found = set()
        for one in _listed(value):
            name = _text(one, key)
            if full := full_type(name, context):
                found.add(full)
            else:
                self._left_out.types[name] += 1
        return found

    def _add(self, node: LdNode, key: str, term: str | None, value: object, context: Context) -> None:
        """Add what one property of a node says."""
        if term in {"@included", "@graph"}:
            for one in _listed(value):
                self.node(one, context)
        elif term == "@reverse":
            self._add_reverse(node, value, context)
        elif term is None or (is_keyword(term) and term not in _SILENT):
            self._left_out.properties[key] += 1
        elif not is_keyword(term):
            definition = context.terms.get(key, _PLAIN)
            values = self._property(term, value, context, definition)
            self._state(node, term, values, is_reverse=definition.is_reverse)

    def _add_reverse(self, node: LdNode, value: object, context: Context) -> None:
        if not isinstance(value, dict):
            raise UnsupportedError(message("jsonld.no_object", key="@reverse", called=spoken(value)))
        for key, one in value.items():
            term = full_term(key, context)
            if term is None or is_keyword(term):
                self._left_out.properties[key] += 1
                continue
            definition = context.terms.get(key, _PLAIN)
            values = self._property(term, one, context, definition)
            self._state(node, term, values, is_reverse=not definition.is_reverse)

    def _state(self, node: LdNode, term: str, values: list[LdValue], *, is_reverse: bool) -> None:
        if not is_reverse:
            node.values.setdefault(term, []).extend(values)
            return
        for one in values:
            if isinstance(one, LangString):
                raise UnsupportedError(message("jsonld.reverse_text", term=shown(term, 100), text=shown(one.text, 60)))
            self.nodes.append(LdNode(one.key, self._place, values={term: [NodeRef(node.key)]}))

    def _property(self, term: str, value: object, context: Context, definition: TermDefinition) -> list[LdValue]:
        """Return what a property says: texts, and references to nodes, which are added if they stand inside."""
        around = _ValueContext(context, term, definition)
        if definition.type == "@json":
            return self._literal(value, "")
        if isinstance(value, dict) and not value.keys() & _OBJECT_KEYS:
            if "@language" in definition.container:
                return self._texts(value, context)
            if definition.container & _MAPS:
                return self._mapped(value, around)
        return self._values(value, around)

    def _mapped(self, value: dict[str, object], around: _ValueContext) -> list[LdValue]:
        """Return what stands under the keys of a map: identifiers, types, or an index."""
        found: list[LdValue] = []
        container = around.definition.container
        for key, under in value.items():
            context = around.context
            if container & {"@id", "@type"} and context.previous is not None:
                context = context.previous
            entry = _MapEntry()
            if full_term(key, context) != "@none" and "@graph" not in container:
                entry = self._entry(key, context, around)
                definition = context.terms.get(key)
                if "@type" in container and definition and definition.context:
                    context = self._contexts.scoped(definition.context[0], context)
            inside = around._replace(context=context, entry=entry)
            for one in _listed(under):
                found += self._values(_as_object(one, around.definition, context), inside)
        return found

    def _entry(self, key: str, context: Context, around: _ValueContext) -> _MapEntry:
        container, index = around.definition.container, around.definition.index
        if "@id" in container:
            return _MapEntry(id=self._key(key, context))
        if "@type" in container:
            return _MapEntry(type=next(iter(self._types(key, key, context)), ""))
        term = full_term(index, context) if index else None
        if term is None or is_keyword(term):
            return _MapEntry()
        values = self._property(term, key, context, context.terms.get(index, _PLAIN))
        return _MapEntry(values=tuple((term, one) for one in values))

    def _values(self, value: object, around: _ValueContext) -> list[LdValue]:
        if isinstance(value, list):
            return [one for item in value for one in self._values(item, around)]
        if isinstance(value, str):
            return [self._of_text(value, around)]
        if isinstance(value, dict):
            return self._of_object(value, around)
        return [] if value is None else [LangString(str(value))]

    def _of_text(self, value: str, around: _ValueContext) -> LdValue:
        context, definition = around.context, around.definition
        for one in definition.context:
            context = self._contexts.scoped(one, context)
        if definition.type == "@id":
            return NodeRef(self._key(value, context))
        if definition.type == "@vocab":
            return NodeRef(full_type(value, context) or self._key(value, context))
        if around.term not in TEXTS and is_reference(value, context):
            return NodeRef(self._key(value, context))
        language = context.language if definition.language is None else definition.language
        return LangString(value, language if definition.type in {None, "@none"} else "")

    def _of_object(self, value: dict[str, object], around: _ValueContext) -> list[LdValue]:
        is_in_map = around.entry is not None
        context = self._entered(value, around.context, around.definition.context, is_in_map=is_in_map)
        keys = {full_term(key, context) or key: key for key in value}
        for keyword in ("@list", "@set"):
            if keyword in keys:
                return self._values(value[keys[keyword]], around)
        if "@value" in keys:
            language = value[keys["@language"]] if "@language" in keys else ""
            return self._literal(value[keys["@value"]], "" if language is None else _text(language, "@language"))
        if around.term in TEXTS and value and all(_LANGUAGE.fullmatch(key) for key in value):
            return self._texts(value, context)
        if "@graph" in keys and keys.keys() <= _GRAPH_KEYS:
            return [self.node(one, context) for one in _listed(value[keys["@graph"]])]
        return [self._node(value, context, around.entry or _MapEntry())]

    def _literal(self, literal: object, language: str) -> list[LdValue]:
        if isinstance(literal, dict | list):
            self._left_out.values += 1
            return []
        return [] if literal is None else [LangString(str(literal), language.lower())]

    def _texts(self, value: dict[str, object], context: Context) -> list[LdValue]:
        """Return the texts of a map of languages."""
        return [
            LangString(_text(text, key), "" if full_term(key, context) == "@none" else key.lower())
            for key, texts in value.items()
            for text in _listed(texts)
            if text is not None
        ]

    def _key(self, value: object, context: Context) -> str:
        key = full_reference(_text(value, "@id"), context)
        return f"_:{self._place.file}{key}" if key.startswith("_:") else key


_PLAIN = TermDefinition(None)
_MAPS = {"@id", "@type", "@index"}
_OBJECT_KEYS = {"@value", "@id", "@type", "@set", "@list", "@graph"}
_GRAPH_KEYS = {"@graph", "@id", "@index", "@context"}
_SILENT = {"@id", "@type", "@context", "@index", "@language", "@direction", "@none"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*|@none")


def _is_value_or_reference(item: dict[str, object], context: Context) -> bool:
    terms = {full_term(key, context) for key in item}
    return "@value" in terms or terms == {"@id"}


def _as_object(value: object, definition: TermDefinition, context: Context) -> object:
    """Return a value of a map, a text that stands for a thing as the reference to it."""
    is_id = definition.type in {"@id", "@vocab"}
    if not isinstance(value, str) or not (definition.container & {"@id", "@type"} or (definition.index and is_id)):
        return value
    return {"@id": (full_type(value, context) if definition.type == "@vocab" else None) or value}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise UnsupportedError(message("jsonld.no_text", key=shown(key, 60), called=spoken(value)))
    return value
