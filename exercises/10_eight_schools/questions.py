"""Homework 10, Eight schools: the exact posterior in code of one's own, and what only joint draws can answer."""

from collections import Counter

import numpy as np
from scipy import stats
from scipy.special import logsumexp, ndtr, roots_legendre, softmax

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
STARS = np.array([-0.31, -0.12, 0.05, -0.22, -0.18]), np.array([0.15, 0.04, 0.09, 0.05, 0.3])
FEW = np.array([1.0, 9.0, 4.0]), np.array([0.5, 2.0, 1.0])
FAR_APART = np.array([-9000.0, 12000, 3000, -4000, 15000, 1000]), np.array([10.0, 14, 20, 8, 12, 11])


def draw_schools(rng):
    """Draw measurements and errors of some schools, for private probes: no density of theirs is too small for a float."""
    size = rng.integers(3, 11)
    sigma = rng.uniform(5, 20, size)
    return rng.normal(rng.normal(0, 10), np.hypot(sigma, rng.uniform(0, 15))), sigma


# ---- 1. mu at a given tau ---------------------------------------------------------------------------------------------------


def mu_given_tau(y, sigma, tau):
    """Mean and variance of mu at each tau, mu flat."""
    total = sigma**2 + tau[:, None] ** 2
    variance = 1 / np.sum(1 / total, axis=1)
    return variance * np.sum(y / total, axis=1), variance


def draw_taus(rng):
    """Some schools, and values of tau of which the first is zero."""
    return (*draw_schools(rng), np.r_[0.0, rng.uniform(0, 40, rng.integers(1, 6))])


def weighted(y, precision):
    """Return the weighted mean and its variance."""
    return precision @ y / precision.sum(axis=1), 1 / precision.sum(axis=1)


def plain(y, tau):
    """Return the plain mean at each tau."""
    return 0 * tau + np.mean(y)


def scatter(sigma, tau):
    """Return the variance of each y about mu at each tau, (G, J)."""
    return sigma**2 + tau[:, None] ** 2


MU_GIVEN_TAU = Function(
    "mu_given_tau",
    3,
    reference=mu_given_tau,
    probes=[
        (*SCHOOLS, np.array([0.0, 5, 15])),
        (*STARS, np.array([0.1])),
        (np.array([3.0, 1.0]), np.array([0.5, 2.0]), np.array([0.5, 1.5, 300.0])),
    ],
    private=draw_taus,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "the weights are those of complete pooling",
            lambda y, sigma, tau: weighted(y, 1 / (sigma**2 + 0 * tau[:, None])),
            "At large τ even a perfect measurement of one school says little about the mean of all. What is the variance of "
            "y about μ?",
        ),
        Misconception(
            "all schools count the same in the mean and in its variance",
            lambda y, sigma, tau: (plain(y, tau), (np.mean(sigma**2) + tau**2) / len(y)),
            "That is right for very large τ, and for equal errors. What should a school with a small error count at τ = 0?",
        ),
        Misconception(
            "the plain mean of the schools stands beside the variance of the weighted one",
            lambda y, sigma, tau: (plain(y, tau), mu_given_tau(y, sigma, tau)[1]),
            "The variance is right, but it is that of another mean. In which mean does each school have its own weight?",
        ),
        Misconception(
            "the weighted mean stands beside the variance of the plain one",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], (np.mean(sigma**2) + tau**2) / len(y)),
            "The mean is right, and better than the plain one. Its variance has to know the weights too.",
        ),
        Misconception(
            "σ and τ are added before they are squared",
            lambda y, sigma, tau: weighted(y, 1 / (sigma + tau[:, None]) ** 2),
            "The noise and the spread of the schools are independent. What adds up then?",
        ),
        Misconception(
            "the weights are one over the standard deviation",
            lambda y, sigma, tau: weighted(y, 1 / np.hypot(sigma, tau[:, None])),
            "Write ln p(y | μ, τ) as a function of μ. By what is each squared distance divided in it?",
        ),
        Misconception(
            "σ and τ are added and not squared at all",
            lambda y, sigma, tau: weighted(y, 1 / (sigma + tau[:, None])),
            "Both are standard deviations. Which powers of them add up, and in which unit is one over a weight?",
        ),
        Misconception(
            "τ is added without its square",
            lambda y, sigma, tau: weighted(y, 1 / (sigma**2 + tau[:, None])),
            "τ is a standard deviation, as σ is. Check the units of what you add.",
        ),
        Misconception(
            "each school is weighted by its variance, and not by one over it",
            lambda y, sigma, tau: (weighted(y, scatter(sigma, tau))[0], mu_given_tau(y, sigma, tau)[1]),
            "Then the noisiest school counts most. Should it?",
        ),
        Misconception(
            "each school is weighted by its variance, in the mean and in the variance of the mean",
            lambda y, sigma, tau: weighted(y, scatter(sigma, tau)),
            "Then the noisiest school counts most, and more noise makes μ better known. Should it?",
        ),
        Misconception(
            "the shrinkage weights of the schools are taken for precisions",
            lambda y, sigma, tau: weighted(y, tau[:, None] ** 2 / scatter(sigma, tau)),
            "`τ²/(τ² + σ²)` says how much a school trusts itself. It differs from what you need by a factor that is zero at "
            "τ = 0.",
        ),
        Misconception(
            "the shrinkage weights of the schools are taken for their weights in the mean",
            lambda y, sigma, tau: (weighted(y, tau[:, None] ** 2 / scatter(sigma, tau))[0], mu_given_tau(y, sigma, tau)[1]),
            "`τ²/(τ² + σ²)` says how much a school trusts itself. It differs from what you need by a factor that is zero at "
            "τ = 0.",
        ),
        Misconception(
            "the standard deviation is given in place of the variance",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], np.sqrt(mu_given_tau(y, sigma, tau)[1])),
            "Check the unit of the second result: a variance is in points².",
        ),
        Misconception(
            "the precision is given in place of the variance",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], 1 / mu_given_tau(y, sigma, tau)[1]),
            "More schools make this number larger. Should they make a variance larger?",
        ),
        Misconception(
            "τ² is added to the variance of the pooled mean",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], 1 / np.sum(1 / sigma**2) + tau**2),
            "That would be how far one new school may lie from the pooled mean. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "τ² is added to the variance of the mean, in which it is already",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], mu_given_tau(y, sigma, tau)[1] + tau**2),
            "That would be how far one new school may lie from your mean. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "the variance is that of one school about μ, on average",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], np.mean(scatter(sigma, tau), axis=1)),
            "So far does a school lie from μ. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "the variance is that of complete pooling at every τ",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], 0 * tau + 1 / np.sum(1 / sigma**2)),
            "Your means know τ, and this variance does not. How well do eight schools show μ if they differ widely?",
        ),
    ],
    solution=r"""
Integrate each $\theta_j$ out, and $y_j \sim \mathcal{N}(\mu, \sigma_j^2 + \tau^2)$. With a flat prior on $\mu$ this is the fit
of a constant to measurements with larger errors:

$$
\begin{aligned}
V_\mu &= \Bigl(\sum_j \frac{1}{\sigma_j^2 + \tau^2}\Bigr)^{-1}, \\
\hat\mu &= V_\mu \sum_j \frac{y_j}{\sigma_j^2 + \tau^2} .
\end{aligned}
$$

At $\tau = 0$ it is complete pooling. For large $\tau$ all schools count the same, since each is then one draw from the
population.
""",
)

# ---- 2. The density of tau --------------------------------------------------------------------------------------------------


def log_p_tau(y, sigma, tau, mean, variance):
    """ln p(tau | y), less its value at the first tau; flat in mu and tau. mean and variance of mu are given."""
    log_p = log_integral(y, sigma, tau, mean, variance)
    return log_p - log_p[0]


def log_integral(y, sigma, tau, mean, variance):
    """Return ln of the integral of p(y | mu, tau) over mu, up to a constant."""
    total = sigma**2 + tau[:, None] ** 2
    chi2 = np.sum((y - mean[:, None]) ** 2 / total, axis=1)
    return (np.log(variance) - np.log(total).sum(axis=1) - chi2) / 2


def with_mu(y, sigma, tau):
    """Return the arguments of log_p_tau: with the mean and the variance of mu at each tau."""
    return y, sigma, tau, *mu_given_tau(y, sigma, tau)


def log_density(y, sigma, tau):
    """Return the reference's answer from the data alone."""
    return log_p_tau(*with_mu(y, sigma, tau))


def draw_density(rng):
    """Some schools, several values of tau of which the first is zero or not, and mean and variance of mu at each."""
    tau = rng.uniform(0, 40, rng.integers(2, 7))
    return with_mu(*draw_schools(rng), tau)


def summed(y, sigma, tau, mean, variance, *, of_variance=0.5, of_total=0.5, of_chi2=0.5, chi2=None, first=True):
    """Return log_p_tau with something done otherwise: other powers, another chi-squared, or not from its first value."""
    total = sigma**2 + tau[:, None] ** 2
    if chi2 is None:
        chi2 = np.sum((y - mean[:, None]) ** 2 / total, axis=1)
    value = of_variance * np.log(variance) - of_total * np.log(total).sum(axis=1) - of_chi2 * chi2
    return value - value[0] if first else value


def with_other_mean(y, sigma, tau, mean, variance, other):
    """Return log_p_tau with another mean than that of each tau."""
    total = sigma**2 + tau[:, None] ** 2
    return summed(y, sigma, tau, mean, variance, chi2=np.sum((y - other) ** 2 / total, axis=1))


def with_variance_in_each(y, sigma, tau, mean, variance):
    """Return the product of Normals that each hold the variance of mu, as if every school had a mu of its own."""
    wide = sigma**2 + tau[:, None] ** 2 + variance[:, None]
    value = -0.5 * np.sum(np.log(wide) + (y - mean[:, None]) ** 2 / wide, axis=1)
    return value - value[0]


def scaled(y, sigma, tau, mean, variance, scale):
    """Return log_p_tau with other standard deviations of y about mu."""
    value = stats.norm.logpdf(y, mean[:, None], scale).sum(axis=1) + np.log(variance) / 2
    return value - value[0]


def without_tau(y, sigma, tau, mean, variance):
    """Return log_p_tau with distances in units of the errors alone."""
    return summed(y, sigma, tau, mean, variance, chi2=np.sum((y - mean[:, None]) ** 2 / sigma**2, axis=1))


LOG_P_TAU = Function(
    "log_p_tau",
    4,
    reference=log_p_tau,
    probes=[
        with_mu(*SCHOOLS, np.array([0.0, 1, 5, 15, 30])),
        with_mu(*STARS, np.array([0.05, 0.5, 2.0])),
        with_mu(*FEW, np.array([60.0, 0.3, 4.0])),
    ],
    private=draw_density,
    tolerance=Tolerance(rel=1e-4, abs=1e-4),
    misconceptions=[
        Misconception(
            "μ is set to its best value and not integrated out",
            lambda *given: summed(*given, of_variance=0),
            "At larger τ more values of μ agree with the data, and each of them counts. Which factor does an integral over a "
            "Gaussian leave behind?",
        ),
        Misconception(
            "the integral over μ leaves its variance behind, and not the root of it",
            lambda *given: summed(*given, of_variance=1),
            "The area of exp(-x²/2V) has the unit of x. Which power of V has that?",
        ),
        Misconception(
            "the integral over μ is divided by",
            lambda *given: summed(*given, of_variance=-0.5),
            "The wider the Gaussian in μ, the larger its area. Should V make p(τ | y) larger or smaller?",
        ),
        Misconception(
            "the variance of μ is added to that of every school",
            with_variance_in_each,
            "Each school is predicted rightly in this way, one at a time. But all of them share one μ: their errors from it "
            "are "
            "not independent.",
        ),
        Misconception(
            "each measurement is normalized by its variance, and not by the root of it",
            lambda *given: summed(*given, of_total=1),
            "Write down the density of one Normal. What stands before its exponential?",
        ),
        Misconception(
            "the Normal densities are not normalized",
            lambda *given: summed(*given, of_total=0),
            "What stands before the exponential of N(y | μ, σ² + τ²) depends on τ. Without it the largest τ always fits best.",
        ),
        Misconception(
            "nothing but the squared distances is kept",
            lambda *given: summed(*given, of_total=0, of_variance=0),
            "What stands before the exponential of N(y | μ, σ² + τ²) depends on τ, and the integral over μ leaves a factor "
            "too.",
        ),
        Misconception(
            "the half before the squared distances is lost",
            lambda *given: summed(*given, of_chi2=1),
            "Write down the density of one Normal. What does its exponent hold beside the squared distance in units of its sd?",
        ),
        Misconception(
            "the squared distances enter with the wrong sign",
            lambda *given: summed(*given, of_chi2=-0.5),
            "Should schools that lie far from μ make a value of τ more probable, or less?",
        ),
        Misconception(
            "the variances are given where SciPy's Normal wants a standard deviation",
            lambda *given: scaled(*given, given[1] ** 2 + given[2][:, None] ** 2),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "σ and τ are added, and not their squares",
            lambda *given: scaled(*given, given[1] + given[2][:, None]),
            "The noise and the spread of the schools are independent. What adds up then?",
        ),
        Misconception(
            "τ is left out where distances are measured in units of the scatter",
            without_tau,
            "Schools that differ by τ may lie that much farther from μ. In units of what is a distance small or large?",
        ),
        Misconception(
            "the mean of the first τ is used at every τ",
            lambda *given: with_other_mean(*given, given[3][0]),
            "The best μ moves as τ changes. What you are given holds it for each τ.",
        ),
        Misconception(
            "the plain mean of the measurements is used at every τ",
            lambda *given: with_other_mean(*given, given[0].mean()),
            "A noisy school should not pull μ as much as a precise one. Use the mean that you are given.",
        ),
        Misconception(
            "the prior is flat in ln τ",
            lambda *given: log_p_tau(*given) - np.log(given[2]) + np.log(given[2][0]),
            "This grows without bound at τ = 0, and has no normalized posterior. The prior here is flat in τ itself.",
        ),
        Misconception(
            "the logarithm has base 10", lambda *given: log_p_tau(*given) / np.log(10), "`np.log` is the natural logarithm."
        ),
        Misconception(
            "the logarithm is left as it is, with no value subtracted",
            lambda *given: summed(*given, first=False),
            "What should your function give at the first τ, whatever the data?",
        ),
        Misconception(
            "the logarithm is left as it is, with every 2π in it",
            lambda *given: summed(*given, first=False) - (len(given[0]) - 1) / 2 * np.log(2 * np.pi),
            "It is complete, but the question asks for the difference from the first τ. What should come out there?",
        ),
        Misconception(
            "the largest value is subtracted, and not the first",
            lambda *given: log_p_tau(*given) - log_p_tau(*given).max(),
            "Before an exponential that is a good habit. Here the values are to start from zero.",
        ),
        Misconception(
            "the values are normalized to a sum of one over these τ",
            lambda *given: log_p_tau(*given) - logsumexp(log_p_tau(*given)),
            "Which τ are in the array has nothing to do with the density. Give the difference from the first.",
        ),
        Misconception(
            "the density itself is given",
            lambda *given: np.exp(log_p_tau(*given)),
            "The question asks for its logarithm. With many schools the density is too small for a float.",
        ),
    ],
    solution=r"""
With flat priors $p(\tau \mid y) \propto \int p(y \mid \mu, \tau)\,\mathrm{d}\mu$. As a function of $\mu$ the integrand is a
Gaussian about $\hat\mu$ with the variance $V_\mu$, whose area is $\sqrt{2\pi V_\mu}$:

$$
p(\tau \mid y) \propto V_\mu^{1/2} \prod_j (\sigma_j^2 + \tau^2)^{-1/2}
\exp\Bigl(-\frac{(y_j - \hat\mu)^2}{2(\sigma_j^2 + \tau^2)}\Bigr).
$$

The factor $V_\mu^{1/2}$ is easily lost, and it grows with $\tau$. Without it the spread is underestimated, as the variance of a
sample is when one divides by $J$ and not by $J - 1$.
""",
)

# ---- 3. A school at a given tau ---------------------------------------------------------------------------------------------


def theta_given_tau(y, sigma, tau, mean, variance):
    """Mean and sd of theta_j at one tau, mu integrated out: its mean and variance are given."""
    w = tau**2 / (tau**2 + sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(w * sigma**2 + (1 - w) ** 2 * variance)


def at_tau(y, sigma, tau):
    """Return the arguments of theta_given_tau: with the mean and the variance of mu at one tau."""
    (mean,), (variance,) = mu_given_tau(y, sigma, np.array([tau]))
    return y, sigma, tau, float(mean), float(variance)


def draw_one_tau(rng):
    """Some schools and one tau."""
    return at_tau(*draw_schools(rng), float(rng.uniform(0.5, 40)))


def sd_with(y, sigma, tau, mean, variance, of):
    """Return the right means, with the variances that a function of w, sigma and V gives."""
    w = tau**2 / (tau**2 + sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(of(w, sigma, variance))


def shrunk_by(y, sigma, mean, variance, w):
    """Return the answer with other weights."""
    return w * y + (1 - w) * mean, np.sqrt(w * sigma**2 + (1 - w) ** 2 * variance)


def from_a_wider_prior(y, sigma, tau, mean, variance):
    """Return the answer with V added to tau^2: a school drawn to a mean that the school has helped to find."""
    w = (tau**2 + variance) / (tau**2 + variance + sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(w) * sigma


THETA_GIVEN_TAU = Function(
    "theta_given_tau",
    3,
    reference=theta_given_tau,
    probes=[
        at_tau(*SCHOOLS, 6.0),
        at_tau(*STARS, 0.08),
        at_tau(np.array([3.0, 1.0, 5.0]), np.array([0.5, 2.0, 1.0]), 0.0),
        at_tau(*SCHOOLS, 25.0),
    ],
    private=draw_one_tau,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "μ is taken as known for the sd",
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2),
            "At τ = 0 all schools are equal to μ. Is their effect then known without any error?",
        ),
        Misconception(
            "all of the variance of μ is added to every school",
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2 + v),
            "If μ moves by one point, by how much does the estimate of a school with the weight w move?",
        ),
        Misconception(
            "the share of μ is not squared",
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2 + (1 - w) * v),
            "The mean moves with (1 - w) μ. What is the variance of a number times μ?",
        ),
        Misconception(
            "the sd is that of the estimate over repeated measurements",
            lambda *given: sd_with(*given, lambda w, s, v: w**2 * s**2 + (1 - w) ** 2 * v),
            "So much would `w y + (1 - w) μ` scatter for a school whose effect stays what it is. What is asked is how "
            "uncertain "
            "the effect is. What is that at known μ?",
        ),
        Misconception(
            "the sd shrinks by the weight, as the distance from μ does",
            lambda *given: sd_with(*given, lambda w, s, v: (w * s) ** 2),
            "So much would `w y` scatter for a school whose effect stays what it is. What is asked is how uncertain the "
            "effect is, "
            "and μ is uncertain too.",
        ),
        Misconception(
            "the sds of both parts are weighted and added",
            lambda *given: sd_with(*given, lambda w, s, v: (w * s + (1 - w) * np.sqrt(v)) ** 2),
            "Means are averaged like this, and sds are not. What is the sd of the school at known μ?",
        ),
        Misconception(
            "the variance of μ is added to τ², and the school is shrunk with both",
            from_a_wider_prior,
            "The mean of μ that you are given has used this school already, and so it would count twice.",
        ),
        Misconception(
            "the variance of μ is taken for its sd",
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2 + ((1 - w) * v) ** 2),
            "You are given a variance, in points². Check the units of the two terms.",
        ),
        Misconception(
            "the population's width is added to the sd of the school",
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2 + (1 - w) ** 2 * (v + given[2] ** 2)),
            "What τ leaves unknown of a school is in `w σ²` already. What else is unknown at a given τ?",
        ),
        Misconception(
            "the school keeps all of its measurement error",
            lambda *given: sd_with(*given, lambda w, s, v: s**2 + 0 * w),
            "That is the sd without any population. What does it come to at τ = 0, where all schools are one?",
        ),
        Misconception(
            "the weights are made of the sds and not of the variances",
            lambda y, sigma, tau, mean, variance: shrunk_by(y, sigma, mean, variance, tau / (tau + sigma)),
            "Write the product of two Gaussians in θ. By what is each squared distance divided in the exponent?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged in the mean",
            lambda *given: (given[0] + given[3] - theta_given_tau(*given)[0], theta_given_tau(*given)[1]),
            "At τ = 0 every school has to have the same mean.",
        ),
        Misconception(
            "the weights of measurement and population are exchanged throughout",
            lambda y, sigma, tau, mean, variance: shrunk_by(y, sigma, mean, variance, sigma**2 / (tau**2 + sigma**2)),
            "At τ = 0 every school has to have the same mean, and the sd of μ.",
        ),
        Misconception(
            "the variance is given in place of the sd",
            lambda *given: (theta_given_tau(*given)[0], theta_given_tau(*given)[1] ** 2),
            "Check the unit of the second result: it should be that of y.",
        ),
        Misconception(
            "standard deviations are added where variances add",
            lambda *given: sd_with(*given, lambda w, s, v: (np.sqrt(w) * s + (1 - w) * np.sqrt(v)) ** 2),
            "What is left to know of a school at given μ is independent of what is left to know of μ. How do the two combine?",
        ),
    ],
    solution=r"""
Given $\mu$ and $\tau$ the mean is $w_j y_j + (1 - w_j)\mu$ and the variance $w_j \sigma_j^2$. Now $\mu$ is itself uncertain by
$V_\mu$, and only the share $1 - w_j$ of it enters:

$$
\begin{aligned}
\mathrm{E}(\theta_j \mid \tau, y) &= w_j y_j + (1 - w_j)\,\hat\mu , \\
\mathrm{Var}(\theta_j \mid \tau, y) &= w_j \sigma_j^2 + (1 - w_j)^2\, V_\mu .
\end{aligned}
$$

These are the curves in the chapter's figure of every degree of pooling.
""",
)

# ---- 4. Averaged over tau ---------------------------------------------------------------------------------------------------


def averaged(log_p, means, sds):
    """Posterior mean and sd of theta_j, averaged over a grid of tau."""
    weight = softmax(log_p)  # the exponentials over their sum, without overflow
    mean = weight @ means
    return mean, np.sqrt(weight @ (sds**2 + (means - mean) ** 2))


def on_grid(y, sigma, tau):
    """Return the arguments of averaged: the density, and means and sds of the schools, at each tau of a grid."""
    mu, variance = mu_given_tau(y, sigma, tau)
    return log_density(y, sigma, tau), *theta_given_tau(y, sigma, tau[:, None], mu[:, None], variance[:, None])


def draw_grid(rng):
    """Some schools on a grid of tau."""
    return on_grid(*draw_schools(rng), np.linspace(0, rng.uniform(20, 80), rng.integers(20, 60)))


def all_alike(log_p, means, sds):
    """Return the average over the grid without weights."""
    return averaged(0 * log_p, means, sds)


def with_half_ends(log_p, means, sds):
    """Return the average by the trapezoidal rule."""
    ends = np.zeros(len(log_p))
    ends[[0, -1]] = np.log(0.5)
    return averaged(log_p + ends, means, sds)


def sd_of(log_p, means, sds, variance):
    """Return the right means, with the variances that a function of the weights, the means and the sds gives."""
    return averaged(log_p, means, sds)[0], np.sqrt(variance(softmax(log_p), means, sds))


def weighted_by(weight, means, sds):
    """Return the answer with weights that may be anything."""
    mean = weight @ means
    return mean, np.sqrt(weight @ (sds**2 + (means - mean) ** 2))


AVERAGED = Function(
    "averaged",
    3,
    reference=averaged,
    probes=[
        on_grid(*SCHOOLS, np.linspace(0, 60, 31)),
        on_grid(*STARS, np.linspace(0, 1, 21)),
        on_grid(*FAR_APART, np.linspace(0, 40_000, 41)),
    ],
    private=draw_grid,
    private_count=8,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "τ is set to the most probable value of the grid",
            lambda log_p, means, sds: (means[np.argmax(log_p)], sds[np.argmax(log_p)]),
            "For the eight schools this is complete pooling. How much of the posterior lies at other values of τ?",
        ),
        Misconception(
            "every τ of the grid counts the same",
            all_alike,
            "The answer should not change when the grid is extended to a τ of a thousand points. What do the data say about "
            "such a τ?",
        ),
        Misconception(
            "the logarithms are taken for the weights",
            lambda log_p, means, sds: weighted_by(log_p / log_p.sum(), means, sds),
            "A logarithm can be negative, and a constant added to all of them must change nothing. What turns it into a "
            "density?",
        ),
        Misconception(
            "the first and the last τ count half",
            with_half_ends,
            "That is the trapezoidal rule, and no worse an integral. Here a plain sum is asked for, in which all count alike.",
        ),
        Misconception(
            "the sd is the scatter of the conditional means alone",
            lambda *given: sd_of(*given, lambda weight, means, sds: weight @ (means - weight @ means) ** 2),
            "The conditional mean of a school is not the school. How far may the school lie from it?",
        ),
        Misconception(
            "the sd is the root of the averaged variance alone",
            lambda *given: sd_of(*given, lambda weight, means, sds: weight @ sds**2),
            "The conditional mean moves with τ, and τ is not known. Your sd leaves that out.",
        ),
        Misconception(
            "the conditional sds are averaged",
            lambda *given: sd_of(*given, lambda weight, means, sds: (weight @ sds) ** 2),
            "Averages of squares make a variance. What else moves from one τ to the next, beside the sd?",
        ),
        Misconception(
            "the averaged sd and the scatter of the means are joined",
            lambda *given: sd_of(
                *given, lambda weight, means, sds: (weight @ sds) ** 2 + weight @ (means - weight @ means) ** 2
            ),
            "The scatter of the means is right. But what is to be averaged beside it, the sds or their squares?",
        ),
        Misconception(
            "the averaged sd and the sd of the conditional means are added",
            lambda *given: sd_of(
                *given, lambda weight, means, sds: (weight @ sds + np.sqrt(weight @ (means - weight @ means) ** 2)) ** 2
            ),
            "You have seen both parts. The law of total variance is about their squares.",
        ),
        Misconception(
            "the weights do not add up to one",
            lambda log_p, means, sds: weighted_by(np.exp(log_p - np.max(log_p)), means, sds),
            "If all schools had the same mean at each τ, your answer should be that mean. What must weights add up to?",
        ),
        Misconception(
            "means and sds are averaged over the grid as they stand",
            lambda log_p, means, sds: (means.mean(axis=0), sds.mean(axis=0)),
            "The answer should not change when the grid is extended to a τ of a thousand points. What do the data say about "
            "such a τ, and what do two different means add to the sd?",
        ),
        Misconception(
            "two standard deviations are added where two variances add",
            lambda *given: sd_of(
                *given,
                lambda weight, means, sds: (np.sqrt(weight @ sds**2) + np.sqrt(weight @ (means - weight @ means) ** 2)) ** 2,
            ),
            "You have both parts. The law of total variance is about their squares.",
        ),
        Misconception(
            "the squared mean is not subtracted",
            lambda *given: sd_of(*given, lambda weight, means, sds: weight @ (sds**2 + means**2)),
            "If all effects were larger by a hundred points, this sd would be larger too. What turns a mean square into a "
            "variance?",
        ),
        Misconception(
            "the variance is given in place of the sd",
            lambda *given: (averaged(*given)[0], averaged(*given)[1] ** 2),
            "Check the unit of the second result: it should be that of y.",
        ),
    ],
    solution=r"""
The posterior is a mixture of Normals, one for each $\tau$ of the grid, with weights in proportion to $p(\tau \mid y)$. Its
mean is the weighted mean. Its variance has two parts: the mean of the conditional variances, and the variance of the
conditional means.

Before you take the exponential, subtract the largest logarithm, as `scipy.special.softmax` does. The constant cancels in the
weights, and nothing overflows.
""",
)

# ---- 5. Which school is the best --------------------------------------------------------------------------------------------


def p_best(theta):
    """The probability of each school to be the best, from joint draws."""
    best = theta.argmax(axis=1)
    return np.array([np.mean(best == j) for j in range(theta.shape[1])])


def draw_thetas(rng):
    """Draws of schools with means and sds of their own; some may never be the best."""
    size = rng.integers(3, 9)
    return (rng.normal(rng.normal(0, 1, size), rng.uniform(0.5, 2, size), (rng.integers(20, 80), size)),)


def by_pairs(theta):
    """Return the product over the other schools of the probability to beat each."""
    beats = (theta[:, :, None] > theta[:, None, :]).mean(axis=0)
    np.fill_diagonal(beats, 1)
    return beats.prod(axis=1)


def against_one(theta):
    """Return the probability to beat each other school, averaged over them."""
    beats = (theta[:, :, None] > theta[:, None, :]).mean(axis=0)
    return beats.sum(axis=1) / (theta.shape[1] - 1)


def against_means(theta):
    """Return the probability to lie above the mean of every other school."""
    means = theta.mean(axis=0)
    return np.array([np.mean(theta[:, j] > np.delete(means, j).max()) for j in range(theta.shape[1])])


def certain(size, j):
    """Return a probability of one for one school, and none for the others."""
    return np.eye(size)[j]


SHARED = np.random.default_rng(10).normal(size=(40, 1))  # what the schools of a row have in common
P_BEST = Function(
    "p_best",
    2,
    reference=p_best,
    probes=[
        (np.array([[5.0, 3.0, 1.0], [2.0, 6.0, 9.0], [4.0, 3.5, 2.0], [-7.0, -1.0, -2.0], [1.0, 0.5, 0.2]]),),
        ((np.random.default_rng(11).normal([11, 8, 6, 7.5], [8, 6, 8, 5], (40, 4)) + 5 * SHARED).round(2),),
        (np.random.default_rng(12).normal([0.2, 0, -0.1], [1, 0.3, 2], (25, 3)).round(3),),
        # Schools that are never the best: the last, then the first and one between.
        (np.array([[3.0, 5.0, 2.0, 1.0], [6.0, 4.0, 3.0, -2.0], [1.0, 2.0, 5.0, 4.0], [9.0, 8.0, 7.0, 6.0]]),),
        (np.array([[-3.0, 2.0, 0.5, 1.0], [0.0, 1.5, 1.0, 4.0], [-2.0, 5.0, 4.5, 3.0]]),),
    ],
    private=draw_thetas,
    tolerance=Tolerance(rel=1e-6, abs=1e-6),
    misconceptions=[
        Misconception(
            "only the school with the largest posterior mean is given a chance",
            lambda theta: certain(theta.shape[1], theta.mean(axis=0).argmax()),
            "How sure are you of that? Ask each row of draws which school is the best in it.",
        ),
        Misconception(
            "only the school with the largest of all draws is given a chance",
            lambda theta: certain(theta.shape[1], theta.max(axis=0).argmax()),
            "One lucky row decides there, and all others have no say. Ask each row of draws which school is the best in it.",
        ),
        Misconception(
            "the probabilities to beat each other school are multiplied",
            by_pairs,
            "These events are not independent: when A beats B, A is probably large, and beats C as well.",
        ),
        Misconception(
            "the probabilities to beat each other school are averaged",
            against_one,
            "The best school beats all others at once, in the same row. How often does that happen?",
        ),
        Misconception(
            "a draw of one school is compared with the means of the others",
            against_means,
            "The others are uncertain too. In which row of draws is a school the best of that row?",
        ),
        Misconception(
            "it is the probability to be better than the average school",
            lambda theta: np.mean(theta > theta.mean(axis=1, keepdims=True), axis=0),
            "Your probabilities add up to more than one. How many schools can be the best?",
        ),
        Misconception(
            "it is the probability to be better than the average of all draws",
            lambda theta: np.mean(theta > theta.mean(), axis=0),
            "Several schools can lie above that average at once. How many can be the best of a row?",
        ),
        Misconception(
            "it is the probability that the effect is positive",
            lambda theta: np.mean(theta > 0, axis=0),
            "A good school need not be the best. With which numbers of its row is an effect to be compared?",
        ),
        Misconception(
            "it is the probability not to be the worst",
            lambda theta: 1 - p_best(-theta),
            "Your probabilities add up to more than one. How many schools can be the best?",
        ),
        Misconception(
            "the wins are counted and not divided",
            lambda theta: p_best(theta) * len(theta),
            "A probability is a share. Of how many rows?",
        ),
        Misconception(
            "the wins are divided by the number of schools",
            lambda theta: p_best(theta) * len(theta) / theta.shape[1],
            "A probability is a share. Each row has one winner: how many winners are there?",
        ),
        Misconception(
            "the probabilities are given in percent", lambda theta: 100 * p_best(theta), "A probability lies between 0 and 1."
        ),
        Misconception(
            "the school with the smallest effect wins", lambda theta: p_best(-theta), "Here a larger effect is a better one."
        ),
    ],
    solution=r"""
Every row is one possible state of all schools. In each row one of them is the best; the share of rows in which it is school $j$
estimates the probability. Nothing but joint draws can answer this: the schools of a row share its $\mu$ and $\tau$.

A school that is never the best has the probability zero, and a place in the answer: `np.bincount` leaves it out at the end
unless it is told `minlength`.
""",
)

# ---- 6. Eight schools of one's own ------------------------------------------------------------------------------------------

# A share p of n independent draws has the standard error sqrt(p (1 - p) / n), a mean sd / sqrt(n), and an sd up to sd / sqrt(n)
# for tails as heavy as these. Five such errors at n = 200,000, half as many draws as the notebook asks for; and a little for
# the five digits of what is given.
DRAWS = 200_000
MONTE_CARLO, DIGITS = 5 / np.sqrt(DRAWS), 0.0005
MU_LEVELS = (np.arange(7) + 0.5) / 7  # of probability
LEVELS = (1 + roots_legendre(20)[0]) / 2
SHARES = roots_legendre(20)[1] / 2
GRID = np.arange(50) + 0.5  # of tau, in units that the study chooses


def draw_study(rng):
    """Eight schools of which one has the largest measurement, another the largest mean, and a third is the best bet.

    A precise school has the largest mean. A noisier one lies higher and is the better bet. The noisiest one measured even more,
    and tells least. All wrong methods give clearly wrong answers.
    """
    for _ in attempts("draw_study"):
        scale = rng.uniform(0.5, 2.0)
        sigma = scale * np.array([rng.uniform(4, 5), rng.uniform(12, 16), 30, 7, 8, 9, 11, 18])
        mu = rng.uniform(-20, 40)
        y = mu + scale * rng.normal(-3, np.hypot(sigma / scale, 6))
        y[[0, 2]] = mu + scale * rng.uniform([9, 24], [13, 34])
        y[1] = nearly_level(y, sigma, scale, rng.uniform(0.04, 0.12))
        order = rng.permutation(8)
        data = with_grid(y[order].round(1), sigma[order].round(1), round(scale, 2) * GRID)
        if y.argmax() == 2 and tells(data):
            return data


def nearly_level(y, sigma, scale, gap):
    """Return the second measurement with which that school's mean falls short of the first one's by so many sd."""

    def ahead(second):
        mean, sd = averaged(*on_grid(np.r_[y[0], second, y[2:]], sigma, scale * GRID))
        return (mean[0] - mean[1]) / sd[0] - gap

    near, far = y[0], y[0] + 10 * scale
    return near + (far - near) * ahead(near) / (ahead(near) - ahead(far))


def with_grid(y, sigma, tau):
    """Return a study with a grid of tau, and what the first two questions give on it."""
    mu, variance = mu_given_tau(y, sigma, tau)
    return {"y": y, "sigma": sigma, "tau": tau, "mu": mu, "variance": variance, "log_p": log_density(y, sigma, tau)}


def tells(data):
    """Whether the best bet is clearly another school than that with the largest mean, and each wrong method is clearly off."""
    right = study(data)
    bounds = monte_carlo_error(data, right).abs
    second, first = np.argsort(right["best"])[-2:]
    ahead = right["best"][first] - right["best"][second]
    level = np.sort(right["mean"])[-1] - np.sort(right["mean"])[-2]
    if first in (right["mean"].argmax(), data["y"].argmax()) or right["mean"].argmax() == data["y"].argmax():
        return False
    if ahead < 3 * bounds["best"].max() or level < 0.02 * right["sd"].min():
        return False
    wrong = [misconception.wrong(data) for misconception in STUDY.misconceptions]
    return all(apart(right, other, bounds) for other in wrong) and all(
        apart(one, other, bounds) for i, one in enumerate(wrong) for other in wrong[:i]
    )


def apart(right, wrong, bounds):
    """Whether some part of two answers differs by more than two tolerances."""
    return any(np.any(np.abs(right[name] - wrong[name]) > 2 * bounds[name]) for name in right)


def study(data):
    """Posterior mean and sd of each school, and its probability to be the best."""
    return answer_on(data, *grid_of(data))


def grid_of(data):
    """Return the grid of tau, its weights, and mean and variance of mu at each."""
    y, sigma, tau = data["y"], data["sigma"], data["tau"]
    mu, variance = mu_given_tau(y, sigma, tau)
    return tau, softmax(log_integral(y, sigma, tau, mu, variance)), mu, variance


def answer_on(data, tau, weight, mu, variance):
    """Return the answer for a grid of tau with its weights, and a Normal for mu at each."""
    mean, sd = weighted_by(weight, *parts(data, tau, mu, variance))
    return {"mean": mean, "sd": sd, "best": chances(data, tau, weight, mu, variance)}


def parts(data, tau, mu, variance):
    """Return means and sds of the schools at each tau, (G, J) each."""
    return theta_given_tau(data["y"], data["sigma"], tau[:, None], mu[:, None], variance[:, None])


def chances(data, tau, weight, mu_mean, mu_variance):
    """Return the probability of each school to be the best. Given mu and tau the schools are independent Normals."""
    mu = stats.norm.ppf(MU_LEVELS, mu_mean[:, None], np.sqrt(mu_variance)[:, None])[..., None]  # (tau, mu, school)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2))[:, None]
    return weight @ np.mean(winners(mu + w * (data["y"] - mu), np.sqrt(w) * data["sigma"]), axis=1)


def winners(mean, sd):
    """Return the probability of each of several independent Normals, along the last axis, to be the largest."""
    mean, sd = np.broadcast_arrays(mean, sd)
    # Where a school has a share u of its probability below itself: the probability that all schools are below that value, of
    # which u is its own part.
    value = stats.norm.ppf(LEVELS, mean[..., None], sd[..., None])
    below = ndtr((value[..., None] - mean[..., None, None, :]) / sd[..., None, None, :])
    return below.prod(axis=-1) / LEVELS @ SHARES


def monte_carlo_error(data, answer):
    """Return the tolerance of an answer that comes from draws."""
    best = np.sqrt(answer["best"] * (1 - answer["best"]))
    sd = MONTE_CARLO * answer["sd"]
    return Tolerance(rel=0, abs={"mean": sd, "sd": sd, "best": MONTE_CARLO * best + DIGITS})


def unpooled(data):
    """Return the answer of eight separate analyses."""
    return {"mean": data["y"], "sd": data["sigma"], "best": winners(data["y"], data["sigma"])}


def pooled(data):
    """Return the answer for schools that are all alike, any of which may be called the best."""
    (mean,), (variance,) = mu_given_tau(data["y"], data["sigma"], np.zeros(1))
    return {"mean": np.full(8, mean), "sd": np.full(8, np.sqrt(variance)), "best": np.full(8, 1 / 8)}


def at_one_tau(data, choose):
    """Return the answer at one tau, which a function of the grid and its weights chooses."""
    tau = np.array([choose(*grid_of(data)[:2])])
    return answer_on(data, tau, np.ones(1), *mu_given_tau(data["y"], data["sigma"], tau))


def with_weights(data, change):
    """Return the answer with other weights of the grid, which a function of the given logarithms and the data gives."""
    tau, _, mu, variance = grid_of(data)
    return answer_on(data, tau, softmax(change(log_density(data["y"], data["sigma"], tau))), mu, variance)


def mu_fixed(data):
    """Return the answer with mu set to its mean at each tau."""
    tau, weight, mu, variance = grid_of(data)
    return answer_on(data, tau, weight, mu, 1e-9 * variance)


def sd_for_variance(data):
    """Return the answer with the variance of mu taken for its sd."""
    tau, weight, mu, variance = grid_of(data)
    return answer_on(data, tau, weight, mu, variance**2)


def of_means(data):
    """Return the sd of each school's conditional mean, given mu and tau, and the share in which it is the largest."""
    y, sigma = data["y"], data["sigma"]
    tau, weight, mu, variance = grid_of(data)
    mu = mu[:, None] + np.sqrt(variance)[:, None] * stats.norm.ppf((np.arange(400) + 0.5) / 400)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2))[:, None]
    given = w * y + (1 - w) * mu[..., None]
    mean = weight @ given.mean(axis=1)
    sd = np.sqrt(weight @ np.mean((given - mean) ** 2, axis=1))
    winner = given.argmax(axis=-1)
    return {"mean": mean, "sd": sd, "best": np.array([weight @ np.mean(winner == j, axis=1) for j in range(y.size)])}


def drawn_with(data, share, width):
    """Return the answer with another share of y, of w, and another sd at given mu and tau, of w and sigma."""
    y, sigma = data["y"], data["sigma"]
    tau, weight, mu, variance = grid_of(data)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
    own, sd = share(w), width(w, sigma)
    means = own * y + (1 - own) * mu[:, None]
    mean = weight @ means
    square = weight @ (sd**2 + (1 - own) ** 2 * variance[:, None] + (means - mean) ** 2)
    levels = stats.norm.ppf(MU_LEVELS, mu[:, None], np.sqrt(variance)[:, None])[..., None]  # (tau, mu, school)
    given = own[:, None] * y + (1 - own[:, None]) * levels
    return {"mean": mean, "sd": np.sqrt(square), "best": weight @ np.mean(winners(given, sd[:, None]), axis=1)}


def as_independent(data):
    """Return the answer with each school's draws in an order of their own: the winner of a row is then of no one world."""
    tau, weight, mu, variance = grid_of(data)
    means, sds = parts(data, tau, mu, variance)
    right = study(data)
    x = np.linspace(*(right["mean"].mean() + np.array([-8, 8]) * right["sd"].max()), 1201)
    below = np.einsum("t,tjx->jx", weight, ndtr((x - means[..., None]) / sds[..., None]))
    others = np.array([np.delete(below, j, axis=0).prod(axis=0) for j in range(8)])
    best = np.sum(np.diff(below, axis=1) * (others[:, 1:] + others[:, :-1]) / 2, axis=1)
    return right | {"best": best}


def with_sds(data, of):
    """Return the right answer with sds from a function of the weights, and means and sds at each tau."""
    tau, weight, mu, variance = grid_of(data)
    return study(data) | {"sd": of(weight, *parts(data, tau, mu, variance))}


def with_priors_of_metallicities(data):
    """Return the answer under the priors of the metallicities: mu ~ N(0, 1), tau ~ HalfNormal(0.5)."""
    # The prior on mu is one more measurement, in which tau has no part.
    y, sigma = np.r_[data["y"], 0], data["sigma"]
    tau = np.linspace(0.01, 2.5, 60)
    precision = np.column_stack([1 / (sigma**2 + tau[:, None] ** 2), np.ones(60)])
    total = precision.sum(axis=1)
    mu = precision @ y / total
    chi2 = np.sum(precision * (y - mu[:, None]) ** 2, axis=1)
    weight = softmax((np.log(precision).sum(axis=1) - np.log(total) - chi2) / 2 - 2 * tau**2)
    return answer_on(data, tau, weight, mu, 1 / total)


def for_certain(data, of):
    """Return the answer with no doubt that the school where something is largest is the best."""
    right = study(data)
    return right | {"best": certain(8, of(right).argmax())}


STUDY = Value(
    "study",
    5,
    data="study",
    reference=study,
    tolerance=monte_carlo_error,
    misconceptions=[
        Misconception(
            "every school is taken at its word",
            unpooled,
            "These are the measurements, without a population. What do seven other schools say about the eighth?",
        ),
        Misconception(
            "all schools are taken to be alike",
            pooled,
            "That is τ = 0. How probable is it, against all other values of τ together?",
        ),
        Misconception(
            "μ and τ keep the priors of the metallicities",
            with_priors_of_metallicities,
            "N(0, 1) and HalfNormal(0.5) were made for dex. What do they claim about courses, in points?",
        ),
        Misconception(
            "the conditional means are taken for draws of the schools",
            of_means,
            "For each (μ, τ) you have a mean of each school, and the school lies about it. One more line draws it.",
        ),
        Misconception(
            "τ is set to its posterior mean",
            lambda data: at_one_tau(data, lambda tau, weight: weight @ tau),
            "One value of τ stands here for all. In some of the draws the schools should be nearly alike, in others far apart.",
        ),
        Misconception(
            "τ is set to its most probable value",
            lambda data: at_one_tau(data, lambda tau, weight: tau[weight.argmax()]),
            "One value of τ stands here for all. In some of the draws the schools should be nearly alike, in others far apart.",
        ),
        Misconception(
            "every τ of the grid is drawn as often",
            lambda data: with_weights(data, np.zeros_like),
            "The data know something about τ: what is `log_p` for?",
        ),
        Misconception(
            "μ is set to its mean at each τ",
            mu_fixed,
            "At a given τ the mean of the population is still uncertain, by the root of `variance`. It moves all schools "
            "together.",
        ),
        Misconception(
            "the variance of μ is taken for its sd",
            sd_for_variance,
            "The generator's `normal` wants a standard deviation. In which unit is `variance`?",
        ),
        Misconception(
            "a school is drawn with the sd `w σ`",
            lambda data: drawn_with(data, lambda w: w, lambda w, sigma: w * sigma),
            "So much would `w y` scatter for a school whose effect stays what it is. How uncertain is the effect, at known μ "
            "and τ?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            lambda data: drawn_with(data, lambda w: 1 - w, lambda w, sigma: np.sqrt(w) * sigma),
            "At small τ every school has to be close to μ.",
        ),
        Misconception(
            "the prior is flat in ln τ",
            lambda data: with_weights(data, lambda log_p: log_p - np.log(data["tau"])),
            "The given `log_p` is that of a prior which is flat in τ, and so is the grid. Nothing is left to be divided by τ.",
        ),
        Misconception(
            "μ is not integrated out in the density of τ",
            lambda data: with_weights(data, lambda log_p: log_p - np.log(data["variance"]) / 2),
            "At larger τ more values of μ agree with the data, and each of them counts. Compare with the given `log_p`.",
        ),
        Misconception(
            "the school with the smallest effect wins",
            lambda data: study(data) | {"best": study(data | {"y": -data["y"]})["best"]},
            "Here a larger effect is a better one.",
        ),
        Misconception(
            "the conditional sds are averaged",
            lambda data: with_sds(data, lambda weight, means, sds: weight @ sds),
            "Averages of squares make a variance, and the conditional mean moves with τ as well.",
        ),
        Misconception(
            "the sd is the root of the averaged variance alone",
            lambda data: with_sds(data, lambda weight, means, sds: np.sqrt(weight @ sds**2)),
            "The conditional mean moves with τ, and τ is not known. Your sd leaves that out.",
        ),
        Misconception(
            "the variances are given in place of the sds",
            lambda data: study(data) | {"sd": study(data)["sd"] ** 2},
            "Check the unit: an sd is in points.",
        ),
        Misconception(
            "the schools of a row do not belong to the same μ and τ",
            as_independent,
            "Each school has the right mean and sd, but the best of a row is chosen among schools of different worlds. Draw τ "
            "and μ once for a row, and all eight schools from them.",
        ),
        Misconception(
            "the school with the largest mean is called the best for certain",
            lambda data: for_certain(data, lambda right: right["mean"]),
            "It is one bet of eight. In how many of the draws is it won?",
        ),
        Misconception(
            "the largest measurement is called the best for certain",
            lambda data: for_certain(data, lambda right: data["y"]),
            "The largest of eight noisy numbers is probably too large. In how many of the draws is this school the best?",
        ),
        Misconception(
            "the best bet is called the best for certain",
            lambda data: for_certain(data, lambda right: right["best"]),
            "It is a bet, and the best of eight. In how many of the draws is it won?",
        ),
        Misconception(
            "the probabilities to be the best are given in percent",
            lambda data: study(data) | {"best": 100 * study(data)["best"]},
            "A probability lies between 0 and 1.",
        ),
    ],
    solution=r"""
Draw $\tau$ from the grid, then $\mu$ given $\tau$, then all $\theta_j$ given both, row by row:

```python
y, sigma = data["y"], data["sigma"]
rng = np.random.default_rng(6)
p = np.exp(data["log_p"] - data["log_p"].max())
row = rng.choice(len(p), 400_000, p=p / p.sum())
tau = data["tau"][row]
mu = rng.normal(data["mu"][row], np.sqrt(data["variance"][row]))
w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
theta = rng.normal(w * y + (1 - w) * mu[:, None], np.sqrt(w) * sigma)
study = {"mean": theta.mean(axis=0), "sd": theta.std(axis=0), "best": p_best(theta)}
```

Here the best bet is not the school with the largest posterior mean, since being the best rewards an error that is large: of two
schools with like means the less certain one is more often ahead of all others. Nor is it the school with the largest
measurement, which is so noisy that the population has most of the say. Which to fund depends on the loss: on the points that
you gain on average, or on a prize for the winner.

The reference below needs no draws. Given $\mu$ and $\tau$ the schools are independent, so that each probability is an integral
over one school, and the rest is quadrature.
""",
)

# ---- 7. Numbers beside a code -----------------------------------------------------------------------------------------------

PRINTED = Choice(
    "printed",
    2,
    options={
        "a": "The walkers sit in the neck of the funnel. Non-centered coordinates will set them free.",
        "b": "The chain has not converged yet. Run it ten times longer, and the printed numbers will come.",
        "c": "The schools do not differ. Your chain has found that, and the text has overlooked it.",
        "d": "The chain is right for the priors of the code. The printed numbers come from other priors.",
    },
    answer="d",
    reasons={
        "i": "A prior with a mean of zero is neutral, so that it cannot be what has moved μ so far.",
        "ii": "When a result looks odd, it is the sampling that should be doubted first, not the model.",
        "iii": "All eight schools together know μ to 4 points only. Against 0 ± 1 that is little.",
        "iv": "A test of equal effects does not reject them, and therefore τ must be close to zero.",
    },
    reason="iii",
    misconceptions=[
        Misconception(
            "an odd result is put down to the length of the chain",
            "b",
            "Compare with a calculation that has no chain in it: `exact.posterior` with the same priors. What does it give?",
        ),
        Misconception(
            "a prior is taken for a finding",
            "c",
            "Change nothing but the two priors, and look at τ again. Who spoke in the first fit, the schools or the prior?",
        ),
        Misconception(
            "a funnel is seen where there are two dimensions only",
            "a",
            "The chain samples μ and τ, with the schools integrated out. Which direction would close to a needle?",
        ),
        Misconception(
            "zero is taken for neutral",
            "i",
            "In which unit is it ± 1? Weigh it against the pooled mean of the schools and its error, on one line.",
        ),
        Misconception(
            "convergence is taken for the only thing that can go wrong",
            "ii",
            "The chain is more than a hundred autocorrelation times long. Which question does that answer, and which does it "
            "not?",
        ),
        Misconception(
            "not rejected is taken for true",
            "iv",
            "How often would schools that differ by 10 points pass the same test? The chapter has counted.",
        ),
    ],
    solution=r"""
The data know the common effect to about 4 points, so a prior of $0 \pm 1$ has sixteen times their weight, and
$\mathrm{HalfNormal}(0.5)$ in points says that the schools are alike. The chain reports this correctly. The printed numbers
belong to a flat prior on $\tau$ and a wide one on $\mu$.
""",
)

# ---- Other right ways, for the tests ----------------------------------------------------------------------------------------


def mu_in_a_loop(y, sigma, tau):
    """Sums over the schools in plain Python; two lists."""
    means, variances = [], []
    for t in tau:
        weights = [1 / (s * s + t * t) for s in sigma]
        variances.append(1 / sum(weights))
        means.append(sum(value * w for value, w in zip(y, weights, strict=True)) / sum(weights))
    return means, variances


def mu_by_average(y, sigma, tau):
    """The fit of a constant, in single precision; one array of two rows."""
    variance = np.square(np.hypot(np.float32(sigma)[:, None], np.float32(tau)))
    mean = np.average(np.repeat(y[:, None], len(tau), axis=1), axis=0, weights=1 / variance)
    return np.array([mean, 1 / np.sum(1 / variance, axis=0)], np.float32)


def mu_school_by_school(y, sigma, tau):
    """Each school in turn updates the mean and the variance of those before it."""
    variance = sigma[0] ** 2 + tau**2
    mean = y[0] + 0 * tau
    for value, s in zip(y[1:], sigma[1:], strict=True):
        gain = variance / (variance + s**2 + tau**2)
        mean, variance = mean + gain * (value - mean), (1 - gain) * variance
    return mean, variance


def log_p_in_a_loop(y, sigma, tau, mean, variance):
    """With SciPy's densities at the best mu, and the area of the Gaussian in mu; a list."""
    values = [
        stats.norm.logpdf(y, m, np.hypot(sigma, t)).sum() + np.log(2 * np.pi * v) / 2
        for t, m, v in zip(tau, mean, variance, strict=True)
    ]
    return [value - values[0] for value in values]


def log_p_as_one_normal(y, sigma, tau, mean, variance):
    """All schools as one Normal in J dimensions, with a very wide prior on mu."""
    wide = 1e4 * (np.ptp(y) + sigma.max())

    def value(t):
        covariance = np.diag(sigma**2 + t**2) + wide**2
        return -(np.linalg.slogdet(covariance)[1] + (y - y.mean()) @ np.linalg.solve(covariance, y - y.mean())) / 2

    return np.array([value(t) for t in tau]) - value(tau[0])


def log_p_by_products(y, sigma, tau, mean, variance):
    """A product of densities, whose logarithm comes last."""
    density = np.prod(stats.norm.pdf(y[:, None], mean, np.sqrt(sigma[:, None] ** 2 + tau**2)), axis=0) * np.sqrt(variance)
    return np.log(density / density[0])


def log_p_without_mean(y, sigma, tau, mean, variance):
    """By sums of y and of its square, with weights."""
    weight = 1 / (sigma**2 + tau[:, None] ** 2)
    squares = weight @ y**2 - (weight @ y) ** 2 / weight.sum(axis=1)
    value = np.log(weight).sum(axis=1) - np.log(weight.sum(axis=1)) - squares
    return (value - value[0]) / 2


def theta_in_a_loop(y, sigma, tau, mean, variance):
    """Every school in turn; two lists."""
    means, sds = [], []
    for value, s in zip(y, sigma, strict=True):
        share = s**2 / (s**2 + tau**2)
        means.append(value - share * (value - mean))
        sds.append((s**2 * (1 - share) + share**2 * variance) ** 0.5)
    return means, sds


def theta_as_a_step(y, sigma, tau, mean, variance):
    """A step from the mean of the population, in single precision; one array of two rows."""
    shrinkage = np.square(np.float32(sigma)) / (np.square(np.float32(sigma)) + np.float32(tau) ** 2)
    sd = np.hypot(np.sqrt(1 - shrinkage) * np.float32(sigma), shrinkage * np.float32(np.sqrt(variance)))
    return np.array([y + shrinkage * (mean - y), sd], np.float32)


def theta_over_one_denominator(y, sigma, tau, mean, variance):
    """Everything over the variance of y about mu."""
    total = sigma**2 + tau**2
    return (tau**2 * y + sigma**2 * mean) / total, sigma * np.sqrt(tau**2 * total + sigma**2 * variance) / total


def averaged_in_a_loop(log_p, means, sds):
    """First and second moments, summed one tau at a time; two lists."""
    p = [np.exp(one - max(log_p)) for one in log_p]
    first, second = np.zeros(means.shape[1]), np.zeros(means.shape[1])
    for mean, sd, one in zip(means, sds, p, strict=True):
        first += one * mean / sum(p)
        second += one * (mean**2 + sd**2) / sum(p)
    return list(first), list(np.sqrt(second - first**2))


def averaged_at_once(log_p, means, sds):
    """Sums along the grid; one array of two rows."""
    weight = np.exp(log_p - log_p.max())[:, None]
    weight /= weight.sum()
    mean = np.sum(weight * means, axis=0)
    return np.stack([mean, np.sqrt(np.sum(weight * sds**2, axis=0) + np.sum(weight * (means - mean) ** 2, axis=0))])


def averaged_by_average(log_p, means, sds):
    """By np.average, with weights that are normalized in the logarithm."""
    weight = np.exp(log_p - logsumexp(log_p))
    mean = np.average(means, axis=0, weights=weight)
    return mean, np.average((means - mean) ** 2 + sds**2, axis=0, weights=weight) ** 0.5


def p_best_in_a_loop(theta):
    """Row by row in plain Python; a list."""
    wins = [0] * len(theta[0])
    for row in theta.tolist():
        wins[row.index(max(row))] += 1
    return [count / len(theta) for count in wins]


def p_best_by_comparison(theta):
    """Where a school equals the row's maximum."""
    return (theta == theta.max(axis=1, keepdims=True)).mean(axis=0)


def p_best_by_counting(theta):
    """Counts of the winners, each in steps of one share."""
    return np.bincount(theta.argmax(axis=1), minlength=theta.shape[1]) * (1 / len(theta))


# ---- What is right for ordinary inputs and wrong at an edge, for the tests ---------------------------------------------------


def mu_by_precision_of_tau(y, sigma, tau):
    """A weight made of two precisions, one of which is infinite at tau = 0."""
    precision = (1 / sigma**2) * (1 / tau[:, None] ** 2) / (1 / sigma**2 + 1 / tau[:, None] ** 2)
    return weighted(y, precision)


def mu_by_shrinkage(y, sigma, tau):
    """Shrinkage weights divided by tau squared."""
    return weighted(y, tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2) / tau[:, None] ** 2)


def log_p_in_order(y, sigma, tau, mean, variance):
    """Less the value at the smallest tau, and not at the first."""
    value = log_p_tau(y, sigma, tau, mean, variance)
    return value - value[tau.argmin()]


def log_p_by_hyperbola(y, sigma, tau, mean, variance):
    """The variances as tau squared times a factor, which nothing makes finite at tau = 0."""
    log_total = 2 * np.log(tau) + np.log1p(sigma[:, None] ** 2 / tau**2)
    value = (np.log(variance) - np.sum(log_total + (y[:, None] - mean) ** 2 / np.exp(log_total), axis=0)) / 2
    return value - value[0]


def theta_by_precisions(y, sigma, tau, mean, variance):
    """Precisions added up, of which that of the population is infinite at tau = 0."""
    precision = 1 / sigma**2 + 1 / tau**2
    share = (1 / tau**2) / precision
    return (y / sigma**2 + mean / tau**2) / precision, np.sqrt(1 / precision + share**2 * variance)


def theta_unless_zero(y, sigma, tau, mean, variance):
    """Complete pooling at tau = 0, with no sd."""
    if tau == 0:
        return mean + 0 * y, 0 * y
    return theta_given_tau(y, sigma, tau, mean, variance)


def averaged_by_plain_exponential(log_p, means, sds):
    """Exponentials that overflow."""
    return weighted_by(np.exp(log_p) / np.exp(log_p).sum(), means, sds)


def averaged_from_the_first(log_p, means, sds):
    """Exponentials from the first value, which overflow too."""
    weight = np.exp(log_p - log_p[0])
    return weighted_by(weight / weight.sum(), means, sds)


def p_best_by_bincount(theta):
    """Counts that end with the last school that wins."""
    return np.bincount(theta.argmax(axis=1)) / len(theta)


def p_best_of_those_found(theta):
    """Counts of the schools that win at all."""
    return np.unique(theta.argmax(axis=1), return_counts=True)[1] / len(theta)


def p_best_by_counter(theta):
    """Counts of the schools that win at all, in plain Python."""
    wins = Counter(theta.argmax(axis=1).tolist())
    return [wins[j] / len(theta) for j in sorted(wins)]


def p_best_of_positive(theta):
    """A running maximum that starts from zero."""
    wins = np.zeros(theta.shape[1])
    for row in theta:
        best, highest = 0, 0.0
        for j, value in enumerate(row):
            if value > highest:
                best, highest = j, value
        wins[best] += 1
    return wins / len(theta)


ALTERNATIVES = {
    "mu_given_tau": [mu_in_a_loop, mu_by_average, mu_school_by_school],
    "log_p_tau": [log_p_in_a_loop, log_p_as_one_normal, log_p_by_products, log_p_without_mean],
    "theta_given_tau": [theta_in_a_loop, theta_as_a_step, theta_over_one_denominator],
    "averaged": [averaged_in_a_loop, averaged_at_once, averaged_by_average],
    "p_best": [p_best_in_a_loop, p_best_by_comparison, p_best_by_counting],
}
HALF_RIGHT = {
    "mu_given_tau": [mu_by_precision_of_tau, mu_by_shrinkage],
    "log_p_tau": [log_p_in_order, log_p_by_hyperbola],
    "theta_given_tau": [theta_by_precisions, theta_unless_zero],
    "averaged": [averaged_by_plain_exponential, averaged_from_the_first],
    "p_best": [p_best_by_bincount, p_best_of_those_found, p_best_by_counter, p_best_of_positive],
}
DATA = {"study": draw_study}
QUESTIONS = [MU_GIVEN_TAU, LOG_P_TAU, THETA_GIVEN_TAU, AVERAGED, P_BEST, STUDY, PRINTED]
