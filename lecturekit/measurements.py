"""Measurements of J objects: what every part of lecturekit takes.

Contract: a `Measurements` is checked once, when it is made, and never changes. Whatever takes one may rely on
float64 arrays y and sigma of one length, finite, with sigma > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Floats

__all__ = ["Measurements", "Truth", "check_measured", "check_rng", "check_vector", "require"]


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


def _same_length(field: str, length: int, y: Floats) -> None:
    if length != y.size:
        raise ValueError(f"{field}: got length {length}, but y has length {y.size}; expected one value per object.")


def check_measured(y: ArrayLike, sigma: ArrayLike, first: int = 0) -> tuple[Floats, Floats]:
    """Return y and sigma as read-only float64 copies of shape (J,), sigma > 0, or raise ValueError, as `check_vector` does."""
    y, sigma = check_vector("y", y, first), check_vector("sigma", sigma, first)
    _same_length("sigma", sigma.size, y)
    # The second bound keeps sigma**2 a normal number: nothing downstream then divides by zero or overflows.
    expected = "a standard error > 0 (and between 1e-150 and 1e150)"
    require("sigma", sigma, (sigma > 1e-150) & (sigma < 1e150), expected, first)
    require("y", y, np.abs(y) < 1e150, "a number below 1e150; choose another unit", first)
    return y, sigma


@dataclass(frozen=True, eq=False)
class Truth:
    """What a simulation drew, or what later became known; None where it is not known. theta has shape (J,)."""

    mu: float | None = None
    tau: float | None = None
    theta: Floats | None = None


@dataclass(frozen=True, eq=False)
class Measurements:
    """One measured value and its standard error for each of J objects.

    Parameters
    ----------
    y : array_like, shape (J,)
        Measured values, in ``unit``.
    sigma : array_like, shape (J,)
        Standard errors of y, known, > 0, in ``unit``.
    labels : sequence of str, length J, optional
        Names of the objects; "1" ... "J" when left out.
    quantity, unit : str
        What was measured and in which unit, for axis labels; may hold mathtext.
    truth : Truth, optional
        The true mu, tau and theta where the data are simulated.

    Raises
    ------
    ValueError
        Names the field, the first bad index, its value and what was expected.
    """

    y: Floats
    sigma: Floats
    labels: tuple[str, ...] = None  # type: ignore[assignment]  # numbered from 1 when it is made
    quantity: str = ""
    unit: str = ""
    truth: Truth | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            y: ArrayLike,
            sigma: ArrayLike,
            labels: Sequence[str] | None = None,
            quantity: str = "",
            unit: str = "",
            truth: Truth | None = None,
        ) -> None: ...

    def __post_init__(self) -> None:
        y, sigma = check_measured(self.y, self.sigma)
        labels = tuple(str(j + 1) for j in range(y.size)) if self.labels is None else tuple(map(str, self.labels))
        _same_length("labels", len(labels), y)
        if self.truth is not None and self.truth.theta is not None:
            _same_length("truth.theta", np.size(self.truth.theta), y)
        for name, value in (("y", y), ("sigma", sigma), ("labels", labels)):
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return self.y.size

    @property
    def true_theta(self) -> Floats:
        """The true values (J,); ValueError where they are not known."""
        if self.truth is None or self.truth.theta is None:
            raise ValueError("truth: got none with theta; expected data whose true values are known, as simulated data's are.")
        return self.truth.theta

    @property
    def axis_label(self) -> str:
        """Quantity and unit as an axis shows them."""
        return f"{self.quantity} ({self.unit})" if self.unit else self.quantity

    @classmethod
    def from_repeats(cls, repeats: Sequence[ArrayLike], **fields: Any) -> Measurements:
        """Reduce n_j >= 2 observations of each object to their mean and its standard error, sd / sqrt(n_j).

        Parameters
        ----------
        repeats : sequence of J arrays, shapes (n_j,)
            The observations of each object, in one unit.
        **fields
            labels, quantity, unit and truth, as for `Measurements`.

        Raises
        ------
        ValueError
            If an object has fewer than two observations, or no scatter, so that its standard error cannot be estimated.
        """
        groups = [check_vector(f"repeats[{j}]", group) for j, group in enumerate(repeats)]
        for j, group in enumerate(groups):
            if group.size < 2 or np.ptp(group) == 0:
                raise ValueError(
                    f"repeats[{j}]: got {group.size} observation(s) without scatter; expected at least two that "
                    "differ. Give such an object through Measurements(y, sigma) with a known error."
                )
        return cls(y=[g.mean() for g in groups], sigma=[g.std(ddof=1) / np.sqrt(g.size) for g in groups], **fields)
