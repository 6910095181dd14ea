"""Homework 9, Practice: what priors say about weights, limits and evidence, and what a chain's draws are worth."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.integrate import cumulative_trapezoid
from scipy.special import logsumexp, softmax

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, exact

# ---- 1. What a prior says about pooling -------------------------------------------------------------------------------------


def weight_density(w, sigma, scale):
    """Density of the weight w when tau is HalfCauchy(scale)."""
    odds = w / (1 - w)
    tau = sigma * np.sqrt(odds)
    slope = tau / (2 * w * (1 - w))
    return slope * 2 / (np.pi * scale * (1 + (tau / scale) ** 2))


def draw_weight_density(rng):
    """Weights between the ends, and scales from far below the error to far above."""
    sigma = 10 ** rng.uniform(-2, 1.5)
    w = rng.uniform(0.01, 0.99, rng.integers(3, 12))
    return (float(w[0]) if rng.random() < 0.3 else w, float(sigma), float(sigma * 10 ** rng.uniform(-1.5, 1.5)))


def tau_of(w, sigma):
    """Return the tau of a weight."""
    return sigma * np.sqrt(w / (1 - w))


def half_cauchy(tau, scale):
    """Return the density of tau."""
    return 2 / (np.pi * scale * (1 + (tau / scale) ** 2))


def slope_of(w, sigma):
    """Return d tau / d w."""
    return sigma / 2 * w**-0.5 * (1 - w) ** -1.5


def with_slope(slope):
    """Return a misconception's function: right but for the derivative, which comes from w and sigma."""
    return lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale) * slope(w, sigma)


def with_density(density):
    """Return a misconception's function: right but for the density of tau, which comes from tau and the scale."""
    return lambda w, sigma, scale: slope_of(w, sigma) * density(tau_of(w, sigma), scale)


def scaled_to_one(w, sigma, scale):
    """Return the density of tau at the tau of w, divided by its integral over w."""
    k = sigma / scale
    # The integral of 2/(pi s) (1 - w)/(1 - w + k^2 w) from 0 to 1.
    c = k**2 - 1
    integral = 0.5 if abs(c) < 1e-6 else ((1 + c) * np.log1p(c) / c - 1) / c
    return half_cauchy(tau_of(w, sigma), scale) * np.pi * scale / 2 / integral


WEIGHT_DENSITY = Function(
    "weight_density",
    4,
    reference=weight_density,
    probes=[
        (np.array([0.1, 0.5, 0.9]), 0.1, 0.1),
        (np.array([0.001, 0.2, 0.4, 0.8, 0.999]), 0.15, 0.5),
        (np.array([0.3, 0.6]), 15.0, 5.0),
        (np.array([0.05, 0.7, 0.95]), 2.0, 2.0),
        (0.3, 0.2, 0.05),
    ],
    private=draw_weight_density,
    tolerance=Tolerance(rel=1e-4),  # single precision will do
    vectorised=True,
    misconceptions=[
        Misconception(
            "the density of τ is taken at the τ that belongs to w, and nothing else is done",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale),
            "A density is probability per unit. Equal steps of w are not equal steps of τ, and your density does not integrate "
            "to one over w.",
        ),
        Misconception(
            "the density of τ is divided by dτ/dw",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale) / slope_of(w, sigma),
            "The probability in a small step is the same in both variables: `p(w) dw = p(τ) dτ`. Which derivative follows from "
            "that?",
        ),
        Misconception(
            "both signs of τ are left in the Cauchy density",
            lambda w, sigma, scale: weight_density(w, sigma, scale) / 2,
            "Integrate your density from 0 to 1. All of a half-Cauchy's mass lies above zero.",
        ),
        Misconception(
            "σ and the scale of the prior change places, or w is taken for the weight of the population",
            lambda w, sigma, scale: weight_density(1 - w, sigma, scale),
            "Take a star whose σ is far above the scale. Near which end should the mass of its w be, if w is the "
            "measurement's weight?",
        ),
        Misconception(
            "τ is solved for with the odds upside down, and the derivative is right",
            lambda w, sigma, scale: slope_of(w, sigma) * half_cauchy(tau_of(1 - w, sigma), scale),
            "Put your τ back into `τ²/(τ² + σ²)`. Does w come out?",
        ),
        Misconception(
            "the weight is made of standard deviations, τ/(τ + σ)",
            lambda w, sigma, scale: half_cauchy(sigma * w / (1 - w), scale) * sigma / (1 - w) ** 2,
            "Solve the formula of the weight for τ once more. What is squared in it?",
        ),
        Misconception(
            "the prior is put on τ²",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma) ** 2, scale) * (sigma / (1 - w)) ** 2,
            "The half-Cauchy here is a prior on the standard deviation. A scale in dex for τ² would not even have its unit.",
        ),
        Misconception(
            "the derivative is that of τ², and not that of τ",
            with_slope(lambda w, sigma: (sigma / (1 - w)) ** 2),
            "The prior is a density per unit of τ. Which variable has to be differentiated with respect to w, then?",
        ),
        Misconception(
            "the root of τ² is forgotten in the derivative, as in dτ/dw = σ/(1 − w)²",
            with_slope(lambda w, sigma: sigma / (1 - w) ** 2),
            "This is the derivative of `σ w/(1 − w)`. Your τ has a root in it.",
        ),
        Misconception(
            "the derivative of the root is taken, but not that of what stands below it",
            with_slope(lambda w, sigma: sigma / 2 * np.sqrt((1 - w) / w)),
            "A root of a quotient needs the chain rule: by what is the derivative of the root still to be multiplied?",
        ),
        Misconception(
            "σ is left out of the derivative",
            with_slope(lambda w, sigma: slope_of(w, 1.0)),
            "τ is σ times something that depends on w. What happens to a factor when you differentiate?",
        ),
        Misconception(
            "the values are divided by their sum",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale) / np.sum(half_cauchy(tau_of(w, sigma), scale)),
            "Which w are in the array has nothing to do with the density. It should integrate to one over all w from 0 to 1.",
        ),
        Misconception(
            "the half of the root is lost in the derivative",
            with_slope(lambda w, sigma: 2 * slope_of(w, sigma)),
            "Integrate your density from 0 to 1. What is the derivative of a square root?",
        ),
        Misconception(
            "one factor is lost in the derivative, the 1/(1 − w) of the quotient",
            with_slope(lambda w, sigma: slope_of(w, sigma) * (1 - w)),
            "Differentiate `w/(1 − w)` on its own first, by the quotient rule.",
        ),
        Misconception(
            "the scale does not divide the density",
            lambda w, sigma, scale: weight_density(w, sigma, scale) * scale,
            "Integrate your density from 0 to 1 for two scales. What has to stand before the bracket of a Cauchy density?",
        ),
        Misconception(
            "τ/s is not squared in the Cauchy density",
            with_density(lambda tau, scale: 2 / (np.pi * scale * (1 + tau / scale))),
            "Compare with the formula in the question. Such a density would have a tail with infinite mass.",
        ),
        Misconception(
            "π is left out",
            with_density(lambda tau, scale: np.pi * half_cauchy(tau, scale)),
            "Integrate your density from 0 to 1. What should come out?",
        ),
        Misconception(
            "the scale is given to SciPy without its name",
            with_density(lambda tau, scale: stats.halfcauchy.pdf(tau, scale)),
            "SciPy takes the first number after τ for `loc`, a shift, and leaves the scale at one.",
        ),
        Misconception(
            "the scale of the prior is left out, as if it were one",
            with_density(lambda tau, scale: half_cauchy(tau, 1.0)),
            "`scale` is an argument of your function. Does the result change when you change it?",
        ),
        Misconception(
            "σ is left out, as if it were one",
            lambda w, sigma, scale: weight_density(w, 1.0, scale),
            "Put your τ back into `τ²/(τ² + σ²)`. Does w come out for every σ?",
        ),
        Misconception(
            "the root is forgotten in τ, and not in the derivative",
            lambda w, sigma, scale: slope_of(w, sigma) * half_cauchy(sigma * w / (1 - w), scale),
            "Put your τ back into `τ²/(τ² + σ²)`. Does w come out?",
        ),
        Misconception(
            "the density is one per unit of ln w",
            lambda w, sigma, scale: w * weight_density(w, sigma, scale),
            "It is asked for per unit of w, so that its integral over w from 0 to 1 is one. Over which variable does yours "
            "integrate to one?",
        ),
        Misconception(
            "the density is one per unit of the log odds ln(w/(1 − w))",
            lambda w, sigma, scale: w * (1 - w) * weight_density(w, sigma, scale),
            "It is asked for per unit of w, so that its integral over w from 0 to 1 is one. Over which variable does yours "
            "integrate to one?",
        ),
        Misconception(
            "the density of τ is taken at the τ that belongs to w, and divided by its integral over w",
            scaled_to_one,
            "Now it is normalized, but its shape is still that of a density per unit of τ. By what is a step of τ longer than "
            "a step of w, and is that the same at every w?",
        ),
        Misconception(
            "the prior of τ is half-normal",
            with_density(lambda tau, scale: stats.halfnorm.pdf(tau, scale=scale)),
            "The tail of the prior decides how much mass is near w = 1. Which density is given in the question?",
        ),
        Misconception(
            "s is taken to be equal to σ, whatever the two are",
            lambda w, sigma, scale: weight_density(w, 1.0, 1.0),
            "This is right where the two are equal. What should change when the scale becomes much larger?",
        ),
        Misconception(
            "the probability below w is given",
            lambda w, sigma, scale: 2 / np.pi * np.arctan(tau_of(w, sigma) / scale),
            "That is the cumulative probability. A density is its derivative with respect to w.",
        ),
        Misconception(
            "the logarithm of the density is given",
            lambda w, sigma, scale: np.log(weight_density(w, sigma, scale)),
            "The density itself is asked for. It cannot be negative.",
        ),
    ],
    solution=r"""
Solve $w = \tau^2/(\tau^2 + \sigma^2)$ for $\tau = \sigma\sqrt{w/(1-w)}$. Probability is conserved,
$p(w)\,\mathrm{d}w = p(\tau)\, \mathrm{d}\tau$, so that the density of $\tau$ is multiplied by

$$
\frac{\mathrm{d}\tau}{\mathrm{d}w} = \frac{\sigma}{2}\, w^{-1/2}\, (1-w)^{-3/2} = \frac{\tau}{2\,w\,(1-w)} .
$$

With $s = \sigma$ all that is left is $1/\bigl(\pi\sqrt{w(1-w)}\bigr)$. This is a horseshoe: most of the mass is near $w = 0$
and near $w = 1$. The prior expects that a star is pooled almost completely or hardly at all, and a halfway weight is what it
believes in least. With $s \gg \sigma$ nearly all the mass lies at $w = 1$, so a prior that is meant to be vague says "do not
pool".
""",
)

# ---- 2. A sensitivity table -------------------------------------------------------------------------------------------------

SCALE = 5.0  # of the priors on tau, in km/s
ENDS = 0.01, 100.0  # of the prior that is flat in ln tau, in km/s
WIDTH = 10.0  # sd of the prior on mu, in km/s
FEW = 4  # stars of the first night
LEVEL = 0.975
COLD = 1.0  # km/s
RANGE, NODES = (1e-4, 1e4), 1801  # of a grid of tau, in km/s
PRIORS = (stats.halfnorm(scale=SCALE), stats.halfcauchy(scale=SCALE), stats.loguniform(*ENDS))


def draw_stars(rng):
    """Twenty-four stars of a faint dwarf galaxy, of which the first four leave both ends of tau to the prior."""
    for _ in attempts("draw_stars"):
        expected = 10.0 * rng.integers(10, 31) * rng.choice([-1, 1])
        mu = expected + rng.uniform(12, 22) * rng.choice([-1, 1])
        sigma = rng.uniform(1.0, 4.0, 24)
        data = {"y": rng.normal(mu, np.hypot(sigma, rng.uniform(2.0, 5.0))), "sigma": sigma, "expected": expected}
        table = sensitivity(data)
        limit, cold = table["limit"], table["cold"]
        clear = limit[0, 1] > 1.15 * limit[0, 0] > 1.7 * limit[1, 0] and cold[0, 2] > cold[0, 0] + 0.05
        agree = limit[1].max() < 1.1 * limit[1].min()
        if clear and agree and cold[0, 0] > 0.03 and answers_apart(SENSITIVITY, data, 2.2):
            return data


def sensitivity(data):
    """Limit of tau, and probability of a cold galaxy, for few and for all stars under three priors."""
    y, sigma = data["y"], data["sigma"]
    return tabulated([(y[:FEW], sigma[:FEW]), (y, sigma)], data["expected"])


def tabulated(nights, location, *, width=WIDTH, priors=PRIORS, level=LEVEL, cold=COLD):
    """Return two tables, of quantiles and of probabilities: a row for each set of stars, and a column for each prior."""
    rows = np.array([[tau_summary(*night, location, width, prior, level, cold) for prior in priors] for night in nights])
    return {"limit": rows[..., 0], "cold": rows[..., 1]}


def tau_summary(y, sigma, location, width, prior, level, cold):
    """Return a quantile of tau and a probability, with mu ~ N(location, width**2), from its density on a grid."""
    x, below = distribution(tuple(y), tuple(sigma), location, width, prior)
    return np.exp(np.interp(level, below, x)), np.interp(np.log(cold), x, below)


@cache
def distribution(y, sigma, location, width, prior):
    """Return a grid of ln tau, and the probability below each point."""
    low, high = np.clip(prior.support(), *RANGE)
    tau = np.geomspace(low, high, NODES)
    x = np.log(tau)
    density = softmax(log_likelihood(tau, np.array(y), np.array(sigma), location, width) + prior.logpdf(tau) + x)
    below = cumulative_trapezoid(density, x, initial=0)
    return x, below / below.max()


def log_likelihood(tau, y, sigma, location, width):
    """Return ln p(y | tau), up to a constant, with mu and theta integrated out."""
    precision = 1 / (tau[:, None] ** 2 + np.square(sigma))
    # The prior on mu is one more measurement, in which tau has no part.
    precision = np.column_stack([precision, np.full(tau.size, width**-2.0)])
    y = np.append(y, location)
    total = precision.sum(axis=1)
    mean = precision @ y / total
    chi2 = np.sum(precision * (y - mean[:, None]) ** 2, axis=1)
    return (np.log(precision).sum(axis=1) - np.log(total) - chi2) / 2


def wrongly(data, *, location=None, first=slice(FEW), **otherwise):
    """Return the tables with one thing done otherwise."""
    y, sigma = data["y"], data["sigma"]
    return tabulated([(y[first], sigma[first]), (y, sigma)], data["expected"] if location is None else location, **otherwise)


def with_priors(*priors):
    """Return a misconception's function: other priors on tau."""
    return lambda data: wrongly(data, priors=priors)


def changed(name, change):
    """Return a misconception's function: one of the two tables is changed."""

    def wrong(data):
        tables = sensitivity(data)
        return tables | {name: change(tables[name])}

    return wrong


def mean_and_sds(data, number=2):
    """Return the tables with the mean and so many standard deviations in place of the quantile."""
    limit = np.empty((2, len(PRIORS)))
    for row, stop in enumerate((FEW, None)):
        for column, prior in enumerate(PRIORS):
            given = tuple(data["y"][:stop]), tuple(data["sigma"][:stop]), data["expected"], WIDTH, prior
            x, below = distribution(*given)
            mass, tau = np.diff(below), np.exp((x[1:] + x[:-1]) / 2)
            mean = mass @ tau
            limit[row, column] = mean + number * np.sqrt(mass @ tau**2 - mean**2)
    return sensitivity(data) | {"limit": limit}


def density_at_one(data):
    """Return the tables with a density, per km/s, in place of the probability."""
    above, below = (wrongly(data, cold=COLD + step)["cold"] for step in (1e-3, -1e-3))
    return sensitivity(data) | {"cold": (above - below) / 2e-3}


SENSITIVITY = Analysis(
    "sensitivity",
    4,
    data="stars",
    reference=sensitivity,
    tolerance=Tolerance(rel=0.003, abs={"limit": 0.0, "cold": 0.001}),  # a grid of a student's own will do; draws will not
    misconceptions=[
        Misconception(
            "the scale is given to SciPy without its name",
            with_priors(stats.halfnorm(SCALE), stats.halfcauchy(SCALE), PRIORS[2]),
            "SciPy takes the first number for `loc`, a shift, and leaves the scale at one. Plot the prior: where does it "
            "begin?",
        ),
        Misconception(
            "the scales are squared",
            with_priors(stats.halfnorm(scale=SCALE**2), stats.halfcauchy(scale=SCALE**2), PRIORS[2]),
            "`N(m, s²)` names the variance, and the code takes s. What do HalfNormal(s) and HalfCauchy(s) name? See the "
            "notation page.",
        ),
        Misconception(
            "the scale of the half-normal is squared",
            with_priors(stats.halfnorm(scale=SCALE**2), *PRIORS[1:]),
            "`N(m, s²)` names the variance, and the code takes s. What does HalfNormal(s) name? See the notation page.",
        ),
        Misconception(
            "the columns are in the opposite order",
            with_priors(*PRIORS[::-1]),
            "To which prior does each column belong, by the question? The one that is flat in ln τ has most mass near zero.",
        ),
        Misconception(
            "the third prior is flat in τ",
            with_priors(*PRIORS[:2], stats.uniform(ENDS[0], ENDS[1] - ENDS[0])),
            "A prior that is flat in ln τ gives as much to 0.1 to 1 km/s as to 1 to 10. How much does yours give to each?",
        ),
        Misconception(
            "the third prior begins at 0.1 km/s",
            with_priors(*PRIORS[:2], stats.loguniform(0.1, ENDS[1])),
            "This prior has no end of its own, so where it is cut is part of the answer. Read again where.",
        ),
        Misconception(
            "the third prior begins at 0.001 km/s",
            with_priors(*PRIORS[:2], stats.loguniform(0.001, ENDS[1])),
            "This prior has no end of its own, so where it is cut is part of the answer. Read again where.",
        ),
        Misconception(
            "the half-normal and the half-Cauchy change places",
            with_priors(PRIORS[1], PRIORS[0], PRIORS[2]),
            "Which of the two has the longer tail, and in which column does it stand?",
        ),
        Misconception(
            "μ has the prior N(0, 1)",
            lambda data: wrongly(data, location=0.0, width=1.0),
            "The galaxy moves with hundreds of km/s. What does a prior that expects 0 ± 1 have to do with τ to reach its "
            "stars?",
        ),
        Misconception(
            "the prior on μ is centered on zero",
            lambda data: wrongly(data, location=0.0),
            "The neighbors of the galaxy tell you where to expect it. Which number in `data` says so?",
        ),
        Misconception(
            "the prior on μ is so wide that it says nothing, as it is with its variance in place of its sd",
            lambda data: wrongly(data, width=WIDTH**2),
            "The neighbors of the galaxy tell you where to expect it, and how precisely: `mu_prior=(m, s)` takes an sd. What "
            "should τ do where the stars disagree with that?",
        ),
        Misconception(
            "the prior on μ is centered on the mean of all velocities",
            lambda data: wrongly(data, location=float(data["y"].mean())),
            "A prior is what is known before the velocities are. Where does `data` say what was expected?",
        ),
        Misconception(
            "the prior on μ has an sd of 1 km/s",
            lambda data: wrongly(data, width=1.0),
            "Your stars lie farther from m than that. What happens to τ if μ may hardly move? See how wide the prior is.",
        ),
        Misconception(
            "the second row leaves out the stars of the first night",
            lambda data: (
                sensitivity(data)
                | {
                    name: np.array([sensitivity(data)[name][0], wrongly(data, first=slice(FEW, None))[name][0]])
                    for name in ("limit", "cold")
                }
            ),
            "In the end you have 24 stars, and the first four are among them.",
        ),
        Misconception(
            "the errors are squared before they are given to Measurements",
            lambda data: sensitivity(data | {"sigma": data["sigma"] ** 2}),
            "`Measurements` takes the errors as they are, in km/s. In which unit are their squares?",
        ),
        Misconception(
            "the last four stars are taken, not the first",
            lambda data: wrongly(data, first=slice(-FEW, None)),
            "Which four did you have after the first night?",
        ),
        Misconception(
            "the four stars with the smallest errors are taken, not the first",
            lambda data: wrongly(data, first=np.argsort(data["sigma"])[:FEW]),
            "Which four did you have after the first night?",
        ),
        Misconception(
            "the rows change places",
            lambda data: {name: table[::-1] for name, table in sensitivity(data).items()},
            "The first row is for the first night. In which row should the limits lie higher?",
        ),
        Misconception(
            "the limit is two standard deviations above the mean",
            mean_and_sds,
            "That has 97.5 % below it for a Normal. Plot the density of τ for four stars: is it one?",
        ),
        Misconception(
            "the limit is 1.96 standard deviations above the mean",
            lambda data: mean_and_sds(data, 1.96),
            "That has 97.5 % below it for a Normal. Plot the density of τ for four stars: is it one?",
        ),
        Misconception(
            "the limit has 95 % below it",
            lambda data: wrongly(data, level=0.95),
            "The upper end of a central 95 % interval is asked for. How much probability does it leave above itself?",
        ),
        Misconception(
            "the limit has 84 % below it",
            lambda data: wrongly(data, level=0.84),
            "That is the end of a 68 % interval. How much probability does a central 95 % interval leave above itself?",
        ),
        Misconception(
            "the lower end of the interval is given",
            lambda data: wrongly(data, level=1 - LEVEL),
            "Four stars tell τ from zero badly, so the lower end says little. The paper is about the upper one.",
        ),
        Misconception(
            "the median stands where the limit belongs",
            lambda data: wrongly(data, level=0.5),
            "Half of the probability lies above the median. How much should lie above the limit?",
        ),
        Misconception(
            "the probability of a τ above 1 km/s is given",
            changed("cold", lambda table: 1 - table),
            "A galaxy is cold if its τ is small. With more stars of a hot one, should the probability go to 0 or to 1?",
        ),
        Misconception(
            "the probabilities are given in percent",
            changed("cold", lambda table: 100 * table),
            "A probability lies between 0 and 1.",
        ),
        Misconception(
            "the density at 1 km/s is given where a probability belongs",
            density_at_one,
            "A density is probability per km/s. How much probability lies between 0 and 1 km/s?",
        ),
    ],
    solution=r"""
Six fits, the same stars and the same prior on $\mu$. In the notebook:

```python
priors = stats.halfnorm(scale=5), stats.halfcauchy(scale=5), stats.loguniform(0.01, 100)


def sensitivity(data):
    fits = [
        [
            exact.posterior(NormalHierarchy((data["expected"], 10), prior), Measurements(data["y"][:J], data["sigma"][:J]))
            for prior in priors
        ]
        for J in (4, 24)
    ]
    return {
        "limit": [[fit.quantile("tau", 0.975) for fit in row] for row in fits],
        "cold": [[fit.cdf("tau", 1.0) for fit in row] for row in fits],
    }
```

In the first row the limit depends on the tail of the prior. So does the probability of a cold galaxy on the other end: the
third prior has half of its mass below 1 km/s, and would have two thirds there if it began at 0.0001 km/s. Nobody has
measured that number. In the second row the limits agree within 10 %. So the paper on four stars has to name
its prior in the sentence that gives the limit, and the paper on 24 may put it in a footnote. The reference uses no lecturekit:
it sums $p(\tau)\,p(y \mid \tau)$ on a grid of $\ln\tau$.
""",
)

# ---- 3. A wider prior and the evidence --------------------------------------------------------------------------------------


def widened(y, sigma, tau, location, width, factor):
    """Change of ln p(y) when the prior on mu gets wider by a factor, tau known."""
    weight = 1 / (sigma**2 + tau**2)
    variance = 1 / np.sum(weight)
    mean = variance * np.sum(weight * y)
    before, after = (variance + sd**2 for sd in (width, factor * width))
    return (np.log(before / after) + (mean - location) ** 2 * (1 / before - 1 / after)) / 2


def draw_widened(rng):
    """Some stars, and a prior on mu that is wide or narrow, and that they agree with or not."""
    size, tau = rng.integers(1, 20), rng.uniform(0, 5)
    sigma = rng.uniform(0.5, 5, size)
    y = rng.normal(rng.normal(0, 20), np.hypot(sigma, tau))
    location, width = float(rng.normal(0, 20)), float(10 ** rng.uniform(0, 2))
    return (y, sigma, float(tau), location, width, float(10 ** rng.uniform(-0.5, 1.5)))


def pooled(y, precision):
    """Return a mean, and its variance."""
    return np.sum(precision * y) / np.sum(precision), 1 / np.sum(precision)


def of_mean(mean, location, before, after, *, power=0.5, half=0.5):
    """Return the change of ln N(mean | location, variance) from one variance to another, or with other constants."""
    return power * np.log(before / after) + half * (mean - location) ** 2 * (1 / before - 1 / after)


def with_variances(variances, *, mean=None, precision=None, location=None, power=0.5, half=0.5):
    """Return a misconception's function: variances of the mean of y from its own and the prior's sd, or other constants."""

    def wrong(y, sigma, tau, expected, width, factor):
        weight = 1 / (sigma**2 + tau**2) if precision is None else precision(sigma, tau)
        best, variance = pooled(y, weight)
        best = best if mean is None else mean(y, sigma)
        center = expected if location is None else location
        before, after = variances(variance, width, factor)
        return of_mean(best, center, before, after, power=power, half=half)

    return wrong


def shared(variance, width, factor):
    """Return the two variances as they should be."""
    return variance + width**2, variance + (factor * width) ** 2


def one_by_one(y, sigma, tau, location, width, factor):
    """Return the change when every star has a mu of its own."""
    own = sigma**2 + tau**2
    return np.sum([of_mean(y, location, own + width**2, own + (factor * width) ** 2)])


def at_the_best_mu(y, sigma, tau, location, width, factor):
    """Return the change of the largest value of likelihood times prior."""
    mean, variance = pooled(y, 1 / (sigma**2 + tau**2))
    before, after = shared(variance, width, factor)
    return of_mean(mean, location, before, after, power=0) - np.log(factor)


def at_the_posterior_mean(y, sigma, tau, location, width, factor):
    """Return the change of the likelihood at the posterior mean of mu."""
    mean, variance = pooled(y, 1 / (sigma**2 + tau**2))
    off = [(location - mean) * variance / (variance + sd**2) for sd in (width, factor * width)]
    return (off[0] ** 2 - off[1] ** 2) / (2 * variance)


WIDENED = Function(
    "widened",
    3,
    reference=widened,
    probes=[
        (np.array([-12.1, -8.5, -10.2, -4.9]), np.array([2.0, 1.5, 4.0, 2.5]), 3.0, -9.0, 5.0, 10.0),
        (np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18]), 6.0, 0.0, 2.0, 4.0),
        (np.array([3.0, 4.5, 2.0]), np.array([0.5, 2.0, 1.0]), 0.0, 2.0, 1.5, 3.0),  # all stars alike
        (np.array([110.0]), np.array([3.0]), 2.0, 90.0, 6.0, 1.5),  # a single star, which the prior did not expect
        (np.array([2500.0, 2510.0, 2490.0]), np.array([1.0, 2.0, 1.0]), 4.0, 2000.0, 5.0, 2.0),  # its likelihood underflows
        (np.array([1.0, 2.5, 0.0, 3.5]), np.array([1.0, 0.5, 2.0, 1.0]), 1.0, 2.0, 50.0, 0.1),  # a prior that gets narrower
    ],
    private=draw_widened,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "the prior is taken to be much wider than all that the data allow, so that only the factor counts",
            lambda y, sigma, tau, location, width, factor: -np.log(factor) + 0 * tau,
            "For a very wide prior the change does go to that. What if the prior is about as wide as the data, or beside them?",
        ),
        Misconception(
            "every star has a μ of its own, drawn from the prior",
            one_by_one,
            "All stars share one μ, so what the prior says about it enters once, and their distances from m are not "
            "independent.",
        ),
        Misconception(
            "the largest likelihood times prior is compared, and not the integral over μ",
            at_the_best_mu,
            "Evidence is an average over the prior. Beside the height of the peak in μ, what else changes as the prior gets "
            "wider?",
        ),
        Misconception(
            "the likelihood at the posterior mean of μ is compared",
            at_the_posterior_mean,
            "Evidence is an average over the whole prior, not the fit at its best place. That hardly notices the prior.",
        ),
        Misconception(
            "the errors of the data are left out, as if they gave μ exactly",
            with_variances(lambda v, s, k: (s**2, (k * s) ** 2)),
            "This is the prior density of μ at its best value. How well do the stars know μ?",
        ),
        Misconception(
            "τ is left out of the error of μ",
            with_variances(shared, precision=lambda sigma, tau: 1 / sigma**2),
            "By how much does a star scatter about μ, its own noise and the population together?",
        ),
        Misconception(
            "σ is left out of the error of μ",
            with_variances(shared, precision=lambda sigma, tau: 1 / (0 * sigma + max(tau, 1e-3) ** 2)),
            "By how much does a star scatter about μ, its own noise and the population together?",
        ),
        Misconception(
            "σ and τ are added before they are squared",
            with_variances(shared, precision=lambda sigma, tau: 1 / (sigma + tau) ** 2),
            "The noise and the spread of the stars are independent. What adds up then?",
        ),
        Misconception(
            "stars are weighted by one over the sd, and not over the variance",
            with_variances(shared, precision=lambda sigma, tau: 1 / np.hypot(sigma, tau)),
            "Write `ln p(y | μ, τ)` as a function of μ. By what is each squared distance divided in it?",
        ),
        Misconception(
            "the plain mean of y stands for its weighted one",
            with_variances(shared, mean=lambda y, sigma: y.mean()),
            "A noisy star should not count as much as a precise one.",
        ),
        Misconception(
            "all stars count the same, in the mean and in its error",
            lambda y, sigma, tau, location, width, factor: of_mean(
                y.mean(), location, *shared(np.mean(sigma**2 + tau**2) / y.size, width, factor)
            ),
            "A noisy star should not count as much as a precise one. That changes the mean, and how well it is known.",
        ),
        Misconception(
            "stars are weighted by their noise alone, and τ/√J is added to the error of their mean",
            lambda y, sigma, tau, location, width, factor: of_mean(
                pooled(y, sigma**-2.0)[0], location, *shared(pooled(y, sigma**-2.0)[1] + tau**2 / y.size, width, factor)
            ),
            "Even a star without noise may lie τ from μ. How much more should it count than one with an error of τ?",
        ),
        Misconception(
            "stars are weighted by their noise alone, and τ is added to the error of their mean",
            lambda y, sigma, tau, location, width, factor: of_mean(
                pooled(y, sigma**-2.0)[0], location, *shared(pooled(y, sigma**-2.0)[1] + tau**2, width, factor)
            ),
            "Every star lies off μ by a distance of its own. What is left of these distances when many stars are averaged?",
        ),
        Misconception(
            "the error of μ is that of one star, and does not fall with their number",
            with_variances(shared, precision=lambda sigma, tau: 1 / (sigma**2 + tau**2) / sigma.size),
            "With a thousand stars, how well is μ known?",
        ),
        Misconception(
            "the width is multiplied by the factor and then not squared with it",
            with_variances(lambda v, s, k: (v + s**2, v + k * s**2)),
            "The prior gets wider by this factor: its sd does. What happens to its variance?",
        ),
        Misconception(
            "the prior's sd is replaced by the factor",
            with_variances(lambda v, s, k: (v + s**2, v + k**2)),
            "The factor says how many times wider the new prior is than the old one.",
        ),
        Misconception(
            "the standard deviations of the prior and of the mean are added",
            with_variances(lambda v, s, k: ((np.sqrt(v) + s) ** 2, (np.sqrt(v) + k * s) ** 2)),
            "They are two independent reasons why the mean of y may lie off m. What adds up?",
        ),
        Misconception(
            "a variance is given where SciPy's Normal wants a standard deviation",
            with_variances(lambda v, s, k: ((v + s**2) ** 2, (v + (k * s) ** 2) ** 2)),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "the factor before the exponential is left out",
            with_variances(shared, power=0.0),
            "A wider Gaussian is also lower. Which part of a Normal density says so?",
        ),
        Misconception(
            "the exponential is left out",
            with_variances(shared, half=0.0),
            "How far the data lie from m matters too: to whom is a wider prior kind?",
        ),
        Misconception(
            "the root before the exponential is forgotten",
            with_variances(shared, power=1.0),
            "Write down the density of one Normal. What stands before its exponential?",
        ),
        Misconception(
            "the half in the exponent is forgotten",
            with_variances(shared, half=1.0),
            "Write down the density of one Normal. What stands in its exponent beside the squared distance?",
        ),
        Misconception(
            "the prior is centered on zero",
            with_variances(shared, location=0.0),
            "The prior has a mean of its own, which is an argument of the function.",
        ),
        Misconception(
            "the ratio of the two is given, and not its logarithm",
            lambda *given: np.exp(widened(*given)),
            "What should your function give when the factor is 1?",
        ),
        Misconception(
            "the logarithm has base 10", lambda *given: widened(*given) / np.log(10), "`np.log` is the natural logarithm."
        ),
    ],
    solution=r"""
The likelihood depends on $\mu$ as a Gaussian about the weighted mean $\hat\mu$, with the variance
$V = 1/\sum_j (\sigma_j^2 + \tau^2)^{-1}$. Averaged over the prior it becomes a constant times
$\mathcal{N}(\hat\mu \mid m, V + s^2)$, so

$$
\Delta \ln p(y) = \frac12 \ln\frac{V + s^2}{V + f^2 s^2}
+ \frac{(\hat\mu - m)^2}{2}\Bigl(\frac{1}{V + s^2} - \frac{1}{V + f^2 s^2}\Bigr) .
$$

If the prior is wide and holds the data, only $-\ln f$ is left: each further factor of ten costs 2.3, and the posterior of $\mu$
does not notice. If the data lie far out, the second term wins and widening pays.
""",
)

# ---- 4. A prior for few groups ----------------------------------------------------------------------------------------------

FEW_GROUPS = Choice(
    "few_groups",
    2,
    options={
        "a": "An inverse-gamma(0.001, 0.001) on τ², which is nearly flat in ln τ, so that the data decide.",
        "b": "A uniform prior from 0 to 1,000 km/s, which prefers none of these dispersions to any other.",
        "c": "A half-normal of scale 6 km/s, with the limits from a scale of 3 and from one of 12 beside it.",
        "d": "Whichever half-normal, half-Cauchy or half-t has the largest evidence for these four velocities.",
    },
    answer="c",
    reasons={
        "i": "It is flat in ln τ from end to end, and what is flat says nothing of its own.",
        "ii": "Four stars leave the upper end open, so what is known beforehand has to close it.",
        "iii": "A prior that is wide enough on both sides of the data does not matter for the result.",
        "iv": "The marginal likelihood is the verdict of the data themselves, priors included.",
    },
    reason="ii",
    misconceptions=[
        Misconception(
            "a small ε is taken for a small claim",
            "a",
            "Follow the chapter's eight schools as ε falls from 1 to 0.001. Who sets the lower end of the interval of τ?",
        ),
        Misconception(
            "flat is taken for harmless",
            "b",
            "Draw τ from this prior a few times. How many of the galaxies that you draw have you ever seen?",
        ),
        Misconception(
            "the prior is chosen by the data that it is to be used with",
            "d",
            "Which of any two scales will the evidence like better when the four velocities happen to agree? The same data "
            "would be used twice.",
        ),
        Misconception(
            "flat on a logarithm is taken for empty",
            "i",
            "From where to where is it flat in ln τ? What lies beyond, and what does the likelihood do as τ goes to zero?",
        ),
        Misconception(
            "what holds for many groups is expected of few",
            "iii",
            "It is nearly true of 24 stars. Look at the first row of your table again, and at the three stars of the chapter.",
        ),
        Misconception(
            "the evidence is asked about a prior",
            "iv",
            "It compares what priors predicted, not what they should be. The same data would choose the prior, and then be "
            "fitted with it.",
        ),
    ],
    solution=r"""
Four stars bound $\tau$ from above only weakly, so the prior does it in any case. A scale from the subject says openly what is
known: faint dwarf galaxies have dispersions of a few km/s. A wider and a tighter prior beside it show the reader how much of
the limit is knowledge from elsewhere. Inverse-gamma with small $\epsilon$ decides the *lower* end by $\epsilon$, and a wide
uniform prior leaves the upper end to dispersions that nobody has seen.
""",
)

# ---- 5. What the draws are worth --------------------------------------------------------------------------------------------

CHAINS, STEPS = 4, 500
PIECES = 10  # of each chain


def draw_chains(rng):
    """Four chains of tau that seldom change between a wide place and a neck, one of which hardly finds the neck."""
    for _ in attempts("draw_chains"):
        enters = np.full(CHAINS, rng.uniform(0.015, 0.03))
        enters[rng.integers(CHAINS)] /= 12
        leaves = rng.uniform(0.03, 0.06)
        in_neck, tau = rng.random(CHAINS) < enters / (enters + leaves), np.empty((STEPS, CHAINS))
        for step in range(STEPS):
            in_neck = np.where(rng.random(CHAINS) < np.where(in_neck, leaves, enters), ~in_neck, in_neck)
            tau[step] = np.where(in_neck, rng.uniform(0.002, 0.019, CHAINS), 0.021 + rng.gamma(2.0, 0.035, CHAINS))
        data = {"tau": tau.T.round(4), "limit": 0.02}
        visits = np.mean(data["tau"] < 0.02, axis=1)
        second = np.sort(visits)[1]
        clear = visits.min() < 0.25 * second and visits.argmin() != 0 and second > 0.1 and 0.1 < visits.mean() < 0.4
        if clear and worth(data["tau"]) > 2 * quoted(data)["worth"] and answers_apart(QUOTED, data, 2.2):
            return data


def quoted(data):
    """Probability of a small tau, its Monte Carlo error from pieces of the chains, and how many draws it is worth."""
    below = np.array(data["tau"] < data["limit"], float)
    error = from_pieces(below)
    return answered(below.mean(), error)


def answered(probability, error):
    """Return the answer for a probability and its error."""
    return {"probability": probability, "error": error, "worth": probability * (1 - probability) / error**2}


def from_pieces(draws):
    """Return the Monte Carlo error of the mean of all chains, from the scatter of the means of their pieces."""
    means = piece_means(draws)
    return np.std(means, ddof=1) / np.sqrt(means.size)


def piece_means(draws):
    """Return the mean of each piece."""
    return draws.reshape(CHAINS * PIECES, STEPS // PIECES).mean(axis=1)


def worth(draws):
    """Return the number of independent draws that would give the mean of these as well."""
    return np.var(draws) / from_pieces(draws) ** 2


def with_error(error):
    """Return a misconception's function: the error comes otherwise from the indicator, (chains, steps)."""

    def wrong(data):
        below = np.array(data["tau"] < data["limit"], float)
        return answered(below.mean(), error(below))

    return wrong


def with_worth(formula):
    """Return a misconception's function: what the draws are worth comes otherwise from probability and error."""

    def wrong(data):
        right = quoted(data)
        return right | {"worth": formula(right["probability"], right["error"])}

    return wrong


def of_the_mean(data):
    """Return the answer with the error, and what the draws are worth, for the mean of tau."""
    return quoted(data) | {"error": from_pieces(data["tau"]), "worth": worth(data["tau"])}


def worth_of_the_mean(data):
    """Return the answer with what the draws are worth for the mean of tau, and an error from that."""
    probability = quoted(data)["probability"]
    return answered(probability, np.sqrt(probability * (1 - probability) / worth(data["tau"])))


def above(data):
    """Return the answer for the other side of the limit."""
    right = quoted(data)
    return right | {"probability": 1 - right["probability"]}


def interleaved(below):
    """Return the error from pieces that hold draws of all chains."""
    return from_pieces(below.T.reshape(CHAINS, -1))


def within(below):
    """Return the error that the chains have each on its own, averaged as independent errors are."""
    each = piece_means(below).reshape(CHAINS, PIECES).std(axis=1, ddof=1) / np.sqrt(PIECES)
    return np.sqrt(np.sum(each**2)) / CHAINS


QUOTED = Analysis(
    "quoted",
    4,
    data="chains",
    reference=quoted,
    tolerance=Tolerance(rel=0.002),
    misconceptions=[
        Misconception(
            "the draws are taken to be independent",
            with_error(lambda below: below.std() / np.sqrt(below.size)),
            "Plot a chain as a trace. Once it is below the limit, how many steps does it stay there?",
        ),
        Misconception(
            "the error and the worth of the mean of τ are given",
            of_the_mean,
            "A chain may know its mean well and its tail badly. Which number do you want to quote?",
        ),
        Misconception(
            "the draws are worth for the probability what they are worth for the mean of τ",
            worth_of_the_mean,
            "A chain may know its mean well and its tail badly. Cut into pieces what you want to quote: 1 where τ is below the "
            "limit, and 0 where it is not.",
        ),
        Misconception(
            "the draws are worth for the probability what they are worth for the mean of τ, while its error is right",
            lambda data: quoted(data) | {"worth": worth(data["tau"])},
            "A chain may know its mean well and its tail badly. How many independent draws, each of them below the limit or "
            "not, would give your error?",
        ),
        Misconception(
            "the scatter of single draws is given for the error of their mean",
            with_error(lambda below: below.std()),
            "That is how far one draw lies from the others, and one draw would be as good. How well do the forty pieces know "
            "their mean?",
        ),
        Misconception(
            "the scatter of the pieces is given for the error of their mean",
            with_error(lambda below: piece_means(below).std(ddof=1)),
            "That is how far one piece lies from the others. How well do all of them know the mean?",
        ),
        Misconception(
            "the scatter of the pieces is taken with `ddof=0`",
            with_error(lambda below: piece_means(below).std() / np.sqrt(CHAINS * PIECES)),
            "NumPy divides the squares by the number of pieces if it is not told otherwise. The mean comes from the same "
            "pieces: what does that cost?",
        ),
        Misconception(
            "the scatter of the pieces is divided by the root of the number of steps in a piece",
            with_error(lambda below: piece_means(below).std(ddof=1) / np.sqrt(STEPS // PIECES)),
            "The mean of how many numbers is taken in the end, once every piece has become one?",
        ),
        Misconception(
            "the scatter of the pieces is divided by the root of the number of draws",
            with_error(lambda below: piece_means(below).std(ddof=1) / np.sqrt(below.size)),
            "The mean of how many numbers is taken in the end, once every piece has become one?",
        ),
        Misconception(
            "the scatter of the pieces is divided by the root of the pieces of one chain",
            with_error(lambda below: piece_means(below).std(ddof=1) / np.sqrt(PIECES)),
            "How many pieces are there in all four chains?",
        ),
        Misconception(
            "the scatter of the pieces is divided by their number, and not by its root",
            with_error(lambda below: piece_means(below).std(ddof=1) / (CHAINS * PIECES)),
            "With four times as many pieces, by how much does the error of their mean fall?",
        ),
        Misconception(
            "the square of the error is given",
            lambda data: quoted(data) | {"error": quoted(data)["error"] ** 2},
            "That is a variance. The error is to be quoted beside the probability.",
        ),
        Misconception(
            "draws of all chains stand in one piece",
            with_error(interleaved),
            "Look at the shape of the array: which axis is time? A piece is 50 steps of one chain, one after the other.",
        ),
        Misconception(
            "each piece holds every fortieth draw",
            with_error(lambda below: below.reshape(STEPS * CHAINS // 40, 40).mean(axis=0).std(ddof=1) / np.sqrt(40)),
            "Every piece then holds a bit of all visits below the limit, so the pieces agree, and the error looks small. A "
            "piece is 50 steps of one chain, one after the other.",
        ),
        Misconception(
            "the chains are cut into fifty pieces of 40 steps",
            with_error(lambda below: below.reshape(50, 40).mean(axis=1).std(ddof=1) / np.sqrt(50)),
            "`reshape` takes the number of rows first. How many pieces are there in all, and how long is each? Some of yours "
            "even begin in one chain and end in the next.",
        ),
        Misconception(
            "each whole chain is one piece",
            with_error(lambda below: below.mean(axis=1).std(ddof=1) / np.sqrt(CHAINS)),
            "That is honest, but four numbers know their own scatter badly. Cut each chain into ten.",
        ),
        Misconception(
            "the chains are averaged first, and the ten pieces are pieces of that average",
            with_error(lambda below: below.mean(axis=0).reshape(PIECES, -1).mean(axis=1).std(ddof=1) / np.sqrt(PIECES)),
            "Averaged, the chains no longer show how they differ from each other. Let each keep its own pieces.",
        ),
        Misconception(
            "each chain's scatter is taken about its own mean",
            with_error(within),
            "Then it does not count that the chains disagree. All forty pieces should have one mean.",
        ),
        Misconception(
            "the first chain stands for all",
            lambda data: answered(
                np.mean(data["tau"][0] < data["limit"]),
                piece_means_of_one(data["tau"][0] < data["limit"]).std(ddof=1) / np.sqrt(PIECES),
            ),
            "There are four, and what they disagree about is part of the error.",
        ),
        Misconception(
            "the probability is that of a larger τ", above, "Compare it with how much of the trace lies below the limit."
        ),
        Misconception(
            "the number of draws is given for what they are worth",
            with_worth(lambda p, error: float(CHAINS * STEPS)),
            "So many draws would give a smaller error if they were independent. How many independent ones would give yours?",
        ),
        Misconception(
            "the number of draws below the limit is given for what the draws are worth",
            with_worth(lambda p, error: p * CHAINS * STEPS),
            "Many of them stem from one visit below the limit. How many independent draws would give your error?",
        ),
        Misconception(
            "the number of pieces is given for what the draws are worth",
            with_worth(lambda p, error: float(CHAINS * PIECES)),
            "A piece is the mean of 50 draws, and knows more than one draw. How many single independent draws would give your "
            "error?",
        ),
        Misconception(
            "the root of what the draws are worth is given",
            with_worth(lambda p, error: np.sqrt(p * (1 - p)) / error),
            "The error of a mean of n independent draws is the root of their variance over n. Solve that for n.",
        ),
        Misconception(
            "the error is not squared in what the draws are worth",
            with_worth(lambda p, error: p * (1 - p) / error),
            "The error of a mean of n independent draws is the root of their variance over n. Solve that for n.",
        ),
        Misconception(
            "the variance of one draw is left out of what the draws are worth",
            with_worth(lambda p, error: 1 / error**2),
            "The error of a mean of n independent draws is the root of their variance over n. What is the variance of a number "
            "that is 1 with this probability, and 0 otherwise?",
        ),
        Misconception(
            "p stands for the variance of a draw, p(1 − p), in what the draws are worth",
            with_worth(lambda p, error: p / error**2),
            "What is the variance of a number that is 1 with the probability p, and 0 otherwise? Try p = 1.",
        ),
        Misconception(
            "the root of p(1 − p) is taken for the variance of a draw in what the draws are worth",
            with_worth(lambda p, error: np.sqrt(p * (1 - p)) / error**2),
            "The error of a mean of n independent draws is the root of their variance over n. Solve that for n.",
        ),
        Misconception(
            "the scatter of the pieces stands for the error of their mean in what the draws are worth",
            with_worth(lambda p, error: p * (1 - p) / (CHAINS * PIECES * error**2)),
            "That is what the draws of one piece are worth. How many pieces are there?",
        ),
        Misconception(
            "the ratio of two errors is not squared in what the draws are worth",
            with_worth(lambda p, error: np.sqrt(CHAINS * STEPS * p * (1 - p)) / error),
            "With four times as many independent draws, by how much does the error of their mean fall?",
        ),
        Misconception(
            "probability and error are given in percent",
            lambda data: {name: value * (1 if name == "worth" else 100) for name, value in quoted(data).items()},
            "A probability lies between 0 and 1.",
        ),
        Misconception(
            "the share of the draws is given for their number",
            with_worth(lambda p, error: p * (1 - p) / error**2 / (CHAINS * STEPS)),
            "This is the efficiency of the chains. How many draws is that?",
        ),
    ],
    solution=r"""
Replace every draw by what you want to quote, 1 if $\tau$ is below the limit and 0 otherwise. Its mean is the probability. The
draws follow one another, but pieces of 50 steps hardly know of each other, so the means of the forty pieces are nearly
independent:

```python
def quoted(data):
    below = data["tau"] < data["limit"]
    pieces = below.reshape(40, 50).mean(axis=1)
    p, error = below.mean(), pieces.std(ddof=1) / np.sqrt(40)
    return {"probability": p, "error": error, "worth": p * (1 - p) / error**2}
```

Two thousand draws are worth about a hundred here. For the mean of $\tau$ they are worth more, because most of what that mean
averages over changes at every step. A diagnostic of the mean says nothing about the neck, so ask about the number that you
quote. And if one chain never enters the neck, its pieces agree with each other: only beside the pieces of the other chains do
they show that something is wrong.
""",
)


def piece_means_of_one(chain):
    """Return the means of the pieces of one chain."""
    return chain.reshape(PIECES, -1).mean(axis=1)


# ---- Other right ways, for the tests ----------------------------------------------------------------------------------------


def weight_density_in_a_loop(w, sigma, scale):
    """The density number by number, from the distribution function's derivative by hand; a list."""
    k = sigma / scale
    one = [k / (np.pi * (x * (1 - x)) ** 0.5 * (1 - x + k * k * x)) for x in np.ravel(w).tolist()]
    return one if np.ndim(w) else one[0]


def weight_density_by_scipy(w, sigma, scale):
    """SciPy's half-Cauchy, and the Jacobian by way of ln tau; in single precision."""
    w = np.asarray(w, np.float32)
    tau = np.float32(sigma) / np.sqrt(1 / w - 1)
    per_log_tau = tau * stats.halfcauchy(scale=scale).pdf(tau)
    return (per_log_tau / (2 * w * (1 - w))).astype(np.float32)


def weight_density_by_differences(w, sigma, scale):
    """The slope of the cumulative probability, by a central difference."""
    step = 1e-5 * np.asarray(w) * (1 - np.asarray(w))
    above, below = (np.arctan(sigma / scale * np.sqrt(x / (1 - x))) for x in (w + step, w - step))
    return (above - below) / (np.pi * step)


def half_right_for_arrays(w, sigma, scale):
    """A loop over what is sometimes one number."""
    return np.array([weight_density(x, sigma, scale) for x in w])


def half_right_for_one_scale(w, sigma, scale):
    """The horseshoe, which is right where the scale is the error."""
    return 1 / (np.pi * np.sqrt(w * (1 - w)))


def sensitivity_by_lecturekit(data):
    """Six calls of lecturekit; lists."""
    fits = [
        [
            exact.posterior(NormalHierarchy((data["expected"], 10), prior), Measurements(data["y"][:J], data["sigma"][:J]))
            for prior in PRIORS
        ]
        for J in (4, 24)
    ]
    return {
        "limit": [[fit.quantile("tau", 0.975) for fit in row] for row in fits],
        "cold": [[fit.cdf("tau", 1.0) for fit in row] for row in fits],
    }


def sensitivity_on_a_plain_grid(data):
    """A grid of mu and tau, both summed over; the third prior in ln tau."""
    tables = {"limit": np.empty((2, 3)), "cold": np.empty((2, 3))}
    for row, size in enumerate((4, 24)):
        y, sigma = data["y"][:size], data["sigma"][:size]
        mu = data["expected"] + np.linspace(-60, 60, 241)
        tau = np.geomspace(0.01, 300, 900)
        edges = np.sqrt(tau[1:] * tau[:-1])
        total = np.sqrt(tau[:, None, None] ** 2 + sigma**2)
        log_p = stats.norm.logpdf(y, mu[:, None], total).sum(axis=-1) + stats.norm.logpdf(mu, data["expected"], 10)
        log_p = logsumexp(log_p, axis=1)
        for column, prior in enumerate(PRIORS):
            mass = np.exp(log_p - log_p.max()) * np.diff(prior.cdf(np.r_[0, edges, np.inf]))
            below = np.cumsum(mass)[:-1] / mass.sum()
            tables["limit"][row, column] = np.exp(np.interp(0.975, below, np.log(edges)))
            tables["cold"][row, column] = np.interp(0.0, np.log(edges), below)
    return tables


def half_right_for_many(data):
    """Both rows from all stars."""
    return tabulated([(data["y"], data["sigma"])] * 2, data["expected"])


def half_right_for_few(data):
    """Both rows from the first four stars."""
    return tabulated([(data["y"][:FEW], data["sigma"][:FEW])] * 2, data["expected"])


def widened_by_the_covariance(y, sigma, tau, location, width, factor):
    """All measurements together, which share mu and so are correlated."""
    before, after = (
        stats.multivariate_normal.logpdf(y, np.full(y.size, location), np.diag(sigma**2 + tau**2) + (k * width) ** 2)
        for k in (1, factor)
    )
    return after - before


def widened_by_a_sum(y, sigma, tau, location, width, factor):
    """The integral over mu as a sum over a fine grid about its posterior, in plain NumPy."""
    log_evidence = []
    for sd in (width, factor * width):
        weight = np.append((sigma**2 + tau**2) ** -1.0, sd**-2.0)
        mean, step = np.sum(weight * np.append(y, location)) / weight.sum(), weight.sum() ** -0.5 / 20
        mu = mean + step * np.arange(-200, 201)
        log_like = stats.norm.logpdf(y[:, None], mu, np.hypot(sigma, tau)[:, None]).sum(axis=0)
        log_evidence.append(logsumexp(log_like + stats.norm.logpdf(mu, location, sd)) + np.log(step))
    return np.array([log_evidence[1] - log_evidence[0]])


def widened_star_by_star(y, sigma, tau, location, width, factor):
    """Each star predicted from those before it."""

    def log_evidence(mean, variance):
        total = 0.0
        for value, error in zip(y.tolist(), sigma.tolist(), strict=True):
            spread = variance + error**2 + tau**2
            total -= 0.5 * (np.log(2 * np.pi * spread) + (value - mean) ** 2 / spread)
            gain = variance / spread
            mean, variance = mean + gain * (value - mean), variance * (1 - gain)
        return total

    return log_evidence(location, (factor * width) ** 2) - log_evidence(location, width**2)


def half_right_by_a_plain_product(y, sigma, tau, location, width, factor):
    """Likelihoods multiplied on a grid, which underflow far from the prior."""
    both = []
    for sd in (width, factor * width):
        mu = location + sd * np.linspace(-12, 12, 20001)
        like = np.prod(stats.norm.pdf(y[:, None], mu, np.hypot(sigma, tau)[:, None]), axis=0)
        both.append(np.log(np.trapezoid(like * stats.norm.pdf(mu, location, sd), mu)))
    return both[1] - both[0]


def half_right_for_a_spread(y, sigma, tau, location, width, factor):
    """A limit of large tau put in by hand."""
    return np.nan if tau == 0 else widened(y, sigma, tau, location, width, factor)


def quoted_in_loops(data):
    """Piece by piece in plain Python."""
    found = []
    for chain in data["tau"].tolist():
        for start in range(0, 500, 50):
            found.append(sum(tau < data["limit"] for tau in chain[start : start + 50]) / 50)
    p = sum(found) / 40
    variance = sum((piece - p) ** 2 for piece in found) / 39 / 40
    return {"probability": p, "error": variance**0.5, "worth": p * (1 - p) / variance}


def quoted_by_splitting(data):
    """np.array_split and SciPy's standard error; the worth from the sample variance of the draws."""
    below = (np.asarray(data["tau"]) < data["limit"]).astype(int)
    pieces = [part.mean() for part in np.concatenate(np.array_split(below, 10, axis=1))]
    error = stats.sem(pieces)
    return {"probability": np.mean(pieces), "error": error, "worth": below.var(ddof=1) / error**2}


ALTERNATIVES = {
    "weight_density": [weight_density_in_a_loop, weight_density_by_scipy, weight_density_by_differences],
    "sensitivity": [sensitivity_by_lecturekit, sensitivity_on_a_plain_grid],
    "widened": [widened_by_the_covariance, widened_by_a_sum, widened_star_by_star],
    "quoted": [quoted_in_loops, quoted_by_splitting],
}
# Right on ordinary inputs, or in part: each fails on a public probe.
HALF_RIGHT = {
    "weight_density": [half_right_for_arrays, half_right_for_one_scale],
    "sensitivity": [half_right_for_many, half_right_for_few],
    "widened": [half_right_by_a_plain_product, half_right_for_a_spread],
}
DATA = {"stars": draw_stars, "chains": draw_chains}
QUESTIONS = [WEIGHT_DENSITY, SENSITIVITY, WIDENED, FEW_GROUPS, QUOTED]
