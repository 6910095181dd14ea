"""Run one method on one data set in this process, and write what came of it as JSON.

``python -m benchmarks.methods.worker MODULE VARIANT N_OBJECTS STARTED RESULT``, where STARTED is the monotonic clock of whoever
started it: on Linux all processes share that clock, so set-up begins before the interpreter does.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEMORY_LIMIT = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2  # bytes: the other half is the machine's own
IN_MEMORY = 10**5  # objects; more are read from a file
ENSEMBLES = ("ensembles", "lecture")  # the modules whose chains are walkers, which move each other
BELOW = 0.05  # P(tau < small), small being where the exact posterior puts this probability below


def one_core() -> None:
    """Keep this process, and every thread that any library may start, to a single core, and to half of the memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))


def peak_memory() -> float:
    """Peak memory of this process or of any that it has started, the larger, in MB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024  # kB on Linux


def effective(values: NDArray[np.float64], *, ensemble: bool) -> float:
    """How many independent draws would estimate the mean of the values (n_chains, n_steps) as well.

    The walkers of an ensemble move each other, so what they are worth together is read off their common mean: its variance over
    the run, with its autocorrelation, against that of a single draw (Goodman and Weare 2010, doi:10.2140/camcos.2010.5.65).
    """
    import arviz

    if not ensemble:
        return float(arviz.ess(values, method="mean"))
    mean = values.mean(axis=0)
    return float(arviz.ess(mean[None], method="mean") * values.var() / mean.var())


def converged(values: NDArray[np.float64]) -> bool:
    """Whether an ensemble (n_walkers, n_steps) is 50 of its autocorrelation times long, which is necessary, not sufficient."""
    from emcee.autocorr import integrated_time

    return bool(50 * integrated_time(values.T[:, :, None], tol=0, quiet=True)[0] <= values.shape[1])


def normal_scores(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values' ranks as quantiles of a Normal, so that no tail decides (Vehtari et al. 2021, doi:10.1214/20-BA1221)."""
    from scipy import stats

    return stats.norm.ppf((stats.rankdata(values).reshape(values.shape) - 0.375) / (values.size + 0.25))


def measured(module: str, variant: str, n_objects: int, started: float, folder: Path) -> dict[str, float | None]:
    """Seconds of set-up and run, peak memory in MB, effective draws of tau, and P(tau < small) with its Monte Carlo error.

    More data than fit in memory are put into the folder.
    """
    from benchmarks.methods.problem import MODEL, Survey, simulated

    imported = time.monotonic()
    data = simulated(n_objects) if n_objects <= IN_MEMORY else Survey.simulated(n_objects, folder / "survey")
    made = time.monotonic()
    run = import_module(f"benchmarks.methods.{module}").prepare(data, variant)
    ready = time.monotonic()
    tau = run()
    done = time.monotonic()
    memory = peak_memory()

    # Only now, so that the judge takes no memory of the judged.
    from lecturekit import exact

    below = (tau < exact.posterior(MODEL, data).quantile("tau", BELOW)).astype(float)
    share = float(below.mean())
    # A chain that never went below, or never came up again, has nothing to estimate its error from.
    error = math.sqrt(share * (1 - share) / effective(below, ensemble=module in ENSEMBLES)) if 0 < share < 1 else None
    return {
        "set_up": (imported - started) + (ready - made),
        "run": done - ready,
        "memory": memory,
        "effective": effective(normal_scores(tau), ensemble=module in ENSEMBLES),
        "below": share,
        "below_error": error,
        **({"converged": converged(tau)} if module in ENSEMBLES else {}),
    }


def main() -> None:
    """Measure; memory that runs out is a result as well."""
    module, variant, n_objects, started, result = sys.argv[1:]
    one_core()
    try:
        found = measured(module, variant, int(n_objects), float(started), Path(result).parent)
    except MemoryError:
        found = {"ended": "out of memory", "memory": peak_memory()}
    Path(result).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
