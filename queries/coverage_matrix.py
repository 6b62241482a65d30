"""Coverage matrix: disciplines or courses by roles, or by what one role requires."""

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.parameters.coverage import By
from queries.semantics.answers import (
    Completeness,
    NodeName,
    Share,
    completeness,
    named,
)
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.chain_status import BY_EMPTINESS, ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.focus import Curriculum, own_curriculum
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import Mask, resolve
from queries.semantics.scope import EVERYTHING, Scope


class CoverageMatrix(Frozen):
    """Disciplines or courses (rows) by roles in focus, or by what one role requires (columns); all in id order.

    `shares[i][j]` is the coverage of role j in row i, None where the role requires nothing; empty when `role` is given.
    `statuses[i][j]` is how competency j of the role stands in row i; empty when `role` is None. Both count rows' own
    training where the row schedules some, else (`training_unrecorded[i]`) the tasks that apply one of its units.
    """

    by: By
    role: NodeName | None
    rows: list[NodeName]
    columns: list[NodeName]
    shares: list[list[Share | None]]
    statuses: list[list[ChainStatus]]
    training_unrecorded: list[bool]
    completeness: Completeness
    focus: Focus
    scope: Scope
    revision: int


def coverage_matrix(
    snapshot: Snapshot, by: By, role_id: str | None = None, scope: Scope = EVERYTHING
) -> CoverageMatrix:
    """Return the coverage of every role in focus, or of every competency of one role, by discipline or by course.

    Roles are those of the scope's employer, if it names one. The scope's own discipline or course is replaced by each
    row in turn. In focus, disciplines that are standards, and courses that only these offer, are no rows.

    Raises:
        NotFoundError: there is no such role, or the scope names something that is not there.
        InputError: its employer does not employ the role.
    """
    everywhere = scope.model_copy(update={"role": role_id, "discipline": None, "course": None})
    known, snapshot = snapshot, as_asked(snapshot, scope)
    whole = resolve(snapshot, everywhere, focused=True)
    rows = _rows(snapshot, by, None if scope.discipline or scope.course else own_curriculum(snapshot, whole.mode))
    needs = role_needs(snapshot, scope.min_weight)
    role = None if role_id is None else snapshot.require(role_id, "Role")
    columns = _kept(snapshot.of_kind("Role"), whole.roles) if role is None else needs.competency[needs.role == role]
    total = np.bincount(needs.role, needs.weight, minlength=len(snapshot))
    shares: list[list[float | None]] = []
    statuses: list[list[ChainStatus]] = []
    unrecorded = []
    for row in rows.tolist():
        resolved = resolve(snapshot, scope.model_copy(update={"role": None, by: snapshot.ids[row]}))
        taught, practised = taught_and_practised(snapshot, resolved)
        unrecorded.append(resolved.note.training_unrecorded)
        if role is None:
            served = needs.weight * (taught & practised)[needs.competency]
            sums = np.bincount(needs.role, served, minlength=len(snapshot))
            shares.append(_shares(sums[columns].astype(np.float64), total[columns].astype(np.float64)))
        else:
            statuses.append([BY_EMPTINESS[bool(taught[c]), bool(practised[c]), True] for c in columns.tolist()])
    return CoverageMatrix(
        by=by,
        role=None if role is None else named(snapshot, role),
        rows=_named(snapshot, rows),
        columns=_named(snapshot, columns),
        shares=shares,
        statuses=statuses,
        training_unrecorded=unrecorded,
        completeness=completeness(known),
        focus=focus_of(snapshot, whole),
        scope=scope,
        revision=snapshot.revision.number,
    )


def _shares(served: Floats, total: Floats) -> list[float | None]:
    """Return `share_of` each pair; nearly all are 0 in a large matrix, and share one object."""
    has_any = total > 0
    ratios = np.minimum(np.divide(served, total, out=np.zeros(len(total)), where=has_any), 1.0)
    return [share or 0.0 if wanted else None for share, wanted in zip(ratios.tolist(), has_any.tolist(), strict=True)]


def _rows(snapshot: Snapshot, by: By, own: Curriculum | None) -> Ints:
    if by == "discipline":
        return _kept(snapshot.of_kind("Discipline"), own.disciplines if own else None)
    return _kept(snapshot.of_kind("Course"), own.courses if own else None)


def _kept(nodes: Ints, mask: Mask | None) -> Ints:
    return nodes if mask is None else nodes[mask[nodes]]


def _named(snapshot: Snapshot, nodes: Ints) -> list[NodeName]:
    return [named(snapshot, node) for node in nodes.tolist()]
