"""How edits are told: what they did or would do, and what that does to chains."""

from api.answers.edit_effects import EditAnswer
from api.cli.render.diff import show_consequences
from api.cli.render.ingest_report import Command, show_report
from api.cli.terminal import Terminal


def show_edits(found: EditAnswer, command: Command, out: Terminal, err: Terminal) -> None:
    """Show the report, and the effects of a dry run."""
    if found.effects is not None:
        show_consequences(found.effects.consequences, out)
    show_report(found.report, command, out, err)
