"""Parent process: a child ends with it, however it ends, so that nothing goes on that nobody watches over."""

import multiprocessing
import os
import signal
import threading
import time

ORPHANED = 75
"""The exit status of such a child. Source: sysexits.h, EX_TEMPFAIL."""


def end_with_parent(grace_s: float = 0.0) -> None:
    """Watch the parent from now on; when it is gone, end this process: by SIGTERM, where it is given time for that.

    The watch is a pipe that the system closes with the parent, as `multiprocessing` has it on every system.
    """
    if multiprocessing.parent_process() is not None:
        threading.Thread(target=_watch, args=(grace_s,), name="parent", daemon=True).start()


def _watch(grace_s: float) -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    if grace_s:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace_s)
    os._exit(ORPHANED)
