"""A process that is to outlive the notebook, and keeps trying to write into the canary."""

import os
import signal
import time

child = os.fork()
if child == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        os.closerange(0, 256)
        while True:
            try:
                open("@CANARY@", "w").write("gone")
                os._exit(0)
            except OSError:
                pass
            time.sleep(0.05)
    os._exit(0)
os.waitpid(child, 0)  # until the grandchild is on its own

# %%
def weight(sigma, tau):
    return 0.0
