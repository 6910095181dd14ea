"""Compare one answer with the right one: first in kind (type, names, shape, NaN, sign), then number by number.

Contract: the expected value is one that a question may have. The given one has been through `codec`, in the notebook as in the
grading of a class, so that it is plain: no class of a student's own compares itself here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .codec import Labeled, Other
from .key import Tolerance
from .result import VERDICTS, Verdict

__all__ = ["compare", "describe"]


def compare(expected: Any, given: Any, tolerance: Tolerance) -> Verdict:
    """Return the verdict on a given answer; where it has several parts, on the first of those that are most gravely wrong.

    If the tolerance does not fit the expected value, ValueError, or KeyError or IndexError for a part. Those of a `Key` do.
    """
    if isinstance(given, np.ndarray) and given.shape == ():
        given = given.item()
    if given is None:
        return Verdict("none")
    if isinstance(expected, (bool, str)):
        return _plain(expected, given)
    if isinstance(expected, dict):
        return _dict(expected, given, tolerance)
    if isinstance(expected, tuple):
        return _tuple(expected, given, tolerance)
    return _numbers(np.asarray(expected), given, tolerance)


def _plain(expected: bool | str, given: Any) -> Verdict:
    wanted, types = ("a text", str) if isinstance(expected, str) else ("True or False", bool)
    if types is bool and _is_truth(given):
        given = bool(given)
    if not isinstance(given, types):
        return Verdict("type", found=describe(given), wanted=wanted)
    return Verdict("right", opposite=True, off=0) if given == expected else Verdict("value", given=given, wrong=1, size=1)


def _is_truth(given: Any) -> bool:
    """Whether it stands for truth values: these, or 0 and 1."""
    array = _array(given)
    return array is not None and bool(np.isin(array, (0, 1)).all())


def _dict(expected: dict[str, Any], given: Any, tolerance: Tolerance) -> Verdict:
    wanted = "a dict with " + ", ".join(f'"{name}"' for name in expected)
    if not isinstance(given, dict):
        return Verdict("type", found=describe(given), wanted=wanted)
    if set(given) != set(expected):
        found = "a dict with " + ", ".join(f'"{name}"' for name in given) if given else "an empty dict"
        return Verdict("names", found=found, wanted=wanted)
    return _gravest({name: compare(expected[name], given[name], tolerance.of(name)) for name in expected})


def _tuple(expected: tuple[Any, ...], given: Any, tolerance: Tolerance) -> Verdict:
    if isinstance(given, Labeled):
        given = list(given.values())
    wanted = f"{len(expected)} values"
    if not isinstance(given, (list, tuple)) and not (isinstance(given, np.ndarray) and given.ndim):
        return Verdict("type", found=describe(given), wanted=wanted)
    if len(given) != len(expected):
        return Verdict("shape", found=describe(given), wanted=wanted)
    return _gravest({i: compare(right, given[i], tolerance.of(i)) for i, right in enumerate(expected)})


def _gravest(verdicts: dict[str | int, Verdict]) -> Verdict:
    part = min(verdicts, key=lambda name: VERDICTS.index(verdicts[name].kind))
    off, asked = max(verdict.off for verdict in verdicts.values()), min(verdict.asked for verdict in verdicts.values())
    opposite = all(verdict.opposite for verdict in verdicts.values())
    name = f"[{part!r}]".replace("'", '"') + verdicts[part].part
    return replace(verdicts[part], part=name, opposite=opposite, off=off, asked=asked)


def _numbers(expected: NDArray[Any], given: Any, tolerance: Tolerance) -> Verdict:
    """Compare arrays, or single numbers, which are arrays of shape ()."""
    array = _array(list(given.values()) if isinstance(given, Labeled) else given)
    bools = expected.dtype.kind == "b"
    if array is not None and bools and _is_truth(array):
        array = array.astype(bool)
    if array is None or (array.dtype.kind == "b") != bools:
        return Verdict("type", found=describe(given), wanted=describe(expected))
    if np.squeeze(array).shape == np.squeeze(expected).shape:  # a row or a column for a list, a list of one for a number
        array = array.reshape(expected.shape)
    if array.shape != expected.shape:
        return Verdict("shape", found=describe(array), wanted=describe(expected))
    if bools:
        wrong = array != expected
        return _first(wrong, array, np.full(array.shape, "")) if wrong.any() else Verdict("right", opposite=True, off=0)
    right, got = expected.astype(float), array.astype(float)
    close = _close(right, got, tolerance)
    opposite = bool(_close(right, -got, tolerance).all())
    off, asked = _errors(right, got, close, tolerance)
    if close.all():
        return Verdict("right", opposite=opposite, off=0, asked=asked)
    for kind, strange in (("nan", np.isnan(got) & ~np.isnan(right)), ("infinite", np.isinf(got) & ~close & np.isfinite(right))):
        if strange.any():
            return replace(_first(strange, got, np.full(got.shape, "")), kind=kind)
    # A whole number may be a place in a list, which is neither too large nor too small.
    whole = expected.dtype.kind in "iu"
    with np.errstate(invalid="ignore"):
        direction = np.where(whole, "", np.where(got > right, "too large", np.where(got < right, "too small", "")))
    return replace(_first(~close, got, direction), opposite=opposite, off=np.inf if whole else off, asked=asked)


def _errors(right: NDArray[Any], got: NDArray[Any], close: NDArray[Any], tolerance: Tolerance) -> tuple[float, float]:
    """The largest relative error of the numbers that are not close enough, and the smallest that would be accepted."""
    with np.errstate(all="ignore"):
        size = np.abs(right)
        relative = np.where(close, 0.0, np.abs(got - right) / size)
        accepted = tolerance.rel + np.broadcast_to(np.asarray(tolerance.abs, float), right.shape) / size
    off = float(np.max(relative, initial=0.0))
    return (off if np.isfinite(off) else np.inf), float(np.min(accepted, initial=np.inf, where=np.isfinite(accepted)))


def _close(right: NDArray[Any], got: NDArray[Any], tolerance: Tolerance) -> NDArray[np.bool_]:
    bound = np.broadcast_to(np.asarray(tolerance.abs, float), right.shape)
    with np.errstate(invalid="ignore", over="ignore"):
        within = np.abs(got - right) <= bound + tolerance.rel * np.abs(right)
    both_finite = np.isfinite(right) & np.isfinite(got)
    return np.asarray(np.where(both_finite, within, (got == right) | (np.isnan(got) & np.isnan(right))))


def _first(wrong: NDArray[np.bool_], given: NDArray[Any], direction: NDArray[Any]) -> Verdict:
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    return Verdict(
        "value", index=index, given=given[index], direction=str(direction[index]), wrong=int(wrong.sum()), size=wrong.size
    )


def _array(given: Any) -> NDArray[Any] | None:
    """Return what is given as an array of numbers or bools, or None where it is none."""
    if _has_text(given):  # of which an array would give each as much room as the longest has
        return None
    try:
        array = np.asarray(given)
    except ValueError:  # a list whose rows have different lengths
        return None
    if array.dtype.kind == "O" and isinstance(given, int):  # a whole number beyond 64 bits
        return np.asarray(np.inf if given > 0 else -np.inf)
    return array if array.dtype.kind in "biuf" else None


def _has_text(given: Any) -> bool:
    return isinstance(given, str) or (isinstance(given, (list, tuple)) and any(map(_has_text, given)))


def describe(value: Any) -> str:
    """Say what a value is in a student's words: "a single number", "an array of shape (20,)"."""
    if value is None:
        return "`None`"
    if isinstance(value, Other):
        return f"a value of type `{value.type_name}`"
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Labeled):
        return f"a column of {len(value)} values"
    if isinstance(value, dict):
        return "a dict"
    array = _array(value)
    if array is None:
        return "a list of something else than numbers, or of rows of different lengths"
    if array.shape == ():
        return "a single number"
    return f"an array of {'truth values, of ' if array.dtype.kind == 'b' else ''}shape {array.shape}"
