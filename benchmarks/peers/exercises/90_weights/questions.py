"""The benchmark's small assignment for `grader`."""

import numpy as np

from grader.author.questions import Analysis, Function, Misconception


def draw_stars(rng):
    """Five measurements."""
    sigma = rng.uniform(0.05, 0.2, 5)
    return {"y": rng.normal(0.1, np.hypot(0.1, sigma)), "sigma": sigma}


def weight(sigma, tau):
    """The weight of a measurement."""
    return tau**2 / (tau**2 + sigma**2)


def pooled(data):
    """The pooled mean."""
    return np.average(data["y"], weights=data["sigma"] ** -2)


DATA = {"stars": draw_stars}
QUESTIONS = [
    Function(
        "weight",
        2,
        reference=weight,
        probes=[(0.1, 0.2)],
        private=lambda rng: (rng.uniform(0.05, 0.5, 2), rng.uniform(0.05, 0.5)),
        private_count=1,
        misconceptions=[
            Misconception("standard deviations stand where variances belong", lambda s, t: t / (t + s), "Do they add up?")
        ],
        solution="Precisions add up.",
    ),
    Analysis(
        "pooled",
        3,
        data="stars",
        reference=pooled,
        misconceptions=[Misconception("all stars count the same", lambda data: np.mean(data["y"]), "Which star tells more?")],
        solution="Each star counts by its precision.",
    ),
]
