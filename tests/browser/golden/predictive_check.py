"""Golden cases of the predictive check."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.stats import kurtosis

from lecturekit import datasets, predictive
from tests.browser.golden.base import BEYOND, mulberry32
from tests.rounding import each, rounding

NAMES = {"mean": "mean", "sd": "sd", "largest": "largest", "farthest": "farthest from the mean", "skewness": "skewness"}


def normal_draws(seed: int, count: int) -> np.ndarray:
    """Return count draws from N(0, 1), an even number, as the page makes them."""
    u = np.array(mulberry32(seed, count)).reshape(-1, 2)
    angle = 2 * np.pi * u[:, 1]
    return (np.sqrt(-2 * np.log(u[:, :1])) * np.column_stack([np.cos(angle), np.sin(angle)])).ravel()


def replicated_terms(tau: float, noise: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return true values and errors (n, J), from standard Normal numbers (2 n J,)."""
    true, error = np.reshape(z, (2, -1, len(noise)))
    return tau * true, noise * error


def replicated(tau: float, noise: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return replicated data sets (n, J), less mu."""
    return np.add(*replicated_terms(tau, noise, z))


def replications() -> Iterator[tuple[list, object]]:
    z = np.random.default_rng(8).normal(size=48)
    for tau, noise in itertools.product((0.0, 0.07, 1e3), ([0.0], [0.1, 2.0], [0.3, 0.0, 1e-3, 5.0])):
        yield [tau, noise, z.tolist()], replicated(tau, np.array(noise), z).ravel().tolist()


def discrepancies_of(y: np.ndarray, scale: np.ndarray) -> dict[str, np.ndarray]:
    """Return all discrepancies of data sets (..., J), less mu."""
    return {name: predictive.DISCREPANCIES[long](y) for name, long in NAMES.items()} | {
        "kurtosis": kurtosis(y, axis=-1),
        "z": np.max(np.abs(y) / scale, axis=-1),
    }


def discrepancy_cases() -> Iterator[tuple[list, object]]:
    rng = np.random.default_rng(9)
    for size in (2, 3, 4, 20):
        for shift in (-3.0, 0.0, 40.0):
            y, scale = rng.gumbel(size=size) + shift, rng.uniform(0.5, 2, size)
            yield [y.tolist(), scale.tolist()], {name: float(value) for name, value in discrepancies_of(y, scale).items()}
    still = {"mean": 2.0, "sd": 0.0, "largest": 2.0, "farthest": 0.0, "skewness": 0.0, "kurtosis": 0.0, "z": 4.0}
    yield [[2, 2, 2], [1.0, 0.5, 1.0]], still


def tails() -> Iterator[tuple[list, object]]:
    data = datasets.open_cluster()
    z = normal_draws(3, 2 * 50 * len(data))
    for tau, factor in itertools.product((0.0, 0.06, 0.2), (0.0, 1.0, 2.0)):
        mu = np.average(data.y, weights=1 / (tau**2 + data.sigma**2))
        sets = replicated(tau, factor * data.sigma, z)
        for long in ("mean", "sd", "largest", "farthest from the mean"):
            discrepancy = predictive.DISCREPANCIES[long]
            arguments = [discrepancy(sets).tolist(), float(discrepancy(data.y - mu))]
            yield arguments, predictive.p_value(discrepancy, sets, data.y - mu)
    rounded = np.round(np.random.default_rng(10).normal(size=(30, 1)))  # ties
    for observed in (-5.0, -1.0, 0.0, 1.0, 5.0):
        yield [rounded.ravel().tolist(), observed], predictive.p_value(predictive.DISCREPANCIES["mean"], rounded, [observed])


GOLDEN = {"replicatedDeviations": replications, "discrepancies": discrepancy_cases, "tailFraction": tails}


def discrepancy_floors(y: list[float], scale: list[float]) -> dict[str, float]:
    """Of moments: powers of d = y - mean, each as exact as d. Third ones cancel where the values lie evenly."""
    mean, size = np.mean(y), np.abs(y) + np.mean(np.abs(y))
    d = np.abs(y - mean)
    sd = np.std(y) or 1.0
    return {
        "mean": rounding(np.mean(np.abs(y))),
        "sd": rounding(np.mean(d * size) / sd),
        "largest": 0.0,
        "farthest": rounding(size.max()),
        "skewness": 3 * rounding(np.mean(d**2 * size) / sd**3),
        "kurtosis": 4 * rounding(np.mean(d**3 * size) / sd**4, 3),
        "z": 0.0,
    }


FLOORS = {
    "replicatedDeviations": lambda tau, noise, z: each(*replicated_terms(tau, np.array(noise), z)),
    "discrepancies": discrepancy_floors,
}
SAME = {("replicatedDeviations", BEYOND): ("i <= half",)}
