"""Recursion without end, with the limit taken away."""

import sys

sys.setrecursionlimit(10**9)


def weight(sigma, tau):
    return weight(sigma, tau)


weight(1, 1)
