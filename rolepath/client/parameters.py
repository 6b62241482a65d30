"""What the methods take by name, as the OpenAPI document has it. Generated: `make client` writes it anew."""

# datamodel-code-generator 0.89.0, document 3234d2480e15c6714c056945206b042a

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict


class AlignVocabulariesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    relation: Sequence[str]
    """
    Only these relations; repeatable.
    """

    limit: int
    """
    How many are proposed for each node of `a` at most.
    """

    min_score: float | None
    """
    Only what is at least so alike; None is 0.4, of units and tasks 0.2.
    """

    by: str


class ApplyProposalsParameters(TypedDict, total=False):
    source: str | None
    """
    Whose statements these are; by default what is entered on pages.
    """

    institution: str | None
    """
    The institution of a new source.
    """

    reason: str
    """
    Why.
    """

    dry_run: bool
    """
    Only tell what would change, and its effects on chains.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """


class CoverAllParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    by: Literal["discipline", "course"]
    """
    What the rows are.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    infer: bool
    """
    Count a task as practising what the responsibilities that it prepares for require.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """

    close: bool
    """
    Let what is close to a competency (CLOSE_TO) count for it.
    """

    roll_up: bool
    """
    Let narrower competencies, taught and practised, count for the broader.
    """

    roll_up_share: float
    """
    With `roll_up`: which share of the narrower ones must be taught and practised.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    role: str | None
    """
    The columns are what this role requires, and the cells statuses; else all roles, and shares.
    """


class CoverRoleParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    infer: bool
    """
    Count a task as practising what the responsibilities that it prepares for require.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """

    close: bool
    """
    Let what is close to a competency (CLOSE_TO) count for it.
    """

    roll_up: bool
    """
    Let narrower competencies, taught and practised, count for the broader.
    """

    roll_up_share: float
    """
    With `roll_up`: which share of the narrower ones must be taught and practised.
    """


class EditParameters(TypedDict, total=False):
    dry_run: bool
    """
    Only tell what would change, and its effects on chains.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """


ExportGraphParameters = TypedDict(
    "ExportGraphParameters",
    {
        "revision": int | None,
        "min_revision": int | None,
        "source": str | None,
        "as": Literal["csv", "xlsx", "json", "parquet"] | None,
    },
    total=False,
)


class FollowChangesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    since: int
    """
    After which revision the feed begins; 0 begins with the first import.
    """

    limit: int
    """
    How many items a page has at most.
    """


class ImportParameters(TypedDict, total=False):
    source: str | None
    """
    Who states this; else the files say.
    """

    institution: str | None
    """
    The institution whose statements these are: an id; '' for none. Else as before.
    """

    mode: Literal["replace", "merge"]
    """
    replace: what is stated no more goes. merge: only add and change.
    """

    dry_run: bool
    """
    Only tell what would change, and what is wrong.
    """

    skip_invalid: bool
    """
    Leave out the rows that are wrong, import the rest.
    """

    allow_dangling: bool
    """
    Keep links to nodes that are not there yet.
    """

    allow_removals: bool
    """
    Also when over 20 % of a source would go.
    """

    expected_revision: int | None
    """
    Only at this revision, as `base_revision` of a dry run told it; else 409 or `conflict`.
    """


class ListCompetenciesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """

    title: str | None
    """
    Part of a name, a code or an alias, in any case and language.
    """

    code: str | None
    """
    The exact code.
    """

    vocabulary: str | None
    """
    Only of this vocabulary: the prefix of ids, such as `esco`.
    """

    sort: Literal["id", "name"]
    """
    What the list is by: `id` or `name`.
    """

    competency_kind: Literal["knowledge", "skill", "ability", "attitude"] | None
    """
    Only competencies of this kind.
    """

    kind: Literal["knowledge", "skill", "ability", "attitude"] | None
    """
    The former name of `competency_kind`.
    """


class ListDeedsParameters(TypedDict, total=False):
    limit: int
    """
    How many lines are listed at most.
    """

    before: int | None
    """
    The former name of `cursor`.
    """


class ListFollowUpsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    state: Literal["open", "agreed", "done"] | None
    """
    How far it is.
    """

    owner: str | None
    """
    Who sees to it.
    """

    check: Literal["said_done", "not_said_done", "gone", "overdue"] | None
    """
    What needs a look: said to be done and still a gap; closed and not said to be; gone; overdue.
    """

    competency: str | None
    """
    Of this competency, with the history.
    """

    limit: int
    """
    How many items a page has at most.
    """


class ListGapsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    status: Sequence[str]
    """
    Only gaps of these statuses.
    """

    flaw: str | None
    """
    Only competencies with this flaw.
    """

    severity: int
    """
    Only gaps at least as severe as this; 5 is the gravest.
    """

    sort: Literal["broken", "severity", "demand", "name"]
    """
    What the list is by.
    """

    limit: int
    """
    How many items a page has at most.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    infer: bool
    """
    Count a task as practising what the responsibilities that it prepares for require.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """

    close: bool
    """
    Let what is close to a competency (CLOSE_TO) count for it.
    """

    roll_up: bool
    """
    Let narrower competencies, taught and practised, count for the broader.
    """

    roll_up_share: float
    """
    With `roll_up`: which share of the narrower ones must be taught and practised.
    """


class ListImportsParameters(TypedDict, total=False):
    limit: int
    """
    How many imports are listed at most.
    """


class ListNodesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    kind: str | None
    """
    Only nodes of this kind.
    """

    limit: int
    """
    How many items a page has at most.
    """

    title: str | None
    """
    Part of a name, a code or an alias, in any case and language.
    """

    code: str | None
    """
    The exact code.
    """

    vocabulary: str | None
    """
    Only of this vocabulary: the prefix of ids, such as `esco`.
    """

    sort: Literal["id", "name"]
    """
    What the list is by: `id` or `name`.
    """

    id: Sequence[str]
    """
    Only these nodes; repeatable, up to 100. What there is not is named in `missing`.
    """

    uri: str | None
    """
    The exact URI.
    """

    source: str | None
    """
    Only what this source states.
    """

    changed_since: int | None
    """
    Only what was stated anew or otherwise since this revision; for what went, see the changes.
    """

    expand: Literal["values"] | None
    """
    `values`: every property of each node too.
    """


class ListProposalsParameters(TypedDict, total=False):
    document: str | None
    """
    Of this document: its id or name.
    """

    relation: str | None
    """
    Proposed by this relation.
    """

    kind: str | None
    """
    The kind of sentence.
    """

    reviewer: str | None
    """
    Judged by this person.
    """

    least: float | None
    """
    With a candidate of this score at least.
    """

    status: Literal["open", "accepted", "rejected", "deferred", "disputed", "again"] | None
    """
    How far it is; `disputed`: reviewers disagree; `again`: what was judged has changed since.
    """

    sentence: str | None
    """
    This sentence, by its key.
    """

    limit: int
    """
    How many items a page has at most.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """


class ListRevisionsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """


class ListRolesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """

    title: str | None
    """
    Part of a name, a code or an alias, in any case and language.
    """

    code: str | None
    """
    The exact code.
    """

    vocabulary: str | None
    """
    Only of this vocabulary: the prefix of ids, such as `esco`.
    """

    sort: Literal["id", "name"]
    """
    What the list is by: `id` or `name`.
    """


class ListRunsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """

    source: str | None
    """
    Only the imports of this source.
    """


class ListSignalsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    region: str | None
    """
    Only of this region, in any case.
    """

    signal_kind: Literal["policy", "trend", "demand"] | None
    """
    Only signals of this kind.
    """

    kind: Literal["policy", "trend", "demand"] | None
    """
    The former name of `signal_kind`.
    """

    revisions: int
    """
    Look back over so many revisions, the present one with them, and say since when it is connected.
    """


class ListSourcesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """


class ListUnreachableParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """

    have: Sequence[str]
    """
    Competencies, knowledge units and training tasks that are held already.
    """

    inactive: Literal["include", "exclude"]
    """
    Whether deprecated and past tasks count.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class MatchParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    role: str | None
    """
    Only this role.
    """

    limit: int
    """
    How many roles are listed at most.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class PlanRoleParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    max_hours: float | None
    """
    No more hours of training than this.
    """

    max_tasks: int | None
    """
    No more training tasks than this.
    """

    have: Sequence[str]
    """
    Competencies, knowledge units and training tasks that are held already.
    """

    modes: Sequence[Literal["online", "onsite", "blended"]]
    """
    Only tasks of these modes, or that state none.
    """

    region: str | None
    """
    Only tasks hosted in this region, or without a stated one.
    """

    time_limit_s: float
    """
    How many seconds to look for each plan at most.
    """

    alternatives: int
    """
    How many of the next best plans are told too.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class PlanSeveralParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    max_hours: float | None
    """
    No more hours of training than this.
    """

    max_tasks: int | None
    """
    No more training tasks than this.
    """

    have: Sequence[str]
    """
    Competencies, knowledge units and training tasks that are held already.
    """

    modes: Sequence[Literal["online", "onsite", "blended"]]
    """
    Only tasks of these modes, or that state none.
    """

    region: str | None
    """
    Only tasks hosted in this region, or without a stated one.
    """

    time_limit_s: float
    """
    How many seconds to look for each plan at most.
    """

    alternatives: int
    """
    How many of the next best plans are told too.
    """

    roles: Sequence[str]
    """
    The roles to plan for; or name `roles_of`.
    """

    roles_of: str | None
    """
    Plan for every role that this discipline targets, or this enterprise employs.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class ProposeLinksParameters(TypedDict, total=False):
    for_node: str | None
    """
    What the document describes, by id: links start from it, or from what is made of a sentence about it.
    """

    against: Sequence[str]
    """
    A vocabulary (the prefix of its ids, such as `esco`) or a source, by name, that candidates come from; repeatable. Without it: all competencies and roles that fit.
    """

    relation: Sequence[str]
    """
    A relation that is proposed, such as DEVELOPS; repeatable. Without it: each that fits.
    """

    limit: int
    """
    How many candidates a sentence has at most.
    """

    keep: bool
    """
    Whether what is found waits for review, where `for_node` says what the documents describe.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """


class RotateCohortParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    max_hours: float | None
    """
    No more hours of training than this.
    """

    max_tasks: int | None
    """
    No more training tasks than this.
    """

    have: Sequence[str]
    """
    Competencies, knowledge units and training tasks that all hold already.
    """

    modes: Sequence[Literal["online", "onsite", "blended"]]
    """
    Only tasks of these modes, or that state none.
    """

    region: str | None
    """
    Only tasks hosted in this region, or without a stated one.
    """

    time_limit_s: float
    """
    How many seconds to look for each plan at most.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    role: str | None
    """
    For this role; else what the cohort's discipline targets most.
    """

    terms: int | None
    """
    The last term; else the last that the discipline has.
    """


class ScopeParameters(TypedDict, total=False):
    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class SearchNodesParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    kind: str | None
    """
    Only nodes of this kind.
    """

    limit: int
    """
    How many items a page has at most.
    """


class ShowAllocationParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    hours: float | None
    """
    So many more hours of teaching are to be spent.
    """

    seats: float | None
    """
    So many more training seats are to be spent.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    sort: Literal["balance", "demand", "name"]
    """
    What competencies are by: out of proportion first (`balance`), `demand`, or `name`.
    """

    limit: int
    """
    How many items each list has at most.
    """


class ShowBenchmarkParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    kind: Literal["Course", "Competency", "TrainingTask", "Certificate"] | None
    """
    Only things of this kind.
    """

    difference: Literal["lacking", "extra", "shared"] | None
    """
    Only what is lacking, extra, or shared.
    """

    limit: int
    """
    How many items a page has at most.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    against: str | None
    """
    The standard or other discipline, by id; else the standard of the same code or name.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """


class ShowBriefParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    limit: int
    """
    How many items each list has at most; all are counted.
    """


class ShowCompetencyParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many neighbours of each relation and direction are listed at most.
    """


class ShowDiffParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    limit: int
    """
    How many items each list has at most; all are counted.
    """

    until: int | None
    """
    The later revision; the present one if not given.
    """


class ShowFeedbackParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    cohort: str | None
    """
    Only this cohort; else the latest that were assessed.
    """

    discipline: str | None
    """
    Only cohorts of this discipline and all below it.
    """

    limit: int
    """
    How many competencies are listed at most.
    """


class ShowIntegrationParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only this discipline and all below it, and the roles it targets.
    """

    role: str | None
    """
    Only what this role requires.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    limit: int
    """
    How many items each list has at most; all are counted.
    """


class ShowLeadershipParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """


class ShowMetricsParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    what: Sequence[Literal["linkage", "disciplines", "prerequisites", "bottlenecks", "structure", "betweenness"]]
    """
    Only these groups of metrics; all if none is named.
    """

    revisions: int
    """
    Of how many revisions, the latest, the linkage index is told.
    """

    max_error: float
    """
    How far off the betweenness of a node may be where it is estimated: a share of all shortest paths.
    """

    limit: int
    """
    How many measures of each metric are listed at most.
    """


class ShowNodeParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many neighbours of each relation and direction are listed at most.
    """


class ShowRoleParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many neighbours of each relation and direction are listed at most.
    """


class SupposeParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    focus: Literal["ours", "all", "auto"]
    """
    `ours`: what somebody teaches or hires for; `auto`: that, once any role is targeted or employed.
    """

    limit: int
    """
    How many items each list has at most; all are counted.
    """


class TraceAnyParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    infer: bool
    """
    Count a task as practising what the responsibilities that it prepares for require.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """

    close: bool
    """
    Let what is close to a competency (CLOSE_TO) count for it.
    """

    roll_up: bool
    """
    Let narrower competencies, taught and practised, count for the broader.
    """

    roll_up_share: float
    """
    With `roll_up`: which share of the narrower ones must be taught and practised.
    """

    limit: int
    """
    How many chains are listed at most, best first; all are counted.
    """


class TraceCompetencyParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """

    role: str | None
    """
    Only this role.
    """

    roles: Literal["targeted", "all"]
    """
    In the gaps of a discipline: the roles that it targets, or `all`.
    """

    infer: bool
    """
    Count a task as practising what the responsibilities that it prepares for require.
    """

    infer_aims: bool
    """
    Count a course that covers no unit as a unit that develops what the course aims at.
    """

    close: bool
    """
    Let what is close to a competency (CLOSE_TO) count for it.
    """

    roll_up: bool
    """
    Let narrower competencies, taught and practised, count for the broader.
    """

    roll_up_share: float
    """
    With `roll_up`: which share of the narrower ones must be taught and practised.
    """

    limit: int
    """
    How many chains are listed at most, best first; all are counted.
    """


class TrainForRoleParameters(TypedDict, total=False):
    revision: int | None
    """
    Answer from this revision of the graph, whatever came after it.
    """

    min_revision: int | None
    """
    Answer from this revision of the graph or a later one: waits up to 2 s for it, then it is 409.
    """

    lang: Literal["en", "zh"] | None
    """
    The language of names: `zh` for Chinese where there is a Chinese name.
    """

    limit: int
    """
    How many items a page has at most.
    """

    have: Sequence[str]
    """
    Competencies, knowledge units and training tasks that are held already.
    """

    inactive: Literal["include", "exclude"]
    """
    Whether deprecated and past tasks count.
    """

    order: Literal["covers", "marginal"]
    """
    Ranked by all that a task practises of what the role requires (`covers`), or by what is new beyond those before (`marginal`).
    """

    adds_nothing: Literal["include", "exclude"]
    """
    Whether tasks that add nothing to those before are listed.
    """

    sort: Literal["rank", "hours", "term"]
    """
    What the list is by: `rank`, or the fewest `hours` or earliest `term` first; ranks stay.
    """

    institution: str | None
    """
    Only the disciplines that this institution runs, by its own sources and those that belong to nobody.
    """

    discipline: str | None
    """
    Only what this discipline teaches, and the training it schedules.
    """

    course: str | None
    """
    Only what this course teaches, and the training it schedules.
    """

    employer: str | None
    """
    Only the roles that this enterprise employs.
    """

    host: str | None
    """
    Only the training that this enterprise, campus or incubator hosts.
    """

    term: int | None
    """
    Only what is due by this term; what is undated counts.
    """

    min_weight: float
    """
    Ignore weaker DEVELOPS, PRACTISES and REQUIRES than this.
    """


class UndoImportParameters(TypedDict, total=False):
    dry_run: bool
    """
    Only tell what would change.
    """


class UndoRunParameters(TypedDict, total=False):
    dry_run: bool
    """
    Only tell what would change.
    """
