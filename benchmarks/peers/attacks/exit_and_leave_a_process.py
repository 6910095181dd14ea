"""Ends the notebook as if all were well, and leaves a process behind."""

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        time.sleep(600)
    os._exit(0)
time.sleep(0.5)
os._exit(0)
