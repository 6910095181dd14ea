"""Run a grader, and see what it leaves behind: processes that outlive it, and files that are not as they were."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MARKER", "Ran", "adopt_orphans", "digests", "run"]

# The attacks look for this file, and harm only what lies beside it.
MARKER = "this-course-may-be-harmed"
PR_SET_CHILD_SUBREAPER = 36  # of linux/prctl.h
GRACE = 2  # seconds for what is about to end by itself
PATIENCE = 60  # seconds to end what does not


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code, or None if it was ended; its output; its seconds; processes that outlived it."""

    code: int | None
    output: str
    seconds: float
    outlived: int


def adopt_orphans() -> None:
    """Make this process the parent of whatever its children leave behind, so that it finds them."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl cannot make this process the parent of orphans; this needs Linux 3.4.")


def run(command: list[str], folder: Path, limit: float) -> Ran:
    """Run a command in a folder, end it after so many seconds, and end what outlives it."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    # What it writes for its user lies in the folder too, and nothing of this user's is read.
    own = {name: str(folder / "home") for name in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    # As in an environment that is activated: nbgrader runs tools of its own by their names.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **own, "PATH": path, "TMPDIR": str(temporary), "PWD": str(folder)}
    started = time.perf_counter()
    log = folder / "output.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
    seconds = time.perf_counter() - started
    outlived = 0
    if code is not None:
        give_up = time.monotonic() + GRACE
        while (outlived := len(_children())) and time.monotonic() < give_up:
            time.sleep(0.1)
    _end_children()
    return Ran(code, log.read_text(encoding="utf-8", errors="replace"), seconds, outlived)


def _end_children() -> None:
    """End all children, and theirs, which are this process's when those have ended."""
    give_up = time.monotonic() + PATIENCE
    while children := _children():
        if time.monotonic() > give_up:
            raise RuntimeError(f"processes {children} are left after {PATIENCE} s of killing; expected none. End them.")
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _children() -> list[int]:
    """Return the children of this process that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it has ended meanwhile
        if int(parent) == os.getpid():
            if state == "Z":
                os.waitpid(int(folder.name), 0)
            else:
                found.append(int(folder.name))
    return found


def digests(folder: Path, files: list[str]) -> dict[Path, str]:
    """Return a digest of each file below a folder that one of the patterns names."""
    found = sorted({path for pattern in files for path in folder.glob(pattern) if path.is_file()})
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}
