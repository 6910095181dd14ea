"""Make the answer keys of questions: call the references and the misconceptions, and keep what they return."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from lecturekit.homework.compare import compare
from lecturekit.homework.key import ChoiceKey, FunctionKey, Tolerance, ValueKey, Wrong, letter_digest

from .questions import Choice, Function, Misconception, Value

__all__ = ["answers_apart", "choice_key", "function_key", "rounded", "told_apart", "value_key"]

DIGITS = 12  # of a right answer: what differs beyond these differs from one machine to the next
APART = 10  # tolerances between the answers of any two variants, where one can be told from the other


def function_key(question: Function, private: np.random.Generator | None = None) -> FunctionKey:
    """Return the key on the public probes, and where there is a generator on private ones drawn from it too.

    Raises
    ------
    ValueError
        If the reference returns what no answer may be (NaN, None), the reference or a misconception raises, or what one of them
        returns does not fit the tolerance.
    """
    drawn = [] if private is None else [question.private(private) for _ in range(question.private_count)]
    inputs = tuple(tuple(rounded(argument, DIGITS) for argument in probe) for probe in [*question.probes, *drawn])
    expected = tuple(_answer(question.name, question.reference, arguments) for arguments in inputs)
    wrong = tuple(_wrong(question.name, misconception, inputs) for misconception in question.misconceptions)
    _check_tolerance(question.name, expected, wrong, question.tolerance)
    return FunctionKey(
        question.name, question.points, wrong, question.parameters, inputs, expected, question.tolerance, question.vectorised
    )


def value_key(question: Value, data: dict[str, Any]) -> ValueKey:
    """Return the key for one student's data set. Raises as `function_key`."""
    expected = _answer(question.name, question.reference, (data,))
    tolerance = question.tolerance if isinstance(question.tolerance, Tolerance) else question.tolerance(data, expected)
    wrong = tuple(_wrong(question.name, misconception, ((data,),)) for misconception in question.misconceptions)
    _check_tolerance(question.name, (expected,), wrong, tolerance)
    return ValueKey(question.name, question.points, wrong, expected, tolerance)


def answers_apart(question: Value, data: dict[str, Any], tolerances: float = 2) -> bool:
    """Whether no two answers to a value from these data, right or wrong, lie within so many tolerances of each other.

    A data set for which they do would take a wrong answer for right, or call a mistake by another's name.
    """
    key = value_key(question, data)
    wide = _widened(key.tolerance, tolerances)
    answers = [key.expected, *(wrong.outputs[0] for wrong in key.wrong)]
    return not any(compare(one, other, wide).right for one, other in permutations(answers, 2))


def told_apart(keys: Sequence[ValueKey]) -> bool:
    """Whether the answer to a value, whose keys these are, variant by variant, shows whose data it comes from.

    It does where no two variants' answers lie within ten tolerances: nearer, a wrong answer could hit another's by chance.
    """
    for key in keys:
        loose = _widened(key.tolerance, APART)
        if any(compare(key.expected, other.expected, loose).right for other in keys if other is not key):
            return False
    return True


def choice_key(question: Choice) -> ChoiceKey:
    """Return the key of a choice: digests of the letters, not the letters."""
    statement = letter_digest(question.name, "statement", question.answer)
    reason = letter_digest(question.name, "reason", question.reason)
    wrong = tuple(
        Wrong(
            misconception.name,
            misconception.hint,
            (
                letter_digest(
                    question.name,
                    "statement" if misconception.wrong in question.options else "reason",
                    str(misconception.wrong),
                ),
            ),
        )
        for misconception in question.misconceptions
    )
    return ChoiceKey(question.name, question.points, wrong, statement, reason)


def rounded(value: Any, digits: int) -> Any:
    """Return a value as a key holds it: plain Python numbers, arrays of float64, int64 or bool, to so many significant digits.

    TypeError for anything but a number, bool, text, array of numbers, or a tuple or dict of these.
    """
    if isinstance(value, dict):
        return {str(name): rounded(part, digits) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(rounded(part, digits) for part in value)
    if isinstance(value, (str, bool)):
        return value
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"got {value!r}; expected a number, a bool, a text, an array of numbers, or a tuple or dict of these.")
    if array.dtype.kind == "f":
        numbers = [float(f"{number:.{digits - 1}e}") for number in array.ravel().tolist()]
        array = np.array(numbers, float).reshape(array.shape)
    elif array.dtype.kind in "iu":
        array = array.astype(np.int64)
    return array if array.shape else array.item()


def _wrong(question: str, misconception: Misconception, inputs: Sequence[tuple[Any, ...]]) -> Wrong:
    wrong = misconception.wrong
    if not callable(wrong):
        raise ValueError(f"{question}: got {wrong!r} for what {misconception.name!r} answers; expected a function.")
    outputs = (_output(question, misconception.name, wrong, arguments) for arguments in inputs)
    return Wrong(misconception.name, misconception.hint, tuple(outputs))


def _answer(question: str, reference: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    answer = _output(question, "the reference", reference, arguments)
    if _has_nan(answer):
        raise ValueError(f"{question}: the reference returns {answer!r} for {arguments!r}; expected an answer without NaN.")
    return answer


def _output(question: str, who: str, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        with np.errstate(all="ignore"):
            return rounded(function(*copy.deepcopy(arguments)), DIGITS)
    except Exception as error:
        raise ValueError(f"{question}: {who} fails for {arguments!r}: {type(error).__name__}: {error}") from error


def _check_tolerance(question: str, expected: tuple[Any, ...], wrong: Sequence[Wrong], tolerance: Tolerance) -> None:
    """Compare every output with itself: ValueError if the tolerance does not let one."""
    for who, outputs in [("the reference", expected), *((repr(one.name), one.outputs) for one in wrong)]:
        for output in outputs:
            try:
                compare(output, output, tolerance)
            except (IndexError, KeyError, ValueError) as error:
                raise ValueError(
                    f"tolerance of {question}: got abs = {tolerance.abs!r}, but {who} gives {output!r}; "
                    "expected a number, or numbers of the answer's own shape or names."
                ) from error


def _has_nan(answer: Any) -> bool:
    if isinstance(answer, (dict, tuple)):
        return any(_has_nan(part) for part in (answer.values() if isinstance(answer, dict) else answer))
    return not isinstance(answer, str) and bool(np.isnan(answer).any())


def _widened(tolerance: Tolerance, factor: float) -> Tolerance:
    return Tolerance(factor * tolerance.rel, _times(factor, tolerance.abs))


def _times(factor: float, parts: Any) -> Any:
    if isinstance(parts, dict):
        return {name: _times(factor, part) for name, part in parts.items()}
    if isinstance(parts, tuple):
        return tuple(_times(factor, part) for part in parts)
    return factor * np.asarray(parts, float)
