"""Command-line program: every command by its group, and what becomes of an error."""

import os
import sys
import traceback
from collections.abc import Sequence
from functools import cache, partial

import typer
from typer.core import TyperGroup

from api.cli import command_table as table
from api.cli.command_group import commands, group, group_of
from api.cli.context import print_json
from graph.messages import text, writable

# ruff: noqa: PLC0415

DEBUG = "ROLEPATH_DEBUG"
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl+C ended."""


@cache
def build() -> TyperGroup:
    """Return the program; it is made once."""
    data, operation = text("help.data"), text("help.run")
    return group(
        "rolepath",
        text("help.about"),
        {
            **commands(table.ASK, text("help.ask")),
            **commands(table.DATA, data),
            **commands(table.RUN, operation),
            "ingest": partial(group, "ingest", text("help.ingest"), commands(table.INGEST), data),
            "export": partial(group, "export", text("help.export"), commands(table.EXPORT), data),
            "runs": partial(group_of, table.LIST_RUNS, table.RUNS, data),
            "key": partial(group, "key", text("help.key"), commands(table.KEYS), operation),
        },
    )


def run(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        return int(build().main(given, prog_name="rolepath", standalone_mode=False) or 0)
    except typer.TyperException as error:
        return _tell_usage(error, as_json=_wants_json(given))
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: every error becomes an exit status and a sentence
        return _tell(error, as_json=_wants_json(given))


def _wants_json(words: Sequence[str]) -> bool:
    """Say whether the words, which may make no sense, ask for JSON."""
    return "--json" in (words[: words.index("--")] if "--" in words else words)


def _tell_usage(error: typer.TyperException, *, as_json: bool) -> int:
    from api.cli.terminal import Terminal, line
    from api.errors import USAGE, problem

    context = getattr(error, "ctx", None)
    help_for = context.command_path if context is not None else "rolepath"
    message = writable(error.format_message())
    if type(error).__name__ == "NoArgsIsHelpError":  # the help has been shown
        return USAGE.exit_status
    if as_json:
        print_json(problem(USAGE, message))
    Terminal(sys.stderr).show(
        line(("Error: ", "bold red"), message), line((text("command.see_help", help_for=help_for), "dim"))
    )
    return USAGE.exit_status


def _tell(error: Exception, *, as_json: bool) -> int:
    from api.cli.terminal import Terminal, line
    from api.errors import INTERNAL, describe, kind_of
    from graph.errors import NotFoundError

    kind, told = kind_of(error), describe(error)
    err = Terminal(sys.stderr)
    if kind is INTERNAL:
        how = text("command.how_to_report", debug=DEBUG)
        told = told.model_copy(
            update={"detail": text("command.defect", name=type(error).__name__, error=error, how=how)}
        )
        if os.environ.get(DEBUG):
            traceback.print_exception(error, file=sys.stderr)
    if as_json:
        print_json(told)
    err.show(line(("Error: ", "bold red"), told.detail))
    if isinstance(error, NotFoundError) and not error.near:
        err.show(line((text("command.find_ids"), "dim")))
    return kind.exit_status
