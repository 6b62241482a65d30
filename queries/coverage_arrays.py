"""Coverage as arrays: the share of each role that a discipline or course serves, of those that teach anything."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from queries.list_nodes import nodes_in_scope
from queries.parameters.coverage import By
from queries.semantics.chain_stages import taught_and_practised
from queries.semantics.course_units import as_asked
from queries.semantics.focus import FocusMode, sending_disciplines
from queries.semantics.focus_rows import course_rows, discipline_rows
from queries.semantics.masks import Mask
from queries.semantics.requirements import role_needs
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope


@dataclass(frozen=True, slots=True)
class CoverageArrays:
    """Rows of a coverage matrix and its columns, the roles in focus, both in id order.

    `required` says of which columns anything is required. `supplying` are the t of the rows that offer, cover or
    schedule anything: positions in `rows`. `shares` is t by columns, 0 to 1, not a number where the role requires
    nothing; in all other rows every share is 0. `training_unrecorded`, of length t: the tasks that apply one of its
    units stand for its training.
    """

    rows: Ints
    columns: Ints
    required: Mask
    supplying: Ints
    shares: Floats
    training_unrecorded: Mask


def coverage_arrays(snapshot: Snapshot, by: By, scope: Scope = EVERYTHING, *, narrowed: bool = False) -> CoverageArrays:
    """Return the coverage of every role in focus by discipline or by course; kept where nothing else narrows it.

    Where it is `narrowed`, the scope's own discipline or course leaves its rows, and the roles that it targets.

    Raises:
        NotFoundError: the scope names something that is not there.
        InputError: its employer does not employ its role.
    """
    snapshot = as_asked(snapshot, scope)
    whole = resolve(snapshot, beside_rows(scope, narrowed=narrowed), focused=True)
    if scope.model_copy(update={"focus": "auto"}) == EVERYTHING:
        return snapshot.derived(_KEPT[by, whole.mode])
    return _compute(snapshot, by, scope, whole)


def beside_rows(scope: Scope, *, narrowed: bool) -> Scope:
    """Return what columns are in: the scope without a role and, unless it narrows the rows, without a curriculum."""
    without = {"role": None} if narrowed else {"role": None, "discipline": None, "course": None}
    return scope.model_copy(update=without)


def matrix_rows(snapshot: Snapshot, by: By, scope: Scope, whole: ResolvedScope) -> Ints:
    """Return the disciplines, or courses, in focus, with what the scope names; or those of the institution.

    Where `whole`, the scope of the columns, names a discipline or course itself, they are those that it is about.
    """
    asked = whole.note.asked
    if asked.discipline is not None or asked.course is not None:
        return nodes_in_scope(snapshot, "Discipline" if by == "discipline" else "Course", whole)
    rows = discipline_rows if by == "discipline" else course_rows
    return rows(snapshot, scope, whole.mode)


def supplying_rows(snapshot: Snapshot, by: By, rows: Ints) -> Ints:
    """Return the positions of the rows that offer, cover or schedule anything; all others teach and train nothing."""
    if by == "discipline":
        return np.flatnonzero(sending_disciplines(snapshot)[rows])
    degree = snapshot.out("COVERS").degree[rows] + snapshot.out("SCHEDULES").degree[rows]
    return np.flatnonzero(degree > 0)


def row_scope(snapshot: Snapshot, by: By, scope: Scope, row: int) -> ResolvedScope:
    """Return the scope of one row: its discipline or course takes the place of the scope's own."""
    return resolve(snapshot, scope.model_copy(update={"role": None, by: snapshot.ids[row]}))


def _compute(snapshot: Snapshot, by: By, scope: Scope, whole: ResolvedScope) -> CoverageArrays:
    rows, columns = matrix_rows(snapshot, by, scope, whole), _kept(snapshot.of_kind("Role"), whole.roles)
    supplying = supplying_rows(snapshot, by, rows)
    needs = role_needs(snapshot, scope.min_weight)
    total = np.bincount(needs.role, needs.weight, minlength=len(snapshot))[columns]
    shares, unrecorded = np.zeros((len(supplying), len(columns))), np.zeros(len(supplying), bool)
    for at, row in enumerate(rows[supplying].tolist()):
        resolved = row_scope(snapshot, by, scope, row)
        taught, practised = taught_and_practised(snapshot, resolved)
        served = needs.weight * (taught & practised)[needs.competency]
        sums = np.bincount(needs.role, served, minlength=len(snapshot))[columns]
        shares[at] = np.minimum(np.divide(sums, total, out=np.full(len(columns), np.nan), where=total > 0), 1.0)
        unrecorded[at] = resolved.note.training_unrecorded
    return CoverageArrays(rows, columns, total > 0, supplying, shares, unrecorded)


def _whole(by: By, mode: FocusMode, snapshot: Snapshot) -> CoverageArrays:
    scope = Scope(focus=mode)
    return _compute(snapshot, by, scope, resolve(snapshot, scope, focused=True))


_BYS: tuple[By, ...] = ("discipline", "course")
_MODES: tuple[FocusMode, ...] = ("ours", "all")
_KEPT: dict[tuple[By, FocusMode], Callable[[Snapshot], CoverageArrays]] = {
    (by, mode): partial(_whole, by, mode) for by in _BYS for mode in _MODES
}
"""How the matrix that nothing narrows is made; done once for a snapshot."""


def _kept(nodes: Ints, mask: Mask | None) -> Ints:
    return nodes if mask is None else nodes[mask[nodes]]
