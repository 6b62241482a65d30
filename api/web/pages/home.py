"""The first page: what the graph holds, how connected it is, the gravest gaps, what changed, and where to start."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.answers.store_views import RunView, list_runs
from api.web.forms import with_token
from api.web.list_address import SLUGS
from api.web.pages.import_new import most_megabytes
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.view import PageRoute, View
from graph.errors import RolepathError
from graph.model import Frozen
from graph.schema import RELATIONS
from graph.snapshot.snapshot import Snapshot
from queries.gaps import Gaps, find_gaps
from queries.parameters.gaps import GapFilter
from queries.semantics.chain_status import ChainLink, ChainStatus

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REQUIRED = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)
"""What a competency that some role requires can be."""
_SHOWN_GAPS, _SHOWN_RUNS = 6, 5


class GraphSummary(Frozen):
    """What a graph holds. `share` is `connected` over `required`; None where no competency is required."""

    is_empty: bool
    kinds: list[tuple[str, str, int]]
    links: int
    required: int
    connected: int
    indirect: int
    share: float | None
    statuses: list[tuple[str, int, float]]


def count_held(snapshot: Snapshot, gaps: Gaps) -> GraphSummary:
    """Return what the snapshot holds; `gaps` are of the whole of it."""
    required = sum(gaps.counts[status] for status in REQUIRED)
    connected = gaps.counts[ChainStatus.CONNECTED]
    shares = [(status.value, gaps.counts[status], gaps.counts[status] / (required or 1)) for status in REQUIRED]
    return GraphSummary(
        is_empty=not len(snapshot),
        kinds=kind_counts(snapshot),
        links=sum(len(snapshot.out(relation).indices) for relation in RELATIONS),
        required=required,
        connected=connected,
        indirect=gaps.links[ChainLink.INDIRECT],
        share=connected / required if required else None,
        statuses=shares,
    )


def kind_counts(snapshot: Snapshot) -> list[tuple[str, str, int]]:
    """Return each kind that has any nodes, the last part of its list's address, and how many; as in the schema."""
    counts = [(kind, slug, len(snapshot.of_kind(kind))) for slug, kind in SLUGS.items()]
    return [(kind, slug, count) for kind, slug, count in counts if count]


class HomeForm(ScopeForm):
    """What the first page is about."""


@router.get("/")
async def show_home(request: Request, asked: Annotated[HomeForm, Query()]) -> Response:
    """Show how the graph stands."""
    view = View(request)
    snapshot = view.snapshot
    gaps, held = await run_in_threadpool(_judged, snapshot, asked)
    runs = None if held.is_empty else await _latest_runs(view)
    most_bytes = view.service.settings.service.upload_bytes
    megabytes = most_megabytes(view)
    shown = {
        "asked": asked,
        "held": held,
        "gaps": gaps,
        "runs": runs,
        "names": scope_names(view, asked),
        "most_bytes": most_bytes,
        "megabytes": megabytes,
    }
    return await run_in_threadpool(with_token, view, "home.html", **shown)


def _judged(snapshot: Snapshot, asked: HomeForm) -> tuple[Gaps, GraphSummary]:
    gaps = find_gaps(snapshot, asked.scope(), GapFilter(severity=1), limit=_SHOWN_GAPS)
    return gaps, count_held(snapshot, gaps)


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
