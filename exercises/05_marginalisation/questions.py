"""Homework 5, Marginalization: repeated spectra, rates recovered from counts, an integral by quadrature, tau, and a route."""

from functools import cache

import numpy as np
from scipy import integrate, stats
from scipy.special import gammaln, logsumexp

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------

EXPOSURE = np.array([2.0, 3, 4, 6, 10, 15, 30, 50])


def draw_sources(rng):
    """Eight X-ray sources, each with a count at least, such that the grid holds the posterior and every mistake shows."""
    for _ in attempts("draw_sources"):
        rate = np.exp(rng.normal(rng.uniform(0, 0.8), rng.uniform(0.5, 1.0), 8))
        exposure = EXPOSURE * rng.uniform(0.8, 1.25, 8)
        data = {"counts": rng.poisson(exposure * rate), "exposure": exposure}
        if data["counts"].min() > 0 and edge(data) < 2e-4 and all(apart(data, wrong) for wrong in (without_prior, at_best_mu)):
            return data


def edge(data):
    """Density of tau at the ends of the grid, in units of its maximum."""
    density = np.exp(log_posterior(data)).sum(axis=0)
    return max(density[0], density[-1]) / density.max()


def apart(data, wrong):
    """Whether a wrong answer is off by more than three percent in tau."""
    answer, other = spread(data), wrong(data)
    return any(abs(other[name] / answer[name] - 1) > 0.03 for name in ("tau", "tau_sd"))


# ---- 1. The marginal likelihood -------------------------------------------------------------------------------------------


def log_marginal(mu, tau, y, s, n):
    """ln p(y | mu, tau), every theta_j integrated out."""
    mu, tau = np.broadcast_arrays(mu, tau)
    variance = tau[..., None] ** 2 + s**2 / n
    return stats.norm.logpdf(y, mu[..., None], np.sqrt(variance)).sum(axis=-1)


def log_normals(mu, y, variance):
    """Log density of y (J,) about mu (...), summed over the stars; variance is (..., J)."""
    mu = np.broadcast_to(mu, variance.shape[:-1])[..., None]
    return stats.norm.logpdf(y, mu, np.sqrt(variance)).sum(axis=-1)


def squared(mu, tau):
    """tau**2 with an axis for the stars, of the shape to which mu and tau broadcast."""
    return np.broadcast_arrays(mu, tau)[1][..., None] ** 2


def draw_marginal(rng):
    """Draw the arguments: numbers and arrays of mu and tau in all combinations."""
    size = rng.integers(1, 8)
    mu = rng.normal(-0.2, 0.3, 3) if rng.random() < 0.5 else rng.normal(-0.2, 0.3)
    tau = rng.uniform(0, 0.3, (2, 1)) if rng.random() < 0.5 else rng.uniform(0, 0.3)
    return (mu, tau, rng.normal(-0.2, 0.3, size), rng.uniform(0.05, 0.4, size), rng.integers(1, 20, size))


STARS = (np.array([-0.31, 0.02, -0.18, -0.44]), np.array([0.12, 0.25, 0.08, 0.3]), np.array([2, 9, 1, 16]))

LOG_MARGINAL = Function(
    "log_marginal",
    3,
    reference=log_marginal,
    probes=[
        (-0.15, 0.08, *STARS),
        (np.array([-0.4, -0.1, 0.3]), 0.05, *STARS),
        (0.1, np.array([0.0, 0.02, 0.5, 2.0, 0.1]), *STARS),
        (np.array([[-0.3], [0.2]]), np.array([[0.05, 0.1, 0.4]]), *STARS),
        (0.7, 0.3, np.array([1.4]), np.array([0.9]), np.array([3])),
    ],
    private=draw_marginal,
    tolerance=Tolerance(rel=1e-4, abs=1e-4),  # enough for float32
    misconceptions=[
        Misconception(
            "the spread of the population is averaged down by the repeats too",
            lambda mu, tau, y, s, n: log_normals(mu, y, (squared(mu, tau) + s**2) / n),
            "A star that is observed again is still the same star. Which of the two deviations is drawn anew for every "
            "spectrum?",
        ),
        Misconception(
            "the repeats are forgotten",
            lambda mu, tau, y, s, n: log_marginal(mu, tau, y, s, 1),
            "s is the error of one spectrum. What is measured here is the mean of several.",
        ),
        Misconception(
            "the error of a mean is taken to fall like 1/n",
            lambda mu, tau, y, s, n: log_marginal(mu, tau, y, s / n, 1),
            "Independent errors cancel only in part. Add up the variances of n of them, then divide the sum by n: what is "
            "its sd?",
        ),
        Misconception(
            "standard deviations are added in place of variances",
            lambda mu, tau, y, s, n: log_normals(mu, y, (np.sqrt(squared(mu, tau)) + s / np.sqrt(n)) ** 2),
            "The star's deviation and its error are independent. What adds up when independent numbers are added?",
        ),
        Misconception(
            "the variance is given where a standard deviation is wanted",
            lambda mu, tau, y, s, n: log_normals(mu, y, (squared(mu, tau) + s**2 / n) ** 2),
            "Look up what the third argument of `stats.norm.logpdf` is. Which unit should it have here?",
        ),
        Misconception(
            "the width is left out of the normalization",
            lambda mu, tau, y, s, n: log_marginal(mu, tau, y, s, n) + 0.5 * np.log(squared(mu, tau) + s**2 / n).sum(axis=-1),
            "A constant may be dropped for a chain. But is this factor a constant, when τ varies? Without it, where is the "
            "maximum?",
        ),
        Misconception(
            "the factor 1/√(2π) of each star is left out",
            lambda mu, tau, y, s, n: log_marginal(mu, tau, y, s, n) + 0.5 * y.size * np.log(2 * np.pi),
            "A chain would not mind. Here the density is to be normalized, so that it integrates to one over y.",
        ),
        Misconception(
            "each star's true value is set to μ",
            lambda mu, tau, y, s, n: log_marginal(mu, 0 * np.asarray(tau), y, s, n),
            "This is the likelihood for τ = 0. Every value that the population allows for θ has to be averaged over.",
        ),
        Misconception(
            "the density is given in place of its logarithm",
            lambda mu, tau, y, s, n: np.exp(log_marginal(mu, tau, y, s, n)),
            "With a few hundred stars this product becomes too small for a float. What would its logarithm be?",
        ),
    ],
    solution=r"""
The mean of $n_j$ spectra is $y_j = \theta_j + \bar\epsilon_j$, and $\theta_j = \mu + \delta_j$. The deviation $\delta_j$ has
the variance $\tau^2$. It belongs to the star and is the same in all of its spectra, so that no repeat makes it smaller. The
mean error has the variance $s_j^2 / n_j$. Their sum is Normal,

$$
p(y_j \mid \mu, \tau) = \mathcal{N}\!\left(y_j \mid \mu,\; \tau^2 + s_j^2 / n_j\right),
$$

which is the chapter's result with $s_j / \sqrt{n_j}$ for $\sigma_j$. Given $\mu$ and $\tau$ the stars are independent, so the
logs add up. For arrays of $\mu$ and $\tau$ the stars get an axis of their own, the last, and the sum runs over it.
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


def as_a_gaussian(mu, tau, counts, exposure):
    """Shrink counts / exposure with the error sqrt(counts) / exposure, as if counts were Normal."""
    sigma = np.sqrt(counts) / exposure
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
        (3.0, 4.5, np.array([7]), np.array([4.0])),
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


def log_marginal_counts(mu, tau, counts, exposure):
    """ln p(y_j | mu, tau) of each source, its log-normal rate integrated out."""
    log_likelihood = stats.poisson.logpmf(counts, exposure * np.exp(LOG_RATE))
    return logsumexp(log_likelihood + stats.norm.logpdf(LOG_RATE, mu, tau), axis=0) + np.log(STEP)


def peak(mu, tau, counts, exposure):
    """(ln theta - mu) / tau at the maximum of each source's integrand, by Newton's method; everything broadcasts."""
    x = (np.log((counts + 0.5) / exposure) - mu) / tau
    for _ in range(20):
        expected = exposure * np.exp(mu + tau * x)
        x = x + (tau * (counts - expected) - x) / (tau**2 * expected + 1)
    return x


def log_at_peak(mu, tau, counts, exposure):
    """ln of likelihood times population density of ln theta, at its maximum."""
    x = peak(mu, tau, counts, exposure)
    return stats.poisson.logpmf(counts, exposure * np.exp(mu + tau * x)) + stats.norm.logpdf(x) - np.log(tau)


def mean_of_the_log(mu, tau, counts, exposure):
    """The log likelihood averaged over the population: its terms are linear in ln theta and in theta."""
    return counts * (np.log(exposure) + mu) - exposure * np.exp(mu + tau**2 / 2) - gammaln(counts + 1)


def without_one_over_theta(mu, tau, counts, exposure):
    """Integrate the Normal density of ln theta over theta: one more factor theta, that is one more count."""
    return log_marginal_counts(mu, tau, counts + 1, exposure) + np.log((counts + 1) / exposure)


def draw_counts(rng):
    """Draw the arguments: sources within three sd of the population, with up to 3000 counts."""
    size, mu, tau = rng.integers(1, 7), rng.uniform(-1, 1), rng.uniform(0.2, 1)
    exposure = 10 ** rng.uniform(-0.3, 1.7, size)
    rate = np.exp(mu + tau * rng.uniform(-3, 3, size))
    return (mu, tau, rng.poisson(exposure * rate), exposure)


LOG_MARGINAL_COUNTS = Function(
    "log_marginal_counts",
    4,
    reference=log_marginal_counts,
    probes=[
        (0.5, 0.8, np.array([3, 12, 30]), np.array([2.0, 5.0, 20.0])),
        (1.0, 1.0, np.array([0, 7, 2500]), np.array([0.5, 10.0, 50.0])),
        (-0.7, 0.3, np.array([0, 1, 2, 9]), np.array([10.0, 0.6, 3.0, 6.0])),
    ],
    private=draw_counts,
    private_count=10,
    tolerance=Tolerance(rel=1e-6, abs=1e-5),
    misconceptions=[
        Misconception(
            "the likelihood is taken at the center of the population",
            lambda mu, tau, counts, exposure: stats.poisson.logpmf(counts, exposure * np.exp(mu)),
            "This gives every source the same rate, as if τ were zero. Which rates does the population allow?",
        ),
        Misconception(
            "the likelihood is taken at the mean rate of the population",
            lambda mu, tau, counts, exposure: stats.poisson.logpmf(counts, exposure * np.exp(mu + tau**2 / 2)),
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
            without_one_over_theta,
            "A density belongs to its variable. Integrate over ln θ, or turn the density of ln θ into one of θ first.",
        ),
        Misconception(
            "the exposures are left out",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau, counts, np.ones_like(exposure)),
            "θ is a rate, counts per ks. How many counts does a source of this rate give in its exposure?",
        ),
        Misconception(
            "the factor 1/y! is left out",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau, counts, exposure) + gammaln(counts + 1),
            "For a posterior this constant does not matter. Here the sum of the probabilities over all y has to be one.",
        ),
        Misconception(
            "the exposure is left out of the factor (e θ) to the power of y",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau, counts, exposure) - counts * np.log(exposure),
            "Write down the Poisson probability of y with its mean eθ in full. How often does the mean stand in it?",
        ),
        Misconception(
            "the variance τ² stands where the sd of ln θ belongs",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau**2, counts, exposure),
            "By how much does ln θ move when a standard Normal number moves by one?",
        ),
        Misconception(
            "nodes for the weight exp(-x²) are used for a standard Normal",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau / np.sqrt(2), counts, exposure),
            "There are two kinds of Hermite polynomials, and their weights differ by a factor of two in the exponent. Which "
            "one does your quadrature have?",
        ),
        Misconception(
            "the weights of the quadrature are not divided by their sum √(2π)",
            lambda mu, tau, counts, exposure: log_marginal_counts(mu, tau, counts, exposure) + 0.5 * np.log(2 * np.pi),
            "Try a likelihood that is 1 for every rate. Its average over the population has to be 1 too.",
        ),
        Misconception(
            "the probability is given in place of its logarithm",
            lambda mu, tau, counts, exposure: np.exp(log_marginal_counts(mu, tau, counts, exposure)),
            "The next question adds these up over sources. Of a product of probabilities one takes the logarithm.",
        ),
    ],
    solution=r"""
Write $z = \ln\theta_j$, whose population density is Normal:

$$
p(y_j \mid \mu, \tau) = \int \mathrm{Poisson}\!\left(y_j \mid e_j\, e^z\right) \mathcal{N}(z \mid \mu, \tau^2)\, \mathrm{d}z .
$$

The integrand is smooth and falls off on both sides. For such a function the sum over an even grid is excellent, as long as
its step is finer than the peak is wide. A source with many counts has a peak of width $1/\sqrt{y_j}$, which is 0.02 for the
brightest here, and the step is 0.01. A few dozen nodes on each source's own peak do as well; a few dozen on the population do
not. The sum is done on logarithms, because the integrand itself may be too small for a float.
""",
)

# ---- 4. The spread of the rates -------------------------------------------------------------------------------------------

# The notebook's grid, each on an axis of its own.
MU = np.linspace(-2, 3, 41)[:, None]
TAU = np.linspace(0.1, 3.4, 34)
COARSE = LOG_RATE[400:2001:4]  # enough for some hundred counts


def spread(data):
    """Posterior means of mu and tau, and sd of tau; every rate is integrated out."""
    return moments(np.exp(log_posterior(data)))


def log_posterior(data):
    """ln p(mu, tau, y) on the grid, up to a constant, (41, 34)."""
    return tabulated(tuple(data["counts"]), tuple(data["exposure"]))


@cache
def tabulated(counts, exposure):
    """Return the table of `log_posterior`, made once for each data set."""
    likelihood = stats.poisson.pmf(counts, np.array(exposure) * np.exp(COARSE))
    marginal = np.maximum(populations() @ likelihood, np.finfo(float).tiny)  # it underflows in corners without any mass
    return log_prior() + np.log(marginal).sum(axis=2)


@cache
def populations():
    """The density of COARSE for every mu and tau, (41, 34, 401)."""
    return stats.norm.pdf(COARSE[:, 0], MU[..., None], TAU[:, None])


@cache
def log_prior():
    """ln p(mu) p(tau) on the grid, (41, 34)."""
    return stats.norm.logpdf(MU, 0, 2) + stats.halfnorm.logpdf(TAU)


def moments(density):
    """The answer from a density on the grid, (41, 34), that need not be normalized."""
    mu = np.average(MU.ravel(), weights=density.sum(axis=1))
    tau = np.average(TAU, weights=density.sum(axis=0))
    return {"mu": mu, "tau": tau, "tau_sd": np.sqrt(np.average((TAU - tau) ** 2, weights=density.sum(axis=0)))}


def without_prior(data):
    """The answer with a flat prior on tau."""
    return moments(np.exp(log_posterior(data) - stats.halfnorm.logpdf(TAU)))


def at_best_mu(data):
    """The answer with tau from the best mu at each of its values, in place of the sum over mu."""
    of_tau = moments(np.exp(log_posterior(data).max(axis=0, keepdims=True)) * np.ones_like(MU))
    return of_tau | {"mu": spread(data)["mu"]}


def at_best_rates(data):
    """The answer with every rate set to its best value at every mu and tau."""
    log_p = log_prior() + log_at_peak(MU[..., None], TAU[:, None], data["counts"], data["exposure"]).sum(axis=-1)
    return moments(np.exp(log_p - log_p.max()))


def at_measured_rates(data):
    """The answer that takes counts / exposure for the rates."""
    log_rate = np.log(data["counts"] / data["exposure"])
    return moments(np.exp(log_prior() + stats.norm.logpdf(log_rate, MU[..., None], TAU[:, None]).sum(axis=-1)))


def most_probable(data):
    """The maximum of the table in place of the means, with the right sd."""
    i, j = np.unravel_index(np.argmax(log_posterior(data)), (MU.size, TAU.size))
    return spread(data) | {"mu": MU[i, 0], "tau": TAU[j]}


SPREAD = Value(
    "spread",
    4,
    data="sources",
    reference=spread,
    # Sums and the trapezoidal rule agree to a third of this on the grid that the notebook gives; Simpson's rule, worse on a
    # smooth peak, does not, and the notebook says so.
    tolerance=Tolerance(rel=0, abs=0.0005),
    misconceptions=[
        Misconception(
            "the measured rates are taken for the true ones",
            at_measured_rates,
            "The faint sources scatter by their Poisson noise too, and here that counts as spread of the population. Which "
            "function from above knows the noise?",
        ),
        Misconception(
            "each rate is set to its most probable value and not integrated out",
            at_best_rates,
            "The peak of the joint density grows without limit as τ gets small, because all rates can sit at μ. What does "
            "the peak's height leave out, which the integral has?",
        ),
        Misconception(
            "μ is set to its best value for each τ and not integrated out",
            at_best_mu,
            "For a large τ many values of μ are possible, for a small one few. A maximum does not see that. What does a sum "
            "do?",
        ),
        Misconception(
            "the prior of τ is left out",
            without_prior,
            "Eight sources do not say all about τ. What was known before is part of the posterior.",
        ),
        Misconception(
            "the most probable μ and τ are given in place of the means",
            most_probable,
            "The posterior of τ is skewed, with a long tail. On which side of its peak does the mean lie?",
        ),
        Misconception(
            "the variance of τ is given in place of the sd",
            lambda data: spread(data) | {"tau_sd": spread(data)["tau_sd"] ** 2},
            "Check what an sd is: its square is the mean squared distance from the mean.",
        ),
    ],
    solution=r"""
The log posterior on the grid is the log prior plus the sum of question 3 over the sources. Summing its exponential over one
axis integrates that parameter out, and what is left are weights on the values of the other. In the notebook:

```python
log_p = np.array([[
    stats.norm.logpdf(mu, 0, 2) + stats.halfnorm.logpdf(tau)
    + log_marginal_counts(mu, tau, counts, exposure).sum()
    for tau in tau_grid] for mu in mu_grid])
p = np.exp(log_p - log_p.max())
mu = np.average(mu_grid, weights=p.sum(axis=1))
tau = np.average(tau_grid, weights=p.sum(axis=0))
variance = np.average((tau_grid - tau) ** 2, weights=p.sum(axis=0))
spread = {"mu": mu, "tau": tau, "tau_sd": np.sqrt(variance)}
```

The reference does the same faster. It tabulates the eight likelihoods and the densities of all populations once, on one grid
of $\ln\theta$, so that every integral is an entry of a matrix product.
""",
)

# ---- 5. Which route -------------------------------------------------------------------------------------------------------

ROUTE = Choice(
    "route",
    2,
    options={
        "a": r"Sample $\mu$, $\tau$ and all 20,000 rates with emcee.",
        "b": "Integrate each rate out with 128 nodes laid on the population, the same for all sources.",
        "c": "Integrate each rate out with some ten nodes on its own peak, and draw it from its conditional at the end.",
        "d": "Replace the log-normal population by a Gamma, so that the integral has a closed form.",
        "e": r"Find the $\mu$, $\tau$ and rates of largest joint density, and take the curvature there for the errors.",
    },
    answer="c",
    reasons={
        "i": "Marginalizing gives up the rates, so that whoever wants them has to sample them.",
        "ii": r"Given $\mu$ and $\tau$, each rate knows its own counts only, and its integrand has one peak, easily found.",
        "iii": "Quadrature converges, so that with enough nodes it does not matter where they are.",
        "iv": "An integral without a closed form is an approximation, and errors of 20,000 approximations add up.",
        "v": "A posterior is described well by its maximum and its width there.",
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
the log of its integrand is concave, and Newton's method finds it. Ten nodes there are as good as any number elsewhere is not.
Two dimensions are left for the chain or the table, and each draw of $\mu$ and $\tau$ gives a draw of each rate.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def log_marginal_in_a_loop(mu, tau, y, s, n):
    """Term by term, star by star; nested lists."""
    mu, tau = np.broadcast_arrays(mu, tau)
    if mu.ndim:
        return [log_marginal_in_a_loop(one, other, y, s, n) for one, other in zip(mu, tau, strict=True)]
    total = 0.0
    for value, error, repeats in zip(y, s, n, strict=True):
        v = float(tau) ** 2 + error**2 / repeats
        total -= (value - float(mu)) ** 2 / (2 * v) + 0.5 * np.log(2 * np.pi * v)
    return total


def log_marginal_in_single_precision(mu, tau, y, s, n):
    """The stars on the first axis, in float32."""
    mu, tau = np.float32(mu), np.float32(tau)
    shape = (-1, *np.ones(max(np.ndim(mu), np.ndim(tau)), int))
    y, s = np.float32(y).reshape(shape), (np.float32(s) / np.sqrt(np.float32(n))).reshape(shape)
    width = np.hypot(tau, s)
    return np.sum(-0.5 * ((y - mu) / width) ** 2 - np.log(width * np.float32(np.sqrt(2 * np.pi))), axis=0)


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


def log_marginal_counts_by_quad(mu, tau, counts, exposure):
    """scipy's adaptive rule about each peak, over ln theta; a list."""
    results = []
    for y, e in zip(counts, exposure, strict=True):
        center = mu + tau * peak(mu, tau, y, e)
        width = 1 / np.sqrt(1 / tau**2 + e * np.exp(center))

        def integrand(z, y=y, e=e):
            return stats.poisson.pmf(y, e * np.exp(z)) * stats.norm.pdf(z, mu, tau)

        results.append(np.log(integrate.quad(integrand, center - 12 * width, center + 12 * width, epsabs=0)[0]))
    return results


def log_marginal_counts_by_hermite(mu, tau, counts, exposure):
    """Sixty Gauss-Hermite nodes on each peak."""
    node, weight = np.polynomial.hermite_e.hermegauss(60)
    center = peak(mu, tau, counts, exposure)
    width = 1 / np.sqrt(tau**2 * exposure * np.exp(mu + tau * center) + 1)
    x = center[:, None] + width[:, None] * node
    mean = exposure[:, None] * np.exp(mu + tau * x)
    log_p = counts[:, None] * np.log(mean) - mean - gammaln(counts + 1)[:, None] + (node**2 - x**2) / 2
    return logsumexp(log_p, b=weight, axis=1) + np.log(width) - 0.5 * np.log(2 * np.pi)


ALTERNATIVES = {
    "log_marginal": [log_marginal_in_a_loop, log_marginal_in_single_precision],
    "rate_given": [rate_given_by_weights, rate_given_by_scipy],
    "log_marginal_counts": [log_marginal_counts_by_quad, log_marginal_counts_by_hermite],
}
DATA = {"sources": draw_sources}
QUESTIONS = [LOG_MARGINAL, RATE_GIVEN, LOG_MARGINAL_COUNTS, SPREAD, ROUTE]
