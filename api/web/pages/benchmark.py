"""The page against the standard (对标): what a programme lacks, what it has besides, and what each difference does."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.csv import spreadsheet
from api.web.parameters import FormParameters, Text
from api.web.view import PageRoute, View
from queries.benchmark import Benchmark, benchmark_programme
from queries.benchmark_items import BenchmarkItem
from queries.benchmark_offers import StandardOffer, offer_standards
from queries.parameters.benchmark import (
    BENCHMARK_DIFFERENCES,
    BENCHMARK_KINDS,
    BenchmarkDifference,
    BenchmarkFilter,
    BenchmarkKind,
)
from queries.parameters.description import describe
from queries.parameters.ids import Id
from queries.semantics.course_units import of_institution
from queries.semantics.cursors import next_cursor
from queries.semantics.scope import Scope

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 25
_ALL = 1_000_000
EFFECTS_SHOWN = 3
"""How many effects of a row are shown at once; the others are folded below them."""


class BenchmarkForm(FormParameters):
    """Which programme is held against what, and which rows are listed; what ends with `_q` looks for one."""

    institution: Id | None = None
    institution_q: Text | None = None
    discipline: Id | None = None
    discipline_q: Text | None = None
    against: Id | None = None
    against_q: Text | None = None
    kind: BenchmarkKind | None = None
    difference: BenchmarkDifference | Literal["all"] = "lacking"
    infer_aims: bool = Field(False, description=describe("infer_aims"))
    page: int = Field(1, ge=1, le=_ALL)

    def filter(self) -> BenchmarkFilter:
        """Return which rows are listed."""
        return BenchmarkFilter(kind=self.kind, difference=None if self.difference == "all" else self.difference)

    def scope(self) -> Scope:
        """Return what the comparison is narrowed to."""
        return Scope(institution=self.institution, infer_aims=self.infer_aims)


@router.get("/benchmark")
def show_benchmark(request: Request, asked: Annotated[BenchmarkForm, Query()]) -> Response:
    """Show a programme against a standard, or which standards there are to hold it against."""
    view = View(request)
    offered = _offered(view, asked)
    against = asked.against or next((one.id for one in offered if one.by != "alike"), None)
    found = _find(view, asked, against, limit=PAGE_SIZE, offset=(asked.page - 1) * PAGE_SIZE) if against else None
    return view.render(
        "benchmark.html",
        measures=("demand",),
        asked=asked,
        names=_narrowed_names(view, asked),
        found=found,
        changes_nothing=found is not None and _is_by_name_alone(found),
        offered=found.offered if found else offered,
        kinds=BENCHMARK_KINDS,
        differences=BENCHMARK_DIFFERENCES,
        tabs=(*BENCHMARK_DIFFERENCES, "all"),
        size=PAGE_SIZE,
        effects_shown=EFFECTS_SHOWN,
        printed_scope=[(view.words("benchmark.title"), view.words("benchmark.beside", **_sides(found)))]
        if found
        else [],
    )


@router.get("/benchmark.csv")
@router.get("/benchmark.xlsx")
def list_benchmark(request: Request, asked: Annotated[BenchmarkForm, Query()]) -> Response:
    """Return every row that passes the filters as a table that Excel opens."""
    view = View(request)
    found = _find(view, asked, asked.against, limit=_ALL, offset=0)
    heads = ("benchmark.of_what", "compare.difference", "site.id", "site.name", "gaps.status", "benchmark.matches",
             "benchmark.matched_by", "benchmark.likely", "benchmark.effects")  # fmt: skip
    rows = _rows(view, found.items if found else ())
    return spreadsheet(request, "benchmark", [view.words(key) for key in heads], rows)


def _offered(view: View, asked: BenchmarkForm) -> list[StandardOffer]:
    """Return what a programme may be held against, while nothing is chosen yet."""
    if asked.discipline is None or asked.against is not None:
        return []
    snapshot = of_institution(view.snapshot, asked.scope())
    return offer_standards(snapshot, snapshot.require(asked.discipline, "Discipline"))


def _find(view: View, asked: BenchmarkForm, against: str | None, *, limit: int, offset: int) -> Benchmark | None:
    if asked.discipline is None:
        return None
    cursor = next_cursor(view.snapshot.revision, offset, offset + 1)
    return benchmark_programme(
        view.snapshot, asked.discipline, against, asked.scope(), asked.filter(), limit=limit, cursor=cursor
    )


def _narrowed_names(view: View, asked: BenchmarkForm) -> list[tuple[str, str]]:
    node = None if asked.institution is None else view.snapshot.find(asked.institution)
    return [] if node is None else [(view.words("kind.Institution"), view.snapshot.name(node))]


def _is_by_name_alone(found: Benchmark) -> bool:
    """Say whether courses or tasks are lacking of which nothing is recorded that chains could gain by."""
    is_lacking = any(found.totals[kind]["lacking"] for kind in ("Course", "TrainingTask"))
    return is_lacking and found.adopted == found.now


def _sides(found: Benchmark) -> Mapping[str, str]:
    return {"ours": found.discipline.name, "theirs": found.against.name}


def _rows(view: View, items: Sequence[BenchmarkItem]) -> Iterator[list[str]]:
    t = view.words
    for one in items:
        matches = [one.name for one in one.matches]
        ways = dict.fromkeys(t(f"benchmark.by_{match.by}") for match in one.matches)
        effects = [
            t("benchmark.effect", name=effect.competency.name,
              before=t(f"status.{effect.before}"), after=t(f"status.{effect.after}"))
            for effect in one.effects
        ]  # fmt: skip
        status = t(f"status.{one.node.status}") if one.node.status else ""
        row = [t(f"kind.{one.kind}"), t(f"benchmark.{one.difference}"), one.node.id, one.node.name, status]
        yield [*row, "\n".join(matches), "\n".join(ways), one.likely.name if one.likely else "", "\n".join(effects)]
