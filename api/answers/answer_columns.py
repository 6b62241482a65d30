"""Columns of an answer: its table as values, by the names that its CSV has, for data frames and files of tables."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from api.answers.table_columns import TableLayout, columns_for, matrix_cells, table_of
from api.answers.tables import rows_of, value_at
from queries.coverage_matrix import CoverageMatrix

Columns = Mapping[str, Sequence[object]]
"""Columns of one length by name; None is what is not there, a list what is several."""


def answer_columns(model: BaseModel, layout: TableLayout | None = None) -> Columns | None:
    """Return the answer as columns, a row for each item; None where it is no table, and no layout makes it one."""
    kind = type(model) if layout else table_of(type(model))
    if kind is None:
        return None
    way, columns = columns_for(kind, layout=layout)
    shown = matrix_cells(model) if isinstance(model, CoverageMatrix) else model
    rows = list(rows_of(shown, way))
    return {column.name: [value_at(row[column.level], column.path) for row in rows] for column in columns}
