"""A scope resolved against a snapshot: what it leaves of units, tasks and roles, as masks."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, get_args

import numpy as np

from graph.cancellation import check_cancelled
from graph.snapshot.snapshot import Snapshot
from queries.semantics.added_links import count_links, roll_up
from queries.semantics.aim_scope import aiming_in, are_units_unrecorded
from queries.semantics.counted_links import ChainLinks, CountedLinks
from queries.semantics.curriculum_scope import CurriculumScope, curriculum_in
from queries.semantics.employment import require_employment
from queries.semantics.focus import FocusMode, focus_mode, own_curriculum, whole_roles
from queries.semantics.masks import Mask
from queries.semantics.role_scope import roles_in
from queries.semantics.scope import EVERYTHING, FocusWish, Scope, ScopeNote
from queries.semantics.term_ranges import TermRange
from queries.semantics.tolerance import lowest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ResolvedScope:
    """A scope against one snapshot: which links into competencies count, and of which units, tasks and roles.

    A mask of None leaves everything in. `courses` are those that count: in scope, and due by the term. `aiming` are the
    disciplines and courses whose AIMS_AT count. In the mode `ours`, roles are those in focus, and what standards alone
    describe is left out, unless the scope names a discipline or course.
    """

    note: ScopeNote
    mode: FocusMode
    min_weight: float
    disciplines: Mask | None
    courses: Mask | None
    units: Mask | None
    tasks: Mask | None
    roles: Mask | None
    aiming: Mask | None
    unit_terms: TermRange
    task_terms: TermRange
    counted: ChainLinks
    _derived: dict[Callable[..., Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def derived(self, build: "Callable[[Snapshot, ResolvedScope], T]", snapshot: Snapshot) -> T:
        """Return `build(snapshot, self)`, computed once. `build` must be a function of a module."""
        if build not in self._derived:
            self._derived[build] = build(snapshot, self)
        value: T = self._derived[build]
        return value

    def take_over(self, build: "Callable[[Snapshot, ResolvedScope], T]", value: T) -> None:
        """Let `derived` return what another process has built."""
        self._derived[build] = value


def resolve(
    snapshot: Snapshot, scope: Scope = EVERYTHING, *, employed: bool = True, focused: bool = False
) -> ResolvedScope:
    """Return what the scope leaves of the snapshot; narrowed to its focus where the question is one about many.

    Unless the role must be `employed`, one that the employer does not employ leaves no role, as in a state that is
    compared with another.

    Raises:
        NotFoundError: the scope names something that is not there, or is of another kind.
        InputError: its employer does not employ its role.
    """
    check_cancelled()
    mode: FocusMode = focus_mode(snapshot, scope) if focused else "all"
    if scope.is_everywhere:
        return snapshot.derived(_AS_ASKED[scope.focus, mode])
    return _resolve(snapshot, scope, mode, employed=employed)


def _resolve(snapshot: Snapshot, scope: Scope, mode: FocusMode, *, employed: bool) -> ResolvedScope:
    if employed:
        require_employment(snapshot, scope)
    own = None if scope.names_curriculum else own_curriculum(snapshot, mode)
    curriculum = curriculum_in(snapshot, scope, own)
    roles, targets_unrecorded = roles_in(snapshot, scope, curriculum.disciplines, whole_roles(snapshot, mode))
    aiming = aiming_in(snapshot, scope, curriculum.disciplines, curriculum.courses)
    note = ScopeNote(
        asked=scope,
        training_unrecorded=curriculum.training_unrecorded,
        targets_unrecorded=targets_unrecorded,
        runs_unrecorded=curriculum.runs_unrecorded,
        units_unrecorded=are_units_unrecorded(snapshot, curriculum.units, aiming, scope.min_weight),
        undated=curriculum.undated,
    )
    return ResolvedScope(
        note=note,
        mode=mode,
        min_weight=scope.min_weight,
        disciplines=curriculum.disciplines,
        courses=curriculum.courses,
        units=curriculum.units,
        tasks=curriculum.tasks,
        roles=roles,
        aiming=aiming,
        unit_terms=curriculum.unit_terms,
        task_terms=curriculum.task_terms,
        counted=_counted(snapshot, scope, curriculum),
    )


def _counted(snapshot: Snapshot, scope: Scope, curriculum: CurriculumScope) -> ChainLinks:
    """Return the links of chains that count, with those that the scope's options add."""
    counted = count_links(snapshot, infer=scope.infer, close=scope.close)
    if not scope.roll_up:
        return counted
    taught = served(snapshot, counted.develops, curriculum.units, scope.min_weight)
    practised = served(snapshot, counted.practises, curriculum.tasks, scope.min_weight)
    return roll_up(snapshot, counted, taught & practised, scope.roll_up_share)


def _everything(snapshot: Snapshot) -> ResolvedScope:
    return _resolve(snapshot, EVERYTHING, "all", employed=True)


def _ours(snapshot: Snapshot) -> ResolvedScope:
    return _resolve(snapshot, EVERYTHING, "ours", employed=True)


_WHOLE: dict[FocusMode, Callable[[Snapshot], ResolvedScope]] = {"all": _everything, "ours": _ours}


def _as_asked(focus: FocusWish, mode: FocusMode) -> Callable[[Snapshot], ResolvedScope]:
    if focus == EVERYTHING.focus:
        return _WHOLE[mode]

    def resolved(snapshot: Snapshot) -> ResolvedScope:
        whole = snapshot.derived(_WHOLE[mode])  # what is derived from it is shared
        return replace(whole, note=whole.note.model_copy(update={"asked": Scope(focus=focus)}))

    return resolved


_AS_ASKED = {(focus, mode): _as_asked(focus, mode) for focus in get_args(FocusWish) for mode in _WHOLE}
"""How the scope that narrows nothing is resolved, by the focus that is asked for and what it comes to: once each."""


def served(snapshot: Snapshot, links: CountedLinks, mask: Mask | None, min_weight: float) -> Mask:
    """Return which nodes have a link that is strong enough, from a node in the mask."""
    counts = links.into.weight >= lowest(min_weight)
    if mask is not None:
        counts &= mask[links.into.indices]
    is_served = np.zeros(len(snapshot), bool)
    is_served[links.into.rows[counts]] = True
    return is_served
