"""Golden cases of pooling: estimates at a given tau, their errors, and the surveys of planets."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from scipy.stats import uniform

from lecturekit import Measurements, NormalHierarchy, Truth, datasets, exact
from tests.browser.golden.base import NORMAL, SPARE, mulberry32, weighted_mean_floor
from tests.rounding import each

TAUS = [0.0, 1e-3, 0.08, 5.0, 300.0]
KNOWN = (datasets.open_cluster(), datasets.batting_averages())
SAMPLES = (*KNOWN, datasets.eight_schools(), Measurements([3.0], [0.5]))
# A prior on mu that is flat, near enough: its scale exceeds every spread here some ten million times.
FLAT = NormalHierarchy(mu_prior=(0, 3e9), tau_prior=uniform(0, 30))


def estimates(data: Measurements) -> np.ndarray:
    """Return the exact posterior's mean of theta at each of TAUS."""
    return exact.posterior(FLAT, data).theta_given_tau(TAUS)[0]


def pooled_estimates() -> Iterator[tuple[list, object]]:
    for data in SAMPLES:
        for tau, wanted in zip(TAUS, estimates(data), strict=True):
            yield [data.y.tolist(), data.sigma.tolist(), tau], wanted.tolist()


def pooling_errors() -> Iterator[tuple[list, object]]:
    for data in KNOWN:
        theta = data.truth.theta
        wanted = np.sqrt(np.mean((estimates(data) - theta) ** 2, axis=1))
        yield [data.y.tolist(), data.sigma.tolist(), theta.tolist(), TAUS], wanted.tolist()


def sample_sd() -> Iterator[tuple[list, object]]:
    for data in SAMPLES:
        yield [data.y.tolist()], float(np.std(data.y, ddof=1)) if len(data) > 1 else 0.0
    yield [[1.0, 4.0]], math.sqrt(4.5)


def survey(seed: int, count: int, spread: float) -> Measurements:
    """Return chapter 1's planets, drawn from the explorers' random numbers, the noisiest first."""
    u = np.array(mulberry32(seed + 1000, 2 * count))
    a, b = np.array(mulberry32(seed, 2 * count)).reshape(-1, 2).T
    z, noise = np.sqrt(-2 * np.log(a)) * np.array([np.cos(2 * np.pi * b), np.sin(2 * np.pi * b)])
    theta = 20 * np.exp(spread * z)
    sigma = (3 + 17 * u[::2]) / np.sqrt(4 + np.floor(9 * u[1::2]))
    order = np.argsort(-sigma)
    return Measurements((theta + sigma * noise)[order], sigma[order], truth=Truth(theta=theta[order]))


def planet_survey() -> Iterator[tuple[list, object]]:
    for seed, count, spread in itertools.product((1, 2, 999), (1, 25), (0.0, 0.5)):
        planets = survey(seed, count, spread)
        wanted = {"y": planets.y, "sigma": planets.sigma, "theta": planets.truth.theta}
        yield [seed, count, spread], {name: values.tolist() for name, values in wanted.items()}


GOLDEN = {
    "pooledEstimates": pooled_estimates,
    "poolingErrors": pooling_errors,
    "sampleSd": sample_sd,
    "planetSurvey": planet_survey,
}


def survey_floors(seed: int, count: int, spread: float) -> dict[str, np.ndarray]:
    """Of y = theta + sigma z: theta, and the numbers of N(0, 1)."""
    planets = survey(seed, count, spread)
    theta, sigma = planets.truth.theta, planets.sigma
    return {"y": each(theta) + NORMAL * sigma, "sigma": np.zeros(count), "theta": NORMAL * spread * theta}


FLOORS = {
    # mu + w (y - mu), of a mu that is a mean itself.
    "pooledEstimates": lambda y, sigma, tau: each(y) + weighted_mean_floor(y, sigma, tau),
    "planetSurvey": survey_floors,
}
SAME = {("planetSurvey", SPARE): ("(2 + 1) * count",)}
