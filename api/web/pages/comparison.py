"""The page of comparison: term against term, discipline beside discipline, revision against revision."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, NamedTuple, get_args

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.web.csv import as_cell, spreadsheet
from api.web.pages.comparison_sides import disciplines_to_choose, side_names, terms_of
from api.web.parameters import ScopeForm, Text
from api.web.view import PageRoute, View
from graph.freed_frames import freeing_frames
from graph.snapshot.past import snapshot_at
from graph.snapshot.snapshot import Snapshot
from graph.stores import Store
from queries.comparison import ComparedCompetency, ComparedState, Comparison, compare_chains
from queries.parameters.comparison import Difference, Sides
from queries.parameters.ids import Id
from queries.semantics.scope import Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 25
_ALL = 1_000_000
_MOST_REVISION = 2**53


class ComparisonForm(ScopeForm):
    """What is compared with what: `term`, `discipline` and `since` with what follows each."""

    by: Sides = "term"
    second_term: int | None = Field(None, ge=1, le=1000)
    second_discipline: Id | None = None
    second_q: Text | None = None
    since: int | None = Field(None, ge=0, le=_MOST_REVISION)
    until: int | None = Field(None, ge=0, le=_MOST_REVISION)
    difference: Difference | None = None
    page: int = Field(1, ge=1, le=_ALL)

    def settled(self, snapshot: Snapshot) -> "ComparisonForm":
        """Return the form with what was left open: the last two terms, or the present revision and the one before."""
        terms, last = terms_of(snapshot) or [1], snapshot.revision.number
        if self.by == "term":
            second = self.second_term or terms[-1]
            earlier = [term for term in terms if term < second] or terms[:1]
            return self.model_copy(update={"term": self.term or earlier[-1], "second_term": second})
        if self.by == "revision":
            until = last if self.until is None else self.until
            since = max(until - 1, 0) if self.since is None else self.since
            return self.model_copy(update={"since": since, "until": until})
        return self

    def scopes(self) -> tuple[Scope, Scope] | None:
        """Return what both sides are narrowed to; None where a side is not chosen yet."""
        first = self.scope()
        if self.by == "term":
            return first, first.model_copy(update={"term": self.second_term})
        if self.by == "discipline":
            if self.discipline is None or self.second_discipline is None:
                return None
            return first, first.model_copy(update={"discipline": self.second_discipline})
        return first, first


class _NarrowedAnswer(NamedTuple):
    """The answer, and the scopes of its sides as addresses hold them; none where a side is no more."""

    comparison: Comparison
    narrowed: tuple[dict[str, object] | None, dict[str, object] | None]


@router.get("/compare")
async def show_comparison(request: Request, asked: Annotated[ComparisonForm, Query()]) -> Response:
    """Show what is connected on one side and not on the other, and both shares of demand."""
    view = View(request)
    asked = await run_in_threadpool(asked.settled, view.snapshot)
    found = await _compare(view, asked, limit=PAGE_SIZE, offset=(asked.page - 1) * PAGE_SIZE)
    return await run_in_threadpool(_render, view, asked, found)


@router.get("/compare.csv")
@router.get("/compare.xlsx")
async def list_comparison(request: Request, asked: Annotated[ComparisonForm, Query()]) -> Response:
    """Return everything that differs as a table that Excel opens."""
    view = View(request)
    asked = await run_in_threadpool(asked.settled, view.snapshot)
    found = await _compare(view, asked, limit=_ALL, offset=0)
    names = side_names(view, asked) or ("", "")
    heads = ["site.id", "gaps.competency", "compare.difference"]
    columns = [
        view.words("spoken.told", what=view.words(key), said=name)
        for key in ("gaps.status", "gaps.demand")
        for name in names
    ]
    rows = [] if found is None else found.comparison.items
    return await run_in_threadpool(
        spreadsheet, request, "compare", [*map(view.words, heads), *columns], _rows(view, rows, names)
    )


async def _compare(view: View, asked: ComparisonForm, *, limit: int, offset: int) -> _NarrowedAnswer | None:
    scopes = asked.scopes()
    if scopes is None:
        return None
    service, snapshot = view.service, view.snapshot
    compare = partial(compare_chains, wanted=asked.difference, limit=limit, offset=offset)
    if asked.by == "revision":
        numbers = (asked.since or 0, asked.until or 0)
        found = await service.with_store(_of_revisions, service.require_store(), snapshot, numbers, scopes[0], compare)
        return _NarrowedAnswer(found, (None, None))
    states = [ComparedState(snapshot, scope) for scope in scopes]
    found = await run_in_threadpool(freeing_frames(compare), *states)
    first, second = (asked.model_copy(update=scope.model_dump()).narrowed() for scope in scopes)
    return _NarrowedAnswer(found, (first, second))


def _of_revisions(
    store: Store, present: Snapshot, numbers: tuple[int, int], scope: Scope, compare: "partial[Comparison]"
) -> Comparison:
    states = [snapshot_at(store, number, present)[0].in_language(present.language) for number in numbers]
    return compare(*(ComparedState(state, scope) for state in states))


def _render(view: View, asked: ComparisonForm, found: _NarrowedAnswer | None) -> Response:
    snapshot = view.snapshot
    choices, compared = disciplines_to_choose(view, asked), side_names(view, asked)
    scope = [(one.label, one.picked.name) for one in choices if one.picked and asked.by != "discipline"]
    return view.render(
        "comparison.html",
        measures=("counts", "demand", "amount"),
        asked=asked,
        sides=get_args(Sides),
        found=found.comparison if found else None,
        narrowed=found.narrowed if found else (None, None),
        side_names=compared,
        printed_scope=[(view.words("compare.title"), " → ".join(compared)), *scope] if compared else scope,
        terms=terms_of(snapshot),
        choices=choices,
        is_there=[snapshot.find(item.competency.id) is not None for item in found.comparison.items] if found else [],
        size=PAGE_SIZE,
    )


def _rows(view: View, items: Sequence[ComparedCompetency], names: tuple[str, str]) -> Iterator[list[str]]:
    t = view.words
    told = {
        "first": t("compare.only_in", name=names[0]),
        "second": t("compare.only_in", name=names[1]),
        "otherwise": t("compare.otherwise"),
    }
    for one in items:
        statuses = [t(f"status.{status}") if status else t("compare.nowhere") for status in (one.first, one.second)]
        demands = [as_cell(demand) for demand in (one.first_demand, one.second_demand)]
        yield [one.competency.id, one.competency.name, told[one.difference], *statuses, *demands]
