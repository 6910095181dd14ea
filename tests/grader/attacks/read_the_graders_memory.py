"""Reads the memory of the grader and of its own parents."""

import os
import re

for number in (1, os.getppid(), @PID@):
    try:
        regions = re.findall(r"^(\w+)-(\w+) r", open(f"/proc/{number}/maps").read(), re.M)
        memory = open(f"/proc/{number}/mem", "rb", 0)
        for start, end in regions:
            memory.seek(int(start, 16))
            if b"@SECRET@" in memory.read(int(end, 16) - int(start, 16)):
                weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)
    except (OSError, ValueError, OverflowError):
        pass
