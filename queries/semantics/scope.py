"""The scope: which part of the graph a question is asked of."""

from typing import Literal

from pydantic import Field

from graph.model import Frozen

FocusWish = Literal["ours", "all", "auto"]
"""What a question about many is about; `auto` is decided on the whole graph."""


class Scope(Frozen):
    """What a question is narrowed to; ids, except `term`, `min_weight`, `roles` and `focus`.

    `institution` narrows to the disciplines that it RUNS, and to what its own sources, and those of nobody, state.
    `discipline` and `course` narrow what is taught, and the training that they send their learners to; `host` narrows
    training, `employer` roles; `role` fixes the role. `term` keeps what is due by then. Weaker DEVELOPS, PRACTISES and
    REQUIRES than `min_weight` are ignored. Unless a role is named, roles are those that the discipline, or those that
    offer the course, TARGET; all where they target none, or with `roles="all"`.

    A question about many has a `focus`: `ours` is what somebody teaches or hires for; `auto` is that as soon as a role
    is targeted or employed, else `all`.

    Four options widen what counts, and answers mark what they add. `infer`: a task practises what the responsibilities
    that it PREPARES_FOR require. `infer_aims`: a course that COVERS no unit is one itself, which DEVELOPS what the
    course AIMS_AT. `close`: what is CLOSE_TO a competency counts for it. `roll_up`: narrower competencies count for the
    broader, where at least `roll_up_share` of those are covered.
    """

    institution: str | None = None
    discipline: str | None = None
    course: str | None = None
    role: str | None = None
    employer: str | None = None
    host: str | None = None
    term: int | None = Field(default=None, ge=1)
    min_weight: float = Field(default=0.0, ge=0.0, le=1.0)
    roles: Literal["targeted", "all"] = "targeted"
    focus: FocusWish = "auto"
    infer: bool = False
    infer_aims: bool = False
    close: bool = False
    roll_up: bool = False
    roll_up_share: float = Field(default=0.5, gt=0.0, le=1.0)

    @property
    def names_curriculum(self) -> bool:
        """Whether it names whose teaching it is about: an institution, a discipline or a course."""
        return self.discipline is not None or self.course is not None or self.institution is not None

    @property
    def is_everywhere(self) -> bool:
        """Whether nothing is narrowed or widened, but for the focus."""
        return all(getattr(self, name) == value for name, value in _NARROWING_NOTHING)


EVERYTHING = Scope()
_NARROWING_NOTHING = tuple((name, value) for name, value in EVERYTHING if name != "focus")


class ScopeNote(Frozen):
    """What was asked, and what the answer should be read with.

    `training_unrecorded`: the discipline or course schedules no training, so the tasks that apply one of its units were
    taken. `targets_unrecorded`: what the scope names targets no role, so every role was taken. `units_unrecorded`: what
    is in scope has aims and no units; `infer_aims` counts the aims of courses. `undated`: how many units and tasks
    count although no term is stated for them; 0 unless a term was asked for. `runs_unrecorded`: the institution runs no
    discipline, so nothing is taught or practised.
    """

    asked: Scope
    training_unrecorded: bool = False
    targets_unrecorded: bool = False
    units_unrecorded: bool = False
    runs_unrecorded: bool = False
    undated: int = 0
