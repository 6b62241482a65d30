"""Support matrix: how strongly the courses, or the units, of a scope support each of its competencies."""

from typing import NamedTuple

import numpy as np

from graph.model import Frozen, fold
from graph.snapshot.arrays import Floats, Ints
from graph.snapshot.snapshot import Snapshot
from graph.whole_course import is_whole_course
from queries.list_measures import status
from queries.list_nodes import nodes_in_scope
from queries.parameters.matrix import MatrixOf
from queries.semantics.answers import Count, NodeName, named
from queries.semantics.array_joins import expand
from queries.semantics.chain_status import STATUSES, ChainStatus
from queries.semantics.course_units import of_institution
from queries.semantics.masks import Mask
from queries.semantics.resolved_scope import ResolvedScope, resolve
from queries.semantics.scope import EVERYTHING, Scope, ScopeNote

WHOLE = slice(None)
_ROW_KINDS: dict[MatrixOf, str] = {"courses": "Course", "units": "KnowledgeUnit"}


class SupportRow(Frozen):
    """A course or a unit: the term of a course, where stated; how many competencies of the whole matrix it supports."""

    node: NodeName
    term: int | None
    supports: Count


class SupportColumn(Frozen):
    """A competency: its sort, how its chain stands in the scope, and how many rows of the whole matrix support it."""

    node: NodeName
    word: str | None
    status: ChainStatus | None
    supported_by: Count


class SupportCell(Frozen):
    """A filled cell by the positions of its row and column; `weight` is above 0 to 1, None where none is stated.

    A unit's is its DEVELOPS; a course's its AIMS_AT, or where it states none, the strongest DEVELOPS of a unit that it
    covers: then it `is_by_units`. `is_taught` says that a unit of the course, or the unit itself, develops it.
    """

    row: Count
    column: Count
    weight: float | None
    is_by_units: bool
    is_taught: bool


class SupportMatrix(Frozen):
    """A part of a matrix: courses by term and name, or units by name; competencies by sort and name.

    Where the scope names no curriculum, those that no row supports are last.
    `cells` are by row, then column. The totals count the whole matrix.
    """

    of: MatrixOf
    rows: list[SupportRow]
    columns: list[SupportColumn]
    cells: list[SupportCell]
    rows_total: Count
    columns_total: Count
    scope: ScopeNote
    revision: int


class _Support(NamedTuple):
    """Every filled cell, by row, then column: positions of rows and columns, and what the cell says."""

    row: Ints
    column: Ints
    weight: Floats
    is_by_units: Mask
    is_taught: Mask


def support_matrix(
    snapshot: Snapshot, of: MatrixOf, scope: Scope = EVERYTHING, *, rows: slice = WHOLE, columns: slice = WHOLE
) -> SupportMatrix:
    """Return the part of the matrix in these rows and columns; a unit that is a course as a whole is no row.

    Raises:
        NotFoundError: the scope names something that is not there.
    """
    snapshot = of_institution(snapshot, scope)
    resolved = resolve(snapshot, scope, focused=True)
    supporting, competencies = _row_nodes(snapshot, of, resolved), _competencies(snapshot, resolved)
    found = _support(snapshot, of, supporting, competencies)
    if not scope.names_curriculum:  # of what a whole college requires, most may be supported nowhere
        is_supported = np.bincount(found.column, minlength=len(competencies)) > 0
        competencies = np.concatenate((competencies[is_supported], competencies[~is_supported]))
        found = _support(snapshot, of, supporting, competencies)
    supports = np.bincount(found.row, minlength=len(supporting))
    supported = np.bincount(found.column, minlength=len(competencies))
    row_at, column_at = np.arange(len(supporting))[rows], np.arange(len(competencies))[columns]
    statuses, terms = status(snapshot, resolved), snapshot.number("term")
    return SupportMatrix(
        of=of,
        rows=[
            SupportRow(
                node=named(snapshot, node),
                term=None if of == "units" or np.isnan(terms[node]) else int(terms[node]),
                supports=int(supports[at]),
            )
            for at, node in zip(row_at.tolist(), supporting[row_at].tolist(), strict=True)
        ],
        columns=[
            SupportColumn(
                node=named(snapshot, node),
                word=snapshot.word("kind", node),
                status=None if np.isnan(statuses[node]) else STATUSES[int(statuses[node])],
                supported_by=int(supported[at]),
            )
            for at, node in zip(column_at.tolist(), competencies[column_at].tolist(), strict=True)
        ],
        cells=_cells(found, row_at, column_at),
        rows_total=len(supporting),
        columns_total=len(competencies),
        scope=resolved.note,
        revision=snapshot.revision.number,
    )


def _row_nodes(snapshot: Snapshot, of: MatrixOf, scope: ResolvedScope) -> Ints:
    nodes = nodes_in_scope(snapshot, _ROW_KINDS[of], scope)
    if of == "units":
        nodes = nodes[[not is_whole_course(snapshot.ids[node]) for node in nodes.tolist()]]
    terms = snapshot.number("term")[nodes] if of == "courses" else np.zeros(len(nodes))
    return nodes[np.lexsort((_name_ranks(snapshot, nodes), np.nan_to_num(terms, nan=np.inf)))]


def _competencies(snapshot: Snapshot, scope: ResolvedScope) -> Ints:
    nodes = nodes_in_scope(snapshot, "Competency", scope)
    words = snapshot.word_codes("kind")[nodes]
    return nodes[np.lexsort((_name_ranks(snapshot, nodes), words))]


def _name_ranks(snapshot: Snapshot, nodes: Ints) -> Ints:
    """Return the place of each node by name, then id."""
    names = [(fold(snapshot.name(node)), at) for at, node in enumerate(nodes.tolist())]
    ranks = np.empty(len(nodes), np.int64)
    ranks[[at for _, at in sorted(names)]] = np.arange(len(nodes))
    return ranks


def _support(snapshot: Snapshot, of: MatrixOf, rows: Ints, columns: Ints) -> _Support:
    row_of, column_of = _positions(snapshot, rows), _positions(snapshot, columns)
    width = max(len(columns), 1)
    stated, weight = _stated(snapshot, "DEVELOPS" if of == "units" else "AIMS_AT", row_of, column_of, width)
    if of == "units":
        every, strongest = np.zeros(0, np.int64), np.zeros(0)
        return _put(width, stated, weight, every, strongest)._replace(is_taught=np.ones(len(stated), bool))
    covers, develops = snapshot.out("COVERS"), snapshot.out("DEVELOPS")
    own = row_of[covers.rows] >= 0
    link, at = expand(develops.indptr, covers.indices[own])
    row, column = row_of[covers.rows[own]][link], column_of[develops.indices[at]]
    counts = column >= 0
    return _put(width, stated, weight, *_strongest((row * width + column)[counts], develops.weight[at][counts]))


def _positions(snapshot: Snapshot, nodes: Ints) -> Ints:
    positions = np.full(len(snapshot), -1, np.int64)
    positions[nodes] = np.arange(len(nodes))
    return positions


def _stated(snapshot: Snapshot, relation: str, row_of: Ints, column_of: Ints, width: int) -> tuple[Ints, Floats]:
    """Return key and weight of the links from a row to a column; NaN where no weight is stated."""
    links = snapshot.out(relation)
    row, column = row_of[links.rows], column_of[links.indices]
    counts = (row >= 0) & (column >= 0)
    weight = links.weight[counts].astype(np.float64)
    if (unstated := snapshot.link_values(relation, "unstated")) is not None:
        weight[unstated[counts].astype(bool)] = np.nan
    return (row * width + column)[counts], weight


def _strongest(keys: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Return each key once, ascending, with its largest weight."""
    order = np.lexsort((-weights, keys))
    found, first = np.unique(keys[order], return_index=True)
    return found, weights[order][first]


def _put(width: int, stated: Ints, weight: Floats, taught: Ints, taught_weight: Floats) -> _Support:
    """Return the cells that are stated, and those that units alone fill; keys are row * width + column."""
    by_units = ~np.isin(taught, stated)
    every = np.concatenate((stated, taught[by_units]))
    weights = np.concatenate((weight, taught_weight[by_units]))
    is_by_units = np.arange(len(every)) >= len(stated)
    at = np.argsort(every, kind="stable")
    every = every[at]
    return _Support(every // width, every % width, weights[at], is_by_units[at], np.isin(every, taught))


def _cells(found: _Support, rows: Ints, columns: Ints) -> list[SupportCell]:
    """Return the cells in these rows and columns, by their positions there."""
    wanted = np.isin(found.row, rows) & np.isin(found.column, columns)
    first_row, first_column = (int(at[0]) if len(at) else 0 for at in (rows, columns))
    lists = (part[wanted].tolist() for part in found)
    return [
        SupportCell(
            row=row - first_row,
            column=column - first_column,
            weight=None if weight != weight else weight,  # noqa: PLR0124 - only what is not a number differs from itself
            is_by_units=by_units,
            is_taught=taught,
        )
        for row, column, weight, by_units, taught in zip(*lists, strict=True)
    ]
