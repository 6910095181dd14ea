"""An integer of nine thousand digits, written past the worker's caps."""

import codec

codec.MAX_DIGITS = codec.MAX_ITEMS = codec.MAX_TEXT = codec.MAX_STRING = codec.MAX_DEPTH = 10**12
import sys

sys.set_int_max_str_digits(0)


def pooled(data):
    return {"mean": 10**9000, "sd": "x" * 10**6}


def weight(sigma, tau):
    return [0.5] * 300_000
