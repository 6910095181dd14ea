"""All the memory that there is, in many processes of which each stays below its limit."""

import os
import time

for _ in range(20):
    if os.fork() == 0:
        block = bytearray(b"x") * (200 << 20)
        time.sleep(1000)
time.sleep(1000)
