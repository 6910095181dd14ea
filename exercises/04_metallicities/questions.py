"""Homework 4, Metallicities: the log posterior, constants, the autocorrelation time, a converged run, a corner plot."""

from functools import cache

import numpy as np
from scipy import stats

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

SCALES = (0.1, 0.5, 2.5)  # of the half-normal prior on tau, in dex
MODELS = {scale: NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=scale)) for scale in SCALES}
USUAL = 0.5  # the scale in all questions but the one that compares scales
SMALL = 0.02  # dex: where a chain that is too short does not get to in tau

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_cluster(rng):
    """About twenty stars whose spread may well be small."""
    for _ in attempts("draw_cluster"):
        sigma = rng.uniform(0.03, 0.15, rng.integers(15, 30))
        sky = simulate_normal(rng.uniform(-2.4, 0.4), rng.uniform(0.04, 0.08), sigma, rng=rng)
        data = {"y": sky.y, "sigma": sky.sigma}
        if 0.06 < posterior_of(data).cdf("tau", SMALL) < 0.2:
            return data


# ---- 1. The log posterior -------------------------------------------------------------------------------------------------


def log_posterior(params, y, sigma):
    """Logarithm of the joint density of parameters and data, for many points at once."""
    log_p = np.full(len(params), -np.inf)
    inside = params[:, 1] > 0
    mu, tau, theta = params[inside, 0], params[inside, 1], params[inside, 2:]
    log_p[inside] = (
        stats.norm.logpdf(mu, 0, 1)
        + stats.halfnorm.logpdf(tau, scale=0.5)
        + np.sum(stats.norm.logpdf(theta, mu[:, None], tau[:, None]), axis=1)
        + np.sum(stats.norm.logpdf(y, theta, sigma), axis=1)
    )
    return log_p


def draw_walkers(rng):
    """Walkers around the data, some of them outside the support."""
    stars, walkers = rng.integers(1, 8), rng.integers(1, 6)
    mu, tau = rng.normal(-0.1, 0.3, walkers), rng.uniform(0.02, 1.5, walkers)
    theta, sigma = rng.normal(mu[:, None], tau[:, None], (walkers, stars)), rng.uniform(0.03, 0.5, stars)
    tau = np.where(rng.random(walkers) < 0.2, rng.choice([0.0, -0.3]), tau)
    return np.column_stack([mu, tau, theta]), rng.normal(theta[0], sigma), sigma


def with_terms(change):
    """Return a misconception's function: the log posterior plus terms of mu, tau, theta, y and sigma where tau > 0."""

    def wrong(params, y, sigma):
        mu, tau, theta = params[:, 0], params[:, 1], params[:, 2:]
        return log_posterior(params, y, sigma) + np.where(tau > 0, change(mu, np.where(tau > 0, tau, 1), theta, y, sigma), 0)

    return wrong


def log_normals(x, mean, sd):
    """Sum of the logarithms of Normal densities over the stars."""
    return np.sum(stats.norm.logpdf(x, mean, sd), axis=1)


def as_written_below_zero(params, y, sigma):
    """Return the log posterior without any look at the sign of tau, as the written-out density of a half-normal gives it."""
    mu, tau, theta = params[:, 0], params[:, 1], params[:, 2:]
    positive = np.column_stack([mu, np.where(tau == 0, 1e-300, np.abs(tau)), theta])
    return log_posterior(positive, y, sigma)


LOG_POSTERIOR = Function(
    "log_posterior",
    4,
    reference=log_posterior,
    probes=[
        (np.array([[-0.2, 0.06, -0.31, -0.1, -0.16]]), np.array([-0.4, -0.05, -0.15]), np.array([0.1, 0.04, 0.07])),
        (
            np.array([[0.1, 0.8, -0.5, 0.9], [0.1, 0.0, 0.1, 0.2], [-0.3, -0.2, -0.4, -0.1], [1.2, 2.5, 0.4, -0.3]]),
            np.array([0.2, -0.1]),
            np.array([0.3, 0.5]),
        ),
        (np.array([[-0.1, 0.02, -0.11], [0.3, 1.6, -0.6]]), np.array([-0.14]), np.array([0.03])),
    ],
    private=draw_walkers,
    tolerance=Tolerance(rel=1e-5, abs=1e-4),
    misconceptions=[
        Misconception(
            "−ln τ is dropped for every star",
            with_terms(lambda mu, tau, theta, y, sigma: theta.shape[1] * np.log(tau)),
            "Only what depends on no parameter is a constant. Without this term a wider population costs nothing, and the "
            "chain walks off to large τ.",
        ),
        Misconception(
            "−ln τ is counted once and not for every star",
            with_terms(lambda mu, tau, theta, y, sigma: (theta.shape[1] - 1) * np.log(tau)),
            "The population factor is a product over the stars, and each of its Normals has its own normalization.",
        ),
        Misconception(
            "τ is taken for the variance of the population",
            with_terms(
                lambda mu, tau, theta, y, sigma: (
                    log_normals(theta, mu[:, None], np.sqrt(tau[:, None])) - log_normals(theta, mu[:, None], tau[:, None])
                )
            ),
            "On paper the Normal distribution has τ² in it. What does the function take that you call, or stand under your "
            "fraction?",
        ),
        Misconception(
            "σ is taken for the variance of the measurements",
            with_terms(lambda mu, tau, theta, y, sigma: log_normals(y, theta, np.sqrt(sigma)) - log_normals(y, theta, sigma)),
            "On paper the Normal distribution has σ² in it. What does the function take that you call, or stand under your "
            "fraction?",
        ),
        Misconception(
            "the prior on τ is forgotten",
            with_terms(lambda mu, tau, theta, y, sigma: -stats.halfnorm.logpdf(tau, scale=0.5)),
            "The model has four lines, and each of them has a term. Which one is missing?",
        ),
        Misconception(
            "both priors are forgotten",
            with_terms(lambda mu, tau, theta, y, sigma: -stats.halfnorm.logpdf(tau, scale=0.5) - stats.norm.logpdf(mu, 0, 1)),
            "The model has four lines, and each of them has a term. Which ones are missing?",
        ),
        Misconception(
            "the half-normal has the height of the whole Normal",
            with_terms(lambda mu, tau, theta, y, sigma: -np.log(2)),
            "Its integral over the positive numbers has to be one. What is that of the Normal? For MCMC it makes no "
            "difference, but the question asks for all constants.",
        ),
        Misconception(
            "the priors keep ln 2 and lose their other constants, as in the lecture",
            with_terms(lambda mu, tau, theta, y, sigma: np.log(2 * np.pi * 0.5)),
            "For MCMC it makes no difference. For an evidence it does, and the question asks for all constants.",
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
                lambda mu, tau, theta, y, sigma: (
                    log_normals(y, mu[:, None], tau[:, None]) - log_normals(theta, mu[:, None], tau[:, None])
                )
            ),
            "The population makes stars; it knows nothing of spectrographs. What does the third line of the model say?",
        ),
        Misconception(
            "the priors are counted once for every star",
            with_terms(
                lambda mu, tau, theta, y, sigma: (
                    (theta.shape[1] - 1) * (stats.norm.logpdf(mu, 0, 1) + stats.halfnorm.logpdf(tau, scale=0.5))
                )
            ),
            "There is one μ and one τ, however many stars. Look at what your sum runs over.",
        ),
    ],
    solution=r"""
Four lines of the model, four terms. With all constants,

$$
\begin{aligned}
\ln p ={} &{-\tfrac{1}{2}} \mu^2 - \tfrac{1}{2} \ln 2\pi \\
&+ \ln 2 - \frac{\tau^2}{2 \cdot 0.5^2} - \ln 0.5 - \tfrac{1}{2} \ln 2\pi \\
&- \sum_j \Bigl[ \frac{(\theta_j - \mu)^2}{2\tau^2} + \ln \tau + \tfrac{1}{2} \ln 2\pi \Bigr] \\
&- \sum_j \Bigl[ \frac{(y_j - \theta_j)^2}{2\sigma_j^2} + \ln \sigma_j + \tfrac{1}{2} \ln 2\pi \Bigr] .
\end{aligned}
$$

Of all the logarithms only $-J \ln\tau$ depends on a parameter: it is the price of a wide population. Walkers outside the
support are sorted out first, so that no logarithm of a negative number is ever taken.
""",
)

# ---- 2. A constant that decides -------------------------------------------------------------------------------------------


def evidences(data):
    """ln p(y) for three scales of the prior on tau, and without the constant that depends on the scale."""
    kept = np.array([posterior_of(data, scale).log_evidence for scale in SCALES])
    return {"kept": kept, "dropped": kept + np.log(SCALES) + np.log(2 * np.pi) / 2}


def posterior_of(data, scale=USUAL):
    """Return the exact posterior with a half-normal prior on tau."""
    return solved(tuple(data["y"]), tuple(data["sigma"]), scale)


@cache
def solved(y, sigma, scale):
    """Return the exact posterior, once for each data set and scale."""
    return exact.posterior(MODELS[scale], Measurements(y=y, sigma=sigma))


def best_likelihoods(data):
    """Return the answer with the height of the likelihood of mu and tau in place of the evidence."""
    variance = data["sigma"] ** 2 + np.linspace(0, 0.5, 400)[:, None] ** 2
    mu = np.sum(data["y"] / variance, axis=1) / np.sum(1 / variance, axis=1)
    log_likelihood = np.sum(stats.norm.logpdf(data["y"], mu[:, None], np.sqrt(variance)), axis=1)
    kept = np.full(len(SCALES), np.max(log_likelihood))
    return {"kept": kept, "dropped": kept + np.log(SCALES) + np.log(2 * np.pi) / 2}


def dropped(constant):
    """Return a misconception's function: right but for what is added when the constant is dropped."""
    return lambda data: {"kept": evidences(data)["kept"], "dropped": evidences(data)["kept"] + constant}


EVIDENCES = Value(
    "evidences",
    3,
    data="cluster",
    reference=evidences,
    tolerance=Tolerance(rel=0, abs=1e-4),
    misconceptions=[
        Misconception(
            "the constant is put in a second time and not left out",
            dropped(-np.log(SCALES) - np.log(2 * np.pi) / 2),
            "The density holds the factor 1/(s√(2π)). Is a density without it larger or smaller, for a small s?",
        ),
        Misconception(
            "only the part of the constant is dropped that is the same for all scales",
            dropped(np.log(2 * np.pi) / 2),
            "Your ranking is that of the complete prior. Which part of the height of a half-normal depends on its scale?",
        ),
        Misconception(
            "the height of a Normal is taken to fall with its variance",
            dropped(2 * np.log(SCALES) + np.log(2 * np.pi) / 2),
            "A density of τ has the unit of 1/τ. Which unit has 1/s²?",
        ),
        Misconception(
            "the two are exchanged",
            lambda data: {"kept": evidences(data)["dropped"], "dropped": evidences(data)["kept"]},
            "lecturekit keeps all constants: what it returns is the evidence of the model as it stands.",
        ),
        Misconception(
            "the logarithms are to base 10",
            lambda data: {name: value / np.log(10) for name, value in evidences(data).items()},
            "Asked for are natural logarithms, which is what lecturekit returns.",
        ),
        Misconception(
            "the likelihood at its maximum is taken for the evidence",
            best_likelihoods,
            "The best μ and τ are the same for all three priors. The evidence is the average of the likelihood over the "
            "prior, and a prior that is wide spends most of itself where the likelihood is small.",
        ),
    ],
    solution=r"""
The evidence averages the likelihood over the prior, $p(y) = \int p(y \mid \mu, \tau)\,p(\mu)\,p(\tau)\,d\mu\,d\tau$. A prior
without its factor $1/(s\sqrt{2\pi})$ makes the integral larger by $s\sqrt{2\pi}$, and the logarithm by its logarithm:

```python
priors = [stats.halfnorm(scale=scale) for scale in (0.1, 0.5, 2.5)]
models = [NormalHierarchy(mu_prior=(0, 1), tau_prior=prior) for prior in priors]
kept = np.array([exact.posterior(model, cluster).log_evidence for model in models])
dropped = kept + np.log(np.array([0.1, 0.5, 2.5]) * np.sqrt(2 * np.pi))
```

What is left of the prior without its constant, $2\exp(-\tau^2/2s^2)$, grows with $s$ at every $\tau$. So the widest prior wins,
whatever the data: they were never asked.
""",
)

# ---- 3. The autocorrelation time ------------------------------------------------------------------------------------------


def autocorr_time(chain):
    """Integrated autocorrelation time, in steps, of a chain (n_steps, n_walkers)."""
    deviation = chain - np.mean(chain, axis=0)
    n = len(chain)
    lagged = np.array([np.sum(deviation[: n - t] * deviation[t:], axis=0) for t in range(n)])
    rho = np.mean(lagged / lagged[0], axis=1)
    time = 2 * np.cumsum(rho) - 1
    return time[np.argmax(np.arange(n) >= 5 * time)]


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


def time_of(chain, *, deviation=None, rho=None, time=None, window=5):
    """Return the estimate with one thing done otherwise: deviations, rho from the lagged sums, time from rho, the window."""
    deviation = chain - np.mean(chain, axis=0) if deviation is None else deviation
    n = len(deviation)
    lagged = np.array([np.sum(deviation[: n - t] * deviation[t:], axis=0) for t in range(n)])
    rho = np.mean(lagged / lagged[0], axis=1) if rho is None else rho(lagged)
    times = 2 * np.cumsum(rho) - 1 if time is None else time(rho)
    return times[np.argmax(np.arange(n) >= window * times)]


def over_pairs(lagged):
    """Return rho with each lag's sum divided by the number of its pairs."""
    rho = lagged / lagged[0]
    return np.mean(rho, axis=1) * len(rho) / np.arange(len(rho), 0, -1)


def full_rho(chain):
    """Return rho at all lags, averaged over the walkers."""
    deviation = chain - np.mean(chain, axis=0)
    n = len(chain)
    return np.array(
        [np.mean(np.sum(deviation[: n - t] * deviation[t:], axis=0) / np.sum(deviation**2, axis=0)) for t in range(n)]
    )


def first_negative(chain):
    """Return the sum up to the last lag before rho turns negative."""
    rho = full_rho(chain)
    return 2 * np.sum(rho[: np.argmax(rho < 0)]) - 1


AUTOCORR_TIME = Function(
    "autocorr_time",
    5,
    reference=autocorr_time,
    probes=[
        (0.06 + 0.03 * wandering(np.random.default_rng(1), 120, 1, 0.7),),
        (-0.2 + 0.02 * wandering(np.random.default_rng(2), 100, 3, 0.8) + np.array([0.0, 0.03, -0.01]),),
        (wandering(np.random.default_rng(3), 60, 2, 0.0) * np.array([1.0, 4.0]),),
        (wandering(np.random.default_rng(4), 80, 1, -0.6),),
    ],
    private=draw_chain,
    private_count=10,
    misconceptions=[
        Misconception(
            "the sum runs to the end of the chain",
            lambda chain: 2 * np.sum(full_rho(chain)) - 1,
            "Try it on any chain: the result is always zero, by algebra, because the deviations from a mean add up to zero. "
            "Far lags bring nothing but noise, and the sum has to stop before it has eaten the signal.",
        ),
        Misconception(
            "the factor 2 is left out",
            lambda chain: time_of(chain, time=np.cumsum),
            "A step resembles those after it as much as those before it. Through how many lags does each of them go?",
        ),
        Misconception(
            "lag zero is counted twice",
            lambda chain: time_of(chain, time=lambda rho: 2 * np.cumsum(rho) + 1),
            "Of a chain whose steps are independent every step counts. What should its autocorrelation time be?",
        ),
        Misconception(
            "lag zero is left out",
            lambda chain: time_of(chain, time=lambda rho: 2 * np.cumsum(rho) - 2),
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
            "the walkers are averaged to one chain first",
            lambda chain: time_of(np.mean(chain, axis=1, keepdims=True)),
            "By the definition above the average comes last, over what the walkers have each for themselves.",
        ),
        Misconception(
            "the lagged products of the walkers are averaged before they are divided",
            lambda chain: time_of(chain, rho=lambda lagged: np.sum(lagged, axis=1) / np.sum(lagged[0])),
            "By the definition above each walker is normalized by its own sum of squares, so that all have the same say.",
        ),
        Misconception(
            "each lag is divided by the number of its pairs",
            lambda chain: time_of(chain, rho=over_pairs),
            "By the definition above it is the sums that are divided. With n − t in it, far lags, of which there are few "
            "pairs, would make the most noise.",
        ),
        Misconception(
            "the sum stops where ρ first turns negative",
            first_negative,
            "That is another rule. Here the window is the shortest one that is at least five of the times that it gives.",
        ),
    ],
    solution=r"""
The variance of the mean of $n$ correlated steps is $T$ times as large as that of $n$ independent draws, where $T$ is the sum
of $\rho(t)$ over all lags, positive and negative. The estimate of it must not sum to the end:
$\sum_{|t| < n} \rho(t) = (\sum_i d_i)^2 / \sum_i d_i^2 = 0$ for the deviations $d_i$ from the mean. Sokal's window stops after
five times: long enough for the memory to have died out, short enough to keep the noise of the far lags away.
`emcee.autocorr.integrated_time` does the same with a Fourier transform.

What it means: $n$ steps of $W$ walkers are worth about $nW/T$ independent draws.
""",
)


# ---- 4. A converged run ---------------------------------------------------------------------------------------------------

EFFECTIVE = 6400  # independent draws: four ensembles of 32 walkers, each of 50 autocorrelation times
ERRORS = 5  # standard errors that an answer may be off


def converged(data):
    """Medians and sds of mu and tau, the probability of a small tau, and the means of theta."""
    return summary(posterior_of(data))


def summary(posterior):
    """Return what is asked for of a posterior."""
    answer = {name: np.array([posterior.quantile(name, 0.5), posterior.sd(name)]) for name in ("mu", "tau")}
    return answer | {"below": posterior.cdf("tau", SMALL), "theta": posterior.mean("theta")}


def monte_carlo_error(data, answer):
    """Return the tolerance of an answer that comes from a chain.

    From n independent draws a mean has the standard error sd / sqrt(n); a median 1 / (2 p sqrt(n)), with p the density there;
    an sd has sd / sqrt(2 n) for a Normal posterior and up to sd / sqrt(n) for tails as heavy as these; a probability P has
    sqrt(P (1 - P) / n).
    """
    posterior = posterior_of(data)
    error = {name: np.array([0.5 / posterior.pdf(name, answer[name][0]), answer[name][1]]) for name in ("mu", "tau")}
    error["below"] = np.sqrt(answer["below"] * (1 - answer["below"]))
    error["theta"] = np.max(posterior.sd("theta"))  # one for all: the answers of other variants have other lengths
    return Tolerance(rel=0, abs={name: ERRORS / np.sqrt(EFFECTIVE) * value for name, value in error.items()})


def under(tau_prior, data):
    """Return the exact posterior under another prior on tau."""
    return exact.posterior(NormalHierarchy(mu_prior=(0, 1), tau_prior=tau_prior), Measurements(**data))


def without_log_tau(data):
    """Return the answer without -ln tau for every star: tau**J times the half-normal is a chi distribution, up to a factor."""
    return summary(under(stats.chi(len(data["y"]) + 1, scale=0.5), data))


def tau_as_variance(data):
    """Return the answer where tau is the variance of the population, half-normal: its root has a generalized gamma density."""
    posterior = under(stats.gengamma(0.5, 4, scale=0.5**0.25), data)
    grid, density = posterior.tau_grid, posterior.tau_density
    mean, square = (np.trapezoid(grid**power * density, grid) for power in (2, 4))
    tau = np.array([posterior.quantile("tau", 0.5) ** 2, np.sqrt(square - mean**2)])
    return summary(posterior) | {"tau": tau, "below": posterior.cdf("tau", np.sqrt(SMALL))}


def without_errors(data):
    """Return the answer with the measurements as true values."""
    return converged({"y": data["y"], "sigma": 1e-4 * data["sigma"]})


def part(name, value):
    """Return a misconception's function: right but for one part, which comes from the right answer and the data."""
    return lambda data: converged(data) | {name: value(converged(data), data)}


RUN = Value(
    "run",
    5,
    data="cluster",
    reference=converged,
    tolerance=monte_carlo_error,
    misconceptions=[
        Misconception(
            "−ln τ is dropped for every star",
            without_log_tau,
            "The spread came out far larger than the scatter of the measurements. What keeps the population from growing wide "
            "in your log posterior?",
        ),
        Misconception(
            "τ is taken for the variance of the population",
            tau_as_variance,
            "Compare your spread with the scatter of the measurements. Which unit does it have?",
        ),
        Misconception(
            "the measurement errors are left out",
            without_errors,
            "Your θ are the measurements, and your τ is their scatter. Which line of the model is missing?",
        ),
        Misconception(
            "variances are given in place of the sds",
            lambda data: (
                converged(data)
                | {name: np.array([converged(data)[name][0], converged(data)[name][1] ** 2]) for name in ("mu", "tau")}
            ),
            "Check the unit: an sd is in dex.",
        ),
        Misconception(
            "the probability of a large spread is given",
            part("below", lambda answer, data: 1 - answer["below"]),
            "Asked for is the probability that τ lies below the limit.",
        ),
        Misconception(
            "the measurements are given for the stars' true values",
            part("theta", lambda answer, data: data["y"]),
            "`draws.theta` has the posterior of each star. How does it differ from the measurement, and for which stars most?",
        ),
    ],
    solution=r"""
Two dimensions are easier than two and one more for each star. In marginal coordinates the autocorrelation time is about 30
steps, and $\theta_j$ comes afterwards, drawn from its Normal conditional:

```python
chain = mcmc.sample(model, cluster, n_ensembles=4, rng=np.random.default_rng(1))
draws = chain.draws
run = {
    "mu": [np.median(draws.mu), draws.mu.std()],
    "tau": [np.median(draws.tau), draws.tau.std()],
    "below": np.mean(draws.tau < 0.02),
    "theta": draws.theta.mean(axis=0),
}
```

The four ensembles start at opposite ends of the posterior, two in the neck and two far from it, and `chain.rhat` says that they
agree. That, and 50 autocorrelation times for each, is what can be asked of a run.

A centered run of 3000 steps fails this check as a rule, and most clearly in `"below"`: the walkers have not been to the neck
often enough, or not at all. One of 50 autocorrelation times often fails it too. The reference is lecturekit's quadrature. The
tolerance is five standard errors of 6,400 independent draws.
""",
)

# ---- 5. Reading a corner plot ---------------------------------------------------------------------------------------------

CORNER = Choice(
    "corner",
    2,
    options={
        "a": "The spread is 0.05 (+0.05, −0.03) dex: it is detected, if only at the level of one sigma.",
        "b": "The stars are alike: the most probable spread is zero.",
        "c": "The spread is below 0.14 dex with 95 % probability, and may well be zero.",
        "d": "Nothing yet: the draws have piled up at the edge, and the run must be longer.",
    },
    answer="c",
    reasons={
        "i": "The density of τ is highest at zero. What cannot be negative has its median and its 16 % quantile above zero.",
        "ii": "The most probable value of a parameter is the best estimate of it.",
        "iii": "μ and τ are hardly correlated, so that either may be quoted as if the other were known.",
        "iv": "A density that ends at its highest point shows that a region has not been sampled.",
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

# ---- Other right ways to write the functions, for the tests ---------------------------------------------------------------


def log_posterior_in_a_loop(params, y, sigma):
    """Point by point and star by star, as a list."""
    from math import inf, log, pi

    result = []
    for mu, tau, *theta in params:
        if tau <= 0:
            result.append(-inf)
            continue
        total = -0.5 * mu**2 + log(2) - 2 * tau**2 - log(0.5) - log(2 * pi)
        for true, value, error in zip(theta, y, sigma, strict=True):
            total -= 0.5 * ((true - mu) / tau) ** 2 + log(tau) + 0.5 * ((value - true) / error) ** 2 + log(error) + log(2 * pi)
        result.append(total)
    return result


def log_posterior_in_single_precision(params, y, sigma):
    """Vectorized, in single precision."""
    params, y, sigma = (np.asarray(values, np.float32) for values in (params, y, sigma))
    mu, tau, theta = params[:, :1], params[:, 1:2], params[:, 2:]
    stars = -0.5 * ((theta - mu) / tau) ** 2 - np.log(tau) - 0.5 * ((y - theta) / sigma) ** 2 - np.log(2 * np.pi * sigma)
    log_p = stars.sum(axis=1) + (np.log(4) - np.log(2 * np.pi) - 0.5 * mu**2 - 2 * tau**2)[:, 0]
    return np.where(tau[:, 0] > 0, log_p, -np.inf)


def log_posterior_by_lecturekit(params, y, sigma):
    """What the course imports."""
    return NormalHierarchy((0, 1), stats.halfnorm(scale=0.5)).log_prob_centered(params, Measurements(y, sigma))


def autocorr_time_in_a_loop(chain):
    """Lag by lag, until the window is long enough."""
    deviation = np.asarray(chain) - np.mean(chain, axis=0)
    total, lag = 1.0, 0
    while lag < 5 * total:
        lag += 1
        products = [d[:-lag] @ d[lag:] / (d @ d) for d in deviation.T]
        total += 2 * sum(products) / len(products)
    return total


def autocorr_time_by_emcee(chain):
    """What lecturekit calls."""
    from emcee.autocorr import function_1d

    time = 2 * np.cumsum(np.mean([function_1d(walker) for walker in np.transpose(chain)], axis=0)) - 1
    return next(t for lag, t in enumerate(time) if lag >= 5 * t)


ALTERNATIVES = {
    "log_posterior": [log_posterior_in_a_loop, log_posterior_in_single_precision, log_posterior_by_lecturekit],
    "autocorr_time": [autocorr_time_in_a_loop, autocorr_time_by_emcee],
}
DATA = {"cluster": draw_cluster}
QUESTIONS = [LOG_POSTERIOR, EVIDENCES, AUTOCORR_TIME, RUN, CORNER]
