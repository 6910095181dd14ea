"""Golden cases of what only the shrinkage of many objects needs; the estimates themselves are with pooling."""

import itertools
from collections.abc import Iterator

import numpy as np

from tests.browser.golden.pooling import KNOWN, estimates
from tests.rounding import each


def scale_noise() -> Iterator[tuple[list, object]]:
    for data, factor in itertools.product(KNOWN, (0.05, 1.0, 2.0)):
        theta = data.truth.theta
        yield [data.y.tolist(), theta.tolist(), factor], (theta + factor * (data.y - theta)).tolist()


def ends_farther() -> Iterator[tuple[list, object]]:
    for data in KNOWN:
        theta = data.truth.theta
        for estimate in estimates(data)[:-1]:  # the last tau moves them too little to count
            wanted = np.abs(estimate - theta) > np.abs(data.y - theta)
            yield [data.y.tolist(), data.sigma.tolist(), estimate.tolist(), theta.tolist()], wanted.tolist()
    # Whatever side the truth is on; and by a millionth of sigma, or less, is no farther.
    yield [[1, -1, 1, -1], [2, 2, 2, 2], [1.1, -1.1, 0.9, -0.9], [0, 0, 0, 0]], [True, True, False, False]
    yield [[0, 0], [10**6, 2 * 10**6], [1, -2], [0, 0]], [False, False]
    yield [[1, 1, 1], [2, 2, 2], [1 + 1.9e-6, 1 + 2.1e-6, 1], [0, 0, 0]], [False, True, False]


GOLDEN = {"scaleNoise": scale_noise, "endsFarther": ends_farther}
FLOORS = {"scaleNoise": lambda y, theta, factor: each(theta) + factor * each(y, theta)}  # theta + factor (y - theta)
