"""Run one method on one data set in this process, and write what came of it as JSON.

``python -m benchmarks.methods.worker MODULE VARIANT N_OBJECTS STARTED RESULT``, where STARTED is the monotonic clock of whoever
started it: on Linux all processes share that clock, so set-up begins before the interpreter does.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

MEMORY_LIMIT = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2  # bytes: the other half is the machine's own
IN_MEMORY = 10**5  # objects; more are read from a file
BELOW = 0.05  # P(tau < small), small being where the exact posterior puts this probability below


def one_core() -> None:
    """Keep this process, and every thread that any library may start, to a single core, and to half of the memory."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))


def peak_memory() -> float:
    """Peak memory of this process or of any that it has started, the larger, in MB."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024  # kB on Linux


def measured(module: str, variant: str, n_objects: int, started: float, folder: Path) -> dict[str, float]:
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
    import arviz
    import numpy as np

    from lecturekit import exact

    below = (tau < exact.posterior(MODEL, data).quantile("tau", BELOW)).astype(float)
    share = below.mean()
    # A chain that never went below, or never came up again, has nothing to estimate its error from.
    error = np.sqrt(share * (1 - share) / arviz.ess(below, method="mean")) if 0 < share < 1 else None
    return {
        "set_up": (imported - started) + (ready - made),
        "run": done - ready,
        "memory": memory,
        "effective": float(arviz.ess(tau, method="bulk")),
        "below": share,
        "below_error": error,
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
