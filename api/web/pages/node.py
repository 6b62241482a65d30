"""The page of a node: a competency's trace, and of any node what is stated of it, by whom, and its links."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.answers import parameters as asking
from api.answers.document_place import place_words
from api.answers.evidence import LinkEvidence, ReviewBook, evidence_of
from api.answers.noted_links import noted_links
from api.answers.parameters import NodeIdInPath
from api.answers.store_views import NodeView
from api.service.node_view import view_of_kind
from api.state.table_register import StoreName
from api.web.gap_follow_ups import PageFollowUps, scope_words
from api.web.node_lists import ListsForm, RelationList, relations_of
from api.web.pages.course import course_page
from api.web.pages.enterprise import enterprise_page
from api.web.pages.institution import institution_page
from api.web.pages.programme import programme_page
from api.web.pages.role import role_page
from api.web.pages.trace_next_steps import closed_by, next_steps
from api.web.pages.trace_panel import Panel, read_panel
from api.web.parameters import ScopeForm
from api.web.pictures.trace import picture_of
from api.web.print_head import as_date
from api.web.view import PageRoute, View
from graph.model import Value
from graph.properties import Choice
from graph.schema import KINDS
from queries.follow_ups import GapScope
from queries.parameters.ids import Id
from queries.proposals.possible_links import possible_links
from queries.semantics.chain_status import ChainStatus
from queries.trace import Trace, trace_competency
from queries.trace_links import TraceLinks, find_ties
from queries.trace_node import trace_node
from queries.trace_node_walk import TRACED_KINDS

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_STAGE_SHOWN = 12
_LED = "led"
"""The part of a page on which its node is traced stage by stage, where a kind has a page of its own."""
_CHINESE = "_zh"
"""How the names of properties end that are another one in Chinese."""


Tell = Callable[[View, str, ListsForm], dict[str, Any]]
_PAGES: Mapping[str, tuple[str, Tell]] = {
    "Institution": ("institution.html", institution_page),
    "Discipline": ("programme.html", programme_page),
    "Course": ("course.html", course_page),
    "Role": ("role.html", role_page),
    "Enterprise": ("enterprise.html", enterprise_page),
}
"""The kinds that have a page of their own: its template, and what tells of the node there."""


class NodeForm(ListsForm):
    """What a node's page is narrowed to, how many chains it lists, and the card whose reasons it tells.

    `limit` is how many nodes of each stage are listed of a node that has no page of its kind.
    """

    chains: int = Field(10, ge=1, le=1000)
    card: Id | None = None
    limit: int = Field(_STAGE_SHOWN, ge=1, le=1_000_000)


class ReadChain(NamedTuple):
    """What a trace's page takes from the store: the links between stages, the chosen card, and what notes say."""

    ties: TraceLinks
    panel: Panel | None
    evidence: list[LinkEvidence]


@router.get("/nodes/{id}")
async def show_node(request: Request, node_id: NodeIdInPath, asked: Annotated[NodeForm, Query()]) -> Response:
    """Show a node: of a competency its chain, of others what they lead to, of every node what is stated of it."""
    view = View(request)
    node = await view_of_kind(
        view.service, view.snapshot, node_id, None, asking.NodeParameters(lang=view.language, limit=1)
    )
    if node.kind == "Competency":
        return await _show_chain(view, node, asked)
    return await run_in_threadpool(_render_node, view, node, asked)


def _render_node(view: View, node: NodeView, asked: NodeForm) -> Response:
    about = {**_about(view, node, asked), "relations": _relations(view, node, asked)}
    is_led = node.kind in TRACED_KINDS and (node.kind not in _PAGES or asked.part == _LED)
    led = trace_node(view.snapshot, node.id, asked.scope(), limit=asked.limit) if is_led else None
    template, tell = _PAGES.get(node.kind, ("node.html", lambda *_: {}))
    return view.render(template, **about, led=led, **tell(view, node.id, asked))


def _relations(view: View, node: NodeView, asked: NodeForm) -> list[RelationList]:
    return relations_of(view.snapshot, view.snapshot.require(node.id), asked.windows())


async def _show_chain(view: View, node: NodeView, asked: NodeForm) -> Response:
    service, snapshot, scope = view.service, view.snapshot, asked.scope()
    trace = await run_in_threadpool(trace_competency, snapshot, node.id, scope, limit=asked.chains, varied=True)
    reading = await service.with_store(_read_chain, view, trace, asked.card)
    return await run_in_threadpool(_render_chain, view, node, asked, trace, reading)


def _read_chain(view: View, trace: Trace, card: str | None) -> ReadChain:
    store, snapshot, ties = view.service.require_store(), view.snapshot, find_ties(view.snapshot, trace)
    named = StoreName(snapshot.store_id, store.url)
    book = ReviewBook(view.service.state, named, shows_names=view.who.is_known or view.who.is_here)
    panel = None if card is None else read_panel(store, snapshot, trace, card, book)
    return ReadChain(ties, panel, evidence_of(noted_links(store, snapshot, trace, ties), book))


def _render_chain(view: View, node: NodeView, asked: NodeForm, trace: Trace, read: ReadChain) -> Response:
    snapshot = view.snapshot
    return view.render(
        "trace.html",
        **_about(view, node, asked),
        trace=trace,
        picture=picture_of(trace, read.ties, view.words),
        panel=read.panel,
        evidence=read.evidence,
        place_words=place_words,
        as_date=as_date,
        steps=next_steps(trace, closed_by(snapshot, trace, asked.scope())),
        words=words_of(view, trace),
        follow_ups=PageFollowUps(view, seen := GapScope(asked.discipline, asked.institution)).of(
            trace.competency.ids, everywhere=True
        ),
        followed_scope=seen,
        followed_by=scope_words(view, seen),
    )


def _about(view: View, node: NodeView, asked: NodeForm) -> dict[str, Any]:
    # a competency is what links lead to: documents describe what they start from
    is_described = node.kind != "Competency" and bool(possible_links(node.kind, "Competency"))
    told = {"node": node, "facts": facts(node, view), "names": scope_names(view, asked), "asked": asked}
    return {**told, "is_described": is_described}


def words_of(view: View, trace: Trace) -> list[tuple[str, str]]:
    """Return the words that the page of this trace uses, each with its meaning."""
    t = view.words
    status = trace.status.value
    found = [(t(f"status.{status}"), t(f"status_meaning.{status}"))]
    if trace.status is ChainStatus.CONNECTED:
        found += [(t(f"link.{link}"), t(f"link_meaning.{link}")) for link in ("direct", "role_direct", "indirect")]
        found.append((t("trace.resilience"), t("trace.resilience_how")))
    return found


def facts(node: NodeView, view: View) -> list[tuple[str, str, str | None]]:
    """Return what is stated of a node as (label, text, id that it leads to), in the order of the schema.

    Of what is stated in both languages, the viewer's own is told.
    """
    found = []
    own = KINDS[node.kind].properties
    in_both = {p.name.removesuffix(_CHINESE) for p in own if p.name.endswith(_CHINESE)}
    for wanted in own:
        value = node.values.get(wanted.name)
        if wanted.name in in_both:
            value = in_language(node.values, wanted.name, view.language)
        if value is None or wanted.name == "name" or wanted.name.removesuffix(_CHINESE) in in_both - {wanted.name}:
            continue
        label = view.words.known("property", wanted.name)
        target = str(value) if wanted.name.endswith("_id") else None
        if target is not None:
            i = view.snapshot.find(target)
            found.append((label, view.snapshot.name(i) if i is not None else target, target if i is not None else None))
        elif isinstance(value, list | tuple):
            found.append((label, " · ".join(map(str, value)), None))
        else:
            is_word = isinstance(wanted.type, Choice)
            found.append((label, view.words.known("word", str(value)) if is_word else str(value), None))
    return found


def in_language(values: Mapping[str, Value], name: str, language: str) -> Value | None:
    """Return a property as it is stated in the language, else as it is stated at all; None where it is not."""
    names = (name + _CHINESE, name) if language == "zh" else (name, name + _CHINESE)
    return next((values[one] for one in names if one in values), None)


def scope_names(view: View, asked: ScopeForm) -> list[tuple[str, str]]:
    """Return what the page is narrowed to, as (label, name)."""
    t, snapshot = view.words, view.snapshot
    labels = {
        "institution": "kind.Institution",
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
