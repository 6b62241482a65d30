"""The page of a node: a competency's trace, and of any node what is stated of it, by whom, and its links."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.rest.asking import NodeIdInPath
from api.views import NodeView, node_view
from api.web.asking import AskedScope
from api.web.frame import PageRoute, View
from api.web.tracing import picture_of
from graph.model import fold
from graph.schema import KINDS
from graph.snapshot import Snapshot
from queries.chain import Status
from queries.coverage import role_coverage
from queries.flaws import Weakness
from queries.ties import find_ties
from queries.trace import Trace, trace_competency

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_LINKS_SHOWN = 50
_MOST_DISCIPLINES = 200
_SVG_HEADERS = {"Content-Disposition": 'attachment; filename="trace.svg"'}


class AskedNode(AskedScope):
    """What a node's page is narrowed to, and how many chains it lists."""

    chains: int = Field(10, ge=1, le=1000)


@router.get("/nodes/{id}")
async def show_node(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Show a node: of a competency its trace, of a role its coverage, of every node what is stated of it."""
    view = View(request)
    service, snapshot = view.service, view.snapshot
    snapshot.require(node_id)
    node = await service.with_store(node_view, service.require_store(), snapshot, node_id, limit=_LINKS_SHOWN)
    about: dict[str, Any] = {
        "node": node,
        "facts": facts(node, view),
        "names": scope_names(view, asked),
        "asked": asked,
    }
    if node.kind == "Competency":
        trace = trace_competency(snapshot, node_id, asked.scope(), limit=asked.chains)
        picture = picture_of(trace, find_ties(snapshot, trace), view.words)
        return view.render(
            "trace.html",
            **about,
            trace=trace,
            picture=picture,
            advice=advice(trace),
            disciplines=disciplines(snapshot),
            words=words_of(view, trace),
        )
    covered = role_coverage(snapshot, node_id, asked.scope()) if node.kind == "Role" else None
    return view.render("node.html", **about, covered=covered)


@router.get("/nodes/{id}/trace.svg")
async def draw_trace(request: Request, node_id: NodeIdInPath, asked: Annotated[AskedNode, Query()]) -> Response:
    """Return the picture of a competency's trace as a file of its own."""
    view = View(request)
    trace = trace_competency(view.snapshot, node_id, asked.scope(), limit=1)
    picture = picture_of(trace, find_ties(view.snapshot, trace), view.words)
    drawn = view.render_text("picture.svg", picture=picture, trace=trace, standalone=True)
    return Response(drawn, media_type="image/svg+xml", headers=_SVG_HEADERS)


def advice(trace: Trace) -> list[str]:
    """Return the keys of what would close the gap, the most urgent first."""
    found = []
    if not trace.knowledge_units:
        found.append("trace.next_teach")
    if not trace.training_tasks:
        found.append("trace.next_practise")
    if not trace.roles:
        found.append("trace.next_require")
    weaknesses = {flaw.flaw for flaw in trace.flaws}
    if Weakness.INDIRECT in weaknesses:
        found.append("trace.next_tie")
    if weaknesses & {Weakness.FRAGILE, Weakness.SINGLE_HOST, Weakness.CAMPUS_ONLY}:
        found.append("trace.next_spread")
    return found or ["trace.next_fine"]


def words_of(view: View, trace: Trace) -> list[tuple[str, str]]:
    """Return the words that the page of this trace uses, each with its meaning."""
    t = view.words
    status = trace.status.value
    found = [(t(f"status.{status}"), t(f"meaning.{status}"))]
    if trace.status is Status.CONNECTED:
        found += [(t(f"link.{link}"), t(f"link_meaning.{link}")) for link in ("direct", "role_direct", "indirect")]
        found.append((t("trace.resilience"), t("trace.resilience_how")))
    return found


def facts(node: NodeView, view: View) -> list[tuple[str, str, str | None]]:
    """Return what is stated of a node as (label, text, id that it leads to), in the order of the schema."""
    found = []
    for wanted in KINDS[node.kind].properties:
        value = node.values.get(wanted.name)
        if value is None or wanted.name in {"name", "name_zh"}:
            continue
        label = view.words.known("property", wanted.name)
        target = str(value) if wanted.name.endswith("_id") else None
        if target is not None:
            i = view.snapshot.find(target)
            found.append((label, view.snapshot.name(i) if i is not None else target, target if i is not None else None))
        elif isinstance(value, list | tuple):
            found.append((label, " · ".join(map(str, value)), None))
        else:
            found.append((label, view.words.known("word", str(value)) if _is_choice(wanted.name) else str(value), None))
    return found


def _is_choice(name: str) -> bool:
    return name in {"kind", "mode", "led_by", "stage"}


def scope_names(view: View, asked: AskedScope) -> list[tuple[str, str]]:
    """Return what the page is narrowed to, as (label, name)."""
    t, snapshot = view.words, view.snapshot
    labels = {
        "discipline": "kind.Discipline",
        "course": "kind.Course",
        "role": "kind.Role",
        "employer": "property.employer_id",
        "host": "trace.where",
    }
    found = []
    for name, value in asked.narrowed().items():
        if name in labels:
            i = snapshot.find(str(value))
            found.append((t(labels[name]), str(value) if i is None else snapshot.name(i)))
        elif name in {"term", "min_weight"}:
            found.append((t("property.term" if name == "term" else "site.weight"), str(value)))
    return found


def disciplines(snapshot: Snapshot) -> Sequence[tuple[str, str]]:
    """Return the disciplines by name, as (id, name); none where there are too many to choose from a list."""
    nodes = snapshot.of_kind("Discipline").tolist()
    if len(nodes) > _MOST_DISCIPLINES:
        return []
    return sorted(((snapshot.ids[i], snapshot.name(i)) for i in nodes), key=lambda item: fold(item[1]))
