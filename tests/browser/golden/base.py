"""Golden cases of what all explorers share. Each function yields (arguments, what the JavaScript must return)."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import halfnorm, norm

from lecturekit import Measurements, NormalHierarchy, datasets
from tests.rounding import each, rounding

# Tau and sigma to both ends of what can be given, in every pairing: the ratio passes through 1 and leaves float64.
TAUS = (0.0, 1e-200, 1e-9, 0.003, 0.1, 1.0, 6.6, 1e5, 1e200)
SIGMAS = (1e-149, 1e-9, 0.005, 0.08, 1.0, 15.0, 1e6, 1e149)
PAIRS = ((0.1, -0.2), (28.0, 7.9), (0.0, 0.0), (-3.0, 1e8), (1e-9, 5.0))
SAMPLES = (
    datasets.eight_schools(),
    datasets.open_cluster(),
    datasets.csp_supernovae(),
    Measurements([3.0], [0.5]),
    Measurements([1.0, 2.0], [1e-6, 1e6]),
)
# A flat prior on mu, near enough: its scale exceeds every spread here a million times.
FLAT = NormalHierarchy(mu_prior=(0, 1e9), tau_prior=halfnorm(scale=10))


def theta_given(y: float, sigma: float, mu: float, tau: float) -> dict[str, float]:
    mean, sd = FLAT.theta_given(mu, tau, Measurements([y], [sigma]))
    return {"mean": float(mean[0]), "sd": float(sd[0])}


def relative_normal() -> Iterator[tuple[list, object]]:
    for z in (*np.linspace(-37, 37, 75), 1e-9, 1e3, -1e200):
        yield [z], norm.pdf(z) / norm.pdf(0) if abs(z) < 1e3 else 0.0


def log_normal() -> Iterator[tuple[list, object]]:
    for x, mean, sd in itertools.product((-30.0, 0.0, 1e-3, 2.5), (-1.0, 0.0, 7.9), (1e-6, 0.3, 1.0, 1e4)):
        yield [x, mean, sd], norm.logpdf(x, mean, sd)


def normal_cdf() -> Iterator[tuple[list, object]]:
    for z in (*np.linspace(-37, 37, 149), 0.0, 1e-12, -3.0, -3.0000001, 1e3, -1e3):
        yield [z], norm.cdf(z)


def shrinkage_weight() -> Iterator[tuple[list, object]]:
    for tau, sigma in itertools.product(TAUS, SIGMAS):
        yield [tau, sigma], theta_given(1.0, sigma, 0.0, tau)["mean"]  # with y = 1 and mu = 0 the mean is the weight


def theta() -> Iterator[tuple[list, object]]:
    for tau, sigma, (y, mu) in itertools.product(TAUS, SIGMAS, PAIRS):
        yield [y, sigma, mu, tau], theta_given(y, sigma, mu, tau)


def mu_given_tau() -> Iterator[tuple[list, object]]:
    for data, tau in itertools.product(SAMPLES, (0.0, 1e-3, 0.1, 5.0, 1e4)):
        w = 1 / (tau**2 + data.sigma**2)
        yield [data.y.tolist(), data.sigma.tolist(), tau], {"mean": w @ data.y / w.sum(), "sd": w.sum() ** -0.5}


def log_marginal() -> Iterator[tuple[list, object]]:
    for data, mu, tau in itertools.product(SAMPLES, (-1.0, 0.0, 8.0), (1e-3, 0.1, 5.0, 1e4)):
        log_p = FLAT.log_prob_marginal([mu, tau], data) - FLAT.log_prior(mu, tau)
        yield [mu, tau, data.y.tolist(), data.sigma.tolist()], log_p


def mulberry32(seed: int, count: int) -> list[float]:
    """The same generator in Python's whole numbers."""
    word = 2**32 - 1
    state, numbers = seed * 0x9E3779B1 & word, []
    for _ in range(count):
        state = state + 0x6D2B79F5 & word
        t = (state ^ state >> 15) * (state | 1) & word
        t ^= t + ((t ^ t >> 7) * (t | 61) & word) & word
        numbers.append((t ^ t >> 14) / 2**32 + 2**-33)
    return numbers


def uniform_numbers() -> Iterator[tuple[list, object]]:
    # Seed 278 has a number so small, 4e-5, that what keeps it off 0 is seen.
    for seed, count in (*itertools.product((0, 1, 2, 999, 123456789), (0, 1, 7, 50)), (278, 50)):
        yield [seed, count], mulberry32(seed, count)


def normal_numbers() -> Iterator[tuple[list, object]]:
    for seed, count in itertools.product((1, 2, 999), (0, 1, 2, 7, 50)):
        u = mulberry32(seed, 2 * math.ceil(count / 2))
        pairs = zip(u[::2], u[1::2], strict=True)
        wanted = [math.sqrt(-2 * math.log(a)) * f(2 * math.pi * b) for a, b in pairs for f in (math.cos, math.sin)]
        yield [seed, count], wanted[:count]


def root_mean_square() -> Iterator[tuple[list, object]]:
    rng = np.random.default_rng(1)
    for length in (1, 2, 20):
        a, b = rng.normal(size=(2, length))
        yield [a.tolist(), b.tolist()], float(np.sqrt(np.mean((a - b) ** 2)))
        yield [a.tolist(), a.tolist()], 0.0


GOLDEN = {
    "relativeNormal": relative_normal,
    "logNormal": log_normal,
    "normalCdf": normal_cdf,
    "uniforms": uniform_numbers,
    "normals": normal_numbers,
    "shrinkageWeight": shrinkage_weight,
    "thetaGiven": theta,
    "muGivenTau": mu_given_tau,
    "logMarginal": log_marginal,
    "rms": root_mean_square,
}
# Box and Muller: the angle, 2 pi at most, is right to an ulp, and the radius is sqrt(-2 ln u), with u above 2**-33.
NORMAL = rounding(2 * math.pi * math.sqrt(66 * math.log(2)))


def log_normal_floor(x: np.ndarray | float, mean: float, sd: np.ndarray | float) -> np.ndarray:
    """Of -z**2 / 2 - ln(2 pi) / 2 - ln sd; z**2 / 2 is as exact as x - mean, a difference of these two."""
    z = (x - np.asarray(mean)) / sd
    return each(z * (np.abs(x) + np.abs(mean)) / sd, 0.5 * math.log(2 * math.pi), np.log(sd))


def weighted_mean_floor(y: list[float], sigma: list[float], tau: float) -> float:
    w = 1 / (tau**2 + np.square(sigma))
    return rounding(w * np.array(y) / w.sum())


FLOORS = {
    "logNormal": log_normal_floor,
    "normals": lambda seed, count: NORMAL,
    "thetaGiven": lambda y, sigma, mu, tau: {"mean": rounding(y, mu), "sd": 0.0},  # mu + w (y - mu)
    "muGivenTau": lambda y, sigma, tau: {"mean": weighted_mean_floor(y, sigma, tau), "sd": 0.0},
    "logMarginal": lambda mu, tau, y, sigma: log_normal_floor(np.array(y), mu, np.hypot(tau, sigma)).sum(),
}
# Perturbed lines that are the same formula, and why: see test_explorer_mutations.py.
MEET = "both branches are right where they meet"
CONVERGED = "what more of its steps change is nothing any more"
SPARE = "makes more of them than are used"
BEYOND = "a typed array takes nothing beyond its end"
SAME = {
    ("normalCdf", MEET): ("if (z > (0 + 1))", "if (z < -(3 + 1))", "if (z <= -3)"),
    ("normalCdf", CONVERGED): ("let tail = +z;", "let k = (80 + 1);", "Math.abs(term) >= 1e-17"),
    ("uniforms", BEYOND): ("i <= count",),
    ("normals", BEYOND): ("i <= u.length",),
    ("normals", SPARE): ("Math.ceil(count * 2)", "(2 + 1) * Math.ceil(count / 2)"),
}
