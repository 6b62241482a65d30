"""The page of integration: do innovation and the disciplines meet in training, and what would bring them together?"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.completeness import MissingRecord, in_column, in_links, needed, unrecorded
from api.web.csv import as_cell, spreadsheet
from api.web.pages.node import scope_names
from api.web.parameters import FormParameters, ScopeForm, Text
from api.web.pictures.charts import axis_for
from api.web.short_lists import ShortList, ShortListForm
from api.web.view import PageRoute, View
from graph.snapshot.snapshot import Snapshot
from queries.integration import Integration, integrate
from queries.integration_rows import DisciplineIntegration
from queries.parameters.description import describe
from queries.parameters.integration import IntegrationQuery
from queries.parameters.page import MOST_ITEMS
from queries.semantics.answers import NodeName, named

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SHOWN = 8
PAGE_SIZE = 25
_ALL = 1_000_000
_MOST_COMPETENCIES = 3
_WAYS = ("into_discipline", "into_innovation")
"""The two directions, each by what its texts are called."""

Part = Literal["disciplines", "roles", "fusion", "candidates", "units", "enterprise", "courses"]


class IntegrationForm(ShortListForm, IntegrationQuery, FormParameters):
    """What is looked at, and how long the lists are."""

    institution_q: Text | None = None
    role_q: Text | None = None
    limit: int = Field(SHOWN, ge=1, le=MOST_ITEMS, description=describe("list_limit_counted"))

    def narrowed(self) -> dict[str, object]:
        """Return the parameters that narrow, as an address holds them."""
        return {name: value for name in ("discipline", "role") if (value := getattr(self, name)) is not None}


class IntegrationPartForm(IntegrationQuery, FormParameters):
    """Which part is wanted as a spreadsheet."""

    role_q: Text | None = None
    part: Part = "disciplines"


@router.get("/integration")
def show_integration(request: Request, asked: Annotated[IntegrationForm, Query()]) -> Response:
    """Show how far the two kinds of knowledge meet, where they do not, and what would bring most."""
    view = View(request)
    snapshot, t = view.snapshot, view.words
    found = integrate(
        snapshot,
        institution=asked.institution,
        discipline=asked.discipline,
        role=asked.role,
        focus=asked.focus,
        limit=asked.most(asked.limit),
    )
    page = asked.page if asked.part is None else 1
    filled = [row for row in found.by_discipline if _has_any(row)] or found.by_discipline
    listed = filled[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    lists = _lists(asked, found)
    return view.render(
        "integration.html",
        asked=asked,
        found=found,
        lists=lists,
        page=page,
        by_discipline=listed,
        filled=len(filled),
        size=PAGE_SIZE,
        axis=axis_for([*(row.share for row in filled), *(row.share for row in found.by_role)]),
        adds=axis_for([candidate.adds for candidate in found.candidates]),
        developed={unit.id: _developed(snapshot, unit) for unit in lists["unused"].shown},
        measures=("fusion", "units", "role_weight"),
        names=scope_names(view, ScopeForm.model_validate(asked.narrowed())),
        missing=_missing(view, found),
        needs=needed(t, snapshot, "integration"),
        meanings=[
            *((t(f"integration.{word}"), t(f"integration.{word}_is")) for word in ("fusion_task", "unit", "share")),
            *((t(f"integration.{word}"), t(f"integration.{word}_is")) for word in ("candidate", "direction")),
            (t("gaps.demand"), t("gaps.demand_how")),
        ],
    )


@router.get("/integration.csv")
@router.get("/integration.xlsx")
def list_integration(request: Request, asked: Annotated[IntegrationPartForm, Query()]) -> Response:
    """Return a part of the page, whole, as a table that Excel opens."""
    view = View(request)
    found = integrate(
        view.snapshot,
        institution=asked.institution,
        discipline=asked.discipline,
        role=asked.role,
        focus=asked.focus,
        limit=_ALL,
    )
    heads, rows = _PARTS[asked.part]
    return spreadsheet(request, f"integration-{asked.part}", [view.words(head) for head in heads], rows(view, found))


def _lists(asked: IntegrationForm, found: Integration) -> dict[str, ShortList[Any]]:
    """Return what is shown of each list, by its name."""
    ways = (found.innovation_into_discipline, found.discipline_into_innovation)
    lists: list[tuple[str, Sequence[Any], int]] = [
        ("by-role", found.by_role, found.by_role_total),
        ("candidates", found.candidates, found.candidates_total),
        ("fusion", found.fusion_tasks, found.fusion_tasks_total),
        ("unused", found.unused_innovation, found.unused_innovation_total),
        ("enterprise", found.enterprise_tasks_apart, found.enterprise_tasks_apart_total),
        *((f"courses-{key}", way.courses_apart, way.courses_apart_total) for key, way in zip(_WAYS, ways, strict=True)),
    ]
    return {key: asked.listed(key, items, total, asked.limit) for key, items, total in lists}


def _has_any(row: DisciplineIntegration) -> bool:
    """Say whether the discipline has a unit of either kind, a fusion task, or a share."""
    ways = (row.innovation_into_discipline, row.discipline_into_innovation)
    return bool(row.share or row.fusion_tasks) or any(way is not None for way in ways)


def _developed(snapshot: Snapshot, unit: NodeName) -> list[NodeName]:
    """Return the competencies that the unit develops, the strongest first: a few, to be traced."""
    pairs = sorted(snapshot.out("DEVELOPS").pairs(snapshot.require(unit.id)), key=lambda pair: (-pair[1], pair[0]))
    return [named(snapshot, c) for c, _ in pairs[:_MOST_COMPETENCIES]]


def _missing(view: View, found: Integration) -> list[MissingRecord]:
    """Return what is not recorded and would change the answer."""
    t, missing = view.words, []
    if not found.innovation_units:
        missing.append(MissingRecord(t("integration.no_units"), in_column(t, "knowledge_units", "kind")))
    if not found.fusion_tasks_total:
        missing.append(MissingRecord(t("integration.no_fusion_how"), in_links(t, "APPLIES")))
    if any(row.training_unrecorded for row in found.by_discipline):
        missing.append(MissingRecord(t("integration.no_schedule"), in_links(t, "SCHEDULES")))
    return missing + unrecorded(
        t, found.completeness, "roles_without_requires", "tasks_without_practises", "courses_without_units"
    )


def _names(nodes: Sequence[NodeName]) -> str:
    return "; ".join(node.name for node in nodes)


def _disciplines(_: View, found: Integration) -> Iterator[list[str]]:
    for row in found.by_discipline:
        shares = (row.share, row.innovation_into_discipline, row.discipline_into_innovation)
        name = row.discipline
        yield [name.id, name.name, as_cell(shares[0]), str(row.fusion_tasks), *map(as_cell, shares[1:])]


def _roles(_: View, found: Integration) -> Iterator[list[str]]:
    for row in found.by_role:
        yield [row.role.id, row.role.name, as_cell(row.share), as_cell(row.demand)]


def _fusion(_: View, found: Integration) -> Iterator[list[str]]:
    for row in found.fusion_tasks:
        joined = (row.hosts, row.disciplinary, row.innovation, row.responsibilities)
        yield [row.task.id, row.task.name, as_cell(row.demand_share), *map(_names, joined)]


def _candidates(view: View, found: Integration) -> Iterator[list[str]]:
    for row in found.candidates:
        fitting = _names([one.unit for one in row.fitting])
        yield [
            row.task.id,
            row.task.name,
            _names(row.hosts),
            view.words(f"word.{row.lacks}"),
            as_cell(row.adds),
            fitting,
        ]


def _units(view: View, found: Integration) -> Iterator[list[str]]:
    for unit in found.unused_innovation:
        yield [unit.id, unit.name, _names(_developed(view.snapshot, unit))]


def _enterprise(_: View, found: Integration) -> Iterator[list[str]]:
    for row in found.enterprise_tasks_apart:
        yield [row.task.id, row.task.name, _names(row.hosts), _names(row.disciplinary)]


def _courses(view: View, found: Integration) -> Iterator[list[str]]:
    for key, way in zip(_WAYS, (found.innovation_into_discipline, found.discipline_into_innovation), strict=True):
        for row in way.courses_apart:
            yield [row.course.id, row.course.name, view.words(f"integration.{key}"), str(row.units)]


_PARTS = {
    "disciplines": (
        ("site.id", "kind.Discipline", "integration.share", "integration.fusion_tasks", "integration.into_discipline",
         "integration.into_innovation"),
        _disciplines,
    ),
    "roles": (("site.id", "kind.Role", "integration.share", "gaps.demand"), _roles),
    "fusion": (
        ("site.id", "kind.TrainingTask", "integration.share", "relation_inverse.HOSTS",
         "integration.disciplinary_units", "integration.innovation_units", "kinds.JobResponsibility"),
        _fusion,
    ),
    "candidates": (
        ("site.id", "kind.TrainingTask", "relation_inverse.HOSTS", "integration.lacks", "integration.adds",
         "integration.fitting"),
        _candidates,
    ),
    "units": (("site.id", "kind.KnowledgeUnit", "relation.DEVELOPS"), _units),
    "enterprise": (
        ("site.id", "kind.TrainingTask", "relation_inverse.HOSTS", "integration.disciplinary_units"), _enterprise,
    ),
    "courses": (("site.id", "kind.Course", "integration.direction", "kinds.KnowledgeUnit"), _courses),
}  # fmt: skip
