"""The page of coverage: roles against disciplines or courses, or what one role requires against these."""

from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.addresses import query_of
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.role_picker import picked_role
from api.web.view import PageRoute, View
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.coverage_arrays import coverage_arrays
from queries.coverage_blocks import BlockOrder, CoverageBlocks, coverage_blocks
from queries.coverage_matrix import CoverageMatrix, coverage_matrix
from queries.parameters.coverage import MatrixRows
from queries.semantics.answers import NodeName, named
from queries.semantics.chain_status import ChainStatus
from queries.semantics.course_units import as_asked
from queries.semantics.focus_note import focus_of
from queries.semantics.requirements import openings
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import Scope
from queries.semantics.tolerance import at_least, exceeds, lowest

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_ROWS, MOST_COLUMNS = 50, 18
AIM = 0.6
"""The share of a role that whoever targets it is expected to cover."""
_FULLEST = (ChainStatus.CONNECTED, ChainStatus.UNPRACTISED, ChainStatus.UNTAUGHT, ChainStatus.UNSERVED)


class CoverageForm(MatrixRows, ScopeForm):
    """What is compared; `page` counts the pages of rows, `across` those of columns."""

    page: int = Field(1, ge=1, le=100_000)
    across: int = Field(1, ge=1, le=100_000)
    order: BlockOrder = "blocks"
    empty: Literal["hidden", "shown"] = "hidden"

    @property
    def rows(self) -> slice:
        """The rows of the page."""
        return slice((self.page - 1) * MOST_ROWS, self.page * MOST_ROWS)

    @property
    def columns(self) -> slice:
        """The columns of the page."""
        return slice((self.across - 1) * MOST_COLUMNS, self.across * MOST_COLUMNS)


class GridHead(NamedTuple):
    """What a row or a column stands for; it schedules no training where `is_unrecorded`.

    `address` is its part of the addresses of its cells, each of which is made of two parts. `heading` is what columns
    beside each other stand below.
    """

    node: NodeName
    address: str
    is_unrecorded: bool = False
    heading: str = ""


class GridCell(NamedTuple):
    """A share, or a status; whether the discipline targets the role."""

    value: ChainStatus | float | None
    is_targeted: bool = False


class GridRow(NamedTuple):
    """A role or competency with a cell for each column; `openings` and `best` are of a role, None for none."""

    head: GridHead
    cells: list[GridCell]
    openings: float | None = None
    best: float | None = None
    begins_block: bool = False


class CoverageGrid(NamedTuple):
    """A table to show, and how many rows and columns there are in all, and how many are left out as wholly empty."""

    columns: list[GridHead]
    rows: list[GridRow]
    rows_total: int
    columns_total: int
    empty_rows: int
    empty_columns: int
    targets: int = 0
    below: int = 0


@router.get("/coverage")
def show_coverage(request: Request, asked: Annotated[CoverageForm, Query()]) -> Response:
    """Show which disciplines or courses serve which roles, or which of what one role requires."""
    view = View(request)
    snapshot = view.snapshot
    role = picked_role(snapshot, asked.role)
    scope = asked.scope().model_copy(update={"role": None, "roles": "targeted"})
    resolved = _resolved(snapshot, scope.model_copy(update={"role": asked.role}))
    if role is None:
        grid, focus = _by_role(view, scope, asked), focus_of(as_asked(snapshot, scope), resolved)
    else:
        matrix = coverage_matrix(snapshot, asked.by, asked.role, scope, narrowed=True)
        grid, focus = _of_role(view, matrix, asked), matrix.focus
    return view.render(
        "coverage.html",
        asked=asked,
        role=role,
        grid=grid,
        covered=None if asked.role is None else role_coverage(snapshot, asked.role, scope),
        focus=focus,
        note=resolved.note,
        measures=("coverage",),
        names=[name for name in scope_names(view, asked) if role is None or name[1] != role.name],
        sizes=(MOST_ROWS, MOST_COLUMNS),
        aim=AIM,
        step=_step,
        is_below=_is_below,
        orders=("blocks", "demand", "lowest", "name"),
        statuses=tuple(status.value for status in _FULLEST),
    )


def _resolved(snapshot: Snapshot, scope: Scope) -> ResolvedScope:
    return resolve(as_asked(snapshot, scope), scope, focused=True)


def _by_role(view: View, scope: Scope, asked: CoverageForm) -> CoverageGrid:
    """Return shares: of the page alone, names are told and cells are made."""
    snapshot = as_asked(view.snapshot, scope)
    found = coverage_arrays(snapshot, asked.by, scope, narrowed=True)
    blocks = coverage_blocks(snapshot, asked.by, found, asked.order, with_empty=asked.empty == "shown")
    employed = snapshot.into("EMPLOYS").degree
    within = list(enumerate(zip(blocks.servers.tolist(), blocks.headings.tolist(), strict=True)))[asked.columns]
    columns = [
        GridHead(
            named(snapshot, node),
            query_of({"term": asked.term, asked.by: snapshot.ids[node]}),
            bool(blocks.unrecorded[at]),
            snapshot.name(above) if above >= 0 else "",
        )
        for at, (node, above) in within
    ]
    rows = []
    cells, aimed = blocks.cells(asked.rows, asked.columns)
    for at, shares, aims in zip(range(len(blocks.roles))[asked.rows], cells.tolist(), aimed.tolist(), strict=True):
        role = int(blocks.roles[at])
        head = GridHead(named(snapshot, role), view.node(snapshot.ids[role]))
        rows.append(
            GridRow(
                head,
                [GridCell(_known(share), aim) for share, aim in zip(shares, aims, strict=True)],
                float(openings(snapshot)[role]) if employed[role] else None,
                _known(float(blocks.best[at])),
                asked.order == "blocks" and at > 0 and bool(blocks.block[at] != blocks.block[at - 1]),
            )
        )
    return CoverageGrid(
        columns,
        rows,
        len(blocks.roles),
        len(blocks.servers),
        blocks.empty_roles,
        blocks.empty_servers,
        blocks.targets,
        _count_below(blocks),
    )


def _known(share: float) -> float | None:
    return None if share != share else share  # noqa: PLR0124 - only what is not a number differs from itself


def _is_below(best: float | None) -> bool:
    return best is not None and not at_least(best, AIM)


def _count_below(blocks: CoverageBlocks) -> int:
    return int((blocks.best < lowest(AIM)).sum())


def _of_role(view: View, matrix: CoverageMatrix, asked: CoverageForm) -> CoverageGrid:
    """Return statuses, by what is served best; without the disciplines or courses that serve nothing of the role."""
    whole = range(len(matrix.rows))
    serving = [i for i in whole if any(status is not ChainStatus.UNSERVED for status in matrix.statuses[i])]
    fullest = sorted(serving, key=lambda i: [-matrix.statuses[i].count(status) for status in _FULLEST])
    kept = [*fullest, *sorted(set(whole) - set(fullest))] if asked.empty == "shown" else fullest
    rank = {status: at for at, status in enumerate(_FULLEST)}

    def place(j: int) -> tuple[int, int]:
        """Return how well the competency is served at best, and by which column first."""
        return min(((rank[matrix.statuses[i][j]], at) for at, i in enumerate(fullest)), default=(len(rank), 0))

    ordered = sorted(range(len(matrix.columns)), key=lambda j: (place(j)[1], place(j)[0], j))
    shown = kept[asked.columns]
    rows = [
        GridRow(
            GridHead(matrix.columns[j], view.node(matrix.columns[j].id)),
            [GridCell(matrix.statuses[i][j]) for i in shown],
        )
        for j in ordered[asked.rows]
    ]
    narrow = {"role": asked.role, "term": asked.term}
    columns = [
        GridHead(matrix.rows[i], query_of({**narrow, asked.by: matrix.rows[i].id}), matrix.training_unrecorded[i])
        for i in shown
    ]
    return CoverageGrid(columns, rows, len(matrix.columns), len(kept), 0, len(whole) - len(fullest))


def _step(share: float | None) -> int:
    """Return how dark a share's cell is, 0 to 4.

    >>> [_step(share) for share in (None, 0.0, 0.1, 0.5, 0.75, 1.0)]
    [0, 0, 1, 2, 3, 4]
    """
    return 0 if not share else 1 + at_least(share, 0.25) + exceeds(share, 0.5) + exceeds(share, 0.75)
