"""Golden cases of the prior's sensitivity: the exact posterior, its prior on mu so wide that it is flat."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.stats import expon, gengamma, halfcauchy, halfnorm, norm, uniform

from lecturekit import Measurements, NormalHierarchy, datasets, exact
from tests.browser.golden.base import CONVERGED, SPARE, log_normal_floor, weighted_mean_floor
from tests.rounding import each, rounding

SETS = (datasets.eight_schools(), datasets.open_cluster(), datasets.csp_supernovae())
LEVELS = (0.05, 0.5, 0.95)
PRIORS = {
    "uniform": lambda scale: uniform(0, scale),
    "half-normal": lambda scale: halfnorm(scale=scale),
    "exponential": lambda scale: expon(scale=scale),
    "half-Cauchy": lambda scale: halfcauchy(scale=scale),
    "inverse-gamma": lambda scale: gengamma(a=0.5, c=-2, scale=scale),  # of tau; tau**2 ~ InverseGamma(1/2, scale**2)
}


def first(data: Measurements, groups: int) -> Measurements:
    return Measurements(data.y[:groups], data.sigma[:groups])


def flat_in_mu(data: Measurements, tau_prior) -> exact.ExactPosterior:
    """The prior on mu is so wide that not even the far tail of tau feels it."""
    widest = float(np.ptp(data.y) + data.sigma.max())
    return exact.posterior(NormalHierarchy((float(data.y.mean()), 1e10 * widest), tau_prior), data)


SAMPLES = (
    *(first(data, groups) for data in SETS for groups in (1, 2, 3, len(data))),
    Measurements([1.0, 2.0, 4.0], [1e-2, 1.0, 30.0]),
    datasets.simulate_normal(0.0, 5e-8, np.full(200, 1e-7), rng=np.random.default_rng(1)),  # narrow; its likelihood overflows
    Measurements(1e8 + datasets.eight_schools().y, datasets.eight_schools().sigma),
)


# What is wide is the scatter alone, or a single kind of error alone.
UNEVEN = (Measurements([0.0, 1e4, 3e4], [1.0, 1.0, 2.0]), Measurements([1.0, 1.0, 1.0], [1e-10, 1.0, 1.0]))


def typical(data: Measurements) -> float:
    return float(np.hypot(np.median(data.sigma), data.y.std()))


def log_likelihood(data: Measurements, tau: float) -> float:
    """ln p(y | tau) by lecturekit's p(y | mu, tau) at a mu of no meaning, where the JavaScript takes the best one."""
    mu = float(data.y[0])
    model = NormalHierarchy((mu, typical(data)), halfnorm(scale=tau))
    w = 1 / (tau**2 + data.sigma**2)
    log_p = model.log_prob_marginal([mu, tau], data) - model.log_prior(mu, tau)
    return float(log_p - norm.logpdf(mu, w @ data.y / w.sum(), w.sum() ** -0.5))


def log_tau_likelihood() -> Iterator[tuple[list, object]]:
    for data, ratio in itertools.product(SAMPLES[:-1], (1e-3, 0.1, 1.0, 30.0, 1e4)):
        tau = ratio * typical(data)
        yield [data.y.tolist(), data.sigma.tolist(), tau], log_likelihood(data, tau)


def log_peak(family: str, scale: float) -> float:
    return PRIORS[family](scale).logpdf(scale if family == "inverse-gamma" else 0.0)


def log_tau_prior() -> Iterator[tuple[list, object]]:
    for (family, prior), scale in itertools.product(PRIORS.items(), (1e-6, 0.3, 5.0, 1e6)):
        for z in (0.0, 1e-9, 0.1, 0.7, 1.0, 1.3, 20.0, 1e5):
            with np.errstate(all="ignore"):  # ln 0, as it should be
                yield [family, scale, z * scale], prior(scale).logpdf(z * scale) - log_peak(family, scale)


def tau_density() -> Iterator[tuple[list, object]]:
    for data, family, ratio in itertools.product(SETS, PRIORS, (0.1, 0.5, 2.0)):
        grid, scale = np.linspace(0.013, 1.97, 33) * typical(data), ratio * typical(data)
        density = flat_in_mu(data, PRIORS[family](scale)).pdf("tau", grid)
        yield [[log_likelihood(data, tau) for tau in grid], family, scale, grid.tolist()], (density / density.max()).tolist()


def every_theta_given_tau() -> Iterator[tuple[list, object]]:
    for data, ratio in itertools.product(SAMPLES, (0.0, 1e-3, 0.1, 1.0, 30.0)):
        tau = ratio * typical(data)
        mean, sd = flat_in_mu(data, halfnorm(scale=typical(data))).theta_given_tau([tau])
        yield [data.y.tolist(), data.sigma.tolist(), tau], {"mean": mean[0], "sd": sd[0]}


def tau_posterior() -> Iterator[tuple[list, object]]:
    cases = itertools.chain(itertools.product(SAMPLES, PRIORS, (0.04, 0.35, 2.0)), itertools.product(UNEVEN, PRIORS, (0.35,)))
    for data, family, ratio in cases:
        scale = ratio * typical(data)
        posterior = flat_in_mu(data, PRIORS[family](scale))
        yield (
            [data.y.tolist(), data.sigma.tolist(), family, scale, LEVELS],
            {"quantiles": posterior.quantile("tau", LEVELS), "mean": posterior.mean("theta"), "sd": posterior.sd("theta")},
        )


GOLDEN = {
    "logTauLikelihood": log_tau_likelihood,
    "logTauPrior": log_tau_prior,
    "tauDensity": tau_density,
    "everyThetaGivenTau": every_theta_given_tau,
    "tauPosterior": tau_posterior,
}


def log_likelihood_floor(y: list[float], sigma: list[float], tau: float) -> float:
    """Of p(y | mu, tau) over p(mu | tau, y), at the mu taken here; with one object they are the same, and cancel."""
    y, w = np.array(y), 1 / (tau**2 + np.square(sigma))
    of_mu = log_normal_floor(y[0], w @ y / w.sum(), w.sum() ** -0.5)
    return float(log_normal_floor(y, y[0], w**-0.5).sum() + of_mu)


def theta_floors(y: list[float], sigma: list[float], tau: float) -> dict[str, np.ndarray]:
    """Of mu + w (y - mu), of a mu that is a mean itself."""
    return {"mean": each(y) + weighted_mean_floor(y, sigma, tau), "sd": np.zeros(len(y))}


def posterior_floors(y: list[float], sigma: list[float], family: str, scale: float, levels: tuple) -> dict[str, np.ndarray]:
    """Of averages over tau of these means, which are no larger than the largest y, and of their deviations."""
    largest = np.full(len(y), rounding(np.max(np.abs(y))))
    return {"quantiles": np.zeros(len(levels)), "mean": largest, "sd": largest}


FLOORS = {
    "logTauLikelihood": log_likelihood_floor,
    # The golden value is a difference of two logarithms, that at the mode and one that may be almost the same.
    "logTauPrior": lambda family, scale, tau: rounding(log_peak(family, scale)),
    "everyThetaGivenTau": theta_floors,
    "tauPosterior": posterior_floors,
    "tauDensity": lambda log_likelihood, family, scale, grid: 1e-7,  # of the peak: ExactPosterior.pdf interpolates
}
EXACT = "panels somewhat narrower or wider, or a finer rule, are exact to the tolerance too"
NOTHING = "nothing is left of the posterior where the panels end"
EQUAL = "equality changes nothing: it adds an empty panel, or is at one point, where the search ends either way"
SAME = {
    ("N_RULE", EXACT): ("(12 + 1)",),
    ("legendrePolynomials", SPARE): ("k <= N_RULE",),
    ("TAU_RULE", "from somewhere else Newton's steps end at the same node"): ("(0.75 * 1.01)", "(0.5 * 1.01)"),
    ("TAU_RULE", CONVERGED): ("round = (0 + 1)", "round <= 6", "round < (6 + 1)"),
    ("tauNodes", EXACT): (
        "(400 + 1)",
        "(1.4 * 1.01)",
        "(2.5 * 1.01)",
        "(4 + 1) * widest",
        "<= 4 * widest",
        "at(+1) < 4 * widest",
        "at(-(1 + 1)) < 4 * widest",
    ),
    ("tauNodes", "that an error of zero is refused, tests/browser/test_explorer_modules.py has"): ("edges[1] >= 0",),
    ("tauNodes", NOTHING): ("at(-(1 + 1)) < 1e9", "<= 1e9", "(1e9 + 1)"),
    ("tauPosterior", NOTHING): ("edges.at(-(1 + 1))",),
    ("tauPosterior", EQUAL): ("low <= end", "p <= panels", "value > wanted", "upTo(middle) <= wanted", "(share) >= 1e-16"),
    ("tauPosterior", "a wider search finds the same point"): ("-(1 + 1), 1)", "-1, (1 + 1))"),
}
