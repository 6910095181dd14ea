"""What a notebook's processes use up together, as the grader sees it from outside. See proc(5)."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property

import psutil

__all__ = ["Usage"]

KEPT = 448 * 1024  # bytes that the kernel may keep for a descriptor: what lies in a local socket's buffer, and its bookkeeping
INODE = 1024  # bytes that it keeps for a file, a folder or a link in memory, its content aside
FOLDERS = ("tmp", "student", "dev/shm")  # file systems in memory, inside


class Usage:
    """What all that a process has started uses up.

    Parameters
    ----------
    pid : int
        The sandbox's outermost process, of which nobody has waited for the end yet.
    worker : str
        The worker's path, as its command line and the sandbox have it.
    """

    def __init__(self, pid: int, worker: str) -> None:
        self.pid, self.worker = pid, worker

    def memory(self) -> int:
        """Return bytes: the processes' own, and what the kernel keeps for them in sockets and files."""
        total = 0
        processes = self._descendants()
        for process in processes:
            with suppress(psutil.Error):  # it has ended meanwhile
                total += process.memory_info().rss + KEPT * process.num_fds()
        # At the start the first of them is not yet in the sandbox, but where all of the machine's files are.
        roots = (f"/proc/{process.pid}/root" for process in processes)
        inside = next((root for root in roots if os.path.exists(f"{root}{self.worker}")), None)
        for folder in FOLDERS if inside else ():
            with suppress(OSError):
                used = os.statvfs(f"{inside}/{folder}")
                total += INODE * (used.f_files - used.f_ffree)
        return total

    def waited(self) -> float:
        """Return seconds that the worker has waited for a processor while others had it; 0 where the kernel does not say."""
        with suppress(OSError, ValueError, IndexError), open(f"/proc/{self._worker}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
        return 0.0

    @cached_property
    def _worker(self) -> int:
        """The process that runs the notebook, which is neither of those that start it nor one that it starts."""
        for process in self._descendants():
            with suppress(psutil.Error):
                program, *arguments = process.cmdline() or [""]
                if os.path.basename(program).startswith("python") and self.worker in arguments:
                    return process.pid
        return self.pid

    def _descendants(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
