"""Homework 1, Three ways to pool: repeats, the three estimates, what each of them says that is not so, a large χ²."""

import numpy as np

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_survey(rng):
    """Eight planets, of which one is measured best: every variant tells all the misconceptions about it apart."""
    for _ in attempts("draw_survey"):
        tau, count, scatter = rng.uniform(4, 9), rng.integers(4, 13, 8), rng.uniform(4, 22, 8)
        planets = zip(rng.normal(rng.uniform(30, 60), tau, 8), scatter, count, strict=True)
        data = {"seasons": tuple(rng.normal(*planet) for planet in planets), "tau": tau}
        sigma = reduced(data["seasons"])[1]
        total = np.sum(sigma**-2)
        dominated = 0.3 < np.max(sigma**-2) / total < 0.6 and total**-0.5 > 0.25 * tau
        if dominated and np.mean(sigma**2) > 1.1 * np.mean(sigma) ** 2 and 0.5 < np.mean(sigma**2) / tau**2 < 2:
            return data


# ---- 1. From seasons to a catalog -----------------------------------------------------------------------------------------


def reduced(seasons):
    """Mean and standard error of each planet's seasons."""
    y = np.array([np.mean(planet) for planet in seasons])
    sigma = np.array([np.std(planet, ddof=1) / np.sqrt(len(planet)) for planet in seasons])
    return y, sigma


def draw_seasons(rng):
    """A few planets with two seasons or more."""
    return (tuple(rng.normal(rng.uniform(5, 60), rng.uniform(1, 20), rng.integers(2, 13)) for _ in range(rng.integers(2, 8))),)


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
            lambda seasons: with_error(seasons, lambda planet: np.std(planet) / np.sqrt(planet.size)),
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
    """Measured values and errors of a few planets."""
    size = rng.integers(2, 15)
    return rng.normal(rng.uniform(-5, 40), rng.uniform(0.5, 10), size), rng.uniform(0.3, 8, size)


def pooled_by(weight, y, sigma):
    """Return mean, error and χ² if each planet has the given weight, with the right error for these weights."""
    a = weight / np.sum(weight)
    mean = np.sum(a * y)
    return mean, np.sqrt(np.sum(a**2 * sigma**2)), np.sum((y - mean) ** 2 / sigma**2)


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
            "the weights are one over σ",
            lambda y, sigma: pooled_by(1 / sigma, y, sigma),
            "What adds up when independent measurements of one number are combined? Look at the exponent of a Gaussian.",
        ),
        Misconception(
            "the weights are one over σ, in the error bar too",
            lambda y, sigma: (*pooled_by(1 / sigma, y, sigma)[:1], 1 / np.sum(1 / sigma), pooled_by(1 / sigma, y, sigma)[2]),
            "What adds up when independent measurements of one number are combined? Look at the exponent of a Gaussian.",
        ),
        Misconception(
            "the noisiest planet gets the largest weight",
            lambda y, sigma: pooled_by(sigma**2, y, sigma),
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
    y, sigma = reduced(data["seasons"])
    claimed = np.sum(1 / sigma**2) ** -0.5
    share = claimed**2 / sigma**2
    between = data["tau"] ** 2 * (1 - 2 * share + np.sum(share**2))
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
    """A catalog and a spread, now and then at one end of the dial."""
    y, sigma = draw_catalog(rng)
    return y, sigma, float(rng.choice([0.0, rng.uniform(0.2, 10), 1e4], p=[0.1, 0.8, 0.1]))


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
    sigma, tau = reduced(data["seasons"])[1], data["tau"]
    w = tau**2 / (tau**2 + sigma**2)
    return {"none": np.sqrt(tau**2 + np.mean(sigma**2)), "partial": np.sqrt(np.mean(w * tau**2))}


def otherwise(part, value):
    """Return a misconception's function: right but for one part, which comes from y, sigma and tau."""
    return lambda data: spreads(data) | {part: value(*reduced(data["seasons"]), data["tau"])}


def squares_of_weights(sigma, tau):
    """Return w_j squared."""
    return (tau**2 / (tau**2 + sigma**2)) ** 2


SPREADS = Value(
    "spreads",
    3,
    data="survey",
    reference=spreads,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "the one survey at hand is taken",
            lambda data: {
                "none": np.std(reduced(data["seasons"])[0], ddof=1),
                "partial": np.std(partial_pooling(*reduced(data["seasons"]), data["tau"])[0], ddof=1),
            },
            "The sd of eight numbers is mostly luck. Asked for is what it is on average over surveys like this one.",
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
            "Each is the best estimate of its planet. Look at a planet without any data: where is its best estimate, and is "
            "the planet there?",
        ),
        Misconception(
            "the noise is left out of the estimates of partial pooling",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(squares_of_weights(sigma, tau) * tau**2))),
            "An estimate follows its measurement by the factor w, with all that is in the measurement.",
        ),
        Misconception(
            "the error bars of partial pooling are taken for the spread of its estimates",
            otherwise("partial", lambda y, sigma, tau: np.sqrt(np.mean(squares_of_weights(sigma, tau) ** 0.5 * sigma**2))),
            "This says how far the planets lie from their estimates, not how far the estimates lie from each other.",
        ),
        Misconception(
            "τ is multiplied by the weight and not by its root",
            otherwise("partial", lambda y, sigma, tau: np.mean(squares_of_weights(sigma, tau) ** 0.5) * tau),
            "Work out the variance of one estimate, w (y − μ): which variance has y − μ?",
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
        "a": "Publish 16.1 ± 0.9: the error bar now says what the data say.",
        "b": "Drop the planets that disagree, one by one, until χ² is near the number of degrees of freedom. Pool the rest.",
        "c": "Publish a mean and a spread of the population, with their errors, from a model in which the planets may differ.",
        "d": "Publish 16.1 ± 0.2: that is the error of the mean, and the mean is what was asked for.",
    },
    answer="c",
    reasons={
        "i": "A large χ² shows that the errors were underestimated, all by the same factor.",
        "ii": "The weights follow from the errors of the measurements alone, and these are known.",
        "iii": "The planets differ. That adds the same variance to each of them, and takes the precise ones' dominance away.",
        "iv": "A few outliers dominate χ², and without them the measurements agree with a single value.",
    },
    reason="iii",
    misconceptions=[
        Misconception(
            "the error bar is made wider and the mean is kept",
            "a",
            "A common factor leaves all shares in the mean as they were. If the best planet carries four fifths of the "
            "weight, whose value is the mean?",
        ),
        Misconception(
            "the data are chosen to fit the model",
            "b",
            "What remains agrees because you chose it to. If the planets differ by more than their errors, which of the "
            "precise ones would you keep?",
        ),
        Misconception(
            "the small error bar is believed",
            "d",
            "It holds if all planets share one value, and χ² has just refused that. Even the mean of the population is not "
            "known that well: how much would it move if another twenty planets had been observed?",
        ),
        Misconception(
            "all of χ² is blamed on the errors",
            "i",
            "For many measurements of one particle's mass this may be so. Do you have a reason to think that all planets have "
            "the same K?",
        ),
        Misconception(
            "the measurement errors alone are thought to decide the weights",
            "ii",
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


ALTERNATIVES = {
    "reduced": [reduced_in_a_loop, reduced_by_lecturekit, reduced_in_single_precision],
    "complete_pooling": [complete_pooling_in_a_loop, complete_pooling_by_average],
    "partial_pooling": [partial_pooling_in_a_loop, partial_pooling_by_matrices, partial_pooling_in_single_precision],
}
DATA = {"survey": draw_survey}
QUESTIONS = [REDUCED, COMPLETE, ONE_PLANET, PARTIAL, SPREADS, SCALED]
