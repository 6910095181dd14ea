"""Homework 2, The structure of a hierarchical model: the recipe, the factors of the joint density, exchangeability."""

import numpy as np
from scipy import stats

from grader.author.questions import Choice, Function, Misconception, Tolerance

# ---- 1. The recipe --------------------------------------------------------------------------------------------------------


def simulate(sigma, z_mu, z_tau, z_theta, z_y):
    """One universe of planets, from standard normal draws."""
    mu = np.log(20) + 0.5 * z_mu
    tau = 0.5 * np.abs(z_tau)
    theta = mu + tau * z_theta
    y = [theta[j] + sigma[j] * z for j, z in enumerate(z_y)]
    return {"mu": mu, "tau": tau, "theta": theta, "y": tuple(y)}


def draw_universe(rng):
    """Draws for a few planets with one measurement or more."""
    size = rng.integers(2, 8)
    draws = tuple(rng.normal(size=count) for count in rng.integers(1, 6, size))
    return rng.uniform(0.05, 0.8, size), float(rng.normal()), float(rng.normal()), rng.normal(size=size), draws


def universe(sigma, z_mu, z_tau, z_theta, z_y, *, mu=None, tau=None, center=None, error=None):
    """Return a universe with one thing done otherwise: mu, tau, where a planet's measurements lie, or their error."""
    mu = np.log(20) + 0.5 * z_mu if mu is None else mu
    tau = 0.5 * np.abs(z_tau) if tau is None else tau
    theta = mu + tau * z_theta
    center = theta if center is None else center(mu, theta)
    errors = sigma if error is None else error(tau, sigma, np.array([z.size for z in z_y]))
    return {"mu": mu, "tau": tau, "theta": theta, "y": tuple(c + e * z for c, e, z in zip(center, errors, z_y, strict=True))}


SIMULATE = Function(
    "simulate",
    3,
    reference=simulate,
    probes=[
        (
            np.array([0.2, 0.1, 0.45]),
            0.7,
            1.3,
            np.array([-0.5, 1.1, 0.3]),
            (np.array([0.4, -1.2]), np.array([0.9]), np.array([-0.3, 0.2, 1.6])),
        ),
        (np.array([0.3, 0.6]), -1.4, -0.8, np.array([1.7, -0.6]), (np.array([-0.7, 0.1, 1.2, 0.5]), np.array([2.1, -0.4]))),
        (np.array([0.5]), 0.0, 0.25, np.array([-2.0]), (np.array([1.0, -1.5]),)),
    ],
    private=draw_universe,
    tolerance=Tolerance(rel=1e-5, abs=1e-5),
    misconceptions=[
        Misconception(
            "the measurements are drawn around the population mean and not around their planet",
            lambda *z: universe(*z, center=lambda mu, theta: np.full(theta.shape, mu)),
            "Follow the arrows of the graph to y. From which node do they come, and is there one from μ?",
        ),
        Misconception(
            "the spread of the population is added to the noise once more",
            lambda *z: universe(*z, error=lambda tau, sigma, count: np.hypot(sigma, tau)),
            "The planets' spread went into θ. Once θ is drawn, is there an arrow from τ to y?",
        ),
        Misconception(
            "the error of the mean is given to every single measurement",
            lambda *z: universe(*z, error=lambda tau, sigma, count: sigma / np.sqrt(count)),
            "σ is the error of one measurement. That a mean of several is better comes out of the simulation by itself.",
        ),
        Misconception(
            "σ is taken for a variance",
            lambda *z: universe(*z, error=lambda tau, sigma, count: np.sqrt(sigma)),
            "By which factor do you stretch a standard normal draw to give it the standard deviation σ?",
        ),
        Misconception(
            "τ is taken for a variance",
            lambda sigma, z_mu, z_tau, *z: (
                universe(sigma, z_mu, z_tau, *z, tau=np.sqrt(0.5 * np.abs(z_tau))) | {"tau": 0.5 * np.abs(z_tau)}
            ),
            "By which factor do you stretch a standard normal draw to give it the standard deviation τ?",
        ),
        Misconception(
            "τ may be negative",
            lambda sigma, z_mu, z_tau, *z: universe(sigma, z_mu, z_tau, *z, tau=0.5 * z_tau),
            "A standard deviation is not negative. What does a half-normal do with the left half of the Normal?",
        ),
        Misconception(
            "the population mean lies around 20 and not around its logarithm",
            lambda sigma, z_mu, *z: universe(sigma, z_mu, *z, mu=20 + 0.5 * z_mu),
            "θ is the natural logarithm of K, and so everything about it is too.",
        ),
        Misconception(
            "the logarithm is taken to base 10",
            lambda sigma, z_mu, *z: universe(sigma, z_mu, *z, mu=np.log10(20) + 0.5 * z_mu),
            "ln is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "K is returned in place of its logarithm",
            lambda *z: (
                universe(*z) | {"theta": np.exp(universe(*z)["theta"]), "y": tuple(np.exp(one) for one in universe(*z)["y"])}
            ),
            "The model lives in ln K throughout: the errors σ are errors of ln K.",
        ),
    ],
    solution=r"""
Each line follows the arrows into one node. A Normal draw is its mean plus its standard deviation times a standard normal draw,
and a half-normal one is the absolute value of a Normal one:

$$
\begin{aligned}
\mu &= \ln 20 + 0.5\, z_\mu, &\qquad \theta_j &= \mu + \tau\, z_{\theta, j}, \\
\tau &= 0.5\, |z_\tau|, & y_{ij} &= \theta_j + \sigma_j\, z_{y, ij}.
\end{aligned}
$$

The inner plate is the array that each planet gets: one $\theta_j$ for all of its measurements. Written in this way, with the
randomness outside, a simulator can be tested; and $z_\theta$ is the $\eta$ of chapter 6.
""",
)

# ---- 2. The joint density, factor by factor -------------------------------------------------------------------------------


def log_factors(mu, tau, theta, sigma, y):
    """Natural logarithms of hyperprior, population and likelihood."""
    hyperprior = stats.norm.logpdf(mu, np.log(20), 0.5) + stats.halfnorm.logpdf(tau, scale=0.5)
    population = np.sum(stats.norm.logpdf(theta, mu, tau))
    likelihood = sum(np.sum(stats.norm.logpdf(planet, theta[j], sigma[j])) for j, planet in enumerate(y))
    return {"hyperprior": hyperprior, "population": population, "likelihood": likelihood}


def draw_factors(rng):
    """A universe with a spread that is not too small."""
    sigma, z_mu, z_tau, z_theta, z_y = draw_universe(rng)
    planets = simulate(sigma, z_mu, np.sign(z_tau) * (0.2 + abs(z_tau)), z_theta, z_y)
    return planets["mu"], planets["tau"], planets["theta"], sigma, planets["y"]


def factors(part, value):
    """Return a misconception's function: right but for one part."""
    return lambda *joint: log_factors(*joint) | {part: value(*joint)}


def log_normal(x, mean, sd):
    """Natural logarithm of the Normal density."""
    return stats.norm.logpdf(x, mean, sd)


LOG_FACTORS = Function(
    "log_factors",
    4,
    reference=log_factors,
    probes=[
        (
            3.2,
            0.4,
            np.array([2.9, 3.5, 3.3]),
            np.array([0.2, 0.1, 0.45]),
            (np.array([2.7, 3.2]), np.array([3.55]), np.array([3.0, 3.1, 4.0])),
        ),
        (2.1, 0.9, np.array([1.2, 3.4]), np.array([0.3, 0.6]), (np.array([1.0, 1.3, 1.6, 1.1]), np.array([4.4, 3.0]))),
        (3.0, 1.7, np.array([3.0]), np.array([0.5]), (np.array([3.5, 2.0]),)),
    ],
    private=draw_factors,
    tolerance=Tolerance(rel=1e-5, abs=1e-5),
    misconceptions=[
        Misconception(
            "each measurement brings a population factor of its own",
            factors(
                "population",
                lambda mu, tau, theta, sigma, y: sum(log_normal(theta[j], mu, tau) * len(planet) for j, planet in enumerate(y)),
            ),
            "In which plate does θ stand, and in which y? A planet is drawn from the population once, however often it is "
            "observed.",
        ),
        Misconception(
            "each planet brings a hyperprior of its own",
            factors(
                "hyperprior", lambda mu, tau, theta, sigma, y: log_factors(mu, tau, theta, sigma, y)["hyperprior"] * len(theta)
            ),
            "In which plate do μ and τ stand? A factor enters as often as its node is drawn. Look at what your sum runs over.",
        ),
        Misconception(
            "the population is asked about the measurements and not about the true values",
            factors("population", lambda mu, tau, theta, sigma, y: sum(np.sum(log_normal(planet, mu, tau)) for planet in y)),
            "The population makes planets; it knows nothing of instruments. Which node lies between μ, τ and y?",
        ),
        Misconception(
            "the measurements of a planet are replaced by their mean",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    log_normal(np.mean(planet), theta[j], sigma[j] / np.sqrt(len(planet))) for j, planet in enumerate(y)
                ),
            ),
            "For the posterior that is as good: the difference does not depend on θ. But it is not zero, and asked for is the "
            "density of all measurements, with a factor for each.",
        ),
        Misconception(
            "the error of the mean is given to every single measurement",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    np.sum(log_normal(planet, theta[j], sigma[j] / np.sqrt(len(planet)))) for j, planet in enumerate(y)
                ),
            ),
            "σ is the error of one measurement. That several tell more comes out of the product by itself.",
        ),
        Misconception(
            "the measurements are compared with the population mean",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(np.sum(log_normal(planet, mu, sigma[j])) for j, planet in enumerate(y)),
            ),
            "The likelihood asks: had the planet this true value, would we have measured this? Where is the true value?",
        ),
        Misconception(
            "the half-normal has the height of the whole Normal",
            factors("hyperprior", lambda mu, tau, theta, sigma, y: log_normal(mu, np.log(20), 0.5) + log_normal(tau, 0, 0.5)),
            "Its integral over the positive numbers has to be one. What is that of the Normal?",
        ),
        Misconception(
            "the variances are given to functions that want standard deviations",
            lambda mu, tau, theta, sigma, y: {
                "hyperprior": log_normal(mu, np.log(20), 0.25) + stats.halfnorm.logpdf(tau, scale=0.25),
                "population": np.sum(log_normal(theta, mu, tau**2)),
                "likelihood": sum(np.sum(log_normal(planet, theta[j], sigma[j] ** 2)) for j, planet in enumerate(y)),
            },
            "On paper the Normal distribution has a variance in it. What does the function take that you call?",
        ),
        Misconception(
            "the logarithms are to base 10",
            lambda *joint: {name: value / np.log(10) for name, value in log_factors(*joint).items()},
            "Asked for are natural logarithms, `np.log`. Samplers expect them too.",
        ),
    ],
    solution=r"""
One factor for each node, as often as its plates repeat it. The hyperprior stands outside of all plates and enters once, the
population factor once for each planet, the likelihood once for each measurement:

$$
p(\mu)\,p(\tau) \prod_{j=1}^{J} \Bigl[ \mathcal{N}(\theta_j \mid \mu, \tau^2)
\prod_{i=1}^{n_j} \mathcal{N}(y_{ij} \mid \theta_j, \sigma_j^2) \Bigr] .
$$

The sum of the three logarithms is what a sampler needs. `NormalHierarchy.log_prob_centered` gives it where every planet has
a single measurement.
""",
)

# ---- 3. Exchangeable? -----------------------------------------------------------------------------------------------------

EXCHANGEABLE = Choice(
    "exchangeable",
    2,
    options={
        "a": "Half of the stars were observed at a small telescope. Which ones was decided by lot, and their errors are five "
        "times as large.",
        "b": "The stars come from two clouds of different metallicity, but nobody knows of the second cloud, nor from which "
        "one a star is.",
        "c": "Half of the stars are known to be peculiar: their surface is enriched in metals, as their spectral type shows.",
        "d": "The mean metallicity of the cluster is unknown. A high value for one star raises what is expected of all others.",
    },
    answer="c",
    reasons={
        "i": "Something is known, before any measurement, that tells whose true value is likely to be higher.",
        "ii": "The true values are not independent of one another.",
        "iii": "The true values differ too much to come from one population.",
        "iv": "The measurements do not all have the same distribution.",
    },
    reason="i",
    misconceptions=[
        Misconception(
            "unequal errors are thought to break exchangeability",
            "a",
            "The errors belong to the measurements, and the likelihood knows them. Does the telescope tell you anything about "
            "a star's true metallicity?",
        ),
        Misconception(
            "differences that nobody knows of are thought to break exchangeability",
            "b",
            "It is a statement about what you know. Shuffle the names of the stars: does what you expect of them change? The "
            "family of the population may be wrong here, but that is another matter.",
        ),
        Misconception(
            "exchangeable is taken for independent",
            "d",
            "This correlation comes from the unknown μ, and it is the same for every pair of stars. Shuffle their names, and "
            "nothing changes. It is how strength is borrowed.",
        ),
        Misconception(
            "true values that are not independent are thought to be the trouble",
            "ii",
            "In every hierarchical model they are correlated as long as μ and τ are unknown. Exchangeable is the weaker claim.",
        ),
        Misconception(
            "a large spread is thought to be the trouble",
            "iii",
            "A population may be as wide as it likes, or have two peaks. What matters is whether you can tell beforehand who "
            "is where.",
        ),
        Misconception(
            "the measurements are taken for the true values",
            "iv",
            "One population is claimed for the θ. That some of the y are noisier is what the σ are for.",
        ),
    ],
    solution=r"""
Exchangeability is a statement about knowledge: shuffle the labels, and what you believe about the $\theta_j$ before
measuring is what it was. Errors and telescopes say nothing about the $\theta_j$. A second cloud that nobody knows of makes
the choice of a Normal population wrong, and a predictive check may find that, but no label is favored. The unknown mean makes
all pairs alike correlated. Only the spectral types tell beforehand who is likely to be richer. Within each type the stars are
exchangeable again: let the population mean depend on it.
""",
)

# ---- Other right ways to write the functions, for the tests ---------------------------------------------------------------


def simulate_in_a_loop(sigma, z_mu, z_tau, z_theta, z_y):
    """Number by number, as lists."""
    mu, tau = 2.995732273553991 + z_mu / 2, abs(z_tau) / 2
    theta, y = [], []
    for j in range(len(sigma)):
        theta.append(mu + tau * z_theta[j])
        y.append([theta[-1] + sigma[j] * z for z in z_y[j]])
    return {"y": y, "theta": theta, "tau": tau, "mu": mu}


def simulate_at_once(sigma, z_mu, z_tau, z_theta, z_y):
    """All measurements in one array, in single precision, and split at the end."""
    counts = [len(planet) for planet in z_y]
    mu, tau = np.float32(np.log(20) + 0.5 * z_mu), np.float32(np.hypot(0, z_tau / 2))
    theta = mu + tau * np.asarray(z_theta, np.float32)
    flat = np.repeat(theta, counts) + np.repeat(np.asarray(sigma, np.float32), counts) * np.concatenate(z_y)
    return {"mu": mu, "tau": tau, "theta": theta, "y": np.split(flat, np.cumsum(counts)[:-1])}


def log_factors_by_hand(mu, tau, theta, sigma, y):
    """The Normal density written out, in loops."""

    def log_gauss(x, mean, sd):
        return -0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)

    total = {"hyperprior": log_gauss(mu, np.log(20), 0.5) + np.log(2) + log_gauss(tau, 0, 0.5)}
    total |= {"population": 0.0, "likelihood": 0.0}
    for j, planet in enumerate(y):
        total["population"] += log_gauss(theta[j], mu, tau)
        for value in planet:
            total["likelihood"] += log_gauss(value, theta[j], sigma[j])
    return total


def log_factors_at_once(mu, tau, theta, sigma, y):
    """All measurements in one array, in single precision."""
    counts = [len(planet) for planet in y]
    flat, theta, sigma = (np.asarray(values, np.float32) for values in (np.concatenate(y), theta, sigma))
    residual = (flat - np.repeat(theta, counts)) / np.repeat(sigma, counts)
    likelihood = -0.5 * np.sum(residual**2 + np.log(2 * np.pi)) - np.sum(counts * np.log(sigma))
    population = -0.5 * np.sum(((theta - mu) / tau) ** 2) - theta.size * np.log(tau * np.sqrt(2 * np.pi))
    prior = stats.norm(np.log(20), 0.5).pdf(mu) * 2 * stats.norm(0, 0.5).pdf(tau)
    return {"hyperprior": np.log(prior), "population": population, "likelihood": likelihood}


ALTERNATIVES = {"simulate": [simulate_in_a_loop, simulate_at_once], "log_factors": [log_factors_by_hand, log_factors_at_once]}
QUESTIONS = [SIMULATE, LOG_FACTORS, EXCHANGEABLE]
