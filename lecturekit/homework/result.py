"""What comes of a question: the status of its answer, the verdict of a comparison, why an answer never came, and the result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["VERDICTS", "Problem", "Result", "Status", "Verdict", "points"]

# What a comparison may find, in the order in which it is worth hearing about.
VERDICTS = ("none", "type", "names", "shape", "nan", "infinite", "value", "right")


class Status(StrEnum):
    """How the answer to a question stands, as the table of grades has it."""

    OK = "ok"
    WRONG = "wrong"
    RAISED = "raised"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    DIED = "died"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    TOO_LARGE = "too large"

    @property
    def wants_human(self) -> bool:
        """Whether the grader could not settle it."""
        return self in (Status.TIMEOUT, Status.MEMORY, Status.DIED, Status.UNREADABLE, Status.TOO_LARGE)

    @property
    def ends_question(self) -> bool:
        """Whether a function is not called again after it."""
        return self in (Status.TIMEOUT, Status.MEMORY, Status.DIED, Status.MISSING, Status.TOO_LARGE)

    @property
    def from_worker(self) -> bool:
        """Whether the notebook's own process may report it."""
        return self in (Status.RAISED, Status.TIMEOUT, Status.MEMORY, Status.MISSING, Status.TOO_LARGE)


@dataclass(frozen=True)
class Problem:
    """An answer that never came.

    Attributes
    ----------
    status : Status
        One that `words.PROBLEMS` has words for.
    note : str
        What is known of it; for RAISED the exception, "ZeroDivisionError: division by zero", and where.
    """

    status: Status
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one question: so many points ``of`` so many, a status, the misconception's name, and a note.

    The note is for the student: one to three sentences, `code` in backticks. ``failed`` is the index of the call that it is
    about, among those of a function. ``human`` says that a person has to look at it, though its status does not.
    """

    question: str
    points: float
    of: int
    status: Status
    misconception: str = ""
    note: str = ""
    failed: int | None = None
    human: bool = False

    @property
    def wants_human(self) -> bool:
        """Whether a person has to look at it."""
        return self.human or self.status.wants_human


@dataclass(frozen=True)
class Verdict:
    """What came of a comparison.

    Attributes
    ----------
    kind : str
        One of VERDICTS.
    part : str
        Which part of a dict or a tuple it is about: '["mu"]' or '[0]', one after the other; empty for the whole.
    found, wanted : str
        For a wrong type, names or shape: what is there, and what should be.
    index : tuple of int
        Where in the array the first wrong number is; empty for a single number.
    given : float
        That number.
    direction : str
        "too large" or "too small"; empty where neither says it (a text, a bool, a NaN).
    wrong, size : int
        How many of how many numbers are wrong.
    opposite : bool
        Whether every number is right if its sign is changed; where all are zero, it is right too.
    off, asked : float
        The largest relative error of the wrong numbers, infinite where there is none to give, and what would be accepted.
    """

    kind: str
    part: str = ""
    found: str = ""
    wanted: str = ""
    index: tuple[int, ...] = ()
    given: Any = None
    direction: str = ""
    wrong: int = 0
    size: int = 0
    opposite: bool = False
    off: float = math.inf
    asked: float = math.inf

    @property
    def right(self) -> bool:
        """Whether the answer is accepted."""
        return self.kind == "right"


def points(number: float) -> str:
    """Write points: whole ones without a decimal point."""
    return f"{number:g}"
