"""Measurements unlike each other in number, size and spread, which every explorer of the reader's own data has to take."""

from lecturekit import Measurements, datasets

UNLIKE = [
    datasets.csp_supernovae(),
    datasets.eight_schools(),
    Measurements([3.0], [0.5]),
    Measurements([0.0, 0.0], [1e-6, 1e6]),
    Measurements([1e8, 1e8 + 1e-3], [1e-4, 1e-4], unit="m"),
    Measurements([-5e6, 0, 2e9], [1, 1, 1e3]),
]
