"""The first page: what the graph holds, how connected it is, the gravest gaps, what changed, and where to start."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers.store_views import RunView, list_runs
from api.web.checklist import checklist
from api.web.forms import with_token
from api.web.list_address import SLUGS
from api.web.pages.import_new import most_megabytes
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.pictures.flow import flow_picture
from api.web.view import PageRoute, View
from api.web.visit import NAMES
from graph.errors import RolepathError
from graph.model import Frozen
from graph.snapshot.snapshot import Snapshot
from queries.flows import Flows, find_flows
from queries.gaps import Gaps, find_gaps
from queries.lists import list_totals
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_status import ChainLink, ChainStatus
from queries.semantics.connected_share import connected_share
from queries.semantics.course_units import as_asked
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REQUIRED = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)
"""What a competency that some role requires can be."""
_SHOWN_GAPS, _SHOWN_RUNS = 6, 5


KindCount = tuple[str, str, int]
"""A kind, the last part of the address of its list, and how many nodes that lists."""


class GraphSummary(Frozen):
    """What a graph holds in a scope.

    `share` is `connected` over `required`, of competencies; None where none is required. `of_demand` is the share of
    `demand`. `kinds` has those of which the list of the scope holds any.
    """

    is_empty: bool
    kinds: list[KindCount]
    required: int
    connected: int
    indirect: int
    share: float | None
    of_demand: float | None
    demand: float
    statuses: list[tuple[str, int, float]]


def count_held(snapshot: Snapshot, scope: Scope, gaps: Gaps) -> GraphSummary:
    """Return what the snapshot holds in the scope, of which the gaps are."""
    required = sum(gaps.counts[status] for status in REQUIRED)
    connected = gaps.counts[ChainStatus.CONNECTED]
    shares = [(status.value, gaps.counts[status], gaps.counts[status] / (required or 1)) for status in REQUIRED]
    seen = as_asked(snapshot, scope)
    both = connected_share(seen, resolve(seen, scope, focused=True))
    return GraphSummary(
        is_empty=not len(snapshot),
        kinds=kind_counts(list_totals(snapshot, scope)),
        required=required,
        connected=connected,
        indirect=gaps.links[ChainLink.INDIRECT],
        share=connected / required if required else None,
        of_demand=both.of_demand,
        demand=both.demand,
        statuses=shares,
    )


def kind_counts(totals: Mapping[str, int]) -> list[KindCount]:
    """Return the kinds of which there are any, as in the schema."""
    return [(kind, slug, totals[kind]) for slug, kind in SLUGS.items() if totals[kind]]


class HomeForm(ScopeForm):
    """What the first page is about."""


@router.get("/")
async def show_home(request: Request, asked: Annotated[HomeForm, Query()]) -> Response:
    """Show how the graph stands."""
    view = View(request)
    snapshot = view.snapshot
    gaps, held, flows = await run_in_threadpool(_judged, snapshot, asked)
    runs = None if held.is_empty else await _latest_runs(view)
    most_bytes = view.service.settings.service.upload_bytes
    megabytes = most_megabytes(view)
    shown = {
        "asked": asked,
        "held": held,
        "measures": () if held.share is None else ("competencies", "demand"),
        "steps": checklist(snapshot),
        "flows": flows,
        "picture": None if flows is None else flow_picture(flows),
        "carried": view.carried(),
        "beyond": {name: value for name, value in view.carried().items() if name != "discipline"},
        "gaps": gaps,
        "runs": runs,
        "names": scope_names(view, asked),
        "most_bytes": most_bytes,
        "megabytes": megabytes,
    }
    return await run_in_threadpool(with_token, view, "home.html", **shown)


def _judged(snapshot: Snapshot, asked: HomeForm) -> tuple[Gaps, GraphSummary, Flows | None]:
    scope = asked.scope()
    gaps = find_gaps(snapshot, scope, GapFilter(severity=1), limit=_SHOWN_GAPS)
    return gaps, count_held(snapshot, scope, gaps), _flows(snapshot, scope)


def _flows(snapshot: Snapshot, scope: Scope) -> Flows | None:
    """Return the flows of the scope's programmes; None where there are none, or the scope says more than a visit."""
    asked = {name: getattr(scope, name) for name in NAMES}
    if scope != Scope.model_validate(asked):
        return None
    flows = find_flows(snapshot, **asked)
    return flows if flows.programmes else None


async def _latest_runs(view: View) -> list[dict[str, Any]] | None:
    """Return the latest imports; None while the store itself cannot be read."""
    service = view.service
    try:
        found = await service.with_store(list_runs, service.require_store(), service.state, limit=_SHOWN_RUNS)
    except RolepathError:
        return None
    return [_told(run) for run in found.items]


def _told(run: RunView) -> dict[str, Any]:
    counts = {}
    if run.outcome == "applied":
        counts = {
            name: sum(run.report[name].values()) for name in ("added", "changed", "removed") if name in run.report
        }
    return {"source": run.source, "at": run.at, "outcome": run.outcome, "counts": counts if len(counts) == 3 else {}}
