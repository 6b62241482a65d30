"""JSON-LD IRI expansion: the full form of terms and identifiers under an active context.

Source: https://www.w3.org/TR/json-ld11-api/#iri-expansion. Any term that stands for an IRI serves as a prefix.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import urljoin

from graph.errors import InvalidValueError
from graph.messages import message
from ingest.formats.jsonld.vocabularies import SCHEMA
from ingest.readers.table import shown

_KEYWORD_FORM = re.compile(r"@[A-Za-z]+")
_REFERENCE = re.compile(r"(https?://|urn:|_:)\S+")


class UnsupportedError(InvalidValueError):
    """A record uses what is not read; the record is rejected."""


@dataclass(frozen=True, slots=True)
class TermDefinition:
    """What a term stands for (None: nothing), and how its values are read.

    `language` is None where the one in force holds, empty where there is none. `context` holds the term's own context,
    if it has one. `index` is the property that the keys of its map are values of.
    """

    iri: str | None
    type: str | None = None
    container: frozenset[str] = frozenset()
    language: str | None = None
    context: tuple[object, ...] = ()
    is_reverse: bool = False
    index: str = ""
    is_prefix: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """The active context. `previous` is the one to which nodes inside go back, where this one does not propagate."""

    terms: Mapping[str, TermDefinition] = field(default_factory=lambda: MappingProxyType({}))
    vocabulary: str = ""
    base: str = ""
    language: str = ""
    previous: "Context | None" = None


def is_keyword(term: str) -> bool:
    """Say whether a term has the form of a keyword of JSON-LD."""
    return term.startswith("@") and _KEYWORD_FORM.fullmatch(term) is not None


def full_term(key: str, context: Context, *, canonical: bool = True) -> str | None:
    """Return the full name of a term, a keyword as it is; None where the context says nothing of it.

    Of names that are spelt in two ways, `canonical` asks for the one that our tables use.
    """
    if is_keyword(key):
        return key
    definition = context.terms.get(key)
    if definition is not None:
        iri = definition.iri
    elif ":" in key[1:]:
        iri = by_prefix(key, context.terms) or key
    else:
        iri = context.vocabulary + key if context.vocabulary else None
    return _canonical(iri) if canonical and iri is not None else iri


def by_prefix(text: str, terms: Mapping[str, TermDefinition]) -> str:
    """Return the full form of a compact IRI; empty where its prefix stands for nothing."""
    prefix, colon, rest = text.partition(":")
    definition = terms.get(prefix) if colon and prefix != "_" and not rest.startswith("//") else None
    if definition is None or not definition.iri or not definition.is_prefix or is_keyword(definition.iri):
        return ""
    return definition.iri + rest


@lru_cache(maxsize=4096)
def _canonical(iri: str) -> str:
    """Return the one of two spellings that our tables use."""
    for base in ("http://schema.org/", "https://www.schema.org/", "http://www.schema.org/"):
        if iri.startswith(base):
            return SCHEMA + iri.removeprefix(base)
    return iri.replace("http://purl.org/ctdl", "https://purl.org/ctdl", 1)


def full_type(text: str, context: Context) -> str | None:
    """Return the full name of a type, or of a value that a vocabulary defines; None where nothing says it."""
    full = full_term(text, context)
    return full_reference(text, context) if full is None and context.base else full


def full_reference(text: str, context: Context) -> str:
    """Return the full form of a web identifier. Raises UnsupportedError."""
    if full := by_prefix(text, context.terms):
        return full
    try:
        return urljoin(context.base, text) if context.base and not text.startswith("_:") else text
    except ValueError:
        raise UnsupportedError(message("jsonld.no_reference", text=shown(text, 60))) from None


def is_reference(text: str, context: Context) -> bool:
    """Say whether a text is a web identifier, in full or with a prefix of the context."""
    if ":" not in text:
        return False
    if _REFERENCE.fullmatch(text):
        return True
    return not text.endswith(":") and not re.search(r"\s", text) and bool(by_prefix(text, context.terms))
