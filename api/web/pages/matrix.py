"""The page of the support matrix: courses or units down, competencies across, each cell to be filled in."""

from itertools import groupby
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.answers.downloads import XLSX
from api.answers.matrix_files import matrix_file
from api.web.forms import with_token
from api.web.pages.node import scope_names
from api.web.parameters import ScopeForm, Text
from api.web.view import PageRoute, View
from graph.errors import InvalidValueError
from graph.support_levels import LEVELS, support_cell, support_weight
from queries.matrix import SupportCell, SupportColumn, SupportMatrix, SupportRow, support_matrix
from queries.parameters.matrix import SupportRows

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MOST_ROWS, MOST_COLUMNS, MOST_OF_ROW = 40, 18, 30
"""How many rows and columns a page shows, and how many cells of a row that is shown alone."""


class MatrixForm(SupportRows, ScopeForm):
    """What the matrix is of; `page` counts the pages of rows, `across` those of columns; `row` is the one to fill in.

    `run` is what was applied just now.
    """

    page: int = Field(1, ge=1, le=100_000)
    across: int = Field(1, ge=1, le=100_000)
    row: Text | None = None
    run: Text | None = None

    @property
    def rows(self) -> slice:
        """The rows of the page."""
        return slice((self.page - 1) * MOST_ROWS, self.page * MOST_ROWS)

    @property
    def columns(self) -> slice:
        """The columns of the page."""
        return slice((self.across - 1) * MOST_COLUMNS, self.across * MOST_COLUMNS)


class ShownCell(NamedTuple):
    """A cell as it is shown: its text, its level for its colour (H, M, L or empty), and whether nothing teaches it."""

    text: str = ""
    level: str = ""
    is_by_units: bool = False
    is_untaught: bool = False


class ShownRow(NamedTuple):
    """A row with a cell for each column of the page; `begins` says that its term is another than that before."""

    head: SupportRow
    cells: list[ShownCell]
    begins: bool


class ShownColumn(NamedTuple):
    """A column; `begins` says that it is of another sort than the one before."""

    head: SupportColumn
    begins: bool


@router.get("/matrix.{form}")
def download_matrix(
    request: Request, form: Annotated[Literal["xlsx", "csv"], Path()], asked: Annotated[MatrixForm, Query()]
) -> Response:
    """Return the whole matrix as a workbook, or as CSV, that can be filled in and imported."""
    view = View(request)
    found = support_matrix(view.snapshot, asked.of, asked.scope())
    media_type = XLSX.media_type if form == "xlsx" else "text/csv; charset=utf-8"
    headers = {"Content-Disposition": f'attachment; filename="matrix.{form}"'}
    return Response(
        matrix_file(found, view.snapshot.store_id, form, view.language), media_type=media_type, headers=headers
    )


@router.get("/matrix")
def show_matrix(request: Request, asked: Annotated[MatrixForm, Query()]) -> Response:
    """Show how strongly the courses or units of a scope support its competencies, to be changed by who may."""
    view = View(request)
    if asked.row is not None:
        found = _of_row(view, asked, asked.row)
    else:
        found = support_matrix(view.snapshot, asked.of, asked.scope(), rows=asked.rows, columns=asked.columns)
    shown = shown_rows(found)
    return with_token(
        view,
        "matrix.html",
        asked=asked,
        found=found,
        rows=shown,
        columns=_columns(found),
        groups=[(word, len(list(same))) for word, same in groupby(one.word for one in found.columns)],
        levels=tuple(LEVELS),
        one_row=shown[0] if asked.row is not None and shown else None,
        names=scope_names(view, asked),
        sizes=(MOST_ROWS, MOST_COLUMNS),
        row_size=MOST_OF_ROW,
        may_edit=view.may("ingest"),
    )


def _of_row(view: View, asked: MatrixForm, row: str) -> SupportMatrix:
    """Return a row alone, what it supports first; without rows where it is none of the matrix."""
    whole = support_matrix(view.snapshot, asked.of, asked.scope())
    at = next((at for at, one in enumerate(whole.rows) if one.node.id == row), None)
    own = {cell.column: cell for cell in whole.cells if cell.row == at}
    first = (asked.across - 1) * MOST_OF_ROW
    order = sorted(range(len(whole.columns)), key=lambda column: column not in own)[first : first + MOST_OF_ROW]
    cells = [
        own[column].model_copy(update={"row": 0, "column": to}) for to, column in enumerate(order) if column in own
    ]
    rows = [] if at is None else [whole.rows[at]]
    return whole.model_copy(update={"rows": rows, "columns": [whole.columns[at] for at in order], "cells": cells})


def shown_rows(found: SupportMatrix) -> list[ShownRow]:
    """Return the rows of a part of a matrix with their cells."""
    cells: dict[tuple[int, int], SupportCell] = {(one.row, one.column): one for one in found.cells}
    width = range(len(found.columns))
    before: int | None = None
    shown = []
    for at, row in enumerate(found.rows):
        line = [_shown(cells.get((at, column)), found.of) for column in width]
        shown.append(ShownRow(row, line, begins=at > 0 and row.term != before))
        before = row.term
    return shown


def _shown(cell: SupportCell | None, of: str) -> ShownCell:
    if cell is None:
        return ShownCell()
    text = support_cell(cell.weight, by_units=cell.is_by_units)
    return ShownCell(text, level_of(text), cell.is_by_units, of == "courses" and not cell.is_taught)


def level_of(text: str) -> str:
    """Return the level, H, M or L, that colours a cell; empty for none.

    >>> [level_of(text) for text in ("(0.9)", "●", "L", "", "X")]
    ['M', 'H', 'L', '', '']
    """
    try:
        weight = support_weight(text.strip("()"))
    except InvalidValueError:
        return ""
    return next((level for level, one in LEVELS.items() if weight is None or weight >= one), "L")


def _columns(found: SupportMatrix) -> list[ShownColumn]:
    words = [one.word for one in found.columns]
    return [ShownColumn(one, at == 0 or words[at - 1] != one.word) for at, one in enumerate(found.columns)]
