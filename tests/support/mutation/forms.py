"""Forms of files that are mutated: those that may be damaged, and profiles of JSON-LD and exports read again."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ingest.draft import Draft
from ingest.formats.crosswalk import read as crosswalk
from ingest.formats.jsonld import read as jsonld
from tests.support.damaging import FORMS, PAIRED

CTDL = {
    "@context": "https://credreg.net/ctdl/schema/context/json",
    "@graph": [
        {"@id": "urn:x:o", "@type": "ceterms:Occupation", "ceterms:name": {"en-US": "O"}, "ceterms:hasTask": "urn:x:t",
         "ceterms:codedNotation": "29-1141.00", "ceasn:skillEmbodied": ["urn:x:s"]},
        {"@id": "urn:x:t", "@type": "ceterms:Task", "ceterms:description": {"en-US": "T"}},
        {"@id": "urn:x:s", "@type": "ceasn:Competency", "ceasn:competencyText": {"en-US": "S", "zh": "能力"},
         "ceasn:isChildOf": {"@id": "urn:x:b"}, "ceasn:exactAlignment": {"@id": "urn:y:a"}},
    ],
}  # fmt: skip
BADGE = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "credentialSubject": {
        "achievement": {
            "id": "https://x.org/badges/1", "type": ["Achievement"], "name": "Welder",
            "alignment": [{"type": "Alignment", "targetName": "Weld", "targetUrl": "https://x.org/s/w"}],
        },
    },
}  # fmt: skip
LOCAL = {
    "@context": [
        "https://schema.org/",
        {"@base": "https://x.org/", "s": "http://schema.org/", "skills": {"@id": "s:skills", "@type": "@id"},
         "parts": {"@reverse": "s:isPartOf"}, "named": {"@id": "s:name", "@container": "@language"}},
    ],
    "@id": "c1", "@type": "Course", "named": {"en": "C", "zh": "课"}, "parts": [{"@id": "c2", "@type": "Course"}],
    "teaches": {"@id": "s1", "@type": "DefinedTerm", "name": [{"@value": "S", "@language": "en"}]},
}  # fmt: skip
TRANSLATION = "Old Code,New Code\n11-1011.00,11-1011.01\n11-2011.00,11-2011.01\n"


class MutableForm(NamedTuple):
    """A form of files: valid ones by name, and how a folder of them is read."""

    files: Mapping[str, bytes]
    read: Callable[[Path], Draft]


def _written(write: Callable[[Path], Path], read: Callable[[Path], Draft]) -> MutableForm:
    with TemporaryDirectory() as temporary:
        path = write(Path(temporary) / "files")
        root = Path(temporary) / "files"
        files = {
            file.relative_to(root).as_posix(): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()
        }
        single = path.name if path.is_file() else None
    return MutableForm(files, lambda folder: read(folder / single if single else folder))


def _document(name: str, document: Any) -> MutableForm:  # noqa: ANN401 - whatever JSON holds

    return MutableForm(
        {name: json.dumps(document, ensure_ascii=False).encode()}, lambda folder: jsonld.read(folder / name)
    )


@cache
def mutable_forms() -> Mapping[str, MutableForm]:
    """Return every form by name."""
    found = {name: _written(form.write, form.read) for name, form in FORMS.items()}
    found["jsonld ctdl"] = _document("ctdl.json", CTDL)
    found["jsonld badge"] = _document("badge.json", BADGE)
    found["jsonld local"] = _document("local.jsonld", LOCAL)
    found["crosswalk translated"] = MutableForm(
        {"pairs.csv": PAIRED.encode(), "codes.csv": TRANSLATION.encode()},
        lambda folder: crosswalk.read(
            folder / "pairs.csv", wanted=crosswalk.CrosswalkOptions(translate=folder / "codes.csv")
        ),
    )
    return found
