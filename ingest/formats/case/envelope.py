"""Envelopes of CASE: the package inside what services and tools wrap around it, or what the answer is instead."""

from collections.abc import Mapping
from typing import NamedTuple

from graph.errors import InputError, Problem
from graph.messages import Message, message
from ingest.formats.case.package import DOCUMENT, Json
from ingest.formats.framework import one_line, some
from ingest.formats.json_shapes import format_of, other_format
from ingest.readers.table import shown

PACKAGE = "CFPackage"
_WRAPPERS = (PACKAGE, "CFPackages", "data", "result", "results", "response", "payload", "body", "content")
_MOST_WRAPPERS = 4
# Source: CASE Service 1.1, REST binding: what its other endpoints answer with.
_OTHER_ANSWERS = ("CFDocuments", "CFItem", "CFItems", "CFAssociation", "CFAssociations", "CFRubric", "CFSubjects")
_STATUS = "imsx_codeMajor"
_ITEM, _ALONE = "fullStatement", "CFPackageURI"


class Envelope(NamedTuple):
    """The package of a document, and the keys that stand around it, outermost first."""

    package: Json
    wrappers: list[str]


def opened(document: object, file: str) -> Envelope:
    """Return the package inside a document.

    Raises:
        InputError: there are several, or it is another answer of a service, or the file of another format.
    """
    inner, wrappers = document, list[str]()
    for _ in range(_MOST_WRAPPERS):
        if isinstance(inner, list):
            inner = _only(inner, file)
        key, inside = _unwrapped(inner)
        if _is_package(inner) or not key:
            break
        inner, wrappers = inside, [*wrappers, key]
    if not isinstance(inner, dict):
        raise InputError(Problem(message("json.one_object"), file))
    if not _is_package(inner):
        _refuse_other(inner, file)
    return Envelope(inner, wrappers)


def _is_package(value: object) -> bool:
    return isinstance(value, dict) and DOCUMENT in value


def _unwrapped(value: object) -> tuple[str, object]:
    """Return the key under which a package may stand, and what does; an empty key for none."""
    if not isinstance(value, Mapping):
        return "", None
    return next(((key, value[key]) for key in _WRAPPERS if isinstance(value.get(key), dict | list)), ("", None))


def _only(packages: list[object], file: str) -> Json:
    """Return the one package of a list. Raises InputError where there are several, or none."""
    if not packages:
        raise InputError(Problem(message("json.one_object"), file))
    found = [one.get(PACKAGE, one) if isinstance(one, dict) else one for one in packages]
    inside = [one for one in found if isinstance(one, dict) and _is_package(one)]
    if len(inside) > 1:
        titles = some([shown(one_line(_title(one)), 80) for one in inside])
        raise InputError(Problem(message("case.packages", n=len(inside), titles=titles), file))
    if len(inside) == 1 and len(found) == 1:
        return inside[0]
    if any(isinstance(one, dict) and _ITEM in one for one in found):
        raise InputError(Problem(message("case.other_answer", key="CFItems"), file))
    raise InputError(Problem(other_format(message("case.no_package", key=DOCUMENT), packages, "case"), file))


def _title(package: Json) -> str:
    document = package.get(DOCUMENT)
    return str(document.get("title") or document.get("identifier") or "?") if isinstance(document, dict) else "?"


def _refuse_other(answer: Json, file: str) -> None:
    """Raise InputError where an object is what another endpoint answers, or is of another format."""
    if reason := _other(answer):
        raise InputError(Problem(reason, file))
    if format_of(answer) not in {None, "case"}:
        raise InputError(Problem(other_format(message("case.no_package", key=DOCUMENT), answer, "case"), file))


def _other(answer: Json) -> Message | None:
    if _STATUS in answer:
        told = shown(one_line(str(answer.get("imsx_description") or answer[_STATUS])), 150)
        return message("case.failed_answer", told=told)
    if _ALONE in answer and "title" in answer:
        return message("case.document_alone")
    if _ITEM in answer:
        return message("case.other_answer", key="CFItem")
    key = next((one for one in _OTHER_ANSWERS if one in answer), None)
    return message("case.other_answer", key=key) if key else None
