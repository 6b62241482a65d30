"""Checklist of a first visit: what a graph records so far, step by step, what is missing, and what comes next."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from graph.schema import KINDS
from graph.snapshot.snapshot import Snapshot

StepState = Literal["done", "next", "open"]

STEPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "courses": (("Course", "KnowledgeUnit", "Competency"), ()),
    "tasks": (("TrainingTask",), ()),
    "roles": (("Role",), ()),
    "links": ((), ("COVERS", "DEVELOPS", "PRACTISES", "REQUIRES", "TARGETS")),
}
"""The kinds and relations that each step records, in the order in which a chain is entered."""


class Record(NamedTuple):
    """A kind or relation, how many nodes or links of it are recorded, and the sheet of the template that states it."""

    name: str
    is_kind: bool
    total: int
    sheet: str


class ChecklistStep(NamedTuple):
    """A step, what it records, and whether all of it is there; `next` is the first step of which it is not."""

    name: str
    state: StepState
    records: Sequence[Record]


def checklist(snapshot: Snapshot) -> list[ChecklistStep]:
    """Return the steps, in their order; none where nothing is missing."""
    steps: list[ChecklistStep] = []
    is_next = True
    for name, (kinds, relations) in STEPS.items():
        records = [Record(kind, True, len(snapshot.of_kind(kind)), KINDS[kind].file) for kind in kinds]
        records += [Record(one, False, len(snapshot.out(one).indices), "links") for one in relations]
        is_done = all(record.total for record in records)
        steps.append(ChecklistStep(name, "done" if is_done else "next" if is_next else "open", records))
        is_next = is_next and is_done
    return [] if is_next else steps
