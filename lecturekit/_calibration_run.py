"""The record of a run of `make calibrate`: the places of truths in posteriors, and the tests of them. Not for users.

The tests of a run, of uniformity and of coverage, share one stated rate of false alarms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
from scipy import stats

from ._arrays import Floats

__all__ = ["BINS", "LEVELS", "Row", "Run", "recorded"]

#: Levels of the central intervals whose coverage is tested.
LEVELS = (0.5, 0.8, 0.95)
BINS = 50


@dataclass(frozen=True, eq=False)
class Row:
    """One parameter of one method in one regime (J, the typical sigma where the prior of tau has scale 1, that prior's name).

    right : whether the method is meant to be right. The others are here to show that the tests can fail.
    n : number of data sets. uniform : p-value of the Kolmogorov-Smirnov test of the places against the uniform distribution.
    held : in how many data sets the central interval of each of LEVELS held the truth.
    counts : places in each of 50 equal bins from 0 to 1.
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


def recorded() -> Run:
    """The run of `make calibrate` that is kept with lecturekit."""
    kept = json.loads((files("lecturekit") / "data" / "calibration.json").read_text(encoding="utf-8"))
    rows = (Row(**{**row, "held": tuple(row["held"]), "counts": tuple(row["counts"])}) for row in kept["rows"])
    return Run(tuple(rows), kept["alpha"], kept["made"])
