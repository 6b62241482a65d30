"""The entry point of the command line, `rolepath`; what a command needs is imported when it runs."""

from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run one command, by default the one that the process was started with; return its exit status."""
    from api.cli.program import run  # noqa: PLC0415 - a process that is spawned imports this module, and needs no more

    return run(words)
