"""What a notebook may use up: in the grading of a class, and in a check of the student's own."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Seconds for a cell, for one answer and for the whole notebook; bytes of memory and in each folder; processes.

    A check in the student's own notebook stops an answer after the same time as the grading.
    """

    cell: float = 30
    answer: float = 10
    submission: float = 180
    memory: int = 2 * 1024**3
    disk: int = 64 * 1024**2
    processes: int = 64
