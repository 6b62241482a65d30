"""Completeness notes: what the graph does not record, with the place in the spreadsheet that would record it."""

from collections.abc import Mapping
from typing import NamedTuple

from api.web.texts import Words
from queries.semantics.answers import Completeness


class MissingRecord(NamedTuple):
    """What is missing, and where it would stand."""

    text: str
    place: str


_RELATIONS: Mapping[str, str] = {
    "courses_without_units": "COVERS",
    "units_without_develops": "DEVELOPS",
    "tasks_without_practises": "PRACTISES",
    "tasks_without_guide": "GUIDES",
    "roles_without_requires": "REQUIRES",
}
"""The relation that would record what a count of Completeness misses."""


def unrecorded(words: Words, completeness: Completeness, *names: str) -> list[MissingRecord]:
    """Return what of the named counts is missing, in their order; what is complete is left out."""
    counts = {name: int(getattr(completeness, name)) for name in names}
    return [
        MissingRecord(
            words(f"unrecorded.{name}", n=n),
            in_links(words, _RELATIONS[name]) if name in _RELATIONS else in_column(words, "links", "weight"),
        )
        for name, n in counts.items()
        if n
    ]


def in_column(words: Words, sheet: str, column: str) -> str:
    """Return how a column of a sheet is named to people."""
    return words("unrecorded.column", sheet=sheet, column=column)


def in_links(words: Words, relation: str) -> str:
    """Return how the links of a relation are named to people."""
    return words("unrecorded.relation", relation=relation)
