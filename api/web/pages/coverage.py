"""The page of coverage: disciplines or courses against all roles, or against what one role requires."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm
from api.web.role_picker import found_roles, picked_role
from api.web.view import PageRoute, View, query_of
from graph.snapshot.snapshot import Snapshot
from queries.coverage import role_coverage
from queries.coverage_matrix import CoverageMatrix, coverage_matrix
from queries.parameters.coverage import MatrixRows
from queries.semantics.answers import NodeName
from queries.semantics.chain_status import ChainStatus
from queries.semantics.focus_note import nodes_in_focus
from queries.semantics.tolerance import at_least, exceeds

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_COLUMNS, MOST_ROWS = 60, 500


class CoverageForm(MatrixRows, ScopeForm):
    """What is compared; `page` counts the columns' pages."""

    page: int = Field(1, ge=1, le=100_000)

    @property
    def first(self) -> int:
        """The first column of the page, from 0."""
        return (self.page - 1) * MOST_COLUMNS


class GridHead(NamedTuple):
    """What a row or a column stands for; it schedules no training where `is_unrecorded`.

    `address` is its part of the addresses of its cells, each of which is made of two parts: a table has thousands.
    """

    node: NodeName
    address: str
    is_unrecorded: bool = False


class GridRow(NamedTuple):
    """A discipline, course or competency, with a cell for each column: a status, or a share."""

    head: GridHead
    cells: Sequence[ChainStatus | float | None]


class CoverageGrid(NamedTuple):
    """A table to show: of a role, competencies stand in the rows, since their names are the longest."""

    columns: list[GridHead]
    rows: list[GridRow]
    columns_total: int


@router.get("/coverage")
def show_coverage(request: Request, asked: Annotated[CoverageForm, Query()]) -> Response:
    """Show which disciplines or courses serve which roles, or which of what one role requires."""
    view = View(request)
    snapshot = view.snapshot
    role = picked_role(snapshot, asked.role)
    scope = asked.scope().model_copy(update={"role": None, "roles": "targeted"})
    matrix = coverage_matrix(snapshot, asked.by, asked.role, scope)
    return view.render(
        "coverage.html",
        asked=asked,
        role=role,
        grid=_by_role(view, matrix, asked) if role is None else _of_role(view, matrix, asked),
        covered=None if asked.role is None else role_coverage(snapshot, asked.role, scope),
        focus=matrix.focus,
        names=[name for name in scope_names(view, asked) if role is None or name[1] != role.name],
        choices=found_roles(snapshot, asked.role_q) if role is None else None,
        roles=_role_names(snapshot),
        most=MOST_COLUMNS,
        step=_step,
        statuses=("connected", "unpractised", "untaught", "unserved"),
    )


def _by_role(view: View, matrix: CoverageMatrix, asked: CoverageForm) -> CoverageGrid:
    """Return shares, without the roles that require nothing."""
    kept = [j for j in range(len(matrix.columns)) if any(row[j] is not None for row in matrix.shares)]
    shown = kept[asked.first : asked.first + MOST_COLUMNS]
    rows = [
        GridRow(
            GridHead(head, query_of({"term": asked.term, asked.by: head.id}), unrecorded), [shares[j] for j in shown]
        )
        for head, shares, unrecorded in zip(matrix.rows, matrix.shares, matrix.training_unrecorded, strict=True)
    ]
    return CoverageGrid(
        [GridHead(matrix.columns[j], view.node(matrix.columns[j].id)) for j in shown], rows[:MOST_ROWS], len(kept)
    )


def _of_role(view: View, matrix: CoverageMatrix, asked: CoverageForm) -> CoverageGrid:
    """Return statuses, without the disciplines or courses that serve nothing of the role."""
    kept = [i for i, row in enumerate(matrix.statuses) if any(status is not ChainStatus.UNSERVED for status in row)]
    shown = kept[asked.first : asked.first + MOST_COLUMNS]
    rows = [
        GridRow(GridHead(head, view.node(head.id)), [matrix.statuses[i][j] for i in shown])
        for j, head in enumerate(matrix.columns)
    ]
    heads = [(matrix.rows[i], matrix.training_unrecorded[i]) for i in shown]
    narrow = {"role": asked.role, "term": asked.term}
    columns = [GridHead(head, query_of({**narrow, asked.by: head.id}), unrecorded) for head, unrecorded in heads]
    return CoverageGrid(columns, rows[:MOST_ROWS], len(kept))


def _step(share: float | None) -> int:
    """Return how dark a share's cell is, 0 to 4.

    >>> [_step(share) for share in (None, 0.0, 0.1, 0.5, 0.75, 1.0)]
    [0, 0, 1, 2, 3, 4]
    """
    return 0 if not share else 1 + at_least(share, 0.25) + exceeds(share, 0.5) + exceeds(share, 0.75)


def _role_names(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return the roles in focus by id; none where there are too many to choose from a list."""
    nodes = [i for i in snapshot.of_kind("Role").tolist() if nodes_in_focus(snapshot)[i]]
    return [(snapshot.ids[i], snapshot.name(i)) for i in nodes] if len(nodes) <= MOST_COLUMNS else []
