"""What a notebook may use up: in the grading of a class, and in the student's own checks. The numbers are in limits.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Limits", "told"]

MB = 1024**2
SET = tomllib.loads((files(__package__) / "limits.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Limits:
    """Seconds for a cell, for one answer and for the whole notebook; bytes of memory and in each folder; processes.

    A check in the student's own notebook stops an answer after the same time as the grading. ValueError if one is not positive.
    """

    cell: float = SET["cell"]
    answer: float = SET["answer"]
    submission: float = SET["submission"]
    memory: int = SET["memory"] * MB
    disk: int = SET["disk"] * MB
    processes: int = SET["processes"]

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, (int, float)) or not value > 0:
                raise ValueError(f"limits: {name} is {value!r}; expected a number greater than zero, in limits.toml.")


def told() -> str:
    """Say in one sentence what time a notebook has when it is graded."""
    return (
        f"When it is graded, a cell of your notebook may take {_time(Limits.cell)}, a call of a function "
        f"{_time(Limits.answer)}, and everything together {_time(Limits.submission)}."
    )


def _time(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds % 60 == 0 and seconds > 60 else f"{seconds:g} seconds"
