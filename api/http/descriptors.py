"""Limit of open files and connections (RLIMIT_NOFILE) of this process."""

import sys
from contextlib import suppress

if sys.platform != "win32":  # which has no such limit
    import resource

KEPT_FREE = 128
"""How many descriptors connections leave for files: the store, its state, what is uploaded and sent."""
WITHOUT_LIMIT = 1 << 20


def raise_descriptor_limit() -> None:
    """Let this process, and those that it starts, open as many files and connections as the system allows it."""
    if sys.platform == "win32":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS calls its hard limit infinite, and takes no such soft one
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def highest_for_connections() -> int:
    """Return the descriptor from which on those that are left are for files: the system gives the lowest free one."""
    if sys.platform == "win32":
        return WITHOUT_LIMIT
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WITHOUT_LIMIT if soft == resource.RLIM_INFINITY else soft - min(KEPT_FREE, soft // 4)
