"""The lecture's way: the centered log posterior as one writes it at first, and emcee, which calls it walker by walker."""

from __future__ import annotations

from collections.abc import Callable

import emcee
import numpy as np
from numpy.typing import NDArray

from benchmarks.methods.problem import SEED, TAU_SCALE
from lecturekit import Measurements

WALKERS, BURN_IN, STEPS = 64, 1000, 3000


def log_normal(x: np.ndarray, mean: float | np.ndarray, sd: float | np.ndarray) -> float:
    """Summed log density, every constant written out."""
    return np.sum(-0.5 * np.log(2 * np.pi * sd**2) - 0.5 * (x - mean) ** 2 / sd**2)


def one_call_per_walker(params: np.ndarray, y: np.ndarray, sigma: np.ndarray) -> float:
    """ln p(mu, tau, theta, y) for a single walker, shape (2 + J,), a factor at a time."""
    mu, tau, theta = params[0], params[1], params[2:]
    if tau <= 0:
        return -np.inf
    log_hyperprior = -0.5 * mu**2 - 0.5 * (tau / TAU_SCALE) ** 2
    return log_hyperprior + log_normal(theta, mu, tau) + log_normal(y, theta, sigma)


def lectures_way(data: Measurements, *, n_walkers: int = WALKERS, n_steps: int = STEPS) -> emcee.EnsembleSampler:
    """emcee, run for n_steps from where the data are."""
    rng = np.random.default_rng(SEED)
    start = np.column_stack(
        [
            rng.normal(data.y.mean(), 0.05, n_walkers),
            np.abs(rng.normal(0.1, 0.02, n_walkers)),
            rng.normal(data.y, 0.5 * data.sigma, (n_walkers, len(data))),
        ]
    )
    sampler = emcee.EnsembleSampler(n_walkers, 2 + len(data), one_call_per_walker, args=(data.y, data.sigma))
    sampler.random_state = np.random.RandomState(SEED).get_state()
    sampler.run_mcmc(start, n_steps)
    return sampler


def prepare(data: Measurements, variant: str) -> Callable[[], NDArray[np.float64]]:
    """The run, with the lecture's walkers, or twice the dimension where emcee wants more."""
    n_walkers = max(WALKERS, 2 * (2 + len(data)))
    return lambda: lectures_way(data, n_walkers=n_walkers, n_steps=BURN_IN + STEPS).get_chain(discard=BURN_IN)[:, :, 1].T
