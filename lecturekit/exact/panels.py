"""A density of one positive variable x on panels in u = ln x, with the masses that two quadrature rules give its nodes.

The rules are Kronrod's with 15 nodes and, for the estimate of the error, Gauss's with 7 of these.

Source: Piessens et al. (1983), QUADPACK, Springer, doi:10.1007/978-3-642-61786-7.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.interpolate import BPoly, CubicHermiteSpline

from .._arrays import Floats

__all__ = ["GAUSS", "KRONROD", "NODES", "PanelDensity", "QuadratureError"]

SPLIT = 1e-7  # Gauss-Kronrod disagreement, in units of the whole, that splits a panel
STEPS = 64  # of every panel, between which the inverse of the cdf is interpolated


def _mirror(half: list[float], sign: int) -> Floats:
    return np.array([*half, *(sign * value for value in half[-2::-1])])


# Every second node belongs to the Gauss rule.
# fmt: off
NODES = -_mirror([
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
    0.741531185599394439863864773280788, 0.586087235467691130294144691258743, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0.0], -1)
KRONROD = _mirror([
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
    0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714], 1)
GAUSS = np.zeros(15)
GAUSS[1::2] = _mirror([
    0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
    0.381830050505118944950369775488975, 0.417959183673469387755102040816327], 1)
# fmt: on

DEGREE = np.arange(NODES.size)
# Values at the nodes -> coefficients of Bernstein's polynomials, which lose no digits between them.
TO_BERNSTEIN = np.linalg.inv(stats.binom.pmf(DEGREE, DEGREE[-1], 0.5 * (1 + NODES[:, None])))


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

    def _piecewise(self, values: Floats) -> BPoly:
        """The polynomials in u through values at the nodes, (P, 15)."""
        return BPoly((values @ TO_BERNSTEIN.T).T, self.edges)

    @cached_property
    def _density(self) -> BPoly:
        return self._piecewise(self.weights / (0.5 * np.diff(self.edges)[:, None] * KRONROD))

    @cached_property
    def _below(self) -> BPoly:
        return self._density.antiderivative()

    def _u(self, x: ArrayLike) -> tuple[Floats, Floats]:
        """ln x, and the nearest to it within the range."""
        with np.errstate(divide="ignore"):  # ln 0 = -inf lies below every panel, as it should
            u = np.log(np.maximum(x, 0.0))
        return u, np.clip(u, self.edges[0], self.edges[-1])

    def interpolate(self, values: Floats, x: ArrayLike) -> Floats:
        """A smooth function of x from its values at the nodes, (P, 15); held constant outside the range."""
        return np.asarray(self._piecewise(values)(self._u(x)[1]))

    def pdf(self, x: ArrayLike) -> Floats:
        """Density at x, of the same shape; between the support's and the range's lower end it is taken as flat."""
        u, inside = self._u(x)
        density = np.maximum(self._density(inside), 0.0) / np.exp(np.maximum(u, self.edges[0]))
        return np.where((u > self.edges[-1]) | (np.asarray(x) < self.lowest), 0.0, density)

    def cdf(self, x: ArrayLike) -> Floats:
        """Probability below x, of the same shape."""
        u, inside = self._u(x)
        # At an end of the range the polynomial is right to rounding only: what lies beyond is 0, or 1, by the bounds.
        return np.asarray(np.clip(self._below(inside), u >= self.edges[-1], u > self.edges[0]))

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
        panels = len(self.x)
        u = np.interp(np.arange(panels * STEPS + 1) / STEPS, np.arange(panels + 1), self.edges)
        q, density = np.clip(self._below(u), 0.0, 1.0), self._density(u)
        ends = (max(density[0], 1e-16), max(density[-1], 1e-16))
        z = _log_odds(q, *ends)
        known = (density > 0) & (z > np.maximum.accumulate(np.r_[-np.inf, z[:-1]]))
        z, u, q, density = (values[known] for values in (z, u, q, density))
        return CubicHermiteSpline(z, u, 1 / (density / (q + ends[0]) + density / (1 - q + ends[1]))), ends


def _log_odds(q: Floats, before: float, beyond: float) -> Floats:
    """ln of q : 1 - q, finite at the ends too: exponential tails of these densities are added to the range in u."""
    return np.log((q + before) / (1 - q + beyond))
