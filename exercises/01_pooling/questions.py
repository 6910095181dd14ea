"""Homework 1, Three ways to pool: repeats, the three estimates, what each of them says that is not so, a large χ²."""

import numpy as np

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_survey(rng):
    """Eight planets, of which one is measured best: every variant tells all wrong answers apart, from the right one too."""
    for _ in attempts("draw_survey"):
        tau, sigma = rng.uniform(4, 9), np.exp(rng.uniform(np.log(1.5), np.log(10), 8))
        data = {"y": rng.normal(rng.normal(rng.uniform(30, 60), tau, 8), sigma), "sigma": sigma, "tau": tau}
        total = np.sum(sigma**-2)
        dominated = 0.35 < np.max(sigma**-2) / total < 0.6 and total**-0.5 > 0.25 * tau
        if dominated and all(answers_apart(question, data, 2.2) for question in (ONE_PLANET, SPREADS)):
            return data


# ---- 1. From seasons to a catalog -----------------------------------------------------------------------------------------


def reduced(seasons):
    """Mean and standard error of each planet's seasons, with one scatter for all of them."""
    count = np.array([len(planet) for planet in seasons])
    y = np.array([np.mean(planet) for planet in seasons])
    squares = sum(np.sum((planet - np.mean(planet)) ** 2) for planet in seasons)
    return y, np.sqrt(squares / np.sum(count - 1) / count)


def draw_seasons(rng):
    """A few planets, the first with four seasons or more and the last with one."""
    counts = [rng.integers(4, 13), *rng.integers(1, 13, rng.integers(1, 6)), 1]
    width = rng.uniform(2, 20)
    return (tuple(draw_planet(rng.uniform(30, 60), width, count, rng) for count in counts),)


def draw_planet(center, width, count, rng):
    """Return the seasons of one planet."""
    return center + width * (rng.permutation(np.linspace(-1, 1, count)) + rng.uniform(-0.3, 0.3, count))


def counts_of(seasons):
    """Return the number of seasons of each planet."""
    return np.array([len(planet) for planet in seasons])


def squares_of(seasons):
    """Return each planet's sum of squares about its own mean."""
    return np.array([np.sum((planet - np.mean(planet)) ** 2) for planet in seasons])


def with_error(error):
    """Return a misconception's function: the right means, and errors from the counts and the sums of squares."""
    return lambda seasons: (reduced(seasons)[0], error(counts_of(seasons), squares_of(seasons)))


def scatter_of(count, squares):
    """Return the right scatter of a season."""
    return np.sqrt(squares.sum() / (count - 1).sum())


def several(function):
    """Return a function of counts and sums of squares that leaves planets with a single season out."""
    return lambda count, squares: function(count[count > 1], squares[count > 1])


def own_or_shared(count, squares):
    """Return each planet's own error, where it has one, and otherwise that from the shared scatter."""
    own = np.sqrt(squares / np.maximum(count - 1, 1) / count)
    return np.where(count > 1, own, scatter_of(count, squares) / np.sqrt(count))


def about_one_mean(seasons):
    """Return the right means, and errors from the scatter of all seasons about their common mean."""
    return reduced(seasons)[0], np.std(np.concatenate(seasons), ddof=1) / np.sqrt(counts_of(seasons))


def about_the_mean_of_means(seasons):
    """Return the right means, and errors from the scatter of all seasons about the mean of these means."""
    y, count = reduced(seasons)[0], counts_of(seasons)
    squares = np.sum((np.concatenate(seasons) - np.mean(y)) ** 2)
    return y, np.sqrt(squares / (count - 1).sum() / count)


FREEDOM = "Each planet's own mean was taken from its seasons. How many of all these squares are free?"
LONELY = (
    "The stars are equally restless, so that every planet's seasons tell about the same s, and one season alone tells nothing."
)

REDUCED = Function(
    "reduced",
    2,
    reference=reduced,
    probes=[
        ((np.array([21.3, 17.9, 24.0, 19.6]), np.array([41.0]), np.array([38.8, 42.9, 33.1, 39.4, 45.0, 40.3])),),
        ((np.array([53.25, 53.5, 53.0]), np.array([41.0, 42.0, 40.5, 44.5, 49.0]), np.array([55.0, 58.5]), np.array([61.0])),),
        ((np.array([30.0, 31.0, 29.5, 30.5, 30.2, 29.9, 30.8, 44.0]),),),
        ((np.array([12.0]), np.array([26.0, 31.0]), np.array([17.0]), np.array([41.5, 38.0, 43.0])),),
    ],
    private=draw_seasons,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "each planet's own scatter is taken",
            with_error(lambda count, squares: np.sqrt(squares / (count - 1) / count)),
            LONELY,
        ),
        Misconception(
            "each planet's own scatter is taken, with n and not n − 1 under its sum of squares",
            with_error(lambda count, squares: np.sqrt(squares) / count),
            LONELY + " And see what `np.std` divides by unless it is told otherwise.",
        ),
        Misconception(
            "each planet's own scatter is taken where it has one, and the shared one for the rest",
            with_error(own_or_shared),
            "With two seasons a planet's own scatter is a poor guess. If all stars are equally restless, which scatter is "
            "better, for all of them?",
        ),
        Misconception(
            "the sum of squares is divided by the number of all seasons",
            with_error(lambda count, squares: np.sqrt(squares.sum() / count.sum() / count)),
            FREEDOM,
        ),
        Misconception(
            "the sum of squares is divided by the number of all seasons less one",
            with_error(lambda count, squares: np.sqrt(squares.sum() / (count.sum() - 1) / count)),
            FREEDOM + " More than one mean was taken.",
        ),
        Misconception(
            "the variances of the planets are averaged, each with the same weight",
            with_error(lambda count, squares: np.sqrt(several(lambda n, s: np.mean(s / (n - 1)))(count, squares) / count)),
            "A planet with ten seasons tells more about the scatter than one with two. What adds up, over all planets?",
        ),
        Misconception(
            "the variances of the planets are averaged, weighted by the number of their seasons",
            with_error(
                lambda count, squares: np.sqrt(several(lambda n, s: np.average(s / (n - 1), weights=n))(count, squares) / count)
            ),
            "How much a planet says about the scatter is not its number of seasons: a planet with one season says nothing.",
        ),
        Misconception(
            "the variances with n under their sum of squares are averaged over all planets",
            with_error(lambda count, squares: np.sqrt(np.mean(squares / count) / count)),
            "See what `np.var` divides by unless it is told otherwise: a planet with one season then counts as one without "
            "scatter.",
        ),
        Misconception(
            "the variances with n under their sum of squares are averaged over the planets with several seasons",
            with_error(lambda count, squares: np.sqrt(several(lambda n, s: np.mean(s / n))(count, squares) / count)),
            "See what `np.var` divides by unless it is told otherwise. And a planet with ten seasons tells more about the "
            "scatter than one with two.",
        ),
        Misconception(
            "the standard deviations of the planets are averaged",
            with_error(
                lambda count, squares: several(lambda n, s: np.mean(np.sqrt(s / (n - 1))))(count, squares) / np.sqrt(count)
            ),
            "Asked for is an estimate without bias in the variance. Which may be averaged, then, and with which weights?",
        ),
        Misconception(
            "the standard deviations of the planets are averaged, weighted by n − 1",
            with_error(
                lambda count, squares: (
                    several(lambda n, s: np.average(np.sqrt(s / (n - 1)), weights=n - 1))(count, squares) / np.sqrt(count)
                )
            ),
            "The weights are good. But it is variances that have no bias, not their roots: the root comes last.",
        ),
        Misconception(
            "the median of the planets' standard deviations is taken",
            with_error(
                lambda count, squares: several(lambda n, s: np.median(np.sqrt(s / (n - 1))))(count, squares) / np.sqrt(count)
            ),
            "A median guards against outliers and throws much away. Which sum uses every season, without bias?",
        ),
        Misconception(
            "the scatter is that of all seasons together, about one mean",
            about_one_mean,
            "The planets differ by more than their seasons do. How far does a season scatter about its own planet's mean?",
        ),
        Misconception(
            "the scatter is that of all seasons together, about one mean, with no degree of freedom taken off",
            lambda seasons: (reduced(seasons)[0], np.std(np.concatenate(seasons)) / np.sqrt(counts_of(seasons))),
            "The planets differ by more than their seasons do. How far does a season scatter about its own planet's mean?",
        ),
        Misconception(
            "the variances of the planets are averaged, weighted by the number of their seasons, with 0 for a single one",
            with_error(lambda count, squares: np.sqrt(np.average(squares / np.maximum(count - 1, 1), weights=count) / count)),
            "A planet with one season does not say that there is no scatter: it says nothing. Which weight should it have?",
        ),
        Misconception(
            "the scatter of a single season is given for the error of every mean",
            with_error(lambda count, squares: np.full(count.size, scatter_of(count, squares))),
            "This says how far one season lies from the next. A planet with more seasons should be known better.",
        ),
        Misconception(
            "the scatter is divided by n and not by its root",
            with_error(lambda count, squares: scatter_of(count, squares) / count),
            "Variances of independent errors add. Work out the variance of a mean first, and take the root at the end.",
        ),
        Misconception(
            "the root of n − 1 stands under the scatter",
            with_error(lambda count, squares: scatter_of(count, squares) / np.sqrt(count - 1)),
            "Degrees of freedom are lost in estimating the scatter. The mean is still a mean of all of its n seasons.",
        ),
        Misconception(
            "the variance of the mean is given in place of its error",
            with_error(lambda count, squares: scatter_of(count, squares) ** 2 / count),
            "Check the unit: an error of K is in m/s.",
        ),
        Misconception(
            "the variance of a season is divided by the root of n",
            with_error(lambda count, squares: scatter_of(count, squares) ** 2 / np.sqrt(count)),
            "Check the unit: an error of K is in m/s. The variance of a mean falls with n, its error with the root.",
        ),
        Misconception(
            "the variance of a season is given for the error of every mean",
            with_error(lambda count, squares: np.full(count.size, scatter_of(count, squares) ** 2)),
            "Check the unit: an error of K is in m/s. And a planet with more seasons should be known better.",
        ),
        Misconception(
            "the scatter is divided by n before the root is taken of it",
            with_error(lambda count, squares: np.sqrt(scatter_of(count, squares) / count)),
            "Check the unit: it is the variance that is divided by n, and the scatter is a root already.",
        ),
        Misconception(
            "the number of all seasons stands where that of the planet's seasons belongs",
            with_error(lambda count, squares: np.full(count.size, scatter_of(count, squares) / np.sqrt(count.sum()))),
            "All seasons tell about the scatter, but only a planet's own tell about its K.",
        ),
        Misconception(
            "the number of planets stands where the number of a planet's seasons belongs",
            with_error(lambda count, squares: np.full(count.size, scatter_of(count, squares) / np.sqrt(count.size))),
            "Which `len` did you take? Each planet's error falls with its own number of seasons.",
        ),
        Misconception(
            "the sum of squares is divided by nothing",
            with_error(lambda count, squares: np.sqrt(squares.sum() / count)),
            "More seasons would make this larger, and a scatter does not grow with the number of seasons.",
        ),
        Misconception(
            "the median of the seasons is taken in place of their mean",
            lambda seasons: (np.array([np.median(planet) for planet in seasons]), reduced(seasons)[1]),
            "With Gaussian errors it is the mean that keeps all that the seasons say. The median throws some of it away, and "
            "its error is another one.",
        ),
        Misconception(
            "the seasons are added up and not averaged",
            lambda seasons: (np.array([np.sum(planet) for planet in seasons]), reduced(seasons)[1]),
            "A planet that is observed twice as often does not pull twice as hard at its star.",
        ),
        Misconception(
            "the two results are given in the wrong order",
            lambda seasons: reduced(seasons)[::-1],
            "The values come first, their errors second: `return y, sigma`.",
        ),
        Misconception(
            "the variances of the planets are averaged, each with the same weight, with 0 for a single season",
            with_error(lambda count, squares: np.sqrt(np.mean(squares / np.maximum(count - 1, 1)) / count)),
            "A planet with one season does not say that there is no scatter: it says nothing. And one with ten seasons tells "
            "more than one with two.",
        ),
        Misconception(
            "single seasons are left out of the count of seasons, but not of that of means",
            with_error(lambda count, squares: np.sqrt(squares.sum() / (count[count > 1].sum() - count.size) / count)),
            "A planet with one season brings one season and one mean. Count both, or neither.",
        ),
        Misconception(
            "the errors of the planets' means are averaged, and one is given for all",
            with_error(
                lambda count, squares: np.full(
                    count.size, several(lambda n, s: np.mean(np.sqrt(s / (n - 1) / n)))(count, squares)
                )
            ),
            "What all planets share is the scatter of a single season. A planet with more seasons should be known better.",
        ),
        Misconception(
            "the scatter is that of all seasons about the mean of the planets' means",
            about_the_mean_of_means,
            "The planets differ by more than their seasons do. How far does a season scatter about its own planet's mean?",
        ),
    ],
    solution=r"""
Every season errs by the same $s$, and each planet's seasons, about their own mean, tell something about it. A planet brings
$n_j$ squares, of which $n_j - 1$ are free, since its mean was taken from them. The sums add up, and so do the degrees of
freedom; a planet with a single season brings nothing to either:

$$
s^2 = \frac{\sum_j \sum_i (K_{ij} - y_j)^2}{\sum_j (n_j - 1)}, \qquad \sigma_j = \frac{s}{\sqrt{n_j}} .
$$

This is pooling too, of the scatter: complete pooling of a number for which it may be right. `Measurements.from_repeats` takes
each planet's own scatter, and cannot say anything about a planet with one season.
""",
)

# ---- 2. Complete pooling, put to the test ---------------------------------------------------------------------------------


def against_others(y, sigma):
    """Pooled mean of all other planets, its error, and how far each planet lies from it, in units of what it may."""
    weight = ~np.eye(y.size, dtype=bool) / sigma**2  # of each planet (column) in the mean for another (row)
    total = np.sum(weight, axis=1)
    mean = weight @ y / total
    return mean, total**-0.5, (y - mean) / np.sqrt(sigma**2 + 1 / total)


def draw_catalog(rng):
    """Measured values and errors of a few planets, all values well away from zero and from one another."""
    size, low = rng.integers(3, 15), rng.uniform(5, 40)
    y = rng.permutation(np.linspace(low, low + rng.uniform(8, 30), size)) + rng.uniform(-1, 1, size)
    return y, rng.uniform(0.3, 8, size)


def pooled(y, sigma):
    """Return mean and error of complete pooling."""
    total = np.sum(sigma**-2)
    return np.sum(y / sigma**2) / total, total**-0.5


def pull(y, sigma, mean, error):
    """Return the distance from a mean in units of its standard deviation."""
    return (y - mean) / np.hypot(sigma, error)


def without(pool, distance=pull):
    """Return a misconception's function: another mean and error of the others, or another distance from these."""

    def wrong(y, sigma):
        mean, error = np.array([pool(np.delete(y, j), np.delete(sigma, j)) for j in range(y.size)]).T
        return mean, error, distance(y, sigma, mean, error)

    return wrong


def with_all(pool, distance=pull):
    """Return a misconception's function: the planet is among those that are averaged."""

    def wrong(y, sigma):
        mean, error = (np.full(y.size, number) for number in pool(y, sigma))
        return mean, error, distance(y, sigma, mean, error)

    return wrong


def pooled_by(weight):
    """Return the function that pools with weights from sigma, and gives the error that belongs to these."""

    def pool(y, sigma):
        share = weight(sigma) / np.sum(weight(sigma))
        return np.sum(share * y), np.sqrt(np.sum(share**2 * sigma**2))

    return pool


def with_its_error(error):
    """Return the function that pools rightly, and gives another error, from y and sigma."""
    return lambda y, sigma: (pooled(y, sigma)[0], error(y, sigma))


def sample_sd(y):
    """Return the standard deviation of a sample; NaN for a single number."""
    return np.sqrt(np.divide(np.sum((y - np.mean(y)) ** 2), y.size - 1))


def without_but_error_of_all(y, sigma):
    """Return the right means, with the error of complete pooling over all planets, and the distances in units of it."""
    mean, error = against_others(y, sigma)[0], pooled(y, sigma)[1]
    return mean, np.full(y.size, error), pull(y, sigma, mean, error)


def taken_off_above_alone(y, sigma):
    """Return what is found if the sum of all weights stands below the others' weighted sum, and in the error."""
    error = np.full(y.size, pooled(y, sigma)[1])
    mean = pooled(y, sigma)[0] - y * error**2 / sigma**2
    return mean, error, pull(y, sigma, mean, error)


TWO_ERRORS = "Two numbers are compared, and both of them have an error. Of what is the difference uncertain?"
PRECISION = "What adds up when independent measurements of one number are combined? Look at the exponent of a Gaussian."

AGAINST_OTHERS = Function(
    "against_others",
    3,
    reference=against_others,
    probes=[
        (np.array([18.2, 31.5, 9.7, 24.4]), np.array([1.5, 4.0, 0.8, 6.0])),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])),
        (np.array([2.0, 2.5, 3.5]), np.array([0.5, 0.25, 2.0])),
        (np.array([40.0, 12.0]), np.array([3.0, 0.5])),
    ],
    private=draw_catalog,
    tolerance=Tolerance(rel=1e-5, abs=1e-8),
    misconceptions=[
        Misconception(
            "the planet itself is among those that are averaged",
            with_all(pooled),
            "Then it is compared with a mean that it has pulled to itself. Which planets may be in the mean?",
        ),
        Misconception(
            "the planet itself is among those that are averaged, and its distance is measured by its own error",
            with_all(pooled, lambda y, sigma, mean, error: (y - mean) / sigma),
            "Then it is compared with a mean that it has pulled to itself, and that has an error as well.",
        ),
        Misconception(
            "the planet itself is among those that are averaged, with the same weight for all",
            with_all(pooled_by(np.ones_like)),
            "Which planets may be in the mean? And one known to 1 m/s says more about a common value than one known to 10 m/s.",
        ),
        Misconception(
            "the distance is measured by the planet's own error",
            without(pooled, lambda y, sigma, mean, error: (y - mean) / sigma),
            TWO_ERRORS,
        ),
        Misconception(
            "the distance is measured by the error of the mean",
            without(pooled, lambda y, sigma, mean, error: (y - mean) / error),
            TWO_ERRORS,
        ),
        Misconception(
            "the two errors are added, not their squares",
            without(pooled, lambda y, sigma, mean, error: (y - mean) / (sigma + error)),
            "The planet's error and that of the others' mean are independent. What adds up then?",
        ),
        Misconception(
            "the variances are subtracted, as for a mean that the planet is in",
            without(pooled, lambda y, sigma, mean, error: (y - mean) / np.sqrt(sigma**2 - error**2)),
            "This planet is not in the mean, so that their errors are independent. What adds up then?",
        ),
        Misconception(
            "the distance is divided by the variance",
            without(pooled, lambda y, sigma, mean, error: (y - mean) / (sigma**2 + error**2)),
            "Check the unit: the distance is counted in standard deviations, and has none.",
        ),
        Misconception(
            "the distance is not divided by anything",
            without(pooled, lambda y, sigma, mean, error: y - mean),
            "How far is far, for each planet? The third result has no unit.",
        ),
        Misconception(
            "the distance is squared, as in χ²",
            without(pooled, lambda y, sigma, mean, error: pull(y, sigma, mean, error) ** 2),
            "That is what would be summed up. Asked for is the distance itself, with its sign.",
        ),
        Misconception(
            "the distance has lost its sign",
            without(pooled, lambda y, sigma, mean, error: np.abs(pull(y, sigma, mean, error))),
            "A planet above the mean of the others has a positive distance, one below it a negative one.",
        ),
        Misconception(
            "the distance has the wrong sign",
            without(pooled, lambda y, sigma, mean, error: -pull(y, sigma, mean, error)),
            "A planet above the mean of the others has a positive distance.",
        ),
        Misconception(
            "the mean and its error are those of all planets, and the distance is that from the others",
            lambda y, sigma: (*with_all(pooled)(y, sigma)[:2], against_others(y, sigma)[2]),
            "The first two results too are those of the others, another pair for each planet.",
        ),
        Misconception(
            "all planets have the same weight",
            without(pooled_by(np.ones_like)),
            "A planet known to 1 m/s says more about a common value than one known to 10 m/s.",
        ),
        Misconception(
            "all planets have the same weight, and their scatter gives the error of the mean",
            without(lambda y, sigma: (np.mean(y), sample_sd(y) / np.sqrt(y.size))),
            "That is what is done where no errors are known. Here they are, and a planet known to 1 m/s says more than one "
            "known to 10 m/s.",
        ),
        *(
            Misconception(f"the weights are one over σ{where}", without(pool), PRECISION)
            for where, pool in [
                ("", pooled_by(lambda sigma: 1 / sigma)),
                (
                    ", and the error is one over their sum",
                    lambda y, sigma: (np.average(y, weights=1 / sigma), 1 / np.sum(1 / sigma)),
                ),
                (
                    ", and the error is one over the root of their sum",
                    lambda y, sigma: (np.average(y, weights=1 / sigma), np.sum(1 / sigma) ** -0.5),
                ),
                (", in the mean alone", lambda y, sigma: (np.average(y, weights=1 / sigma), pooled(y, sigma)[1])),
            ]
        ),
        *(
            Misconception(name, without(pool), "Let one σ grow without limit: that planet should drop out of the mean.")
            for name, pool in [
                ("the noisiest planet gets the largest weight", pooled_by(np.square)),
                ("the weights are σ²", lambda y, sigma: (np.average(y, weights=sigma**2), np.sum(sigma**2) ** -0.5)),
            ]
        ),
        *(
            Misconception(name, without(with_its_error(error)), hint)
            for name, error, hint in [
                (
                    "the scatter of the others is given for the error of their mean",
                    lambda y, sigma: sample_sd(y) / np.sqrt(y.size),
                    "Under complete pooling the errors σ are all that scatters the measurements, and they are known. The error "
                    "of the mean follows from them alone.",
                ),
                (
                    "the error is that of the plain mean",
                    lambda y, sigma: np.sqrt(np.sum(sigma**2)) / y.size,
                    "Your mean gives its planets different weights, and so its error is smaller than this one.",
                ),
                (
                    "the errors are added in quadrature",
                    lambda y, sigma: np.sqrt(np.sum(sigma**2)),
                    "That is the error of a sum. Add another planet: should the mean be known better or worse?",
                ),
                (
                    "the errors are averaged",
                    lambda y, sigma: np.mean(sigma),
                    "Add another planet: should the mean not be known better than before?",
                ),
                (
                    "the error is the mean of the errors over the root of their number",
                    lambda y, sigma: np.mean(sigma) / np.sqrt(y.size),
                    "That holds where all errors are alike. Here a precise planet makes the mean better than many noisy ones "
                    "do.",
                ),
                (
                    "the sum of the precisions is given for the error of the mean",
                    lambda y, sigma: np.sum(sigma**-2),
                    "The sum of `1 / sigma**2` is the precision of the mean. It grows as the mean is known better, and an "
                    "error falls.",
                ),
                (
                    "the variance of the mean is taken for its error",
                    lambda y, sigma: 1 / np.sum(sigma**-2),
                    "Check the unit: the error of the mean has that of y.",
                ),
            ]
        ),
        Misconception(
            "the variance of the mean is given for its error, and the distance is right",
            lambda y, sigma: (against_others(y, sigma)[0], against_others(y, sigma)[1] ** 2, against_others(y, sigma)[2]),
            "Check the unit of the second result: the error of the mean has that of y.",
        ),
        Misconception(
            "the median takes the place of the mean",
            without(lambda y, sigma: (np.median(y), pooled(y, sigma)[1])),
            "A median gives all planets the same say. One known to 1 m/s says more about a common value than one known to 10 "
            "m/s.",
        ),
        Misconception(
            "the mean is that of the others, and its error that of all planets",
            without_but_error_of_all,
            "The planet is not in the mean, so that it does not help to make its error smaller either.",
        ),
        *(
            Misconception(
                f"the first two results are right, and the distance is that from the mean of all planets{where}",
                lambda y, sigma, width=width: (
                    *against_others(y, sigma)[:2],
                    (y - pooled(y, sigma)[0]) / width(sigma, pooled(y, sigma)[1]),
                ),
                "You have the mean of the others. That is the one to compare the planet with: it has pulled the mean of all to "
                "itself.",
            )
            for where, width in [
                (", in units of both errors", np.hypot),
                (", in units of its own error", lambda sigma, error: sigma),
            ]
        ),
        Misconception(
            "the mean gives all planets the same weight, with the error of the weighted one",
            without(lambda y, sigma: (np.mean(y), pooled(y, sigma)[1])),
            "Your error belongs to another mean, in which a planet known to 1 m/s has more say than one known to 10 m/s.",
        ),
        Misconception(
            "the error is the rms of the errors",
            without(with_its_error(lambda y, sigma: np.sqrt(np.mean(sigma**2)))),
            "Add another planet: should the mean not be known better than before?",
        ),
        Misconception(
            "the distance is measured by the planet's own error, and has lost its sign",
            without(pooled, lambda y, sigma, mean, error: np.abs(y - mean) / sigma),
            TWO_ERRORS + " And a planet below the mean of the others has a negative distance.",
        ),
        Misconception(
            "the planet's part is taken off the weighted sum, and not off the sum of the weights",
            taken_off_above_alone,
            "Weights have to add up to one. Which of them are in your mean, and which are in what you divide by?",
        ),
    ],
    solution=r"""
If all planets share one value, the likelihood of it is a product of Gaussians. Their precisions add up. Leave planet $j$ out,
and the others say

$$
\hat\mu_{-j} = \frac{\sum_{k \ne j} y_k/\sigma_k^2}{\sum_{k \ne j} 1/\sigma_k^2}, \qquad
\sigma_{-j} = \Bigl(\sum_{k \ne j} 1/\sigma_k^2\Bigr)^{-1/2}.
$$

What planet $j$ measured is independent of that, and so the variance of $y_j - \hat\mu_{-j}$ is $\sigma_j^2 + \sigma_{-j}^2$.
The distance in units of its root scatters by one if complete pooling holds. The error bar $\sigma_{-j}$ does not look at the
$y_k$ at all: it would be the same if the planets contradicted one another. The distances do look, one planet at a time, where
$\chi^2$ gives one number for all of them.
""",
)

# ---- 3. What the pooled mean says about one planet ------------------------------------------------------------------------


def one_planet(data):
    """The pooled mean, its error bar, and its rms error as a statement about each planet."""
    y, sigma, tau = data["y"], data["sigma"], data["tau"]
    claimed = np.sum(1 / sigma**2) ** -0.5
    share = claimed**2 / sigma**2
    between = tau**2 * (1 - 2 * share + np.sum(share**2))
    return {"estimate": np.sum(share * y), "claimed": claimed, "honest": np.sqrt(between + claimed**2)}


def by_simulation(data, answer):
    """Return the tolerance of an rms error that may come from simulated universes.

    From n of them its relative error is 1 / sqrt(2 n), 0.22 % at n = 100,000. Five such errors.
    """
    exactly = {"estimate": 1e-5 * abs(answer["estimate"]), "claimed": 1e-5 * answer["claimed"]}
    return Tolerance(rel=0, abs=exactly | {"honest": 5 / np.sqrt(2 * 100_000) * answer["honest"]})


def dishonest(honest):
    """Return a misconception's function: right but for the last part, which comes from y, sigma, tau, claimed and share."""

    def wrong(data):
        y, sigma = data["y"], data["sigma"]
        answer = one_planet(data)
        share = answer["claimed"] ** 2 / sigma**2
        return answer | {"honest": honest(y, sigma, data["tau"], answer["claimed"], share)}

    return wrong


def one_planet_unweighted(data):
    """Return the answer for the plain mean."""
    y, sigma = data["y"], data["sigma"]
    claimed, share = np.sqrt(np.sum(sigma**2)) / y.size, 1 / y.size
    honest = np.full(y.size, np.sqrt(data["tau"] ** 2 * (1 - share) + claimed**2))
    return {"estimate": np.mean(y), "claimed": claimed, "honest": honest}


def one_planet_by_the_spread(data):
    """Return the answer for the weights that the population's mean has in partial pooling."""
    variance = data["sigma"] ** 2 + data["tau"] ** 2
    share = 1 / variance / np.sum(1 / variance)
    claimed = np.sum(1 / variance) ** -0.5
    honest = np.sqrt(claimed**2 + data["tau"] ** 2 * (1 - 2 * share))
    return {"estimate": np.sum(share * data["y"]), "claimed": claimed, "honest": honest}


ONE_PLANET = Analysis(
    "one_planet",
    4,
    data="survey",
    reference=one_planet,
    tolerance=by_simulation,
    misconceptions=[
        Misconception(
            "the error bar of the mean is taken for that of a planet",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, claimed)),
            "This is how well a common value would be known, if there were one. The planets differ by τ, and the mean of a "
            "thousand of them would still miss each.",
        ),
        Misconception(
            "only the spread of the planets is counted",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, tau)),
            "This is how far a planet lies from μ. Your mean is not μ: it has an error of its own, and it follows the planets "
            "in it.",
        ),
        Misconception(
            "the pooled mean is taken for μ, known to within its error bar",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(tau**2 + claimed**2))),
            "With only eight planets, one of which has a large share, the mean scatters about μ for another reason than noise.",
        ),
        Misconception(
            "the planet is not among those that were averaged",
            dishonest(
                lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(tau**2 * (1 + np.sum(share**2)) + claimed**2))
            ),
            "This is right for a ninth planet. These eight are in the mean, and the one with the largest share pulls it to "
            "itself.",
        ),
        Misconception(
            "the spread of the planets and their noise are added as if the planet were alone",
            dishonest(lambda y, sigma, tau, claimed, share: np.hypot(sigma, tau)),
            "This is how far a measurement y lies from μ. Asked for is how far the pooled mean lies from the planet's true K.",
        ),
        Misconception(
            "the distance from the measurement is taken for the error",
            dishonest(lambda y, sigma, tau, claimed, share: np.abs(y - np.sum(share * y))),
            "That is one draw, and it holds the noise of y as well. Asked for is the rms over all surveys that could have "
            "been.",
        ),
        Misconception(
            "all planets have the same weight in the mean",
            one_planet_unweighted,
            "Complete pooling weighs each planet by its precision, as in question 2.",
        ),
        Misconception(
            "the mean square is given in place of its root",
            lambda data: one_planet(data) | {"honest": one_planet(data)["honest"] ** 2},
            "Check the unit: an error is in m/s.",
        ),
        Misconception(
            "the noise in the mean is left out",
            dishonest(lambda y, sigma, tau, claimed, share: tau * np.sqrt(1 - 2 * share + np.sum(share**2))),
            "This would be right if the planets were measured without error. The pooled mean also errs because the y do.",
        ),
        Misconception(
            "the mean is judged as a statement about μ",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(tau**2 * np.sum(share**2) + claimed**2))),
            "This is how far the pooled mean lies from μ. Asked for is how far it lies from each planet's own K.",
        ),
        Misconception(
            "only the planet's own share in the mean is counted",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 * (1 - share) ** 2 + claimed**2)),
            "The other seven planets are drawn anew as well in each survey, and move the mean.",
        ),
        Misconception(
            "the planet's share is taken off once, as if all shares were equal",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 * (1 - share) + claimed**2)),
            "For equal shares this is right. Write the distance as a sum over all planets, and square the factor of each.",
        ),
        Misconception(
            "all planets have the share 1/J in how the spread enters, but not in the mean",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(tau**2 * (1 - 1 / y.size) + claimed**2))),
            "One planet has a large share in the pooled mean. Should the mean not be a better statement about that one?",
        ),
        Misconception(
            "the widths are added, not their squares",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, tau + claimed)),
            "Spread and noise are independent. What adds up then? And the planet is one of those that were averaged.",
        ),
        Misconception(
            "the planet's own measurement error is counted once more",
            dishonest(
                lambda y, sigma, tau, claimed, share: np.sqrt(
                    tau**2 * (1 - 2 * share + np.sum(share**2)) + claimed**2 + sigma**2
                )
            ),
            "The noise is in the pooled mean already. The planet's true K, from which you measure, has none.",
        ),
        Misconception(
            "the planets are held fixed at their measured values",
            dishonest(lambda y, sigma, tau, claimed, share: np.hypot(y - np.sum(share * y), claimed)),
            "In the surveys that you are to imagine the true K of all planets are drawn anew, with the spread τ.",
        ),
        Misconception(
            "the error bars of partial pooling are given",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(np.diag(partial_pooling(y, sigma, tau)[1]))),
            "These belong to better estimates. Asked for is how far the pooled mean, the same for all, lies from each planet.",
        ),
        Misconception(
            "one error is given for all, the rms over the eight planets",
            lambda data: one_planet(data) | {"honest": np.full(8, np.sqrt(np.mean(one_planet(data)["honest"] ** 2)))},
            "The mean stands for some planets better than for others. Average over surveys, for each planet by itself.",
        ),
        Misconception(
            "the planet's spread, its own noise and the error of the mean are all added",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 + sigma**2 + claimed**2)),
            "The distance is from the pooled mean to the planet's true K. Whose noise is in it, and how does the planet's own "
            "share in the mean enter?",
        ),
        Misconception(
            "the planet's share in the mean is taken off once and not twice",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 * (1 - share + np.sum(share**2)) + claimed**2)),
            "Square a difference, and see how often the mixed term stands there.",
        ),
        Misconception(
            "the planet itself is counted among the others too",
            dishonest(
                lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 * ((1 - share) ** 2 + np.sum(share**2)) + claimed**2)
            ),
            "Write the distance as a sum over all planets: each of them stands there once. Which factor has planet j, and "
            "which have the other seven?",
        ),
        Misconception(
            "the spread is divided by the root of J",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, tau / np.sqrt(y.size))),
            "That is how far the mean of eight planets lies from μ. How far does it lie from each of them?",
        ),
        Misconception(
            "the mean is judged as a statement about μ, with equal shares of the planets",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(claimed**2 + tau**2 / y.size))),
            "This is about how far the pooled mean lies from μ. Asked for is how far it lies from each planet's own K.",
        ),
        Misconception(
            "the planet is not among those that were averaged, and these have equal shares",
            dishonest(lambda y, sigma, tau, claimed, share: np.full(y.size, np.sqrt(tau**2 * (1 + 1 / y.size) + claimed**2))),
            "These eight are in the mean, and with different shares. The one with the largest pulls it to itself.",
        ),
        Misconception(
            "the error bars of partial pooling with a known μ are given",
            dishonest(lambda y, sigma, tau, claimed, share: sigma * tau / np.hypot(sigma, tau)),
            "These belong to better estimates. Asked for is how far the pooled mean, the same for all, lies from each planet.",
        ),
        Misconception(
            "the planet is compared with the mean of the other seven, as if their K were all μ",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(tau**2 + claimed**2 / (1 - share))),
            "Asked for is the mean of all eight, of which the planet is one. And the other planets are drawn anew as well.",
        ),
        Misconception(
            "the planet is compared with the mean of the other seven",
            dishonest(
                lambda y, sigma, tau, claimed, share: np.sqrt(
                    tau**2 * (1 + (np.sum(share**2) - share**2) / (1 - share) ** 2) + claimed**2 / (1 - share)
                )
            ),
            "Asked for is the mean of all eight. The planet is one of them, and pulls it to itself.",
        ),
        Misconception(
            "the weights are those of partial pooling",
            one_planet_by_the_spread,
            "Complete pooling knows of no spread: it weighs each planet by its σ alone. Asked for is how wrong that is.",
        ),
        Misconception(
            "the variance of the mean is given for its error bar, and the honest errors are right",
            lambda data: one_planet(data) | {"claimed": one_planet(data)["claimed"] ** 2},
            "Check the unit of the error bar: it is in m/s.",
        ),
        Misconception(
            "the mean distance is given in place of the root of the mean square",
            lambda data: one_planet(data) | {"honest": np.sqrt(2 / np.pi) * one_planet(data)["honest"]},
            "The honest error is an rms: square first, then average, then take the root. An average of distances is smaller.",
        ),
        Misconception(
            "the spread of the other planets is left out of the mean square",
            dishonest(lambda y, sigma, tau, claimed, share: np.sqrt(np.maximum(0, tau**2 * (1 - 2 * share) + claimed**2))),
            "Write the distance as a sum over all planets, and square the factor of each. Does every square stand in yours?",
        ),
    ],
    solution=r"""
Let planet $k$ have the share $a_k = \sigma_k^{-2} / \sum_i \sigma_i^{-2}$ in the mean. The pooled mean misses planet $j$ by

$$
\sum_k a_k y_k - K_j = \sum_k a_k (K_k - K_j) + \sum_k a_k (y_k - K_k) .
$$

The second sum is noise, of variance $\sum_k a_k^2\sigma_k^2 = \sigma_{\hat\mu}^2$: that is all the error bar knows. In the
first sum planet $j$ itself has the factor $a_j - 1$, the others $a_k$, and every planet scatters by $\tau$ about $\mu$:

$$
\tau^2 \Bigl[ (1 - a_j)^2 + \sum_{k \ne j} a_k^2 \Bigr] = \tau^2 \Bigl[ 1 - 2a_j + \sum_k a_k^2 \Bigr] .
$$

The error bar describes the mean as an estimate of one common number. As a statement about a planet it is wrong by the spread
that complete pooling denies. Only the best planet, which nearly *is* the mean, comes off better.
""",
)

# ---- 4. Partial pooling ---------------------------------------------------------------------------------------------------


def partial_pooling(y, sigma, tau):
    """Mean and covariance of all theta_j for a given tau, with mu unknown."""
    precision = 1 / (sigma**2 + tau**2)
    total = np.sum(precision)
    follow = sigma**2 * precision  # by how much an estimate follows mu
    mean = y + follow * (np.sum(precision * y) / total - y)
    return mean, np.diag(follow * tau**2) + np.outer(follow, follow) / total


def draw_partial(rng):
    """A catalog and a spread; the ends of the dial are among the public probes."""
    y, sigma = draw_catalog(rng)
    return y, sigma, float(rng.uniform(0.2, 10))


def partial_by(y, sigma, tau, *, weight=None, w=None, own=None, follow=None, known=None):
    """Return mean and covariance with one thing done otherwise.

    From sigma and tau: the weights in mu, the w_j, the variance of each planet for a known mu, by how much it follows mu, and
    the variance of mu.
    """
    weight = 1 / (sigma**2 + tau**2) if weight is None else weight
    mu = np.sum(weight * y) / np.sum(weight)
    w = tau**2 / (sigma**2 + tau**2) if w is None else w
    known = np.sum(weight**2 * (sigma**2 + tau**2)) / np.sum(weight) ** 2 if known is None else known
    own = w * sigma**2 if own is None else own
    follow = 1 - w if follow is None else follow
    return w * y + (1 - w) * mu, np.diag(own) + np.outer(follow, follow) * known


def with_covariance(change):
    """Return a misconception's function: the right means, and another covariance, from the right one, sigma and tau."""

    def wrong(y, sigma, tau):
        mean, covariance = partial_pooling(y, sigma, tau)
        return mean, change(covariance, sigma, tau)

    return wrong


def by_parts(**parts):
    """Return a misconception's function: `partial_by` with parts that come from sigma and tau."""
    return lambda y, sigma, tau: partial_by(y, sigma, tau, **{name: part(sigma, tau) for name, part in parts.items()})


def equal(sigma, tau):
    """Return the same weight for all planets."""
    return np.ones_like(sigma)


def precise(sigma, tau):
    """Return the weights of complete pooling."""
    return sigma**-2


def swapped(sigma, tau):
    """Return the share of the population."""
    return sigma**2 / (sigma**2 + tau**2)


def by_sds(sigma, tau):
    """Return a share that is made of standard deviations."""
    return tau / (tau + sigma)


def nothing(sigma, tau):
    """Return the variance of a mean that is known."""
    return 0.0


def carried(covariance, sigma, tau):
    """Return the covariance of the estimates if the planets are held fixed and measured again."""
    precision = 1 / (sigma**2 + tau**2)
    gain = np.diag(tau**2 * precision) + np.outer(sigma**2 * precision, precision) / np.sum(precision)
    return gain @ np.diag(sigma**2) @ gain.T


VANISHING = (
    "At τ = 0 your covariances vanish, though complete pooling has an error. All estimates lean on μ; how well is it known?"
)
RESTLESS = (
    "These weights are right if the planets are all alike. How far does a measurement scatter about μ if the planets differ by "
    "τ? For a large τ a perfect measurement tells no more about μ than a good one."
)
COMPLETE_LIMIT = (
    "At τ = 0 this should become complete pooling, where a precise planet has more say. How far does y scatter about μ?"
)
WHO_DECIDES = "Turn τ up: if the planets differ a lot, who should decide about a planet, its own measurement or the others?"
EXPONENTS = "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents."
TOGETHER = "All estimates lean on the same μ. If μ is really a little higher, what is true of two planets that both follow it?"

PARTIAL = Function(
    "partial_pooling",
    4,
    reference=partial_pooling,
    probes=[
        (np.array([18.2, 31.5, 9.7, 24.4]), np.array([1.5, 4.0, 0.8, 6.0]), 5.0),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18]), 6.5),
        (np.array([18.2, 31.5, 9.7, 24.4]), np.array([1.5, 4.0, 0.8, 6.0]), 0.0),
        (np.array([2.0, 2.5, 3.5]), np.array([0.5, 0.25, 2.0]), 1e4),
        (np.array([40.0, 12.0]), np.array([3.0, 0.5]), 0.7),
    ],
    private=draw_partial,
    tolerance=Tolerance(rel=1e-5, abs=1e-6),
    misconceptions=[
        Misconception("μ is taken for known", by_parts(known=nothing), VANISHING),
        Misconception(
            "the estimates are taken for independent",
            with_covariance(lambda covariance, sigma, tau: np.diag(np.diag(covariance))),
            TOGETHER,
        ),
        Misconception(
            "the error bars are given and not the covariance matrix",
            with_covariance(lambda covariance, sigma, tau: np.sqrt(np.diag(covariance))),
            "Your error bars are right. Asked for are the covariances of all pairs of planets too, as a matrix. " + TOGETHER,
        ),
        Misconception(
            "the variances are given and not the covariance matrix",
            with_covariance(lambda covariance, sigma, tau: np.diag(covariance)),
            "Your variances are right. Asked for are the covariances of all pairs of planets too, as a matrix. " + TOGETHER,
        ),
        Misconception(
            "the error bars are given for a known μ, and no covariance matrix",
            with_covariance(lambda covariance, sigma, tau: np.sqrt(tau**2 * swapped(sigma, tau))),
            "The estimates lean on μ; how well is it known? Asked for is a matrix, of the covariances of all pairs of planets.",
        ),
        Misconception(
            "standard deviations stand on the diagonal, and zeros beside it",
            with_covariance(lambda covariance, sigma, tau: np.diag(np.sqrt(np.diag(covariance)))),
            "On the diagonal of a covariance matrix stand variances. And " + TOGETHER[0].lower() + TOGETHER[1:],
        ),
        Misconception(
            "the root is taken of every element of the covariance matrix",
            with_covariance(lambda covariance, sigma, tau: np.sqrt(covariance)),
            "On the diagonal of a covariance matrix stand variances, and its unit is that of y squared.",
        ),
        Misconception(
            "the correlations are given",
            with_covariance(
                lambda covariance, sigma, tau: covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
            ),
            "A correlation has no unit. Asked for is the covariance, with the variances on its diagonal.",
        ),
        Misconception(
            "all planets follow μ in full",
            by_parts(follow=equal),
            "If μ moves by some amount, by how much does the estimate of planet j follow?",
        ),
        Misconception(
            "the shares with which two planets follow μ are not both counted",
            by_parts(follow=lambda sigma, tau: np.sqrt(swapped(sigma, tau))),
            "If μ moves by some amount, each of two estimates moves by a share of it. What becomes of their product?",
        ),
        Misconception(
            "the planets follow μ by the weight of their measurement",
            by_parts(follow=lambda sigma, tau: 1 - swapped(sigma, tau)),
            "If μ moves by some amount, by how much does the estimate of planet j follow? Try τ = 0.",
        ),
        Misconception(
            "the error of μ stands where its variance belongs",
            by_parts(known=lambda sigma, tau: np.sum(1 / (sigma**2 + tau**2)) ** -0.5),
            "Check the units: every element of the matrix is a product of two errors.",
        ),
        Misconception(
            "only what is not known about μ is counted",
            by_parts(own=lambda sigma, tau: np.zeros_like(sigma)),
            "If μ were known exactly, would every planet be? Something is left on the diagonal then.",
        ),
        Misconception(
            "w² σ² stands on the diagonal where w σ² belongs",
            by_parts(own=lambda sigma, tau: (tau**2 / (sigma**2 + tau**2)) ** 2 * sigma**2),
            "w σ is how much of the noise is left in the estimate. Asked for is what is not known about θ: work out its "
            "variance for a known μ, from the product of two Gaussians.",
        ),
        Misconception(
            "w² σ² stands on the diagonal where w σ² belongs, and μ is taken for known",
            by_parts(own=lambda sigma, tau: (tau**2 / (sigma**2 + tau**2)) ** 2 * sigma**2, known=nothing),
            "Precisions add, and a precision is one over a variance. And the estimate leans on μ; how well is μ known?",
        ),
        Misconception(
            "the variances of the measurements are given for those of the estimates",
            with_covariance(lambda covariance, sigma, tau: np.diag(sigma**2)),
            "The other planets have told something about this one. Its error bar should be smaller than before.",
        ),
        Misconception(
            "the scatter of the measurements about μ is given",
            with_covariance(lambda covariance, sigma, tau: np.diag(sigma**2 + tau**2)),
            "This is how far a measurement lies from μ before it is made. How well is θ known once it is made?",
        ),
        Misconception(
            "the spread of the population is given for what is known of a planet",
            with_covariance(lambda covariance, sigma, tau: np.diag(np.full(sigma.size, tau**2))),
            "That is what is known of a planet before anything is measured, if μ is known.",
        ),
        *(
            Misconception(f"μ is {name}{known}", by_parts(weight=weight, **parts), hint)
            for name, weight, hint in [
                ("the plain mean of the measurements", equal, COMPLETE_LIMIT),
                ("the mean of complete pooling", precise, RESTLESS),
            ]
            for known, parts in [("", {}), (", and taken for known", {"known": nothing})]
        ),
        Misconception(
            "μ is the mean of complete pooling, known to within its error bar",
            by_parts(weight=precise, known=lambda sigma, tau: 1 / np.sum(sigma**-2)),
            RESTLESS,
        ),
        Misconception(
            "μ is thought to be known as well as the mean of complete pooling",
            by_parts(known=lambda sigma, tau: 1 / np.sum(sigma**-2)),
            "Your μ has the right weights, and its error follows from the same ones: the planets scatter about it too.",
        ),
        Misconception(
            "μ is the plain mean of the measurements, with the error of the weighted one",
            by_parts(weight=equal, known=lambda sigma, tau: 1 / np.sum(1 / (sigma**2 + tau**2))),
            COMPLETE_LIMIT,
        ),
        Misconception("measurement and population exchange their weights", by_parts(w=swapped), WHO_DECIDES),
        Misconception(
            "measurement and population exchange their weights in the estimate, but not in its covariance",
            lambda y, sigma, tau: (by_parts(w=swapped)(y, sigma, tau)[0], partial_pooling(y, sigma, tau)[1]),
            WHO_DECIDES,
        ),
        Misconception(
            "measurement and population exchange their weights, and μ is taken for known",
            by_parts(w=swapped, known=nothing),
            WHO_DECIDES,
        ),
        Misconception("the weight of a measurement is τ/(τ + σ)", by_parts(w=by_sds), EXPONENTS),
        Misconception(
            "the weight of a measurement is τ/(τ + σ), and μ is taken for known",
            by_parts(w=by_sds, known=nothing),
            EXPONENTS + " And how well is μ known?",
        ),
        Misconception(
            "μ is weighted by 1/(σ + τ)",
            by_parts(weight=lambda sigma, tau: 1 / (sigma + tau)),
            "Noise and spread are independent. By which variance does a measurement scatter about μ?",
        ),
        Misconception(
            "μ is weighted by 1/(σ + τ), and its variance is one over their sum",
            by_parts(weight=lambda sigma, tau: 1 / (sigma + tau), known=lambda sigma, tau: 1 / np.sum(1 / (sigma + tau))),
            "Noise and spread are independent. By which variance does a measurement scatter about μ?",
        ),
        Misconception(
            "the estimates are shrunk toward zero",
            lambda y, sigma, tau: (tau**2 / (sigma**2 + tau**2) * y, partial_pooling(y, sigma, tau)[1]),
            "What a planet's measurement gives up does not vanish. Where does the other part of the weight go?",
        ),
        Misconception(
            "what is not known about μ is missing on the diagonal",
            with_covariance(
                lambda covariance, sigma, tau: covariance - np.diag(np.diag(covariance) - tau**2 * swapped(sigma, tau))
            ),
            "A planet follows μ together with the others, and so does its own variance. At τ = 0 what should stand on the "
            "diagonal?",
        ),
        Misconception(
            "the covariances are the products of the error bars",
            with_covariance(lambda covariance, sigma, tau: np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))),
            "Then all planets would err together, and their differences would be known exactly. Which part of an error bar do "
            "two planets share?",
        ),
        Misconception(
            "the estimates are shrunk toward the mean of complete pooling, with the covariance of the right ones",
            lambda y, sigma, tau: (by_parts(weight=precise)(y, sigma, tau)[0], partial_pooling(y, sigma, tau)[1]),
            RESTLESS,
        ),
        Misconception(
            "only the noise is carried through to the estimates",
            with_covariance(carried),
            "That is how the estimates would scatter if these very planets were measured again. Asked for is what is not known "
            "about the planets: an estimate that hardly follows its measurement scatters little, and may be far off.",
        ),
        Misconception(
            "the covariances have the wrong sign",
            with_covariance(lambda covariance, sigma, tau: 2 * np.diag(np.diag(covariance)) - covariance),
            TOGETHER,
        ),
        *(
            Misconception(
                f"standard deviations stand in place of variances throughout{where}",
                by_parts(
                    weight=lambda sigma, tau: 1 / (sigma + tau),
                    w=by_sds,
                    own=own,
                    known=lambda sigma, tau: 1 / np.sum(1 / (sigma + tau)),
                ),
                EXPONENTS,
            )
            for where, own in [
                ("", lambda sigma, tau: by_sds(sigma, tau) * sigma**2),
                (", with (1 − w) τ² for a planet's own variance", lambda sigma, tau: (1 - by_sds(sigma, tau)) * tau**2),
            ]
        ),
        Misconception(
            "what is not known about μ is counted twice on the diagonal",
            with_covariance(
                lambda covariance, sigma, tau: covariance + np.diag(np.diag(covariance) - tau**2 * swapped(sigma, tau))
            ),
            "Two parts are added up here, and both have it on their diagonals. At τ = 0 what should stand there?",
        ),
        Misconception(
            "(1 − w) σ² stands on the diagonal where w σ² belongs",
            by_parts(own=lambda sigma, tau: swapped(sigma, tau) * sigma**2),
            "If μ were known and τ zero, what would be left to know about a planet?",
        ),
        Misconception(
            "every planet is given the population mean",
            by_parts(w=lambda sigma, tau: np.zeros_like(sigma), own=lambda sigma, tau: np.zeros_like(sigma)),
            "This is what is known about μ. A planet's own measurement says more about that planet. By how much?",
        ),
    ],
    solution=r"""
About $\mu$ a measurement scatters by $\sigma_j^2 + \tau^2$, the noise and the planets together. So $\mu$ is a mean weighted by
$p_j = 1/(\sigma_j^2 + \tau^2)$, known with the variance $1/\sum_k p_k$. If $\mu$ were known, the estimate would be
$w_j y_j + (1 - w_j)\mu$ with the variance $w_j\sigma_j^2$, where $w_j = \tau^2 p_j$, and the planets would be independent.
But $\mu$ is not known, and each estimate follows it by $1 - w_j$:

$$
\mathrm{cov}(\theta_j, \theta_k \mid \tau, y) = \delta_{jk}\, w_j\,\sigma_j^2 + \frac{(1 - w_j)(1 - w_k)}{\sum_i p_i} .
$$

At $\tau = 0$ every element is the variance of complete pooling: the planets are one number. For $\tau \to \infty$ nothing is
left beside the diagonal, and that is no pooling. In between, all estimates share the error of $\mu$. Whoever averages them, or
subtracts one from another, needs the whole matrix.
""",
)

# ---- 5. Three pictures of the population ----------------------------------------------------------------------------------


def spreads(data):
    """Expected sd of the estimates of no pooling and of partial pooling, as a set."""
    sigma, tau = data["sigma"], data["tau"]
    w = tau**2 / (tau**2 + sigma**2)
    return {"none": np.sqrt(tau**2 + np.mean(sigma**2)), "partial": np.sqrt(np.mean(w * tau**2))}


def otherwise(part, value):
    """Return a misconception's function: right but for one part, which comes from y, sigma and tau."""
    return lambda data: spreads(data) | {part: value(data["y"], data["sigma"], data["tau"])}


def weights(sigma, tau):
    """Return the weights w_j of partial pooling."""
    return tau**2 / (tau**2 + sigma**2)


def one_survey(weight):
    """Return a misconception's function: the sds of the estimates at hand, with a mean for μ that has these weights."""

    def wrong(data):
        y, sigma = data["y"], data["sigma"]
        estimate = partial_by(y, sigma, data["tau"], weight=weight(sigma, data["tau"]))[0]
        return {"none": np.std(y, ddof=1), "partial": np.std(estimate, ddof=1)}

    return wrong


def averaged_sds(data):
    """Return the means of the estimates' own sds."""
    sigma, tau = data["sigma"], data["tau"]
    return {"none": np.mean(np.hypot(sigma, tau)), "partial": np.mean(np.sqrt(weights(sigma, tau))) * tau}


SPREADS = Analysis(
    "spreads",
    3,
    data="survey",
    reference=spreads,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        *(
            Misconception(
                f"the one survey at hand is taken{where}",
                one_survey(weight),
                "The sd of eight numbers is mostly luck. Asked for is what it is on average over surveys like this one.",
            )
            for where, weight in [
                ("", lambda sigma, tau: 1 / (sigma**2 + tau**2)),
                (", and the pooled mean for μ", lambda sigma, tau: sigma**-2),
                (", and the plain mean for μ", lambda sigma, tau: np.ones_like(sigma)),
            ]
        ),
        Misconception(
            "the sds of the measurements are averaged in place of their variances",
            lambda data: spreads(data) | {"none": averaged_sds(data)["none"]},
            "The root is taken last: s² is averaged, and the root of it is asked for.",
        ),
        Misconception(
            "the sds of the estimates of partial pooling are averaged in place of their variances",
            lambda data: spreads(data) | {"partial": averaged_sds(data)["partial"]},
            "The root is taken last: s² is averaged, and the root of it is asked for.",
        ),
        Misconception(
            "the widths are added, not their squares",
            otherwise("none", lambda y, sigma, tau: tau + np.mean(sigma)),
            "The planets' spread and the noise are independent. What adds up then?",
        ),
        Misconception(
            "the errors are averaged before they are squared",
            otherwise("none", lambda y, sigma, tau: np.sqrt(tau**2 + np.mean(sigma) ** 2)),
            "Each measurement brings its own variance to the average. Which comes first, the square or the mean?",
        ),
        Misconception(
            "only the noise scatters the measurements",
            otherwise("none", lambda y, sigma, tau: np.sqrt(np.mean(sigma**2))),
            "The measurements would then scatter no more if the planets differed more.",
        ),
        Misconception(
            "the estimates of partial pooling are spread as the planets are",
            otherwise("partial", lambda y, sigma, tau: tau),
            "An estimate is w y + (1 − w) μ: which variance has it? And look at a planet without any data: where is its best "
            "estimate, and is the planet there?",
        ),
        Misconception(
            "the noise is left out of the estimates of partial pooling",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(weights(sigma, tau) ** 2 * tau**2))),
            "An estimate follows its measurement by the factor w, with all that is in the measurement.",
        ),
        Misconception(
            "the error bars of partial pooling are taken for the spread of its estimates",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(weights(sigma, tau) * sigma**2))),
            "This says how far the planets lie from their estimates, not how far the estimates lie from each other.",
        ),
        Misconception(
            "τ is multiplied by the weight and not by its root",
            otherwise("partial", lambda y, sigma, tau: np.mean(weights(sigma, tau)) * tau),
            "Work out the variance of one estimate, w (y − μ): which variance has y − μ?",
        ),
        Misconception(
            "the variances are given in place of their roots",
            lambda data: {part: value**2 for part, value in spreads(data).items()},
            "Check the unit: the answer is the root of the average, in m/s.",
        ),
        Misconception(
            "the sds are averaged in place of the variances",
            averaged_sds,
            "The root is taken last: s² is averaged, and the root of it is asked for.",
        ),
        Misconception(
            "8 stands under the sum of squares in place of 7",
            lambda data: {part: value * np.sqrt(7 / 8) for part, value in spreads(data).items()},
            "The sample variance of eight estimates has 7 under the sum of squares, and its average then needs no factor.",
        ),
        Misconception(
            "the two answers are exchanged",
            lambda data: dict(zip(("partial", "none"), spreads(data).values(), strict=True)),
            "Pooling moves the estimates toward one another. Which of the two sets should be spread less?",
        ),
        Misconception(
            "the measurements are thought to be spread as the planets are",
            otherwise("none", lambda y, sigma, tau: tau),
            "That holds for the true K. A measurement adds its noise to that.",
        ),
        Misconception(
            "both sets of estimates are thought to be spread as the planets are",
            lambda data: dict.fromkeys(("none", "partial"), data["tau"]),
            "That holds for the true K. A measurement adds its noise to that, and an estimate takes away more than the noise.",
        ),
        Misconception(
            "the error of the pooled mean is taken for the noise",
            otherwise("none", lambda y, sigma, tau: np.sqrt(tau**2 + 1 / np.sum(sigma**-2))),
            "Each measurement scatters by its own σ, however well their mean may be known.",
        ),
        Misconception(
            "the weights are averaged before they are squared",
            otherwise("partial", lambda y, sigma, tau: np.mean(weights(sigma, tau)) * np.sqrt(tau**2 + np.mean(sigma**2))),
            "Each estimate has its own variance. Which comes first, the square or the mean?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean((1 - weights(sigma, tau)) ** 2 * (tau**2 + sigma**2)))),
            "In w y + (1 − w) μ, which of the two scatters from survey to survey?",
        ),
        Misconception(
            "the errors are averaged before the weight is made",
            otherwise("partial", lambda y, sigma, tau: tau**2 / np.sqrt(tau**2 + np.mean(sigma**2))),
            "Each planet has a weight of its own. Work out the variance of one estimate, and average these.",
        ),
        Misconception(
            "only the noise scatters the estimates of partial pooling",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(weights(sigma, tau) ** 2 * sigma**2))),
            "The planets are drawn anew in each survey, and an estimate follows its planet too.",
        ),
        *(
            Misconception(
                f"the one survey at hand is taken for {which}",
                lambda data, part=part: (
                    spreads(data) | {part: one_survey(lambda sigma, tau: 1 / (sigma**2 + tau**2))(data)[part]}
                ),
                "The sd of eight numbers is mostly luck. Asked for is what it is on average over surveys like this one, as "
                "your other answer is.",
            )
            for which, part in [("no pooling", "none"), ("partial pooling", "partial")]
        ),
        Misconception(
            "the noise is shrunken, and the planets' own spread is not",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(weights(sigma, tau) ** 2 * sigma**2) + tau**2)),
            "An estimate follows its measurement by the factor w, with all that is in the measurement: the planet too.",
        ),
        Misconception(
            "the variances are added up, with 7 under them",
            lambda data: {part: value * np.sqrt(8 / 7) for part, value in spreads(data).items()},
            "The 7 is in the sample variance already. On average that is the plain mean of the eight variances.",
        ),
        Misconception(
            "the estimates of partial pooling have the weights of standard deviations",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean((tau / (tau + sigma)) ** 2 * (tau**2 + sigma**2)))),
            "The weight w is given above: it is made of variances.",
        ),
    ],
    solution=r"""
The measurements scatter independently about one mean, each with the variance $\tau^2 + \sigma_j^2$, and the sample variance
is on average the mean of these. An estimate of partial pooling is $\mu + w_j (y_j - \mu)$, so that its variance is

$$
w_j^2\,(\tau^2 + \sigma_j^2) = w_j\,\tau^2 .
$$

As a set, the raw values are spread more than the planets, the estimates of partial pooling less, and those of complete pooling
not at all. None of the three is a picture of the population; $\tau$ is.
""",
)

# ---- 6. An error bar made wider -------------------------------------------------------------------------------------------

SCALED = Choice(
    "scaled",
    2,
    options={
        "a": "Publish 16.1 ± 0.2: that is the error of the mean, and the mean of the planets is what was asked for.",
        "b": "Publish a mean and a spread of the population, from a model in which the planets may differ.",
        "c": "Publish 16.1 ± 0.9: the error bar now says what the data say, and the mean stays where it was.",
        "d": "Drop the planets that disagree, one by one, until χ² is near the degrees of freedom. Pool the rest.",
    },
    answer="b",
    reasons={
        "i": "The weights follow from the errors of the measurements alone, and these errors are known.",
        "ii": "The planets differ. That adds one variance to all of them, and the best one no longer dominates.",
        "iii": "A large χ² shows that the errors of the measurements were underestimated, all by the same factor.",
        "iv": "A few outliers dominate χ², and without them the measurements agree with a single value.",
    },
    reason="ii",
    misconceptions=[
        Misconception(
            "the error bar is made wider and the mean is kept",
            "c",
            "A common factor leaves all shares in the mean as they were. If the best planet carries four fifths of the "
            "weight, whose value is the mean?",
        ),
        Misconception(
            "the data are chosen to fit the model",
            "d",
            "What remains agrees because you chose it to. If the planets differ by more than their errors, which of the "
            "precise ones would you keep?",
        ),
        Misconception(
            "the small error bar is believed",
            "a",
            "It holds if all planets share one value, and χ² has just refused that. Even the mean of the population is not "
            "known that well: how much would it move if another twenty planets had been observed?",
        ),
        Misconception(
            "all of χ² is blamed on the errors",
            "iii",
            "For many measurements of one particle's mass this may be so. Do you have a reason to think that all planets have "
            "the same K?",
        ),
        Misconception(
            "the measurement errors alone are thought to decide the weights",
            "i",
            "They decide how well a planet is known. How well a planet, even one perfectly known, stands for the others is "
            "another matter.",
        ),
        Misconception(
            "the spread is blamed on a few planets",
            "iv",
            "If the scatter were due to outliers, most planets would agree to within their errors. In a population with a "
            "spread nearly no two precise ones do.",
        ),
    ],
    solution=r"""
Multiplying all $\sigma_j$ by one factor changes no share in the mean: it still is the best planet's value, with a wider
error bar. A spread $\tau$ does something else. It adds $\tau^2$ to every variance, and once $\tau$ exceeds the errors, all
planets count nearly alike. The mean moves, to where the planets are, and its error says how well twenty planets can know it.
And the spread itself becomes a result.
""",
)

# ---- Other right ways to write the functions, for the tests ---------------------------------------------------------------


def reduced_in_a_loop(seasons):
    """Python's own numbers, and lists."""
    means, squares, free = [], 0.0, 0
    for planet in seasons:
        means.append(sum(planet) / len(planet))
        squares += sum((value - means[-1]) ** 2 for value in planet)
        free += len(planet) - 1
    return means, [(squares / free / len(planet)) ** 0.5 for planet in seasons]


def reduced_by_the_variances(seasons):
    """The variances of the planets with several seasons, averaged with their degrees of freedom."""
    several = [planet for planet in seasons if len(planet) > 1]
    variance = np.average([np.var(one, ddof=1) for one in several], weights=[len(one) - 1 for one in several])
    return [planet.mean() for planet in seasons], [np.sqrt(variance / planet.size) for planet in seasons]


def reduced_in_single_precision(seasons):
    """Single precision: all residuals in one array."""
    seasons = [np.asarray(planet, np.float32) for planet in seasons]
    y = np.array([planet.mean() for planet in seasons])
    residuals = np.concatenate([planet - mean for planet, mean in zip(seasons, y, strict=True)])
    scatter = np.sqrt(residuals @ residuals / np.float32(residuals.size - y.size))
    return y, scatter / np.sqrt([planet.size for planet in seasons])


def reduced_by_pandas(seasons):
    """One long table, grouped by planet."""
    import pandas as pd

    table = pd.concat([pd.DataFrame({"planet": number, "K": planet}) for number, planet in enumerate(seasons)])
    groups = table.groupby("planet")["K"]
    squares = ((table["K"] - groups.transform("mean")) ** 2).sum()
    return groups.mean(), np.sqrt(squares / (len(table) - len(seasons)) / groups.count())


def against_others_in_a_loop(y, sigma):
    """Planet by planet, as lists."""
    means, errors, distances = [], [], []
    for j in range(len(y)):
        rest = [k for k in range(len(y)) if k != j]
        total = sum(1 / sigma[k] ** 2 for k in rest)
        means.append(sum(y[k] / sigma[k] ** 2 for k in rest) / total)
        errors.append(total**-0.5)
        distances.append((y[j] - means[-1]) / (sigma[j] ** 2 + errors[-1] ** 2) ** 0.5)
    return means, errors, distances


def against_others_by_subtraction(y, sigma):
    """The planet's part is taken from the sums over all."""
    weight = sigma**-2
    rest = weight.sum() - weight
    mean = ((weight * y).sum() - weight * y) / rest
    return np.array([mean, np.sqrt(1 / rest), (y - mean) / np.hypot(sigma, rest**-0.5)])


def against_others_by_the_residual(y, sigma):
    """The distance from the mean of all planets, in units of what that one scatters by."""
    mean, total = np.average(y, weights=sigma**-2, returned=True)
    distance = (y - mean) / np.sqrt(sigma**2 - 1 / total)
    others = [np.average(np.delete(y, j), weights=np.delete(sigma, j) ** -2.0) for j in range(y.size)]
    return others, (total - sigma**-2) ** -0.5, distance


def one_planet_by_simulation(data):
    """A hundred thousand surveys."""
    rng = np.random.default_rng(4)
    sigma = data["sigma"]
    truth = rng.normal(30, data["tau"], (100_000, sigma.size))
    means = np.average(rng.normal(truth, sigma), axis=1, weights=sigma**-2)
    estimate, total = np.average(data["y"], weights=sigma**-2, returned=True)
    return {"honest": np.sqrt(np.mean((means[:, None] - truth) ** 2, axis=0)), "estimate": estimate, "claimed": total**-0.5}


def one_planet_by_matrices(data):
    """The variance of a linear function of planets and noise."""
    precision = 1 / data["sigma"] ** 2
    share = precision / precision.sum()
    difference = share - np.eye(share.size)
    variance = data["tau"] ** 2 * (difference**2).sum(axis=1) + share**2 @ data["sigma"] ** 2
    return {"estimate": share @ data["y"], "claimed": precision.sum() ** -0.5, "honest": variance**0.5}


def partial_pooling_in_a_loop(y, sigma, tau):
    """Planet by planet and pair by pair, as lists."""
    total = sum(1 / (error**2 + tau**2) for error in sigma)
    mu = sum(value / (error**2 + tau**2) for value, error in zip(y, sigma, strict=True)) / total
    pull = [error**2 / (error**2 + tau**2) for error in sigma]
    means = [value + share * (mu - value) for value, share in zip(y, pull, strict=True)]
    covariance = [[one * other / total for other in pull] for one in pull]
    for j, share in enumerate(pull):
        covariance[j][j] += share * tau**2
    return means, covariance


def partial_pooling_by_matrices(y, sigma, tau):
    """Generalized least squares for mu, and the rules for linear functions of Gaussians."""
    noise, spread = np.diag(sigma**2), tau**2 * np.eye(y.size)
    ones = np.ones((y.size, 1))
    inverse = np.linalg.inv(noise + spread)
    known = np.linalg.inv(ones.T @ inverse @ ones)
    mu = known @ ones.T @ inverse @ y
    gain = spread @ inverse
    rest = ones - gain @ ones
    return mu + gain @ (y - mu), spread @ inverse @ noise + rest @ known @ rest.T


def partial_pooling_in_single_precision(y, sigma, tau):
    """Vectorized, in single precision."""
    y, sigma, tau = (np.asarray(value, np.float32) for value in (y, sigma, tau))
    variance = sigma**2 + tau**2
    mu, total = np.average(y, weights=1 / variance, returned=True)
    pull = sigma**2 / variance
    return y - pull * (y - mu), np.eye(y.size) * tau**2 * pull + pull[:, None] * pull / total


def spreads_in_a_loop(data):
    """Planet by planet."""
    variances = {"none": 0.0, "partial": 0.0}
    for error in data["sigma"]:
        scatter = data["tau"] ** 2 + error**2
        variances["none"] += scatter / 8
        variances["partial"] += (data["tau"] ** 2 / scatter) ** 2 * scatter / 8
    return {name: variance**0.5 for name, variance in variances.items()}


def spreads_by_matrices(data):
    """The expectation of a quadratic form: the trace of the centering matrix times the covariance."""
    scatter = np.diag(data["tau"] ** 2 + data["sigma"] ** 2)
    centering = (np.eye(8) - 1 / 8) / 7
    gain = data["tau"] ** 2 * np.linalg.inv(scatter)
    return {"partial": np.trace(centering @ gain @ scatter @ gain) ** 0.5, "none": np.trace(centering @ scatter) ** 0.5}


def half_right_without_a_limit(y, sigma, tau):
    """Precisions of the planets' prior and of the data, which a spread of zero does not have."""
    prior, data = 1 / tau**2, 1 / sigma**2
    mu, total = np.average(y, weights=1 / (sigma**2 + tau**2), returned=True)
    share = prior / (data + prior)
    return (1 - share) * y + share * mu, np.diag(1 / (data + prior)) + np.outer(share, share) / total


def half_right_with_numbers_at_zero(y, sigma, tau):
    """The limit put in by hand, with the numbers of complete pooling where arrays are asked for."""
    return pooled(y, sigma) if tau == 0 else partial_pooling(y, sigma, tau)


def half_right_with_no_error_at_zero(y, sigma, tau):
    """The limit put in by hand, with an error bar that vanishes."""
    if tau == 0:
        return np.full(y.size, pooled(y, sigma)[0]), np.zeros((y.size, y.size))
    return partial_pooling(y, sigma, tau)


def half_right_for_equal_lengths(seasons):
    """A table with a row for each planet, which needs equally many seasons of all."""
    table = np.array(seasons)
    return table.mean(axis=1), np.full(len(table), np.sqrt(table.var(axis=1, ddof=1).mean() / table.shape[1]))


def half_right_without_single_seasons(seasons):
    """Planets with one season get no error."""
    y, sigma = reduced(seasons)
    return y, np.where([len(planet) < 2 for planet in seasons], np.inf, sigma)


def half_right_for_three(y, sigma):
    """A single other planet is not thought to have a mean."""
    if y.size < 3:
        return np.full(y.size, np.nan), np.full(y.size, np.inf), np.zeros(y.size)
    return against_others(y, sigma)


ALTERNATIVES = {
    "reduced": [reduced_in_a_loop, reduced_by_the_variances, reduced_in_single_precision, reduced_by_pandas],
    "against_others": [against_others_in_a_loop, against_others_by_subtraction, against_others_by_the_residual],
    "one_planet": [one_planet_by_simulation, one_planet_by_matrices],
    "partial_pooling": [partial_pooling_in_a_loop, partial_pooling_by_matrices, partial_pooling_in_single_precision],
    "spreads": [spreads_in_a_loop, spreads_by_matrices],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "reduced": [half_right_for_equal_lengths, half_right_without_single_seasons],
    "against_others": [half_right_for_three],
    "partial_pooling": [half_right_without_a_limit, half_right_with_numbers_at_zero, half_right_with_no_error_at_zero],
}
DATA = {"survey": draw_survey}
QUESTIONS = [REDUCED, AGAINST_OTHERS, ONE_PLANET, PARTIAL, SPREADS, SCALED]
