"""What went wrong in a notebook on the way to its answers, whose fault that may be, and what is said of it.

A question that lost points is a person's to decide where this machine may have cost them: where a statement failed that should
have given what the answer needs, or failed for want of something that the student's machine had. A mistake that is known by
name is the student's own, whatever else went wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lecturekit.homework import words
from lecturekit.homework.result import Result, Status

__all__ = ["Failure", "defines", "judged", "whole_cell"]

# What an answer that raised says, where this machine may be the reason.
MACHINE = re.compile(
    r"ModuleNotFoundError|\w*(?:ImportError|NotFoundError|PermissionError|OSError|Connection\w*Error|URLError|HTTPError|gaierror|"
    r"EOFError)\b|AttributeError: module |TypeError: .*unexpected keyword argument|RuntimeError: can't start new thread"
)
NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([^']+)'.*")
NOT_DEFINED = re.compile(r"NameError: name '(\w+)' is not defined")
TOLD = 3  # failures in one note


@dataclass(frozen=True)
class Failure:
    """A statement that failed, or a whole cell (line 0) that ended the notebook or was not run.

    Attributes
    ----------
    cell, line : int
    status : Status
    error : str
        The exception, "ValueError: ...", or what is known of another end.
    gives : frozenset of str
        The names that it should have given to the notebook; "*" for all that a module has.
    machine : bool
        Whether the cause may be this machine, rather than the student's notebook.
    """

    cell: int
    line: int
    status: Status
    error: str
    gives: frozenset[str]
    machine: bool = False

    @property
    def place(self) -> str:
        """Where in the notebook it is."""
        return f"line {self.line} of cell {self.cell}" if self.line else f"cell {self.cell}"

    @property
    def cause(self) -> str:
        """One sentence for the student."""
        end = self.error.rstrip(".")
        if not self.line:
            return f"Cell {self.cell} was left out ({self.status}). {end}.".removesuffix(" .")
        said = end if "`" in end else f"`{end}`"
        if self.status is not Status.RAISED:
            said = f"{self.status} {end}".strip()
        elif missing := NO_MODULE.match(end):
            said = f"no module named {missing[1]}"
        return f"Cell {self.cell}, line {self.line}: {said}{' where it was graded' if self.machine else ''}."


def whole_cell(cell: int, source: str, status: Status, error: str) -> Failure:
    """Return the failure of a cell of which nothing is known but its text."""
    return Failure(cell, 0, status, error, frozenset(re.findall(r"[^\W\d]\w*", source)))


def _on_the_way(failure: Failure, question: str, note: str) -> bool:
    """Whether a failure took from an answer what it needs."""
    missing = NOT_DEFINED.search(note)
    return question in failure.gives or bool(missing and missing[1] in failure.gives)


def causes(result: Result, failures: Iterable[Failure]) -> list[Failure]:
    """Return the failures that may have cost a question its points, those on the way to its answer first."""
    if result.points == result.of:
        return []
    failures = list(failures)
    direct = [one for one in failures if _on_the_way(one, result.question, result.note)]
    if result.misconception or result.note in words.UNWRITTEN.values():
        return direct
    return direct + [one for one in failures if one not in direct and (one.machine or one.status.wants_human)]


def judged(result: Result, failures: Sequence[Failure], cells: Sequence[str]) -> Result:
    """Return a result whose note tells its causes, flagged where a person has to decide."""
    if result.points == result.of:
        return result
    found = causes(result, failures)
    said = [one.cause for one in found[:TOLD]]
    if len(found) > TOLD:
        said.append(f"And {len(found) - TOLD} more went wrong.")
    defined = [number for number, source in enumerate(cells, 1) if defines(source, result.question)]
    if len(defined) > 1:
        listed = f"{', '.join(map(str, defined[:-1]))} and {defined[-1]}"
        said.append(f"Cells {listed} give `{result.question}`: the last of them counts.")
    human = bool(found) or (result.status is Status.RAISED and bool(MACHINE.search(result.note)))
    return replace(result, note=" ".join([result.note, *said]).strip(), human=human)


def defines(source: str, name: str) -> bool:
    """Whether a cell assigns or defines a name, as far as its text tells."""
    return bool(
        re.search(rf"^(?:async\s+)?(?:def\s+{re.escape(name)}\b|{re.escape(name)}\s*(?::[^=\n]+)?=(?!=))", source, re.MULTILINE)
    )
