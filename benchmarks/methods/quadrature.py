"""`exact.posterior` and independent draws from it. The variant says of what: "tau" alone, or "theta" with mu and tau."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.methods.problem import CHAINS, DRAWS, MODEL, SEED, Survey
from lecturekit import Measurements, exact

OF_TAU = 1_000_000  # draws: where theta is left out they cost next to nothing
OF_THETA = 2_000_000  # values of theta, in at least as many draws as a chain of NUTS has


def prepare(data: Measurements | Survey, variant: str) -> Callable[[], NDArray[np.float64]]:
    """The run; the draws are cut into as many chains as NUTS has, so that one estimator serves all."""
    rng = np.random.default_rng(SEED)

    def tau_alone() -> NDArray[np.float64]:
        return exact.posterior(MODEL, data).quantile("tau", rng.random((CHAINS, OF_TAU // CHAINS)))

    def with_theta() -> NDArray[np.float64]:
        return exact.posterior(MODEL, data).draws(max(DRAWS, OF_THETA // len(data)), rng=rng).tau.reshape(CHAINS, -1)

    return {"tau": tau_alone, "theta": with_theta}[variant]
