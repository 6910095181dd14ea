"""Likelihoods for samples that miss objects: truncated samples and censored ones, and a posterior on a grid.

The model is `NormalHierarchy` with a limit. Object j enters the sample only if its *measured* value stays below its own limit,
y_j <= limit_j, as a magnitude-limited survey does: limit_j = m_lim - (distance modulus of j). In a truncated sample the rest
are unknown, even their number. In a censored one they are known to exist, with their sigma, and only their values are missing.

What is dropped here is mu and tau only. Given these, the measured value says all there is about theta_j, selected or not, so
`NormalHierarchy.theta_given` stays right.

Contract: as in `model`. Every log_prob_* is normalized over the data it describes, takes any leading shape, returns that
shape, is -inf outside the support, never NaN, and never warns.

Source: Loredo (2004), AIP Conf. Proc. 735, 195, doi:10.1063/1.1835214; Mandel, Farr and Gair (2019), MNRAS 486, 1086,
doi:10.1093/mnras/stz896.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr

from ._arrays import Floats, check_vector, require
from .measurements import Measurements
from .model import NormalHierarchy

__all__ = ["GridPosterior", "log_prob_censored", "log_prob_truncated", "on_grid"]

EDGE = 1e-3  # of the peak: what a marginal density may still be where the grid ends


def log_prob_truncated(model: NormalHierarchy, params: ArrayLike, data: Measurements, limit: ArrayLike) -> Floats | float:
    """ln p(mu, tau) p(y | mu, tau, every y_j <= limit_j), theta integrated out; params (..., 2) = [mu, tau], returns (...).

    Each object's density is divided by its probability of being selected, Phi((limit_j - mu) / sqrt(sigma_j**2 + tau**2)).

    Parameters
    ----------
    data : Measurements
        The J objects of the sample.
    limit : array_like, shape (J,)
        Largest y_j with which each would have been selected, in the unit of y. Finite: where there is no limit, any number
        far above the population does.

    Raises
    ------
    ValueError
        If a limit is not finite, or an object lies above its own limit.

    Examples
    --------
    A limit that every object stays far below changes nothing:

    >>> from scipy import stats
    >>> model = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=1))
    >>> data = Measurements(y=[0.1, -0.2], sigma=[0.1, 0.1])
    >>> truncated = log_prob_truncated(model, [0, 0.1], data, limit=[50, 50])
    >>> np.isclose(truncated, model.log_prob_marginal([0, 0.1], data))
    np.True_
    """
    ends = _check_limit("limit", limit, len(data), "objects")
    require("y", data.y, data.y <= ends, "a value at or below the object's limit: above it, it is not in the sample")
    return _combine(model, params, data, -1, ends, data.sigma)


def log_prob_censored(
    model: NormalHierarchy, params: ArrayLike, data: Measurements, missed_limit: ArrayLike, missed_sigma: ArrayLike
) -> Floats | float:
    """ln p(mu, tau, y, K objects beyond their limits), theta integrated out; params (..., 2) = [mu, tau], returns (...).

    Each missed object contributes the probability of lying beyond its limit, Phi((mu - limit_k) / sqrt(sigma_k**2 + tau**2)).

    Parameters
    ----------
    data : Measurements
        The J objects that were measured.
    missed_limit, missed_sigma : array_like, shape (K,)
        For each object that was looked for and missed: the limit that its y exceeds, and the standard error that
        its y would have had, both in the unit of y.

    Raises
    ------
    ValueError
        If a limit is not finite, a missed_sigma not > 0, or the two differ in length.

    Examples
    --------
    A missed object whose limit lies far below the population changes nothing:

    >>> from scipy import stats
    >>> model = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=1))
    >>> data = Measurements(y=[0.1, -0.2], sigma=[0.1, 0.1])
    >>> censored = log_prob_censored(model, [0, 0.1], data, missed_limit=[-50], missed_sigma=[0.1])
    >>> np.isclose(censored, model.log_prob_marginal([0, 0.1], data))
    np.True_
    """
    errors = check_vector("missed_sigma", missed_sigma)
    require("missed_sigma", errors, errors > 0, "a standard error > 0")
    ends = _check_limit("missed_limit", missed_limit, errors.size, "missed objects")
    return _combine(model, params, data, +1, ends, errors)


def _check_limit(field: str, limit: ArrayLike, length: int, objects: str) -> Floats:
    ends = check_vector(field, limit)
    if ends.size != length:
        raise ValueError(f"{field}: got length {ends.size}; expected one limit for each of the {length} {objects}.")
    return ends


def _combine(
    model: NormalHierarchy, params: ArrayLike, data: Measurements, side: int, limit: Floats, sigma: Floats
) -> Floats | float:
    """The complete-sample log density, less ln P(y <= limit) for side -1, plus ln P(y > limit) for side +1."""
    log_p = model.log_prob_marginal(params, data)
    mu, tau = np.moveaxis(np.asarray(params, float), -1, 0)[..., None]
    with np.errstate(all="ignore"):  # outside the support, as in model; infinity less infinity is the NaN that is caught below
        log_fraction = log_ndtr(side * (mu - limit) / np.hypot(sigma, tau)).sum(axis=-1)
        log_p = log_p + side * log_fraction
    return np.where(log_p < np.inf, log_p, -np.inf)[()]  # a comparison with NaN is false


@dataclass(frozen=True, eq=False)
class GridPosterior:
    """A posterior of mu and tau on a grid. What `on_grid` returns; names are "mu" and "tau".

    mu : (M,) and tau : (T,), ascending. density : (T, M), normalized p(mu, tau | y).
    """

    mu: Floats
    tau: Floats
    density: Floats

    def marginal(self, name: str) -> Floats:
        """Density of mu (M,) or tau (T,) on its grid."""
        if name not in ("mu", "tau"):
            raise ValueError(f'name: got {name!r}; expected "mu" or "tau".')
        return _weights(self.tau) @ self.density if name == "mu" else self.density @ _weights(self.mu)

    def mean(self, name: str) -> float:
        """Posterior mean."""
        density = self.marginal(name)
        x = getattr(self, name)
        return float((_weights(x) * density) @ x)

    def sd(self, name: str) -> float:
        """Posterior standard deviation."""
        density = self.marginal(name)
        x = getattr(self, name)
        return float(np.sqrt((_weights(x) * density) @ (x - self.mean(name)) ** 2))


def on_grid(log_prob: Callable[[Floats], Floats], mu: ArrayLike, tau: ArrayLike) -> GridPosterior:
    """Normalize a posterior of two numbers by the trapezoidal rule. Two dimensions need no chain, and a grid has no noise.

    Parameters
    ----------
    log_prob : callable
        Takes params (M, 2) = [mu, tau] and returns their log density (M,), up to a constant.
    mu, tau : array_like, shapes (M,) and (T,)
        Where to evaluate it: ascending, wide enough to hold the posterior and fine enough to resolve it. tau may start at 0.

    Raises
    ------
    ValueError
        If a grid does not ascend, is too narrow (a marginal density at its end above a thousandth of its peak, other than
        at tau = 0), or is coarser than the posterior's sd.

    Examples
    --------
    >>> mu, tau = np.linspace(-6, 6, 121), np.linspace(-4, 6, 101)
    >>> normal = on_grid(lambda params: -0.5 * (params[:, 0] ** 2 + (params[:, 1] - 1) ** 2), mu, tau)
    >>> round(normal.mean("tau"), 3), round(normal.sd("mu"), 3)
    (1.0, 1.0)
    """
    mu, tau = check_vector("mu", mu), check_vector("tau", tau)
    for name, x in (("mu", mu), ("tau", tau)):
        if x.size < 3 or not (np.diff(x) > 0).all():
            raise ValueError(f"{name}: got {x.size} grid points; expected at least three, each larger than the one before it.")
    # A row of the grid at a time bounds the memory.
    log_p = np.stack([log_prob(np.column_stack([mu, np.full_like(mu, t)])) for t in tau])
    if not np.isfinite(log_p.max()):
        raise ValueError("log_prob: not finite anywhere on the grid; expected a grid that holds the posterior.")
    p = np.exp(log_p - log_p.max())
    posterior = GridPosterior(mu, tau, p / (_weights(tau) @ p @ _weights(mu)))
    for name, x in (("mu", mu), ("tau", tau)):
        _check_grid(name, x, posterior.marginal(name), posterior.sd(name))
    return posterior


def _check_grid(name: str, x: Floats, density: Floats, sd: float) -> None:
    for end in (0, -1):
        at_end = density[end] / density.max()
        if at_end > EDGE and not (name == "tau" and x[end] == 0):
            raise ValueError(
                f"{name}: the posterior at {name} = {x[end]:.4g}, where the grid ends, is still {at_end:.2g} of its peak; "
                f"expected less than {EDGE}. Widen the grid."
            )
    if np.diff(x).max() > sd:
        raise ValueError(f"{name}: got steps of {np.diff(x).max():.3g}; expected at most the posterior's sd. Refine the grid.")


def _weights(x: Floats) -> Floats:
    """Weights of the trapezoidal rule."""
    steps = np.diff(x)
    weights: Floats = 0.5 * (np.append(steps, 0.0) + np.append(0.0, steps))
    return weights
