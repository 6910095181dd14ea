"""Golden cases of the prior's sensitivity: the exact posterior, its prior on mu so wide that it is flat."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.stats import expon, gengamma, halfcauchy, halfnorm, norm, uniform

from lecturekit import datasets, exact
from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy

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


def log_tau_prior() -> Iterator[tuple[list, object]]:
    for (family, prior), scale in itertools.product(PRIORS.items(), (1e-6, 0.3, 5.0, 1e6)):
        mode = scale if family == "inverse-gamma" else 0.0
        for z in (0.0, 1e-9, 0.1, 0.7, 1.0, 1.3, 20.0, 1e5):
            with np.errstate(all="ignore"):  # ln 0, as it should be
                yield [family, scale, z * scale], prior(scale).logpdf(z * scale) - prior(scale).logpdf(mode)


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
    for data, family, ratio in itertools.product(SAMPLES, PRIORS, (0.04, 0.35, 2.0)):
        scale = ratio * typical(data)
        posterior = flat_in_mu(data, PRIORS[family](scale))
        yield [data.y.tolist(), data.sigma.tolist(), family, scale, LEVELS], {
            "quantiles": posterior.quantile("tau", LEVELS), "mean": posterior.mean("theta"), "sd": posterior.sd("theta"),
        }


GOLDEN = {
    "logTauLikelihood": log_tau_likelihood,
    "logTauPrior": log_tau_prior,
    "tauDensity": tau_density,
    "everyThetaGivenTau": every_theta_given_tau,
    "tauPosterior": tau_posterior,
}
FLOORS = {
    "logTauLikelihood": lambda y, sigma, tau: 1e-12,  # with one object it is 0, the difference of two that cancel
    "logTauPrior": lambda family, scale, tau: 1e-15,  # the golden value is a difference of two logarithms
    "tauDensity": lambda log_likelihood, family, scale, grid: 1e-7,  # of the peak: ExactPosterior.pdf interpolates
}

# Perturbed lines that are the same formula, and why: see test_explorer_mutations.py.
CONVERGED = "goes on when there is nothing more to gain"
PANELS = "panels of other widths integrate as well"
PAST_END = "writes past an array's end, where there is nothing"
SPARE = "makes more numbers than are used"
START = "begins elsewhere and ends in the same place"
TIE = "differs only where two numbers are equal, which none are"
SAME = {
    ("N_RULE", "const N_RULE = (12 + 1);"): "a rule of more nodes agrees",
    ("legendrePolynomials", "for (let k = 1; k <= N_RULE; k += 1) p.push(((2 * k + 1) * t * p[k] - k * p[k - 1]) / (k + 1));"): SPARE,  # noqa: E501
    ("TAU_RULE", "let t = +Math.cos((Math.PI * (i + 0.75)) / (N_RULE + 0.5));"): "the same nodes, the last first",
    ("TAU_RULE", "let t = -Math.cos((Math.PI * (i + (0.75 * 1.01))) / (N_RULE + 0.5));"): START,
    ("TAU_RULE", "let t = -Math.cos((Math.PI * (i + 0.75)) / (N_RULE + (0.5 * 1.01)));"): START,
    ("tauNodes", "const edges = [0, Math.min(...sigma) / (400 + 1)];"): PANELS,
    ("tauNodes", "const widest = Math.max(...sigma) + Math.max(...y) - Math.max(...y);"): PANELS,
    ("tauNodes", "const widest = Math.max(...sigma) + Math.min(...y) - Math.min(...y);"): PANELS,
    ("tauNodes", "const widest = Math.min(...sigma) + Math.max(...y) - Math.min(...y);"): PANELS,
    ("tauNodes", "while (edges.at(-(1 + 1)) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < (1e9 + 1) * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(+1) < 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-(1 + 1)) < 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < (4 + 1) * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? (1.4 * 1.01) : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? 1.4 : (2.5 * 1.01)));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) < 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) <= 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauNodes", "while (edges.at(-1) <= 1e9 * widest) edges.push(edges.at(-1) * (edges.at(-1) < 4 * widest ? 1.4 : 2.5));"): PANELS,  # noqa: E501
    ("tauPosterior", "const last = weightsUpTo(Math.min((1 + 1), inPanel(panels - 1, end)));"): "where no prior ends, the outermost panel holds nothing",  # noqa: E501
    ("tauPosterior", "const p = Math.max(0, below.findIndex((value) => value > level * below[panels]) - 1);"): TIE,
    ("tauPosterior", "const panels = edges.slice(0, -(1 + 1)).filter((low) => low < end).length;"): "the outermost panel holds nothing",  # noqa: E501
    ("tauPosterior", "const panels = edges.slice(0, -1).filter((low) => low <= end).length;"): TIE,
    ("tauPosterior", "for (let p = 0; p <= panels; p += 1) {"): PAST_END,
    ("tauPosterior", "for (let round = (0 + 1); round < 40; round += 1) {"): CONVERGED,
    ("tauPosterior", "for (let round = 0; round < (40 + 1); round += 1) {"): CONVERGED,
    ("tauPosterior", "for (let round = 0; round <= 40; round += 1) {"): CONVERGED,
    ("tauPosterior", "if (sum <= level * below[panels]) low = middle;"): TIE,
    ("tauPosterior", "let [low, high] = [-(1 + 1), 1];"): START,
    ("tauPosterior", "let [low, high] = [-1, (1 + 1)];"): START,
}
