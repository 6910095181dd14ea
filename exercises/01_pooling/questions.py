"""Homework 1, Three ways to pool: repeats, the three estimates, what each of them says that is not so, a large χ²."""

import numpy as np

from grader.author.keys import answers_apart
from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_survey(rng):
    """Eight planets, of which one is measured best: every variant tells all wrong answers apart, from the right one too."""
    for _ in attempts("draw_survey"):
        tau, count, scatter = rng.uniform(4, 9), rng.integers(4, 13, 8), rng.uniform(4, 22, 8)
        planets = zip(rng.normal(rng.uniform(30, 60), tau, 8), scatter, count, strict=True)
        data = {"seasons": tuple(rng.normal(*planet) for planet in planets), "tau": tau}
        sigma = reduced(data["seasons"])[1]
        total = np.sum(sigma**-2)
        dominated = 0.3 < np.max(sigma**-2) / total < 0.6 and total**-0.5 > 0.25 * tau
        if dominated and answers_apart(ONE_PLANET, data) and answers_apart(SPREADS, data):
            return data


# ---- 1. From seasons to a catalog -----------------------------------------------------------------------------------------


def reduced(seasons):
    """Mean and standard error of each planet's seasons."""
    y = np.array([np.mean(planet) for planet in seasons])
    sigma = np.array([np.std(planet, ddof=1) / np.sqrt(len(planet)) for planet in seasons])
    return y, sigma


def draw_seasons(rng):
    """A few planets with two seasons or more, no two of a planet's seasons nearly alike."""
    return (tuple(draw_planet(rng.uniform(30, 60), rng.uniform(2, 20), rng) for _ in range(rng.integers(2, 8))),)


def draw_planet(center, width, rng):
    """Return the seasons of one planet."""
    count = rng.integers(2, 13)
    return center + width * (rng.permutation(np.linspace(-1, 1, count)) + rng.uniform(-0.3, 0.3, count))


def biased(seasons):
    """Mean and standard error of each planet's seasons, with n under the sum of squares."""
    return with_error(seasons, lambda planet: np.std(planet) / np.sqrt(planet.size))


def with_shared_scatter(seasons, *, by_seasons):
    """Return the right means, and errors from one scatter for all planets: each counts alike, or as its seasons do."""
    variance = [np.var(planet, ddof=1) for planet in seasons]
    count = np.array([len(planet) for planet in seasons])
    return reduced(seasons)[0], np.sqrt(np.average(variance, weights=count - 1 if by_seasons else None) / count)


def with_error(seasons, error):
    """Return the right means, and for each planet the error that a function of its seasons gives."""
    return reduced(seasons)[0], np.array([error(np.asarray(planet)) for planet in seasons])


REDUCED = Function(
    "reduced",
    2,
    reference=reduced,
    probes=[
        ((np.array([21.3, 17.9, 24.0, 19.6]), np.array([41.0, 38.2]), np.array([8.8, 12.9, 3.1, 9.4, 15.0, 10.3])),),
        ((np.array([3.25, 3.5, 3.0]), np.array([-1.0, 2.0, 0.5, 4.5, 9.0]), np.array([55.0, 48.0, 60.5, 51.5])),),
        ((np.array([30.0, 31.0, 29.5, 30.5, 30.2, 29.9, 30.8, 44.0]),),),
    ],
    private=draw_seasons,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "the sum of squares is divided by n in place of n − 1",
            biased,
            "The mean comes from the same seasons and lies nearer to them than the true value does. What does that cost? See "
            "what `np.std` does unless it is told otherwise.",
        ),
        Misconception(
            "the scatter of a single season is given for the error of the mean",
            lambda seasons: with_error(seasons, lambda planet: np.std(planet, ddof=1)),
            "This says how far one season lies from the next. A planet with more seasons should be known better.",
        ),
        Misconception(
            "the scatter is divided by n and not by its root",
            lambda seasons: with_error(seasons, lambda planet: np.std(planet, ddof=1) / planet.size),
            "Variances of independent errors add. Work out the variance of a mean first, and take the root at the end.",
        ),
        Misconception(
            "one is subtracted from n twice",
            lambda seasons: with_error(seasons, lambda planet: np.std(planet, ddof=1) / np.sqrt(planet.size - 1)),
            "One degree of freedom is lost in estimating the scatter. The mean is still a mean of all seasons.",
        ),
        Misconception(
            "the variance of the mean is given in place of its error",
            lambda seasons: with_error(seasons, lambda planet: np.var(planet, ddof=1) / planet.size),
            "Check the unit: an error of K is in m/s.",
        ),
        Misconception(
            "the median is taken in place of the mean",
            lambda seasons: (np.array([np.median(planet) for planet in seasons]), reduced(seasons)[1]),
            "With Gaussian errors it is the mean that keeps all that the seasons say. The median throws some of it away, and "
            "its error is another one.",
        ),
        Misconception(
            "the number of planets stands where the number of a planet's seasons belongs",
            lambda seasons: with_error(seasons, lambda planet: np.std(planet, ddof=1) / np.sqrt(len(seasons))),
            "Which `len` did you take? Each planet's error falls with its own number of seasons.",
        ),
        Misconception(
            "the scatter of a single season is given, with n and not n − 1 under its sum of squares",
            lambda seasons: with_error(seasons, np.std),
            "This says how far one season lies from the next, and says it too small: see what `np.std` divides by unless it is "
            "told otherwise. And a planet with more seasons should be known better.",
        ),
        Misconception(
            "the variance of a single season is given for the error of the mean",
            lambda seasons: with_error(seasons, lambda planet: np.var(planet, ddof=1)),
            "Check the unit: an error of K is in m/s. And a planet with more seasons should be known better.",
        ),
        Misconception(
            "the variance of the mean is given, with n and not n − 1 under the sum of squares",
            lambda seasons: with_error(seasons, lambda planet: np.var(planet) / planet.size),
            "Check the unit: an error of K is in m/s. And see what `np.var` divides by unless it is told otherwise.",
        ),
        Misconception(
            "the variance of a season is divided by the root of n",
            lambda seasons: with_error(seasons, lambda planet: np.var(planet, ddof=1) / np.sqrt(planet.size)),
            "Check the unit: an error of K is in m/s. The variance of a mean falls with n, its error with the root.",
        ),
        Misconception(
            "the scatter is divided by n before the root is taken of it",
            lambda seasons: with_error(seasons, lambda planet: np.sqrt(np.std(planet, ddof=1) / planet.size)),
            "Check the unit: it is the variance that is divided by n, and `np.std` has taken a root already.",
        ),
        Misconception(
            "the sums of squares are added up over all planets, and one scatter is used for all of them",
            lambda seasons: with_shared_scatter(seasons, by_seasons=True),
            "That holds if all stars are equally restless. Nobody said so: let each planet's own seasons say how well one "
            "does.",
        ),
        Misconception(
            "the variances are averaged over the planets, and one scatter is used for all of them",
            lambda seasons: with_shared_scatter(seasons, by_seasons=False),
            "That holds if all stars are equally restless. Nobody said so: let each planet's own seasons say how well one "
            "does.",
        ),
        Misconception(
            "the mean absolute deviation is taken for the standard deviation",
            lambda seasons: with_error(seasons, lambda planet: np.mean(np.abs(planet - planet.mean())) / np.sqrt(planet.size)),
            "Asked for is an error without bias in the variance, and a variance is made of squares.",
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
            "the scatter is divided by n and not by its root, with n and not n − 1 under its sum of squares",
            lambda seasons: with_error(seasons, lambda planet: np.std(planet) / planet.size),
            "Variances of independent errors add. Work out the variance of a mean first, and take the root at the end. And see "
            "what `np.std` divides by unless it is told otherwise.",
        ),
        Misconception(
            "the scatter is that of the seasons of all planets together",
            lambda seasons: with_error(seasons, lambda planet: np.std(np.concatenate(seasons), ddof=1) / np.sqrt(planet.size)),
            "The planets differ by far more than their seasons do. How far does a planet scatter about its own mean?",
        ),
        Misconception(
            "the median is taken in place of the mean, and the median deviation in place of the scatter",
            lambda seasons: (
                np.array([np.median(planet) for planet in seasons]),
                np.array([1.4826 * np.median(np.abs(one - np.median(one))) / np.sqrt(one.size) for one in seasons]),
            ),
            "Both are made for outliers. With Gaussian errors mean and sd keep all that the seasons say, and asked for is a "
            "variance without bias.",
        ),
        Misconception(
            "the sum of squares is divided by nothing",
            lambda seasons: with_error(seasons, lambda planet: np.sqrt(np.sum((planet - planet.mean()) ** 2))),
            "More seasons would make this larger. A planet with more seasons should be known better.",
        ),
        Misconception(
            "half the range of the seasons is given for the error",
            lambda seasons: with_error(seasons, lambda planet: np.ptp(planet) / 2),
            "More seasons can only make a range larger. A planet with more seasons should be known better.",
        ),
    ],
    solution=r"""
Each season errs by some $s$, which nobody knows; the scatter $s_j$ of the $n_j$ seasons estimates it, with $n_j - 1$ under
the sum of squares, because the mean was taken from the same seasons. The variance of a mean of $n_j$ independent seasons is
$s^2/n_j$, hence

$$
\sigma_j = \frac{s_j}{\sqrt{n_j}}, \qquad s_j^2 = \frac{1}{n_j - 1} \sum_i (K_{ij} - y_j)^2 .
$$

`Measurements.from_repeats` does the same.
""",
)

# ---- 2. Complete pooling --------------------------------------------------------------------------------------------------


def complete_pooling(y, sigma):
    """Pooled mean, its error bar, and the χ² of the measurements about it."""
    weight = 1 / sigma**2
    mean = np.sum(weight * y) / np.sum(weight)
    return mean, np.sum(weight) ** -0.5, np.sum(weight * (y - mean) ** 2)


def draw_catalog(rng):
    """Measured values and errors of a few planets, all values well away from zero and from one another."""
    size, low = rng.integers(3, 15), rng.uniform(5, 40)
    y = rng.permutation(np.linspace(low, low + rng.uniform(8, 30), size)) + rng.uniform(-1, 1, size)
    return y, rng.uniform(0.3, 8, size)


def pooled_by(weight, y, sigma):
    """Return mean, error and χ² if each planet has the given weight, with the right error for these weights."""
    a = weight / np.sum(weight)
    mean = np.sum(a * y)
    return mean, np.sqrt(np.sum(a**2 * sigma**2)), np.sum((y - mean) ** 2 / sigma**2)


def weights_by_sd(error, power):
    """Return the function that weighs by 1/σ, with an error bar of its own, and χ² with this power of σ."""

    def wrong(y, sigma):
        mean = np.average(y, weights=1 / sigma)
        return mean, error(y, sigma), np.sum((y - mean) ** 2 / sigma**power)

    return wrong


def with_result(place, value):
    """Return a misconception's function: right but for one of the three results, made from y, sigma and the right three."""

    def wrong(y, sigma):
        results = list(complete_pooling(y, sigma))
        results[place] = value(y, sigma, *results)
        return tuple(results)

    return wrong


COMPLETE = Function(
    "complete_pooling",
    2,
    reference=complete_pooling,
    probes=[
        (np.array([18.2, 31.5, 9.7, 24.4]), np.array([1.5, 4.0, 0.8, 6.0])),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])),
        (np.array([2.0, 2.5, 3.5]), np.array([0.5, 0.25, 2.0])),
    ],
    private=draw_catalog,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "all planets have the same weight",
            lambda y, sigma: pooled_by(np.ones_like(y), y, sigma),
            "A planet known to 1 m/s says more about a common value than one known to 10 m/s.",
        ),
        Misconception(
            "all planets have the same weight in the mean, but not in its error bar",
            lambda y, sigma: (np.mean(y), np.sum(sigma**-2) ** -0.5, np.sum(((y - np.mean(y)) / sigma) ** 2)),
            "A planet known to 1 m/s says more about a common value than one known to 10 m/s. Your error bar knows it, your "
            "mean does not.",
        ),
        Misconception(
            "all planets have the same weight, and the error bar is the scatter of the measurements over the root of J",
            lambda y, sigma: (np.mean(y), np.std(y, ddof=1) / np.sqrt(y.size), np.sum(((y - np.mean(y)) / sigma) ** 2)),
            "That is what is done where no errors are known. Here they are, and a planet known to 1 m/s says more than one "
            "known to 10 m/s.",
        ),
        *(
            Misconception(
                f"the weights are one over σ{where}",
                weights_by_sd(error, chi_squared),
                "What adds up when independent measurements of one number are combined? Look at the exponent of a Gaussian.",
            )
            for where, error, chi_squared in [
                ("", lambda y, sigma: pooled_by(1 / sigma, y, sigma)[1], 2),
                (", and the error bar is one over their sum", lambda y, sigma: 1 / np.sum(1 / sigma), 2),
                (", and the error bar is one over the root of their sum", lambda y, sigma: np.sum(1 / sigma) ** -0.5, 2),
                (", in the mean alone", lambda y, sigma: np.sum(sigma**-2) ** -0.5, 2),
                (" in all three results", lambda y, sigma: np.sum(1 / sigma) ** -0.5, 1),
            ]
        ),
        Misconception(
            "the noisiest planet gets the largest weight",
            lambda y, sigma: pooled_by(sigma**2, y, sigma),
            "Let one σ grow without limit: that planet should drop out of the mean.",
        ),
        Misconception(
            "the weights are σ²",
            lambda y, sigma: (
                np.average(y, weights=sigma**2),
                np.sum(sigma**2) ** -0.5,
                np.sum((y - np.average(y, weights=sigma**2)) ** 2 * sigma**2),
            ),
            "Let one σ grow without limit: that planet should drop out of the mean.",
        ),
        Misconception(
            "the variance of the mean is given for its error",
            lambda y, sigma: (complete_pooling(y, sigma)[0], complete_pooling(y, sigma)[1] ** 2, complete_pooling(y, sigma)[2]),
            "Check the unit: the error of the mean has that of y.",
        ),
        Misconception(
            "the scatter of the measurements is given for the error of the mean",
            lambda y, sigma: (
                complete_pooling(y, sigma)[0],
                np.std(y, ddof=1) / np.sqrt(y.size),
                complete_pooling(y, sigma)[2],
            ),
            "Under complete pooling the errors σ are all that scatters the measurements, and they are known. The error bar "
            "follows from them alone. Whether the scatter agrees with them is what χ² asks.",
        ),
        Misconception(
            "χ² is divided by the degrees of freedom",
            lambda y, sigma: (*complete_pooling(y, sigma)[:2], complete_pooling(y, sigma)[2] / (y.size - 1)),
            "That is the reduced χ². Asked for is the sum itself, to be compared with J − 1.",
        ),
        Misconception(
            "χ² compares the measurements with the error of the mean",
            lambda y, sigma: (
                *complete_pooling(y, sigma)[:2],
                np.sum((y - complete_pooling(y, sigma)[0]) ** 2) / complete_pooling(y, sigma)[1] ** 2,
            ),
            "Each measurement should lie within about its own error of the common value.",
        ),
        Misconception(
            "the sum of the precisions is given for the error of the mean",
            with_result(1, lambda y, sigma, mean, error, chi_squared: error**-2),
            "The sum of `1 / sigma**2` is the precision of the mean. It grows as the mean is known better, and an error falls.",
        ),
        Misconception(
            "the error bar is that of the plain mean",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.sqrt(np.sum(sigma**2)) / y.size),
            "Your mean gives its planets different weights, and so its error is smaller than this one.",
        ),
        Misconception(
            "the errors are added in quadrature",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.sqrt(np.sum(sigma**2))),
            "That is the error of a sum. Add another planet: should the mean be known better or worse?",
        ),
        Misconception(
            "the errors are averaged",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.mean(sigma)),
            "Add another planet: should the mean not be known better than before?",
        ),
        Misconception(
            "the error bar is made wider by the root of the reduced χ²",
            with_result(1, lambda y, sigma, mean, error, chi_squared: error * np.sqrt(chi_squared / (y.size - 1))),
            "The errors σ are taken as known, and then the error bar follows from them alone. What a large χ² asks for is the "
            "subject of the last question.",
        ),
        Misconception(
            "χ² is divided by the number of planets",
            with_result(2, lambda y, sigma, mean, error, chi_squared: chi_squared / y.size),
            "That is a mean. Asked for is the sum itself, to be compared with J − 1.",
        ),
        Misconception(
            "σ is not squared in χ²",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sum((y - mean) ** 2 / sigma)),
            "Check the unit: χ² has none.",
        ),
        Misconception(
            "the squares in χ² are not divided by those of the errors",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sum((y - mean) ** 2)),
            "Check the unit: χ² has none. How far is far, for each planet?",
        ),
        Misconception(
            "the distances in χ² are not squared",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sum((y - mean) / sigma)),
            "Distances to both sides of the mean cancel in this sum.",
        ),
        Misconception(
            "the root of χ² is given",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sqrt(chi_squared)),
            "Asked for is the sum of squares itself, to be compared with J − 1.",
        ),
        Misconception(
            "all planets have the same weight, and the error bar is their scatter, made with J, over the root of J",
            lambda y, sigma: (np.mean(y), np.std(y) / np.sqrt(y.size), np.sum(((y - np.mean(y)) / sigma) ** 2)),
            "That is what is done where no errors are known. Here they are, and a planet known to 1 m/s says more than one "
            "known to 10 m/s.",
        ),
        Misconception(
            "the error bar is the weighted scatter of the measurements",
            with_result(1, lambda y, sigma, mean, error, chi_squared: error * np.sqrt(chi_squared)),
            "That says how far a measurement lies from the mean. The errors σ are known, and the error bar of the mean follows "
            "from them alone.",
        ),
        Misconception(
            "the error bar is the rms of the errors",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.sqrt(np.mean(sigma**2))),
            "That is how well a typical planet is known. Add another planet: should the mean not be known better?",
        ),
        Misconception(
            "the weights in χ² are squared once more",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sum((y - mean) ** 2 / sigma**4)),
            "Check the unit: χ² has none.",
        ),
        Misconception(
            "the squares in χ² are divided by the mean, as for counts",
            with_result(2, lambda y, sigma, mean, error, chi_squared: np.sum((y - mean) ** 2) / mean),
            "That is the χ² of counts, whose variance is their mean. Here each measurement has an error of its own.",
        ),
        Misconception(
            "the error bar is the mean of the errors over the root of J",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.mean(sigma) / np.sqrt(y.size)),
            "That holds where all errors are alike. Here a precise planet makes the mean better than many noisy ones do.",
        ),
        Misconception(
            "the error bar is the scatter of the measurements",
            with_result(1, lambda y, sigma, mean, error, chi_squared: np.std(y, ddof=1)),
            "That says how far one measurement lies from another. Add more planets: should the mean not be known better?",
        ),
        Misconception(
            "the median takes the place of the mean",
            lambda y, sigma: (np.median(y), complete_pooling(y, sigma)[1], np.sum(((y - np.median(y)) / sigma) ** 2)),
            "A median gives all planets the same say. One known to 1 m/s says more about a common value than one known to 10 "
            "m/s.",
        ),
    ],
    solution=r"""
If all planets share one value, the likelihood of it is a product of Gaussians. Their precisions add up, which gives the mean
weighted by $1/\sigma_j^2$ and the error bar:

$$
\hat\mu = \frac{\sum_j y_j/\sigma_j^2}{\sum_j 1/\sigma_j^2}, \qquad
\sigma_{\hat\mu} = \Bigl(\sum_j 1/\sigma_j^2\Bigr)^{-1/2}.
$$

The error bar does not look at the $y_j$ at all: it would be the same if the planets contradicted one another. That is why
$\chi^2 = \sum_j (y_j - \hat\mu)^2/\sigma_j^2$, about $J - 1$ where the assumption holds, has to stand beside it.
""",
)

# ---- 3. What the pooled mean says about one planet ------------------------------------------------------------------------


def one_planet(data):
    """The pooled mean, its error bar, and its rms error as a statement about each planet."""
    return one_planet_from(*reduced(data["seasons"]), data["tau"])


def one_planet_from(y, sigma, tau):
    """Return the same from the reduced measurements."""
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
        y, sigma = reduced(data["seasons"])
        answer = one_planet(data)
        share = answer["claimed"] ** 2 / sigma**2
        return answer | {"honest": honest(y, sigma, data["tau"], answer["claimed"], share)}

    return wrong


def one_planet_unweighted(data):
    """Return the answer for the plain mean."""
    y, sigma = reduced(data["seasons"])
    claimed, share = np.sqrt(np.sum(sigma**2)) / y.size, 1 / y.size
    honest = np.full(y.size, np.sqrt(data["tau"] ** 2 * (1 - share) + claimed**2))
    return {"estimate": np.mean(y), "claimed": claimed, "honest": honest}


ONE_PLANET = Value(
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
            dishonest(lambda y, sigma, tau, claimed, share: partial_pooling(y, sigma, tau)[1]),
            "These belong to better estimates. Asked for is how far the pooled mean, the same for all, lies from each planet.",
        ),
        Misconception(
            "one error is given for all, the rms over the eight planets",
            lambda data: one_planet(data) | {"honest": np.full(8, np.sqrt(np.mean(one_planet(data)["honest"] ** 2)))},
            "The mean stands for some planets better than for others. Average over surveys, for each planet by itself.",
        ),
        Misconception(
            "n stands in place of n − 1 when the seasons are reduced",
            lambda data: one_planet_from(*biased(data["seasons"]), data["tau"]),
            "The errors σ are too small, as in the first question: see what `np.std` divides by unless it is told otherwise.",
        ),
        Misconception(
            "the scatter of a single season is taken for σ",
            lambda data: one_planet_from(*with_error(data["seasons"], lambda planet: np.std(planet, ddof=1)), data["tau"]),
            "The σ of a planet is the error of the mean of its seasons, as in the first question.",
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
    """Mean and sd of every theta_j for a given tau, with mu unknown."""
    precision = 1 / (sigma**2 + tau**2)
    mu = np.sum(precision * y) / np.sum(precision)
    w = tau**2 * precision
    return w * y + (1 - w) * mu, np.sqrt(w * sigma**2 + (1 - w) ** 2 / np.sum(precision))


def draw_partial(rng):
    """A catalog and a spread; the ends of the dial are among the public probes."""
    y, sigma = draw_catalog(rng)
    return y, sigma, float(rng.uniform(0.2, 10))


def partial_by(y, sigma, tau, *, weight=None, w=None, variance=None):
    """Return the estimates with one thing done otherwise: the weights in mu, the w_j, or the variance from w, sigma, of mu."""
    weight = 1 / (sigma**2 + tau**2) if weight is None else weight
    mu = np.sum(weight * y) / np.sum(weight)
    w = tau**2 / (sigma**2 + tau**2) if w is None else w
    spread = np.sum(weight**2 * (sigma**2 + tau**2)) / np.sum(weight) ** 2
    return w * y + (1 - w) * mu, np.sqrt((variance or total_variance)(w, sigma, spread))


def total_variance(w, sigma, spread):
    """Variance of theta_j: what is left when mu is known, and what mu adds."""
    return w * sigma**2 + (1 - w) ** 2 * spread


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
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "μ is taken for known",
            lambda y, sigma, tau: partial_by(y, sigma, tau, variance=lambda w, sigma, spread: w * sigma**2),
            "At τ = 0 your error bars vanish, though complete pooling has one. The estimate leans on μ; how well is μ known?",
        ),
        Misconception(
            "μ is the plain mean of the measurements",
            lambda y, sigma, tau: partial_by(y, sigma, tau, weight=np.ones_like(y)),
            "At τ = 0 this should become complete pooling, where a precise planet has more say. How far does y scatter about "
            "μ?",
        ),
        Misconception(
            "μ is the mean of complete pooling",
            lambda y, sigma, tau: partial_by(y, sigma, tau, weight=1 / sigma**2),
            "These weights are right if the planets are all alike. How far does a measurement scatter about μ if the planets "
            "differ by τ? For a large τ a perfect measurement tells no more about μ than a good one.",
        ),
        Misconception(
            "μ is the mean of complete pooling, known to within its error bar",
            lambda y, sigma, tau: (
                partial_by(y, sigma, tau, weight=1 / sigma**2)[0],
                np.sqrt(total_variance(tau**2 / (sigma**2 + tau**2), sigma, 1 / np.sum(1 / sigma**2))),
            ),
            "These weights are right if the planets are all alike. How far does a measurement scatter about μ if the planets "
            "differ by τ? For a large τ a perfect measurement tells no more about μ than a good one.",
        ),
        Misconception(
            "measurement and population exchange their weights",
            lambda y, sigma, tau: partial_by(y, sigma, tau, w=sigma**2 / (sigma**2 + tau**2)),
            "Turn τ up: if the planets differ a lot, who should decide about a planet, its own measurement or the others?",
        ),
        Misconception(
            "the uncertainty of μ enters in full",
            lambda y, sigma, tau: partial_by(y, sigma, tau, variance=lambda w, sigma, spread: w * sigma**2 + spread),
            "If μ moves by some amount, by how much does the estimate of planet j follow?",
        ),
        Misconception(
            "the share of μ is not squared",
            lambda y, sigma, tau: partial_by(y, sigma, tau, variance=lambda w, sigma, spread: w * sigma**2 + (1 - w) * spread),
            "If μ moves by some amount, the estimate moves by a share of it. What becomes of the variance?",
        ),
        Misconception(
            "the variances are given in place of the sd",
            lambda y, sigma, tau: (partial_pooling(y, sigma, tau)[0], partial_pooling(y, sigma, tau)[1] ** 2),
            "Check the unit of the second result: it should be that of y.",
        ),
        Misconception(
            "the error bars stay those of the measurements",
            lambda y, sigma, tau: (partial_pooling(y, sigma, tau)[0], sigma),
            "The other planets have told something about this one. Its error bar should be smaller than before.",
        ),
        Misconception(
            "μ is the plain mean of the measurements, and taken for known",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, weight=np.ones_like(y), variance=lambda w, sigma, spread: w * sigma**2
            ),
            "At τ = 0 this should become complete pooling: its mean, where a precise planet has more say, and its error bar.",
        ),
        Misconception(
            "μ is the mean of complete pooling, and taken for known",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, weight=1 / sigma**2, variance=lambda w, sigma, spread: w * sigma**2
            ),
            "How far does a measurement scatter about μ if the planets differ by τ? And at τ = 0 your error bars vanish, "
            "though complete pooling has one.",
        ),
        Misconception(
            "μ is the plain mean of the measurements, with the error of the weighted one",
            lambda y, sigma, tau: (partial_by(y, sigma, tau, weight=np.ones_like(y))[0], partial_pooling(y, sigma, tau)[1]),
            "At τ = 0 this should become complete pooling, where a precise planet has more say. How far does y scatter about "
            "μ?",
        ),
        Misconception(
            "measurement and population exchange their weights in the estimate, but not in its sd",
            lambda y, sigma, tau: (
                partial_by(y, sigma, tau, w=sigma**2 / (sigma**2 + tau**2))[0],
                partial_pooling(y, sigma, tau)[1],
            ),
            "Turn τ up: if the planets differ a lot, who should decide about a planet, its own measurement or the others?",
        ),
        Misconception(
            "measurement and population exchange their weights, and μ is taken for known",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, w=sigma**2 / (sigma**2 + tau**2), variance=lambda w, sigma, spread: w * sigma**2
            ),
            "Turn τ up: if the planets differ a lot, who should decide about a planet, its own measurement or the others?",
        ),
        Misconception(
            "the weight of a measurement is τ/(τ + σ)",
            lambda y, sigma, tau: partial_by(y, sigma, tau, w=tau / (tau + sigma)),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "μ is weighted by 1/(σ + τ)",
            lambda y, sigma, tau: partial_by(y, sigma, tau, weight=1 / (sigma + tau)),
            "Noise and spread are independent. By which variance does a measurement scatter about μ?",
        ),
        Misconception(
            "the estimates are shrunk toward zero",
            lambda y, sigma, tau: (tau**2 / (sigma**2 + tau**2) * y, partial_pooling(y, sigma, tau)[1]),
            "What a planet's measurement gives up does not vanish. Where does the other part of the weight go?",
        ),
        Misconception(
            "the two parts of the sd are added, not their squares",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, variance=lambda w, sigma, spread: (np.sqrt(w) * sigma + (1 - w) * np.sqrt(spread)) ** 2
            ),
            "What is left to know when μ is known, and what is not known about μ, are independent. What adds up then?",
        ),
        Misconception(
            "w σ stands in the sd where its first part should be",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, variance=lambda w, sigma, spread: w**2 * sigma**2 + (1 - w) ** 2 * spread
            ),
            "w σ is how much of the noise is left in the estimate. Asked for is what is not known about θ: work out its "
            "variance for a known μ, from the product of two Gaussians.",
        ),
        Misconception(
            "the sd is w σ",
            lambda y, sigma, tau: partial_by(y, sigma, tau, variance=lambda w, sigma, spread: w**2 * sigma**2),
            "Precisions add, and a precision is one over a variance. And the estimate leans on μ; how well is μ known?",
        ),
        Misconception(
            "the scatter of a measurement about μ is given for the sd",
            lambda y, sigma, tau: (partial_pooling(y, sigma, tau)[0], np.hypot(sigma, tau)),
            "This is how far a measurement lies from μ before it is made. How well is θ known once it is made?",
        ),
        Misconception(
            "μ is thought to be known as well as the mean of complete pooling",
            lambda y, sigma, tau: (
                partial_pooling(y, sigma, tau)[0],
                np.sqrt(total_variance(tau**2 / (sigma**2 + tau**2), sigma, 1 / np.sum(1 / sigma**2))),
            ),
            "Your μ has the right weights, and its error follows from the same ones: the planets scatter about it too.",
        ),
        Misconception(
            "the weight of a measurement is τ/(τ + σ), and μ is taken for known",
            lambda y, sigma, tau: partial_by(
                y, sigma, tau, w=tau / (tau + sigma), variance=lambda w, sigma, spread: w * sigma**2
            ),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents. And how well is "
            "μ known?",
        ),
        Misconception(
            "μ is weighted by 1/(σ + τ), and its variance is one over their sum",
            lambda y, sigma, tau: (
                partial_by(y, sigma, tau, weight=1 / (sigma + tau))[0],
                np.sqrt(total_variance(tau**2 / (sigma**2 + tau**2), sigma, 1 / np.sum(1 / (sigma + tau)))),
            ),
            "Noise and spread are independent. By which variance does a measurement scatter about μ?",
        ),
        Misconception(
            "the uncertainty of μ enters with the weight of the measurement",
            lambda y, sigma, tau: partial_by(y, sigma, tau, variance=lambda w, sigma, spread: w * sigma**2 + w**2 * spread),
            "If μ moves by some amount, by how much does the estimate of planet j follow? Try τ = 0.",
        ),
    ],
    solution=r"""
About $\mu$ a measurement scatters by $\sigma_j^2 + \tau^2$, the noise and the planets together. So $\mu$ is a mean weighted by
$p_j = 1/(\sigma_j^2 + \tau^2)$, known to within $1/\sum_k p_k$. If $\mu$ were known, the estimate would be
$w_j y_j + (1 - w_j)\mu$ with the variance $w_j\sigma_j^2$, where $w_j = \tau^2 p_j$. It is not, and the estimate follows it
by $1 - w_j$:

$$
\mathrm{sd}(\theta_j \mid \tau, y)^2 = w_j\,\sigma_j^2 + \frac{(1 - w_j)^2}{\sum_k p_k} .
$$

At $\tau = 0$ this is complete pooling, error bar included; for $\tau \to \infty$ it is no pooling. `theta_given_tau` of an
exact posterior with a very wide prior on $\mu$ gives the same.
""",
)

# ---- 5. Three pictures of the population ----------------------------------------------------------------------------------


def spreads(data):
    """Expected sd of the estimates of no pooling and of partial pooling, as a set."""
    return spreads_from(reduced(data["seasons"])[1], data["tau"])


def spreads_from(sigma, tau):
    """Return the same from the errors."""
    w = tau**2 / (tau**2 + sigma**2)
    return {"none": np.sqrt(tau**2 + np.mean(sigma**2)), "partial": np.sqrt(np.mean(w * tau**2))}


def otherwise(part, value):
    """Return a misconception's function: right but for one part, which comes from y, sigma and tau."""
    return lambda data: spreads(data) | {part: value(*reduced(data["seasons"]), data["tau"])}


def weights(sigma, tau):
    """Return the weights w_j of partial pooling."""
    return tau**2 / (tau**2 + sigma**2)


def one_survey(weight):
    """Return a misconception's function: the sds of the estimates at hand, with a mean for μ that has these weights."""

    def wrong(data):
        y, sigma = reduced(data["seasons"])
        estimate = partial_by(y, sigma, data["tau"], weight=weight(sigma, data["tau"]))[0]
        return {"none": np.std(y, ddof=1), "partial": np.std(estimate, ddof=1)}

    return wrong


def averaged_sds(data):
    """Return the means of the estimates' own sds."""
    sigma, tau = reduced(data["seasons"])[1], data["tau"]
    return {"none": np.mean(np.hypot(sigma, tau)), "partial": np.mean(np.sqrt(weights(sigma, tau))) * tau}


SPREADS = Value(
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
            "n stands in place of n − 1 when the seasons are reduced",
            lambda data: spreads_from(biased(data["seasons"])[1], data["tau"]),
            "The errors σ are too small, as in the first question: see what `np.std` divides by unless it is told otherwise.",
        ),
        Misconception(
            "the scatter of a single season is taken for σ",
            lambda data: spreads_from(with_error(data["seasons"], lambda planet: np.std(planet, ddof=1))[1], data["tau"]),
            "The σ of a planet is the error of the mean of its seasons, as in the first question.",
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
    """Python's own statistics, and lists."""
    from statistics import fmean, stdev

    return [fmean(planet) for planet in seasons], [stdev(list(planet)) / len(planet) ** 0.5 for planet in seasons]


def reduced_by_lecturekit(seasons):
    """What the chapter uses."""
    from lecturekit import Measurements

    data = Measurements.from_repeats(seasons)
    return [data.y, data.sigma]


def reduced_in_single_precision(seasons):
    """Single precision, with the sum of squares written out."""
    seasons = [np.asarray(planet, np.float32) for planet in seasons]
    y = np.array([planet.sum() / planet.size for planet in seasons])
    variance = [((planet - mean) ** 2).sum() / (planet.size - 1) / planet.size for planet, mean in zip(seasons, y, strict=True)]
    return y, np.sqrt(variance, dtype=np.float32)


def complete_pooling_in_a_loop(y, sigma):
    """One measurement after the other."""
    mean, precision, chi_squared = 0.0, 0.0, 0.0
    for value, error in zip(y, sigma, strict=True):
        new = 1 / error**2
        chi_squared += (value - mean) ** 2 * new * precision / (new + precision)
        mean, precision = (mean * precision + value * new) / (precision + new), precision + new
    return mean, precision**-0.5, chi_squared


def complete_pooling_by_average(y, sigma):
    """NumPy's weighted average, in single precision."""
    y, sigma = np.asarray(y, np.float32), np.asarray(sigma, np.float32)
    mean, total = np.average(y, weights=sigma**-2, returned=True)
    return [mean, 1 / np.sqrt(total), (((y - mean) / sigma) ** 2).sum()]


def partial_pooling_in_a_loop(y, sigma, tau):
    """Planet by planet, as lists."""
    total = sum(1 / (error**2 + tau**2) for error in sigma)
    mu = sum(value / (error**2 + tau**2) for value, error in zip(y, sigma, strict=True)) / total
    means, sds = [], []
    for value, error in zip(y, sigma, strict=True):
        pull = error**2 / (error**2 + tau**2)
        means.append(value + pull * (mu - value))
        sds.append((pull * tau**2 + pull**2 / total) ** 0.5)
    return means, sds


def partial_pooling_by_matrices(y, sigma, tau):
    """Condition the joint Gaussian of theta on y, with a very wide prior on mu."""
    prior = tau**2 * np.eye(y.size) + 1e8
    gain = np.linalg.solve(prior + np.diag(sigma**2), prior).T
    return np.mean(y) + gain @ (y - np.mean(y)), np.sqrt(np.diag(prior - gain @ prior))


def partial_pooling_in_single_precision(y, sigma, tau):
    """Vectorized, in single precision."""
    y, sigma, tau = (np.asarray(value, np.float32) for value in (y, sigma, tau))
    variance = sigma**2 + tau**2
    mu, total = np.average(y, weights=1 / variance, returned=True)
    pull = sigma**2 / variance
    return y - pull * (y - mu), np.sqrt(tau**2 * pull + pull**2 / total)


def reduced_by_pandas(seasons):
    """One long table, grouped by planet."""
    import pandas as pd

    table = pd.concat([pd.DataFrame({"planet": number, "K": planet}) for number, planet in enumerate(seasons)])
    groups = table.groupby("planet")["K"]
    return groups.mean(), groups.sem()


def complete_pooling_by_least_squares(y, sigma):
    """A line without slope, fitted to whitened data; and χ² as the difference of two sums."""
    design = (1 / sigma)[:, None]
    mean = np.linalg.lstsq(design, y / sigma, rcond=None)[0]
    error = np.sqrt(np.linalg.inv(design.T @ design))
    return mean, error, np.sum((y / sigma) ** 2) - float(mean[0]) ** 2 / error.item() ** 2


def half_right_without_a_limit(y, sigma, tau):
    """Precisions of the planets' prior and of the data, which a spread of zero does not have."""
    prior, data = 1 / tau**2, 1 / sigma**2
    mu, total = np.average(y, weights=1 / (sigma**2 + tau**2), returned=True)
    mean = (data * y + prior * mu) / (data + prior)
    return mean, np.sqrt(1 / (data + prior) + (prior / (data + prior)) ** 2 / total)


def half_right_with_numbers_at_zero(y, sigma, tau):
    """The limit put in by hand, with the numbers of complete pooling where arrays are asked for."""
    return complete_pooling(y, sigma)[:2] if tau == 0 else partial_pooling(y, sigma, tau)


def half_right_with_no_error_at_zero(y, sigma, tau):
    """The limit put in by hand, with an error bar that vanishes."""
    if tau == 0:
        return np.full(y.size, complete_pooling(y, sigma)[0]), np.zeros(y.size)
    return partial_pooling(y, sigma, tau)


def half_right_for_equal_lengths(seasons):
    """A table with a row for each planet, which needs equally many seasons of all."""
    table = np.array(seasons)
    return table.mean(axis=1), table.std(axis=1, ddof=1) / np.sqrt(table.shape[1])


def half_right_without_pairs(seasons):
    """Planets with less than three seasons get no error."""
    y, sigma = reduced(seasons)
    return y, np.where([len(planet) < 3 for planet in seasons], np.inf, sigma)


ALTERNATIVES = {
    "reduced": [reduced_in_a_loop, reduced_by_lecturekit, reduced_in_single_precision, reduced_by_pandas],
    "complete_pooling": [complete_pooling_in_a_loop, complete_pooling_by_average, complete_pooling_by_least_squares],
    "partial_pooling": [partial_pooling_in_a_loop, partial_pooling_by_matrices, partial_pooling_in_single_precision],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "reduced": [half_right_for_equal_lengths, half_right_without_pairs],
    "partial_pooling": [half_right_without_a_limit, half_right_with_numbers_at_zero, half_right_with_no_error_at_zero],
}
DATA = {"survey": draw_survey}
QUESTIONS = [REDUCED, COMPLETE, ONE_PLANET, PARTIAL, SPREADS, SCALED]
