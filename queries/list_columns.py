"""Columns of lists, the one table of what is told of the nodes of each kind, and how lists are sorted by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.model import Frozen, fold
from graph.snapshot.arrays import Adjacency, Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries import list_measures as measures
from queries.list_measures import Measure, degree, prop, referred_by, with_below
from queries.semantics.answers import Count, NodeName, named
from queries.semantics.chain_status import STATUSES

ColumnForm = Literal["number", "share", "names", "word", "status", "text"]
"""How a cell is read: `number` and `share` (0 to 1) are floats, `word` and `status` words of the catalogue."""


class NamesCell(Frozen):
    """The nodes that a cell names, heaviest link first, then by id; `total` counts those beyond them, too."""

    items: list[NodeName]
    total: Count


Cell = float | str | NamesCell | None


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """A column of what a measure says of every node; `words` are what its numbers stand for, where they do."""

    name: str
    form: ColumnForm
    measure: Measure
    words: tuple[str, ...] = ()

    def cell(self, value: float) -> Cell:
        """Return the cell that shows a number of the measure."""
        if np.isnan(value):
            return None
        return self.words[int(value)] if self.words else value


@dataclass(frozen=True, slots=True)
class NodeColumn:
    """A column read node by node: the cell of a node, which names at most so many others, and the keys to sort by."""

    name: str
    form: ColumnForm
    cell: Callable[[Snapshot, int, int], Cell]
    keys: Callable[[Snapshot, Ints], Floats]


Column = MeasureColumn | NodeColumn


def _number(name: str, measure: Measure, form: ColumnForm = "number") -> Column:
    return MeasureColumn(name, form, measure)


def _names(name: str, direction: Literal["out", "into"], relation: str) -> Column:
    def links_of(snapshot: Snapshot) -> Adjacency:
        return snapshot.out(relation) if direction == "out" else snapshot.into(relation)

    def cell(snapshot: Snapshot, node: int, most: int) -> Cell:
        pairs = sorted(links_of(snapshot).pairs(node), key=lambda pair: (-pair[1], pair[0]))
        return NamesCell(items=[named(snapshot, other) for other, _ in pairs[:most]], total=len(pairs))

    return NodeColumn(name, "names", cell, lambda snapshot, nodes: links_of(snapshot).degree[nodes].astype(np.float64))


def _reference(name: str, prop_name: str) -> Column:
    def find(snapshot: Snapshot, node: int) -> int | None:
        at = int(snapshot.reference(prop_name)[node])
        return None if at < 0 else int(snapshot.class_of[at])

    def cell(snapshot: Snapshot, node: int, _: int) -> Cell:
        at = find(snapshot, node)
        return NamesCell(items=[], total=0) if at is None else NamesCell(items=[named(snapshot, at)], total=1)

    def text(snapshot: Snapshot, node: int) -> str:
        at = find(snapshot, node)
        return "" if at is None else snapshot.name(at)

    return NodeColumn(name, "names", cell, lambda snapshot, nodes: _by_text(snapshot, nodes, text))


def _word(name: str) -> Column:
    def keys(snapshot: Snapshot, nodes: Ints) -> Floats:
        codes = snapshot.word_codes(name)[nodes]
        return np.where(codes < 0, np.nan, codes)

    return NodeColumn(name, "word", lambda snapshot, node, _: snapshot.word(name, node), keys)


def _text(name: str) -> Column:
    def text(snapshot: Snapshot, node: int) -> str:
        return snapshot.text_of(name, node)

    def cell(snapshot: Snapshot, node: int, _: int) -> Cell:
        return text(snapshot, node) or None

    return NodeColumn(name, "text", cell, lambda snapshot, nodes: _by_text(snapshot, nodes, text))


def _by_text(snapshot: Snapshot, nodes: Ints, text: Callable[[Snapshot, int], str]) -> Floats:
    """Return the place of each node among the sorted texts; NaN where it has none."""
    texts = [fold(text(snapshot, node)) for node in nodes.tolist()]
    places = {value: place for place, value in enumerate(sorted(set(texts)))}
    return np.array([places[value] if value else np.nan for value in texts], np.float64)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "Institution": (
        _word("kind"),
        _text("region"),
        _names("disciplines", "out", "RUNS"),
        _number("courses", measures.institution_courses),
    ),
    "Discipline": (
        _text("code"),
        _names("institution", "into", "RUNS"),
        _word("standing"),
        _number("courses", with_below("OFFERS")),
        _number("tasks", with_below("SCHEDULES")),
        _number("targeted_roles", with_below("TARGETS")),
        _number("cohorts", referred_by("discipline_id")),
    ),
    "Course": (
        _names("disciplines", "into", "OFFERS"),
        _number("term", prop("term")),
        _number("hours", measures.course_hours),
        _number("units", degree("out", "COVERS")),
        _number("developed", measures.course_competencies),
    ),
    "KnowledgeUnit": (
        _word("kind"),
        _names("courses", "into", "COVERS"),
        _number("hours", prop("hours")),
        _number("developed", degree("out", "DEVELOPS")),
        _number("applied_by", degree("into", "APPLIES")),
    ),
    "Competency": (
        MeasureColumn("status", "status", measures.status, tuple(status.value for status in STATUSES)),
        _number("demand", measures.demand),
        _number("required_by", measures.roles),
        _number("taught_by", measures.units),
        _number("practised_by", measures.tasks),
        _text("framework"),
    ),
    "TrainingTask": (
        _word("kind"),
        _names("host", "into", "HOSTS"),
        _number("hours", prop("hours")),
        _number("seats", prop("capacity")),
        _number("term", prop("term")),
        _number("practised", degree("out", "PRACTISES")),
    ),
    "JobResponsibility": (
        _names("roles", "into", "HAS_RESPONSIBILITY"),
        _number("required", degree("out", "REQUIRES")),
        _number("preparing", degree("into", "PREPARES_FOR")),
    ),
    "Role": (
        _names("employers", "into", "EMPLOYS"),
        _number("openings", measures.role_openings),
        _number("required", measures.role_requirements),
        _number("covered", measures.role_coverage, "share"),
        _names("targeted_by", "into", "TARGETS"),
        _text("framework"),
    ),
    "Enterprise": (
        _word("kind"),
        _text("region"),
        _text("industry"),
        _number("roles", degree("out", "EMPLOYS")),
        _number("openings", measures.enterprise_openings),
        _number("hosted", degree("out", "HOSTS")),
        _number("mentors", referred_by("employer_id")),
    ),
    "Instructor": (
        _word("kind"),
        _reference("employer", "employer_id"),
        _number("guides", degree("out", "GUIDES")),
        _number("qualified", degree("out", "QUALIFIED_FOR")),
    ),
    "Certificate": (
        _text("grade"),
        _text("issuer"),
        _number("certifies", degree("out", "CERTIFIES")),
        _names("accepted_by", "out", "ACCEPTED_BY"),
        _names("aligned", "into", "ALIGNS_WITH"),
    ),
    "Signal": (
        _word("kind"),
        _text("region"),
        _text("valid_from"),
        _text("valid_to"),
        _names("calls_for", "out", "CALLS_FOR"),
    ),
    "Cohort": (
        _reference("discipline", "discipline_id"),
        _number("learners", prop("size")),
        _text("start_date"),
        _number("assessments", referred_by("cohort_id")),
    ),
    "Assessment": (
        _reference("cohort", "cohort_id"),
        _text("date"),
        _number("learners", prop("learners")),
        _number("mean_score", prop("mean_score"), "share"),
    ),
}
"""What is told of the nodes of each kind, after their names."""


def listed_name(snapshot: Snapshot, node: int) -> str:
    """Return what a list calls the node; of an assessment, which has no name, its task and the competency."""
    if snapshot.kind_of(node) != "Assessment":
        return snapshot.name(node)
    ends = [int(snapshot.reference(name)[node]) for name in ("task_id", "competency_id")]
    return " · ".join(snapshot.name(end) for end in ends if end >= 0) or snapshot.ids[node]
