"""Time the core: the lecture's way of sampling against `mcmc.sample`, and `exact.posterior` from J = 20 to a million.

Ratios are taken within this one run; the times depend on the machine. Run it with `make bench`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import emcee
import numpy as np
from scipy import stats

from lecturekit import datasets, exact, mcmc
from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy

MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
WALKERS, STEPS = 64, 3000
BUDGETS = {20: 0.005, 10_000: 0.020, 1_000_000: 1.5}  # seconds, on two cores
MEMORY_BUDGET = 500  # MB


def best_of(n: int, run: Callable[[], object]) -> float:
    """Shortest wall-clock time of n runs, in seconds: the one that other programs disturbed least."""
    times = []
    for _ in range(n):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def log_normal(x: np.ndarray, mean: float | np.ndarray, sd: float | np.ndarray) -> float:
    """Summed log density, every constant written out."""
    return np.sum(-0.5 * np.log(2 * np.pi * sd**2) - 0.5 * (x - mean) ** 2 / sd**2)


def one_call_per_walker(params: np.ndarray, y: np.ndarray, sigma: np.ndarray) -> float:
    """The centered log posterior as one writes it at first: for a single walker, a factor at a time."""
    mu, tau, theta = params[0], params[1], params[2:]
    if tau <= 0:
        return -np.inf
    log_hyperprior = -0.5 * mu**2 - 0.5 * (tau / 0.5) ** 2
    return log_hyperprior + log_normal(theta, mu, tau) + log_normal(y, theta, sigma)


def lectures_way(data: Measurements) -> None:
    """emcee, asked for one walker at a time."""
    rng = np.random.default_rng(1)
    start = np.column_stack(
        [
            rng.normal(data.y.mean(), 0.05, WALKERS),
            np.abs(rng.normal(0.1, 0.02, WALKERS)),
            rng.normal(data.y, 0.5 * data.sigma, (WALKERS, len(data))),
        ]
    )
    sampler = emcee.EnsembleSampler(WALKERS, 2 + len(data), one_call_per_walker, args=(data.y, data.sigma))
    sampler.run_mcmc(start, STEPS)


def this_way(data: Measurements) -> None:
    """mcmc.sample, with as many walkers and steps."""
    mcmc.sample(MODEL, data, coordinates="centered", rng=np.random.default_rng(1), n_walkers=WALKERS, burn_in=0,
                max_steps=STEPS, on_unconverged="return", progress=False)  # fmt: skip


def simulated(n_objects: int) -> Measurements:
    """Objects like the cluster's stars."""
    rng = np.random.default_rng(1)
    return datasets.simulate_normal(-0.15, 0.08, rng.uniform(0.03, 0.15, n_objects), rng=rng)


def peak_memory(n_objects: int) -> float:
    """Peak memory of a process that does nothing but this posterior, data and interpreter included, in MB."""
    command = [sys.executable, __file__, "--peak-memory", str(n_objects)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def verdict(good: bool) -> str:
    """How a figure stands to its budget."""
    return "ok" if good else "OVER BUDGET"


def main() -> None:
    """Run everything and print it."""
    data = datasets.open_cluster()
    slow, fast = best_of(3, lambda: lectures_way(data)), best_of(3, lambda: this_way(data))
    print(f"centered chain, {WALKERS} walkers, {STEPS} steps, J = {len(data)}")
    print(f"  one call per walker   {slow:8.3f} s")
    print(f"  mcmc.sample           {fast:8.3f} s")
    print(f"  ratio                 {slow / fast:8.1f}     (at least 4: {verdict(slow / fast >= 4)})")
    print("exact.posterior (mu and tau; theta on demand)")
    for n_objects, budget in BUDGETS.items():
        data = simulated(n_objects)
        seconds = best_of(20 if n_objects <= 10_000 else 3, lambda data=data: exact.posterior(MODEL, data))
        memory = peak_memory(n_objects)
        print(f"  J = {n_objects:<9,}  {1e3 * seconds:8.1f} ms   (budget {1e3 * budget:.0f} ms: {verdict(seconds <= budget)})"
              f"   peak memory {memory:4.0f} MB   (budget {MEMORY_BUDGET} MB: {verdict(memory <= MEMORY_BUDGET)})")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak-memory"]:
        exact.posterior(MODEL, simulated(int(sys.argv[2])))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # kB on Linux
    else:
        main()
