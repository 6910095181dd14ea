"""Simulation-based calibration: whether a method returns posteriors that mean what they say.

Contract: truths are drawn from the prior and data from the truths. The *place* of a truth is the probability that its
posterior puts below it. Over many data sets the places that a right posterior gives are uniform between 0 and 1, for every
parameter, and its central interval of level c holds the truth in a fraction c of them.

Source: Cook, Gelman and Rubin (2006), doi:10.1198/106186006X136976; Talts et al. (2018), arXiv:1804.06788; Modrák et al.
(2023), doi:10.1214/23-BA1404.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ._arrays import check_rng
from .datasets import simulate_normal
from .measurements import Measurements, Truth
from .model import NormalHierarchy

__all__ = ["place_among", "simulate"]

TRIES = 10_000  # to draw an object that the limit admits


def simulate(model: NormalHierarchy, sigma: ArrayLike, *, rng: np.random.Generator, limit: float = np.inf) -> Measurements:
    """Draw mu and tau from the prior, then J objects with errors sigma (J,), all in one unit; the truth is filled in.

    An object whose measured value exceeds the limit is drawn again, as one that a survey never recorded; ValueError if one
    exceeds it 10,000 times, or if it is NaN.

    Examples
    --------
    >>> from scipy import stats
    >>> model = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
    >>> data = simulate(model, sigma=[0.1, 0.1, 0.2], rng=np.random.default_rng(1))
    >>> len(data), data.true_theta.shape
    (3, (3,))
    """
    check_rng(rng)
    if np.isnan(limit):
        raise ValueError("limit: got nan; expected a number, infinite where there is no limit.")
    mu, tau = rng.normal(*model.mu_prior), float(model.tau_prior.rvs(random_state=rng))
    data = simulate_normal(mu, tau, sigma, rng=rng)
    y, theta = data.y.copy(), data.true_theta.copy()
    for _ in range(TRIES):
        missed = y > limit
        if not missed.any():
            return Measurements(y, data.sigma, truth=Truth(mu, tau, theta))
        again = simulate_normal(mu, tau, data.sigma[missed], rng=rng)
        y[missed], theta[missed] = again.y, again.true_theta
    raise ValueError(
        f"limit: got {limit}; expected one that values around mu = {mu:.4g} can stay below, with tau = {tau:.4g}: "
        f"{missed.sum()} of {y.size} objects exceeded it {TRIES} times."
    )


def place_among(draws: ArrayLike, truth: float, *, rng: np.random.Generator) -> float:
    """Place of the truth among n independent draws (n,) of its posterior.

    Its rank is one of n + 1 equally likely ones; a random point within the rank's share makes the place uniform, not in steps.

    Examples
    --------
    >>> draws = np.arange(999.0)
    >>> round(place_among(draws, 499.5, rng=np.random.default_rng(1)), 2)
    0.5
    """
    draws = np.asarray(draws, float)
    if draws.ndim != 1 or not draws.size:
        raise ValueError(f"draws: got shape {draws.shape}; expected (n,), one parameter's draws.")
    return float((np.sum(draws < truth) + check_rng(rng).random()) / (draws.size + 1))
