"""The posterior of the Normal hierarchy by quadrature: exact to round-off, no chain.

The argument is that of BDA3, section 5.4, read backwards. Given mu and tau, every theta_j is Normal. Given tau, mu is Normal.
What is left is one number, tau, and its density is known up to a constant: p(tau | y) ~ p(tau) p(y | tau). So tau is put on
quadrature nodes (`quadrature`), and mu and theta_j are mixtures of Normals over the nodes, with the nodes' masses as weights.

Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4; Rubin (1981), doi:10.3102/10769986006004377.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from .._arrays import Floats, check_rng
from ..draws import Draws
from ..measurements import Measurements
from ..model import LOG_2PI, NormalHierarchy
from .mixture import MixtureOfEach, NormalMixture
from .panels import PanelDensity
from .quadrature import panel_density, refined

__all__ = ["EachObject", "ExactPosterior", "HyperPosterior", "Likelihood", "TauDensity", "first_guess"]

LEVELS = np.array([0.025, 0.16, 0.5, 0.84, 0.975])
#: The smallest, the median and the largest sigma, and the sd of y.
Scales = tuple[float, float, float, float]
SPAN = 1e100  # the ratio of scales that leaves room for squares, and for the range of tau that is searched


# 1. What the data say about mu and tau, theta integrated out: y_j ~ N(mu, sigma_j**2 + tau**2).


class Likelihood(Protocol):
    """-2 ln p(y | mu, tau) = count ln(2 pi) + offset + misfit + precision (mu - center - mean)**2.

    mu is counted from the center, so that no digits are lost where y lies near 1e8.
    """

    count: float
    center: float
    offset: float
    scales: Scales

    def __call__(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Precision, mean and misfit at tau, each (G,)."""


class EachObject:
    """The `Likelihood` as a sum over the objects."""

    offset = 0.0

    def __init__(self, data: Measurements) -> None:
        y, sigma = data.y, data.sigma
        self.count, self.center = float(y.size), float(y[np.argmin(sigma)])
        low, median, high = np.sort(sigma)[[0, (y.size - 1) // 2, -1]].tolist()
        self.scales = low, median, high, float((y - self.center).std())
        self._residual, self._variance = y - self.center, sigma**2

    def __call__(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Precision, mean and misfit at tau, each (G,)."""
        weight = 1 / (self._variance + tau[:, None] ** 2)
        precision = weight.sum(axis=1)
        mean = (weight @ self._residual) / precision
        misfit = (weight * (self._residual - mean[:, None]) ** 2 - np.log(weight)).sum(axis=1)
        return precision, mean, misfit


# 2. p(tau | y) ~ p(tau) p(y | tau), with mu integrated out under its Normal prior; and mu given tau and y, which is Normal.


class TauDensity:
    """ln p(tau, y), up to the constants of the likelihood, and beside it the mean and sd of mu given tau; each (G,)."""

    def __init__(self, model: NormalHierarchy, likelihood: Likelihood) -> None:
        self._model, self._likelihood = model, likelihood

    def __call__(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        """Evaluate at tau (G,); mu is counted from the likelihood's center."""
        location, scale = self._model.mu_prior[0] - self._likelihood.center, self._model.mu_prior[1]
        precision, mean, misfit = self._likelihood(tau)
        spread = 1 / precision + scale**2  # of the data's mean, mu integrated out
        log_likelihood = -0.5 * (misfit + (mean - location) ** 2 / spread + np.log(precision * spread))
        with np.errstate(all="ignore"):  # scipy's logpdf may meet log(0) on its way to a right -inf
            log_prior = self._model.tau_prior.logpdf(tau)
        pull = 1 / (precision * spread)
        return log_prior + log_likelihood, mean + (location - mean) * pull, scale * np.sqrt(pull)


# 3. theta_j given tau and y, with mu integrated out of N(w_j y_j + (1 - w_j) mu, w_j sigma_j**2): Normal too.


def _theta_given_tau(tau: Floats, mu: tuple[Floats, Floats], residual: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Mean and sd of theta_j given tau, (J, G), from those of mu given tau, (G,) each, y_j and sigma_j**2, (J,) each."""
    w = tau**2 / (tau**2 + variance[:, None])
    mean = mu[0] + w * (residual[:, None] - mu[0])
    return mean, np.sqrt(w * variance[:, None] + ((1 - w) * mu[1]) ** 2)


# 4. So tau is put on quadrature nodes, and mu and theta_j are mixtures of Normals over them.


class HyperPosterior:
    """mu and tau given the data.

    Attributes
    ----------
    log_evidence : float
        ln p(y), normalized.
    error : float
        The largest estimated error of any mean, sd or quantile of mu and tau, in posterior sd.
    """

    NAMES = '"mu" or "tau"'

    def __init__(self, model: NormalHierarchy, likelihood: Likelihood, peak: float) -> None:
        self.model = model
        self._center, self._log_density = likelihood.center, TauDensity(model, likelihood)
        nodes = panel_density(self._log_density, peak, model.tau_prior.support())
        self._tau, self.error = refined(nodes, self._log_density, self._estimated_error)
        self.log_evidence = float(self._tau.log_norm - 0.5 * (likelihood.count * LOG_2PI + likelihood.offset))

    def _mu(self, tau: PanelDensity) -> NormalMixture:
        means, sds = tau.rows[1:].reshape(2, -1)
        return NormalMixture(tau.weights.ravel(), means, sds, self._center)

    def _marginal(self, name: str) -> PanelDensity | NormalMixture | MixtureOfEach:
        if name not in ("mu", "tau"):
            raise ValueError(f"name: got {name!r}; expected {self.NAMES}.")
        return self._tau if name == "tau" else self._mu(self._tau)

    def mean(self, name: str) -> float | Floats:
        """Posterior mean; `QuadratureError` if that of tau does not exist."""
        mean = self._marginal(name).mean()
        return mean if name == "theta" else float(mean)

    def sd(self, name: str) -> float | Floats:
        """Posterior standard deviation; `QuadratureError` if that of tau does not exist."""
        sd = self._marginal(name).sd()
        return sd if name == "theta" else float(sd)

    def quantile(self, name: str, q: ArrayLike) -> float | Floats:
        """The value below which the probability is q, 0 < q < 1: of the shape of q, for theta (..., J)."""
        q = np.asarray(q, float)
        if not ((q > 0) & (q < 1)).all():
            raise ValueError(f"q: got {q}; expected probabilities between 0 and 1, both excluded.")
        return self._marginal(name).quantile(q)[()]

    def cdf(self, name: str, x: ArrayLike) -> float | Floats:
        """Probability below x. For theta, x is a number or has J values on its last axis, and so has the result."""
        return self._marginal(name).cdf(np.asarray(x, float))[()]

    def pdf(self, name: str, x: ArrayLike) -> float | Floats:
        """Density at x; shapes as in `cdf`."""
        return self._marginal(name).pdf(np.asarray(x, float))[()]

    @cached_property
    def tau_grid(self) -> Floats:
        """Values of tau, ascending, dense enough to draw `tau_density` or to sum it by the trapezoidal rule."""
        return np.exp(np.unique(np.linspace(self._tau.edges[:-1], self._tau.edges[1:], 33)))

    @cached_property
    def tau_density(self) -> Floats:
        """p(tau | y) on `tau_grid`."""
        return self._tau.pdf(self.tau_grid)

    def _theta(self, y: Floats, sigma: Floats) -> MixtureOfEach:
        tau, mu = self._tau.x.ravel(), self._mu(self._tau)

        def of_part(part: slice) -> NormalMixture:
            given = _theta_given_tau(tau, (mu.means, mu.sds), y[part] - self._center, sigma[part] ** 2)
            return NormalMixture(mu.weights, *given, self._center)

        return MixtureOfEach(of_part, y.size, tau.size)

    def _estimated_error(self, tau: PanelDensity) -> float:
        """Every mean, sd and quantile by the Kronrod rule against the Gauss rule, the coarser by far."""
        mu = replace(self._mu(tau), center=0.0)
        scale = mu.sd()
        gauss = tau.gauss_weights.ravel() / tau.gauss_weights.sum()
        about = NormalMixture(gauss, (mu.means - mu.mean()) / scale, mu.sds / scale)  # standardized: no digits are lost
        x = mu.quantile(LEVELS)
        quantiles = (mu.cdf(x) - replace(mu, weights=gauss).cdf(x)) / (mu.pdf(x) * scale)
        return float(np.max(np.abs([about.mean(), about.sd() - 1, *quantiles, *tau.errors(LEVELS)])))


class ExactPosterior(HyperPosterior):
    """What `posterior` returns for data in memory. Names are "mu", "tau" and "theta"; theta gives one value per object.

    Attributes
    ----------
    data : Measurements
        What was given.
    log_evidence : float
        ln p(y), normalized.
    error : float
        The largest estimated error of any mean, sd or quantile of mu and tau, in posterior sd.
    """

    NAMES = '"mu", "tau" or "theta"'

    def __init__(self, model: NormalHierarchy, data: Measurements, likelihood: Likelihood, peak: float) -> None:
        super().__init__(model, likelihood, peak)
        self.data = data

    def _marginal(self, name: str) -> PanelDensity | NormalMixture | MixtureOfEach:
        return self._theta(self.data.y, self.data.sigma) if name == "theta" else super()._marginal(name)

    def theta_given_tau(self, tau: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and sd of every theta_j given tau (n,) >= 0 and the data, mu integrated out; each (n, J)."""
        tau = np.atleast_1d(np.asarray(tau, float))
        if tau.ndim != 1 or not (np.isfinite(tau) & (tau >= 0)).all():
            raise ValueError(f"tau: got {tau}; expected finite numbers >= 0, in one dimension.")
        _, mu_mean, mu_sd = self._log_density(tau)
        mean, sd = _theta_given_tau(tau, (mu_mean, mu_sd), self.data.y - self._center, self.data.sigma**2)
        return self._center + mean.T, sd.T

    def draws(self, n: int, *, rng: np.random.Generator) -> Draws:
        """n independent draws of (mu, tau, theta): tau, then mu given tau, then theta given both."""
        check_rng(rng)
        if not (isinstance(n, (int, np.integer)) and n > 0):
            raise ValueError(f"n: got {n!r}; expected a whole number of draws > 0.")
        tau = self._tau.quantile(rng.random(n))
        mean, sd = (self._tau.interpolate(values, tau) for values in self._tau.rows[1:])
        mu = self._center + rng.normal(mean, sd)
        return Draws(mu, tau, rng.normal(*self.model.theta_given(mu, tau, self.data)))


# Where to look for tau first, and what keeps the arithmetic of floats out of the argument's way.


def first_guess(model: NormalHierarchy, scales: Scales) -> float:
    """A scale of tau to begin with; ValueError if the scales of the data span more than floats hold."""
    low, median, high, spread = scales
    if not max(spread, high) <= SPAN * low:
        raise ValueError(
            f"sigma: got values from {low:.1e} to {high:.1e}, and y that spread by {spread:.1e}; expected none of these "
            f"above {SPAN:.0e} times the smallest sigma: floats do not hold their squares. Check the units."
        )
    with np.errstate(all="ignore"):  # scipy's median of a very wide prior may overflow: no matter for a first guess
        prior_median = float(np.nan_to_num(model.tau_prior.median()))
    return min(median, prior_median or np.inf)
