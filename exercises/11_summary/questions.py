"""Homework 11, Summary: a method, a paper to referee, and stars among which some do not belong.

The open project has a rubric, for a person to grade.
"""

from functools import cache

import numpy as np
from scipy import stats
from scipy.special import logsumexp, softmax

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

# ---- 1. A method ------------------------------------------------------------------------------------------------------------

METHOD = Choice(
    "method",
    2,
    options={
        "a": "The exact posterior of the Normal hierarchy, with ln(n/t) as a measurement and 1/√n as its error.",
        "b": "NUTS on all 3,002 parameters at the same time, with each source in non-centered coordinates.",
        "c": "Quadrature over each source's ln rate, a chain in μ and τ alone, and then draws of the sources.",
        "d": "emcee on all 3,002 parameters at the same time, with an ensemble of some 10,000 walkers.",
    },
    answer="c",
    reasons={
        "i": "Each source has a single observation, and then non-centered coordinates have no funnel.",
        "ii": "Given μ and τ the sources are independent, so a large integral is a product of small ones.",
        "iii": "With 3,000 sources in the sample the central limit theorem makes the noise of each one Normal.",
        "iv": "With enough walkers an ensemble covers a space of any number of dimensions evenly.",
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
            "A source with 900 photons was observed once too. How well is its rate known, if another source has none?",
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

MU_PRIOR, SCALE = (0.0, 0.1), 0.1
TAU_PRIOR = stats.halfnorm(scale=SCALE)
MEDIAN_TAU, MEAN_MU, SD_MU, MEAN_STAR, SD_STAR, SCATTER = range(6)  # places among the printed numbers
SAME = Tolerance(rel=0.003, abs=5e-5)
OFF = 0.02  # what is farther from the right number than this part of it is wrong


def draw_paper(rng):
    """The data of a paper, and its six numbers, one a little too small and one much too large. All six are positive."""
    for _ in attempts("draw_paper"):
        sigma = rng.uniform(0.03, 0.15, 20)
        sky = simulate_normal(rng.uniform(0.15, 0.25), rng.uniform(0.06, 0.12), sigma, rng=rng)
        data = {"y": sky.y.round(3), "sigma": sigma.round(3)}
        if not one_of_its_kind(data) or best(data) == noisy(data):
            continue
        right = numbers(data)
        off = {place: mistake(data) / right[place] - 1 for place, mistake in MISTAKES.items()}
        large = [place for place in off if off[place] > 0.25]
        if not -0.045 < off[SD_MU] < -0.026 or not large or right[MEDIAN_TAU] < 0.05 or lucky(data, right):
            continue
        printed = right.copy()
        for place in (SD_MU, rng.choice(large)):
            printed[place] = MISTAKES[place](data)
        data["printed"] = printed.round(4)
        if answers_apart(REFEREE, data, 2.2):
            return data


def one_of_its_kind(data):
    """Whether the star with the largest y is neither first nor last, nor the noisiest, nor the farthest from the rest."""
    star, distance = noisy(data), np.abs(data["y"] - data["y"].mean())
    return 0 < star < 19 and star != data["sigma"].argmax() and star != distance.argmax()


def lucky(data, right):
    """Whether a wrong way would come close to a right number, or the median of mu not close to its mean, which will do."""
    mu = np.array([pooled_mean(data), data["y"].mean(), moments(data)[0].mean()]) / right[MEAN_MU]
    star = stars_given_median(data)[0][noisy(data)] / right[MEAN_STAR], moments(data)[1].max() / right[SD_STAR]
    ratios = np.array([*mu, naive_error(data) / right[SD_MU], *star])
    median = posterior_of(data).quantile("mu", 0.5) / right[MEAN_MU]
    return np.abs(ratios - 1).min() < 0.0075 or abs(median - 1) > 0.002


def noisy(data):
    """Return the star with the largest measurement."""
    return int(np.argmax(data["y"]))


def best(data):
    """Return the star with the largest posterior mean."""
    return int(np.argmax(moments(data)[0]))


def numbers(data, mu_prior=MU_PRIOR, tau_prior=TAU_PRIOR):
    """The six numbers as they should be."""
    posterior, (means, sds) = posterior_of(data, mu_prior, tau_prior), moments(data, mu_prior, tau_prior)
    star = noisy(data)
    mu = posterior.mean("mu"), posterior.sd("mu")
    return np.array([posterior.quantile("tau", 0.5), *mu, means[star], sds[star], means.std(ddof=1)])


def posterior_of(data, mu_prior=MU_PRIOR, tau_prior=TAU_PRIOR):
    """Return the exact posterior."""
    return fitted(tuple(data["y"]), tuple(data["sigma"]), mu_prior, tau_prior)


def moments(data, mu_prior=MU_PRIOR, tau_prior=TAU_PRIOR):
    """Return mean and sd of every star."""
    return moments_of(tuple(data["y"]), tuple(data["sigma"]), mu_prior, tau_prior)


@cache
def fitted(y, sigma, mu_prior, tau_prior):
    """Return the exact posterior, once for each data set."""
    return exact.posterior(NormalHierarchy(mu_prior, tau_prior), Measurements(y=y, sigma=sigma))


@cache
def moments_of(*given):
    """Return mean and sd of every star, once for each data set."""
    posterior = fitted(*given)
    return posterior.mean("theta"), posterior.sd("theta")


def pooled_mean(data):
    """Return the mean of the measurements, weighted as if the stars did not differ."""
    return np.average(data["y"], weights=data["sigma"] ** -2.0)


def pooled_error(data):
    """Return the error of that mean."""
    return np.sum(data["sigma"] ** -2.0) ** -0.5


def scatter_of_y(data):
    """Return the scatter of the measurements, noise included."""
    return data["y"].std(ddof=1)


def of_conditional_means(data):
    """Return the scatter of the star's conditional means, over mu and tau."""
    star, posterior = noisy(data), posterior_of(data)
    w = posterior.tau_grid**2 / (posterior.tau_grid**2 + data["sigma"][star] ** 2)
    within = np.trapezoid(w * data["sigma"][star] ** 2 * posterior.tau_density, posterior.tau_grid)
    return np.sqrt(moments(data)[1][star] ** 2 - within)


def measured(data):
    """Return the largest measurement."""
    return data["y"].max()


def mu_given_median(data):
    """Return the error of mu at the median of tau."""
    tau = posterior_of(data).quantile("tau", 0.5)
    return (np.sum(1 / (data["sigma"] ** 2 + tau**2)) + MU_PRIOR[1] ** -2.0) ** -0.5


def stars_given_median(data):
    """Return mean and sd of every star at the median of tau, mu averaged over."""
    posterior = posterior_of(data)
    (means,), (sds,) = posterior.theta_given_tau(posterior.quantile("tau", 0.5))
    return means, sds


def at_median_tau(data):
    """Return the sd of the star with the largest y at the median of tau, mu known."""
    tau, sigma = posterior_of(data).quantile("tau", 0.5), data["sigma"][noisy(data)]
    return tau * sigma / np.hypot(tau, sigma)


# What the authors may have done, place by place. The error of mu is too small, the others are too large.
MISTAKES = {MEDIAN_TAU: scatter_of_y, SD_MU: mu_given_median, MEAN_STAR: measured, SCATTER: scatter_of_y}


def referee(data):
    """The six numbers as they should be, and which of the printed ones are off."""
    return judged(data, numbers(data))


def judged(data, right):
    """Return the answer of somebody to whom these six numbers are right."""
    return {"right": right, "wrong": np.abs(data["printed"] / right - 1) > OFF}


def with_numbers(**functions):
    """Return a misconception's function: some of the six come from other functions of the data."""

    def wrong(data):
        right = numbers(data)
        for name, function in functions.items():
            right[globals()[name]] = function(data)
        return judged(data, right)

    return wrong


def of_another_star(choose):
    """Return a misconception's function: the numbers of the star that is chosen."""

    def wrong(data):
        right, star = numbers(data), choose(data)
        right[[MEAN_STAR, SD_STAR]] = [part[star] for part in moments(data)]
        return judged(data, right)

    return wrong


def at_one_pair(summary):
    """Return a misconception's function: the stars from one value of mu and tau each, which summarizes the posterior."""

    def wrong(data):
        right, posterior = numbers(data), posterior_of(data)
        mu, tau = (summary(posterior, name) for name in ("mu", "tau"))
        mean, sd = NormalHierarchy(MU_PRIOR, TAU_PRIOR).theta_given(mu, tau, Measurements(data["y"], data["sigma"]))
        right[[MEAN_STAR, SD_STAR, SCATTER]] = mean[noisy(data)], sd[noisy(data)], mean.std(ddof=1)
        return judged(data, right)

    return wrong


def with_prior(*, mu=MU_PRIOR, tau=TAU_PRIOR):
    """Return a misconception's function: another prior."""
    return lambda data: judged(data, numbers(data, mu, tau))


def whole_scatter(data):
    """Return the scatter of draws of all stars."""
    means, sds = moments(data)
    return np.sqrt(means.var(ddof=1) + np.mean(sds**2))


def naive_error(data):
    """Return the scatter of the measurements over the root of their number."""
    return scatter_of_y(data) / np.sqrt(data["y"].size)


def half_width_of_mu(data):
    """Return half of the central 68 % interval of mu."""
    low, high = posterior_of(data).quantile("mu", [0.16, 0.84])
    return (high - low) / 2


def half_width_of_star(data):
    """Return half of the central 68 % interval of the star with the largest y."""
    low, high = (posterior_of(data).quantile("theta", q)[noisy(data)] for q in (0.16, 0.84))
    return (high - low) / 2


def given_the_median(data):
    """Return the answer with the stars at the median of tau, mu averaged over."""
    right, (mean, sd) = numbers(data), stars_given_median(data)
    right[[MEAN_STAR, SD_STAR, SCATTER]] = mean[noisy(data)], sd[noisy(data)], mean.std(ddof=1)
    return judged(data, right)


def with_rule(rule):
    """Return a misconception's function: the six are right, and what is off comes otherwise from the printed and the right."""

    def wrong(data):
        right = numbers(data)
        return {"right": right, "wrong": rule(data["printed"], right)}

    return wrong


REFEREE = Analysis(
    "referee",
    4,
    data="paper",
    reference=referee,
    tolerance=SAME,
    misconceptions=[
        Misconception(
            "the wrong numbers are found, and left as they are printed",
            lambda data: referee(data) | {"right": data["printed"]},
            "Now put them right: what should stand in their places?",
        ),
        Misconception(
            "it is said which of the printed numbers are right, and not which are wrong",
            lambda data: {"right": numbers(data), "wrong": ~referee(data)["wrong"]},
            "Two of them are wrong. How many of your truth values are True?",
        ),
        Misconception(
            "the smaller of the two errors is missed, as if 2 % were 0.02 dex, or as if only what is too large were wrong",
            with_rule(lambda printed, right: printed / right - 1 > 0.1),
            "Two percent of what? Print the relative error of each of the six numbers, and look at its sign and its size.",
        ),
        Misconception(
            "only what is too small counts as wrong",
            with_rule(lambda printed, right: printed / right - 1 < -OFF),
            "One of the two errors is in the other direction. Print the relative error of each of the six numbers.",
        ),
        Misconception(
            "every number that differs from yours in some digit is called wrong",
            with_rule(lambda printed, right: printed != right),
            "The paper prints four decimals. How many of its numbers are wrong, by the question?",
        ),
        Misconception(
            "the star with the largest posterior mean is taken for the one with the largest y",
            of_another_star(best),
            "A measurement can be the largest because its error is large. Which of the two stars does the paper speak of?",
        ),
        Misconception(
            "the star with the smallest y is taken, which may be the one farthest from the others",
            of_another_star(lambda data: int(np.argmin(data["y"]))),
            "The paper speaks of the largest y, and not of the most unusual one.",
        ),
        Misconception(
            "the mean of the star is its measurement",
            with_numbers(MEAN_STAR=measured),
            "The other nineteen stars know something about it. Where should the largest of twenty noisy numbers move?",
        ),
        Misconception(
            "the sd of the star is its measurement error",
            with_numbers(SD_STAR=lambda data: data["sigma"][noisy(data)]),
            "That is what one knows without the other nineteen stars. What do they add?",
        ),
        Misconception(
            "the sd of the star is that of its conditional means",
            with_numbers(SD_STAR=of_conditional_means),
            "For each μ and τ this counts where the star is expected, and not how far it may lie from there. Variance has two "
            "parts.",
        ),
        Misconception(
            "the sd of the star is taken at the median of τ",
            with_numbers(SD_STAR=lambda data: stars_given_median(data)[1][noisy(data)]),
            "One value of τ stands here for all that the data allow. The sd of a star averages over them.",
        ),
        Misconception(
            "the sd of the star is taken at the median of τ, and μ is taken for known",
            with_numbers(SD_STAR=at_median_tau),
            "One value of each stands here for all that the data allow. The sd of a star averages over both.",
        ),
        Misconception(
            "the stars are computed at the medians of μ and τ",
            at_one_pair(lambda posterior, name: posterior.quantile(name, 0.5)),
            "One value of each stands here for all that the data allow. The mean and the sd of a star average over both.",
        ),
        Misconception(
            "the stars are computed at the median of τ",
            given_the_median,
            "One value of τ stands here for all that the data allow. The mean and the sd of a star average over them.",
        ),
        Misconception(
            "the stars are computed at the posterior means of μ and τ",
            at_one_pair(lambda posterior, name: posterior.mean(name)),
            "One value of each stands here for all that the data allow. The mean and the sd of a star average over both.",
        ),
        Misconception(
            "the scatter of the posterior means is expected to be τ",
            with_numbers(SCATTER=lambda data: numbers(data)[MEDIAN_TAU]),
            "Each mean has left out how far its star may lie from it. Should the means scatter as much as the stars?",
        ),
        Misconception(
            "the scatter of the means is divided by J and not by J − 1",
            with_numbers(SCATTER=lambda data: moments(data)[0].std()),
            "See what the text says about `ddof`, and what NumPy does if it is not told.",
        ),
        Misconception(
            "the scatter is that of the measurements, and not of the posterior means",
            with_numbers(SCATTER=scatter_of_y),
            "Each mean is pulled toward μ. Should they scatter as much as the measurements?",
        ),
        Misconception(
            "the variance of the posterior means is given for their scatter",
            with_numbers(SCATTER=lambda data: moments(data)[0].var(ddof=1)),
            "Check the unit: it should be dex. What is the scatter by the text, in parentheses?",
        ),
        Misconception(
            "the scatter holds the posterior sds of the stars too",
            with_numbers(SCATTER=whole_scatter),
            "That is how much the stars themselves scatter. The paper speaks of their posterior means.",
        ),
        Misconception(
            "the scatter of the means is divided by √20",
            with_numbers(SCATTER=lambda data: moments(data)[0].std(ddof=1) / np.sqrt(20)),
            "That would be the error of their average. How far does one of them lie from the others?",
        ),
        Misconception(
            "τ is the scatter of the measurements",
            with_numbers(MEDIAN_TAU=scatter_of_y),
            "Two things make measurements scatter. Which one is τ?",
        ),
        Misconception(
            "the posterior mean of τ stands where the median belongs",
            with_numbers(MEDIAN_TAU=lambda data: posterior_of(data).mean("tau")),
            "The posterior of τ leans to the right, so its mean and its median differ. Which of them does the paper print?",
        ),
        Misconception(
            "the most probable τ stands where the median belongs",
            with_numbers(MEDIAN_TAU=lambda data: posterior_of(data).tau_grid[posterior_of(data).tau_density.argmax()]),
            "The posterior of τ leans to the right, so its peak and its median differ. Which of them does the paper print?",
        ),
        Misconception(
            "the error of μ is that of complete pooling",
            with_numbers(SD_MU=pooled_error),
            "Each star is one draw from the population. How far from μ may it lie, noise apart?",
        ),
        Misconception(
            "the mean of μ is weighted as if the stars did not differ",
            with_numbers(MEAN_MU=pooled_mean),
            "Even a star without noise may lie τ from μ. How much more should it count than one with an error of τ?",
        ),
        Misconception(
            "the mean and the error of μ are those of complete pooling",
            with_numbers(MEAN_MU=pooled_mean, SD_MU=pooled_error),
            "Each star is one draw from the population. How far from μ may it lie, noise apart?",
        ),
        Misconception(
            "the mean and the sd of μ come from the measurements, all of them counted the same",
            with_numbers(MEAN_MU=lambda data: data["y"].mean(), SD_MU=naive_error),
            "A star with an error of 0.15 dex counts in it as much as one with 0.03. Should it?",
        ),
        Misconception(
            "the mean of μ is the average of the measurements, all of them counted the same",
            with_numbers(MEAN_MU=lambda data: data["y"].mean()),
            "A star with an error of 0.15 dex counts in it as much as one with 0.03. Should it?",
        ),
        Misconception(
            "the error of μ is the scatter of the measurements over √20",
            with_numbers(SD_MU=naive_error),
            "A star with an error of 0.15 dex counts in it as much as one with 0.03. Should it?",
        ),
        Misconception(
            "the average of the posterior means stands for the mean of μ",
            with_numbers(MEAN_MU=lambda data: moments(data)[0].mean()),
            "The twenty stars are a sample of the population. What else does the paper know about μ?",
        ),
        Misconception(
            "half of a 68 % interval is given for the sds",
            with_numbers(SD_MU=half_width_of_mu, SD_STAR=half_width_of_star),
            "For a Normal they are the same. These posteriors have longer tails, and the tails count in an sd.",
        ),
        Misconception(
            "the variances of μ and of the star stand for their sds",
            with_numbers(SD_MU=lambda data: numbers(data)[SD_MU] ** 2, SD_STAR=lambda data: numbers(data)[SD_STAR] ** 2),
            "Check the unit: all six numbers should be in dex.",
        ),
        Misconception(
            "the error of μ is taken at the median of τ",
            with_numbers(SD_MU=mu_given_median),
            "One value of τ stands here for all that the data allow. The sd of μ averages over them.",
        ),
        Misconception(
            "the scale of the prior is given to SciPy without its name",
            with_prior(tau=stats.halfnorm(SCALE)),
            "SciPy takes the first number for `loc`, a shift, and leaves the scale at one. Where does this prior begin?",
        ),
        Misconception(
            "the scale of the prior on τ is squared",
            with_prior(tau=stats.halfnorm(scale=SCALE**2)),
            "HalfNormal(s) names its scale, and the code takes the same. See the notation page.",
        ),
        Misconception(
            "the prior on τ is much wider than the paper's",
            with_prior(tau=stats.halfnorm(scale=0.5)),
            "The paper names its prior, and `model` has it too. A referee who takes another one gets other numbers, and blames "
            "the authors for it.",
        ),
        Misconception(
            "the prior on μ is much wider than the paper's, or is left out",
            with_prior(mu=(0.0, 10.0)),
            "The paper names its prior, and `model` has it too. A referee who takes another one gets other numbers, and blames "
            "the authors for it.",
        ),
        Misconception(
            "the sd of the prior on μ is squared",
            with_prior(mu=(0.0, MU_PRIOR[1] ** 2)),
            "`mu_prior` takes a mean and an sd, both in dex.",
        ),
        Misconception(
            "the errors are squared before they are given to Measurements",
            lambda data: judged(data, numbers(data | {"sigma": data["sigma"] ** 2})),
            "`Measurements` takes the errors as they are. In which unit are their squares?",
        ),
    ],
    solution=r"""
Fit it again, and compare number by number:

```python
def referee(data):
    posterior = exact.posterior(model, Measurements(data["y"], data["sigma"]))
    means, sds = posterior.mean("theta"), posterior.sd("theta")
    star = data["y"].argmax()
    right = np.array([
        posterior.quantile("tau", 0.5), posterior.mean("mu"), posterior.sd("mu"), means[star], sds[star], means.std(ddof=1),
    ])
    return {"right": right, "wrong": np.abs(data["printed"] / right - 1) > 0.02}
```

The authors made two mistakes. For $\tau$, or for the scatter of the posterior means, they printed the scatter of the
measurements, noise included; or for the star they printed its measurement. The other mistake is harder to see: they took the
sd of $\mu$ at the median of $\tau$, as if $\tau$ were known. That the posterior means scatter less than $\tau$
is no mistake. Nor is it that another star has the largest posterior mean: the largest measurement is often large because it is
noisy.
""",
)

# ---- 3. A star in a mixture -------------------------------------------------------------------------------------------------


def in_mixture(y, sigma, fraction, mu, tau):
    """Which component each star comes from, and mean and sd of its theta, for a known mixture of Normals."""
    variance, w = spread(sigma, tau) ** 2, tau**2 / spread(sigma, tau) ** 2
    log_term = np.log(fraction) - (np.log(variance) + (y[:, None] - mu) ** 2 / variance) / 2
    member = softmax(log_term, axis=1)
    return member, *mixed(member, w * y[:, None] + (1 - w) * mu, w * sigma[:, None] ** 2)


def spread(sigma, tau):
    """Return the sd of each star's measurement about the mean of each component, (J, K)."""
    return np.sqrt(sigma[:, None] ** 2 + tau**2)


def mixed(weight, mean, variance):
    """Return mean and sd of mixtures, one in each row."""
    average = np.sum(weight * mean, axis=1)
    return average, np.sqrt(np.sum(weight * (variance + mean**2), axis=1) - average**2)


def draw_mixture(rng):
    """Some stars near a mixture of two to four Normals."""
    size, parts = rng.integers(1, 9), rng.integers(2, 5)
    fraction, mu, tau = rng.dirichlet(np.full(parts, 3.0)), rng.normal(0, 1, parts), rng.uniform(0.1, 1.5, parts)
    return rng.normal(0, 1.5, size), rng.uniform(0.1, 1.5, size), fraction, mu, tau


def conditional(y, sigma, mu, tau):
    """Return mean and variance of each star in each component."""
    w = tau**2 / (tau**2 + sigma[:, None] ** 2)
    return w * y[:, None] + (1 - w) * mu, w * sigma[:, None] ** 2


def term(y, mu, scale):
    """Return ln of a Normal density of each star in each component, up to a constant."""
    return -np.log(scale) - ((y[:, None] - mu) / scale) ** 2 / 2


def log_terms(y, sigma, fraction, mu, tau):
    """Return ln of what each component counts for each star, up to a constant."""
    return np.log(fraction) + term(y, mu, spread(sigma, tau))


def with_member(formula):
    """Return a misconception's function: right but for the members, which come from all arguments."""

    def wrong(y, sigma, fraction, mu, tau):
        member = formula(y, sigma, fraction, mu, tau)
        return member, *mixed(member, *conditional(y, sigma, mu, tau))

    return wrong


def with_log_term(formula):
    """Return a misconception's function: right but for the logarithm of what each component counts."""
    return with_member(lambda *given: softmax(formula(*given), axis=1))


def with_parts(mean_and_variance):
    """Return a misconception's function: right but for mean and variance of each star in each component."""

    def wrong(y, sigma, fraction, mu, tau):
        member = in_mixture(y, sigma, fraction, mu, tau)[0]
        return member, *mixed(member, *mean_and_variance(y, sigma, mu, tau))

    return wrong


def with_sd(formula):
    """Return a misconception's function: right but for the sd, which comes from members, means and variances."""

    def wrong(y, sigma, fraction, mu, tau):
        member, mean, _ = in_mixture(y, sigma, fraction, mu, tau)
        return member, mean, formula(member, *conditional(y, sigma, mu, tau), mean)

    return wrong


def shares(y, fraction):
    """Return the fractions, for each star."""
    return np.tile(fraction, (y.size, 1))


def one_normal(y, sigma, fraction, mu, tau):
    """Return the members, and mean and sd for one Normal that has the mean and the variance of the mixture."""
    mean = np.sum(fraction * mu)
    variance = np.sum(fraction * (tau**2 + mu**2)) - mean**2
    w = variance / (variance + sigma**2)
    return in_mixture(y, sigma, fraction, mu, tau)[0], w * y + (1 - w) * mean, np.sqrt(w) * sigma


def surely(member):
    """Return 1 for the most probable component of each star, and 0 for the others."""
    return (member == member.max(axis=1, keepdims=True)).astype(float)


def about_the_mean(y, sigma, fraction, mu, tau):
    """Return the answer with probabilities that add up to one over the stars, and the variance in two parts."""
    member, (mean, variance) = softmax(log_terms(y, sigma, fraction, mu, tau), axis=0), conditional(y, sigma, mu, tau)
    average = np.sum(member * mean, axis=1)
    return member, average, np.sqrt(np.sum(member * (variance + (mean - average[:, None]) ** 2), axis=1))


def hard(y, sigma, fraction, mu, tau):
    """Return the answer with each star in the component that it most probably comes from."""
    member = in_mixture(y, sigma, fraction, mu, tau)[0]
    return member, *mixed(surely(member), *conditional(y, sigma, mu, tau))


def sd_by_rows(y, sigma, mu, tau):
    """Return mean and variance of each star with the weights exchanged."""
    w = sigma[:, None] ** 2 / (tau**2 + sigma[:, None] ** 2)
    return w * y[:, None] + (1 - w) * mu, conditional(y, sigma, mu, tau)[1]


def from_sds(y, sigma, mu, tau):
    """Return mean and variance of each star with weights that are made of standard deviations."""
    w = tau / (tau + sigma[:, None])
    return w * y[:, None] + (1 - w) * mu, w * sigma[:, None] ** 2


IN_MIXTURE = Function(
    "in_mixture",
    4,
    reference=in_mixture,
    probes=[
        (
            np.array([-0.4, -0.1, 0.35]),
            np.array([0.1, 0.3, 0.15]),
            np.array([0.7, 0.3]),
            np.array([-0.2, 0.3]),
            np.array([0.1, 0.4]),
        ),
        (
            np.array([1.0, -2.0, 0.5, 3.0]),
            np.array([0.5, 1.5, 1.0, 0.8]),
            np.array([0.5, 0.2, 0.3]),
            np.array([0.0, 2.5, -1.0]),
            np.array([1.0, 0.5, 2.0]),
        ),
        (np.array([0.3, 1.1]), np.array([0.2, 0.5]), np.array([1.0]), np.array([0.5]), np.array([0.3])),
        # So far out that no component's density is a number above zero.
        (np.array([90.0, 0.1]), np.array([0.5, 0.3]), np.array([0.9, 0.1]), np.array([0.0, 0.2]), np.array([0.5, 1.0])),
        # As many stars as components.
        (np.array([0.2, -0.3]), np.array([0.1, 0.2]), np.array([0.4, 0.6]), np.array([0.1, -0.1]), np.array([0.3, 0.2])),
    ],
    private=draw_mixture,
    tolerance=Tolerance(rel=1e-4, abs=1e-6),
    misconceptions=[
        Misconception(
            "the fractions are left out of the probabilities",
            with_log_term(lambda y, sigma, fraction, mu, tau: term(y, mu, spread(sigma, tau))),
            "Where two components explain a star equally well, which one is more probable, if it has nine times as many stars?",
        ),
        Misconception(
            "the fractions stand for the probabilities",
            with_member(lambda y, sigma, fraction, mu, tau: shares(y, fraction)),
            "So much is known before the star is measured. What does y say about where it comes from?",
        ),
        Misconception(
            "the fractions stand for the probabilities where the components are averaged",
            lambda y, sigma, fraction, mu, tau: (
                in_mixture(y, sigma, fraction, mu, tau)[0],
                *mixed(shares(y, fraction), *conditional(y, sigma, mu, tau)),
            ),
            "You know from where each star probably comes. Should a component to which it cannot belong count?",
        ),
        Misconception(
            "σ is left out of the probabilities",
            with_log_term(lambda y, sigma, fraction, mu, tau: np.log(fraction) + term(y, mu, tau)),
            "A measurement scatters about the mean of its component for two reasons. Which ones?",
        ),
        Misconception(
            "τ is left out of the probabilities",
            with_log_term(lambda y, sigma, fraction, mu, tau: np.log(fraction) + term(y, mu, sigma[:, None])),
            "A measurement scatters about the mean of its component for two reasons. Which ones?",
        ),
        Misconception(
            "a variance is given where SciPy's Normal wants a standard deviation",
            with_log_term(lambda y, sigma, fraction, mu, tau: np.log(fraction) + term(y, mu, spread(sigma, tau) ** 2)),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "σ and τ are added and not their squares",
            with_log_term(lambda y, sigma, fraction, mu, tau: np.log(fraction) + term(y, mu, sigma[:, None] + tau)),
            "The noise and the spread of a component are independent. What adds up then?",
        ),
        Misconception(
            "the Normal densities are not normalized in the probabilities",
            with_log_term(
                lambda y, sigma, fraction, mu, tau: (
                    np.log(fraction) + term(y, mu, spread(sigma, tau)) + np.log(spread(sigma, tau))
                )
            ),
            "What stands before the exponential of a Normal density differs from component to component. Which is lower, a "
            "wide one or a narrow one?",
        ),
        Misconception(
            "the probabilities add up to one over the stars, and not over the components",
            with_member(lambda *given: softmax(log_terms(*given), axis=0)),
            "Each star comes from one of the components. Along which axis should the probabilities add up to one?",
        ),
        Misconception(
            "the probabilities add up to one over the stars, and the variance is taken about the mean",
            about_the_mean,
            "Each star comes from one of the components. Along which axis should the probabilities add up to one?",
        ),
        Misconception(
            "the densities are not divided by their sum",
            with_member(lambda *given: np.exp(log_terms(*given)) / np.sqrt(2 * np.pi)),
            "Each star comes from one of the components. To what do the probabilities of a star add up?",
        ),
        Misconception(
            "the fraction is added where its logarithm belongs",
            with_log_term(lambda y, sigma, fraction, mu, tau: fraction + term(y, mu, spread(sigma, tau))),
            "Fraction and density are multiplied. What happens to a product in a logarithm?",
        ),
        Misconception(
            "each star is put into its most probable component, and the probabilities are 0 and 1",
            with_member(lambda *given: surely(in_mixture(*given)[0])),
            "That is what one would say if one had to decide. Here nobody has to: how sure is it?",
        ),
        Misconception(
            "each star is put into its most probable component",
            hard,
            "That is what one would say if one had to decide. Here nobody has to: how sure is it?",
        ),
        Misconception(
            "the mixture is replaced by one Normal of the same mean and variance",
            one_normal,
            "One Normal takes away the same part of every distance. What should happen to a star that surely belongs to one "
            "component?",
        ),
        Misconception(
            "the stars are not shrunk inside of their components: θ is the mean of the component",
            with_parts(lambda y, sigma, mu, tau: (mu + 0 * sigma[:, None], conditional(y, sigma, mu, tau)[1])),
            "If you knew the component, you would have a Normal population. What is the estimate there?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged in each component",
            with_parts(sd_by_rows),
            "Take a star without noise. Where should its estimate be, whatever the component?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged in each component, in the mean and in the variance",
            with_parts(
                lambda y, sigma, mu, tau: (sd_by_rows(y, sigma, mu, tau)[0], sigma[:, None] ** 4 / spread(sigma, tau) ** 2)
            ),
            "Take a star without noise. Where should its estimate be, whatever the component?",
        ),
        Misconception(
            "the stars are not shrunk: in each component θ is the measurement with its error",
            with_parts(lambda y, sigma, mu, tau: (y[:, None] + 0 * tau, sigma[:, None] ** 2 + 0 * tau)),
            "If you knew the component, you would have a Normal population. Where does it pull the star?",
        ),
        Misconception(
            "mean and sd of the component stand for those of the star in it",
            with_parts(lambda y, sigma, mu, tau: (mu + 0 * sigma[:, None], tau**2 + 0 * sigma[:, None])),
            "That is what is known of a star of this component before it is measured. What does y add?",
        ),
        Misconception(
            "the half in the exponent is forgotten in the probabilities",
            with_log_term(
                lambda y, sigma, fraction, mu, tau: (
                    np.log(fraction) - np.log(spread(sigma, tau)) - ((y[:, None] - mu) / spread(sigma, tau)) ** 2
                )
            ),
            "Write down the density of one Normal. What stands in its exponent beside the squared distance?",
        ),
        Misconception(
            "the weights are made of the sds and not of the variances",
            with_parts(from_sds),
            "Write the product of two Gaussians in θ. By what is each squared distance divided in the exponent?",
        ),
        Misconception(
            "the sd in each component is w σ and not √w σ",
            with_parts(
                lambda y, sigma, mu, tau: (
                    conditional(y, sigma, mu, tau)[0],
                    conditional(y, sigma, mu, tau)[1] * tau**2 / spread(sigma, tau) ** 2,
                )
            ),
            "Precisions add, and a precision is one over a variance. Work out the variance first, then take its root.",
        ),
        Misconception(
            "the sd in each component is τ",
            with_parts(lambda y, sigma, mu, tau: (conditional(y, sigma, mu, tau)[0], tau**2 + 0 * sigma[:, None])),
            "That is what is known of a star of this component before it is measured. What does y add?",
        ),
        Misconception(
            "the sd is that of the measurement in each component",
            with_parts(lambda y, sigma, mu, tau: (conditional(y, sigma, mu, tau)[0], sigma[:, None] ** 2 + 0 * tau)),
            "If you knew the component, you would have a Normal population. What does it add to the measurement?",
        ),
        Misconception(
            "the variances are averaged, and the distances between the components' estimates left out",
            with_sd(lambda member, means, variances, mean: np.sqrt(np.sum(member * variances, axis=1))),
            "Let two components be equally probable for a star, and their estimates far apart. How uncertain is it?",
        ),
        Misconception(
            "the sds are averaged",
            with_sd(lambda member, means, variances, mean: np.sum(member * np.sqrt(variances), axis=1)),
            "Let two components be equally probable for a star, and their estimates far apart. How uncertain is it?",
        ),
        Misconception(
            "the variances are weighted with the squares of the probabilities",
            with_sd(lambda member, means, variances, mean: np.sqrt(np.sum(member**2 * variances, axis=1))),
            "That is the variance of a sum of independent parts. Here the star is *either* in one component *or* in another.",
        ),
        Misconception(
            "only the distances between the components' estimates are in the sd",
            with_sd(lambda member, means, variances, mean: np.sqrt(np.sum(member * (means - mean[:, None]) ** 2, axis=1))),
            "If the component were known, would the star be known without error?",
        ),
        Misconception(
            "the variance is given in place of the sd",
            with_sd(lambda member, means, variances, mean: mixed(member, means, variances)[1] ** 2),
            "Check the unit of the last result: it should be that of y.",
        ),
        Misconception(
            "the second moment is not reduced by the square of the mean",
            with_sd(lambda member, means, variances, mean: np.sqrt(np.sum(member * (variances + means**2), axis=1))),
            "Add the same number to all y and all μ. Should the sd change?",
        ),
    ],
    solution=r"""
In component $k$ a star's measurement is $\mathcal{N}(\mu_k, \tau_k^2 + \sigma_j^2)$, so Bayes' theorem gives the probability
$r_{jk} \propto f_k\, \mathcal{N}(y_j \mid \mu_k, \tau_k^2 + \sigma_j^2)$ that it comes from there. Take the logarithm, and
subtract the largest before you exponentiate. Inside of a component it is the Normal hierarchy: mean
$m_{jk} = w_{jk} y_j + (1 - w_{jk})\, \mu_k$, variance $w_{jk} \sigma_j^2$. Then

$$
\begin{aligned}
\mathrm{E}(\theta_j) &= \sum_k r_{jk}\, m_{jk}, \\
\mathrm{Var}(\theta_j) &= \sum_k r_{jk} \bigl(w_{jk} \sigma_j^2 + (m_{jk} - \mathrm{E}(\theta_j))^2\bigr) .
\end{aligned}
$$

The second term is large for a star about which the components disagree. Its posterior may have two humps, and the sd is then
wider than either.
""",
)


# ---- 4. The final model -----------------------------------------------------------------------------------------------------

SHARE = 0.9  # of the stars are members
FIELD = -0.5, 0.5  # mean and sd of the field, in dex
MEMBERS, STRANGERS = 12, 2


def draw_stars(rng):
    """Fourteen stars of a cluster and of the field, one of which may be either, and a grid of mu and tau."""
    for _ in attempts("draw_stars"):
        mu, tau = rng.uniform(-0.2, 0.2), rng.uniform(0.05, 0.12)
        sigma = rng.uniform(0.05, 0.15, MEMBERS + STRANGERS)
        far = mu - rng.uniform(0.25, 0.9, STRANGERS)
        y = rng.normal(np.r_[rng.normal(mu, tau, MEMBERS), far], sigma)
        order = rng.permutation(y.size)
        data = {"y": y[order].round(3), "sigma": sigma[order].round(3), "share": SHARE, "field": np.array(FIELD)}
        data |= {"mu": np.linspace(-0.4, 0.4, 33), "tau": np.linspace(0.01, 0.4, 40)}
        member = final(data)["member"]
        if np.any(np.abs(member - 0.5) < 0.3) and member.min() < 0.05 and answers_apart(FINAL, data, 2.2):
            return data


def final(data):
    """For each star: probability of membership, and mean and sd of theta, under the mixture with mu and tau unknown."""
    log_p, member, mean, variance = on_grid(data)
    return averaged(softmax(log_p), member, mean, variance)


def on_grid(data):
    """Return ln p(y | mu, tau) of each pair; and for each pair and star P(member), and mean and variance of theta."""
    terms, means, variances = components(data)
    member = 1 / (1 + np.exp(terms[1] - terms[0]))
    mean = member * means[0] + (1 - member) * means[1]
    second = member * (variances[0] + means[0] ** 2) + (1 - member) * (variances[1] + means[1] ** 2)
    return np.logaddexp(*terms).sum(axis=1), member, mean, second - mean**2


def components(data):
    """Return for cluster and field ln of what it counts, and mean and variance of theta, for each pair and star."""
    mu, tau = (axis.ravel() for axis in np.meshgrid(data["mu"], data["tau"]))
    terms, means, variances = [], [], []
    field, width = data["field"]
    for share, center, sd in (
        (data["share"], mu, tau),
        (1 - data["share"], np.full(mu.shape, field), np.full(tau.shape, width)),
    ):
        total = sd[:, None] ** 2 + data["sigma"] ** 2
        distance = data["y"] - center[:, None]
        terms.append(np.log(share) - (np.log(total) + distance**2 / total) / 2)
        w = sd[:, None] ** 2 / total
        means.append(center[:, None] + w * distance)
        variances.append(w * data["sigma"] ** 2)
    return terms, means, variances


def averaged(weight, member, mean, variance):
    """Return the answer from weights of the pairs, which add up to 1."""
    average = weight @ mean
    return {"member": weight @ member, "mean": average, "sd": np.sqrt(weight @ (variance + mean**2) - average**2)}


def with_weights(formula):
    """Return a misconception's function: other weights of the pairs of mu and tau, from the data and ln p(y | mu, tau)."""

    def wrong(data):
        log_p, *stars = on_grid(data)
        return averaged(formula(data, log_p), *stars)

    return wrong


def with_data(**otherwise):
    """Return a misconception's function: the answer to other data, each a function of those that are given."""
    return lambda data: final(data | {name: function(data) for name, function in otherwise.items()})


def with_part(name, formula):
    """Return a misconception's function: one part of the answer from weights, members, means and variances."""

    def wrong(data):
        log_p, *stars = on_grid(data)
        return final(data) | {name: formula(softmax(log_p), *stars)}

    return wrong


def pairs(data):
    """Return mu and tau of every pair."""
    return [axis.ravel() for axis in np.meshgrid(data["mu"], data["tau"])]


def normal_alone(data):
    """Return the answer of one Normal for all stars."""
    return final(data | {"share": 1 - 1e-12})


def likelihood_of_members(data, log_p):
    """Return weights of the pairs as if all stars were members."""
    return softmax(on_grid(data | {"share": 1 - 1e-12})[0])


def without_noise(data, log_p):
    """Return weights of the pairs with the noise left out of the likelihood."""
    return softmax(on_grid(data | {"sigma": 0 * data["sigma"]})[0])


def at_the_mean(data):
    """Return the answer for the posterior means of mu and tau."""
    weight = softmax(on_grid(data)[0])
    mu, tau = (np.array([weight @ axis]) for axis in pairs(data))
    return final(data | {"mu": mu, "tau": tau})


def most_probable(data, log_p):
    """Return weights with which the most probable pair stands for all."""
    return (log_p == log_p.max()).astype(float)


def sure_stars(data):
    """Return the answer after stars that are probably strangers have been cut out, for the members, as one Normal."""
    keep = final(data)["member"] > 0.5
    cut = {name: data[name][keep] for name in ("y", "sigma")}
    weight = softmax(on_grid(data | cut | {"share": 1 - 1e-12})[0])
    return averaged(weight, *on_grid(data)[1:])


def mixed_again(member_of, *, weight=None, noise=True):
    """Return a misconception's function: theta with other probabilities of membership, from those of pairs and of stars."""

    def wrong(data):
        terms, means, variances = components(data)
        if not noise:
            center, sd = data["field"]
            terms[1] = np.log(1 - data["share"]) - np.log(sd**2) / 2 - ((data["y"] - center) / sd) ** 2 / 2
        log_p, member = np.logaddexp(*terms), 1 / (1 + np.exp(terms[1] - terms[0]))
        p = softmax(log_p, axis=0) if weight == "own" else softmax(log_p.sum(axis=1))[:, None]
        shown = np.sum(p * member, axis=0)
        used = member_of(member, shown)
        mean = np.sum(p * (used * means[0] + (1 - used) * means[1]), axis=0)
        square = np.sum(p * (used * (variances[0] + means[0] ** 2) + (1 - used) * (variances[1] + means[1] ** 2)), axis=0)
        return {"member": shown, "mean": mean, "sd": np.sqrt(square - mean**2)}

    return wrong


def without_distances(data):
    """Return the answer with the distance of the two components' estimates left out of the sd."""
    _, _, variances = components(data)
    log_p, member, mean, _ = on_grid(data)
    within = member * variances[0] + (1 - member) * variances[1]
    return final(data) | {"sd": averaged(softmax(log_p), member, mean, within)["sd"]}


def within_alone(data):
    """Return the answer with nothing but the variances in each component in the sd."""
    _, _, variances = components(data)
    log_p, member, *_ = on_grid(data)
    return final(data) | {"sd": np.sqrt(softmax(log_p) @ (member * variances[0] + (1 - member) * variances[1]))}


def half_at_the_edge(data, log_p):
    """Return weights by the trapezoidal rule in mu and tau."""
    ends = np.multiply.outer(*(np.r_[0.5, np.ones(data[name].size - 2), 0.5] for name in ("tau", "mu")))
    return softmax(log_p + np.log(ends.ravel()))


def sds_averaged(weight, member, mean, variance):
    """Return the averages of the sds."""
    return weight @ np.sqrt(variance)


FINAL = Analysis(
    "final",
    5,
    data="stars",
    reference=final,
    tolerance=Tolerance(rel=1e-5, abs={"member": 1e-5, "mean": 1e-5, "sd": 2e-6}),
    misconceptions=[
        Misconception(
            "all stars are taken for members",
            normal_alone,
            "Then strangers make τ large, and are pulled toward a cluster in which they are not. Where does the field enter?",
        ),
        Misconception(
            "all pairs of μ and τ count the same",
            with_weights(lambda data, log_p: np.full(log_p.size, 1 / log_p.size)),
            "The pairs are equally probable before the data are known. And after?",
        ),
        Misconception(
            "the most probable pair of μ and τ stands for all",
            with_weights(most_probable),
            "Other pairs explain the data nearly as well. How much do the stars depend on which it is?",
        ),
        Misconception(
            "the posterior means of μ and τ stand for all that the data allow",
            at_the_mean,
            "Other pairs explain the data nearly as well. How much do the stars depend on which it is?",
        ),
        Misconception(
            "the pairs are weighted as if all stars were members",
            with_weights(likelihood_of_members),
            "The strangers have their say in what μ and τ are, and nobody told them apart. What is the density of a "
            "measurement, whatever the star is?",
        ),
        Misconception(
            "the pairs are weighted by the stars that are probably members, and by no others",
            sure_stars,
            "Cut away the tail of what you measure, and it looks narrower than it is. The mixture needs no cut: what does a "
            "star that may be either contribute?",
        ),
        Misconception(
            "the noise is left out when the pairs are weighted",
            with_weights(without_noise),
            "The data that the pairs have to explain are y, not θ. How far does y scatter?",
        ),
        Misconception(
            "each star weighs the pairs of μ and τ alone",
            mixed_again(lambda member, shown: member, weight="own"),
            "All fourteen have told something about μ and τ, and a pair has one weight, which holds for every star. How do the "
            "densities of independent stars combine?",
        ),
        Misconception(
            "the pairs at the edge of the grid count half, as in the trapezoidal rule",
            with_weights(half_at_the_edge),
            "That is how one integrates over a range. Here no values but those of the grid are possible, and all pairs are "
            "equally probable: a plain sum.",
        ),
        Misconception(
            "a prior HalfNormal(0.1) on τ is multiplied into the weights",
            with_weights(lambda data, log_p: softmax(log_p - (pairs(data)[1] / 0.1) ** 2 / 2)),
            "What does the question say about the pairs before the data are known?",
        ),
        Misconception(
            "a prior N(0, 1) on μ is multiplied into the weights",
            with_weights(lambda data, log_p: softmax(log_p - pairs(data)[0] ** 2 / 2)),
            "What does the question say about the pairs before the data are known?",
        ),
        Misconception(
            "a factor 1/τ is multiplied into the weights, as for a prior that is flat in ln τ",
            with_weights(lambda data, log_p: softmax(log_p - np.log(pairs(data)[1]))),
            "What does the question say about the pairs before the data are known?",
        ),
        Misconception(
            "a factor τ is multiplied into the weights, as for a grid of ln τ",
            with_weights(lambda data, log_p: softmax(log_p + np.log(pairs(data)[1]))),
            "What does the question say about the pairs before the data are known, and about the widths of cells?",
        ),
        Misconception(
            "the densities of the stars are added in the weights",
            with_weights(lambda data, log_p: softmax(logsumexp(np.logaddexp(*components(data)[0]), axis=1))),
            "Given μ and τ the stars are independent. How do the densities of independent stars combine?",
        ),
        Misconception(
            "the errors are squared before they are used",
            with_data(sigma=lambda data: data["sigma"] ** 2),
            "`sigma` holds standard deviations in dex. Where is a variance wanted, and is it squared once more there?",
        ),
        Misconception(
            "the field's mean has lost its sign",
            with_data(field=lambda data: np.array([-data["field"][0], data["field"][1]])),
            "`field` holds a mean and an sd. Take the mean from there, with its sign.",
        ),
        Misconception(
            "each star is taken for what it most probably is, as if that were sure",
            lambda data: mixed_again(lambda member, shown: np.round(shown))(data) | {"member": np.round(final(data)["member"])},
            "That is what one would say if one had to decide. What is known of the star that may be either?",
        ),
        Misconception(
            "the noise is left out where a star is compared with the field",
            mixed_again(lambda member, shown: member, noise=False),
            "A field star's y scatters about the field's mean for two reasons, as a member's does about μ. Which ones?",
        ),
        Misconception(
            "mean and sd of θ are those that a star would have as a member",
            mixed_again(lambda member, shown: np.ones_like(member)),
            "A star that is surely not a member would be pulled all the way toward μ. What is its θ in the field, and how much "
            "does that count?",
        ),
        Misconception(
            "each star's θ is taken from the component that is more probable",
            mixed_again(lambda member, shown: np.round(shown)),
            "That is what one would say if one had to decide. What is the mean for the star that may be either?",
        ),
        Misconception(
            "membership and θ are averaged over the pairs apart, and combined afterwards",
            mixed_again(lambda member, shown: shown),
            "Where τ is large, a star is more probably a member, and less pulled. Combine them for each pair first: what is "
            "averaged over the pairs then?",
        ),
        Misconception(
            "the weights of the pairs do not add up to 1",
            with_weights(lambda data, log_p: np.exp(log_p - log_p.max())),
            "An average needs weights that add up to 1. A probability above 1 is a sign of it.",
        ),
        Misconception(
            "the field is centered on zero",
            with_data(field=lambda data: np.array([0.0, data["field"][1]])),
            "`field` holds a mean and an sd. Where does the mean enter?",
        ),
        Misconception(
            "members and strangers change their shares",
            with_data(share=lambda data: 1 - data["share"]),
            "Which of the two is rare?",
        ),
        Misconception(
            "members and strangers are taken to be equally many",
            with_data(share=lambda data: 0.5),
            "Before its star is measured, what do you know about it? Where does `share` enter?",
        ),
        Misconception(
            "the field's sd is taken for a variance",
            with_data(field=lambda data: np.array([data["field"][0], np.sqrt(data["field"][1])])),
            "`field` holds the mean and the sd, both in dex.",
        ),
        Misconception(
            "the field's sd is squared where an sd belongs",
            with_data(field=lambda data: np.array([data["field"][0], data["field"][1] ** 2])),
            "`scale` in SciPy is a standard deviation, as the numbers in `field` are means and sds.",
        ),
        Misconception(
            "the probability of being a stranger is given",
            with_part("member", lambda weight, member, mean, variance: 1 - weight @ member),
            "How many of your stars do you expect to be members? Add up what you have.",
        ),
        Misconception(
            "membership is decided and not given as a probability",
            with_part("member", lambda weight, member, mean, variance: np.round(weight @ member)),
            "One of your stars may be either. What would you tell a colleague who wants to observe it?",
        ),
        Misconception(
            "the spread of the means over the pairs is left out of the sd",
            with_part("sd", lambda weight, member, mean, variance: np.sqrt(weight @ variance)),
            "For each pair a star's mean lies elsewhere. Which part of the variance says so?",
        ),
        Misconception(
            "the distance between a star's estimates as member and as stranger is left out of the sd",
            without_distances,
            "Let a star be a member with the probability 1/2, and the two estimates far apart. How uncertain is its θ?",
        ),
        Misconception(
            "only the variances inside of the components are in the sd, averaged over the pairs",
            within_alone,
            "A star's mean differs between member and stranger, and from pair to pair. Which parts of the variance say so?",
        ),
        Misconception(
            "the sds of all pairs are averaged",
            with_part("sd", sds_averaged),
            "Variances average, and there are two of them: that in each pair, and that between the pairs.",
        ),
        Misconception(
            "only the spread of the means over the pairs is in the sd",
            with_part("sd", lambda weight, member, mean, variance: np.sqrt(weight @ mean**2 - (weight @ mean) ** 2)),
            "If μ and τ were known, would the star be known without error?",
        ),
        Misconception(
            "the variance is given in place of the sd",
            with_part("sd", lambda weight, member, mean, variance: averaged(weight, member, mean, variance)["sd"] ** 2),
            "Check the unit: it should be dex.",
        ),
    ],
    solution=r"""
Each pair of $\mu$ and $\tau$ gets the weight $\prod_j \sum_k f_k\, \mathcal{N}(y_j \mid \mu_k, \tau_k^2 + \sigma_j^2)$,
normalized over the grid. With `in_mixture` from above:

```python
def final(data):
    field, width = data["field"]
    fraction = np.array([data["share"], 1 - data["share"]])
    log_p, stars = [], []
    for mu in data["mu"]:
        for tau in data["tau"]:
            mixture = fraction, np.array([mu, field]), np.array([tau, width])
            total = np.hypot(data["sigma"][:, None], mixture[2])
            density = stats.norm.pdf(data["y"][:, None], mixture[1], total) @ fraction
            member, mean, sd = in_mixture(data["y"], data["sigma"], *mixture)
            log_p.append(np.log(density).sum())
            stars.append([member[:, 0], mean, sd**2 + mean**2])
    weight = np.exp(np.array(log_p) - max(log_p))
    member, mean, square = np.tensordot(weight / weight.sum(), stars, axes=1)
    return {"member": member, "mean": mean, "sd": np.sqrt(square - mean**2)}
```

A star that is surely a member is pulled toward $\mu$ as in the Normal hierarchy. One that surely is not keeps nearly all of its
distance, since the field is wide. One that may be either lies between, and its error bar holds both possibilities: it is often
wider than the error of the measurement. Nobody has been cut from the sample.
""",
)

# ---- Other right ways, for the tests ----------------------------------------------------------------------------------------


def referee_in_words(data):
    """The same from draws of nothing: quantile, mean and sd by name, the star by sorting, the place by a loop; a list."""
    found = exact.posterior(NormalHierarchy((0, 0.1), stats.halfnorm(scale=0.1)), Measurements(data["y"], data["sigma"]))
    star = sorted(range(20), key=lambda j: data["y"][j])[-1]
    means, sds = list(found.mean("theta")), list(found.sd("theta"))
    center = sum(means) / 20
    scatter = (sum((mean - center) ** 2 for mean in means) / 19) ** 0.5
    right = [float(found.quantile("tau", 0.5)), found.mean("mu"), found.sd("mu"), means[star], sds[star], scatter]
    off = [abs(given - value) / abs(value) for given, value in zip(data["printed"], right, strict=True)]
    return {"right": right, "wrong": [each > 0.02 for each in off]}


def referee_on_a_grid(data):
    """The posterior on a grid of tau of one's own; the printed numbers kept where they are right."""
    y, sigma = data["y"], data["sigma"]
    tau = np.linspace(1e-4, 0.6, 4000)
    weight = 1 / (tau[:, None] ** 2 + sigma**2)
    total = weight.sum(axis=1) + 0.1**-2
    mu, variance = weight @ y / total, 1 / total
    chi2 = np.sum(weight * (y - mu[:, None]) ** 2, axis=1) + (mu / 0.1) ** 2
    p = softmax(0.5 * (np.log(weight).sum(axis=1) - np.log(total) - chi2) - (tau / 0.1) ** 2 / 2)
    w = tau[:, None] ** 2 * weight
    theta, spread_of = w * y + (1 - w) * mu[:, None], w * sigma**2 + (1 - w) ** 2 * variance[:, None]
    means = p @ theta
    sds = np.sqrt(p @ (spread_of + theta**2) - means**2)
    star, middle = np.argmax(y), np.interp(0.5, np.cumsum(p) - p / 2, tau)
    sd_mu = np.sqrt(p @ (variance + mu**2) - (p @ mu) ** 2)
    right = np.array([middle, p @ mu, sd_mu, means[star], sds[star], np.std(means, ddof=1)])
    off = np.abs(data["printed"] - right) > 0.02 * np.abs(right)
    return {"right": np.where(off, right, data["printed"]), "wrong": off}


def in_mixture_in_a_loop(y, sigma, fraction, mu, tau):
    """Star by star and component by component, in plain Python; lists."""
    members, means, sds = [], [], []
    for value, error in zip(y, sigma, strict=True):
        logs = [np.log(f) + stats.norm.logpdf(value, m, np.hypot(t, error)) for f, m, t in zip(fraction, mu, tau, strict=True)]
        parts = [np.exp(each - max(logs)) for each in logs]
        r = [part / sum(parts) for part in parts]
        centers = [(value / error**2 + m / t**2) / (1 / error**2 + 1 / t**2) for m, t in zip(mu, tau, strict=True)]
        mean = sum(a * b for a, b in zip(r, centers, strict=True))
        square = sum(a * (1 / (1 / error**2 + 1 / t**2) + (b - mean) ** 2) for a, b, t in zip(r, centers, tau, strict=True))
        members.append(r)
        means.append(mean)
        sds.append(square**0.5)
    return members, means, sds


def in_mixture_by_broadcasting(y, sigma, fraction, mu, tau):
    """Components first, in SciPy's densities; the variance in two parts."""
    total = np.hypot(sigma, tau[:, None])
    log_p = np.log(fraction)[:, None] + stats.norm.logpdf(y, mu[:, None], total)
    r = np.exp(log_p - logsumexp(log_p, axis=0))
    gain = (tau[:, None] / total) ** 2
    center = mu[:, None] + gain * (y - mu[:, None])
    mean = np.einsum("kj,kj->j", r, center)
    return r.T, mean, np.sqrt((r * gain * sigma**2).sum(axis=0) + (r * (center - mean) ** 2).sum(axis=0))


def in_mixture_by_precision(y, sigma, fraction, mu, tau):
    """A Bayes factor against the first component, and precisions; one array for each star, stacked."""
    rows = []
    for value, error in zip(y, sigma, strict=True):
        log_p = np.log(fraction) + stats.norm(mu, np.sqrt(tau**2 + error**2)).logpdf(value)
        r = np.exp(log_p - np.logaddexp.reduce(log_p))
        precision = tau**-2 + error**-2
        center = (mu * tau**-2 + value * error**-2) / precision
        mean = np.average(center, weights=r)
        rows.append((r, mean, np.average(1 / precision + (center - mean) ** 2, weights=r) ** 0.5))
    member, mean, sd = zip(*rows, strict=True)
    return np.array(member), np.array(mean), np.array(sd)


def half_right_without_logarithms(y, sigma, fraction, mu, tau):
    """Densities that underflow where a star lies far from every component."""
    density = fraction * stats.norm.pdf(y[:, None], mu, spread(sigma, tau))
    member = density / density.sum(axis=1, keepdims=True)
    return member, *mixed(member, *conditional(y, sigma, mu, tau))


def half_right_for_two(y, sigma, fraction, mu, tau):
    """Two components, whatever is given."""
    two = in_mixture(y, sigma, fraction[:2] / fraction[:2].sum(), mu[:2], tau[:2])
    return two


def final_in_loops(data):
    """Pair by pair with the function of the question before."""
    field, width = data["field"]
    fraction = np.array([data["share"], 1 - data["share"]])
    log_p, found = [], []
    for mu in data["mu"]:
        for tau in data["tau"]:
            mixture = fraction, np.array([mu, field]), np.array([tau, width])
            density = stats.norm.pdf(data["y"][:, None], mixture[1], spread(data["sigma"], mixture[2])) @ fraction
            member, mean, sd = in_mixture(data["y"], data["sigma"], *mixture)
            log_p.append(np.log(density).sum())
            found.append([member[:, 0], mean, sd**2 + mean**2])
    weight = np.exp(np.array(log_p) - max(log_p))
    member, mean, square = np.tensordot(weight / weight.sum(), found, axes=1)
    return {"member": member, "mean": mean, "sd": np.sqrt(square - mean**2)}


def final_all_at_once(data):
    """One array of pairs, stars and components, without logarithms; lists."""
    mu, tau = np.meshgrid(data["mu"], data["tau"], indexing="ij")
    center = np.stack([mu, np.full(mu.shape, data["field"][0])], axis=-1).reshape(-1, 1, 2)
    width = np.stack([tau, np.full(tau.shape, data["field"][1])], axis=-1).reshape(-1, 1, 2)
    error = data["sigma"][:, None]
    joint = np.array([data["share"], 1 - data["share"]]) * stats.norm.pdf(data["y"][:, None], center, np.hypot(width, error))
    evidence = joint.sum(axis=-1)
    weight = evidence.prod(axis=1)
    weight /= weight.sum()
    r = weight[:, None, None] * joint / evidence[..., None]
    precision = width**-2 + error**-2
    mean = (center * width**-2 + data["y"][:, None] * error**-2) / precision
    average = np.sum(r * mean, axis=(0, 2))
    square = np.sum(r * (1 / precision + (mean - average[:, None]) ** 2), axis=(0, 2))
    return {"member": r[..., 0].sum(axis=0).tolist(), "mean": average.tolist(), "sd": np.sqrt(square).tolist()}


ALTERNATIVES = {
    "referee": [referee_in_words, referee_on_a_grid],
    "in_mixture": [in_mixture_in_a_loop, in_mixture_by_broadcasting, in_mixture_by_precision],
    "final": [final_in_loops, final_all_at_once],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {"in_mixture": [half_right_without_logarithms, half_right_for_two]}
DATA = {"paper": draw_paper, "stars": draw_stars}
QUESTIONS = [METHOD, REFEREE, IN_MIXTURE, FINAL]
