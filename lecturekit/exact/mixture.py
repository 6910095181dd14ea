"""Finite mixtures of Normals: what mu and theta_j are once tau has been put on quadrature nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from .._arrays import Floats

__all__ = ["MixtureOfEach", "NormalMixture", "invert_cdf"]

Function = Callable[[Floats], Floats]
SQRT_2PI = np.sqrt(2 * np.pi)
CHUNK = 2**15  # numbers worked on at a time: they stay in the processor's cache, and bound the memory


def invert_cdf(cdf: Function, pdf: Function, q: Floats, low: Floats, high: Floats) -> Floats:
    """Solve cdf(x) = q for x in [low, high], elementwise: Newton's steps while they halve, else bisection of a bracket."""
    x, moved = 0.5 * (low + high), high - low
    for _ in range(400):
        excess = cdf(x) - q
        done = (np.abs(excess) <= 1e-13) | (moved <= 1e-15 * np.abs(x)) & ~np.isnan(excess)
        if done.all():
            return x
        low, high = np.where(excess < 0, x, low), np.where(excess > 0, x, high)
        with np.errstate(all="ignore"):  # a vanishing pdf sends Newton out of the bracket: bisect instead
            newton = x - excess / pdf(x)
        good = (newton > low) & (newton < high) & (np.abs(newton - x) < 0.5 * moved)
        step = np.where(good, newton, 0.5 * (low + high))
        moved, x = np.where(done, moved, np.abs(step - x)), np.where(done, x, step)
    raise ArithmeticError(f"a quantile did not converge (levels {np.min(q)} to {np.max(q)}).")


@dataclass(frozen=True, eq=False)
class NormalMixture:
    """S mixtures of K Normals with common weights.

    weights : (K,), adding up to 1. means, sds : (*S, K). Every method returns S, or the broadcast of x or q with S.
    center : what the means are counted from.
    """

    weights: Floats
    means: Floats
    sds: Floats
    center: float = 0.0

    def _standardized(self, x: ArrayLike) -> Floats:
        return (np.asarray(x, float)[..., None] - self.center - self.means) / self.sds

    def mean(self) -> Floats:
        """Means, S."""
        return self.center + self._mean()

    def _mean(self) -> Floats:
        mean: Floats = self.means @ self.weights
        return mean

    def sd(self) -> Floats:
        """Standard deviations, S."""
        return np.sqrt((self.sds**2 + (self.means - self._mean()[..., None]) ** 2) @ self.weights)

    def pdf(self, x: ArrayLike) -> Floats:
        """Densities at x."""
        density: Floats = (np.exp(-0.5 * self._standardized(x) ** 2) / (SQRT_2PI * self.sds)) @ self.weights
        return density

    def cdf(self, x: ArrayLike) -> Floats:
        """Probabilities below x."""
        return np.minimum(ndtr(self._standardized(x)) @ self.weights, 1.0)  # the weights' sum may round to more than 1

    def quantile(self, q: ArrayLike) -> Floats:
        """The values with probability q below them."""
        shape = np.broadcast_shapes(np.shape(q), self.means.shape[:-1])
        low, high = (self.means - 40 * self.sds).min(axis=-1), (self.means + 40 * self.sds).max(axis=-1)
        about = replace(self, center=0.0)  # near zero Newton's steps lose no digits
        q, low, high = (np.broadcast_to(values, shape) for values in (q, low, high))
        return self.center + invert_cdf(about.cdf, about.pdf, q, low, high)


@dataclass(frozen=True, eq=False)
class MixtureOfEach:
    """A mixture of K Normals for each of J objects, worked out for a part of the objects at a time.

    of_part : makes the mixtures of a slice of the objects. Methods return (J,), or (..., J) for q (...) and x (..., 1 or J).
    """

    of_part: Callable[[slice], NormalMixture]
    n_objects: int
    n_normals: int

    def _over(self, method: Callable[[NormalMixture, slice], Floats]) -> Floats:
        step = max(1, CHUNK // self.n_normals)
        parts = [slice(start, start + step) for start in range(0, self.n_objects, step)]
        return np.concatenate([method(self.of_part(part), part) for part in parts], axis=-1) if parts else np.empty(0)

    def mean(self) -> Floats:
        """Means, (J,)."""
        return self._over(lambda mixture, part: mixture.mean())

    def sd(self) -> Floats:
        """Standard deviations, (J,)."""
        return self._over(lambda mixture, part: mixture.sd())

    def pdf(self, x: Floats) -> Floats:
        """Densities at x."""
        x = np.broadcast_to(x, np.broadcast_shapes(x.shape, (self.n_objects,)))
        return self._over(lambda mixture, part: mixture.pdf(x[..., part]))

    def cdf(self, x: Floats) -> Floats:
        """Probabilities below x."""
        x = np.broadcast_to(x, np.broadcast_shapes(x.shape, (self.n_objects,)))
        return self._over(lambda mixture, part: mixture.cdf(x[..., part]))

    def quantile(self, q: Floats) -> Floats:
        """The values with probability q below them."""
        return self._over(lambda mixture, part: mixture.quantile(q[..., None]))
