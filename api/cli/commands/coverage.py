"""`rolepath coverage`: how much of what a role requires is taught and practised, and the coverage matrix."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from typing import Annotated

import typer

from api.cli.context import CommandRun
from api.cli.options import Language
from api.cli.query_options import option
from api.cli.table_options import TableOptions
from api.cli.wrong_usage import wrong_usage
from queries.parameters.coverage import By, CoverageMatrixQuery, CoverageQuery
from queries.parameters.description import describe
from queries.semantics.scope import FocusWish


def coverage(
    ask: CommandRun,
    role_id: Annotated[
        str | None, typer.Argument(metavar="[ROLE]", show_default=False, help=describe("command_role"))
    ] = None,
    *,
    query: CoverageQuery,
    by: Annotated[By | None, option(CoverageMatrixQuery, "by")] = None,
    focus: Annotated[FocusWish, option(CoverageMatrixQuery, "focus")] = "auto",
    table: TableOptions,
    lang: Language = "en",
) -> None:
    """Show how much of what a role requires is taught and practised."""
    from api.cli.render.coverage import show_coverage, show_matrix
    from queries.coverage import role_coverage
    from queries.coverage_matrix import coverage_matrix

    if by is not None:
        scope = query.scope().model_copy(update={"focus": focus})
        matrix = coverage_matrix(ask.snapshot(lang), by, role_id, scope)
        ask.answer(matrix, lambda out: show_matrix(matrix, out), table)
    elif role_id is not None:
        answer = role_coverage(ask.snapshot(lang), role_id, query.scope())
        ask.answer(answer, lambda out: show_coverage(answer, out), table)
    else:
        raise wrong_usage("command.name_a_role", "ROLE")
