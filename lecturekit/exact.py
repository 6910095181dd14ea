"""The posterior of the Normal hierarchy by quadrature: exact to round-off, no chain.

The argument is that of BDA3, section 5.4, read backwards. Given mu and tau, every theta_j is Normal. Given tau, mu is Normal.
What is left is one number, tau, and its density is known up to a constant: p(tau | y) ~ p(tau) p(y | tau). So tau is put on
quadrature nodes (`quadrature`), and mu and theta_j are mixtures of Normals over the nodes, with the nodes' masses as weights.

Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4; Rubin (1981), doi:10.3102/10769986006004377.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Floats
from .draws import Draws
from .measurements import Measurements, check_rng
from .mixture import NormalMixture
from .model import LOG_2PI, NormalHierarchy
from .quadrature import QuadratureError, find_peak, panel_density
from .sums import TauLikelihood, each_object, in_bins
from .survey import Survey, open_survey

__all__ = ["ExactPosterior", "QuadratureError", "posterior"]

TOLERANCE = 1e-4  # the largest estimated error of a mean, sd or quantile of mu or tau, in posterior sd
CHUNK = 2**15  # numbers worked on at a time for theta: they stay in the processor's cache, and bound the memory
HALVINGS = 4  # of every panel, where the panels that resolve tau do not resolve mu
SPAN = 1e100  # the ratio of scales that leaves room for squares, and for the range of tau that is searched
FEW = 5000  # objects, up to which they need no sums by bins
LEVELS = np.array([0.025, 0.16, 0.5, 0.84, 0.975])


def posterior(model: NormalHierarchy, data: Any) -> ExactPosterior:
    """The exact posterior of mu, tau and theta.

    Cost grows linearly in J; memory beyond the data does not grow with J.

    Parameters
    ----------
    model : NormalHierarchy
        The priors.
    data : Measurements, or data that do not fit in memory
        A list, or another iterable that can be gone through again, of chunks: each Measurements or a pair (y, sigma) of
        arrays; a memory map or Dask array of shape (J, 2) with the columns y and sigma; a memory map with these fields;
        a Dask dataframe, or the path of a Parquet folder, with these columns. The result is that of the data in memory, and
        theta streams back out by `ExactPosterior.theta_chunks`.

    Raises
    ------
    ValueError
        If the data are none of these, or a value is not finite or a sigma not positive: names its index in the whole data.
        If sigma and y span more than 100 decades.
    QuadratureError
        If the estimated error of a mean, sd or quantile of mu or tau stays above 1e-4 posterior sd.
    """
    return ExactPosterior(model, data)


def _theta_given_tau(tau: Floats, mu_mean: Floats, mu_sd: Floats, residual: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Mean and sd of theta_j given tau, (J, G)."""
    w = tau**2 / (tau**2 + variance[:, None])
    mean = mu_mean + w * (residual[:, None] - mu_mean)
    return mean, np.sqrt(w * variance[:, None] + ((1 - w) * mu_sd) ** 2)


class ExactPosterior:
    """What `posterior` returns. Names are "mu", "tau" and "theta"; theta gives one value per object.

    Attributes
    ----------
    data : Measurements or Survey
        What was given; data in chunks as a `lecturekit.survey.Survey`.
    log_evidence : float
        ln p(y), normalized.
    error : float
        The largest estimated error of any mean, sd or quantile of mu and tau, in posterior sd.
    """

    def __init__(self, model: NormalHierarchy, data: Any) -> None:
        self.model = model
        self.data: Measurements | Survey
        if isinstance(data, Measurements):
            self.data = data
            sums = each_object(data.y, data.sigma) if len(data) <= FEW else in_bins(data.y, data.sigma)
        else:
            self.data = survey = open_survey(data)
            sums = survey.sums()
        with np.errstate(all="ignore"):  # scipy's median of a very wide prior may overflow: no matter for a first guess
            prior_median = float(np.nan_to_num(model.tau_prior.median()))
        guess = min(sums.typical_sigma(), prior_median or np.inf)
        spread, low, high = sums.spread(), *np.sqrt([sums.variance.min(), sums.variance.max()])
        if not max(spread, high) <= SPAN * low:
            raise ValueError(
                f"sigma: got values from {low:.1e} to {high:.1e}, and y that spread by {spread:.1e}; expected none of these "
                f"above {SPAN:.0e} times the smallest sigma: floats do not hold their squares. Check the units."
            )
        # At a tau above the spread of y no misfit is larger than J: none hides that at the peak behind its round-off.
        self._likelihood = TauLikelihood(sums, max(guess, spread))
        peak = find_peak(self._log_density, guess, model.tau_prior.support())
        self._likelihood = TauLikelihood(sums, peak)
        self._center = self._likelihood.center  # mu is worked out relative to this: no digits are lost at y near 1e8
        self._tau = panel_density(self._log_density, peak, model.tau_prior.support())
        self.error = self._estimated_error()
        for _ in range(HALVINGS):
            if self.error >= TOLERANCE:
                self._tau = self._tau.split(self._log_density, np.full(len(self._tau.x), True))
                self.error = self._estimated_error()
        if not self.error < TOLERANCE:
            raise QuadratureError(
                f"the estimated error is {self.error:.1e} posterior sd; expected below {TOLERANCE:.0e}. "
                "Check the scales of the priors against the data's."
            )
        self.log_evidence = float(self._tau.log_norm - 0.5 * (self._likelihood.count * LOG_2PI + self._likelihood.offset))

    @property
    def _mu(self) -> NormalMixture:
        return NormalMixture(self._tau.weights.ravel(), *self._tau.rows[1:].reshape(2, -1))

    # p(tau | y) ~ p(tau) p(y | tau), with mu and theta integrated out; and the moments of mu given tau and y.

    def _log_density(self, tau: Floats) -> tuple[Floats, Floats, Floats]:
        location, scale = self.model.mu_prior[0] - self._likelihood.center, self.model.mu_prior[1]
        precision, mean, misfit = self._likelihood(tau)
        spread = 1 / precision + scale**2  # of the data's mean, mu integrated out
        log_likelihood = -0.5 * (misfit + (mean - location) ** 2 / spread + np.log(precision * spread))
        with np.errstate(all="ignore"):  # scipy's logpdf may meet log(0) on its way to a right -inf
            log_prior = self.model.tau_prior.logpdf(tau)
        pull = 1 / (precision * spread)
        return log_prior + log_likelihood, mean + (location - mean) * pull, scale * np.sqrt(pull)

    # theta_j given tau and y: mu integrated out of N(w_j y_j + (1 - w_j) mu, w_j sigma_j**2).

    def theta_given_tau(self, tau: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and sd of every theta_j given tau (n,) >= 0 and the data, mu integrated out; each (n, J)."""
        data = self._in_memory()
        tau = np.atleast_1d(np.asarray(tau, float))
        if tau.ndim != 1 or not (np.isfinite(tau) & (tau >= 0)).all():
            raise ValueError(f"tau: got {tau}; expected finite numbers >= 0, in one dimension.")
        _, mu_mean, mu_sd = self._log_density(tau)
        mean, sd = _theta_given_tau(tau, mu_mean, mu_sd, data.y - self._center, data.sigma**2)
        return self._center + mean.T, sd.T

    def _theta(self, y: Floats, sigma: Floats) -> Iterator[tuple[slice, NormalMixture]]:
        """theta as mixtures over the nodes of tau, a part of the objects at a time."""
        tau, mu = self._tau.x.ravel(), self._mu
        step = max(1, CHUNK // tau.size)
        for start in range(0, y.size, step):
            part = slice(start, start + step)
            given = _theta_given_tau(tau, mu.means, mu.sds, y[part] - self._center, sigma[part] ** 2)
            yield part, NormalMixture(mu.weights, *given)

    def _all_theta(self) -> Iterator[tuple[slice, NormalMixture]]:
        data = self._in_memory()
        return self._theta(data.y, data.sigma)

    def _in_memory(self) -> Measurements:
        if not isinstance(self.data, Measurements):
            raise ValueError("theta: the data are in chunks, not in memory. Take its means and sds from theta_chunks().")
        return self.data

    def theta_chunks(self) -> Iterator[tuple[Floats, Floats]]:
        """Posterior mean and sd of theta, (n,) each, for one chunk of the data after the other, in their order."""
        chunks = [(self.data.y, self.data.sigma)] if isinstance(self.data, Measurements) else self.data.chunks()
        for y, sigma in chunks:
            mean, sd = np.empty((2, y.size))
            for part, mixture in self._theta(y, sigma):
                mean[part], sd[part] = self._center + mixture.mean(), mixture.sd()
            yield mean, sd

    def mean(self, name: str) -> float | Floats:
        """Posterior mean: a float for mu and tau, (J,) for theta."""
        if name == "theta":
            return self._from_center(np.concatenate([mixture.mean() for _, mixture in self._all_theta()]))
        return self._tau.mean() if self._is_tau(name) else self._center + float(self._mu.mean())

    def sd(self, name: str) -> float | Floats:
        """Posterior standard deviation: a float for mu and tau, (J,) for theta."""
        if name == "theta":
            return np.concatenate([mixture.sd() for _, mixture in self._all_theta()])
        return self._tau.sd() if self._is_tau(name) else float(self._mu.sd())

    def quantile(self, name: str, q: ArrayLike) -> float | Floats:
        """The value below which the probability is q, 0 < q < 1: of the shape of q for mu and tau, (..., J) for theta."""
        q = np.asarray(q, float)
        if not ((q > 0) & (q < 1)).all():
            raise ValueError(f"q: got {q}; expected probabilities between 0 and 1, both excluded.")
        if name == "theta":
            levels = q[..., None]
            return self._from_center(np.concatenate([mixture.quantile(levels) for _, mixture in self._all_theta()], axis=-1))
        return self._tau.quantile(q)[()] if self._is_tau(name) else self._from_center(self._mu.quantile(q)[()])

    def _from_center(self, x: Floats) -> Floats:
        shifted: Floats = self._center + x
        return shifted

    def cdf(self, name: str, x: ArrayLike) -> float | Floats:
        """Probability below x. For theta, x is a number or has J values on its last axis, and so has the result."""
        return self._at("cdf", name, x)

    def pdf(self, name: str, x: ArrayLike) -> float | Floats:
        """Density at x; shapes as in `cdf`."""
        return self._at("pdf", name, x)

    def _at(self, method: str, name: str, x: ArrayLike) -> float | Floats:
        at: Floats = np.asarray(x, float)
        if name == "theta":
            at = np.broadcast_to(at, np.broadcast_shapes(at.shape, (len(self._in_memory()),))) - self._center
            return np.concatenate([getattr(mixture, method)(at[..., part]) for part, mixture in self._all_theta()], axis=-1)
        found: Floats = getattr(self._tau, method)(at) if self._is_tau(name) else getattr(self._mu, method)(at - self._center)
        return found[()]

    @staticmethod
    def _is_tau(name: str) -> bool:
        if name not in ("mu", "tau"):
            raise ValueError(f'name: got {name!r}; expected "mu", "tau" or "theta".')
        return name == "tau"

    @cached_property
    def tau_grid(self) -> Floats:
        """Values of tau, ascending, dense enough to draw `tau_density` or to sum it by the trapezoidal rule."""
        return np.exp(np.unique(np.linspace(self._tau.edges[:-1], self._tau.edges[1:], 33)))

    @cached_property
    def tau_density(self) -> Floats:
        """p(tau | y) on `tau_grid`."""
        return self._tau.pdf(self.tau_grid)

    def draws(self, n: int, *, rng: np.random.Generator) -> Draws:
        """n independent draws of (mu, tau, theta): tau, then mu given tau, then theta given both."""
        data = self._in_memory()
        check_rng(rng)
        if not (isinstance(n, (int, np.integer)) and n > 0):
            raise ValueError(f"n: got {n!r}; expected a whole number of draws > 0.")
        tau = self._tau.quantile(rng.random(n))
        mean, sd = (self._tau.interpolate(values, tau) for values in self._tau.rows[1:])
        mu = self._center + rng.normal(mean, sd)
        return Draws(mu, tau, rng.normal(*self.model.theta_given(mu, tau, data)))

    def _estimated_error(self) -> float:
        """Every mean, sd and quantile by the Kronrod rule against the Gauss rule, the coarser by far."""
        mu = self._mu
        scale = mu.sd()
        gauss = self._tau.gauss_weights.ravel() / self._tau.gauss_weights.sum()
        about = NormalMixture(gauss, (mu.means - mu.mean()) / scale, mu.sds / scale)  # standardized: no digits are lost
        x = mu.quantile(LEVELS)
        quantiles = (mu.cdf(x) - replace(mu, weights=gauss).cdf(x)) / (mu.pdf(x) * scale)
        return float(np.max(np.abs([about.mean(), about.sd() - 1, *quantiles, *self._tau.errors(LEVELS)])))
