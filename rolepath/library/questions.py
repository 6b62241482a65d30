"""Questions of a graph: what answers each, from the query that its parameters make."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.answers.answer_columns import Columns
from api.answers.measures import ask_metrics
from api.answers.past_signals import ask_signals
from api.answers.scenarios import ask_diff, ask_what_if
from api.answers.store_views import NodeView, node_view
from api.embeddings.choice import ready_now
from api.embeddings.near_search import or_near
from api.settings.settings import Settings
from graph.schema import KINDS
from graph.snapshot.columns import values_of
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from ingest import scenario_document
from queries.align import Alignment, compared_names, with_note
from queries.align import align as propose
from queries.allocation import Allocation, allocate
from queries.benchmark import Benchmark, benchmark_programme
from queries.brief import Brief, write_brief
from queries.coverage import RoleCoverage, role_coverage
from queries.coverage_matrix import CoverageMatrix
from queries.coverage_matrix import coverage_matrix as cover_all
from queries.diff import Diff
from queries.feedback import Feedback, give_feedback
from queries.gap_table import gap_columns
from queries.gaps import Gaps, find_gaps
from queries.integration import Integration, integrate
from queries.leadership import Leadership, measure_leadership
from queries.match import RoleMatch, match_roles
from queries.metrics import Metrics
from queries.node_list import FoundNodes, list_nodes
from queries.parameters.align import AlignQuery, LikenessKind
from queries.parameters.allocation import AllocationQuery
from queries.parameters.benchmark import BenchmarkQuery
from queries.parameters.brief import BriefQuery
from queries.parameters.coverage import CoverageMatrixQuery, CoverageQuery
from queries.parameters.diff import ComparisonParameters
from queries.parameters.feedback import FeedbackQuery
from queries.parameters.gaps import GapsQuery
from queries.parameters.integration import IntegrationQuery
from queries.parameters.match import MatchQuery
from queries.parameters.metrics import MetricsQuery
from queries.parameters.node import NodeQuery
from queries.parameters.plan import PlanQuery
from queries.parameters.rotation import RotationQuery
from queries.parameters.scope import InstitutionParameters
from queries.parameters.search import NodeListQuery, SearchQuery, check_kind
from queries.parameters.signals import SignalsQuery
from queries.parameters.trace import TraceQuery
from queries.parameters.training import TrainingQuery, UnreachableQuery
from queries.parameters.what_if import WhatIfQuery
from queries.plan import Plan, plan_training
from queries.plan_several import Plans, plan_roles
from queries.rotation import Rotation, rotate
from queries.search import SearchResult
from queries.search import search as search_names
from queries.signals import Signals
from queries.trace import Trace, trace_competency
from queries.trace_node import NodeTrace
from queries.trace_node import trace_node as trace_any
from queries.training import RoleTraining, Unreachable, role_training, role_unreachable
from queries.what_if import ScenarioQuestion, WhatIf


class Asked(NamedTuple):
    """What is asked: a snapshot, and the store that it is of, whose present revision is `present`."""

    snapshot: Snapshot
    store: Store
    present: Snapshot
    settings: Settings


def trace(of: Asked, query: TraceQuery, node_id: str) -> Trace | NodeTrace:
    """Trace a competency from classroom to position, or any other node to where it leads; see where chains break."""
    snapshot, i = of.snapshot, of.snapshot.find(node_id)
    ask = trace_competency if i is None or snapshot.kind_of(i) == "Competency" else trace_any
    return ask(snapshot, node_id, query.scope(), limit=query.limit)


def gaps(of: Asked, query: GapsQuery) -> Gaps:
    """List where chains break or are weak. The table is made from arrays; the model tells what would close each gap."""
    scope, wanted = query.scope(), query.filter()
    return find_gaps(of.snapshot, scope, wanted, order=query.sort, limit=query.limit, cursor=query.cursor)


def gap_table(of: Asked, query: GapsQuery) -> Columns:
    """Return the gaps as columns, without what would close each."""
    return gap_columns(of.snapshot, query.scope(), query.filter(), order=query.sort, limit=query.limit)


def coverage(of: Asked, query: CoverageQuery, role: str) -> RoleCoverage:
    """Show how much of what a role requires is taught and practised: a row for each competency."""
    return role_coverage(of.snapshot, role, query.scope())


def coverage_matrix(of: Asked, query: CoverageMatrixQuery) -> CoverageMatrix:
    """Show what each discipline or course covers of each role: a row for each cell."""
    return cover_all(of.snapshot, query.by, query.role, query.scope())


def training(of: Asked, query: TrainingQuery, role: str) -> RoleTraining:
    """Rank the training tasks for a role."""
    return role_training(of.snapshot, role, query.scope(), query.wish(), limit=query.limit, cursor=query.cursor)


def unreachable(of: Asked, query: UnreachableQuery, role: str) -> Unreachable:
    """List what a role requires and no training task practises."""
    return role_unreachable(of.snapshot, role, query.scope(), query, limit=query.limit, cursor=query.cursor)


def plan(of: Asked, query: PlanQuery, role: str) -> Plan:
    """Plan the training that leads to a role, each step with its reasons."""
    return plan_training(of.snapshot, role, query.scope(), query.wish())


def plans(of: Asked, query: PlanQuery, roles: Sequence[str]) -> Plans:
    """Plan the training for several roles at once."""
    return plan_roles(of.snapshot, roles, query.scope(), query.wish())


def rotation(of: Asked, query: RotationQuery, cohort: str) -> Rotation:
    """Place a cohort's plan by host and term within the seats that there are, and say who cannot be placed and why."""
    institution, wish = query.institution, query.wish()
    return rotate(of.snapshot, cohort, query.role, institution=institution, terms=query.terms, wish=wish)


def match(of: Asked, query: MatchQuery) -> RoleMatch:
    """Find the roles that come closest to what somebody holds, and what each still asks for."""
    return match_roles(of.snapshot, query.have, query.scope(), limit=query.limit)


def integration(of: Asked, query: IntegrationQuery) -> Integration:
    """Show how far innovation and the disciplines meet in training, and what would bring most."""
    asked = {"institution": query.institution, "discipline": query.discipline, "role": query.role}
    return integrate(of.snapshot, **asked, focus=query.focus, limit=query.limit)


def allocation(of: Asked, query: AllocationQuery) -> Allocation:
    """Show where hours and seats go beside where demand is, and the next best use of more."""
    scope = query.scope()
    return allocate(of.snapshot, scope, hours=query.hours, seats=query.seats, order=query.sort, limit=query.limit)


def feedback(of: Asked, query: FeedbackQuery) -> Feedback:
    """Show what assessments say learners lack, where to follow it up, and whether that helped."""
    return give_feedback(
        of.snapshot, institution=query.institution, cohort=query.cohort, discipline=query.discipline, limit=query.limit
    )


def benchmark(of: Asked, query: BenchmarkQuery, discipline: str) -> Benchmark:
    """Hold a programme against a national standard or another discipline: what it lacks, what it has besides."""
    scope, wanted = query.scope(), query.filter()
    return benchmark_programme(
        of.snapshot, discipline, query.against, scope, wanted, limit=query.limit, cursor=query.cursor
    )


def leadership(of: Asked, query: InstitutionParameters, enterprise: str) -> Leadership:
    """Show how much of what its roles require an enterprise hosts, leads and mentors."""
    return measure_leadership(of.snapshot, enterprise, institution=query.institution)


def brief(of: Asked, query: BriefQuery, enterprise: str) -> Brief:
    """Write one page for an enterprise: gaps of its roles, what to host next, who could mentor."""
    return write_brief(of.snapshot, enterprise, institution=query.institution, limit=query.limit)


def signals(of: Asked, query: SignalsQuery) -> Signals:
    """Show which competencies and roles policies, trends and demand call for, and how they stand."""
    return ask_signals(
        of.store,
        of.snapshot,
        region=query.region,
        kind=query.wanted_kind,
        on=query.on,
        institution=query.institution,
        focus=query.focus,
        revisions=query.revisions,
    )


def what_if(
    of: Asked, query: WhatIfQuery, add: Mapping[str, object] | None = None, remove: Sequence[str] = ()
) -> WhatIf:
    """Show the difference that other nodes and links would make; nothing is saved.

    `add` holds files of the native format by name, as in `POST /v1/what-if`; `remove` are ids of nodes.
    """
    document: dict[str, object] = {"add": dict(add or {}), "remove": {"nodes": list(remove)}}
    scenario = scenario_document.read_document(document, "add.json")
    more = None if query.ask is None else ScenarioQuestion(ask=query.ask, of=query.of)
    return ask_what_if(of.store, of.snapshot, scenario, more, query.scope(), limit=query.limit)


def diff(of: Asked, query: ComparisonParameters, since: int, until: int | None = None) -> Diff:
    """Show what changed between two revisions, and what that did to coverage and gaps; until this one if not told."""
    last = of.snapshot.revision.number if until is None else until
    return ask_diff(of.store, of.present, since, last, query.scope(), limit=query.limit)


def metrics(of: Asked, query: MetricsQuery) -> Metrics:
    """Measure the graph: linkage, prerequisites, bottlenecks, structure, betweenness, disciplines."""
    return ask_metrics(
        of.store,
        of.snapshot,
        query.groups(),
        query.scope(),
        revisions=query.revisions,
        max_error=query.max_error,
        limit=query.limit,
    )


def align(of: Asked, query: AlignQuery) -> Alignment:
    """Propose links between two vocabularies, for a person to judge; nothing is changed."""
    names = compared_names(of.snapshot, query.a, query.b)
    by_words = query.by is LikenessKind.WORDS
    vectors, note = (None, None) if by_words else ready_now(of.settings, of.snapshot.store_id, names)
    found = propose(
        of.snapshot,
        query.a,
        query.b,
        relations=query.relation,
        limit=query.limit,
        min_score=query.min_score,
        by=query.by,
        meaning=vectors,
    )
    return with_note(found, note)


def search(of: Asked, query: SearchQuery) -> SearchResult:
    """Find nodes, and their ids, by what they are called."""
    found = search_names(of.snapshot, query.q, query.kind, limit=query.limit, cursor=query.cursor)
    return or_near(found, of.settings, of.snapshot, query)


def nodes(of: Asked, query: NodeListQuery, kind: str) -> FoundNodes:
    """List the nodes of a kind, such as `Course` or `Role`; the table has what is stated of each.

    Of a class, once; what is stated of its members is merged.
    """
    check_kind(kind)
    return list_nodes(
        of.snapshot,
        kind,
        title=query.title,
        code=query.code,
        prefix=query.vocabulary,
        order=query.sort,
        limit=query.limit,
        cursor=query.cursor,
    )


def node_table(of: Asked, query: NodeListQuery, kind: str) -> Columns:
    """Return the nodes of a kind as columns: id and name, then each property that some node states."""
    found = nodes(of, query, kind).items
    stated = [values_of(of.snapshot, of.snapshot.require(one.id, kind)) for one in found]
    names = [
        one.name for one in KINDS[kind].properties if one.name != "name" and any(one.name in row for row in stated)
    ]
    columns = {name: [row.get(name) for row in stated] for name in names}
    return {"id": [one.id for one in found], "name": [one.name for one in found], **columns}


def node(of: Asked, query: NodeQuery, node_id: str) -> NodeView:
    """Show a node: what is stated of it, by whom, and its links."""
    return node_view(of.store, of.snapshot, node_id, limit=query.limit)
