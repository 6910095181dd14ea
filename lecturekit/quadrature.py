"""A density of one positive variable x, known up to a constant, on Gauss-Kronrod panels in ln x.

In ln x a mode at zero, a narrow peak and a power-law tail look alike: smooth, with exponential sides. The panels find
their own range and are split until the embedded Gauss rule agrees with the Kronrod rule. Nothing here knows statistics.

Source: Piessens et al. (1983), QUADPACK, Springer, doi:10.1007/978-3-642-61786-7 (the error estimate).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicHermiteSpline

from .arrays import Floats
from .kronrod import GAUSS, KRONROD, NODES, TO_LEGENDRE

__all__ = ["PanelDensity", "QuadratureError", "find_peak", "panel_density"]


DROP = 25.0  # what lies exp(-25) = 1e-11 below the peak is left out of the range
SPLIT = 1e-7  # Gauss-Kronrod disagreement, in units of the whole, that splits a panel
MAX_PANELS = 2000
STEPS = 64  # of every panel, between which the inverse of the cdf is interpolated
# Distances in ln x from the first guess at which the search for the range starts: dense near it, reaching far.
SCAN = np.sinh(np.linspace(-6.5, 5.3, 41))

Indices = NDArray[np.intp]
LogDensity = Callable[[Floats], tuple[Floats, ...]]


class QuadratureError(ArithmeticError):
    """The quadrature could not reach its own tolerance; the message says for what, and what to do."""


@dataclass(frozen=True, eq=False)
class PanelDensity:
    """A normalized density on P panels [edges[p], edges[p + 1]] in u = ln x.

    x, weights, gauss_weights : (P, 15) nodes, and the mass that the Kronrod and the Gauss rule give each.
    rows : (1 + carried, P, 15) ln density of u up to a constant, then what the log density returned beside itself.
    log_norm : ln of the integral of exp(log density) over x.
    lowest : the lower end of the support of x.
    finite_moments : how many of the moments E[x], E[x**2] exist, judged by the slope of the tail: 0, 1 or 2.
    """

    edges: Floats
    x: Floats
    weights: Floats
    gauss_weights: Floats
    rows: Floats
    log_norm: float
    lowest: float
    finite_moments: int
    # Made from these: Legendre coefficients of the density in u and of its integral, and the mass below each edge.
    _coefficients: Floats = field(init=False)
    _integral: Floats = field(init=False)
    _below: Floats = field(init=False)

    def __post_init__(self) -> None:
        half_width = 0.5 * np.diff(self.edges)[:, None]
        coefficients = (self.weights / (half_width * KRONROD)) @ TO_LEGENDRE.T  # of the density in u
        integral = legendre.legint(coefficients, lbnd=-1, axis=1) * half_width
        below = np.concatenate([[0.0], np.cumsum(self.weights.sum(axis=1))])
        for name, value in (("_coefficients", coefficients), ("_integral", integral), ("_below", below / below[-1])):
            object.__setattr__(self, name, value)

    def mean(self) -> float:
        """E[x]; QuadratureError if it does not exist."""
        self._require_moment(1, "mean")
        return float((self.weights * self.x).sum())

    def sd(self) -> float:
        """Standard deviation of x; QuadratureError if it does not exist."""
        self._require_moment(2, "sd")
        return float(np.sqrt((self.weights * (self.x - self.mean()) ** 2).sum()))

    def _require_moment(self, power: int, name: str) -> None:
        if self.finite_moments < power:
            raise QuadratureError(
                f"the density falls too slowly in its tail for its {name} to exist. "
                "Use quantile, or a prior with a lighter tail."
            )

    def errors(self, levels: Floats) -> Floats:
        """Estimated errors of the mean, the sd and the quantiles at levels, in sd (in ln x where no sd exists)."""
        x = self.quantile(levels)
        missed = np.abs((self.weights - self.gauss_weights).sum(axis=1)).sum()
        if self.finite_moments < 2:
            return np.asarray(missed / (self.pdf(x) * x))
        sd = self.sd()
        z = (self.x - self.mean()) / sd  # standardized first: a mean that is many sd from zero costs no digits
        gauss = self.gauss_weights / self.gauss_weights.sum()
        return np.array([(gauss * z).sum(), np.sqrt((gauss * z**2).sum()) - 1, *missed / (self.pdf(x) * sd)])

    def unresolved(self) -> NDArray[np.bool_]:
        """Which panels Gauss and Kronrod disagree on, in mass or in a moment, standardized where the moments exist."""
        z = self.x / self.x.flat[np.argmax(self.rows[0])]
        if self.finite_moments == 2:
            z = (self.x - self.mean()) / self.sd()
        surplus = self.weights - self.gauss_weights
        missed = [np.abs((surplus * z**power).sum(axis=1)) for power in range(self.finite_moments + 1)]
        return np.asarray(np.max(missed, axis=0) > SPLIT)

    def split(self, log_density: LogDensity, which: NDArray[np.bool_]) -> PanelDensity:
        """The same density with some panels halved; only their halves are evaluated."""
        if self.edges.size + which.sum() > MAX_PANELS:
            raise QuadratureError(
                f"the density did not converge on {MAX_PANELS} panels between {self.x[0, 0]:.3g} and "
                f"{self.x[-1, -1]:.3g}. Check that the prior's pdf is finite and has no more than a few jumps."
            )
        edges = np.sort(np.concatenate([self.edges, 0.5 * (self.edges[:-1] + self.edges[1:])[which]]))
        parts = np.where(which, 2, 1)
        fresh, rows = np.repeat(which, parts), np.repeat(self.rows, parts, axis=1)
        rows[:, fresh] = _in_log(log_density, _nodes(edges)[fresh])
        return _normalize(edges, rows, self.lowest, self.finite_moments)

    def _locate(self, x: ArrayLike) -> tuple[Floats, Indices, Floats]:
        with np.errstate(divide="ignore"):  # ln 0 = -inf lies below every panel, as it should
            u = np.log(np.maximum(x, 0.0))
        panel = np.clip(np.searchsorted(self.edges, u) - 1, 0, len(self.x) - 1)
        low, high = self.edges[panel], self.edges[panel + 1]
        return u, panel, np.clip((2 * u - low - high) / (high - low), -1, 1)

    def _evaluate(self, coefficients: Floats, panel: Indices, t: Floats) -> Floats:
        return np.asarray(legendre.legval(t, np.moveaxis(coefficients[panel], -1, 0), tensor=False))

    def interpolate(self, values: Floats, x: ArrayLike) -> Floats:
        """A smooth function of x from its values at the nodes, (P, 15); held constant outside the range."""
        _, panel, t = self._locate(x)
        return self._evaluate(values @ TO_LEGENDRE.T, panel, t)

    def pdf(self, x: ArrayLike) -> Floats:
        """Density at x, of the same shape; between the support's and the range's lower end it is taken as flat."""
        u, panel, t = self._locate(x)
        density = np.maximum(self._evaluate(self._coefficients, panel, t), 0.0) / np.exp(np.maximum(u, self.edges[0]))
        return np.where((u > self.edges[-1]) | (np.asarray(x) < self.lowest), 0.0, density)

    def cdf(self, x: ArrayLike) -> Floats:
        """Probability below x, of the same shape."""
        u, panel, t = self._locate(x)
        # At an end of the range the polynomial is right to rounding only: what lies beyond is 0, or 1, by the bounds.
        below = self._below[panel] + self._evaluate(self._integral, panel, t)
        return np.asarray(np.clip(below, u >= self.edges[-1], u > self.edges[0]))

    def quantile(self, q: ArrayLike) -> Floats:
        """The x with cdf(x) = q, of the shape of q."""
        inverse, ends = self._inverse
        return np.exp(inverse(np.clip(_log_odds(np.asarray(q, float), *ends), inverse.x[0], inverse.x[-1])))

    @cached_property
    def _inverse(self) -> tuple[CubicHermiteSpline, tuple[float, float]]:
        """u = ln x against the log odds of the cdf, and the density at both ends of the range, which these take.

        In the odds both tails are nearly straight. The spline has exact values and slopes; between them it misses the cdf by
        1e-8 at most, less than the quadrature may.
        """
        step = np.arange(len(self.x) * STEPS + 1)
        panel = np.minimum(step // STEPS, len(self.x) - 1)
        t = 2 * (step / STEPS - panel) - 1
        u = 0.5 * (self.edges[panel] * (1 - t) + self.edges[panel + 1] * (1 + t))
        q = np.clip(self._below[panel] + self._evaluate(self._integral, panel, t), 0.0, 1.0)
        density = self._evaluate(self._coefficients, panel, t)
        ends = (max(density[0], 1e-16), max(density[-1], 1e-16))
        z = _log_odds(q, *ends)
        known = (density > 0) & (z > np.maximum.accumulate(np.r_[-np.inf, z[:-1]]))
        z, u, q, density = (values[known] for values in (z, u, q, density))
        return CubicHermiteSpline(z, u, 1 / (density / (q + ends[0]) + density / (1 - q + ends[1]))), ends


def panel_density(log_density: LogDensity, guess: float, support: tuple[float, float]) -> PanelDensity:
    """Normalize a density of x > 0 given by its logarithm.

    Parameters
    ----------
    log_density : callable
        Takes x, shape (n,); returns ln density (n,) and, beside it, any number of arrays (n,) to carry to the nodes.
    guess : float
        Any scale of x; the range is found from there.
    support : (low, high)
        Where the density lives; 0 and infinity are allowed.

    Raises
    ------
    QuadratureError
        If the density vanishes everywhere, or its panels do not converge.
    """
    (low, high), finite_moments, _ = _find_range(log_density, guess, support)
    edges = np.linspace(low, high, 7)
    density = _normalize(edges, _in_log(log_density, _nodes(edges)), support[0], finite_moments)
    while (bad := density.unresolved()).any():
        density = density.split(log_density, bad)
    return density


def find_peak(log_density: LogDensity, guess: float, support: tuple[float, float]) -> float:
    """An x that counts, near the peak of the density in ln x; arguments and errors as in `panel_density`."""
    return float(np.exp(_find_range(log_density, guess, support)[2]))


def _log_odds(q: Floats, before: float, beyond: float) -> Floats:
    """ln of q : 1 - q, finite at the ends too: exponential tails of these densities are added to the range in u."""
    return np.log((q + before) / (1 - q + beyond))


def _normalize(edges: Floats, rows: Floats, lowest: float, finite_moments: int) -> PanelDensity:
    """The density from its rows [ln density of u, *carried] at the nodes."""
    peak = rows[0].max()
    q = np.exp(rows[0] - peak) * 0.5 * np.diff(edges)[:, None]
    total = (q * KRONROD).sum()
    return PanelDensity(
        edges, np.exp(_nodes(edges)), q * KRONROD / total, q * GAUSS / total, rows, peak + np.log(total), lowest, finite_moments
    )


def _nodes(edges: Floats) -> Floats:
    return 0.5 * ((edges[:-1] + edges[1:])[:, None] + np.diff(edges)[:, None] * NODES)


def _in_log(log_density: LogDensity, u: Floats) -> Floats:
    """The rows [ln density of u, *carried] at u = ln x, shape (1 + carried, *u.shape)."""
    rows = np.stack([np.reshape(row, u.shape) for row in log_density(np.exp(u).ravel())])
    if (strange := np.isnan(rows[0])).any():
        x = np.exp(u[strange][0])
        raise QuadratureError(
            f"the log density is NaN at x = {x:.6g}; expected a number or -inf. Check the prior's logpdf there."
        )
    rows[0] += u
    return rows


def _find_range(log_density: LogDensity, guess: float, support: tuple[float, float]) -> tuple[tuple[float, float], int, float]:
    """The interval of u = ln x outside which nothing counts, how many moments of x exist, and the highest point seen.

    It zooms onto the peak: each round keeps the grid points that count and one neighbor on either side, which for a
    log density with one peak (or peaks broader than the grid) always holds the peak.
    """
    with np.errstate(divide="ignore"):
        floor, ceiling = np.log(support[0]), np.log(support[1])
    # exp(2 * 340) is still a float. The ends of the support stay out: the density may be infinite there.
    u = np.unique(np.clip(np.log(guess) + SCAN, max(floor + 1e-12, -340.0), min(ceiling - 1e-12, 340.0)))
    log_q = _in_log(log_density, u)[0]
    if not np.isfinite(log_q.max()):
        raise QuadratureError(
            "the density is zero, or not finite, on its whole support. Check that prior and data are on one scale."
        )
    if support[0] == 0 and log_q[0] > log_q.max() - 0.5 * DROP:
        raise QuadratureError(
            "too much of the mass of x lies too close to zero to be integrated. Use a prior with less mass there."
        )
    # E[x**k] exists if the tail of x**k times the density still falls at the far end of the scan.
    heights = [np.max(log_q + k * u) - (log_q + k * u)[-1] for k in (1, 2)]
    finite_moments = 2 if np.isfinite(ceiling) else int(np.sum(np.array(heights) > DROP))
    while True:  # for some thirty rounds at most: after the first, each that does not end keeps four steps of eleven
        span = u[-1] - u[0]
        tail = log_q + finite_moments * u
        counts = np.flatnonzero((log_q >= log_q.max() - DROP) | (tail >= tail.max() - DROP))
        first, last = max(counts[0] - 1, 0), min(counts[-1] + 1, u.size - 1)
        low, high = u[first], u[last]
        if high - low > 0.4 * span and last - first >= 5:
            return (low, high), finite_moments, u[np.argmax(log_q)]
        if high - low < 1e-10:
            raise QuadratureError(
                f"the whole mass lies within 1e-10 of x = {np.exp(high):.6g} in ln x. "
                "Data and prior contradict each other: check their scales."
            )
        u = np.linspace(low, high, 12)
        log_q = _in_log(log_density, u)[0]
