"""What each Python process that tests start does first, where their clock is shifted: shift its own alike."""

import os
import time

if ahead := os.environ.get("TEST_CLOCK_AHEAD_S"):
    import time_machine

    time_machine.travel(time.time() + float(ahead), tick=True).start()
    IS_SHIFTED = True
