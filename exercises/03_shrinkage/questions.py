"""Homework 3, Shrinkage: the weight, the estimates it makes, James and Stein, who pays, and an unknown population."""

from functools import cache

import numpy as np
from scipy import stats

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts
from lecturekit import Measurements, NormalHierarchy, exact
from lecturekit.datasets import simulate_normal

# ---- The data, one variant for each student -------------------------------------------------------------------------------


def draw_simulation(rng):
    """Twelve stars of a cluster whose truth is known, one of them far out: every variant has some that lose by shrinkage."""
    mu, tau = rng.uniform(-0.3, 0.1), rng.uniform(0.05, 0.12)
    sigma = rng.uniform(0.03, 0.15, 12)
    sky = simulate_normal(mu, tau, sigma, rng=rng)
    theta = sky.truth.theta.copy()
    theta[rng.integers(12)] = mu + 4 * tau
    return {"mu": mu, "tau": tau, "theta": theta, "sigma": sigma, "y": rng.normal(theta, sigma)}


def draw_observed(rng):
    """Six stars, too few to know tau well: the answers by draws and by a single tau differ clearly."""
    for _ in attempts("draw_observed"):
        sky = simulate_normal(rng.uniform(-0.3, 0.1), rng.uniform(0.06, 0.12), rng.uniform(0.05, 0.15, 6), rng=rng)
        data = {"y": sky.y, "sigma": sky.sigma}
        full, single = averaged(data), at_one_tau(data)
        if np.max(np.abs(full["mean"] - single["mean"]) / full["sd"]) > 2 * MONTE_CARLO:
            return data


# ---- 1. The weight --------------------------------------------------------------------------------------------------------


def weight(sigma, tau):
    """Weight of a measurement in a population of width tau."""
    return tau**2 / (tau**2 + sigma**2)


def draw_weight(rng):
    """Errors over four decades, and now and then a population without spread."""
    sigma = 10 ** rng.uniform(-3, 1, rng.integers(2, 9))
    tau = rng.choice([0.0, 10 ** rng.uniform(-2, 1)], p=[0.2, 0.8])
    return (float(sigma[0]) if rng.random() < 0.3 else sigma, float(tau))


WEIGHT = Function(
    "weight",
    2,
    reference=weight,
    probes=[
        (0.1, 0.2),
        (np.array([0.05, 0.08, 0.3]), 0.08),
        (np.array([0.0, 1e-6, 2.5]), 0.7),
        (np.array([0.1, 3.0]), 0.0),
        (np.array([0.5, 2.0]), np.array([2.0, 0.5])),
    ],
    private=draw_weight,
    vectorised=True,
    misconceptions=[
        Misconception(
            "the standard deviations are used where the variances belong",
            lambda sigma, tau: tau / (tau + sigma),
            "When two Gaussians are multiplied something adds up: is it 1/σ or 1/σ²? Look at their exponents.",
        ),
        Misconception(
            "the weight of the population stands where the weight of the measurement belongs",
            lambda sigma, tau: sigma**2 / (tau**2 + sigma**2),
            "Try a very precise star, with σ near zero: which should decide its estimate, the measurement or the other stars?",
        ),
        Misconception(
            "σ is not squared",
            lambda sigma, tau: tau**2 / (tau**2 + sigma),
            "Check the units: τ² is in dex², and what is added to it has to be in dex² too.",
        ),
        Misconception(
            "τ is not squared",
            lambda sigma, tau: tau / (tau + sigma**2),
            "Check the units: σ² is in dex², and what is added to it has to be in dex² too.",
        ),
        Misconception(
            "the two widths are added before they are squared",
            lambda sigma, tau: tau**2 / (tau + sigma) ** 2,
            "Independent errors add in quadrature. Which is the variance of a sum, then: the sum of squares, or the "
            "square of the sum?",
        ),
        Misconception(
            "the root of the weight is taken",
            lambda sigma, tau: np.sqrt(tau**2 / (tau**2 + sigma**2)),
            "The root belongs to the width of the posterior, not to its mean. How should the two sources share the "
            "weight at σ = τ?",
        ),
        Misconception(
            "the ratio of the variances is given",
            lambda sigma, tau: np.divide(np.square(tau), np.square(sigma)),
            "This compares the two sources, as odds do. A weight is a share of the whole: those of measurement and "
            "population add up to one.",
        ),
    ],
    solution=r"""
The product of two Gaussians is a Gaussian whose precision is the sum of their precisions, and whose mean is the
average of their means weighted by precision. The measurement has the precision $1/\sigma_j^2$, the population
$1/\tau^2$, and so

$$
w_j = \frac{1/\sigma_j^2}{1/\sigma_j^2 + 1/\tau^2} = \frac{\tau^2}{\tau^2 + \sigma_j^2}.
$$

The last form is the one to code: it has both limits, 1 at $\sigma_j = 0$ and 0 at $\tau = 0$, without a division by
zero.
""",
)

# ---- 2. The shrunken estimates --------------------------------------------------------------------------------------------


def shrunken(y, sigma, mu, tau):
    """Mean and sd of theta_j, given y_j and the population."""
    w = weight(sigma, tau)
    return w * y + (1 - w) * mu, np.sqrt(w) * sigma


def draw_shrunken(rng):
    """Up to nine stars, and now and then a population without spread."""
    size, mu, tau = rng.integers(1, 10), rng.normal(0, 2), rng.choice([0.0, rng.uniform(0.05, 2)], p=[0.1, 0.9])
    return (rng.normal(mu, 2, size), rng.uniform(0.05, 2, size), float(mu), float(tau))


def estimates(y, sigma, mu, w):
    """Return the estimates and their sd for any weight."""
    return w * y + (1 - w) * mu, np.sqrt(w) * sigma


SHRUNKEN = Function(
    "shrunken",
    3,
    reference=shrunken,
    probes=[
        (np.array([-0.41, -0.12, 0.05]), np.array([0.15, 0.04, 0.09]), -0.15, 0.08),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18]), 7.7, 6.0),
        (np.array([1.5, 2.5]), np.array([0.3, 0.6]), 2.2, 0.0),
    ],
    private=draw_shrunken,
    misconceptions=[
        Misconception(
            "the estimates are shrunk toward zero",
            lambda y, sigma, mu, tau: (weight(sigma, tau) * y, np.sqrt(weight(sigma, tau)) * sigma),
            "What a star's measurement gives up does not vanish. Where does the other part of the weight go?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            lambda y, sigma, mu, tau: (estimates(y, sigma, mu, 1 - weight(sigma, tau))[0], np.sqrt(weight(sigma, tau)) * sigma),
            "At τ = 0 all stars are alike. Where do all estimates have to lie then?",
        ),
        Misconception(
            "the estimates are shrunk toward the mean of the measurements",
            lambda y, sigma, mu, tau: estimates(y, sigma, np.mean(y), weight(sigma, tau)),
            "Here the population is known: its mean μ is an argument of the function, and need not be estimated from y.",
        ),
        Misconception(
            "the sd is multiplied by the weight and not by its root",
            lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], weight(sigma, tau) * sigma),
            "Precisions add, and a precision is one over a variance. Work out the variance first, then take its root.",
        ),
        Misconception(
            "the variance is returned in place of the sd",
            lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], weight(sigma, tau) * sigma**2),
            "Check the unit of the second result: it should be that of y.",
        ),
        Misconception(
            "the sd stays that of the measurement",
            lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], sigma),
            "Two pieces of information beat one. The second result has to be smaller than σ, and smaller than τ.",
        ),
        Misconception(
            "the variances are added to get that of the estimate",
            lambda y, sigma, mu, tau: (shrunken(y, sigma, mu, tau)[0], np.sqrt(sigma**2 + tau**2)),
            "This is how far a measurement scatters about μ before it is made. How well is θ known once it is made?",
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

At $\tau = 0$ every star is the population mean, without any error left, and the code says so.
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


def shrink(y, sigma, *, fewer=3, mean=None, factor=lambda c: max(0.0, 1 - c)):
    """James and Stein's estimate with one thing done otherwise."""
    mean = np.mean(y) if mean is None else mean
    return mean + factor((len(y) - fewer) * sigma**2 / np.sum((y - mean) ** 2)) * (y - mean)


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
    misconceptions=[
        Misconception(
            "the factor may turn negative",
            lambda y, sigma: shrink(y, sigma, factor=lambda c: 1 - c),
            "When the measurements scatter less than their errors say, your factor is below zero and throws every star to the "
            "other side of the mean. Where should the stars go then?",
        ),
        Misconception(
            "J − 2 is used, as for a fixed point",
            lambda y, sigma: shrink(y, sigma, fewer=2),
            "You shrink toward a mean that comes from the same data. What does estimating one number cost?",
        ),
        Misconception(
            "J is used",
            lambda y, sigma: shrink(y, sigma, fewer=0),
            "The mean of one over a χ² is not one over its mean. Look up in the chapter what makes the factor unbiased.",
        ),
        Misconception(
            "J − 1 is used",
            lambda y, sigma: shrink(y, sigma, fewer=1),
            "J − 1 makes a variance unbiased. Here one over a sum of squares is to be unbiased, and that takes another number.",
        ),
        Misconception(
            "σ is not squared",
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
            "This makes the factor about J times too strong. Is S a variance, or the quantity that a variance is made from?",
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


def compared(squared_error, raw):
    """Which stars are worse, and the ratio of the totals."""
    return {"worse": squared_error > raw, "ratio": squared_error.sum() / raw.sum()}


def who_pays(data):
    """Which stars expect to lose, and what all expect."""
    return compared(variance(data) + bias(data) ** 2, data["sigma"] ** 2)


def one_sky(data):
    """Return the answer for the squared errors of the one sky that was observed."""
    estimate = shrunken(data["y"], data["sigma"], data["mu"], data["tau"])[0]
    return compared((estimate - data["theta"]) ** 2, (data["y"] - data["theta"]) ** 2)


def posterior_variance(data):
    """Return the variance of theta given y, which is not that of the estimate."""
    return weight(data["sigma"], data["tau"]) * data["sigma"] ** 2


WHO_PAYS = Value(
    "who_pays",
    4,
    data="simulation",
    reference=who_pays,
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

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.2))
# The mean of n independent draws has the standard error sd / sqrt(n), their sd has sd / sqrt(2 n) for a Normal posterior and
# up to sd / sqrt(n) for tails as heavy as these. Five such errors at n = 10,000, half as many draws as the notebook makes.
MONTE_CARLO = 5 / np.sqrt(10_000)


@cache
def posterior_of(y, sigma):
    """The exact posterior, worked out once for each data set."""
    return exact.posterior(MODEL, Measurements(y=y, sigma=sigma))


def averaged(data):
    """Mean and sd of theta_j, with mu and tau unknown."""
    posterior = posterior_of(tuple(data["y"]), tuple(data["sigma"]))
    return {"mean": posterior.mean("theta"), "sd": posterior.sd("theta")}


def monte_carlo_error(data, answer):
    """Return the tolerance of an answer that comes from draws."""
    return Tolerance(rel=0, abs={"mean": MONTE_CARLO * answer["sd"], "sd": MONTE_CARLO * answer["sd"]})


def at_one_tau(data):
    """Return the answer with mu and tau set to their posterior means."""
    posterior = posterior_of(tuple(data["y"]), tuple(data["sigma"]))
    mean, sd = shrunken(data["y"], data["sigma"], posterior.mean("mu"), posterior.mean("tau"))
    return {"mean": mean, "sd": sd}


def sd_within(data):
    """Return the root of w_j sigma_j**2 averaged over tau's posterior, (J,)."""
    posterior = posterior_of(tuple(data["y"]), tuple(data["sigma"]))
    variance = weight(data["sigma"][:, None], posterior.tau_grid) * data["sigma"][:, None] ** 2
    return np.sqrt(np.trapezoid(variance * posterior.tau_density, posterior.tau_grid))


def pooled(data):
    """Return the answer of complete pooling."""
    precision = 1 / data["sigma"] ** 2
    mean = np.sum(precision * data["y"]) / np.sum(precision)
    return {"mean": np.full(len(precision), mean), "sd": np.full(len(precision), np.sum(precision) ** -0.5)}


AVERAGED = Value(
    "averaged",
    5,
    data="observed",
    reference=averaged,
    tolerance=monte_carlo_error,
    misconceptions=[
        Misconception(
            "μ and τ are set to their posterior means",
            at_one_tau,
            "One value of τ stands here for all that the data allow. What happens if the estimates are made for every "
            "draw of μ "
            "and τ?",
        ),
        Misconception(
            "the sd is the root of the averaged variance alone",
            lambda data: {"mean": averaged(data)["mean"], "sd": sd_within(data)},
            "For each draw of μ and τ there is some spread of θ; its mean moves from draw to draw. Your sd has only the first.",
        ),
        Misconception(
            "the sd is the scatter of the estimates alone",
            lambda data: {"mean": averaged(data)["mean"], "sd": np.sqrt(averaged(data)["sd"] ** 2 - sd_within(data) ** 2)},
            "The mean of θ moves from draw to draw of μ and τ; for each there is some spread of θ. Your sd has only the first.",
        ),
        Misconception("all stars are pooled completely", pooled, "This takes τ = 0 for granted. What do the data say about τ?"),
        Misconception(
            "the measurements are taken as they are",
            lambda data: {"mean": data["y"], "sd": data["sigma"]},
            "This takes τ for infinite. What do the data say about τ?",
        ),
        Misconception(
            "the variances are given in place of the sd",
            lambda data: {"mean": averaged(data)["mean"], "sd": averaged(data)["sd"] ** 2},
            "Check the unit: an sd has that of y.",
        ),
    ],
    solution=r"""
For each draw of $\mu$ and $\tau$ the formulas of question 2 hold. Averaging over the draws gives the mean. The
variance has two parts, by the law of total variance,

$$
\begin{aligned}
\mathrm{Var}(\theta_j \mid y) ={} &\mathrm{E}\bigl[w_j\,\sigma_j^2\bigr] \\
&+ \mathrm{Var}\bigl[w_j y_j + (1 - w_j)\mu\bigr],
\end{aligned}
$$

what is left to know about the star when the population is known, and what is not known about the population. A single
value of $\tau$ loses the second part, and bends the first, since $w_j$ is no linear function of $\tau$. In the
notebook:

```python
mean, sd = shrunken(
    observed.y, observed.sigma, draws.mu[:, None], draws.tau[:, None]
)
averaged = {
    "mean": mean.mean(axis=0),
    "sd": np.sqrt((sd**2).mean(axis=0) + mean.var(axis=0)),
}
```

The reference takes both moments from lecturekit's quadrature. The draws agree with it to about one percent of the sd.
""",
)

# ---- 6. Which summary -----------------------------------------------------------------------------------------------------

RICH = Choice(
    "rich",
    2,
    options={
        "a": "Count the stars whose measurement lies above the limit.",
        "b": "Count the stars whose posterior mean lies above the limit.",
        "c": "Add up, over all stars, the posterior probability of lying above the limit.",
        "d": "Count the stars whose whole 95 % interval lies above the limit.",
    },
    answer="c",
    reasons={
        "i": "The posterior mean has the smallest squared error for each star, so whatever is computed from it is best too.",
        "ii": "A measurement is unbiased, so that the errors cancel in a count over many stars.",
        "iii": "Only a star that surely lies above the limit may be counted.",
        "iv": "The true values are spread less than the measurements and more than the posterior means.",
    },
    reason="iv",
    misconceptions=[
        Misconception(
            "the measurements are counted",
            "a",
            "Noise moves stars across the limit in both directions. On which side of it are there more stars to be moved?",
        ),
        Misconception(
            "the posterior means are counted",
            "b",
            "Each posterior mean is the best guess for its own star. How wide is their histogram beside the population?",
        ),
        Misconception(
            "only certain cases are counted",
            "d",
            "This answers another question: for how many stars is it certain? A noisy star may lie above it, and never count.",
        ),
        Misconception(
            "what is best for each star is taken to be best for any function of all stars",
            "i",
            "Being above a limit is not linear in θ. A star whose mean lies below it, does it never lie above?",
        ),
        Misconception(
            "errors are thought to cancel in a count",
            "ii",
            "Errors cancel in a mean. In a count the noise widens the histogram, and its tails grow.",
        ),
        Misconception(
            "a count is thought to need certainty about each star",
            "iii",
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


def weight_in_a_loop(sigma, tau):
    """The weight as a share of the precisions, number by number, with its limits put in by hand; a list for an array."""
    if np.ndim(sigma) == np.ndim(tau) == 0:
        if tau == 0 or sigma == 0:
            return float(tau > 0)
        return (1 / sigma**2) / (1 / sigma**2 + 1 / tau**2)
    return [weight_in_a_loop(float(s), float(t)) for s, t in np.broadcast(sigma, tau)]


def weight_in_single_precision(sigma, tau):
    """The square of a cosine, in float32."""
    sigma, tau = np.float32(sigma), np.float32(tau)
    return np.square(tau / np.hypot(sigma, tau))


def shrunken_in_a_loop(y, sigma, mu, tau):
    """Every star's two moments in turn; two lists."""
    means, sds = [], []
    for value, error in zip(y, sigma, strict=True):
        total = tau**2 + error**2
        means.append((value * tau**2 + mu * error**2) / total)
        sds.append(error * tau / total**0.5)
    return means, sds


def shrunken_as_a_step(y, sigma, mu, tau):
    """A step from the population mean, as a Kalman filter does it; one array of two rows, in float32."""
    gain = tau**2 / (tau**2 + sigma**2)
    return np.array([mu + gain * (y - mu), np.sqrt((1 - gain) * tau**2)], np.float32)


def james_stein_in_a_loop(y, sigma):
    """The estimator in plain Python; a list."""
    mean = sum(y) / len(y)
    pull = (len(y) - 3) * sigma**2 / sum((value - mean) ** 2 for value in y)
    return [mean if pull > 1 else value - pull * (value - mean) for value in y]


def james_stein_by_the_variance(y, sigma):
    """The factor from the sample variance, cut off by clip."""
    factor = 1 - (y.size - 3) / (y.size - 1) * sigma**2 / y.var(ddof=1)
    return np.average([y, np.full_like(y, y.mean())], axis=0, weights=np.clip([factor, 1 - factor], 0, 1))


ALTERNATIVES = {
    "weight": [weight_in_a_loop, weight_in_single_precision],
    "shrunken": [shrunken_in_a_loop, shrunken_as_a_step],
    "james_stein": [james_stein_in_a_loop, james_stein_by_the_variance],
}
DATA = {"simulation": draw_simulation, "observed": draw_observed}
QUESTIONS = [WEIGHT, SHRUNKEN, JAMES_STEIN, WHO_PAYS, AVERAGED, RICH]
