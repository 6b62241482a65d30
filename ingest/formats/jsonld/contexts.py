"""JSON-LD contexts: what the terms of a document stand for in full, without fetching anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from ingest.formats.jsonld.terms import SCHEMA, known_context
from ingest.readers.table import shown

_KEYWORDS = re.compile(r"@[A-Za-z]+")
_REFERENCE = re.compile(r"(https?://|urn:|_:)\S+")


class UnsupportedError(InvalidValueError):
    """A record uses what is not read; the record is rejected."""


@dataclass(frozen=True, slots=True)
class Context:
    """What terms stand for (None: nothing), which of them hold identifiers, and the base and language in force."""

    terms: dict[str, str | None] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    base: str = ""
    language: str = ""


def extend_context(stated: object, before: Context, file: str) -> Context:
    """Return the context that holds after the given one. Raises InputError."""
    if stated is None:
        return Context()
    for one in stated if isinstance(stated, list | tuple) else [stated]:
        if one is None:
            before = Context()
        elif isinstance(one, str):
            known = known_context(one)
            if known is None:
                reason = message("jsonld.unknown_context", context=shown(one, 100), way_out=way_out())
                raise InputError(Problem(reason, file, column="@context", value=shown(one)))
            before = _defined(dict(known), before, file)
        elif isinstance(one, dict):
            before = _defined(one, before, file)
        else:
            raise InputError(Problem(message("jsonld.context"), file, column="@context"))
    return before


def _defined(definitions: Mapping[str, object], before: Context, file: str) -> Context:
    terms, ids = dict(before.terms), set(before.ids)
    base, language = before.base, before.language
    for term, stated in definitions.items():
        meaning = stated
        if isinstance(meaning, dict):
            if not meaning.keys() <= {"@id", "@type", "@container", "@language", "@prefix", "@protected"}:
                unread = min(meaning.keys() - {"@id", "@type", "@container"})
                keys = {"term": shown(term, 60), "key": shown(unread, 30)}
                reason = message("jsonld.unread_definition", **keys, way_out=way_out())
                raise InputError(Problem(reason, file, column="@context"))
            if meaning.get("@type") in {"@id", "@vocab"}:
                ids.add(term)
            meaning = meaning.get("@id", term)
        if meaning is not None and not isinstance(meaning, str):
            if term in {"@version", "@protected", "@propagate"}:
                continue
            reason = message("jsonld.wrong_definition", term=shown(term, 60), called=spoken(meaning))
            raise InputError(Problem(reason, file, column="@context"))
        if term == "@base":
            base = meaning or ""
        elif term == "@language":
            language = (meaning or "").lower()
        elif term == "@import":
            raise InputError(Problem(message("jsonld.import", way_out=way_out()), file, column="@context"))
        else:
            terms[term] = meaning
    return Context(terms, frozenset(ids), base, language)


def full_term(key: str, context: Context) -> str | None:
    """Return the full name of a term, a keyword as it is; None where the context says nothing of it."""
    if _KEYWORDS.fullmatch(key):
        return key
    if key in context.terms:
        meaning = context.terms[key]
        others = {name: text for name, text in context.terms.items() if name != key}
        return None if meaning is None else full_term(meaning, replace(context, terms=others))
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


def full_reference(text: str, context: Context) -> str:
    """Return the full form of a web identifier."""
    prefix, colon, rest = text.partition(":")
    base = context.terms.get(prefix) if colon and not rest.startswith("//") else None
    if base:
        return base + rest
    try:
        return urljoin(context.base, text) if context.base and not text.startswith("_:") else text
    except ValueError:
        raise UnsupportedError(message("jsonld.no_reference", text=shown(text, 60))) from None


def is_reference(text: str, context: Context) -> bool:
    """Say whether a text is a web identifier, in full or with a prefix of the context."""
    if _REFERENCE.fullmatch(text):
        return True
    prefix, colon, rest = text.partition(":")
    return bool(colon and rest and not re.search(r"\s", text) and context.terms.get(prefix))


def spoken(value: object) -> Message | str:
    """Return a value of a document as a message shows it."""
    if isinstance(value, dict | list):
        return message("framework.object" if isinstance(value, dict) else "framework.list")
    return shown(repr(value), 60)


def way_out() -> Message:
    """Return what to do with a document of which only a part is read."""
    return message("jsonld.way_out")
