"""Makes links without end: each is small, and none counts as a page of a file."""

import os

number = 0
while True:
    os.symlink("x" * 40, f"/tmp/{number}")
    number += 1
