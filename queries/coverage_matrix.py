"""Coverage matrix: disciplines or courses by roles, or by what one role requires."""

from collections.abc import Sequence

import numpy as np

from graph.model import Frozen
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.coverage_arrays import CoverageArrays, beside_rows, coverage_arrays, matrix_rows, row_scope, supplying_rows
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
from queries.semantics.course_units import as_asked, of_institution
from queries.semantics.focus_note import Focus, focus_of
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import ResolvedScope, resolve
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
    snapshot: Snapshot, by: By, role_id: str | None = None, scope: Scope = EVERYTHING, *, narrowed: bool = False
) -> CoverageMatrix:
    """Return the coverage of every role in focus, or of every competency of one role, by discipline or by course.

    Roles are those of the scope's employer, if it names one. The scope's own discipline or course is replaced by each
    row in turn; where the matrix is `narrowed` by it, rows are those that it is about, and roles those that it targets.
    In focus, disciplines that are standards, and courses that only these offer, are no rows.

    Raises:
        NotFoundError: there is no such role, or the scope names something that is not there.
        InputError: its employer does not employ the role.
    """
    everywhere = beside_rows(scope, narrowed=narrowed).model_copy(update={"role": role_id})
    known, snapshot = of_institution(snapshot, scope), as_asked(snapshot, scope)
    whole = resolve(snapshot, everywhere, focused=True)
    shares: list[list[float | None]] = []
    statuses: list[list[ChainStatus]] = []
    role = None if role_id is None else snapshot.require(role_id, "Role")
    if role is None:
        found = coverage_arrays(snapshot, by, scope.model_copy(update={"role": None}), narrowed=narrowed)
        rows, columns, supplying = found.rows, found.columns, found.supplying
        unrecorded = found.training_unrecorded
        shares = _shares(found)
    else:
        needs = role_needs(snapshot, scope.min_weight)
        rows, columns = matrix_rows(snapshot, by, scope, whole), needs.competency[needs.role == role]
        supplying = supplying_rows(snapshot, by, rows)
        scopes = [row_scope(snapshot, by, scope, row) for row in rows[supplying].tolist()]
        unrecorded = np.array([one.note.training_unrecorded for one in scopes], bool)
        statuses = _statuses(snapshot, len(rows), supplying, scopes, columns)
    is_unrecorded = np.ones(len(rows), bool)  # what teaches and schedules nothing has no training recorded
    is_unrecorded[supplying] = unrecorded
    return CoverageMatrix(
        by=by,
        role=None if role is None else named(snapshot, role),
        rows=_named(snapshot, rows),
        columns=_named(snapshot, columns),
        shares=shares,
        statuses=statuses,
        training_unrecorded=is_unrecorded.tolist(),
        completeness=completeness(known),
        focus=focus_of(snapshot, whole),
        scope=scope,
        revision=snapshot.revision.number,
    )


def _shares(found: CoverageArrays) -> list[list[float | None]]:
    """Return the shares of each row; nearly all are 0 in a large matrix, and share one object."""
    nothing = [0.0 if required else None for required in found.required.tolist()]
    shares: list[list[float | None]] = [nothing] * len(found.rows)
    for at, row in zip(found.supplying.tolist(), found.shares.tolist(), strict=True):
        shares[at] = [share or empty if empty is not None else None for share, empty in zip(row, nothing, strict=True)]
    return shares


def _statuses(
    snapshot: Snapshot, count: int, supplying: Ints, scopes: Sequence[ResolvedScope], columns: Ints
) -> list[list[ChainStatus]]:
    """Return how each competency stands in each row; in one that supplies nothing, nothing is served."""
    statuses = [[ChainStatus.UNSERVED] * len(columns)] * count
    for at, resolved in zip(supplying.tolist(), scopes, strict=True):
        taught, practised = (mask[columns].tolist() for mask in taught_and_practised(snapshot, resolved))
        statuses[at] = [BY_EMPTINESS[some, done, True] for some, done in zip(taught, practised, strict=True)]
    return statuses


def _named(snapshot: Snapshot, nodes: Ints) -> list[NodeName]:
    return [named(snapshot, node) for node in nodes.tolist()]
