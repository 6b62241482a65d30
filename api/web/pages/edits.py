"""The page on which single things are entered: what is to be true, its effect on chains, then the deed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.answers.edit_effects import EditAnswer
from api.jobs.edits import Edits
from api.principal import principal_of
from api.web.edit_lines import EditLine, edits_of, in_words
from api.web.forms import require_own_form, text_of, with_token
from api.web.pages.edit_form import (
    EditForm,
    FilledForm,
    fields_of,
    fill_form,
    link_choices,
    new_choices,
    new_fields,
    values_in,
    with_edits,
)
from api.web.view import PageRoute, View
from api.web.visit import kept_scope
from graph.errors import ChangedError, InputError, Problem, RefusedEditsError
from graph.messages import message
from graph.model import NodeDetail, NodeId
from graph.schema import KINDS, RELATIONS
from graph.snapshot.scenario import link_of
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from ingest.edit_document import LONGEST_REASON, EditDocument
from queries.semantics.scope import EVERYTHING, Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_FORM_FIELDS = 60
MOST_LINKS = 100
"""How many links of a relation the page lists."""
_SHOWN = 1000
"""How many changes of chains the page has, all but the first of them folded."""


@dataclass(frozen=True, slots=True)
class NodeLink:
    """A link of the node that is looked at: its key, the other end, its weight, and whether it leads out."""

    key: str
    relation: str
    other: tuple[str, str]
    weight: float | None
    leads_out: bool


@dataclass(frozen=True, slots=True)
class EditCheck:
    """What the edits would do, or what is wrong with them: problems by the number of the edit, 0 for all of it."""

    answer: EditAnswer | None = None
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    is_changed: bool = False


@router.get("/edit")
async def show_edit(request: Request, asked: Annotated[EditForm, Query()]) -> Response:
    """Show what is to be entered, and its effect."""
    view = View(request)
    lines = edits_of(asked.edit, asked.add, asked.remove)
    node = await view.service.with_store(_node, view.service.require_store(), view.snapshot, asked.node)
    query = request.query_params.multi_items()
    stated = {} if node is None else node.values
    filled = await run_in_threadpool(fill_form, view.snapshot, asked, lines, values_in(query), stated)
    if filled.edits:
        seen = [] if asked.seen is not None else [("seen", str(view.snapshot.revision.number))]
        return RedirectResponse("?" + urlencode([*with_edits(query, filled.edits), *seen]) + "#entered", 303)
    return await _shown(view, asked, lines, node, filled)


@router.post("/edit")
async def enter(request: Request) -> Response:
    """Apply the edits that were looked at; where something changed since, show both values."""
    view = View(request)
    async with request.form(max_files=0, max_fields=MOST_FORM_FIELDS) as form:
        require_own_form(view, form)
        asked, reason = _form(form), text_of(form, "reason", LONGEST_REASON)
    lines = edits_of(asked.edit)
    document = _document(view, asked, lines, reason)
    if document is None:
        raise InputError(message("edits.nothing"))
    apply = partial(Edits(view.service).apply, document, principal_of(request.scope), language=view.language)
    try:
        done = await view.service.with_store(apply)
    except (ChangedError, RefusedEditsError):
        return await _shown(view, asked, lines, None, FilledForm(), HTTPStatus.CONFLICT)
    if done.report.revision == done.report.base_revision:
        return await _shown(view, asked, lines, None, FilledForm(), HTTPStatus.CONFLICT)
    return RedirectResponse(view.url(f"import/runs/{done.report.run}"), HTTPStatus.SEE_OTHER)


def _form(form: FormData) -> EditForm:
    seen = text_of(form, "seen", 20)
    edits = tuple(value for value in form.getlist("edit") if isinstance(value, str))
    told: dict[str, Any] = {"edit": edits, "source": text_of(form, "source", 200) or None}
    return EditForm.model_validate({**told, "seen": int(seen) if seen.isdecimal() else None})


def _document(view: View, asked: EditForm, lines: Sequence[EditLine], reason: str = "") -> EditDocument | None:
    """Return the document of what is entered, for the institution that the visit is narrowed to, if any."""
    edits = [line.edit for line in lines if line.edit is not None]
    if not edits or len(edits) < len(lines):
        return None
    named = _institution(view) if asked.source is None else None
    return EditDocument(
        edits=edits, source=asked.source, institution=named, reason=reason, expected_revision=asked.seen
    )


def _institution(view: View) -> str | None:
    """Return the institution that the visit is narrowed to; None where it is to none that is there."""
    kept = kept_scope(view.request).get("institution")
    i = None if kept is None else view.snapshot.find(kept)
    return kept if i is not None and view.snapshot.kind_of(i) == "Institution" else None


def _node(store: Store, snapshot: Snapshot, node_id: str | None) -> NodeDetail | None:
    """Return the node that is looked at; None where it is not there, such as a new one."""
    if node_id is None:
        return None
    snapshot.require(node_id)
    return next(iter(store.nodes([NodeId(node_id)], at=snapshot.revision.number)), None)


async def _shown(  # noqa: PLR0917 - what the page is made of
    view: View, asked: EditForm, lines: list[EditLine], node: NodeDetail | None, filled: FilledForm, status: int = 200
) -> Response:
    document = _document(view, asked, lines)
    checked = EditCheck() if document is None else await view.service.with_store(_checked, view, document)
    snapshot = view.snapshot
    kind = None if node is None else node.kind
    shown: dict[str, Any] = {
        "asked": asked,
        "entries": in_words(lines, snapshot),
        "without": [_without(asked, lines, line) for line in lines],
        "checked": checked,
        "seen": snapshot.revision.number if asked.seen is None else asked.seen,
        "open_end": filled.open_end,
        "node": node,
        "node_name": None if node is None else snapshot.name(snapshot.require(node.id)),
        "fields": [] if node is None else fields_of(KINDS[node.kind], node.values),
        "links": [] if node is None else await run_in_threadpool(_links, snapshot, node.id),
        "ways": [] if kind is None else link_choices(kind),
        "new": _by_kind(kind),
    }
    return await run_in_threadpool(with_token, view, "edit.html", status, **shown)


def _by_kind(kind: str | None) -> list[tuple[str, Any, Any]]:
    """Return what can be added new: by kind, the choices, and the fields of its form."""
    found: dict[str, list[Any]] = {}
    for choice in new_choices(kind):
        found.setdefault(choice[1], []).append(choice)
    return [(name, choices, new_fields(name)) for name, choices in found.items()]


def _checked(view: View, document: EditDocument) -> EditCheck:
    try:
        scope = Scope(institution=NodeId(seen)) if (seen := _institution(view)) else EVERYTHING
        return EditCheck(Edits(view.service).preview(document, language=view.language, scope=scope, limit=_SHOWN))
    except (ChangedError, RefusedEditsError) as error:
        found: dict[int, list[Problem]] = {}
        for problem in error.problems:
            found.setdefault(problem.row or 0, []).append(problem)
        return EditCheck(None, found, isinstance(error, ChangedError))


def _links(snapshot: Snapshot, node_id: str) -> list[tuple[str, list[NodeLink], int]]:
    """Return the links of a node by relation, the first of each, and how many there are."""
    i = snapshot.require(node_id)
    found = []
    for relation in RELATIONS:
        for side, leads_out in ((snapshot.out(relation), True), (snapshot.into(relation), False)):
            others = side.row(i)
            if others:
                links = [_link(snapshot, i, relation, other, leads_out=leads_out) for other in others[:MOST_LINKS]]
                found.append((relation, links, len(others)))
    return found


def _link(snapshot: Snapshot, i: int, relation: str, other: int, *, leads_out: bool) -> NodeLink:
    own, name = NodeId(snapshot.ids[i]), NodeId(snapshot.ids[other])
    key = (own, relation, name) if leads_out else (name, relation, own)
    stated = link_of(snapshot, key)
    return NodeLink(
        " ".join(key), relation, (name, snapshot.name(other)), stated.values[0] if stated else None, leads_out
    )


def _without(asked: EditForm, lines: Sequence[EditLine], gone: EditLine) -> str:
    """Return the address of this page without one of its edits."""
    told = {"node": asked.node, "seen": asked.seen, "source": asked.source}
    kept = [(name, str(value)) for name, value in told.items() if value is not None]
    return "?" + urlencode([*kept, *(("edit", line.text) for line in lines if line is not gone)])
