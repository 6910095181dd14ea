"""Other processes of this machine, as /proc has them. Any of them may end while one looks."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

__all__ = ["children", "descendants", "kill_children", "memory_in_use", "tasks_of"]


def children(process: int) -> list[int]:
    """Return the numbers of the processes that a process has started."""
    try:
        return [int(n) for file in Path(f"/proc/{process}/task").glob("*/children") for n in file.read_text().split()]
    except OSError:
        return []  # it has ended meanwhile


def descendants(process: int) -> Iterator[int]:
    """Yield the numbers of all processes that a process has started, directly or not."""
    for child in children(process):
        yield child
        yield from descendants(child)


def memory_in_use(process: int) -> int:
    """Return the bytes of memory that a process and all that it has started use of their own."""
    total = 0
    for number in (process, *descendants(process)):
        try:
            status = Path(f"/proc/{number}/status").read_text()
        except OSError:
            continue  # it has ended meanwhile
        total += sum(int(kilobytes) * 1024 for kilobytes in re.findall(r"^Rss(?:Anon|Shmem):\s+(\d+)", status, re.MULTILINE))
    return total


def tasks_of(user: int) -> int:
    """Return the number of processes and threads that a user has."""
    count = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == user:
                count += len(list((folder / "task").iterdir()))
        except OSError:
            continue  # it has ended meanwhile
    return count


def kill_children(process: int) -> None:
    """End the processes that a process has started. It must be one that nobody has waited for yet."""
    for child in children(process):
        try:
            handle = os.pidfd_open(child)
        except ProcessLookupError:
            continue  # it has ended meanwhile
        try:
            # Where processes start by the thousand a number is soon another's. The handle stays with the one process.
            if child in children(process):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            os.close(handle)
