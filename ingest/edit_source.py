"""The source of edits: the one that is named, or that of what is entered on pages; and before whom it speaks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from graph.errors import InvalidValueError
from graph.messages import Language, message, text
from graph.model import LINK_VALUES, NodeId, Source
from graph.properties import Text
from graph.schema import SOURCE_PROPERTIES
from graph.stores.base import StoreReader
from ingest.draft import Subject
from ingest.edit_document import Edit, EditDocument
from ingest.edit_statements import EditStatements, mentioned_by, merged_node
from ingest.edit_values import FieldError, node_id

ENTERED_RANK = 50
"""The rank of a source that edits make: it speaks before imports, whose rank is 100."""
LOWEST_RANK = next(p.type.low for p in SOURCE_PROPERTIES if p.name == "rank")  # type: ignore[union-attr]
VERSION = "1"
_INSTITUTION = "Institution"
_LONGEST = 200


def source_of(document: EditDocument, reading: StoreReader, language: Language = "en") -> Source:
    """Return the source that the edits are of: as it stands, or new.

    Where none is named it is that of what is entered on pages of the institution: the one that is named, else the only
    one that what is edited, or else any source, belongs to. Raises FieldError.
    """
    sources = {source.name: source for source in reading.sources()}
    institution = _institution(document, reading)
    if document.source is not None:
        name = _name(document.source)
        known = sources.get(name)
        if known is None:
            owner = institution if institution is not None else _owner(document.edits, reading, sources)
            return _new(name, owner)
        if institution is not None and institution != known.institution_id:
            reason = message("edit.source_elsewhere", source=name, institution=known.institution_id or "-")
            raise FieldError("institution", reason, institution)
        return known
    owner = institution if institution is not None else _owner(document.edits, reading, sources)
    names = {language_of: _entered(owner, reading, sources, language_of) for language_of in _LANGUAGES}
    for name in names.values():
        if name in sources and sources[name].institution_id == owner:
            return sources[name]
    return _new(names[language], owner)


_LANGUAGES: tuple[Language, ...] = ("en", "zh")


def _new(name: str, institution: str) -> Source:
    return Source(name=name, version=VERSION, rank=ENTERED_RANK, institution_id=institution)


def _name(given: str) -> str:
    try:
        name = str(Text(longest=_LONGEST).parse(given.strip()))
    except InvalidValueError as error:
        raise FieldError("source", message("ingest.source_name", fault=error.message), given) from None
    if not name:
        raise FieldError("source", message("edit.blank_source"), given)
    return name


def _entered(institution: str, reading: StoreReader, sources: Mapping[str, Source], language: Language) -> str:
    """Return what the source of entries is called."""
    if not institution:
        return text("edit.entered", language)
    rows = reading.nodes_named([NodeId(institution)], expected=False)
    values = merged_node({row[0]: (row[2], row[3]) for row in rows}, sources)
    name = values.get("name") or values.get("name_zh") or institution
    suffix = len(text("edit.entered_of", language, institution=""))
    return text("edit.entered_of", language, institution=str(name)[: _LONGEST - suffix])


def _institution(document: EditDocument, reading: StoreReader) -> str | None:
    """Return the institution that is named; None where none is."""
    if document.institution is None:
        return None
    named = node_id("institution", document.institution)
    kind, _ = reading.asserted([named]).get(named, ("", frozenset()))
    if kind != _INSTITUTION:
        key = "ingest.other_institution" if kind else "edit.no_institution"
        raise FieldError("institution", message(key, id=named, kind=kind), named)
    return named


def _owner(edits: Iterable[Edit], reading: StoreReader, sources: Mapping[str, Source]) -> str:
    """Return the one institution that what is edited belongs to, else the only one of all; empty for none."""
    subjects: list[Subject] = [one for edit in edits for one in mentioned_by(edit)]
    ids = {end for one in subjects for end in ((one,) if isinstance(one, str) else (one[0], one[2]))}
    stating = {row[0] for row in reading.nodes_named(list(ids), expected=False)}
    for names in (stating, sources.keys()):
        owners = {sources[name].institution_id for name in names} - {""}
        if len(owners) == 1:
            return owners.pop()
    return ""


def rank_before(statements: EditStatements, touched: Mapping[Subject, set[str]]) -> tuple[int, list[str]]:
    """Return the rank at which the own source is heard in all that was edited, and whom it newly speaks before.

    `touched` are the names of the values that were edited, by node or link.
    """
    own, sources = statements.own, statements.sources
    overruled: set[str] = set()
    for subject, names in touched.items():
        stated: Mapping[str, Any] = _each(statements, subject)
        mine = stated.get(own.name, {})
        for source, values in stated.items():
            is_first = source != own.name and sources[source].precedence < own.precedence
            if is_first and any(_overrules(mine.get(n), values.get(n)) for n in names):
                overruled.add(source)
    rank = min((sources[name].rank - 1 for name in overruled), default=own.rank)
    if rank < LOWEST_RANK:
        first = min(overruled, key=lambda name: sources[name].precedence)
        raise FieldError("source", message("edit.no_rank", source=own.name, other=first, rank=sources[first].rank))
    return min(rank, own.rank), sorted(overruled)


def _each(statements: EditStatements, subject: Subject) -> dict[str, dict[str, Any]]:
    """Return what each source states of a node or link, by name."""
    if isinstance(subject, tuple):
        stated = statements.links[subject].items()
        return {source: dict(zip(LINK_VALUES, values, strict=True)) for source, values in stated}
    return {source: json.loads(values) for source, (_, values) in statements.nodes[subject].items()}


def _overrules(mine: object, other: object) -> bool:
    return mine is not None and other is not None and mine != other
