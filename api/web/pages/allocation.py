"""The page of allocation: do teaching hours and training seats go where the demand is, and where would more help?"""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Query, Request, Response

from api.web.completeness import MissingRecord, in_column, needed, unrecorded
from api.web.csv import as_cell, spreadsheet
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.pictures.charts import axis_for
from api.web.short_lists import ShortListForm
from api.web.view import PageRoute, View
from queries.allocation import EVERY, Allocation, AllocationFilter, CompetencyAllocation, EducationAllocation, allocate
from queries.allocation_lack import find_lack
from queries.allocation_next import NextUses
from queries.allocation_shares import BALANCES, Balance
from queries.parameters.allocation import SpendingParameters
from queries.semantics.education_kind import EDUCATIONS, Education

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE, USES = 15, 8
_ALL = 1_000_000
_REQUIRED = (Balance.STARVED, Balance.BALANCED, Balance.OVERLAPPING)
"""How a competency that some role requires can stand."""

Resource = Literal["hours", "seats"]
RESOURCES: tuple[Resource, ...] = get_args(Resource)


class AllocationForm(ShortListForm, SpendingParameters, ScopeForm):
    """What is weighed, which competencies are listed, and how much more is to be spent."""

    education: Education | None = None
    balance: Balance | None = None
    resource: Resource | None = None

    @property
    def competency_page(self) -> int:
        """The page of the competencies: the first, where another list is opened."""
        return self.page if self.part is None else 1

    def wanted(self) -> AllocationFilter:
        """Return the filter."""
        return AllocationFilter(education=self.education, balance=self.balance, resource=self.resource)


@router.get("/allocation")
def show_allocation(request: Request, asked: Annotated[AllocationForm, Query()]) -> Response:
    """Show the shares of hours and seats beside that of demand, and the best uses of more of each."""
    view = View(request)
    snapshot, t = view.snapshot, view.words
    found = allocate(
        snapshot,
        asked.scope(),
        hours=asked.hours,
        seats=asked.seats,
        limit=PAGE_SIZE,
        wanted=asked.wanted(),
        offset=(asked.competency_page - 1) * PAGE_SIZE,
        uses=asked.most(USES),
    )
    lacks = find_lack(snapshot, asked.scope())
    required = sum(found.teaching_counts[balance] for balance in _REQUIRED)
    return view.render(
        "allocation.html",
        asked=asked,
        found=found,
        lacks=lacks,
        next_uses={
            resource: asked.listed(resource, uses.items, _affordable(uses, asked.most(USES)), USES)
            for resource, uses in (("hours", found.next_hours), ("seats", found.next_seats))
        },
        everything=EVERY,
        required=required or sum(found.training_counts[balance] for balance in _REQUIRED),
        size=PAGE_SIZE,
        kinds=axis_for(share for kind in found.by_education for share in _shares(kind)),
        axis=axis_for(share for one in found.competencies for share in _shares(one)),
        gains=axis_for(use.coverage_added for uses in (found.next_hours, found.next_seats) for use in uses.items),
        balances=[(balance.value, t(f"balance.{balance}")) for balance in BALANCES],
        educations=[(education.value, t(f"education.{education}")) for education in EDUCATIONS],
        resources=[(resource, t(f"allocation.{resource}")) for resource in RESOURCES],
        measures=("proportion", "parts", "demand"),
        names=scope_names(view, asked),
        missing=_missing(view, found),
        needs=needed(t, snapshot, "allocation"),
        meanings=[
            *((t(f"balance.{balance}"), t(f"balance_meaning.{balance}")) for balance in BALANCES),
            *((t(f"allocation.{word}"), t(f"allocation.{word}_how")) for word in ("hours", "seats", "education")),
            (t("gaps.demand"), t("gaps.demand_how")),
        ],
    )


@router.get("/allocation.csv")
@router.get("/allocation.xlsx")
def list_allocation(request: Request, asked: Annotated[AllocationForm, Query()]) -> Response:
    """Return every competency that passes the filters as a table that Excel opens."""
    view = View(request)
    found = allocate(view.snapshot, asked.scope(), limit=_ALL, wanted=asked.wanted(), uses=0)
    heads = [
        *("site.id", "gaps.competency", "allocation.education", "gaps.demand", "integration.share"),
        *(key for resource in RESOURCES for key in (f"allocation.{resource}", "chart.share", "allocation.balance")),
    ]
    return spreadsheet(request, "allocation", [view.words(head) for head in heads], _rows(view, found))


def _shares(one: CompetencyAllocation | EducationAllocation) -> tuple[float | None, ...]:
    return one.demand_share, one.teaching.share, one.training.share


def _affordable(uses: NextUses, most: int) -> int:
    """Return how many uses there are to list: where an amount is to be spent, those that it pays for."""
    return uses.total if uses.asked is None or len(uses.items) == most else len(uses.items)


def _missing(view: View, found: Allocation) -> list[MissingRecord]:
    """Return what is not recorded and would change the answer."""
    t, missing = view.words, []
    if found.units_without_hours:
        place = in_column(t, "knowledge_units", "hours")
        missing.append(MissingRecord(t("allocation.no_hours", n=found.units_without_hours), place))
    if found.tasks_without_capacity:
        place = in_column(t, "training_tasks", "capacity")
        missing.append(MissingRecord(t("allocation.no_seats", n=found.tasks_without_capacity), place))
    names = ("roles_without_requires", "units_without_develops", "tasks_without_practises", "weights_not_stated")
    return missing + unrecorded(t, found.completeness, *names)


def _rows(view: View, found: Allocation) -> Iterator[list[str]]:
    t = view.words
    for one in found.competencies:
        given = [
            cell
            for got in (one.teaching, one.training)
            for cell in (as_cell(got.amount), as_cell(got.share), t(f"balance.{got.balance}") if got.balance else "")
        ]
        name, education = one.competency, t(f"education.{one.education}")
        yield [name.id, name.name, education, as_cell(one.demand), as_cell(one.demand_share), *given]
