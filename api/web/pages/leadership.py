"""The page of enterprises: how far each leads the training for its positions."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.completeness import MissingRecord, in_column, in_links, unrecorded
from api.web.csv import as_cell, spreadsheet
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm, Text
from api.web.texts import Words
from api.web.view import PageRoute, View
from graph.model import fold
from graph.snapshot.arrays import Ints
from graph.snapshot.snapshot import Snapshot
from queries.leadership import count_leading, measure_leadership
from queries.list_nodes import nodes_in_scope
from queries.node_list import list_nodes
from queries.semantics.answers import completeness
from queries.semantics.course_units import of_institution
from queries.semantics.resolved_scope import resolve

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 20
_ALL = 1_000_000
SHARES = ("hosted", "co_led", "mentored", "taught_teachers")


class EnterpriseListForm(ScopeForm):
    """Which enterprises are listed: those that employ or host for what the form is narrowed to."""

    q: Text | None = None
    page: int = Field(1, ge=1, le=_ALL)


@router.get("/enterprises")
def show_enterprises(request: Request, asked: Annotated[EnterpriseListForm, Query()]) -> Response:
    """Show how far each enterprise leads, and where its brief is."""
    view = View(request)
    scope = asked.scope()
    snapshot = of_institution(view.snapshot, scope)
    within = resolve(snapshot, scope, focused=True)
    enterprises = nodes_in_scope(snapshot, "Enterprise", within)
    listed = _listed(snapshot, enterprises, asked.q)
    first = (asked.page - 1) * PAGE_SIZE
    rows = [
        measure_leadership(view.snapshot, one, institution=asked.institution)
        for one in listed[first : first + PAGE_SIZE]
    ]
    t = view.words
    return view.render(
        "enterprises.html",
        measures=("hosted",),
        asked=asked,
        leading=count_leading(snapshot, enterprises),
        names=scope_names(view, asked),
        note=within.note,
        rows=rows,
        total=len(listed),
        size=PAGE_SIZE,
        shares=SHARES,
        missing=_missing(t, snapshot, enterprises),
        meanings=[(t(f"enterprises.{share}"), t(f"enterprises.{share}_how")) for share in SHARES],
    )


@router.get("/enterprises.csv")
@router.get("/enterprises.xlsx")
def list_enterprises(request: Request, asked: Annotated[EnterpriseListForm, Query()]) -> Response:
    """Return every enterprise that is called so as a table that Excel opens."""
    view = View(request)
    heads = ("site.id", "kind.Enterprise", "enterprises.positions", "enterprises.openings", "enterprises.tasks")
    names = [view.words(key) for key in (*heads, *(f"enterprises.{share}" for share in SHARES))]
    scope = asked.scope()
    snapshot = of_institution(view.snapshot, scope)
    enterprises = nodes_in_scope(snapshot, "Enterprise", resolve(snapshot, scope, focused=True))
    return spreadsheet(
        request, "enterprises", names, _rows(view.snapshot, _listed(snapshot, enterprises, asked.q), asked.institution)
    )


def _listed(snapshot: Snapshot, enterprises: Ints, text: str | None) -> list[str]:
    """Return those of the enterprises that the text finds, by id: that employ somebody first, then by name."""
    ids = {snapshot.ids[node] for node in enterprises.tolist()}
    found = list_nodes(snapshot, "Enterprise", title=text, limit=_ALL)
    employs = snapshot.out("EMPLOYS").degree

    def rank(node_id: str, name: str) -> tuple[bool, str, str]:
        return not employs[snapshot.require(node_id)], fold(name), node_id

    listed = [one.id for one in found.items if one.id in ids]
    return sorted(listed, key=lambda one: rank(one, snapshot.name(snapshot.require(one))))


def _rows(snapshot: Snapshot, listed: Sequence[str], institution: str | None) -> Iterator[list[str]]:
    for one in listed:
        led = measure_leadership(snapshot, one, institution=institution)
        openings = sum(role.openings for role in led.roles)
        counts = [str(len(led.roles)), as_cell(openings), str(len(led.tasks))]
        yield [one, led.enterprise.name, *counts, *(as_cell(getattr(led, share)) for share in SHARES)]


def _missing(t: Words, snapshot: Snapshot, enterprises: Ints) -> list[MissingRecord]:
    """Return what is not recorded and would change the shares of the enterprises."""
    missing = []
    without = int((snapshot.out("EMPLOYS").degree[enterprises] == 0).sum())
    if without:
        missing.append(MissingRecord(t("enterprises.no_positions", n=without), in_links(t, "EMPLOYS")))
    openings = snapshot.link_values("EMPLOYS", "openings")
    unstated = len(snapshot.out("EMPLOYS").indices) if openings is None else int((openings < 0).sum())
    if unstated:
        missing.append(MissingRecord(t("enterprises.no_openings", n=unstated), in_column(t, "links", "openings")))
    employers = snapshot.reference("employer_id")  # of teachers, institutions
    if set(snapshot.of_kind("Enterprise").tolist()).isdisjoint(employers.tolist()):
        missing.append(MissingRecord(t("enterprises.no_mentors"), in_column(t, "instructors", "employer_id")))
    return missing + unrecorded(t, completeness(snapshot), "roles_without_requires", "tasks_without_guide")
