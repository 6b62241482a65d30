"""The command line: `rolepath`. `program.py` lists the commands, and says what becomes of errors."""

from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run one command, by default the one that the process was started with; return its exit status."""
    from api.cli.program import run  # noqa: PLC0415 - importing this package does no work

    return run(words)
