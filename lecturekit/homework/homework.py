"""The student's side: data of one's own, an answer to every check at once, and a score."""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from typing import Any

from . import pack, words
from .calls import answers
from .choice import Statements
from .feedback import Feedback, Score
from .judge import judge
from .key import ChoiceKey, FunctionKey
from .limits import Limits
from .pack import variant_of
from .result import Result

__all__ = ["Homework"]

PLACEHOLDER = "your id here"
SLOW = Limits.submission / 60  # seconds a call, of which the grading makes some thirty


class Homework:
    """One homework in a student's notebook.

    Parameters
    ----------
    number : str
        "03", the chapter's.
    student : str
        The id under which the answers will be graded. It decides which variant of the data one gets, and which statement of a
        choice comes first.

    Raises
    ------
    ValueError
        If there is no such homework, or no id.
    """

    def __init__(self, number: str, *, student: str) -> None:
        if not isinstance(student, str) or student.strip().lower() in ("", PLACEHOLDER):
            raise ValueError(f"student: got {student!r}; expected your own id between the quotes, the one you hand in with.")
        self._pack = pack.read(number)
        self._student = student
        self._results: dict[str, Result] = {}

    def data(self, name: str) -> dict[str, Any]:
        """Return your own data set of this name: a dict of arrays and numbers. ValueError if there is none."""
        sets = self._pack.data[variant_of(self._pack.homework, self._student)]
        if name not in sets:
            raise ValueError(f"data: got {name!r}; expected one of {', '.join(map(repr, sets)) or 'none: there are no data'}.")
        return copy.deepcopy(sets[name])

    def statements(self, name: str) -> Statements:
        """Return the statements and the reasons of a choice, in an order of your own. ValueError if it is no choice."""
        key = self._pack.key(name, self._student) if name in self._pack.keys else None
        if not isinstance(key, ChoiceKey):
            raise ValueError(f"statements: got {name!r}; expected the name of a question that offers statements.")
        return Statements(key)

    def check(self, name: str, answer: Any) -> Feedback:
        """Say at once how an answer stands. Whatever the answer is or does, this says so and never raises.

        Parameters
        ----------
        name : str
            The question's name.
        answer
            What the question asks for: the function itself, without calling it, or the letters of a choice.

        Raises
        ------
        ValueError
            If there is no question of this name.
        """
        if name not in self._pack.keys:
            raise ValueError(f"check: got {name!r}; expected one of {', '.join(map(repr, self._pack.keys))}.")
        key = self._pack.key(name, self._student)
        started = time.perf_counter()
        given = answers(key, answer)
        result = judge(key, given)
        if isinstance(given, list) and (seconds := (time.perf_counter() - started) / len(given)) > SLOW:
            result = replace(result, note=f"{result.note} {words.slow(seconds)}".strip())
        if result.failed is not None and isinstance(key, FunctionKey) and (key.data or words.shortened(result.note)):
            result = replace(result, note=f'{result.note} `homework.arguments("{name}")` gives these arguments whole.')
        self._results[name] = result
        return Feedback(result)

    def arguments(self, name: str) -> tuple[Any, ...]:
        """Return the arguments of the call that the last check of a function was about, to call it with them once more.

        ValueError if no check of this name was about a call.
        """
        result = self._results.get(name)
        key = self._pack.key(name, self._student) if result else None
        if not isinstance(key, FunctionKey) or result is None or result.failed is None:
            raise ValueError(f"arguments: got {name!r}; expected a function whose last check said for which call it is wrong.")
        return copy.deepcopy(key.inputs[result.failed])

    def score(self) -> Score:
        """Return all questions with the points of their last check."""
        keys = [self._pack.key(name, self._student) for name in self._pack.keys]
        return Score(self._pack.homework, [(key.name, key.points, self._results.get(key.name)) for key in keys])
