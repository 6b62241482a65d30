"""Tests at another date: the clock of their processes, and of those that they start, is shifted; it goes on from there.

`TEST_CLOCK=2028-02-29T12:00:00` names the moment at which a run begins, in the zone of the machine, or of `TZ`.
"""

import os
import runpy
import sys
import time
from datetime import datetime
from pathlib import Path

FOLDER = Path(__file__).with_name("shifted")


def shift_clock() -> None:
    """Shift the clock as the environment says, if it says anything; a process that is shifted stays as it is."""
    begin = os.environ.get("TEST_CLOCK")
    if not begin or getattr(sys.modules.get("sitecustomize"), "IS_SHIFTED", False):
        return
    os.environ["TEST_CLOCK_AHEAD_S"] = str(datetime.fromisoformat(begin).astimezone().timestamp() - time.time())
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
    runpy.run_path(str(FOLDER / "sitecustomize.py"))
