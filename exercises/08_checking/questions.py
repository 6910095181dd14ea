"""Homework 8, Checking: replicated data, p-values, PIT, a line-up of four clusters, a whole check, ranks and their shapes."""

import math
import statistics
from functools import cache

import numpy as np
from scipy import special, stats
from scipy.special import ndtr

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Draws, Measurements, NormalHierarchy, exact, predictive

# ---- 1. Replicated data ---------------------------------------------------------------------------------------------------


def replicated(theta, mu, tau, sigma, z, e):
    """Replicated data sets of the same objects, and of new ones."""
    same = theta + sigma * e
    theta_new = mu[:, None] + tau[:, None] * z
    return same, theta_new + sigma * e


def draw_replicated(rng):
    """Draws of any number of stars, with spread and noise of like size."""
    n, size = rng.integers(2, 8, 2)
    mu, tau = rng.normal(0, 1, n), rng.uniform(0.1, 1, n)
    theta = rng.normal(mu[:, None], tau[:, None], (n, size))
    return theta, mu, tau, rng.uniform(0.1, 1, size), *rng.normal(size=(2, n, size))


def levels(theta, mu, tau, sigma, z, e):
    """Return theta, new true values and the noise, for what is made of them."""
    return theta, mu[:, None] + tau[:, None] * z, sigma * e


def of_the_means(theta, mu, tau, sigma, z, e):
    """Return the answer with every draw replaced by the posterior mean."""
    means = np.broadcast_to(theta.mean(axis=0), theta.shape), np.full(len(mu), mu.mean()), np.full(len(tau), tau.mean())
    return replicated(*means, sigma, z, e)


REPLICATED = Function(
    "replicated",
    3,
    reference=replicated,
    tolerance=Tolerance(rel=1e-5, abs=1e-5),
    probes=[
        (
            np.array([[-0.1, 0.2, -0.3], [-0.15, 0.1, -0.2]]),
            np.array([-0.1, 0.05]),
            np.array([0.2, 0.1]),
            np.array([0.05, 0.1, 0.3]),
            np.array([[0.5, -1.2, 0.3], [1.1, 0.4, -0.7]]),
            np.array([[-0.8, 0.6, 1.5], [0.2, -1.4, 0.9]]),
        ),
        (
            np.array([[8.0, 2.0], [11.0, -1.0]]),
            np.array([6.0, 9.0]),
            np.array([3.0, 5.0]),
            np.array([10.0, 15.0]),
            np.array([[-0.4, 1.3], [0.8, 0.1]]),
            np.array([[1.0, -0.5], [-1.6, 0.7]]),
        ),
        (
            np.array([[0.4, 0.4, 0.4, 0.4]]),
            np.array([0.4]),
            np.array([0.0]),
            np.array([0.1, 0.2, 0.3, 0.4]),
            np.array([[1.0, -1.0, 2.0, 0.5]]),
            np.array([[0.3, 1.2, -0.6, -2.0]]),
        ),
    ],
    private=draw_replicated,
    misconceptions=[
        Misconception(
            "new objects are left without their noise",
            lambda *given: (replicated(*given)[0], levels(*given)[1]),
            "These are true values, and you will compare them with measured ones. By how much would they seem too narrow, "
            "even if the model were true?",
        ),
        Misconception(
            "the noise is forgotten at both levels",
            lambda *given: levels(*given)[:2],
            "A replication is to look like y. Is there anything in y that is missing in θ?",
        ),
        Misconception(
            "the new objects are scattered around the old ones",
            lambda *given: (replicated(*given)[0], levels(*given)[0] + given[2][:, None] * given[4] + levels(*given)[2]),
            "A new object has nothing to do with the ones that were observed but the population. What does it come from, then?",
        ),
        Misconception(
            "all new objects are exactly alike",
            lambda *given: (replicated(*given)[0], given[1][:, None] + levels(*given)[2]),
            "Around μ there is a population, and it has a width. Where has it gone?",
        ),
        Misconception(
            "one random number serves for the object and for its noise",
            lambda *given: (replicated(*given)[0], levels(*given)[1] + given[3] * given[4]),
            "Metal-rich stars would then all be measured too high. What an object is and how it is measured are independent.",
        ),
        Misconception(
            "the random number of the noise serves for the new object as well",
            lambda *given: (replicated(*given)[0], given[1][:, None] + given[2][:, None] * given[5] + levels(*given)[2]),
            "Metal-rich stars would then all be measured too high. What an object is and how it is measured are independent.",
        ),
        Misconception(
            "the errors enter the new objects twice",
            lambda *given: (
                replicated(*given)[0],
                given[1][:, None] + np.hypot(given[2][:, None], given[3]) * given[4] + levels(*given)[2],
            ),
            "A new object is made by the population, and then measured once. To which of the two steps does σ belong?",
        ),
        Misconception(
            "the objects that were observed are left without their noise",
            lambda *given: (levels(*given)[0], replicated(*given)[1]),
            "The same objects are measured again, and nobody measures without error. What does a new measurement add?",
        ),
        Misconception(
            "the noise of the same objects is taken from z",
            lambda *given: (levels(*given)[0] + given[3] * given[4], replicated(*given)[1]),
            "`z` makes new objects and `e` makes noise, at both levels. Which of them does measuring an object again need?",
        ),
        Misconception(
            "z and e are exchanged for the new objects",
            lambda theta, mu, tau, sigma, z, e: (theta + sigma * e, mu[:, None] + tau[:, None] * e + sigma * z),
            "`z` is for whatever makes a new object, `e` is for the noise. Which of the two belongs beside τ?",
        ),
        Misconception(
            "the noise is subtracted",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau, sigma, z, -e),
            "Noise has no preferred sign, so the distribution is right. But `e` is given: where does an error of +1 σ lead?",
        ),
        Misconception(
            "the roots of the widths stand where the widths belong",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, np.sqrt(tau), np.sqrt(sigma), z, e),
            "τ and σ are standard deviations already. What is the sd of a standard Normal number times a?",
        ),
        Misconception(
            "the posterior means of θ stand for the draws",
            lambda *given: (of_the_means(*given)[0], replicated(*given)[1]),
            "Then each star is taken to be known, and only the noise is left. Each row has a θ of its own for every star.",
        ),
        Misconception(
            "z and e are exchanged",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau, sigma, e, z),
            "`z` is for whatever makes a new object, `e` is for the noise. Which of the two belongs beside τ?",
        ),
        Misconception(
            "the same objects are measured around μ, and not around their θ",
            lambda *given: (given[1][:, None] + levels(*given)[2], replicated(*given)[1]),
            "Each of the objects has a θ of its own in each draw. Around what is it measured again?",
        ),
        Misconception(
            "the same objects are drawn anew around their θ",
            lambda *given: (replicated(*given)[0] + given[2][:, None] * given[4], replicated(*given)[1]),
            "The same object is measured again; nothing makes it anew. What differs from one measurement to the next?",
        ),
        Misconception(
            "the errors stand for the width of the population",
            lambda *given: (replicated(*given)[0], given[1][:, None] + given[3] * given[4] + levels(*given)[2]),
            "An object comes from the population, whose width is τ. Only then is it measured.",
        ),
        Misconception(
            "the two widths are joined and drawn with z, so that `e` is not used",
            lambda *given: (
                replicated(*given)[0],
                given[1][:, None] + np.sqrt(given[2][:, None] ** 2 + given[3] ** 2) * given[4],
            ),
            "The distribution is right, but the object was never measured with the noise that is given. Go through its life "
            "step by step: first it comes into being, then it is measured.",
        ),
        Misconception(
            "the noise has the width one, whatever the errors are",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau, np.ones_like(sigma), z, e),
            "`e` are standard normal numbers. What makes noise in dex of them?",
        ),
        Misconception(
            "the two widths are joined into one",
            lambda *given: (
                replicated(*given)[0],
                given[1][:, None] + np.sqrt(given[2][:, None] ** 2 + given[3] ** 2) * given[5],
            ),
            "The distribution is right, but the object itself was never drawn, and so the given `z` is not used. Go through "
            "its life step by step: first it comes into being, then it is measured.",
        ),
        Misconception(
            "the variances stand where the sds belong",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau**2, sigma**2, z, e),
            "Multiply a standard Normal number by a: what is the sd of the product, a or its root?",
        ),
        Misconception(
            "the errors are squared, and τ is not",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau, sigma**2, z, e),
            "Multiply a standard Normal number by a: what is the sd of the product, a or its root?",
        ),
        Misconception(
            "τ is squared, and the errors are not",
            lambda theta, mu, tau, sigma, z, e: replicated(theta, mu, tau**2, sigma, z, e),
            "Multiply a standard Normal number by a: what is the sd of the product, a or its root?",
        ),
        Misconception(
            "the posterior means of μ and τ stand for the draws",
            lambda *given: (replicated(*given)[0], of_the_means(*given)[1]),
            "Then every new object comes from the same population, as if it were known. Each row has a draw of its own.",
        ),
        Misconception(
            "the posterior means of all parameters stand for the draws",
            of_the_means,
            "Then every replication believes the same μ, τ and θ, as if these were known. Each row has a draw of its own.",
        ),
        Misconception(
            "the two levels are exchanged",
            lambda *given: replicated(*given)[::-1],
            "Which of the two keeps the θ that the data have already told about?",
        ),
    ],
    solution=r"""
Go through an object's life. The same object keeps the $\theta_j$ of the draw; a new one is made by the population of that
draw, $\theta_\mathrm{new} = \mu + \tau z$. Then either is measured, and the measurement adds $\sigma_j e$. Whoever leaves out
this last step for new objects finds a right population too narrow. In shapes: $\mu$ and $\tau$ have one value per row,
$\sigma$ one per column.
""",
)

# ---- 2. Posterior predictive p-values -------------------------------------------------------------------------------------


def p_values(y_rep, y, weight):
    """Posterior predictive p-values of three discrepancies, from replications that have weights."""
    simulated, observed = discrepancies(y_rep), discrepancies(y)
    share = weight / np.sum(weight)
    return {name: share @ ((simulated[name] > observed[name]) + 0.5 * (simulated[name] == observed[name])) for name in observed}


def discrepancies(y, center=None):
    """Return three discrepancies of the last axis. A constant, such as the -3 of a kurtosis, changes no p-value."""
    distance = y - (np.mean(y, axis=-1, keepdims=True) if center is None else center)
    variance = np.mean(distance**2, axis=-1)
    return {
        "sd": np.sqrt(variance),
        "farthest": np.max(np.abs(distance), axis=-1),
        "kurtosis": np.mean(distance**4, axis=-1) / variance**2,
    }


def draw_p_values(rng):
    """Values with heavy tails, and replications without: none so near that rounding could decide which is larger."""
    size, n = rng.integers(5, 13), rng.integers(10, 30)
    y, y_rep = rng.standard_t(3, size) * rng.uniform(0.7, 1.4), rng.normal(0, 1, (n, size))
    simulated, observed = discrepancies(y_rep), discrepancies(y)
    near = [np.abs(simulated[name] / observed[name] - 1) < 1e-4 for name in observed]
    kept = y_rep[~np.any(near, axis=0)]
    return kept, y, rng.uniform(0.2, 2, len(kept))


def above(simulated, observed, weight):
    """Return the share of what is larger, ties counted half."""
    return weight @ ((simulated > observed) + 0.5 * (simulated == observed)) / weight.sum()


def compared(y_rep, y, fraction):
    """Return p-values with another way to count."""
    simulated, observed = discrepancies(y_rep), discrepancies(y)
    return {name: fraction(simulated[name], observed[name]) for name in observed}


def with_discrepancy(y_rep, y, weight, name, discrepancy):
    """Return the p-values with another discrepancy under a name."""
    return p_values(y_rep, y, weight) | {name: above(discrepancy(y_rep), discrepancy(y), weight)}


def power(k, scale):
    """Return a discrepancy: the mean k-th power of the distances, over the variance to a power."""
    return lambda y: np.mean((y - np.mean(y, axis=-1, keepdims=True)) ** k, axis=-1) / np.var(y, axis=-1) ** scale


def about_the_observed(y_rep, y, weight):
    """Return the p-values with the mean of y in all discrepancies."""
    simulated, observed = discrepancies(y_rep, y.mean()), discrepancies(y)
    return {name: above(simulated[name], observed[name], weight) for name in observed}


def every_star_counted(y_rep, y, weight):
    """Return the p-values with stars and not data sets counted for the farthest."""
    distance = np.abs(y_rep - y_rep.mean(axis=1, keepdims=True))
    share = np.mean(distance > np.max(np.abs(y - y.mean())), axis=1)
    return p_values(y_rep, y, weight) | {"farthest": weight @ share / weight.sum()}


def made_alike(y_rep, y, weight):
    """Return the p-values with the sd of y by another denominator than that of the replications: J - 1, not J."""
    return p_values(y_rep, y, weight) | {"sd": above(discrepancies(y_rep)["sd"], np.std(y, ddof=1), weight)}


def farthest_from(center, y_rep, y, weight):
    """Return the p-values with the replications' distances from a center."""
    farthest = above(np.max(np.abs(y_rep - center), axis=1), discrepancies(y)["farthest"], weight)
    return p_values(y_rep, y, weight) | {"farthest": farthest}


def kurtosis_of_values(y):
    """Return the mean fourth power over the squared mean square, with no mean subtracted."""
    return np.mean(y**4, axis=-1) / np.mean(y**2, axis=-1) ** 2


def distance_from(center):
    """Return a discrepancy: the largest distance from the center of the data set."""
    return lambda y: np.max(np.abs(y - center(y, axis=-1, keepdims=True)), axis=-1)


def with_weighted_values(y_rep, y, weight):
    """Return p-values of rows that were multiplied by their weights."""
    return p_values(y_rep * weight[:, None], y, np.ones(len(weight)))


P_VALUES = Function(
    "p_values",
    3,
    reference=p_values,
    tolerance=Tolerance(rel=1e-6, abs=1e-6),
    probes=[
        # Ties in the farthest alone: whole numbers, four in a row, so that their mean and their distances from it are exact by
        # any formula. An sd or a kurtosis has roundings of its own, and is never near to that of y, here or below.
        (
            np.array(
                [[11.0, 4, 3, 2], [2, 10, 10, 10], [9, -3, 4, 2], [-3, 3, 5, -5], [0, 0, 12, 0], [1, 5, 9, 1], [20, 4, 8, 4]]
            ),
            np.array([2.0, 4.0, 6.0, 12.0]),
            np.array([1.0, 0.5, 2.0, 0.25, 1.5, 1.0, 1.75]),
        ),
        (
            np.array(
                [[0.3, -1.1, 0.4, 1.6, -0.7], [1.2, 0.8, -2.4, 0.1, 0.5], [3.1, 2.5, 3.3, 2.9, 4.6], [-0.2, 0.1, 0.2, 0, 0.9]]
            ),
            np.array([0.4, -0.3, 1.9, 0.2, -0.1]),
            np.array([0.1, 0.2, 0.3, 0.4]),
        ),
        (
            np.array([[0.1, -0.9, 0.8, 0.3, -0.5, 0.2], [-1.2, 1.4, 0.2, -0.4, 0.6, 0.3], [0.7, 0.6, -1.9, 0.4, 0.2, -0.3]]),
            np.array([-1.0, 1.1, -0.9, 1.0, -1.1, 0.8]),
            np.array([3.0, 0.0, 5.0]),
        ),
        draw_p_values(np.random.default_rng(10)),
        draw_p_values(np.random.default_rng(202)),
    ],
    private=draw_p_values,
    misconceptions=[
        Misconception(
            "the replications below the observed value are counted",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: above(-s, -o, weight)),
            "If the data are farther out than any replication: should the p-value be near 0, or near 1?",
        ),
        Misconception(
            "the replications below the observed value are counted, and ties in full",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: weight @ (s <= o) / weight.sum()),
            "If the data are farther out than any replication: should the p-value be near 0, or near 1? And how much of a tie "
            "belongs on each side?",
        ),
        Misconception(
            "the replications below the observed value are counted, and no ties",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: weight @ (s < o) / weight.sum()),
            "If the data are farther out than any replication: should the p-value be near 0, or near 1? And how much of a tie "
            "belongs on each side?",
        ),
        Misconception(
            "ties are counted in full",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: weight @ (s >= o) / weight.sum()),
            "A replication with exactly the observed value is neither above nor below. How much of it belongs on each side?",
        ),
        Misconception(
            "ties are not counted",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: weight @ (s > o) / weight.sum()),
            "A replication with exactly the observed value is neither above nor below. How much of it belongs on each side?",
        ),
        Misconception(
            "the p-value is made two-sided",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: 2 * (0.5 - abs(above(s, o, weight) - 0.5))),
            "Here both ends are kept: near 0 the data have more of it than the model, near 1 less. What would you no longer "
            "see?",
        ),
        Misconception(
            "the weights are left out",
            lambda y_rep, y, weight: p_values(y_rep, y, np.ones(len(weight))),
            "Some of these replications come from a more probable place in the posterior than others. Which count more?",
        ),
        Misconception(
            "the weights are left out, and so are the ties",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: np.mean(s > o)),
            "There are two things to see to: some replications are more probable than others, and a tie is neither above nor "
            "below.",
        ),
        Misconception(
            "the weights are left out, and ties are counted in full",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: np.mean(s >= o)),
            "There are two things to see to: some replications are more probable than others, and a tie is neither above nor "
            "below.",
        ),
        Misconception(
            "the weights are added up and not divided by their sum, and ties are not counted",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: weight @ (s > o)),
            "A p-value is a share. What should it be if every replication lies above the data? And if every one is a tie?",
        ),
        Misconception(
            "the discrepancy of a replication is multiplied by its weight",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: above(s * weight, o, np.ones(len(weight)))),
            "A weight says how probable a replication is, not how wide. Where does it belong in a share?",
        ),
        Misconception(
            "the discrepancy of a replication is multiplied by its weight, over the mean weight",
            lambda y_rep, y, weight: compared(
                y_rep, y, lambda s, o: above(s * weight / weight.mean(), o, np.ones(len(weight)))
            ),
            "A weight says how probable a replication is, not how wide. Where does it belong in a share?",
        ),
        Misconception(
            "3 is subtracted from the kurtosis of the replications, and not from that of the data",
            lambda y_rep, y, weight: (
                p_values(y_rep, y, weight)
                | {"kurtosis": above(discrepancies(y_rep)["kurtosis"] - 3, discrepancies(y)["kurtosis"], weight)}
            ),
            "`scipy.stats.kurtosis` subtracts 3. Either way will do if it is the same on both sides.",
        ),
        Misconception(
            "the weights are added up and not divided by their sum",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: above(s, o, weight) * weight.sum()),
            "A p-value is a share. What should it be if every replication lies above the data?",
        ),
        Misconception(
            "the sum of the weights is divided by the number of replications",
            lambda y_rep, y, weight: compared(y_rep, y, lambda s, o: above(s, o, weight) * weight.mean()),
            "A p-value is a share. What should it be if every replication lies above the data, whatever the weights add up to?",
        ),
        Misconception(
            "the values of a replication are multiplied by its weight",
            with_weighted_values,
            "A weight says how probable a replication is, and leaves its values as they are. Where does it belong in a share?",
        ),
        Misconception(
            "the farthest of a replication is measured from the mean of the observed data",
            lambda y_rep, y, weight: farthest_from(y.mean(), y_rep, y, weight),
            "A discrepancy is computed from one data set alone, in the same way for each. Which mean does a replication have?",
        ),
        Misconception(
            "all distances are taken from the mean of the observed data",
            about_the_observed,
            "A discrepancy is computed from one data set alone, in the same way for each. Which mean does a replication have?",
        ),
        Misconception(
            "the mean of all replications together stands for that of each",
            lambda y_rep, y, weight: farthest_from(y_rep.mean(), y_rep, y, weight),
            "A discrepancy is computed from one data set alone. What does `axis` do in `np.mean`?",
        ),
        Misconception(
            "stars are counted in place of data sets",
            every_star_counted,
            "One star in many is always far out. Compare the farthest with the farthest, data set by data set.",
        ),
        Misconception(
            "the sds of the data and of the replications have different denominators",
            made_alike,
            "Either denominator will do if it is the same on both sides. Pandas takes J - 1 where NumPy takes J.",
        ),
        Misconception(
            "the mean square stands for the variance, with no mean subtracted",
            lambda *given: with_discrepancy(*given, "sd", lambda x: np.mean(x**2, axis=-1)),
            "This grows with the distance of the whole data set from zero. What is the width of values that are all equal?",
        ),
        Misconception(
            "only values above the mean are looked at for the farthest",
            lambda *given: with_discrepancy(*given, "farthest", lambda x: np.max(x - x.mean(axis=-1, keepdims=True), axis=-1)),
            "A star can be far out on either side. What is a distance?",
        ),
        Misconception(
            "the farthest is measured from zero, and not from the mean",
            lambda *given: with_discrepancy(*given, "farthest", lambda x: np.max(np.abs(x), axis=-1)),
            "Move all values up by 10. Has a star become stranger?",
        ),
        Misconception(
            "the largest value stands for the farthest",
            lambda *given: with_discrepancy(*given, "farthest", lambda x: np.max(x, axis=-1)),
            "A star can be far out below as well as above. And if all values move up by 10, is the largest farther out?",
        ),
        Misconception(
            "the farthest is measured from the median",
            lambda *given: with_discrepancy(*given, "farthest", distance_from(np.median)),
            "That is a good discrepancy too, but another one. From what does the question measure?",
        ),
        Misconception(
            "the range stands for the farthest",
            lambda *given: with_discrepancy(*given, "farthest", lambda x: np.ptp(x, axis=-1)),
            "The range takes two stars, one at either end. How far is one star from the mean?",
        ),
        Misconception(
            "the farthest is measured in units of the sd",
            lambda *given: with_discrepancy(*given, "farthest", lambda x: distance_from(np.mean)(x) / np.std(x, axis=-1)),
            "That is a good discrepancy too, but another one: here the distance itself is asked for.",
        ),
        Misconception(
            "the fourth power is not divided by the squared variance",
            lambda *given: with_discrepancy(*given, "kurtosis", power(4, 0)),
            "This grows with the width of the data, which the sd sees already. The kurtosis is to see the shape alone.",
        ),
        Misconception(
            "the fourth power is divided by the variance, and not by its square",
            lambda *given: with_discrepancy(*given, "kurtosis", power(4, 1)),
            "The kurtosis is a pure number. Which unit has yours, if the values are in dex?",
        ),
        Misconception(
            "the fourth power is divided by the fourth power of the variance",
            lambda *given: with_discrepancy(*given, "kurtosis", power(4, 4)),
            "The kurtosis is a pure number. The variance is a square already: which power of it has the unit of dex⁴?",
        ),
        Misconception(
            "the kurtosis is made of the values, and not of their distances from the mean",
            lambda *given: with_discrepancy(*given, "kurtosis", kurtosis_of_values),
            "Move all values up by 10. Has the shape of their distribution changed?",
        ),
        Misconception(
            "the fourth powers are those of the values, and not of their distances from the mean",
            lambda *given: with_discrepancy(*given, "kurtosis", lambda x: np.mean(x**4, axis=-1) / np.var(x, axis=-1) ** 2),
            "Move all values up by 10. Has the shape of their distribution changed?",
        ),
        Misconception(
            "the skewness stands for the kurtosis",
            lambda *given: with_discrepancy(*given, "kurtosis", power(3, 1.5)),
            "This tells left from right. Which power tells a thin middle from thick tails?",
        ),
    ],
    solution=r"""
A discrepancy turns one data set into one number, whichever data set it is. The p-value is the share of the weights that
belongs to replicated data sets where that number is larger than for the real one, with ties counted half. Whether the
variance is divided by $J$ or $J - 1$, and whether 3 is subtracted from the kurtosis, does not matter: it is done on both
sides. `predictive.p_value` is the same for one discrepancy and equal weights.
""",
)

# ---- 3. PIT ---------------------------------------------------------------------------------------------------------------


def pit(y, sigma, mu, tau, bad, factor):
    """P(y_rep_j < y_j) for a new object, of whose measurements a share has larger errors; averaged over the draws."""
    return (1 - bad) * below(y, sigma, mu, tau) + bad * below(y, factor * sigma, mu, tau)


def below(y, sigma, mu, tau):
    """Return P(y_rep_j < y_j) for a new object with the error sigma_j, averaged over the draws."""
    spread = np.sqrt(tau[:, None] ** 2 + sigma**2)
    return np.mean(ndtr((y - mu[:, None]) / spread), axis=0)


def draw_pit(rng):
    """Values within the prediction, and few draws that differ much, so that it matters what is averaged."""
    size, n = rng.integers(2, 10), rng.integers(10, 40)
    mu, tau = rng.normal(rng.uniform(-1, 1), 0.2, n), rng.gamma(2, 0.3, n)
    sigma = rng.uniform(0.1, 1, size)
    return rng.normal(mu.mean(), np.hypot(tau.mean(), sigma)), sigma, mu, tau, rng.uniform(0.1, 0.6), rng.uniform(3, 8)


def mixed(probability):
    """Return a wrong way to answer: another probability for one error, mixed rightly for the two errors."""

    def answer(y, sigma, mu, tau, bad, factor):
        return (1 - bad) * probability(y, sigma, mu, tau) + bad * probability(y, factor * sigma, mu, tau)

    return answer


def one_error(error):
    """Return a wrong way to answer: one error for all measurements, a function of sigma, bad and factor."""
    return lambda y, sigma, mu, tau, bad, factor: below(y, error(sigma, bad, factor), mu, tau)


PIT = Function(
    "pit",
    3,
    reference=pit,
    tolerance=Tolerance(rel=1e-5, abs=5e-6),
    probes=[
        (
            np.array([-0.4, -0.1, 0.2]),
            np.array([0.05, 0.15, 0.1]),
            np.array([-0.2, -0.1, -0.12, -0.17]),
            np.array([0.05, 0.12, 0.02, 0.2]),
            0.2,
            5.0,
        ),
        (np.array([28.0, -3.0]), np.array([15.0, 16.0]), np.array([4.0, 9.0, 12.0]), np.array([2.0, 6.0, 14.0]), 0.5, 3.0),
        (np.array([0.3, 0.3, 1.5]), np.array([0.4, 0.8, 0.2]), np.array([0.1, 0.3, 0.15]), np.array([0.0, 0.5, 0.2]), 0.3, 4.0),
        # Every measurement good, and every one bad.
        (np.array([9.0, -9.0]), np.array([0.3, 0.2]), np.array([0.1, 0.3, 0.2]), np.array([0.2, 0.1, 0.3]), 0.0, 10.0),
        (np.array([0.5, -0.3]), np.array([0.1, 0.2]), np.array([0.1, 0.3]), np.array([0.2, 0.1]), 1.0, 10.0),
    ],
    private=draw_pit,
    misconceptions=[
        Misconception(
            "the bad measurements are left out",
            one_error(lambda sigma, bad, factor: sigma),
            "A new object may have the bad luck, too. What does a share of larger errors do to the chance of a value far out?",
        ),
        Misconception(
            "the bad measurements are left out, and the posterior means of μ and τ stand for the draws",
            lambda y, sigma, mu, tau, bad, factor: ndtr((y - mu.mean()) / np.hypot(tau.mean(), sigma)),
            "There are two things to see to: a new measurement may be a bad one, and μ and τ are not known.",
        ),
        Misconception(
            "every measurement is taken for a bad one",
            one_error(lambda sigma, bad, factor: factor * sigma),
            "Most measurements are good, and their errors are as stated. How much does each kind count?",
        ),
        Misconception(
            "one Normal with the mean of the two variances stands for the two kinds of measurement",
            one_error(lambda sigma, bad, factor: sigma * np.sqrt(1 - bad + bad * factor**2)),
            "Two Normals of different widths, mixed, have a narrow peak and thick tails. Has one Normal of the same variance "
            "these?",
        ),
        Misconception(
            "one Normal with the mean of the two errors stands for the two kinds of measurement",
            one_error(lambda sigma, bad, factor: sigma * (1 - bad + bad * factor)),
            "No measurement has an error between the two. A new one is good, or it is bad: what is the probability in each "
            "case?",
        ),
        Misconception(
            "the shares of good and bad measurements are exchanged",
            lambda y, sigma, mu, tau, bad, factor: pit(y, sigma, mu, tau, 1 - bad, factor),
            "What should come out if `bad` is zero?",
        ),
        Misconception(
            "the variance of a bad measurement is larger by the factor, and not its error",
            lambda y, sigma, mu, tau, bad, factor: pit(y, sigma, mu, tau, bad, np.sqrt(factor)),
            "`factor` multiplies the error, in dex. By what does it multiply the square of the error?",
        ),
        Misconception(
            "the width of the population is multiplied by the factor too",
            lambda y, sigma, mu, tau, bad, factor: (
                (1 - bad) * below(y, sigma, mu, tau) + bad * below(y, factor * sigma, mu, factor * tau)
            ),
            "A bad night changes the measurement, and not the stars. Which of the two widths grows?",
        ),
        Misconception(
            "the two probabilities are added without their shares",
            lambda y, sigma, mu, tau, bad, factor: below(y, sigma, mu, tau) + below(y, factor * sigma, mu, tau),
            "A measurement is of one kind or of the other, with the probabilities `1 - bad` and `bad`. What becomes of them?",
        ),
        Misconception(
            "the share of bad measurements is added, and the good ones keep a share of one",
            lambda y, sigma, mu, tau, bad, factor: below(y, sigma, mu, tau) + bad * below(y, factor * sigma, mu, tau),
            "A measurement is of one kind or of the other. What must the two shares add up to?",
        ),
        Misconception(
            "the noise of the measurement is left out",
            mixed(
                lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / np.maximum(tau[:, None], 1e-12)) + 0 * sigma, axis=0)
            ),
            "You ask where a measured value lies among predicted ones. Are those that you predict measured too?",
        ),
        Misconception(
            "the noise of the measurement is left out, and a Normal of no width gives NaN",
            mixed(lambda y, sigma, mu, tau: np.mean(stats.norm.cdf(y + 0 * sigma, mu[:, None], tau[:, None]), axis=0)),
            "You ask where a measured value lies among predicted ones. Are those that you predict measured too? Then no width "
            "is zero.",
        ),
        Misconception(
            "the width of the population is left out",
            mixed(lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / sigma), axis=0)),
            "This is right for an object that is exactly average. A new one is any of the population.",
        ),
        Misconception(
            "the widths are added, not their squares",
            mixed(lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / (tau[:, None] + sigma)), axis=0)),
            "What the object is and how it is measured are independent. How do independent widths add up?",
        ),
        Misconception(
            "the variance stands where the sd belongs",
            mixed(lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / (tau[:, None] ** 2 + sigma**2)), axis=0)),
            "Φ takes a pure number. Check the unit of what you divide by.",
        ),
        Misconception(
            "the posterior means of μ and τ stand for the draws",
            mixed(lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(tau.mean() ** 2 + sigma**2))),
            "One value of τ stands here for all that are possible. What happens if the probability is computed for every draw?",
        ),
        Misconception(
            "the posterior mean of μ stands for its draws",
            lambda y, sigma, mu, tau, bad, factor: pit(y, sigma, 0 * mu + mu.mean(), tau, bad, factor),
            "μ is no better known than τ is. What happens if the probability is computed for every draw of both?",
        ),
        Misconception(
            "the posterior medians of μ and τ stand for the draws",
            mixed(lambda y, sigma, mu, tau: ndtr((y - np.median(mu)) / np.sqrt(np.median(tau) ** 2 + sigma**2))),
            "One value of τ stands here for all that are possible. What happens if the probability is computed for every draw?",
        ),
        Misconception(
            "μ and τ² stand at their posterior means",
            mixed(lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(np.mean(tau**2) + sigma**2))),
            "One value of τ stands here for all that are possible. What happens if the probability is computed for every draw?",
        ),
        Misconception(
            "μ and τ stand at their posterior means, and the variance of μ is added",
            mixed(lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(tau.mean() ** 2 + mu.var() + sigma**2))),
            "One Normal stands here for a mixture of many. What happens if the probability is computed for every draw?",
        ),
        Misconception(
            "the z-scores are averaged, and not the probabilities",
            mixed(lambda y, sigma, mu, tau: ndtr(np.mean((y - mu[:, None]) / np.sqrt(tau[:, None] ** 2 + sigma**2), axis=0))),
            "Φ is no straight line, so it matters what is averaged. Which is it that the integral over the posterior averages?",
        ),
        Misconception(
            "the uncertainty of μ stands for the width of the population",
            mixed(lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(mu.var() + sigma**2))),
            "With many stars μ is known ever better. Would new stars then be ever more alike?",
        ),
        Misconception(
            "τ is added without its square",
            mixed(lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / np.sqrt(tau[:, None] + sigma**2)), axis=0)),
            "τ is a standard deviation, as σ is. Check the units of what you add.",
        ),
        Misconception(
            "one Normal with the right mean and variance stands for the whole prediction",
            mixed(lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(mu.var() + np.mean(tau**2) + sigma**2))),
            "A mixture of Normals has thicker tails than one Normal. What happens if the probability is computed for every "
            "draw?",
        ),
        Misconception(
            "the median of the probabilities is taken, and not the mean",
            mixed(lambda y, sigma, mu, tau: np.median(ndtr((y - mu[:, None]) / np.sqrt(tau[:, None] ** 2 + sigma**2)), axis=0)),
            "The integral over the posterior is an average. Which of the two is that?",
        ),
        Misconception(
            "the probabilities are summed over the draws",
            lambda *given: pit(*given) * len(given[2]),
            "A probability is at most one. What is to be done with a sum over draws?",
        ),
        Misconception(
            "the density stands for the probability below",
            mixed(
                lambda y, sigma, mu, tau: np.mean(stats.norm.pdf(y, mu[:, None], np.sqrt(tau[:, None] ** 2 + sigma**2)), axis=0)
            ),
            "A density has a unit, and can be larger than one. Which function gives the probability below a value?",
        ),
        Misconception(
            "the density of the standard Normal stands for the probability below",
            mixed(
                lambda y, sigma, mu, tau: np.mean(
                    stats.norm.pdf((y - mu[:, None]) / np.sqrt(tau[:, None] ** 2 + sigma**2)), axis=0
                )
            ),
            "A density is as small far above as far below. Which function gives the probability below a value?",
        ),
        Misconception(
            "the probability is made two-sided",
            lambda *given: 2 * np.minimum(pit(*given), 1 - pit(*given)),
            "Values too low and values too high would look alike. What should a value far above all others give?",
        ),
        Misconception(
            "the probability of a larger value is given",
            lambda *given: 1 - pit(*given),
            "For a value far above all others, should it be near 0 or near 1?",
        ),
    ],
    solution=r"""
Given $\mu$ and $\tau$, a new object measured with the error $\sigma_j$ is Normal about $\mu$ with the variance
$\tau^2 + \sigma_j^2$. So its probability of lying below $y_j$ is $\Phi\bigl((y_j - \mu)/\sqrt{\tau^2 + \sigma_j^2}\bigr)$,
and that has to be averaged over the posterior. A bad measurement has $f\sigma_j$ in place of $\sigma_j$. The new one is good
with the probability $1 - b$ and bad with the probability $b$, so the two results are mixed in these shares:

```python
def below(y, error, mu, tau):
    z = (y - mu[:, None]) / np.hypot(tau[:, None], error)
    return special.ndtr(z).mean(axis=0)

def pit(y, sigma, mu, tau, bad, factor):
    return (1 - bad) * below(y, sigma, mu, tau) + bad * below(y, factor * sigma, mu, tau)
```

Mix probabilities, not widths: one Normal of the same variance has no tails. With `bad = 0` this is `predictive.pit` with
`level="new"`.
""",
)

# ---- 4. The line-up -------------------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
STARS = 30
FLAWS = ("none", "two populations", "outlier", "errors too small")


def draw_clusters(rng):
    """One cluster with each flaw, in any order and each at a scale of its own; every star is measured on two nights.

    The scales see to it that no simple look leads to the guilty ones. The widest cluster is innocent, by its sd as by its τ.
    The nights differ most, in dex, in a cluster whose errors are only larger; the smallest and the largest errors are right.
    """
    for _ in attempts("draw_clusters"):
        small, large = rng.uniform(0.25, 0.29), rng.uniform(0.97, 1.05)
        scales = {"none": rng.uniform(0.66, 0.72), "errors too small": 0.32}
        scales |= dict(zip(("two populations", "outlier"), rng.permutation([small, large]), strict=True))
        unit = rng.uniform(0.85, 1.2)
        clusters = []
        for k in rng.permutation(len(FLAWS)):
            cluster, mu = draw_cluster(FLAWS[k], rng), rng.uniform(-0.3, 0.1)
            scale = unit * scales[FLAWS[k]]
            clusters.append({"first": mu + scale * cluster["first"], "second": mu + scale * cluster["second"]})
            clusters[-1]["sigma"] = scale * cluster["sigma"]
        data = {name: np.array([cluster[name] for cluster in clusters]).round(4) for name in ("first", "second", "sigma")}
        if answers_apart(LINE_UP, data):
            return data


def draw_cluster(flaw, rng):
    """Draw until the cluster shows its own flaw clearly, and no other by accident. Its mean is zero, its scale arbitrary."""
    for _ in attempts("draw_cluster"):
        tau = rng.uniform(0.55, 0.65) if flaw == "none" else rng.uniform(0.06, 0.08)
        sigma = rng.permutation(np.geomspace(0.02, 0.2, STARS))
        theta = rng.normal(0, tau, STARS)
        odd = rng.choice(np.argsort(sigma)[12:20])
        if flaw == "two populations":
            theta = rng.normal(rng.permutation(np.repeat([-0.26, 0.26], STARS // 2)), 0.04)
        if flaw == "outlier":
            theta[odd] = rng.choice([-1, 1]) * 0.42
        first, second = rng.normal(theta, 2 * sigma if flaw == "errors too small" else sigma, (2, STARS))
        if flaw == "outlier":  # and the noisiest star has bad luck, two of its sd: still farther out
            first[np.argmax(sigma)] = rng.choice([-1, 1]) * rng.uniform(0.46, 0.49)
        if shows(flaw, odd, first, second, sigma):
            return {"first": first, "second": second, "sigma": sigma}


def shows(flaw, odd, first, second, sigma):
    """Whether the flaw is seen clearly and no other is, and whether a look at distances and spread alone would mislead."""
    factor, kurtosis = error_factor(first, second, sigma), excess_kurtosis(first)
    low, high = {"none": (0.52, 0.68), "two populations": (0.25, 0.31)}.get(flaw, (0.1, 0.22))
    right = 1.7 < factor < 2.3 if flaw == "errors too small" else 0.75 < factor < 1.25
    flat = kurtosis < -1.2 if flaw == "two populations" else kurtosis > -0.8
    tails = kurtosis > 1.2 if flaw == "outlier" else kurtosis < 0.9
    least, most = {"errors too small": (0.2, 0.28), "none": (0.1, 0.14)}.get(flaw, (0.11, 0.2))
    nights = least < np.std(first - second) < most
    if not (low < np.std(first) < high and right and flat and tails and nights):
        return False
    # What takes longer is asked of the few that are left.
    strange, roughly = strangeness(first, sigma), standing_by_medians(first, sigma)
    if flaw == "outlier":
        distance = np.abs(first - first.mean())
        weighted = np.abs(first - np.average(first, weights=1 / sigma**2)) / sigma
        # In each of these another star is the strangest, whatever the mean is from which it is measured.
        looks = [distance, distance / sigma, np.abs(first - second) / sigma]
        misled = len({odd, *map(np.argmax, looks)}) == 4 and np.argmax(weighted) == np.argmax(distance / sigma)
        misled = misled and all(np.max(look) > 1.05 * look[odd] for look in [*looks, weighted])
        # Who fits by medians, or takes the second night for the first, finds the star all the same.
        found = roughly[odd] > 3 and np.argmax(strangeness(second, sigma)) == odd
        return strange[odd] > 3.4 and np.delete(strange, odd).max() < 2.6 and misled and found
    return max(strange.max(), roughly.max()) < 2.8 and (flaw != "errors too small" or told_apart(first, second, sigma))


def excess_kurtosis(y):
    """Return what `stats.kurtosis` does for one data set, in a tenth of its time."""
    square = (y - np.mean(y)) ** 2
    return np.mean(square**2) / np.mean(square) ** 2 - 3


def standing_by_medians(y, sigma):
    """How far each star lies from the median, with the median distance for the width of the population."""
    distance = np.abs(y - np.median(y))
    return distance / np.hypot(sigma, 1.48 * np.median(distance))


def told_apart(first, second, sigma):
    """Whether every way in FACTORS to sum the differences up gives a factor of its own."""
    factors = np.sort([factor(first, second, sigma) for factor in FACTORS.values()])
    return np.all(np.diff(factors) > 0.003 * factors[1:])


def strangeness(y, sigma):
    """How far each star lies from the population that fits best, in sd: quicker than `standing`, and close to it."""
    tau = np.linspace(0.01, 1.0, 100)[:, None]
    w = 1 / (tau**2 + sigma**2)
    z = (y - np.sum(w * y, axis=1, keepdims=True) / np.sum(w, axis=1, keepdims=True)) * np.sqrt(w)
    return np.abs(z[np.argmax(np.sum(np.log(w) - z**2, axis=1))])


def line_up(data):
    """Which cluster has which flaw, which star is the outlier, and by which factor the errors are too small."""
    first, second, sigma = data["first"], data["second"], data["sigma"]
    clusters = range(len(sigma))
    factors = [error_factor(first[k], second[k], sigma[k]) for k in clusters]
    distances = np.array([standing(first[k], sigma[k]) for k in clusters])
    outlier = np.argmax(distances.max(axis=1))
    return {
        "two populations": np.argmin(stats.kurtosis(first, axis=1)),
        "outlier": outlier,
        "star": np.argmax(distances[outlier]),
        "errors": np.argmax(factors),
        "factor": np.max(factors),
    }


def error_factor(first, second, sigma):
    """Root mean square of the differences, in units of what the stated errors make them."""
    return np.sqrt(np.mean((first - second) ** 2 / (2 * sigma**2)))


def of_z(summary):
    """Return a factor: a summary of the differences in units of the sd that is stated for them."""
    return lambda first, second, sigma: summary((first - second) / (np.sqrt(2) * sigma))


def over_one_error(error):
    """Return a factor: the root mean square of the differences in dex, over one error for all stars."""
    return lambda first, second, sigma: np.sqrt(np.mean((first - second) ** 2) / 2) / error(sigma)


FACTORS = {
    "rms": error_factor,
    "rms of one": lambda *nights: np.sqrt(2) * error_factor(*nights),
    "rms of a sum": lambda *nights: error_factor(*nights) / np.sqrt(2),
    "variance": lambda *nights: error_factor(*nights) ** 2,
    "inverse": lambda *nights: 1 / error_factor(*nights),
    "sd": of_z(np.std),
    "sd, J - 1": of_z(lambda z: np.std(z, ddof=1)),
    "mean size": of_z(lambda z: np.mean(np.abs(z))),
    "median size": of_z(lambda z: np.median(np.abs(z))),
    "rms error": over_one_error(lambda sigma: np.sqrt(np.mean(sigma**2))),
    "mean error": over_one_error(np.mean),
    "median error": over_one_error(np.median),
    "sd over the mean error": lambda first, second, sigma: np.std(first - second) / np.sqrt(2) / np.mean(sigma),
    "sd of one": lambda *nights: np.sqrt(2) * FACTORS["sd"](*nights),
}


def standing(y, sigma):
    """How far each star lies from what is predicted for a new one, in sd of the prediction."""
    mu, tau = population(tuple(y), tuple(sigma))
    return np.abs(y - mu) / np.hypot(tau, sigma)


@cache
def population(y, sigma):
    """Posterior means of mu and tau, once for each cluster."""
    post = exact.posterior(MODEL, Measurements(y, sigma))
    return post.mean("mu"), post.mean("tau")


def accused(data, **other):
    """Return the answer with other clusters for the flaws, and the star and the factor of those."""
    right = line_up(data)
    two, outlier, errors = (
        other.get(name, right[key]) for name, key in (("two", "two populations"), ("outlier", "outlier"), ("errors", "errors"))
    )
    first, second, sigma = data["first"], data["second"], data["sigma"]
    star = other.get("star", np.argmax(standing(first[outlier], sigma[outlier])))
    factor = error_factor(first[errors], second[errors], sigma[errors])
    return {"two populations": two, "outlier": outlier, "star": star, "errors": errors, "factor": factor}


def widest(data):
    """Return the cluster with the largest sd."""
    return np.argmax(data["first"].std(axis=1))


def farthest_of(data, unit):
    """Return the answer with the star of the outlier's cluster that lies farthest from the mean, in a unit for each star."""
    cluster = line_up(data)["outlier"]
    y = data["first"][cluster]
    return accused(data, star=np.argmax(np.abs(y - y.mean()) / unit(cluster)))


def least_agreeing(data):
    """Return the answer with the star of the outlier's cluster whose two measurements differ most for their error."""
    cluster = line_up(data)["outlier"]
    first, second, sigma = (data[name][cluster] for name in ("first", "second", "sigma"))
    return accused(data, star=np.argmax(np.abs(first - second) / sigma))


def with_factor(data, way):
    """Return the answer with the factor summed up in one of the ways that are in FACTORS."""
    errors = line_up(data)["errors"]
    return line_up(data) | {"factor": FACTORS[way](*(data[name][errors] for name in ("first", "second", "sigma")))}


def of_all_clusters(data):
    """Return the answer with the stars of all clusters in the factor."""
    return line_up(data) | {"factor": error_factor(data["first"], data["second"], data["sigma"])}


def from_the_mean(data):
    """Return the root mean square distance from the mean in units of the errors, of the first night of the guilty cluster."""
    errors = line_up(data)["errors"]
    y = data["first"][errors]
    return np.sqrt(np.mean(((y - y.mean()) / data["sigma"][errors]) ** 2))


def counted_from_one(data):
    """Return the answer with every index larger by one."""
    return {name: value + (name != "factor") for name, value in line_up(data).items()}


LINE_UP = Analysis(
    "line_up",
    4,
    data="clusters",
    reference=line_up,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "the star farthest from the mean is taken for the outlier, whatever its error",
            lambda data: farthest_of(data, lambda cluster: 1),
            "A noisy star may well be measured far out. Far, compared with what?",
        ),
        Misconception(
            "each star's distance is compared with its own error alone",
            lambda data: farthest_of(data, lambda cluster: data["sigma"][cluster]),
            "A precise star need not lie at μ: the stars of a cluster differ, by τ. How far from μ may a new star be measured?",
        ),
        Misconception(
            "the star whose two measurements agree least is taken for the outlier",
            least_agreeing,
            "A star that does not belong to the cluster is the same star on both nights. What sets it apart, and from what?",
        ),
        Misconception(
            "a wide scatter on the first night is taken for errors that are too small",
            lambda data: accused(data, errors=widest(data)),
            "A wide scatter may be the population's own: the fit gives it to τ. What do you have here that knows the noise, "
            "and nothing of the population?",
        ),
        Misconception(
            "a wide scatter is taken for two populations",
            lambda data: accused(data, two=widest(data)),
            "A single population may be as wide as it likes. What do two of them have that one wide one has not?",
        ),
        Misconception(
            "the outlier is looked for in the widest cluster",
            lambda data: accused(data, outlier=widest(data)),
            "One star cannot make a cluster wide. How far out is a star for a population of this width?",
        ),
        Misconception(
            "the largest difference between the nights, in dex, is taken for errors that are too small",
            lambda data: accused(data, errors=np.argmax((data["first"] - data["second"]).std(axis=1))),
            "Large errors may make large differences. Compare each difference with what the stated errors promise.",
        ),
        Misconception(
            "the cluster with the smallest errors is taken for the one whose errors are too small",
            lambda data: accused(data, errors=np.argmin(data["sigma"].mean(axis=1))),
            "Small errors may be right. What do two measurements of the same star say?",
        ),
        Misconception(
            "the cluster with the largest kurtosis is taken for the two populations",
            lambda data: accused(data, two=np.argmax(stats.kurtosis(data["first"], axis=1))),
            "Work out the kurtosis of a data set that has only the values −1 and 1, and of one that is all zeros but for a "
            "single star.",
        ),
        Misconception(
            "the sign of the kurtosis is read the wrong way round for both flaws of the population",
            lambda data: accused(data, two=line_up(data)["outlier"], outlier=line_up(data)["two populations"]),
            "Work out the kurtosis of a data set that has only the values −1 and 1, and of one that is all zeros but for a "
            "single star.",
        ),
        Misconception(
            "the outlier is taken for a sign of errors that are too small",
            lambda data: accused(data, outlier=line_up(data)["errors"], errors=line_up(data)["outlier"]),
            "One error bar could be wrong, but here two measurements of that star agree. What is wrong with all stars of a "
            "cluster should be seen in all of them.",
        ),
        Misconception(
            "clusters and stars are counted from one", counted_from_one, "NumPy counts from zero, and so does this answer."
        ),
        Misconception(
            "the difference of two measurements is given the error of one",
            lambda data: with_factor(data, "rms of one"),
            "Both measurements have noise. How large is the sd of their difference, if the stated errors are right?",
        ),
        Misconception(
            "the errors of the two measurements are added, and not their squares",
            lambda data: with_factor(data, "rms of a sum"),
            "The noise of one night knows nothing of the other's. How do independent errors add up?",
        ),
        Misconception(
            "the ratio of the variances is given",
            lambda data: with_factor(data, "variance"),
            "The question is about errors, which are in dex, and not about their squares.",
        ),
        Misconception(
            "the sd of the differences is taken, with their mean subtracted",
            lambda data: with_factor(data, "sd"),
            "If nothing changes between the nights, which mean does a difference have? The question asks for the root mean "
            "square.",
        ),
        Misconception(
            "the sd of the differences is taken, with one star less in its denominator",
            lambda data: with_factor(data, "sd, J - 1"),
            "If nothing changes between the nights, which mean does a difference have? The question asks for the root mean "
            "square.",
        ),
        Misconception(
            "the sizes of the differences are averaged, and not their squares",
            lambda data: with_factor(data, "mean size"),
            "For a Normal of unit width the mean of `|z|` is 0.8. What is its root mean square?",
        ),
        Misconception(
            "the median size of the differences is taken",
            lambda data: with_factor(data, "median size"),
            "For a Normal of unit width the median of `|z|` is 0.67. What is its root mean square?",
        ),
        *(
            Misconception(
                f"the {name} stands for the errors of all stars",
                lambda data, name=name: with_factor(data, name),
                "Then a few noisy stars decide alone. Put each difference in units of its own star first.",
            )
            for name in ("rms error", "mean error", "median error")
        ),
        Misconception(
            "the sd of the differences in dex is divided by the mean error",
            lambda data: with_factor(data, "sd over the mean error"),
            "Then a few noisy stars decide alone. Put each difference in units of its own star first.",
        ),
        Misconception(
            "the sd of the differences is taken, and they are given the error of one measurement",
            lambda data: with_factor(data, "sd of one"),
            "Both measurements have noise. How large is the sd of their difference, if the stated errors are right? And which "
            "mean does it have?",
        ),
        Misconception(
            "the stars of all clusters enter the factor",
            of_all_clusters,
            "In three of the clusters the errors are right. Whose errors are to be multiplied?",
        ),
        Misconception(
            "the factor is made of the distances from the mean, of the first night alone",
            lambda data: line_up(data) | {"factor": from_the_mean(data)},
            "Stars differ, and this takes their own differences for noise. What do the two nights of one star have in common?",
        ),
        Misconception(
            "the factor is turned upside down",
            lambda data: with_factor(data, "inverse"),
            "The stated errors are too small, and are to be multiplied by the factor.",
        ),
    ],
    solution=r"""
Each flaw has its own witness.

*Errors too small.* The difference of two measurements of one star knows nothing of the population: its variance is
$2\sigma_j^2$. The root mean square of $(y_{j1} - y_{j2}) / \sqrt{2}\,\sigma_j$ is about 1 in three clusters and about 2 in
one. From one night alone this flaw is all but invisible, since $\tau$ takes up what the errors leave out.

*Two populations.* The kurtosis of the first night is lowest there: two clumps have an empty middle and no tails.

*The outlier.* Fit each cluster and ask how far each star lies from $\mu$ in units of $\sqrt{\tau^2 + \sigma_j^2}$, the sd
that is predicted for a new star with the same error. One precise star stands out. Another, noisier star lies farther from
the mean and is none, because its error explains it. A more precise star lies farther out in units of its own error and is none
either, because the stars differ by $\tau$. Your function `pit`, or the chapter's `leave_one_out_pit`, shows the same.

The sd is of no use for any of this. The widest cluster is the one that is what it claims to be: a population may have any
width, and the fit finds it.
""",
)

# ---- 5. A whole check -----------------------------------------------------------------------------------------------------


def lowest(data):
    """Posterior predictive p-values of the lowest value: of new stars, and of the same ones."""
    y, sigma, weight = data["y"], data["sigma"], weights_of(data)
    mu, tau = on_the_grid(data)
    return at_both_levels(y.min(), weight, (mu, np.hypot(tau, sigma)), same_stars(y, sigma, mu, tau))


def log_normal(y, mu, scale):
    """Return the log density of a Normal but for its constant: as `stats.norm.logpdf` would, in a third of its time."""
    return -0.5 * ((y - mu) / scale) ** 2 - np.log(scale)


def log_densities(data):
    """Return the log density of each star at each pair, (M, T, J)."""
    mu, tau = on_the_grid(data)
    return log_normal(data["y"], mu, np.hypot(tau, data["sigma"]))


def log_likelihood(data):
    """Return the log likelihood of each pair, (M, T), with every constant in it."""
    return log_densities(data).sum(axis=-1) - len(data["y"]) * np.log(2 * np.pi) / 2


def weights_of(data, log_density=log_normal, error=None):
    """Return the posterior of mu and tau on the grid, (M, T), flat; or what another density makes of it."""
    mu, tau = on_the_grid(data)
    scale = np.hypot(tau, data["sigma"]) if error is None else error(tau, data["sigma"])
    return special.softmax(log_density(data["y"], mu, scale).sum(axis=-1))


def on_the_grid(data):
    """Return mu and tau of the grid, in shapes that go with (M, T, J)."""
    return data["mu"][:, None, None], data["tau"][:, None]


def same_stars(y, sigma, mu, tau):
    """Return mean and sd of the same stars' new measurements, given mu and tau."""
    w = tau**2 / (tau**2 + sigma**2)
    return w * y + (1 - w) * mu, np.sqrt(1 + w) * sigma


def at_both_levels(limit, weight, new, same):
    """Return the probability that a lowest value lies below a limit, at both levels, from means and sds."""
    return {"new": weighted_over(weight, some_below(limit, *new)), "same": weighted_over(weight, some_below(limit, *same))}


def weighted_over(weight, probability):
    """Return the average over the grid."""
    return np.sum(weight * probability)


def some_below(limit, mean, sd):
    """Return the probability that at least one of several independent Normals lies below a limit."""
    return 1 - np.prod(ndtr((mean - limit) / sd), axis=-1)


def draw_survey(rng):
    """Some stars with a low one among them, and a grid that holds the posterior. Every wrong method gives another answer."""
    for _ in attempts("draw_survey"):
        size, scale = 20, rng.uniform(0.7, 1.4)
        sigma = scale * rng.permutation(np.geomspace(0.04, 0.25, size))
        mu, tau = rng.uniform(-0.5, 0.2), scale * rng.uniform(0.12, 0.2)
        y = rng.normal(mu, np.hypot(tau, sigma))
        low = rng.choice(np.argsort(sigma)[5:10])
        y[low] = mu - rng.uniform(4, 5.5) * np.hypot(tau, sigma[low])
        data = {
            "y": y.round(3),
            "sigma": sigma.round(3),
            "mu": np.linspace(mu - 0.4 * scale, mu + 0.3 * scale, 36).round(4),
            "tau": np.linspace(0.02, 0.6 * scale, 30).round(4),
        }
        right = lowest(data)
        if y.argmin() == low and 1.5 * right["new"] < min(right["same"], 0.3) and answers_apart(LOWEST, data):
            return data


def levels_of(data):
    """Return the weights of the grid, and mean and sd of the predictions at both levels."""
    y, sigma = data["y"], data["sigma"]
    mu, tau = on_the_grid(data)
    return weights_of(data), (mu, np.hypot(tau, sigma)), same_stars(y, sigma, mu, tau)


def with_weights(data, weight):
    """Return the answer with other weights of the grid."""
    return at_both_levels(data["y"].min(), weight, *levels_of(data)[1:])


def with_new(data, sd):
    """Return the answer with another sd of new stars, a function of tau and sigma."""
    mu, tau = on_the_grid(data)
    weight, _, same = levels_of(data)
    return at_both_levels(data["y"].min(), weight, (mu, sd(tau, data["sigma"])), same)


def with_same(data, mean, sd):
    """Return the answer with another mean and sd of the same stars: functions of w, and of y and mu or of sigma."""
    mu, tau = on_the_grid(data)
    weight, new, _ = levels_of(data)
    w = tau**2 / (tau**2 + data["sigma"] ** 2)
    return at_both_levels(data["y"].min(), weight, new, (mean(w, data["y"], mu), sd(w, data["sigma"])))


def summed_up(data, summary):
    """Return the answer with another summary of what each star does, (M, T, J) -> (M, T)."""
    weight, *both = levels_of(data)
    low = data["y"].min()
    each = [summary(ndtr((low - mean) / sd)) for mean, sd in both]
    return {name: weighted_over(weight, one) for name, one in zip(("new", "same"), each, strict=True)}


def theta_alone(data):
    """Return mean and sd of the stars' own theta, given mu and tau."""
    mu, tau = on_the_grid(data)
    w = tau**2 / (tau**2 + data["sigma"] ** 2)
    return w * data["y"] + (1 - w) * mu, np.sqrt(w) * data["sigma"]


def with_priors(data):
    """Return the weights under mu ~ N(0, 1) and tau ~ HalfNormal(0.5)."""
    mu, tau = on_the_grid(data)
    prior = np.exp(-0.5 * mu**2 - 0.5 * (tau / 0.5) ** 2)[..., 0]
    weight = weights_of(data) * prior
    return weight / weight.sum()


def raw_likelihood(data):
    """Return the likelihood of each pair."""
    return np.exp(log_likelihood(data))


def without_the_lowest(data):
    """Return the weights that all stars but the lowest make."""
    star = data["y"].argmin()
    return weights_of(data | {name: np.delete(data[name], star) for name in ("y", "sigma")})


def per_tau(data):
    """Return the weights under a prior that is flat in ln tau."""
    weight = weights_of(data) / data["tau"]
    return weight / weight.sum()


def with_weights_of_sds(data):
    """Return the answer with w = tau / (tau + sigma) for the same stars."""
    mu, tau = on_the_grid(data)
    y, sigma = data["y"], data["sigma"]
    w = tau / (tau + sigma)
    return at_both_levels(y.min(), *levels_of(data)[:2], (w * y + (1 - w) * mu, np.sqrt(1 + w) * sigma))


def at_one_pair(data, choose):
    """Return the answer at one pair of mu and tau, which a function of the grid and its weights chooses."""
    mu, tau = choose(data["mu"], data["tau"], weights_of(data))
    return lowest(data | {"mu": np.array([mu]), "tau": np.array([tau])})


def best_pair(mu, tau, weight):
    """Return the most probable pair of the grid."""
    place = np.unravel_index(weight.argmax(), weight.shape)
    return mu[place[0]], tau[place[1]]


def star_by_star(data):
    """Return the answer with each star averaged over the posterior before the stars are joined."""
    weight, *both = levels_of(data)
    above_low = [np.tensordot(weight, ndtr((mean - data["y"].min()) / sd), 2) for mean, sd in both]
    return {"new": 1 - np.prod(above_low[0]), "same": 1 - np.prod(above_low[1])}


def changed(data, change):
    """Return the right answer with something done to both of its numbers."""
    return {name: change(value) for name, value in lowest(data).items()}


def of_the_highest(data):
    """Return the answer for the highest value."""
    return lowest(data | {"y": -data["y"], "mu": -data["mu"]})


def that_star_alone(data):
    """Return the answer for the star that was the lowest, and no other."""
    star = data["y"].argmin()
    return summed_up(data, lambda below_low: below_low[..., star])


def any_other_below(data, below_low):
    """Return the probability that at least one of the stars that were not the lowest lies below."""
    return 1 - np.prod(1 - np.delete(below_low, data["y"].argmin(), axis=-1), axis=-1)


def changed_star(data, change):
    """Return the answer from the probability of the star that was the lowest, at each pair, and the number of stars."""
    star, stars = data["y"].argmin(), len(data["y"])
    return summed_up(data, lambda below_low: change(below_low[..., star], stars))


LOWEST = Analysis(
    "lowest",
    4,
    data="survey",
    reference=lowest,
    tolerance=Tolerance(rel=1e-4),
    misconceptions=[
        Misconception(
            "only the star that was the lowest may be the lowest again",
            that_star_alone,
            "A replicated survey has a lowest star too, and any of them may be it. What is the probability that at least one "
            "of them falls below?",
        ),
        Misconception(
            "the probability of the star that was the lowest is multiplied by the number of stars",
            lambda data: changed_star(data, lambda p, n: n * p),
            "The stars do not have one probability in common, and two of them may fall below at once. What is the probability "
            "that there is none?",
        ),
        Misconception(
            "every star is given the probability of the star that was the lowest",
            lambda data: changed_star(data, lambda p, n: 1 - (1 - p) ** n),
            "The stars have errors of their own. Which of them falls below a limit more easily?",
        ),
        Misconception(
            "new stars stand at both levels",
            lambda data: dict.fromkeys(("new", "same"), lowest(data)["new"]),
            "The same stars keep the θ that they have. What do you know of these, at given μ and τ?",
        ),
        Misconception(
            "the probabilities of the stars are added",
            lambda data: summed_up(data, lambda below_low: below_low.sum(axis=-1)),
            "That is how many stars to expect below, and two of them in one survey count twice. What is the probability that "
            "there is none?",
        ),
        Misconception(
            "the probabilities of the stars are multiplied",
            lambda data: summed_up(data, lambda below_low: below_low.prod(axis=-1)),
            "That is the probability that all stars fall below. How many have to, for the lowest to be below?",
        ),
        Misconception(
            "the probabilities of the stars are averaged",
            lambda data: summed_up(data, lambda below_low: below_low.mean(axis=-1)),
            "That is the probability for one star that is picked at random. The lowest is not picked at random.",
        ),
        Misconception(
            "each star is averaged over the posterior before the stars are joined",
            star_by_star,
            "All stars of a replication share its μ and τ, so they are independent only at a given pair. What comes first, the "
            "product or the average?",
        ),
        Misconception(
            "the probability that no star lies below is given",
            lambda data: changed(data, lambda p: 1 - p),
            "Near which end should the p-value be if a star lies far lower than the model can make it?",
        ),
        Misconception(
            "the p-values are made two-sided",
            lambda data: changed(data, lambda p: 2 * min(p, 1 - p)),
            "The question looks at one side: at a lowest value that is lower still.",
        ),
        Misconception(
            "the highest value is looked at",
            of_the_highest,
            "The question is about the metal-poor end. On which side of μ is that?",
        ),
        Misconception(
            "the two levels are exchanged",
            lambda data: {"new": lowest(data)["same"], "same": lowest(data)["new"]},
            "Which of the two keeps the θ that the data have already told about?",
        ),
        Misconception(
            "every pair of the grid counts the same",
            lambda data: with_weights(
                data, np.full((len(data["mu"]), len(data["tau"])), 1 / len(data["mu"]) / len(data["tau"]))
            ),
            "This is a check of the prior: nothing was fitted yet. How probable is each pair, given the data?",
        ),
        Misconception(
            "the most probable pair stands for the posterior",
            lambda data: at_one_pair(data, best_pair),
            "One population stands here for all that are possible. What happens if the probability is computed for every pair?",
        ),
        Misconception(
            "the posterior means of μ and τ stand for the posterior",
            lambda data: at_one_pair(data, lambda mu, tau, weight: (weight.sum(axis=1) @ mu, weight.sum(axis=0) @ tau)),
            "One population stands here for all that are possible. What happens if the probability is computed for every pair?",
        ),
        Misconception(
            "the fit leaves τ out",
            lambda data: with_weights(data, weights_of(data, error=lambda tau, sigma: sigma + 0 * tau)),
            "In your fit each star is the population's mean plus noise. How far from μ may a measured value lie?",
        ),
        Misconception(
            "the fit leaves the errors out",
            lambda data: with_weights(data, weights_of(data, error=lambda tau, sigma: tau + 0 * sigma)),
            "In your fit the stars were measured without noise. How far from μ may a measured value lie?",
        ),
        Misconception(
            "the fit leaves out what stands before the exponential of a Normal",
            lambda data: with_weights(data, weights_of(data, lambda y, mu, scale: -0.5 * ((y - mu) / scale) ** 2)),
            "Without it the largest τ always fits best. Does that factor depend on τ?",
        ),
        Misconception(
            "the fit takes the variance for the sd",
            lambda data: with_weights(data, weights_of(data, error=lambda tau, sigma: tau**2 + sigma**2)),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "the fit adds τ and σ, and not their squares",
            lambda data: with_weights(data, weights_of(data, error=lambda tau, sigma: tau + sigma)),
            "The noise and the spread of the stars are independent. What adds up then?",
        ),
        Misconception(
            "τ and σ are added, and not their squares, in the fit and for new stars",
            lambda data: at_both_levels(
                data["y"].min(),
                weights_of(data, error=lambda tau, sigma: tau + sigma),
                (on_the_grid(data)[0], on_the_grid(data)[1] + data["sigma"]),
                levels_of(data)[2],
            ),
            "The noise and the spread of the stars are independent. What adds up then?",
        ),
        Misconception(
            "new stars are left without their noise",
            lambda data: with_new(data, lambda tau, sigma: tau + 0 * sigma),
            "You compare with a measured value. Are the replicated ones measured too?",
        ),
        Misconception(
            "all new stars are exactly alike",
            lambda data: with_new(data, lambda tau, sigma: sigma + 0 * tau),
            "Around μ there is a population, and it has a width. Where has it gone?",
        ),
        Misconception(
            "new stars have the variance where the sd belongs",
            lambda data: with_new(data, lambda tau, sigma: tau**2 + sigma**2),
            "Φ takes a pure number. Check the unit of what you divide by.",
        ),
        Misconception(
            "the same stars are measured again around their measured values",
            lambda data: with_same(data, lambda w, y, mu: y + 0 * w, lambda w, sigma: sigma + 0 * w),
            "A measured value has noise already, and this adds the noise a second time. Around what is a star measured again?",
        ),
        Misconception(
            "the same stars have θ at its mean, with no uncertainty of its own",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: sigma + 0 * w),
            "At given μ and τ you know the mean of θ, and not θ. What does that add to the variance of a new measurement?",
        ),
        Misconception(
            "the same stars are left without their noise",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: np.sqrt(w) * sigma),
            "The same stars are measured again, and nobody measures without error. What does a new measurement add?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged for the same stars",
            lambda data: with_same(data, lambda w, y, mu: (1 - w) * y + w * mu, lambda w, sigma: np.sqrt(1 + w) * sigma),
            "If τ is small, all θ lie close together. Close to what?",
        ),
        Misconception(
            "the same stars have the sd `w σ` about their mean",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: np.sqrt(1 + w**2) * sigma),
            "So much would `w y` scatter for a star that stays what it is. How uncertain is its θ, at given μ and τ?",
        ),
        Misconception(
            "the same stars scatter about their means as widely as new ones",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: sigma * np.sqrt(1 / (1 - w))),
            "A star that was measured is known better than one that was not. How uncertain is its θ, at given μ and τ?",
        ),
        Misconception(
            "both levels are left without noise",
            lambda data: at_both_levels(
                data["y"].min(),
                weights_of(data),
                (on_the_grid(data)[0], on_the_grid(data)[1] + 0 * data["sigma"]),
                theta_alone(data),
            ),
            "You compare with a measured value. Are the replicated ones measured too?",
        ),
        Misconception(
            "for the same stars only the one that was the lowest may be the lowest again",
            lambda data: {"new": lowest(data)["new"], "same": that_star_alone(data)["same"]},
            "It is not certain that this star comes out lowest a second time. What is the probability that at least one star "
            "falls below?",
        ),
        Misconception(
            "each star is normalized by its variance in the fit, and not by the root of it",
            lambda data: with_weights(data, weights_of(data, lambda y, mu, scale: log_normal(y, mu, scale) - np.log(scale))),
            "Write down the density of one Normal. What stands before its exponential?",
        ),
        Misconception(
            "the half before the squared distances is lost in the fit",
            lambda data: with_weights(data, weights_of(data, lambda y, mu, scale: -np.log(scale) - ((y - mu) / scale) ** 2)),
            "Write down the density of one Normal. What does its exponent hold beside the squared distance in units of its sd?",
        ),
        Misconception(
            "the logarithms are averaged over the stars and not summed",
            lambda data: with_weights(data, weights_of(data, lambda y, mu, scale: log_normal(y, mu, scale) / len(y))),
            "The stars are independent given μ and τ. What becomes of a product of densities in the logarithm?",
        ),
        Misconception(
            "the weights add up to one for each value of μ, and not in all",
            lambda data: with_weights(data, weights_of(data) / weights_of(data).sum(axis=1, keepdims=True)),
            "The grid has two axes. If every pair gave the same probability, your answer should be that.",
        ),
        Misconception(
            "the lowest star is left out of the fit",
            lambda data: with_weights(data, without_the_lowest(data)),
            "That is a good check too, and a sharper one. Here the posterior is asked for, given all stars.",
        ),
        Misconception(
            "the prior is flat in ln τ",
            lambda data: with_weights(data, per_tau(data)),
            "Here every pair of the grid has the same prior probability. Which factors does that leave?",
        ),
        Misconception(
            "the variance stands where the sd belongs, throughout",
            lambda data: at_both_levels(
                data["y"].min(),
                weights_of(data, error=lambda tau, sigma: tau**2 + sigma**2),
                (on_the_grid(data)[0], on_the_grid(data)[1] ** 2 + data["sigma"] ** 2),
                (levels_of(data)[2][0], levels_of(data)[2][1] ** 2),
            ),
            "SciPy's `scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "the weights of measurement and population are made of sds",
            with_weights_of_sds,
            "Write the product of two Gaussians in θ. By what is each squared distance divided in the exponent?",
        ),
        Misconception(
            "the probability that not all stars lie below is given",
            lambda data: summed_up(data, lambda below_low: 1 - below_low.prod(axis=-1)),
            "`1 - prod` is what you need, if the factors are the probabilities to lie above the limit. Which are yours?",
        ),
        Misconception(
            "every star is given the mean probability of all",
            lambda data: summed_up(data, lambda below_low: 1 - (1 - below_low.mean(axis=-1)) ** len(data["y"])),
            "A product of what is unequal is not a power of the mean. What is the probability that none of these stars falls "
            "below?",
        ),
        Misconception(
            "the replicated survey lacks the star that was the lowest",
            lambda data: summed_up(data, lambda below_low: any_other_below(data, below_low)),
            "A replicated survey has as many stars as the real one, measured with the same errors. Whom do you leave out?",
        ),
        Misconception(
            "the mean error stands for those of all stars",
            lambda data: lowest(data | {"sigma": np.full_like(data["sigma"], data["sigma"].mean())}),
            "The stars have errors of their own. Which of them falls below a limit more easily, and which says more about μ?",
        ),
        Misconception(
            "the logarithms are taken for the weights of the grid",
            lambda data: with_weights(data, log_likelihood(data) / log_likelihood(data).sum()),
            "A logarithm can be negative, and a constant added to all of them must change nothing. What turns it into a "
            "probability?",
        ),
        Misconception(
            "the densities of the stars are added and not multiplied",
            lambda data: with_weights(data, special.softmax(special.logsumexp(log_densities(data), axis=-1))),
            "Every star was measured where it is, and each independently. What becomes of their densities?",
        ),
        Misconception(
            "τ and σ are added, and not their squares, for new stars",
            lambda data: with_new(data, lambda tau, sigma: tau + sigma),
            "The noise and the spread of the stars are independent. What adds up then?",
        ),
        Misconception(
            "the same stars are measured around their measured values, with the noise of both measurements",
            lambda data: with_same(data, lambda w, y, mu: y + 0 * w, lambda w, sigma: np.sqrt(2) * sigma + 0 * w),
            "So much would you know if each star had been measured alone. What do the other stars tell about its θ?",
        ),
        Misconception(
            "each θ of the same stars is left as uncertain as its measurement",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: np.sqrt(2) * sigma + 0 * w),
            "The population narrows θ down, as the measurement does. How uncertain is θ, at given μ, if τ is small?",
        ),
        Misconception(
            "the sd of θ and that of the noise are added for the same stars, and not their squares",
            lambda data: with_same(data, lambda w, y, mu: w * y + (1 - w) * mu, lambda w, sigma: (1 + np.sqrt(w)) * sigma),
            "What is uncertain about θ and the noise of a new measurement are independent. What adds up then?",
        ),
        Misconception(
            "measurement and population are exchanged for the same stars, in the sd of θ too",
            lambda data: with_same(data, lambda w, y, mu: (1 - w) * y + w * mu, lambda w, sigma: np.sqrt(2 - w) * sigma),
            "If τ is small, all θ lie close together. Close to what, and how well are they known at a given μ?",
        ),
        Misconception(
            "the priors of the chapter are put on the grid",
            lambda data: with_weights(data, with_priors(data)),
            "Here every pair of the grid has the same prior probability. Which factors does that leave?",
        ),
        Misconception(
            "the weights of the grid are likelihoods that nobody has normalized",
            lambda data: with_weights(data, raw_likelihood(data)),
            "If every pair gave the same probability, your answer should be that. What must weights add up to?",
        ),
        Misconception(
            "the weights of the grid do not add up to one",
            lambda data: with_weights(data, weights_of(data) / weights_of(data).max()),
            "If every pair gave the same probability, your answer should be that. What must weights add up to?",
        ),
    ],
    solution=r"""
Four steps, each of which is a line or two. *Fit:* on the grid, $p(\mu, \tau \mid y) \propto \prod_j \mathcal{N}(y_j \mid
\mu, \sigma_j^2 + \tau^2)$. *Predict:* at given $\mu$ and $\tau$ a new star is measured at $\mu$, with the variance
$\sigma_j^2 + \tau^2$; the same star at $w_j y_j + (1 - w_j)\mu$, with the variance $w_j\sigma_j^2$ of its $\theta_j$ and
$\sigma_j^2$ of the noise. *Statistic:* at given $\mu$ and $\tau$ the stars are independent, so that none lies below $\min y$
with the probability $\prod_j \Phi$. *Average* over the grid, last of all.

```python
def lowest(data):
    y, sigma = data["y"], data["sigma"]
    mu, tau = data["mu"][:, None, None], data["tau"][:, None]
    total = np.hypot(tau, sigma)
    weight = special.softmax(stats.norm.logpdf(y, mu, total).sum(axis=-1))
    w = tau**2 / total**2
    sf = stats.norm.sf
    new = 1 - sf(y.min(), mu, total).prod(axis=-1)
    same = 1 - sf(y.min(), w * y + (1 - w) * mu, sigma * np.sqrt(1 + w)).prod(axis=-1)
    return {"new": np.sum(weight * new), "same": np.sum(weight * same)}
```

Your lowest star lies more than four standard deviations of the true population below its mean. Even so the p-value for new
stars is about one in ten: the star took part in the fit, and has made $\tau$ larger to suit itself. At the other level the
check sees even less, since the star's $\theta_j$ has followed its $y_j$ as well. Leave the star out of the fit, and look again.
""",
)

# ---- 6. Ranks --------------------------------------------------------------------------------------------------------------


def sbc(truth, draws, bins):
    """Histogram of the ranks of the truth, and its chi-squared against a flat one."""
    ranks = np.sum(draws < truth[:, None], axis=1)
    counts = np.bincount(ranks * bins // (draws.shape[1] + 1), minlength=bins)
    expected = len(truth) / bins
    return counts, np.sum((counts - expected) ** 2) / expected


def draw_sbc(rng):
    """Posteriors with heavy tails, shifted and of a wrong width, so that every way to count differs.

    The bins and the possible ranks are powers of two: no edge between bins hangs on rounding, however it is computed.
    """
    bins, n = 2 ** int(rng.integers(1, 4)), int(rng.integers(20, 60))
    draws = bins * 2 ** int(rng.integers(1, 3)) - 1
    center = rng.normal(0, 2, (n, 1))
    posterior = center + rng.standard_gamma(1.5, (n, draws))
    return center[:, 0] + rng.standard_gamma(1.5, n) * rng.uniform(0.5, 1.5), posterior, bins


def binned(places, bins, upper=1.0, lower=0.0):
    """Return counts and chi-squared of places between lower and upper."""
    counts = np.histogram(places, bins, range=(lower, upper))[0]
    return counts, chi_squared(counts)


def chi_squared(counts):
    """Return the chi-squared of counts against equal ones."""
    return np.sum((counts - counts.mean()) ** 2) / counts.mean()


def without_empty_bins(counts):
    """Return the chi-squared of the bins that are not empty."""
    return np.sum((counts[counts > 0] - counts.mean()) ** 2) / counts.mean()


def ranks_of(truth, draws):
    """Return the ranks, (N,)."""
    return np.sum(draws < truth[:, None], axis=1)


def of_a_normal(truth, draws, bins):
    """Return the answer by the mean and sd of the draws."""
    return binned(ndtr((truth - draws.mean(axis=1)) / draws.std(axis=1, ddof=1)), bins)


def over_the_bins(places, n, bins):
    """Return counts of the places and chi-squared against equal ones."""
    counts = np.bincount(places, minlength=bins)
    return counts, np.sum((counts - n / bins) ** 2) / (n / bins)


def with_ranks(ranks, draws, bins):
    """Return the arguments of sbc for given ranks, with every row of draws in an order of its own."""
    shift = np.arange(len(ranks))
    return np.array(ranks) - 0.5 + shift, (np.arange(draws) + shift[:, None]) % draws + shift[:, None] * 1.0, bins


FIXED = np.random.default_rng(8)

SBC = Function(
    "sbc",
    3,
    reference=sbc,
    probes=[
        (np.array([0.5, 2.0, 3.5, 1.0, 9.0]), np.array([[1.0, 2, 3], [1, 3, 2], [2, 1, 3], [0, 3, 1], [1, 2, 3]]), 2),
        # Empty bins: at the end, then at the start and in the middle. The lowest and the highest rank that is possible.
        with_ranks([0, 1, 5, 2, 3, 0, 4, 5, 2], 7, 4),
        with_ranks([7, 2, 7, 6, 3, 7, 6, 7, 2, 7], 7, 4),
        draw_sbc(FIXED),
        draw_sbc(FIXED),
        draw_sbc(FIXED),
    ],
    private=draw_sbc,
    tolerance=Tolerance(rel=1e-6, abs=1e-6),
    misconceptions=[
        Misconception(
            "the draws above the truth are counted",
            lambda truth, draws, bins: binned(np.sum(draws > truth[:, None], axis=1), bins, draws.shape[1] + 1),
            "A posterior that is too high should show a slope that falls to the right. Which way does yours go?",
        ),
        Misconception(
            "the truth itself is counted",
            lambda truth, draws, bins: binned(ranks_of(truth, draws) + 1, bins, draws.shape[1] + 1),
            "Which ranks are possible with L draws, if the truth may lie below them all? Do your bins start there?",
        ),
        Misconception(
            "the bins reach from the smallest to the largest rank that was found",
            lambda truth, draws, bins: binned(
                ranks_of(truth, draws), bins, ranks_of(truth, draws).max(), ranks_of(truth, draws).min()
            ),
            "A rank that never occurs is evidence too. The bins are to hold all ranks that are possible.",
        ),
        Misconception(
            "the truth is compared with the draws of all data sets together",
            lambda truth, draws, bins: binned(np.mean(draws.ravel() < truth[:, None], axis=1), bins),
            "Averaged over data sets the posteriors give back the prior, and this would test that. Each truth belongs to its "
            "own data.",
        ),
        Misconception(
            "the posterior is taken for a Normal",
            of_a_normal,
            "The mean and the sd do not know how lopsided a posterior is. Ranks ask for no shape: count draws.",
        ),
        Misconception(
            "the posterior is taken for a Normal, whose sd has L in its denominator",
            lambda truth, draws, bins: binned(ndtr((truth - draws.mean(axis=1)) / draws.std(axis=1)), bins),
            "The mean and the sd do not know how lopsided a posterior is. Ranks ask for no shape: count draws.",
        ),
        Misconception(
            "the expected count is that of draws, and not of truths",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum((sbc(truth, draws, bins)[0] - draws.shape[1] / bins) ** 2) / (draws.shape[1] / bins),
            ),
            "The histogram holds one rank for each truth. How many are they in all?",
        ),
        Misconception(
            "the rank is divided by the number of bins, and not by the number of ranks in a bin",
            lambda truth, draws, bins: over_the_bins(ranks_of(truth, draws) // bins, len(truth), bins),
            "With 8 possible ranks and 2 bins, in which bin does rank 3 lie?",
        ),
        Misconception(
            "each deviation is divided by the count that was found, and by one where there is none",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum((sbc(truth, draws, bins)[0] - len(truth) / bins) ** 2 / np.maximum(sbc(truth, draws, bins)[0], 1)),
            ),
            "An empty bin tells as much as any. The deviations are judged under the assumption that all bins are equally "
            "likely.",
        ),
        Misconception(
            "chi-squared is not divided by the expected count",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], sbc(truth, draws, bins)[1] * len(truth) / bins),
            "A count has a variance of about its expectation. In these units a deviation is to be measured.",
        ),
        Misconception(
            "each deviation is divided by the square of the expected count",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], sbc(truth, draws, bins)[1] * bins / len(truth)),
            "That is a relative deviation. But 6 counts in place of 3 are less strange than 600 in place of 300.",
        ),
        Misconception(
            "empty bins are left out of chi-squared",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], without_empty_bins(sbc(truth, draws, bins)[0])),
            "An empty bin tells as much as any. How far is it from what it was expected to hold?",
        ),
        Misconception(
            "chi-squared is divided by its degrees of freedom",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], sbc(truth, draws, bins)[1] / (bins - 1)),
            "That would be a reduced chi-squared. Here the sum itself is asked for.",
        ),
        Misconception(
            "each deviation is divided by the count that was found",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum((sbc(truth, draws, bins)[0] - len(truth) / bins) ** 2 / sbc(truth, draws, bins)[0]),
            ),
            "What would you do with an empty bin? The deviations are judged under the assumption that all bins are equally "
            "likely.",
        ),
        Misconception(
            "the terms of chi-squared are averaged over the bins",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], sbc(truth, draws, bins)[1] / bins),
            "Here the sum itself is asked for. About how large is it, for a right method?",
        ),
        Misconception(
            "the root of chi-squared is given",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], np.sqrt(sbc(truth, draws, bins)[1])),
            "The sum is chi-squared itself, the square included.",
        ),
        Misconception(
            "the deviations are not squared",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum(np.abs(sbc(truth, draws, bins)[0] - len(truth) / bins)) / (len(truth) / bins),
            ),
            "Two bins that are off by one are not as strange as one that is off by two. What does that to a deviation?",
        ),
        Misconception(
            "the number of possible ranks stands for that of the bins in the expected count",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum((sbc(truth, draws, bins)[0] - len(truth) / (draws.shape[1] + 1)) ** 2)
                / (len(truth) / (draws.shape[1] + 1)),
            ),
            "That is what one rank expects. How many ranks does a bin hold?",
        ),
        Misconception(
            "the expected count is rounded down to a whole number",
            lambda truth, draws, bins: (
                sbc(truth, draws, bins)[0],
                np.sum((sbc(truth, draws, bins)[0] - len(truth) // bins) ** 2 / (len(truth) // bins)),
            ),
            "An expectation need not be a whole number: `//` cuts off what `/` keeps.",
        ),
        Misconception(
            "the counts are given as fractions of N",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0] / len(truth), sbc(truth, draws, bins)[1]),
            "These are shares. The question asks how many truths each bin holds.",
        ),
        Misconception(
            "fractions of N stand for counts, in chi-squared too",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0] / len(truth), sbc(truth, draws, bins)[1] / len(truth)),
            "A share knows nothing of how many truths there are. How strange is half the ranks in one bin, of 4 or of 400?",
        ),
        Misconception(
            "the probability of a larger chi-squared is given",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], stats.chi2.sf(sbc(truth, draws, bins)[1], bins - 1)),
            "That is the next step, a p-value. Here chi-squared itself is asked for.",
        ),
    ],
    solution=r"""
With $L$ draws there are $L + 1$ possible ranks, from 0, where all draws lie above the truth, to $L$. If the posterior is
right all are equally likely. Each bin takes the same number of neighboring ranks, and expects $N$ over the number of bins,
also where it stays empty. For a right method $\chi^2$ is then about the number of bins less one. It knows nothing of
shapes, so look at the histogram too.
""",
)

# ---- 7. Reading a histogram -----------------------------------------------------------------------------------------------

# The counts in the notebook are those of the chapter's calibrate(500, believed=0.5, rng=np.random.default_rng(202)), with the
# prior HalfNormal(0.1) on tau, for mu, tau and the first star, in ten bins from 0 to 1.
FAULT = Choice(
    "fault",
    2,
    options={
        "a": "The errors that the fit is told are larger than those of the simulation.",
        "b": "The errors that the fit is told are smaller than those of the simulation.",
        "c": "The fit is a chain that gets stuck on its way and never reaches a small τ.",
        "d": "The real cluster consists of two populations, and the model has only one.",
    },
    answer="b",
    reasons={
        "i": "The truth is at the ends of the posterior of θ₁ because that reaches so far.",
        "ii": "The truth lies below most of the posterior of τ and in both tails of that of θ₁.",
        "iii": "The ranks of τ are low, so τ comes out too low, and the stars are shrunk too much.",
        "iv": "μ is flat, so the population is right, and the ranks of τ show only its prior.",
        "v": "A model that is wrong for the data at hand gives ranks that cannot be flat.",
    },
    reason="ii",
    misconceptions=[
        Misconception(
            "a U is read as a posterior that is too wide",
            "a",
            "If you state a very wide interval, does the truth fall into its middle or to its ends?",
        ),
        Misconception(
            "everything that raises τ is thought to look alike",
            "c",
            "Such a chain misses the truth only where τ is small, and it shrinks the stars too little, so that their "
            "posteriors come out rather too wide. What does θ₁ say?",
        ),
        Misconception(
            "simulated calibration is thought to test the model against the data",
            "d",
            "Where in this test does the real cluster enter?",
        ),
        Misconception(
            "the ends of the histogram are taken for the sign of a wide posterior",
            "i",
            "A wide posterior has its own ends far away, and the truth in its middle. Which posterior would find the truth "
            "outside?",
        ),
        Misconception(
            "a low rank is read as a low posterior",
            "iii",
            "The rank counts the draws below the truth. If nearly none lie below it, where does the posterior lie?",
        ),
        Misconception(
            "one flat histogram is thought to clear the others",
            "iv",
            "The truth of τ was drawn from that prior, too: a right method gives flat ranks for every parameter and any prior.",
        ),
        Misconception(
            "the data at hand are thought to enter",
            "v",
            "All clusters of this test were simulated from the very model that is fitted. What else can be wrong, then?",
        ),
    ],
    solution=r"""
A low rank means that hardly a draw lies below the truth: the posterior of $\tau$ is too high. The U of $\theta_1$ means
that the truth lies in the tails at both ends: its posterior is too narrow. Errors that are told too small do both. Noise
that they do not account for goes into $\tau$, and the stars are believed to be measured better than they are. The mean
$\mu$ does not suffer much, as noise pulls it to neither side. That real clusters may differ from the model is another
question, and this test does not ask it.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def replicated_in_a_loop(theta, mu, tau, sigma, z, e):
    """Number by number; lists of lists."""
    same, new = [], []
    for i in range(len(mu)):
        same.append([theta[i][j] + sigma[j] * e[i][j] for j in range(len(sigma))])
        new.append([mu[i] + tau[i] * z[i][j] + sigma[j] * e[i][j] for j in range(len(sigma))])
    return same, new


def replicated_in_single_precision(theta, mu, tau, sigma, z, e):
    """Both levels in one array, in float32."""
    new = np.add(mu, tau * z.T).T
    return np.stack([theta, new]).astype(np.float32) + np.float32(sigma * e)


def p_values_in_a_loop(y_rep, y, weight):
    """Data set by data set, in plain Python."""

    def of(values):
        mean = sum(values) / len(values)
        squares = [(value - mean) ** 2 for value in values]
        kurtosis = len(values) * sum(square**2 for square in squares) / sum(squares) ** 2 - 3
        return {"sd": (sum(squares) / (len(values) - 1)) ** 0.5, "farthest": max(squares) ** 0.5, "kurtosis": kurtosis}

    observed, simulated = of(y.tolist()), [of(row) for row in y_rep.tolist()]
    total, found = sum(weight.tolist()), dict.fromkeys(observed, 0.0)
    for one, share in zip(simulated, weight.tolist(), strict=True):
        for name, value in observed.items():
            found[name] += share / total if one[name] > value else share / total / 2 if one[name] == value else 0
    return found


def p_values_by_lecturekit(y_rep, y, weight):
    """The library's discrepancies and SciPy's kurtosis, with np.average; ties as half a step."""
    checks = {"sd": predictive.DISCREPANCIES["sd"], "farthest": predictive.DISCREPANCIES["farthest from the mean"]}
    checks["kurtosis"] = lambda x: stats.kurtosis(x, axis=-1)
    return {name: np.average(np.heaviside(check(y_rep) - check(y), 0.5), weights=weight) for name, check in checks.items()}


def p_values_of_z(y_rep, y, weight):
    """The kurtosis by z-scores, the variance and the sd with J - 1."""

    def of(x):
        d = x - x.mean(axis=-1, keepdims=True)
        z = d / x.std(axis=-1, keepdims=True)
        return {"sd": x.var(axis=-1, ddof=1), "farthest": (d**2).max(axis=-1), "kurtosis": (z**4).mean(axis=-1)}

    return compared_by_rank(of(y_rep), of(y), weight)


def p_values_by_power_of_sd(y_rep, y, weight):
    """The fourth power of the sd below, and the farthest by both ends."""

    def of(x):
        mean = x.mean(axis=-1, keepdims=True)
        farthest = np.maximum(x.max(axis=-1) - x.mean(axis=-1), x.mean(axis=-1) - x.min(axis=-1))
        kurtosis = ((x - mean) ** 4).mean(axis=-1) / x.std(axis=-1) ** 4
        return {"sd": x.std(axis=-1, ddof=1), "farthest": farthest, "kurtosis": kurtosis}

    return compared_by_rank(of(y_rep), of(y), weight)


def p_values_by_unbiased_variance(y_rep, y, weight):
    """The variance with J - 1 everywhere, and the sd as its square root by a power."""

    def of(x):
        d, variance = x - np.average(x, axis=-1)[..., None], x.var(axis=-1, ddof=1)
        return {
            "sd": variance**0.5,
            "farthest": np.linalg.norm(d, np.inf, axis=-1),
            "kurtosis": np.sum(d**4, axis=-1) / variance**2,
        }

    return compared_by_rank(of(y_rep), of(y), weight)


def compared_by_rank(simulated, observed, weight):
    """p-values as the mean sign of the differences."""
    total = weight.sum()
    return {name: (1 + weight @ np.sign(simulated[name] - observed[name]) / total) / 2 for name in observed}


def pit_in_a_loop(y, sigma, mu, tau, bad, factor):
    """Star by star, draw by draw and kind by kind; a list."""
    draws, kinds = list(zip(mu, tau, strict=True)), [(1 - bad, 1), (bad, factor)]
    return [
        sum(share * stats.norm.cdf(value, m, (t**2 + (times * s) ** 2) ** 0.5) for m, t in draws for share, times in kinds)
        / len(draws)
        for value, s in zip(y, sigma, strict=True)
    ]


def pit_by_lecturekit(y, sigma, mu, tau, bad, factor):
    """The library's, once for each kind; for a new object it does not look at theta."""
    draws = Draws(mu, tau, np.zeros((len(mu), len(y))))
    good, wide = (predictive.pit(draws, Measurements(y, times * sigma), level="new") for times in (1, factor))
    return good + bad * (wide - good)


def pit_in_single_precision(y, sigma, mu, tau, bad, factor):
    """The probabilities in float32, the draws along the last axis, the kinds along the first."""
    y, sigma, mu, tau = (np.asarray(values, np.float32) for values in (y, sigma, mu, tau))
    errors = np.stack([sigma, np.float32(factor) * sigma])[..., None]
    return np.average(ndtr((y[:, None] - mu) / np.hypot(tau, errors)).mean(axis=-1), axis=0, weights=[1 - bad, bad])


def line_up_by_pit(data):
    """The outlier by PIT values from draws; the factor by a sum, cluster by cluster."""
    first, second, sigma = data["first"], data["second"], data["sigma"]
    extreme, factors, shapes = [], [], []
    for k in range(4):
        draws = exact.posterior(MODEL, Measurements(first[k], sigma[k])).draws(4000, rng=np.random.default_rng(k))
        u = predictive.pit(draws, Measurements(first[k], sigma[k]), level="new")
        extreme.append(np.minimum(u, 1 - u))
        factors.append((sum((a - b) ** 2 / s**2 for a, b, s in zip(first[k], second[k], sigma[k], strict=True)) / 60) ** 0.5)
        shapes.append(np.mean((first[k] - first[k].mean()) ** 4) / first[k].var() ** 2)
    outlier = int(np.argmin([u.min() for u in extreme]))
    answer = {"two populations": int(np.argmin(shapes)), "outlier": outlier, "star": int(extreme[outlier].argmin())}
    return answer | {"errors": int(np.argmax(factors)), "factor": max(factors)}


def line_up_by_likelihood(data):
    """The population of each cluster by maximum likelihood, over a grid of tau; whole arrays."""
    z = (data["first"] - data["second"]) / np.hypot(data["sigma"], data["sigma"])
    factors = np.linalg.norm(z, axis=1) / np.sqrt(z.shape[1])
    strange = np.array([strangeness(y, sigma) for y, sigma in zip(data["first"], data["sigma"], strict=True)])
    outlier, star = np.unravel_index(strange.argmax(), strange.shape)
    two = np.sum(stats.zscore(data["first"], axis=1) ** 4, axis=1).argmin()
    return {"two populations": two, "outlier": outlier, "star": star, "errors": factors.argmax(), "factor": factors.max()}


def lowest_in_a_loop(data):
    """Pair by pair and star by star, in plain Python."""
    phi = statistics.NormalDist().cdf
    y, sigma, low = data["y"].tolist(), data["sigma"].tolist(), float(min(data["y"]))
    total, new, same = 0.0, 0.0, 0.0
    for mu in data["mu"].tolist():
        for tau in data["tau"].tolist():
            log_p, none, none_again = 0.0, 1.0, 1.0
            for value, s in zip(y, sigma, strict=True):
                v = tau * tau + s * s
                log_p -= (math.log(v) + (value - mu) ** 2 / v) / 2
                none *= 1 - phi((low - mu) / v**0.5)
                none_again *= 1 - phi((low - (tau * tau * value + s * s * mu) / v) / (s * s + tau * tau * s * s / v) ** 0.5)
            p = math.exp(log_p)
            total, new, same = total + p, new + p * (1 - none), same + p * (1 - none_again)
    return {"new": new / total, "same": same / total}


def lowest_by_densities(data):
    """A product of densities for the fit, survival functions for the lowest, np.average for the mean."""
    y, sigma = data["y"], data["sigma"]
    mu, tau = np.meshgrid(data["mu"], data["tau"])
    mu, tau = mu.ravel()[:, None], tau.ravel()[:, None]
    p = stats.norm.pdf(y, mu, np.sqrt(tau**2 + sigma**2)).prod(axis=1)
    variance = 1 / (1 / tau**2 + 1 / sigma**2)
    center = variance * (mu / tau**2 + y / sigma**2)
    none_new = stats.norm.sf(y.min(), mu, np.sqrt(tau**2 + sigma**2)).prod(axis=1)
    none_same = stats.norm.sf(y.min(), center, np.sqrt(variance + sigma**2)).prod(axis=1)
    return {"new": 1 - np.average(none_new, weights=p), "same": 1 - np.average(none_same, weights=p)}


def lowest_by_logarithms(data):
    """Sums of logarithms of what lies above; tau along the first axis."""
    mu, tau, y, sigma = data["mu"], data["tau"][:, None, None], data["y"][:, None], data["sigma"][:, None]
    spread = np.hypot(tau, sigma)
    log_p = np.sum(-np.log(spread) - 0.5 * ((y - mu) / spread) ** 2, axis=1)
    log_p -= special.logsumexp(log_p)
    share = sigma**2 / spread**2
    new = special.log_ndtr((mu - y.min()) / spread).sum(axis=1)
    same = special.log_ndtr((y + share * (mu - y) - y.min()) / (sigma * np.sqrt(2 - share))).sum(axis=1)
    return {name: -np.sum(np.exp(log_p) * np.expm1(none)) for name, none in (("new", new), ("same", same))}


def sbc_in_a_loop(truth, draws, bins):
    """Rank by rank, in plain Python; a list of counts."""
    counts, width = [0] * bins, (len(draws[0]) + 1) // bins
    for value, row in zip(truth, draws, strict=True):
        counts[sum(draw < value for draw in row) // width] += 1
    return counts, sum(count**2 for count in counts) * bins / len(truth) - len(truth)


def sbc_by_searching(truth, draws, bins):
    """The rank as the place in the sorted draws, the rest by NumPy and SciPy."""
    ranks = [np.searchsorted(np.sort(row), value) for row, value in zip(draws, truth, strict=True)]
    counts, _ = np.histogram(ranks, np.linspace(0, draws.shape[1] + 1, bins + 1) - 0.5)
    return counts, stats.chisquare(counts).statistic


def replicated_by_outer_products(theta, mu, tau, sigma, z, e):
    """Every level as a sum of products."""
    noise = np.einsum("j,ij->ij", sigma, e)
    new = np.outer(mu, np.ones(len(sigma))) + np.diag(tau) @ z + e @ np.diag(sigma)
    return noise + theta, new


def sbc_by_shares(truth, draws, bins):
    """The rank as a share of the possible ones, and a histogram from 0 to 1."""
    places = (draws < truth[:, None]).sum(axis=1) / (draws.shape[1] + 1)
    counts = np.histogram(places, bins=bins, range=(0, 1))[0]
    return counts, (((counts - len(truth) / bins) / np.sqrt(len(truth) / bins)) ** 2).sum()


def sbc_with_lower_edges(truth, draws, bins):
    """Bins from 0 to L, whose edges lie a little lower but between the same ranks."""
    counts = np.histogram((truth[:, None] > draws).sum(axis=1), np.linspace(0, draws.shape[1], bins + 1))[0]
    return counts, np.sum(counts**2 / (len(truth) / bins)) - len(truth)


def sbc_by_floor(truth, draws, bins):
    """The bin as a share of the possible ranks, rounded down."""
    shares = np.mean(draws < truth[:, None], axis=1) * draws.shape[1] / (draws.shape[1] + 1)
    counts = np.array([np.sum(np.floor(shares * bins) == k) for k in range(bins)])
    return counts, bins / len(truth) * np.sum(counts**2) - len(truth)


# ---- What is right for ordinary inputs and wrong at an edge, for the tests -------------------------------------------------


def p_values_without_ties(y_rep, y, weight):
    """Ties left out."""
    return compared(y_rep, y, lambda s, o: weight @ (s > o) / weight.sum())


def p_values_by_searching(y_rep, y, weight):
    """Ties on one side: where the observed value would be among the sorted ones."""

    def fraction(simulated, observed):
        order = np.argsort(simulated)
        return 1 - np.r_[0, np.cumsum(weight[order])][np.searchsorted(simulated[order], observed)] / weight.sum()

    return compared(y_rep, y, fraction)


def replicated_by_z_scores(theta, mu, tau, sigma, z, e):
    """A new object as its distance in units of tau, which may be zero."""
    new = mu[:, None] + tau[:, None] * z
    return theta + sigma * e, new * (tau[:, None] / tau[:, None]) + sigma * e


def replicated_for_a_square(theta, mu, tau, sigma, z, e):
    """Right where there are as many draws as objects, and all are alike."""
    return theta + sigma * e, mu + tau * z + sigma * e


def pit_by_parts(y, sigma, mu, tau, bad, factor):
    """A spread that is tau times a factor, which nothing makes finite at tau = 0."""

    def part(error):
        spread = tau[:, None] * np.sqrt(1 + (error / tau[:, None]) ** 2)
        return np.mean(ndtr((y - mu[:, None]) / spread), axis=0)

    return (1 - bad) * part(sigma) + bad * part(factor * sigma)


def pit_of_logarithms(y, sigma, mu, tau, bad, factor):
    """The mixture by logarithms, one of which is that of a share of zero."""
    parts = [np.log(1 - bad) + np.log(below(y, sigma, mu, tau)), np.log(bad) + np.log(below(y, factor * sigma, mu, tau))]
    return np.exp(parts[0]) * (1 + np.exp(parts[1] - parts[0]))


def sbc_by_bincount(truth, draws, bins):
    """Counts that end with the last bin that is not empty."""
    counts = np.bincount(ranks_of(truth, draws) * bins // (draws.shape[1] + 1))
    return counts, np.sum((counts - len(truth) / bins) ** 2) / (len(truth) / bins)


def sbc_of_those_found(truth, draws, bins):
    """Counts of the bins that are not empty."""
    counts = np.unique(ranks_of(truth, draws) * bins // (draws.shape[1] + 1), return_counts=True)[1]
    return counts, np.sum((counts - len(truth) / bins) ** 2) / (len(truth) / bins)


def sbc_by_automatic_bins(truth, draws, bins):
    """NumPy's own bins, from the lowest to the highest rank that was found."""
    counts = np.histogram(ranks_of(truth, draws), bins)[0]
    return counts, chi_squared(counts)


ALTERNATIVES = {
    "replicated": [replicated_in_a_loop, replicated_in_single_precision, replicated_by_outer_products],
    "p_values": [
        p_values_in_a_loop,
        p_values_by_lecturekit,
        p_values_of_z,
        p_values_by_power_of_sd,
        p_values_by_unbiased_variance,
    ],
    "pit": [pit_in_a_loop, pit_by_lecturekit, pit_in_single_precision],
    "line_up": [line_up_by_pit, line_up_by_likelihood],
    "lowest": [lowest_in_a_loop, lowest_by_densities, lowest_by_logarithms],
    "sbc": [sbc_in_a_loop, sbc_by_searching, sbc_by_shares, sbc_with_lower_edges, sbc_by_floor],
}
HALF_RIGHT = {
    "replicated": [replicated_by_z_scores, replicated_for_a_square],
    "p_values": [p_values_without_ties, p_values_by_searching],
    "pit": [pit_by_parts, pit_of_logarithms],
    "sbc": [sbc_by_bincount, sbc_of_those_found, sbc_by_automatic_bins],
}
DATA = {"clusters": draw_clusters, "survey": draw_survey}
QUESTIONS = [REPLICATED, P_VALUES, PIT, LINE_UP, LOWEST, SBC, FAULT]
