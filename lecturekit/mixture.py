"""Finite mixtures of Normals: what mu and theta_j are once tau has been put on quadrature nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from .arrays import Floats

__all__ = ["NormalMixture", "invert_cdf"]

Function = Callable[[Floats], Floats]
SQRT_2PI = np.sqrt(2 * np.pi)


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
    """

    weights: Floats
    means: Floats
    sds: Floats

    def _standardized(self, x: ArrayLike) -> Floats:
        return (np.asarray(x, float)[..., None] - self.means) / self.sds

    def mean(self) -> Floats:
        """Means, S."""
        mean: Floats = self.means @ self.weights
        return mean

    def sd(self) -> Floats:
        """Standard deviations, S."""
        return np.sqrt((self.sds**2 + (self.means - self.mean()[..., None]) ** 2) @ self.weights)

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
        return invert_cdf(
            self.cdf, self.pdf, np.broadcast_to(q, shape), np.broadcast_to(low, shape), np.broadcast_to(high, shape)
        )
