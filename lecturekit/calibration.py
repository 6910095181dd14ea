"""Simulation-based calibration: whether a method returns posteriors that mean what they say.

Contract: truths are drawn from the prior and data from the truths. The *place* of a truth is the probability that its
posterior puts below it. Over many data sets the places that a right posterior gives are uniform between 0 and 1, for every
parameter, and its central interval of level c holds the truth in a fraction c of them. The tests of a run, of uniformity and
of coverage, share one stated rate of false alarms.

Source: Cook, Gelman and Rubin (2006), doi:10.1198/106186006X136976; Talts et al. (2018), arXiv:1804.06788; Modrák et al.
(2023), doi:10.1214/23-BA1404.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.resources import files
from itertools import groupby

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from .arrays import Floats
from .datasets import simulate_normal
from .measurements import Measurements, Truth, check_rng
from .model import NormalHierarchy

__all__ = ["LEVELS", "Row", "Run", "place_among", "recorded", "simulate"]

#: Levels of the central intervals whose coverage is tested.
LEVELS = (0.5, 0.8, 0.95)
BINS = 50
TRIES = 10_000  # to draw an object that the limit admits


def simulate(model: NormalHierarchy, sigma: ArrayLike, *, rng: np.random.Generator, limit: float = np.inf) -> Measurements:
    """Draw mu and tau from the prior, then J objects with errors sigma (J,), all in one unit; the truth is filled in.

    An object whose measured value exceeds the limit is drawn again, as one that a survey never recorded; ValueError if one
    exceeds it 10,000 times.
    """
    check_rng(rng)
    mu, tau = rng.normal(*model.mu_prior), float(model.tau_prior.rvs(random_state=rng))
    data = simulate_normal(mu, tau, sigma, rng=rng)
    y, theta = data.y.copy(), data.true_theta.copy()
    for _ in range(TRIES):
        missed = y > limit
        if not missed.any():
            return Measurements(y, data.sigma, truth=Truth(mu, tau, theta))
        again = simulate_normal(mu, tau, data.sigma[missed], rng=rng)
        y[missed], theta[missed] = again.y, again.true_theta
    raise ValueError(
        f"limit: got {limit}; expected one that values around mu = {mu:.4g} can stay below, with tau = {tau:.4g}: "
        f"{missed.sum()} of {y.size} objects exceeded it {TRIES} times."
    )


def place_among(draws: ArrayLike, truth: float, *, rng: np.random.Generator) -> float:
    """Place of the truth among n independent draws (n,) of its posterior.

    Its rank is one of n + 1 equally likely ones; a random point within the rank's share makes the place uniform, not in steps.
    """
    draws = np.asarray(draws, float)
    if draws.ndim != 1 or not draws.size:
        raise ValueError(f"draws: got shape {draws.shape}; expected (n,), one parameter's draws.")
    return float((np.sum(draws < truth) + check_rng(rng).random()) / (draws.size + 1))


@dataclass(frozen=True, eq=False)
class Row:
    """One parameter of one method in one regime, over n data sets.

    Attributes
    ----------
    objects, noise, prior : int, float, str
        The regime: J, the typical sigma where the prior of tau has scale 1, and that prior's name.
    method, parameter : str
    right : bool
        Whether the method is meant to be right. The others are here to show that the tests can fail.
    n : int
        Number of data sets.
    uniform : float
        p-value of the Kolmogorov-Smirnov test of the places against the uniform distribution.
    held : tuple of int
        In how many data sets the central interval of each of LEVELS held the truth.
    counts : tuple of int
        Places in each of 50 equal bins from 0 to 1.
    """

    objects: int
    noise: float
    prior: str
    method: str
    parameter: str
    right: bool
    n: int
    uniform: float
    held: tuple[int, ...]
    counts: tuple[int, ...]

    @staticmethod
    def measure(places: ArrayLike) -> dict[str, int | float | tuple[int, ...]]:
        """What is kept of the places (n,): n, uniform, held and counts.

        ValueError if a place is not between 0 and 1.
        """
        places = np.asarray(places, float)
        if places.ndim != 1 or not ((places >= 0) & (places <= 1)).all():
            raise ValueError(f"places: got shape {places.shape}, {places.min()} to {places.max()}; expected (n,), from 0 to 1.")
        return {
            "n": places.size,
            "uniform": float(stats.kstest(places, "uniform").pvalue),
            "held": tuple(int(np.sum(np.abs(places - 0.5) < level / 2)) for level in LEVELS),
            "counts": tuple(np.histogram(places, BINS, (0, 1))[0].tolist()),
        }

    @property
    def regime(self) -> tuple[int, float, str]:
        """J, noise and prior."""
        return self.objects, self.noise, self.prior

    @cached_property
    def coverage(self) -> Floats:
        """Fraction of the central intervals of each of LEVELS that held the truth."""
        return np.array(self.held) / self.n

    @cached_property
    def p_values(self) -> tuple[float, ...]:
        """One for each test of this row, of uniformity first, then an exact binomial test of each coverage."""
        return self.uniform, *(float(stats.binomtest(k, self.n, c).pvalue) for k, c in zip(self.held, LEVELS, strict=True))

    def excess(self) -> tuple[Floats, Floats]:
        """Places u, the bins' edges, and the fraction of the places below each, less u."""
        u = np.linspace(0, 1, BINS + 1)
        return u, np.concatenate([[0], np.cumsum(self.counts)]) / self.n - u


@dataclass(frozen=True, eq=False)
class Run:
    """Rows that are judged together.

    alpha : the probability that a run of right methods has any test below the threshold, at most.
    made : what the rows were made with: seed, date, versions.
    """

    rows: tuple[Row, ...]
    alpha: float
    made: dict[str, str | int]

    @property
    def threshold(self) -> float:
        """The p-value below which one test fails, alpha shared among all tests of the right methods (Bonferroni)."""
        return self.alpha / sum(len(row.p_values) for row in self.rows if row.right)

    def fails(self, row: Row) -> bool:
        """Whether any test of the row fails."""
        return min(row.p_values) < self.threshold

    def band(self, n: int) -> float:
        """Half-width of the band around zero that `Row.excess` leaves if and only if the test of uniformity fails."""
        return float(stats.kstwo.isf(self.threshold, n))

    def surprises(self) -> Iterator[str]:
        """Yield what is not as it should be: a right method's row that fails, or a wrong method without one that does."""
        for row in self.rows:
            if row.right and self.fails(row):
                yield f"{row.method} is not calibrated in {row.parameter} (J, noise, prior: {row.regime})"
        wrong = [row for row in self.rows if not row.right]
        for (regime, method), rows in groupby(wrong, key=lambda row: (row.regime, row.method)):
            if not any(map(self.fails, rows)):
                yield f"{method} is wrong and passes (J, noise, prior: {regime})"

    def as_json(self) -> str:
        """The run as JSON, a line for each row."""
        rows = ",\n".join(json.dumps(asdict(row), separators=(",", ":")) for row in self.rows)
        return f'{{"alpha": {self.alpha}, "made": {json.dumps(self.made)}, "rows": [\n{rows}\n]}}\n'


def recorded() -> Run:
    """The run of `make calibrate` that is kept with lecturekit."""
    kept = json.loads((files("lecturekit") / "data" / "calibration.json").read_text(encoding="utf-8"))
    rows = (Row(**{**row, "held": tuple(row["held"]), "counts": tuple(row["counts"])}) for row in kept["rows"])
    return Run(tuple(rows), kept["alpha"], kept["made"])
