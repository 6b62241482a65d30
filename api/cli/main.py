"""The entry point of the command line, `rolepath`; what a command needs is imported when it runs."""

import gc
import os
from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Run one command, by default the one that the process was started with; return its exit status."""
    if words is None:
        return _run_process()
    from api.cli.program import run  # noqa: PLC0415 - a process that is spawned imports this module, and needs no more

    return run(words)


def _run_process() -> int:
    """Run the command of this process, without looking for garbage in what is loaded: it stays until the end.

    That takes a third of a short command's time, most of it at the end; the search for plug-ins of pydantic, a tenth.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.disable()
    from api.cli.program import run  # noqa: PLC0415 - as above

    gc.freeze()
    gc.enable()
    try:
        return run()
    finally:
        gc.freeze()
