"""Memory that a large answer took, given back to the system."""

import ctypes
import gc
import sys
from functools import cache


def give_memory_back() -> None:
    """Let the C library give back what is free in its heaps.

    Graphs of NetworkX and trees of XML hold themselves in circles, 300 MB of them after an export of six frameworks:
    they go when they are looked for. glibc keeps for each thread what was freed there, 20 to 100 MB after an export.
    """
    gc.collect()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> "ctypes._NamedFuncPointer | None":
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)  # absent from musl
