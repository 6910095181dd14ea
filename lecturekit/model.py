"""The Normal hierarchy: y_j ~ N(theta_j, sigma_j**2), theta_j ~ N(mu, tau**2), mu ~ N(m0, s0**2), tau ~ any prior on tau >= 0.

Contract: every log_prob_* is a normalized joint log density of the parameters *and* the data, in its own coordinates.
It takes any leading shape, returns that shape, is -inf outside the support, never NaN, and never warns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import Floats
from .measurements import Measurements

__all__ = ["NormalHierarchy"]

LOG_2PI = np.log(2 * np.pi)
ONE = np.array(1.0)


def _log_normals(residual: Floats, sd: Floats) -> Floats:
    """Log density of Normal residuals (..., J), summed over the last axis; sd has that axis or broadcasts to it."""
    z = residual / sd
    log_p: Floats = -(0.5 * z * z + np.log(sd)).sum(axis=-1) - 0.5 * z.shape[-1] * LOG_2PI
    return log_p


def _check_mu_prior(mu_prior: Any) -> tuple[float, float]:
    try:
        location, scale = (float(value) for value in mu_prior)
    except (TypeError, ValueError) as error:
        raise ValueError(f"mu_prior: got {mu_prior!r}; expected two numbers, (location, scale).") from error
    if not np.isfinite(location):
        raise ValueError(f"mu_prior: got location {location}; expected a finite number.")
    if not (np.isfinite(scale) and scale > 0):
        raise ValueError(
            f"mu_prior: got scale {scale}; expected a finite number > 0. For a nearly flat prior choose a scale "
            "some hundred times wider than the data."
        )
    return location, scale


def _check_tau_prior(tau_prior: Any) -> None:
    if not (hasattr(tau_prior, "logpdf") and hasattr(tau_prior, "dist")):
        raise ValueError(
            f"tau_prior: got {tau_prior!r}; expected a frozen continuous scipy.stats distribution, "
            "for example scipy.stats.halfnorm(scale=0.5)."
        )
    with np.errstate(all="ignore"):
        below, total = float(tau_prior.cdf(0.0)), float(tau_prior.cdf(np.inf))
    if below > 0:
        raise ValueError(
            f"tau_prior: puts mass {below:.3g} at or below zero; expected a distribution on tau >= 0, "
            "for example scipy.stats.halfnorm or halfcauchy."
        )
    if not abs(total - 1) < 1e-6:
        raise ValueError(
            f"tau_prior: its mass is {total}; expected a proper distribution, of mass 1. An improper prior has "
            "no evidence and can make the posterior improper: bound it, for example scipy.stats.uniform(0, 1000)."
        )


@dataclass(frozen=True, eq=False)
class NormalHierarchy:
    """The Normal hierarchical model with known measurement errors.

    Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4.

    Parameters
    ----------
    mu_prior : (location, scale)
        Mean and standard deviation of the Normal prior on the population mean mu, in the unit of y.
    tau_prior : frozen scipy.stats distribution
        Proper prior on the population standard deviation tau, without mass below zero.

    Raises
    ------
    ValueError
        If a prior is not as described.

    Examples
    --------
    >>> from scipy import stats
    >>> from lecturekit.datasets import eight_schools
    >>> model = NormalHierarchy(mu_prior=(0, 20), tau_prior=stats.halfnorm(scale=10))
    >>> round(float(model.log_prob_marginal([8, 5], eight_schools())), 4)
    -36.6422
    >>> mean, sd = model.theta_given(8, 0, eight_schools())  # complete pooling
    >>> set(mean.tolist()), set(sd.tolist())
    ({8.0}, {0.0})
    """

    mu_prior: tuple[float, float]
    tau_prior: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "mu_prior", _check_mu_prior(self.mu_prior))
        _check_tau_prior(self.tau_prior)

    def log_prior(self, mu: ArrayLike, tau: ArrayLike) -> Floats | float:
        """ln p(mu) p(tau), normalized; mu and tau broadcast. -inf where tau is outside its prior's support."""
        mu, tau = np.asarray(mu, float), np.asarray(tau, float)
        with np.errstate(all="ignore"):  # outside the support formulas may divide by zero or take its logarithm, here and below
            return _where(tau >= 0, self._log_prior(mu, tau))

    def _log_prior(self, mu: Floats, tau: Floats) -> Floats:
        location, scale = self.mu_prior
        log_p: Floats = -0.5 * ((mu - location) / scale) ** 2 - (np.log(scale) + 0.5 * LOG_2PI) + self.tau_prior.logpdf(tau)
        return log_p

    def log_prob_centered(self, params: ArrayLike, data: Measurements) -> Floats | float:
        """ln p(mu, tau, theta, y) for params (..., 2 + J) = [mu, tau, theta_1 ... theta_J]; returns (...).

        At tau = 0 exactly the density of theta does not exist: the centered coordinates end there.
        """
        mu, tau, theta = _split(params, 2 + len(data))
        with np.errstate(all="ignore"):
            log_theta = _log_normals(theta - mu[..., None], tau[..., None])
            return _where(tau > 0, self._log_prior(mu, tau) + log_theta + _log_normals(data.y - theta, data.sigma))

    def log_prob_noncentered(self, params: ArrayLike, data: Measurements) -> Floats | float:
        """ln p(mu, tau, eta, y) for params (..., 2 + J) = [mu, tau, eta_1 ... eta_J], theta = mu + tau eta; returns (...).

        It equals log_prob_centered plus J ln tau, the log Jacobian of theta with respect to eta.
        Source: Betancourt and Girolami (2015), arXiv:1312.0906.
        """
        mu, tau, eta = _split(params, 2 + len(data))
        with np.errstate(all="ignore"):
            theta = mu[..., None] + tau[..., None] * eta
            return _where(
                tau >= 0, self._log_prior(mu, tau) + _log_normals(eta, ONE) + _log_normals(data.y - theta, data.sigma)
            )

    def log_prob_marginal(self, params: ArrayLike, data: Measurements) -> Floats | float:
        """ln p(mu, tau, y), theta integrated out, for params (..., 2) = [mu, tau]; returns (...).

        At tau = 0 it is complete pooling: every theta_j equals mu.
        """
        mu, tau, _ = _split(params, 2)
        with np.errstate(all="ignore"):
            return _where(
                tau >= 0, self._log_prior(mu, tau) + _log_normals(data.y - mu[..., None], np.hypot(data.sigma, tau[..., None]))
            )

    def theta_given(self, mu: ArrayLike, tau: ArrayLike, data: Measurements) -> tuple[Floats, Floats]:
        """Mean and sd of theta_j given mu, tau (broadcast together, shape (...)) and the data; each of shape (..., J).

        The mean is w_j y_j + (1 - w_j) mu with w_j = tau**2 / (tau**2 + sigma_j**2), the sd is sqrt(w_j) sigma_j.
        ValueError if tau is negative or anything is not finite.
        """
        mu, tau = np.broadcast_arrays(np.asarray(mu, float), np.asarray(tau, float))
        if not (np.isfinite(mu).all() and np.isfinite(tau).all() and (tau >= 0).all()):
            raise ValueError("mu, tau: got a value that is not finite or a negative tau; expected finite numbers, tau >= 0.")
        root_w = tau[..., None] / np.hypot(tau[..., None], data.sigma)
        return mu[..., None] + root_w**2 * (data.y - mu[..., None]), root_w * data.sigma


def _where(possible: NDArray[np.bool_], log_p: Floats) -> Floats | float:
    """log_p where it is possible and a number, else -inf."""
    return np.where(possible & ~np.isnan(log_p), log_p, -np.inf)[()]


def _split(params: ArrayLike, length: int) -> tuple[Floats, Floats, Floats]:
    params = np.asarray(params, float)
    if params.ndim == 0 or params.shape[-1] != length:
        raise ValueError(
            f"params: got shape {params.shape}; expected (..., {length}), the last axis holding "
            + ("mu and tau." if length == 2 else f"mu, tau and one value for each of the {length - 2} objects.")
        )
    return params[..., 0], params[..., 1], params[..., 2:]
