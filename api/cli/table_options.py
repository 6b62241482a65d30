"""Table options: `--format csv|parquet|xlsx --out FILE` of every command that prints a table."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

from api.cli.wrong_usage import wrong_usage
from queries.parameters.description import describe, help_of

Form = Literal["csv", "parquet", "xlsx"]
_FORMS: dict[str, Form] = {".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx"}
_PANEL = help_of("help.as_table")


FormOption = Annotated[
    Form | None,
    typer.Option("--format", help=describe("command_table_format"), show_default=False, rich_help_panel=_PANEL),
]


class TableOptions(NamedTuple):
    """Whether the answer is written as a table, in which format, and where to."""

    form: FormOption = None
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=describe("command_table_out"), rich_help_panel=_PANEL),
    ] = None
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=describe("command_overwrite"), rich_help_panel=_PANEL)
    ] = False

    @property
    def chosen(self) -> Form | None:
        """The format: the one that is named, else that of the file's ending, else CSV; None where no table is asked."""
        if self.form is not None or self.out is None:
            return self.form
        return _FORMS.get(self.out.suffix.lower(), "csv")

    def check(self, *, as_json: bool, cursor: str | None = None) -> None:
        """Refuse what cannot be written, before anything is worked out for it.

        Raises:
            BadParameter: it is to be JSON too, part of a list, or a file without a name.
            InputError: the file stands already; or Parquet is wanted and pyarrow is not installed.
        """
        from graph.errors import InputError, Problem
        from graph.messages import message

        form = self.chosen
        if form is None:
            return
        if as_json:
            raise wrong_usage("command.table_or_json", "--json")
        if cursor is not None:
            raise wrong_usage("command.table_has_every_row", "--cursor")
        if form != "csv" and self.out is None:
            raise wrong_usage("command.table_to_file", "--out", form=form)
        if form == "parquet" and find_spec("pyarrow") is None:
            raise InputError(message("export.needs_pyarrow"))
        if self.out is not None and self.out.exists() and not self.overwrite:
            raise InputError(Problem(message("native.standing_file", file=self.out.name), self.out.name))
