"""The page of enterprises: how far each leads the training for its positions."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.completeness import MissingRecord, in_column, in_links, unrecorded
from api.web.csv import as_cell, sheet
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from graph.model import fold
from graph.snapshot.snapshot import Snapshot
from queries.leadership import count_leading, measure_leadership
from queries.node_list import list_nodes
from queries.semantics.answers import completeness

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 20
_ALL = 1_000_000
SHARES = ("hosted", "co_led", "mentored", "taught_teachers")


class EnterpriseListForm(FormParameters):
    """Which enterprises are listed."""

    q: Text | None = None
    page: int = Field(1, ge=1, le=_ALL)


@router.get("/enterprises")
def show_enterprises(request: Request, asked: Annotated[EnterpriseListForm, Query()]) -> Response:
    """Show how far each enterprise leads, and where its brief is."""
    view = View(request)
    snapshot = view.snapshot
    listed = _listed(snapshot, asked.q)
    first = (asked.page - 1) * PAGE_SIZE
    rows = [measure_leadership(snapshot, one) for one in listed[first : first + PAGE_SIZE]]
    t = view.words
    return view.render(
        "enterprises.html",
        asked=asked,
        leading=count_leading(snapshot),
        rows=rows,
        total=len(listed),
        size=PAGE_SIZE,
        shares=SHARES,
        missing=_missing(view),
        meanings=[(t(f"enterprises.{share}"), t(f"enterprises.{share}_how")) for share in SHARES],
    )


@router.get("/enterprises.csv")
def list_enterprises(request: Request, asked: Annotated[EnterpriseListForm, Query()]) -> Response:
    """Return every enterprise that is called so as a table that Excel opens."""
    view = View(request)
    heads = ("site.id", "kind.Enterprise", "enterprises.positions", "enterprises.openings", "enterprises.tasks")
    names = [view.words(key) for key in (*heads, *(f"enterprises.{share}" for share in SHARES))]
    return sheet("enterprises", names, _rows(view.snapshot, asked.q))


def _listed(snapshot: Snapshot, text: str | None) -> list[str]:
    """Return the enterprises that the text finds, by id: those that employ somebody first, then by name."""
    found = list_nodes(snapshot, "Enterprise", title=text, limit=_ALL)
    employs = snapshot.out("EMPLOYS").degree

    def rank(node_id: str, name: str) -> tuple[bool, str, str]:
        return not employs[snapshot.require(node_id)], fold(name), node_id

    return sorted((one.id for one in found.items), key=lambda one: rank(one, snapshot.name(snapshot.require(one))))


def _rows(snapshot: Snapshot, text: str | None) -> Iterator[list[str]]:
    for one in _listed(snapshot, text):
        led = measure_leadership(snapshot, one)
        openings = sum(role.openings for role in led.roles)
        counts = [str(len(led.roles)), as_cell(openings), str(len(led.tasks))]
        yield [one, led.enterprise.name, *counts, *(as_cell(getattr(led, share)) for share in SHARES)]


def _missing(view: View) -> list[MissingRecord]:
    """Return what is not recorded and would change the shares of the enterprises."""
    t, snapshot, missing = view.words, view.snapshot, []
    without = int((snapshot.out("EMPLOYS").degree[snapshot.of_kind("Enterprise")] == 0).sum())
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
