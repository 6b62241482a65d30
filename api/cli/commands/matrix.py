"""`rolepath export matrix`: the support matrix of a scope as a workbook, or as CSV, to be filled in and read again."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from queries.parameters.description import help_of
from queries.parameters.matrix import MatrixQuery


def export_matrix(
    ask: CommandRun,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_of("option_help.matrix_file"))],
    *,
    query: MatrixQuery,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=help_of("option_help.replace_file"))] = False,
    lang: Language = "en",
) -> None:
    """Write the support matrix: courses or units down, competencies across, H, M, L or weights in the cells."""
    from api.answers.matrix_files import write_matrix
    from api.cli.render.matrix import show_written_matrix
    from queries.matrix import support_matrix

    snapshot = ask.snapshot(lang)
    matrix = support_matrix(snapshot, query.of, query.scope())
    written = write_matrix(matrix, snapshot.store_id, file, lang, overwrite=overwrite)
    ask.answer(written, lambda out: show_written_matrix(written, out))
