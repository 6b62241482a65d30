"""Table layouts: which answers are tables, the list that their rows are, and their columns if no others are named."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from api.answers.change_feed import ChangeFeed
from api.answers.fields import Path, models_of
from api.answers.node_pages import NodePage
from api.answers.store_views import RevisionList, RunList, SourceList
from api.answers.tables import BYTE_ORDER_MARK, Column, columns_of, csv_lines, rows_named, write_rows
from api.state.audit import DeedList
from graph.model import Frozen
from queries.align import Alignment
from queries.allocation import Allocation
from queries.benchmark import Benchmark
from queries.coverage import RoleCoverage
from queries.coverage_matrix import CoverageMatrix
from queries.diff import Diff
from queries.feedback import Feedback
from queries.gaps import Gaps
from queries.integration import Integration
from queries.leadership import Leadership
from queries.match import RoleMatch
from queries.metrics import Metrics
from queries.node_list import FoundNodes
from queries.plan import Plan
from queries.plan_several import Plans
from queries.rotation import Rotation
from queries.search import SearchResult
from queries.semantics.answers import NodeName, Share
from queries.semantics.chain_status import ChainStatus
from queries.signals import Signals
from queries.training import RoleTraining, Unreachable
from queries.what_if import WhatIf


class TableLayout(NamedTuple):
    """The rows of a table by the way to them, and what its columns are unless fields are named; empty is all."""

    rows: str
    columns: str = ""


class MatrixCell(Frozen):
    """A cell of the coverage matrix: the share of a role, or the status of what one role requires."""

    row: NodeName
    training_unrecorded: bool
    column: NodeName
    share: Share | None
    status: ChainStatus | None


class MatrixCells(Frozen):
    """The coverage matrix, cell by cell: rows in id order, the columns of each in id order."""

    items: list[MatrixCell]


TABLES: Mapping[type[BaseModel], TableLayout] = {
    FoundNodes: TableLayout("items"),
    NodePage: TableLayout("items", "items.id,items.name,items.kind,items.code,items.ids"),
    SearchResult: TableLayout("items"),
    Gaps: TableLayout(
        "items",
        "items.competency.id,items.competency.name,items.competency.kind,items.status,items.link,items.flaws.flaw,"
        "items.severity,items.demand,items.closed_by.courses.course.name,items.closed_by.tasks.task.name,"
        "items.closed_by.enterprises.enterprise.name",
    ),
    RoleCoverage: TableLayout("competencies"),
    Benchmark: TableLayout(
        "items",
        "items.kind,items.difference,items.node.id,items.node.name,items.node.status,items.matches.id,"
        "items.matches.name,items.matches.by,items.effects.competency.name,items.effects.before,items.effects.after",
    ),
    MatrixCells: TableLayout("items"),
    RoleTraining: TableLayout("items"),
    Unreachable: TableLayout("items"),
    Alignment: TableLayout("items"),
    Integration: TableLayout("by_discipline"),
    Allocation: TableLayout("competencies"),
    Feedback: TableLayout(
        "cohorts.competencies",
        "cohorts.cohort,cohorts.discipline,cohorts.competencies.competency,cohorts.competencies.attainment,"
        "cohorts.competencies.deficient,cohorts.competencies.learners,cohorts.competencies.followed_up.change,"
        "cohorts.competencies.followed_up.helped,cohorts.competencies.earlier,cohorts.competencies.units.unit.name,"
        "cohorts.competencies.tasks.task.name",
    ),
    Signals: TableLayout("signals"),
    Metrics: TableLayout("items"),
    Diff: TableLayout("consequences.competencies"),
    SourceList: TableLayout("items"),
    RunList: TableLayout("items"),
    RevisionList: TableLayout("items"),
    DeedList: TableLayout("items"),
}
"""By the model of the answer. A matrix is told cell by cell, which is what a pivot table is made from."""
_MADE = {CoverageMatrix: MatrixCells}
_MORE: Mapping[type[BaseModel], TableLayout] = {
    RoleMatch: TableLayout("items"),
    Plan: TableLayout("steps"),
    Plans: TableLayout("items.steps", "items.role,items.steps"),
    Rotation: TableLayout("hosts.placements"),
    Leadership: TableLayout("competencies"),
    WhatIf: TableLayout("consequences.competencies"),
    ChangeFeed: TableLayout(
        "items",
        "items.revision,items.at,items.source,items.run,items.content,items.source_changed,items.nodes.kind,"
        "items.nodes.added,items.nodes.changed,items.nodes.removed,items.links.relation,items.links.added,"
        "items.links.changed,items.links.removed",
    ),
}
"""Tables of commands and of the library, which REST does not offer."""


def table_model(model: object) -> type[BaseModel] | None:
    """Return the model of which an answer's table is made; None where it makes none."""
    known_model = _MADE.get(model, model)  # type: ignore[call-overload]
    return known_model if known_model in TABLES else None


def table_of(model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model of which commands and the library make an answer's table; None where they make none."""
    return model if model in _MORE else table_model(model)


def columns_for(
    model: type[BaseModel], paths: tuple[Path, ...] = (), layout: TableLayout | None = None
) -> tuple[Path, list[Column]]:
    """Return the way to the rows, and the columns: those of the paths that are named, or the layout's own.

    Without a layout it is that of the answer.
    """
    models, table = models_of(model), layout or TABLES.get(model) or _MORE[model]
    own = tuple(table.rows.split("."))
    rows = rows_named(models, own, paths)
    if not paths and table.columns:
        paths = tuple(tuple(name.split(".")) for name in table.columns.split(","))
    return rows, columns_of(models, rows, paths)


def write_table(result: BaseModel, rows: Path, columns: list[Column]) -> bytes:
    """Return the answer as CSV in UTF-8, as spreadsheets read it."""
    shown = matrix_cells(result) if isinstance(result, CoverageMatrix) else result
    return (BYTE_ORDER_MARK + "".join(csv_lines(write_rows(shown, rows, columns)))).encode()


def matrix_cells(matrix: CoverageMatrix) -> MatrixCells:
    """Return the cells of a matrix."""
    cells: list[MatrixCell] = []
    for at, row in enumerate(matrix.rows):
        for to, column in enumerate(matrix.columns):
            value: Any = {"share": None, "status": None}
            value |= {"status": matrix.statuses[at][to]} if matrix.role else {"share": matrix.shares[at][to]}
            unrecorded = matrix.training_unrecorded[at]
            cells.append(MatrixCell(row=row, column=column, training_unrecorded=unrecorded, **value))
    return MatrixCells(items=cells)
