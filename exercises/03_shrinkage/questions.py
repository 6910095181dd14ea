"""Homework 3, Shrinkage: shares of the weight, a second night, James and Stein, who pays, and an unknown population."""

import numpy as np
from scipy import stats
from scipy.special import ndtr

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_simulation(rng):
    """Twelve stars of a cluster whose truth is known, one of them far out: some lose by shrinkage, and none by a hair."""
    for _ in attempts("draw_simulation"):
        mu, tau = rng.uniform(-0.3, 0.1), rng.uniform(0.05, 0.12)
        sigma = rng.uniform(0.03, 0.15, 12)
        theta = rng.normal(mu, tau, 12)
        theta[rng.integers(12)] = mu + 4 * tau
        data = {"mu": mu, "tau": tau, "theta": theta, "sigma": sigma, "y": rng.normal(theta, sigma)}
        clear = np.all(np.abs(expected_error(data) / sigma**2 - 1) > 0.01)
        if clear and not any(np.array_equal(rule, worse(data)) for rule in rules(data)) and answers_apart(WHO_PAYS, data, 2.2):
            return data


def worse(data):
    """Return which stars lose."""
    return expected_error(data) > data["sigma"] ** 2


def rules(data):
    """Return which stars would lose by rules of thumb: those farther out than a multiple of some width, or the precise ones."""
    far, sigma, tau = np.abs(data["theta"] - data["mu"]), data["sigma"], data["tau"]
    limits = [sigma, tau, 2 * tau, 3 * tau, np.sqrt(2) * tau, np.hypot(sigma, tau)]
    return [*(far > limit for limit in limits), sigma < tau]


def draw_observed(rng):
    """Six stars, too few to know tau well, and what is known of the population: every variant tells all answers apart."""
    for _ in attempts("draw_observed"):
        sky = simulate_normal(rng.uniform(-0.3, 0.1), rng.uniform(0.06, 0.12), rng.uniform(0.05, 0.15, 6), rng=rng)
        draws = exact.posterior(MODEL, Measurements(y=sky.y, sigma=sky.sigma)).draws(200, rng=rng)
        data = {"y": sky.y, "sigma": sky.sigma, "mu": draws.mu, "tau": draws.tau}
        if answers_apart(AVERAGED, data, 2.2):
            return data


# ---- 1. The weights of several measurements -------------------------------------------------------------------------------


def shares(sigma, tau):
    """Weights of one star's measurements, and of the population mean, in the estimate of its metallicity."""
    precision = 1 / sigma**2
    total = np.sum(precision) + 1 / tau**2
    return precision / total, 1 / tau**2 / total


def draw_shares(rng):
    """Errors over two decades, and a population with a spread."""
    return 10 ** rng.uniform(-2, 0, rng.integers(1, 9)), float(10 ** rng.uniform(-2, 0))


def weight(sigma, tau):
    """Return the weight of a single measurement in a population of width tau."""
    return tau**2 / (tau**2 + sigma**2)


def shared(measured, population):
    """Return a misconception's function: shares of these, which come from sigma and tau, in their total."""

    def wrong(sigma, tau):
        total = np.sum(measured(sigma, tau)) + population(sigma, tau)
        return measured(sigma, tau) / total, population(sigma, tau) / total

    return wrong


def for_measurements(share):
    """Return a misconception's function: weights of the measurements from sigma and tau; the rest is left for the mean."""
    return lambda sigma, tau: (share(sigma, tau), 1 - np.sum(share(sigma, tau)))


SHARES = Function(
    "shares",
    2,
    reference=shares,
    probes=[
        (np.array([0.1]), 0.2),
        (np.array([0.05, 0.08, 0.3]), 0.08),
        (np.array([0.5, 0.02, 0.04, 0.04]), 0.6),
        (np.array([1e-4, 0.5]), 0.7),
        (np.array([0.3, 0.1]), 1e-3),
    ],
    private=draw_shares,
    tolerance=Tolerance(rel=1e-5, abs=1e-9),
    misconceptions=[
        Misconception(
            "the standard deviations are used where the variances belong",
            shared(lambda sigma, tau: 1 / sigma, lambda sigma, tau: 1 / tau),
            "When Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "the widest gets the largest weight",
            shared(lambda sigma, tau: sigma**2, lambda sigma, tau: tau**2),
            "Try a very precise measurement, with σ near zero: which should decide the estimate, this one or all others?",
        ),
        Misconception(
            "the widest gets the largest weight, in standard deviations",
            shared(lambda sigma, tau: sigma, lambda sigma, tau: tau),
            "Try a very precise measurement, with σ near zero: which should decide the estimate, this one or all others? And "
            "is it σ or σ² that adds up?",
        ),
        Misconception(
            "every measurement is weighted as if it were the only one",
            for_measurements(weight),
            "Each of your weights is right for a star that was measured once. But weights are shares of one whole: with ten "
            "good measurements, what would be left for μ?",
        ),
        Misconception(
            "every measurement is shrunk by itself, and the results are averaged",
            for_measurements(lambda sigma, tau: weight(sigma, tau) / sigma.size),
            "This asks the population once for each measurement. The star was drawn from it once, however often it is seen.",
        ),
        Misconception(
            "every measurement is shrunk by itself, and the results are averaged with weights 1/σ²",
            for_measurements(lambda sigma, tau: weight(sigma, tau) * sigma**-2 / np.sum(sigma**-2)),
            "This asks the population once for each measurement. The star was drawn from it once, however often it is seen.",
        ),
        Misconception(
            "the population counts once for each measurement, or all measurements together count as one",
            shared(lambda sigma, tau: sigma**-2, lambda sigma, tau: sigma.size / tau**2),
            "The star was drawn from the population once, and ten measurements of it say more than one.",
        ),
        Misconception(
            "all measurements get the same weight, and their mean has the error of the plain mean",
            for_measurements(
                lambda sigma, tau: weight(np.sqrt(np.sum(sigma**2)) / sigma.size, tau) * np.full(sigma.size, 1 / sigma.size)
            ),
            "A precise measurement says more than a noisy one. Combine them with what adds up when Gaussians are multiplied.",
        ),
        Misconception(
            "all measurements get the same weight",
            lambda sigma, tau: (np.full(sigma.size, (1 - shares(sigma, tau)[1]) / sigma.size), shares(sigma, tau)[1]),
            "The share of μ is right. A precise measurement says more than a noisy one: share the rest accordingly.",
        ),
        Misconception(
            "every measurement is weighted as if it were the only one, and μ by what all of them leave",
            lambda sigma, tau: (weight(sigma, tau), np.prod(1 - weight(sigma, tau))),
            "Weights are shares of one whole, and all of them add up to one. Do yours?",
        ),
        Misconception(
            "the variances of the measurements are added up",
            for_measurements(lambda sigma, tau: weight(np.sqrt(np.sum(sigma**2)), tau) * np.full(sigma.size, 1 / sigma.size)),
            "That is the variance of a sum. One more measurement should make the star better known, not worse.",
        ),
        Misconception(
            "the measurements together have the error of a typical one",
            for_measurements(lambda sigma, tau: weight(np.sqrt(np.mean(sigma**2)), tau) * sigma**-2 / np.sum(sigma**-2)),
            "Several measurements are better than one. Which error has their weighted mean?",
        ),
        Misconception(
            "the population is left out",
            lambda sigma, tau: (sigma**-2 / np.sum(sigma**-2), 0.0),
            "That is no pooling. The population says something about the star as well: as much as which measurement would?",
        ),
        Misconception(
            "the precisions are given, and not their shares",
            lambda sigma, tau: (sigma**-2, tau**-2),
            "These compare the sources, as odds do. A weight is a share of the whole: all of them add up to one.",
        ),
        Misconception(
            "the spread of the population is added to the variance of every measurement",
            shared(lambda sigma, tau: 1 / (sigma**2 + tau**2), lambda sigma, tau: 1 / tau**2),
            "So much does a measurement scatter about μ. But here the star is one and the same: how far does it scatter about "
            "that?",
        ),
        Misconception(
            "τ is not squared",
            shared(lambda sigma, tau: sigma**-2, lambda sigma, tau: 1 / tau),
            "Check the units: 1/σ² is added to it, and has to be of the same kind.",
        ),
        Misconception(
            "σ is not squared",
            shared(lambda sigma, tau: 1 / sigma, lambda sigma, tau: tau**-2),
            "Check the units: 1/τ² is added to it, and has to be of the same kind.",
        ),
        Misconception(
            "the root of the weights is taken",
            lambda sigma, tau: tuple(np.sqrt(share) for share in shares(sigma, tau)),
            "The root belongs to the width of the posterior, not to its mean. What should all weights add up to?",
        ),
        Misconception(
            "the share of the measurements and that of μ are exchanged",
            lambda sigma, tau: (
                shares(sigma, tau)[0] * shares(sigma, tau)[1] / (1 - shares(sigma, tau)[1]),
                1 - shares(sigma, tau)[1],
            ),
            "Let τ grow without limit: nothing is known of the star but its measurements. What is the weight of μ then?",
        ),
        Misconception(
            "the two results are given in the wrong order",
            lambda sigma, tau: shares(sigma, tau)[::-1],
            "The weights of the measurements come first, that of μ second.",
        ),
        Misconception(
            "the population counts less the more measurements there are, as for a mean of stars",
            shared(lambda sigma, tau: sigma**-2, lambda sigma, tau: 1 / (sigma.size * tau**2)),
            "The spread of the population is not shared out among the measurements: the star was drawn from it once.",
        ),
        Misconception(
            "the population is missing in the total",
            lambda sigma, tau: (sigma**-2 / np.sum(sigma**-2), tau**-2 / np.sum(sigma**-2)),
            "Weights are shares of one whole, and all of them add up to one. Do yours?",
        ),
    ],
    solution=r"""
The product of Gaussians is a Gaussian whose precision is the sum of their precisions, and whose mean is the average of their
means weighted by precision. Every measurement of the star brings $1/\sigma_i^2$, and the population, from which the star was
drawn once, $1/\tau^2$:

$$
w_i = \frac{1/\sigma_i^2}{\sum_k 1/\sigma_k^2 + 1/\tau^2}, \qquad
w_\mu = \frac{1/\tau^2}{\sum_k 1/\sigma_k^2 + 1/\tau^2} .
$$

The population is like one more measurement, which reads $\mu$ with the error $\tau$. For a single measurement this is the
weight $\tau^2/(\tau^2 + \sigma^2)$ of the chapter, and for several it is the same with the error of their weighted mean.
""",
)

# ---- 2. A second night ----------------------------------------------------------------------------------------------------


def shrunken(y, sigma, mu, tau):
    """Return mean and sd of theta_j, given y_j and the population."""
    w = weight(sigma, tau)
    return w * y + (1 - w) * mu, np.sqrt(w) * sigma


def second_night(y, sigma, mu, tau):
    """Mean and sd of theta_j, given y_j and the population, and the probability that a repeat comes out below y_j."""
    mean, sd = shrunken(y, sigma, mu, tau)
    return mean, sd, ndtr((y - mean) / np.sqrt(sd**2 + sigma**2))


def draw_shrunken(rng):
    """Up to nine stars in a population with a spread; the limit is among the public probes."""
    size, mu = rng.integers(2, 10), rng.normal(0, 2)
    return (rng.normal(mu, 2, size), rng.uniform(0.05, 2, size), float(mu), float(rng.uniform(0.05, 2)))


def estimates(y, sigma, mu, w):
    """Return the estimates and their sd for any weight."""
    return w * y + (1 - w) * mu, np.sqrt(w) * sigma


def repeated(estimated):
    """Return a misconception's function: mean and sd as another function gives them, and the repeat as they say."""

    def wrong(y, sigma, mu, tau):
        mean, sd = estimated(y, sigma, mu, tau)
        return mean, sd, ndtr((y - mean) / np.hypot(sd, sigma))

    return wrong


def with_lower(lower):
    """Return a misconception's function: right but for the third result, from y, sigma, mu, tau, mean and sd."""

    def wrong(y, sigma, mu, tau):
        mean, sd = shrunken(y, sigma, mu, tau)
        return mean, sd, lower(y, sigma, mu, tau, mean, sd)

    return wrong


NEW_NOISE = (
    "The second night has noise of its own, and θ is not known either. By how much does the new measurement scatter, then?"
)
WHERE = "Around which value will the second measurement lie, given all that is known after the first?"

SECOND_NIGHT = Function(
    "second_night",
    3,
    reference=second_night,
    probes=[
        (np.array([-0.41, -0.12, 0.05]), np.array([0.15, 0.04, 0.09]), -0.15, 0.08),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18]), 7.7, 6.0),
        # With binary fractions no rounding keeps an sd of zero from being one.
        (np.array([1.5, 2.5]), np.array([0.25, 0.5]), 2.25, 0.0),
    ],
    private=draw_shrunken,
    tolerance=Tolerance(rel=1e-5, abs=1e-6),
    misconceptions=[
        Misconception(
            "the estimates are shrunk toward zero",
            repeated(lambda y, sigma, mu, tau: (weight(sigma, tau) * y, np.sqrt(weight(sigma, tau)) * sigma)),
            "What a star's measurement gives up does not vanish. Where does the other part of the weight go?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            repeated(
                lambda y, sigma, mu, tau: (
                    estimates(y, sigma, mu, 1 - weight(sigma, tau))[0],
                    np.sqrt(weight(sigma, tau)) * sigma,
                )
            ),
            "At τ = 0 all stars are alike. Where do all estimates have to lie then?",
        ),
        Misconception(
            "the estimates are shrunk toward the mean of the measurements",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, np.mean(y), weight(sigma, tau))),
            "Here the population is known: its mean μ is an argument of the function, and need not be estimated from y.",
        ),
        Misconception(
            "the sd is multiplied by the weight and not by its root",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], weight(sigma, tau) * sigma)),
            "Precisions add, and a precision is one over a variance. Work out the variance first, then take its root.",
        ),
        Misconception(
            "the variance is returned in place of the sd",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], weight(sigma, tau) * sigma**2)),
            "Check the unit of the second result: it should be that of y.",
        ),
        Misconception(
            "the sd stays that of the measurement",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], sigma)),
            "Two pieces of information beat one. The second result has to be smaller than σ, and smaller than τ.",
        ),
        Misconception(
            "the variances are added to get that of the estimate",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], np.sqrt(sigma**2 + tau**2))),
            "This is how far a measurement scatters about μ before it is made. How well is θ known once it is made?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged, in the sd too",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, mu, 1 - weight(sigma, tau))),
            "At τ = 0 all stars are alike. Where do all estimates have to lie then, and how well are they known?",
        ),
        Misconception(
            "the sd has the weight of the population in it",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], np.sqrt(1 - weight(sigma, tau)) * sigma)),
            "At τ = 0 nothing is left to know about a star. Which weight vanishes then?",
        ),
        Misconception(
            "the weight is τ/(τ + σ)",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, mu, tau / (tau + sigma))),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "the weight is τ/(τ + σ), in the mean alone",
            repeated(
                lambda y, sigma, mu, tau: (estimates(y, sigma, mu, tau / (tau + sigma))[0], shrunken(y, sigma, mu, tau)[1])
            ),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "σ is not squared in the weight",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, mu, tau**2 / (tau**2 + sigma))),
            "Check the units: τ² is in dex², and what is added to it has to be in dex² too.",
        ),
        Misconception(
            "the sd is √w τ",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], np.sqrt(weight(sigma, tau)) * tau)),
            "Let the population be very wide: the measurement alone decides, and its error is what should be left.",
        ),
        Misconception(
            "the sd is w τ",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], weight(sigma, tau) * tau)),
            "Let the population be very wide: the measurement alone decides, and its error is what should be left.",
        ),
        Misconception(
            "the spread of the population is given for the sd",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], np.full(y.size, tau))),
            "That is what is known of a star before it is measured.",
        ),
        Misconception(
            "the sd is the average of σ and τ, weighted as the mean is",
            repeated(
                lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], estimates(sigma, sigma, tau, weight(sigma, tau))[0])
            ),
            "Two pieces of information beat one. The second result has to be smaller than σ, and smaller than τ.",
        ),
        Misconception(
            "the variances are averaged, weighted as the mean is",
            repeated(
                lambda y, sigma, mu, tau: (
                    shrunken(y, sigma, mu, tau)[0],
                    np.sqrt(estimates(sigma**2, sigma, tau**2, weight(sigma, tau))[0]),
                )
            ),
            "Two pieces of information beat one. The second result has to be smaller than σ, and smaller than τ.",
        ),
        Misconception(
            "the sd is σ τ/(σ + τ)",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], sigma * tau / (sigma + tau))),
            "Precisions add, and a precision is one over a variance. Work out the variance first, then take its root.",
        ),
        Misconception(
            "the estimates are shrunk toward the weighted mean of the measurements",
            repeated(
                lambda y, sigma, mu, tau: estimates(
                    y, sigma, np.average(y, weights=1 / (sigma**2 + tau**2)), weight(sigma, tau)
                )
            ),
            "Here the population is known: its mean μ is an argument of the function, and need not be estimated from y.",
        ),
        Misconception(
            "the estimates are shrunk toward the mean of complete pooling",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, np.average(y, weights=sigma**-2), weight(sigma, tau))),
            "Here the population is known: its mean μ is an argument of the function, and need not be estimated from y.",
        ),
        Misconception(
            "the root of the weight takes its place",
            repeated(lambda y, sigma, mu, tau: estimates(y, sigma, mu, np.sqrt(weight(sigma, tau)))),
            "How should measurement and population share the weight at σ = τ?",
        ),
        Misconception(
            "the variance is returned in place of the sd, and the probability is right",
            lambda y, sigma, mu, tau: (
                shrunken(y, sigma, mu, tau)[0],
                shrunken(y, sigma, mu, tau)[1] ** 2,
                second_night(y, sigma, mu, tau)[2],
            ),
            "Check the unit of the second result: it should be that of y.",
        ),
        *(
            Misconception(name, with_lower(lower), hint)
            for name, lower, hint in [
                (
                    "the noise of the second night is left out",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / sd),
                    NEW_NOISE + " This is the probability that θ itself lies below y.",
                ),
                (
                    "the noise of the second night is left out, and nothing remains at τ = 0",
                    lambda y, sigma, mu, tau, mean, sd: stats.norm.cdf(y, mean, sd),
                    NEW_NOISE + " This is the probability that θ itself lies below y.",
                ),
                (
                    "the noise of both nights is added to what is not known about θ",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / np.sqrt(sd**2 + 2 * sigma**2)),
                    "The first measurement is made, and does not scatter any more. What is left that is not known?",
                ),
                (
                    "the first measurement is compared with the population",
                    lambda y, sigma, mu, tau, mean, sd: stats.norm.cdf(y, mu, tau),
                    "That says how many stars of the population have a θ below y. " + WHERE,
                ),
                (
                    "θ is taken to be known once the first night is over",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / sigma),
                    NEW_NOISE,
                ),
                (
                    "both nights scatter",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / (np.sqrt(2) * sigma)),
                    "The first measurement is made, and does not scatter any more. " + NEW_NOISE,
                ),
                (
                    "the second night is expected around μ, as if there had been no first",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mu) / np.hypot(sigma, tau)),
                    WHERE,
                ),
                (
                    "the second night scatters as if there had been no first",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / np.hypot(sigma, tau)),
                    "The first night has told something about θ. How well is it known now?",
                ),
                (
                    "the second night is expected around μ with the noise alone",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mu) / sigma),
                    WHERE,
                ),
                (
                    "the second night is expected around the first",
                    lambda y, sigma, mu, tau, mean, sd: np.full(y.size, 0.5),
                    WHERE + " Some stars owe a high first measurement to luck, and luck does not come again.",
                ),
                (
                    "the probability of a higher repeat is given",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((mean - y) / np.hypot(sd, sigma)),
                    "A star that was measured far above μ is likely to come out lower the next time. Does yours?",
                ),
                (
                    "the distance is given in standard deviations and not as a probability",
                    lambda y, sigma, mu, tau, mean, sd: (y - mean) / np.hypot(sd, sigma),
                    "You have the distance of y from where the second night is expected. Which function makes a probability of "
                    "it?",
                ),
                (
                    "the distance is given the wrong way round, in standard deviations and not as a probability",
                    lambda y, sigma, mu, tau, mean, sd: (mean - y) / np.hypot(sd, sigma),
                    "You have the distance of y from where the second night is expected. Which function makes a probability of "
                    "it?",
                ),
                (
                    "the two sds are added, not their squares",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / (sd + sigma)),
                    "What is not known about θ and the new noise are independent. What adds up then?",
                ),
                (
                    "the distance is divided by the variance",
                    lambda y, sigma, mu, tau, mean, sd: ndtr((y - mean) / (sd**2 + sigma**2)),
                    "Check the unit of what `cdf` is given: it should have none. Does `scale` take a variance?",
                ),
                (
                    "the density stands for the probability",
                    lambda y, sigma, mu, tau, mean, sd: stats.norm.pdf(y, mean, np.hypot(sd, sigma)),
                    "A density says how likely values near y are. How likely are all values below it?",
                ),
            ]
        ),
        Misconception(
            "the standard normal density stands for the probability",
            with_lower(lambda y, sigma, mu, tau, mean, sd: stats.norm.pdf((y - mean) / np.hypot(sd, sigma))),
            "A density says how likely values near y are. How likely are all values below it?",
        ),
        Misconception(
            "the sd of the second measurement is given for that of θ",
            lambda y, sigma, mu, tau: (
                shrunken(y, sigma, mu, tau)[0],
                np.hypot(shrunken(y, sigma, mu, tau)[1], sigma),
                second_night(y, sigma, mu, tau)[2],
            ),
            "The second result is what is not known about θ itself. The new noise enters in the third.",
        ),
        Misconception(
            "the sd is (1 − w) τ",
            repeated(lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], (1 - weight(sigma, tau)) * tau)),
            "Precisions add, and a precision is one over a variance. Work out the variance first, then take its root.",
        ),
    ],
    solution=r"""
The mean is the weighted average of measurement and population. For the width, precisions add:

$$
\begin{aligned}
\frac{1}{\mathrm{sd}(\theta_j)^2} &= \frac{1}{\sigma_j^2} + \frac{1}{\tau^2}, \\
\mathrm{sd}(\theta_j) &= \sqrt{w_j}\,\sigma_j .
\end{aligned}
$$

The second night measures the same $\theta_j$ with noise of its own. It lies around the mean of $\theta_j$ and scatters by what
is not known about $\theta_j$ and by the noise, $\mathrm{sd}(\theta_j)^2 + \sigma_j^2$, and so

$$
P(y'_j < y_j) = \Phi\!\left( \frac{y_j - \hat\theta_j}{\sqrt{\mathrm{sd}(\theta_j)^2 + \sigma_j^2}} \right) .
$$

That is more than one half for every star above $\mu$, and less for every star below it: this is regression to the mean, and no
star has changed. At $\tau = 0$ every star is the population mean, without any error left, and only the noise remains.
""",
)

# ---- 3. James and Stein ---------------------------------------------------------------------------------------------------


def james_stein(y, sigma):
    """Shrink y, all with the error sigma, toward their mean."""
    mean = np.mean(y)
    spread = np.sum((y - mean) ** 2)
    return mean + max(0.0, 1 - (len(y) - 3) * sigma**2 / spread) * (y - mean)


def draw_james_stein(rng):
    """Measurements that scatter less or more than their error says."""
    size, sigma = rng.integers(4, 30), rng.uniform(0.1, 2)
    return (rng.normal(rng.normal(0, 3), sigma * rng.uniform(0.2, 2.5), size), float(sigma))


def shrink(y, sigma, *, fewer=3, mean=None, sum_of_squares=lambda d: np.sum(d**2), factor=lambda c: max(0.0, 1 - c)):
    """James and Stein's estimate with one thing done otherwise."""
    mean = np.mean(y) if mean is None else mean
    return mean + factor((len(y) - fewer) * sigma**2 / sum_of_squares(y - mean)) * (y - mean)


def factor_of(y, sigma):
    """Return the factor by which James and Stein multiply the distances from the mean."""
    return max(0.0, 1 - (len(y) - 3) * sigma**2 / np.sum((y - np.mean(y)) ** 2))


def in_the_plain_form(fewer):
    """Return a misconception's function: another number in place of J − 3, and a factor that may turn negative."""
    return lambda y, sigma: shrink(y, sigma, fewer=fewer, factor=lambda c: 1 - c)


JAMES_STEIN = Function(
    "james_stein",
    4,
    reference=james_stein,
    probes=[
        (np.array([-0.38, -0.21, -0.16, -0.08, 0.06]), 0.1),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), 6.5),
        (np.array([2.1, 1.9, 2.0, 2.05, 1.95]), 0.4),
        (np.array([3.0, 1.0, -2.0, 0.5]), 1.0),
    ],
    private=draw_james_stein,
    tolerance=Tolerance(rel=1e-5, abs=1e-6),
    misconceptions=[
        Misconception(
            "the factor may turn negative",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: 1 - c),
            "When the measurements scatter less than their errors say, your factor is below zero and throws every star to the "
            "other side of the mean. Where should the stars go then?",
        ),
        Misconception(
            "J − 2 stands in place of J − 3, as for a fixed point",
            lambda y, sigma: shrink(y, sigma, fewer=2),
            "You shrink toward a mean that comes from the same data. What does estimating one number cost?",
        ),
        Misconception(
            "J stands in place of J − 3, as it does if τ² or the factor is made from `np.var(y)`",
            lambda y, sigma: shrink(y, sigma, fewer=0),
            "The mean of one over a χ² is not one over its mean. Look up in the chapter what makes the factor unbiased.",
        ),
        Misconception(
            "J − 1 stands in place of J − 3, as it does if τ² or the factor is made from the sample variance",
            lambda y, sigma: shrink(y, sigma, fewer=1),
            "J − 1 makes a variance unbiased. Here one over a sum of squares is to be unbiased, and that takes another number.",
        ),
        Misconception(
            "the sum of squares is J times the variance that has J − 1 under it",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: d.size * np.var(d, ddof=1)),
            "What does `np.var` divide the sum of squares by if it is given `ddof=1`? Multiply by the same.",
        ),
        Misconception(
            "the sum of squares is J − 1 times the variance that has J under it",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: (d.size - 1) * np.var(d)),
            "What does `np.var` divide the sum of squares by unless it is told otherwise? Multiply by the same.",
        ),
        Misconception(
            "the sample variance is taken in place of the sum of squares",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: np.var(d, ddof=1)),
            "This makes the pull about J times too strong. Is S a variance, or the quantity that a variance is made from?",
        ),
        Misconception(
            "the squares are summed of the measurements and not of their distances from the mean",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: np.sum(y**2)),
            "How strongly the stars are pulled should not change if the same number is added to all of them.",
        ),
        Misconception(
            "the distances are summed without their squares",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: np.sum(np.abs(d))),
            "The factor is a pure number. Which unit has σ², and which must stand below it?",
        ),
        Misconception(
            "the standard deviation is taken in place of the sum of squares",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=np.std),
            "The factor is a pure number. Which unit has σ², and which must stand below it?",
        ),
        Misconception(
            "the median takes the place of the mean",
            lambda y, sigma: shrink(y, sigma, mean=np.median(y)),
            "James and Stein's number J − 3 holds for the mean of the measurements.",
        ),
        Misconception(
            "a negative factor loses its sign",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: abs(1 - c)),
            "When the measurements scatter less than their errors say, your factor grows again, and may spread the stars. "
            "Where should they go then?",
        ),
        Misconception(
            "the stars are left where they are if the factor turns negative",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: 1 - c if c < 1 else 1.0),
            "Measurements that scatter less than their errors allow say that the stars are alike. Is that the time to believe "
            "each of them?",
        ),
        Misconception(
            "the shares of star and mean are exchanged",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: c),
            "Let σ go to zero: should each star stay where it is, or go to the mean?",
        ),
        Misconception(
            "the shares of star and mean are exchanged, with a share of at most one",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: min(1.0, c)),
            "Let σ go to zero: should each star stay where it is, or go to the mean?",
        ),
        Misconception(
            "the measurements themselves are multiplied by the factor",
            lambda y, sigma: factor_of(y, sigma) * y,
            "That pulls the stars toward zero. It is their distances from the mean that shrink.",
        ),
        Misconception(
            "σ is not squared in the factor",
            lambda y, sigma: shrink(y, np.sqrt(sigma)),
            "The factor is a pure number. Which unit has the sum of squares, and which must stand above it?",
        ),
        Misconception(
            "the measurements are shrunk toward zero",
            lambda y, sigma: shrink(y, sigma, mean=0.0),
            "Zero is a point like any other, chosen before looking. Here the point is to be the mean of the measurements.",
        ),
        Misconception(
            "the mean of the squares is taken in place of their sum",
            lambda y, sigma: np.mean(y) + max(0.0, 1 - (len(y) - 3) * sigma**2 / np.var(y)) * (y - np.mean(y)),
            "This makes the pull about J times too strong. Is S a variance, or the quantity that a variance is made from?",
        ),
        Misconception(
            "the estimates and not the factor are kept from turning negative",
            lambda y, sigma: np.maximum(0.0, shrink(y, sigma, factor=lambda c: 1 - c)),
            "A metallicity may well be negative. What may not is the factor that multiplies the distances from the mean.",
        ),
        Misconception(
            "the shift is given in place of the estimate",
            lambda y, sigma: james_stein(y, sigma) - np.mean(y),
            "These are distances from the mean. Put them back where they belong.",
        ),
        Misconception(
            "the measurements are shrunk toward zero, with J − 2",
            lambda y, sigma: shrink(y, sigma, fewer=2, mean=0.0),
            "Zero is a point like any other, chosen before looking. Here the point is to be the mean of the measurements.",
        ),
        Misconception(
            "J − 4 stands in place of J − 3",
            lambda y, sigma: shrink(y, sigma, fewer=4),
            "A fixed point takes J − 2. What does it cost that one number is estimated from the data?",
        ),
        *(
            Misconception(
                f"{number} stands in place of J − 3, and the factor may turn negative",
                in_the_plain_form(fewer),
                "The factor is cut off at zero for a reason. And which number makes it unbiased where the mean is estimated "
                "too?",
            )
            for number, fewer in [("J − 2", 2), ("J − 1", 1), ("J", 0)]
        ),
        Misconception(
            "the sample's standard deviation is taken in place of the sum of squares",
            lambda y, sigma: shrink(y, sigma, sum_of_squares=lambda d: np.std(d, ddof=1)),
            "The factor is a pure number. Which unit has σ², and which must stand below it?",
        ),
        Misconception(
            "σ is divided by the root of the sum of squares",
            lambda y, sigma: shrink(y, np.sqrt(sigma), sum_of_squares=lambda d: np.sqrt(np.sum(d**2))),
            "The factor compares two variances: it has squares above and below.",
        ),
        Misconception(
            "the stars are put at zero if the factor turns negative",
            lambda y, sigma: james_stein(y, sigma) if factor_of(y, sigma) > 0 else np.zeros_like(y),
            "A factor of zero leaves nothing of the distance from the mean. Where is a star then?",
        ),
        Misconception(
            "the measurements, and not their distances, are multiplied by the factor, and the mean is added",
            lambda y, sigma: np.mean(y) + factor_of(y, sigma) * y,
            "Let σ go to zero: does each star stay where it is? It is the distance from the mean that shrinks.",
        ),
        *(
            Misconception(
                f"each star has a factor of its own, from its distance alone{where}",
                lambda y, sigma, number=number: (
                    np.mean(y)
                    + np.maximum(0.0, 1 - (len(y) - 3) * sigma**2 / (number(y) * (y - np.mean(y)) ** 2)) * (y - np.mean(y))
                ),
                "S is a sum over all stars, and the factor is the same for all: one distance says little of how far they lie "
                "apart.",
            )
            for where, number in [("", lambda y: 1), (" times J", len)]
        ),
        Misconception(
            "the factor is kept from turning negative, but J − 3 is left out",
            lambda y, sigma: shrink(y, sigma / np.sqrt(len(y) - 3)),
            "One star's noise is compared here with a sum over all stars. What makes the factor unbiased?",
        ),
        Misconception(
            "the error of the mean stands in place of that of a star",
            lambda y, sigma: shrink(y, sigma / np.sqrt(len(y))),
            "The factor asks whether the stars differ by more than the noise of one star makes them. Which σ is that?",
        ),
    ],
    solution=r"""
Shrinking toward $\bar y$, which is itself estimated, costs one degree of freedom: $J - 3$ in place of $J - 2$,

$$
\begin{aligned}
c &= \frac{(J-3)\,\sigma^2}{\sum_k (y_k - \bar y)^2}, \\
\hat\theta_j &= \bar y + \max(0,\, 1 - c)\,(y_j - \bar y).
\end{aligned}
$$

The plain estimator turns its factor negative when the measurements scatter less than $\sigma$ allows, and then throws
every star to the wrong side of the mean. Cutting the factor off at zero lowers the expected total squared error
further, whatever the true values are.
""",
)

# ---- 4. Who pays ----------------------------------------------------------------------------------------------------------


def variance(data):
    """Variance of the estimates over the noise, theta fixed."""
    return weight(data["sigma"], data["tau"]) ** 2 * data["sigma"] ** 2


def bias(data):
    """Bias of the estimates over the noise, theta fixed."""
    return (1 - weight(data["sigma"], data["tau"])) * (data["mu"] - data["theta"])


def expected_error(data):
    """Return the expected squared error of each star's estimate, theta fixed."""
    return variance(data) + bias(data) ** 2


def with_weight(w):
    """Return a misconception's function: right but for the weight, which comes from sigma and tau."""

    def wrong(data):
        share, raw = w(data["sigma"], data["tau"]), data["sigma"] ** 2
        return compared(share**2 * raw + (1 - share) ** 2 * (data["theta"] - data["mu"]) ** 2, raw)

    return wrong


def beyond(limit):
    """Return a misconception's function: right but for the stars that lose, which lie beyond a limit from sigma and tau."""

    def wrong(data):
        far = np.abs(data["theta"] - data["mu"])
        return who_pays(data) | {"worse": far > limit(data["sigma"], data["tau"])}

    return wrong


def compared(squared_error, raw):
    """Which stars are worse, and the ratio of the totals."""
    return {"worse": squared_error > raw, "ratio": squared_error.sum() / raw.sum()}


def who_pays(data):
    """Which stars expect to lose, and what all expect."""
    return compared(expected_error(data), data["sigma"] ** 2)


def one_sky(data):
    """Return the answer for the squared errors of the one sky that was observed."""
    estimate = shrunken(data["y"], data["sigma"], data["mu"], data["tau"])[0]
    return compared((estimate - data["theta"]) ** 2, (data["y"] - data["theta"]) ** 2)


def posterior_variance(data):
    """Return the variance of theta given y, which is not that of the estimate."""
    return weight(data["sigma"], data["tau"]) * data["sigma"] ** 2


WHO_PAYS = Analysis(
    "who_pays",
    4,
    data="simulation",
    reference=who_pays,
    tolerance=Tolerance(rel=1e-5),
    misconceptions=[
        Misconception(
            "the errors of the one observed sky are compared",
            one_sky,
            "In a single sky luck decides. The question is about the average over all the noise that could have been: work out "
            "the variance and the bias of the estimate for fixed θ.",
        ),
        Misconception(
            "the bias is left out",
            lambda data: compared(variance(data), data["sigma"] ** 2),
            "A star that lies far from μ is pulled toward it in every sky. By how much, on average over the noise?",
        ),
        Misconception(
            "the variance is left out",
            lambda data: compared(bias(data) ** 2, data["sigma"] ** 2),
            "A shrunken estimate still follows the noise of its measurement, only less. How much of the noise is left in it?",
        ),
        Misconception(
            "the posterior variance stands for the variance of the estimate",
            lambda data: compared(posterior_variance(data) + bias(data) ** 2, data["sigma"] ** 2),
            "w σ² says how well θ is known, given the data. Here θ is fixed and the noise is repeated. By which factor "
            "does the "
            "estimate then follow y?",
        ),
        Misconception(
            "a star's distance from μ is taken from its measurement",
            lambda data: who_pays(data | {"theta": data["y"]}),
            "In this question the truth is known and held fixed. The measurement is what varies around it.",
        ),
        Misconception(
            "the ratios of the stars are averaged",
            lambda data: {
                "worse": who_pays(data)["worse"],
                "ratio": np.mean((variance(data) + bias(data) ** 2) / data["sigma"] ** 2),
            },
            "A ratio of totals is not the mean of the ratios: the theorem is about the sum over all stars.",
        ),
        Misconception(
            "the ratio is turned upside down",
            lambda data: who_pays(data) | {"ratio": 1 / who_pays(data)["ratio"]},
            "A gain should give a ratio below one. Which of the two totals is the reference?",
        ),
        Misconception(
            "the posterior variance stands for the whole expected squared error",
            lambda data: compared(posterior_variance(data), data["sigma"] ** 2),
            "w σ² is the expected squared error over all stars that the population could have made. Here these twelve are held "
            "fixed, and one of them lies far out.",
        ),
        Misconception(
            "the bias is not squared",
            lambda data: compared(variance(data) + np.abs(bias(data)), data["sigma"] ** 2),
            "Check the units: a squared error is a variance plus what of the bias?",
        ),
        Misconception(
            "the bias is added with its sign, and not squared",
            lambda data: compared(variance(data) - bias(data), data["sigma"] ** 2),
            "Check the units: a squared error is a variance plus what of the bias?",
        ),
        Misconception(
            "the shares w and 1 − w are not squared",
            lambda data: compared(
                posterior_variance(data) + (1 - weight(data["sigma"], data["tau"])) * (data["theta"] - data["mu"]) ** 2,
                data["sigma"] ** 2,
            ),
            "If y moves by some amount, the estimate moves by w times as much. What becomes of the variance, and of the square "
            "of the bias?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            with_weight(lambda sigma, tau: sigma**2 / (sigma**2 + tau**2)),
            "Which of the two is multiplied by w in the estimate, the measurement or μ? And which of them carries the noise?",
        ),
        Misconception(
            "the weight is τ/(τ + σ)",
            with_weight(lambda sigma, tau: tau / (tau + sigma)),
            "The weight is that of the first question, made of variances.",
        ),
        Misconception(
            "the bias is w times the distance from μ",
            lambda data: compared(
                variance(data) + (weight(data["sigma"], data["tau"]) * (data["theta"] - data["mu"])) ** 2, data["sigma"] ** 2
            ),
            "Without noise, y = θ. Where is the estimate then, and how far is that from θ?",
        ),
        Misconception(
            "the estimates are compared with the one observed sky of raw measurements",
            lambda data: compared(expected_error(data), (data["y"] - data["theta"]) ** 2),
            "The raw measurements are repeated as well. What is their squared error on average?",
        ),
        Misconception(
            "the stars that gain are marked, not those that lose",
            lambda data: who_pays(data) | {"worse": ~who_pays(data)["worse"]},
            "True stands for a star whose expected squared error is larger shrunken than raw.",
        ),
        Misconception(
            "the root of the ratio is given",
            lambda data: who_pays(data) | {"ratio": np.sqrt(who_pays(data)["ratio"])},
            "Asked for is the ratio of squared errors, as the theorem has it.",
        ),
        Misconception(
            "what is saved is given in place of what is left",
            lambda data: who_pays(data) | {"ratio": 1 - who_pays(data)["ratio"]},
            "Asked for is the total of the shrunken estimates over that of the raw measurements.",
        ),
        Misconception(
            "the raw measurements have the spread of the population in their error",
            lambda data: compared(expected_error(data), data["sigma"] ** 2 + data["tau"] ** 2),
            "Each θ is held fixed. How far does a raw measurement lie from it, on average?",
        ),
        Misconception(
            "which stars lose is read from the one observed sky",
            lambda data: who_pays(data) | {"worse": one_sky(data)["worse"]},
            "In a single sky luck decides. You have each star's expected squared error: compare that with σ².",
        ),
        *(
            Misconception(
                f"a star is thought to lose if it lies farther from μ than {name}",
                beyond(limit),
                "There is no need for such a rule: you have each star's expected squared error. Compare that with σ².",
            )
            for name, limit in [
                ("τ", lambda sigma, tau: tau),
                ("√2 τ", lambda sigma, tau: np.sqrt(2) * tau),
                ("2 τ", lambda sigma, tau: 2 * tau),
                ("σ", lambda sigma, tau: sigma),
                ("√(σ² + τ²)", np.hypot),
            ]
        ),
        Misconception(
            "a star's distance is taken from zero and not from μ",
            lambda data: compared(expected_error(data | {"mu": 0.0}), data["sigma"] ** 2),
            "Toward which point is a star pulled? What counts is how far it lies from there.",
        ),
        *(
            Misconception(
                f"only stars that lie far {where} μ are thought to lose",
                lambda data, sign=sign: who_pays(data) | {"worse": worse(data) & (sign * (data["theta"] - data["mu"]) > 0)},
                "A star is pulled toward μ from either side. What counts is its squared error, or the size of its distance.",
            )
            for where, sign in [("above", 1), ("below", -1)]
        ),
        Misconception(
            "which stars lose is told from their measurements, not from their true values",
            lambda data: who_pays(data) | {"worse": worse(data | {"theta": data["y"]})},
            "In this question the truth is known and held fixed. The measurement is what varies around it.",
        ),
        Misconception(
            "the ratio is that of the one observed sky",
            lambda data: who_pays(data) | {"ratio": one_sky(data)["ratio"]},
            "In a single sky luck decides. You have each star's expected squared error: add these up.",
        ),
        Misconception(
            "the ratio has the posterior variance for the expected squared error",
            lambda data: who_pays(data) | {"ratio": compared(posterior_variance(data), data["sigma"] ** 2)["ratio"]},
            "w σ² is the expected squared error over all stars that the population could have made. Here these twelve are held "
            "fixed.",
        ),
        Misconception(
            "1 − w is not squared",
            lambda data: compared(
                variance(data) + (1 - weight(data["sigma"], data["tau"])) * (data["theta"] - data["mu"]) ** 2,
                data["sigma"] ** 2,
            ),
            "The bias is (1 − w) times the distance from μ. What is its square?",
        ),
        Misconception(
            "noise and bias are added before they are squared",
            lambda data: compared((np.sqrt(variance(data)) + np.abs(bias(data))) ** 2, data["sigma"] ** 2),
            "The noise is above zero as often as below, whatever the bias is. What is left of the mixed term on average?",
        ),
        Misconception(
            "a star's distance is taken from the mean of the twelve and not from μ",
            lambda data: compared(expected_error(data | {"mu": np.mean(data["theta"])}), data["sigma"] ** 2),
            "Toward which point is a star pulled? It is given with the data.",
        ),
        Misconception(
            "the ratio is that of the stars that lose",
            lambda data: (
                who_pays(data)
                | {"ratio": compared(expected_error(data)[worse(data)], data["sigma"][worse(data)] ** 2)["ratio"]}
            ),
            "The theorem is about all stars, those that gain too.",
        ),
    ],
    solution=r"""
Hold $\theta_j$ fixed and repeat the noise. The estimate $w_j y_j + (1 - w_j)\mu$ then has the variance
$w_j^2\sigma_j^2$ and the bias $(1 - w_j)(\mu - \theta_j)$, so that its expected squared error is

$$
w_j^2\,\sigma_j^2 + (1 - w_j)^2\,(\theta_j - \mu)^2 ,
$$

against $\sigma_j^2$ for the raw measurement. A star near $\mu$ gains, one far out pays, and how far is far follows
from its own weight. The sum over all stars can fall while a single one loses.
""",
)

# ---- 5. An unknown population ---------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.2))  # of which the data hold the posterior draws


def moments(data):
    """Mean and sd of every theta_j (J,), for each of the draws (n, 1) of mu and tau."""
    return shrunken(data["y"], data["sigma"], data["mu"][:, None], data["tau"][:, None])


def averaged(data):
    """Mean and sd of theta_j, with mu and tau unknown."""
    mean, sd = moments(data)
    return {"mean": np.mean(mean, axis=0), "sd": np.sqrt(np.mean(sd**2, axis=0) + np.var(mean, axis=0))}


def of_the_sd(data, answer):
    """Return the tolerance, half a percent of the sd: whether 200 or 199 stands under a variance makes half of that."""
    return Tolerance(rel=0, abs=dict.fromkeys(("mean", "sd"), 0.005 * answer["sd"]))


def at_one(mu, tau):
    """Return a misconception's function: mu and tau are set to one value each, which these take from the draws."""

    def wrong(data):
        mean, sd = shrunken(data["y"], data["sigma"], mu(data["mu"]), tau(data["tau"]))
        return {"mean": mean, "sd": sd}

    return wrong


at_one_mean = at_one(np.mean, np.mean)


def with_mean(value):
    """Return a misconception's function: right but for the mean, which comes from the moments at each draw."""
    return lambda data: averaged(data) | {"mean": value(*moments(data))}


def with_sd(value):
    """Return a misconception's function: right but for the sd, which comes from the moments at each draw."""
    return lambda data: averaged(data) | {"sd": value(*moments(data))}


def within(mean, sd):
    """Return the root of the averaged variance."""
    return np.sqrt(np.mean(sd**2, axis=0))


def between(mean, sd):
    """Return the scatter of the means over the draws."""
    return np.std(mean, axis=0)


def typical(mean, sd):
    """Return the averaged sd."""
    return np.mean(sd, axis=0)


def weights_averaged_first(data):
    """Return the answer with the mean made from an averaged weight and an averaged mu."""
    w = np.mean(weight(data["sigma"], data["tau"][:, None]), axis=0)
    return averaged(data) | {"mean": w * data["y"] + (1 - w) * np.mean(data["mu"])}


def pooled(data):
    """Return the answer of complete pooling."""
    precision = 1 / data["sigma"] ** 2
    mean = np.sum(precision * data["y"]) / np.sum(precision)
    return {"mean": np.full(len(precision), mean), "sd": np.full(len(precision), np.sum(precision) ** -0.5)}


def combined_by_precision(data):
    """Return the answer for means that are weighted by the precisions of the draws."""
    mean, sd = moments(data)
    return {"mean": np.sum(mean * sd**-2.0, axis=0) / np.sum(sd**-2.0, axis=0), "sd": np.mean(sd**-2.0, axis=0) ** -0.5}


def with_moments(change):
    """Return a misconception's function: at each draw mean and sd come from y, sigma, mu and tau."""

    def wrong(data):
        mean, sd = change(data["y"], data["sigma"], data["mu"][:, None], data["tau"][:, None])
        return {"mean": np.mean(mean, axis=0), "sd": np.hypot(within(mean, sd), between(mean, sd))}

    return wrong


def at_a_typical_weight(data):
    """Return the right means, and an sd in which the means move with mu alone, by an averaged share."""
    follow = 1 - np.mean(weight(data["sigma"], data["tau"][:, None]), axis=0)
    return averaged(data) | {"sd": np.hypot(within(*moments(data)), follow * np.std(data["mu"]))}


AVERAGED = Analysis(
    "averaged",
    5,
    data="observed",
    reference=averaged,
    tolerance=of_the_sd,
    misconceptions=[
        Misconception(
            "μ and τ are set to their posterior means",
            at_one_mean,
            "One value of τ stands here for all that the data allow. What happens if the estimates are made for every draw of "
            "μ and τ?",
        ),
        Misconception(
            "μ and τ are set to their posterior medians",
            at_one(np.median, np.median),
            "A median is a single value that stands for all that the data allow. What is to be averaged over the draws of μ "
            "and τ, and what is the variance of such a mixture?",
        ),
        Misconception(
            "the medians of the estimates are given, not their means",
            with_mean(lambda mean, sd: np.median(mean, axis=0)),
            "Asked for is the posterior mean: an average over all draws, of those that lie far out too.",
        ),
        Misconception(
            "the sd is the root of the averaged variance, with nothing or next to nothing added",
            with_sd(within),
            "For each draw of μ and τ there is some spread of θ; its mean moves from draw to draw. Your sd has little but the "
            "first.",
        ),
        Misconception(
            "the sd is the scatter of the estimates alone",
            with_sd(between),
            "The mean of θ moves from draw to draw of μ and τ; for each there is some spread of θ. Your sd has only the first.",
        ),
        Misconception(
            "the sds are averaged",
            with_sd(typical),
            "It is variances that may be averaged, not their roots. And the mean of θ moves from draw to draw.",
        ),
        Misconception(
            "the sds are averaged before they are squared",
            with_sd(lambda *each: np.hypot(typical(*each), between(*each))),
            "You have both sources of variance. Which comes first in the one, the square or the average?",
        ),
        Misconception(
            "the two sds are added, not their squares",
            with_sd(lambda *each: within(*each) + between(*each)),
            "Variances add. The root comes last.",
        ),
        Misconception(
            "the averaged sd and the scatter of the estimates are added",
            with_sd(lambda *each: typical(*each) + between(*each)),
            "Variances add, and variances are averaged. The root comes last.",
        ),
        Misconception(
            "the variance of the estimates is added to an averaged sd",
            with_sd(lambda *each: np.sqrt(typical(*each) + between(*each) ** 2)),
            "Check the units of what is added: both are to be variances.",
        ),
        Misconception(
            "the sd is that of the measurements",
            lambda data: averaged(data) | {"sd": data["sigma"]},
            "The other stars have told something about this one.",
        ),
        Misconception("all stars are pooled completely", pooled, "This takes τ = 0 for granted. What do the data say about τ?"),
        Misconception(
            "the measurements are taken as they are",
            lambda data: {"mean": data["y"], "sd": data["sigma"]},
            "This takes τ for infinite. What do the data say about τ?",
        ),
        Misconception(
            "the variances are given in place of the sd",
            lambda data: averaged(data) | {"sd": averaged(data)["sd"] ** 2},
            "Check the unit: an sd has that of y.",
        ),
        Misconception(
            "the means are right, and the sd is the one at the posterior means of μ and τ",
            lambda data: averaged(data) | {"sd": at_one_mean(data)["sd"]},
            "For the sd too, one value of τ stands for all that the data allow, and the mean of θ moves from draw to draw.",
        ),
        Misconception(
            "the sd is right, and the means are those at the posterior means of μ and τ",
            lambda data: averaged(data) | {"mean": at_one_mean(data)["mean"]},
            "For the means too, one value of τ stands for all that the data allow. Average them over the draws.",
        ),
        Misconception(
            "the sd is the median of the sds",
            with_sd(lambda mean, sd: np.median(sd, axis=0)),
            "It is variances that may be averaged. And the mean of θ moves from draw to draw.",
        ),
        Misconception(
            "the medians of the estimates and of their sds are given",
            lambda data: dict(zip(("mean", "sd"), (np.median(part, axis=0) for part in moments(data)), strict=True)),
            "A median is a single value that stands for all that the data allow. What is to be averaged over the draws, and "
            "what is the variance of such a mixture?",
        ),
        Misconception(
            "weight and population mean are averaged each by itself",
            weights_averaged_first,
            "The two are not independent: where τ is large the draws of μ scatter more, and the weight is another one. Make "
            "the whole estimate for each draw.",
        ),
        Misconception(
            "the scatter of the estimates, over the root of the number of draws, is given for the sd",
            with_sd(lambda mean, sd: between(mean, sd) / np.sqrt(len(mean))),
            "That is how well the draws' own average is known, and more draws would make it smaller. They tell nothing new "
            "about a star.",
        ),
        Misconception(
            "the weight is averaged over the draws, and serves for mean and sd",
            lambda data: (
                weights_averaged_first(data)
                | {"sd": np.sqrt(np.mean(weight(data["sigma"], data["tau"][:, None]), axis=0)) * data["sigma"]}
            ),
            "One weight and one μ stand here for all that the data allow. What moves from draw to draw, and belongs to the sd?",
        ),
        Misconception(
            "the scatter of the estimates is taken over the stars and not over the draws",
            with_sd(lambda mean, sd: np.sqrt(within(mean, sd) ** 2 + np.var(np.mean(mean, axis=0)))),
            "Along which axis do the draws run? Each star's mean moves from draw to draw.",
        ),
        Misconception(
            "the variances of the draws are averaged by their precisions",
            with_sd(lambda mean, sd: np.mean(sd**-2.0, axis=0) ** -0.5),
            "The draws are not so many measurements of a star, of which all hold at once. One of them holds, and nobody knows "
            "which.",
        ),
        Misconception(
            "the draws are combined as if they were measurements of one star",
            combined_by_precision,
            "The draws are not so many measurements, of which all hold at once. One of them holds, and nobody knows which.",
        ),
        *(
            Misconception(name, with_moments(change), hint)
            for name, change, hint in [
                (
                    "measurement and population exchange their weights",
                    lambda y, sigma, mu, tau: (
                        estimates(y, sigma, mu, 1 - weight(sigma, tau))[0],
                        np.sqrt(weight(sigma, tau)) * sigma,
                    ),
                    "Turn τ up: who should decide about a star then, its own measurement or the others?",
                ),
                (
                    "measurement and population exchange their weights, in the sd too",
                    lambda y, sigma, mu, tau: estimates(y, sigma, mu, 1 - weight(sigma, tau)),
                    "Turn τ up: who should decide about a star then, its own measurement or the others?",
                ),
                (
                    "the sd at each draw is w σ",
                    lambda y, sigma, mu, tau: (estimates(y, sigma, mu, weight(sigma, tau))[0], weight(sigma, tau) * sigma),
                    "For each draw the sd is that of question 2: precisions add, and a precision is one over a variance.",
                ),
            ]
        ),
        Misconception(
            "the weight is τ/(τ + σ)",
            with_moments(lambda y, sigma, mu, tau: estimates(y, sigma, mu, tau / (tau + sigma))),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "the variance of μ is added, as if all stars followed it in full",
            lambda data: averaged(data) | {"sd": np.sqrt(within(*moments(data)) ** 2 + np.var(data["mu"]))},
            "If μ moves by some amount, a star's mean moves by a share of it. And it moves with τ too.",
        ),
        Misconception(
            "only the scatter of μ, and not that of τ, moves the estimates",
            at_a_typical_weight,
            "The estimate moves with both: for a large τ it is nearer to the measurement. Make the estimate for each draw.",
        ),
        Misconception(
            "the root of the mean square is given for the sd",
            with_sd(lambda mean, sd: np.sqrt(np.mean(sd**2 + mean**2, axis=0))),
            "An sd is measured from the mean, not from zero. What is taken off a mean square to get a variance?",
        ),
        Misconception(
            "the variance of the estimates is taken off, not added",
            with_sd(lambda mean, sd: np.sqrt(within(mean, sd) ** 2 - np.var(mean, axis=0))),
            "Two things are not known here, and each of them adds to what is not known about a star.",
        ),
    ],
    solution=r"""
For each draw of $\mu$ and $\tau$ the formulas of question 2 hold. Averaging over the draws gives the mean. The variance has two
parts, by the law of total variance,

$$
\begin{aligned}
\mathrm{Var}(\theta_j \mid y) ={} &\mathrm{E}\bigl[w_j\,\sigma_j^2\bigr] \\
&+ \mathrm{Var}\bigl[w_j y_j + (1 - w_j)\mu\bigr],
\end{aligned}
$$

what is left to know about the star when the population is known, and what is not known about the population. A single value of
$\tau$ loses the second part, and bends the first, since $w_j$ is no linear function of $\tau$. With arrays of shape
(200, 6):

```python
mean, sd, _ = second_night(data["y"], data["sigma"], data["mu"][:, None], data["tau"][:, None])
answer = {
    "mean": mean.mean(axis=0),
    "sd": np.sqrt((sd**2).mean(axis=0) + mean.var(axis=0)),
}
```

The exact posterior of lecturekit has moments too, which 200 draws meet to some percent of the sd.
""",
)

# ---- 6. Which summary -----------------------------------------------------------------------------------------------------

RICH = Choice(
    "rich",
    2,
    options={
        "a": "Add up, over all stars, the posterior probability of lying above the limit.",
        "b": "Count the stars whose measurement lies above the limit, whatever its error.",
        "c": "Count the stars whose posterior mean lies above the limit, the best guess for each.",
        "d": "Count the stars whose whole 95 % interval lies above the limit, and no others.",
    },
    answer="a",
    reasons={
        "i": "The true values are spread less than the measurements and more than the posterior means.",
        "ii": "The posterior mean has the smallest squared error for each star, so its count is the best too.",
        "iii": "A measurement is unbiased, so that the errors cancel in a count over as many stars as these.",
        "iv": "Only a star that surely lies above the limit may be counted, since the others may lie below.",
    },
    reason="i",
    misconceptions=[
        Misconception(
            "the measurements are counted",
            "b",
            "Noise moves stars across the limit in both directions. On which side of it are there more stars to be moved?",
        ),
        Misconception(
            "the posterior means are counted",
            "c",
            "Each posterior mean is the best guess for its own star. How wide is their histogram beside the population?",
        ),
        Misconception(
            "only certain cases are counted",
            "d",
            "This answers another question: for how many stars is it certain? A noisy star may lie above it, and never count.",
        ),
        Misconception(
            "what is best for each star is taken to be best for any function of all stars",
            "ii",
            "Being above a limit is not linear in θ. A star whose mean lies below it, does it never lie above?",
        ),
        Misconception(
            "errors are thought to cancel in a count",
            "iii",
            "Errors cancel in a mean. In a count the noise widens the histogram, and its tails grow.",
        ),
        Misconception(
            "a count is thought to need certainty about each star",
            "iv",
            "To expect seven heads in fourteen throws one need not know which throws they are.",
        ),
    ],
    solution=r"""
An expected count is a sum of probabilities, star by star, certain or not. Measurements are spread by $\sqrt{\tau^2 +
\sigma^2}$, too widely, and posterior means by less than $\tau$: each star's mean has left out how far the star may
lie from it. Counting draws from the posteriors puts this back, and does the same as the sum.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def shares_in_a_loop(sigma, tau):
    """One measurement after the other, each taking its part from what was known before; a list."""
    weights, rest, known = [], 1.0, tau
    for error in sigma:
        new = known**2 / (known**2 + error**2)
        weights, rest = [old * (1 - new) for old in weights] + [new], rest * (1 - new)
        known = known * error / (known**2 + error**2) ** 0.5
    return weights, rest


def shares_in_single_precision(sigma, tau):
    """All sources in one array, in float32."""
    precision = np.square(1 / np.append(sigma, tau).astype(np.float32))
    share = precision / precision.sum()
    return share[:-1], share[-1]


def shares_by_the_weighted_mean(sigma, tau):
    """The weighted mean of the measurements first, and then the weight of the chapter."""
    combined = np.sum(sigma**-2) ** -0.5
    w = tau**2 / (tau**2 + combined**2)
    return w * (combined / sigma) ** 2, 1 - w


def second_night_in_a_loop(y, sigma, mu, tau):
    """Every star in turn, with the error function; three lists."""
    from math import erf

    means, sds, lower = [], [], []
    for value, error in zip(y, sigma, strict=True):
        total = tau**2 + error**2
        means.append((value * tau**2 + mu * error**2) / total)
        sds.append(error * tau / total**0.5)
        lower.append((1 + erf((value - means[-1]) / (2 * (sds[-1] ** 2 + error**2)) ** 0.5)) / 2)
    return means, sds, lower


def second_night_as_a_step(y, sigma, mu, tau):
    """A step from the population mean, as a Kalman filter does it; one array of three rows, in float32."""
    gain = tau**2 / (tau**2 + sigma**2)
    mean, variance = mu + gain * (y - mu), (1 - gain) * tau**2
    return np.array([mean, np.sqrt(variance), stats.norm.cdf(y, mean, np.sqrt(variance + sigma**2))], np.float32)


def second_night_by_the_joint(y, sigma, mu, tau):
    """Two measurements of one star are correlated by w: the second one given the first."""
    total = sigma**2 + tau**2
    w = tau**2 / total
    lower = stats.norm.sf(mu + w * (y - mu), loc=y, scale=np.sqrt(total * (1 - w**2)))
    return mu + w * (y - mu), np.sqrt(sigma**2 - sigma**4 / total), lower


def second_night_by_precisions(y, sigma, mu, tau):
    """Precisions, with the limit put in by hand."""
    if tau == 0:
        return np.full(len(y), mu), np.zeros(len(y)), stats.norm.cdf((y - mu) / sigma)
    precision = sigma**-2 + tau**-2
    mean = (y * sigma**-2 + mu * tau**-2) / precision
    return mean, precision**-0.5, stats.norm.cdf((y - mean) / np.sqrt(1 / precision + sigma**2))


def james_stein_in_a_loop(y, sigma):
    """The estimator in plain Python; a list."""
    mean = sum(y) / len(y)
    pull = (len(y) - 3) * sigma**2 / sum((value - mean) ** 2 for value in y)
    return [mean if pull > 1 else value - pull * (value - mean) for value in y]


def james_stein_by_the_variance(y, sigma):
    """The factor from the sample variance, cut off by clip."""
    factor = 1 - (y.size - 3) / (y.size - 1) * sigma**2 / y.var(ddof=1)
    return np.average([y, np.full_like(y, y.mean())], axis=0, weights=np.clip([factor, 1 - factor], 0, 1))


def james_stein_by_the_norm(y, sigma):
    """From the length of the vector of distances, by SciPy and where."""
    from scipy.linalg import norm

    distance = y - np.sum(y) / y.size
    length = norm(distance) / sigma
    return np.where(length**2 > y.size - 3, y - (y.size - 3) * distance / length**2, y - distance)


def who_pays_in_a_loop(data):
    """Star by star; a list of truth values."""
    worse, shrunk, raw = [], 0.0, 0.0
    for theta, sigma in zip(data["theta"], data["sigma"], strict=True):
        w = data["tau"] ** 2 / (data["tau"] ** 2 + sigma**2)
        error = w**2 * sigma**2 + (1 - w) ** 2 * (theta - data["mu"]) ** 2
        worse.append(bool(error > sigma**2))
        shrunk, raw = shrunk + error, raw + sigma**2
    return {"ratio": shrunk / raw, "worse": worse}


def who_pays_by_quadrature(data):
    """The mean squared error at the nodes of a Gauss-Hermite rule for the noise, and the chapter's rule for who loses."""
    nodes, mass = np.polynomial.hermite_e.hermegauss(5)
    y = data["theta"] + data["sigma"] * nodes[:, None]
    estimate = shrunken(y, data["sigma"], data["mu"], data["tau"])[0]
    error = mass @ (estimate - data["theta"]) ** 2 / mass.sum()
    far = np.abs(data["theta"] - data["mu"]) > np.sqrt(2 * data["tau"] ** 2 + data["sigma"] ** 2)
    return {"worse": far, "ratio": np.sum(error) / np.sum(data["sigma"] ** 2)}


def averaged_in_a_loop(data):
    """Draw by draw: the mean of theta, and that of its square."""
    first, second = np.zeros(6), np.zeros(6)
    for mu, tau in zip(data["mu"], data["tau"], strict=True):
        w = tau**2 / (tau**2 + data["sigma"] ** 2)
        mean = mu + w * (data["y"] - mu)
        first, second = first + mean / 200, second + (mean**2 + w * data["sigma"] ** 2) / 200
    return {"mean": first, "sd": np.sqrt(second - first**2)}


def averaged_by_pandas(data):
    """Tables of draws by stars; the variance with one less under it."""
    import pandas as pd

    mean, sd = map(pd.DataFrame, moments(data))
    return {"mean": mean.mean(), "sd": (mean.var() + (sd**2).mean()) ** 0.5}


def half_right_for_one_measurement(sigma, tau):
    """The weights of single measurements, which are right if there is one."""
    return weight(sigma, tau), 1 - np.sum(weight(sigma, tau))


def half_right_with_a_floor(sigma, tau):
    """A number that is small beside most variances keeps a division from failing."""
    return shares(np.sqrt(sigma**2 + 1e-7), tau)


def half_right_without_a_limit(y, sigma, mu, tau):
    """Precisions, which a population without spread does not have."""
    precision = 1 / sigma**2 + 1 / tau**2
    mean = (y / sigma**2 + mu / tau**2) / precision
    return mean, np.sqrt(1 / precision), ndtr((y - mean) / np.sqrt(1 / precision + sigma**2))


def half_right_with_numbers(y, sigma, mu, tau):
    """The limit put in by hand, with numbers where arrays are asked for."""
    return (mu, 0.0, ndtr((y - mu) / sigma)) if tau == 0 else second_night(y, sigma, mu, tau)


def half_right_with_an_error(y, sigma, mu, tau):
    """The limit put in by hand, with the error bar of complete pooling."""
    if tau == 0:
        return np.full(y.size, mu), np.full(y.size, np.sum(sigma**-2) ** -0.5), ndtr((y - mu) / sigma)
    return second_night(y, sigma, mu, tau)


def half_right_for_scattered_stars(y, sigma):
    """The plain estimator, whose factor may turn negative."""
    return shrink(y, sigma, factor=lambda c: 1 - c)


def half_right_with_a_mean_for_all(y, sigma):
    """One number for stars that are all the same."""
    return np.mean(y) if factor_of(y, sigma) == 0 else james_stein(y, sigma)


def half_right_for_more_than_four(y, sigma):
    """The guarantee is taken to begin at five stars."""
    return y if y.size < 5 else james_stein(y, sigma)


ALTERNATIVES = {
    "shares": [shares_in_a_loop, shares_in_single_precision, shares_by_the_weighted_mean],
    "second_night": [second_night_in_a_loop, second_night_as_a_step, second_night_by_the_joint, second_night_by_precisions],
    "james_stein": [james_stein_in_a_loop, james_stein_by_the_variance, james_stein_by_the_norm],
    "who_pays": [who_pays_in_a_loop, who_pays_by_quadrature],
    "averaged": [averaged_in_a_loop, averaged_by_pandas],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "shares": [half_right_for_one_measurement, half_right_with_a_floor],
    "second_night": [half_right_without_a_limit, half_right_with_numbers, half_right_with_an_error],
    "james_stein": [half_right_for_scattered_stars, half_right_with_a_mean_for_all, half_right_for_more_than_four],
}
DATA = {"simulation": draw_simulation, "observed": draw_observed}
QUESTIONS = [SHARES, SECOND_NIGHT, JAMES_STEIN, WHO_PAYS, AVERAGED, RICH]
