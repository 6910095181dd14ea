"""Answers of a hundred megabytes, and one that goes on for as long as somebody reads it."""

import os
import signal

import numpy as np

why = ("a" * 10**8, "i")


def pooled(data):
    return np.zeros(20_000_000)


def weight(sigma, tau):
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    block = b" " * (1 << 20)
    while True:
        for number in range(3, 8):
            try:
                os.write(number, block)
            except OSError:
                pass
    return 0.0
