"""Signals to its parent, to every process, and to the grader."""

import os
import signal

for target in (os.getppid(), @PID@, 1, -1, 0):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGSTOP, signal.SIGKILL):
        if target != 0:
            try:
                os.kill(target, number)
            except OSError:
                pass

# %%
def weight(sigma, tau):
    return 0.0
