"""Reader of CASE, the Competencies and Academic Standards Exchange: a CFPackage as JSON.

Source: 1EdTech Competencies and Academic Standards Exchange (CASE) Service, version 1.1.
"""

from difflib import get_close_matches
from pathlib import Path

from graph.errors import InputError, InvalidValueError, Problem
from graph.messages import Message, message
from graph.model import Source
from graph.schema import RELATIONS
from ingest.draft import Draft
from ingest.formats.answer_pages import AnswerPages
from ingest.formats.case.envelope import opened
from ingest.formats.case.items import CaseReader
from ingest.formats.case.mapping import DEFAULT, ITEM_KINDS, read_mapping
from ingest.formats.case.package import ASSOCIATIONS, DOCUMENT, ITEMS, REPEATED, Json
from ingest.formats.framework import one_line, text_in
from ingest.progress import OnProgress, rows_read
from ingest.readers import read_json_document
from ingest.readers.table import shown

_RANK = 200
_KEYS = (DOCUMENT, ITEMS, ASSOCIATIONS, "CFDefinitions", "CFRubrics", "extensions")


def read(path: Path, mapping: Path | None = None, on_progress: OnProgress | None = None) -> Draft:
    """Return what the package says: its items, and the associations that the graph has a relation for.

    What has no place in the graph is kept with the items, for writing the package again. `mapping` is a file that says
    what each CFItemType becomes. Fields that are null are taken as not stated, and what a service wraps around the
    package is taken away.

    Raises:
        InputError: a file cannot be read, or is no package.
    """
    notes: list[Message] = []
    mapped = read_mapping(mapping, notes.append) if mapping else DEFAULT
    document_read, pages = read_json_document(path), AnswerPages()
    pages.take(path.name, document_read)
    envelope = opened(document_read, path.name)
    package = _stated(envelope.package)
    _check_keys(path.name, package)
    document = _document(path.name, package)
    items, associations = (_list(path.name, package, name) for name in (ITEMS, ASSOCIATIONS))
    draft = Draft(_source(path.name, document, package))
    draft.keeps_dangling = True
    for note in notes:
        draft.note(note)
    if envelope.wrappers:
        draft.note(message("case.unwrapped", keys=envelope.wrappers))
    pages.tell(draft)
    draft.replaces = {*ITEM_KINDS} | {
        name for name, relation in RELATIONS.items() if any({*ends} <= {*ITEM_KINDS} for ends in relation.ends)
    }
    draft.read = len(items) + len(associations)
    reader = CaseReader(draft, path.name, document)
    reader.items(items, mapped)
    reader.associations(associations)
    around = {name: value for name, value in package.items() if name not in {ITEMS, ASSOCIATIONS}}
    reader.conclude({**around, DOCUMENT: document})
    if on_progress is not None:
        on_progress(rows_read(path.name, draft.read))
    return draft


def _stated(value: object) -> Json:
    """Return the object without keys that are null, in all of its depth."""

    def clean(inner: object) -> object:
        if isinstance(inner, dict):
            return {key: clean(one) for key, one in inner.items() if one is not None}
        return [clean(one) for one in inner] if isinstance(inner, list) else inner

    cleaned = clean(value)
    return cleaned if isinstance(cleaned, dict) else {}


def _check_keys(file: str, package: Json) -> None:
    for name in package:
        if name not in _KEYS:
            near = get_close_matches(name, _KEYS, 1, 0.5)
            if near:
                reason = message("case.no_key_near", key=shown(name, 60), near=near[0])
            else:
                reason = message("case.no_key", key=shown(name, 60), keys=_KEYS)
            raise InputError(Problem(reason, file, column=shown(name)))


def _document(file: str, package: Json) -> Json:
    document = package.get(DOCUMENT)
    if not isinstance(document, dict):
        raise InputError(Problem(message("case.no_package", key=DOCUMENT), file, column=DOCUMENT))
    for name in ("identifier", "title"):
        try:
            stated = text_in(document, name)
        except InvalidValueError as error:
            raise InputError(Problem(error.message, file, DOCUMENT, column=name)) from None
        if not stated:
            raise InputError(Problem(message("framework.missing", column=name), file, DOCUMENT, column=name))
    return {name: value for name, value in document.items() if name != REPEATED[DOCUMENT]}


def _list(file: str, package: Json, name: str) -> list[object]:
    records = package.get(name, [])
    if not isinstance(records, list):
        raise InputError(Problem(message("case.list"), file, name))
    return records


def _source(file: str, document: Json, package: Json) -> Source:
    licence = document.get("licenseURI")
    definitions = package.get("CFDefinitions")
    licences = definitions.get("CFLicenses") if isinstance(definitions, dict) else None
    wanted = licence.get("identifier") if isinstance(licence, dict) else None
    titles = [
        str(one.get("title") or "")
        for one in [*(licences if isinstance(licences, list) else []), licence]
        if isinstance(one, dict) and one.get("identifier") == wanted
    ]
    try:
        version, url, uri = (text_in(document, name) for name in ("version", "officialSourceURL", "uri"))
    except InvalidValueError as error:
        raise InputError(Problem(error.message, file, DOCUMENT)) from None
    return Source(
        name=shown(one_line(str(document["title"]))),
        version=shown(one_line(version)),
        licence=one_line(titles[0]) if titles else "",
        url=url or uri,
        rank=_RANK,
    )
