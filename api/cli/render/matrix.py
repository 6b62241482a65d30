"""What is said of a support matrix that was written out."""

from api.answers.matrix_files import ExportedMatrix
from api.cli.terminal import Terminal, line
from graph.messages.reader_language import say


def show_written_matrix(written: ExportedMatrix, out: Terminal) -> None:
    """Say what was written, and where."""
    out.show(line(("✓ ", "green"), say("support.written", **written.model_dump())))
