"""Golden cases of what only the shrinkage of many objects needs; the estimates themselves are with pooling."""

import itertools
from collections.abc import Iterator

import numpy as np

from tests.browser.golden.pooling import KNOWN, estimates


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
    # Whatever side the truth is on; and by less than a millionth of sigma is no farther.
    yield [[1, -1, 1, -1], [2, 2, 2, 2], [1.1, -1.1, 0.9, -0.9], [0, 0, 0, 0]], [True, True, False, False]
    yield [[1, 1, 1], [2, 2, 2], [1 + 1.9e-6, 1 + 2.1e-6, 1], [0, 0, 0]], [False, True, False]


GOLDEN = {"scaleNoise": scale_noise, "endsFarther": ends_farther}

# Perturbed lines that are the same formula, and why: see test_explorer_mutations.py.
TIE = "differs only where two numbers are equal, which none are"
SAME = {
    ("endsFarther", "return y.map((value, j) => Math.abs(estimate[j] - theta[j]) - Math.abs(value - theta[j]) >= 1e-6 * sigma[j]);"): TIE,  # noqa: E501
}
