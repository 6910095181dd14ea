"""Makes what the kernel keeps for a process: events, timers, watches, locks, regions of memory."""

import ctypes
import fcntl
import mmap
import os
import select
import time

libc = ctypes.CDLL(None)
for _ in range(12):
    if not os.fork():
        held = []
        for number in range(100_000):
            try:
                held.append(select.epoll())
                held.append(os.eventfd(0))
            except OSError:
                pass
            libc.inotify_add_watch(libc.inotify_init(), b"/usr", 2)
            libc.timer_create(0, None, ctypes.byref(ctypes.c_long()))
            try:
                held.append(mmap.mmap(-1, 4096, prot=mmap.PROT_READ | (mmap.PROT_EXEC if number % 2 else 0)))
            except OSError:
                pass
        with open("/tmp/locked", "w") as file:
            for number in range(100_000):
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2 * number)
        time.sleep(10)
        os._exit(0)
time.sleep(10)
