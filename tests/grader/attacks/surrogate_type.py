"""Answers whose type has a name that no file can hold, and notes of such characters."""

import codec

codec.encode = lambda value: {"other": "\ud800" * 40}


def weight(sigma, tau):
    raise ValueError("\ud83d \x1b[31m \u202e \ud800")


def pooled(data):
    return weight


why = weight
