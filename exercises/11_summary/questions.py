"""Homework 11, Summary: a method and a paper to referee. The open project has a rubric, for a person to grade."""

from functools import cache

import numpy as np
from scipy import stats

from grader.author.questions import Choice, Misconception, Tolerance, Value, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

# ---- 1. A method ------------------------------------------------------------------------------------------------------------

METHOD = Choice(
    "method",
    2,
    options={
        "a": "The exact posterior of the Normal hierarchy, with ln(n/t) for a measurement and 1/√n for its error.",
        "b": "NUTS on all 3,002 parameters, in non-centered coordinates.",
        "c": "Quadrature over each source's ln rate, a chain in μ and τ alone, and the sources drawn afterwards.",
        "d": "emcee on all 3,002 parameters, with some 10,000 walkers.",
    },
    answer="c",
    reasons={
        "i": "Each source has a single observation, and then non-centered coordinates have no funnel.",
        "ii": "Given μ and τ the sources are independent, so that the large integral is a product of small ones.",
        "iii": "With 3,000 sources the central limit theorem makes the noise Normal.",
        "iv": "With enough walkers an ensemble covers a space of any dimension.",
    },
    reason="ii",
    misconceptions=[
        Misconception(
            "a Poisson count is taken for a Normal measurement",
            "a",
            "What is its value for the sources without a single photon, and what its error? These are a fifth of your sample.",
        ),
        Misconception(
            "everything is sampled that has a name",
            "b",
            "It may well work, and it is not the cheapest that is right. Walk down the chapter's questions, and stop at the "
            "first yes.",
        ),
        Misconception(
            "an ensemble is sent into thousands of dimensions",
            "d",
            "See how the cost of one step grows with J in chapter 9, and how fast an ensemble moves there in chapter 6.",
        ),
        Misconception(
            "the number of observations is taken for the information in them",
            "i",
            "A source with 900 photons was observed once too. How well is its rate known, against a spread of a factor of two?",
        ),
        Misconception(
            "many sources are thought to make each one Normal",
            "iii",
            "The theorem is about sums. Which sum makes the noise of a source with two photons Normal?",
        ),
        Misconception(
            "the number of walkers is taken for a cure",
            "iv",
            "More walkers are more starting points. What does each of them have to do to move in 3,002 dimensions at once?",
        ),
    ],
    solution=r"""
Walk down the chapter's figure. The sources are exchangeable, and all of the field is in the sample, so neither of the first two
questions changes the model. The noise is not Normal: no to the third. Each $\theta_j$ has one dimension, and given $\mu$ and
$\tau$ the likelihood is a product of $J$ one-dimensional integrals, each of which takes a few nodes: yes to the fourth. What
is left to sample has two dimensions, and no funnel.
""",
)

# ---- 2. A paper to referee --------------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
MEDIAN_TAU, SD_MU, MEAN_STAR, SD_STAR, SCATTER = 0, 2, 3, 4, 5  # places among the printed numbers; 1 is the mean of mu
SAME = Tolerance(rel=0.003, abs=5e-5)


def draw_paper(rng):
    """The data of a paper, and its six numbers, one of which is wrong."""
    for _ in attempts("draw_paper"):
        sigma = rng.uniform(0.03, 0.15, 20)
        sky = simulate_normal(rng.uniform(-1.5, 0.4), rng.uniform(0.05, 0.12), sigma, rng=rng)
        data = {"y": sky.y.round(3), "sigma": sigma.round(3)}
        printed = numbers(data)
        place, value = mistakes(data)[rng.integers(3)]
        clear = abs(printed[1]) > 0.02 < abs(printed[3])  # what is near zero has few digits when it is printed
        if clear and abs(value / printed[place] - 1) > 0.2:
            printed[place] = value
            return data | {"printed": printed.round(4)}


def mistakes(data):
    """Return what the authors may have done: the place of the number, and what they print."""
    star = np.argmax(data["y"])
    posterior = posterior_of(data)
    w = posterior.tau_grid**2 / (posterior.tau_grid**2 + data["sigma"][star] ** 2)
    within = np.trapezoid(w * data["sigma"][star] ** 2 * posterior.tau_density, posterior.tau_grid)
    return [
        (MEDIAN_TAU, data["y"].std(ddof=1)),
        (SD_MU, np.sum(1 / data["sigma"] ** 2) ** -0.5),
        (SD_STAR, np.sqrt(posterior.sd("theta")[star] ** 2 - within)),
    ]


def posterior_of(data):
    """Return the exact posterior."""
    return fitted(tuple(data["y"]), tuple(data["sigma"]))


@cache
def fitted(y, sigma):
    """Return the exact posterior, once for each data set."""
    return exact.posterior(MODEL, Measurements(y=y, sigma=sigma))


def numbers(data):
    """The six numbers as they should be."""
    posterior = posterior_of(data)
    means, sds = moments(tuple(data["y"]), tuple(data["sigma"]))
    star = np.argmax(data["y"])
    return np.array(
        [
            posterior.quantile("tau", 0.5),
            posterior.mean("mu"),
            posterior.sd("mu"),
            means[star],
            sds[star],
            np.std(means, ddof=1),
        ]
    )


@cache
def moments(y, sigma):
    """Return mean and sd of every star, once for each data set."""
    posterior = fitted(y, sigma)
    return posterior.mean("theta"), posterior.sd("theta")


def referee(data):
    """The six numbers as they should be, and the place of the one that is printed otherwise."""
    right = numbers(data)
    return {"right": right, "wrong": int(np.argmax(np.abs(np.log(data["printed"] / right))))}


def changed(data, place, value):
    """Return the right answer with one number taken for something else, and the place that this points to."""
    answer = referee(data)
    answer["right"][place] = value
    return answer | {"wrong": place}


def at_one_tau(data):
    """Return the answer with the stars' numbers from the posterior medians of mu and tau."""
    answer, posterior = referee(data), posterior_of(data)
    mu, tau = posterior.quantile("mu", 0.5), posterior.quantile("tau", 0.5)
    mean, sd = MODEL.theta_given(mu, tau, Measurements(data["y"], data["sigma"]))
    star = np.argmax(data["y"])
    answer["right"][[MEAN_STAR, SD_STAR, SCATTER]] = mean[star], sd[star], mean.std(ddof=1)
    return answer


REFEREE = Value(
    "referee",
    4,
    data="paper",
    reference=referee,
    tolerance=SAME,
    misconceptions=[
        Misconception(
            "the wrong number is found, and left as it is printed",
            lambda data: referee(data) | {"right": data["printed"]},
            "Now put it right: what should stand in its place?",
        ),
        Misconception(
            "the scatter of the posterior means is expected to be τ",
            lambda data: changed(data, SCATTER, numbers(data)[MEDIAN_TAU]),
            "Each mean has left out how far its star may lie from it. Should the means scatter as much as the stars?",
        ),
        Misconception(
            "the sd of a star is expected to be its measurement error",
            lambda data: changed(data, SD_STAR, data["sigma"][np.argmax(data["y"])]),
            "That is what one knows without the other nineteen stars. What do they add?",
        ),
        Misconception(
            "the stars are computed at the medians of μ and τ",
            at_one_tau,
            "One value of each stands here for all that the data allow. The mean and the sd of a star average over both.",
        ),
        Misconception(
            "the scatter of the means is divided by J and not by J − 1",
            lambda data: with_number(data, SCATTER, moments(tuple(data["y"]), tuple(data["sigma"]))[0].std()),
            "See what the text says about `ddof`, and what NumPy does if it is not told.",
        ),
        Misconception(
            "the posterior mean of τ stands where the median belongs",
            lambda data: with_number(data, MEDIAN_TAU, posterior_of(data).mean("tau")),
            "The posterior of τ leans to the right, so its mean and its median differ. Which of them does the paper print?",
        ),
    ],
    solution=r"""
Fit it again, and compare number by number:

```python
posterior = exact.posterior(model, cluster)
means, sds = posterior.mean("theta"), posterior.sd("theta")
star = cluster.y.argmax()
right = np.array([
    posterior.quantile("tau", 0.5), posterior.mean("mu"), posterior.sd("mu"), means[star], sds[star], means.std(ddof=1),
])
referee = {"right": right, "wrong": np.abs(np.log(paper["printed"] / right)).argmax()}
```

The authors made one of three mistakes. They printed the scatter of the measurements for $\tau$, noise included. Or the error of
complete pooling for that of $\mu$, as if the stars did not differ. Or, for the star, the scatter of its conditional means,
which leaves out how far the star may lie from them. That the posterior means scatter less than $\tau$ is no mistake.
""",
)


def with_number(data, place, value):
    """Return the right answer with one number otherwise."""
    answer = referee(data)
    answer["right"][place] = value
    return answer


DATA = {"paper": draw_paper}
QUESTIONS = [METHOD, REFEREE]
