"""Completeness notes: what the graph does not record, with the place in the spreadsheet that would record it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from api.web.texts import Words
from graph.schema import RELATIONS
from graph.snapshot.snapshot import WORD_CODES, Snapshot
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


NEEDS: Mapping[str, tuple[str, ...]] = {
    "integration": ("REQUIRES", "innovation", "APPLIES", "PRACTISES", "PREPARES_FOR"),
    "allocation": ("REQUIRES", "hours", "DEVELOPS", "capacity", "PRACTISES"),
    "feedback": ("cohorts", "assessments"),
}
"""What the answer of a page is made from: relations, columns and sheets, in the order in which they are entered."""


def needed(words: Words, snapshot: Snapshot, page: str) -> list[MissingRecord]:
    """Return what a page needs of which nothing at all is recorded, in the order of NEEDS."""
    return [
        MissingRecord(words(f"needs.{name}"), place(words))
        for name in NEEDS[page]
        for is_there, place in (_record(name),)
        if not is_there(snapshot)
    ]


def _record(name: str) -> tuple[Callable[[Snapshot], bool], Callable[[Words], str]]:
    """Return whether a graph records it, and where it would be recorded."""
    if name in RELATIONS:
        return lambda snapshot: bool(len(snapshot.out(name).indices)), lambda words: in_links(words, name)
    return _RECORDS[name]


def _has_number(kind: str, column: str) -> Callable[[Snapshot], bool]:
    return lambda snapshot: not bool(np.isnan(snapshot.number(column)[snapshot.of_kind(kind)]).all())


def _has_innovation(snapshot: Snapshot) -> bool:
    units = snapshot.of_kind("KnowledgeUnit")
    return bool((snapshot.word_codes("kind")[units] != WORD_CODES["disciplinary"]).any())


_RECORDS: Mapping[str, tuple[Callable[[Snapshot], bool], Callable[[Words], str]]] = {
    "innovation": (_has_innovation, lambda words: in_column(words, "knowledge_units", "kind")),
    "hours": (_has_number("KnowledgeUnit", "hours"), lambda words: in_column(words, "knowledge_units", "hours")),
    "capacity": (_has_number("TrainingTask", "capacity"), lambda words: in_column(words, "training_tasks", "capacity")),
    "cohorts": (lambda snapshot: bool(len(snapshot.of_kind("Cohort"))), lambda words: in_sheet(words, "cohorts")),
    "assessments": (
        lambda snapshot: bool(len(snapshot.of_kind("Assessment"))),
        lambda words: in_sheet(words, "assessments"),
    ),
}
"""Of what is no relation: whether a graph records any, and where it would be recorded."""


def in_sheet(words: Words, sheet: str) -> str:
    """Return how a sheet is named to people."""
    return words("unrecorded.sheet", sheet=sheet)


def in_column(words: Words, sheet: str, column: str) -> str:
    """Return how a column of a sheet is named to people."""
    return words("unrecorded.column", sheet=sheet, column=column)


def in_links(words: Words, relation: str) -> str:
    """Return how the links of a relation are named to people."""
    return words("unrecorded.relation", relation=relation)
