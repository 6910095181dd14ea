"""Numbers that are texts of a thousand digits, and texts that are numbers."""

import codec

codec.encode = lambda value: {"array": [2], "kind": "f", "items": [1e308, 10**399]}


def weight(sigma, tau):
    return 1


def pooled(data):
    return 1


why = 1
