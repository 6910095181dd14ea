"""Environments apart from the book's, for other people's programs."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path


def environment(folder: Path, requirements: Path) -> Path:
    """Return the Python of the environment in a folder; make it where it is missing, or where its requirements have changed."""
    installed, wanted = folder / requirements.name, requirements.read_text()
    python = folder / "bin" / "python"
    if not installed.exists() or installed.read_text() != wanted:
        print(f"Installing {requirements} into an environment of its own.", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], check=True
        )
        installed.write_text(wanted)
    return python
