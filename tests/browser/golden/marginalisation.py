"""Golden cases of the marginal likelihood."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from lecturekit import Measurements, datasets
from tests.browser.golden.base import FLAT, SAMPLES, weighted_mean_floor
from tests.rounding import rounding

# Rows of a summit at tau = 0, within one node of it, and far out; the last has two hills, of which the higher is far out.
SUMMITS = (
    *SAMPLES,
    datasets.batting_averages(),
    Measurements([1.0, 1.0, 1.0], [0.1, 0.2, 0.3]),
    Measurements([0.0, 1.0, 2.0, 50.0], [0.5, 0.5, 0.5, 0.5]),
    Measurements([-1e-3, 1e-3, 4.0, -4.0], [1e-4, 1e-4, 1.0, 1.0]),
    Measurements([1e6, 1e6 + 3, 1e6 - 4, 1e6 + 1], [1.0, 0.5, 2.0, 0.1]),
)


def profile(data: Measurements, tau: float) -> dict[str, float]:
    w = 1 / (tau**2 + data.sigma**2)
    mean = w @ data.y / w.sum()
    top = FLAT.log_prob_marginal([mean, tau], data) - FLAT.log_prior(mean, tau)
    # d/dv of log N(y | mean, v), summed; the mean moves too, but the top is flat along it.
    return {"mean": mean, "sd": w.sum() ** -0.5, "top": top, "slope": 0.5 * np.sum(w * (w * (data.y - mean) ** 2 - 1))}


def profiles() -> Iterator[tuple[list, object]]:
    for data, tau in itertools.product(SUMMITS, (0.0, 1e-3, 0.1, 5.0, 1e4)):
        yield [tau, data.y.tolist(), data.sigma.tolist()], profile(data, tau)


def summit_tau(data: Measurements) -> float:
    """Return the tau of the largest marginal likelihood: the best of hundreds, then the root of the slope beside it."""
    taus = np.append(0, np.geomspace(1e-6, 1, 801)) * np.ptp(data.y)
    best = int(np.argmax([profile(data, tau)["top"] for tau in taus]))
    if best == 0:
        return 0.0
    return brentq(lambda tau: profile(data, tau)["slope"], taus[best - 1], taus[best + 1], xtol=1e-14, rtol=1e-13)


def summits() -> Iterator[tuple[list, object]]:
    for data in SUMMITS:
        at = profile(data, summit_tau(data))
        yield [data.y.tolist(), data.sigma.tolist()], {"mu": at["mean"], "tau": summit_tau(data), "top": at["top"]}


def mean_densities() -> Iterator[tuple[list, object]]:
    for x, mean, sd in itertools.product((-1.0, 0.0, 0.3), (0.0, -0.2), ([0.5], [0.1, 2.0], [1e-3, 1.0, 1.0])):
        yield [x, mean, sd], float(np.mean(norm.pdf(x, mean, sd)))


def bins() -> Iterator[tuple[list, object]]:
    values = np.random.default_rng(5).normal(0.1, 1, 60)
    for low, high, count in ((-4, 4, 10), (-1, 0.5, 7), (3, 9, 3), (-0.2, 0.2, 1)):
        inside = np.clip(values, low, np.nextafter(high, low))
        yield [values.tolist(), low, high, count], np.histogram(inside, count, (low, high))[0].tolist()
    yield [[0, 1, 2, 2], 0, 2, 2], [1, 3]  # the left edge belongs to a bin, and the last right edge too
    yield [[], 0, 1, 2], [0, 0]


GOLDEN = {"marginalProfile": profiles, "marginalSummit": summits, "meanDensity": mean_densities, "binCounts": bins}


def profile_floors(tau: float, y: list[float], sigma: list[float]) -> dict[str, float]:
    v, y = tau**2 + np.square(sigma), np.array(y)
    mean = (y / v).sum() / (1 / v).sum()
    chi2 = np.abs(y - mean) * (np.abs(y) + abs(mean)) / v  # d**2 / v is as exact as d, a difference of these two
    return {
        "mean": weighted_mean_floor(y, sigma, tau),
        "sd": 0.0,
        "top": rounding(np.full(len(y), np.log(2 * np.pi)), np.log(v), chi2),
        "slope": rounding(1 / v, chi2 / v),  # these cancel at the summit
    }


FLOORS = {
    "marginalProfile": profile_floors,
    # The mean of values of either sign is as exact as they are; the largest of them is no less than the terms' sum.
    "marginalSummit": lambda y, sigma: {
        "mu": rounding(np.max(np.abs(y))),
        "tau": 0.0,
        "top": profile_floors(0.0, y, sigma)["top"],
    },
}
BRACKET = "a search from somewhat other bounds finds the same hill"
SAME = {
    ("marginalSummit", BRACKET): ("(41 + 1)", "(40 + 1)", "** (2 + 1)", "best - (1 + 1)", "best + (1 + 1)"),
    ("marginalSummit", "the slope is 0 at one point, where the search ends either way"): ("slope >= 0",),
}
