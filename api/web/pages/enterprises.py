"""The pages of enterprises: how far each leads the training for its positions, and its brief for one printed sheet."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers.parameters import EnterpriseIdInPath
from api.web.completeness import MissingRecord, in_column, in_links, unrecorded
from api.web.csv import as_cell, sheet
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from graph.model import fold
from graph.snapshot.snapshot import Snapshot
from queries.brief import write_brief
from queries.leadership import Leadership, count_leading, measure_leadership
from queries.search import list_nodes
from queries.semantics.answers import completeness
from queries.signals import CalledSignal, read_signals

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 20
_ALL = 1_000_000
_LISTED = 5
"""How many items each list of a brief has: so many fit on its sheet."""
_SIGNALS = 3
SHARES = ("hosted", "co_led", "mentored", "taught_teachers")


class EnterpriseListForm(FormParameters):
    """Which enterprises are listed."""

    q: Text | None = None
    page: int = Field(1, ge=1, le=_ALL)


class EnterpriseSignal(NamedTuple):
    """A signal, and the names of what it calls for that the enterprise's positions have to do with."""

    signal: CalledSignal
    calls: Sequence[tuple[str, str, str]]


@router.get("/enterprises")
def show_enterprises(request: Request, asked: Annotated[EnterpriseListForm, Query()]) -> Response:
    """Show how far each enterprise leads, and where its brief is."""
    view = View(request)
    snapshot = view.snapshot
    listed = _listed(snapshot, asked.q)
    first = (asked.page - 1) * PAGE_SIZE
    with view.service.heavy():
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


@router.get("/enterprises/{id}/brief")
def show_brief(request: Request, enterprise_id: EnterpriseIdInPath) -> Response:
    """Show what an enterprise and the college can do next, for one printed sheet."""
    view = View(request)
    snapshot = view.snapshot
    with view.service.heavy():
        brief = write_brief(snapshot, enterprise_id, limit=_LISTED)
        led = measure_leadership(snapshot, enterprise_id)
        called = _called(snapshot, led, datetime.now(UTC).date())
    node = snapshot.require(enterprise_id)
    t = view.words
    about = [snapshot.text(name)[node] for name in ("industry", "region")]
    return view.render(
        "brief.html",
        brief=brief,
        about=[t.known("word", led.kind or ""), *about] if led.kind else about,
        shares=[(name, getattr(led, name)) for name in ("hosted", "led", "co_led", "mentored", "taught_teachers")],
        signals=called[:_SIGNALS],
        missing=_missing_of(view, led),
    )


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


def _called(snapshot: Snapshot, led: Leadership, day: date) -> list[EnterpriseSignal]:
    """Return the signals of the enterprise's region that hold on the day and call for what its positions are about."""
    region = snapshot.text("region")[snapshot.require(led.enterprise.id)] or None
    required, roles = {one.id for one in led.competencies}, {one.role.id for one in led.roles}
    found = []
    for signal in read_signals(snapshot, region=region, on=day).signals:
        calls = [(one.id, one.name, one.status.value) for one in signal.competencies if one.id in required]
        calls += [(one.id, one.name, "") for one in signal.roles if one.id in roles]
        if calls:
            found.append(EnterpriseSignal(signal, calls))
    return found


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
    if not (snapshot.reference("employer_id") >= 0).any():
        missing.append(MissingRecord(t("enterprises.no_mentors"), in_column(t, "instructors", "employer_id")))
    return missing + unrecorded(t, completeness(snapshot), "roles_without_requires", "tasks_without_guide")


def _missing_of(view: View, led: Leadership) -> list[MissingRecord]:
    """Return what is not recorded of this enterprise and would change its brief."""
    t, missing = view.words, []
    if not led.roles:
        missing.append(MissingRecord(t("brief.no_roles_recorded"), in_links(t, "EMPLOYS")))
    elif led.hosted is None:
        missing.append(MissingRecord(t("brief.no_requirements"), in_links(t, "REQUIRES")))
    unstated = sum(not role.stated for role in led.roles)
    if unstated:
        missing.append(MissingRecord(t("enterprises.no_openings", n=unstated), in_column(t, "links", "openings")))
    if led.roles and not led.mentors:
        missing.append(MissingRecord(t("brief.no_people"), in_column(t, "instructors", "employer_id")))
    if led.roles and not led.tasks:
        missing.append(MissingRecord(t("brief.no_tasks"), in_links(t, "HOSTS")))
    return missing
