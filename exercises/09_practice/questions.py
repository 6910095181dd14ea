"""Homework 9, Practice: the weight that a prior asks for, a sensitivity table, and a prior for few groups."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.integrate import cumulative_trapezoid
from scipy.special import softmax

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

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
    return (rng.uniform(0.01, 0.99, rng.integers(3, 12)), float(sigma), float(sigma * 10 ** rng.uniform(-1.5, 1.5)))


def tau_of(w, sigma):
    """Return the tau of a weight."""
    return sigma * np.sqrt(w / (1 - w))


def half_cauchy(tau, scale):
    """Return the density of tau."""
    return 2 / (np.pi * scale * (1 + (tau / scale) ** 2))


def slope_of(w, sigma):
    """Return d tau / d w."""
    return sigma / 2 * w**-0.5 * (1 - w) ** -1.5


WEIGHT_DENSITY = Function(
    "weight_density",
    4,
    reference=weight_density,
    probes=[
        (np.array([0.1, 0.5, 0.9]), 0.1, 0.1),
        (np.array([0.001, 0.2, 0.4, 0.8, 0.999]), 0.15, 0.5),
        (np.array([0.3, 0.6]), 15.0, 5.0),
        (np.array([0.05, 0.7, 0.95]), 2.0, 2.0),
    ],
    private=draw_weight_density,
    tolerance=Tolerance(rel=1e-4),  # single precision will do
    vectorised=True,
    misconceptions=[
        Misconception(
            "the density of τ is taken at the τ that belongs to w, and nothing else is done",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale),
            "A density is probability per unit. Equal steps of w are no equal steps of τ, and your density does not "
            "integrate to "
            "one over w.",
        ),
        Misconception(
            "the density of τ is multiplied by dw/dτ",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma), scale) / slope_of(w, sigma),
            "The probability in a small step is the same in both variables: p(w) dw = p(τ) dτ. Which derivative follows from "
            "that?",
        ),
        Misconception(
            "both signs of τ are left in the Cauchy density",
            lambda w, sigma, scale: weight_density(w, sigma, scale) / 2,
            "Integrate your density from 0 to 1. All of a half-Cauchy's mass lies above zero.",
        ),
        Misconception(
            "σ and the prior's scale change places, or w is the weight of the population",
            lambda w, sigma, scale: weight_density(1 - w, sigma, scale),
            "Take a star whose σ is far above the scale. Near which end should the mass of its w be, if w is the "
            "measurement's weight?",
        ),
        Misconception(
            "the weight is made of standard deviations, τ / (τ + σ)",
            lambda w, sigma, scale: half_cauchy(sigma * w / (1 - w), scale) * sigma / (1 - w) ** 2,
            "Solve the formula of the weight for τ once more. What is squared in it?",
        ),
        Misconception(
            "the prior is put on τ²",
            lambda w, sigma, scale: half_cauchy(tau_of(w, sigma) ** 2, scale) * (sigma / (1 - w)) ** 2,
            "The half-Cauchy here is a prior on the standard deviation. A scale in dex for τ² would not even have its unit.",
        ),
        Misconception(
            "the scale does not divide the density",
            lambda w, sigma, scale: weight_density(w, sigma, scale) * scale,
            "Integrate your density from 0 to 1 for two scales. What has to stand before the bracket of a Cauchy density?",
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
WIDTH = 50.0  # sd of the prior on mu, in km/s
FEW = 4  # stars of the first night
PRIORS = (stats.halfnorm(scale=SCALE), stats.halfcauchy(scale=SCALE))
LEVELS = (0.5, 0.975)
GRID = np.r_[0, np.geomspace(0.005, 5e3, 2400)]  # of tau, in km/s


def draw_stars(rng):
    """Twenty-four stars of a faint dwarf galaxy, of which the first four leave the upper end of tau to the prior."""
    for _ in attempts("draw_stars"):
        expected = 10 * rng.integers(-30, 30)
        sigma = rng.uniform(1.0, 5.0, 24)
        y = rng.normal(rng.normal(expected, 20), np.hypot(sigma, rng.uniform(2.0, 7.0)))
        data = {"y": y, "sigma": sigma, "expected": float(expected)}
        if abs(expected) < 100:
            continue  # with a mean near zero it would not matter where the prior on mu is
        limit = sensitivity(data)["limit"]
        if 1.15 < limit[0, 1] / limit[0, 0] < 2 and limit[0, 0] > 1.5 * limit[1, 0]:
            return data


def sensitivity(data):
    """Median and 97.5 % limit of tau for few and for all stars, under two priors."""
    return tabulated(data, data["expected"], WIDTH, PRIORS, LEVELS)


def tabulated(data, location, width, priors, levels):
    """Return two tables of quantiles, with a row for each number of stars and a column for each prior."""
    rows = [
        [tau_quantiles(data["y"][:size], data["sigma"][:size], location, width, prior, levels) for prior in priors]
        for size in (FEW, len(data["y"]))
    ]
    return {"median": np.array(rows)[..., 0], "limit": np.array(rows)[..., 1]}


def tau_quantiles(y, sigma, location, width, prior, levels):
    """Return quantiles of tau, with mu ~ N(location, width**2), from its density on a grid."""
    density = tau_density(y, sigma, location, width, prior)
    below = cumulative_trapezoid(density, GRID, initial=0)
    return np.interp(levels, below / below.max(), GRID)


def tau_density(y, sigma, location, width, prior):
    """Return p(tau | y) on the grid, up to a constant."""
    return softmax(log_likelihood(tuple(y), tuple(sigma), location, width) + prior.logpdf(GRID))


@cache
def log_likelihood(y, sigma, location, width):
    """Return ln p(y | tau) on the grid, up to a constant, with mu and theta integrated out."""
    precision = 1 / (GRID[:, None] ** 2 + np.square(sigma))
    # The prior on mu is one more measurement, in which tau has no part.
    precision = np.column_stack([precision, np.full(GRID.size, width**-2.0)])
    y = np.array([*y, location])
    total = precision.sum(axis=1)
    mean = precision @ y / total
    chi2 = np.sum(precision * (y - mean[:, None]) ** 2, axis=1)
    return (np.log(precision).sum(axis=1) - np.log(total) - chi2) / 2


def wrongly(data, *, location=None, width=WIDTH, priors=PRIORS, levels=LEVELS):
    """Return the tables with one thing done otherwise."""
    return tabulated(data, data["expected"] if location is None else location, width, priors, levels)


def with_means(data):
    """Return the table with posterior means for medians."""
    table = np.empty((2, 2))
    for i, size in enumerate((FEW, len(data["y"]))):
        for k, prior in enumerate(PRIORS):
            density = tau_density(data["y"][:size], data["sigma"][:size], data["expected"], WIDTH, prior)
            table[i, k] = np.trapezoid(GRID * density, GRID) / np.trapezoid(density, GRID)
    return {"median": table, "limit": sensitivity(data)["limit"]}


SENSITIVITY = Value(
    "sensitivity",
    4,
    data="stars",
    reference=sensitivity,
    tolerance=Tolerance(rel=0.003),  # a grid of a student's own will do; draws will not
    misconceptions=[
        Misconception(
            "the scale is given to SciPy without its name",
            lambda data: wrongly(data, priors=[stats.halfnorm(SCALE), stats.halfcauchy(SCALE)]),
            "SciPy takes the first number for `loc`, a shift, and leaves the scale at one. Plot the prior: where does it "
            "begin?",
        ),
        Misconception(
            "μ has the prior N(0, 1)",
            lambda data: wrongly(data, location=0.0, width=1.0),
            "The galaxy moves with hundreds of km/s. What does a prior that expects 0 ± 1 have to do with τ to reach its "
            "stars?",
        ),
        Misconception(
            "the scale is squared",
            lambda data: wrongly(data, priors=[stats.halfnorm(scale=SCALE**2), stats.halfcauchy(scale=SCALE**2)]),
            "N(m, s²) names the variance, and the code takes s. What do HalfNormal(s) and HalfCauchy(s) name? See the "
            "notation page.",
        ),
        Misconception(
            "the posterior mean stands where the median belongs",
            with_means,
            "A density with a long tail has its mean further out than its middle. Half of the probability shall lie below.",
        ),
        Misconception(
            "the limit has 95 % below it",
            lambda data: wrongly(data, levels=(0.5, 0.95)),
            "The upper end of a central 95 % interval is asked for. How much probability does it leave above itself?",
        ),
        Misconception(
            "rows and columns change places",
            lambda data: {name: table.T for name, table in sensitivity(data).items()},
            "The first row is for few stars, the first column for the half-normal prior.",
        ),
    ],
    solution=r"""
Four fits, the same stars and the same prior on $\mu$. In the notebook:

```python
def table(level):
    rows = []
    for J in (4, 24):
        data = Measurements(stars["y"][:J], stars["sigma"][:J])
        rows.append([
            exact.posterior(NormalHierarchy((stars["expected"], 50), prior), data).quantile("tau", level)
            for prior in (stats.halfnorm(scale=5), stats.halfcauchy(scale=5))
        ])
    return np.array(rows)


sensitivity = {"median": table(0.5), "limit": table(0.975)}
```

In the first row the limit depends on the tail of the prior, and the median on it much less. In the second row both agree to a
few percent. So the paper on four stars has to name its prior in the sentence that gives the limit, and the paper on 24 may put
it in a footnote. The reference uses no lecturekit: it sums $p(\tau)\,p(y \mid \tau)$ on a grid of $\tau$.
""",
)

# ---- 3. A prior for few groups ----------------------------------------------------------------------------------------------

FEW_GROUPS = Choice(
    "few_groups",
    2,
    options={
        "a": "Inverse-gamma(0.001, 0.001) on τ², so that the data decide.",
        "b": "Uniform from 0 to 1,000 km/s, so that no value is preferred.",
        "c": "A half-normal or half-t with a scale of a few times 3 km/s, beside the limits from one that is wider and one "
        "that is tighter.",
        "d": "Try all of these, and report the fit with the largest evidence.",
    },
    answer="c",
    reasons={
        "i": "On ln τ it is flat, and so it says nothing.",
        "ii": "With so few stars the data leave the upper end open, so what is known beforehand has to close it, in the open.",
        "iii": "A prior that is wide enough does not matter for the posterior.",
        "iv": "The marginal likelihood is the data's own verdict, priors included.",
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
            "Evidence falls when a wide prior is widened, though the posterior stays as it is. Which of any two scales will "
            "it like "
            "better, "
            "when the four velocities happen to agree?",
        ),
        Misconception(
            "flat on a logarithm is taken for empty",
            "i",
            "From where to where is it flat on ln τ? What lies beyond, and what does the likelihood do as τ goes to zero?",
        ),
        Misconception(
            "what holds for many groups is expected of few",
            "iii",
            "It is true of 24 stars. Look at the first row of your table again, and at the three stars of the chapter.",
        ),
        Misconception(
            "the evidence is asked about a prior",
            "iv",
            "It compares what priors predicted, not what they should be. The same data would be used to choose the prior and "
            "again to fit.",
        ),
    ],
    solution=r"""
Four stars bound $\tau$ from above only weakly, so the prior does it in any case. A scale from the subject says openly what is
known: faint dwarf galaxies have dispersions of a few km/s. A wider and a tighter prior beside it show the reader how much of
the limit is knowledge from elsewhere. Inverse-gamma with small $\epsilon$ decides the *lower* end by $\epsilon$, and a wide
uniform prior leaves the upper end to dispersions that nobody has seen.
""",
)

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


ALTERNATIVES = {"weight_density": [weight_density_in_a_loop, weight_density_by_scipy]}
DATA = {"stars": draw_stars}
QUESTIONS = [WEIGHT_DENSITY, SENSITIVITY, FEW_GROUPS]
