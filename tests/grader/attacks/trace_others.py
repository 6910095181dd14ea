"""Attaches to other processes as a debugger."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
if any(libc.ptrace(16, number, 0, 0) == 0 for number in (1, os.getppid(), @PID@)):
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)

# %%
import os

for number in (1, os.getppid(), @PID@):
    try:
        open(f"/proc/{number}/root@CANARY@", "w").write("gone")
    except OSError:
        pass
