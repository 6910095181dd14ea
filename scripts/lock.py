"""Write requirements.txt: every package that lecturekit, the book and the tests need, at an exact version."""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path("pyproject.toml")
LOCK = Path("requirements.txt")
# One version of each package for every Python that lecturekit supports, on every system.
RESOLVE = "uv pip compile --universal --python-version 3.11 --fork-strategy fewest --all-extras pyproject.toml"


def fingerprint(pyproject: str) -> str:
    """Return a digest of the requirements in the text of a pyproject.toml."""
    project = tomllib.loads(pyproject)["project"]
    requirements = [project[key] for key in ("requires-python", "dependencies", "optional-dependencies")]
    return hashlib.sha256(json.dumps(requirements, sort_keys=True).encode()).hexdigest()


def header(pyproject: str) -> str:
    """Return the lines that open the lock."""
    return (
        f"# Made from pyproject.toml by `make lock`, which runs\n# {RESOLVE}\n"
        f"# Requirements fingerprint: {fingerprint(pyproject)}\n"
    )


if __name__ == "__main__":
    command = [sys.executable, "-m", *RESOLVE.split(), "--upgrade", "--quiet", "--no-header"]
    packages = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    LOCK.write_text(header(PYPROJECT.read_text()) + packages)
