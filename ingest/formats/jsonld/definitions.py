"""JSON-LD term definitions: what a context says of each term.

Source: https://www.w3.org/TR/json-ld11-api/#create-term-definition. Terms that define each other in a circle stand for
nothing, as does a term without any IRI: what uses them is named as left out.
"""

from collections.abc import Mapping

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.formats.jsonld.iris import Context, TermDefinition, by_prefix, is_keyword
from ingest.readers.table import shown

_KEYS = {
    *("@id", "@reverse", "@type", "@container", "@context", "@index", "@nest"),
    *("@language", "@direction", "@prefix", "@protected"),
}
_CONTAINERS = {"@list", "@set", "@index", "@language", "@id", "@type", "@graph"}
_TEXTS = ("@id", "@reverse", "@type", "@index", "@language")
_KEYWORDS = {
    *(*_KEYS, *_CONTAINERS, "@value", "@included", "@json", "@none", "@vocab", "@base"),
    *("@version", "@import", "@propagate"),
}
_MOST_STEPS = 64


def spoken(value: object) -> Message | str:
    """Return a value of a document as a message shows it."""
    if isinstance(value, dict | list):
        return message("framework.object" if isinstance(value, dict) else "framework.list")
    return shown(repr(value), 60)


def wrong_definition(term: str, value: object) -> Message:
    """Return what is wrong with a definition that should be a text."""
    return message("jsonld.wrong_definition", term=shown(term, 60), called=spoken(value))


def _is_reserved(stated: object) -> bool:
    """Say whether a term would stand for what has the form of a keyword and is none: the standard passes over it."""
    ids = (stated.get("@id"), stated.get("@reverse")) if isinstance(stated, dict) else (stated,)
    return any(isinstance(one, str) and is_keyword(one) and one not in _KEYWORDS for one in ids)


class TermDefinitions:
    """The definitions of one context, in addition to those before it."""

    def __init__(self, stated: Mapping[str, object], before: Context, file: str) -> None:
        self._stated, self._before, self._file = stated, before, file
        self._terms = {term: one for term, one in before.terms.items() if term not in stated}
        self._begun: set[str] = set()

    def all(self) -> dict[str, TermDefinition]:
        """Return every definition that holds now. Raises InputError."""
        for term in self._stated:
            self._define(term, 0, term)
        return self._terms

    def _define(self, term: str, step: int, first: str) -> None:
        if term in self._begun or term not in self._stated or is_keyword(term):
            return
        self._begun.add(term)
        if step > _MOST_STEPS:
            raise self._error(message("jsonld.long_chain", term=shown(first, 60), most=_MOST_STEPS))
        stated = self._stated[term]
        if _is_reserved(stated):
            return
        if isinstance(stated, str | None):
            self._terms[term] = TermDefinition(None if stated is None else self._iri(term, stated, step, first))
        elif isinstance(stated, dict):
            self._terms[term] = self._detailed(term, stated, step, first)
        else:
            raise self._error(wrong_definition(term, stated))

    def _detailed(self, term: str, stated: dict[str, object], step: int, first: str) -> TermDefinition:
        if unread := sorted(stated.keys() - _KEYS):
            raise self._unread(term, unread[0])
        for key in _TEXTS:
            if not isinstance(stated.get(key), str | None):
                raise self._error(wrong_definition(term, stated[key]))
        texts = {key: str(stated[key]) for key in _TEXTS if stated.get(key) is not None}
        is_reverse, kind = "@reverse" in texts, texts.get("@type")
        iri = None
        if is_reverse or "@id" not in stated or "@id" in texts:
            iri = self._iri(term, texts.get("@reverse") or texts.get("@id", term), step, first)
        return TermDefinition(
            iri,
            None if kind is None else self._full(kind, step, first) or kind,
            self._container(term, stated.get("@container")),
            texts.get("@language", "").lower() if "@language" in stated else None,
            (stated["@context"],) if "@context" in stated else (),
            is_reverse,
            texts.get("@index", ""),
            stated.get("@prefix") is not False,
        )

    def _container(self, term: str, stated: object) -> frozenset[str]:
        listed = stated if isinstance(stated, list) else [] if stated is None else [stated]
        for one in listed:
            if not isinstance(one, str) or one not in _CONTAINERS:
                raise self._unread(term, "@container", one)
        return frozenset(listed)

    def _iri(self, term: str, stated: str, step: int, first: str) -> str | None:
        """Return what a term stands for, which by itself is what its prefix or the vocabulary makes of it."""
        if stated != term:
            return self._full(stated, step, first)
        if ":" in term[1:]:
            self._define(term.partition(":")[0], step + 1, first)
            return by_prefix(term, self._terms) or term
        return self._before.vocabulary + term if self._before.vocabulary else None

    def _full(self, text: str, step: int, first: str) -> str | None:
        if is_keyword(text):
            return text
        self._define(text, step + 1, first)
        if text in self._terms:
            return self._terms[text].iri
        if ":" in text[1:]:
            self._define(text.partition(":")[0], step + 1, first)
            return by_prefix(text, self._terms) or text
        return self._before.vocabulary + text if self._before.vocabulary else None

    def _unread(self, term: str, key: str, value: object = None) -> InputError:
        called = shown(key, 30) if value is None else f"{key} {shown(str(value), 30)}"
        way_out = message("jsonld.way_out")
        return self._error(message("jsonld.unread_definition", term=shown(term, 60), key=called, way_out=way_out))

    def _error(self, reason: Message) -> InputError:
        return InputError(Problem(reason, self._file, column="@context"))
