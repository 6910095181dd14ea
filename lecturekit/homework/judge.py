"""Judge the answers to one question: the same in the notebook and in the grading of a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import words
from .compare import compare
from .key import ChoiceKey, FunctionKey, Key, ValueKey, Wrong, letter_digest
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
        their time: what comes after it was not asked. For a value and a choice exactly one. Or a Problem with all of it.
    """
    if isinstance(answers, Problem):
        return _wrong(key, words.problem(answers), status=answers.status)
    if all(answer is None for answer in answers):
        return _wrong(key, words.UNWRITTEN[type(key)], status=Status.MISSING)
    if isinstance(key, FunctionKey):
        return _function(key, answers)
    (answer,) = answers
    return _value(key, answer) if isinstance(key, ValueKey) else _choice(key, answer)


def _wrong(
    key: Key, note: str, misconception: str = "", status: Status = Status.WRONG, points: float = 0, failed: int | None = None
) -> Result:
    return Result(key.name, points, key.points, status, misconception, note, failed)


def _right(key: Key) -> Result:
    return Result(key.name, key.points, key.points, Status.OK)


def _function(key: FunctionKey, answers: Sequence[Any]) -> Result:
    for number, (arguments, answer) in enumerate(zip(key.inputs, answers, strict=False)):
        if isinstance(answer, Problem):
            note = words.problem(answer, words.call(key, arguments))
            if key.vectorised and answer.note.startswith(("TypeError", "ValueError")) and _has_array(arguments):
                note = f"{note} {words.NOT_VECTORISED}"
            return _wrong(key, note, status=answer.status, failed=number)
    verdicts = _verdicts(key, key.expected, answers)
    if all(verdict.right for verdict in verdicts):
        return _right(key)
    if wrong := _named(key, answers):
        return _wrong(key, words.misconception(wrong.name, wrong.hint), wrong.name)
    first = min(range(len(verdicts)), key=lambda i: VERDICTS.index(verdicts[i].kind))
    verdict, arguments = verdicts[first], key.inputs[first]
    if key.vectorised and verdict.kind == "shape" and verdict.found == "a single number":
        note = f"{words.call(key, arguments)} it gives {verdict.found}. {words.NOT_VECTORISED}"
        return _wrong(key, note, failed=first)
    if all(verdict.opposite for verdict in verdicts):
        return _wrong(key, words.OPPOSITE)
    note = words.verdict(verdict, words.call(key, arguments))
    if (off := max(verdict.off for verdict in verdicts)) <= NEAR:
        note = f"{note} {words.near(off, min(verdict.asked for verdict in verdicts))}"
    if right := sum(verdict.right for verdict in verdicts):
        note = f"{note} It is right for {right} of {len(verdicts)} inputs."
    return _wrong(key, note, failed=first)


def _named(key: FunctionKey | ValueKey, answers: Sequence[Any]) -> Wrong | None:
    """The misconception that gives these answers, if there is just one: two that do cannot be told apart."""
    found = [
        wrong
        for wrong in key.wrong
        if all(compare(output, answer, key.tolerance).right for output, answer in zip(wrong.outputs, answers, strict=True))
    ]
    return found[0] if len(found) == 1 else None


def _verdicts(key: FunctionKey, outputs: Sequence[Any], answers: Sequence[Any]) -> list[Verdict]:
    return [compare(output, answer, key.tolerance) for output, answer in zip(outputs, answers, strict=True)]


def _has_array(arguments: tuple[Any, ...]) -> bool:
    return any(isinstance(argument, np.ndarray) for argument in arguments)


def _value(key: ValueKey, answer: Any) -> Result:
    verdict = compare(key.expected, answer, key.tolerance)
    if verdict.right:
        return _right(key)
    if wrong := _named(key, [answer]):
        return _wrong(key, words.misconception(wrong.name, wrong.hint), wrong.name)
    if any(compare(other, answer, of_other).right for other, of_other in key.others):
        return _wrong(key, words.WRONG_DATA, status=Status.WRONG_DATA)
    if verdict.opposite:
        return _wrong(key, words.OPPOSITE)
    near = f" {words.near(verdict.off, verdict.asked)}" if verdict.off <= NEAR else ""
    return _wrong(key, words.verdict(verdict) + near)


def _letters(answer: Any) -> list[str]:
    """The letters of a choice, however they were written down: ("C", "III"), ["c", "iii"], "c, iii"; none if it is no such."""
    if isinstance(answer, str):
        return re.findall(r"\w+", answer.lower())
    given = answer.tolist() if isinstance(answer, np.ndarray) else list(answer.values()) if isinstance(answer, dict) else answer
    if not isinstance(given, (tuple, list)) or not all(isinstance(letter, str) for letter in given):
        return []
    return [letter.strip().lower() for letter in given]


def _choice(key: ChoiceKey, answer: Any) -> Result:
    right = (key.statement, key.reason)
    letters = _letters(answer)
    if len(letters) not in (1, 2):
        return _wrong(key, words.NO_PAIR)
    found = [letter_digest(key.name, role, letter) for role, letter in zip(("statement", "reason"), letters, strict=False)]
    known = {wrong.outputs[0]: wrong for wrong in key.wrong}
    if any(letter not in known and letter not in right for letter in found):
        return _wrong(key, words.NO_PAIR)
    half = key.points / 2 if found[0] == key.statement else 0
    if tuple(found) == right:
        return _right(key)
    if len(found) == 1 and half:
        return _wrong(key, words.NO_REASON, points=half)
    wrong = known[found[-1] if half else found[0]]
    return _wrong(key, f"{words.RIGHT_STATEMENT} {wrong.hint}" if half else wrong.hint, wrong.name, points=half)
