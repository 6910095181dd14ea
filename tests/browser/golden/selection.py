"""Golden cases of the selection explorer: fits by SciPy's optimizer on lecturekit's likelihoods."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from scipy import integrate, optimize
from scipy.special import log_ndtr
from scipy.stats import halfnorm, norm, truncnorm

from lecturekit import Measurements, NormalHierarchy, selection
from lecturekit.datasets import simulate_magnitude_limited
from tests.rounding import rounding

from .base import MEET, NORMAL, SPARE, mulberry32

MODEL = NormalHierarchy(mu_prior=(-19.3, 1), tau_prior=halfnorm(scale=1))


def explosions() -> Iterator[tuple[list, object]]:
    for seed, count in ((1, 0), (1, 3), (2, 20), (999, 7)):
        yield [seed, count], explosion_list(seed, count)


def explosion_list(seed: int, count: int) -> list[dict[str, float]]:
    u = mulberry32(2 * seed + 1, 2 * count)
    pairs = zip(u[::2], u[1::2], strict=True)
    chance = [math.sqrt(-2 * math.log(a)) * f(2 * math.pi * b) for a, b in pairs for f in (math.cos, math.sin)]
    distance = [400 * u ** (1 / 3) for u in mulberry32(2 * seed, count)]
    return [
        {"distance": d, "modulus": 5 * math.log10(d) + 25, "intrinsic": z, "noise": e}
        for d, z, e in zip(distance, chance[::2], chance[1::2], strict=True)
    ]


def below_limit() -> Iterator[tuple[list, object]]:
    for z in (-12.0, -5.0, -3.0, -1.3, -0.4, 0.0, 0.7, 2.0, 4.5, 9.0):
        # Moments about the cut, where nothing cancels; what lies 40 below it is nothing. x = z - t, x**2 = z**2 - 2 z t + t**2.
        def moment(k: int, z: float = z) -> float:
            return integrate.quad(
                lambda t: t**k * np.exp(norm.logpdf(z - t) - log_ndtr(z)),
                0,
                40,
                points=[1, max(z, 2)],
                epsabs=1e-13,
                epsrel=1e-12,
                limit=200,
            )[0]

        t1, t2, t3, t4 = (moment(k) for k in (1, 2, 3, 4))
        yield (
            [z],
            {
                "logProbability": log_ndtr(z),
                "mean": z - t1,
                "variance": t2 - t1**2,
                "square": z**2 - 2 * z * t1 + t2,
                "covariance": 2 * z * (t2 - t1**2) - (t3 - t1 * t2),
                "squareVariance": 4 * z**2 * (t2 - t1**2) - 4 * z * (t3 - t1 * t2) + t4 - t2**2,
            },
        )


def surveys() -> Iterator[tuple[Measurements, np.ndarray, float]]:
    """Samples of 2 to 200 objects with their limits: cut hard, a little and not at all, and spread by errors alone."""
    for seed, count, tau, sigma, m_lim in (
        (1, 200, 0.15, 0.1, 17.7),
        (2, 200, 0.3, 0.02, 17.0),
        (3, 60, 0.3, 0.2, 18.5),
        (4, 200, 0.1, 0.05, 25.0),
        (5, 200, 0.0, 0.2, 17.7),
        (6, 60, 0.0, 0.1, 18.0),
        (7, 100, 0.0, 0.1, 25.0),
        (8, 40, 0.15, 0.1, 17.0),
        (9, 40, 0.2, 0.1, 16.6),
        (10, 10, 0.2, 0.1, 17.2),
        (11, 30, 0.3, 0.05, 17.0),
        (12, 100, 0.0, 0.15, 17.0),
    ):
        rng = np.random.default_rng(seed)
        modulus = 5 * np.log10(400 * rng.random(count) ** (1 / 3)) + 25
        survey = simulate_magnitude_limited(-19.3, tau, np.full(count, sigma), modulus, m_lim, rng=rng)
        if len(survey.sample) > 1:
            yield survey.sample, survey.limit[survey.detected], sigma


def highest(log_likelihood: Callable[[list[float]], float], start: list[float]) -> tuple[float, float]:
    """mu and v at the maximum over mu and tau >= 0, by SciPy's simplex."""
    options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000, "maxfev": 8000}
    best = optimize.minimize(lambda p: -log_likelihood([p[0], abs(p[1])]), start, method="Nelder-Mead", options=options)
    return best.x[0], abs(best.x[1])


def fit_of(log_prob: Callable, data: Measurements, sigma: float, information: Callable) -> dict[str, float]:
    """The maximum over mu and tau >= 0 of lecturekit's log density less its prior, and the 68 % intervals."""

    def log_likelihood(params: list[float]) -> float:
        return log_prob(MODEL, params) - MODEL.log_prior(*params)

    mu, tau = highest(log_likelihood, [data.y.mean(), data.y.std()])
    at_zero = optimize.minimize_scalar(
        lambda m: -log_likelihood([m, 0.0]), bracket=(mu - 0.01, mu + 0.01), options={"xtol": 1e-10}
    )
    if -at_zero.fun >= log_likelihood([mu, tau]) - 1e-9:
        mu, tau = at_zero.x, 0.0
    covariance = np.linalg.inv(information(mu, np.hypot(tau, sigma)))
    v, log_sd = tau**2 + sigma**2, np.sqrt(covariance[1, 1])
    low, high = (np.sqrt(max(0.0, v * np.exp(sign * log_sd) - sigma**2)) for sign in (-1, 1))
    return {"mu": mu, "muSd": np.sqrt(covariance[0, 0]), "tau": tau, "tauLow": low, "tauHigh": high}


def complete_fit() -> Iterator[tuple[list, object]]:
    for data, _, sigma in surveys():
        n = len(data)
        yield (
            [data.y.tolist(), sigma],
            fit_of(
                lambda model, params, data=data: model.log_prob_marginal(params, data),
                data,
                sigma,
                lambda mu, s, n=n: np.diag([n / s**2, n / 2]),
            ),
        )


def truncated_information(mu: float, s: float, limit: np.ndarray) -> np.ndarray:
    """Fisher information of mu and ln v, from the moments that SciPy finds for each object."""
    total = np.zeros((2, 2))
    for end in (limit - mu) / s:
        m1, m2, m3, m4 = (truncnorm.moment(k, -np.inf, end) for k in (1, 2, 3, 4))
        both = (m3 - m1 * m2) / (2 * s)
        total += [[(m2 - m1**2) / s**2, both], [both, (m4 - m2**2) / 4]]
    return total


def truncated_fit() -> Iterator[tuple[list, object]]:
    for data, limit, sigma in surveys():
        yield [data.y.tolist(), limit.tolist(), sigma], truncated_fit_of(data, limit, sigma)
    # Of tails the maximum is far out, where not every step of Newton's goes up; or there is none.
    for y, limit in list(tails())[:14]:
        none = wider_is_worse(y, limit)
        wanted = None if none else truncated_fit_of(Measurements(y, np.full(len(y), 0.02)), limit, 0.02)
        yield [y.tolist(), limit.tolist(), 0.02], wanted
    for y, limit in LEVEL:
        yield [y, limit, 0.02], None
    y, limit = list(tails())[35]  # the maximum is at mu = 27, so far beyond the limits that no probability is left there
    yield [y.tolist(), limit.tolist(), 0.02], None


def truncated_fit_of(data: Measurements, limit: np.ndarray, sigma: float) -> dict[str, float]:
    return fit_of(
        lambda model, params: selection.log_prob_truncated(model, params, data, limit),
        data,
        sigma,
        lambda mu, s: truncated_information(mu, s, limit),
    )


def tails() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Few objects of an exponential tail, and their limits."""
    rng = np.random.default_rng(2)
    for n in (2, 3, 4, 6) * 10:
        limit = rng.uniform(-19.5, -19.0, n)
        yield limit - rng.exponential(0.2, n), limit


# The slope at the end is 0 exactly, and the likelihood still rises toward it: with the moments of an exponential tail, and
# where all lie at their limits.
LEVEL = (([1, -1], [1, 1]), ([1, 2, 4], [1, 2, 4]))


def truncated_runs_away() -> Iterator[tuple[list, object]]:
    for data, limit, _ in surveys():
        yield [data.y.tolist(), limit.tolist()], 0.0
    for y, limit in tails():
        yield [y.tolist(), limit.tolist()], float(wider_is_worse(y, limit))
    for y, limit in LEVEL:
        yield [y, limit], 1.0


def wider_is_worse(y: np.ndarray, limit: np.ndarray) -> bool:
    """Whether a Normal 20 wide fits worse than the exponential that it tends to, wider still; mu at its best for each.

    The likelihood is concave in mu / v and 1 / v, so that where 1 / v = 0 is better than a small 1 / v it is best of all.
    """
    mean = np.mean(limit - y)
    data = Measurements(y, np.full(len(y), 20.0))

    def loss(mu: float) -> float:
        return MODEL.log_prior(mu, 0.0) - selection.log_prob_truncated(MODEL, [mu, 0.0], data, limit)

    start = y.mean() + 400 / mean
    best = optimize.minimize_scalar(loss, bracket=(0.8 * start, 1.2 * start), options={"xtol": 1e-10})
    return -best.fun < -len(y) * (np.log(mean) + 1)


GOLDEN = {
    "explosions": explosions,
    "belowLimit": below_limit,
    "completeFit": complete_fit,
    "truncatedRunsAway": truncated_runs_away,
    "truncatedFit": truncated_fit,
}


def below_limit_floors(z: float) -> dict[str, float]:
    """Of differences of moments about the cut, which lies at z: far from it what it changes is small, but they are large."""
    m = max(1.0, abs(z))
    powers = {"logProbability": 0, "mean": 1, "variance": 2, "square": 2, "covariance": 3, "squareVariance": 4}
    return {name: rounding(m**power) for name, power in powers.items()}


FLOORS = {
    "explosions": lambda seed, count: [{"distance": 0.0, "modulus": 0.0, "intrinsic": NORMAL, "noise": NORMAL}] * count,
    "belowLimit": below_limit_floors,
}
SAME = {
    ("explosions", SPARE): ("(2 + 1) * count",),
    ("truncatedSlope", "likelihoods are only compared"): ("logLikelihood: (0 + 1)",),
    ("truncatedSlope", "other steps, to the same zero of the slope"): ("sums.beta += (0.5 * 1.01)",),
    ("truncatedMaximum", "other steps, to the same zero of the slope"): ("let step = (1 + 1)",),
    ("truncatedMaximum", "half as many steps are enough, or no number is"): (
        "tried = (0 + 1)",
        "tried <= 20",
        "tried < (20 + 1)",
        "tried += (1 + 1)",
    ),
    ("truncatedMaximum", "equal to the last bit is as good as beyond"): ("beta <= 1e-12", "rises = there.logLikelihood >="),
    ("truncatedFit", MEET): ("free.v >= sigma * sigma",),
}
