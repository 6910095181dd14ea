"""Run make as a user does, also when make runs the tests."""

import os
import subprocess
from pathlib import Path

# What make hands down to a make that it starts: it would print more, and prefer the variables of the outer one.
HANDED_DOWN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


def make(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run make in a folder, and return what it said and its exit code."""
    own = {name: value for name, value in os.environ.items() if name not in HANDED_DOWN}
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, env=own | environment)
