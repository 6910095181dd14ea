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
            "The likelihood asks: had the planet this true value, would we have measured this? Where is the true value?",
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
            "A product of many densities soon is too small for a computer's numbers. Its logarithm never is.",
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


ALTERNATIVES = {
    "simulate": [simulate_in_a_loop, simulate_at_once, simulate_by_scipy],
    "log_factors": [log_factors_by_hand, log_factors_at_once, log_factors_as_sums_of_squares, log_factors_by_scipy],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "simulate": [half_right_for_positive_draws, half_right_for_equal_counts],
    "log_factors": [half_right_for_a_table, half_right_for_one_measurement, half_right_for_large_spreads],
}
QUESTIONS = [SIMULATE, LOG_FACTORS, EXCHANGEABLE]
