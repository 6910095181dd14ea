"""Judge the answers to one question: the same in the notebook and in the grading of a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import words
from .choice import REASONS, STATEMENTS, opened
from .codec import encode
from .compare import compare
from .key import ChoiceKey, FunctionKey, Key, Wrong
from .result import VERDICTS, Problem, Result, Status, Verdict

__all__ = ["judge"]

NEAR = 0.01  # the largest relative error of an answer that is called close


def judge(key: Key, answers: Sequence[Any] | Problem) -> Result:
    """Return the result of a question.

    Parameters
    ----------
    key : Key
        What the answers are compared with.
    answers : sequence, or Problem
        As `codec` gives them back. For each input of a function one, or a Problem in its place, with which they may end before
        their time: what comes after it was not asked. For a choice exactly one. Or a Problem with all of it.
    """
    if isinstance(answers, Problem):
        return _wrong(key, words.problem(answers), status=answers.status)
    if all(answer is None for answer in answers):
        return _wrong(key, words.UNWRITTEN[type(key)], status=Status.MISSING)
    if isinstance(key, FunctionKey):
        return _function(key, answers)
    (answer,) = answers
    return _choice(key, answer)


def _wrong(
    key: Key, note: str, misconception: str = "", status: Status = Status.WRONG, points: float = 0, failed: int | None = None
) -> Result:
    return Result(key.name, points, key.points, status, misconception, note, failed)


def _right(key: Key) -> Result:
    return Result(key.name, key.points, key.points, Status.OK)


def _function(key: FunctionKey, answers: Sequence[Any]) -> Result:
    for number, (arguments, answer) in enumerate(zip(key.inputs, answers, strict=False)):
        if isinstance(answer, Problem):
            note = words.problem(answer, words.call(key, number))
            if key.vectorised and answer.note.startswith(("TypeError", "ValueError")) and _has_array(arguments):
                note = f"{note} {words.NOT_VECTORISED}"
            return _wrong(key, note, status=answer.status, failed=number)
    verdicts = _verdicts(key, key.expected, answers)
    if all(verdict.right for verdict in verdicts):
        return _right(key)
    if key.data and verdicts[0].right and all(encode(answer) == encode(answers[0]) for answer in answers):
        return _wrong(key, words.SAME.format(data=key.data))
    if wrong := _named(key, answers):
        return _wrong(key, words.misconception(wrong.name, wrong.hint), wrong.name)
    first = min(range(len(verdicts)), key=lambda i: VERDICTS.index(verdicts[i].kind))
    verdict = verdicts[first]
    if key.vectorised and verdict.kind == "shape" and verdict.found == "a single number":
        note = f"{words.call(key, first)} it gives {verdict.found}. {words.NOT_VECTORISED}"
        return _wrong(key, note, failed=first)
    if all(verdict.opposite for verdict in verdicts):
        return _wrong(key, words.OPPOSITE)
    note = words.verdict(verdict, words.call(key, first))
    if (off := max(verdict.off for verdict in verdicts)) <= NEAR:
        note = f"{note} {words.near(off, min(verdict.asked for verdict in verdicts))}"
    if right := sum(verdict.right for verdict in verdicts):
        note = f"{note} It is right for {right} of {len(verdicts)} {'data sets' if key.data else 'inputs'}."
    return _wrong(key, note, failed=first)


def _named(key: FunctionKey, answers: Sequence[Any]) -> Wrong | None:
    """The misconception that gives these answers, if there is just one: two that do cannot be told apart."""
    found = [wrong for wrong in key.wrong if all(verdict.right for verdict in _verdicts(key, wrong.outputs, answers))]
    return found[0] if len(found) == 1 else None


def _verdicts(key: FunctionKey, outputs: Sequence[Any], answers: Sequence[Any]) -> list[Verdict]:
    return [compare(*each) for each in zip(outputs, answers, key.tolerances, strict=True)]


def _has_array(arguments: tuple[Any, ...]) -> bool:
    return any(isinstance(argument, np.ndarray) for argument in arguments)


def _letters(answer: Any) -> list[str]:
    """The letters of a choice, however they were written down: ("C", "III"), ["c", "iii"], "c, iii"; none if it is no such."""
    if isinstance(answer, str):
        return re.findall(r"\w+", answer.lower())
    given = answer.tolist() if isinstance(answer, np.ndarray) else list(answer.values()) if isinstance(answer, dict) else answer
    if not isinstance(given, (tuple, list)) or not all(isinstance(letter, str) for letter in given):
        return []
    return [letter.strip().lower() for letter in given]


def _choice(key: ChoiceKey, answer: Any) -> Result:
    letters = _letters(answer)
    statements, reasons = dict(zip(STATEMENTS, key.statements, strict=False)), dict(zip(REASONS, key.reasons, strict=False))
    if len(letters) not in (1, 2) or letters[0] not in statements or any(letter not in reasons for letter in letters[1:]):
        return _wrong(key, words.NO_PAIR)
    found = opened(key, statements[letters[0]], reasons[letters[1]] if len(letters) == 2 else "")
    if not found.statement:
        return _wrong(key, found.hint, found.misconception)
    if found.reason:
        return _right(key)
    note = f"{words.RIGHT_STATEMENT} {found.hint}" if len(letters) == 2 else words.NO_REASON
    return _wrong(key, note, found.misconception, points=key.points / 2)
