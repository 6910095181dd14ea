"""`mcmc.sample`: emcee until it has converged or its budget is spent. The variant names the coordinates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.methods.problem import MODEL, SEED
from lecturekit import Measurements, mcmc


def prepare(data: Measurements, variant: str) -> Callable[[], NDArray[np.float64]]:
    """The run: tau of every walker, (n_walkers, n_steps)."""

    def run() -> NDArray[np.float64]:
        chain = mcmc.sample(
            MODEL, data, coordinates=variant, rng=np.random.default_rng(SEED), on_unconverged="return", progress=False
        )
        return chain.steps[:, :, 1].T

    return run
