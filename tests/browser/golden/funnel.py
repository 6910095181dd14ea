"""Golden cases of the funnel: its densities by lecturekit, its leapfrog by the lines that chapter 6 shows."""

import itertools
from collections.abc import Iterator

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import lognorm, norm

from lecturekit import Measurements, NormalHierarchy
from tests.browser.golden.base import log_normal_floor, normal_numbers
from tests.rounding import rounding

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=lognorm(s=1))
LOG_MU_PRIOR = norm.logpdf(0)  # mu is known, 0: its prior is no part of the density
PUSHES = next(wanted for (seed, count), wanted in normal_numbers() if (seed, count) == (999, 50))
DIVERGENT = 1000
STEP = 3e-3  # of the derivatives by differences


def log_density(log_tau: float, x: float, y: float, sigma: float, centered: bool) -> float:
    log_prob = MODEL.log_prob_centered if centered else MODEL.log_prob_noncentered
    # d tau = tau d ln tau
    return float(log_prob([0, np.exp(log_tau), x], Measurements([y], [sigma])) - LOG_MU_PRIOR + log_tau)


def given(log_tau: float, y: float, sigma: float, centered: bool) -> tuple[float, float]:
    """Mean and sd of theta, or of eta = theta / tau."""
    tau = np.exp(log_tau)
    mean, sd = MODEL.theta_given(0, tau, Measurements([y], [sigma]))
    unit = 1.0 if centered else tau
    return float(mean[0] / unit), float(sd[0] / unit)


def places() -> Iterator[list]:
    for log_tau, x, y, sigma in itertools.product((-4.0, -1.3, 0.0, 0.7, 2.5), (-3.0, 0.0, 0.4), (-1.0, 0.5), (0.1, 0.8, 3.0)):
        yield from ([log_tau, x, y, sigma, centered] for centered in (True, False))


def log_densities() -> Iterator[tuple[list, object]]:
    for case in (*places(), [-30.0, 1e-13, 0.5, 1.0, True], [30.0, 1e-13, 0.5, 1.0, False]):
        yield case, log_density(*case)


def derivative(function, at: float, step: float) -> float:
    """By the central differences of sixth order."""
    weights = {1: 3 / 4, 2: -3 / 20, 3: 1 / 60}
    return sum(w * (function(at + k * step) - function(at - k * step)) for k, w in weights.items()) / step


def gradients() -> Iterator[tuple[list, object]]:
    for log_tau, x, *rest in places():
        yield (
            [log_tau, x, *rest],
            [
                derivative(lambda moved, x=x, rest=rest: log_density(moved, x, *rest), log_tau, STEP),
                derivative(lambda moved, log_tau=log_tau, rest=rest: log_density(log_tau, moved, *rest), x, STEP),
            ],
        )


def conditionals() -> Iterator[tuple[list, object]]:
    for log_tau, _, *rest in places():
        yield [log_tau, *rest], dict(zip(("mean", "sd"), given(log_tau, *rest), strict=True))


def contour(drop: float, y: float, sigma: float, centered: bool, low: float, high: float, count: int) -> list[list[float]]:
    """The same line found by searching lecturekit's density along ln tau, and then along x."""

    def ridge(log_tau: float) -> float:
        return log_density(log_tau, given(log_tau, y, sigma, centered)[0], y, sigma, centered)

    def end(border: float) -> float:
        if ridge(border) > level:
            return border
        return brentq(lambda log_tau: ridge(log_tau) - level, *sorted([border, peak]), xtol=1e-14)

    peak = minimize_scalar(lambda log_tau: -ridge(log_tau), bounds=(low, high), method="bounded", options={"xatol": 1e-9}).x
    level = ridge(peak) - drop
    bottom, top = end(low), end(high)
    points = {-1: [], 1: []}
    for sign, k in itertools.product(points, range(count + 1)):
        log_tau = (bottom + top) / 2 - (top - bottom) / 2 * np.cos(np.pi * k / count)
        mean, sd = given(log_tau, y, sigma, centered)
        above = lambda x, log_tau=log_tau: log_density(log_tau, x, y, sigma, centered) - level  # noqa: E731
        points[sign].append([log_tau, brentq(above, mean, mean + 10 * sign * sd, xtol=1e-14) if above(mean) > 0 else mean])
    return [*points[-1], *points[1][::-1]]


def contours() -> Iterator[tuple[list, object]]:
    cases = itertools.product((0.5, 4.5), (-1.0, 0.0, 0.5), (0.1, 0.8, 3.0), (True, False))
    cut = (4.5, 0.5, 1.0, True, -2.0, 1.0, 3), (2.0, 0.5, 0.3, False, -0.5, 0.5, 4)
    for case in (*((*case, -4.2, 3.2, 6) for case in cases), *cut):
        yield list(case), contour(*case)


def limits() -> Iterator[tuple[list, object]]:
    for sigma, share, centered in itertools.product((0.1, 0.8, 3.0), (0.05, 0.5, 1.5), (True, False)):
        step = share * given(0, 0, sigma, centered)[1]
        yield (
            [step, sigma, centered],
            brentq(
                lambda log_tau, sigma=sigma, step=step, centered=centered: given(log_tau, 0, sigma, centered)[1] / step - 0.5,
                -20,
                20,
                xtol=1e-14,
            ),
        )


def slope(q: np.ndarray, y: float, sigma: float, centered: bool) -> np.ndarray:
    """Of the potential, minus the log density: the chapter's `gradient`, and the same in non-centered coordinates."""
    log_tau, x = q
    if centered:
        pull = x * np.exp(-2 * log_tau)
        return np.array([log_tau + 1 - x * pull, pull - (y - x) / sigma**2])
    force = np.exp(log_tau) * (y - np.exp(log_tau) * x) / sigma**2
    return np.array([log_tau - x * force, x - force])


def leapfrog(start: list, push: list, step: float, count: int, y: float, sigma: float, centered: bool) -> dict[str, object]:
    """The chapter's `leapfrog`, for one path that ends where it diverges."""

    def energy() -> float:
        return 0.5 * p @ p - log_density(*q, y, sigma, centered)

    q, p = np.array(start), np.array(push)
    path, at_start, error = [q], energy(), 0.0
    while len(path) <= count and error < DIVERGENT:
        p = p - 0.5 * step * slope(q, y, sigma, centered)
        q = q + step * p
        p = p - 0.5 * step * slope(q, y, sigma, centered)
        path.append(q)
        error = max(error, abs(energy() - at_start))
    return {"path": [list(q) for q in path], "error": error, "diverged": error >= DIVERGENT}


def runs() -> Iterator[list]:
    for k, (sigma, log_tau, centered) in enumerate(itertools.product((0.1, 0.8, 3.0), (-3.0, -1.0, 0.0, 2.0), (True, False))):
        for share, count in ((0.05, 30), (0.5, 25), (1.5, 4)):
            start, step = [log_tau, given(log_tau, 0.5, sigma, centered)[0]], share * given(0, 0.5, sigma, True)[1]
            yield [start, PUSHES[2 * k : 2 * k + 2], step, count, 0.5, sigma, centered]
    # Pushes whose first step misses by a little less, and a little more, than the energy at which a path diverges.
    for centered, error in itertools.product((True, False), (0.999 * DIVERGENT, 1.001 * DIVERGENT)):

        def missed(q: float, centered: bool = centered) -> float:
            return leapfrog([-2.0, 0.0], [0.0, q], 0.6, 1, 0.5, 3.0, centered)["error"]

        q = brentq(lambda q, error=error, missed=missed: missed(q) - error, 2, 1000)
        yield [[-2.0, 0.0], [0.0, q], 0.6, 2, 0.5, 3.0, centered]


def paths() -> Iterator[tuple[list, object]]:
    for case in runs():
        yield case, leapfrog(*case)


def divergences() -> Iterator[tuple[list, object]]:
    pairs = list(zip(PUSHES[::2], PUSHES[1::2], strict=True))
    for sigma, log_tau, share, centered in itertools.product((0.1, 3.0), (-2.0, 0.3, 1.5), (0.3, 0.6), (True, False)):
        start, step = [log_tau, given(log_tau, 0.5, sigma, centered)[0]], share * given(0, 0.5, sigma, True)[1]
        ended = [leapfrog(start, list(pair), step, 15, 0.5, sigma, centered)["diverged"] for pair in pairs]
        yield [PUSHES, log_tau, step, 15, 0.5, sigma, centered], sum(ended)


GOLDEN = {
    "funnelLogDensity": log_densities,
    "funnelGradient": gradients,
    "funnelGiven": conditionals,
    "funnelContour": contours,
    "funnelLimit": limits,
    "funnelLeapfrog": paths,
    "funnelDivergences": divergences,
}


def log_density_floor(log_tau: float, x: float, y: float, sigma: float, centered: bool) -> float:
    tau = np.exp(log_tau)
    return float(
        log_normal_floor(log_tau, 0.0, 1.0)
        + log_normal_floor(x, 0.0, tau if centered else 1.0)
        + log_normal_floor(y, x if centered else tau * x, sigma)
    )


def contour_floor(drop: float, y: float, sigma: float, centered: bool, low: float, high: float, count: int) -> float:
    """At its ends, x in units of its sd is the square root of a difference that is 0, of log densities of about 1."""
    widest = max(given(log_tau, y, sigma, centered)[1] for log_tau in (low, high))
    return widest * np.sqrt(2 * rounding(1))


FLOORS = {
    "funnelLogDensity": log_density_floor,
    # Of the differences here: what rounding makes of the log density, over the step.
    "funnelGradient": lambda *case: log_density_floor(*case) / STEP,
    # ln sigma, and the logarithm of the squared frequency.
    "funnelLimit": lambda step, sigma, centered: rounding(np.log(sigma), np.log(2 / step)),
    "funnelContour": contour_floor,
    # What is left of x and of the energy where terms as large as they may become cancel.
    "funnelLeapfrog": lambda *case: rounding(DIVERGENT),
}
SAME = {
    ("funnelContour", "equality is at one point, where the search ends either way"): (
        "[0] >= 0;",
        "ridge(logTau) <= level, low, peak",
        "ridge(logTau) >= level, peak, high",
    ),
    ("funnelLeapfrog", "no error of the energy is 1000 to the last bit"): ("error <= DIVERGENT",),
}
