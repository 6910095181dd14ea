"""The one problem of all: priors, data, and how many chains and draws."""

from __future__ import annotations

import numpy as np
from scipy import stats

from lecturekit import datasets
from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy

MU_PRIOR = (0.0, 1.0)  # of a Normal
TAU_SCALE = 0.5  # of a half-Normal
MODEL = NormalHierarchy(MU_PRIOR, stats.halfnorm(scale=TAU_SCALE))
CHAINS, DRAWS = 4, 1000  # of NUTS: PyMC's own numbers
SEED = 1


def simulated(n_objects: int) -> Measurements:
    """Objects like the cluster's stars."""
    rng = np.random.default_rng(1)
    return datasets.simulate_normal(-0.15, 0.08, rng.uniform(0.03, 0.15, n_objects), rng=rng)
