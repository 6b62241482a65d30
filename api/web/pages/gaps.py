"""The page of gaps, and the same as a spreadsheet."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Literal, NamedTuple, get_args

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.csv import as_cell, spreadsheet
from api.web.demand_words import spoken_demand
from api.web.gap_follow_ups import PageFollowUps
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm, Text
from api.web.texts import Words
from api.web.view import PageRoute, View
from queries.follow_ups import GapScope
from queries.gap_closers import GapClosers
from queries.gap_needs import GapNeeds, find_needs
from queries.gaps import Gap, Gaps, each_gap, find_gaps
from queries.parameters.description import describe
from queries.parameters.gaps import GapListing, GapOrder
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import BY_EMPTINESS, STATUSES, ChainStatus
from queries.semantics.cursors import next_cursor
from queries.semantics.weakness import Weakness

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE_SIZE = 25
STAGES: Mapping[str, tuple[ChainStatus, ...]] = {
    stage: tuple(status for some, status in BY_EMPTINESS.items() if not some[at])
    for at, stage in enumerate(("taught", "practised", "required"))
}
"""Which statuses lack a stage of the chain, by the stage; a status that lacks two is in both."""


FollowUpWish = Literal["any", "none", "open", "agreed", "done"]
"""Which gaps are listed by their follow-up: with any, without one, or those that are so far."""


class StageTab(NamedTuple):
    """A link that lists what lacks a stage: its name, how many these are, its statuses, and whether it is chosen."""

    name: str
    total: int
    statuses: tuple[ChainStatus, ...]
    is_chosen: bool


class GapsForm(GapListing, ScopeForm):
    """Which gaps are listed, and how."""

    # What is isolated, of severity 0, is shown when it is asked for.
    severity: int = Field(1, ge=0, le=5, description=describe("gaps_severity"))
    page: int = Field(1, ge=1, le=1_000_000)
    follow: FollowUpWish | None = None
    owner: Text | None = None

    @property
    def followed_scope(self) -> GapScope:
        """Whose gaps are listed, as follow-ups are recorded."""
        return GapScope(self.discipline, self.institution)


@router.get("/gaps")
def show_gaps(request: Request, asked: Annotated[GapsForm, Query()]) -> Response:
    """Show where chains break or are weak."""
    view = View(request)
    follow_ups = PageFollowUps(view, asked.followed_scope)
    gaps = _find(view, asked, follow_ups)
    needs = find_needs(view.snapshot, asked.scope(), [gap.competency.id for gap in gaps.items])
    return view.render(
        "gaps.html",
        asked=asked,
        is_empty=not len(view.snapshot),
        gaps=gaps,
        needs=needs,
        demands={c: spoken_demand(view.words, one) for c, one in needs.items()},
        stages=_stages(view, gaps, asked),
        follow_ups=follow_ups,
        followed={gap.competency.id: follow_ups.of(gap.competency.ids) for gap in gaps.items},
        follow_wishes=[(wish, view.words(f"follow_ups.state_{wish}")) for wish in get_args(FollowUpWish)],
        size=PAGE_SIZE,
        measures=("counts", "amount"),
        names=scope_names(view, asked),
        statuses=[(status.value, view.words(f"status.{status}")) for status in STATUSES],
        weaknesses=[(flaw.value, view.words(f"flaw.{flaw}")) for flaw in Weakness],
        severities=[(str(n), view.words(f"severity.{n}")) for n in range(5, -1, -1)],
        orders=[(order, view.words(f"gaps.sort_{order}")) for order in get_args(GapOrder)],
        meanings=[
            *((view.words(f"status.{status}"), view.words(f"status_meaning.{status}")) for status in STATUSES),
            *((view.words(f"flaw.{flaw}"), view.words(f"flaw_meaning.{flaw}")) for flaw in Weakness),
            (view.words("gaps.demand"), f"{view.words('gaps.demand_how')} {view.words('gap_needs.assumed_how')}"),
        ],
    )


@router.get("/gaps.csv")
@router.get("/gaps.xlsx")
def list_gaps(request: Request, asked: Annotated[GapsForm, Query()]) -> Response:
    """Return every gap that passes the filters, who needs it and what would close it, as a table that Excel opens."""
    view = View(request)
    among = PageFollowUps(view, asked.followed_scope).selection(asked.follow, asked.owner)
    found = each_gap(view.snapshot, asked.scope(), asked.filter(), order=asked.sort, among=among)
    heads = (
        *("site.id", "gaps.competency", "gaps.status", "gaps.severity", "gaps.demand", "gap_needs.demand_words"),
        *("gap_needs.needed_by", "gap_needs.taught_in", "trace.link", "gaps.reasons"),
        *("kinds.Course", "kinds.TrainingTask", "kinds.Enterprise"),
    )
    return spreadsheet(request, "gaps", [view.words(key) for key in heads], _rows(view, found))


def _find(view: View, asked: GapsForm, follow_ups: PageFollowUps) -> Gaps:
    offset = (asked.page - 1) * PAGE_SIZE
    cursor = next_cursor(view.snapshot.revision, offset, offset + 1)
    among = follow_ups.selection(asked.follow, asked.owner)
    return find_gaps(
        view.snapshot, asked.scope(), asked.filter(), order=asked.sort, limit=PAGE_SIZE, cursor=cursor, among=among
    )


def _stages(view: View, gaps: Gaps, asked: GapsForm) -> list[StageTab]:
    return [
        StageTab(
            view.words(f"gap_needs.stage_{stage}"),
            sum(gaps.counts[status] for status in statuses),
            statuses,
            set(asked.status) == set(statuses),
        )
        for stage, statuses in STAGES.items()
    ]


def _rows(view: View, gaps: Iterable[tuple[Gap, GapNeeds]]) -> Iterator[list[str]]:
    t = view.words
    for gap, needs in gaps:
        flaws = "; ".join(t(f"flaw.{flaw.flaw}") for flaw in gap.flaws)
        link = t(f"link.{gap.link}") if gap.link else ""
        name = gap.competency
        told = [name.name, t(f"status.{gap.status}"), str(gap.severity), as_cell(gap.demand), spoken_demand(t, needs)]
        people = [_some(t, needs.roles, needs.roles_total), _some(t, needs.courses, needs.courses_total)]
        yield [name.id, *told, *people, link, flaws, *_ways(gap.closed_by)]


def _some(words: Words, nodes: list[NodeName], total: int) -> str:
    """Return the names, and how many more there are."""
    more = [words("site.more", n=total - len(nodes))] if total > len(nodes) else []
    return "; ".join([*(node.name for node in nodes), *more])


def _ways(by: GapClosers) -> list[str]:
    """Return the courses, tasks and enterprises that would close a gap, each as one cell."""
    courses = [(item.course or item.unit).name for item in by.courses]
    tasks = [item.task.name for item in by.tasks]
    return ["; ".join(names) for names in (courses, tasks, [item.enterprise.name for item in by.enterprises])]
