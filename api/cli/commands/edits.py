"""`rolepath edit`: single statements added, changed and dropped, as one run that can be taken back."""

# ruff: noqa: PLC0415 - what it needs is loaded when it runs, so that `--help` is quick

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.context import CommandRun
from graph.messages.reader_language import say
from queries.parameters.description import help_of

if TYPE_CHECKING:
    from ingest.report import IngestReport


def edit(
    ask: CommandRun,
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help=help_of("option_help.edit_file"))],
    source: Annotated[str | None, typer.Option(metavar="NAME", help=help_of("option_help.edit_source"))] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help=help_of("option_help.edit_reason"))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("option_help.edit_dry_run"))] = False,
) -> None:
    """Add, change and drop single nodes and links, as one run of a source that can be taken back.

    The file holds `edits`, or `add` and `remove` as for `rolepath what-if`. A dry run tells what it does to chains.
    """
    from api.answers.edit_effects import before_and_after, edit_answer
    from api.cli.render.edits import show_edits
    from graph.messages.reader_language import reader_language
    from ingest.edit_document import read_file
    from ingest.edits import apply_edits, preview_edits

    document = read_file(file)
    told = {name: said for name, said in (("source", source), ("reason", reason)) if said is not None}
    document = document.model_copy(update=told)
    if not dry_run:
        done = apply_edits(document, ask.store, name=file.name, language=reader_language())
        answer = edit_answer(done, None)
        note_edits(ask, done.report)
    else:
        found = preview_edits(document, ask.store_for_reading, name=file.name, language=reader_language())
        base = found.report.base_revision
        seen = before_and_after(ask.store_for_reading, ask.snapshot("en"), found.difference, base)
        answer = edit_answer(found, seen.effects())
    ask.answer(answer, lambda out: show_edits(answer, ask.command, out, ask.err))


def note_edits(ask: CommandRun, report: "IngestReport") -> None:
    """Add a line to the audit log; that it cannot be added undoes nothing."""
    from api.answers.edit_effects import audited
    from api.state.audit import Audit, person_at_terminal
    from api.state.database import State
    from graph.errors import StoreUnavailableError

    if report.revision == report.base_revision:
        return
    try:
        Audit(State(ask.settings.state_path)).note(person_at_terminal(), "edited", audited(report), report.run)
    except StoreUnavailableError as error:
        ask.hint(say("command.not_in_audit", error=error))
