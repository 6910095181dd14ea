"""Control groups: the kernel's limits for a set of processes together, where this process may make a group.

Version 1 has a hierarchy for each controller, version 2 a single one. A group lies below this process's own where it can,
so that what limits this process goes on to limit its groups.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Group", "homes", "reap"]

MOUNT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
NEEDED = ("memory", "pids")
PATIENCE = 10  # seconds for the kernel to end a group of processes
PREFIX = "lecturekit-grading"
_numbers = itertools.count()


def homes(mount: Path = MOUNT, own: Path = OWN) -> list[Path]:
    """Return the folders in which one folder each makes a new group: one for version 2, several for 1, none if none may."""
    if not own.exists():
        return []
    lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    groups = {name: path.lstrip("/") for _, names, path in lines for name in names.split(",")}
    if (mount / "cgroup.controllers").exists():
        ours = mount / groups.get("", "")
        found = [folder for folder in (ours, *ours.parents) if folder.is_relative_to(mount) and _delegates(folder)][:1]
    else:
        # Sharing the processors evenly between groups needs no more than the cpu controller's being there.
        controllers = [*NEEDED, *(name for name in ["cpu"] if (mount / name).is_dir())]
        found = [_deepest(mount / name, groups.get(name, "")) for name in controllers]
    return found if found and all(folder.is_dir() and os.access(folder, os.W_OK) for folder in found) else []


def _delegates(folder: Path) -> bool:
    control = folder / "cgroup.subtree_control"
    return control.exists() and set(NEEDED) <= set(control.read_text().split())


def _deepest(hierarchy: Path, path: str) -> Path:
    """Return this process's own folder, or in a container, where only a part of the hierarchy is to be seen, its top."""
    return hierarchy / path if (hierarchy / path).is_dir() else hierarchy


class Group:
    """A new group with limits, in each of the given folders.

    Parameters
    ----------
    folders : list of Path
        What `homes` returns.
    memory, processes : int
        The most bytes, and the most processes and threads, that the group may have.

    Raises
    ------
    OSError
        If the kernel does not allow it.
    """

    def __init__(self, folders: list[Path], memory: int, processes: int) -> None:
        name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        self.folders = [folder / name for folder in folders]
        try:
            for folder in self.folders:
                folder.mkdir()
            self._limit({"memory.limit_in_bytes": memory, "memory.max": memory, "pids.max": processes})
            self._limit({"memory.memsw.limit_in_bytes": memory, "memory.swap.max": 0, "memory.oom.group": 1})
        except OSError:
            self.remove()
            raise

    def _limit(self, limits: dict[str, int]) -> None:
        for folder, (name, most) in itertools.product(self.folders, limits.items()):
            if (folder / name).exists():
                (folder / name).write_text(str(most))

    @property
    def doors(self) -> list[Path]:
        """The files into which a process writes its pid to join."""
        return [folder / "cgroup.procs" for folder in self.folders]

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel has killed one of the group for want of memory."""
        for name in ("memory.oom_control", "memory.events"):
            for file in (folder / name for folder in self.folders):
                if file.exists() and any(line.startswith("oom_kill ") for line in _nonzero(file)):
                    return True
        return False

    def remove(self) -> None:
        """Remove the group once the last of its processes, which someone else has killed, is gone."""
        give_up = time.monotonic() + PATIENCE
        for folder in self.folders:
            while folder.is_dir():
                try:
                    folder.rmdir()
                except OSError:
                    if time.monotonic() > give_up:
                        raise
                    time.sleep(0.002)


def reap(folders: list[Path]) -> None:
    """Remove the groups of graders that were killed themselves."""
    for folder in folders:
        for old in folder.glob(f"{PREFIX}-*"):
            if Path("/proc", old.name.removeprefix(f"{PREFIX}-").partition("-")[0]).exists():
                continue
            try:
                if not list(_members(old)):
                    old.rmdir()
            except FileNotFoundError:
                continue  # another grader was faster


def _members(folder: Path) -> Iterator[int]:
    for line in (folder / "cgroup.procs").read_text().split():
        yield int(line)


def _nonzero(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.endswith(" 0")]
