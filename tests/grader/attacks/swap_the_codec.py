"""Replies of the right form whose parts are none that the codec makes."""

import codec
import itertools

forms = itertools.cycle(
    [
        {"dict": {"dict": {"dict": {}}}},
        {"labeled": {"dict": {str(i): {"other": "x"} for i in range(5000)}}},
        {"array": [0] * 40, "kind": "f", "items": []},
        {"array": [2, 2], "kind": "b", "items": [True] * 4, "more": 1},
        {"float": "nan", "dict": {}},
        {"array": [-1], "kind": "i", "items": [1]},
        {"array": [1], "kind": "O", "items": [{"other": "\ud800"}]},
    ]
)
codec.encode = lambda value: next(forms)


def weight(sigma, tau):
    return 1


def pooled(data):
    return 1


why = 1
