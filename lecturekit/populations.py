"""Populations beyond the Normal hierarchy, and the integral over each theta_j where nothing is conjugate.

Contract: a population is a frozen distribution of theta with fixed hyperparameters. Its `nodes(n)` are values of theta and
weights with E[f(theta)] = sum of weight * f(theta): the Gauss rule of the population where it has one, exact for every
polynomial of degree up to 2n - 1. Given the hyperparameters the objects are independent, so J integrals over one theta_j
replace one over J dimensions: `log_marginal` does them, `theta_moments` gets each theta_j back from the same nodes.

The nodes lie where the population is: a likelihood narrower than their distance falls through. Double n_nodes until nothing
changes, and center the nodes on each object if that takes thousands.

Source: Golub and Welsch (1969), doi:10.1090/S0025-5718-69-99647-1; Liu and Pierce (1994), doi:10.1093/biomet/81.3.624.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy import special, stats

from ._arrays import Floats

__all__ = ["Beta", "Exponential", "LogNormal", "Normal", "StudentT", "TwoNormals", "log_marginal", "theta_moments"]

LogLikelihood = Callable[[Floats], Floats]


def _check_number(field: str, value: Any, *, positive: bool) -> None:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool) and np.isrealobj(value)
    if not number or not np.isfinite(value) or (positive and not value > 0):
        raise ValueError(f"{field}: got {value!r}; expected a finite number{' > 0' if positive else ''}.")


def _gauss(rule: Callable[..., tuple[Floats, Floats]], n: int, *parameters: float) -> tuple[Floats, Floats]:
    """Nodes of one of scipy's Gauss rules, weights adding up to 1."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"n: got {n!r}; expected a whole number of nodes >= 1.")
    x, weight = rule(n, *parameters)
    return x, weight / weight.sum()


@dataclass(frozen=True)
class Population(ABC):
    """What all have in common: every hyperparameter but a location, mu, is a number > 0."""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_number(field.name, getattr(self, field.name), positive=field.name != "mu")

    @abstractmethod
    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n values of theta and their weights, which add up to 1, each (n,)."""


@dataclass(frozen=True)
class Normal(Population):
    """theta ~ N(mu, tau**2), in the unit of theta; tau > 0."""

    mu: float
    tau: float

    @property
    def distribution(self) -> Any:
        """The frozen scipy.stats distribution of theta."""
        return stats.norm(self.mu, self.tau)

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Hermite nodes, exact for polynomials in theta of degree up to 2n - 1."""
        x, weight = _gauss(special.roots_hermitenorm, n)
        return self.mu + self.tau * x, weight


@dataclass(frozen=True)
class LogNormal(Population):
    """ln theta ~ N(mu, tau**2), so theta > 0; mu and tau > 0 are those of ln theta."""

    mu: float
    tau: float

    @property
    def distribution(self) -> Any:
        """The frozen scipy.stats distribution of theta."""
        return stats.lognorm(s=self.tau, scale=np.exp(self.mu))

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Hermite nodes, exact for polynomials in ln theta of degree up to 2n - 1."""
        log_theta, weight = Normal(self.mu, self.tau).nodes(n)
        return np.exp(log_theta), weight


@dataclass(frozen=True)
class Beta(Population):
    """theta ~ Beta(alpha, beta) between 0 and 1: fractions and probabilities; alpha, beta > 0."""

    alpha: float
    beta: float

    @property
    def distribution(self) -> Any:
        """The frozen scipy.stats distribution of theta."""
        return stats.beta(self.alpha, self.beta)

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Jacobi nodes, exact for polynomials in theta of degree up to 2n - 1."""
        x, weight = _gauss(special.roots_jacobi, n, self.beta - 1, self.alpha - 1)
        return 0.5 * (1 + x), weight


@dataclass(frozen=True)
class Exponential(Population):
    """theta ~ Exponential(rate), theta > 0, with mean 1 / rate; rate > 0, in the inverse unit of theta."""

    rate: float

    @property
    def distribution(self) -> Any:
        """The frozen scipy.stats distribution of theta."""
        return stats.expon(scale=1 / self.rate)

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Laguerre nodes, exact for polynomials in theta of degree up to 2n - 1."""
        x, weight = _gauss(special.roots_laguerre, n)
        return x / self.rate, weight


@dataclass(frozen=True)
class StudentT(Population):
    """(theta - mu) / tau has Student's t distribution with df degrees of freedom; df, tau > 0. Its tails are heavy."""

    df: float
    mu: float
    tau: float

    @property
    def distribution(self) -> Any:
        """The frozen scipy.stats distribution of theta."""
        return stats.t(self.df, self.mu, self.tau)

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Legendre nodes in the cumulative probability, as high moments are infinite; the tails need hundreds."""
        x, weight = _gauss(special.roots_legendre, n)
        return self.distribution.ppf(0.5 * (1 + x)), weight


@dataclass(frozen=True)
class TwoNormals:
    """theta is from the first of two Normals with probability fraction (0 < fraction < 1), from the second otherwise."""

    fraction: float
    first: Normal
    second: Normal

    def __post_init__(self) -> None:
        _check_number("fraction", self.fraction, positive=True)
        if not self.fraction < 1:
            raise ValueError(f"fraction: got {self.fraction!r}; expected a number between 0 and 1, both excluded.")
        if not (isinstance(self.first, Normal) and isinstance(self.second, Normal)):
            raise ValueError(f"first, second: got {self.first!r}, {self.second!r}; expected two of Normal(mu, tau).")

    def nodes(self, n: int) -> tuple[Floats, Floats]:
        """n Gauss-Hermite nodes of each Normal, 2n in all, exact for polynomials in theta of degree up to 2n - 1."""
        (theta_1, weight_1), (theta_2, weight_2) = self.first.nodes(n), self.second.nodes(n)
        weight = np.concatenate([self.fraction * weight_1, (1 - self.fraction) * weight_2])
        return np.concatenate([theta_1, theta_2]), weight


def _terms(population: Population | TwoNormals, log_likelihood: LogLikelihood, n_nodes: int) -> tuple[Floats, Floats]:
    """The nodes (K,), and the log of each term of every object's sum (J, K)."""
    theta, weight = population.nodes(n_nodes)
    log_p = np.asarray(log_likelihood(theta), float)
    if log_p.ndim != 2 or log_p.shape[1] != theta.size:
        found, expected = log_p.shape, f"(J, {theta.size}), a row for each object: write y[:, None] in it"
        raise ValueError(f"log_likelihood: returned shape {found} for {theta.size} nodes; expected {expected}.")
    for j, k in np.argwhere(~(log_p < np.inf))[:1]:
        raise ValueError(f"log_likelihood: is {log_p[j, k]} for object {j} at theta = {theta[k]}; expected a number or -inf.")
    with np.errstate(divide="ignore"):  # a weight far out in the tail may underflow to zero: that node adds nothing
        return theta, log_p + np.log(weight)


def log_marginal(population: Population | TwoNormals, log_likelihood: LogLikelihood, *, n_nodes: int) -> Floats:
    """ln p(y_j | hyperparameters) of every object, theta_j integrated out over the population; (J,).

    log_likelihood takes theta (K,) and returns ln p(y_j | theta), (J, K), for example
    ``lambda theta: stats.poisson.logpmf(counts[:, None], theta)``. Few nodes are enough while it is as wide as the population;
    the narrower it is the slower the convergence, and below the distance between nodes the result is worthless.
    ValueError if log_likelihood does not return one row per object and one column per node, or gives NaN or +inf.

    Examples
    --------
    Where both are Normal the integral is known:

    >>> y = np.array([0.5, 1.0])
    >>> found = log_marginal(Normal(0, 1), lambda theta: stats.norm.logpdf(y[:, None], theta, 1), n_nodes=40)
    >>> np.allclose(found, stats.norm.logpdf(y, 0, np.sqrt(2)))
    True
    """
    _, terms = _terms(population, log_likelihood, n_nodes)
    return special.logsumexp(terms, axis=1)


def theta_moments(population: Population | TwoNormals, log_likelihood: LogLikelihood, *, n_nodes: int) -> tuple[Floats, Floats]:
    """Mean and sd of theta_j given y_j and the hyperparameters, each (J,). Arguments and errors as in `log_marginal`.

    ValueError also where an object's likelihood is zero at every node: it then has no posterior on them.

    Examples
    --------
    >>> from scipy import stats
    >>> y, sigma = np.array([1.0, 3.0]), 0.5
    >>> mean, sd = theta_moments(Normal(2, 0.5), lambda theta: stats.norm.logpdf(y[:, None], theta, sigma), n_nodes=30)
    >>> mean.round(3).tolist()
    [1.5, 2.5]
    """
    theta, terms = _terms(population, log_likelihood, n_nodes)
    for j in np.flatnonzero(np.isneginf(terms.max(axis=1)))[:1]:
        raise ValueError(f"log_likelihood: is -inf at every node for object {j}; expected a possible one. Raise n_nodes.")
    mass = special.softmax(terms, axis=1)
    mean = mass @ theta
    return mean, np.sqrt(np.sum(mass * (theta - mean[:, None]) ** 2, axis=1))
