"""Every question that is asked with parameters: its path, what it takes, and the model that its answer is."""

from datetime import date
from typing import Unpack

from pydantic import TypeAdapter

from rolepath.client.calls import Call, Listing, M, path_to, query_of, reader_of, reader_of_either
from rolepath.client.models import (
    Alignment,
    Allocation,
    Benchmark,
    BenchmarkItem,
    Brief,
    ChangeFeed,
    CoverageMatrix,
    Diff,
    Feedback,
    FollowUps,
    FollowUpView,
    FoundNode,
    FoundNodes,
    Gap,
    Gaps,
    Integration,
    Leadership,
    Metrics,
    NodeItem,
    NodePage,
    NodeTrace,
    NodeView,
    RankedTask,
    ReviewedSentence,
    ReviewedSentences,
    RevisionChanges,
    RoleCoverage,
    RoleTraining,
    Rotation,
    RunList,
    RunView,
    SearchHit,
    SearchResult,
    Signals,
    SourceList,
    Trace,
    Unreachable,
    UnreachableCompetency,
)
from rolepath.client.parameters import (
    AlignVocabulariesParameters,
    CoverAllParameters,
    CoverRoleParameters,
    FollowChangesParameters,
    ListCompetenciesParameters,
    ListFollowUpsParameters,
    ListGapsParameters,
    ListNodesParameters,
    ListProposalsParameters,
    ListRolesParameters,
    ListRunsParameters,
    ListSignalsParameters,
    ListSourcesParameters,
    ListUnreachableParameters,
    RotateCohortParameters,
    SearchNodesParameters,
    ShowAllocationParameters,
    ShowBenchmarkParameters,
    ShowBriefParameters,
    ShowCompetencyParameters,
    ShowDiffParameters,
    ShowFeedbackParameters,
    ShowIntegrationParameters,
    ShowLeadershipParameters,
    ShowMetricsParameters,
    ShowNodeParameters,
    ShowRoleParameters,
    TraceAnyParameters,
    TraceCompetencyParameters,
    TrainForRoleParameters,
)

_PAGE = {"limit": 100}
"""How many items a page has where nothing else is asked for: fewer round trips than the service's own 20."""


def _get(model: type[M], *path: str, **asked: object) -> Call[M]:
    return Call("GET", path_to("v1", *path), reader_of(model), query_of(asked))


def trace(competency: str, **asked: Unpack[TraceCompetencyParameters]) -> Call[Trace]:
    """Trace a competency: what teaches it, what practises it, which positions require it, and how these hang together.

    Raises:
        NotFoundError: there is no such competency, or the scope names something that is not there; `near` has others.
    """
    return _get(Trace, "competencies", competency, "trace", **asked)


def trace_node(node: str, **asked: Unpack[TraceAnyParameters]) -> Call[Trace | NodeTrace]:
    """Trace a node of any kind: what it leads to or comes from; of a competency, as `trace`."""
    either: TypeAdapter[Trace | NodeTrace] = TypeAdapter(Trace | NodeTrace)
    return Call("GET", path_to("v1", "nodes", node, "trace"), reader_of_either(either), query_of(asked))


def competencies(**asked: Unpack[ListCompetenciesParameters]) -> Listing[FoundNodes, FoundNode]:
    """List the competencies: all, or those whose name contains `title` and that have exactly the `code`."""
    return Listing(_get(FoundNodes, "competencies", **(_PAGE | asked)))


def competency(id: str, **asked: Unpack[ShowCompetencyParameters]) -> Call[NodeView]:  # noqa: A002 - what it is called everywhere
    """Show a competency: what each source states of it, where they disagree, and its links."""
    return _get(NodeView, "competencies", id, **asked)


def node(id: str, **asked: Unpack[ShowNodeParameters]) -> Call[NodeView]:  # noqa: A002
    """Show a node of any kind: what each source states of it, where they disagree, and its links."""
    return _get(NodeView, "nodes", id, **asked)


def nodes(**asked: Unpack[ListNodesParameters]) -> Listing[NodePage, NodeItem]:
    """List nodes of any kind: all, or those of a source, a vocabulary, a code, a URI, or these ids."""
    return Listing(_get(NodePage, "nodes", **(_PAGE | asked)))


def search(text: str, **asked: Unpack[SearchNodesParameters]) -> Listing[SearchResult, SearchHit]:
    """Find nodes by a part of their id, name, code or alias, in any language: exact matches first."""
    return Listing(_get(SearchResult, "search", q=text, **(_PAGE | asked)))


def roles(**asked: Unpack[ListRolesParameters]) -> Listing[FoundNodes, FoundNode]:
    """List the roles: all, or those whose name contains `title` and that have exactly the `code`."""
    return Listing(_get(FoundNodes, "roles", **(_PAGE | asked)))


def role(id: str, **asked: Unpack[ShowRoleParameters]) -> Call[NodeView]:  # noqa: A002
    """Show a role: what each source states of it, where they disagree, and its links."""
    return _get(NodeView, "roles", id, **asked)


def coverage(role: str, **asked: Unpack[CoverRoleParameters]) -> Call[RoleCoverage]:
    """Tell how much of what the role requires is taught and practised, and how each competency stands."""
    return _get(RoleCoverage, "roles", role, "coverage", **asked)


def coverage_matrix(**asked: Unpack[CoverAllParameters]) -> Call[CoverageMatrix]:
    """Tell which disciplines or courses serve which roles; or, with `role`, which of what that role requires."""
    return _get(CoverageMatrix, "coverage", **asked)


def training(role: str, **asked: Unpack[TrainForRoleParameters]) -> Listing[RoleTraining, RankedTask]:
    """Rank the training tasks for the role by what each practises of it: the quick answer, beside the plan."""
    return Listing(_get(RoleTraining, "roles", role, "training", **(_PAGE | asked)))


def unreachable(role: str, **asked: Unpack[ListUnreachableParameters]) -> Listing[Unreachable, UnreachableCompetency]:
    """List what the role requires, is not held, and no training task practises: the heaviest first."""
    return Listing(_get(Unreachable, "roles", role, "unreachable", **(_PAGE | asked)))


def rotation(cohort: str, **asked: Unpack[RotateCohortParameters]) -> Call[Rotation]:
    """Place a cohort's training plan by host and term within the seats."""
    return _get(Rotation, "rotation", cohort, **asked)


def gaps(**asked: Unpack[ListGapsParameters]) -> Listing[Gaps, Gap]:
    """List the competencies whose chain is broken or weak, the gravest first; a page counts every status, too."""
    return Listing(_get(Gaps, "gaps", **(_PAGE | asked)))


def follow_ups(**asked: Unpack[ListFollowUpsParameters]) -> Listing[FollowUps, FollowUpView]:
    """List who sees to which gap, by when, each checked against the graph; what is not done first."""
    return Listing(_get(FollowUps, "follow-ups", **(_PAGE | asked)))


def proposals(**asked: Unpack[ListProposalsParameters]) -> Listing[ReviewedSentences, ReviewedSentence]:
    """List the sentences of documents that wait for review, with candidates and judgements."""
    return Listing(_get(ReviewedSentences, "proposals", **(_PAGE | asked)))


def integration(**asked: Unpack[ShowIntegrationParameters]) -> Call[Integration]:
    """Tell how far innovation and the disciplines meet in training, and what is still apart."""
    return _get(Integration, "integration", **asked)


def allocation(**asked: Unpack[ShowAllocationParameters]) -> Call[Allocation]:
    """Tell where hours and seats go beside where the demand is, and the best uses of more."""
    return _get(Allocation, "allocation", **asked)


def feedback(**asked: Unpack[ShowFeedbackParameters]) -> Call[Feedback]:
    """Tell what learners have not attained, where it can be followed up, and whether that helped before."""
    return _get(Feedback, "feedback", **asked)


def benchmark(discipline: str, **asked: Unpack[ShowBenchmarkParameters]) -> Listing[Benchmark, BenchmarkItem]:
    """List what a standard or other discipline has and the programme lacks, the reverse, and what it does to chains."""
    return Listing(_get(Benchmark, "disciplines", discipline, "benchmark", **(_PAGE | asked)))


def leadership(enterprise: str, **asked: Unpack[ShowLeadershipParameters]) -> Call[Leadership]:
    """Tell how much of what its roles require the enterprise hosts, leads, mentors and teaches the teachers."""
    return _get(Leadership, "enterprises", enterprise, "leadership", **asked)


def brief(enterprise: str, **asked: Unpack[ShowBriefParameters]) -> Call[Brief]:
    """Tell what the enterprise's roles lack, which training it could host next, and who could mentor."""
    return _get(Brief, "enterprises", enterprise, "brief", **asked)


def signals(*, on: date | str | None = None, **asked: Unpack[ListSignalsParameters]) -> Call[Signals]:
    """Tell what policies, trends and demand figures call for, and whether it is connected; `on`: as of that day."""
    return _get(Signals, "signals", on=on, **asked)


def diff(since: int, **asked: Unpack[ShowDiffParameters]) -> Call[Diff]:
    """Tell what changed between two revisions, and what that did to coverage and gaps."""
    return _get(Diff, "diff", since=since, **asked)


def metrics(**asked: Unpack[ShowMetricsParameters]) -> Call[Metrics]:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines."""
    return _get(Metrics, "metrics", **asked)


def align(a: str, b: str, **asked: Unpack[AlignVocabulariesParameters]) -> Call[Alignment]:
    """Propose links from one vocabulary to another, each with a score and its reason; nothing is changed."""
    return _get(Alignment, "align", a=a, b=b, **asked)


def sources(**asked: Unpack[ListSourcesParameters]) -> Call[SourceList]:
    """List the sources of the graph with version and licence, the first speaker first."""
    return _get(SourceList, "sources", **asked)


def changes(**asked: Unpack[FollowChangesParameters]) -> Listing[ChangeFeed, RevisionChanges]:
    """Tell what each revision after one changed, the earliest first; to follow, ask again `since` the last one."""
    return Listing(_get(ChangeFeed, "changes", **(_PAGE | asked)))


def runs(**asked: Unpack[ListRunsParameters]) -> Listing[RunList, RunView]:
    """List the imports, the latest first, each with its report."""
    return Listing(_get(RunList, "runs", **(_PAGE | asked)))
