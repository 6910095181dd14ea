"""The kinds of question that a homework can ask. An exercise's questions.py makes them; they are checked when they are made.

Contract: whatever goes into a question (arguments, data) and comes out of it (answers) is a number, a bool, a text, an array
of numbers, a tuple of these (several results), or a dict of these by name. Nothing here judges an answer:
`lecturekit.homework.judge` does.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np

from lecturekit.homework.key import Tolerance

__all__ = ["Analysis", "Choice", "Function", "Misconception", "Question", "Tolerance", "attempts"]

TRIES = 10_000  # to draw data that will do


@dataclass(frozen=True)
class Misconception:
    """A way to be wrong that is worth a hint.

    Parameters
    ----------
    name : str
        Completes "This is what you get if ...": a clause in the present tense, no full stop, unique within its question.
    wrong : callable or str
        Does what a student with this misconception does: a function of the reference's arguments. In a `Choice`: the wrong
        statement's or reason's letter.
    hint : str
        Teaches why that is wrong, in one or two sentences, and does not give the answer. Plain text; `code` in backticks.
    """

    name: str
    wrong: Callable[..., Any] | str
    hint: str

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name.strip().endswith("."):
            raise ValueError(f'name: got {self.name!r}; expected a clause that completes "This is what you get if", no stop.')
        if not self.hint.strip().endswith((".", "?")):
            raise ValueError(f"hint: got {self.hint!r} for {self.name!r}; expected whole sentences.")


@dataclass(frozen=True)
class _Question:
    """What all kinds share: the name of the variable or function in the notebook, and what it is worth."""

    name: str
    points: int
    _: KW_ONLY
    misconceptions: Sequence[Misconception]
    solution: str  # why the answer is right, for the page of solutions: Markdown

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"name: got {self.name!r}; expected a Python name, the one that the notebook asks for.")
        if not (isinstance(self.points, int) and self.points > 0):
            raise ValueError(f"points of {self.name}: got {self.points!r}; expected a whole number > 0.")
        if not self.solution.strip():
            raise ValueError(f"solution of {self.name}: got none; expected a few sentences that say why the answer is right.")
        if twice := _twice(misconception.name for misconception in self.misconceptions):
            raise ValueError(f"misconceptions of {self.name}: {twice!r} is there twice; expected names of their own.")

    def _check_misconceptions_are_functions(self) -> None:
        if not self.misconceptions:
            raise ValueError(f"misconceptions of {self.name}: got none; expected at least one.")
        for misconception in self.misconceptions:
            if not callable(misconception.wrong):
                raise ValueError(f"wrong of {misconception.name!r}: got {misconception.wrong!r}; expected a function.")


@dataclass(frozen=True)
class Function(_Question):
    """The student writes a function called ``name``.

    Parameters
    ----------
    reference : callable
        A right implementation.
    probes : sequence of tuples
        The arguments of each public call, the same for every student. Their outputs are in the pack.
    private : callable
        Draws the arguments of one private call: rng -> tuple. Used in grading only.
    private_count : int
        How many private calls there are.
    tolerance : Tolerance
        For every element of every output.
    vectorised : bool
        Whether an array among the arguments stands for as many single numbers.

    Raises
    ------
    ValueError
        If a field is not as described, or a probe does not fit the reference's arguments.
    """

    _: KW_ONLY
    reference: Callable[..., Any]
    probes: Sequence[tuple[Any, ...]]
    private: Callable[[np.random.Generator], tuple[Any, ...]]
    private_count: int = 20
    tolerance: Tolerance = Tolerance()
    vectorised: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_misconceptions_are_functions()
        signature = inspect.signature(self.reference)
        if not self.probes:
            raise ValueError(f"probes of {self.name}: got none; expected at least one tuple of arguments.")
        for probe in self.probes:
            if not isinstance(probe, tuple):
                raise ValueError(f"probes of {self.name}: got {probe!r}; expected a tuple of arguments.")
            try:
                signature.bind(*probe)
            except TypeError as error:
                raise ValueError(f"probes of {self.name}: {probe!r} does not fit the reference: {error}.") from error

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the reference's arguments."""
        return tuple(inspect.signature(self.reference).parameters)


@dataclass(frozen=True)
class Analysis(_Question):
    """The student writes a function called ``name`` that takes a data set, and returns what is asked of it.

    The notebook calls it with the student's own data set and with two others, the grading with three private ones too.

    Parameters
    ----------
    data : str
        The name of the data set, in the DATA of the same questions.py.
    reference : callable
        A right implementation: dict -> answer.
    tolerance : Tolerance or callable
        Or a function of the data set and the right answer that returns one, where it comes from Monte Carlo error.

    Raises
    ------
    ValueError
        If a field is not as described.
    """

    _: KW_ONLY
    data: str
    reference: Callable[[dict[str, Any]], Any]
    tolerance: Tolerance | Callable[[dict[str, Any], Any], Tolerance] = Tolerance()

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_misconceptions_are_functions()


@dataclass(frozen=True)
class Choice(_Question):
    """The student assigns ``name = ("b", "iii")``: a statement, and the reason for it. The statement alone is worth half.

    Parameters
    ----------
    options, reasons : dict
        Letter -> text. The letters are the author's: each student has the texts in another order. No letter may stand for both
        a statement and a reason, and no text may stand there twice.
    answer, reason : str
        The letters of the right ones. Every other one needs a misconception.

    Raises
    ------
    ValueError
        If a field is not as described.
    """

    _: KW_ONLY
    options: Mapping[str, str]
    answer: str
    reasons: Mapping[str, str]
    reason: str

    def __post_init__(self) -> None:
        super().__post_init__()
        letters = [*self.options, *self.reasons]
        if twice := _twice(letters):
            raise ValueError(f"options and reasons of {self.name}: {twice!r} is there twice; expected letters of their own.")
        if twice := _twice([*self.options.values(), *self.reasons.values()]):
            raise ValueError(f"options and reasons of {self.name}: {twice!r} is there twice; expected texts of their own.")
        if self.answer not in self.options:
            raise ValueError(f"answer of {self.name}: got {self.answer!r}; expected one of {', '.join(self.options)}.")
        if self.reason not in self.reasons:
            raise ValueError(f"reason of {self.name}: got {self.reason!r}; expected one of {', '.join(self.reasons)}.")
        wrong = sorted(set(letters) - {self.answer, self.reason})
        if (explained := sorted(str(misconception.wrong) for misconception in self.misconceptions)) != wrong:
            raise ValueError(f"misconceptions of {self.name}: they are for {explained}; expected one for each of {wrong}.")


Question = Function | Analysis | Choice


def attempts(what: str) -> Iterator[int]:
    """Count the attempts at drawing data that have to meet a condition: ``for _ in attempts("draw_stars"):``.

    ValueError, which says what was drawn, after ten thousand that did not.
    """
    yield from range(TRIES)
    raise ValueError(f"{what}: none of {TRIES} draws met its condition; expected one that does. Loosen the condition.")


def _twice(names: Iterable[str]) -> str | None:
    """Return the first of the names that is there more than once."""
    return next((name for name, count in Counter(names).items() if count > 1), None)
