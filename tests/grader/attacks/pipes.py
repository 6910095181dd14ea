"""Fills pipes, each made as large as the kernel lets it."""

import fcntl
import os
import time


def fill():
    while True:
        _, end = os.pipe()
        try:
            fcntl.fcntl(end, 1031, 1 << 20)  # F_SETPIPE_SZ
        except OSError:
            pass
        os.set_blocking(end, False)
        try:
            while True:
                os.write(end, b"x" * 65536)
        except BlockingIOError:
            pass


for _ in range(16):
    if not os.fork():
        try:
            fill()
        except OSError:
            time.sleep(10)
        os._exit(0)
time.sleep(10)
