"""Golden cases of the James-Stein explorer."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.special import hyp1f1
from scipy.stats import uniform

from lecturekit import Measurements, NormalHierarchy, exact
from tests.rounding import rounding

from .base import CONVERGED, NORMAL, normal_numbers

SETTINGS = list(itertools.product((1, 2, 3, 4, 5, 20, 30), (0.0, 0.5, 1.5), (0.0, 5.0, 10.0)))
# Flat priors, near enough: the tail of tau that the end cuts off is, for J objects, of the order of 1e-5**(J - 2), below
# 1e-9 from J = 4 on, and mu's prior is 1e5 times wider than any spread here.
FLAT = NormalHierarchy(mu_prior=(0, 1e6), tau_prior=uniform(0, 1e5))


def distant_truths() -> Iterator[tuple[list, object]]:
    for count, spread, distance in SETTINGS:
        yield [count, spread, distance], truths(count, spread, distance)


def truths(count: int, spread: float, distance: float) -> list[float]:
    others = np.linspace(-1, 1, count - 1) if count > 2 else np.zeros(count - 1)
    return [distance, *(others * spread / (others.std() if count > 2 else 1))]


def samples() -> Iterator[np.ndarray]:
    rng = np.random.default_rng(3)
    for count, spread, distance in SETTINGS:
        yield truths(count, spread, distance) + rng.normal(size=count)


def squares_about_mean() -> Iterator[tuple[list, object]]:
    for y in samples():
        yield [y.tolist()], len(y) * y.var()


def james_stein_pull() -> Iterator[tuple[list, object]]:
    for count in (1, 2, 3, 4, 5, 20, 30):
        for squares in (0.0 if count == 1 else 0.1, 7.0, 400.0):
            yield [count, squares], (count - 3) / squares if count > 3 else 0.0
    yield [3, 0.0], 0.0  # three equal values


def flat_tau_pull() -> Iterator[tuple[list, object]]:
    for count, squares in itertools.product((4, 5, 8, 20, 30), (0.01, 1.0, 20.0, 60.0, 400.0)):
        y = np.linspace(-1, 1, count)
        y *= np.sqrt(squares / (y @ y))
        mean = exact.posterior(FLAT, Measurements(y, np.ones(count))).mean("theta")
        yield [count, squares], 1 - mean[0] / y[0]
    for squares in (0.0, 0.01, 1.0, 20.0, 60.0, 400.0):
        yield [3, squares], kummer_pull(3, squares)  # whose tail is too long for the prior above
    for count, squares in itertools.product((1, 2), (0.0, 3.0)):
        yield [count, squares], 0.0  # improper


def kummer_pull(count: int, squares: np.ndarray | float) -> np.ndarray | float:
    """E(1 - w | y) by Kummer's functions, the moments of B**(J/2 - 2) (1 - B)**(-1/2) exp(-S B / 2)."""
    a, s = count / 2 - 1, np.asarray(squares) / 2
    return a / (a + 0.5) * hyp1f1(0.5, a + 1.5, s) / hyp1f1(0.5, a + 0.5, s)


def pulled_to_mean() -> Iterator[tuple[list, object]]:
    for y, pull in itertools.product(samples(), (0.0, 0.3, 1.4)):
        yield [y.tolist(), pull], y.mean() + (1 - pull) * (y - y.mean())


def noise_rows(seed: int, half: int, count: int) -> np.ndarray:
    # They are golden cases of base.py.
    rows = {tuple(given): wanted for given, wanted in normal_numbers()}
    return np.array([rows[seed + i, count] for i in range(half)])


def balanced_noise() -> Iterator[tuple[list, object]]:
    for count in (1, 7, 50):
        noise = noise_rows(1, 2, count)
        yield [1, 2, count], noise / np.sqrt((noise**2).mean(axis=0))
        yield [2, 1, count], np.sign(noise[1:])


def errors_over_skies() -> Iterator[tuple[list, object]]:
    half = np.random.default_rng(8).normal(size=(7, 30))
    for count, spread, distance in SETTINGS:
        truth = np.array(truths(count, spread, distance))
        yield [truth.tolist(), half.tolist()], relative_errors(truth, half[:, :count])


def relative_errors(truth: np.ndarray, half: np.ndarray) -> dict[str, dict[str, float]]:
    """The errors themselves, in skies with this noise and their mirror images."""
    count = len(truth)
    y = truth + np.concatenate([half, -half])
    mean = y.mean(axis=1, keepdims=True)
    squares = ((y - mean) ** 2).sum(axis=1, keepdims=True)
    pulls = {
        "jamesStein": (count - 3) / squares if count > 3 else 0.0,
        "hierarchical": kummer_pull(count, squares) if count > 2 else 0.0,
    }
    results = {}
    for name, pull in pulls.items():
        change = (mean + (1 - pull) * (y - mean) - truth) ** 2 - (y - truth) ** 2
        results[name] = {
            "total": 1 + change.sum(axis=1).mean() / count,
            "first": 1 + change[:, 0].mean(),
            "better": (change.sum(axis=1) < -1e-9).mean(),  # with no pull at all, rounding is left
        }
    return results


GOLDEN = {
    "distantTruths": distant_truths,
    "squaresAboutMean": squares_about_mean,
    "jamesSteinPull": james_stein_pull,
    "flatTauPull": flat_tau_pull,
    "pulledToMean": pulled_to_mean,
    "balancedNoise": balanced_noise,
    "errorsOverSkies": errors_over_skies,
}


def deviations(y: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return how far the values are from their mean, and the size of the terms of these differences."""
    mean = np.mean(y)
    return np.abs(y - mean), np.abs(y) + np.mean(np.abs(y))


def balanced_floors(seed: int, half: int, count: int) -> np.ndarray:
    """Of numbers of N(0, 1), scaled."""
    noise = noise_rows(seed, half, count)
    return np.broadcast_to(NORMAL / np.sqrt((noise**2).mean(axis=0)), noise.shape)


def errors_floors(truth: list[float], half: list[list[float]]) -> dict[str, list[float]]:
    """Of 1 plus changes of squared errors that are differences themselves, as large as pull (y - mean)**2 and noise."""
    truth, noise = np.array(truth), np.array(half)[:, : len(truth)]
    largest = rounding(1, np.mean((np.abs(truth) + np.abs(noise)) ** 2))
    return {name: {"total": largest, "first": largest, "better": 0.0} for name in ("jamesStein", "hierarchical")}


FLOORS = {
    # The middle of an odd number of truths is 0 up to the rounding of the farthest, at spread sqrt(3).
    "distantTruths": lambda count, spread, distance: rounding(spread * np.sqrt(3)),
    "squaresAboutMean": lambda y: rounding(np.prod(deviations(y), axis=0)),  # d**2 is as exact as d
    "flatTauPull": lambda count, squares: rounding(1),  # 1 - mean / y
    "pulledToMean": lambda y, pull: rounding(np.max(np.abs(y)), pull * deviations(y)[1].max()),
    "balancedNoise": balanced_floors,
    "errorsOverSkies": errors_floors,
}
SAME = {
    ("distantTruths", "a single other object is in the middle, whatever the step"): ("others - 1, (1 + 1)",),
    ("flatTauPull", CONVERGED): ("let k = (60 + 1)",),
    ("flatTauPull", "an error at the start shrinks at every step"): ("let ratio = (1 + 1);",),
}
