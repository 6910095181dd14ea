"""Measurements of J objects: what every part of lecturekit takes.

Contract: a `Measurements` is checked once, when it is made, and never changes. Whatever takes one may rely on
float64 arrays y and sigma of one length, finite, with sigma > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from ._arrays import Floats, check_measured, check_vector, require_length

__all__ = ["Measurements", "Truth"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What a simulation drew, or what later became known; None where it is not known. theta is array_like of shape (J,).

    ValueError if theta is not one finite number per object.
    """

    mu: float | None = None
    tau: float | None = None
    theta: Floats | None = None

    if TYPE_CHECKING:

        def __init__(self, mu: float | None = None, tau: float | None = None, theta: ArrayLike | None = None) -> None: ...

    def __post_init__(self) -> None:
        if self.theta is not None:
            object.__setattr__(self, "theta", check_vector("truth.theta", self.theta))


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

    Examples
    --------
    >>> data = Measurements(y=[28, 8, -3], sigma=[15, 10, 16], unit="points")
    >>> len(data), data.labels
    (3, ('1', '2', '3'))
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
        require_length("labels", len(labels), y)
        if self.truth is not None and self.truth.theta is not None:
            require_length("truth.theta", self.truth.theta.size, y)
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

        Examples
        --------
        >>> data = Measurements.from_repeats([[1.0, 3.0], [2.0, 2.2, 2.4]], unit="km/s")
        >>> data.y.round(3).tolist(), data.sigma.round(3).tolist()
        ([2.0, 2.2], [1.0, 0.115])
        """
        groups = [check_vector(f"repeats[{j}]", group) for j, group in enumerate(repeats)]
        for j, group in enumerate(groups):
            if group.size < 2 or np.ptp(group) == 0:
                raise ValueError(
                    f"repeats[{j}]: got {group.size} observation(s) without scatter; expected at least two that "
                    "differ. Give such an object through Measurements(y, sigma) with a known error."
                )
        return cls(y=[g.mean() for g in groups], sigma=[g.std(ddof=1) / np.sqrt(g.size) for g in groups], **fields)
