"""The page of suppositions: what other nodes and links would make otherwise; nothing is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.web.pages.node import scope_names
from api.web.pages.what_if_form import FORM_FIELDS, LinkEnds, LinkForm, fill_form
from api.web.parameters import ScopeForm, Text
from api.web.pictures.compare import mark_difference, reweighed
from api.web.pictures.layout import Picture
from api.web.pictures.trace import picture_of
from api.web.scenario_lines import NAME, ScenarioLine, addable, as_file, as_rows, check_lines, read_lines, sorts_of
from api.web.short_lists import ShortListForm
from api.web.view import PageRoute, View
from graph.errors import InputError
from graph.messages import message
from graph.model import NodeId
from graph.schema import RELATIONS
from graph.snapshot.scenario import Scenario, apply_scenario
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.parameters.ids import Id
from queries.semantics.scope import Scope
from queries.trace import Trace, trace_competency
from queries.trace_links import find_ties
from queries.what_if import WhatIf, what_if

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_LINES = 20
"""How many suppositions of each sort an address may hold."""
_SHOWN = 20
Line = Annotated[str, Field(max_length=2300)]


class WhatIfForm(ShortListForm, ScopeForm, LinkEnds):
    """What is supposed, the competency whose picture is shown, and what the form holds."""

    add: tuple[Line, ...] = Field((), max_length=MOST_LINES)
    remove: tuple[Line, ...] = Field((), max_length=MOST_LINES)
    of: Id | None = None
    of_q: Text | None = None


@dataclass(frozen=True, slots=True)
class PicturePair:
    """A competency's chain before and after; None where it is not in the graph."""

    of: str
    before: Picture | None
    after: Picture | None
    trace_before: Trace | None
    trace_after: Trace | None

    @property
    def name(self) -> str:
        """What the competency is called."""
        trace = self.trace_after or self.trace_before
        return "" if trace is None else trace.competency.name


@router.get("/what-if")
async def show_what_if(request: Request, asked: Annotated[WhatIfForm, Query()]) -> Response:
    """Show what is supposed, and the difference that it makes."""
    view = View(request)
    snapshot = view.snapshot
    lines = read_lines(asked.add, asked.remove)
    form = await run_in_threadpool(fill_form, snapshot, asked, lines)
    if form.line is not None:
        return RedirectResponse(_with_line(view, form), 303)
    supposed, whole = await run_in_threadpool(check_lines, snapshot, lines)
    found, pictures, lists = None, None, dict[str, object]()
    if whole is not None:
        store = view.service.require_store()
        found, pictures = await view.service.with_store(_answer, store, view, whole, asked)
        after = found.consequences
        lists = {
            "competencies": asked.listed("competencies", after.competencies, after.competencies_total, _SHOWN),
            "roles": asked.listed("roles", after.roles, after.roles_total, _SHOWN),
        }
    return await run_in_threadpool(
        view.render,
        "what_if.html",
        measures=("counts", "coverage"),
        asked=asked,
        form=form,
        supposed=[(one, _without_line(view, one)) for one in supposed],
        names=_names(snapshot, supposed),
        in_graph={node for node in _ids(supposed) if snapshot.find(node) is not None},
        found=found,
        pictures=pictures,
        **lists,
        scope_names=scope_names(view, asked),
        relations=_relations(view),
        new_kinds=_new_kinds(view),
        file=as_file(supposed) if whole is not None else "",
        rows=as_rows(supposed) if whole is not None else "",
    )


@router.get("/what-if/what-if.json")
def save_file(request: Request, asked: Annotated[WhatIfForm, Query()]) -> Response:
    """Return what is supposed as a file for the command `what-if`."""
    supposed = _fitting(View(request), asked)
    headers = {"Content-Disposition": f'attachment; filename="{NAME}"'}
    return Response(as_file(supposed), media_type="application/json", headers=headers)


@router.get("/what-if/links.csv")
def save_rows(request: Request, asked: Annotated[WhatIfForm, Query()]) -> Response:
    """Return the links that are added as rows of links.csv."""
    supposed = _fitting(View(request), asked)
    headers = {"Content-Disposition": 'attachment; filename="links.csv"'}
    return Response("\ufeff" + as_rows(supposed), media_type="text/csv; charset=utf-8", headers=headers)


def _fitting(view: View, asked: WhatIfForm) -> list[ScenarioLine]:
    """Return what is supposed.

    Raises:
        InputError: it does not fit the graph.
    """
    supposed, whole = check_lines(view.snapshot, read_lines(asked.add, asked.remove))
    if whole is None:
        faults = (one.problem or message(f"what_if.fault_{one.fault}") for one in supposed if one.fault)
        raise InputError(next(faults, message("what_if.nothing")))
    return supposed


def _answer(store: Store, view: View, supposition: Scenario, asked: WhatIfForm) -> tuple[WhatIf, PicturePair | None]:
    """Return the difference, and the pictures of the competency that was named, else of the first that changed."""
    before, scope = view.snapshot, asked.scope()
    after, patch = apply_scenario(before, supposition, store)
    found = what_if(before, after, patch, None, scope, limit=asked.most(_SHOWN))
    changed = found.consequences.competencies
    of = asked.of or (changed[0].competency.id if changed else None)
    return found, None if of is None else _pictures(view, before, after, of, scope)


def _pictures(view: View, before: Snapshot, after: Snapshot, of: str, scope: Scope) -> PicturePair:
    if after.find(of) is None:
        before.require(of, "Competency")
    traces = [
        trace_competency(snapshot, of, scope, limit=1) if snapshot.find(of) is not None else None
        for snapshot in (before, after)
    ]
    drawn = [
        None if trace is None else picture_of(trace, find_ties(snapshot, trace), view.words)
        for snapshot, trace in zip((before, after), traces, strict=True)
    ]
    if traces[0] and traces[1] and drawn[0] and drawn[1]:
        drawn = [*mark_difference(drawn[0], drawn[1], reweighed(traces[0], traces[1]))]
    return PicturePair(of, drawn[0], drawn[1], traces[0], traces[1])


def _with_line(view: View, form: LinkForm) -> str:
    """Return the address of this page with one supposition more, and an empty form."""
    kept = [(name, text) for name, text in view.request.query_params.multi_items() if name not in FORM_FIELDS]
    return "?" + urlencode([*kept, ("add" if form.adds else "remove", form.line)])


def _without_line(view: View, gone: ScenarioLine) -> str:
    """Return the address of this page without one of its suppositions."""
    name = "add" if gone.adds else "remove"
    items = view.request.query_params.multi_items()
    return "?" + urlencode([item for item in items if item[0] != name or " ".join(item[1].split()) != gone.line])


def _names(snapshot: Snapshot, supposed: list[ScenarioLine]) -> dict[str, str]:
    """Return the name of everything that the suppositions speak of."""
    new = {one.node: dict(one.values)["name"] for one in supposed if one.kind is not None and one.node is not None}
    found = {node: snapshot.find(node) for node in _ids(supposed)}
    return {node: new.get(node) or (node if i is None else snapshot.name(i)) for node, i in found.items()}


def _ids(supposed: Iterable[ScenarioLine]) -> set[NodeId]:
    return {node for one in supposed for node in (one.node, *((one.link[0], one.link[2]) if one.link else ())) if node}


def _relations(view: View) -> list[tuple[str, str]]:
    """Return the relations to choose from, each as it reads, between the kinds that it joins."""
    t = view.words

    def kinds(names: Iterable[str]) -> str:
        return " / ".join(t(f"kind.{name}") for name in dict.fromkeys(names))

    return [
        (name, f"{kinds(a for a, _ in relation.ends)} · {t(f'relation.{name}')} · {kinds(b for _, b in relation.ends)}")
        for name, relation in RELATIONS.items()
    ]


def _new_kinds(view: View) -> list[tuple[str, str]]:
    """Return the kinds that a new node can have, each with its sorts."""
    t, found = view.words, []
    for kind in addable():
        label = t(f"kind.{kind.name}")
        found += [(f"{kind.name} {sort}", f"{label} – {t(f'word.{sort}')}") for sort in sorts_of(kind)] or [
            (kind.name, label)
        ]
    return found
