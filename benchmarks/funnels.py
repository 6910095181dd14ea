"""Long runs of emcee in a funnel, and a race of coordinates from one start: `python -m benchmarks.funnels`.

What chapter 6 shows of them takes minutes, so they are run here, and the chapter reads `lecturekit/data/funnels.json`. Every
chain is emcee's own `EnsembleSampler` with its default move. Within a comparison all chains start at the same points
(mu, tau, theta), transformed to the coordinates in which each of them runs.
"""

from __future__ import annotations

import datetime
import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import emcee
import numpy as np
from emcee.autocorr import integrated_time
from numpy.typing import NDArray
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact

DATA = Path("lecturekit", "data", "funnels.json")

Floats = NDArray[np.float64]
Points = tuple[Floats, Floats, Floats]

# The open cluster, by the usual recipe: 64 walkers near the data, 1,000 steps of burn-in.
CLUSTER_MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
SMALL = 0.02
ENSEMBLES, WALKERS, BURN_IN = 6, 64, 1000
LENGTHS = (1500, 3000, 6000, 15_000, 30_000, 60_000)
EVERY = 5  # one step in five is kept
CURVE = tuple(int(EVERY * n) for n in np.geomspace(40, LENGTHS[-1] / EVERY, 60).round())

# The race: eight objects of equal error, tau = 1.
RACE_MODEL = NormalHierarchy((0, 2), stats.halfnorm(scale=2))
RATIOS = (0.01, 0.1, 1.0, 10.0, 100.0)
COORDINATES = ("centered", "noncentered", "marginal")
HEATS, LONG_HEATS, HEAT_WALKERS, SHORT, LONG = 20, 1, 32, 600, 20_000


def near_the_data(data: Measurements, n: int, rng: np.random.Generator) -> Points:
    """The usual start: mu near the mean, tau near 0.1 dex, theta within half an error of the measurements."""
    mu = rng.normal(data.y.mean(), 0.05, n)
    return mu, np.abs(rng.normal(0.1, 0.02, n)), rng.normal(data.y, 0.5 * data.sigma, (n, len(data)))


def chain(
    model: NormalHierarchy,
    data: Measurements,
    coordinates: str,
    start: Points,
    n: int,
    rng: np.random.Generator,
    every: int = 1,
) -> Floats:
    """Positions (n / every, walkers, dimensions) of one ensemble."""
    mu, tau, theta = start
    objects = {"centered": theta, "noncentered": (theta - mu[:, None]) / tau[:, None], "marginal": theta[:, :0]}[coordinates]
    points = np.column_stack([mu, tau, objects])
    log_prob = getattr(model, f"log_prob_{coordinates}")
    sampler = emcee.EnsembleSampler(*points.shape, log_prob, args=[data], vectorize=True)
    seed = np.random.RandomState(rng.integers(2**32, dtype=np.uint32)).get_state()
    first = emcee.State(points, random_state=seed)
    # Where errors are tiny, points that spread like the posterior look as if they lay in a plane.
    sampler.run_mcmc(first, n // every, thin_by=every, skip_initial_state_check=True)
    positions: Floats = sampler.get_chain()
    return positions


def autocorr_time(positions: Floats) -> float | None:
    """The longest of any coordinate, in positions, however few; None if a walker has never moved.

    It is taken from 4,000 positions at most, which are many for a time.
    """
    thin = max(1, len(positions) // 4000)
    thinned = positions[::thin]
    return thin * float(integrated_time(thinned, tol=0, quiet=True).max()) if np.ptp(thinned, axis=0).all() else None


def rounded(time: float | None) -> float | None:
    """To a tenth of a step."""
    return time if time is None else round(time, 1)


def long_run(coordinates: str, k: int) -> dict[str, Any]:
    """What the k-th ensemble says of the open cluster after every number of steps."""
    data, rng = datasets.open_cluster(), np.random.default_rng([6, k])
    start = near_the_data(data, WALKERS, rng)
    positions = chain(CLUSTER_MODEL, data, coordinates, start, BURN_IN + LENGTHS[-1], rng, EVERY)[BURN_IN // EVERY :]
    below = np.cumsum((positions[..., 1] < SMALL).mean(axis=1)) / np.arange(1, len(positions) + 1)
    return {
        "coordinates": coordinates,
        "below": [round(float(below[n // EVERY - 1]), 5) for n in LENGTHS],
        "curve": [round(float(below[n // EVERY - 1]), 4) for n in CURVE],
        "autocorr_time": [rounded(EVERY * (autocorr_time(positions[: n // EVERY]) or np.inf)) for n in LENGTHS],
    }


def heat(ratio: float, k: int) -> dict[str, Any]:
    """A survey of its own, and from one start three short chains and one long one of each kind of coordinates."""
    rng = np.random.default_rng([65, k, round(1000 * ratio)])
    data = datasets.simulate_normal(0, 1, np.full(8, ratio), rng=rng)
    post = exact.posterior(RACE_MODEL, data)
    q10, draws = post.quantile("tau", 0.1), post.draws(HEAT_WALKERS, rng=rng)
    found: dict[str, Any] = {"ratio": ratio, "short": {}, "short_time": {}, "long_time": {}}
    for coordinates in COORDINATES:
        run = chain(RACE_MODEL, data, coordinates, (draws.mu, draws.tau, draws.theta), LONG if k < LONG_HEATS else SHORT, rng)
        found["short"][coordinates] = round(float((run[:SHORT, :, 1] < q10).mean()), 5)
        found["short_time"][coordinates] = rounded(autocorr_time(run[:SHORT]))
        if len(run) == LONG:
            found["long_time"][coordinates] = rounded(autocorr_time(run))
    return found


def as_text(data: dict[str, Any]) -> str:
    """JSON with a line for each run, so that a change shows which."""
    head = ",\n".join(f" {json.dumps(key)}: {json.dumps(data[key])}" for key in ("date", "lengths", "curve"))
    lists = (f' "{key}": [\n' + ",\n".join(f"  {json.dumps(run)}" for run in data[key]) + "\n ]" for key in ("cluster", "race"))
    return "{\n" + ",\n".join([head, *lists]) + "\n}\n"


def main() -> None:
    """Run everything and write what chapter 6 reads."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        runs = [pool.submit(long_run, name, k) for name in ("centered", "noncentered") for k in range(ENSEMBLES)]
        heats = [pool.submit(heat, ratio, k) for ratio in RATIOS for k in range(HEATS)]
        data = {
            "date": datetime.date.today().isoformat(),
            "lengths": LENGTHS,
            "curve": CURVE,
            "cluster": [run.result() for run in runs],
            "race": [one.result() for one in heats],
        }
    DATA.write_text(as_text(data))


if __name__ == "__main__":
    main()
