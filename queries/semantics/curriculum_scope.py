"""What a scope leaves of the curriculum: disciplines, courses, units and tasks, and the terms in which they are due."""

from dataclasses import dataclass, replace

from graph.snapshot.snapshot import Snapshot
from queries.semantics.course_units import units_of
from queries.semantics.discipline_tree import descendants, disciplines_run
from queries.semantics.focus import Curriculum
from queries.semantics.masks import Mask, both, only, reached, reaching
from queries.semantics.scope import Scope
from queries.semantics.term_ranges import TermRange, count_undated, stated_terms, unit_terms


@dataclass(frozen=True, slots=True)
class CurriculumScope:
    """What counts of the curriculum; a mask of None leaves everything in.

    `runs_unrecorded`, `training_unrecorded` and `undated` are those of a ScopeNote.
    """

    disciplines: Mask | None
    courses: Mask | None
    units: Mask | None
    tasks: Mask | None
    unit_terms: TermRange
    task_terms: TermRange
    runs_unrecorded: bool = False
    training_unrecorded: bool = False
    undated: int = 0


def curriculum_in(snapshot: Snapshot, scope: Scope, own: Curriculum | None) -> CurriculumScope:
    """Return what the scope leaves of the curriculum, or of `own` where it names no part of it itself.

    Raises:
        NotFoundError: the scope names something that is not there, or is of another kind.
    """
    if own is None:
        disciplines, is_without_runs = _disciplines(snapshot, scope)
        courses, tasks, is_unrecorded = _taught_and_sent(snapshot, disciplines, scope.course)
        units = None if courses is None else reached(snapshot, "COVERS", courses)
    else:
        disciplines, courses, units, tasks = own.disciplines, own.courses, own.units, own.tasks
        is_without_runs, is_unrecorded = False, False
    if scope.host is not None:
        tasks = both(tasks, reached(snapshot, "HOSTS", only(snapshot, snapshot.require(scope.host, "Enterprise"))))
    senders = courses if disciplines is None or courses is None else courses | disciplines
    course_terms = stated_terms(snapshot, "OFFERS", disciplines)
    task_terms = stated_terms(snapshot, "SCHEDULES", senders)
    if scope.term is not None:
        courses, tasks = both(courses, course_terms.due(scope.term)), both(tasks, task_terms.due(scope.term))
        in_no_course = snapshot.into("COVERS").degree == 0  # what is in no course has no term: it counts
        units = both(units, reached(snapshot, "COVERS", courses) | in_no_course)
    found = CurriculumScope(
        *(disciplines, courses, units, tasks),
        unit_terms(snapshot, courses, course_terms),
        task_terms,
        runs_unrecorded=is_without_runs,
        training_unrecorded=is_unrecorded,
    )
    return found if scope.term is None else replace(found, undated=_undated(snapshot, found, scope.term))


def _disciplines(snapshot: Snapshot, scope: Scope) -> tuple[Mask | None, bool]:
    """Return the disciplines in scope, and whether there are none since the institution runs none."""
    run = None if scope.institution is None else disciplines_run(snapshot, scope.institution)
    is_without = run is not None and not run.any()
    if scope.discipline is None:
        return run, is_without
    return both(run, descendants(snapshot, snapshot.require(scope.discipline, "Discipline"))), is_without


def _taught_and_sent(
    snapshot: Snapshot, disciplines: Mask | None, course: str | None
) -> tuple[Mask | None, Mask | None, bool]:
    """Return the courses of the disciplines and the course, the tasks that they send to, and whether one sends to none.

    What sends to none is taken to send to the tasks that apply one of its units.
    """
    courses, tasks, is_unrecorded = None, None, False
    for taught, sending in _curricula(snapshot, disciplines, course):
        sent = reached(snapshot, "SCHEDULES", sending)
        if not sent.any():
            is_unrecorded = True
            sent = reaching(snapshot, "APPLIES", reached(snapshot, "COVERS", taught))
        courses, tasks = both(courses, taught), both(tasks, sent)
    return courses, tasks, is_unrecorded


def _curricula(snapshot: Snapshot, disciplines: Mask | None, course: str | None) -> list[tuple[Mask, Mask]]:
    """Return for the discipline, and for the course, the courses taught, and all that may send learners to training."""
    curricula = []
    if disciplines is not None:
        offered = reached(snapshot, "OFFERS", disciplines)
        curricula.append((offered, offered | disciplines))
    if course is not None:
        alone = only(snapshot, snapshot.require(course, "Course"))
        curricula.append((alone, alone))
    return curricula


def _undated(snapshot: Snapshot, found: CurriculumScope, term: int) -> int:
    """Return how many units and tasks count although nothing says that they are due by the term."""
    return count_undated(snapshot.derived(units_of), found.units, found.unit_terms, term) + count_undated(
        snapshot.of_kind("TrainingTask"), found.tasks, found.task_terms, term
    )
