"""A scope resolved against a snapshot: what it leaves of units, tasks and roles, as masks."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.cancellation import check_cancelled
from graph.errors import InputError, Problem
from graph.messages import message
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import KIND_CODES, Snapshot
from queries.semantics.added_links import count_links, roll_up
from queries.semantics.counted_links import ChainLinks, CountedLinks
from queries.semantics.course_units import units_of
from queries.semantics.focus import FocusMode, focus_mode, own_curriculum, whole_roles
from queries.semantics.reasons import naming
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote
from queries.semantics.tolerance import lowest

Mask = npt.NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TermRange:
    """The first and last term in which something is due; +inf and -inf where none is stated.

    `undated`: whether a way leads to it of which no term is stated; what has such a way counts in every term.
    """

    first: Floats
    last: Floats
    undated: Mask

    def due(self, term: int) -> Mask:
        """Return what counts by the end of the term: what is due by then, and what has no term on some way."""
        return (self.first <= term) | self.undated


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
        whole = snapshot.derived(_WHOLE[mode])
        # what is derived from it is shared
        return whole if scope == EVERYTHING else replace(whole, note=whole.note.model_copy(update={"asked": scope}))
    return _resolve(snapshot, scope, mode, employed=employed)


def _resolve(snapshot: Snapshot, scope: Scope, mode: FocusMode, *, employed: bool) -> ResolvedScope:
    if employed:
        require_employment(snapshot, scope)
    disciplines, is_without_runs = _disciplines(snapshot, scope)
    course = None if scope.course is None else snapshot.require(scope.course, "Course")
    courses, units, tasks, unrecorded = None, None, None, False
    own = None if scope.names_curriculum else own_curriculum(snapshot, mode)
    if own is not None:
        disciplines, courses, units, tasks = own.disciplines, own.courses, own.units, own.tasks
    for taught, sending in _curricula(snapshot, None if own is not None else disciplines, course):
        sent = reached(snapshot, "SCHEDULES", sending)
        if not sent.any():
            unrecorded = True
            sent = _reaching(snapshot, "APPLIES", reached(snapshot, "COVERS", taught))
        courses, tasks = both(courses, taught), both(tasks, sent)
    senders = courses if disciplines is None or courses is None else courses | disciplines
    if scope.host is not None:
        tasks = both(tasks, reached(snapshot, "HOSTS", _only(snapshot, snapshot.require(scope.host, "Enterprise"))))
    course_terms = _stated_terms(snapshot, "OFFERS", disciplines)
    task_terms = _stated_terms(snapshot, "SCHEDULES", senders)
    if own is None and courses is not None:
        units = reached(snapshot, "COVERS", courses)
    if scope.term is not None:
        courses, tasks = both(courses, course_terms.due(scope.term)), both(tasks, task_terms.due(scope.term))
        in_no_course = snapshot.into("COVERS").degree == 0  # what is in no course has no term: it counts
        units = both(units, reached(snapshot, "COVERS", courses) | in_no_course)
    unit_terms = _unit_terms(snapshot, courses, course_terms)
    undated = 0
    if scope.term is not None:
        undated = _count_undated(snapshot.derived(units_of), units, unit_terms, scope.term) + _count_undated(
            snapshot.of_kind("TrainingTask"), tasks, task_terms, scope.term
        )
    targeting = _targeting(snapshot, disciplines, course) if scope.names_curriculum else None
    roles, targets_unrecorded = _roles(snapshot, scope, targeting, whole_roles(snapshot, mode))
    aiming = _aiming(snapshot, scope, disciplines, courses)
    note = ScopeNote(
        asked=scope,
        training_unrecorded=unrecorded,
        targets_unrecorded=targets_unrecorded,
        runs_unrecorded=is_without_runs,
        units_unrecorded=_units_unrecorded(snapshot, units, aiming, scope.min_weight),
        undated=undated,
    )
    counted = count_links(snapshot, infer=scope.infer, close=scope.close)
    if scope.roll_up:
        taught = served(snapshot, counted.develops, units, scope.min_weight)
        practised = served(snapshot, counted.practises, tasks, scope.min_weight)
        counted = roll_up(snapshot, counted, taught & practised, scope.roll_up_share)
    return ResolvedScope(
        note,
        mode,
        scope.min_weight,
        disciplines,
        courses,
        units,
        tasks,
        roles,
        aiming,
        unit_terms,
        task_terms,
        counted,
    )


def is_employed(snapshot: Snapshot, scope: Scope) -> bool:
    """Say whether the scope's employer employs its role; so it is where either is not named.

    Raises:
        NotFoundError: one of them is not there, or is of another kind.
    """
    if scope.role is None or scope.employer is None:
        return True
    role, employer = snapshot.require(scope.role, "Role"), snapshot.require(scope.employer, "Enterprise")
    return role in snapshot.out("EMPLOYS").row(employer)


def require_employment(snapshot: Snapshot, scope: Scope) -> None:
    """Refuse a scope of which the employer does not employ the role.

    Raises:
        NotFoundError: one of them is not there, or is of another kind.
        InputError: it does not; the message names who does.
    """
    if is_employed(snapshot, scope):
        return
    role, employer = scope.role or "", scope.employer or ""
    employers = [snapshot.ids[e] for e in snapshot.into("EMPLOYS").row(snapshot.require(role))]
    who = naming("scope.employed_by", employers) if employers else message("scope.employed_by_none")
    reason = message("scope.not_employed", employer=employer, role=role, who=who)
    raise InputError(Problem(reason, column="employer", value=employer))


def _everything(snapshot: Snapshot) -> ResolvedScope:
    unit_terms = _unit_terms(snapshot, None, _stated_terms(snapshot, "OFFERS", None))
    task_terms = _stated_terms(snapshot, "SCHEDULES", None)
    counted = count_links(snapshot)
    note = ScopeNote(asked=EVERYTHING, units_unrecorded=_units_unrecorded(snapshot, None, None, 0.0))
    return ResolvedScope(note, "all", 0.0, None, None, None, None, None, None, unit_terms, task_terms, counted)


def _ours(snapshot: Snapshot) -> ResolvedScope:
    return _resolve(snapshot, EVERYTHING, "ours", employed=True)


_WHOLE: dict[FocusMode, Callable[[Snapshot], ResolvedScope]] = {"all": _everything, "ours": _ours}
"""How the scope that narrows nothing is resolved; done once for a snapshot."""


def served(snapshot: Snapshot, links: CountedLinks, mask: Mask | None, min_weight: float) -> Mask:
    """Return which nodes have a link that is strong enough, from a node in the mask."""
    counts = links.into.weight >= lowest(min_weight)
    if mask is not None:
        counts &= mask[links.into.indices]
    is_served = np.zeros(len(snapshot), bool)
    is_served[links.into.rows[counts]] = True
    return is_served


def _disciplines(snapshot: Snapshot, scope: Scope) -> tuple[Mask | None, bool]:
    """Return the disciplines in scope, and whether there are none since the institution runs none."""
    run = None if scope.institution is None else disciplines_run(snapshot, scope.institution)
    is_without = run is not None and not run.any()
    if scope.discipline is None:
        return run, is_without
    return both(run, descendants(snapshot, snapshot.require(scope.discipline, "Discipline"))), is_without


def disciplines_run(snapshot: Snapshot, institution: str) -> Mask:
    """Return the disciplines that the institution RUNS, with all below; none where the graph does not hold it."""
    node, run = snapshot.find(institution), np.zeros(len(snapshot), bool)
    if node is not None:
        run[snapshot.out("RUNS").row(node)] = True
    return _with_those_below(snapshot, run)


def descendants(snapshot: Snapshot, discipline: int) -> Mask:
    """Return the discipline and all below it, by parent_id; a circle of parents ends where it began."""
    return _with_those_below(snapshot, _only(snapshot, discipline))


def _with_those_below(snapshot: Snapshot, below: Mask) -> Mask:
    parent = snapshot.reference("parent_id")
    while True:
        more = below | ((parent >= 0) & below[parent])
        if (more == below).all():
            return below
        below = more


def reached(snapshot: Snapshot, relation: str, start: Mask) -> Mask:
    """Return what the relation leads to from the marked nodes."""
    links = snapshot.out(relation)
    mask = np.zeros(len(snapshot), bool)
    mask[links.indices[start[links.rows]]] = True
    return mask


def both(mask: Mask | None, other: Mask) -> Mask:
    """Return what is in both masks; None stands for everything."""
    return other if mask is None else mask & other


def _reaching(snapshot: Snapshot, relation: str, end: Mask) -> Mask:
    links = snapshot.out(relation)
    mask = np.zeros(len(snapshot), bool)
    mask[links.rows[end[links.indices]]] = True
    return mask


def _only(snapshot: Snapshot, node: int) -> Mask:
    mask = np.zeros(len(snapshot), bool)
    mask[node] = True
    return mask


def _curricula(snapshot: Snapshot, disciplines: Mask | None, course: int | None) -> list[tuple[Mask, Mask]]:
    """Return for the discipline, and for the course, the courses taught, and all that may send learners to training."""
    curricula = []
    if disciplines is not None:
        offered = reached(snapshot, "OFFERS", disciplines)
        curricula.append((offered, offered | disciplines))
    if course is not None:
        only = _only(snapshot, course)
        curricula.append((only, only))
    return curricula


def _targeting(snapshot: Snapshot, disciplines: Mask | None, course: int | None) -> Mask | None:
    """Return the disciplines whose targets are asked of: those in scope, or those that offer the course."""
    if disciplines is not None or course is None:
        return disciplines
    return _reaching(snapshot, "OFFERS", _only(snapshot, course))


def _aiming(snapshot: Snapshot, scope: Scope, disciplines: Mask | None, courses: Mask | None) -> Mask | None:
    """Return the disciplines and courses whose aims count; where the scope names a course, that course alone."""
    if scope.course is not None or courses is None:
        return courses
    return courses | (snapshot.kind == KIND_CODES["Discipline"] if disciplines is None else disciplines)


def _units_unrecorded(snapshot: Snapshot, units: Mask | None, aiming: Mask | None, min_weight: float) -> bool:
    """Say whether a discipline or course in scope aims at something, and no unit is in scope."""
    aims = snapshot.out("AIMS_AT")
    if not len(aims.indices):
        return False
    known = snapshot.derived(units_of)
    counts = aims.weight >= lowest(min_weight)
    if aiming is not None:
        counts &= aiming[aims.rows]
    return not (len(known) if units is None else units[known].any()) and bool(counts.any())


def _roles(snapshot: Snapshot, scope: Scope, targeting: Mask | None, everyone: Mask | None) -> tuple[Mask | None, bool]:
    """Return the roles in scope, and whether they are `everyone` only since no target is recorded."""
    roles, unrecorded = everyone, False
    if scope.role is not None:
        roles = _only(snapshot, snapshot.require(scope.role, "Role"))
    elif targeting is not None and scope.roles == "targeted":
        targets = reached(snapshot, "TARGETS", targeting)
        unrecorded = not targets.any()
        roles = everyone if unrecorded else targets
    if scope.employer is not None:
        employer = _only(snapshot, snapshot.require(scope.employer, "Enterprise"))
        roles = both(roles, reached(snapshot, "EMPLOYS", employer))
    return roles, unrecorded


def _unit_terms(snapshot: Snapshot, courses: Mask | None, course_terms: TermRange) -> TermRange:
    """Return the terms of units: those of the courses that count."""
    n, covers = len(snapshot), snapshot.out("COVERS")
    counts = np.ones(len(covers.indices), bool) if courses is None else courses[covers.rows]
    unit, course = covers.indices[counts], covers.rows[counts]
    first, last, undated = np.full(n, np.inf), np.full(n, -np.inf), np.ones(n, bool)
    np.minimum.at(first, unit, course_terms.first[course])
    np.maximum.at(last, unit, course_terms.last[course])
    undated[unit] = False
    undated[unit[course_terms.undated[course]]] = True
    return TermRange(first, last, undated)


def _stated_terms(snapshot: Snapshot, relation: str, within: Mask | None) -> TermRange:
    """Return the terms of what the relation leads to: the link's own where it states one, else the node's."""
    links, node_term = snapshot.out(relation), snapshot.number("term")
    inside = np.ones(len(links.indices), bool) if within is None else within[links.rows]
    targets = links.indices[inside]
    stated = snapshot.link_values(relation, "term")
    terms = node_term[targets]
    if stated is not None:
        terms = np.where(stated[inside] >= 0, stated[inside], terms)
    own = node_term.copy()
    own[targets] = np.nan
    first, last = np.where(np.isnan(own), np.inf, own), np.where(np.isnan(own), -np.inf, own)
    dated, undated = ~np.isnan(terms), np.isnan(own)
    undated[targets] = False
    undated[targets[~dated]] = True
    np.minimum.at(first, targets[dated], terms[dated])
    np.maximum.at(last, targets[dated], terms[dated])
    return TermRange(first, last, undated)


def _count_undated(nodes: Ints, mask: Mask | None, terms: TermRange, term: int) -> int:
    """Return how many of the nodes count although nothing says that they are due by the term."""
    nodes = nodes if mask is None else nodes[mask[nodes]]
    return int((terms.first[nodes] > term).sum())
