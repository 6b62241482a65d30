"""Parts of a programme that a benchmark compares: its courses, competencies, training tasks and certificates."""

from dataclasses import dataclass

import numpy as np

from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.parameters.benchmark import BenchmarkKind
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.focus_note import aimed
from queries.semantics.masks import Mask, reached
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope


@dataclass(frozen=True, slots=True)
class ProgrammeParts:
    """What counts in the scope of a discipline: the nodes of each kind, ascending; of a class, the representative.

    Its competencies are those that it, one below it or one of their courses AIMS_AT, and those that are taught or
    practised in its scope. Masks are over all nodes.
    """

    resolved: ResolvedScope
    courses: Mask
    units: Mask
    tasks: Mask
    senders: Mask
    nodes: dict[BenchmarkKind, Ints]


def parts_of_programme(snapshot: Snapshot, scope: Scope) -> ProgrammeParts:
    """Return what counts in the scope, which names a discipline.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    resolved, nothing = resolve(snapshot, scope, focused=True), np.zeros(len(snapshot), bool)
    courses, units, tasks = (
        nothing if mask is None else mask for mask in (resolved.courses, resolved.units, resolved.tasks)
    )
    senders = courses | (nothing if resolved.disciplines is None else resolved.disciplines)
    taught, practised = taught_and_practised(snapshot, resolved)
    masks: dict[BenchmarkKind, Mask] = {
        "Course": courses,
        "Competency": aimed(snapshot, resolved) | taught | practised,
        "TrainingTask": tasks,
        "Certificate": reached(snapshot, "ALIGNS_WITH", senders),
    }
    nodes = {kind: _of_kind(snapshot, kind, mask) for kind, mask in masks.items()}
    return ProgrammeParts(resolved, courses, units, tasks, senders, nodes)


def _of_kind(snapshot: Snapshot, kind: str, mask: Mask) -> Ints:
    nodes = snapshot.of_kind(kind)
    return nodes[mask[nodes]]
