"""Homework 4, Metallicities: the log posterior, constants, the autocorrelation time, R-hat, a run to believe, a corner plot."""

from functools import cache

import numpy as np
from scipy import stats

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

SMALL = 0.02  # dex: where a chain that is too short does not get to in tau
USUAL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_cluster(rng):
    """About fifteen stars and the scales of three priors, of which now one and now another has the largest evidence."""
    winner = rng.integers(3)
    for _ in attempts("draw_cluster"):
        sigma = rng.uniform(0.03, 0.15, rng.integers(10, 20))
        sky = simulate_normal(rng.uniform(-0.4, 0.2), rng.uniform(0.04, 0.12), sigma, rng=rng)
        scales = rng.permutation([rng.uniform(0.05, 0.1), rng.uniform(0.2, 0.4), rng.uniform(0.8, 1.5)])
        data = {"y": sky.y.round(4), "sigma": sky.sigma.round(4), "scales": scales.round(3)}
        kept = evidences(data)["kept"]
        if np.argmax(kept) == winner and np.ptp(np.sort(kept)[1:]) > 0.1 and answers_apart(EVIDENCES, data):
            return data


ENSEMBLES, STEPS = 4, 120  # of each run, after thinning


def draw_runs(rng):
    """Twelve stars, and two runs of four ensembles: in one of them the ensembles agree, in the other they do not."""
    for _ in attempts("draw_runs"):
        sky = simulate_normal(rng.uniform(-0.3, 0.1), rng.uniform(0.04, 0.08), rng.uniform(0.03, 0.15, 12), rng=rng)
        y, sigma = sky.y.round(4), sky.sigma.round(4)
        posterior = exact.posterior(USUAL, Measurements(y=y, sigma=sigma))
        if not 0.08 < posterior.cdf("tau", SMALL) < 0.25:
            continue
        # Where an ensemble of the bad run has been: those from the data never in the neck, those from the neck only there.
        low, high = np.array([[0.3, 1], [0, 0.5], [0.25, 1], [0, 0.6]]).T[..., None]
        believed = rng.integers(2)
        tau, mu = np.empty((2, 2, ENSEMBLES, STEPS))
        for run in range(2):
            # The bad one forgets its positions sooner, so that its autocorrelation time is the smaller.
            level = stats.norm.cdf(wandering(rng, STEPS, ENSEMBLES, 0.3 if run == believed else 0.1).T)
            tau[run] = posterior.quantile("tau", level if run == believed else low + (high - low) * level)
            precision = 1 / (tau[run, ..., None] ** 2 + sigma**2)
            total = 1 + precision.sum(axis=-1)
            mu[run] = rng.normal((precision * y).sum(axis=-1) / total, total**-0.5)
        tau = np.maximum(tau.round(4), 1e-4)
        # Nothing lies on the limit itself, where the last bit would decide.
        data = {"y": y, "sigma": sigma, "mu": mu.round(4), "tau": np.where(tau == SMALL, tau + 1e-4, tau).round(4)}
        good, bad = (rhat(data["tau"][run]) for run in (believed, 1 - believed))
        # The autocorrelation time speaks for the bad run, and neither run is short of it.
        longer, shorter = (autocorr_time(data["tau"][run].T) for run in (believed, 1 - believed))
        # So does R-hat, for whoever looks at mu only.
        good_mu, bad_mu = (rhat(data["mu"][run]) for run in (believed, 1 - believed))
        # And so does the mass in the neck, for whoever believes the run that has found more of it.
        less, more = (np.mean(data["tau"][run] < SMALL) for run in (believed, 1 - believed))
        told = good < 1.02 and bad > 1.15 and bad_mu < good_mu < 1.03 and shorter < longer < STEPS / 50 and less < more
        if told and answers_apart(RUN, data):
            return data


# ---- 1. The log posterior -------------------------------------------------------------------------------------------------


def log_posterior(params, y, sigma, second):
    """Logarithm of the joint density of parameters and data, for many points at once."""
    log_p = np.full(len(params), -np.inf)
    inside = params[:, 1] > 0
    mu, tau, delta, theta = params[inside, 0], params[inside, 1], params[inside, 2], params[inside, 3:]
    log_p[inside] = (
        stats.norm.logpdf(mu, 0, 1)
        + stats.halfnorm.logpdf(tau, scale=0.5)
        + stats.norm.logpdf(delta, 0, 0.1)
        + np.sum(stats.norm.logpdf(theta, mu[:, None], tau[:, None]), axis=1)
        + np.sum(stats.norm.logpdf(y, theta + delta[:, None] * second, sigma), axis=1)
    )
    return log_p


def draw_walkers(rng):
    """Walkers around the data, some of them outside the support."""
    stars, walkers = rng.integers(1, 8), rng.integers(1, 6)
    mu, tau, delta = rng.normal(-0.1, 0.3, walkers), rng.uniform(0.02, 1.5, walkers), rng.normal(0, 0.15, walkers)
    theta, sigma = rng.normal(mu[:, None], tau[:, None], (walkers, stars)), rng.uniform(0.03, 0.5, stars)
    tau = np.where(rng.random(walkers) < 0.2, rng.choice([0.0, -0.3]), tau)
    return np.column_stack([mu, tau, delta, theta]), rng.normal(theta[0], sigma), sigma, rng.random(stars) < 0.5


def with_terms(change):
    """Return a misconception's function: the log posterior plus terms of the parameters and the data where tau > 0."""

    def wrong(params, y, sigma, second):
        mu, tau, delta, theta = params[:, 0], params[:, 1], params[:, 2], params[:, 3:]
        more = change(mu, np.where(tau > 0, tau, 1), delta, theta, y, sigma, second)
        return log_posterior(params, y, sigma, second) + np.where(tau > 0, more, 0)

    return wrong


def log_normals(x, mean, sd):
    """Sum of the logarithms of Normal densities over the stars."""
    return np.sum(stats.norm.logpdf(x, mean, sd), axis=1)


def with_width(width):
    """Return a misconception's function: the population has another width, a function of tau."""
    return with_terms(
        lambda mu, tau, delta, theta, y, sigma, second: (
            log_normals(theta, mu[:, None], width(tau[:, None])) - log_normals(theta, mu[:, None], tau[:, None])
        )
    )


def with_error(error):
    """Return a misconception's function: the measurements have another error, a function of sigma."""
    return with_terms(
        lambda mu, tau, delta, theta, y, sigma, second: (
            log_normals(y, theta + delta[:, None] * second, error(sigma))
            - log_normals(y, theta + delta[:, None] * second, sigma)
        )
    )


def with_offset(offset):
    """Return a misconception's function: the measurements are shifted otherwise, by a function of delta and second."""
    return with_terms(
        lambda mu, tau, delta, theta, y, sigma, second: (
            log_normals(y, theta + offset(delta[:, None], second), sigma)
            - log_normals(y, theta + delta[:, None] * second, sigma)
        )
    )


def with_tau_prior(log_prior):
    """Return a misconception's function: another log prior on tau."""
    return with_terms(lambda mu, tau, delta, theta, y, sigma, second: log_prior(tau) - stats.halfnorm.logpdf(tau, scale=0.5))


def offset_of_the_stars(params, y, sigma, second):
    """Return the log posterior with the zero point in the population and not in the measurements."""
    shifted = with_offset(lambda delta, second: 0 * second)(params, y, sigma, second)
    mu, tau, delta, theta = params[:, :1], np.where(params[:, 1:2] > 0, params[:, 1:2], 1), params[:, 2:3], params[:, 3:]
    more = log_normals(theta, mu + delta * second, tau) - log_normals(theta, mu, tau)
    return shifted + np.where(params[:, 1] > 0, more, 0)


def one_for_all(params, y, sigma, second):
    """Return -inf for every walker if one of them is outside the support."""
    return log_posterior(params, y, sigma, second) - (np.inf if np.any(params[:, 1] <= 0) else 0)


def nan_outside(params, y, sigma, second):
    """Return the log posterior with NaN in place of -inf."""
    return np.where(params[:, 1] > 0, log_posterior(params, y, sigma, second), np.nan)


def by_way_of_the_density(params, y, sigma, second):
    """Return the log posterior with the stars' densities as floats, before their logarithm is taken."""
    mu, tau, delta, theta = params[:, :1], np.where(params[:, 1:2] > 0, params[:, 1:2], 1), params[:, 2:3], params[:, 3:]
    with np.errstate(divide="ignore"):
        lost = np.log(stats.norm.pdf(theta, mu, tau)) + np.log(stats.norm.pdf(y, theta + delta * second, sigma))
    return log_posterior(params, y, sigma, second) + np.where(np.isfinite(lost).all(axis=1), 0, -np.inf)


def as_written_below_zero(params, y, sigma, second):
    """Return the log posterior without any look at the sign of tau, as the written-out density of a half-normal gives it."""
    positive = params.copy()
    positive[:, 1] = np.where(params[:, 1] == 0, 1e-300, np.abs(params[:, 1]))
    return log_posterior(positive, y, sigma, second)


TWO_PI = np.log(2 * np.pi)
WHICH_LINE = "The model has five lines, and each of them has a term. Which one is missing?"
ALL_CONSTANTS = "For MCMC it makes no difference. For an evidence it does, and the question asks for all constants."
UNDER_THE_FRACTION = (
    "On paper the Normal distribution has a variance in it. What does the function take that you call, or stand under your "
    "fraction?"
)

LOG_POSTERIOR = Function(
    "log_posterior",
    4,
    reference=log_posterior,
    probes=[
        (
            np.array([[-0.2, 0.06, 0.08, -0.31, -0.1, -0.16]]),
            np.array([-0.4, -0.05, -0.15]),
            np.array([0.1, 0.04, 0.07]),
            np.array([False, True, True]),
        ),
        (
            np.array(
                [
                    [0.1, 0.8, -0.05, -0.5, 0.9],
                    [0.1, 0.0, 0.02, 0.1, 0.2],
                    [-0.3, -0.2, 0.1, -0.4, -0.1],
                    [1.2, 2.5, 0.15, 0.4, -0.3],
                ]
            ),
            np.array([0.2, -0.1]),
            np.array([0.3, 0.5]),
            np.array([True, False]),
        ),
        # No star of the second spectrograph, and one that lies far from where a walker has it.
        (np.array([[-0.1, 0.02, 0.05, -0.11], [0.3, 1.6, -0.2, 1.9]]), np.array([-0.14]), np.array([0.03]), np.array([False])),
    ],
    private=draw_walkers,
    tolerance=Tolerance(rel=1e-5, abs=1e-4),
    misconceptions=[
        Misconception(
            "−ln τ is dropped for every star",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: theta.shape[1] * np.log(tau)),
            "Only what depends on no parameter is a constant. Without this term a wider population costs nothing, and the "
            "chain walks off to large τ.",
        ),
        Misconception(
            "−ln τ is counted once and not for every star",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: (theta.shape[1] - 1) * np.log(tau)),
            "The population factor is a product over the stars, and each of its Normals has its own normalization.",
        ),
        Misconception(
            "−ln τ has the wrong sign",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: 2 * theta.shape[1] * np.log(tau)),
            "A wide density is a low one, since its integral is one. Should ln τ be added for each star, or subtracted?",
        ),
        Misconception(
            "τ stands where τ² belongs, as if τ were the variance of the population", with_width(np.sqrt), UNDER_THE_FRACTION
        ),
        Misconception(
            "τ² is given where SciPy's Normal wants a standard deviation",
            with_width(np.square),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "σ stands where σ² belongs, as if σ were the variance of a measurement", with_error(np.sqrt), UNDER_THE_FRACTION
        ),
        Misconception(
            "σ² is given where SciPy's Normal wants a standard deviation",
            with_error(np.square),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "the scale of the half-normal is given as its location",
            with_tau_prior(lambda tau: stats.halfnorm.logpdf(tau, 0.5)),
            "The second argument of `stats.halfnorm.logpdf` is where the density begins: every smaller τ becomes impossible. "
            "Name the argument that you mean.",
        ),
        Misconception(
            "the prior on τ has the scale 0.5², as if a variance were asked for",
            with_tau_prior(lambda tau: stats.halfnorm.logpdf(tau, scale=0.25)),
            "A half-normal is given by the sd of its whole Normal. Which number is that here?",
        ),
        Misconception(
            "the prior on δ has the sd 0.1², as if a variance were asked for",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    stats.norm.logpdf(delta, 0, 0.01) - stats.norm.logpdf(delta, 0, 0.1)
                )
            ),
            "On paper the square of the sd stands in N(0, 0.1²). What does the function take that you call?",
        ),
        Misconception("the prior on τ is forgotten", with_tau_prior(np.zeros_like), WHICH_LINE),
        Misconception(
            "the prior on μ is forgotten",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: -stats.norm.logpdf(mu, 0, 1)),
            WHICH_LINE,
        ),
        Misconception(
            "the prior on δ is forgotten",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: -stats.norm.logpdf(delta, 0, 0.1)),
            WHICH_LINE,
        ),
        Misconception(
            "all three priors are forgotten",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    -stats.halfnorm.logpdf(tau, scale=0.5) - stats.norm.logpdf(mu, 0, 1) - stats.norm.logpdf(delta, 0, 0.1)
                )
            ),
            "This is the density of the stars and their measurements, given the three others. The model has five lines: which "
            "of them are missing?",
        ),
        Misconception(
            "the population is forgotten",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: -log_normals(theta, mu[:, None], tau[:, None])),
            WHICH_LINE,
        ),
        Misconception(
            "the measurements are forgotten",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: -log_normals(y, theta + delta[:, None] * second, sigma)),
            WHICH_LINE,
        ),
        Misconception(
            "δ is not put into the measurements",
            with_offset(lambda delta, second: 0 * second),
            "The zero point has a prior, and no effect: the data could say nothing about it. Which measurements does it shift?",
        ),
        Misconception(
            "δ shifts the measurements of both spectrographs",
            with_offset(lambda delta, second: delta + 0 * second),
            "If both had the same zero point, nobody could tell δ from μ. What does `second` say?",
        ),
        Misconception(
            "δ shifts the measurements of the first spectrograph and not of the second",
            with_offset(lambda delta, second: delta * ~second),
            "`second` is true where the star was measured with the second spectrograph. Whose zero point is uncertain?",
        ),
        Misconception(
            "δ shifts the measurements the wrong way",
            with_offset(lambda delta, second: -delta * second),
            "Take a star with θ = 0 and δ = 0.1, and hardly any error. Near which value does its measurement lie?",
        ),
        Misconception(
            "δ shifts the stars and not their measurements",
            offset_of_the_stars,
            "A star does not care by which spectrograph it is observed. In which line of the model does δ stand?",
        ),
        Misconception(
            "the half-normal has the height of the whole Normal",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: -np.log(2)),
            "Its integral over the positive numbers has to be one. What is that of the Normal? For MCMC it makes no "
            "difference, but the question asks for all constants.",
        ),
        Misconception(
            "the priors lose their constants, all but the 2 of the half-normal",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: 1.5 * TWO_PI + np.log(0.5 * 0.1)),
            ALL_CONSTANTS,
        ),
        Misconception(
            "the priors lose all their constants",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: 1.5 * TWO_PI + np.log(0.5 * 0.1 / 2)),
            ALL_CONSTANTS,
        ),
        Misconception(
            "all constants are left out, those of the priors and those of the stars",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    (1.5 + theta.shape[1]) * TWO_PI + np.log(0.5 * 0.1 / 2) + np.sum(np.log(sigma))
                )
            ),
            ALL_CONSTANTS,
        ),
        Misconception(
            "the factors 1/√(2π) of the stars are left out",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: theta.shape[1] * TWO_PI),
            "For MCMC it makes no difference, but the question asks for all constants. Each star has two Normals.",
        ),
        Misconception(
            "all factors 1/√(2π) are left out",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: (1.5 + theta.shape[1]) * TWO_PI),
            "For MCMC it makes no difference, but the question asks for all constants. How many Normals are there, halves "
            "included?",
        ),
        Misconception(
            "−ln σ is left out of the measurements",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: np.sum(np.log(sigma))),
            "The errors are known, so that for MCMC it makes no difference. But the question asks for all constants.",
        ),
        Misconception(
            "no walker is kept from a τ that is not positive",
            as_written_below_zero,
            "A half-normal has no density below zero, but its formula, with τ squared in it, does not know that. What has to "
            "come out where the model forbids the parameters?",
        ),
        Misconception(
            "the population is asked about the measurements and not about the true values",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    log_normals(y, mu[:, None], tau[:, None]) - log_normals(theta, mu[:, None], tau[:, None])
                )
            ),
            "The population makes stars; it knows nothing of spectrographs. What does the fourth line of the model say?",
        ),
        Misconception(
            "the priors are counted once for every star",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    (theta.shape[1] - 1)
                    * (stats.norm.logpdf(mu, 0, 1) + stats.halfnorm.logpdf(tau, scale=0.5) + stats.norm.logpdf(delta, 0, 0.1))
                )
            ),
            "There is one μ, one τ and one δ, however many stars. Look at what your sum runs over.",
        ),
        Misconception(
            "the prior on δ is counted once for every star",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: (theta.shape[1] - 1) * stats.norm.logpdf(delta, 0, 0.1)),
            "There is one δ, however many stars the spectrograph has seen. Look at what your sum runs over.",
        ),
        Misconception(
            "the density is given in place of its logarithm",
            lambda params, y, sigma, second: np.exp(log_posterior(params, y, sigma, second)),
            "With a few hundred stars this product becomes too small, or too large, for a float.",
        ),
        Misconception(
            "the logarithm is to base 10",
            lambda params, y, sigma, second: log_posterior(params, y, sigma, second) / np.log(10),
            "Asked for is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "the stars are averaged and not added",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    (1 / theta.shape[1] - 1)
                    * (log_normals(theta, mu[:, None], tau[:, None]) + log_normals(y, theta + delta[:, None] * second, sigma))
                )
            ),
            "The stars are independent, given μ, τ and δ: their densities multiply. What do the logarithms do then?",
        ),
        Misconception(
            "the true values are integrated out",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    log_normals(y, mu[:, None] + delta[:, None] * second, np.hypot(tau[:, None], sigma))
                    - log_normals(theta, mu[:, None], tau[:, None])
                    - log_normals(y, theta + delta[:, None] * second, sigma)
                )
            ),
            "That is a good idea, and chapter 5. Here the walkers have a θ for every star, and the density of these is wanted.",
        ),
        Misconception(
            "the scale of the half-normal is left at 1",
            with_tau_prior(stats.halfnorm.logpdf),
            "Unless it is told otherwise, SciPy takes a scale of one. Which has the model?",
        ),
        Misconception(
            "the prior on τ has the scale √0.5, as if 0.5 were a variance",
            with_tau_prior(lambda tau: stats.halfnorm.logpdf(tau, scale=np.sqrt(0.5))),
            "A half-normal is given by the sd of its whole Normal. Which number is that here?",
        ),
        Misconception("the prior on τ loses its constant", with_tau_prior(lambda tau: -2 * tau**2), ALL_CONSTANTS),
        Misconception(
            "the prior on τ loses its constant, all but the 2",
            with_tau_prior(lambda tau: np.log(2) - 2 * tau**2),
            ALL_CONSTANTS,
        ),
        Misconception(
            "the prior on δ loses its constant",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: 0.5 * TWO_PI + np.log(0.1)),
            ALL_CONSTANTS,
        ),
        Misconception(
            "all constants are left out but −ln σ",
            with_terms(lambda mu, tau, delta, theta, y, sigma, second: (1.5 + theta.shape[1]) * TWO_PI + np.log(0.5 * 0.1 / 2)),
            ALL_CONSTANTS,
        ),
        Misconception(
            "the prior on δ is that of μ, with the sd 1",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: stats.norm.logpdf(delta) - stats.norm.logpdf(delta, 0, 0.1)
            ),
            "A zero point that is off by a whole dex would be noticed. Which sd does the model give to δ?",
        ),
        Misconception(
            "the half is left out of the exponents of the stars",
            with_terms(
                lambda mu, tau, delta, theta, y, sigma, second: (
                    -0.5 * np.sum(((theta - mu[:, None]) / tau[:, None]) ** 2, axis=1)
                    - 0.5 * np.sum(((y - theta - delta[:, None] * second) / sigma) ** 2, axis=1)
                )
            ),
            "Write down the density of one Normal. What does its exponent hold beside the squared distance in units of its sd?",
        ),
        Misconception(
            "the negative of the logarithm is given",
            lambda params, y, sigma, second: -log_posterior(params, y, sigma, second),
            "A minimizer wants −ln p. emcee climbs, and so does this question: what should a walker outside the support get?",
        ),
        Misconception(
            "one walker outside the support takes all the others with it",
            one_for_all,
            "Each row is a walker of its own. `np.any` makes one decision for all of them; what makes one for each?",
        ),
        Misconception(
            "NaN comes out where τ is not positive",
            nan_outside,
            "There is no Normal with such an sd, and emcee stops at a NaN. Decide for each walker by the sign of its τ.",
        ),
        Misconception(
            "a star's density is computed first, and its logarithm then",
            by_way_of_the_density,
            "Far out the density is smaller than any float, and becomes zero. Its logarithm is an ordinary number: write that "
            "down, or use `logpdf`.",
        ),
        Misconception(
            "the last column is taken for δ",
            lambda params, y, sigma, second: log_posterior(params[:, [0, 1, -1, *range(2, len(y) + 2)]], y, sigma, second),
            "Look up the order of the columns: where is δ, and where do the stars begin?",
        ),
    ],
    solution=r"""
Five lines of the model, five terms. With all constants, and $b_j = 1$ for a star of the second spectrograph, 0 for another,

$$
\begin{aligned}
\ln p ={} &{-\tfrac{1}{2}} \mu^2 - \tfrac{1}{2} \ln 2\pi \\
&+ \ln 2 - \frac{\tau^2}{2 \cdot 0.5^2} - \ln 0.5 - \tfrac{1}{2} \ln 2\pi \\
&- \frac{\delta^2}{2 \cdot 0.1^2} - \ln 0.1 - \tfrac{1}{2} \ln 2\pi \\
&- \sum_j \Bigl[ \frac{(\theta_j - \mu)^2}{2\tau^2} + \ln \tau + \tfrac{1}{2} \ln 2\pi \Bigr] \\
&- \sum_j \Bigl[ \frac{(y_j - \theta_j - b_j \delta)^2}{2\sigma_j^2} + \ln \sigma_j + \tfrac{1}{2} \ln 2\pi \Bigr] .
\end{aligned}
$$

Of all the logarithms only $-J \ln\tau$ depends on a parameter: it is the price of a wide population. Walkers outside the
support are sorted out first, so that no logarithm of a negative number is ever taken.
""",
)

# ---- 2. A constant that decides -------------------------------------------------------------------------------------------

FAMILIES = (stats.halfnorm, stats.expon, stats.halfcauchy)
GRID = np.linspace(0, 6, 6001)


def evidences(data):
    """ln p(y) for three priors on tau, and for the same priors without what stands before their functions of tau/s."""
    kept = np.array([log_evidence(data, FAMILIES[k], data["scales"][k]) for k in range(3)])
    return {"kept": kept, "dropped": kept + np.log(data["scales"] * np.array([np.sqrt(np.pi / 2), 1, np.pi / 2]))}


def log_evidence(data, family, scale):
    """Return ln p(y) for a prior on tau of this family."""
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=family(scale=scale))
    return exact.posterior(model, Measurements(y=data["y"], sigma=data["sigma"])).log_evidence


def log_of_tau(data, tau):
    """ln p(y | tau), mu integrated out."""
    return of_tau(tuple(data["y"]), tuple(data["sigma"]), tuple(tau))


@cache
def of_tau(y, sigma, tau):
    """Return the same, once for each data set and each grid."""
    v = np.array(tau)[:, None] ** 2 + np.square(sigma)
    variance = 1 / (1 + np.sum(1 / v, axis=1))
    mean = variance * np.sum(y / v, axis=1)
    log_y = np.sum(stats.norm.logpdf(y, mean[:, None], np.sqrt(v)), axis=1)
    return log_y + stats.norm.logpdf(mean) + 0.5 * np.log(2 * np.pi * variance)


def averaged(data, prior, low=0.0):
    """ln p(y) under a prior on tau, any distribution that begins at `low`."""
    tau = low + GRID
    log_p = log_of_tau(data, tau) + prior.logpdf(tau)
    return log_p.max() + np.log(np.trapezoid(np.exp(log_p - log_p.max()), dx=GRID[1]))


def with_priors(make, low=lambda scale: 0.0):
    """Return a misconception's function: other priors, from family and scale; the constants are those of the right ones."""

    def wrong(data):
        scales = data["scales"]
        kept = [averaged(data, make(family, s), low(s)) for family, s in zip(FAMILIES, scales, strict=True)]
        return {"kept": np.array(kept), "dropped": kept + (evidences_of(data)["dropped"] - evidences_of(data)["kept"])}

    return wrong


def evidences_of(data):
    """Return the right answer, computed once for each data set."""
    return solved(tuple(data["y"]), tuple(data["sigma"]), tuple(data["scales"]))


@cache
def solved(y, sigma, scales):
    """Return the right answer from plain tuples."""
    return evidences({"y": np.array(y), "sigma": np.array(sigma), "scales": np.array(scales)})


def dropped(constant):
    """Return a misconception's function: right but for what is added when the constant is dropped, from the scales."""
    return lambda data: evidences_of(data) | {"dropped": evidences_of(data)["kept"] + constant(data["scales"])}


def all_half_normal(constant):
    """Return a misconception's function: half-normal priors, and a constant that is dropped from them, from the scales."""

    def wrong(data):
        kept = with_priors(lambda family, s: stats.halfnorm(scale=s))(data)["kept"]
        return {"kept": kept, "dropped": kept + np.log(constant(data["scales"]))}

    return wrong


def with_wide_mu(data):
    """Return the answer with a prior on mu of sd 10."""
    measured = Measurements(y=data["y"], sigma=data["sigma"])
    models = [NormalHierarchy((0, 10), family(scale=s)) for family, s in zip(FAMILIES, data["scales"], strict=True)]
    kept = np.array([exact.posterior(model, measured).log_evidence for model in models])
    return {"kept": kept, "dropped": kept + (evidences_of(data)["dropped"] - evidences_of(data)["kept"])}


def best_likelihoods(data):
    """Return the answer with the height of the likelihood of mu and tau in place of the evidence."""
    variance = data["sigma"] ** 2 + np.linspace(0, 0.5, 2001)[:, None] ** 2
    mu = np.sum(data["y"] / variance, axis=1) / np.sum(1 / variance, axis=1)
    kept = np.full(3, np.max(np.sum(stats.norm.logpdf(data["y"], mu[:, None], np.sqrt(variance)), axis=1)))
    return {"kept": kept, "dropped": kept + (evidences_of(data)["dropped"] - evidences_of(data)["kept"])}


EVIDENCES = Analysis(
    "evidences",
    3,
    data="cluster",
    reference=evidences,
    tolerance=Tolerance(rel=0, abs=1e-3),
    misconceptions=[
        Misconception(
            "the constants are put in a second time and not left out",
            dropped(lambda s: -np.log(s * np.array([np.sqrt(np.pi / 2), 1, np.pi / 2]))),
            "The density holds a factor 1/s. Is a density without it larger or smaller, for a small s?",
        ),
        Misconception(
            "only that part of each constant is dropped that does not depend on the scale",
            dropped(lambda s: np.log([np.sqrt(np.pi / 2), 1, np.pi / 2])),
            "Which part of the height of a density depends on its scale? The colleague has left that out too.",
        ),
        Misconception(
            "only the factor 1/s of each constant is dropped",
            dropped(np.log),
            "At τ = 0 each of his three functions is 1. Which height has the density of your prior there?",
        ),
        Misconception(
            "the constants are those of the whole Normal and the whole Cauchy distribution",
            dropped(lambda s: np.log(s * np.array([np.sqrt(2 * np.pi), 1, np.pi]))),
            "τ is not negative. By which factor is a density higher that has only one half of the axis to itself?",
        ),
        Misconception(
            "the constant of the half-normal is dropped from all three priors",
            dropped(lambda s: np.log(s * np.sqrt(np.pi / 2))),
            "Three families have three constants. What is the height of each density at τ = 0?",
        ),
        Misconception(
            "the constant of the whole Normal is dropped from all three priors",
            dropped(lambda s: np.log(s * np.sqrt(2 * np.pi))),
            "Three families have three constants, and that of a half-normal is not that of a Normal. What is the height of "
            "each density at τ = 0?",
        ),
        Misconception(
            "the constants are taken to fall with s²",
            dropped(lambda s: np.log(s**2 * np.array([np.sqrt(np.pi / 2), 1, np.pi / 2]))),
            "A density of τ has the unit of 1/τ. Which unit has 1/s²?",
        ),
        Misconception(
            "the constants enter without their logarithm",
            dropped(lambda s: s * np.array([np.sqrt(np.pi / 2), 1, np.pi / 2])),
            "What multiplies an evidence is added to its logarithm, but not as it stands.",
        ),
        Misconception(
            "the evidence is the same with and without the constants",
            dropped(np.zeros_like),
            "For a chain it would be. But the evidence is an integral over the prior, and a prior without its constant no "
            "longer integrates to one.",
        ),
        Misconception(
            "the two are exchanged",
            lambda data: {"kept": evidences_of(data)["dropped"], "dropped": evidences_of(data)["kept"]},
            "lecturekit keeps all constants: what it returns is the evidence of the model as it stands.",
        ),
        Misconception(
            "the logarithms are to base 10",
            lambda data: {name: value / np.log(10) for name, value in evidences_of(data).items()},
            "Asked for are natural logarithms, which is what lecturekit returns.",
        ),
        Misconception(
            "the evidences are given and not their logarithms",
            lambda data: {name: np.exp(value) for name, value in evidences_of(data).items()},
            "With a few hundred stars such a number no longer fits into a float. Give its natural logarithm.",
        ),
        Misconception(
            "each evidence is given relative to the first",
            lambda data: {name: value - value[0] for name, value in evidences_of(data).items()},
            "Ratios of evidences are what matters in the end. Here the logarithm of each evidence itself is asked for.",
        ),
        Misconception(
            "each evidence is given relative to the largest",
            lambda data: {name: value - value.max() for name, value in evidences_of(data).items()},
            "Ratios of evidences are what matters in the end. Here the logarithm of each evidence itself is asked for.",
        ),
        Misconception(
            "the likelihood at its maximum is taken for the evidence",
            best_likelihoods,
            "The best μ and τ are the same for all three priors. The evidence is the average of the likelihood over the "
            "prior, and a prior that is wide spends most of itself where the likelihood is small.",
        ),
        Misconception(
            "all three priors are half-normal",
            with_priors(lambda family, s: stats.halfnorm(scale=s)),
            "Each scale belongs to a family of its own: half-normal, exponential, half-Cauchy, in this order.",
        ),
        Misconception(
            "the scale of each prior is given as its location",
            with_priors(lambda family, s: family(s), low=lambda s: s),
            "SciPy's first argument is where the density begins: every smaller τ becomes impossible. Name the argument that "
            "you mean.",
        ),
        Misconception(
            "the scale of each prior is squared",
            with_priors(lambda family, s: family(scale=s**2)),
            "A scale has the unit of τ. What does SciPy take for `scale`?",
        ),
        Misconception(
            "the exponential has the scale 1/s",
            with_priors(lambda family, s: family(scale=1 / s if family is stats.expon else s)),
            "An exponential can be given by its rate or by its scale. In exp(-τ/s), which of the two is s?",
        ),
        Misconception(
            "the constant of the whole Normal is taken for the first prior",
            dropped(lambda s: np.log(s * np.array([np.sqrt(2 * np.pi), 1, np.pi / 2]))),
            "τ is not negative. By which factor is a density higher that has only one half of the axis to itself?",
        ),
        Misconception(
            "the constant of the whole Cauchy distribution is taken for the third prior",
            dropped(lambda s: np.log(s * np.array([np.sqrt(np.pi / 2), 1, np.pi]))),
            "τ is not negative. By which factor is a density higher that has only one half of the axis to itself?",
        ),
        Misconception(
            "the constant of the prior on μ is dropped too",
            dropped(lambda s: np.log(s * np.array([np.sqrt(np.pi / 2), 1, np.pi / 2])) + 0.5 * np.log(2 * np.pi)),
            "The colleague is careless with τ only. The rest of the model keeps its constants.",
        ),
        Misconception(
            "all three priors are half-normal, and lose the constant of the whole Normal",
            all_half_normal(lambda s: s * np.sqrt(2 * np.pi)),  # what the chapter's cell does
            "Each scale belongs to a family of its own, and each family has a height of its own at τ = 0.",
        ),
        Misconception(
            "all three priors are half-normal, and lose the constant of a half-normal",
            all_half_normal(lambda s: s * np.sqrt(np.pi / 2)),
            "Each scale belongs to a family of its own, and each family has a height of its own at τ = 0.",
        ),
        Misconception(
            "the exponential keeps its constant",
            dropped(lambda s: np.log([s[0] * np.sqrt(np.pi / 2), 1, s[2] * np.pi / 2])),
            "It has one too: what is the height of an exponential density of scale s at τ = 0?",
        ),
        Misconception(
            "all three priors have the first scale",
            lambda data: evidences(data | {"scales": data["scales"][[0, 0, 0]]}),
            "`scales` holds three numbers, in the order of the three colleagues.",
        ),
        Misconception(
            "σ² is given for the errors of the measurements",
            lambda data: evidences(data | {"sigma": data["sigma"] ** 2}),
            "`Measurements` takes standard deviations. In which unit is what you give it?",
        ),
        Misconception(
            "the prior on μ is not the model's but a very wide one",
            with_wide_mu,
            "An evidence depends on every prior of the model. Which sd has the one on μ?",
        ),
    ],
    solution=r"""
The evidence averages the likelihood over the prior, $p(y) = \int p(y \mid \mu, \tau)\,p(\mu)\,p(\tau)\,d\mu\,d\tau$. A prior
without its constant $c$ makes the integral larger by $1/c$, and the logarithm by $-\ln c$. The constant is the height of the
density at $\tau = 0$: $2 / (s\sqrt{2\pi})$, $1/s$ and $2 / (\pi s)$.

```python
def evidences(data):
    cluster = Measurements(data["y"], data["sigma"])
    priors = [family(scale=s) for family, s
              in zip((stats.halfnorm, stats.expon, stats.halfcauchy), data["scales"])]
    models = [NormalHierarchy(mu_prior=(0, 1), tau_prior=prior) for prior in priors]
    kept = np.array([exact.posterior(model, cluster).log_evidence for model in models])
    return {"kept": kept, "dropped": kept - np.log([prior.pdf(0) for prior in priors])}
```

Which complete prior wins depends on the data, since each puts its mass somewhere else. Without the constants the data have
little to say: the function that falls off most slowly is larger than the others at every $\tau$.
""",
)

# ---- 3. The autocorrelation time ------------------------------------------------------------------------------------------


def autocorr_time(chain):
    """Autocorrelation time, in steps, of a chain (n_steps, n_walkers), by Geyer's pairs."""
    deviation = chain - np.mean(chain, axis=0)
    n = len(chain)
    lagged = np.array([np.sum(deviation[: n - t] * deviation[t:], axis=0) for t in range(n)])
    rho = np.mean(lagged / lagged[0], axis=1)
    pairs = rho[0 : n - 1 : 2] + rho[1:n:2]
    return 2 * np.sum(pairs[: np.argmax(np.append(pairs, 0) <= 0)]) - 1


def wandering(rng, steps, walkers, memory):
    """Return a chain whose every position remembers the one before, (steps, walkers)."""
    chain = rng.normal(size=(steps, walkers))
    for t in range(1, steps):
        chain[t] = memory * chain[t - 1] + np.sqrt(1 - memory**2) * chain[t]
    return chain


def draw_chain(rng):
    """Chains of any location and scale, with short and with long memories."""
    chain = wandering(rng, rng.integers(80, 200), rng.integers(1, 5), rng.uniform(0.2, 0.9))
    return (rng.normal(0, 2) + rng.uniform(0.02, 2) * chain,)


def rho_of(chain, *, deviation=None, rho=None):
    """Return rho at all lags, with other deviations or another mean over the walkers."""
    deviation = chain - np.mean(chain, axis=0) if deviation is None else deviation
    n = len(deviation)
    lagged = np.array([np.sum(deviation[: n - t] * deviation[t:], axis=0) for t in range(n)])
    return np.mean(lagged / lagged[0], axis=1) if rho is None else rho(lagged)


def pairs_of(rho):
    """Return the sums of two neighbors."""
    return rho[: len(rho) // 2 * 2].reshape(-1, 2).sum(axis=1)


def before_the_first(terms):
    """Return the number of terms before the first that is not positive, or of all if none is."""
    return int(np.argmax(np.append(terms, 0) <= 0))


def until(terms):
    """Return the sum of the terms before the first that is not positive."""
    return np.sum(terms[: before_the_first(terms)])


def time_of(chain, **other):
    """Return the estimate with rho made otherwise."""
    return 2 * until(pairs_of(rho_of(chain, **other))) - 1


def over_pairs(lagged):
    """Return rho with each lag's sum divided by the number of its products."""
    rho = lagged / lagged[0]
    return np.mean(rho, axis=1) * len(rho) / np.arange(len(rho), 0, -1)


def in_a_window(chain):
    """Return the estimate of emcee: the first T(M) with M at least five times as large."""
    times = 2 * np.cumsum(rho_of(chain)) - 1
    return times[np.argmax(np.arange(len(times)) >= 5 * times)]


def by_corrcoef(chain):
    """Return the estimate with correlation coefficients for rho."""
    lags = range(1, len(chain) - 3)
    rho = [1.0, *(np.mean([np.corrcoef(walker[:-t], walker[t:])[0, 1] for walker in chain.T]) for t in lags)]
    return 2 * until(pairs_of(np.array(rho))) - 1


def with_the_first_negative_pair(chain):
    """Return the estimate with one pair too many."""
    pairs = pairs_of(rho_of(chain))
    return 2 * np.sum(pairs[: before_the_first(pairs) + 1]) - 1


def on_a_ring(lagged):
    """Return rho as a Fourier transform without padding gives it: its end is followed by its beginning."""
    around = lagged + np.append(0 * lagged[:1], lagged[:0:-1], axis=0)
    return np.mean(around / lagged[0], axis=1)


AUTOCORR_TIME = Function(
    "autocorr_time",
    4,
    reference=autocorr_time,
    probes=[
        (0.06 + 0.03 * wandering(np.random.default_rng(1), 120, 1, 0.7),),
        (-0.2 + 0.02 * wandering(np.random.default_rng(12), 101, 3, 0.8) + np.array([0.0, 0.03, -0.01]),),
        (wandering(np.random.default_rng(3), 60, 2, 0.0) * np.array([1.0, 4.0]),),
        (wandering(np.random.default_rng(4), 80, 1, -0.3),),
        # Every step undoes the one before, and no pair is negative. The last lag has no partner.
        (0.1 + 0.05 * np.array([[1.0, -1, 1, -1, 1, -1, 1]]).T,),
    ],
    private=draw_chain,
    private_count=10,
    tolerance=Tolerance(rel=1e-5, abs=1e-9),
    misconceptions=[
        Misconception(
            "the sum runs to the end of the chain",
            lambda chain: 2 * np.sum(rho_of(chain)) - 1,
            "Try it on any chain: the result is zero, by algebra, because the deviations from a mean add up to zero. Far lags "
            "bring nothing but noise, and the sum has to stop before it has eaten the signal.",
        ),
        Misconception(
            "the factor 2 is left out, and with it the 1",
            lambda chain: until(pairs_of(rho_of(chain))),
            "A step resembles those after it as much as those before it. How often does each lag count, and how often lag "
            "zero?",
        ),
        Misconception(
            "the factor 2 is left out",
            lambda chain: until(pairs_of(rho_of(chain))) - 1,
            "A step resembles those after it as much as those before it. How often does each lag count?",
        ),
        Misconception(
            "lag zero is counted twice, as the other lags are",
            lambda chain: 2 * until(pairs_of(rho_of(chain))),
            "Of a chain whose steps are independent every step counts. What should its autocorrelation time be?",
        ),
        Misconception(
            "1 is added where it should be subtracted",
            lambda chain: 2 * until(pairs_of(rho_of(chain))) + 1,
            "Of a chain whose steps are independent every step counts. What should its autocorrelation time be?",
        ),
        Misconception(
            "lag zero is left out",
            lambda chain: 2 * until(pairs_of(rho_of(chain))) - 2,
            "Of a chain whose steps are independent every step counts. What should its autocorrelation time be?",
        ),
        Misconception(
            "the mean is not subtracted",
            lambda chain: time_of(chain, deviation=chain),
            "Shift the chain by a constant: its walkers forget neither sooner nor later. Does your estimate change?",
        ),
        Misconception(
            "the walkers share one mean",
            lambda chain: time_of(chain, deviation=chain - np.mean(chain)),
            "By the definition above each walker's mean is its own.",
        ),
        Misconception(
            "the walkers are put one after the other into one long chain",
            lambda chain: time_of(chain.T.reshape(-1, 1)),
            "Where one walker ends and the next begins, two steps that never met become neighbors.",
        ),
        Misconception(
            "the positions are put into one long chain, step by step",
            lambda chain: time_of(chain.reshape(-1, 1)),
            "Two neighbors in this chain are two walkers at the same step, and not one walker at two steps.",
        ),
        Misconception(
            "the walkers are averaged to one chain first",
            lambda chain: time_of(np.mean(chain, axis=1, keepdims=True)),
            "By the definition above the average comes last, over what the walkers have each for themselves.",
        ),
        Misconception(
            "only the first walker is used",
            lambda chain: time_of(chain[:, :1]),
            "The columns are walkers, and ρ is an average over all of them.",
        ),
        Misconception(
            "the lagged products of the walkers are averaged before they are divided",
            lambda chain: time_of(chain, rho=lambda lagged: np.sum(lagged, axis=1) / np.sum(lagged[0])),
            "By the definition above each walker is normalized by its own sum of squares, so that all have the same say.",
        ),
        Misconception(
            "each walker has its own sum, and the times are averaged",
            lambda chain: np.mean([time_of(walker[:, None]) for walker in chain.T]),
            "By the definition above ρ is averaged over the walkers first. The sum then stops where their mean is lost in the "
            "noise, which is later.",
        ),
        Misconception(
            "each lag is divided by the number of its products",
            lambda chain: time_of(chain, rho=over_pairs),
            "By the definition above it is the sums that are divided. With n − t in it, far lags, of which there are few "
            "products, would make the most noise.",
        ),
        Misconception(
            "the sum stops where ρ itself first turns negative",
            lambda chain: 2 * until(rho_of(chain)) - 1,
            "A single ρ may well be negative in an honest chain. Here the sums of two neighbors decide.",
        ),
        Misconception(
            "the sum stops where the lag is five times the estimate",
            in_a_window,
            "That is emcee's rule, and a good one. Here the sums of two neighbors decide.",
        ),
        Misconception(
            "the first pair that is not positive is counted too", with_the_first_negative_pair, "The sum ends before that pair."
        ),
        Misconception(
            "every positive pair is counted, also those after the first that is not",
            lambda chain: 2 * np.sum(np.maximum(pairs_of(rho_of(chain)), 0)) - 1,
            "Far out half of the noise is positive, and it adds up. The sum ends for good where the first pair fails.",
        ),
        Misconception(
            "the pairs begin at lag one",
            lambda chain: 2 * until(pairs_of(rho_of(chain)[1:])) + 1,
            "Lag zero has a partner too. Which lags make the first pair?",
        ),
        Misconception(
            "the pairs overlap",
            lambda chain: 2 * until(rho_of(chain)[:-1] + rho_of(chain)[1:]) - 1,
            "Each lag belongs to one pair alone. By how much do the lags of two pairs differ?",
        ),
        Misconception(
            "the number of independent steps is given",
            lambda chain: len(chain) / time_of(chain),
            "That is n/T. Asked for is T, the number of steps that it takes to forget.",
        ),
        Misconception(
            "the last positive pair is left out",
            lambda chain: 2 * np.sum(pairs_of(rho_of(chain))[: before_the_first(pairs_of(rho_of(chain))) - 1]) - 1,
            "The pair that is not positive ends the sum. The one before it is still part of it.",
        ),
        Misconception(
            "each lag has the correlation of its two pieces, as `np.corrcoef` gives it",
            by_corrcoef,
            "`np.corrcoef` subtracts from each piece its own mean and divides by its own spread. By the definition above both "
            "come from the whole chain.",
        ),
        Misconception(
            "all pairs are counted, to the end of the chain",
            lambda chain: 2 * np.sum(pairs_of(rho_of(chain))) - 1,
            "Far lags bring nothing but noise, and the sum has to stop before it has eaten the signal. Which pair ends it?",
        ),
        Misconception(
            "no pair is counted where none is negative",
            lambda chain: 2 * until(pairs_of(rho_of(chain))) - 1 if np.any(pairs_of(rho_of(chain)) <= 0) else -1.0,
            "What does `np.argmax` return for an array without a single `True`?",
        ),
        Misconception(
            "the last lag of an odd chain is counted without a partner",
            lambda chain: 2 * until(pairs_of(np.append(rho_of(chain), 0))) - 1,
            "Where the number of steps is odd, which lags make the last pair?",
        ),
        Misconception(
            "each pair is made as small as the smallest before it",
            lambda chain: 2 * until(np.minimum.accumulate(pairs_of(rho_of(chain)))) - 1,
            "That is another estimate of Geyer's, the monotone one. Here the pairs are added as they are.",
        ),
        Misconception(
            "the lagged products are not divided by those of lag zero",
            lambda chain: time_of(chain, rho=lambda lagged: np.mean(lagged, axis=1) / len(lagged)),
            "Measure the chain in other units: its walkers forget neither sooner nor later. Does your estimate change?",
        ),
        Misconception(
            "the chain is closed to a ring, as a Fourier transform does",
            lambda chain: time_of(chain, rho=on_a_ring),
            "The last step is no neighbor of the first. Append as many zeros as there are steps before you transform.",
        ),
        Misconception(
            "the number of independent draws is given",
            lambda chain: chain.size / time_of(chain),
            "That is nW/T. Asked for is T, the number of steps that it takes to forget.",
        ),
    ],
    solution=r"""
The variance of the mean of $n$ correlated steps is $T$ times as large as that of $n$ independent draws, where $T$ is the sum
of $\rho(t)$ over all lags, positive and negative. The estimate of it must not sum to the end:
$\sum_{|t| < n} \rho(t) = (\sum_i d_i)^2 / \sum_i d_i^2 = 0$ for the deviations $d_i$ from the mean. Geyer's pairs stop where
the noise begins: for a chain that is reversible the true sums of two neighbors are positive and fall, even where a single
$\rho$ is negative.

What it means: $n$ steps of $W$ walkers are worth about $nW/T$ independent draws, *if* the walkers have been everywhere. The
estimate is made from the places where they were. It cannot know of another.
""",
)

# ---- 4. R-hat between ensembles ---------------------------------------------------------------------------------------------


def rhat(values):
    """R-hat between ensembles (n_ensembles, n_steps): rank-normalized, each split into halves."""
    half = values.shape[1] // 2
    kept = values[:, : 2 * half]
    score = stats.norm.ppf((stats.rankdata(kept) - 3 / 8) / (kept.size + 1 / 4))
    halves = score.reshape(2 * len(values), half)
    within = np.mean(np.var(halves, axis=1, ddof=1))
    between = np.var(np.mean(halves, axis=1), ddof=1)
    return np.sqrt((half - 1) / half + between / within)


def draw_ensembles(rng):
    """Ensembles that agree or not; fractions of walkers with ties, or averages without; an even or an odd number of steps."""
    chains = wandering(rng, rng.integers(30, 80), rng.integers(2, 6), rng.uniform(0, 0.8)).T
    chains = chains + rng.uniform(0, 1.5) * rng.normal(size=(len(chains), 1))
    walkers = 16
    return (np.round(walkers * stats.norm.cdf(chains)) / walkers if rng.random() < 0.5 else np.exp(0.5 * chains) / 20,)


def normal_scores(values):
    """Return the values' ranks among all, as quantiles of a standard Normal."""
    place = (stats.rankdata(values).reshape(values.shape) - 3 / 8) / (values.size + 1 / 4)
    return stats.norm.ppf(place)


def rhat_of(values, *, score=normal_scores, parts=None, within=None, between=None, last=None):
    """R-hat with one thing done otherwise; `parts` makes the chains, (n_chains, n), and `last` the result of n, B and W."""
    values = values[:, : values.shape[1] // 2 * 2]
    chains = score(values)
    chains = chains.reshape(-1, chains.shape[1] // 2) if parts is None else parts(chains)
    w = np.mean(np.var(chains, axis=1, ddof=1)) if within is None else within(chains)
    b = np.var(np.mean(chains, axis=1), ddof=1) if between is None else between(chains)
    n = chains.shape[1]
    return np.sqrt((n - 1) / n + b / w) if last is None else last(n, b, w)


def ordinal(values):
    """Return normal scores of ranks that tear ties apart."""
    ranks = stats.rankdata(values, method="ordinal").reshape(values.shape)
    return stats.norm.ppf((ranks - 3 / 8) / (values.size + 1 / 4))


def without_the_first(values):
    """Return R-hat with the first step left out where their number is odd."""
    return rhat_of(values[:, values.shape[1] % 2 :])


def unevenly_split(values):
    """Return R-hat with the last step kept in the second halves where their number is odd."""
    scores, half = normal_scores(values), values.shape[1] // 2
    first, second = scores[:, :half], scores[:, half:]
    within = np.mean([np.var(part, axis=1, ddof=1) for part in (first, second)])
    between = np.var([np.mean(part, axis=1) for part in (first, second)], ddof=1)
    return np.sqrt((half - 1) / half + between / within)


def with_places(place):
    """Return a misconception's function: other fractions for the ranks, a function of these and of their number."""
    return lambda values: rhat_of(
        values, score=lambda values: stats.norm.ppf(place(stats.rankdata(values).reshape(values.shape), values.size))
    )


DISAGREE = np.array([[0.0], [0.8], [-0.3]])

RHAT = Function(
    "rhat",
    4,
    reference=rhat,
    probes=[
        (0.05 * np.exp(0.4 * (wandering(np.random.default_rng(5), 40, 3, 0.5).T + DISAGREE)),),
        (wandering(np.random.default_rng(6), 51, 2, 0.2).T,),
        (np.round(8 * stats.norm.cdf(wandering(np.random.default_rng(7), 36, 4, 0.6).T - 0.5)) / 8,),
        (wandering(np.random.default_rng(8), 30, 2, 0.0).T * np.array([[1.0], [3.0]]) + np.array([[0.0], [4.0]]),),
    ],
    private=draw_ensembles,
    private_count=10,
    tolerance=Tolerance(rel=1e-6),
    misconceptions=[
        Misconception(
            "the ensembles are not split into halves",
            lambda values: rhat_of(values, parts=lambda chains: chains),
            "Two ensembles that drift side by side would agree at each step and be nowhere near the end. What could show the "
            "drift?",
        ),
        Misconception(
            "the values themselves are used and not their ranks",
            lambda values: rhat_of(values, score=lambda values: values),
            "A few values far out would decide everything, and the result would change if ln τ were taken for τ.",
        ),
        Misconception(
            "the ranks are not turned into scores",
            lambda values: rhat_of(values, score=lambda values: stats.rankdata(values).reshape(values.shape)),
            "The first step of the recipe has a second half: what do the ranks become quantiles of?",
        ),
        Misconception(
            "each ensemble has ranks of its own",
            lambda values: rhat_of(values, score=lambda values: np.array([normal_scores(one) for one in values])),
            "Ranked for itself, every ensemble has the same ranks, and so the same mean. Among which values should it be "
            "ranked?",
        ),
        Misconception(
            "each half has ranks of its own",
            lambda values: rhat_of(
                values, parts=lambda chains: np.array([normal_scores(one) for one in chains.reshape(-1, chains.shape[1] // 2)])
            ),
            "Ranked for itself, every half has the same ranks, and so the same mean. Among which values should it be ranked?",
        ),
        Misconception(
            "tied values get different ranks",
            lambda values: rhat_of(values, score=ordinal),
            "Of two values that are equal neither comes first. By the recipe above they share the mean of their ranks.",
        ),
        Misconception(
            "the variances within the halves are divided by n and not by n − 1",
            lambda values: rhat_of(values, within=lambda chains: np.mean(np.var(chains, axis=1))),
            "`np.var` divides by the number of values unless it is told otherwise.",
        ),
        Misconception(
            "the variance of the means is divided by their number and not by one less",
            lambda values: rhat_of(values, between=lambda chains: np.var(np.mean(chains, axis=1))),
            "`np.var` divides by the number of values unless it is told otherwise. With few halves that is a large difference.",
        ),
        Misconception(
            "both variances are divided by the number of values and not by one less",
            lambda values: rhat_of(
                values,
                within=lambda chains: np.mean(np.var(chains, axis=1)),
                between=lambda chains: np.var(np.mean(chains, axis=1)),
            ),
            "`np.var` divides by the number of values unless it is told otherwise. With few halves that is a large difference.",
        ),
        Misconception(
            "the variance of the means is multiplied by n",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt((n - 1) / n + n * b / w)),
            "Many books call n times the variance of the means B, and divide by n later. Here B has no n in it.",
        ),
        Misconception(
            "the variance of the means is divided by n",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt((n - 1) / n + b / n / w)),
            "Many books call n times the variance of the means B, and divide by n later. Here B has no n in it.",
        ),
        Misconception(
            "the root is not taken",
            lambda values: rhat_of(values, last=lambda n, b, w: (n - 1) / n + b / w),
            "This is a ratio of variances. R-hat is one of standard deviations.",
        ),
        Misconception(
            "1 stands in place of (n − 1)/n",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt(1 + b / w)),
            "Halves that agree perfectly give a little less than 1. Look at the first term of the definition.",
        ),
        Misconception(
            "only B/W is given, or its root",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt(b / w)),
            "If all halves agree this is zero, and R-hat is near 1. Which term is missing?",
        ),
        Misconception(
            "W and B are exchanged",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt((n - 1) / n + w / b)),
            "If the halves agree, the means hardly differ. Which ratio is small then?",
        ),
        Misconception(
            "n is the number of steps of a whole ensemble, and not of a half",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt((2 * n - 1) / (2 * n) + b / w)),
            "After the split the chains are the halves. How many values has each?",
        ),
        Misconception(
            "every second step makes one half, and the others the other",
            lambda values: rhat_of(values, parts=lambda chains: np.concatenate([chains[:, ::2], chains[:, 1::2]])),
            "Two such halves are alike whatever the ensemble does. A drift shows between what came early and what came late.",
        ),
        Misconception(
            "only the second half of each ensemble is used",
            lambda values: rhat_of(values, parts=lambda chains: chains[:, chains.shape[1] // 2 :]),
            "The first half may be burn-in, but here it is a chain of its own, which should agree with the others.",
        ),
        Misconception(
            "the steps are taken for the ensembles",
            lambda values: rhat_of(values, score=lambda values: normal_scores(values).T, parts=lambda chains: chains),
            "Each row is an ensemble, and each column a step. Along which axis does an ensemble run?",
        ),
        Misconception(
            "standard deviations are averaged and not variances",
            lambda values: rhat_of(values, within=lambda chains: np.mean(np.std(chains, axis=1, ddof=1)) ** 2),
            "W is the mean of the variances of the halves.",
        ),
        Misconception(
            "W is the variance of all values together",
            lambda values: rhat_of(values, within=lambda chains: np.var(chains, ddof=1)),
            "This holds the differences between the halves as well. How much does each half scatter by itself?",
        ),
        Misconception(
            "the first step is left out where their number is odd, and not the last",
            without_the_first,
            "The recipe above says which step goes.",
        ),
        Misconception(
            "`np.argsort` is taken for the ranks",
            lambda values: rhat_of(
                values,
                score=lambda values: stats.norm.ppf(
                    (np.argsort(values.ravel()).reshape(values.shape) + 1 - 3 / 8) / (values.size + 1 / 4)
                ),
            ),
            "`np.argsort` says where the smallest value is, and the next. A rank says of each value how many are smaller.",
        ),
        Misconception(
            "the distribution function is taken for its inverse",
            lambda values: rhat_of(
                values,
                score=lambda values: stats.norm.cdf(
                    (stats.rankdata(values).reshape(values.shape) - 3 / 8) / (values.size + 1 / 4)
                ),
            ),
            "Φ turns a number into a probability. What turns a probability into a number?",
        ),
        Misconception(
            "the second half keeps the last step where their number is odd",
            unevenly_split,
            "Two halves of one chain should be equally long. What does the first step of the recipe say?",
        ),
        Misconception(
            "each ensemble has ranks of its own, divided by the number of all values",
            lambda values: rhat_of(
                values, score=lambda values: stats.norm.ppf((stats.rankdata(values, axis=1) - 3 / 8) / (values.size + 1 / 4))
            ),
            "Ranked for itself, every ensemble has the same ranks, and so the same mean. Among which values should it be "
            "ranked?",
        ),
        Misconception(
            "the ranks become the fractions (r − 1/2)/S",
            with_places(lambda rank, size: (rank - 0.5) / size),
            "There are several customs for such fractions. The recipe above says which is wanted.",
        ),
        Misconception(
            "the ranks become the fractions r/(S + 1)",
            with_places(lambda rank, size: rank / (size + 1)),
            "There are several customs for such fractions. The recipe above says which is wanted.",
        ),
        Misconception(
            "n − 1/n stands in place of (n − 1)/n",
            lambda values: rhat_of(values, last=lambda n, b, w: np.sqrt(n - 1 / n + b / w)),
            "If all halves agree R-hat is near 1. What does Python divide here, and where do the brackets belong?",
        ),
        Misconception(
            "B is the variance of the means of whole ensembles",
            lambda values: rhat_of(
                values, between=lambda chains: np.var(np.mean(chains.reshape(len(chains) // 2, -1), axis=1), ddof=1)
            ),
            "A drift within the ensembles moves the means of their halves. Whose means does B compare?",
        ),
        Misconception(
            "the last step is left out after the ranking, and not before",
            lambda values: rhat_of(normal_scores(values), score=lambda scores: scores),
            "The order of the recipe matters: a step that is left out should not have a say in the ranks of the others.",
        ),
    ],
    solution=r"""
Ranks first, of all values together: an ensemble that lies lower than the others has low ranks, and no value far out can drown
that. Then halves, so that a drift that all ensembles share shows as well. What is compared is how much the means of the halves
scatter, and how much each half scatters by itself:

```python
def rhat(values):
    half = values.shape[1] // 2
    kept = values[:, :2 * half]
    z = stats.norm.ppf((stats.rankdata(kept) - 3 / 8) / (kept.size + 1 / 4))
    halves = z.reshape(-1, half)  # two rows for each ensemble
    within = halves.var(axis=1, ddof=1).mean()
    between = halves.mean(axis=1).var(ddof=1)
    return np.sqrt((half - 1) / half + between / within)
```

`stats.rankdata` ranks the flattened array. Since an ensemble is a row, its first half comes before its second, and `reshape`
puts each half into a row of its own.
""",
)

# ---- 5. A run to believe ----------------------------------------------------------------------------------------------------


def run(data):
    """Which of two runs is to be believed, and what it says of mu, tau, a small tau and the stars."""
    believed = np.argmin(np.std(np.mean(np.log(data["tau"]), axis=2), axis=1))
    mu, tau = data["mu"][believed], data["tau"][believed]
    below = np.mean(tau < 0.02, axis=1)
    weight = tau[..., None] ** 2 / (tau[..., None] ** 2 + data["sigma"] ** 2)
    return {
        "believe": int(believed),
        "mu": np.array([np.median(mu), np.std(mu)]),
        "tau": np.array([np.median(tau), np.std(tau)]),
        "below": np.array([np.mean(below), np.std(below, ddof=1) / np.sqrt(len(below))]),
        "theta": np.mean(weight * data["y"] + (1 - weight) * mu[..., None], axis=(0, 1)),
    }


def chosen_of(data):
    """Return mu and tau of the run to be believed, (4, 120) each."""
    believed = run(data)["believe"]
    return data["mu"][believed], data["tau"][believed]


def other_run(data):
    """Return the answer from the run whose ensembles disagree."""
    believed = run(data)["believe"]
    swapped = {name: np.array([data[name][1 - believed]] * 2) for name in ("mu", "tau")}
    return run(data | swapped) | {"believe": 1 - believed}


def both_runs(data):
    """Return the answer from the eight ensembles of both runs."""
    together = {name: np.concatenate(data[name])[None] for name in ("mu", "tau")}
    return run(data | together) | {"believe": run(data)["believe"]}


def one_ensemble(data):
    """Return the answer from the first ensemble alone, with the error that its draws would have if they were independent."""
    mu, tau = chosen_of(data)
    twice = {"mu": mu[None, [0, 0]], "tau": tau[None, [0, 0]]}  # so that there is a scatter to compute
    share = np.mean(tau[0] < SMALL)
    error = np.sqrt(share * (1 - share) / STEPS)
    return run(data | twice) | {"believe": run(data)["believe"], "below": np.array([share, error])}


def summarized(center, width):
    """Return a misconception's function: other summaries of mu and tau, functions of all draws of one of them."""

    def wrong(data):
        mu, tau = chosen_of(data)
        return run(data) | {"mu": np.array([center(mu), width(mu)]), "tau": np.array([center(tau), width(tau)])}

    return wrong


def with_error_of(error):
    """Return a misconception's function: another error of the probability, a function of the ensembles' fractions."""

    def wrong(data):
        below = np.mean(chosen_of(data)[1] < SMALL, axis=1)
        return run(data) | {"below": np.array([np.mean(below), error(below)])}

    return wrong


def with_theta(theta):
    """Return a misconception's function: other estimates of the stars, from y, sigma and all draws of mu and tau, (480, 1)."""

    def wrong(data):
        mu, tau = chosen_of(data)
        return run(data) | {"theta": theta(data["y"], data["sigma"], mu.reshape(-1, 1), tau.reshape(-1, 1))}

    return wrong


def shrunken(y, sigma, mu, tau):
    """Return the stars' conditional means."""
    weight = tau**2 / (tau**2 + sigma**2)
    return weight * y + (1 - weight) * mu


def from_the_exact_posterior(data):
    """Return the answer by quadrature, but for the Monte Carlo error."""
    posterior = exact.posterior(USUAL, Measurements(y=data["y"], sigma=data["sigma"]))
    pairs = {name: np.array([posterior.quantile(name, 0.5), posterior.sd(name)]) for name in ("mu", "tau")}
    below = np.array([posterior.cdf("tau", SMALL), run(data)["below"][1]])
    return {"believe": run(data)["believe"], **pairs, "below": below, "theta": posterior.mean("theta")}


def half_of_the_middle(draws):
    """Return half the width of the central 68 %."""
    return np.ptp(np.quantile(draws, [0.16, 0.84])) / 2


RUN = Analysis(
    "run",
    5,
    data="runs",
    reference=run,
    tolerance=Tolerance(rel=0, abs={"believe": 0.1, "mu": 1e-4, "tau": 1e-4, "below": 2e-4, "theta": 1e-4}),
    misconceptions=[
        Misconception(
            "the run is believed whose ensembles disagree about τ",
            other_run,
            "Its autocorrelation time is the smaller one, and its ensembles agree about μ. Neither is a proof. Use R-hat, for "
            "everything that you report.",
        ),
        Misconception(
            "the ensembles of both runs are pooled",
            both_runs,
            "Ensembles that disagree cannot all be right, and those that are wrong do not get better by being averaged with "
            "others.",
        ),
        Misconception(
            "only the first ensemble is used",
            one_ensemble,
            "If the ensembles agree, each of them is part of the answer, and their scatter tells its error.",
        ),
        Misconception(
            "means are given in place of the medians",
            summarized(np.mean, np.std),
            "The posterior of τ has a tail to large values. On which side of the median does the mean lie?",
        ),
        Misconception(
            "the medians of the four ensembles are averaged",
            summarized(lambda draws: np.mean(np.median(draws, axis=1)), np.std),
            "A median of all draws is asked for. The mean of four medians is near it, and something else.",
        ),
        Misconception(
            "the sds of the four ensembles are averaged",
            summarized(np.median, lambda draws: np.mean(np.std(draws, axis=1))),
            "Each sd is measured from its own ensemble's mean, and what the means differ by is lost. Take all draws together.",
        ),
        Misconception(
            "the sds of the four ensembles are averaged, and their medians too",
            summarized(lambda draws: np.mean(np.median(draws, axis=1)), lambda draws: np.mean(np.std(draws, axis=1))),
            "Put the draws of the four ensembles together first, and summarize them then.",
        ),
        Misconception(
            "variances are given in place of the sds", summarized(np.median, np.var), "Check the unit: an sd is in dex."
        ),
        Misconception(
            "standard errors are given in place of the sds",
            summarized(np.median, lambda draws: np.std(draws) / np.sqrt(draws.size)),
            "That is how well the draws know the mean, and it shrinks with every further draw. How wide is the posterior "
            "itself?",
        ),
        Misconception(
            "half the width of the 68 % interval is given in place of the sd",
            summarized(np.median, half_of_the_middle),
            "The two agree for a Normal distribution. The posterior of τ is none.",
        ),
        Misconception(
            "the probability of a large spread is given",
            lambda data: run(data) | {"below": np.array([1 - run(data)["below"][0], run(data)["below"][1]])},
            "Asked for is the probability that τ lies below the limit.",
        ),
        Misconception(
            "the error of the probability is the scatter of the four ensembles, and not that of their mean",
            with_error_of(lambda below: np.std(below, ddof=1)),
            "You report the mean of four. How does the error of a mean follow from the scatter of what is averaged?",
        ),
        Misconception(
            "the scatter of the four ensembles is divided by 4",
            with_error_of(lambda below: np.std(below, ddof=1) / 4),
            "Independent errors cancel only in part. How does the error of a mean fall with their number?",
        ),
        Misconception(
            "the variance of the four fractions is divided by 4 and not by 3",
            with_error_of(lambda below: np.std(below) / 2),
            "`np.std` divides by their number unless it is told otherwise. With four of them that is a large difference.",
        ),
        Misconception(
            "the error of the probability is that of 480 independent draws",
            with_error_of(lambda below: np.sqrt(np.mean(below) * (1 - np.mean(below)) / (ENSEMBLES * STEPS))),
            "These draws are not independent. The four ensembles are: what does their scatter say?",
        ),
        Misconception(
            "half the distance between the largest and the smallest of the four fractions is given for the error",
            with_error_of(lambda below: np.ptp(below) / 2),
            "For two values, as in the chapter, this is the standard error of their mean. Here there are four.",
        ),
        Misconception(
            "the scatter of the four ensembles is divided by the root of the number of draws",
            with_error_of(lambda below: np.std(below, ddof=1) / np.sqrt(ENSEMBLES * STEPS)),
            "It is the scatter of the ensembles' fractions. How many of these are averaged?",
        ),
        Misconception(
            "the square of the error of the probability is given",
            with_error_of(lambda below: np.var(below, ddof=1) / len(below)),
            "This is the variance of a mean of four. An error is its root.",
        ),
        Misconception(
            "the probability and its error are given in percent",
            lambda data: run(data) | {"below": 100 * run(data)["below"]},
            "A probability lies between 0 and 1.",
        ),
        Misconception(
            "the pairs of μ and τ are given with the sd first",
            lambda data: run(data) | {name: run(data)[name][::-1] for name in ("mu", "tau")},
            "First the median, then the sd.",
        ),
        Misconception(
            "the median over the draws is given for each star, and not the mean",
            with_theta(lambda y, sigma, mu, tau: np.median(shrunken(y, sigma, mu, tau), axis=0)),
            "What τ lets a star keep of its measurement is skewed, so that mean and median differ. Which is asked for?",
        ),
        Misconception(
            "σ stands without its square in the weights",
            with_theta(lambda y, sigma, mu, tau: np.mean((tau**2 * y + sigma * mu) / (tau**2 + sigma), axis=0)),
            "Check the units of what you add.",
        ),
        Misconception(
            "the measurements are given for the stars' true values",
            with_theta(lambda y, sigma, mu, tau: y),
            "Given μ and τ, what do you expect of a star? Average this over the draws.",
        ),
        Misconception(
            "the stars are computed at the medians of μ and τ",
            with_theta(lambda y, sigma, mu, tau: shrunken(y, sigma, np.median(mu), np.median(tau))),
            "The estimate at a typical τ is not the average of the estimates. Compute it for each draw, and average then.",
        ),
        Misconception(
            "the stars are computed at the means of μ and τ",
            with_theta(lambda y, sigma, mu, tau: shrunken(y, sigma, np.mean(mu), np.mean(tau))),
            "The estimate at a typical τ is not the average of the estimates. Compute it for each draw, and average then.",
        ),
        Misconception(
            "the weights of the measurement and of μ are exchanged",
            with_theta(lambda y, sigma, mu, tau: y + np.mean(mu) - np.mean(shrunken(y, sigma, mu, tau), axis=0)),
            "At τ = 0 all stars are alike. Where do all estimates have to lie then?",
        ),
        Misconception(
            "the weights are made of standard deviations and not of variances",
            with_theta(lambda y, sigma, mu, tau: np.mean(tau / (tau + sigma) * y + sigma / (tau + sigma) * mu, axis=0)),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "all stars are set to μ",
            with_theta(lambda y, sigma, mu, tau: np.full(y.size, np.mean(mu))),
            "That is complete pooling, the end at τ = 0. How much of its own measurement does a star keep at each draw of τ?",
        ),
        Misconception(
            "the standard error of a mean of four is given in place of the sds",
            summarized(np.median, lambda draws: np.std(draws) / 2),
            "The width of the posterior does not depend on how many ensembles there are.",
        ),
        Misconception(
            "the weights and μ are averaged first, and combined then",
            with_theta(
                lambda y, sigma, mu, tau: (
                    np.mean(tau**2 / (tau**2 + sigma**2), axis=0) * y
                    + (1 - np.mean(tau**2 / (tau**2 + sigma**2), axis=0)) * np.mean(mu)
                )
            ),
            "That would be right if μ and τ were independent. Compute the estimate for each draw, and average then.",
        ),
        Misconception(
            "the exact posterior is summarized and not the draws",
            from_the_exact_posterior,
            "It is the better answer, and a check of the run, but of a problem where nobody needs a run. Asked for is what the "
            "draws say.",
        ),
    ],
    solution=r"""
R-hat of $\tau$, by the function above, is near 1 for one run and far from it for the other. The length in autocorrelation times
says nothing of it: the bad run has the shorter time, because each of its ensembles knows its own part of the posterior very
well.

```python
def run(data):
    believe = int(rhat(data["tau"][1]) < rhat(data["tau"][0]))
    mu, tau = data["mu"][believe], data["tau"][believe]
    below = np.mean(tau < 0.02, axis=1)  # one number for each ensemble
    w = tau[..., None]**2 / (tau[..., None]**2 + data["sigma"]**2)
    return {
        "believe": believe,
        "mu": [np.median(mu), mu.std()],
        "tau": [np.median(tau), tau.std()],
        "below": [below.mean(), below.std(ddof=1) / 2],
        "theta": np.mean(w * data["y"] + (1 - w) * mu[..., None], axis=(0, 1)),
    }
```

The four ensembles are independent, whatever happens within each, so that their scatter gives an error that needs no
autocorrelation time. With four of them it is a rough one.
""",
)

# ---- 7. Reading a corner plot ---------------------------------------------------------------------------------------------

CORNER = Choice(
    "corner",
    2,
    options={
        "a": "The spread is 0.05 (+0.05, −0.03) dex: it is detected, if only at the level of one sigma.",
        "b": "The most probable spread is zero: within their errors the ten stars are all alike.",
        "c": "The spread is below 0.14 dex with a probability of 95 %, and it may well be zero.",
        "d": "Nothing can be said yet: the draws have piled up at the edge, so the run is too short.",
    },
    answer="c",
    reasons={
        "i": "The density of τ is highest at zero, and what cannot be negative has its quantiles above zero.",
        "ii": "The most probable value of a parameter is the best estimate of it, and what a paper should quote.",
        "iii": "μ and τ are hardly correlated, so that either may be quoted as if the other were known.",
        "iv": "A density that ends at its highest point shows that a region beyond has not been sampled.",
    },
    reason="i",
    misconceptions=[
        Misconception(
            "an interval that excludes zero is taken for a detection",
            "a",
            "Could the 16 % quantile of a positive quantity ever be zero or less? Then its being above zero tells nothing.",
        ),
        Misconception(
            "the peak of the density is taken for the answer",
            "b",
            "Read off how much probability lies below, say, 0.02 dex. Most of it is elsewhere.",
        ),
        Misconception(
            "a pile at the edge is taken for a fault of the sampler",
            "d",
            "These draws are independent by construction. Ten stars with such errors cannot rule a spread of zero out, and a "
            "posterior that says so is right.",
        ),
        Misconception(
            "the mode is taken for the best estimate",
            "ii",
            "Best for which loss? And take ln τ for the parameter: its most probable value is another one.",
        ),
        Misconception(
            "uncorrelated is taken for independent",
            "iii",
            "Take the draws with a small τ and those with a large one: how far does μ scatter in each? A correlation sees "
            "only tilts.",
        ),
        Misconception(
            "a density is expected to fall off on both sides",
            "iv",
            "Zero is the end of the range of τ, and there the density may have any height.",
        ),
    ],
    solution=r"""
The histogram of $\tau$ is highest at zero and falls to the right: the data bound the spread from above and not from below. So
quote the upper limit, the 95 % quantile of the draws. The median with its 68 % interval, which corner plots print as a
title, looks like a detection for every positive quantity. Nor does the lack of a tilt make the two independent: among the draws
with $\tau > 0.1$ dex $\mu$ scatters nearly twice as far as among those with $\tau < 0.02$ dex.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def log_posterior_in_a_loop(params, y, sigma, second):
    """Point by point and star by star, as a list."""
    from math import inf, log, pi

    result = []
    for mu, tau, delta, *theta in params:
        if tau <= 0:
            result.append(-inf)
            continue
        total = -0.5 * (mu**2 + (tau / 0.5) ** 2 + (delta / 0.1) ** 2) + log(2) - log(0.5) - log(0.1) - 1.5 * log(2 * pi)
        for true, value, error, shifted in zip(theta, y, sigma, second, strict=True):
            residual = (value - true - (delta if shifted else 0)) / error
            total -= 0.5 * ((true - mu) / tau) ** 2 + log(tau) + 0.5 * residual**2 + log(error) + log(2 * pi)
        result.append(total)
    return result


def log_posterior_in_single_precision(params, y, sigma, second):
    """Vectorized, in single precision."""
    params, y, sigma = (np.asarray(values, np.float32) for values in (params, y, sigma))
    mu, tau, delta, theta = params[:, :1], params[:, 1:2], params[:, 2:3], params[:, 3:]
    residual = np.where(second, y - delta - theta, y - theta) / sigma
    stars = -0.5 * ((theta - mu) / tau) ** 2 - np.log(tau) - 0.5 * residual**2 - np.log(2 * np.pi * sigma)
    priors = np.log(40) - 1.5 * np.log(2 * np.pi) - 0.5 * mu**2 - 2 * tau**2 - 50 * delta**2
    return np.where(tau[:, 0] > 0, stars.sum(axis=1) + priors[:, 0], -np.inf)


def log_posterior_by_lecturekit(params, y, sigma, second):
    """What the course imports, one walker at a time, with its zero point taken off."""
    model = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
    without = np.delete(params, 2, axis=1)
    return [
        model.log_prob_centered(point, Measurements(y - walker[2] * second, sigma)) + stats.norm(0, 0.1).logpdf(walker[2])
        for point, walker in zip(without, params, strict=True)
    ]


def evidences_by_quadrature(data):
    """SciPy's adaptive rule over tau, mu integrated out by hand; each prior's height at zero."""
    from scipy.integrate import quad

    peak = log_of_tau(data, GRID).max()
    priors = [
        stats.halfnorm(0, data["scales"][0]),
        stats.gamma(1, scale=data["scales"][1]),
        stats.halfcauchy(0, data["scales"][2]),
    ]

    def joint(tau, prior):
        return np.exp(log_of_tau(data, [tau])[0] - peak) * prior.pdf(tau)

    kept = [
        peak + np.log(quad(joint, 0, 1, args=(prior,), limit=200)[0] + quad(joint, 1, 6, args=(prior,))[0]) for prior in priors
    ]
    return {"kept": kept, "dropped": [value - np.log(prior.pdf(0)) for value, prior in zip(kept, priors, strict=True)]}


def evidences_by_sums(data):
    """A table of mu and tau, and the densities written out; two arrays."""
    tau, mu = np.arange(5e-4, 4, 1e-3)[:, None], np.linspace(-1.2, 1.2, 241)
    v = tau[..., None] ** 2 + data["sigma"] ** 2
    # The squares about mu, multiplied out, so that the table needs no third axis.
    a, b, c = ((data["y"] ** k / v).sum(axis=-1) for k in range(3))
    log_l = -0.5 * (mu**2 * a - 2 * mu * b + c + np.log(2 * np.pi * v).sum(axis=-1) + mu**2 + np.log(2 * np.pi))
    of_tau = np.exp(log_l - log_l.max()).sum(axis=1) * 0.01
    x = tau[:, 0] / data["scales"][:, None]
    plain = np.array([np.exp(-(x[0] ** 2) / 2), np.exp(-x[1]), 1 / (1 + x[2] ** 2)])
    dropped = log_l.max() + np.log(plain @ of_tau * 0.001)  # by the midpoint rule
    return {"kept": dropped + np.log(np.array([np.sqrt(2 / np.pi), 1, 2 / np.pi]) / data["scales"]), "dropped": dropped}


def autocorr_time_in_a_loop(chain):
    """Lag by lag and walker by walker, two at a time."""
    deviation = np.asarray(chain) - np.mean(chain, axis=0)

    def rho(lag):
        products = [d[: len(d) - lag] @ d[lag:] / (d @ d) for d in deviation.T]
        return sum(products) / len(products)

    total, lag = -1.0, 0
    while lag + 1 < len(chain) and (pair := rho(lag) + rho(lag + 1)) > 0:
        total, lag = total + 2 * pair, lag + 2
    return total


def autocorr_time_by_emcee(chain):
    """The lags by emcee's Fourier transform."""
    from emcee.autocorr import function_1d

    rho = np.mean([function_1d(walker) for walker in np.transpose(chain)], axis=0)
    pairs = np.add.reduceat(rho, np.arange(0, len(rho), 2))[: len(rho) // 2]
    return -1 + 2 * np.sum(np.where(np.cumprod(pairs > 0), pairs, 0))


def autocorr_time_by_correlate(chain):
    """The lagged products by np.correlate, standardized walkers first."""
    z = (chain - chain.mean(axis=0)) / chain.std(axis=0)
    rho = np.mean([np.correlate(walker, walker, "full")[len(walker) - 1 :] for walker in z.T], axis=0) / len(chain)
    time, k = 1 + 2 * rho[1], 1
    while 2 * k + 1 < len(rho) and rho[2 * k] + rho[2 * k + 1] > 0:
        time, k = time + 2 * rho[2 * k] + 2 * rho[2 * k + 1], k + 1
    return time


def rhat_in_a_loop(values):
    """Half by half, in plain sums."""
    half = len(values[0]) // 2
    kept = np.ravel([row[: 2 * half] for row in values])
    ranks = [np.sum(kept < value) + (np.sum(kept == value) + 1) / 2 for value in kept]
    z = [stats.norm.isf(1 - (rank - 0.375) / (len(kept) + 0.25)) for rank in ranks]
    chains = [z[i : i + half] for i in range(0, len(z), half)]
    means = [sum(chain) / half for chain in chains]
    variances = [sum((x - mean) ** 2 for x in chain) / (half - 1) for chain, mean in zip(chains, means, strict=True)]
    center = sum(means) / len(means)
    between = sum((mean - center) ** 2 for mean in means) / (len(means) - 1)
    within = sum(variances) / len(variances)
    return (1 - 1 / half + between / within) ** 0.5


def rhat_by_bda(values):
    """As books have it: B with n in it, and the pooled estimate of the variance."""
    from scipy.special import ndtri

    n = values.shape[1] // 2
    halves = np.concatenate([values[:, :n], values[:, n : 2 * n]])
    _, place, count = np.unique(halves, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place.ravel()]
    z = ndtri((rank - 3 / 8) / (halves.size + 1 / 4)).reshape(halves.shape)
    b, w = n * z.mean(axis=1).var(ddof=1), z.var(axis=1, ddof=1).mean()
    return np.sqrt(((n - 1) / n * w + b / n) / w)


def rhat_along_the_other_axis(values):
    """Steps first, as the chapter has them."""
    x = np.transpose(values)
    half = len(x) // 2
    halves = np.concatenate([x[:half], x[half : 2 * half]], axis=1)
    z = stats.norm.ppf((stats.rankdata(halves, axis=None).reshape(halves.shape) - 0.375) / (halves.size + 0.25))
    return np.sqrt(1 - 1 / half + z.mean(axis=0).var(ddof=1) / z.var(axis=0, ddof=1).mean())


def run_by_rhat(data):
    """As the solution has it, with plain lists."""
    believe = min((0, 1), key=lambda i: rhat(data["tau"][i]))
    mu, tau = data["mu"][believe].ravel(), data["tau"][believe].ravel()
    below = [np.sum(ensemble < 0.02) / ensemble.size for ensemble in data["tau"][believe]]
    theta = [
        np.mean([(t**2 * y + s**2 * m) / (t**2 + s**2) for m, t in zip(mu, tau, strict=True)])
        for y, s in zip(data["y"], data["sigma"], strict=True)
    ]
    return {
        "believe": believe,
        "mu": (np.percentile(mu, 50), mu.std(ddof=1)),
        "tau": (np.percentile(tau, 50), tau.std(ddof=1)),
        "below": (sum(below) / 4, stats.sem(below)),
        "theta": theta,
    }


def run_by_lecturekit(data):
    """The stars by the model's own conditional means, and everything else by statistics' textbook functions."""
    import statistics

    apart = [np.ptp([np.median(ensemble) for ensemble in tau]) for tau in data["tau"]]
    believe = apart.index(min(apart))
    mu, tau = (np.concatenate(data[name][believe]) for name in ("mu", "tau"))
    small = [statistics.fmean(map(float, ensemble < 0.02)) for ensemble in data["tau"][believe]]
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
    theta, _ = model.theta_given(mu, tau, Measurements(data["y"], data["sigma"]))
    return {
        "believe": believe,
        **{name: [statistics.median(x), statistics.stdev(x)] for name, x in (("mu", mu.tolist()), ("tau", tau.tolist()))},
        "below": [statistics.fmean(small), statistics.stdev(small) / 2],
        "theta": theta.mean(axis=0),
    }


def half_right_by_densities(params, y, sigma, second):
    """The logarithm of a product of densities, which is zero where a star lies far out."""
    mu, tau, delta, theta = params[:, :1], params[:, 1:2], params[:, 2:3], params[:, 3:]
    density = stats.norm.pdf(theta, mu, tau) * stats.norm.pdf(y, theta + delta * second, sigma)
    priors = stats.norm.pdf(mu) * stats.halfnorm.pdf(tau, scale=0.5) * stats.norm.pdf(delta, 0, 0.1)
    with np.errstate(all="ignore"):
        return np.where(tau[:, 0] > 0, np.log(np.prod(density, axis=1) * priors[:, 0]), -np.inf)


def half_right_below_zero_alone(params, y, sigma, second):
    """A limit that lets tau = 0 through."""
    return np.where(params[:, 1] == 0, np.nan, log_posterior(params, y, sigma, second))


def half_right_with_an_if(params, y, sigma, second):
    """One walker outside sends all of them out."""
    if np.any(params[:, 1] <= 0):
        return np.full(len(params), -np.inf)
    return log_posterior(params, y, sigma, second)


def half_right_for_one_walker(params, y, sigma, second):
    """The sum over all stars of all walkers."""
    return np.full(len(params), np.sum(log_posterior(params, y, sigma, second)))


def half_right_with_a_large_number(params, y, sigma, second):
    """A number that only seems to be infinite."""
    return np.maximum(log_posterior(params, y, sigma, second), -1e10)


def half_right_for_an_even_number(chain):
    """Pairs that an odd number of lags does not make."""
    return 2 * until(rho_of(chain).reshape(-1, 2).sum(axis=1)) - 1


def half_right_for_one_chain(chain):
    """One walker alone."""
    return time_of(np.ravel(chain)[:, None])


def half_right_for_even_steps(values):
    """Halves that an odd number of steps does not have."""
    chains = normal_scores(values).reshape(2 * len(values), -1)
    return np.sqrt(1 - 1 / chains.shape[1] + chains.mean(axis=1).var(ddof=1) / chains.var(axis=1, ddof=1).mean())


def half_right_with_the_middle_in_neither(values):
    """The middle step left out where their number is odd."""
    half = values.shape[1] // 2
    return rhat(np.concatenate([values[:, :half], values[:, -half:]], axis=1))


def half_right_without_ties(values):
    """Ranks that ties do not have."""
    return rhat_of(values, score=ordinal)


def half_right_for_the_first_run(data):
    """The first run, whichever it is."""
    return run(data | {name: data[name][[0, 0]] for name in ("mu", "tau")})


def half_right_in_one_order(data):
    """The right answer for scales that come in order of size."""
    order = np.sort(data["scales"])
    return evidences(data | {"scales": order})


ALTERNATIVES = {
    "log_posterior": [log_posterior_in_a_loop, log_posterior_in_single_precision, log_posterior_by_lecturekit],
    "evidences": [evidences_by_quadrature, evidences_by_sums],
    "autocorr_time": [autocorr_time_in_a_loop, autocorr_time_by_emcee, autocorr_time_by_correlate],
    "rhat": [rhat_in_a_loop, rhat_by_bda, rhat_along_the_other_axis],
    "run": [run_by_rhat, run_by_lecturekit],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "log_posterior": [
        half_right_by_densities,
        half_right_below_zero_alone,
        half_right_with_an_if,
        half_right_for_one_walker,
        half_right_with_a_large_number,
    ],
    "evidences": [half_right_in_one_order],
    "autocorr_time": [half_right_for_an_even_number, half_right_for_one_chain],
    "rhat": [half_right_for_even_steps, half_right_with_the_middle_in_neither, half_right_without_ties],
    "run": [half_right_for_the_first_run],
}
DATA = {"cluster": draw_cluster, "runs": draw_runs}
QUESTIONS = [LOG_POSTERIOR, EVIDENCES, AUTOCORR_TIME, RHAT, RUN, CORNER]
