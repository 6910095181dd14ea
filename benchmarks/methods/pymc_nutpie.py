"""PyMC's model, compiled by Numba and sampled by nutpie's NUTS. The variant names the coordinates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import nutpie
import pymc as pm
from numpy.typing import NDArray

from benchmarks.methods.problem import CHAINS, DRAWS, MU_PRIOR, SEED, TAU_SCALE
from lecturekit import Measurements


def hierarchy(data: Measurements, variant: str) -> pm.Model:
    """The Normal hierarchy in centered or noncentered coordinates."""
    with pm.Model() as model:
        mu = pm.Normal("mu", *MU_PRIOR)
        tau = pm.HalfNormal("tau", TAU_SCALE)
        if variant == "centered":
            theta = pm.Normal("theta", mu, tau, shape=len(data))
        else:
            theta = mu + tau * pm.Normal("eta", 0, 1, shape=len(data))
        pm.Normal("y", theta, data.sigma, observed=data.y)
    return model


def prepare(data: Measurements, variant: str) -> Callable[[], NDArray[np.float64]]:
    """The run, with nutpie's own length of the warm-up; tau alone is kept, which saves memory."""
    compiled = nutpie.compile_pymc_model(hierarchy(data, variant), var_names=["tau"])

    def run() -> NDArray[np.float64]:
        trace = nutpie.sample(compiled, draws=DRAWS, chains=CHAINS, cores=1, seed=SEED, save_warmup=False, progress_bar=False)
        return trace.posterior["tau"].values

    return run
