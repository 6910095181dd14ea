"""Values as JSON and back, for the pipe to a student's notebook. Both sides use this one module.

What comes back is made of None, bool, int, float, str, list, dict with text keys, numpy arrays, `Labeled` for a pandas column
with names, and `Other` for whatever is none of these. An array of texts comes as a list. It is built anew from plain JSON, so
that no class of the sender's survives. Everything is capped. Standard library only; numpy is imported when an array comes.
"""

from __future__ import annotations

import json
import math
import sys
from types import GeneratorType

TYPE_CHECKING = False  # typing and numpy take longer to import than all the above
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import numpy

__all__ = ["MAX_ITEMS", "MAX_TEXT", "Labeled", "Other", "TooLargeError", "decode", "dumps", "encode", "loads"]

MAX_TEXT = 2_000_000  # characters of JSON in one answer
MAX_ITEMS = 100_000  # numbers and texts in one answer
MAX_DEPTH = 20
MAX_DIGITS = 400
MAX_STRING = 20_000
# All have an order. A set has none.
VIEW: type[Iterable[object]] = type({}.values())
SEQUENCES: tuple[type[Iterable[object]], ...] = (list, tuple, range, zip, map, filter, reversed, GeneratorType, VIEW)
KINDS = {"f": "float64", "i": "int64", "b": "bool", "U": "str"}


class TooLargeError(ValueError):
    """The value is above one of the caps."""


class Other:
    """A value that cannot be an answer: a function, an Ellipsis, a Quantity. `type_name` is its type's name."""

    # No dataclass: importing that module would double the time that a worker takes to start.
    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"Other({self.type_name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Other) and other.type_name == self.type_name

    def __hash__(self) -> int:
        return hash(self.type_name)


class Labeled(dict):  # type: ignore[type-arg]
    """A column whose entries have names, as pandas makes one: a dict, and its values where an array is meant."""


def encode(value: object) -> object:
    """Return value as JSON has it. An iterator becomes a list of what it still holds.

    Raises
    ------
    TooLargeError
        If value is above one of the caps.
    """
    return _encode(value, MAX_DEPTH, [MAX_ITEMS])


def decode(encoded: object) -> object:
    """Return the value that `encode` was given: tuples as lists, numpy's numbers as Python's, arrays in double precision.

    Raises
    ------
    ValueError
        If encoded is not what `encode` returns.
    TooLargeError
        If it is above one of the caps.
    """
    return _decode(encoded, MAX_DEPTH, [MAX_ITEMS])


def dumps(value: object) -> str:
    """Return JSON-able value as one line of ASCII."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> object:
    """Return what strict JSON says. The caller limits the length of text.

    Raises
    ------
    ValueError
        If text is not JSON, is nested too deep, or names NaN or infinity, which JSON does not have.
    TooLargeError
        If an integer has too many digits.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, parse_int=_integer)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise TooLargeError(f"an integer of {len(digits)} digits; expected at most {MAX_DIGITS}")
    return int(digits)


def _count(budget: list[int], items: int = 1) -> None:
    budget[0] -= items
    if budget[0] < 0:
        raise TooLargeError(f"more than {MAX_ITEMS} values")


def _text(value: str) -> str:
    if len(value) > MAX_STRING:
        raise TooLargeError(f"a text of {len(value)} characters; expected at most {MAX_STRING}")
    return value.encode(errors="replace").decode()  # without lone surrogates, which no file could hold


def _deeper(depth: int) -> int:
    if depth == 0:
        raise TooLargeError(f"more than {MAX_DEPTH} levels of nesting")
    return depth - 1


def _encode(value: object, depth: int, budget: list[int]) -> object:
    _count(budget)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_DIGITS * math.log2(10):
            raise TooLargeError(f"an integer of more than {MAX_DIGITS} digits")
        return int(value)
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, str):
        return _text(str(value))
    if isinstance(value, SEQUENCES):
        depth = _deeper(depth)
        return [_encode(item, depth, budget) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        depth = _deeper(depth)
        return {"dict": {_text(key): _encode(item, depth, budget) for key, item in value.items()}}
    return _encode_numpy(value, depth, budget)


def _encode_numpy(value: object, depth: int, budget: list[int]) -> object:
    numpy = sys.modules.get("numpy")
    if labels := _labels(value):
        return {"labeled": _encode(dict(zip(labels, value.tolist(), strict=True)), depth, budget)}  # type: ignore[attr-defined]
    if numpy and isinstance(value, numpy.matrix | numpy.ma.MaskedArray) and not numpy.ma.is_masked(value):
        value = numpy.array(value, subok=False)
    # Any other subclass of ndarray means more than its numbers: a unit, a mask.
    subclass = numpy and isinstance(value, numpy.ndarray) and type(value) is not numpy.ndarray
    if numpy and not subclass and hasattr(type(value), "__array__"):
        array = numpy.asarray(value)
        kind = "i" if array.dtype.kind == "u" else array.dtype.kind
        if kind == "O" and array.shape:
            return _encode(array.tolist(), depth, budget)
        if kind in KINDS:
            _count(budget, array.size)
            if isinstance(value, numpy.generic):
                return _encode(array.astype(KINDS[kind]).item(), depth, budget)
            return {"array": list(array.shape), "kind": kind, "items": _items(array.astype(KINDS[kind]))}
    return {"other": type(value).__name__[:80]}


def _labels(value: object) -> list[str]:
    """The names of a pandas column's entries, if they have names."""
    pandas = sys.modules.get("pandas")
    labels = list(value.index) if pandas and isinstance(value, pandas.Series) and value.index.is_unique else []
    return labels if all(isinstance(label, str) for label in labels) else []


def _items(array: numpy.ndarray) -> list[Any]:
    return [_float(item) if isinstance(item, float) else item for item in array.ravel().tolist()]


def _float(value: float) -> float | dict[str, str]:
    return value if math.isfinite(value) else {"float": str(value)}


def _decode(encoded: object, depth: int, budget: list[int]) -> object:
    _count(budget)
    if encoded is None or isinstance(encoded, bool | int | float):
        return encoded
    if isinstance(encoded, str):
        return _text(encoded)
    depth = _deeper(depth)
    if isinstance(encoded, list):
        return [_decode(item, depth, budget) for item in encoded]
    match encoded:
        case {"float": "nan" | "inf" | "-inf" as text, **rest} if not rest:
            return float(text)
        case {"other": str(name), **rest} if not rest:
            return Other(_text(name)[:80])
        case {"dict": dict(items), **rest} if not rest:
            return {_text(key): _decode(item, depth, budget) for key, item in items.items()}
        case {"labeled": {"dict": dict(items), **more}, **rest} if not rest and not more:
            return Labeled({_text(key): _decode(item, depth, budget) for key, item in items.items()})
        case {"array": list(shape), "kind": str(kind), "items": list(items), **rest} if not rest and kind in KINDS:
            return _array(shape, kind, [_decode(item, 1, budget) for item in items])
    raise ValueError("not what encode() returns")


def _array(shape: list[Any], kind: str, items: list[Any]) -> object:
    import numpy

    expected = {"f": (float, int), "i": (int,), "b": (bool,), "U": (str,)}[kind]
    if not all(type(item) in expected for item in items):
        raise ValueError(f"an array of kind {kind} with items of another type")
    if len(shape) > 32 or not all(type(size) is int and 0 <= size <= MAX_ITEMS for size in shape):
        raise ValueError("an array with an impossible shape")
    if math.prod(shape) != len(items):
        raise ValueError(f"an array of shape {shape} with {len(items)} items")
    if kind == "U":  # as a list: an array would give each text as much room as the longest has
        return items if len(shape) == 1 else items[0] if not shape else Other("ndarray")
    try:
        return numpy.array(items, dtype=KINDS[kind]).reshape(shape)
    except OverflowError:
        raise TooLargeError("an array with an integer beyond 64 bits") from None
