"""What questions may be asked with, as keyword arguments: the parameters of REST by their names.

`fields`, `format` and `cursor` are not among them: answers are read whole, as models, and pages follow one another.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypedDict

from rolepath.client.models import AlignmentRelation, ChainStatus, Weakness

Ask = Literal["gaps", "coverage", "trace", "plan"]
By = Literal["discipline", "course"]
Mode = Literal["online", "onsite", "blended"]
What = Literal["linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness"]
Language = Literal["en", "zh"]
Ids = Sequence[str]


class Asked(TypedDict, total=False):
    """What every question takes; where it is not given, what the client was made with."""

    lang: Language | None
    min_revision: int | None


class AskedPage(Asked, total=False):
    """How a list is asked for; `limit` is of a page, and iterating goes over all pages."""

    limit: int


class AskedNodes(AskedPage, total=False):
    """Which nodes of a kind are listed, and in which order."""

    title: str | None
    code: str | None
    vocabulary: str | None
    sort: Literal["id", "name"]


class AskedCompetencies(AskedNodes, total=False):
    """Which competencies are listed, and in which order."""

    kind: Literal["knowledge", "skill", "ability", "attitude"] | None


class AskedRuns(AskedPage, total=False):
    """Which imports are listed."""

    source: str | None


class AskedNode(Asked, total=False):
    """How many neighbours of each relation are listed at most."""

    limit: int


class AskedShort(Asked, total=False):
    """How many items each list of the answer has at most."""

    limit: int


class Surroundings(TypedDict, total=False):
    """What a question about one role is narrowed to."""

    discipline: str | None
    course: str | None
    employer: str | None
    host: str | None
    term: int | None
    min_weight: float


class Widened(TypedDict, total=False):
    """What else may count besides what is stated of a competency itself."""

    infer: bool
    close: bool
    roll_up: bool
    roll_up_share: float


class AskedScope(Surroundings, Asked, total=False):
    """What a question is narrowed to."""

    role: str | None
    roles: Literal["targeted", "all"]


class AskedTrace(Widened, AskedScope, total=False):
    """What a trace is narrowed to, what counts in it, and how many chains it lists."""

    limit: int


class AskedGaps(Widened, AskedScope, AskedPage, total=False):
    """Which gaps are listed."""

    status: ChainStatus | str | None
    flaw: Weakness | str | None
    severity: int
    sort: Literal["severity", "demand", "name"]


class AskedCoverage(Widened, Surroundings, Asked, total=False):
    """What the coverage of a role is narrowed to, and what counts."""


class AskedMatrix(AskedCoverage, total=False):
    """What the matrix has as rows and columns."""

    by: By
    role: str | None


class AskedTraining(Surroundings, AskedPage, total=False):
    """What ranked training may ask."""

    have: Ids
    sort: Literal["rank", "hours", "term"]


class AskedRotation(Asked, total=False):
    """What a cohort is placed for, and within which limits."""

    role: str | None
    terms: int | None
    max_hours: float | None
    max_tasks: int | None
    have: Ids
    modes: Sequence[Mode]
    region: str | None
    time_limit_s: float


class AskedIntegration(AskedShort, total=False):
    """Whose integration is asked about."""

    discipline: str | None
    role: str | None


class AskedAllocation(AskedScope, AskedShort, total=False):
    """What is weighed, and how much more is to be spent."""

    hours: float | None
    seats: float | None
    sort: Literal["balance", "demand", "name"]


class AskedFeedback(AskedShort, total=False):
    """Whose assessments are asked about."""

    cohort: str | None
    discipline: str | None


class AskedSignals(Asked, total=False):
    """Which signals are asked about."""

    region: str | None
    kind: Literal["policy", "trend", "demand"] | None
    on: date | None
    revisions: int


class AskedMetrics(AskedScope, AskedShort, total=False):
    """Which metrics are wanted, and how many measures of each."""

    what: Sequence[What]
    revisions: int


class AskedDiff(AskedScope, AskedShort, total=False):
    """Which revision is compared with the earlier one, and in which scope."""

    until: int | None


class AskedAlignment(AskedShort, total=False):
    """Which links are proposed."""

    relation: Sequence[AlignmentRelation | str]
    min_score: float | None


class Wished(Surroundings, Asked, total=False):
    """What a training plan keeps to, what the learner holds already, and the scope that tasks are chosen from."""

    max_hours: float | None
    max_tasks: int | None
    have: Ids
    modes: Sequence[Mode]
    region: str | None
    alternatives: int
    time_limit_s: float


class Matched(Surroundings, Asked, total=False):
    """How many roles are compared, and of whom."""

    limit: int


class Supposed(AskedScope, total=False):
    """What is supposed, what else is asked, and in which scope."""

    limit: int


class Wanted(TypedDict, total=False):
    """How an import is to be done, and what it may do that it may not by default."""

    source: str | None
    mode: Literal["replace", "merge"]
    dry_run: bool
    skip_invalid: bool
    allow_dangling: bool
    allow_removals: bool
    expected_revision: int | None
