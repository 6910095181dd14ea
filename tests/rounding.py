"""What rounding may change in a number, from the size of the terms that it is made of.

A sum is as exact as its terms, however small the sum is. In which order it is made, with fused products or without, differs
from one processor to the next, and between NumPy and the JavaScript: where terms cancel, what is left is noise.
"""

import hashlib
import math
from collections.abc import Callable

import numpy as np

ULP = 2.0**-52
# In ulps of the sum of all terms' sizes: one or two for the functions in each term, as many for what these are given, and
# one for each doubling of their number, of which there are few. Far below what a wrong formula changes.
SPARE = 32


def rounding(*terms: float | np.ndarray) -> float:
    """Return what rounding may change in the sum of these terms, each a number or an array of them."""
    return SPARE * ULP * float(sum(np.sum(np.abs(term)) for term in terms))


def each(*terms: float | np.ndarray) -> np.ndarray:
    """Return the same for an array of sums: arrays of their first terms, of their second, and so on."""
    return SPARE * ULP * sum(np.abs(term) for term in terms)


def moved(value: object, trial: int, exact: Callable[[float], bool] = lambda number: number == 0) -> object:
    """Return an argument with every float in it moved by one unit in the last place, but the exact ones; equal ones alike."""
    if isinstance(value, dict):
        return {name: moved(item, trial, exact) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(moved(item, trial, exact) for item in value)
    if isinstance(value, np.ndarray):
        return np.array(moved(value.tolist(), trial, exact), value.dtype)
    if not isinstance(value, float) or not math.isfinite(value) or exact(value):
        return value
    up = hashlib.sha256(f"{value!r} {trial}".encode()).digest()[0] % 2
    return math.nextafter(value, math.inf if up else -math.inf)
