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
from api.cli.language import language_of
from graph.messages import Language, Message, message
from graph.messages.reader_language import read_in, reader_language, say

# ruff: noqa: PLC0415

DEBUG = "ROLEPATH_DEBUG"
INTERRUPTED = 130
"""The exit status that shells give to what Ctrl+C ended."""


@cache
def build(language: Language) -> TyperGroup:
    """Return the program, which helps in a language; it is made once, and used while that is the reader's."""
    data, operation = say("help.data"), say("help.run")
    return group(
        "rolepath",
        say("help.about"),
        {
            **commands(table.ASK, say("help.ask")),
            **commands(table.DATA, data),
            **commands(table.RUN, operation),
            "ingest": partial(group, "ingest", say("help.ingest"), commands(table.INGEST), data),
            "export": partial(group, "export", say("help.export"), commands(table.EXPORT), data),
            "runs": partial(group_of, table.LIST_RUNS, table.RUNS, data),
            "follow-up": partial(
                group, "follow-up", say("help.follow_up"), commands(table.FOLLOW_UPS), say("help.ask")
            ),
            "review": partial(group, "review", say("help.review"), commands(table.REVIEW), say("help.ask")),
            "person": partial(group, "person", say("help.person"), commands(table.PEOPLE), operation),
            "key": partial(group, "key", say("help.key"), commands(table.KEYS), operation),
        },
    )


def run(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    given = list(sys.argv[1:] if words is None else words)
    with read_in(language_of(given, os.environ)):
        return _run(given)


def _run(given: list[str]) -> int:
    try:
        return int(build(reader_language()).main(given, prog_name="rolepath", standalone_mode=False) or 0)
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
    from api.cli.wrong_usage import usage_message
    from api.errors import USAGE, problem

    context = getattr(error, "ctx", None)
    help_for = context.command_path if context is not None else "rolepath"
    if type(error).__name__ == "NoArgsIsHelpError":  # the help has been shown
        return USAGE.exit_status
    message = usage_message(error)
    if as_json:
        print_json(problem(USAGE, message))
    Terminal(sys.stderr).show(
        line((say("usage.error"), "bold red"), message.text(reader_language())),
        line((say("command.see_help", help_for=help_for), "dim")),
    )
    return USAGE.exit_status


def _tell(error: Exception, *, as_json: bool) -> int:
    from api.cli.terminal import Terminal, line
    from api.errors import INTERNAL, describe, kind_of
    from graph.errors import InputError, NotFoundError, RolepathError

    kind, told = kind_of(error), describe(error)
    err = Terminal(sys.stderr)
    # An option is no column of a file: only what stands in one is told with its place.
    said = error.problem.message if isinstance(error, InputError) and error.problem.file is None else error
    detail = said.text(reader_language()) if isinstance(said, RolepathError | Message) else told.detail
    if kind is INTERNAL:
        how = message("command.how_to_report", debug=DEBUG)
        defect = message("command.defect", name=type(error).__name__, error=str(error), how=how)
        told, detail = told.model_copy(update={"detail": str(defect)}), defect.text(reader_language())
        if os.environ.get(DEBUG):
            traceback.print_exception(error, file=sys.stderr)
    if as_json:
        print_json(told)
    err.show(line((say("usage.error"), "bold red"), detail))
    if isinstance(error, NotFoundError) and not error.near:
        err.show(line((say("command.find_ids"), "dim")))
    return kind.exit_status
