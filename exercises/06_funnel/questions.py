"""Homework 6, The funnel: a Jacobian, a density, leapfrog and its limit, a mixed survey, and the neck."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.integrate import cumulative_trapezoid

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

# ---- The data, one variant for each student -------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
NECK = 0.02  # dex


def draw_cluster(rng):
    """Eight stars whose spread may well be tiny, some measured far better than others, such that no two answers are alike."""
    for _ in attempts("draw_cluster"):
        sharpest = rng.uniform(0.01, 0.05)
        sigma = rng.uniform(sharpest, sharpest * rng.uniform(2, 10), 8)
        sky = simulate_normal(rng.uniform(-0.3, 0.1), rng.uniform(0.01, 0.1), sigma, rng=rng)
        data = {"y": sky.y, "sigma": sky.sigma}
        if 0.17 < posterior(data).cdf("tau", NECK) < 0.6 and answers_apart(NECK_OF_TAU, data, 2.5):
            return data


# ---- 1. The Jacobian ------------------------------------------------------------------------------------------------------


def log_jacobian(log_tau, kappa):
    """ln of the determinant of (mu, tau, theta) with respect to (mu, ln tau, x)."""
    return (1 + np.sum(kappa)) * log_tau


def draw_kappa(rng, size):
    """Draw how far each star's coordinate is from theta: all the way, not at all, or in between."""
    return np.where(rng.random(size) < 0.4, rng.integers(0, 2, size), rng.uniform(0.1, 0.9, size))


def draw_jacobian(rng):
    """Draw the arguments: one value of ln tau or several, and up to nine stars."""
    log_tau = rng.uniform(-6, 2, rng.integers(2, 6)) if rng.random() < 0.5 else float(rng.uniform(-6, 2))
    return (log_tau, draw_kappa(rng, rng.integers(1, 10)))


def powers(count):
    """Return the Jacobian with another power of tau: a function of kappa."""
    return lambda log_tau, kappa: count(np.asarray(kappa)) * log_tau


LOG_JACOBIAN = Function(
    "log_jacobian",
    2,
    reference=log_jacobian,
    probes=[
        (-2.5, np.array([0.0, 1.0, 0.5])),
        (np.array([-4.0, -1.0, 0.7, 0.1]), np.array([0.25, 0.0, 1.0, 0.8, 0.4])),
        (np.array([-3.2, 1.1]), np.array([1.0, 1.0, 1.0])),
        (-0.4, np.array([0.0, 0.0])),
        (1.3, np.array([0.6])),
    ],
    private=draw_jacobian,
    tolerance=Tolerance(rel=1e-4, abs=1e-6),  # enough for float32
    vectorised=True,
    misconceptions=[
        Misconception(
            "the change from τ to ln τ is taken to bring no Jacobian",
            powers(lambda kappa: kappa.sum()),
            "A density is per unit of its coordinate. How much of τ does a step of 0.01 in ln τ cover at τ = 1, and how much "
            "at τ = 0.001?",
        ),
        Misconception(
            "the change from θ to x is taken to bring no Jacobian",
            powers(lambda kappa: 1),
            "How far does θ_j move when x_j moves by one, with μ and τ held fixed?",
        ),
        Misconception(
            "every star is counted as a non-centered one",
            powers(lambda kappa: 1 + kappa.size),
            "What is the derivative of θ_j with respect to x_j if κ_j is 0, and what if it is 0.5?",
        ),
        Misconception(
            "1 − κ_j stands where κ_j belongs",
            powers(lambda kappa: 1 + np.sum(1 - kappa)),
            "Take one star with κ = 0: its coordinate is θ itself. Does this map stretch anything?",
        ),
        Misconception(
            "the determinant of the inverse map is taken",
            powers(lambda kappa: -(1 + kappa.sum())),
            "Which coordinates does the sampler hold, and which come out? Check with τ alone: dτ is τ times d ln τ, and not "
            "the reverse.",
        ),
        Misconception(
            "the map from θ to x is inverted, and that from τ to ln τ is not",
            powers(lambda kappa: 1 - kappa.sum()),
            "Both derivatives go the same way: what comes out, with respect to what the sampler holds. Write down that of θ_j.",
        ),
        Misconception(
            "the map from τ to ln τ is inverted, and that from θ to x is not",
            powers(lambda kappa: kappa.sum() - 1),
            "Both derivatives go the same way: what comes out, with respect to what the sampler holds. Write down that of τ.",
        ),
        Misconception(
            "every star with κ_j above 0 is counted as a whole one",
            powers(lambda kappa: 1 + np.sum(kappa > 0)),
            "A coordinate part of the way stretches by less than τ. By how much does θ_j move when x_j moves by one?",
        ),
        Misconception(
            "κ is averaged over the stars and not summed",
            powers(lambda kappa: 1 + kappa.mean()),
            "Each x_j is a coordinate of its own, and stretches its own direction. How does a volume grow then?",
        ),
        Misconception(
            "the κ_j are multiplied with each other",
            powers(lambda kappa: 1 + kappa.prod()),
            "The derivatives are multiplied with each other. What becomes of their exponents?",
        ),
        Misconception(
            "κ_j is squared",
            powers(lambda kappa: 1 + np.sum(kappa**2)),
            "By how much does θ_j move when x_j moves by one? Count the powers of τ in that.",
        ),
        Misconception(
            "every star is counted as a non-centered one, and the change from τ to ln τ is taken to bring no Jacobian",
            powers(lambda kappa: kappa.size),
            "What is the derivative of θ_j with respect to x_j if κ_j is 0.5? And how much of τ does a step in ln τ cover?",
        ),
        Misconception(
            "only stars with κ_j = 1 are counted",
            powers(lambda kappa: 1 + np.sum(kappa == 1)),
            "A coordinate part of the way stretches too, by less than τ. By how much does θ_j move when x_j moves by one?",
        ),
        Misconception(
            "μ is counted as a coordinate that τ stretches",
            powers(lambda kappa: 2 + kappa.sum()),
            "μ is a coordinate on either side. How far does it move when it moves by one?",
        ),
        Misconception(
            "the determinant is given in place of its logarithm",
            lambda log_tau, kappa: np.exp(log_jacobian(log_tau, kappa)),
            "This is to be added to a log density.",
        ),
        Misconception(
            "τ stands where ln τ belongs",
            lambda log_tau, kappa: log_jacobian(np.exp(log_tau), kappa),
            "The diagonal holds powers of τ, and you have the right sum of their exponents. What is the log of their product?",
        ),
        Misconception(
            "the change from τ to ln τ is counted once for every star",
            powers(lambda kappa: kappa.size + kappa.sum()),
            "There are many θ_j, and one τ. How often does dτ / d ln τ stand on the diagonal?",
        ),
        Misconception(
            "dτ / d ln τ is added itself, not its logarithm",
            lambda log_tau, kappa: np.exp(log_tau) + np.sum(kappa) * log_tau,
            "The derivatives are factors of one determinant. What becomes of a factor when you take the logarithm?",
        ),
        Misconception(
            "1 is added to the logarithm and not to the sum of the κ_j",
            lambda log_tau, kappa: 1 + np.sum(kappa) * log_tau,
            "Let τ be 1: no star's θ_j is stretched then, nor is τ. What should the logarithm be? Look at your brackets.",
        ),
    ],
    solution=r"""
Take the derivatives of $(\mu, \tau, \theta)$ with respect to $(\mu, \ln\tau, x)$. The matrix is triangular: $\mu$ maps to
itself, $\tau$ depends on $\ln\tau$ alone, and each $\theta_j = \kappa_j \mu + \tau^{\kappa_j} x_j$ on its own $x_j$ besides
$\mu$ and $\tau$. So the determinant is the product of the diagonal. There is 1 for $\mu$, $\mathrm{d}\tau /
\mathrm{d}\ln\tau = \tau$, and $\partial\theta_j / \partial x_j = \tau^{\kappa_j}$ for each star:

$$
\ln \left| \frac{\partial(\mu, \tau, \theta)}{\partial(\mu, \ln\tau, x)} \right| = \Bigl(1 + \sum_j \kappa_j\Bigr) \ln\tau .
$$

The term $\kappa_j \mu$ stands off the diagonal, and brings nothing.
""",
)

# ---- 2. The density in these coordinates ----------------------------------------------------------------------------------


def log_density(params, y, sigma, kappa):
    """ln of the joint density in (mu, ln tau, x)."""
    mu, log_tau, x = params[0], params[1], params[2:]
    tau = np.exp(log_tau)
    theta = kappa * mu + tau**kappa * x
    log_p = stats.norm.logpdf(mu, 0, 1) + stats.halfnorm.logpdf(tau, scale=0.5)
    log_p += np.sum(stats.norm.logpdf(theta, mu, tau) + stats.norm.logpdf(y, theta, sigma))
    return log_p + (1 + np.sum(kappa)) * log_tau


def density(params, y, sigma, kappa, *, theta=None, population=None, likelihood=None, prior=None):
    """Return the log density with one of its terms made otherwise: functions of mu, tau, x, theta and kappa."""
    mu, tau, x = params[0], np.exp(params[1]), params[2:]
    theta = kappa * mu + tau**kappa * x if theta is None else theta(mu, tau, x, kappa)
    of_prior = stats.halfnorm.logpdf(tau, scale=0.5) if prior is None else prior(tau)
    of_stars = stats.norm.logpdf(theta, mu, tau) + kappa * params[1]
    of_stars = of_stars if population is None else population(mu, tau, x, theta, kappa)
    of_data = stats.norm.logpdf(y, theta, sigma) if likelihood is None else likelihood(y, x, theta, sigma)
    return stats.norm.logpdf(mu, 0, 1) + params[1] + of_prior + np.sum(of_stars) + np.sum(of_data)


def density_with(**terms):
    """Return the log density as a function of its arguments, with one term made otherwise."""
    return lambda params, y, sigma, kappa: density(params, y, sigma, kappa, **terms)


def wide_population(mu, tau, x, theta, kappa):
    """The population's term with a variance where its sd belongs."""
    return stats.norm.logpdf(theta, mu, tau**2) + kappa * np.log(tau)


def without(constant):
    """Return the log density without constants: a function of sigma gives the logarithm of what is left out."""
    return lambda params, y, sigma, kappa: log_density(params, y, sigma, kappa) - constant(np.asarray(sigma))


def x_for_theta(log_jacobian):
    """Return the log density of the centered coordinates at x, with so much for the Jacobian."""
    return lambda params, y, sigma, kappa: log_density(params, y, sigma, 0 * kappa) - params[1] + log_jacobian(params[1], kappa)


def more_powers(count):
    """Return the log density with more powers of tau: a function of kappa says how many."""
    return lambda params, y, sigma, kappa: log_density(params, y, sigma, kappa) + count(kappa) * params[1]


def with_tau_itself(params, y, sigma, kappa):
    """The log density with the second parameter taken for tau."""
    with np.errstate(all="ignore"):
        mu, tau, x = params[0], params[1], params[2:]
        theta = kappa * mu + tau**kappa * x
        log_p = stats.norm.logpdf(mu, 0, 1) + stats.halfnorm.logpdf(tau, scale=0.5)
        log_p += np.sum(stats.norm.logpdf(theta, mu, tau) + stats.norm.logpdf(y, theta, sigma))
        return log_p + (1 + np.sum(kappa)) * np.log(tau)


DROPPED = "For a chain a constant does not matter. Here the density is to be normalized: write down each Normal in full."


def draw_density(rng):
    """Draw the arguments: mu, ln tau and theta from wide ranges, y from the model."""
    size, mu, log_tau = rng.integers(1, 8), rng.normal(), rng.uniform(-3, 1)
    sigma, kappa, tau = rng.uniform(0.1, 1, size), draw_kappa(rng, size), np.exp(log_tau)
    theta = rng.normal(mu, tau, size)
    return (np.array([mu, log_tau, *((theta - kappa * mu) / tau**kappa)]), rng.normal(theta, sigma), sigma, kappa)


SURVEY = (np.array([0.55, -0.8, 1.3]), np.array([0.2, 0.9, 0.4]))

LOG_DENSITY = Function(
    "log_density",
    4,
    reference=log_density,
    probes=[
        (np.array([0.3, -1.2, 0.5, -0.1, 0.9]), *SURVEY, np.zeros(3)),
        (np.array([0.3, -1.2, 0.7, -1.4, 2.1]), *SURVEY, np.ones(3)),
        (np.array([-0.6, 0.4, -1.1, 2.0, 0.3]), *SURVEY, np.array([0.0, 1.0, 0.5])),
        (np.array([-0.6, -0.7, -0.2, 0.6, 0.3]), *SURVEY, np.array([0.3, 0.7, 0.9])),
        (np.array([0.2, -3.0, 0.24]), np.array([0.1]), np.array([0.15]), np.array([0.0])),
        (np.array([0.4, -2.0, 0.6]), np.array([0.1]), np.array([0.15]), np.array([0.75])),
    ],
    private=draw_density,
    tolerance=Tolerance(rel=1e-4, abs=1e-3),  # enough for float32
    misconceptions=[
        Misconception(
            "the prior is one on τ and the coordinate is ln τ, with no Jacobian between them",
            more_powers(lambda kappa: -1),
            "Let ln τ run to minus infinity: does this density fall off? Look up what the chapter says of a posterior that "
            "forgets this factor.",
        ),
        Misconception(
            "the Normal of θ serves as the density of x, with no Jacobian",
            more_powers(lambda kappa: -np.sum(kappa)),
            "Integrate this population term over x_j, with μ and τ fixed. Do you get one?",
        ),
        Misconception(
            "there is no Jacobian at all",
            more_powers(lambda kappa: -1 - np.sum(kappa)),
            "The model states densities of τ and θ. How much of each does a small step of your coordinates cover?",
        ),
        Misconception(
            "the Jacobian of η stands for that of every star, whatever its κ_j",
            more_powers(lambda kappa: np.sum(1 - kappa)),
            "Where κ_j is 0 the coordinate is θ_j itself. Which Jacobian belongs to a map that changes nothing?",
        ),
        Misconception(
            "the Jacobian has 1 − κ_j where κ_j belongs",
            more_powers(lambda kappa: np.sum(1 - 2 * kappa)),
            "Where κ_j is 0 the coordinate is θ_j itself. Which Jacobian belongs to a map that changes nothing?",
        ),
        Misconception(
            "the logarithm of the Jacobian is subtracted and not added",
            more_powers(lambda kappa: -2 - 2 * np.sum(kappa)),
            "Probability is conserved: density times volume. If a small step of x_j covers little of θ_j, is the density of "
            "x_j then larger or smaller than that of θ_j?",
        ),
        Misconception(
            "the Jacobian between θ and x is subtracted and not added",
            more_powers(lambda kappa: -2 * np.sum(kappa)),
            "Probability is conserved: density times volume. If a small step of x_j covers little of θ_j, is the density of "
            "x_j then larger or smaller than that of θ_j?",
        ),
        Misconception(
            "the Jacobian between τ and ln τ is subtracted and not added",
            more_powers(lambda kappa: -2),
            "Let ln τ run to minus infinity: does this density fall off? It should.",
        ),
        Misconception(
            "the Jacobian between θ and x is counted twice",
            more_powers(np.sum),
            "If you have written down the density of x_j itself, its Jacobian is in it already.",
        ),
        Misconception(
            "the factor 1/τ of each star's population density is left out",
            more_powers(lambda kappa: kappa.size),
            "This factor is a constant only if τ is. Without it, what would keep τ from growing?",
        ),
        Misconception(
            "every x_j has a standard Normal prior",
            density_with(population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(x)),
            "That is true of η_j, with κ_j = 1. Which distribution does θ_j have, and what does that make of x_j at κ_j = 0?",
        ),
        Misconception(
            "every x_j has a standard Normal prior, and the Jacobian is added to it",
            density_with(population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(x) + kappa * np.log(tau)),
            "A density that is stated for x_j needs no Jacobian. And the standard Normal is that of η_j, with κ_j = 1: which "
            "one does the model state?",
        ),
        Misconception(
            "x_j and not θ_j is taken to be drawn from the population",
            density_with(population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(x, mu, tau)),
            "The model says what is Normal about μ with sd τ. Is that true of η_j?",
        ),
        Misconception(
            "x_j and not θ_j is taken to be drawn from the population, and the Jacobian is added",
            density_with(population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(x, mu, tau) + kappa * np.log(tau)),
            "The model says what is Normal about μ with sd τ. Is that true of η_j?",
        ),
        Misconception(
            "the mean of x_j is taken for (1 − κ_j) μ",
            density_with(
                population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(x, (1 - kappa) * mu, tau ** (1 - kappa))
            ),
            "You have the right width for the density of x_j. Put θ_j = μ into its definition: where does x_j lie then?",
        ),
        Misconception(
            "τ² stands where `scipy.stats.norm` wants the standard deviation of the population",
            density_with(
                population=lambda mu, tau, x, theta, kappa: stats.norm.logpdf(theta, mu, tau**2) + kappa * np.log(tau)
            ),
            "The notation 𝒩(μ, τ²) has a variance in it. What does SciPy mean by `scale`?",
        ),
        Misconception(
            "σ² stands where `scipy.stats.norm` wants the standard deviation of a measurement",
            density_with(likelihood=lambda y, x, theta, sigma: stats.norm.logpdf(y, theta, sigma**2)),
            "The notation 𝒩(θ, σ²) has a variance in it. What does SciPy mean by `scale`?",
        ),
        Misconception(
            "both variances stand where `scipy.stats.norm` wants standard deviations",
            density_with(
                population=wide_population, likelihood=lambda y, x, theta, sigma: stats.norm.logpdf(y, theta, sigma**2)
            ),
            "The notation 𝒩(μ, τ²) has a variance in it. What does SciPy mean by `scale`?",
        ),
        Misconception(
            "the 0.5 of the half-Normal is given to SciPy as a location",
            density_with(prior=lambda tau: stats.halfnorm.logpdf(tau, 0.5)),
            "Your prior is zero for every τ below 0.5, and so the density is too. What is the first argument of "
            "`stats.halfnorm` after τ?",
        ),
        Misconception(
            "the half-Normal prior has the scale 0.5², a variance",
            density_with(prior=lambda tau: stats.halfnorm.logpdf(tau, scale=0.25)),
            "What does SciPy mean by `scale`: a variance, or a width?",
        ),
        Misconception(
            "the half-Normal prior has the scale 1",
            density_with(prior=stats.halfnorm.logpdf),
            "What does the model say about the width of the prior of τ?",
        ),
        Misconception(
            "the half-Normal prior is normalized like a whole Normal",
            density_with(prior=lambda tau: stats.norm.logpdf(tau, 0, 0.5)),
            "For a chain this constant does not matter. Here the prior of τ, on τ > 0, is to have an integral of one.",
        ),
        Misconception(
            "the prior of τ is left out",
            density_with(prior=lambda tau: 0.0),
            "The model has four lines. Which of them is not in your sum?",
        ),
        Misconception(
            "the half-Normal is put on ln τ and not on τ",
            density_with(prior=lambda tau: stats.halfnorm.logpdf(np.log(tau), scale=0.5)),
            "The prior is stated for τ. The half-Normal is zero for negative arguments, and ln τ is often negative.",
        ),
        Misconception(
            "the prior of μ is left out",
            lambda params, y, sigma, kappa: log_density(params, y, sigma, kappa) - stats.norm.logpdf(params[0]),
            "The model has four lines. Which of them is not in your sum?",
        ),
        Misconception(
            "the likelihood is left out",
            density_with(likelihood=lambda y, x, theta, sigma: 0.0),
            "The model has four lines. Which of them is not in your sum?",
        ),
        Misconception(
            "the measurements are taken to scatter about μ, with the variance τ² + σ²",
            lambda params, y, sigma, kappa: density(
                params,
                y,
                sigma,
                kappa,
                likelihood=lambda y, x, theta, sigma: stats.norm.logpdf(y, params[0], np.hypot(np.exp(params[1]), sigma)),
            ),
            "That is the likelihood with θ integrated out. Here every θ_j is given: what is left that scatters?",
        ),
        Misconception(
            "the likelihood is taken at x in place of θ",
            density_with(likelihood=lambda y, x, theta, sigma: stats.norm.logpdf(y, x, sigma)),
            "The data know nothing of our coordinates. Which quantity does a measurement measure?",
        ),
        Misconception(
            "κ_j and 1 − κ_j are exchanged throughout",
            lambda params, y, sigma, kappa: log_density(params, y, sigma, 1 - kappa),
            "Put κ_j = 0 into the definition of x_j: what is it then?",
        ),
        Misconception(
            "θ is made from x with the whole of μ, whatever κ is",
            density_with(theta=lambda mu, tau, x, kappa: mu + tau**kappa * x),
            "Solve the definition of x_j for θ_j, and put κ_j = 0 into it: do you get x_j back?",
        ),
        Misconception(
            "θ is made from x without μ",
            density_with(theta=lambda mu, tau, x, kappa: tau**kappa * x),
            "η says how far a star is from the center of its population, in units of τ. Where is that center?",
        ),
        Misconception(
            "θ is made from x with τ in place of its power",
            density_with(theta=lambda mu, tau, x, kappa: kappa * mu + tau * x),
            "Solve the definition of x_j for θ_j, and put κ_j = 0 into it: do you get x_j back?",
        ),
        Misconception(
            "θ is made as μ + τ x for every star",
            density_with(theta=lambda mu, tau, x, kappa: mu + tau * x),
            "That is for κ_j = 1. Solve the definition of x_j for θ_j.",
        ),
        Misconception(
            "θ is made from x with κ μ inside the brackets, τ^κ (x + κ μ)",
            density_with(theta=lambda mu, tau, x, kappa: tau**kappa * (x + kappa * mu)),
            "Solve the definition of x_j for θ_j, one step after the other: what is undone first, the division or the "
            "subtraction?",
        ),
        Misconception(
            "the definition of x is applied to x, where θ is to be made from it",
            density_with(theta=lambda mu, tau, x, kappa: (x - kappa * mu) / tau**kappa),
            "The parameters hold x_j. Solve its definition for θ_j.",
        ),
        Misconception(
            "x_j stands for θ_j throughout, and the Jacobian is added",
            x_for_theta(log_jacobian),
            "The Jacobian belongs to a change of coordinates, which has not been made. Which θ_j belongs to x_j?",
        ),
        Misconception(
            "x_j stands for θ_j throughout",
            x_for_theta(lambda log_tau, kappa: log_tau),
            "This is right where κ_j is 0. Which θ_j belongs to x_j otherwise?",
        ),
        Misconception(
            "x_j stands for θ_j throughout, and there is no Jacobian",
            x_for_theta(lambda log_tau, kappa: 0.0),
            "This is the density of μ, τ and θ_j. Which θ_j belongs to x_j, and which τ to ln τ? And how much of each does a "
            "small step of your coordinates cover?",
        ),
        Misconception(
            "x_j stands for η_j throughout",
            lambda params, y, sigma, kappa: log_density(params, y, sigma, np.ones(len(y))),
            "This is right where κ_j is 1. Which θ_j belongs to x_j otherwise?",
        ),
        Misconception(
            "x_j stands for η_j throughout, and ln τ brings no Jacobian",
            lambda params, y, sigma, kappa: log_density(params, y, sigma, np.ones(len(y))) - params[1],
            "This is the chapter's density of μ, τ and η_j. Which θ_j belongs to x_j? And how much of τ does a step in ln τ "
            "cover?",
        ),
        Misconception(
            "the population is left out, and its Jacobian is there",
            density_with(population=lambda mu, tau, x, theta, kappa: kappa * np.log(tau)),
            "The model has four lines. Which of them is not in your sum?",
        ),
        Misconception(
            "both priors are left out",
            lambda params, y, sigma, kappa: density(params, y, sigma, kappa, prior=lambda tau: -stats.norm.logpdf(params[0])),
            "The model has four lines. Which of them are not in your sum?",
        ),
        Misconception(
            "the factors 1/√(2π) are left out", without(lambda sigma: -(1 + sigma.size) * np.log(2 * np.pi)), DROPPED
        ),
        Misconception(
            "the likelihood is not normalized: each measurement's factor 1/(√(2π) σ_j) is left out",
            without(lambda sigma: -np.sum(np.log(np.sqrt(2 * np.pi) * sigma))),
            DROPPED,
        ),
        Misconception(
            "all constants are left out",
            without(lambda sigma: np.log(4) - (1 + sigma.size) * np.log(2 * np.pi) - np.sum(np.log(sigma))),
            DROPPED,
        ),
        Misconception(
            "the density is given in place of its logarithm",
            lambda *arguments: np.exp(log_density(*arguments)),
            "The logarithm is asked for. With many stars the density itself would be too small for a float.",
        ),
        Misconception(
            "the second parameter is taken for τ itself",
            with_tau_itself,
            "The second parameter may be negative. What is it the logarithm of?",
        ),
    ],
    solution=r"""
Solve for $\theta_j = \kappa_j \mu + \tau^{\kappa_j} x_j$, write down the density of the model, and add the logarithm of the
Jacobian of question 1. Prior, population and likelihood are taken at $\tau$ and $\theta_j$, whatever the coordinates are. The
population term and its share of the Jacobian make together

$$
\begin{aligned}
&\ln \mathcal{N}(\theta_j \mid \mu, \tau^2) + \kappa_j \ln\tau \\
&\quad = \ln \mathcal{N}\bigl(x_j \mid (1 - \kappa_j)\,\mu\,\tau^{-\kappa_j},\; \tau^{2(1 - \kappa_j)}\bigr) .
\end{aligned}
$$

With $\kappa_j = 1$ this is a standard Normal, in which all powers of $\tau$ have canceled: the Jacobian is not forgotten but
used up. With $\kappa_j = 0$ it is the Normal of $\theta_j$.
""",
)

# ---- 3. One leapfrog step -------------------------------------------------------------------------------------------------


def gradient(q, y, sigma):
    """Gradient of the potential with respect to q = (ln tau, theta_1 ... theta_J)."""
    log_tau, theta = q[0], q[1:]
    pull = theta / np.exp(2 * log_tau)
    return np.array([log_tau + theta.size - theta @ pull, *(pull - (y - theta) / sigma**2)])


def leapfrog_step(q, p, step, y, sigma):
    """Half a kick, a step, half a kick."""
    p = p - step / 2 * gradient(q, y, sigma)
    q = q + step * p
    return q, p - step / 2 * gradient(q, y, sigma)


def leapfrog_with(other):
    """Return a leapfrog step with another gradient."""

    def stepped(q, p, step, y, sigma):
        half = p - step / 2 * other(q, y, sigma)
        q = q + step * half
        return q, half - step / 2 * other(q, y, sigma)

    return stepped


def first_component(by):
    """Return the gradient with something added to its component along ln tau."""
    return lambda q, y, sigma: gradient(q, y, sigma) + by(q) * np.eye(q.size)[0]


def euler(q, p, step, y, sigma):
    """Both moves from the old position and momentum."""
    return q + step * p, p - step * gradient(q, y, sigma)


def kick_then_step(q, p, step, y, sigma):
    """One whole kick, then the step."""
    p = p - step * gradient(q, y, sigma)
    return q + step * p, p


def one_gradient(q, p, step, y, sigma):
    """Leapfrog whose two half kicks use the gradient of the start."""
    half = p - step / 2 * gradient(q, y, sigma)
    return q + step * half, half - step / 2 * gradient(q, y, sigma)


def whole_kicks(q, p, step, y, sigma):
    """Leapfrog with a whole kick at either end."""
    p = p - step * gradient(q, y, sigma)
    q = q + step * p
    return q, p - step * gradient(q, y, sigma)


def step_kick_step(q, p, step, y, sigma):
    """Half a step, a kick, half a step."""
    q = q + step / 2 * p
    p = p - step * gradient(q, y, sigma)
    return q + step / 2 * p, p


def step_then_kick(q, p, step, y, sigma):
    """The step, and one whole kick where it ends."""
    q = q + step * p
    return q, p - step * gradient(q, y, sigma)


def no_first_kick(q, p, step, y, sigma):
    """Leapfrog whose step uses the momentum as it came, and whose kicks both follow."""
    moved = q + step * p
    p = p - step / 2 * gradient(q, y, sigma)
    return moved, p - step / 2 * gradient(moved, y, sigma)


def rest_of(tau_power=2, sigma_power=2, sign=1):
    """Return the gradient with other powers of the widths, or with the data on the other side."""

    def wrong(q, y, sigma):
        pull = q[1:] / np.exp(tau_power * q[0])
        first = q[0] + q.size - 1 - q[1:] @ pull
        return np.array([first, *(pull - sign * (y - q[1:]) / sigma**sigma_power)])

    return wrong


def along_tau(q):
    """What turns a derivative with respect to ln tau into one with respect to tau, and leaves the others."""
    return np.array([np.exp(-q[0]), *np.ones(q.size - 1)])


def half_a_step(q, p, step, y, sigma):
    """Leapfrog whose position moves half as far."""
    p = p - step / 2 * gradient(q, y, sigma)
    q = q + step / 2 * p
    return q, p - step / 2 * gradient(q, y, sigma)


def no_last_kick(q, p, step, y, sigma):
    """Leapfrog that stops before its second half kick."""
    p = p - step / 2 * gradient(q, y, sigma)
    return q + step * p, p


def draw_step(rng):
    """Draw the arguments: a point of the funnel with tau above 0.2, a fresh momentum, a step well below the limit."""
    size, log_tau = rng.integers(1, 7), rng.uniform(-1.6, 1)
    theta, sigma = np.exp(log_tau) * rng.normal(size=size), rng.uniform(0.3, 2, size)
    return (np.array([log_tau, *theta]), rng.normal(size=size + 1), rng.uniform(0.01, 0.1), rng.normal(theta, sigma), sigma)


LEAPFROG_STEP = Function(
    "leapfrog_step",
    4,
    reference=leapfrog_step,
    probes=[
        (
            np.array([-0.7, 0.4, -0.3, 0.9]),
            np.array([0.5, -1.2, 0.3, 0.8]),
            0.1,
            np.array([0.6, -1.1, 1.7]),
            np.array([0.5, 1.5, 0.8]),
        ),
        (np.array([0.5, -1.3]), np.array([-0.4, 0.9]), 0.3, np.array([0.5]), np.array([0.7])),
        (np.array([-2.3, 0.05, -0.12]), np.array([0.3, 1.0, -0.6]), 0.05, np.array([0.8, -0.4]), np.array([0.3, 0.6])),
    ],
    private=draw_step,
    tolerance=Tolerance(rel=1e-4, abs=1e-4),  # enough for float32
    misconceptions=[
        Misconception(
            "the force is taken uphill",
            leapfrog_with(lambda q, y, sigma: -gradient(q, y, sigma)),
            "The potential is minus the log density. In which direction does a ball roll, toward higher or lower potential?",
        ),
        Misconception(
            "the normalization of the stars' Normals is left out of the force on ln τ",
            leapfrog_with(first_component(lambda q: 1 - q.size)),
            "The density of each θ_j has a factor 1/τ, and τ moves. Which term of the potential comes from it?",
        ),
        Misconception(
            "the normalization counts once in the force on ln τ, however many stars there are",
            leapfrog_with(first_component(lambda q: 2 - q.size)),
            "The chapter's funnel has one star. How often does the factor 1/τ stand in the density of J stars?",
        ),
        Misconception(
            "the prior of ln τ is left out of the force",
            leapfrog_with(first_component(lambda q: -q[0])),
            "The log density has three parts: likelihood, population, and one more.",
        ),
        Misconception(
            "the prior is taken for one on τ that needs a Jacobian",
            leapfrog_with(first_component(lambda q: -1)),
            "Which variable is said to be standard Normal here? A prior that is stated in the coordinate itself needs no "
            "factor.",
        ),
        Misconception(
            "the prior is the half-Normal of question 2, with its Jacobian",
            leapfrog_with(first_component(lambda q: 4 * np.exp(2 * q[0]) - 1 - q[0])),
            "Read the question once more: which variable has a prior here, and which?",
        ),
        Misconception(
            "the measurements are left out of the force on θ",
            leapfrog_with(lambda q, y, sigma: gradient(q, y, sigma) + np.array([0, *((y - q[1:]) / sigma**2)])),
            "Your point moves in the prior. What pulls each θ_j toward its measurement?",
        ),
        Misconception(
            "both moves start from the old position and momentum",
            euler,
            "This is Euler's method, whose energy error grows without end. In leapfrog the step uses the momentum that has "
            "been kicked already.",
        ),
        Misconception(
            "one whole kick comes before the step",
            kick_then_step,
            "Run this forward and then backward: do you come back to the start? Leapfrog is symmetric in time.",
        ),
        Misconception(
            "the second half kick uses the gradient at the start",
            one_gradient,
            "The second half kick happens where the step has ended. What is the force there?",
        ),
        Misconception(
            "both kicks are whole ones",
            whole_kicks,
            "In one step of size ε the momentum should be pushed for a time ε in all. For how long is it pushed here?",
        ),
        Misconception(
            "the second half kick is left out",
            no_last_kick,
            "Position and momentum are out of step with each other here, by half a step. What brings them together again?",
        ),
        Misconception(
            "ln τ does not feel the stars' distances from 0",
            leapfrog_with(first_component(lambda q: q[1:] @ q[1:] / np.exp(2 * q[0]))),
            "How does the population's exponent change when τ changes and all θ_j stay where they are?",
        ),
        Misconception(
            "the pull of the distances on ln τ has a factor 2",
            leapfrog_with(first_component(lambda q: -q[1:] @ q[1:] / np.exp(2 * q[0]))),
            "The exponent of a Normal has a factor 1/2 in it, and the derivative of τ⁻² one of −2.",
        ),
        Misconception(
            "the stars' squared distances are averaged and not summed in the force on ln τ, and count as those of one",
            leapfrog_with(first_component(lambda q: 2 - q.size + (1 - 1 / (q.size - 1)) * q[1:] @ q[1:] / np.exp(2 * q[0]))),
            "Every star pulls at ln τ. Do many stars pull more than one, or as much?",
        ),
        Misconception(
            "the normalization of the stars' Normals is counted twice in the force on ln τ",
            leapfrog_with(first_component(lambda q: q.size - 1)),
            "A Normal of θ_j has a factor 1/τ, and not 1/τ². What is the derivative of ln τ with respect to itself?",
        ),
        Misconception(
            "the pull of the distances on ln τ has a factor 1/2",
            leapfrog_with(first_component(lambda q: q[1:] @ q[1:] / np.exp(2 * q[0]) / 2)),
            "Write τ⁻² as exp(−2 ln τ), and take its derivative with respect to ln τ once more.",
        ),
        Misconception(
            "the pull of the distances on ln τ has the wrong sign",
            leapfrog_with(first_component(lambda q: 2 * q[1:] @ q[1:] / np.exp(2 * q[0]))),
            "Stars far from 0 ask for a large τ. In which direction should they push ln τ?",
        ),
        Misconception(
            "the derivative is taken with respect to τ and used for ln τ",
            leapfrog_with(lambda q, y, sigma: gradient(q, y, sigma) * along_tau(q)),
            "The coordinate is ln τ. By the chain rule, what stands between the two derivatives?",
        ),
        Misconception(
            "the population's derivative is taken with respect to τ and used for ln τ",
            leapfrog_with(lambda q, y, sigma: gradient(q, y, sigma) * along_tau(q) + q[0] * (1 - along_tau(q))),
            "The coordinate is ln τ. By the chain rule, what stands between the two derivatives?",
        ),
        Misconception(
            "the first coordinate is taken for τ itself in the population",
            leapfrog_with(
                lambda q, y, sigma: np.array(
                    [q[0] + y.size - np.sum(q[1:] ** 2) / q[0] ** 2, *(q[1:] / q[0] ** 2 - (y - q[1:]) / sigma**2)]
                )
            ),
            "The first coordinate may be negative. What is it the logarithm of?",
        ),
        Misconception(
            "no force acts on ln τ",
            leapfrog_with(lambda q, y, sigma: np.array([0.0, *gradient(q, y, sigma)[1:]])),
            "The potential depends on ln τ too: by its prior and by the population.",
        ),
        Misconception(
            "the position moves by half a step",
            half_a_step,
            "Only the kicks are halved, since there are two of them. For how long should the position move?",
        ),
        Misconception(
            "a Jacobian is added to the prior of ln τ, and the normalization of the stars' Normals is left out",
            leapfrog_with(first_component(lambda q: -q.size)),
            "A prior that is stated in the coordinate itself needs no factor; each star's Normal has one that depends on τ.",
        ),
        Misconception(
            "τ stands where τ² belongs in the population",
            leapfrog_with(rest_of(tau_power=1)),
            "The exponent of a Normal is a squared distance over a squared width, a pure number. What is yours?",
        ),
        Misconception(
            "σ is not squared in the force of the measurements",
            leapfrog_with(rest_of(sigma_power=1)),
            "The exponent of a Normal is a squared distance over a squared width, a pure number. What is yours?",
        ),
        Misconception(
            "the measurements push θ away",
            leapfrog_with(rest_of(sign=-1)),
            "If y_j lies above θ_j, should the momentum of θ_j grow or fall?",
        ),
        Misconception(
            "the population is left out of the force on θ",
            leapfrog_with(lambda q, y, sigma: gradient(q, y, sigma) - np.array([0, *(q[1:] / np.exp(2 * q[0]))])),
            "Two springs pull at each θ_j: its measurement and one more.",
        ),
        Misconception(
            "half a step comes first, then a kick, then half a step",
            step_kick_step,
            "This is leapfrog too, and as good. Asked for is the one that begins and ends with half a kick.",
        ),
        Misconception(
            "the step comes before its one kick",
            step_then_kick,
            "Run this forward and then backward: do you come back to the start? Leapfrog is symmetric in time.",
        ),
        Misconception(
            "the step is made with the momentum before its first half kick",
            no_first_kick,
            "In leapfrog the position moves with the momentum that has already had half a kick.",
        ),
        Misconception(
            "position and momentum are returned in the wrong order",
            lambda q, p, step, y, sigma: leapfrog_step(q, p, step, y, sigma)[::-1],
            "The new position comes first: `return q, p`.",
        ),
        Misconception(
            "the momentum is turned around at the end",
            lambda q, p, step, y, sigma: (leapfrog_step(q, p, step, y, sigma)[0], -leapfrog_step(q, p, step, y, sigma)[1]),
            "A Hamiltonian sampler may do that after its whole path. Here one step is asked for, which others are to follow.",
        ),
    ],
    solution=r"""
With $q = (\ln\tau, \theta)$ the potential is

$$
\begin{aligned}
U ={} &\tfrac12 (\ln\tau)^2 + J \ln\tau + \frac{1}{2\tau^2}\sum_j \theta_j^2 \\
&+ \frac12 \sum_j \frac{(y_j - \theta_j)^2}{\sigma_j^2} ,
\end{aligned}
$$

up to a constant. Each star's Normal brings a $\ln\tau$ of its own. The derivatives are

$$
\begin{aligned}
\frac{\partial U}{\partial \ln\tau} &= \ln\tau + J - \frac{1}{\tau^2}\sum_j \theta_j^2 , \\
\frac{\partial U}{\partial \theta_j} &= \frac{\theta_j}{\tau^2} - \frac{y_j - \theta_j}{\sigma_j^2} .
\end{aligned}
$$

The force on $\ln\tau$ is the sum of what all stars pull: the more stars, the stiffer. Finite differences of $U$ are a quick
check of a gradient, and running a step back with $-p$ one of the rule.
""",
)

# ---- 4. The largest step --------------------------------------------------------------------------------------------------


def largest_steps(tau, sigma):
    """Limit of the step in centered and in non-centered coordinates, mu and tau held fixed."""
    centered = np.sqrt(1 / tau**2 + 1 / sigma**2)
    noncentered = np.sqrt(1 + tau**2 / sigma**2)
    return 2 / centered.max(), 2 / noncentered.max()


def limits(frequency_centered, frequency_noncentered):
    """The two limits from the frequencies of all oscillators."""
    return 2 / np.max(frequency_centered), 2 / np.max(frequency_noncentered)


def draw_limits(rng):
    """Draw the arguments: four decades of sigma / tau."""
    return (10 ** rng.uniform(-2, 1), 10 ** rng.uniform(-2, 1, rng.integers(1, 9)))


LARGEST_STEPS = Function(
    "largest_steps",
    3,
    reference=largest_steps,
    probes=[
        (0.05, np.array([0.15, 0.04, 0.09])),
        (2.0, np.array([0.5, 3.0, 1.2, 8.0])),
        (0.3, np.array([0.3])),
        (0.1, np.array([0.4, 0.9])),
    ],
    private=draw_limits,
    tolerance=Tolerance(rel=1e-4),  # enough for float32
    misconceptions=[
        Misconception(
            "the prior alone is taken to set the widths, τ for θ and 1 for η",
            lambda tau, sigma: (2 * tau, 2.0),
            "This is right where the data say nothing. What does a superb measurement do to the width of θ_j, and to that of "
            "η_j?",
        ),
        Misconception(
            "non-centered coordinates are taken to have the width 1 whatever the data say",
            lambda tau, sigma: (largest_steps(tau, sigma)[0], 2.0),
            "The prior of η_j is a standard Normal. Add what the likelihood says of η_j when σ_j is far smaller than τ.",
        ),
        Misconception(
            "the widest direction sets the limit",
            lambda tau, sigma: (2 / np.min(np.hypot(1 / tau, 1 / sigma)), 2 / np.min(np.hypot(1, tau / sigma))),
            "One step size serves all directions at once. Which of them blows up first?",
        ),
        Misconception(
            "the average curvature of all objects sets the limit",
            lambda tau, sigma: (2 / np.sqrt(np.mean(1 / tau**2 + 1 / sigma**2)), 2 / np.sqrt(np.mean(1 + tau**2 / sigma**2))),
            "With μ and τ fixed each object is an oscillator of its own. Is a path stable if it is stable on average?",
        ),
        Misconception(
            "the curvatures of all objects are added up",
            lambda tau, sigma: (2 / np.sqrt(np.sum(1 / tau**2 + 1 / sigma**2)), 2 / np.sqrt(np.sum(1 + tau**2 / sigma**2))),
            "With μ and τ fixed each object is an oscillator of its own. Do the others make it faster?",
        ),
        Misconception(
            "the curvature is taken for the frequency",
            lambda tau, sigma: limits(1 / tau**2 + 1 / sigma**2, 1 + tau**2 / sigma**2),
            "For a unit mass the equation of motion is q'' = -ω² q. Which of the two is the curvature, ω or ω²?",
        ),
        Misconception(
            "the limit is taken to be one over the frequency",
            lambda tau, sigma: tuple(limit / 2 for limit in largest_steps(tau, sigma)),
            "Such a step is comfortable. Where does it become unstable? Follow one step of an oscillator, or look it up in "
            "the chapter.",
        ),
        Misconception(
            "the frequencies of prior and likelihood are added",
            lambda tau, sigma: limits(1 / tau + 1 / sigma, 1 + tau / sigma),
            "Two springs pull at the same mass. What adds up, their frequencies or their stiffnesses?",
        ),
        Misconception(
            "the change of coordinates is taken to leave the limit as it is",
            lambda tau, sigma: (largest_steps(tau, sigma)[0],) * 2,
            "One unit of η_j is τ units of θ_j. How wide is the same distribution, measured in η_j?",
        ),
        Misconception(
            "the measurements alone are taken to set the widths, σ for θ and σ/τ for η",
            lambda tau, sigma: (2 * sigma.min(), 2 * sigma.min() / tau),
            "This is right where the population says nothing, for τ far above every σ_j. What narrows θ_j otherwise?",
        ),
        Misconception(
            "the smaller of the two widths is taken for the width",
            lambda tau, sigma: (2 * min(tau, sigma.min()), 2 * min(1.0, sigma.min() / tau)),
            "Two springs are stiffer than either of them. How do their stiffnesses add up?",
        ),
        Misconception(
            "the average error stands for all",
            lambda tau, sigma: largest_steps(tau, np.array([np.mean(sigma)])),
            "With μ and τ fixed each object is an oscillator of its own. Is a path stable if it is stable on average?",
        ),
        Misconception(
            "the curvatures of all likelihoods are added to one of the prior",
            lambda tau, sigma: (2 / np.sqrt(1 / tau**2 + np.sum(1 / sigma**2)), 2 / np.sqrt(1 + np.sum(tau**2 / sigma**2))),
            "With μ and τ fixed each object is an oscillator of its own. Do the others make it faster?",
        ),
        Misconception(
            "the likelihood's curvature in η is taken to be σ²/τ²",
            lambda tau, sigma: (largest_steps(tau, sigma)[0], 2 / np.max(np.hypot(1, sigma / tau))),
            "Let σ_j go to zero: does η_j become narrower, or wider? What does your curvature do?",
        ),
        Misconception(
            "the prior's curvature in η is taken to be that in θ",
            lambda tau, sigma: (largest_steps(tau, sigma)[0], 2 / np.max(np.hypot(1 / tau, tau / sigma))),
            "Which prior does η_j have, whatever τ is?",
        ),
        Misconception(
            "the variances of population and measurement are added",
            lambda tau, sigma: (2 * np.hypot(tau, sigma.min()), 2 * np.hypot(1, sigma.min() / tau)),
            "So wide does a measurement scatter about μ. How wide is θ_j once it is measured: wider than σ_j, or narrower?",
        ),
        Misconception(
            "the frequencies are given in place of the steps",
            lambda tau, sigma: (np.hypot(1 / tau, 1 / sigma).max(), np.hypot(1, tau / sigma).max()),
            "A fast oscillator needs a short step. Does your result shrink when the frequency grows?",
        ),
        Misconception(
            "the curvature is taken for the frequency, and the average object for the fastest",
            lambda tau, sigma: (2 / np.mean(1 / tau**2 + 1 / sigma**2), 2 / np.mean(1 + tau**2 / sigma**2)),
            "For a unit mass q'' = −ω² q: which of the two is the curvature? And is a path stable if it is stable on average?",
        ),
        Misconception(
            "the limit for η is that for θ multiplied by τ",
            lambda tau, sigma: (largest_steps(tau, sigma)[0], largest_steps(tau, sigma)[0] * tau),
            "One unit of η_j is τ units of θ_j. Is a step of 0.01 in θ_j, at τ = 0.1, then more or less than 0.01 in η_j?",
        ),
        Misconception(
            "the steps of all objects are averaged",
            lambda tau, sigma: (np.mean(2 / np.hypot(1 / tau, 1 / sigma)), np.mean(2 / np.hypot(1, tau / sigma))),
            "One step size serves all directions at once. Which of them blows up first?",
        ),
        Misconception(
            "the widths are not squared before they are added",
            lambda tau, sigma: limits(np.sqrt(1 / tau + 1 / sigma), np.sqrt(1 + tau / sigma)),
            "The exponent of a Normal is a squared distance over a squared width. What is its second derivative?",
        ),
        Misconception(
            "the first object stands for all",
            lambda tau, sigma: largest_steps(tau, sigma[:1]),
            "One step size serves all directions at once. Which of them blows up first?",
        ),
        Misconception(
            "the blurriest object sets the limit of θ and the sharpest that of η",
            lambda tau, sigma: (largest_steps(tau, sigma[[sigma.argmax()]])[0], largest_steps(tau, sigma)[1]),
            "At one τ, order the objects by the width of θ_j, and by that of η_j. Is it the same order, or the reverse?",
        ),
        Misconception(
            "the sharpest object sets the limit of θ and the blurriest that of η",
            lambda tau, sigma: (largest_steps(tau, sigma)[0], largest_steps(tau, sigma[[sigma.argmax()]])[1]),
            "At one τ, order the objects by the width of θ_j, and by that of η_j. Is it the same order, or the reverse?",
        ),
        Misconception(
            "the two limits are in the wrong order",
            lambda tau, sigma: largest_steps(tau, sigma)[::-1],
            "Which of the two has the unit of θ? It comes first.",
        ),
        Misconception(
            "the curvature of the likelihood in η is taken to be that in θ",
            lambda tau, sigma: limits(np.hypot(1 / tau, 1 / sigma), np.hypot(1, 1 / sigma)),
            "The measurement is of θ_j = μ + τ η_j. Write its square as a function of η_j: what stands before η_j²?",
        ),
    ],
    solution=r"""
With $\mu$ and $\tau$ fixed the potential is quadratic, and each object an oscillator of its own. Its curvature is the sum of
two: in $\theta_j$ it is $1/\tau^2$ from the population and $1/\sigma_j^2$ from the measurement, in $\eta_j$ it is 1 and
$\tau^2/\sigma_j^2$. For unit mass that is the frequency squared. Leapfrog is stable below $2/\omega$, and the fastest
oscillator sets the step for all:

$$
\epsilon_\theta = \min_j \frac{2}{\sqrt{1/\tau^2 + 1/\sigma_j^2}}, \qquad
\epsilon_\eta = \min_j \frac{2}{\sqrt{1 + \tau^2/\sigma_j^2}} .
$$

The first goes to zero with $\tau$, the second with $1/\tau$, and their ratio is $\tau$ whatever the data. Neither is good at
both ends, unless all objects are of one kind.
""",
)

# ---- 5. Which coordinates -------------------------------------------------------------------------------------------------

COORDINATES = Choice(
    "coordinates",
    2,
    options={
        "a": "Center the stars of both groups, all thirty.",
        "b": "Non-center the stars of both groups, all thirty.",
        "c": "Center group A, and non-center group B.",
        "d": "Non-center group A, and center group B.",
    },
    answer="c",
    reasons={
        "i": "Group B has sixteen spectra for each star, group A only one: more spectra, more information.",
        "ii": r"A non-centered posterior is roughly an ellipse for every $\tau$, which cannot hurt any star.",
        "iii": r"Where the data leave $\theta_j$ to $\tau$, it has a neck; where they fix it, $\eta_j$ has one.",
        "iv": "Only a step size fails in a funnel. An ensemble has none, so that natural coordinates are best.",
        "v": "All thirty stars belong to one population, so that their coordinates have to be of one kind.",
    },
    reason="iii",
    misconceptions=[
        Misconception(
            "every star is centered",
            "a",
            "Take a star of group B and let τ go from 0.08 to 0.02 dex. What happens to the sd of its θ_j, given τ?",
        ),
        Misconception(
            "every star is non-centered",
            "b",
            "Take a star of group A and let τ go from 0.02 to 0.08 dex. Its θ_j stays where it is, measured to 0.005 dex. "
            "And its η_j?",
        ),
        Misconception(
            "the two groups are exchanged",
            "d",
            "Work out the error of the mean for both groups, and compare each with the values of τ that are possible.",
        ),
        Misconception(
            "observations are counted and not weighed",
            "i",
            "Sixteen spectra divide the error by four. What is it then, beside that of a single superb spectrum?",
        ),
        Misconception(
            "non-centered coordinates are thought to remove the funnel",
            "ii",
            "Multiply the two funnel ratios of any star. Can both of them be one?",
        ),
        Misconception(
            "an ensemble is thought to be safe from funnels",
            "iv",
            "It does not diverge, that is true. Look at the chapter's running estimate of P(τ < 0.02): is it right?",
        ),
        Misconception(
            "the coordinates are thought to be part of the model",
            "v",
            "Coordinates are a map, on which the same posterior is drawn. The Jacobian sees to it that the probabilities "
            "agree.",
        ),
    ],
    solution=r"""
The errors of the means are $\sigma_j = s_j / \sqrt{n_j}$: 0.005 dex in group A and $0.48 / 4 = 0.12$ dex in group B, in spite
of sixteen times the spectra. The border is $\sqrt{0.02 \times 0.08} = 0.04$ dex. Group A lies far below it: its $\theta_j$
are fixed by the data, and $\eta_j = (\theta_j - \mu) / \tau$ would have to move whenever $\tau$ does. Group B lies above it:
its $\theta_j$ are as wide as $\tau$ lets them be, and $\eta_j$ has nearly the same width at every $\tau$.
""",
)

# ---- 6. The neck ----------------------------------------------------------------------------------------------------------

TAU = np.geomspace(1e-6, 2, 10_001)  # every tenth point of the notebook's grid


@cache
def posterior_of(y, sigma):
    """Return the exact posterior, once for each data set."""
    return exact.posterior(MODEL, Measurements(y=y, sigma=sigma))


def posterior(data):
    """The exact posterior of a data set."""
    return posterior_of(tuple(data["y"]), tuple(data["sigma"]))


def neck(data):
    """P(tau < 0.02), the 68 % interval of tau, and the one that a chain reports which never enters the neck."""
    below = posterior(data).cdf("tau", NECK)
    levels = np.array([0.16, 0.84])
    return {
        "below": below,
        "interval": posterior(data).quantile("tau", levels),
        "stuck": posterior(data).quantile("tau", below + levels * (1 - below)),
    }


def from_quantiles(below, quantile):
    """The answer from a probability below 0.02 and a quantile function."""
    levels = np.array([0.16, 0.84])
    return {"below": below, "interval": quantile(levels), "stuck": quantile(below + levels * (1 - below))}


def from_density(density, x):
    """The answer from a density of x on the grid, not normalized."""
    cdf = cumulative_trapezoid(density, x, initial=0)
    cdf = cdf / cdf[-1]
    return from_quantiles(np.interp(NECK, TAU, cdf), lambda level: np.interp(level, cdf, TAU))


def without_jacobian(data):
    """The answer that sums p(tau | y) over a grid that is even in ln tau."""
    return from_density(posterior(data).pdf("tau", TAU), np.log(TAU))


def at_best_mu(data):
    """The answer with mu set to its best value at each tau, and not integrated out."""
    v = TAU[:, None] ** 2 + data["sigma"] ** 2
    mean = (data["y"] / v).sum(axis=1) / (1 + (1 / v).sum(axis=1))  # the 1 is the prior of mu
    return from_density(np.exp(MODEL.log_prob_marginal(np.stack([mean, TAU], axis=1), Measurements(**data))), TAU)


def as_a_normal(data):
    """The answer for a Normal of tau's mean and sd."""
    normal = stats.norm(posterior(data).mean("tau"), posterior(data).sd("tau"))
    return from_quantiles(normal.cdf(NECK), normal.ppf)


SIGNS = np.array([-1, 1])


def from_levels(data, levels):
    """The answer with other levels for both intervals."""
    right, levels = neck(data), np.array(levels)
    return right | {
        "interval": posterior(data).quantile("tau", levels),
        "stuck": posterior(data).quantile("tau", right["below"] + levels * (1 - right["below"])),
    }


def of_stuck(data):
    """Mean less and plus sd of what the stuck chain visits."""
    tau = TAU[TAU > NECK]
    density = posterior(data).pdf("tau", tau)
    mean = np.trapezoid(tau * density, tau) / np.trapezoid(density, tau)
    return mean + SIGNS * np.sqrt(np.trapezoid((tau - mean) ** 2 * density, tau) / np.trapezoid(density, tau))


def stuck_without_jacobian(data):
    """The stuck chain's interval from a sum over the points of the grid, without their widths."""
    tau = TAU[TAU > NECK]
    cdf = cumulative_trapezoid(posterior(data).pdf("tau", tau), np.log(tau), initial=0)
    return np.interp([0.16, 0.84], cdf / cdf[-1], tau)


def with_location(data):
    """The answer for a prior that begins at 0.5."""
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(0.5))
    interval = exact.posterior(model, Measurements(**data)).quantile("tau", [0.16, 0.84])
    return {"below": 0.0, "interval": interval, "stuck": interval}


def with_levels(levels):
    """Return the answer with other levels for the stuck chain: a function of P(tau < 0.02)."""

    def answer(data):
        right = neck(data)
        return right | {"stuck": posterior(data).quantile("tau", levels(right["below"]))}

    return answer


def with_missing_added(data):
    """The answer with P(tau < 0.02) added to both levels of the stuck chain: beyond one the grid ends."""
    right = neck(data)
    levels = right["below"] + np.array([0.16, 0.84])
    quantiles = posterior(data).quantile("tau", np.minimum(levels, 0.999))
    return right | {"stuck": np.where(levels < 1, quantiles, TAU[-1])}


NECK_OF_TAU = Analysis(
    "neck",
    4,
    data="cluster",
    reference=neck,
    # Any sum over the notebook's grid is right to one step of it, 0.015 % of tau, and lecturekit's quantiles are.
    tolerance=Tolerance(rel=0.001),
    misconceptions=[
        Misconception(
            "the density of τ is summed over a grid that is even in ln τ as if it were even in τ",
            without_jacobian,
            "The grid has as many points from 0.0001 to 0.001 as from 0.1 to 1. How much of τ does each of them stand for?",
        ),
        Misconception(
            "μ is set to its best value for each τ and not integrated out",
            at_best_mu,
            "The larger τ, the more values of μ are possible. A maximum does not see that. What does an integral do?",
        ),
        Misconception(
            "the density of τ is multiplied by τ twice, for a grid that is even in ln τ",
            lambda data: from_density(posterior(data).pdf("tau", TAU) * TAU**2, np.log(TAU)),
            "A step of the grid covers τ times a step in ln τ. How often does that factor stand in your sum?",
        ),
        Misconception(
            "the prior of τ is flat",
            lambda data: from_density(posterior(data).pdf("tau", TAU) / stats.halfnorm.pdf(TAU, scale=0.5), TAU),
            "The model is that of question 2, half-Normal prior included.",
        ),
        Misconception(
            "the prior of τ has the scale 1",
            lambda data: from_density(
                posterior(data).pdf("tau", TAU) / stats.halfnorm.pdf(TAU, scale=0.5) * stats.halfnorm.pdf(TAU), TAU
            ),
            "What does the model of question 2 say about the width of the prior of τ?",
        ),
        Misconception(
            "the intervals hold 95 % and not 68 %",
            lambda data: from_levels(data, [0.025, 0.975]),
            "A 68 % interval leaves 16 % on either side.",
        ),
        Misconception(
            "the intervals leave 32 % on either side",
            lambda data: from_levels(data, [0.32, 0.68]),
            "A 68 % interval leaves 32 % outside, on both sides together.",
        ),
        Misconception(
            "the intervals hold 50 % and not 68 %",
            lambda data: from_levels(data, [0.25, 0.75]),
            "A 68 % interval leaves 16 % on either side.",
        ),
        Misconception(
            "the ends of both intervals are in the wrong order",
            lambda data: neck(data) | {name: neck(data)[name][::-1] for name in ("interval", "stuck")},
            "The 16 % quantile comes first.",
        ),
        Misconception(
            "the interval runs from one sd below the mean to one above",
            lambda data: neck(data) | {"interval": posterior(data).mean("tau") + posterior(data).sd("tau") * SIGNS},
            "That holds 68 % of a Normal. Draw the density of τ: is it one?",
        ),
        Misconception(
            "both intervals run from one sd below the mean to one above",
            lambda data: (
                neck(data)
                | {"interval": posterior(data).mean("tau") + posterior(data).sd("tau") * SIGNS, "stuck": of_stuck(data)}
            ),
            "That holds 68 % of a Normal. Draw the density of τ: is it one?",
        ),
        Misconception(
            "the stuck chain's interval is the exact one, moved up by 0.02 dex",
            lambda data: neck(data) | {"stuck": neck(data)["interval"] + NECK},
            "The chain does not move its draws: it makes those above 0.02 dex correctly, and none below.",
        ),
        Misconception(
            "the whole of the missing probability is taken off the upper end",
            with_levels(lambda below: np.array([0.16, 0.84 - below])),
            "No draws below 0.02 dex are among the chain's. Where does its lower end have to lie, then?",
        ),
        Misconception(
            "the stuck chain's lower end is right and its upper end is the exact one",
            with_levels(lambda below: np.array([below + 0.16 * (1 - below), 0.84])),
            "All of what the chain reports is a share of what it has seen. Is 84 % of that the 84 % of the whole?",
        ),
        Misconception(
            "the stuck chain's interval is taken to begin at 0.02 dex, its upper end being right",
            lambda data: neck(data) | {"stuck": np.array([NECK, neck(data)["stuck"][1]])},
            "All draws of this chain lie above 0.02 dex. Which share of them has to lie below its 16 % quantile?",
        ),
        Misconception(
            "the stuck chain's 16 and 84 % are counted from 0.02 dex up, but as shares of the whole probability",
            with_missing_added,
            "16 and 84 % of what? The stuck chain's whole is what is left above 0.02 dex.",
        ),
        Misconception(
            "the stuck chain's density is summed over the grid as if that were even in τ, the exact one correctly",
            lambda data: neck(data) | {"stuck": stuck_without_jacobian(data)},
            "The grid has as many points from 0.02 to 0.04 as from 0.5 to 1. How much of τ does each of them stand for?",
        ),
        Misconception(
            "the 0.5 of the half-Normal prior is given to SciPy as a location",
            with_location,
            "Your prior is zero for every τ below 0.5. What is the first argument of `stats.halfnorm`?",
        ),
        Misconception(
            "the posterior of τ is taken for a Normal with its mean and sd",
            as_a_normal,
            "Draw the density: is it symmetric, and what does it do at τ = 0?",
        ),
        Misconception(
            "the stuck chain is thought to report the exact interval",
            with_levels(lambda below: np.array([0.16, 0.84])),
            "Its histogram has no mass below 0.02 dex, and yet an area of one. Where did that mass go?",
        ),
        Misconception(
            "the exact interval is cut off at 0.02 dex for the stuck chain",
            with_levels(lambda below: np.array([below, 0.84])),
            "The chain does not pile up at 0.02 what belongs below. It spreads it over all that it visits: what happens to "
            "its quantiles?",
        ),
        Misconception(
            "the whole of the missing probability is added to the level of 16 %",
            with_levels(lambda below: np.array([below + 0.16, 0.84])),
            "16 % of what? The stuck chain's whole is what is left above 0.02 dex. And does its upper end stay where it was?",
        ),
        Misconception(
            "the levels are scaled but counted from τ = 0",
            with_levels(lambda below: np.array([0.16, 0.84]) * (1 - below)),
            "These are 16 and 84 % of the right whole. Where does the stuck chain begin to count?",
        ),
        Misconception(
            "the probability below 0.02 dex is given in percent",
            lambda data: neck(data) | {"below": 100 * neck(data)["below"]},
            "A probability is a number from 0 to 1.",
        ),
        Misconception(
            "the probability above 0.02 dex is given in place of that below",
            lambda data: neck(data) | {"below": 1 - neck(data)["below"]},
            "In which of the two is the cluster uniform for all practical purposes?",
        ),
    ],
    solution=r"""
The probability below 0.02 dex, $p$, is an integral of the exact density, and the quantiles are where the integral reaches
0.16 and 0.84. A chain that samples correctly above 0.02 dex and never goes below has the density $p(\tau \mid y) / (1 - p)$
there and 0 elsewhere. Its quantile of level $q$ is where the exact distribution function has reached $p + q\,(1 - p)$. By sums
over the notebook's grid:

```python
def neck(data):
    tau, density = density_of_tau(data)
    mass = density * np.gradient(tau)
    cdf = np.cumsum(mass) / mass.sum()
    below, levels = np.interp(0.02, tau, cdf), np.array([0.16, 0.84])
    return {
        "below": below,
        "interval": np.interp(levels, cdf, tau),
        "stuck": np.interp(below + levels * (1 - below), cdf, tau),
    }
```

The stuck chain's lower end is two or three times too large and its upper end hardly moves. The interval looks better than the
right one, and excludes what has not been looked at. Nothing in the chain says so.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def log_jacobian_in_a_loop(log_tau, kappa):
    """One factor after the other; a list."""
    if np.ndim(log_tau):
        return [log_jacobian_in_a_loop(float(one), kappa) for one in log_tau]
    total = log_tau
    for power in kappa:
        total += power * log_tau
    return total


def log_jacobian_of_a_matrix(log_tau, kappa):
    """The log determinants of the diagonal matrices themselves, in float32."""
    tau = np.exp(np.float32(log_tau))[..., None]
    diagonal = np.concatenate([np.ones_like(tau), tau, tau ** np.float32(kappa)], axis=-1)
    return np.linalg.slogdet(diagonal[..., None] * np.eye(diagonal.shape[-1], dtype=np.float32)).logabsdet


def log_jacobian_as_a_product(log_tau, kappa):
    """The logarithm of a product of powers."""
    tau = np.exp(np.asarray(log_tau))
    return np.log(tau) + np.log(tau[..., None] ** kappa).sum(axis=-1)


def log_density_in_a_loop(params, y, sigma, kappa):
    """Term by term, in plain Python."""
    mu, log_tau, *x = map(float, params)
    tau = np.exp(log_tau)
    total = -0.5 * mu**2 - 2 * tau**2 + np.log(4 / (2 * np.pi)) + log_tau
    for coordinate, value, error, power in zip(x, y, sigma, kappa, strict=True):
        theta = power * mu + tau**power * coordinate
        total -= 0.5 * ((theta - mu) / tau) ** 2 + 0.5 * ((value - theta) / error) ** 2
        total -= (1 - power) * log_tau + np.log(2 * np.pi * error)
    return total


def log_density_by_lecturekit(params, y, sigma, kappa):
    """lecturekit's density of tau and theta, and the Jacobian; in float32."""
    theta = kappa * params[0] + np.exp(kappa * params[1]) * params[2:]
    in_theta = np.float32([params[0], np.exp(params[1]), *theta])
    return np.float32(MODEL.log_prob_centered(in_theta, Measurements(y=y, sigma=sigma)) + log_jacobian(params[1], kappa))


def log_density_of_x(params, y, sigma, kappa):
    """The Normal that x itself has."""
    mu, log_tau, x = np.split(params, [1, 2])
    rest = np.exp((1 - kappa) * log_tau)
    terms = stats.norm(mu * (1 - kappa) * np.exp(-kappa * log_tau), rest).logpdf(x)
    terms += stats.norm(x * np.exp(kappa * log_tau) + kappa * mu, sigma).logpdf(y)
    prior = stats.norm.logpdf(mu) + np.log(2) + stats.norm(0, 0.5).logpdf(np.exp(log_tau)) + log_tau
    return terms.sum() + prior[0]


def leapfrog_step_in_a_loop(q, p, step, y, sigma):
    """Coordinate by coordinate in plain Python; two lists."""

    def force(log_tau, *theta):
        precision = float(np.exp(-2 * log_tau))
        first = precision * sum(value**2 for value in theta) - len(theta) - log_tau
        return [first, *((d - t) / s**2 - precision * t for t, d, s in zip(theta, y, sigma, strict=True))]

    half = [momentum + 0.5 * step * pull for momentum, pull in zip(p, force(*q), strict=True)]
    position = [here + step * momentum for here, momentum in zip(q, half, strict=True)]
    return position, [momentum + 0.5 * step * pull for momentum, pull in zip(half, force(*position), strict=True)]


def leapfrog_step_by_verlet(q, p, step, y, sigma):
    """The same path by velocity Verlet, with the acceleration kept; one array of two rows, in float32."""
    q, p, y, sigma = (np.asarray(array, np.float32) for array in (q, p, y, sigma))

    def acceleration(q):
        scaled = q[1:] * np.exp(-q[0])
        return np.append(np.sum(scaled**2 - 1) - q[0], (y - q[1:]) / sigma**2 - scaled * np.exp(-q[0]))

    before = acceleration(q)
    q = q + step * p + step**2 / 2 * before
    return np.stack([q, p + step / 2 * (before + acceleration(q))])


def largest_steps_in_a_loop(tau, sigma):
    """Twice the narrowest conditional sd of theta_j, and of eta_j; a list."""
    widths = [(1 / (1 / tau**2 + 1 / error**2)) ** 0.5 for error in sigma]
    return [2 * min(widths), 2 * min(width / tau for width in widths)]


def largest_steps_by_the_best(tau, sigma):
    """By the smallest error alone, in float32."""
    sharpest = np.float32(np.min(sigma))
    second = 2 * sharpest / np.hypot(np.float32(tau), sharpest)
    return np.array([tau * second, second])


def leapfrog_step_by_differences(q, p, step, y, sigma):
    """With the gradient from central differences of the potential."""

    def potential(q):
        tau = np.exp(q[0])
        return -(stats.norm.logpdf(q[0]) + np.sum(stats.norm.logpdf(q[1:], 0, tau) + stats.norm.logpdf(y, q[1:], sigma)))

    def slope(q):
        return np.array([(potential(q + e) - potential(q - e)) / 2e-5 for e in 1e-5 * np.eye(q.size)])

    p = p - step / 2 * slope(q)
    q = q + step * p
    return q, p - step / 2 * slope(q)


def largest_steps_of_matrices(tau, sigma):
    """By the largest eigenvalues of the two matrices of second derivatives."""
    of_theta = np.diag(tau**-2 + sigma**-2)
    return tuple(2 / np.sqrt(np.linalg.eigvalsh(hessian)[-1]) for hessian in (of_theta, tau**2 * of_theta))


def neck_by_sums(data):
    """Sums over the notebook's grid."""
    tau = np.geomspace(1e-6, 2, 100_001)
    mass = exact.posterior(MODEL, Measurements(**data)).pdf("tau", tau) * np.gradient(tau)
    cdf = np.cumsum(mass) / mass.sum()
    below, levels = np.interp(0.02, tau, cdf), np.array([0.16, 0.84])
    return {"below": below, "interval": np.interp(levels, cdf, tau), "stuck": np.interp(below + levels * (1 - below), cdf, tau)}


def neck_in_logarithms(data):
    """The density of ln tau; the stuck chain from that density cut off, as a histogram would show it."""
    tau = np.geomspace(1e-6, 2, 100_001)
    mass = exact.posterior(MODEL, Measurements(**data)).pdf("tau", tau) * tau

    def quantiles(mass):
        cdf = cumulative_trapezoid(mass, np.log(tau), initial=0)
        return [float(tau[np.searchsorted(cdf, level * cdf[-1])]) for level in (0.16, 0.84)]

    return {
        "below": mass[tau < NECK].sum() / mass.sum(),
        "interval": quantiles(mass),
        "stuck": quantiles(np.where(tau < NECK, 0, mass)),
    }


def neck_by_hand(data):
    """The marginal posterior written out, on a grid that is even in tau."""
    tau = np.linspace(0, 1, 40_001)[:, None]
    v = tau**2 + data["sigma"] ** 2
    precision = 1 + np.sum(1 / v, axis=1)
    mean = np.sum(data["y"] / v, axis=1) / precision
    log_p = -0.5 * (np.sum(np.log(v) + data["y"] ** 2 / v, axis=1) + np.log(precision) - precision * mean**2)
    cdf = cumulative_trapezoid(np.exp(log_p - log_p.max() - 2 * tau[:, 0] ** 2), tau[:, 0], initial=0)
    cdf /= cdf[-1]
    below = np.interp(NECK, tau[:, 0], cdf)
    interval, stuck = np.interp([[0.16, 0.84], [0.16 + 0.84 * below, 0.84 + 0.16 * below]], cdf, tau[:, 0])
    return {"below": below, "interval": interval, "stuck": stuck}


def half_right_for_one_logarithm(log_tau, kappa):
    """One value of ln tau for each star, added up: right for a single ln tau, wrong for several."""
    return np.sum(kappa * log_tau) + log_tau if np.ndim(log_tau) == 0 else np.sum(log_tau) * (1 + np.sum(kappa))


def half_right_for_whole_kappa(params, y, sigma, kappa):
    """Centered or not, and nothing in between."""
    return log_density(params, y, sigma, np.round(kappa))


def half_right_for_one_star(q, p, step, y, sigma):
    """The chapter's gradient, for one star, with all stars' distances."""
    return leapfrog_with(first_component(lambda q: 2 - q.size))(q, p, step, y, sigma)


def half_right_for_the_first(tau, sigma):
    """The first star for all."""
    return largest_steps(tau, sigma[:1])


ALTERNATIVES = {
    "log_jacobian": [log_jacobian_in_a_loop, log_jacobian_of_a_matrix, log_jacobian_as_a_product],
    "log_density": [log_density_in_a_loop, log_density_by_lecturekit, log_density_of_x],
    "leapfrog_step": [leapfrog_step_in_a_loop, leapfrog_step_by_verlet, leapfrog_step_by_differences],
    "largest_steps": [largest_steps_in_a_loop, largest_steps_by_the_best, largest_steps_of_matrices],
    "neck": [neck_by_sums, neck_in_logarithms, neck_by_hand],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "log_jacobian": [half_right_for_one_logarithm],
    "log_density": [half_right_for_whole_kappa],
    "leapfrog_step": [half_right_for_one_star],
    "largest_steps": [half_right_for_the_first],
}
DATA = {"cluster": draw_cluster}
QUESTIONS = [LOG_JACOBIAN, LOG_DENSITY, LEAPFROG_STEP, LARGEST_STEPS, COORDINATES, NECK_OF_TAU]
