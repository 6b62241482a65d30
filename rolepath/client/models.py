"""The models of answers, as the OpenAPI document has them. Generated: `make client` writes it anew."""

# datamodel-code-generator 0.89.0, document 34e8baee97fdc3966537cf430fad4bb5

from __future__ import annotations

from datetime import date as date_aliased
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, RootModel
from rolepath.client.answer import Answer


class Alignment(Answer):
    """
    Candidates by relation (in the order of `AlignmentRelation`), then score, highest first, then ids.

    `counts`: how many of each relation. `known`: likely pairs that were left out, since the graph links them already.
    """

    a: str
    b: str
    items: list[AlignmentCandidate]
    counts: dict[AlignmentRelation, int]
    by: LikenessKind
    note: str | None = None
    known: int
    next: Annotated[str | None, Field(description="None: the list has one page.")] = (
        None
    )
    revision: int


class AlignmentCandidate(Answer):
    """A link that may hold. `score`: how alike the two are said to be. `weight`: what to import, None not stated."""

    from_id: str
    from_name: str
    relation: AlignmentRelation
    to_id: str
    to_name: str
    weight: float | None
    score: float
    reason: str


class AlignmentRelation(StrEnum):
    """
    A relation that can be proposed, in the order in which proposals are listed.
    """

    SAME_AS = "SAME_AS"
    CLOSE_TO = "CLOSE_TO"
    DEVELOPS = "DEVELOPS"
    PRACTISES = "PRACTISES"


class Allocation(Answer):
    """
    Shares of teaching hours, training seats and demand.

    `competencies`: those out of proportion in either first, by demand, then by id, unless asked otherwise; cut short at
    `limit`, with `total` for all that get or are asked for something.
    """

    teaching_hours: float
    training_seats: float
    demand: float
    coverage: float | None
    by_education: list[EducationAllocation]
    teaching_counts: dict[Balance, int]
    training_counts: dict[Balance, int]
    total: int
    competencies: list[CompetencyAllocation]
    next_hours: NextUses
    next_seats: NextUses
    units_without_hours: int
    tasks_without_capacity: int
    completeness: Completeness
    focus: Focus
    scope: ScopeNote
    next: str | None = None
    revision: int


class Allotment(Answer):
    """
    What something gets of one resource: learner hours of teaching, or training seats (learners per term).

    `ratio` is `share` over the share of demand, None without demand.
    """

    amount: float
    share: float | None
    ratio: float | None
    balance: Balance | None


class AlternativePlan(Answer):
    """
    The next best plan of those that contain no plan before it whole; `tasks` in the order of steps.

    `adds` and `leaves_out` tell it from the first plan, by id. Shares, hours and `optimal` are as of a plan.
    """

    tasks: list[NodeName]
    adds: list[NodeName]
    leaves_out: list[NodeName]
    hours: float
    coverage_after: float | None
    practised_after: float | None
    optimal: bool


class AppliedProposals(Answer):
    """
    What an apply did, or would do: disagreements first, then what is left out, then the edits.

    `elsewhere` are sources whose links would have to change: apply as them. `waiting` changes do not fit in one run.
    """

    disputed: list[LeftOutProposal]
    left_out: list[LeftOutProposal]
    elsewhere: list[str]
    links: int
    waiting: int
    edits: EditAnswer | None


class AssessmentDay(Answer):
    """The assessments of one day: the learner-weighted mean score, the learners, the tasks, and what was noted."""

    date: str
    score: float
    learners: int
    tasks: list[NodeName]
    issues: list[str]


class AttainedCompetency(Answer):
    """
    How far a cohort came in a competency, over all its assessments; by date in `assessments`.

    It is `deficient` below 0.6.
    """

    competency: NodeName
    attainment: float
    deficient: bool
    learners: int
    assessments: list[AssessmentDay]
    followed_up: FollowUp | None
    earlier: EarlierCohort | None
    units: list[FollowUpUnit]
    tasks: list[FollowUpTask]


class Balance(StrEnum):
    """
    A share of resources beside the share of demand; a factor of exactly two is still balanced.
    """

    STARVED = "starved"
    BALANCED = "balanced"
    OVERLAPPING = "overlapping"
    UNDEMANDED = "undemanded"


class Benchmark(Answer):
    """
    A programme against another discipline: a page of differences, and how chains stand now and otherwise.

    `items` by kind, then what is lacking, extra, shared; competencies by the demand of the programme's roles, largest
    first; then by name and id.
    """

    discipline: NodeName
    against: NodeName
    items: list[BenchmarkItem]
    total: int
    totals: dict[Literal["Course", "Competency", "TrainingTask", "Certificate"], dict[Literal["lacking", "extra", "shared"], int]]
    now: BenchmarkStand
    adopted: BenchmarkStand
    reduced: BenchmarkStand
    offered: list[StandardOffer]
    scope: ScopeNote
    completeness: Completeness
    next: str | None
    revision: int


class BenchmarkEffect(Answer):
    """A competency that would stand otherwise."""

    competency: NodeName
    before: ChainStatus
    after: ChainStatus


class BenchmarkItem(Answer):
    """
    A thing of the other (`lacking`, `shared`) or of the programme alone (`extra`), and what it does to chains.

    `matches` are those of the programme, in id order; none unless both have it.
    """

    kind: Literal["Course", "Competency", "TrainingTask", "Certificate"]
    difference: Literal["lacking", "extra", "shared"]
    node: BenchmarkNode
    matches: list[BenchmarkMatch]
    likely: NodeName | None
    effects: list[BenchmarkEffect]


class BenchmarkMatch(Answer):
    """A thing of the programme that the other's is, or counts as, and by what."""

    id: str
    name: str
    status: ChainStatus | None
    by: Literal["same", "close", "code", "name"]


class BenchmarkNode(Answer):
    """A thing that is compared; of a competency, how it stands in the programme's scope."""

    id: str
    name: str
    status: ChainStatus | None


class BenchmarkStand(Answer):
    """The connected share of the demand of roles in scope (None: none), and competencies compared or required."""

    share: float | None
    counts: dict[ChainStatus, int]


class Brief(Answer):
    """
    What an enterprise can do next for the training of the people it needs.

    The shares are those of `Leadership`; `served` is the share of its demand taught and practised at all. `gaps`: by
    severity, demand, id.
    """

    enterprise: NodeName
    roles: list[RoleOpenings]
    required: int
    connected: int
    served: float | None
    hosted: float | None
    led: float | None
    co_led: float | None
    mentored: float | None
    taught_teachers: float | None
    gaps_total: int
    gaps: list[BriefGap]
    host_next: list[NextHosting]
    new_training_total: int
    new_training: list[NewTraining]
    mentors_total: int
    mentors: list[PossibleMentor]
    completeness: Completeness
    next: str | None = None
    revision: int


class BriefGap(Answer):
    """A gap of the enterprise's roles: which of them need the competency, and its share of their demand."""

    competency: NodeName
    status: ChainStatus
    flaws: list[Weakness]
    severity: int
    demand_share: float | None
    roles: list[NodeName]


class CalledCompetency(Answer):
    """
    A competency that a signal calls for, with the weight of the call, and how it stands over all that is in focus.

    What is in no focus is isolated: nobody teaches or practises it, or hires for it.
    """

    id: str
    name: str
    weight: float
    status: ChainStatus
    link: ChainLink | None
    connected_since: FirstRevision | None
    severity: int


class CalledRole(Answer):
    """A role that a signal calls for; `coverage` is the share of what it requires that is taught and practised."""

    id: str
    name: str
    weight: float
    coverage: float | None
    employed: bool


class CalledSignal(Answer):
    """
    A signal with what it calls for, by weight, then by id; `connected` counts its connected competencies.

    `valid_from` and `valid_to` are as stated: from when on the call holds; `connected_since` tells when it is answered.
    """

    id: str
    name: str
    kind: str | None
    region: str | None
    valid_from: str | None
    valid_to: str | None
    connected: int
    competencies: list[CalledCompetency]
    roles: list[CalledRole]


class Candidate(Answer):
    """
    A node that a sentence may be linked to: `relation` leads to it from what the document describes.

    Where `joined_by` is said, it leads from a node of `from_kind` made of the sentence, to which what the document
    describes is joined by that.
    """

    id: str
    name: str
    kind: str
    relation: str | None = None
    from_kind: str | None = None
    joined_by: str | None = None
    score: float
    margin: float
    words: float
    whole: float | None = None
    passage: float | None = None
    reason: CandidateReason
    shared: list[str] = []
    stands: bool = False


class CandidateReason(StrEnum):
    """
    Why a candidate is one: its name stands in the sentence, or is like it in words, in meaning, or in both.
    """

    NAMED = "named"
    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class ChainCounts(Answer):
    """How many chains there are of each link."""

    direct: int
    role_direct: int
    indirect: int


class ChainLink(StrEnum):
    """
    How a chain's training is tied to its two ends, best first.

    `direct`: the task applies the unit, and prepares for a responsibility of the role that requires the competency.
    """

    DIRECT = "direct"
    ROLE_DIRECT = "role_direct"
    INDIRECT = "indirect"


class ChainState(Answer):
    """How a competency stands in the scope; `link` is None unless it is connected."""

    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]


class ChainStatus(StrEnum):
    """
    Which of K, T and R a competency has; docs/definitions.md has the table.
    """

    CONNECTED = "connected"
    UNPRACTISED = "unpractised"
    UNTAUGHT = "untaught"
    UNSERVED = "unserved"
    UNDEMANDED = "undemanded"
    TAUGHT_ONLY = "taught_only"
    PRACTISED_ONLY = "practised_only"
    ISOLATED = "isolated"


class ChangeFeed(Answer):
    """
    What the revisions after the one that was named changed, the earliest first.

    `next` leads on where there is more; it never expires. Where it is None, ask again with `since` as `revision` is.
    """

    items: list[RevisionChanges]
    next: str | None
    revision: int


class CohortFeedback(Answer):
    """
    A cohort: its competencies, deficient ones first, each group by attainment, lowest first, then by id.

    `competencies` has those that are within `limit` of the whole answer; `assessed` and `deficient` count them all.
    """

    cohort: NodeName
    discipline: NodeName | None
    assessed: int
    deficient: int
    attainment: float
    competencies: list[AttainedCompetency]


class CompetencyAllocation(Answer):
    """A competency: its kind of education, its demand, and what it gets."""

    competency: CompetencyName
    education: Education
    demand: float
    demand_share: float | None
    teaching: Allotment
    training: Allotment


class CompetencyChange(Answer):
    """A competency that stands otherwise; None where it is not in the graph."""

    competency: CompetencyName
    before: ChainState | None
    after: ChainState | None


class CompetencyName(Answer):
    """A competency by the id and name of its class, with every id that the class answers under (its own first)."""

    id: str
    ids: list[str]
    name: str
    kind: str | None


class Completeness(Answer):
    """What the graph does not record, and an answer can therefore not know; counts over the whole graph."""

    courses_without_units: int
    units_without_develops: int
    tasks_without_practises: int
    tasks_without_guide: int
    roles_without_requires: int
    weights_not_stated: int
    dormant_links: int
    same_as_not_merged: int


class Conflict(Answer):
    """A property on which sources disagree: what each says, the first speaker first."""

    property: str
    values: list[list[str | int | float | list[str]]]


class Consequences(Answer):
    """What became of coverage and gaps, in focus; the lists are cut short, the totals count all."""

    competencies: list[CompetencyChange]
    competencies_total: int
    roles: list[RoleChange]
    roles_total: int
    counts_before: dict[ChainStatus, int]
    counts_after: dict[ChainStatus, int]
    links_before: dict[ChainLink, int]
    links_after: dict[ChainLink, int]


class Counts(Answer):
    """How many statements of nodes, and of links."""

    nodes: int
    links: int


class CourseApart(Answer):
    """A course, and how many of its units could meet the other side but do so in no task."""

    course: NodeName
    units: int


class CoverageMatrix(Answer):
    """
    Disciplines or courses (rows) by roles in focus, or by what one role requires (columns); all in id order.

    `shares[i][j]` is the coverage of role j in row i, None where the role requires nothing; empty when `role` is given.
    """

    by: Literal["discipline", "course"]
    role: NodeName | None
    rows: list[NodeName]
    columns: list[NodeName]
    shares: list[list[float | None]]
    statuses: list[list[ChainStatus]]
    training_unrecorded: list[bool]
    completeness: Completeness
    focus: Focus
    scope: Scope
    revision: int


class CoveredCompetency(Answer):
    """
    A competency that the role requires, with w(r,c), and how it stands in the scope.

    `inferred`: every task that practises it, or every unit that develops it, is inferred to.
    """

    id: str
    name: str
    weight: float
    status: ChainStatus
    link: ChainLink | None
    inferred: bool = False
    via: Annotated[list[ViaCompetency], Field(validate_default=True)] = []
    narrower_covered: NarrowerCoverage | None = None


class Deed(Answer):
    """One write: by whom, from where, what was done to what, and the import's run where it was one."""

    id: int
    at: AwareDatetime
    who: str
    address: str
    what: str
    detail: str
    run: str | None


class DeedList(Answer):
    """A page of the audit log, the latest first; `next` is the id to go on before."""

    items: list[Deed]
    next: int | None


class DescribedNode(Answer):
    """What a document describes: a node of the graph."""

    id: str
    name: str
    kind: str


class Diff(Answer):
    """
    What changed from `since` to `until`, as they are called, in the scope.

    `revision` and `focus` are those of the later one; the revision is 0 where it is no store.
    """

    since: str
    until: str
    changes: GraphChanges
    consequences: Consequences
    focus: Focus
    scope: Scope
    next: str | None = None
    revision: int


class DisciplineIntegration(Answer):
    """A discipline with all below it: the share of its demand practised by fusion tasks, and both directions."""

    discipline: NodeName
    share: float | None
    fusion_tasks: int
    innovation_into_discipline: float | None
    discipline_into_innovation: float | None
    training_unrecorded: bool


class DocumentSentence(Answer):
    """A sentence as it stands in a document, with the sentences `before` and `after`, None at the ends."""

    text: str
    kind: SentenceKind
    language: Literal["en", "zh"]
    place: SentencePlace
    before: str | None = None
    after: str | None = None


class EarlierCohort(Answer):
    """The last cohort of the discipline that was assessed in it before, and how far it came."""

    cohort: NodeName
    attainment: float


class EarnedCertificate(Answer):
    """
    A certificate, and how far the plan leads to it.

    `ready_after` is the number of the step after which all that it certifies is taught and practised, 0 with what is
    held already, None where something is `missing` even at the end (by id).
    """

    certificate: NodeName
    ready_after: int | None
    certifies: int
    missing: list[NodeName]
    accepted: bool
    courses: list[NodeName]


class EditAnswer(Answer):
    """
    What edits did, or would do.

    `document` is what was asked with its source, the ids of new nodes and the revision settled, so that posting it
    applies just this. `effects` is what it would do to chains; null of edits that are applied.
    """

    report: IngestReport
    document: EditDocument
    effects: WhatIf | None
    revision: int


class EditDocument(Answer):
    """
    What a person wants to be true, edit by edit, in this order; all of it or nothing.

    `source` states it: one of those that are there, or a new one; where none is named, that of what is entered on
    pages, of the `institution` where one is given.
    """

    edits: list[AnyEdit]
    source: str | None = None
    institution: str | None = None
    reason: str = ""
    expected_revision: int | None = None


class Education(StrEnum):
    """
    The three kinds of education that a college runs side by side.
    """

    DISCIPLINARY = "disciplinary"
    INNOVATION = "innovation"
    ENTREPRENEURSHIP = "entrepreneurship"


class EducationAllocation(Answer):
    """A kind of education: the sums over its competencies."""

    education: Education
    competencies: int
    demand: float
    demand_share: float | None
    teaching: Allotment
    training: Allotment


class EnterpriseTask(Answer):
    """A task hosted by an enterprise that applies no innovation unit, and the disciplinary units that it applies."""

    task: NodeName
    hosts: list[NodeName]
    disciplinary: list[NodeName]


class Examples(Answer):
    """The first few of each: those that come in the order of the files, the others by id."""

    nodes: list[NodeExample]
    links: list[LinkExample]


class Feedback(Answer):
    """
    What assessments show, by cohort in id order.

    Unless a cohort is asked for, each competency is told of the latest cohort of each discipline that was assessed in
    it. Groups of fewer than 5 learners are left out, `hidden` counts their assessments.
    """

    cohort: NodeName | None
    discipline: NodeName | None
    cohorts: list[CohortFeedback]
    assessed: int
    deficient: int
    followed_up: int
    helped: int
    enough: int
    hidden: int
    completeness: Completeness
    next: str | None = None
    revision: int


class FieldProblem(Answer):
    """
    What is wrong with one parameter or field: `field` leads to it, as in `query.limit` or `body.scope.term`.

    `code` and `params` are the reason as a message of the catalogue; absent where another program worded it.
    """

    field: str
    reason: str
    code: str | None = None
    params: dict[str, Any] | None = None


class FirstRevision(Answer):
    """The first revision since which something holds without a break; `or_earlier`: nobody looked further back."""

    revision: int
    or_earlier: bool


class FittingUnit(Answer):
    """
    A unit that a task could apply: it develops a competency that a role needs for which the task rehearses work.

    `unused`: it is applied in no fusion task of the scope yet.
    """

    unit: NodeName
    competency: NodeName
    role: NodeName
    unused: bool


class Flaw(Answer):
    """A weakness of a connected competency, and why it is said to have it."""

    flaw: Weakness
    reason: str


class Focus(Answer):
    """What an answer is about: roles and competencies in focus, each class once. `mode`: what `auto` came to."""

    mode: Literal["ours", "all"]
    roles: int
    competencies: int
    left_out: OutOfFocus


class FollowUp(Answer):
    """
    The last time that a deficiency was assessed again: the day that showed it, and the next day of assessment.

    `change` is the score after less that before; it `helped` when that is above 0, and was `enough` from 0.6 on.
    """

    before: AssessmentDay
    after: AssessmentDay
    change: float
    helped: bool
    enough: bool


class FollowUpTask(Answer):
    """A task that practises the competency; `own` as of units, `done`: the cohort was assessed in it there already."""

    task: NodeName
    hosts: list[NodeName]
    weight: float
    own: bool
    done: bool


class FollowUpUnit(Answer):
    """A unit that develops the competency; `own` says that a course of the cohort's discipline holds it."""

    unit: NodeName
    courses: list[NodeName]
    weight: float
    own: bool


class FollowUpVersion(Answer):
    """A change of a follow-up: to what, by whom, when (UTC), at which revision of the graph."""

    version: int
    state: Literal["open", "agreed", "done"]
    owner: str
    due: date_aliased | None
    note: str
    by: str
    at: AwareDatetime
    at_revision: int


class FollowUpView(Answer):
    """A follow-up, and its gap in the graph: whether it stands, and what is wrong; `history` is of one competency."""

    competency: NodeName
    discipline: NodeName | None
    institution: NodeName | None
    latest: FollowUpVersion
    history: list[FollowUpVersion]
    standing: Literal["gap", "closed", "out_of_scope", "gone"]
    checks: list[Literal["said_done", "not_said_done", "gone", "overdue"]]
    status: ChainStatus | None
    flaws: list[Weakness]


class FollowUps(Answer):
    """A page of follow-ups: what is not done first, by its day, then by competency."""

    items: list[FollowUpView]
    total: int
    next: str | None
    revision: int


class FoundNode(Answer):
    """A node as a list shows it."""

    id: str
    name: str
    kind: str
    code: str | None


class FoundNodes(Answer):
    """A page of nodes; `total` counts them all."""

    items: list[FoundNode]
    total: int
    next: str | None
    revision: int


class FusionCandidate(Answer):
    """
    A task that lacks one kind of unit only; `adds` is the share of demand that it would bring as a fusion task.

    `fitting`: units of the kind that it lacks, unused ones first, then by how much they fit.
    """

    task: NodeName
    hosts: list[NodeName]
    at_enterprise: bool
    lacks: Literal["disciplinary", "innovation"]
    adds: float
    fitting: list[FittingUnit]


class FusionTask(Answer):
    """A fusion task: what it joins, and the share of all demand in scope that it practises."""

    task: NodeName
    hosts: list[NodeName]
    disciplinary: list[NodeName]
    innovation: list[NodeName]
    responsibilities: list[NodeName]
    demand_share: float | None


class Gap(Answer):
    """
    A competency whose chain is broken or weak.

    `severity`: 5 unserved, 4 untaught or unpractised, 3 campus_only, out_of_order or indirect, 2 another flaw, 1 not
    required, 0 isolated; the largest counts.
    """

    competency: CompetencyName
    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]
    severity: int
    demand: float
    narrower_covered: NarrowerCoverage | None
    closed_by: GapClosers


class GapClosers(Answer):
    """What would close a gap, at most MOST_NAMED of each; empty where nothing of the kind would."""

    courses: list[NearCourse]
    tasks: list[NearTask]
    enterprises: list[LeadingEnterprise]


class Gaps(Answer):
    """
    A page of gaps: broken ones first, of severity 5 and 4 together; by demand (without: hours spent), then id.

    `counts` (by status) and `links` (of what is connected) are over every competency in focus, chains in the scope,
    whatever the page and the filters.
    """

    items: list[Gap]
    total: int
    counts: dict[ChainStatus, int]
    links: dict[ChainLink, int]
    focus: Focus
    scope: ScopeNote
    next: str | None
    completeness: Completeness
    revision: int


class GraphChanges(Answer):
    """
    What changed in the live graph; the lists are cut short, the tallies count all.

    `nodes` by kind of change (added, changed, removed), then id; `links` likewise, then by their ends and relation.
    Descriptions, web addresses and notes are not compared.
    """

    nodes: list[NodeChange]
    links: list[LinkChange]
    node_tally: Tally
    link_tally: Tally


class GroupStep(Answer):
    """What a group does, and when."""

    term: int
    task: NodeName


class HostPlacements(Answer):
    """
    The placements at a host, by term, then in the plan's order; None where no host is recorded.

    `busiest` is the largest number of learners that it has in any one term, a learner counted once for each placement.
    """

    host: NodeName | None
    placements: list[Placement]
    busiest: int


class HttpProblem(Answer):
    """
    Why there is no answer: `type` leads to what to do about it, the fields that do not apply are left out.

    `errors`: what is wrong with each parameter. `what`, `value`, `near`: what was looked for, and the ids that come
    closest.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    what: str | None = None
    value: str | None = None
    near: list[str] | None = None
    reason: str | None = None
    code: str | None = None
    params: dict[str, Any] | None = None
    revision: int | None = None
    min_revision: int | None = None
    incident: str | None = None


class ImportRequest(Answer):
    """How an import is to be done, and what it may do that it may not by default."""

    source: Annotated[
        str | None, Field(description="Who states this; else the files say.")
    ] = None
    institution: Annotated[
        str | None,
        Field(
            description="The institution whose statements these are: an id; '' for none. Else as before."
        ),
    ] = None
    mode: Annotated[
        Literal["replace", "merge"],
        Field(
            description="replace: what is stated no more goes. merge: only add and change."
        ),
    ] = "replace"
    dry_run: Annotated[
        bool, Field(description="Only tell what would change, and what is wrong.")
    ] = False
    skip_invalid: Annotated[
        bool, Field(description="Leave out the rows that are wrong, import the rest.")
    ] = False
    allow_dangling: Annotated[
        bool, Field(description="Keep links to nodes that are not there yet.")
    ] = False
    allow_removals: Annotated[
        bool, Field(description="Also when over 20 % of a source would go.")
    ] = False
    expected_revision: Annotated[
        int | None,
        Field(
            description="Only at this revision, as `base_revision` of a dry run told it; else 409 or `conflict`."
        ),
    ] = None


class IngestReport(Answer):
    """
    What a job did, or would do (`dry_run`), or why it was refused (`problems`, and `revision` is the base).

    `read` = `accepted` + `rejected` + `skipped`, in records.
    """

    run: str
    source: str
    mode: Literal["replace", "merge"]
    read: int
    accepted: int
    rejected: int
    skipped: dict[str, int]
    notes: list[str]
    added: Counts
    changed: Counts
    removed: Counts
    unchanged: Counts
    vanishing: Counts
    dormant: int
    samples: Samples
    problems: list[ReportedProblem]
    problems_total: int
    base_revision: int
    revision: int
    dry_run: bool
    refused: bool
    undoes: str | None = None
    reason: str | None = None
    note_messages: list[ReportedMessage] | None = None
    skip_reasons: list[SkipReason] | None = None


class Integration(Answer):
    """
    How far the two kinds of knowledge are integrated in a scope.

    `share` is the share of demand practised by fusion tasks. Lists are cut short at `limit`, with the whole number in
    `..._total`; `by_discipline` is whole, in id order.
    """

    discipline: NodeName | None
    role: NodeName | None
    share: float | None
    fusion_tasks_total: int
    fusion_tasks: list[FusionTask]
    innovation_units: int
    unused_innovation_total: int
    unused_innovation: list[NodeName]
    enterprise_tasks: int
    enterprise_tasks_apart_total: int
    enterprise_tasks_apart: list[EnterpriseTask]
    innovation_into_discipline: IntegrationDirection
    discipline_into_innovation: IntegrationDirection
    candidates_total: int
    candidates: list[FusionCandidate]
    by_discipline: list[DisciplineIntegration]
    by_role_total: int
    by_role: list[RoleIntegration]
    completeness: Completeness
    focus: Focus
    scope: ScopeNote
    next: str | None = None
    revision: int


class IntegrationDirection(Answer):
    """
    One side's way to the other: how many units (and courses that hold some) meet the other side in a task.

    `share` is `met` of `units`. `courses_apart`: by number of units, then id.
    """

    units: int
    met: int
    share: float | None
    courses: int
    courses_apart_total: int
    courses_apart: list[CourseApart]


class Job(Answer):
    """An import over HTTP. `id` is the id of its run, too."""

    id: str
    format: str
    status: Literal["queued", "running", "done", "refused", "conflict", "failed", "cancelled", "lost"]
    phase: str
    progress: Progress
    wanted: ImportRequest
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    report: IngestReport | None
    problem: str | None


class JobList(Answer):
    """A page of the imports over HTTP, the latest first."""

    items: list[Job]
    next: str | None


class JudgementView(Answer):
    """What a reviewer says, and whether they may change the graph."""

    by: str
    at: AwareDatetime
    candidate: str
    status: Literal["open", "accepted", "rejected", "deferred"]
    relation: str
    weight: float | None
    level: int | None
    reason: str
    may_apply: bool


class KeptDocument(Answer):
    """
    A document in the queue for review, and how this edition differs from the one before.

    `fresh` sentences were not there before, `same` were, `gone` were and are no more.
    """

    id: str
    number: int
    edition: int
    fresh: int
    same: int
    gone: int


class KindTally(Answer):
    """How many statements of nodes of a kind were added, changed and removed."""

    kind: str
    added: int
    changed: int
    removed: int


class Leadership(Answer):
    """
    How far an enterprise leads: shares of the demand of its roles, None where they require nothing.

    `hosted`: practised by a task that it hosts. `led`: by one of these that is led by the enterprise; `co_led`: or
    jointly.
    """

    enterprise: NodeName
    kind: str | None
    hosted: float | None
    led: float | None
    co_led: float | None
    mentored: float | None
    taught_teachers: float | None
    roles: list[RoleOpenings]
    tasks: list[NodeName]
    mentors: list[NodeName]
    competencies: list[LedCompetency]
    completeness: Completeness
    revision: int


class LeadingEnterprise(Answer):
    """
    An enterprise that employs a role that requires the competency: the one with the most demand, and its openings.

    `demand` is the sum of openings * w(r,c) over all roles in scope that it employs.
    """

    enterprise: NodeName
    role: NodeName
    openings: float
    demand: float
    reason: str


class LearnerGroup(Answer):
    """Learners with the same sequence, by term, then in the plan's order; and the coverage that they reach with it."""

    number: int
    learners: int
    steps: list[GroupStep]
    coverage: float | None


class LedCompetency(Answer):
    """
    A competency that the enterprise's roles require, and what the enterprise does for it.

    `demand` is the sum over its roles of its own openings times w(r,c). `status` is over all that is
    taught and practised.
    """

    id: str
    name: str
    demand: float
    status: ChainStatus
    hosted: bool
    led: bool
    co_led: bool
    mentored: bool
    taught_teachers: bool


class LeftOutProposal(Answer):
    """An accepted proposal that is not applied, and why; or one of which reviewers want different things."""

    sentence: str
    text: str
    candidate: str
    reason: str


class LikenessKind(StrEnum):
    """
    What two things are compared by.
    """

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


class LinkChange(Answer):
    """A link that came (`before` is None), went (`after` is None), or is stated otherwise."""

    from_id: str
    from_name: str
    relation: str
    to_id: str
    to_name: str
    change: Literal["added", "changed", "removed"]
    before: LinkValues | None
    after: LinkValues | None


class LinkEdit(Answer):
    """
    One link: `add_link` states one that is not there, `change_link` its values, `drop_link` states it no longer.

    Of what is left out, or null, nothing changes; what `clear` names is stated no longer. `set_link` adds, or changes
    what is there.
    """

    op: Literal["add_link", "change_link", "drop_link", "set_link"]
    from_id: str
    relation: str
    to_id: str
    weight: float | None = None
    level: int | None = None
    term: int | None = None
    openings: int | None = None
    note: str | None = None
    clear: list[Literal["weight", "level", "term", "openings", "note"]] = []


class LinkExample(Answer):
    """A link's statement that comes, changes or goes; the names are those of its ends, None where they have none."""

    from_id: str
    from_name: str | None
    relation: str
    to_id: str
    to_name: str | None
    before: dict[str, str | int | float | list[str]]
    after: dict[str, str | int | float | list[str]]
    vanishes: bool = False


class LinkValues(Answer):
    """What is stated of a link; None is "not stated"."""

    weight: float | None
    level: int | None
    term: int | None
    openings: int | None


class LinkedNode(Answer):
    """A neighbour, and the weight of the link to it (1 where none is stated)."""

    id: str
    name: str
    weight: float


class Liveness(Answer):
    """The service runs."""

    status: Literal["ok"] = "ok"


class MatchedRole(Answer):
    """
    A role with shares of the summed w(r,c) of all that it requires.

    `share` is held. `begun` is held, or learnt or practised only. `missing` by weight, heaviest first, then id.
    """

    role: NodeName
    share: float
    begun: float
    held: int
    required: int
    missing: list[MissingCompetency]


class Measure(Answer):
    """One value of one metric; `id` is None where it is of the whole graph, `name` then says of what."""

    metric: str
    id: str | None
    name: str
    kind: str | None
    value: float


class Metrics(Answer):
    """
    Measures in the order of the metrics, each by value, largest first, then by id; at most `limit` of a metric.

    `total` counts all. `parameters` say how they were taken.
    """

    items: list[Measure]
    total: int
    parameters: dict[str, str | int | float]
    focus: Focus
    scope: Scope
    next: str | None = None
    revision: int


class MissingCompetency(Answer):
    """
    A required competency that is not held, with w(r,c).

    `lacks`: `practice` where a held unit develops it, `teaching` where a held task practises it, else `both`.
    """

    id: str
    name: str
    weight: float
    lacks: Literal["practice", "teaching", "both"]


class NameMatch(Answer):
    """
    Why a node was found: which of its names matched, and how.

    `part` has most of the words, not all; `meaning` no word, and means the like.
    """

    by: Literal["id", "name", "name_zh", "code", "alias"]
    how: Literal["exact", "prefix", "words", "spelling", "part", "meaning"]
    text: str


class NarrowerCoverage(Answer):
    """
    How many of the competencies narrower than one are taught and practised in scope.

    `raised`: enough are, so that what teaches and practises these counts for the broader one.
    """

    covered: int
    total: int
    raised: bool


class NearCourse(Answer):
    """
    A course, by its nearest unit, that could teach the competency; `course` is None for a unit in no course.

    It teaches `competency`, which has `shared` in common: the responsibility, or the broader competency.
    """

    course: NodeName | None
    unit: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName
    reason: str


class NearTask(Answer):
    """
    A task that could practise the competency.

    `shared` is the responsibility that it prepares for, the unit that it applies, or what `competency`, which it
    practises (None for the first two), has in common.
    """

    task: NodeName
    because: Nearness
    shared: NodeName
    competency: NodeName | None
    reason: str


class NearbyTraining(Answer):
    """
    What a nearby role uses: its first tasks, ranked for that role, and how many there are.

    `way`: how it is near. `shared`: the part of what the role asked for requires that it requires too.
    """

    role: NodeName
    way: Literal["close", "narrower", "broader", "sibling", "shares"]
    shared: float
    items: list[RankedTask]
    total: int


class Nearness(StrEnum):
    """
    Why a course or task is near a competency, the nearest first.

    `rehearses`: the task prepares for a responsibility that requires it. `applies`: the task applies a unit that
    develops it.
    """

    REHEARSES = "rehearses"
    APPLIES = "applies"
    SAME_RESPONSIBILITY = "same_responsibility"
    SAME_BROADER = "same_broader"


class NewTraining(Answer):
    """
    A competency that no task anywhere practises: training for it is still to be made.

    `responsibilities`: those of its roles that require it. `qualified`: who could guide it, own people first, then by
    how well they are qualified, then by id.
    """

    competency: NodeName
    taught: bool
    demand_share: float | None
    responsibilities: list[NodeName]
    qualified: list[NodeName]


class NextHosting(Answer):
    """
    A task that no enterprise hosts yet, and that this one could take in: what it would newly host by that.

    `adds` is the share of its demand that no task above in the list brings either.
    """

    task: NodeName
    hosts: list[NodeName]
    seats: float | None
    adds: float
    covers: list[NodeName]


class NextUse(Answer):
    """
    Where more of a resource would go: how much, and what that adds.

    `coverage_added` is the share of all demand that becomes both taught and practised by this use alone;
    `reach_added` the share that becomes taught (of hours) or practised (of seats).
    """

    competency: CompetencyName
    education: Education
    amount: float
    coverage_added: float
    reach_added: float
    starved: bool


class NextUses(Answer):
    """
    The best uses of a resource: by coverage added, reach added, lack against demand, largest first; then by id.

    `asked`: the amount to be spent, None for no limit.
    """

    asked: float | None
    dose: float
    spent: float
    coverage_added: float
    total: int
    items: list[NextUse]


class NodeChange(Answer):
    """A node that came, went, or of which `properties`, by name, are stated otherwise."""

    id: str
    name: str
    kind: str
    change: Literal["added", "changed", "removed"]
    properties: list[PropertyChange]


class NodeEdit(Answer):
    """
    One node: `add_node` (an id is made of its name where none is given), `change_node`, `drop_node`.

    `values` are columns of the kind's file in the native format, those that state a link too (only of `add_node`).
    """

    op: Literal["add_node", "change_node", "drop_node", "set_node"]
    id: str | None = None
    kind: str | None = None
    values: dict[str, Any] | None = None


class AnyEdit(RootModel[LinkEdit | NodeEdit]):
    root: Annotated[LinkEdit | NodeEdit, Field(discriminator="op")]


class NodeExample(Answer):
    """
    A node's statement that comes, changes or goes.

    `before` and `after` hold the properties that differ. `vanishes` where nobody else states the node.
    """

    id: str
    kind: str
    name: str | None
    before: dict[str, str | int | float | list[str]]
    after: dict[str, str | int | float | list[str]]
    vanishes: bool = False


class NodeItem(Answer):
    """A node as a list shows it: all ids of its class, and its properties where they are asked for."""

    id: str
    name: str
    kind: str
    code: str | None
    ids: list[str]
    values: dict[str, Any] | None


class NodeName(Answer):
    """A node by id and name."""

    id: str
    name: str


class NodePage(Answer):
    """A page of nodes; `total` counts them all. `missing`: the ids that were asked for of which there is no node."""

    items: list[NodeItem]
    total: int
    missing: list[str]
    next: str | None
    revision: int


class NodeStatement(Answer):
    """What one source says of a node."""

    source: str
    kind: str
    values: dict[str, str | int | float | list[str]]


class NodeTrace(Answer):
    """
    What a node that is no competency leads to or comes from.

    `competencies` are those that it serves (docs/tracing.md says how), the gravest gap first, then by id, cut short;
    `statuses` counts all of them.
    """

    id: str
    ids: list[str]
    name: str
    kind: str
    competencies: list[PassedCompetency]
    competencies_total: int
    statuses: dict[ChainStatus, int]
    stages: list[TracedStage]
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


class NodeView(Answer):
    """
    A node, whole: what each source states of it, where they disagree, and its live links.

    `id` is the id that was asked for, and `values` to `conflicts` are its own.
    """

    id: str
    ids: list[str]
    name: str
    kind: str
    values: dict[str, str | int | float | list[str]]
    statements: list[NodeStatement]
    conflicts: list[Conflict]
    links: list[RelationLinks]
    next: str | None = None
    revision: int


class OutOfFocus(Answer):
    """How many roles and competencies of the graph an answer is not about."""

    roles: int
    competencies: int


class PassedCompetency(Answer):
    """A competency on the way, and how it stands in the scope; `link` is None unless it is connected."""

    id: str
    name: str
    status: ChainStatus
    link: ChainLink | None


class Placement(Answer):
    """Learners who do a task in a term, by the numbers of their groups. `is_late`: after its due term."""

    task: NodeName
    term: int
    is_late: bool
    learners: int
    groups: list[int]


class Plan(Answer):
    """The tasks to do, in order: after what they need, then by term (undated last), then id."""

    role: NodeName
    steps: list[PlanStep]
    hours: float
    learn_first_hours: float
    coverage_before: float | None
    coverage_after: float | None
    practised_before: float | None
    practised_after: float | None
    optimal: bool
    bound: float | None
    gap_share: float
    unreachable: list[UnreachableCompetency]
    certificates: list[EarnedCertificate]
    alternatives: list[AlternativePlan]
    hours_not_stated: int
    mode_not_stated: int
    region_not_stated: int
    completeness: Completeness
    scope: ScopeNote
    revision: int


class PlanStep(Answer):
    """
    One training task of the plan, and why it is there; it covers nothing where only a later step needs it.

    `hours` are the median of the stated ones (else 1) unless `hours_stated`.
    """

    task: NodeName
    hours: float
    hours_stated: bool
    term: int | None
    host: NodeName | None
    region: str | None
    mode: Literal["online", "onsite", "blended"] | None
    covers: list[PlannedCompetency]
    applies: list[NodeName]
    learn_first: list[NodeName]
    rehearses: list[NodeName]


class PlannedCompetency(Answer):
    """A required competency that no earlier step practises and the learner has not practised; `weight` is w(r,c)."""

    id: str
    name: str
    weight: float


class Plans(Answer):
    """
    A plan for each role, in the order asked for; of an institution's roles, by id.

    `shared`: tasks of more than one plan, those of most plans first, then the longest, then by id.
    """

    items: list[Plan]
    shared: list[SharedTask]
    hours: float
    hours_apart: float
    revision: int


class PossibleMentor(Answer):
    """
    Somebody qualified for what the enterprise's roles require and none of its people mentor yet.

    `own` says that the enterprise employs the person. `adds` is the share of its demand.
    """

    instructor: NodeName
    own: bool
    adds: float
    competencies: list[NodeName]


class PractisedCompetency(Answer):
    """A required competency that a task practises. `taught` says whether it is: only then it counts as covered."""

    id: str
    name: str
    weight: float
    taught: bool


class Progress(Answer):
    """How far a job is: `file` and `rows` while it reads, `nodes` and `links` while it checks, `source` to compare."""

    stage: Stage
    file: str | None = None
    rows: int | None = None
    nodes: int | None = None
    links: int | None = None
    source: str | None = None


class PropertyChange(Answer):
    """A property of a node; None where it is not stated."""

    property: str
    before: str | int | float | list[str] | None
    after: str | int | float | list[str] | None


class ProposalAnswer(Answer):
    """What documents propose, in their order; `kept` are those that wait for review now, none where none were kept."""

    items: list[ProposalList]
    kept: list[KeptDocument]
    revision: int


class ProposalList(Answer):
    """
    What one document proposes; nothing of it is in the graph.

    `digest`: SHA-256 of its bytes. `against`: what candidates come from, all that fits where it is empty. `by`: what
    was compared.
    """

    document: str
    digest: str
    for_node: DescribedNode | None = None
    against: list[str]
    by: LikenessKind
    model: str | None = None
    model_version: str | None = None
    counts: dict[SentenceKind, int]
    read: int
    proposed: int
    sorted_out: int
    notes: list[str]
    items: list[ProposedSentence]
    revision: int


class ProposedSentence(Answer):
    """A sentence with its candidates, by score, highest first, then id; `key` is the same in every edition."""

    key: str
    sentence: DocumentSentence
    candidates: list[Candidate]


class RankedTask(Answer):
    """
    A training task in scope that practises something that the role requires and the learner does not hold.

    `share`: the part of all that the role requires which it practises and is not held, `practises` what that is.
    """

    rank: int
    task: NodeName
    kind: str | None
    status: Literal["active", "deprecated", "past"] | None
    description: str | None
    url: str | None
    share: float
    practises: list[PractisedCompetency]
    covers: list[PractisedCompetency]
    covered_share: float
    practised_share: float
    adds_nothing: bool
    repeats: int
    direct: int
    hours: float | None
    seats: int | None
    term: int | None
    mode: Literal["online", "onsite", "blended"] | None
    hosts: list[NodeName]
    applies: list[NodeName]
    rehearses: list[NodeName]
    needs: list[NodeName]
    certificates: list[NodeName]


class Readiness(Answer):
    """
    The service can answer: `store` says in a line what it answers from, `failing` which loops are begun again.

    `writable` says whether imports, undo and new sessions can be kept: where the disk is full, they are refused.
    """

    status: Literal["ready"] = "ready"
    store: str
    revision: int
    writable: bool = True
    failing: list[str] = []


class RelationLinks(Answer):
    """The links of one relation in one direction; `nodes` by weight and id, cut short; `total` counts them all."""

    relation: str
    direction: Literal["out", "into"]
    total: int
    nodes: list[LinkedNode]


class RelationTally(Answer):
    """How many statements of links of a relation were added, changed and removed."""

    relation: str
    added: int
    changed: int
    removed: int


class ReportedMessage(Answer):
    """What a note says, as data: a key of the catalogue, and what fills it in."""

    code: str
    params: dict[str, Any] | None = None


class ReportedProblem(Answer):
    """
    One thing that is wrong, and where; `row` as a spreadsheet shows it (the header is 1).

    `reason` is English; `code` and `params` are the same as data, null and empty in reports of versions before 0.2.
    """

    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    reason: str
    code: str | None = None
    params: dict[str, Any] | None = None
    dependents: int = 0


class ReviewedCandidate(Answer):
    """A candidate, what is decided of it, and what each reviewer says; `share` is of 1, null: not calibrated."""

    id: str
    name: str
    kind: str
    status: Literal["open", "accepted", "rejected", "deferred"]
    relation: str | None
    relations: list[str]
    score: float | None
    share: float | None
    because: CandidateReason | None
    is_disputed: bool
    in_graph: bool
    is_gone: bool
    is_renamed: bool
    is_new: bool
    judgements: list[JudgementView]


class ReviewedSentence(Answer):
    """A sentence in review; `whole` is what is said of it as a whole, `is_gone`: its document has it no more."""

    key: str
    document: str
    for_node: DescribedNode
    sentence: DocumentSentence
    status: Literal["open", "accepted", "rejected", "deferred"] | None
    is_gone: bool
    candidates: list[ReviewedCandidate]
    whole: list[JudgementView]


class ReviewedSentences(Answer):
    """
    A page of the queue, or what was just judged.

    `counts` are of all that pass but for status, `ready` links an apply would change; `seen` stands for a sample.
    """

    items: list[ReviewedSentence]
    total: int
    counts: dict[Literal["open", "accepted", "rejected", "deferred"], int]
    ready: int
    agreements: list[ReviewerAgreement]
    seen: str | None
    next: str | None
    revision: int


class ReviewerAgreement(Answer):
    """How far two reviewers agree: on `same` of `items`; `kappa` (Cohen's) is None where chance alone explains it."""

    first: str
    second: str
    items: int
    same: int
    kappa: float | None


class RevisionChanges(Answer):
    """
    What a revision changed: the import that made it, and counts of its statements, by kind and by relation.

    `content` is the content hash of the graph then; None where it would tell what whoever asks is not shown.
    """

    revision: int
    at: AwareDatetime
    source: str
    run: str
    content: str | None
    source_changed: bool
    nodes: list[KindTally]
    links: list[RelationTally]


class RevisionList(Answer):
    """A page of the revisions, the latest first; `total` counts them all. Revision 0 is the empty graph."""

    items: list[RevisionView]
    total: int
    next: str | None
    revision: int


class RevisionView(Answer):
    """A revision of the graph: the import that made it, and how many statements that added, changed and removed."""

    revision: int
    at: AwareDatetime
    source: str
    run: str
    added: int | None
    changed: int | None
    removed: int | None


class RoleChange(Answer):
    """A role that is covered otherwise; None where it is not in the graph, or requires nothing."""

    role: NodeName
    before: float | None
    after: float | None
    change: float


class RoleCoverage(Answer):
    """
    How much of what a role requires the scope serves: shares of the summed w(r,c), None if it requires nothing.

    `coverage`: taught and practised. `direct`: the best chain is direct;
    `role_direct`: it is role-direct.
    """

    role: NodeName
    coverage: float | None
    taught: float | None
    practised: float | None
    direct: float | None
    role_direct: float | None
    proven: float | None
    depth: float | None
    competencies: list[CoveredCompetency]
    completeness: Completeness
    scope: ScopeNote
    revision: int


class RoleIntegration(Answer):
    """A role: the share, by weight, of its requirements that fusion tasks practise. `demand`: openings times weight."""

    role: NodeName
    share: float | None
    demand: float


class RoleMatch(Answer):
    """
    The closest roles, at most `limit` of them; `total` counts all roles that ask for something held or begun.

    By `share`, then `begun`, largest first; then the weight held, largest first; then id.
    """

    items: list[MatchedRole]
    total: int
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


class RoleOpenings(Answer):
    """A role of the enterprise, and its openings there."""

    role: NodeName
    openings: float
    stated: bool


class RoleTraining(Answer):
    """
    A page of the ranked tasks; `total` counts them all, `adds_nothing` those that add nothing to those before.

    `inactive` counts tasks that are deprecated or past: left out of the list, or marked in it.
    """

    role: NodeName
    items: list[RankedTask]
    total: int
    adds_nothing: int
    inactive: int
    unreachable: Annotated[list[CompetencyName], Field(deprecated=True)]
    nearby: list[NearbyTraining]
    completeness: Completeness
    scope: ScopeNote
    next: str | None
    revision: int


class Rotation(Answer):
    """
    A cohort's plan, placed; learners of a group move together.

    `hosts` by id, None last; `groups` by number; `unplaced` in the plan's order.
    """

    cohort: NodeName
    size: int
    discipline: NodeName
    role: NodeName
    terms: int
    hosts: list[HostPlacements]
    groups: list[LearnerGroup]
    unplaced: list[UnplacedLearners]
    placed: int
    wanted: int
    coverage: float | None
    coverage_planned: float | None
    hours: float
    optimal: bool
    seats_not_stated: int
    undated: int
    completeness: Completeness
    scope: ScopeNote
    revision: int


class RunList(Answer):
    """A page of imports, the latest first; `total` counts them all."""

    items: list[RunView]
    total: int
    next: str | None
    revision: int


class RunView(Answer):
    """An import that was tried: applied, without effect, or refused; `report` is the report that it ended with."""

    id: str
    source: str
    at: AwareDatetime
    outcome: Literal["applied", "unchanged", "refused"]
    revision: int
    report: dict[str, Any]


class Samples(Answer):
    """Examples of what is added, changed and removed: the first few of each, nodes and links."""

    added: Examples
    changed: Examples
    removed: Examples


class ScenarioAnswer(Answer):
    """The answer before and after; None where what it is asked of is not in the graph, or not employed as asked."""

    ask: Literal["gaps", "coverage", "trace", "plan"]
    of: str | None
    before: Gaps | RoleCoverage | Trace | Plan | None
    after: Gaps | RoleCoverage | Trace | Plan | None


class Scope(Answer):
    """
    What a question is narrowed to; ids, except `term`, `min_weight`, `roles` and `focus`.

    `institution` narrows to the disciplines that it RUNS, and to what its own sources, and those of nobody, state.
    """

    institution: str | None = None
    discipline: str | None = None
    course: str | None = None
    role: str | None = None
    employer: str | None = None
    host: str | None = None
    term: int | None = None
    min_weight: float = 0.0
    roles: Literal["targeted", "all"] = "targeted"
    focus: Literal["ours", "all", "auto"] = "auto"
    infer: bool = False
    infer_aims: bool = False
    close: bool = False
    roll_up: bool = False
    roll_up_share: float = 0.5


class ScopeNote(Answer):
    """
    What was asked, and what the answer should be read with.

    `training_unrecorded`: the discipline or course schedules no training, so the tasks that apply one of its units were
    taken.
    """

    asked: Scope
    training_unrecorded: bool = False
    targets_unrecorded: bool = False
    units_unrecorded: bool = False
    runs_unrecorded: bool = False
    undated: int = 0


class SearchHit(Answer):
    """A node that a search found."""

    id: str
    name: str
    kind: str
    code: str | None
    match: NameMatch


class SearchResult(Answer):
    """
    A page of nodes, best first; `total` counts them all, `counts` by kind, whichever kind is asked for.

    `did_you_mean`: texts that find something, where this one does not. `note`: whether meaning was compared then.
    """

    items: list[SearchHit]
    total: int
    counts: dict[str, int]
    did_you_mean: list[str]
    note: str | None = None
    next: str | None
    revision: int


class SentenceKind(StrEnum):
    """
    What a sentence of a document speaks of; the last is none of it, and is sorted out.
    """

    OUTCOME = "outcome"
    CONTENT = "content"
    TASK = "task"
    DUTY = "duty"
    REQUIREMENT = "requirement"
    OTHER = "other"


class SentencePlace(Answer):
    """
    Where a sentence stands.

    `part`: the page, table or sheet (`page:3`, `table:2`, a sheet's name); `row`: its line, paragraph or row in it,
    from 1; `start` to `end`: its characters in that, from 0. `heading`: the nearest above.
    """

    document: str
    part: str | None = None
    row: int
    start: int
    end: int
    heading: str | None = None


class SharedTask(Answer):
    """A task that several of the plans have as a step; `roles` in the order of the plans."""

    task: NodeName
    hours: float
    roles: list[NodeName]


class Signals(Answer):
    """
    Signals, the latest first (by `valid_from`; those without it last), then by id.

    `called` counts the competencies that they call for, each once, and `connected` those of them that are connected.
    """

    signals: list[CalledSignal]
    total: int
    called: int
    connected: int
    completeness: Completeness
    focus: Focus
    revision: int


class SkipReason(Answer):
    """Why records were left out, as data, and how many they are."""

    code: str
    params: dict[str, Any] | None = None
    records: int


class SourceList(Answer):
    """Every source of a store, the first speaker first; `next` is None, since they are few."""

    items: list[SourceView]
    next: Annotated[str | None, Field(description="None: the list has one page.")] = (
        None
    )
    revision: int


class SourceView(Answer):
    """A source, and when it was imported last; None where no run of it is kept."""

    name: str
    version: str = ""
    licence: str = ""
    url: str = ""
    rank: int = 100
    institution_id: str = ""
    last_import: AwareDatetime | None
    last_revision: int | None


class Stage(StrEnum):
    """
    What a job does, one after the other; a job that changed the graph is not broken off from `writing` on.
    """

    WAITING = "waiting"
    STARTING = "starting"
    UNPACKING = "unpacking"
    READING = "reading"
    CHECKING = "checking"
    COMPARING = "comparing"
    WRITING = "writing"
    OVER = "over"


class StageNode(Answer):
    """A node of a stage: whether a link leads there without a competency between, and how many of them it shares."""

    id: str
    name: str
    linked: bool
    competencies: int


class StandardOffer(Answer):
    """A standard to hold a programme against, and why it is offered."""

    id: str
    name: str
    by: Literal["code", "name", "alike"]


class Tally(Answer):
    """How many came, are stated otherwise, and went."""

    added: int
    changed: int
    removed: int


class Trace(Answer):
    """
    A competency's chain, whole: every node by weight and then id, and its best chains, best first.

    `link` and `resilience` are None unless the competency is connected; only `chains` is cut short, and
    `chain_counts` counts them all.
    """

    competency: CompetencyName
    status: ChainStatus
    link: ChainLink | None
    flaws: list[Flaw]
    resilience: int | None
    narrower_covered: NarrowerCoverage | None
    knowledge_units: list[TracedUnit]
    training_tasks: list[TracedTask]
    responsibilities: list[TracedResponsibility]
    roles: list[TracedRole]
    roles_outside: int
    enterprises: list[NodeName]
    chains: list[TracedChain]
    chain_counts: ChainCounts
    completeness: Completeness
    scope: ScopeNote
    next: str | None = None
    revision: int


class AnyTrace(RootModel[Trace | NodeTrace]):
    root: Annotated[
        Trace | NodeTrace,
        Field(
            description="The trace of a competency, whole; of any other node, what it leads to or comes from."
        ),
    ]


class TracedChain(Answer):
    """A chain from a unit through a task to a role; `responsibility` is None where the role itself requires it."""

    knowledge_unit: NodeName
    training_task: NodeName
    responsibility: NodeName | None
    role: NodeName
    link: ChainLink
    supply: float
    demand: float


class TracedResponsibility(Answer):
    """A responsibility that requires the competency (or the one `via` which it counts)."""

    id: str
    name: str
    weight: float
    via: ViaCompetency | None = None


class TracedRole(Answer):
    """
    A role that requires the competency, itself or through a responsibility; `weight` is w(r,c).

    `via` is None where it requires the competency itself or through a responsibility that does; else it is the first
    by id of those it requires instead.
    """

    id: str
    name: str
    weight: float
    enterprises: list[NodeName]
    via: ViaCompetency | None = None


class TracedStage(Answer):
    """A stage: what is linked first, then what shares most competencies, then by id; cut short, `total` counts all."""

    stage: Literal["disciplines", "courses", "knowledge_units", "training_tasks", "responsibilities", "roles", "enterprises"]
    nodes: list[StageNode]
    total: int


class TracedTask(Answer):
    """
    A training task that practises the competency (or the one `via` which it counts), and where.

    `inferred`: no source says so; it prepares for a responsibility that requires it.
    """

    id: str
    name: str
    kind: str | None
    hosts: list[NodeName]
    weight: float
    inferred: bool = False
    via: ViaCompetency | None = None


class TracedUnit(Answer):
    """
    A knowledge unit that develops the competency (or the one `via` which it counts), and who teaches it.

    `inferred`: no source says so; it is a course that covers no unit and aims at the competency.
    """

    id: str
    name: str
    kind: str | None
    courses: list[NodeName]
    disciplines: list[NodeName]
    weight: float
    inferred: bool = False
    via: ViaCompetency | None = None


class UnplacedLearners(Answer):
    """
    How many learners never get to a planned task, and why.

    `term`: it begins after the last term. `prerequisite`: no more learners have done one of the tasks `waits_for`.
    `seats`: there are no more. `reason` says it in words, with the numbers.
    """

    task: NodeName
    learners: int
    why: Literal["seats", "term", "prerequisite"]
    waits_for: list[NodeName]
    reason: str


class Unreachable(Answer):
    """A page of what a role requires, is not held, and no task in scope practises: heaviest first, then by name."""

    role: NodeName
    items: list[UnreachableCompetency]
    total: int
    scope: ScopeNote
    next: str | None
    revision: int


class UnreachableCompetency(Answer):
    """
    A required competency, not practised yet, that no task in scope can practise; with its status in scope.

    It may be `connected`: where the only tasks need a task that is out of scope, or are no longer given.
    """

    competency: CompetencyName
    status: ChainStatus
    weight: float


class ViaCompetency(Answer):
    """The competency that a link leads to which counts for another: one `close` to it, or a `narrower` one."""

    id: str
    name: str
    way: ViaKind


class ViaKind(StrEnum):
    """
    By which way another competency's link counts: it is close (CLOSE_TO), or narrower (BROADER).
    """

    CLOSE = "close"
    NARROWER = "narrower"


class Weakness(StrEnum):
    """
    What can be wrong with a competency that is connected; the last one, with one that is not taught.
    """

    INDIRECT = "indirect"
    FRAGILE = "fragile"
    SINGLE_HOST = "single_host"
    CAMPUS_ONLY = "campus_only"
    NO_EMPLOYER = "no_employer"
    OUT_OF_ORDER = "out_of_order"
    BELOW_LEVEL = "below_level"
    UNASSESSED = "unassessed"
    BELOW_THRESHOLD = "below_threshold"
    OVERLAP = "overlap"
    AIMED_NOT_TAUGHT = "aimed_not_taught"


class WhatIf(Answer):
    """
    What would change: in the graph, and thereby in coverage and gaps; in the scope. The revision is the real one.

    `focus` is that of the graph as it would be.
    """

    changes: GraphChanges
    consequences: Consequences
    asked: ScenarioAnswer | None
    focus: Focus
    scope: Scope
    limit: int
    next: str | None = None
    revision: int
