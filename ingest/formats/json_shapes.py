"""JSON shapes: which format a document looks like, to name the right command where it is given to another."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from graph.errors import InputError
from graph.messages import Message, message
from graph.schema import KINDS
from ingest.readers import read_json_document

_Shape = Callable[[Mapping[str, object]], bool]
_TABLES = {kind.file for kind in KINDS.values()} | {"links", "source"}

_RECORDS: dict[str, _Shape] = {
    "xapi": lambda one: {"actor", "verb", "object"} <= one.keys(),
    "osmt": lambda one: "skillStatement" in one or "skillName" in one,
    "case": lambda one: bool(one.keys() & {"CFPackage", "CFPackages", "CFDocument", "CFDocuments", "CFItems"}),
    "jsonld": lambda one: bool(one.keys() & {"@context", "@graph", "@type"}),
}
_DOCUMENTS: dict[str, _Shape] = {
    "nice": lambda one: str(one.get("type", "")).startswith("nice-framework-"),
    "native": lambda one: bool(one) and one.keys() <= _TABLES,
}


def format_of(document: object) -> str | None:
    """Return the name of the format that a document looks like, None where it looks like none.

    >>> format_of({"CFPackage": {}}), format_of([{"actor": {}, "verb": {}, "object": {}}]), format_of({"a": 1})
    ('case', 'xapi', None)
    """
    if isinstance(document, Mapping) and isinstance(document.get("statements"), list):
        return "xapi"
    if isinstance(document, Mapping):
        return next((name for name, fits in (_RECORDS | _DOCUMENTS).items() if fits(document)), None)
    if isinstance(document, list) and len(document) == 1 and isinstance(document[0], Mapping):
        return format_of(document[0])
    records = [one for one in document[:100] if isinstance(one, Mapping)] if isinstance(document, list) else []
    return next((name for name, fits in _RECORDS.items() if any(map(fits, records))), None)


def other_format(reason: Message, document: object, wanted: str) -> Message:
    """Return the reason for which a document is refused, with the format that it looks like, where that is another."""
    found = format_of(document)
    return reason if found in {None, wanted} else message("framework.other_format", reason=reason, format=found)


def of_other_format(error: InputError, path: Path, wanted: str) -> InputError:
    """Return the error with which a file was refused, and the format that it looks like, if JSON of another."""
    if path.suffix.lower() not in {".json", ".jsonld"} or not path.is_file():
        return error
    try:
        document = read_json_document(path)
    except InputError:
        return error
    return InputError(replace(error.problem, message=other_format(error.problem.message, document, wanted)))
