"""Names of schemas: those that a field of their own is called like are told apart, since generators call both alike."""

from typing import Any

RENAMED = {"Flaw": "ChainFlaw", "Signals": "SignalsAnswer"}
"""What such a schema is called in the document, by the name of its model."""
_REF = "#/components/schemas/"


def rename_schemas(document: dict[str, Any]) -> None:
    """Give each schema, and each reference to it, the name that it has in the document."""
    schemas = document["components"]["schemas"]
    document["components"]["schemas"] = {RENAMED.get(name, name): schema for name, schema in schemas.items()}
    _rename(document)


def _rename(part: object) -> None:
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(_REF)
        if name in RENAMED:
            part["$ref"] = _REF + RENAMED[name]
        for within in part.values():
            _rename(within)
    elif isinstance(part, list):
        for within in part:
            _rename(within)
