"""Calibrate the course's methods by simulation, 10,000 data sets to a regime, and three that are wrong on purpose.

`make calibrate` runs it on all processors, ``.venv/bin/python -m benchmarks.calibrate --scheduler tcp://…`` on a Dask cluster
whose machines have lecturekit. It prints a table, writes lecturekit/data/calibration.json, which chapter 8 draws, and ends
with 1 if a right method fails or a wrong one passes. With another number of data sets (``… -m benchmarks.calibrate 200``) it
writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from platform import python_version

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray
from scipy import special, stats  # no ufunc by its own name: pickled from here, it would be looked for in the worker's main
from scipy.interpolate import CubicSpline
from tqdm import tqdm

from lecturekit import Draws, Measurements, NormalHierarchy, Truth, calibration, exact, mcmc, selection
from lecturekit._calibration_run import BINS, LEVELS, Row, Run

RESULT = Path("lecturekit/data/calibration.json")
SEED, DATA_SETS, ALPHA = 6, 10_000, 0.01
CHUNK = 100  # data sets to a job
DRAWS = 99  # a rank among them is one of a hundred
# Walkers move with respect to each other, but the law that their ensemble settles into is a product: at any one step they
# are independent draws of the posterior (Goodman and Weare 2010, doi:10.2140/camcos.2010.5.65). So one step is all that is
# kept, and no thinning is needed. The steps before it are more than ten autocorrelation times (of 29 to 36 steps here).
WALKERS, BURN_IN = 100, 400
NAMES = ("mu", "tau", "theta")

PRIORS = {
    "half-Normal": stats.halfnorm(),
    "half-Cauchy": stats.halfcauchy(),
    "exponential": stats.expon(),
    "uniform": stats.uniform(0, 2),
}
#: The law of the square root of a half-Normal number: its fourth power is chi-squared, twice a gamma of shape 1/2.
ROOT_OF_HALF_NORMAL = stats.gengamma(0.5, 4, scale=2**0.25)
LIMIT = 0.0  # the largest y of a truncated sample: half of the population, on average over the prior
GRID = np.linspace(-3.5, 3.5, 71), np.linspace(0, 7, 81)  # seven prior sd of mu, and of tau: no truth will lie at an edge

Places = tuple[float, float, float]  # of the true mu, tau and theta_j


@dataclass(frozen=True, eq=False)
class Regime:
    """Where methods are tested: J objects, their typical noise, the priors, and which methods."""

    objects: int
    noise: float
    prior: str
    fit: Callable[[NormalHierarchy, Measurements, int, Generator], dict[str, Places]]
    mu_sd: float = 5.0
    limit: float = np.inf

    def places(self, seed: SeedSequence) -> dict[str, Places]:
        """Simulate one data set, fit it by each method, and say where mu, tau and one object's theta lie."""
        rng = np.random.default_rng(seed)
        model = NormalHierarchy((0.0, self.mu_sd), PRIORS[self.prior])
        sigma = self.noise * np.geomspace(0.5, 2, self.objects)
        data = calibration.simulate(model, sigma, rng=rng, limit=self.limit)
        return self.fit(model, data, int(rng.integers(self.objects)), rng)


def by_quadrature(model: NormalHierarchy, data: Measurements, j: int, rng: Generator) -> dict[str, Places]:
    """The exact posterior, by its cdf and by its draws."""
    post = exact.posterior(model, data)
    return {"exact": in_exact(post, data.truth, j), "exact.draws": among(post.draws(DRAWS, rng=rng), data.truth, j, rng)}


def by_chain(model: NormalHierarchy, data: Measurements, j: int, rng: Generator) -> dict[str, Places]:
    """The marginal chain of emcee, from its own start."""
    chain = mcmc.sample(
        model, data, rng=rng, n_walkers=WALKERS, burn_in=BURN_IN, max_steps=1, on_unconverged="return", progress=False
    )
    return {"marginal chain": among(chain.draws, data.truth, j, rng)}


def by_selection(model: NormalHierarchy, data: Measurements, j: int, rng: Generator) -> dict[str, Places]:
    """A truncated sample, by the likelihood that knows of the limit and, wrongly, by the one that does not."""
    limit = np.full(len(data), LIMIT)
    grid = selection.on_grid(lambda params: selection.log_prob_truncated(model, params, data, limit), *GRID)
    naive = exact.posterior(model, data)
    return {"truncated": in_grid(grid, model, data, j), "selection ignored": in_exact(naive, data.truth, j)}


def by_mistake(model: NormalHierarchy, data: Measurements, j: int, rng: Generator) -> dict[str, Places]:
    """Code that takes tau for the variance, in prior and likelihood, and code that takes the data for the truth."""
    squared = exact.posterior(NormalHierarchy(model.mu_prior, ROOT_OF_HALF_NORMAL), data)
    forgotten = exact.posterior(model, Measurements(data.y, 1e-3 * data.sigma))
    truth = data.truth  # the first calls tau what is the square of the sd
    return {
        "tau squared": in_exact(squared, Truth(truth.mu, np.sqrt(truth.tau), truth.theta), j),
        "noise forgotten": in_exact(forgotten, truth, j),
    }


WRONG = {"selection ignored", "tau squared", "noise forgotten"}
REGIMES = (
    *(Regime(objects, noise, "half-Normal", by_quadrature) for objects in (3, 8, 20, 200) for noise in (0.05, 1.0, 20.0)),
    *(Regime(8, 1.0, prior, by_quadrature) for prior in ("half-Cauchy", "exponential", "uniform")),
    Regime(8, 1.0, "half-Normal", by_chain),
    Regime(20, 1.0, "half-Normal", by_selection, mu_sd=0.5, limit=LIMIT),
    *(Regime(8, noise, "half-Normal", by_mistake) for noise in (0.05, 1.0)),
)


def in_exact(post: exact.ExactPosterior, truth: Truth, j: int) -> Places:
    """Places by the exact posterior's cdf."""
    return post.cdf("mu", truth.mu), post.cdf("tau", truth.tau), post.cdf("theta", truth.theta)[j]


def among(draws: Draws, truth: Truth, j: int, rng: Generator) -> Places:
    """Places among draws."""
    pairs = ((draws.mu, truth.mu), (draws.tau, truth.tau), (draws.theta[:, j], truth.theta[j]))
    return tuple(calibration.place_among(values, value, rng=rng) for values, value in pairs)


def in_grid(grid: selection.GridPosterior, model: NormalHierarchy, data: Measurements, j: int) -> Places:
    """Places by a posterior of mu and tau on a grid; theta_j is a mixture of Normals over it."""
    truth = data.truth

    def below(x: NDArray, density: NDArray, end: float) -> float:
        area = CubicSpline(x, density).antiderivative()
        return float(np.clip(area(end) / area(x[-1]), 0, 1))

    one = Measurements(data.y[[j]], data.sigma[[j]])
    mean, sd = model.theta_given(grid.mu, grid.tau[:, None], one)
    step = np.maximum(sd[..., 0], 1e-12)  # at tau = 0 theta_j is mu itself
    cdf = grid.density * special.ndtr((truth.theta[j] - mean[..., 0]) / step)
    joint = np.trapezoid(np.trapezoid(cdf, grid.mu), grid.tau)
    return below(grid.mu, grid.marginal("mu"), truth.mu), below(grid.tau, grid.marginal("tau"), truth.tau), float(joint)


def job(regime: Regime, seeds: Sequence[SeedSequence]) -> dict[str, NDArray[np.float64]]:
    """Places by each method, (number of seeds, 3)."""
    done = [regime.places(seed) for seed in seeds]
    return {method: np.array([places[method] for places in done]) for method in done[0]}


def run(executor: Executor, regimes: Sequence[Regime], n: int, *, seed: int = SEED) -> Run:
    """Calibrate in each regime with n data sets. Each has a seed of its own, so that it does not matter who does what."""
    jobs = []
    for regime, family in zip(regimes, SeedSequence(seed).spawn(len(regimes)), strict=True):
        seeds = family.spawn(n)
        jobs.append([executor.submit(job, regime, seeds[start : start + CHUNK]) for start in range(0, n, CHUNK)])
    rows = []
    with tqdm(total=n * len(regimes), unit=" data sets", disable=None) as bar:
        for regime, futures in zip(regimes, jobs, strict=True):
            parts = []
            for future in futures:
                parts.append(future.result())
                bar.update(len(next(iter(parts[-1].values()))))
            for method in parts[0]:
                places = np.concatenate([part[method] for part in parts])
                rows += [row(regime, method, name, column) for name, column in zip(NAMES, places.T, strict=True)]
    packages = {name: version(name) for name in ("lecturekit", "numpy", "scipy", "emcee")}
    made = {"seed": seed, "date": date.today().isoformat(), "python": python_version(), **packages}
    return Run(tuple(rows), ALPHA, made)


def row(regime: Regime, method: str, parameter: str, places: NDArray[np.float64]) -> Row:
    """The row of one parameter's places (n,); ValueError if one is not between 0 and 1."""
    if places.ndim != 1 or not ((places >= 0) & (places <= 1)).all():
        raise ValueError(f"places: got shape {places.shape}, {places.min()} to {places.max()}; expected (n,), from 0 to 1.")
    return Row(
        objects=regime.objects,
        noise=regime.noise,
        prior=regime.prior,
        method=method,
        parameter=parameter,
        right=method not in WRONG,
        n=places.size,
        uniform=float(stats.kstest(places, "uniform").pvalue),
        held=tuple(int(np.sum(np.abs(places - 0.5) < level / 2)) for level in LEVELS),
        counts=tuple(np.histogram(places, BINS, (0, 1))[0].tolist()),
    )


def surprises(done: Run) -> Iterator[str]:
    """Yield what is not as it should be: a right method's row that fails, or a wrong method without one that does."""
    for line in done.rows:
        if line.right and done.fails(line):
            yield f"{line.method} is not calibrated in {line.parameter} (J, noise, prior: {line.regime})"
    wrong = [line for line in done.rows if not line.right]
    for (regime, method), lines in groupby(wrong, key=lambda line: (line.regime, line.method)):
        if not any(map(done.fails, lines)):
            yield f"{method} is wrong and passes (J, noise, prior: {regime})"


def as_json(done: Run) -> str:
    """The run as JSON, a line for each row."""
    rows = ",\n".join(json.dumps(asdict(line), separators=(",", ":")) for line in done.rows)
    return f'{{"alpha": {done.alpha}, "made": {json.dumps(done.made)}, "rows": [\n{rows}\n]}}\n'


def table(done: Run) -> Iterator[str]:
    """The lines of the table."""
    covered = "".join(f"{f'{100 * level:.0f} %':>8}" for level in LEVELS)
    yield f"{'J':>4} {'noise':>6}  {'prior':12} {'method':18} {'':6}{'uniform':>9}{covered}{'least p':>10}"
    for line in done.rows:
        covered = "".join(f"{100 * value:8.2f}" for value in line.coverage)
        verdict = ("passes", "FAILS") if line.right else ("passes, wrong", "fails, wrong")
        yield (
            f"{line.objects:4} {line.noise:6g}  {line.prior:12} {line.method:18} {line.parameter:6}{line.uniform:9.2g}{covered}"
            f"{min(line.p_values):10.2g}  {verdict[done.fails(line)]}"
        )
    tests = sum(len(line.p_values) for line in done.rows if line.right)
    yield f"A test fails below p = {done.threshold:.2g}: {100 * done.alpha:g} % for {tests} tests of right methods together."
    yield ", ".join(f"{name} {value}" for name, value in done.made.items())


@contextmanager
def executor(scheduler: str | None) -> Iterator[Executor]:
    """What does the work: a Dask cluster, or a process for each processor."""
    if scheduler:
        from distributed import Client

        with Client(scheduler) as client:
            yield client.get_executor(pure=False)
        return
    pool = ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description="Calibrate the course's methods.")
    parser.add_argument("n", nargs="?", type=int, metavar="DATA_SETS", help=f"to a regime ({DATA_SETS}, which is recorded)")
    parser.add_argument("--scheduler", metavar="tcp://…", help="the address of a Dask scheduler, to run on its workers")
    given = parser.parse_args(arguments)
    with executor(given.scheduler) as workers:
        done = run(workers, REGIMES, given.n or DATA_SETS)
    print(*table(done), sep="\n")
    if given.n is None:
        RESULT.write_text(as_json(done), encoding="utf-8")
    found = list(surprises(done))
    print(*(found or ["As it should be: the right methods pass, the wrong ones fail."]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
