"""Make the answer keys of questions: call the references and the misconceptions, and keep what they return."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lecturekit.homework.choice import Opened, sealed
from lecturekit.homework.compare import compare
from lecturekit.homework.key import ChoiceKey, FunctionKey, Tolerance, Wrong

from .questions import Analysis, Choice, Function, Misconception

__all__ = ["analysis_key", "answers_apart", "choice_key", "function_key", "rounded"]

DIGITS = 12  # of a right answer: what differs beyond these differs from one machine to the next


def function_key(question: Function, inputs: Iterable[tuple[Any, ...]]) -> FunctionKey:
    """Return the key of a function on some inputs.

    Raises
    ------
    ValueError
        If the reference returns what no answer may be (NaN, None), the reference or a misconception raises, or what one of them
        returns does not fit the tolerance.
    """
    exact = tuple(tuple(rounded(argument, DIGITS) for argument in arguments) for arguments in inputs)
    return _key(question, question.parameters, exact, lambda expected: question.tolerance, vectorised=question.vectorised)


def analysis_key(question: Analysis, data: dict[str, Any]) -> FunctionKey:
    """Return the key for one data set. Raises as `function_key`."""
    tolerance = question.tolerance

    def of_answer(expected: Any) -> Tolerance:
        return tolerance if isinstance(tolerance, Tolerance) else tolerance(data, expected)

    return _key(question, ("data",), ((data,),), of_answer, data=question.data)


def answers_apart(question: Analysis, data: dict[str, Any], tolerances: float = 2) -> bool:
    """Whether no two answers to a question from these data, right or wrong, lie within so many tolerances of each other.

    A data set for which they do would take a wrong answer for right, or call a mistake by another's name.
    """
    key = analysis_key(question, data)
    wide = _widened(key.tolerances[0], tolerances)
    answers = [*key.expected, *(wrong.outputs[0] for wrong in key.wrong)]
    flat = [_flat(answer, wide) for answer in answers]
    # Most pairs lie apart by far: a look at their numbers is enough, and takes a hundredth of the time.
    return not any(
        _may_be_alike(flat[i], flat[k]) and compare(answers[i], answers[k], wide).right
        for i, k in permutations(range(len(answers)), 2)
    )


def choice_key(question: Choice) -> ChoiceKey:
    """Return the key of a choice: its texts, and what is said of each pair of them, sealed."""
    wrong = {str(misconception.wrong): misconception for misconception in question.misconceptions}
    verdicts = {}
    for letter, statement in question.options.items():
        for reason_letter, reason in {"": "", **question.reasons}.items():
            right = letter == question.answer
            known = wrong.get(reason_letter if right else letter)
            named = (known.name, known.hint) if known else ()
            verdicts[statement, reason] = Opened(right, right and reason_letter == question.reason, *named)
    # Sorted, so that their order tells nothing.
    statements, reasons = (tuple(sorted(texts.values())) for texts in (question.options, question.reasons))
    return ChoiceKey(question.name, question.points, statements, reasons, sealed(question.name, verdicts))


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


def _key(
    question: Function | Analysis,
    parameters: tuple[str, ...],
    inputs: tuple[tuple[Any, ...], ...],
    tolerance: Callable[[Any], Tolerance],
    *,
    vectorised: bool = False,
    data: str = "",
) -> FunctionKey:
    expected = tuple(_answer(question.name, question.reference, arguments) for arguments in inputs)
    tolerances = tuple(map(tolerance, expected))
    wrong = tuple(_wrong(question.name, misconception, inputs) for misconception in question.misconceptions)
    for who, outputs in [("the reference", expected), *((repr(one.name), one.outputs) for one in wrong)]:
        _check_tolerance(question.name, who, outputs, tolerances)
    return FunctionKey(question.name, question.points, wrong, parameters, inputs, expected, tolerances, vectorised, data)


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


def _check_tolerance(question: str, who: str, outputs: tuple[Any, ...], tolerances: tuple[Tolerance, ...]) -> None:
    """Compare every output with itself: ValueError if the tolerance does not let one."""
    for output, tolerance in zip(outputs, tolerances, strict=True):
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


def _flat(answer: Any, tolerance: Tolerance) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the numbers of an answer in a row, and how far from each one another may lie. Texts are left out."""
    if isinstance(answer, (dict, tuple)):
        names = answer if isinstance(answer, dict) else range(len(answer))
        parts = [_flat(answer[name], tolerance.of(name)) for name in names]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    numbers = np.zeros(0) if isinstance(answer, str) else np.ravel(np.asarray(answer, float))
    with np.errstate(invalid="ignore"):
        return numbers, np.ravel(np.broadcast_to(tolerance.abs, np.shape(answer))) + tolerance.rel * np.abs(numbers)


def _may_be_alike(
    one: tuple[NDArray[np.float64], NDArray[np.float64]], other: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> bool:
    """Whether no number of one answer shows that the other is not the same; NaN and infinity show nothing."""
    if one[0].size != other[0].size:
        return False
    with np.errstate(invalid="ignore"):
        return not bool((np.abs(one[0] - other[0]) > one[1]).any())


def _widened(tolerance: Tolerance, factor: float) -> Tolerance:
    return Tolerance(factor * tolerance.rel, _times(factor, tolerance.abs))


def _times(factor: float, parts: Any) -> Any:
    if isinstance(parts, dict):
        return {name: _times(factor, part) for name, part in parts.items()}
    if isinstance(parts, tuple):
        return tuple(_times(factor, part) for part in parts)
    return factor * np.asarray(parts, float)
