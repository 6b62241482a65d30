"""A small CASE package."""

from typing import Any

Json = dict[str, Any]
WHEN = "2026-01-02T03:04:05Z"
DOCUMENT = "00000000-0000-4000-8000-00000000d0c0"


def guid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def item(number: int, **more: object) -> Json:
    fields = {
        "identifier": guid(number),
        "uri": f"https://example.org/CFItems/{number}",
        "fullStatement": f"Statement {number}",
        "lastChangeDateTime": WHEN,
    }
    return {**fields, **more}


def association(number: int, start: int | str, name: str, end: int | str, **more: object) -> Json:
    def told(of: int | str) -> Json:
        identifier = guid(of) if isinstance(of, int) else of
        return {"title": f"title of {of}", "identifier": identifier, "uri": f"https://example.org/{of}"}

    return {
        "identifier": guid(number),
        "uri": f"https://example.org/CFAssociations/{number}",
        "associationType": name,
        "originNodeURI": told(start),
        "destinationNodeURI": told(end),
        "lastChangeDateTime": WHEN,
    } | more


def small() -> Json:
    """Return a package of three items, one under the other, the first under the document."""
    return {
        "CFDocument": {
            "identifier": DOCUMENT,
            "uri": "https://example.org/CFDocuments/1",
            "title": "Frame",
            "creator": "Us",
            "version": "3",
            "lastChangeDateTime": WHEN,
        },
        "CFItems": [item(1), item(2, CFItemType="Knowledge"), item(3, humanCodingScheme="A.3", notes="one\ntwo")],
        "CFAssociations": [
            association(101, 1, "isChildOf", DOCUMENT, sequenceNumber=1),
            association(102, 2, "isChildOf", 1),
            association(103, 3, "isChildOf", 1, sequenceNumber=2),
        ],
    }
