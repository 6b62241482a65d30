"""The page of an enterprise's brief: what it and the college can do next, for one printed sheet."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from api.answers.parameters import EnterpriseIdInPath
from api.web.completeness import MissingRecord, in_column, in_links
from api.web.parameters import FormParameters
from api.web.short_lists import ShortListForm
from api.web.view import PageRoute, View
from graph.snapshot.snapshot import Snapshot
from queries.brief import write_brief
from queries.leadership import Leadership, measure_leadership
from queries.parameters.ids import Id
from queries.semantics.course_units import of_institution
from queries.semantics.resolved_scope import resolve
from queries.semantics.scope import Scope
from queries.signals import CalledSignal, read_signals

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_LISTED = 5
"""How many items each list of a brief has: so many fit on its sheet."""


_SIGNALS = 3


class EnterpriseSignal(NamedTuple):
    """A signal, and the names of what it calls for that the enterprise's positions have to do with."""

    signal: CalledSignal
    calls: Sequence[tuple[str, str, str]]


class BriefForm(ShortListForm, FormParameters):
    """Which list of the brief is opened, and the institution whose brief it is."""

    institution: Id | None = None


@router.get("/enterprises/{id}/brief")
def show_brief(request: Request, enterprise_id: EnterpriseIdInPath, asked: Annotated[BriefForm, Query()]) -> Response:
    """Show what an enterprise and the college can do next, for one printed sheet."""
    view = View(request)
    scope = Scope(institution=asked.institution)
    snapshot = of_institution(view.snapshot, scope)
    brief = write_brief(
        snapshot, enterprise_id, institution=scope.institution, limit=_LISTED, most_mentors=asked.most(_LISTED)
    )
    led = measure_leadership(snapshot, enterprise_id, institution=scope.institution)
    called = _called(snapshot, led, datetime.now(UTC).date(), scope.institution)
    node = snapshot.require(enterprise_id)
    t = view.words
    about = [snapshot.text_of(name, node) for name in ("industry", "region")]
    return view.render(
        "brief.html",
        measures=("demand", "hosted"),
        brief=brief,
        note=resolve(snapshot, scope).note,
        asked=asked,
        mentors=asked.listed("mentors", brief.mentors, brief.mentors_total, _LISTED),
        printed_scope=[(t("kind.Enterprise"), brief.enterprise.name), *_narrowed(view, scope)],
        about=[t.known("word", led.kind or ""), *about] if led.kind else about,
        shares=[(name, getattr(led, name)) for name in ("hosted", "led", "co_led", "mentored", "taught_teachers")],
        signals=called[:_SIGNALS],
        missing=_missing_of(view, led),
    )


def _narrowed(view: View, scope: Scope) -> list[tuple[str, str]]:
    """Return the institution, as (label, name), that the brief is of."""
    name = None if scope.institution is None else view.snapshot.name(view.snapshot.require(scope.institution))
    return [] if name is None else [(view.words("kind.Institution"), name)]


def _called(snapshot: Snapshot, led: Leadership, day: date, institution: str | None) -> list[EnterpriseSignal]:
    """Return the signals of the enterprise's region that hold on the day and call for what its positions are about."""
    region = snapshot.text("region")[snapshot.require(led.enterprise.id)] or None
    required, roles = {one.id for one in led.competencies}, {one.role.id for one in led.roles}
    found = []
    for signal in read_signals(snapshot, region=region, on=day, institution=institution).signals:
        calls = [(one.id, one.name, one.status.value) for one in signal.competencies if one.id in required]
        calls += [(one.id, one.name, "") for one in signal.roles if one.id in roles]
        if calls:
            found.append(EnterpriseSignal(signal, calls))
    return found


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
