"""Homework 8, Checking: replicated data, p-values, PIT, a line-up of four clusters, ranks and how to read them."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.special import ndtr

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts
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
            "new objects are left without their noise, as in the lecture",
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
            "the posterior means stand for the draws",
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
draw, $\theta_\mathrm{new} = \mu + \tau z$. Then either is measured, and the measurement adds $\sigma_j e$. The lecture
leaves out this last step for new objects, and then finds the population too narrow. In shapes: $\mu$ and $\tau$ have one
value per row, $\sigma$ one per column.
""",
)

# ---- 2. Posterior predictive p-values -------------------------------------------------------------------------------------


def p_values(y_rep, y):
    """Posterior predictive p-values of three discrepancies."""
    simulated, observed = discrepancies(y_rep), discrepancies(y)
    return {
        name: np.mean(simulated[name] > observed[name]) + 0.5 * np.mean(simulated[name] == observed[name]) for name in observed
    }


def discrepancies(y):
    """Return three discrepancies of the last axis. A constant, such as the -3 of a kurtosis, changes no p-value."""
    distance = y - np.mean(y, axis=-1, keepdims=True)
    variance = np.mean(distance**2, axis=-1)
    return {
        "sd": np.sqrt(variance),
        "farthest": np.max(np.abs(distance), axis=-1),
        "kurtosis": np.mean(distance**4, axis=-1) / variance**2,
    }


def draw_p_values(rng):
    """Values with heavy tails, and replications without."""
    size, n = rng.integers(5, 13), rng.integers(10, 30)
    y = rng.standard_t(3, size) * rng.uniform(0.7, 1.4)
    return rng.normal(0, 1, (n, size)), y


def compared(y_rep, y, fraction):
    """Return p-values with another way to count."""
    simulated, observed = discrepancies(y_rep), discrepancies(y)
    return {name: fraction(simulated[name], observed[name]) for name in observed}


def with_discrepancy(y_rep, y, name, discrepancy):
    """Return the p-values with another discrepancy under a name."""
    simulated, observed = discrepancy(y_rep), discrepancy(y)
    wrong = np.mean(simulated > observed) + 0.5 * np.mean(simulated == observed)
    return p_values(y_rep, y) | {name: wrong}


def power(k, scale):
    """Return a discrepancy: the mean k-th power of the distances, over the variance to a power."""
    return lambda y: np.mean((y - np.mean(y, axis=-1, keepdims=True)) ** k, axis=-1) / np.var(y, axis=-1) ** scale


def farthest_from_observed(y_rep, y):
    """Return the p-values with all distances taken from the mean of y."""
    farthest = np.mean(np.max(np.abs(y_rep - y.mean()), axis=1) > np.max(np.abs(y - y.mean())))
    ties = np.mean(np.max(np.abs(y_rep - y.mean()), axis=1) == np.max(np.abs(y - y.mean())))
    return p_values(y_rep, y) | {"farthest": farthest + 0.5 * ties}


def every_star_counted(y_rep, y):
    """Return the p-values with stars and not data sets counted for the farthest."""
    distance = np.abs(y_rep - y_rep.mean(axis=1, keepdims=True))
    return p_values(y_rep, y) | {"farthest": np.mean(distance > np.max(np.abs(y - y.mean())))}


P_VALUES = Function(
    "p_values",
    3,
    reference=p_values,
    probes=[
        # Whole numbers, four in a row: equal discrepancies are then equal to the last bit. The mean of a set may be anywhere.
        (
            np.array([[0.0, 2, 4, 10], [4, 6, 8, 14], [1, 2, 3, 6], [9, 0, 9, 6], [-3, 3, 5, -5], [7, 8, 9, 4], [0, 0, 12, 0]]),
            np.array([2.0, 4.0, 6.0, 12.0]),
        ),
        (
            np.array(
                [[0.3, -1.1, 0.4, 1.6, -0.7], [1.2, 0.8, -2.4, 0.1, 0.5], [3.1, 2.5, 3.3, 2.9, 4.6], [-0.2, 0.1, 0.2, 0, 0.9]]
            ),
            np.array([0.4, -0.3, 1.9, 0.2, -0.1]),
        ),
        (
            np.array([[0.1, -0.9, 0.8, 0.3, -0.5, 0.2], [-1.2, 1.4, 0.2, -0.4, 0.6, 0.3], [0.7, 0.6, -1.9, 0.4, 0.2, -0.3]]),
            np.array([-1.0, 1.1, -0.9, 1.0, -1.1, 0.8]),
        ),
    ],
    private=draw_p_values,
    misconceptions=[
        Misconception(
            "the replications below the observed value are counted",
            lambda y_rep, y: compared(y_rep, y, lambda s, o: np.mean(s < o) + 0.5 * np.mean(s == o)),
            "If the data are farther out than any replication: should the p-value be near 0, or near 1?",
        ),
        Misconception(
            "ties are counted in full",
            lambda y_rep, y: compared(y_rep, y, lambda s, o: np.mean(s >= o)),
            "A replication with exactly the observed value is neither above nor below. How much of it belongs on each side?",
        ),
        Misconception(
            "ties are not counted",
            lambda y_rep, y: compared(y_rep, y, lambda s, o: np.mean(s > o)),
            "A replication with exactly the observed value is neither above nor below. How much of it belongs on each side?",
        ),
        Misconception(
            "the p-value is made two-sided",
            lambda y_rep, y: compared(y_rep, y, lambda s, o: 2 * (0.5 - abs(np.mean(s > o) + 0.5 * np.mean(s == o) - 0.5))),
            "Here both ends are kept: near 0 the data have more of it than the model, near 1 less. What would you no longer "
            "see?",
        ),
        Misconception(
            "all distances are taken from the mean of the observed data",
            farthest_from_observed,
            "A discrepancy is computed from one data set alone, in the same way for each. Which mean does a replication have?",
        ),
        Misconception(
            "stars are counted in place of data sets",
            every_star_counted,
            "One star in many is always far out. Compare the farthest with the farthest, data set by data set.",
        ),
        Misconception(
            "the fourth power is not divided by the squared variance",
            lambda y_rep, y: with_discrepancy(y_rep, y, "kurtosis", power(4, 0)),
            "This grows with the width of the data, which the sd sees already. The kurtosis is to see the shape alone.",
        ),
        Misconception(
            "the skewness stands for the kurtosis",
            lambda y_rep, y: with_discrepancy(y_rep, y, "kurtosis", power(3, 1.5)),
            "This tells left from right. Which power tells a thin middle from thick tails?",
        ),
    ],
    solution=r"""
A discrepancy turns one data set into one number, whichever data set it is. The p-value is the fraction of replicated data
sets where that number is larger than for the real one, with ties counted half. Whether the variance is divided by $J$ or
$J - 1$, and whether 3 is subtracted from the kurtosis, does not matter: it is done on both sides. `predictive.p_value` is
the same for one discrepancy.
""",
)

# ---- 3. PIT ---------------------------------------------------------------------------------------------------------------


def pit(y, sigma, mu, tau):
    """P(y_rep_j < y_j) for a new object with the error sigma_j, averaged over the draws."""
    spread = np.sqrt(tau[:, None] ** 2 + sigma**2)
    return np.mean(ndtr((y - mu[:, None]) / spread), axis=0)


def draw_pit(rng):
    """Values within the prediction, and few draws that differ much, so that it matters what is averaged."""
    size, n = rng.integers(1, 10), rng.integers(3, 40)
    mu, tau = rng.normal(rng.uniform(-1, 1), 0.2, n), rng.gamma(2, 0.3, n)
    sigma = rng.uniform(0.1, 1, size)
    return rng.normal(mu.mean(), np.hypot(tau.mean(), sigma)), sigma, mu, tau


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
        ),
        (np.array([28.0, -3.0]), np.array([15.0, 16.0]), np.array([4.0, 9.0, 12.0]), np.array([2.0, 6.0, 14.0])),
        (np.array([0.3, 0.3, 1.5]), np.array([0.4, 0.8, 0.2]), np.array([0.1, 0.3]), np.array([0.0, 0.5])),
    ],
    private=draw_pit,
    misconceptions=[
        Misconception(
            "the noise of the measurement is left out",
            lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / np.maximum(tau[:, None], 1e-12)) + 0 * sigma, axis=0),
            "You ask where a measured value lies among predicted ones. Are those that you predict measured too?",
        ),
        Misconception(
            "the width of the population is left out",
            lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / sigma), axis=0),
            "This is right for an object that is exactly average. A new one is any of the population.",
        ),
        Misconception(
            "the widths are added, not their squares",
            lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / (tau[:, None] + sigma)), axis=0),
            "What the object is and how it is measured are independent. How do independent widths add up?",
        ),
        Misconception(
            "the variance stands where the sd belongs",
            lambda y, sigma, mu, tau: np.mean(ndtr((y - mu[:, None]) / (tau[:, None] ** 2 + sigma**2)), axis=0),
            "Φ takes a pure number. Check the unit of what you divide by.",
        ),
        Misconception(
            "the posterior means of μ and τ stand for the draws",
            lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(tau.mean() ** 2 + sigma**2)),
            "One value of τ stands here for all that are possible. What happens if the probability is computed for every draw?",
        ),
        Misconception(
            "the z-scores are averaged, and not the probabilities",
            lambda y, sigma, mu, tau: ndtr(np.mean((y - mu[:, None]) / np.sqrt(tau[:, None] ** 2 + sigma**2), axis=0)),
            "Φ is no straight line, so it matters what is averaged. Which is it that the integral over the posterior averages?",
        ),
        Misconception(
            "the uncertainty of μ stands for the width of the population",
            lambda y, sigma, mu, tau: ndtr((y - mu.mean()) / np.sqrt(mu.var() + sigma**2)),
            "With many stars μ is known ever better. Would new stars then be ever more alike?",
        ),
        Misconception(
            "the probability of a larger value is given",
            lambda y, sigma, mu, tau: 1 - pit(y, sigma, mu, tau),
            "For a value far above all others, should it be near 0 or near 1?",
        ),
    ],
    solution=r"""
Given $\mu$ and $\tau$, a new object measured with the error $\sigma_j$ is Normal about $\mu$ with the variance
$\tau^2 + \sigma_j^2$. So its probability of lying below $y_j$ is $\Phi\bigl((y_j - \mu)/\sqrt{\tau^2 + \sigma_j^2}\bigr)$,
and that has to be averaged over the posterior. This is `predictive.pit` with `level="new"`.
""",
)

# ---- 4. The line-up -------------------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
STARS = 30
FLAWS = ("none", "two populations", "outlier", "errors too small")


def draw_clusters(rng):
    """One cluster with each flaw, in any order; every star is measured on two nights."""
    clusters = [draw_cluster(FLAWS[k], rng) for k in rng.permutation(len(FLAWS))]
    return {name: np.array([cluster[name] for cluster in clusters]) for name in ("first", "second", "sigma")}


def draw_cluster(flaw, rng):
    """Draw until the cluster shows its own flaw clearly, and no other by accident."""
    for _ in attempts("draw_cluster"):
        mu, tau = rng.uniform(-0.3, 0.1), rng.uniform(0.05, 0.07)
        sigma = rng.permutation(np.geomspace(0.02, 0.2, STARS))
        theta = rng.normal(mu, tau, STARS)
        odd = rng.choice(np.argsort(sigma)[:12])
        if flaw == "two populations":
            theta = rng.normal(mu + rng.permutation(np.repeat([-0.27, 0.27], STARS // 2)), 0.04)
        if flaw == "outlier":
            theta[odd] = mu + rng.choice([-1, 1]) * 0.4
        first, second = rng.normal(theta, 2 * sigma if flaw == "errors too small" else sigma, (2, STARS))
        if flaw == "outlier":  # and the noisiest star has bad luck, two of its sd: still farther out
            first[np.argmax(sigma)] = mu + rng.choice([-1, 1]) * rng.uniform(0.44, 0.47)
        if shows(flaw, odd, first, second, sigma):
            return {"first": first, "second": second, "sigma": sigma}


def shows(flaw, odd, first, second, sigma):
    """Whether the flaw is seen clearly and no other is, and whether a look at distances and spread alone would mislead."""
    factor, kurtosis = error_factor(first, second, sigma), stats.kurtosis(first)
    strange = strangeness(first, sigma)
    if flaw == "outlier":
        farther = np.argmax(np.abs(first - first.mean())) != odd
        outlier = strange[odd] > 3.4 and np.delete(strange, odd).max() < 2.6 and farther
    else:
        outlier = strange.max() < 2.8
    wide = np.std(first) > 0.26 if flaw == "two populations" else np.std(first) < 0.24
    right = factor > 1.7 if flaw == "errors too small" else factor < 1.25
    flat = kurtosis < -1.2 if flaw == "two populations" else kurtosis > -0.8
    return outlier and wide and right and flat


def strangeness(y, sigma):
    """How far each star lies from the population that fits best, in sd: quicker than `standing`, and close to it."""
    tau = np.linspace(0.01, 0.4, 40)[:, None]
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


def standing(y, sigma):
    """How far each star lies from what is predicted for a new one, in sd of the prediction."""
    mu, tau = population(tuple(y), tuple(sigma))
    return np.abs(y - mu) / np.hypot(tau, sigma)


@cache
def population(y, sigma):
    """Posterior means of mu and tau, once for each cluster."""
    post = exact.posterior(MODEL, Measurements(y, sigma))
    return post.mean("mu"), post.mean("tau")


def exchanged(data, one, other):
    """Return the answer with two clusters exchanged."""
    answer = line_up(data)
    return answer | {one: answer[other], other: answer[one]}


def farthest_in_dex(data):
    """Return the answer with the star whose distance is largest, whatever its error."""
    y = data["first"][line_up(data)["outlier"]]
    return line_up(data) | {"star": np.argmax(np.abs(y - y.mean()))}


def of_averaged_errors(data):
    """Return the answer with one typical error for all stars."""
    first, second, sigma = (data[name][line_up(data)["errors"]] for name in ("first", "second", "sigma"))
    return line_up(data) | {"factor": np.sqrt(np.mean((first - second) ** 2) / (2 * np.mean(sigma**2)))}


def counted_from_one(data):
    """Return the answer with every index larger by one."""
    return {name: value + (name != "factor") for name, value in line_up(data).items()}


LINE_UP = Value(
    "line_up",
    4,
    data="clusters",
    reference=line_up,
    misconceptions=[
        Misconception(
            "the star farthest from the mean is taken for the outlier, whatever its error",
            farthest_in_dex,
            "A noisy star may well be measured far out. Far, compared with what?",
        ),
        Misconception(
            "the widest cluster is taken for the one whose errors are too small",
            lambda data: exchanged(data, "two populations", "errors"),
            "A wide scatter may be the population's own: the fit gives it to τ. What do you have here that knows the noise, "
            "and nothing of the population?",
        ),
        Misconception(
            "the sign of the kurtosis is read the wrong way round",
            lambda data: exchanged(data, "two populations", "outlier"),
            "Work out the kurtosis of a data set that has only the values −1 and 1, and of one that is all zeros but for a "
            "single star.",
        ),
        Misconception(
            "the outlier is taken for a sign of errors that are too small",
            lambda data: exchanged(data, "outlier", "errors"),
            "One error bar could be wrong, but here two measurements of that star agree. What is wrong with all stars of a "
            "cluster should be seen in all of them.",
        ),
        Misconception(
            "clusters and stars are counted from one", counted_from_one, "NumPy counts from zero, and so does this answer."
        ),
        Misconception(
            "the difference of two measurements is given the error of one",
            lambda data: line_up(data) | {"factor": np.sqrt(2) * line_up(data)["factor"]},
            "Both measurements have noise. How large is the sd of their difference, if the stated errors are right?",
        ),
        Misconception(
            "the ratio of the variances is given",
            lambda data: line_up(data) | {"factor": line_up(data)["factor"] ** 2},
            "The question is about errors, which are in dex, and not about their squares.",
        ),
        Misconception(
            "one typical error stands for those of all stars",
            of_averaged_errors,
            "Then a few noisy stars decide alone. Put each difference in units of its own star first.",
        ),
        Misconception(
            "the factor is turned upside down",
            lambda data: line_up(data) | {"factor": 1 / line_up(data)["factor"]},
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
the mean and is none, because its error explains it. Your function `pit`, or the chapter's `leave_one_out_pit`, shows the
same.

The sd is of no use for any of this: it is largest for the two populations, and the fit absorbs it.
""",
)

# ---- 5. Ranks -------------------------------------------------------------------------------------------------------------


def sbc(truth, draws, bins):
    """Histogram of the ranks of the truth, and its chi-squared against a flat one."""
    ranks = np.sum(draws < truth[:, None], axis=1)
    counts = np.bincount(ranks * bins // (draws.shape[1] + 1), minlength=bins)
    expected = len(truth) / bins
    return counts, np.sum((counts - expected) ** 2) / expected


def draw_sbc(rng):
    """Posteriors with heavy tails, shifted and of a wrong width, so that every way to count differs."""
    bins, n = int(rng.integers(3, 7)), int(rng.integers(20, 60))
    draws = bins * int(rng.integers(2, 6)) - 1
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


def ranks_of(truth, draws):
    """Return the ranks, (N,)."""
    return np.sum(draws < truth[:, None], axis=1)


def of_a_normal(truth, draws, bins):
    """Return the answer by the mean and sd of the draws."""
    return binned(ndtr((truth - draws.mean(axis=1)) / draws.std(axis=1, ddof=1)), bins)


FIXED = np.random.default_rng(8)

SBC = Function(
    "sbc",
    3,
    reference=sbc,
    probes=[
        (np.array([0.5, 2.0, 3.5, 1.0, 9.0]), np.array([[1.0, 2, 3], [1, 3, 2], [2, 1, 3], [0, 3, 1], [1, 2, 3]]), 2),
        draw_sbc(FIXED),
        draw_sbc(FIXED),
        draw_sbc(FIXED),
    ],
    private=draw_sbc,
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
            "chi-squared is not divided by the expected count",
            lambda truth, draws, bins: (sbc(truth, draws, bins)[0], sbc(truth, draws, bins)[1] * len(truth) / bins),
            "A count has a variance of about its expectation. In these units a deviation is to be measured.",
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
                np.sum((sbc(truth, draws, bins)[0] - len(truth) / bins) ** 2 / np.maximum(sbc(truth, draws, bins)[0], 1)),
            ),
            "What would you do with an empty bin? The deviations are judged under the assumption that all bins are equally "
            "likely.",
        ),
    ],
    solution=r"""
With $L$ draws there are $L + 1$ possible ranks, from 0, where all draws lie above the truth, to $L$. If the posterior is
right all are equally likely. Each bin takes the same number of neighboring ranks, and expects $N$ over the number of bins,
also where it stays empty. For a right method $\chi^2$ is then about the number of bins less one. It knows nothing of
shapes, so look at the histogram too.
""",
)

# ---- 6. Reading a histogram -----------------------------------------------------------------------------------------------

# The counts in the notebook are those of the chapter's calibrate(500, believed=0.5, rng=np.random.default_rng(82)), with the
# prior HalfNormal(0.1) on tau, for mu, tau and the first star, in ten bins from 0 to 1.
FAULT = Choice(
    "fault",
    2,
    options={
        "a": "The errors that the fit is told are larger than those of the simulation.",
        "b": "The errors that the fit is told are smaller than those of the simulation.",
        "c": "The fit is a chain that never reaches small τ.",
        "d": "The real cluster consists of two populations.",
    },
    answer="b",
    reasons={
        "i": "The truth lies below most of the posterior of τ and in both tails of that of θ₁: noise is taken for true spread.",
        "ii": "The truth is at the ends of the posterior of θ₁ because that posterior is so wide that it reaches everywhere.",
        "iii": "The ranks of τ are low, so τ comes out too low, and the stars are shrunk too much.",
        "iv": "μ is flat, so the population is right, and the ranks of τ show no more than its prior.",
        "v": "A model that is wrong for the data at hand gives ranks that are not flat.",
    },
    reason="i",
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
            "ii",
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


def p_values_in_a_loop(y_rep, y):
    """Data set by data set, in plain Python."""

    def of(values):
        mean = sum(values) / len(values)
        squares = [(value - mean) ** 2 for value in values]
        kurtosis = len(values) * sum(square**2 for square in squares) / sum(squares) ** 2 - 3
        return {"sd": (sum(squares) / (len(values) - 1)) ** 0.5, "farthest": max(squares) ** 0.5, "kurtosis": kurtosis}

    observed, simulated = of(y.tolist()), [of(row) for row in y_rep.tolist()]
    scores = {name: [(one[name] > value) + (one[name] == value) / 2 for one in simulated] for name, value in observed.items()}
    return {name: sum(score) / len(score) for name, score in scores.items()}


def p_values_by_lecturekit(y_rep, y):
    """The library's p-value, with its own discrepancies."""
    sd, farthest = (predictive.DISCREPANCIES[name] for name in ("sd", "farthest from the mean"))
    checks = {"sd": sd, "farthest": farthest, "kurtosis": lambda x: stats.kurtosis(x, axis=-1)}
    return {name: predictive.p_value(check, y_rep, y) for name, check in checks.items()}


def pit_in_a_loop(y, sigma, mu, tau):
    """Star by star and draw by draw; a list."""
    draws = list(zip(mu, tau, strict=True))
    return [
        sum(stats.norm.cdf(value, m, (t**2 + error**2) ** 0.5) for m, t in draws) / len(draws)
        for value, error in zip(y, sigma, strict=True)
    ]


def pit_by_lecturekit(y, sigma, mu, tau):
    """The library's; for a new object it does not look at theta."""
    return predictive.pit(Draws(mu, tau, np.zeros((len(mu), len(y)))), Measurements(y, sigma), level="new")


def pit_in_single_precision(y, sigma, mu, tau):
    """The probabilities in float32, the draws along the last axis."""
    y, sigma, mu, tau = (np.asarray(values, np.float32) for values in (y, sigma, mu, tau))
    return ndtr((y[:, None] - mu) / np.hypot(tau, sigma[:, None])).mean(axis=1)


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


ALTERNATIVES = {
    "replicated": [replicated_in_a_loop, replicated_in_single_precision],
    "p_values": [p_values_in_a_loop, p_values_by_lecturekit],
    "pit": [pit_in_a_loop, pit_by_lecturekit, pit_in_single_precision],
    "sbc": [sbc_in_a_loop, sbc_by_searching],
}
DATA = {"clusters": draw_clusters}
QUESTIONS = [REPLICATED, P_VALUES, PIT, LINE_UP, SBC, FAULT]
