"""Integers of nine thousand digits."""

import sys

sys.set_int_max_str_digits(0)
why = 10**9000


def weight(sigma, tau):
    return 10**9000 + 1


def pooled(data):
    return 10**9000
