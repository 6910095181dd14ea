"""Two megabytes of empty lists and dicts: a hundred times as many objects as an answer needs."""

import codec

codec.MAX_TEXT = 10**9
codec.encode = lambda value: [[]] * 300_000 + [{}] * 300_000
why = 1


def weight(sigma, tau):
    return 1


def pooled(data):
    return 1
