"""The type of the library's arrays, and the checks of what a user gives. Not for users."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Floats", "check_measured", "check_rng", "check_vector", "require", "require_length"]

#: An array of float64 of any shape; the docstrings say which.
Floats = NDArray[np.float64]


def check_rng(rng: np.random.Generator) -> np.random.Generator:
    """Return rng, or raise ValueError unless it is a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng: got {rng!r}; expected a numpy.random.Generator. Make one with np.random.default_rng(seed).")
    return rng


def check_vector(field: str, values: ArrayLike, first: int = 0) -> Floats:
    """Return a read-only float64 copy of values, shape (J,), all finite, J >= 1, or raise ValueError that names the field.

    ``first`` is the index of values[0] in the whole data, for the message.
    """
    if np.ma.is_masked(values):
        raise ValueError(f"{field}: has masked values; expected none. Drop these objects first, e.g. {field}.compressed().")
    try:
        raw = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{field}: not a rectangular array ({error}); expected one number per object.") from error
    if raw.dtype.kind not in "iuf":
        raise ValueError(f"{field}: got values of type {raw.dtype}; expected real numbers.")
    if raw.ndim != 1:
        raise ValueError(f"{field}: got an array of shape {raw.shape}; expected one dimension, one number per object.")
    if raw.size == 0:
        raise ValueError(f"{field}: got an empty array; expected at least one object.")
    array = raw.astype(np.float64)
    require(field, array, np.isfinite(array), "a finite number", first)
    array.flags.writeable = False
    return array


def require(field: str, array: Floats, good: NDArray[np.bool_], expected: str, first: int = 0) -> None:
    """Raise ValueError that names the field and its first value, shape (J,), that is not good, and what was expected."""
    if not good.all():
        bad = int(np.argmin(good))
        raise ValueError(f"{field}[{first + bad}] = {array[bad]}: expected {expected}.")


def require_length(field: str, length: int, y: Floats) -> None:
    if length != y.size:
        raise ValueError(f"{field}: got length {length}, but y has length {y.size}; expected one value per object.")


def check_measured(y: ArrayLike, sigma: ArrayLike, first: int = 0) -> tuple[Floats, Floats]:
    """Return y and sigma as read-only float64 copies of shape (J,), sigma > 0, or raise ValueError, as `check_vector` does."""
    y, sigma = check_vector("y", y, first), check_vector("sigma", sigma, first)
    require_length("sigma", sigma.size, y)
    # The second bound keeps sigma**2 a normal number: nothing downstream then divides by zero or overflows.
    expected = "a standard error > 0 (and between 1e-150 and 1e150)"
    require("sigma", sigma, (sigma > 1e-150) & (sigma < 1e150), expected, first)
    require("y", y, np.abs(y) < 1e150, "a number below 1e150; choose another unit", first)
    return y, sigma
