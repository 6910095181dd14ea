"""Time `exact.posterior` of surveys that do not fit in memory: J from 1e5 to 1e8, made chunk by chunk while they are summed.

A survey here is a seed: each pass draws its chunks anew, so nothing but the posterior can hold memory. The time of drawing
alone is measured apart and taken off. What grows with J is the pass over the data; the quadrature on its sums costs the same
few milliseconds for any J, and is shown beside it. Exits with 1 if the pass is not linear in J, or memory grows with J.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
from scipy import stats

from lecturekit import NormalHierarchy, exact
from lecturekit.exact.survey import open_survey

MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
MU, TAU = -0.15, 0.08
CHUNK = 2**20
SIZES = (10**5, 10**6, 10**7, 10**8)
SLOPE, SLOPE_BUDGET = 1.0, 0.05
MEMORY_BUDGET = 100  # MB, that the largest survey may take beyond the second: both are of whole chunks


class Survey:
    """n_objects like the cluster's stars, in chunks."""

    def __init__(self, n_objects: int) -> None:
        self.n_objects = n_objects

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng(1)
        for start in range(0, self.n_objects, CHUNK):
            sigma = rng.uniform(0.03, 0.15, min(CHUNK, self.n_objects - start))
            yield MU + np.hypot(sigma, TAU) * rng.standard_normal(sigma.size), sigma


def measure(n_objects: int) -> dict[str, float]:
    """Seconds for drawing, for the pass and the whole posterior less that, peak memory in MB, and tau, in this process."""
    # Small surveys are repeated: the shortest time is the one that other programs disturbed least.
    repeats = max(1, min(20, 10**7 // n_objects))
    drawing, summing, all_of_it = [], [], []
    for _ in range(repeats):
        start = time.perf_counter()
        for _chunk in Survey(n_objects):
            pass
        drawing.append(time.perf_counter() - start)
        start = time.perf_counter()
        open_survey(Survey(n_objects)).sums()
        summing.append(time.perf_counter() - start)
        start = time.perf_counter()
        posterior = exact.posterior(MODEL, Survey(n_objects))
        all_of_it.append(time.perf_counter() - start)
    return {
        "drawing": min(drawing),
        "pass": min(summing) - min(drawing),
        "posterior": min(all_of_it) - min(drawing),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # kB on Linux
        "tau": posterior.mean("tau"),
        "sd": posterior.sd("tau"),
    }


def main() -> int:
    """Print the table and the fitted slope; 1 if a budget is exceeded."""
    rows = []
    for n_objects in SIZES:
        command = [sys.executable, __file__, "--one", str(n_objects)]
        rows.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
        row = rows[-1]
        print(
            f"J = {n_objects:<11,}  drawing {row['drawing']:7.3f} s   pass {row['pass']:7.3f} s, "
            f"{1e9 * row['pass'] / n_objects:5.1f} ns an object   posterior {row['posterior']:7.3f} s   "
            f"peak memory {row['memory']:4.0f} MB   tau = {row['tau']:.7f} +- {row['sd']:.7f}"
        )
    seconds = [row["pass"] for row in rows]
    slope = np.polyfit(np.log(SIZES), np.log(seconds), 1)[0]
    growth = rows[-1]["memory"] - rows[1]["memory"]
    linear, bounded = abs(slope - SLOPE) <= SLOPE_BUDGET, growth <= MEMORY_BUDGET
    right = all(abs(row["tau"] - TAU) < 5 * row["sd"] for row in rows)
    print(f"slope of ln(pass) in ln(J)   {slope:.3f}   (1.00 +- 0.05: {'ok' if linear else 'OVER BUDGET'})")
    print(f"memory from 1e6 to 1e8       {growth:+.0f} MB   (at most {MEMORY_BUDGET}: {'ok' if bounded else 'OVER BUDGET'})")
    print(f"tau within 5 sd of {TAU}      {'ok' if right else 'WRONG'}")
    return 0 if linear and bounded and right else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        sys.exit(main())
