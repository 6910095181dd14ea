"""Time the core: the lecture's way of sampling against `mcmc.sample`, and `exact.posterior` from J = 20 to a million.

Ratios are taken within this one run; the times depend on the machine. Run it with `make bench`.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.methods.lecture import STEPS, WALKERS, lectures_way
from benchmarks.methods.problem import MODEL, simulated
from lecturekit import Measurements, datasets, exact, mcmc

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


def this_way(data: Measurements) -> None:
    """mcmc.sample, with as many walkers and steps."""
    mcmc.sample(MODEL, data, coordinates="centered", rng=np.random.default_rng(1), n_walkers=WALKERS, burn_in=0,
                max_steps=STEPS, on_unconverged="return", progress=False)  # fmt: skip


def peak_memory(n_objects: int) -> float:
    """Peak memory of a process that does nothing but this posterior, data and interpreter included, in MB."""
    command = [sys.executable, "-m", "benchmarks.core", "--peak-memory", str(n_objects)]
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
