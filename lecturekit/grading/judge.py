"""Judge the answers to one question: the same in the notebook and in the grading of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import words
from .compare import KINDS, Verdict, compare
from .keys import Key, digest

__all__ = ["STATUSES", "Problem", "Result", "judge"]

STATUSES = ("ok", "wrong", "raised", "timeout", "memory", "died", "unreadable", "missing", "wrong data", "too large")


@dataclass(frozen=True)
class Problem:
    """An answer that never came.

    Attributes
    ----------
    kind : str
        One of STATUSES but for "ok", "wrong" and "wrong data".
    note : str
        What is known of it; for "raised" the exception, "ZeroDivisionError: division by zero", and where.
    """

    kind: str
    note: str = ""


@dataclass(frozen=True)
class Result:
    """What came of one question: points ``of`` how many, a status out of STATUSES, the misconception's name, and a note.

    The note is for the student: one to three sentences, `code` in backticks.
    """

    question: str
    points: float
    of: int
    status: str
    misconception: str = ""
    note: str = ""


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
        return _wrong(key, words.problem(answers.kind, answers.note), status=answers.kind)
    if all(answer is None for answer in answers):
        return _wrong(key, words.UNWRITTEN[key.kind], status="missing")
    return {"function": _function, "value": _value, "choice": _choice}[key.kind](key, answers)


def _wrong(key: Key, note: str, misconception: str = "", status: str = "wrong", points: float = 0) -> Result:
    return Result(key.name, points, key.points, status, misconception, note)


def _function(key: Key, answers: Sequence[Any]) -> Result:
    for arguments, answer in zip(key.inputs, answers, strict=False):
        if isinstance(answer, Problem):
            note = words.problem(answer.kind, answer.note, words.call(key, arguments))
            if key.vectorised and answer.note.startswith(("TypeError", "ValueError")) and _has_array(arguments):
                note = f"{note} {words.NOT_VECTORISED}"
            return _wrong(key, note, status=answer.kind)
    verdicts = _verdicts(key, key.expected, answers)
    if all(verdict.right for verdict in verdicts):
        return Result(key.name, key.points, key.points, "ok")
    for wrong in key.wrong:
        if all(verdict.right for verdict in _verdicts(key, wrong.outputs, answers)):
            return _wrong(key, words.misconception(wrong.name, wrong.hint), wrong.name)
    first = min(range(len(verdicts)), key=lambda i: KINDS.index(verdicts[i].kind))
    verdict, arguments = verdicts[first], key.inputs[first]
    if key.vectorised and verdict.kind == "shape" and verdict.found == "a single number":
        return _wrong(key, f"{words.call(key, arguments)} it gives {verdict.found}. {words.NOT_VECTORISED}")
    if all(verdict.right or verdict.opposite for verdict in verdicts):
        return _wrong(key, words.OPPOSITE)
    note = words.verdict(verdict, words.call(key, arguments))
    if right := sum(verdict.right for verdict in verdicts):
        note = f"{note} It is right for {right} of {len(verdicts)} inputs."
    return _wrong(key, note)


def _verdicts(key: Key, outputs: Sequence[Any], answers: Sequence[Any]) -> list[Verdict]:
    return [
        compare(output, answer, tolerance) for output, answer, tolerance in zip(outputs, answers, key.tolerances, strict=True)
    ]


def _has_array(arguments: tuple[Any, ...]) -> bool:
    return any(isinstance(argument, np.ndarray) for argument in arguments)


def _value(key: Key, answers: Sequence[Any]) -> Result:
    (answer,), (tolerance,) = answers, key.tolerances
    verdict = compare(key.expected[0], answer, tolerance)
    if verdict.right:
        return Result(key.name, key.points, key.points, "ok")
    for wrong in key.wrong:
        if compare(wrong.outputs[0], answer, tolerance).right:
            return _wrong(key, words.misconception(wrong.name, wrong.hint), wrong.name)
    if any(compare(other, answer, of_other).right for other, of_other in key.others):
        return _wrong(key, words.WRONG_DATA, status="wrong data")
    return _wrong(key, words.OPPOSITE if verdict.opposite else words.verdict(verdict))


def _choice(key: Key, answers: Sequence[Any]) -> Result:
    (answer,) = answers
    pair = list(answer) if isinstance(answer, (tuple, list)) else [answer]
    if len(pair) not in (1, 2) or not all(isinstance(letter, str) for letter in pair):
        return _wrong(key, words.NO_PAIR)
    found = [digest(key.name, role, letter.strip()) for role, letter in zip(("statement", "reason"), pair, strict=False)]
    known = {wrong.outputs[0]: wrong for wrong in key.wrong}
    if any(letter not in known and letter not in key.expected for letter in found):
        return _wrong(key, words.NO_PAIR)
    half = key.points / 2 if found[0] == key.expected[0] else 0
    if tuple(found) == key.expected:
        return Result(key.name, key.points, key.points, "ok")
    if len(found) == 1 and half:
        return _wrong(key, words.NO_REASON, points=half)
    wrong = known[found[-1] if half else found[0]]
    return _wrong(key, f"{words.RIGHT_STATEMENT} {wrong.hint}" if half else wrong.hint, wrong.name, points=half)
