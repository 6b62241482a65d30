"""Files of the support matrix: what is asked for as a workbook or as CSV, that can be filled in and read again."""

from pathlib import Path

from graph.errors import InputError, Problem
from graph.messages import Language, message
from graph.model import Frozen
from graph.support_levels import support_cell
from ingest.draft import DownloadBase
from ingest.formats.native.matrix_workbook import MatrixTable, matrix_csv, matrix_workbook
from ingest.formats.native.write import replacing
from queries.matrix import SupportMatrix


class ExportedMatrix(Frozen):
    """The matrix that was written: where, and how large it is."""

    path: str
    rows: int
    columns: int
    cells: int
    revision: int


def matrix_file(matrix: SupportMatrix, store_id: str, form: str, language: Language) -> bytes:
    """Return the file: `xlsx` or `csv`. Raises InputError where the matrix is too wide to be read again."""
    table = _table(matrix)
    if form == "csv":
        return matrix_csv(table, language).encode()
    return matrix_workbook(table, language, DownloadBase(matrix.revision, store_id))


def write_matrix(
    matrix: SupportMatrix, store_id: str, file: Path, language: Language, *, overwrite: bool
) -> ExportedMatrix:
    """Write the file.

    Raises:
        InputError: its name ends neither in .xlsx nor in .csv; it stands already, without `overwrite`; it cannot be
            written; or the matrix is too wide to be read again.
    """
    form = file.suffix.lower().removeprefix(".")
    if form not in {"xlsx", "csv"}:
        raise InputError(Problem(message("support.file_ending", name=file.name), file.name))
    with replacing(file, overwrite=overwrite) as temporary:
        temporary.write_bytes(matrix_file(matrix, store_id, form, language))
    return ExportedMatrix(
        path=str(file),
        rows=len(matrix.rows),
        columns=len(matrix.columns),
        cells=len(matrix.cells),
        revision=matrix.revision,
    )


def _table(matrix: SupportMatrix) -> MatrixTable:
    cells = {(one.row, one.column): support_cell(one.weight, by_units=one.is_by_units) for one in matrix.cells}
    return MatrixTable(
        matrix.of,
        [(one.node.id, one.node.name, one.term) for one in matrix.rows],
        [(one.node.id, one.node.name) for one in matrix.columns],
        cells,
    )
