"""The one problem of all: priors, data, and how many chains and draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets

MU_PRIOR = (0.0, 1.0)  # of a Normal
TAU_SCALE = 0.5  # of a half-Normal
MODEL = NormalHierarchy(MU_PRIOR, stats.halfnorm(scale=TAU_SCALE))
CHAINS, DRAWS = 4, 1000  # of NUTS: PyMC's own numbers
SEED = 1
CHUNK = 2**20  # objects of a survey that are in memory at a time


def simulated(n_objects: int) -> Measurements:
    """Objects like the cluster's stars."""
    return _stars(n_objects, np.random.default_rng(1))


def _stars(n: int, rng: np.random.Generator) -> Measurements:
    return datasets.simulate_normal(-0.15, 0.08, rng.uniform(0.03, 0.15, n), rng=rng)


@dataclass(frozen=True)
class Survey:
    """Such objects in a file of pairs y, sigma, which is read a chunk at a time: what `exact.posterior` takes."""

    path: Path
    n_objects: int

    @classmethod
    def simulated(cls, n_objects: int, path: Path) -> Survey:
        """A new file; only one chunk of it is ever in memory."""
        rng = np.random.default_rng(1)
        with path.open("wb") as file:
            for start in range(0, n_objects, CHUNK):
                part = _stars(min(CHUNK, n_objects - start), rng)
                np.column_stack([part.y, part.sigma]).tofile(file)
        return cls(path, n_objects)

    def __iter__(self) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        for start in range(0, self.n_objects, CHUNK):
            pairs = np.fromfile(self.path, count=2 * CHUNK, offset=16 * start).reshape(-1, 2)  # 16 bytes a pair
            yield pairs[:, 0], pairs[:, 1]
