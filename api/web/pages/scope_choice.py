"""The page on which one discipline or institution is chosen for the visit: looked for by a text, not listed whole."""

from functools import partial
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.pages.sign_in import own_path
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from api.web.visit import KEEP, NAMES
from graph.model import fold
from queries.list_nodes import focused_first
from queries.search import search
from queries.semantics.answers import NodeName, named
from queries.semantics.focus_note import nodes_in_focus

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_SHOWN, _LOOKED_AT = 60, 1000
_CHOSEN = {"institution": "Institution", "discipline": "Discipline"}
_DROPPED = frozenset({*NAMES, "course", "cohort", "page", "lang", "theme", KEEP})


class ScopeChoiceForm(FormParameters):
    """What is looked for, and the page that is narrowed then."""

    q: Text | None = None
    next: str = Field("/", max_length=8000)


@router.get("/scope")
def choose_scope(request: Request, asked: Annotated[ScopeChoiceForm, Query()]) -> Response:
    """Show the disciplines, and institutions where there are several, that the visit can be narrowed to."""
    view = View(request)
    onward = own_path(asked.next)
    found = {name: _found(view, kind, asked.q) for name, kind in _CHOSEN.items() if name in NAMES}
    choices = [
        (name, _CHOSEN[name], items[:_SHOWN], len(items) > _SHOWN)
        for name, items in found.items()
        if len(items) > (name == "institution" and not asked.q)
    ]
    to = partial(_to, view, onward)
    return view.render("scope_choice.html", asked=asked, choices=choices, onward=onward, to=to, choices_of_scope=True)


def _found(view: View, kind: str, text: str | None) -> list[NodeName]:
    """Return what the text finds of the kind; without a text, what is in focus, by name; what teaches comes first."""
    snapshot, in_focus, first = view.snapshot, nodes_in_focus(view.snapshot), focused_first(view.snapshot)
    if text:
        items = search(snapshot, text, kind, limit=_LOOKED_AT).items
        nodes = [snapshot.require(one.id) for one in items]
        nodes.sort(key=lambda node: (not first[node], not in_focus[node]))
    else:
        every = snapshot.of_kind(kind)
        nodes = sorted(every[in_focus[every]].tolist(), key=lambda node: (not first[node], fold(snapshot.name(node))))
    return [named(snapshot, node) for node in nodes[: _SHOWN + 1]]


def _to(view: View, onward: str, **scope: str) -> str:
    """Return the address of the page that is led to, of the scope, which is kept."""
    path, _, query = onward.partition("?")
    remaining = [pair for pair in parse_qsl(query) if pair[0] not in _DROPPED]
    return f"{view.base}{path.lstrip('/')}?{urlencode([*remaining, *scope.items(), (KEEP, 1)])}"
