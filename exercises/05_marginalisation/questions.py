"""Homework 5, Marginalization: repeated spectra, rates recovered from counts, an integral by quadrature, tau, and a route."""

from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy import integrate, stats
from scipy.special import gammaln, logsumexp

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------

EXPOSURE = np.array([2.0, 3, 4, 6, 10, 15, 30, 50])
MU, TAU = np.linspace(-2, 3, 41), np.geomspace(0.1, 4, 48)  # evenly spaced in ln tau
# ln theta, for the table: fine enough for a few hundred counts. Below it a source is nothing but its background.
COARSE = np.linspace(-10, 8, 901)


def draw_sources(rng):
    """Eight X-ray sources, and a table of their log likelihood that holds the posterior; every mistake shows."""
    for _ in attempts("draw_sources"):
        rate = np.exp(rng.normal(rng.uniform(0, 0.8), rng.uniform(0.5, 1.0), 8))
        exposure, background = (EXPOSURE * rng.uniform(0.8, 1.25, 8)).round(2), round(rng.uniform(0.1, 0.4), 2)
        counts = rng.poisson(exposure * (rate + background))
        table = tabulated(counts, exposure, background)
        data = {"counts": counts, "exposure": exposure, "background": background}
        data |= {"mu": MU, "tau": TAU.round(4), "log_likelihood": np.maximum(table - table.max(), -60).round(3)}
        if edge(data) < 2e-4 and answers_apart(SPREAD, data):
            return data


def tabulated(counts, exposure, background):
    """ln p(y | mu, tau) on the grid, (41, 48), every rate integrated out."""
    of_rate = stats.poisson.pmf(counts, exposure * (np.exp(COARSE[:, None]) + background))
    below = stats.norm.cdf((COARSE[0] - MU[:, None]) / TAU)[..., None] * stats.poisson.pmf(counts, exposure * background)
    marginal = 0.02 * populations() @ of_rate + below
    return np.log(np.maximum(marginal, 1e-300)).sum(axis=2)  # it underflows in corners without any mass


@cache
def populations():
    """The density of COARSE for every mu and tau, (41, 48, 901)."""
    return stats.norm.pdf(COARSE, MU[:, None, None], TAU[:, None])


def edge(data):
    """Density of mu and tau at the ends of the grid, in units of its maximum."""
    density = np.exp(log_posterior(data))
    sides = [density.sum(axis=axis) / density.sum(axis=axis).max() for axis in (0, 1)]
    return max(side[end] for side in sides for end in (0, -1))


# ---- 1. The marginal likelihood -------------------------------------------------------------------------------------------


def log_marginal(mu, tau, y, s, n, c):
    """ln p(y | mu, tau), every theta_j integrated out."""
    mu, tau = np.broadcast_arrays(mu, tau)
    variance = tau[..., None] ** 2 + c**2 + s**2 / n
    return stats.norm.logpdf(y, mu[..., None], np.sqrt(variance)).sum(axis=-1)


def log_normals(mu, y, variance):
    """Log density of y (J,) about mu (...), summed over the stars; variance is (..., J)."""
    mu = np.broadcast_to(mu, variance.shape[:-1])[..., None]
    return stats.norm.logpdf(y, mu, np.sqrt(variance)).sum(axis=-1)


def squared(mu, tau):
    """tau**2 with an axis for the stars, of the shape to which mu and tau broadcast."""
    return np.broadcast_arrays(mu, tau)[1][..., None] ** 2


def with_variance(variance):
    """Return a misconception's function: another variance of each mean, from tau (..., 1), s, n and c."""
    return lambda mu, tau, y, s, n, c: log_normals(mu, y, variance(np.sqrt(squared(mu, tau)), s, n, c))


def in_one_night(mu, tau, y, s, n, c):
    """Log density with one calibration error for all stars: their covariance is c**2 beside the diagonal."""
    mu, tau = np.broadcast_arrays(mu, tau)
    off, v = y - mu[..., None], tau[..., None] ** 2 + s**2 / n
    shared = 1 + c**2 * np.sum(1 / v, axis=-1)
    square = c**2 * np.sum(off / v, axis=-1) ** 2 / shared
    return log_normals(mu, y, v) + 0.5 * (square - np.log(shared))


def by_way_of_the_density(mu, tau, y, s, n, c):
    """Log of the product of the stars' densities, which has to fit into a float."""
    with np.errstate(divide="ignore"):
        return np.log(np.exp(log_marginal(mu, tau, y, s, n, c)))


def draw_marginal(rng):
    """Draw the arguments: numbers and arrays of mu and tau in all combinations."""
    size = rng.integers(1, 8)
    mu = rng.normal(-0.2, 0.3, 3) if rng.random() < 0.5 else rng.normal(-0.2, 0.3)
    tau = rng.uniform(0, 0.3, (2, 1)) if rng.random() < 0.5 else rng.uniform(0, 0.3)
    s, n = rng.uniform(0.05, 0.4, size), rng.integers(1, 20, size)
    return (mu, tau, rng.normal(-0.2, 0.3, size), s, n, rng.uniform(0.02, 0.1))


STARS = (np.array([-0.31, 0.02, -0.18, -0.44]), np.array([0.12, 0.25, 0.08, 0.3]), np.array([2, 9, 1, 16]))
AVERAGED_DOWN = "Which of the three deviations is drawn anew for every spectrum, and which are the same in all of a star's?"

LOG_MARGINAL = Function(
    "log_marginal",
    3,
    reference=log_marginal,
    probes=[
        (-0.15, 0.08, *STARS, 0.05),
        (np.array([-0.4, -0.1, 0.3]), 0.05, *STARS, 0.03),
        (0.1, np.array([0.0, 0.02, 0.5, 2.0, 0.1]), *STARS, 0.1),
        (np.array([[-0.3], [0.2]]), np.array([[0.05, 0.1, 0.4]]), *STARS, 0.04),
        (np.array([-0.3, 0.1, -0.2]), np.array([0.05, 0.3, 0.1]), *STARS, 0.06),  # pairs, and no table
        (0.7, 0.3, np.array([1.4]), np.array([0.9]), np.array([3]), 0.2),
        # Perfect calibration, no spread, and a star that lies sixty standard deviations off.
        (-0.2, 0.0, np.array([-0.22, 1.0]), np.array([0.05, 0.06]), np.array([4, 9]), 0.0),
    ],
    private=draw_marginal,
    tolerance=Tolerance(rel=1e-4, abs=1e-4),  # enough for float32
    misconceptions=[
        Misconception(
            "the spread of the population is averaged down by the spectra too",
            with_variance(lambda tau, s, n, c: (tau**2 + s**2) / n + c**2),
            AVERAGED_DOWN,
        ),
        Misconception(
            "the error of the calibration is averaged down by the spectra too",
            with_variance(lambda tau, s, n, c: tau**2 + (c**2 + s**2) / n),
            AVERAGED_DOWN,
        ),
        Misconception(
            "everything is averaged down by the spectra",
            with_variance(lambda tau, s, n, c: (tau**2 + c**2 + s**2) / n),
            AVERAGED_DOWN,
        ),
        Misconception(
            "the spectra are forgotten",
            with_variance(lambda tau, s, n, c: tau**2 + c**2 + s**2),
            "s is the error of one spectrum. What is measured here is the mean of several.",
        ),
        Misconception(
            "the error of the calibration is forgotten",
            with_variance(lambda tau, s, n, c: tau**2 + s**2 / n),
            "The spectra of a star share one night, and the night has an error of its own. It moves the mean of them all.",
        ),
        Misconception(
            "the spread of the population is forgotten",
            with_variance(lambda tau, s, n, c: 0 * tau + c**2 + s**2 / n),
            "This is the likelihood for τ = 0. Every value that the population allows for θ has to be averaged over.",
        ),
        Misconception(
            "the error of a mean is taken to fall like 1/n",
            with_variance(lambda tau, s, n, c: tau**2 + c**2 + (s / n) ** 2),
            "Independent errors cancel only in part. Add up the variances of n of them, then divide the sum by n: what is "
            "its sd?",
        ),
        Misconception(
            "the error of a mean is taken to fall like 1/√n, and the root is squared once too often",
            with_variance(lambda tau, s, n, c: tau**2 + c**2 + s**2 / np.sqrt(n)),
            "The sd of a mean falls like 1/√n. How does its variance fall?",
        ),
        Misconception(
            "the error of the mean grows with the number of spectra",
            with_variance(lambda tau, s, n, c: tau**2 + c**2 + s**2 * n),
            "That is the variance of a sum of n spectra. What becomes of it if the sum is divided by n?",
        ),
        Misconception(
            "standard deviations are added in place of variances",
            with_variance(lambda tau, s, n, c: (tau + c + s / np.sqrt(n)) ** 2),
            "The deviations are independent. What adds up when independent numbers are added?",
        ),
        Misconception(
            "the variance is given where a standard deviation is wanted",
            with_variance(lambda tau, s, n, c: (tau**2 + c**2 + s**2 / n) ** 2),
            "Look up what the third argument of `stats.norm.logpdf` is. Which unit should it have here?",
        ),
        Misconception(
            "τ and c are added without their squares",
            with_variance(lambda tau, s, n, c: tau + c + s**2 / n),
            "Both are standard deviations, in dex. Check the units of what you add.",
        ),
        Misconception(
            "every spectrum is counted as a star of its own",
            lambda mu, tau, y, s, n, c: (
                n * stats.norm.logpdf(y, np.broadcast_arrays(mu, tau)[0][..., None], np.sqrt(squared(mu, tau) + c**2 + s**2))
            ).sum(axis=-1),
            "The spectra of a star share its θ. They are one look at the population, however many they are.",
        ),
        Misconception(
            "the width is left out of the normalization",
            lambda mu, tau, y, s, n, c: (
                log_marginal(mu, tau, y, s, n, c) + 0.5 * np.log(squared(mu, tau) + c**2 + s**2 / n).sum(axis=-1)
            ),
            "A constant may be dropped for a chain. But is this factor a constant, when τ varies? Without it, where is the "
            "maximum?",
        ),
        Misconception(
            "the normalization has the variance in it, and not its root",
            lambda mu, tau, y, s, n, c: (
                log_marginal(mu, tau, y, s, n, c) - 0.5 * np.log(squared(mu, tau) + c**2 + s**2 / n).sum(axis=-1)
            ),
            "A density of y has the unit of 1/y. Which power of the variance has that?",
        ),
        Misconception(
            "the factor 1/√(2π) of each star is left out",
            lambda mu, tau, y, s, n, c: log_marginal(mu, tau, y, s, n, c) + 0.5 * y.size * np.log(2 * np.pi),
            "A chain would not mind. Here the density is to be normalized, so that it integrates to one over y.",
        ),
        Misconception(
            "all of the normalization is left out",
            lambda mu, tau, y, s, n, c: (
                log_marginal(mu, tau, y, s, n, c) + 0.5 * np.log(2 * np.pi * (squared(mu, tau) + c**2 + s**2 / n)).sum(axis=-1)
            ),
            "A constant may be dropped for a chain. But part of this factor varies with τ. Without it, where is the maximum?",
        ),
        Misconception(
            "the logs of the stars are averaged and not added",
            lambda mu, tau, y, s, n, c: log_marginal(mu, tau, y, s, n, c) / y.size,
            "The stars are independent: their densities multiply. What do the logarithms do then?",
        ),
        Misconception(
            "the density is given in place of its logarithm",
            lambda mu, tau, y, s, n, c: np.exp(log_marginal(mu, tau, y, s, n, c)),
            "With a few hundred stars this product becomes too small for a float. What would its logarithm be?",
        ),
        Misconception(
            "the logarithm is to base 10",
            lambda mu, tau, y, s, n, c: log_marginal(mu, tau, y, s, n, c) / np.log(10),
            "Asked for is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "the half in the exponent is left out",
            lambda mu, tau, y, s, n, c: (
                2 * log_marginal(mu, tau, y, s, n, c)
                + 0.5 * np.log(2 * np.pi * (squared(mu, tau) + c**2 + s**2 / n)).sum(axis=-1)
            ),
            "Write down the density of one Normal. What does its exponent hold beside the squared distance in units of its sd?",
        ),
        Misconception(
            "τ and the error of the mean are added in place of their squares",
            with_variance(lambda tau, s, n, c: (tau + np.sqrt(c**2 + s**2 / n)) ** 2),
            "The deviation of the star and its error are independent. What adds up when independent numbers are added?",
        ),
        Misconception(
            "c and the error of the mean are added in place of their squares",
            with_variance(lambda tau, s, n, c: tau**2 + (c + s / np.sqrt(n)) ** 2),
            "The errors of night and spectra are independent. What adds up when independent numbers are added?",
        ),
        Misconception(
            "τ is added without its square",
            with_variance(lambda tau, s, n, c: tau + c**2 + s**2 / n),
            "τ is a standard deviation, in dex. Check the units of what you add.",
        ),
        Misconception(
            "τ, c and the error of the mean are added without their squares",
            with_variance(lambda tau, s, n, c: tau + c + s / np.sqrt(n)),
            "All three are standard deviations, in dex. What adds up when independent numbers are added?",
        ),
        Misconception(
            "the star's own factor is counted once for each of its spectra",
            lambda mu, tau, y, s, n, c: (
                n
                * stats.norm.logpdf(y, np.broadcast_arrays(mu, tau)[0][..., None], np.sqrt(squared(mu, tau) + c**2 + s**2 / n))
            ).sum(axis=-1),
            "What the spectra have told is in the error of their mean already. How often does each y stand in the data?",
        ),
        Misconception(
            "all stars share one calibration error",
            in_one_night,
            "Then they would all be shifted by the same amount. How many nights are there, and how many stars in each?",
        ),
        Misconception(
            "2π stands in the normalization, and not its root",
            lambda mu, tau, y, s, n, c: log_marginal(mu, tau, y, s, n, c) - 0.5 * y.size * np.log(2 * np.pi),
            "Write down the density of one Normal. What is all under the root?",
        ),
        Misconception(
            "priors on μ and τ are added, those of chapter 4",
            lambda mu, tau, y, s, n, c: (
                log_marginal(mu, tau, y, s, n, c) + stats.norm.logpdf(mu) + stats.halfnorm.logpdf(tau, scale=0.5)
            ),
            "That is a posterior, up to a constant. Asked for is the density of the data, given μ and τ.",
        ),
        Misconception(
            "the negative of the logarithm is given",
            lambda mu, tau, y, s, n, c: -log_marginal(mu, tau, y, s, n, c),
            "A minimizer wants this. Asked for is the logarithm itself.",
        ),
        Misconception(
            "−2 times the logarithm is given, as for a χ²",
            lambda mu, tau, y, s, n, c: -2 * log_marginal(mu, tau, y, s, n, c),
            "Asked for is the logarithm itself.",
        ),
        Misconception(
            "the density is computed first, and its logarithm then",
            by_way_of_the_density,
            "Sixty standard deviations off the density is smaller than any float, and becomes zero. Its logarithm is an "
            "ordinary number: write that down, or use `logpdf`.",
        ),
        Misconception(
            "c is added without its square",
            with_variance(lambda tau, s, n, c: tau**2 + c + s**2 / n),
            "c is a standard deviation, in dex. Check the units of what you add.",
        ),
    ],
    solution=r"""
The mean of $n_j$ spectra is $y_j = \theta_j + \kappa_j + \bar\epsilon_j$, and $\theta_j = \mu + \delta_j$. The deviation
$\delta_j$ belongs to the star and has the variance $\tau^2$. The calibration error $\kappa_j$ belongs to the night and has the
variance $c^2$. Both are the same in all spectra of the star, so that no repeat makes them smaller. The mean error of the
spectra has the variance $s_j^2 / n_j$. The sum is Normal,

$$
p(y_j \mid \mu, \tau) = \mathcal{N}\!\left(y_j \mid \mu,\; \tau^2 + c^2 + s_j^2 / n_j\right),
$$

which is the chapter's result with $\sqrt{c^2 + s_j^2 / n_j}$ for $\sigma_j$. Given $\mu$ and $\tau$ the stars are independent,
so the logs add up. For arrays of $\mu$ and $\tau$ the stars get an axis of their own, the last, and the sum runs over it.
""",
)

# ---- 2. The rates, recovered ----------------------------------------------------------------------------------------------


def rate_given(mu, tau, counts, exposure):
    """Mean and sd of theta_j, given its counts and a Gamma population of mean mu and sd tau."""
    beta = mu / tau**2
    alpha = mu * beta
    return (alpha + counts) / (beta + exposure), np.sqrt(alpha + counts) / (beta + exposure)


def gamma_moments(shape, rate):
    """Mean and sd of a Gamma distribution."""
    return shape / rate, np.sqrt(shape) / rate


def as_a_gaussian(mu, tau, counts, exposure, sigma=None):
    """Shrink counts / exposure as if counts were Normal, with the error sqrt(counts) / exposure or another."""
    sigma = np.sqrt(counts) / exposure if sigma is None else sigma
    w = tau**2 / (tau**2 + sigma**2)
    return w * counts / exposure + (1 - w) * mu, np.sqrt(w) * sigma


def draw_rates(rng):
    """Draw the arguments: a population from narrow to wider than its mean, and counts from it."""
    size, mu = rng.integers(1, 9), rng.uniform(0.3, 5)
    tau = mu * rng.uniform(0.2, 1.8)
    exposure = 10 ** rng.uniform(-0.5, 2, size)
    rate = rng.gamma((mu / tau) ** 2, tau**2 / mu, size)
    return (mu, tau, rng.poisson(exposure * rate), exposure)


RATE_GIVEN = Function(
    "rate_given",
    3,
    reference=rate_given,
    probes=[
        (2.0, 1.5, np.array([0, 3, 40, 900]), np.array([1.5, 2.0, 10.0, 200.0])),
        (0.8, 0.2, np.array([1, 0, 12]), np.array([0.5, 6.0, 5.0])),
        # A population whose density has a pole at zero, and a source without a count.
        (3.0, 4.5, np.array([7, 0]), np.array([4.0, 1.2])),
    ],
    private=draw_rates,
    tolerance=Tolerance(rel=1e-4),  # enough for float32
    misconceptions=[
        Misconception(
            "each source is estimated from its own counts alone",
            lambda mu, tau, counts, exposure: (counts / exposure, np.sqrt(counts) / exposure),
            "A source without a single count would have the rate 0 ± 0. What do the other sources say about its rate?",
        ),
        Misconception(
            "counts are treated as Normal, with the error √y",
            as_a_gaussian,
            "Look at the source without counts: an error of zero, and a rate of zero without doubt? Use the Poisson "
            "likelihood itself; the chapter has the population that fits it.",
        ),
        Misconception(
            "the rate parameter is raised by one in place of the exposure",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts, mu / tau**2 + np.ones_like(exposure)),
            "This is the rule for an exposure of 1 ks. Write the likelihood as a function of θ: what stands in its exponent?",
        ),
        Misconception(
            "count rates in place of counts are added to α",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts / exposure, mu / tau**2 + exposure),
            "Write the likelihood as a function of θ: what is the power of θ in it?",
        ),
        Misconception(
            "τ is taken for a variance",
            lambda mu, tau, counts, exposure: rate_given(mu, np.sqrt(tau), counts, exposure),
            "The sd of the population is given. What is its variance, and what does it make of α and β?",
        ),
        Misconception(
            "the scale of the Gamma distribution stands for its rate parameter β",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts, tau**2 / mu + exposure),
            "Books and libraries write a Gamma by its rate or by its scale, the inverse of it. Check the units: what is "
            "added to an exposure has to be a time.",
        ),
        Misconception(
            "the most probable rate is given in place of the mean",
            lambda mu, tau, counts, exposure: (
                rate_given(mu, tau, counts, exposure)[0] - 1 / (mu / tau**2 + exposure),
                rate_given(mu, tau, counts, exposure)[1],
            ),
            "A Gamma density is skewed: its peak and its mean are two things. Here the mean is wanted.",
        ),
        Misconception(
            "the variance is returned in place of the sd",
            lambda mu, tau, counts, exposure: (
                rate_given(mu, tau, counts, exposure)[0],
                rate_given(mu, tau, counts, exposure)[1] ** 2,
            ),
            "Check the unit of the second result: it should be that of a rate.",
        ),
        Misconception(
            "the sd that the error of the counts alone would give is returned",
            lambda mu, tau, counts, exposure: (rate_given(mu, tau, counts, exposure)[0], np.sqrt(counts) / exposure),
            "The mean has learned from the population. Then the uncertainty has, too.",
        ),
        Misconception(
            "the population alone is given, before any count",
            lambda mu, tau, counts, exposure: (0 * counts + mu, 0 * counts + tau),
            "This is what is known of a source that was never observed. What do its own counts add?",
        ),
        Misconception(
            "the counts and the exposure are exchanged",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + exposure, mu / tau**2 + counts),
            "Write the likelihood as a function of θ: what is the power of θ in it, and what stands in the exponent?",
        ),
        Misconception(
            "α and β of the population are exchanged",
            lambda mu, tau, counts, exposure: gamma_moments(mu / tau**2 + counts, (mu / tau) ** 2 + exposure),
            "Check the units: what is added to an exposure has to be a time, and what is added to a count a pure number.",
        ),
        Misconception(
            "α is taken for μ/τ and β for 1/τ",
            lambda mu, tau, counts, exposure: gamma_moments(mu / tau + counts, 1 / tau + exposure),
            "That is a Gamma distribution of mean μ. Which variance has it?",
        ),
        Misconception(
            "α is taken for μ and β for τ",
            lambda mu, tau, counts, exposure: gamma_moments(mu + counts, tau + exposure),
            "μ and τ are the mean and the sd of the population. Its shape and its rate parameter follow from them.",
        ),
        Misconception(
            "the variance of the Gamma is taken for α/β, and not for α/β²",
            lambda mu, tau, counts, exposure: (
                rate_given(mu, tau, counts, exposure)[0],
                np.sqrt(rate_given(mu, tau, counts, exposure)[0]),
            ),
            "For a Poisson distribution the variance is the mean. The rate has a Gamma distribution: check the units of its "
            "variance.",
        ),
        Misconception(
            "the spread of the population is given for the sd",
            lambda mu, tau, counts, exposure: (rate_given(mu, tau, counts, exposure)[0], 0 * counts + tau),
            "That is how well a rate is known before its counts. A bright source is known far better.",
        ),
        Misconception(
            "the counts are weighted equally with the mean of the population",
            lambda mu, tau, counts, exposure: ((counts / exposure + mu) / 2, rate_given(mu, tau, counts, exposure)[1]),
            "A long exposure deserves more trust than a short one. How many counts is the population worth?",
        ),
        Misconception(
            "one count is added to every source",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts + 1, mu / tau**2 + exposure),
            "That is the rule for a flat prior on θ, where the population is given here. Multiply its density by the "
            "likelihood: which power of θ comes out, and which α has that?",
        ),
        Misconception(
            "the results are given in the wrong order",
            lambda mu, tau, counts, exposure: rate_given(mu, tau, counts, exposure)[::-1],
            "The means come first, the standard deviations second: `return mean, sd`.",
        ),
        Misconception(
            "the rate parameter of the posterior is given where SciPy wants its scale",
            lambda mu, tau, counts, exposure: (
                ((mu / tau) ** 2 + counts) * (mu / tau**2 + exposure),
                np.sqrt((mu / tau) ** 2 + counts) * (mu / tau**2 + exposure),
            ),
            "`scale` is one over the rate parameter. Which unit has the result, and which should it have?",
        ),
        Misconception(
            "counts are treated as Normal, with the error √(y + 1)",
            lambda mu, tau, counts, exposure: as_a_gaussian(mu, tau, counts, exposure, np.sqrt(counts + 1) / exposure),
            "The 1 keeps the error from vanishing, but the likelihood is still a Normal. Use the Poisson likelihood itself; "
            "the chapter has the population that fits it.",
        ),
        Misconception(
            "counts are treated as Normal, with the error that the mean rate μ would give",
            lambda mu, tau, counts, exposure: as_a_gaussian(mu, tau, counts, exposure, np.sqrt(mu / exposure)),
            "The means come out right in this way, since both posteriors are averages with the same weights. The width of a "
            "Gamma depends on the counts.",
        ),
        Misconception(
            "the counts are multiplied by the exposure",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts * exposure, mu / tau**2 + exposure),
            "Write the likelihood as a function of θ: what is the power of θ in it?",
        ),
        Misconception(
            "one is taken from α",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts - 1, mu / tau**2 + exposure),
            "Compare the power of θ with that in the density of a Gamma distribution: is it α there?",
        ),
        Misconception(
            "the exposure is not added to β",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + counts, mu / tau**2 + 0 * exposure),
            "Write the likelihood as a function of θ: what stands in its exponent?",
        ),
        Misconception(
            "the counts are not added to α",
            lambda mu, tau, counts, exposure: gamma_moments((mu / tau) ** 2 + 0 * counts, mu / tau**2 + exposure),
            "Write the likelihood as a function of θ: what is the power of θ in it?",
        ),
        Misconception(
            "the expected counts are given in place of the rate",
            lambda mu, tau, counts, exposure: tuple(exposure * x for x in rate_given(mu, tau, counts, exposure)),
            "θ is a rate, in counts per ks. Which unit have your results?",
        ),
        Misconception(
            "the rate parameter of the posterior is given as SciPy's location",
            lambda mu, tau, counts, exposure: (
                (mu / tau) ** 2 + counts + mu / tau**2 + exposure,
                np.sqrt((mu / tau) ** 2 + counts),
            ),
            "The second argument of `stats.gamma` is where the density begins. Name the argument that you mean, and look up "
            "what it is.",
        ),
        Misconception(
            "the scale of the posterior is given as SciPy's location",
            lambda mu, tau, counts, exposure: (
                (mu / tau) ** 2 + counts + 1 / (mu / tau**2 + exposure),
                np.sqrt((mu / tau) ** 2 + counts),
            ),
            "The second argument of `stats.gamma` is where the density begins. Name the argument that you mean.",
        ),
        Misconception(
            "the median is given in place of the mean",
            lambda mu, tau, counts, exposure: (
                stats.gamma.median((mu / tau) ** 2 + counts, scale=1 / (mu / tau**2 + exposure)),
                rate_given(mu, tau, counts, exposure)[1],
            ),
            "A Gamma density is skewed: its median and its mean are two things. Here the mean is wanted.",
        ),
    ],
    solution=r"""
A Gamma density $\theta^{\alpha - 1} e^{-\beta\theta}$ has the mean $\alpha/\beta$ and the variance $\alpha/\beta^2$. So
$\beta = \mu/\tau^2$ and $\alpha = \mu^2/\tau^2$. The likelihood of $y_j$ counts is $\theta^{y_j} e^{-e_j\theta}$ as far as it
depends on $\theta$. Powers and exponents add:

$$
\theta_j \mid y_j \sim \mathrm{Gamma}(\alpha + y_j,\; \beta + e_j).
$$

The population acts like $\alpha$ counts in an exposure $\beta$ that were there before. The mean is again an average, $w_j\,
y_j / e_j + (1 - w_j)\, \mu$ with $w_j = e_j / (\beta + e_j)$, and a source without a count gets a rate and an honest error.
""",
)

# ---- 3. An integral without a closed form ---------------------------------------------------------------------------------

# ln theta: wide enough for every population, and fine enough for a source with thousands of counts.
LOG_RATE = np.linspace(-12, 12, 2401)[:, None]
STEP = 0.01


def log_marginal_counts(mu, tau, counts, exposure, background):
    """ln p(y_j | mu, tau) of each source, its log-normal rate integrated out."""
    log_likelihood = stats.poisson.logpmf(counts, exposure * (np.exp(LOG_RATE) + background))
    return logsumexp(log_likelihood + stats.norm.logpdf(LOG_RATE, mu, tau), axis=0) + np.log(STEP)


def over_rates(log_likelihood, mu, tau):
    """Return the log of a likelihood's average over the population; it is given at LOG_RATE, (2401, J)."""
    return logsumexp(log_likelihood + stats.norm.logpdf(LOG_RATE, mu, tau), axis=0) + np.log(STEP)


def log_poisson(counts, mean):
    """ln Poisson(y | mean), for counts that need not be whole."""
    with np.errstate(all="ignore"):
        return np.where(counts > 0, counts * np.log(mean), 0) - mean - gammaln(counts + 1)


def log_at_peak(mu, tau, counts, exposure, background):
    """ln of likelihood times population density of ln theta, at its maximum: on the grid, then on a finer one around it."""

    def log_p(z):
        return stats.poisson.logpmf(counts, exposure * (np.exp(z) + background)) + stats.norm.logpdf(z, mu, tau)

    center = LOG_RATE[np.argmax(log_p(LOG_RATE), axis=0), 0]
    return np.max(log_p(center + np.linspace(-STEP, STEP, 2001)[:, None]), axis=0)


def by_laplace(mu, tau, counts, exposure, background):
    """ln of the integral over a Gaussian with the integrand's peak and curvature."""

    def log_p(z):
        return stats.poisson.logpmf(counts, exposure * (np.exp(z) + background)) + stats.norm.logpdf(z, mu, tau)

    center = LOG_RATE[np.argmax(log_p(LOG_RATE), axis=0), 0]
    fine = center + np.linspace(-STEP, STEP, 2001)[:, None]
    peak = fine[np.argmax(log_p(fine), axis=0), np.arange(len(counts))]
    share = np.exp(peak) / (np.exp(peak) + background)
    curvature = 1 / tau**2 + exposure * np.exp(peak) - counts * share * (1 - share)
    return log_p(peak) + 0.5 * np.log(2 * np.pi / curvature)


def mean_of_the_log(mu, tau, counts, exposure, background):
    """The log likelihood averaged over the population."""
    log_likelihood = stats.poisson.logpmf(counts, exposure * (np.exp(LOG_RATE) + background))
    return STEP * np.sum(log_likelihood * stats.norm.pdf(LOG_RATE, mu, tau), axis=0)


def otherwise(mean):
    """Return a misconception's function: another expected number of counts, from exposure, rate (2401, 1) and background."""
    return lambda mu, tau, counts, exposure, background: over_rates(
        log_poisson(counts, mean(exposure, np.exp(LOG_RATE), background)), mu, tau
    )


def on_nodes(mu, tau, counts, exposure, background, center, width, count):
    """Gauss-Hermite quadrature with nodes at a center and of a width, in (ln theta - mu) / tau, for each source."""
    node, weight = hermegauss(count)
    x = np.reshape(center, (-1, 1)) + np.reshape(width, (-1, 1)) * node
    expected = exposure[:, None] * (np.exp(mu + tau * x) + background)
    log_p = stats.poisson.logpmf(counts[:, None], expected) - x**2 / 2 + node**2 / 2
    return logsumexp(log_p, b=weight * np.reshape(width, (-1, 1)) / np.sqrt(2 * np.pi), axis=1)


def on_the_population(mu, tau, counts, exposure, background):
    """The chapter's 128 nodes, the same for all sources."""
    return on_nodes(mu, tau, counts, exposure, background, 0.0, 1.0, 128)


def on_the_peak_without_background(mu, tau, counts, exposure, background):
    """The chapter's nine nodes for each source, at the peak that it would have under an empty sky."""
    x = (np.log((counts + 0.5) / exposure) - mu) / tau
    for _ in range(20):
        expected = exposure * np.exp(mu + tau * x)
        x = x + (tau * (counts - expected) - x) / (tau**2 * expected + 1)
    width = 1 / np.sqrt(tau**2 * exposure * np.exp(mu + tau * x) + 1)
    return on_nodes(mu, tau, counts, exposure, background, x, width, 9)


def draw_counts(rng):
    """Draw the arguments: sources within three sd of the population, with up to 3000 counts."""
    size, mu, tau = rng.integers(1, 7), rng.uniform(-1, 1), rng.uniform(0.2, 1)
    exposure, background = 10 ** rng.uniform(-0.3, 1.7, size), rng.uniform(0.1, 1)
    rate = np.exp(mu + tau * rng.uniform(-3, 3, size))
    return (mu, tau, rng.poisson(exposure * (rate + background)), exposure, background)


LOG_MARGINAL_COUNTS = Function(
    "log_marginal_counts",
    4,
    reference=log_marginal_counts,
    probes=[
        (0.5, 0.8, np.array([3, 12, 30]), np.array([2.0, 5.0, 20.0]), 0.3),
        (1.0, 1.0, np.array([0, 7, 2500]), np.array([0.5, 10.0, 50.0]), 0.8),
        # Fewer counts than the background alone should give, and many more than expected.
        (-0.7, 0.3, np.array([0, 1, 4, 40]), np.array([10.0, 0.6, 9.0, 6.0]), 1.0),
        # No background.
        (0.2, 0.5, np.array([0, 5, 300]), np.array([2.0, 3.0, 40.0]), 0.0),
    ],
    private=draw_counts,
    private_count=10,
    tolerance=Tolerance(rel=1e-6, abs=1e-5),
    misconceptions=[
        Misconception(
            "the background is left out",
            otherwise(lambda exposure, rate, background: exposure * rate),
            "A patch of empty sky gives counts too. How many does your likelihood expect where θ is nearly zero?",
        ),
        Misconception(
            "the background is not multiplied by the exposure",
            otherwise(lambda exposure, rate, background: exposure * rate + background),
            "b is a rate, in counts per ks, as θ is. How many of its counts come in a longer exposure?",
        ),
        Misconception(
            "the background is subtracted from the expected counts",
            otherwise(lambda exposure, rate, background: exposure * np.maximum(rate - background, 1e-300)),
            "θ is the rate of the source alone. How many counts are expected from source and sky together?",
        ),
        Misconception(
            "the background is subtracted from the counts",
            lambda mu, tau, counts, exposure, background: over_rates(
                log_poisson(np.maximum(counts - exposure * background, 0), exposure * np.exp(LOG_RATE)), mu, tau
            ),
            "The number of background counts fluctuates as well, and what is left after the subtraction has no Poisson "
            "distribution. Nothing happens to the data: what happens to their expected number?",
        ),
        Misconception(
            "the likelihood is taken at the center of the population",
            lambda mu, tau, counts, exposure, background: stats.poisson.logpmf(counts, exposure * (np.exp(mu) + background)),
            "This gives every source the same rate, as if τ were zero. Which rates does the population allow?",
        ),
        Misconception(
            "the likelihood is taken at the mean rate of the population",
            lambda mu, tau, counts, exposure, background: stats.poisson.logpmf(
                counts, exposure * (np.exp(mu + tau**2 / 2) + background)
            ),
            "The mean of a function is not the function of the mean. Average the likelihood, not the rate that goes into it.",
        ),
        Misconception(
            "the logarithm of the likelihood is averaged",
            mean_of_the_log,
            "The sum rule averages probabilities. First the average, then its logarithm: the two do not commute.",
        ),
        Misconception(
            "the integrand's maximum stands for its integral",
            log_at_peak,
            "The most probable rate is one rate among many. A broad peak holds more probability than a narrow one of the "
            "same height: what is its width?",
        ),
        Misconception(
            "the Normal density of ln θ is integrated over θ without the factor 1/θ",
            lambda mu, tau, counts, exposure, background: over_rates(
                stats.poisson.logpmf(counts, exposure * (np.exp(LOG_RATE) + background)) + LOG_RATE, mu, tau
            ),
            "A density belongs to its variable. Integrate over ln θ, or turn the density of ln θ into one of θ first.",
        ),
        Misconception(
            "the density of θ, with its factor 1/θ, is integrated over ln θ",
            lambda mu, tau, counts, exposure, background: over_rates(
                stats.poisson.logpmf(counts, exposure * (np.exp(LOG_RATE) + background)) - LOG_RATE, mu, tau
            ),
            "A density belongs to its variable. Over ln θ it is a plain Normal that has to be integrated.",
        ),
        Misconception(
            "the rates are integrated over without their population",
            lambda mu, tau, counts, exposure, background: (
                logsumexp(stats.poisson.logpmf(counts, exposure * (np.exp(LOG_RATE) + background)), axis=0) + np.log(STEP)
            ),
            "Not all rates are alike: the population says how probable each of them is. Where do μ and τ stand in your "
            "integrand?",
        ),
        Misconception(
            "the exposures are left out",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(
                mu, tau, counts, np.ones_like(exposure), background
            ),
            "θ is a rate, counts per ks. How many counts does a source of this rate give in its exposure?",
        ),
        Misconception(
            "the factor 1/y! is left out",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) + gammaln(counts + 1)
            ),
            "For a posterior this constant does not matter. Here the sum of the probabilities over all y has to be one.",
        ),
        Misconception(
            "the logarithm of y! has y in place of y + 1 in the Gamma function",
            lambda mu, tau, counts, exposure, background: np.where(
                counts == 0, -np.inf, log_marginal_counts(mu, tau, counts, exposure, background) + np.log(np.maximum(counts, 1))
            ),
            "Try `gammaln(5)`: of which factorial is it the logarithm?",
        ),
        Misconception(
            "the exposure is left out of the factor that is raised to the power of y",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) - counts * np.log(exposure)
            ),
            "Write down the Poisson probability of y with its mean in full. How often does the mean stand in it?",
        ),
        Misconception(
            "the variance τ² stands where the sd of ln θ belongs",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(mu, tau**2, counts, exposure, background),
            "By how much does ln θ move when a standard Normal number moves by one?",
        ),
        Misconception(
            "τ stands where τ² belongs, as if τ were the variance of ln θ",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(mu, np.sqrt(tau), counts, exposure, background),
            "By how much does ln θ move when a standard Normal number moves by one?",
        ),
        Misconception(
            "only the background is multiplied by the exposure",
            otherwise(lambda exposure, rate, background: rate + exposure * background),
            "θ is a rate, in counts per ks, as b is. How many counts does a source of this rate give in its exposure?",
        ),
        Misconception(
            "the logarithm is to base 10",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) / np.log(10)
            ),
            "Asked for is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "μ is taken for the logarithm of the mean rate",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(
                mu - tau**2 / 2, tau, counts, exposure, background
            ),
            "μ is the mean of ln θ, and the mean of θ is larger than exp(μ). Which of the two does the model give?",
        ),
        Misconception(
            "the rates themselves are Normal about μ",
            lambda mu, tau, counts, exposure, background: np.log(
                integrated_over_normal_rates(mu, tau, counts, exposure, background)
            ),
            "A Normal population would allow rates below zero. Of what is μ the mean here?",
        ),
        Misconception(
            "nodes for the weight exp(-x²) are used for a standard Normal",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(
                mu, tau / np.sqrt(2), counts, exposure, background
            ),
            "There are two kinds of Hermite polynomials, and their weights differ by a factor of two in the exponent. Which "
            "one does your quadrature have?",
        ),
        Misconception(
            "the Normal density is not divided by √(2π)",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) + 0.5 * np.log(2 * np.pi)
            ),
            "Try a likelihood that is 1 for every rate. Its average over the population has to be 1 too.",
        ),
        Misconception(
            "the Normal density is not divided by τ",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) + np.log(tau)
            ),
            "Try a likelihood that is 1 for every rate. Its average over the population has to be 1 too, for every τ.",
        ),
        Misconception(
            "the Normal density of ln θ is integrated over (ln θ − μ)/τ",
            lambda mu, tau, counts, exposure, background: (
                log_marginal_counts(mu, tau, counts, exposure, background) - np.log(tau)
            ),
            "Try a likelihood that is 1 for every rate. Its average over the population has to be 1 too, for every τ.",
        ),
        Misconception(
            "the chapter's 128 nodes are laid on the population",
            on_the_population,
            "The peak of a source with thousands of counts is narrower than the distance between two of these nodes. How fine "
            "has a grid to be that does not miss it?",
        ),
        Misconception(
            "the chapter's nine nodes are laid where the peak would be without a background",
            on_the_peak_without_background,
            "With a background the integrand of a faint source has another place, another width and another shape. Which rule "
            "does not have to know them?",
        ),
        Misconception(
            "the negative of the logarithm is given",
            lambda mu, tau, counts, exposure, background: -log_marginal_counts(mu, tau, counts, exposure, background),
            "A minimizer wants this. Asked for is the logarithm itself.",
        ),
        Misconception(
            "the sum of all sources is given",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(mu, tau, counts, exposure, background).sum(),
            "Asked for is one value for each source, an array. They are added up later.",
        ),
        Misconception(
            "the probability is given in place of its logarithm",
            lambda mu, tau, counts, exposure, background: np.exp(log_marginal_counts(mu, tau, counts, exposure, background)),
            "For many sources these have to be multiplied. Of a product of probabilities one takes the logarithm.",
        ),
        Misconception(
            "the background is subtracted from the counts, and the rest is rounded",
            lambda mu, tau, counts, exposure, background: log_marginal_counts(
                mu, tau, np.maximum(np.round(counts - exposure * background), 0), exposure, 0.0
            ),
            "The number of background counts fluctuates as well, and what is left after the subtraction has no Poisson "
            "distribution. Nothing happens to the data: what happens to their expected number?",
        ),
        Misconception(
            "the integrand is replaced by a Gaussian at its peak",
            by_laplace,
            "That is Laplace's approximation, right to some percent, where five digits are asked for. The integrand is not a "
            "Gaussian: integrate over the shape that it has.",
        ),
    ],
    solution=r"""
Write $z = \ln\theta_j$, whose population density is Normal, and add the sky to the source:

$$
p(y_j \mid \mu, \tau) = \int \mathrm{Poisson}\!\left(y_j \mid e_j (e^z + b)\right)
\mathcal{N}(z \mid \mu, \tau^2)\, \mathrm{d}z .
$$

The integrand is smooth and falls off on both sides. For such a function the sum over an even grid is excellent, as long as
its step is finer than the peak is wide. A source with many counts has a peak of width $1/\sqrt{y_j}$, which is 0.02 for the
brightest here, and the step is 0.01. A faint source that drowns in its background has a likelihood that is flat toward small
rates, so that its integrand is as wide as the population: nodes on "its own peak" have to take that into account, and an even
grid need not. The sum is done on logarithms, because the integrand itself may be too small for a float.
""",
)


def integrated_over_normal_rates(mu, tau, counts, exposure, background):
    """Return p(y_j | mu, tau) for rates that are Normal, those below zero left out."""
    rate = np.linspace(0, max(mu, 0) + 12 * tau, 24001)[:, None]
    density = stats.poisson.pmf(counts, exposure * (rate + background)) * stats.norm.pdf(rate, mu, tau)
    return np.maximum(np.trapezoid(density, rate, axis=0), 1e-300)


# ---- 4. The spread of the rates -------------------------------------------------------------------------------------------


def spread(data):
    """Posterior means of mu and tau, and sd of tau, from the table of the log likelihood."""
    log_p = data["log_likelihood"] + stats.norm.logpdf(data["mu"], 0, 2)[:, None] + stats.halfnorm.logpdf(data["tau"])
    density = np.exp(log_p)
    mu = np.average(data["mu"], weights=np.trapezoid(density, data["tau"], axis=1))
    tau_density = np.sum(density, axis=0)
    norm = np.trapezoid(tau_density, data["tau"])
    tau = np.trapezoid(data["tau"] * tau_density, data["tau"]) / norm
    return {"mu": mu, "tau": tau, "tau_sd": np.sqrt(np.trapezoid((data["tau"] - tau) ** 2 * tau_density, data["tau"]) / norm)}


def log_posterior(data):
    """ln p(mu, tau, y) on the grid, up to a constant, (41, 48)."""
    return data["log_likelihood"] + stats.norm.logpdf(data["mu"], 0, 2)[:, None] + stats.halfnorm.logpdf(data["tau"])


def widths(tau):
    """The weights of the trapezoidal rule, which differ from np.gradient at both ends."""
    between = np.diff(tau)
    return 0.5 * (np.append(between, 0) + np.append(0, between))


def moments(data, density, cells=None):
    """The answer from a density on the grid, (41, 48), that need not be normalized; the width of cells is that of the grid."""
    weights = density * (widths(data["tau"]) if cells is None else cells)
    mu = np.average(data["mu"], weights=weights.sum(axis=1))
    tau = np.average(data["tau"], weights=weights.sum(axis=0))
    return {"mu": mu, "tau": tau, "tau_sd": np.sqrt(np.average((data["tau"] - tau) ** 2, weights=weights.sum(axis=0)))}


def normalized(log_p):
    """Return the density with its maximum at one."""
    return np.exp(log_p - log_p.max())


def with_log_prior(change):
    """Return a misconception's function: another log prior, by what is added to the right one, from mu (41, 1) and tau."""

    def wrong(data):
        log_p = log_posterior(data) + change(data["mu"][:, None], data["tau"])
        return moments(data, normalized(np.maximum(log_p, -1e300)))

    return wrong


def at_best_mu(data):
    """The answer with tau from the best mu at each of its values, in place of the sum over mu."""
    best = normalized(log_posterior(data)).max(axis=0, keepdims=True)
    return moments(data, best * np.ones((data["mu"].size, 1))) | {"mu": spread(data)["mu"]}


def at_one_mu(data):
    """The answer with tau at the one best mu of the whole table."""
    density = normalized(log_posterior(data))
    row = np.unravel_index(np.argmax(density), density.shape)[0]
    return moments(data, density[[row] * len(density)]) | {"mu": data["mu"][row]}


def at_one_mu_alone(data):
    """The answer with tau at the one best mu of the whole table, and the right mean of mu."""
    return at_one_mu(data) | {"mu": spread(data)["mu"]}


def at_the_mean_mu(data):
    """The answer with tau from the row nearest to the mean of mu."""
    right = spread(data)
    row = np.argmin(np.abs(data["mu"] - right["mu"]))
    return moments(data, normalized(log_posterior(data))[[row] * data["mu"].size]) | {"mu": right["mu"]}


def most_probable(data):
    """The maximum of the table in place of the means, with the right sd."""
    density = log_posterior(data)
    i, j = np.unravel_index(np.argmax(density), density.shape)
    return spread(data) | {"mu": data["mu"][i], "tau": data["tau"][j]}


def peaks(data):
    """The peaks of the marginal densities in place of the means, with the right sd."""
    density = normalized(log_posterior(data))
    mu = data["mu"][np.argmax(np.sum(density * np.gradient(data["tau"]), axis=1))]
    return spread(data) | {"mu": mu, "tau": data["tau"][np.argmax(density.sum(axis=0))]}


def profiles(data):
    """The answer from the maximum over the other parameter, for mu as for tau."""
    density = normalized(log_posterior(data))
    mu = np.average(data["mu"], weights=density.max(axis=1))
    return at_best_mu(data) | {"mu": mu}


def middle(data):
    """The medians in place of the means, with the right sd."""
    density = normalized(log_posterior(data)) * np.gradient(data["tau"])
    found = {}
    for name, axis in (("mu", 1), ("tau", 0)):
        share = np.cumsum(density.sum(axis=axis)) / density.sum()
        found[name] = np.interp(0.5, share, data[name])
    return spread(data) | found


SPREAD = Analysis(
    "spread",
    4,
    data="sources",
    reference=spread,
    # The trapezoidal rule in tau and the sum over ln tau, the better of the two, agree to a fraction of this.
    tolerance=Tolerance(rel=0, abs=0.0005),
    misconceptions=[
        Misconception(
            "every value of τ counts the same, though the grid is finer at small τ",
            lambda data: moments(data, normalized(log_posterior(data)), cells=1.0),
            "An integral is a sum of heights times widths. How wide is the cell of each τ on this grid?",
        ),
        Misconception(
            "the priors are left out",
            with_log_prior(lambda mu, tau: -stats.norm.logpdf(mu, 0, 2) - stats.halfnorm.logpdf(tau)),
            "The table holds the likelihood. Eight sources do not say all: what was known before is part of the posterior.",
        ),
        Misconception(
            "neither the priors nor the widths of the cells of τ are in the sums",
            lambda data: moments(data, normalized(data["log_likelihood"]), cells=1.0),
            "The table holds the likelihood: what makes a posterior of it? And how wide is the cell of each τ on this grid?",
        ),
        Misconception(
            "the prior of τ is left out",
            with_log_prior(lambda mu, tau: -stats.halfnorm.logpdf(tau)),
            "Eight sources do not say all about τ. What was known before is part of the posterior.",
        ),
        Misconception(
            "the prior of μ is left out",
            with_log_prior(lambda mu, tau: -stats.norm.logpdf(mu, 0, 2)),
            "The prior of μ is wide, and not without any effect. Both belong to the posterior.",
        ),
        Misconception(
            "the priors are counted twice",
            with_log_prior(lambda mu, tau: stats.norm.logpdf(mu, 0, 2) + stats.halfnorm.logpdf(tau)),
            "Each prior is one factor of the posterior, however many sources there are.",
        ),
        Misconception(
            "the prior of τ is counted once for every source",
            with_log_prior(lambda mu, tau: 7 * stats.halfnorm.logpdf(tau)),
            "There is one τ, however many sources. The table has been summed over them already.",
        ),
        Misconception(
            "the densities of the priors are added to the log likelihood, and not their logarithms",
            with_log_prior(
                lambda mu, tau: (
                    stats.norm.pdf(mu, 0, 2)
                    - stats.norm.logpdf(mu, 0, 2)
                    + stats.halfnorm.pdf(tau)
                    - stats.halfnorm.logpdf(tau)
                )
            ),
            "Bayes' theorem multiplies densities. What is added, then?",
        ),
        Misconception(
            "the sd of the prior on μ is 4, the variance",
            with_log_prior(lambda mu, tau: stats.norm.logpdf(mu, 0, 4) - stats.norm.logpdf(mu, 0, 2)),
            "On paper the square of the sd stands in N(0, 2²). What does the function take that you call?",
        ),
        Misconception(
            "the scale of the half-normal is given as its location",
            with_log_prior(lambda mu, tau: np.where(tau >= 1, stats.norm.logpdf(tau - 1) - stats.norm.logpdf(tau), -1e4)),
            "The second argument of `stats.halfnorm.logpdf` is where the density begins: every smaller τ becomes impossible. "
            "Name the argument that you mean.",
        ),
        Misconception(
            "μ is set to its best value for each τ and not integrated out",
            at_best_mu,
            "For a large τ many values of μ are possible, for a small one few. A maximum does not see that. What does a sum "
            "do?",
        ),
        Misconception(
            "μ is set to its best value in the whole table",
            at_one_mu,
            "This is the conditional posterior of τ, and it is too narrow: μ is not known. What does a sum over μ do?",
        ),
        Misconception(
            "τ is taken from the row of the best μ",
            at_one_mu_alone,
            "This is the conditional posterior of τ, and it is too narrow: μ is not known. What does a sum over μ do?",
        ),
        Misconception(
            "τ is taken from the row nearest to the mean of μ",
            at_the_mean_mu,
            "This is the conditional posterior of τ, and it is too narrow: μ is not known. What does a sum over μ do?",
        ),
        Misconception(
            "the most probable μ and τ are given in place of the means",
            most_probable,
            "The posterior of τ is skewed, with a long tail. On which side of its peak does the mean lie?",
        ),
        Misconception(
            "the medians are given in place of the means",
            middle,
            "The posterior of τ is skewed, with a long tail. On which side of its median does the mean lie?",
        ),
        Misconception(
            "the variance of τ is given in place of the sd",
            lambda data: spread(data) | {"tau_sd": spread(data)["tau_sd"] ** 2},
            "Check what an sd is: its square is the mean squared distance from the mean.",
        ),
        Misconception(
            "the logarithm of τ is summarized and not τ",
            lambda data: moments(
                data | {"tau": np.log(data["tau"])}, normalized(log_posterior(data)), np.gradient(data["tau"])
            ),
            "The grid is even in ln τ, but asked for are the mean and the sd of τ.",
        ),
        Misconception(
            "the peaks of the two marginal densities are given in place of the means",
            peaks,
            "The posterior of τ is skewed, with a long tail. On which side of its peak does the mean lie?",
        ),
        Misconception(
            "the other parameter is set to its best value each time, and not integrated out",
            profiles,
            "For a large τ many values of μ are possible, for a small one few. A maximum does not see that. What does a sum "
            "do?",
        ),
        Misconception(
            "the table is summed over τ without the widths of the cells to get the density of μ",
            lambda data: spread(data) | {"mu": np.average(data["mu"], weights=normalized(log_posterior(data)).sum(axis=1))},
            "You weigh the grid for τ itself. Over what do you integrate to get the density of μ?",
        ),
        Misconception(
            "the width of a cell of τ is counted twice",
            lambda data: moments(data, normalized(log_posterior(data)), widths(data["tau"]) * data["tau"]),
            "A factor τ is for a sum over equal steps of ln τ. A rule that is told the values of τ has the widths in it.",
        ),
        Misconception(
            "the priors are those of chapter 4",
            with_log_prior(
                lambda mu, tau: (
                    stats.norm.logpdf(mu)
                    - stats.norm.logpdf(mu, 0, 2)
                    + stats.halfnorm.logpdf(tau, scale=0.5)
                    - stats.halfnorm.logpdf(tau)
                )
            ),
            "They were made for metallicities in dex. Look up those of this question.",
        ),
        Misconception(
            "the prior of τ has the scale 0.5, as in chapter 4",
            with_log_prior(lambda mu, tau: stats.halfnorm.logpdf(tau, scale=0.5) - stats.halfnorm.logpdf(tau)),
            "That one was made for metallicities in dex. Look up the prior of this question.",
        ),
        Misconception(
            "the sd of the prior on μ is √2, as if 2 were the variance",
            with_log_prior(lambda mu, tau: stats.norm.logpdf(mu, 0, np.sqrt(2)) - stats.norm.logpdf(mu, 0, 2)),
            "On paper the square of the sd stands in N(0, 2²). Which of the two is 2?",
        ),
        Misconception(
            "the root of the mean of τ² is given in place of the sd",
            lambda data: spread(data) | {"tau_sd": np.hypot(spread(data)["tau"], spread(data)["tau_sd"])},
            "Check what an sd is: from where are the distances measured whose squares are averaged?",
        ),
    ],
    solution=r"""
The log posterior on the grid is the log prior plus the table. Integrating its exponential over one parameter leaves the
density of the other. The grid is even in $\mu$, so that a plain sum will do there. It is not even in $\tau$: each value stands
for a cell as wide as the distance to its neighbors, which grows with $\tau$. The trapezoidal rule knows that.

```python
def spread(data):
    mu, tau = data["mu"], data["tau"]
    log_p = (data["log_likelihood"] + stats.norm.logpdf(mu, 0, 2)[:, None]
             + stats.halfnorm.logpdf(tau))
    p = np.exp(log_p - log_p.max()) * np.gradient(tau)  # height times width
    of_mu, of_tau = p.sum(axis=1), p.sum(axis=0)
    mean = np.average(tau, weights=of_tau)
    return {
        "mu": np.average(mu, weights=of_mu),
        "tau": mean,
        "tau_sd": np.sqrt(np.average((tau - mean)**2, weights=of_tau)),
    }
```

The scatter of $\ln(y_j / e_j - b)$, where it exists at all, is larger than $\tau$: it holds the Poisson noise of the faint
sources too.
""",
)

# ---- 5. Which route -------------------------------------------------------------------------------------------------------

ROUTE = Choice(
    "route",
    2,
    options={
        "a": "Sample the two parameters of the population and all 20,000 rates together with emcee, in one long chain.",
        "b": "Integrate each rate out with 128 nodes that are laid on the population, the same for all sources.",
        "c": "Integrate each rate out with some ten nodes on its own peak, and draw it from its conditional at the end.",
        "d": "Replace the log-normal population of rates by a Gamma distribution, so that the integrals have a closed form.",
        "e": "Find the parameters and rates of largest joint density, and take the curvature there for their errors.",
    },
    answer="c",
    reasons={
        "i": "Marginalizing gives up the rates, so that whoever wants them in the end has to sample them.",
        "ii": "Given the population, each rate knows its own counts only, and its integrand has one peak.",
        "iii": "Quadrature converges, so that with enough nodes it does not matter where on the axis they are.",
        "iv": "An integral without a closed form is an approximation, and the errors of 20,000 of them add up.",
        "v": "A posterior is described well by the place of its maximum and by the width that it has there.",
    },
    reason="ii",
    misconceptions=[
        Misconception(
            "all rates are put into one chain",
            "a",
            "Think of the 22 dimensions of chapter 4, and of what they did to the chain. How many of these dimensions were "
            "asked for?",
        ),
        Misconception(
            "the nodes are laid on the population",
            "b",
            "A source with 100,000 counts fixes ln θ to a third of a percent. How many of your nodes lie within its peak?",
        ),
        Misconception(
            "the population is chosen for its convenience",
            "d",
            "A Gamma has another tail than a log-normal. A closed form is a fine thing for the model that you mean, and no "
            "reason to mean another.",
        ),
        Misconception(
            "the joint density is maximized",
            "e",
            "Let τ go to zero with every ln θ at μ. What does the joint density do there?",
        ),
        Misconception(
            "what is integrated out is taken to be lost",
            "i",
            "The integrand, normalized, is itself a distribution of the rate. What would a draw from it be?",
        ),
        Misconception(
            "nodes are thought to do their work anywhere",
            "iii",
            "It is true in the limit. Look up in the chapter how far from it 128 nodes were for a source with a few hundred "
            "counts.",
        ),
        Misconception(
            "what has no closed form is thought to be inaccurate",
            "iv",
            "Look up to how many digits nine nodes were right in the chapter. Is a chain of 20,002 dimensions better than "
            "that?",
        ),
        Misconception(
            "a maximum is taken to stand for the whole",
            "v",
            "That is fair for one well-measured number. In a hierarchy the widths of the rates depend on τ: where is the "
            "volume?",
        ),
    ],
    solution=r"""
Given $\mu$ and $\tau$ the integral over 20,000 rates is a product of 20,000 integrals over one. Each has a single peak, since
the log of its integrand is concave, and Newton's method finds it. Ten nodes there do what a hundred elsewhere do not.
Two dimensions are left for the chain or the table, and each draw of $\mu$ and $\tau$ gives a draw of each rate.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def log_marginal_in_a_loop(mu, tau, y, s, n, c):
    """Term by term, star by star; nested lists."""
    mu, tau = np.broadcast_arrays(mu, tau)
    if mu.ndim:
        return [log_marginal_in_a_loop(one, other, y, s, n, c) for one, other in zip(mu, tau, strict=True)]
    total = 0.0
    for value, error, repeats in zip(y, s, n, strict=True):
        v = float(tau) ** 2 + c * c + error**2 / repeats
        total -= (value - float(mu)) ** 2 / (2 * v) + 0.5 * np.log(2 * np.pi * v)
    return total


def log_marginal_in_single_precision(mu, tau, y, s, n, c):
    """The stars on the first axis, in float32."""
    mu, tau = np.float32(mu), np.float32(tau)
    shape = (-1, *np.ones(max(np.ndim(mu), np.ndim(tau)), int))
    y, s = np.float32(y).reshape(shape), (np.float32(s) / np.sqrt(np.float32(n))).reshape(shape)
    width = np.hypot(np.hypot(tau, s), np.float32(c))
    return np.sum(-0.5 * ((y - mu) / width) ** 2 - np.log(width * np.float32(np.sqrt(2 * np.pi))), axis=0)


def log_marginal_by_vectorize(mu, tau, y, s, n, c):
    """A joint Normal with a diagonal covariance, for one mu and one tau at a time."""

    def one(mu, tau):
        return stats.multivariate_normal(np.full(y.size, mu), np.diag(tau**2 + c**2 + s**2 / n)).logpdf(y)

    return np.vectorize(one, otypes=[float])(mu, tau)


def rate_given_by_weights(mu, tau, counts, exposure):
    """The mean as a weighted average, the variance as the mean over the total exposure; one array, in float32."""
    mu, counts, exposure = np.float32(mu), counts.astype(np.float32), np.float32(exposure)
    before = mu / np.float32(tau) ** 2
    total = before + exposure
    mean = exposure / total * (counts / exposure) + before / total * mu
    return np.stack([mean, np.sqrt(mean / total)])


def rate_given_by_scipy(mu, tau, counts, exposure):
    """scipy's Gamma with its scale, source by source; two lists."""
    alpha, beta = mu**2 / tau**2, mu / tau**2
    posteriors = [stats.gamma(alpha + y, scale=1 / (beta + e)) for y, e in zip(counts, exposure, strict=True)]
    return [posterior.mean() for posterior in posteriors], [posterior.std() for posterior in posteriors]


def rate_given_by_quadrature(mu, tau, counts, exposure):
    """Moments of likelihood times population, on a fine grid about the measured rate."""
    scale = tau**2 / mu
    means, sds = [], []
    for y, e in zip(counts, exposure, strict=True):
        z = np.linspace(-40, 8, 20_001)  # ln theta
        log_p = y * z - e * np.exp(z) + mu / scale * z - np.exp(z) / scale
        p = np.exp(log_p - log_p.max())
        means.append(np.sum(p * np.exp(z)) / p.sum())
        sds.append(np.sqrt(np.sum(p * (np.exp(z) - means[-1]) ** 2) / p.sum()))
    return np.array(means), np.array(sds)


def log_marginal_counts_by_quad(mu, tau, counts, exposure, background):
    """scipy's adaptive rule over ln theta, on both sides of the highest point, scaled to one there; a list."""
    results = []
    for y, e in zip(counts, exposure, strict=True):

        def log_p(z, y=y, e=e):
            return stats.poisson.logpmf(y, e * (np.exp(z) + background)) + stats.norm.logpdf(z, mu, tau)

        z = np.linspace(mu - 9 * tau, mu + 9 * tau, 2001)
        top = z[np.argmax(log_p(z))]
        high = log_p(top)
        inside = z[log_p(z) > high - 45]
        step = z[1] - z[0]
        ends = (inside[0] - step, top, inside[-1] + step)
        parts = [
            integrate.quad(lambda z, high=high, log_p=log_p: np.exp(log_p(z) - high), low, up, epsabs=1e-9, limit=200)[0]
            for low, up in (ends[:2], ends[1:])
        ]
        results.append(high + np.log(sum(parts)))
    return results


def log_marginal_counts_by_legendre(mu, tau, counts, exposure, background):
    """Gauss-Legendre nodes on 180 panels of the population."""
    node, weight = np.polynomial.legendre.leggauss(12)
    edges = np.linspace(-9, 9, 181)
    x = ((edges[1:] + edges[:-1])[:, None] / 2 + node * (edges[1] - edges[0]) / 2).ravel()
    mean = exposure[:, None] * (np.exp(mu + tau * x) + background)
    log_p = counts[:, None] * np.log(mean) - mean - gammaln(counts + 1)[:, None] - x**2 / 2
    return logsumexp(log_p, b=np.tile(weight, 180) * 0.05 / np.sqrt(2 * np.pi), axis=1)


def log_marginal_counts_by_quantiles(mu, tau, counts, exposure, background):
    """The trapezoidal rule over a standard Normal variable, source by source."""
    x = np.arange(-10, 10, 0.008)
    log_weight = stats.norm.logpdf(x) + np.log(0.008)
    rate = np.exp(mu + tau * x) + background
    return np.array([logsumexp(stats.poisson.logpmf(y, e * rate) + log_weight) for y, e in zip(counts, exposure, strict=True)])


def spread_over_ln_tau(data):
    """Plain sums over the even grid of ln tau, with the factor tau of its widths."""
    p = np.exp(log_posterior(data) - np.max(log_posterior(data)))
    of_tau = [row.sum() * tau for row, tau in zip(p.T, data["tau"], strict=True)]
    of_mu = [np.sum(row * data["tau"]) for row in p]
    tau = sum(w * t for w, t in zip(of_tau, data["tau"], strict=True)) / sum(of_tau)
    square = sum(w * t**2 for w, t in zip(of_tau, data["tau"], strict=True)) / sum(of_tau)
    return {"mu": np.dot(of_mu, data["mu"]) / sum(of_mu), "tau": tau, "tau_sd": (square - tau**2) ** 0.5}


def spread_by_simpson(data):
    """Simpson's rule over ln tau, and over mu."""
    t = np.log(data["tau"])
    p = np.exp(log_posterior(data)) * data["tau"]
    of_tau = integrate.simpson(p, x=data["mu"], axis=0)
    norm = integrate.simpson(of_tau, x=t)
    mu = integrate.simpson(integrate.simpson(p, x=t, axis=1) * data["mu"], x=data["mu"]) / norm
    tau = integrate.simpson(of_tau * data["tau"], x=t) / norm
    variance = integrate.simpson(of_tau * (data["tau"] - tau) ** 2, x=t) / norm
    return {"mu": mu, "tau": tau, "tau_sd": np.sqrt(variance)}


def spread_by_cells(data):
    """Height times width, as the solution has it."""
    return moments(data, np.exp(log_posterior(data)))


def half_right_by_densities(mu, tau, y, s, n, c):
    """The logarithm of a density, which is zero for a star that lies far out."""
    mu, tau = np.broadcast_arrays(mu, tau)
    width = np.sqrt(tau[..., None] ** 2 + c**2 + s**2 / n)
    with np.errstate(all="ignore"):
        return np.log(stats.norm.pdf(y, mu[..., None], width)).sum(axis=-1)


def half_right_for_numbers(mu, tau, y, s, n, c):
    """Right for one mu and one tau."""
    return stats.norm.logpdf(y, mu, np.sqrt(tau**2 + c**2 + s**2 / n)).sum()


def half_right_for_arrays_of_tau(mu, tau, y, s, n, c):
    """An axis for the stars at the end of tau alone."""
    return stats.norm.logpdf(y, mu, np.sqrt(np.asarray(tau)[..., None] ** 2 + c**2 + s**2 / n)).sum(axis=-1)


def half_right_with_precisions(mu, tau, y, s, n, c):
    """A division by tau."""
    with np.errstate(all="ignore"):
        return log_marginal(mu, tau, y, s, n, c) + 0 / np.asarray(tau)


def half_right_with_a_floor(mu, tau, counts, exposure):
    """The measured rate of a source without a count is not zero."""
    mean, sd = rate_given(mu, tau, counts, exposure)
    return np.where(counts == 0, mu, mean), sd


def half_right_for_faint_sources(mu, tau, counts, exposure, background):
    """Probabilities, and a grid that is too coarse for a bright source."""
    z = np.linspace(mu - 6 * tau, mu + 6 * tau, 201)[:, None]
    p = stats.poisson.pmf(counts, exposure * (np.exp(z) + background)) * stats.norm.pdf(z, mu, tau)
    with np.errstate(all="ignore"):
        return np.log(np.trapezoid(p, z, axis=0))


def half_right_on_the_population(mu, tau, counts, exposure, background):
    """The chapter's first rule: 128 nodes on the population."""
    x, weight = np.polynomial.hermite_e.hermegauss(128)
    mean = exposure[:, None] * (np.exp(mu + tau * x) + background)
    log_p = counts[:, None] * np.log(mean) - mean - gammaln(counts + 1)[:, None]
    return logsumexp(log_p, b=weight / np.sqrt(2 * np.pi), axis=1)


def half_right_without_a_background(mu, tau, counts, exposure, background):
    """The logarithm of a background that may be zero."""
    with np.errstate(all="ignore"):
        return log_marginal_counts(mu, tau, counts, exposure, background) + 0 * np.log(background)


ALTERNATIVES = {
    "log_marginal": [log_marginal_in_a_loop, log_marginal_in_single_precision, log_marginal_by_vectorize],
    "rate_given": [rate_given_by_weights, rate_given_by_scipy, rate_given_by_quadrature],
    "log_marginal_counts": [log_marginal_counts_by_quad, log_marginal_counts_by_legendre, log_marginal_counts_by_quantiles],
    "spread": [spread_over_ln_tau, spread_by_simpson, spread_by_cells],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "log_marginal": [half_right_by_densities, half_right_for_numbers, half_right_for_arrays_of_tau, half_right_with_precisions],
    "rate_given": [half_right_with_a_floor],
    "log_marginal_counts": [half_right_for_faint_sources, half_right_on_the_population, half_right_without_a_background],
}
DATA = {"sources": draw_sources}
QUESTIONS = [LOG_MARGINAL, RATE_GIVEN, LOG_MARGINAL_COUNTS, SPREAD, ROUTE]
