"""Homework 2, The structure of a model: recipe, prior predictive check, joint density, exchangeability, a covariate."""

import numpy as np
from scipy import stats
from scipy.special import ndtr

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_hosts(rng):
    """Ten planets along a trend with their host stars: every variant tells all wrong answers apart, from the right one too."""
    for _ in attempts("draw_hosts"):
        x, sigma = rng.uniform(-0.5, 0.5, 10), np.exp(rng.uniform(np.log(0.1), np.log(0.8), 10))
        tau = rng.uniform(0.2, 0.4)
        theta = rng.normal(rng.uniform(2.5, 3.5) + rng.uniform(1.5, 2.5) * x, tau)
        data = {"x": x, "y": rng.normal(theta, sigma), "sigma": sigma, "tau": tau}
        if answers_apart(ALONG_A_TREND, data, 2.2):
            return data


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
    return rng.uniform(0.1, 0.8, size), float(rng.normal()), float(rng.normal()), rng.normal(size=size), draws


def universe(sigma, z_mu, z_tau, z_theta, z_y, *, mu=None, tau=None, width=None, center=None, error=None):
    """Return a universe with one thing done otherwise: mu, tau, by what z_theta is stretched, where y lies, or its error."""
    mu = np.log(20) + 0.5 * z_mu if mu is None else mu
    tau = 0.5 * np.abs(z_tau) if tau is None else tau
    theta = mu + (tau if width is None else width(tau)) * z_theta
    center = theta if center is None else center(mu, theta)
    errors = sigma if error is None else error(tau, sigma, np.array([z.size for z in z_y]))
    return {"mu": mu, "tau": tau, "theta": theta, "y": tuple(c + e * z for c, e, z in zip(center, errors, z_y, strict=True))}


def with_mu(value):
    """Return a misconception's function: mu is made otherwise, from z_mu."""
    return lambda sigma, z_mu, *z: universe(sigma, z_mu, *z, mu=value(z_mu))


def with_tau(value):
    """Return a misconception's function: tau is made otherwise, from z_tau."""
    return lambda sigma, z_mu, z_tau, *z: universe(sigma, z_mu, z_tau, *z, tau=value(z_tau))


def square(number):
    """Return the variance that belongs to an sd."""
    return number**2


def squared_error(tau, sigma, count):
    """Return the variances of single measurements."""
    return sigma**2


def in_m_s(sigma, z_mu, z_tau, z_theta, z_y):
    """Return a universe whose planets leave the logarithm, and are measured without it."""
    planets = universe(sigma, z_mu, z_tau, z_theta, z_y)
    theta = np.exp(planets["theta"])
    return planets | {"theta": theta, "y": tuple(theta[j] + sigma[j] * z for j, z in enumerate(z_y))}


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
        (np.array([0.5]), -1.5, 2.5, np.array([-2.0]), (np.array([1.0, -1.5]),)),  # a planet with a negative ln K
        (np.array([0.2, 0.4]), 0.0, 0.25, np.array([0.5, -1.0]), (np.array([0.3]), np.array([-0.8, 0.6, 1.1]))),
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
            lambda *z: universe(*z, width=np.sqrt),
            "By which factor do you stretch a standard normal draw to give it the standard deviation τ?",
        ),
        Misconception(
            "τ² stretches the draws of θ",
            lambda *z: universe(*z, width=square),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "σ² stretches the draws of y",
            lambda *z: universe(*z, error=squared_error),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "0.5² stretches the draw of μ",
            with_mu(lambda z: np.log(20) + 0.5**2 * z),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "the draws of θ and y are stretched by the variances",
            lambda *z: universe(*z, width=square, error=squared_error),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "the draws of μ, θ and y are stretched by the variances",
            lambda sigma, z_mu, *z: universe(sigma, z_mu, *z, mu=np.log(20) + 0.5**2 * z_mu, width=square, error=squared_error),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "all draws are stretched by squares, that of τ too",
            lambda sigma, z_mu, z_tau, *z: universe(
                sigma,
                z_mu,
                z_tau,
                *z,
                mu=np.log(20) + 0.5**2 * z_mu,
                tau=0.5**2 * np.abs(z_tau),
                width=square,
                error=squared_error,
            ),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance? And HalfNormal(0.5) names its scale, which is that of the Normal it is half of.",
        ),
        Misconception(
            "the scale of the half-normal is squared",
            with_tau(lambda z: 0.5**2 * np.abs(z)),
            "HalfNormal(0.5) names its scale: that of the Normal draw whose absolute value is taken.",
        ),
        Misconception(
            "the scale of the half-normal is left out",
            with_tau(np.abs),
            "The absolute value of a standard normal draw is HalfNormal(1). What makes it HalfNormal(0.5)?",
        ),
        Misconception(
            "the 0.5 of the half-normal is taken for its location",
            with_tau(lambda z: 0.5 + np.abs(z)),
            "HalfNormal(0.5) begins at zero. The number is its scale.",
        ),
        Misconception(
            "τ may be negative",
            with_tau(lambda z: 0.5 * z),
            "A standard deviation is not negative. What does a half-normal do with the left half of the Normal?",
        ),
        Misconception(
            "negative draws of τ are set to zero",
            with_tau(lambda z: 0.5 * np.maximum(z, 0)),
            "This makes τ exactly zero in half of all universes. Where does a half-normal put the left half of the Normal?",
        ),
        Misconception(
            "τ is made from the square of its draw",
            with_tau(lambda z: 0.5 * z**2),
            "The square of a Normal draw is a χ². A half-normal folds the Normal over, without stretching it.",
        ),
        Misconception(
            "the scale of μ is left out",
            with_mu(lambda z: np.log(20) + z),
            "A standard normal draw has the standard deviation one. Which one has μ?",
        ),
        Misconception(
            "the center of μ is left out",
            with_mu(lambda z: 0.5 * z),
            "A standard normal draw lies around zero. Around what does μ lie?",
        ),
        Misconception(
            "the population mean lies around 20 and not around its logarithm",
            with_mu(lambda z: 20 + 0.5 * z),
            "θ is the natural logarithm of K, and so everything about it is too.",
        ),
        Misconception(
            "the logarithm is taken of the draw of μ",
            with_mu(lambda z: np.log(20 + 0.5 * z)),
            "μ has a Normal distribution as it stands, around ln 20 and with the standard deviation 0.5 in ln(m/s).",
        ),
        Misconception(
            "the logarithm is taken to base 10",
            with_mu(lambda z: np.log10(20) + 0.5 * z),
            "ln is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "the true values are given as the measurements",
            lambda *z: universe(*z, error=lambda tau, sigma, count: 0 * sigma),
            "An arrow leads from σ to y: each measurement has an error of its own.",
        ),
        Misconception(
            "the measurements lie around zero and not around their planet",
            lambda *z: universe(*z, center=lambda mu, theta: 0 * theta),
            "Follow the arrows of the graph to y. One of them is missing in your code.",
        ),
        Misconception(
            "the spread of the population stands in place of the error of a measurement",
            lambda *z: universe(*z, error=lambda tau, sigma, count: np.full(sigma.shape, tau)),
            "The planets' spread went into θ. Which node gives the measurements their width?",
        ),
        Misconception(
            "K is returned in place of its logarithm",
            lambda *z: (
                universe(*z) | {"theta": np.exp(universe(*z)["theta"]), "y": tuple(np.exp(one) for one in universe(*z)["y"])}
            ),
            "The model lives in ln K throughout: the errors σ are errors of ln K.",
        ),
        Misconception(
            "K is returned in place of its logarithm, the population's mean too",
            lambda *z: {
                part: tuple(np.exp(one) for one in value) if part == "y" else value if part == "tau" else np.exp(value)
                for part, value in universe(*z).items()
            },
            "The model lives in ln K throughout: the errors σ are errors of ln K.",
        ),
        Misconception(
            "the Normal draw of τ lies around 0.5 and is folded at zero",
            with_tau(lambda z: np.abs(0.5 + z)),
            "HalfNormal(0.5) folds a Normal that lies around zero. The number is its scale.",
        ),
        Misconception(
            "the 0.5 of the half-normal is both its location and its scale",
            with_tau(lambda z: 0.5 + 0.5 * np.abs(z)),
            "HalfNormal(0.5) begins at zero. The number is its scale.",
        ),
        Misconception(
            "the draws of θ are not stretched",
            lambda *z: universe(*z, width=lambda tau: 1.0),
            "A standard normal draw has the standard deviation one. Which one have the planets?",
        ),
        Misconception(
            "the draws of y are not stretched",
            lambda *z: universe(*z, error=lambda tau, sigma, count: np.ones_like(sigma)),
            "A standard normal draw has the standard deviation one. Which one have the measurements of a planet?",
        ),
        Misconception(
            "the population mean is given in m/s, and not its logarithm",
            with_mu(lambda z: np.exp(np.log(20) + 0.5 * z)),
            "The model lives in ln K throughout, and μ is a mean of ln K. There is nothing to exponentiate.",
        ),
        Misconception(
            "0.5 is taken for the variance of the Normal that τ is half of",
            with_tau(lambda z: np.sqrt(0.5) * np.abs(z)),
            "HalfNormal(0.5) names its scale: that of the Normal draw whose absolute value is taken.",
        ),
        Misconception(
            "0.5 is taken for the variance of μ",
            with_mu(lambda z: np.log(20) + np.sqrt(0.5) * z),
            "The variance of μ is 0.5². By which factor do you stretch a standard normal draw to give it that variance?",
        ),
        Misconception(
            "the draws of μ and τ are stretched by 0.5²",
            lambda sigma, z_mu, z_tau, *z: universe(
                sigma, z_mu, z_tau, *z, mu=np.log(20) + 0.25 * z_mu, tau=0.25 * np.abs(z_tau)
            ),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance? And HalfNormal(0.5) names its scale.",
        ),
        Misconception(
            "the measurements are drawn around the population mean, with spread and noise together",
            lambda *z: universe(
                *z, center=lambda mu, theta: np.full(theta.shape, mu), error=lambda tau, sigma, count: np.hypot(sigma, tau)
            ),
            "So do measurements scatter if θ is not drawn. Here it is: follow the arrows of the graph to y.",
        ),
        Misconception(
            "θ is given in m/s, and noise of the size σ is added to that",
            in_m_s,
            "The model lives in ln K throughout: the errors σ are errors of ln K.",
        ),
        Misconception(
            "all measurements of a planet have the same noise",
            lambda sigma, z_mu, z_tau, z_theta, z_y: universe(
                sigma, z_mu, z_tau, z_theta, tuple(np.full(z.shape, z[0]) for z in z_y)
            ),
            "Each measurement has noise of its own: the j-th array of `z_y` has a draw for every one of them.",
        ),
        Misconception(
            "σ is added to the draws of y, and does not stretch them",
            lambda sigma, *z: universe(
                sigma, *z, center=lambda mu, theta: theta + sigma, error=lambda tau, sigma, count: np.ones_like(sigma)
            ),
            "A standard normal draw has the standard deviation one. What gives it another one, adding or multiplying?",
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

# ---- 2. What a hyperprior believes ----------------------------------------------------------------------------------------

# Standard normal numbers, evenly spaced, and their weights: for tau half of them, as close as a narrow peak at zero wants.
Z_MU = np.linspace(-6, 6, 61)
Z_TAU = (np.arange(900) + 0.5) / 150
P_MU, P_TAU = (np.exp(-(z**2) / 2) / np.sum(np.exp(-(z**2) / 2)) for z in (Z_MU, Z_TAU))
MU = np.log(20) + 0.5 * Z_MU


def prior_predictive(sigma, scale, limit):
    """Prior probabilities that a measured K exceeds a limit: each planet's, and that of at least one."""
    distance = np.log(limit) - MU[:, None]
    each, none = [], 1.0
    for error in sigma:
        above = ndtr(-distance / np.hypot(scale * Z_TAU, error))  # for every mu (row) and tau (column)
        each.append(P_MU @ above @ P_TAU)
        none = none * (1 - above)
    return {"each": np.array(each), "any": 1 - P_MU @ none @ P_TAU}


def draw_prior(rng):
    """A survey, a hyperprior and a limit that some measurements may exceed."""
    sigma = rng.uniform(0.1, 1.0, rng.integers(1, 13))
    return sigma, float(10 ** rng.uniform(-1, 1)), float(20 * np.exp(rng.uniform(-0.5, 2.5)))


def believed(
    sigma, scale, limit, *, taus=None, weights=P_TAU, width=np.hypot, z_mu=Z_MU, any_of=None, log=np.log, center=None, mu_sd=0.5
):
    """Return the probabilities with one thing done otherwise; any_of makes the second from the probabilities given mu, tau."""
    taus = scale * Z_TAU if taus is None else taus
    mu = (log(20) if center is None else center) + mu_sd * z_mu
    p_mu = P_MU if z_mu.size == P_MU.size else np.ones(1)
    p_tau = weights if np.size(taus) == weights.size else np.ones(1)
    above = ndtr((mu[:, None] - log(limit)) / width(np.broadcast_to(taus, p_tau.shape), sigma[:, None, None]))
    each = p_mu @ above @ p_tau
    return {"each": each, "any": any_of(each, above) if any_of else 1 - p_mu @ np.prod(1 - above, axis=0) @ p_tau}


def otherwise_believed(**parts):
    """Return a misconception's function: `believed` with parts that are the same for all arguments."""
    return lambda sigma, scale, limit: believed(sigma, scale, limit, **parts)


def with_taus(taus):
    """Return a misconception's function: the taus come otherwise from the scale."""
    return lambda sigma, scale, limit: believed(sigma, scale, limit, taus=taus(scale))


def by_the_each(any_of):
    """Return a misconception's function: the second part is made from the first."""
    return otherwise_believed(any_of=lambda each, above: any_of(each))


def with_even_taus(sigma, scale, limit):
    """Return the probabilities for a prior on tau that is flat from zero to the scale."""
    taus = scale * (np.arange(P_TAU.size) + 0.5) / P_TAU.size
    return believed(sigma, scale, limit, taus=taus, weights=np.full(P_TAU.size, 1 / P_TAU.size))


ONE_UNIVERSE = (
    "Before μ and τ are known the planets are not independent: a universe with a high μ or a wide τ has many large K at once. "
    "For which μ and τ may probabilities be multiplied?"
)
ONE_TAU = "τ is not known either: it has a prior. Which part of the answer comes from the universes with a large τ?"

PRIOR_PREDICTIVE = Function(
    "prior_predictive",
    4,
    reference=prior_predictive,
    probes=[
        (np.array([0.2, 0.1, 0.45, 0.3, 0.6, 0.2, 0.1, 0.5, 0.3, 0.2]), 0.5, 60.0),
        (np.array([0.1, 0.8, 0.3, 0.1, 0.3, 0.2]), 3.0, 200.0),
        (np.array([0.1, 1.0]), 0.1, 45.0),
        (np.array([0.3]), 10.0, 1e4),
        (np.array([0.2, 0.4, 0.9]), 1.0, 15.0),
    ],
    private=draw_prior,
    private_count=10,
    tolerance=Tolerance(rel=0, abs=0.01),
    misconceptions=[
        Misconception("the planets are taken for independent", by_the_each(lambda each: 1 - np.prod(1 - each)), ONE_UNIVERSE),
        Misconception(
            "the planets are taken for independent, and only the true K are asked about",
            lambda sigma, scale, limit: by_the_each(lambda each: 1 - np.prod(1 - each))(0 * sigma, scale, limit),
            ONE_UNIVERSE + " And what a telescope shows has an error.",
        ),
        Misconception(
            "the probabilities of the planets are added up",
            by_the_each(np.sum),
            "That is how many planets you expect above the limit. It may be more than one, and a probability may not.",
        ),
        Misconception(
            "the probability of the likeliest planet is taken for that of any",
            by_the_each(np.max),
            "Each further planet is another chance. When would a second one add nothing?",
        ),
        Misconception(
            "the probability of all planets is given for that of any",
            otherwise_believed(any_of=lambda each, above: P_MU @ np.prod(above, axis=0) @ P_TAU),
            "At least one: the opposite is none, not all.",
        ),
        Misconception(
            "the probabilities of all planets are multiplied",
            by_the_each(np.prod),
            "At least one: the opposite is none. " + ONE_UNIVERSE,
        ),
        Misconception(
            "the probability of none is given for that of any",
            otherwise_believed(any_of=lambda each, above: P_MU @ np.prod(1 - above, axis=0) @ P_TAU),
            "At least one is the opposite of this.",
        ),
        Misconception(
            "the probability of a planet is averaged over the survey and given for that of any",
            by_the_each(np.mean),
            "Each further planet is another chance that one of them lies above the limit.",
        ),
        Misconception(
            "the probabilities of lying below the limit are given",
            lambda sigma, scale, limit: {
                "each": 1 - believed(sigma, scale, limit)["each"],
                "any": believed(sigma, scale, limit, any_of=lambda each, above: 1 - P_MU @ np.prod(above, axis=0) @ P_TAU)[
                    "any"
                ],
            },
            "Asked for is a K above the limit. Which tail is that of `cdf`?",
        ),
        Misconception(
            "the probability of lying below the limit is given for each planet, and that of any is right",
            lambda sigma, scale, limit: {
                "each": 1 - believed(sigma, scale, limit)["each"],
                "any": believed(sigma, scale, limit)["any"],
            },
            "Asked for is a K above the limit, for a single planet too. Which tail is that of `cdf`?",
        ),
        Misconception(
            "the errors are left out, or added to K and not to ln K",
            lambda sigma, scale, limit: believed(0 * sigma, scale, limit),
            "The recipe has three steps, and what a telescope shows comes from the third. σ is an error of ln K.",
        ),
        Misconception("τ is set to the scale of its prior", with_taus(lambda scale: np.array([scale])), ONE_TAU),
        Misconception(
            "τ is set to the mean of its prior", with_taus(lambda scale: np.array([scale * np.sqrt(2 / np.pi)])), ONE_TAU
        ),
        Misconception(
            "τ is left out",
            with_taus(lambda scale: np.zeros(1)),
            "That is a universe in which all planets are alike. Which step of the recipe makes them differ?",
        ),
        Misconception(
            "the scale of the half-normal is left out",
            with_taus(lambda scale: Z_TAU),
            "The absolute value of a standard normal draw is HalfNormal(1). What makes it another one?",
        ),
        Misconception(
            "the scale of the half-normal is always 0.5",
            with_taus(lambda scale: 0.5 * Z_TAU),
            "The scale is an argument here: the function is to compare one hyperprior with another.",
        ),
        Misconception(
            "the scale is taken for a variance",
            with_taus(lambda scale: np.sqrt(scale) * Z_TAU),
            "HalfNormal(s) names its scale: that of the Normal that it is half of.",
        ),
        Misconception(
            "the scale is squared",
            with_taus(lambda scale: scale**2 * Z_TAU),
            "HalfNormal(s) names its scale: that of the Normal that it is half of.",
        ),
        Misconception(
            "the scale is taken for the location of the half-normal",
            with_taus(lambda scale: scale + Z_TAU),
            "A half-normal begins at zero. What is the first number that `stats.halfnorm` takes, and what is its name?",
        ),
        Misconception(
            "τ is taken for a variance",
            with_taus(lambda scale: np.sqrt(scale * Z_TAU)),
            "By which factor do you stretch a standard normal draw to give it the standard deviation τ?",
        ),
        Misconception(
            "μ is set to the center of its prior, or hardly leaves it",
            otherwise_believed(z_mu=np.zeros(1)),
            "μ is not known either: it has a prior. A universe with a high μ has many large K at once.",
        ),
        Misconception(
            "0.5² stretches the draw of μ",
            otherwise_believed(mu_sd=0.25),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "the scale of μ is left out",
            otherwise_believed(mu_sd=1.0),
            "A standard normal draw has the standard deviation one. Which one has μ?",
        ),
        Misconception(
            "the limit is compared with ln K as it stands",
            lambda sigma, scale, limit: believed(sigma, scale, np.exp(min(limit, 700.0))),
            "The limit is in m/s, and the model lives in ln K.",
        ),
        Misconception(
            "the logarithms are taken to base 10", otherwise_believed(log=np.log10), "ln is the natural logarithm, `np.log`."
        ),
        Misconception(
            "the population mean lies around 20 and not around its logarithm",
            otherwise_believed(center=20.0),
            "θ is the natural logarithm of K, and so everything about it is too.",
        ),
        Misconception(
            "the widths are added, not their squares",
            otherwise_believed(width=np.add),
            "Spread and noise are independent. What adds up then?",
        ),
        Misconception(
            "σ is taken for a variance",
            lambda sigma, scale, limit: believed(np.sqrt(sigma), scale, limit),
            "By which factor do you stretch a standard normal draw to give it the standard deviation σ?",
        ),
        Misconception(
            "σ² stretches the draws of y",
            lambda sigma, scale, limit: believed(sigma**2, scale, limit),
            "On paper the Normal distribution has a variance in it. By which factor do you stretch a standard normal draw to "
            "give it that variance?",
        ),
        Misconception(
            "each planet has a τ of its own",
            otherwise_believed(any_of=lambda each, above: 1 - P_MU @ np.prod(1 - above @ P_TAU, axis=0)),
            "In which plate does τ stand? A universe with a wide τ has many large K at once.",
        ),
        Misconception(
            "each planet has a μ of its own",
            otherwise_believed(any_of=lambda each, above: 1 - np.prod(1 - P_MU @ above, axis=0) @ P_TAU),
            "In which plate does μ stand? A universe with a high μ has many large K at once.",
        ),
        Misconception(
            "the logarithm of the limit is taken to base 10",
            lambda sigma, scale, limit: believed(sigma, scale, np.exp(np.log10(limit))),
            "ln is the natural logarithm, `np.log`. The limit has to be on the same axis as the y.",
        ),
        Misconception(
            "τ is set to the scale of its prior, and the planets are taken for independent",
            lambda sigma, scale, limit: believed(
                sigma, scale, limit, taus=np.array([scale]), any_of=lambda each, above: 1 - np.prod(1 - each)
            ),
            ONE_TAU + " And a universe with a high μ has many large K at once.",
        ),
        Misconception(
            "τ is evenly distributed up to the scale",
            with_even_taus,
            "A half-normal prior is highest at zero, and its scale is not its end: about a third of it lies beyond.",
        ),
    ],
    solution=r"""
For given $\mu$ and $\tau$ a measurement is $\mathcal{N}(\mu, \tau^2 + \sigma_j^2)$, and the planets are independent:

$$
\begin{aligned}
q_j(\mu, \tau) &= \Phi\!\left( \frac{\mu - \ln L}{\sqrt{\tau^2 + \sigma_j^2}} \right), \\
p(\text{any} \mid \mu, \tau) &= 1 - \prod_j \bigl[ 1 - q_j(\mu, \tau) \bigr] .
\end{aligned}
$$

Both are then averaged over $p(\mu)\,p(\tau)$, by quadrature or over draws. The order matters: multiplying the averages would
give each planet a universe of its own, and would find too many surveys with a large $K$, since in one universe the large ones
come together. A short simulation does it as well, if it draws one $\mu$ and one $\tau$ for each survey:

```python
rng = np.random.default_rng(1)
n = 200_000
mu = np.log(20) + 0.5 * rng.normal(size=(n, 1))
tau = scale * np.abs(rng.normal(size=(n, 1)))
theta = rng.normal(mu, tau, (n, sigma.size))
above = rng.normal(theta, sigma) > np.log(limit)
answer = {"each": above.mean(axis=0), "any": above.any(axis=1).mean()}
```

With ten planets and errors of 0.2 the scale 0.5 finds a $K$ above 10 km/s in no survey, and the scale 10 in 64 of 100.
""",
)

# ---- 3. The joint density, factor by factor -------------------------------------------------------------------------------


def log_normal(x, mean, sd):
    """Natural logarithm of the Normal density."""
    return -0.5 * ((x - mean) / sd) ** 2 - np.log(sd * np.sqrt(2 * np.pi))


def log_half_normal(x, scale):
    """Natural logarithm of the half-normal density, for x > 0."""
    return log_normal(x, 0, scale) + np.log(2)


def log_factors(mu, tau, theta, sigma, y):
    """Natural logarithms of hyperprior, population and likelihood."""
    hyperprior = log_normal(mu, np.log(20), 0.5) + log_half_normal(tau, 0.5)
    population = np.sum(log_normal(theta, mu, tau))
    likelihood = sum(np.sum(log_normal(planet, theta[j], sigma[j])) for j, planet in enumerate(y))
    return {"hyperprior": hyperprior, "population": population, "likelihood": likelihood}


def draw_factors(rng):
    """A universe with a spread that is not too small."""
    sigma, z_mu, z_tau, z_theta, z_y = draw_universe(rng)
    planets = simulate(sigma, z_mu, np.sign(z_tau) * (0.2 + abs(z_tau)), z_theta, z_y)
    return planets["mu"], planets["tau"], planets["theta"], sigma, planets["y"]


def factors(part, value):
    """Return a misconception's function: right but for one part."""
    return lambda *joint: log_factors(*joint) | {part: value(*joint)}


def with_priors(value):
    """Return a misconception's function: the hyperprior is another function of mu and tau."""
    return factors("hyperprior", lambda mu, tau, theta, sigma, y: value(mu, tau))


def with_variances(parts):
    """Return a misconception's function: in these parts the square of the standard deviation is given for it."""

    def wrong(mu, tau, theta, sigma, y):
        def of(part, sd):
            return sd**2 if part in parts.split() else sd

        return {
            "hyperprior": log_normal(mu, np.log(20), of("mu", 0.5)) + log_half_normal(tau, of("tau", 0.5)),
            "population": np.sum(log_normal(theta, mu, of("theta", tau))),
            "likelihood": sum(np.sum(log_normal(planet, theta[j], of("y", sigma[j]))) for j, planet in enumerate(y)),
        }

    return wrong


def unnormalized(*, root_of_two_pi, width):
    """Return a misconception's function: each Normal density with 1 or 0 times these two in its normalization."""

    def log_density(x, mean, sd):
        return -0.5 * ((x - mean) / sd) ** 2 - width * np.log(sd) - root_of_two_pi * 0.5 * np.log(2 * np.pi)

    def wrong(mu, tau, theta, sigma, y):
        return {
            "hyperprior": log_density(mu, np.log(20), 0.5) + log_density(tau, 0, 0.5) + max(root_of_two_pi, width) * np.log(2),
            "population": np.sum(log_density(theta, mu, tau)),
            "likelihood": sum(np.sum(log_density(planet, theta[j], sigma[j])) for j, planet in enumerate(y)),
        }

    return wrong


def sharp(x, mean, sd):
    """Return the logarithm of the Normal density with twice its exponent."""
    return log_normal(x, mean, sd) - 0.5 * ((x - mean) / sd) ** 2


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
    tolerance=Tolerance(rel=0, abs=1e-3),
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
            "The likelihood asks: if the planet had this true value, would we have measured this? Where is the true value?",
        ),
        Misconception(
            "the half-normal has the height of the whole Normal",
            factors("hyperprior", lambda mu, tau, theta, sigma, y: log_normal(mu, np.log(20), 0.5) + log_normal(tau, 0, 0.5)),
            "Its integral over the positive numbers has to be one. What is that of the Normal?",
        ),
        *(
            Misconception(
                f"the variances are given to functions that want standard deviations{where}",
                with_variances(parts),
                "On paper the Normal distribution has a variance in it. What does the function take that you call?",
            )
            for where, parts in [
                ("", "mu tau theta y"),
                (", but for τ", "mu theta y"),
                (", in population and likelihood", "theta y"),
                (", in the population alone", "theta"),
                (", in the likelihood alone", "y"),
                (", for μ alone", "mu"),
                (", for μ and τ", "mu tau"),
            ]
        ),
        Misconception(
            "the scale of the half-normal is squared",
            with_variances("tau"),
            "HalfNormal(0.5) names its scale: that of the Normal that it is half of.",
        ),
        Misconception(
            "the 0.5 of the half-normal is taken for its location",
            with_priors(lambda mu, tau: log_normal(mu, np.log(20), 0.5) + stats.halfnorm.logpdf(tau, 0.5)),
            "HalfNormal(0.5) begins at zero, and its scale is 0.5. What is the first number that `stats.halfnorm` takes, and "
            "what is its name?",
        ),
        Misconception(
            "the scale of the half-normal is left out",
            with_priors(lambda mu, tau: log_normal(mu, np.log(20), 0.5) + log_half_normal(tau, 1)),
            "Without a scale `stats.halfnorm` takes it to be one.",
        ),
        Misconception(
            "the prior on τ is left out",
            with_priors(lambda mu, tau: log_normal(mu, np.log(20), 0.5)),
            "Two nodes stand outside of all plates. The hyperprior has a factor for each.",
        ),
        Misconception(
            "the prior on μ is left out",
            with_priors(lambda mu, tau: log_half_normal(tau, 0.5)),
            "Two nodes stand outside of all plates. The hyperprior has a factor for each.",
        ),
        Misconception(
            "the prior on μ lies around 20 and not around its logarithm",
            with_priors(lambda mu, tau: log_normal(mu, 20, 0.5) + log_half_normal(tau, 0.5)),
            "θ is the natural logarithm of K, and so everything about it is too.",
        ),
        Misconception(
            "the logarithm of 20 is taken to base 10",
            with_priors(lambda mu, tau: log_normal(mu, np.log10(20), 0.5) + log_half_normal(tau, 0.5)),
            "ln is the natural logarithm, `np.log`.",
        ),
        Misconception(
            "the logarithms are to base 10",
            lambda *joint: {name: value / np.log(10) for name, value in log_factors(*joint).items()},
            "Asked for are natural logarithms, `np.log`. Samplers expect them too.",
        ),
        Misconception(
            "the densities are given and not their logarithms",
            lambda *joint: {name: np.exp(value) for name, value in log_factors(*joint).items()},
            "A product of many densities is soon too small for a computer's numbers. Its logarithm never is.",
        ),
        Misconception(
            "the densities are added before the logarithm is taken",
            lambda mu, tau, theta, sigma, y: {
                "hyperprior": np.log(stats.norm.pdf(mu, np.log(20), 0.5) + stats.halfnorm.pdf(tau, scale=0.5)),
                "population": np.log(np.sum(stats.norm.pdf(theta, mu, tau))),
                "likelihood": np.log(sum(np.sum(stats.norm.pdf(planet, theta[j], sigma[j])) for j, planet in enumerate(y))),
            },
            "The joint density is a product of factors. What becomes of a product when its logarithm is taken?",
        ),
        Misconception(
            "the logarithms are averaged and not added up",
            lambda mu, tau, theta, sigma, y: {
                "hyperprior": log_factors(mu, tau, theta, sigma, y)["hyperprior"],
                "population": np.mean(log_normal(theta, mu, tau)),
                "likelihood": log_factors(mu, tau, theta, sigma, y)["likelihood"] / sum(len(planet) for planet in y),
            },
            "The logarithm of a product is a sum.",
        ),
        Misconception(
            "the logarithms of a planet's measurements are averaged and not added up",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    np.mean(log_normal(planet, theta[j], sigma[j])) for j, planet in enumerate(y)
                ),
            ),
            "The logarithm of a product is a sum, over the measurements of a planet too.",
        ),
        *(
            Misconception(name, unnormalized(root_of_two_pi=root, width=width), hint)
            for name, root, width, hint in [
                ("2π is left out", 0.0, 1.0, "A Normal density has a root of 2π under it, once for each factor."),
                (
                    "the widths are left out of the normalization",
                    1.0,
                    0.0,
                    "A wide Normal is lower than a narrow one. Without that, a sampler would let τ grow without end.",
                ),
                (
                    "only the exponents of the Normal densities are left",
                    0.0,
                    0.0,
                    "No constant is to be missing; and what divides a Normal density is not even constant where its width is "
                    "τ.",
                ),
            ]
        ),
        Misconception(
            "the half is missing in the exponents",
            lambda mu, tau, theta, sigma, y: {
                "hyperprior": sharp(mu, np.log(20), 0.5) + sharp(tau, 0, 0.5) + np.log(2),
                "population": np.sum(sharp(theta, mu, tau)),
                "likelihood": sum(np.sum(sharp(planet, theta[j], sigma[j])) for j, planet in enumerate(y)),
            },
            "Write the exponent of the Normal density down. What stands in front of the square?",
        ),
        Misconception(
            "the measurements of a planet are replaced by their mean, with the error of a single one",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    log_normal(np.mean(planet), theta[j], sigma[j]) for j, planet in enumerate(y)
                ),
            ),
            "This gives a planet with ten measurements one factor, as narrow as that of a single one. Asked for is a factor "
            "for each measurement.",
        ),
        Misconception(
            "the true values are integrated out",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    np.sum(log_normal(planet, mu, np.hypot(sigma[j], tau))) for j, planet in enumerate(y)
                ),
            ),
            "This asks how likely y is when θ is not known. In the joint density θ is given, and has a factor of its own.",
        ),
        Misconception(
            "the spread of the population is added to the noise",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    np.sum(log_normal(planet, theta[j], np.hypot(sigma[j], tau))) for j, planet in enumerate(y)
                ),
            ),
            "The planets' spread has its factors, those of θ. Once θ is given, is there an arrow from τ to y?",
        ),
        Misconception(
            "the spread of the population stands in place of the error of a measurement",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(np.sum(log_normal(planet, theta[j], tau)) for j, planet in enumerate(y)),
            ),
            "Which nodes have arrows to y? One of them gives the measurements their width.",
        ),
        Misconception(
            "the likelihood holds the population factors as well",
            factors("likelihood", lambda *joint: log_factors(*joint)["likelihood"] + log_factors(*joint)["population"]),
            "The three are added in the end. Each factor stands in one of them.",
        ),
        Misconception(
            "the errors of the measurements widen the population",
            factors("population", lambda mu, tau, theta, sigma, y: np.sum(log_normal(theta, mu, np.hypot(sigma, tau)))),
            "True values have no measurement error. That belongs to the y.",
        ),
        Misconception(
            "τ has a Normal prior around 0.5",
            with_priors(lambda mu, tau: log_normal(mu, np.log(20), 0.5) + log_normal(tau, 0.5, 1)),
            "HalfNormal(0.5) is the right half of a Normal around zero. What is the 0.5 in it?",
        ),
        Misconception(
            "2π is left out, and the half-normal has the height of the whole Normal",
            lambda *joint: {
                part: value - (np.log(2) if part == "hyperprior" else 0)
                for part, value in unnormalized(root_of_two_pi=0.0, width=1.0)(*joint).items()
            },
            "No constant is to be missing. Each factor has an integral of one, and that of τ over the positive numbers alone.",
        ),
        Misconception(
            "the densities of the planets are added before the logarithm is taken",
            factors("population", lambda mu, tau, theta, sigma, y: np.log(np.sum(np.exp(log_normal(theta, mu, tau))))),
            "The joint density is a product of factors. What becomes of a product when its logarithm is taken?",
        ),
        Misconception(
            "mean and standard deviation of μ are exchanged",
            with_priors(lambda mu, tau: log_normal(mu, 0.5, np.log(20)) + log_half_normal(tau, 0.5)),
            "Which of the two numbers comes first in the function that you call?",
        ),
        *(
            Misconception(
                f"{what} in the {part}",
                factors(
                    part,
                    lambda *joint, root=root, width=width, part=part: unnormalized(root_of_two_pi=root, width=width)(*joint)[
                        part
                    ],
                ),
                hint,
            )
            for part in ("population", "likelihood")
            for what, root, width, hint in [
                ("2π is left out", 0.0, 1.0, "A Normal density has a root of 2π under it, once for each factor."),
                (
                    "the width is left out of the normalization",
                    1.0,
                    0.0,
                    "A wide Normal is lower than a narrow one, by the factor of its width.",
                ),
                (
                    "half of the logarithm of the width is taken",
                    1.0,
                    0.5,
                    "A Normal density is divided by the root of 2π times its variance. What is half the logarithm of a square?",
                ),
                (
                    "only the exponents are left",
                    0.0,
                    0.0,
                    "No constant is to be missing. What is the Normal density divided by?",
                ),
            ]
        ),
        Misconception(
            "the logarithms of the planets are averaged and not added up",
            factors("population", lambda mu, tau, theta, sigma, y: np.mean(log_normal(theta, mu, tau))),
            "The logarithm of a product is a sum.",
        ),
        Misconception(
            "all planets together are divided by τ once",
            factors(
                "population",
                lambda mu, tau, theta, sigma, y: np.sum(log_normal(theta, mu, tau)) + (len(theta) - 1) * np.log(tau),
            ),
            "Each planet has a Normal density of its own. How often does τ stand below the product?",
        ),
        Misconception(
            "all planets together are divided by √(2π) τ once",
            factors(
                "population",
                lambda mu, tau, theta, sigma, y: (
                    np.sum(log_normal(theta, mu, tau)) + (len(theta) - 1) * np.log(tau * np.sqrt(2 * np.pi))
                ),
            ),
            "Each planet has a Normal density of its own. How often does its normalization stand below the product?",
        ),
        Misconception(
            "the measurements of a planet are divided by √(2π) σ once, all together",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(
                    np.sum(log_normal(planet, theta[j], sigma[j])) + (len(planet) - 1) * np.log(sigma[j] * np.sqrt(2 * np.pi))
                    for j, planet in enumerate(y)
                ),
            ),
            "Each measurement has a Normal density of its own. How often does its normalization stand below the product?",
        ),
        Misconception(
            "only the first measurement of each planet is counted",
            factors(
                "likelihood",
                lambda mu, tau, theta, sigma, y: sum(log_normal(planet[0], theta[j], sigma[j]) for j, planet in enumerate(y)),
            ),
            "There is an inner plate: y_ij has a factor for every i as well.",
        ),
        Misconception(
            "the prior on μ is given to every planet",
            factors("population", lambda mu, tau, theta, sigma, y: np.sum(log_normal(theta, np.log(20), 0.5))),
            "That is what is believed about μ. Which nodes have arrows to θ?",
        ),
        Misconception(
            "the prior density is that of ln τ",
            with_priors(lambda mu, tau: log_normal(mu, np.log(20), 0.5) + log_half_normal(tau, 0.5) + np.log(tau)),
            "A factor of τ belongs there if a sampler moves in ln τ. Asked for is the density of τ itself.",
        ),
        Misconception(
            "every factor holds those before it too",
            lambda *joint: dict(
                zip(("hyperprior", "population", "likelihood"), np.cumsum(list(log_factors(*joint).values())), strict=True)
            ),
            "The three are added in the end. Each factor stands in one of them.",
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

# ---- 4. Exchangeable? -----------------------------------------------------------------------------------------------------

EXCHANGEABLE = Choice(
    "exchangeable",
    2,
    options={
        "a": "The mean metallicity of the cluster is unknown. A high value for one star raises what is expected of all others.",
        "b": "Half of the stars were observed at a small telescope, chosen by lot, and their errors are five times as large.",
        "c": "The stars come from two clouds of different metallicity, but nobody knows of the second cloud.",
        "d": "Half of the stars are known to be peculiar: their surface is enriched in metals, as their spectral type shows.",
    },
    answer="d",
    reasons={
        "i": "The true values are not independent of one another, and one tells something about all others.",
        "ii": "The measurements do not all have the same distribution, and some deserve more trust.",
        "iii": "Something is known, before any measurement, that tells whose true value is likely higher.",
        "iv": "The true values differ by too much for all of them to have come from one population.",
    },
    reason="iii",
    misconceptions=[
        Misconception(
            "unequal errors are thought to break exchangeability",
            "b",
            "The errors belong to the measurements, and the likelihood knows them. Does the telescope tell you anything about "
            "a star's true metallicity?",
        ),
        Misconception(
            "differences that nobody knows of are thought to break exchangeability",
            "c",
            "It is a statement about what you know. Shuffle the names of the stars: does what you expect of them change? The "
            "family of the population may be wrong here, but that is another matter.",
        ),
        Misconception(
            "exchangeable is taken for independent",
            "a",
            "This correlation comes from the unknown μ, and it is the same for every pair of stars. Shuffle their names, and "
            "nothing changes. It is how strength is borrowed.",
        ),
        Misconception(
            "true values that are not independent are thought to be the trouble",
            "i",
            "In every hierarchical model they are correlated as long as μ and τ are unknown. Exchangeable is the weaker claim.",
        ),
        Misconception(
            "a large spread is thought to be the trouble",
            "iv",
            "A population may be as wide as it likes, or have two peaks. What matters is whether you can tell beforehand who "
            "is where.",
        ),
        Misconception(
            "the measurements are taken for the true values",
            "ii",
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

# ---- 5. A covariate -------------------------------------------------------------------------------------------------------


def along_a_trend(data):
    """The slope of a population that follows a covariate, and the estimates of all planets, for a given tau."""
    x, y, precision = data["x"], data["y"], 1 / (data["sigma"] ** 2 + data["tau"] ** 2)
    from_mean = x - np.sum(precision * x) / np.sum(precision)
    slope = np.sum(precision * from_mean * y) / np.sum(precision * from_mean**2)
    line = np.sum(precision * y) / np.sum(precision) + slope * from_mean
    return {"slope": slope, "theta": line + data["tau"] ** 2 * precision * (y - line)}


def fitted(x, y, weight):
    """Return intercept and slope of the line with these weights of the squares."""
    root = np.sqrt(weight)
    intercept, slope = np.linalg.lstsq(np.column_stack([root, root * x]), root * y, rcond=None)[0]
    return intercept, slope


def trend_by(*, weight=None, share=None, slope=None, theta=None):
    """Return a misconception's function: other weights or shares from sigma and tau, another slope or theta from the fit."""

    def wrong(data):
        x, y, sigma, tau = data["x"], data["y"], data["sigma"], data["tau"]
        a, b = fitted(x, y, weight(sigma, tau) if weight else 1 / (sigma**2 + tau**2))
        w = share(sigma, tau) if share else tau**2 / (sigma**2 + tau**2)
        line = a + b * x
        return {
            "slope": slope(x, y, sigma, tau, a, b) if slope else b,
            "theta": theta(y, w, line) if theta else w * y + (1 - w) * line,
        }

    return wrong


def toward_one_mean(data):
    """Return the estimates of a population without a trend."""
    precision = 1 / (data["sigma"] ** 2 + data["tau"] ** 2)
    mu = np.average(data["y"], weights=precision)
    return mu + data["tau"] ** 2 * precision * (data["y"] - mu)


def without_the_intercept(data):
    """Return the right slope, and estimates that are pulled toward a line through zero with it."""
    variance, answer = data["sigma"] ** 2 + data["tau"] ** 2, along_a_trend(data)
    line = answer["slope"] * data["x"]
    return answer | {"theta": line + data["tau"] ** 2 / variance * (data["y"] - line)}


def exchanged(data):
    """Return the answer for the line with slope and intercept exchanged."""
    variance = data["sigma"] ** 2 + data["tau"] ** 2
    slope, intercept = fitted(data["x"], data["y"], 1 / variance)
    line = intercept + slope * data["x"]
    return {"slope": slope, "theta": line + data["tau"] ** 2 / variance * (data["y"] - line)}


def through_zero(data):
    """Return the answer for a line without an intercept."""
    x, y, precision = data["x"], data["y"], 1 / (data["sigma"] ** 2 + data["tau"] ** 2)
    slope = np.sum(precision * x * y) / np.sum(precision * x**2)
    return {"slope": slope, "theta": slope * x + data["tau"] ** 2 * precision * (y - slope * x)}


SCATTER = (
    "How far does a measurement scatter about the line? By its noise alone, or does the planet itself not lie on the line?"
)
POLYFIT = "`np.polyfit` squares its weights: see what its documentation says about `w`."

ALONG_A_TREND = Analysis(
    "along_a_trend",
    4,
    data="hosts",
    reference=along_a_trend,
    tolerance=Tolerance(rel=1e-4),
    misconceptions=[
        Misconception("the line is fitted with weights 1/σ²", trend_by(weight=lambda sigma, tau: sigma**-2), SCATTER),
        Misconception(
            "the line is fitted with the same weight for all planets",
            trend_by(weight=lambda sigma, tau: np.ones_like(sigma)),
            "A planet that is measured badly should say less about the line. How far does a measurement scatter about it?",
        ),
        Misconception(
            "the line is fitted by `np.polyfit` with the inverse of σ² + τ² as `w`",
            trend_by(weight=lambda sigma, tau: (sigma**2 + tau**2) ** -2),
            POLYFIT,
        ),
        Misconception(
            "the line is fitted by `np.polyfit` with the inverse of σ² as `w`",
            trend_by(weight=lambda sigma, tau: sigma**-4),
            POLYFIT + " And the planets scatter about the line as well.",
        ),
        Misconception(
            "the line is fitted with weights 1/√(σ² + τ²)",
            trend_by(weight=lambda sigma, tau: (sigma**2 + tau**2) ** -0.5),
            "What adds up when independent measurements are combined? Look at the exponent of a Gaussian.",
        ),
        Misconception(
            "the line is fitted with weights 1/σ",
            trend_by(weight=lambda sigma, tau: 1 / sigma),
            "What adds up when independent measurements are combined? And the planets scatter about the line as well.",
        ),
        Misconception(
            "the line is fitted with weights 1/(σ + τ)",
            trend_by(weight=lambda sigma, tau: 1 / (sigma + tau)),
            "Noise and spread are independent. By which variance does a measurement scatter about the line?",
        ),
        Misconception(
            "noise and spread are added before they are squared",
            trend_by(weight=lambda sigma, tau: (sigma + tau) ** -2),
            "Noise and spread are independent. By which variance does a measurement scatter about the line?",
        ),
        Misconception(
            "the planets are shrunk toward one mean for all",
            lambda data: along_a_trend(data) | {"theta": toward_one_mean(data)},
            "The planets are exchangeable once x is taken into account. Where does the population have its mean at this x?",
        ),
        Misconception(
            "the line is fitted to estimates that were shrunk toward one mean",
            lambda data: {
                "slope": fitted(data["x"], toward_one_mean(data), 1 / (data["sigma"] ** 2 + data["tau"] ** 2))[1],
                "theta": toward_one_mean(data),
            },
            "Whoever pools first has already taken part of the trend away. The trend belongs in the population.",
        ),
        Misconception(
            "the line is fitted to estimates that were shrunk toward one mean, all with the same weight",
            lambda data: {
                "slope": fitted(data["x"], toward_one_mean(data), np.ones(data["x"].size))[1],
                "theta": toward_one_mean(data),
            },
            "Whoever pools first has already taken part of the trend away. The trend belongs in the population.",
        ),
        Misconception(
            "every planet is put on the line",
            trend_by(theta=lambda y, w, line: line),
            "The planets scatter about the line by τ. What does a planet's own measurement say about where it lies?",
        ),
        Misconception(
            "the measurements are left as they are",
            trend_by(theta=lambda y, w, line: y),
            "The population says something about every planet too. Toward which point is a planet pulled, and by how much?",
        ),
        Misconception(
            "the planets are shrunk toward the plain mean of all",
            lambda data: (
                along_a_trend(data)
                | {
                    "theta": data["y"]
                    + data["sigma"] ** 2 / (data["sigma"] ** 2 + data["tau"] ** 2) * (np.mean(data["y"]) - data["y"])
                }
            ),
            "The planets are exchangeable once x is taken into account. Where does the population have its mean at this x?",
        ),
        *(
            Misconception(f"{what}, with {which}", trend_by(weight=weight, theta=theta), hint + " And " + also)
            for what, theta, hint in [
                (
                    "every planet is put on the line",
                    lambda y, w, line: line,
                    "The planets scatter about the line by τ. What does a planet's own measurement say about where it lies?",
                ),
                (
                    "the measurements are left as they are",
                    lambda y, w, line: y,
                    "The population says something about every planet too. Toward which point is a planet pulled?",
                ),
            ]
            for which, weight, also in [
                (
                    "a line that has weights 1/σ²",
                    lambda sigma, tau: sigma**-2,
                    "how far does a measurement scatter about the line?",
                ),
                (
                    "a line that has the same weight for all",
                    lambda sigma, tau: np.ones_like(sigma),
                    "a planet that is measured badly should say less about the line.",
                ),
            ]
        ),
        Misconception(
            "measurement and population exchange their weights",
            trend_by(theta=lambda y, w, line: (1 - w) * y + w * line),
            "Turn τ up: if the planets scatter widely about the line, who should decide about one of them?",
        ),
        Misconception(
            "the weight of a measurement is τ/(τ + σ)",
            trend_by(share=lambda sigma, tau: tau / (tau + sigma)),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "the distances from the line are given, shrunken, without the line",
            trend_by(theta=lambda y, w, line: w * (y - line)),
            "These say how far a planet lies from the line. Put them back where they belong.",
        ),
        Misconception(
            "what a planet gives up vanishes",
            trend_by(theta=lambda y, w, line: w * y),
            "That pulls the planets toward ln K = 0. Where does the other part of the weight go?",
        ),
        Misconception(
            "the intercept is given for the slope",
            trend_by(slope=lambda x, y, sigma, tau, a, b: a),
            "Which of the two numbers comes first in what your fit returns?",
        ),
        Misconception(
            "the line has no intercept",
            through_zero,
            "At x = 0 the planets of your survey do not have ln K = 0. How many numbers does a line need?",
        ),
        Misconception(
            "x and y are exchanged in the fit of the slope",
            trend_by(slope=lambda x, y, sigma, tau, a, b: fitted(y, x, 1 / (sigma**2 + tau**2))[1]),
            "The population mean of ln K depends on x. Which of the two stands on the axis of the line, and which above it?",
        ),
        Misconception(
            "the root of the weight takes its place",
            trend_by(share=lambda sigma, tau: tau / np.hypot(sigma, tau)),
            "How should a measurement and the line share the weight at σ = τ? The root belongs to an error bar.",
        ),
        Misconception(
            "τ is taken for a variance",
            trend_by(weight=lambda sigma, tau: 1 / (sigma**2 + tau), share=lambda sigma, tau: tau / (sigma**2 + tau)),
            "τ is a standard deviation, in ln(m/s) as σ is. What is of one kind with σ²?",
        ),
        Misconception(
            "τ is taken for a variance in the estimates",
            trend_by(share=lambda sigma, tau: tau / (sigma**2 + tau)),
            "τ is a standard deviation, in ln(m/s) as σ is. What is of one kind with σ²?",
        ),
        Misconception(
            "the planets are pulled toward b x, without the intercept",
            without_the_intercept,
            "A line has two numbers. Where is the population mean at x = 0?",
        ),
        Misconception(
            "slope and intercept are exchanged, in the line too",
            exchanged,
            "Which of the two numbers comes first in what your fit returns?",
        ),
        Misconception(
            "the slope is one over that of a line fitted the other way round",
            trend_by(slope=lambda x, y, sigma, tau, a, b: 1 / fitted(y, x, 1 / (sigma**2 + tau**2))[1]),
            "A fit makes the distances small along one axis: that on which there are errors. Which one is it here?",
        ),
        *(
            Misconception(
                f"the slope is that of a line with {which}, and the estimates are right",
                trend_by(slope=lambda x, y, sigma, tau, a, b, weight=weight: fitted(x, y, weight(sigma))[1]),
                "One line gives both the slope and the estimates. Which weights have its planets?",
            )
            for which, weight in [("weights 1/σ²", lambda sigma: sigma**-2), ("the same weight for all", np.ones_like)]
        ),
        Misconception(
            "the estimates are given in m/s",
            lambda data: along_a_trend(data) | {"theta": np.exp(along_a_trend(data)["theta"])},
            "The θ of this model are logarithms of K, as the y are.",
        ),
    ],
    solution=r"""
Given the line, a measurement is $y_j \sim \mathcal{N}(a + b\,x_j,\ \tau^2 + \sigma_j^2)$: the planet scatters about the line,
and the measurement about the planet. With flat priors on $a$ and $b$, their posterior means are the line of least squares
with the weights $p_j = 1/(\tau^2 + \sigma_j^2)$,

$$
\hat b = \frac{\sum_j p_j\, (x_j - \bar x)\, y_j}{\sum_j p_j\, (x_j - \bar x)^2}, \qquad
\hat a = \bar y - \hat b\, \bar x ,
$$

where the bars are means with the same weights. Each planet is then pulled toward its own place on the line,
$\hat\theta_j = w_j y_j + (1 - w_j)(\hat a + \hat b\, x_j)$ with $w_j = \tau^2 p_j$. Nothing else changes: a covariate goes
into the population mean, and given $x_j$ the planets are exchangeable again.
`np.polyfit(x, y, 1, w=np.sqrt(p))` fits this line.
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


def simulate_by_scipy(sigma, z_mu, z_tau, z_theta, z_y):
    """Each draw is the quantile of its distribution at the probability of the standard normal draw."""

    def drawn(z, mean, sd):
        probability = stats.norm.cdf(-np.abs(z))
        return np.where(z < 0, stats.norm.ppf(probability, mean, sd), stats.norm.isf(probability, mean, sd))

    mu, tau = drawn(z_mu, np.log(20), 0.5), drawn(abs(z_tau), 0, 0.5)
    theta = drawn(z_theta, mu, tau)
    return {"mu": mu, "tau": tau, "theta": theta, "y": list(map(drawn, z_y, theta, sigma))}


def log_factors_as_sums_of_squares(mu, tau, theta, sigma, y):
    """The squares multiplied out, planet by planet, from counts, sums and sums of squares."""

    def log_gauss(count, total, squares, mean, variance):
        chi_squared = (squares - 2 * mean * total + count * mean**2) / variance
        return -(count * np.log(2 * np.pi * variance) + chi_squared) / 2

    def moments(values):
        values = np.asarray(values)
        return values.size, values.sum(), (values**2).sum()

    priors = log_gauss(*moments([mu]), np.log(20), 0.25) + np.log(2) + log_gauss(*moments([tau]), 0, 0.25)
    likelihood = sum(log_gauss(*moments(planet), theta[j], sigma[j] ** 2) for j, planet in enumerate(y))
    return {"hyperprior": priors, "population": log_gauss(*moments(theta), mu, tau**2), "likelihood": likelihood}


def log_factors_by_scipy(mu, tau, theta, sigma, y):
    """SciPy's densities."""
    likelihood = sum(stats.norm.logpdf(planet, loc=theta[j], scale=sigma[j]).sum() for j, planet in enumerate(y))
    hyperprior = stats.norm(np.log(20), 0.5).logpdf(mu) + stats.halfnorm.logpdf(tau, scale=0.5)
    return {"hyperprior": hyperprior, "population": stats.norm.logpdf(theta, mu, tau).sum(), "likelihood": likelihood}


def half_right_for_positive_draws(sigma, z_mu, z_tau, z_theta, z_y):
    """A half-normal without its absolute value."""
    return universe(sigma, z_mu, z_tau, z_theta, z_y, tau=0.5 * z_tau)


def half_right_for_equal_counts(sigma, z_mu, z_tau, z_theta, z_y):
    """All measurements as one table, which needs equally many for all planets."""
    planets = universe(sigma, z_mu, z_tau, z_theta, z_y)
    return planets | {"y": planets["theta"][:, None] + sigma[:, None] * np.array(z_y)}


def half_right_for_a_table(mu, tau, theta, sigma, y):
    """The same for the density."""
    table = np.array(y)
    return log_factors(mu, tau, theta, sigma, y) | {"likelihood": np.sum(log_normal(table, theta[:, None], sigma[:, None]))}


def half_right_for_one_measurement(mu, tau, theta, sigma, y):
    """The mean for a planet's measurements, with its error: right where there is one."""
    return log_factors(mu, tau, theta, sigma, y) | {
        "likelihood": sum(log_normal(np.mean(planet), theta[j], sigma[j] / np.sqrt(len(planet))) for j, planet in enumerate(y))
    }


def half_right_for_large_spreads(mu, tau, theta, sigma, y):
    """The half-normal from its location on."""
    below = -np.inf if tau < 0.5 else log_half_normal(tau, 0.5)
    return log_factors(mu, tau, theta, sigma, y) | {"hyperprior": log_normal(mu, np.log(20), 0.5) + below}


def prior_predictive_by_simulation(sigma, scale, limit):
    """A hundred thousand surveys, each with a universe of its own."""
    rng = np.random.default_rng(6)
    mu = rng.normal(np.log(20), 0.5, (100_000, 1))
    tau = stats.halfnorm(scale=scale).rvs((100_000, 1), random_state=rng)
    above = np.exp(rng.normal(rng.normal(mu, tau, (100_000, sigma.size)), sigma)) > limit
    return {"each": above.mean(axis=0), "any": above.any(axis=1).mean()}


def prior_predictive_given_draws(sigma, scale, limit):
    """The probabilities given mu and tau, averaged over draws of these; a list."""
    rng = np.random.default_rng(7)
    mu, tau = np.log(20) + rng.normal(size=100_000) / 2, np.abs(scale * rng.normal(size=100_000))
    above = [stats.norm.sf(np.log(limit), mu, np.sqrt(tau**2 + error**2)) for error in sigma]
    return {"any": np.mean(1 - np.prod(1 - np.array(above), axis=0)), "each": [float(np.mean(one)) for one in above]}


def prior_predictive_by_quantiles(sigma, scale, limit):
    """Nodes at quantiles of the priors; mu is integrated out by hand where a single planet is asked about."""
    probability = (np.arange(400) + 0.5) / 400
    tau = stats.halfnorm(scale=scale).ppf(probability)
    mu = stats.norm(np.log(20), 0.5).ppf(probability[::4])[:, None]
    each = [np.mean(ndtr((np.log(20) - np.log(limit)) / np.sqrt(0.25 + tau**2 + error**2))) for error in sigma]
    log_none = sum(stats.norm.logcdf((np.log(limit) - mu) / np.hypot(tau, error)) for error in sigma)
    return {"each": each, "any": np.mean(-np.expm1(log_none))}


def half_right_for_one_planet(sigma, scale, limit):
    """The probabilities multiplied, which is right for a single planet."""
    each = prior_predictive(sigma, scale, limit)["each"]
    return {"each": each, "any": 1 - np.prod(1 - each)}


def half_right_for_large_spreads_alone(sigma, scale, limit):
    """The noise left out, which matters little where the spread is wide."""
    return prior_predictive(0 * sigma + 1e-3, scale, limit)


def along_a_trend_by_polyfit(data):
    """NumPy's fit of a line, and a step from it."""
    variance = data["sigma"] ** 2 + data["tau"] ** 2
    line = np.polyfit(data["x"], data["y"], 1, w=variance**-0.5)
    residual = data["y"] - np.polyval(line, data["x"])
    return {"theta": data["y"] - data["sigma"] ** 2 / variance * residual, "slope": line[0]}


def along_a_trend_by_a_wide_prior(data):
    """The joint Gaussian of all planets under very wide priors on a and b, conditioned on the measurements."""
    design = np.column_stack([np.ones(data["x"].size), data["x"]])
    prior = data["tau"] ** 2 * np.eye(data["x"].size) + 1e6 * design @ design.T
    solved = np.linalg.solve(prior + np.diag(data["sigma"] ** 2), data["y"])
    return {"slope": 1e6 * design[:, 1] @ solved, "theta": prior @ solved}


def along_a_trend_in_a_loop(data):
    """The normal equations, from sums."""
    s = sx = sxx = sy = sxy = 0.0
    for x, y, sigma in zip(data["x"], data["y"], data["sigma"], strict=True):
        p = 1 / (sigma**2 + data["tau"] ** 2)
        s, sx, sxx, sy, sxy = s + p, sx + p * x, sxx + p * x * x, sy + p * y, sxy + p * x * y
    slope = (s * sxy - sx * sy) / (s * sxx - sx**2)
    intercept = (sy - slope * sx) / s
    theta = []
    for x, y, sigma in zip(data["x"], data["y"], data["sigma"], strict=True):
        own, other = 1 / sigma**2, 1 / data["tau"] ** 2
        theta.append((own * y + other * (intercept + slope * x)) / (own + other))
    return {"slope": slope, "theta": theta}


ALTERNATIVES = {
    "prior_predictive": [prior_predictive_by_simulation, prior_predictive_given_draws, prior_predictive_by_quantiles],
    "along_a_trend": [along_a_trend_by_polyfit, along_a_trend_by_a_wide_prior, along_a_trend_in_a_loop],
    "simulate": [simulate_in_a_loop, simulate_at_once, simulate_by_scipy],
    "log_factors": [log_factors_by_hand, log_factors_at_once, log_factors_as_sums_of_squares, log_factors_by_scipy],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "prior_predictive": [half_right_for_one_planet, half_right_for_large_spreads_alone],
    "simulate": [half_right_for_positive_draws, half_right_for_equal_counts],
    "log_factors": [half_right_for_a_table, half_right_for_one_measurement, half_right_for_large_spreads],
}
DATA = {"hosts": draw_hosts}
QUESTIONS = [SIMULATE, PRIOR_PREDICTIVE, LOG_FACTORS, EXCHANGEABLE, ALONG_A_TREND]
