"""Output without end, on everything that takes it."""

import os
import sys

while True:
    print("x" * 100_000, file=sys.stderr)
    os.write(1, b"x" * 100_000)
