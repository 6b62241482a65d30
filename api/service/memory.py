"""Memory that a large answer took, given back to the system."""

import ctypes
import sys
from functools import cache


def give_memory_back() -> None:
    """Let the C library give back what is free in its heaps.

    glibc keeps for each thread what was freed there, up to hundreds of MB after an export, and asks for it in vain in
    the next thread.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> "ctypes._NamedFuncPointer | None":
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # absent from musl
