"""Homework 10, Eight schools: the exact posterior in code of one's own, what joint draws can answer, and batting averages."""

import math
from functools import lru_cache

import numpy as np
from scipy import stats
from scipy.special import betaln, logsumexp, ndtr, ndtri, roots_hermitenorm, roots_legendre, softmax

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts

SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
STARS = np.array([-0.31, -0.12, 0.05, -0.22, -0.18]), np.array([0.15, 0.04, 0.09, 0.05, 0.3])
FEW = np.array([1.0, 9.0, 4.0]), np.array([0.5, 2.0, 1.0])
FAR_APART = np.array([-9000.0, 12000, 3000, -4000, 15000, 1000]), np.array([10.0, 14, 20, 8, 12, 11])


ONE = np.ones(8, int)  # class in each of eight schools


def draw_classes(rng, schools):
    """Draw how many classes each of some schools has."""
    return rng.integers(1, 12, len(schools[0]))


def each(tau, classes):
    """Return the spread of the schools of so many classes, (G, J)."""
    return tau[:, None] / np.sqrt(classes)


def draw_schools(rng):
    """Draw measurements and errors of some schools, for private probes: no density of theirs is too small for a float."""
    size = rng.integers(3, 11)
    sigma = rng.uniform(5, 20, size)
    return rng.normal(rng.normal(0, 10), np.hypot(sigma, rng.uniform(0, 15))), sigma


# ---- 1. mu at a given tau ---------------------------------------------------------------------------------------------------


def mu_given_tau(y, sigma, tau, classes):
    """Mean and variance of mu at each tau, mu flat."""
    total = sigma**2 + tau[:, None] ** 2 / classes
    variance = 1 / np.sum(1 / total, axis=1)
    return variance * np.sum(y / total, axis=1), variance


def draw_taus(rng):
    """Some schools, and values of tau of which the first is zero."""
    schools = draw_schools(rng)
    return (*schools, np.r_[0.0, rng.uniform(0, 40, rng.integers(1, 6))], draw_classes(rng, schools))


def weighted(y, precision):
    """Return the weighted mean and its variance."""
    return precision @ y / precision.sum(axis=1), 1 / precision.sum(axis=1)


def plain(y, tau):
    """Return the plain mean at each tau."""
    return 0 * tau + np.mean(y)


def scatter(sigma, tau, classes):
    """Return the variance of each y about mu at each tau, (G, J)."""
    return sigma**2 + each(tau, classes) ** 2


def plain_variance(sigma, tau, classes):
    """Return the variance of the plain mean at each tau."""
    return scatter(sigma, tau, classes).mean(axis=1) / len(sigma)


def mu_at(y, sigma, tau):
    """Return the answer for schools of one class each."""
    return mu_given_tau(y, sigma, tau, np.ones(len(y)))


MU_GIVEN_TAU = Function(
    "mu_given_tau",
    2,
    reference=mu_given_tau,
    probes=[
        (*SCHOOLS, np.array([0.0, 5, 15]), np.array([1, 6, 2, 4, 9, 3, 5, 1])),
        (*STARS, np.array([0.1]), np.array([2, 1, 5, 3, 8])),
        (np.array([3.0, 1.0]), np.array([0.5, 2.0]), np.array([0.5, 1.5, 300.0]), np.array([4, 1])),
        (*SCHOOLS, np.array([0.0, 10]), ONE),
    ],
    private=draw_taus,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "the classes are left out, and every school scatters by τ",
            lambda y, sigma, tau, classes: mu_at(y, sigma, tau),
            "A school with many classes is an average of many. Does it lie as far from μ as a single class may?",
        ),
        Misconception(
            "τ is divided by the number of classes, and not by its root",
            lambda y, sigma, tau, classes: mu_given_tau(y, sigma, tau, classes**2),
            "The mean of four independent numbers scatters less than one of them. By which factor?",
        ),
        Misconception(
            "τ is multiplied by the root of the number of classes",
            lambda y, sigma, tau, classes: mu_given_tau(y, sigma, tau, 1 / classes),
            "Does a mean of many classes scatter more than one class, or less?",
        ),
        Misconception(
            "the errors are divided by the root of the number of classes too",
            lambda y, sigma, tau, classes: weighted(y, classes / (sigma**2 + tau[:, None] ** 2)),
            "σ is the error of the school's effect as it was measured, with all of its classes. What depends on their number?",
        ),
        Misconception(
            "the errors are divided by the root of the number of classes, and τ is not",
            lambda y, sigma, tau, classes: weighted(y, 1 / (sigma**2 / classes + tau[:, None] ** 2)),
            "σ is the error of the school's effect as it was measured, with all of its classes. What depends on their number?",
        ),
        Misconception(
            "the weights are multiplied by the number of classes, which is in them already",
            lambda y, sigma, tau, classes: weighted(y, classes / scatter(sigma, tau, classes)),
            "Is the number of classes not in the scatter about μ already? With a large error, should more classes count more?",
        ),
        Misconception(
            "the weighted sum is not divided by the sum of the weights",
            lambda y, sigma, tau, classes: (
                np.sum(y / scatter(sigma, tau, classes), axis=1),
                mu_given_tau(y, sigma, tau, classes)[1],
            ),
            "If all schools had measured 8 points, what should the mean be?",
        ),
        Misconception(
            "the prior N(0, 1) is put on μ",
            lambda y, sigma, tau, classes: mu_given_tau(np.append(y, 0), np.append(sigma, 1), tau, np.append(classes, 1e12)),
            "That prior was made for metallicities, in dex. What does it claim about courses, in points? Here it is flat.",
        ),
        Misconception(
            "schools are weighted by the number of their classes alone",
            lambda y, sigma, tau, classes: (
                weighted(y, classes + 0 * tau[:, None])[0],
                mu_given_tau(y, sigma, tau, classes)[1],
            ),
            "That is right for very large τ. What should a school with a small error count at τ = 0?",
        ),
        Misconception(
            "the weights are those of complete pooling",
            lambda y, sigma, tau, classes: weighted(y, 1 / (sigma**2 + 0 * tau[:, None])),
            "At large τ even a perfect measurement of one school says little about the mean of all. What is the variance of "
            "y about μ?",
        ),
        Misconception(
            "all schools count the same in the mean and in its variance",
            lambda y, sigma, tau, classes: (plain(y, tau), plain_variance(sigma, tau, classes)),
            "That is right if all have equal errors and as many classes. At τ = 0, what should a school with a small error "
            "count?",
        ),
        Misconception(
            "the plain mean of the schools stands beside the variance of the weighted one",
            lambda y, sigma, tau, classes: (plain(y, tau), mu_given_tau(y, sigma, tau, classes)[1]),
            "The variance is right, but it is that of another mean. In which mean does each school have its own weight?",
        ),
        Misconception(
            "the weighted mean stands beside the variance of the plain one",
            lambda y, sigma, tau, classes: (mu_given_tau(y, sigma, tau, classes)[0], plain_variance(sigma, tau, classes)),
            "The mean is right, and better than the plain one. Its variance has to know the weights too.",
        ),
        Misconception(
            "σ and τ are added before they are squared",
            lambda y, sigma, tau, classes: weighted(y, 1 / (sigma + each(tau, classes)) ** 2),
            "The noise and the spread of the schools are independent. What adds up then?",
        ),
        Misconception(
            "the weights are one over the standard deviation",
            lambda y, sigma, tau, classes: weighted(y, 1 / np.hypot(sigma, each(tau, classes))),
            "Write ln p(y | μ, τ) as a function of μ. By what is each squared distance divided in it?",
        ),
        Misconception(
            "σ and τ are added and not squared at all",
            lambda y, sigma, tau, classes: weighted(y, 1 / (sigma + each(tau, classes))),
            "Both are standard deviations. Which powers of them add up, and in which unit is one over a weight?",
        ),
        Misconception(
            "τ is added without its square",
            lambda y, sigma, tau, classes: weighted(y, 1 / (sigma**2 + tau[:, None] / classes)),
            "τ is a standard deviation, as σ is. Check the units of what you add.",
        ),
        Misconception(
            "each school is weighted by its variance, and not by one over it",
            lambda y, sigma, tau, classes: (
                weighted(y, scatter(sigma, tau, classes))[0],
                mu_given_tau(y, sigma, tau, classes)[1],
            ),
            "Then the noisiest school counts most. Should it?",
        ),
        Misconception(
            "each school is weighted by its variance, in the mean and in the variance of the mean",
            lambda y, sigma, tau, classes: weighted(y, scatter(sigma, tau, classes)),
            "Then the noisiest school counts most, and more noise makes μ better known. Should it?",
        ),
        Misconception(
            "the shrinkage weights of the schools are taken for precisions",
            lambda y, sigma, tau, classes: weighted(y, each(tau, classes) ** 2 / scatter(sigma, tau, classes)),
            "The weight of shrinkage says how much a school trusts itself. It differs from what you need by a factor that is "
            "zero at τ = 0.",
        ),
        Misconception(
            "the shrinkage weights of the schools are taken for their weights in the mean",
            lambda y, sigma, tau, classes: (
                weighted(y, each(tau, classes) ** 2 / scatter(sigma, tau, classes))[0],
                mu_given_tau(y, sigma, tau, classes)[1],
            ),
            "The weight of shrinkage says how much a school trusts itself. It differs from what you need by a factor that is "
            "zero at τ = 0.",
        ),
        Misconception(
            "the standard deviation is given in place of the variance",
            lambda y, sigma, tau, classes: (
                mu_given_tau(y, sigma, tau, classes)[0],
                np.sqrt(mu_given_tau(y, sigma, tau, classes)[1]),
            ),
            "Check the unit of the second result: a variance is in points².",
        ),
        Misconception(
            "the precision is given in place of the variance",
            lambda y, sigma, tau, classes: (
                mu_given_tau(y, sigma, tau, classes)[0],
                1 / mu_given_tau(y, sigma, tau, classes)[1],
            ),
            "More schools make this number larger. Should they make a variance larger?",
        ),
        Misconception(
            "τ² is added to the variance of the pooled mean",
            lambda y, sigma, tau, classes: (mu_given_tau(y, sigma, tau, classes)[0], 1 / np.sum(1 / sigma**2) + tau**2),
            "That would be how far one new school may lie from the pooled mean. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "τ² is added to the variance of the mean, in which it is already",
            lambda y, sigma, tau, classes: (
                mu_given_tau(y, sigma, tau, classes)[0],
                mu_given_tau(y, sigma, tau, classes)[1] + tau**2,
            ),
            "That would be how far one new school may lie from your mean. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "the variance is that of one school about μ, on average",
            lambda y, sigma, tau, classes: (
                mu_given_tau(y, sigma, tau, classes)[0],
                np.mean(scatter(sigma, tau, classes), axis=1),
            ),
            "So far does a school lie from μ. With a thousand schools, how well is μ known?",
        ),
        Misconception(
            "the variance is that of complete pooling at every τ",
            lambda y, sigma, tau, classes: (mu_given_tau(y, sigma, tau, classes)[0], 0 * tau + 1 / np.sum(1 / sigma**2)),
            "Your means know τ, and this variance does not. How well do eight schools show μ if they differ widely?",
        ),
    ],
    solution=r"""
A mean of $n_j$ classes lies about $\mu$ with the variance $\tau^2 / n_j$. Integrate each $\theta_j$ out, and
$y_j \sim \mathcal{N}(\mu, \sigma_j^2 + \tau^2 / n_j)$. With a flat prior on $\mu$ this is the fit of a constant to measurements
with larger errors:

$$
\begin{aligned}
V_\mu &= \Bigl(\sum_j \frac{1}{\sigma_j^2 + \tau^2 / n_j}\Bigr)^{-1}, \\
\hat\mu &= V_\mu \sum_j \frac{y_j}{\sigma_j^2 + \tau^2 / n_j} .
\end{aligned}
$$

At $\tau = 0$ it is complete pooling. For large $\tau$ a school counts as many times as it has classes, since each class is then
one draw from the population.
""",
)

# ---- 2. The density of tau --------------------------------------------------------------------------------------------------


def log_p_tau(y, sigma, tau, mean, variance, classes):
    """ln p(tau | y), less its value at the first tau; flat in mu and tau. mean and variance of mu are given."""
    log_p = log_integral(y, sigma, tau, mean, variance, classes)
    return log_p - log_p[0]


def log_integral(y, sigma, tau, mean, variance, classes):
    """Return ln of the integral of p(y | mu, tau) over mu, up to a constant."""
    total = sigma**2 + tau[:, None] ** 2 / classes
    chi2 = np.sum((y - mean[:, None]) ** 2 / total, axis=1)
    return (np.log(variance) - np.log(total).sum(axis=1) - chi2) / 2


def with_mu(y, sigma, tau, classes):
    """Return the arguments of log_p_tau: with the mean and the variance of mu at each tau."""
    return y, sigma, tau, *mu_given_tau(y, sigma, tau, classes), classes


def log_density(y, sigma, tau):
    """Return the answer from the data alone, for schools of one class each."""
    return log_p_tau(*with_mu(y, sigma, tau, np.ones(len(y))))


def draw_density(rng):
    """Some schools, several values of tau of which the first is zero or not, and mean and variance of mu at each."""
    tau = rng.uniform(0, 40, rng.integers(2, 7))
    schools = draw_schools(rng)
    return with_mu(*schools, tau, draw_classes(rng, schools))


def summed(y, sigma, tau, mean, variance, classes, *, of_variance=0.5, of_total=0.5, of_chi2=0.5, chi2=None, first=True):
    """Return log_p_tau with something done otherwise: other powers, another chi-squared, or not from its first value."""
    total = sigma**2 + tau[:, None] ** 2 / classes
    if chi2 is None:
        chi2 = np.sum((y - mean[:, None]) ** 2 / total, axis=1)
    value = of_variance * np.log(variance) - of_total * np.log(total).sum(axis=1) - of_chi2 * chi2
    return value - value[0] if first else value


def with_other_mean(y, sigma, tau, mean, variance, classes, other):
    """Return log_p_tau with another mean than that of each tau."""
    total = sigma**2 + tau[:, None] ** 2 / classes
    return summed(y, sigma, tau, mean, variance, classes, chi2=np.sum((y - other) ** 2 / total, axis=1))


def with_variance_in_each(y, sigma, tau, mean, variance, classes):
    """Return the product of Normals that each hold the variance of mu, as if every school had a mu of its own."""
    wide = sigma**2 + each(tau, classes) ** 2 + variance[:, None]
    value = -0.5 * np.sum(np.log(wide) + (y - mean[:, None]) ** 2 / wide, axis=1)
    return value - value[0]


def scaled(y, sigma, tau, mean, variance, classes, scale):
    """Return log_p_tau with other standard deviations of y about mu."""
    value = stats.norm.logpdf(y, mean[:, None], scale).sum(axis=1) + np.log(variance) / 2
    return value - value[0]


def narrower(variance):
    """Return what is lost at each tau, from the first on, if mu is not integrated out."""
    return -(np.log(variance) - np.log(variance[0])) / 2


def without_tau(y, sigma, tau, mean, variance, classes):
    """Return log_p_tau with distances in units of the errors alone."""
    return summed(y, sigma, tau, mean, variance, classes, chi2=np.sum((y - mean[:, None]) ** 2 / sigma**2, axis=1))


LOG_P_TAU = Function(
    "log_p_tau",
    4,
    reference=log_p_tau,
    probes=[
        with_mu(*SCHOOLS, np.array([0.0, 1, 5, 15, 30]), np.array([1, 6, 2, 4, 9, 3, 5, 1])),
        with_mu(*STARS, np.array([0.05, 0.5, 2.0]), np.array([2, 1, 5, 3, 8])),
        with_mu(*FEW, np.array([60.0, 0.3, 4.0]), np.array([3, 1, 7])),
        with_mu(*SCHOOLS, np.array([2.0, 0, 12]), ONE),
    ],
    private=draw_density,
    tolerance=Tolerance(rel=1e-4, abs=1e-4),
    misconceptions=[
        Misconception(
            "the classes are left out, and every school scatters by τ",
            lambda *given: log_p_tau(*given[:5], np.ones(len(given[0]))),
            "A school with many classes is an average of many. Does it lie as far from μ as a single class may?",
        ),
        Misconception(
            "τ is divided by the number of classes, and not by its root",
            lambda *given: log_p_tau(*given[:5], given[5] ** 2),
            "The mean of four independent numbers scatters less than one of them. By which factor?",
        ),
        Misconception(
            "τ is multiplied by the root of the number of classes",
            lambda *given: log_p_tau(*given[:5], 1 / given[5]),
            "Does a mean of many classes scatter more than one class, or less?",
        ),
        Misconception(
            "the errors are divided by the root of the number of classes, and τ is not",
            lambda *given: scaled(*given, np.hypot(given[1] / np.sqrt(given[5]), given[2][:, None])),
            "σ is the error of the school's effect as it was measured, with all of its classes. What depends on their number?",
        ),
        Misconception(
            "the errors are divided by the root of the number of classes too",
            lambda *given: scaled(*given, np.hypot(given[1], given[2][:, None]) / np.sqrt(given[5])),
            "σ is the error of the school's effect as it was measured, with all of its classes. What depends on their number?",
        ),
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
            "are not independent.",
        ),
        Misconception(
            "each measurement is normalized by its variance, and not by the root of it",
            lambda *given: summed(*given, of_total=1),
            "Write down the density of one Normal. What stands before its exponential?",
        ),
        Misconception(
            "the Normal densities are not normalized",
            lambda *given: summed(*given, of_total=0),
            "What stands before the exponential of N(y | μ, σ² + τ²/n) depends on τ. Without it the largest τ always fits "
            "best.",
        ),
        Misconception(
            "the factor before the exponential enters with the wrong sign",
            lambda *given: summed(*given, of_total=-0.5),
            "Is a wide Normal taller or lower than a narrow one, at its center?",
        ),
        Misconception(
            "the terms of the schools are averaged and not summed",
            lambda *given: log_p_tau(*given) / len(given[0]),
            "The schools are independent given μ and τ. What becomes of a product of densities in the logarithm?",
        ),
        Misconception(
            "μ is set to its best value, and the variances are given where SciPy's Normal wants a standard deviation",
            lambda *given: scaled(*given, given[1] ** 2 + each(given[2], given[5]) ** 2) + narrower(given[4]),
            "Two things are left to see to: `scale` is a standard deviation, and μ has to be integrated out.",
        ),
        Misconception(
            "μ is set to its best value, and the classes are left out",
            lambda *given: summed(*given[:5], np.ones(len(given[0])), of_variance=0),
            "Two things are left to see to: a school is a mean of classes, and μ has to be integrated out.",
        ),
        Misconception(
            "μ is set to its best value, and no value is subtracted",
            lambda *given: summed(*given, of_variance=0, first=False) - len(given[0]) / 2 * np.log(2 * np.pi),
            "Two things are left to see to: μ has to be integrated out, and the first value has to be zero.",
        ),
        Misconception(
            "nothing but the squared distances is kept",
            lambda *given: summed(*given, of_total=0, of_variance=0),
            "What stands before the exponential of N(y | μ, σ² + τ²/n) depends on τ, and the integral over μ leaves a factor "
            "too.",
        ),
        Misconception(
            "the half before the squared distances is lost",
            lambda *given: summed(*given, of_chi2=1),
            "Write down the density of one Normal. What does its exponent hold beside the squared distance in units of its sd?",
        ),
        Misconception(
            "the squared distances are left out",
            lambda *given: summed(*given, of_chi2=0),
            "Without them the measurements have no say. What stands in the exponent of a Normal density?",
        ),
        Misconception(
            "the squared distances enter with the wrong sign",
            lambda *given: summed(*given, of_chi2=-0.5),
            "Should schools that lie far from μ make a value of τ more probable, or less?",
        ),
        Misconception(
            "the variances are given where SciPy's Normal wants a standard deviation",
            lambda *given: scaled(*given, given[1] ** 2 + each(given[2], given[5]) ** 2),
            "`scale` is a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "σ and τ are added, and not their squares",
            lambda *given: scaled(*given, given[1] + each(given[2], given[5])),
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
            "the logarithm is left as it is, with the 2π of each school in it",
            lambda *given: summed(*given, first=False) - len(given[0]) / 2 * np.log(2 * np.pi),
            "The question asks for the difference from the first τ. What should come out there?",
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
p(\tau \mid y) \propto V_\mu^{1/2} \prod_j (\sigma_j^2 + \tau^2 / n_j)^{-1/2}
\exp\Bigl(-\frac{(y_j - \hat\mu)^2}{2(\sigma_j^2 + \tau^2 / n_j)}\Bigr).
$$

The factor $V_\mu^{1/2}$ is easily lost, and it grows with $\tau$. Without it the spread is underestimated, as the variance of a
sample is when one divides by $J$ and not by $J - 1$.
""",
)

# ---- 3. A school at a given tau ---------------------------------------------------------------------------------------------


def theta_given_tau(y, sigma, tau, mean, variance, classes):
    """Mean and sd of theta_j at one tau, mu integrated out: its mean and variance are given."""
    w = tau**2 / (tau**2 + classes * sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(w * sigma**2 + (1 - w) ** 2 * variance)


def at_tau(y, sigma, tau, classes):
    """Return the arguments of theta_given_tau: with the mean and the variance of mu at one tau."""
    (mean,), (variance,) = mu_given_tau(y, sigma, np.array([tau]), classes)
    return y, sigma, tau, float(mean), float(variance), classes


def draw_one_tau(rng):
    """Some schools and one tau."""
    schools = draw_schools(rng)
    return at_tau(*schools, float(rng.uniform(0.5, 40)), draw_classes(rng, schools))


def sd_with(y, sigma, tau, mean, variance, classes, of):
    """Return the right means, with the variances that a function of w, sigma and V gives."""
    w = tau**2 / (tau**2 + classes * sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(of(w, sigma, variance))


def shrunk_by(y, sigma, mean, variance, w):
    """Return the answer with other weights."""
    return w * y + (1 - w) * mean, np.sqrt(w * sigma**2 + (1 - w) ** 2 * variance)


def from_a_wider_prior(y, sigma, tau, mean, variance, classes):
    """Return the answer with V added to tau^2: a school drawn to a mean that the school has helped to find."""
    w = (tau**2 / classes + variance) / (tau**2 / classes + variance + sigma**2)
    return w * y + (1 - w) * mean, np.sqrt(w) * sigma


THETA_GIVEN_TAU = Function(
    "theta_given_tau",
    3,
    reference=theta_given_tau,
    probes=[
        at_tau(*SCHOOLS, 6.0, np.array([1, 6, 2, 4, 9, 3, 5, 1])),
        at_tau(*STARS, 0.08, np.array([2, 1, 5, 3, 8])),
        at_tau(np.array([3.0, 1.0, 5.0]), np.array([0.5, 2.0, 1.0]), 0.0, np.array([1, 4, 3])),
        at_tau(*SCHOOLS, 25.0, ONE),
    ],
    private=draw_one_tau,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "the classes are left out, and every school scatters by τ",
            lambda *given: theta_given_tau(*given[:5], np.ones(len(given[0]))),
            "A school with many classes is an average of many. Does it lie as far from μ as a single class may?",
        ),
        Misconception(
            "τ is divided by the number of classes, and not by its root",
            lambda *given: theta_given_tau(*given[:5], given[5] ** 2),
            "The mean of four independent numbers scatters less than one of them. By which factor?",
        ),
        Misconception(
            "τ is multiplied by the root of the number of classes, or σ divided by it",
            lambda *given: theta_given_tau(*given[:5], 1 / given[5]),
            "Does a school of many classes lie farther from μ than one of few, or nearer? And to how many classes does σ "
            "belong?",
        ),
        Misconception(
            "the errors are divided by the root of the number of classes throughout",
            lambda y, sigma, *given: theta_given_tau(y, sigma / np.sqrt(given[3]), *given[:3], np.ones(len(y))),
            "σ is the error of the school's effect as it was measured, with all of its classes. What depends on their number?",
        ),
        Misconception(
            "the classes are left out, and μ is taken as known for the sd",
            lambda *given: sd_with(*given[:5], np.ones(len(given[0])), lambda w, s, v: w * s**2),
            "Two things are left to see to: a school is a mean of classes, and μ is not known.",
        ),
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
            "uncertain the effect is. What is that at known μ?",
        ),
        Misconception(
            "the sd shrinks by the weight, as the distance from μ does",
            lambda *given: sd_with(*given, lambda w, s, v: (w * s) ** 2),
            "So much would `w y` scatter for a school whose effect stays what it is. What is asked is how uncertain the "
            "effect is, and μ is uncertain too.",
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
            lambda *given: sd_with(*given, lambda w, s, v: w * s**2 + (1 - w) ** 2 * (v + given[2] ** 2 / given[5])),
            "What τ leaves unknown of a school is in `w σ²` already. What else is unknown at a given τ?",
        ),
        Misconception(
            "the school keeps all of its measurement error",
            lambda *given: sd_with(*given, lambda w, s, v: s**2 + 0 * w),
            "That is the sd without any population. What does it come to at τ = 0, where all schools are one?",
        ),
        Misconception(
            "the weights are made of the sds and not of the variances",
            lambda y, sigma, tau, mean, variance, classes: shrunk_by(
                y, sigma, mean, variance, tau / (tau + np.sqrt(classes) * sigma)
            ),
            "Write the product of two Gaussians in θ. By what is each squared distance divided in the exponent?",
        ),
        Misconception(
            "the weights of measurement and population are exchanged in the mean",
            lambda *given: (given[0] + given[3] - theta_given_tau(*given)[0], theta_given_tau(*given)[1]),
            "At τ = 0 every school has to have the same mean.",
        ),
        Misconception(
            "the weights of measurement and population are exchanged throughout",
            lambda y, sigma, tau, mean, variance, classes: shrunk_by(
                y, sigma, mean, variance, classes * sigma**2 / (tau**2 + classes * sigma**2)
            ),
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
With $w_j = (\tau^2/n_j) / (\tau^2/n_j + \sigma_j^2)$, and given $\mu$ and $\tau$, the mean is $w_j y_j + (1 - w_j)\mu$ and the
variance $w_j \sigma_j^2$. Now $\mu$ is itself uncertain by $V_\mu$, and only the share $1 - w_j$ of it enters:

$$
\begin{aligned}
\mathrm{E}(\theta_j \mid \tau, y) &= w_j y_j + (1 - w_j)\,\hat\mu , \\
\mathrm{Var}(\theta_j \mid \tau, y) &= w_j \sigma_j^2 + (1 - w_j)^2\, V_\mu .
\end{aligned}
$$

With one class in each school, these are the curves in the chapter's figure of every degree of pooling.
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
    mu, variance = mu_at(y, sigma, tau)
    return log_density(y, sigma, tau), *theta_given_tau(y, sigma, tau[:, None], mu[:, None], variance[:, None], np.ones(len(y)))


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
            "the logarithms, from their smallest on, are taken for the weights",
            lambda log_p, means, sds: weighted_by((log_p - log_p.min()) / np.sum(log_p - log_p.min()), means, sds),
            "Two values of `log_p` that differ by 20 are hardly equals. What turns a logarithm into a density?",
        ),
        Misconception(
            "the exponentials are taken as they are, and overflow",
            lambda log_p, means, sds: weighted_by(np.exp(log_p) / np.sum(np.exp(log_p)), means, sds),
            "Your weights are right as long as they are numbers: infinity over infinity is none. Which constant may be added "
            "to all logarithms?",
        ),
        Misconception(
            "the sds are those at the most probable τ",
            lambda log_p, means, sds: (averaged(log_p, means, sds)[0], sds[np.argmax(log_p)]),
            "Other values of τ are possible too. What do they do to an sd?",
        ),
        Misconception(
            "the scatter of the conditional means is that of the grid, without weights",
            lambda *given: sd_of(*given, lambda weight, means, sds: weight @ sds**2 + np.var(means, axis=0)),
            "A conditional mean at an improbable τ should not count. What is the variance of numbers that have weights?",
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
            "the sd is that of a mean of independent numbers, with squared weights",
            lambda *given: sd_of(*given, lambda weight, means, sds: weight**2 @ sds**2),
            "The values of τ are alternatives, of which one is true. How uncertain is a school if it is this one?",
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

# ---- 5. Eight schools of one's own ------------------------------------------------------------------------------------------

# A share p of n independent draws has the standard error sqrt(p (1 - p) / n), a mean sd / sqrt(n), and an sd up to sd / sqrt(n)
# for tails as heavy as these. Five such errors at n = 200,000, half as many draws as the notebook asks for; and a little for
# the five digits of what is given. A small probability may be as far off as that of 0.04: a mistake may make it larger, and it
# is to be known by its name then too.
DRAWS = 200_000
MONTE_CARLO, DIGITS = 5 / np.sqrt(DRAWS), 0.0005
# Two Gauss rules: over mu at each tau, and over the probability of one school below the value at which it may win.
MU_NODES, MU_SHARES = roots_hermitenorm(4)
MU_SHARES /= np.sum(MU_SHARES)
LEVELS = (1 + roots_legendre(16)[0]) / 2
SHARES = roots_legendre(16)[1] / 2
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
    mu, variance = mu_at(y, sigma, tau)
    return {"y": y, "sigma": sigma, "tau": tau, "mu": mu, "variance": variance, "log_p": log_density(y, sigma, tau)}


def tells(data):
    """Whether the best bet is clearly another school than that with the largest mean, and each wrong method is clearly off."""
    mean, sd = averaged(*on_grid(data["y"], data["sigma"], data["tau"]))
    level = np.sort(mean)[-1] - np.sort(mean)[-2]
    if mean.argmax() == data["y"].argmax() or level < 0.02 * sd.min():
        return False
    right = study(data)
    second, first = np.argsort(right["best"])[-2:]
    ahead = right["best"][first] - right["best"][second]
    if first in (mean.argmax(), data["y"].argmax()) or ahead < 3 * monte_carlo_error(data, right).abs["best"].max():
        return False
    return answers_apart(STUDY, data)


def study(data):
    """Posterior mean and sd of each school, and its probability to be the best."""
    return dict(right_answer(tuple(data["y"]), tuple(data["sigma"]), tuple(data["tau"])))


@lru_cache(maxsize=8)
def right_answer(y, sigma, tau):
    """Return the right answer for three tuples, once: most misconceptions change one part of it, and it takes the longest."""
    data = {"y": np.array(y), "sigma": np.array(sigma), "tau": np.array(tau)}
    return answer_on(data, *grid_of(data))


def grid_of(data):
    """Return the grid of tau, its weights, and mean and variance of mu at each."""
    y, sigma, tau = data["y"], data["sigma"], data["tau"]
    mu, variance = mu_at(y, sigma, tau)
    return tau, softmax(log_integral(y, sigma, tau, mu, variance, np.ones(len(y)))), mu, variance


def answer_on(data, tau, weight, mu, variance):
    """Return the answer for a grid of tau with its weights, and a Normal for mu at each."""
    mean, sd = weighted_by(weight, *parts(data, tau, mu, variance))
    return {"mean": mean, "sd": sd, "best": chances(data, tau, weight, mu, variance)}


def parts(data, tau, mu, variance):
    """Return means and sds of the schools at each tau, (G, J) each."""
    return theta_given_tau(data["y"], data["sigma"], tau[:, None], mu[:, None], variance[:, None], ONE)


def chances(data, tau, weight, mu_mean, mu_variance):
    """Return the probability of each school to be the best. Given mu and tau the schools are independent Normals."""
    mu = possible_mu(mu_mean, mu_variance)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2))[:, None]
    return weight @ (MU_SHARES @ winners(mu + w * (data["y"] - mu), np.sqrt(w) * data["sigma"]))


def possible_mu(mean, variance):
    """Return values of mu at each tau that count by MU_SHARES, with a place for the schools: (tau, mu, 1)."""
    return mean[:, None, None] + np.sqrt(variance)[:, None, None] * MU_NODES[:, None]


def winners(mean, sd):
    """Return the probability of each of several independent Normals, along the last axis, to be the largest."""
    mean, sd = np.broadcast_arrays(mean, sd)
    # Where a school has a share u of its probability below itself: the probability that all schools are below that value, of
    # which u is its own part.
    value = mean[..., None] + sd[..., None] * ndtri(LEVELS)
    below = ndtr((value[..., None] - mean[..., None, None, :]) / sd[..., None, None, :])
    return below.prod(axis=-1) / LEVELS @ SHARES


def monte_carlo_error(data, answer):
    """Return the tolerance of an answer that comes from draws."""
    best = np.sqrt(np.maximum(answer["best"] * (1 - answer["best"]), 0.04))
    sd = MONTE_CARLO * answer["sd"]
    return Tolerance(rel=0, abs={"mean": sd, "sd": sd, "best": MONTE_CARLO * best + DIGITS})


def unpooled(data):
    """Return the answer of eight separate analyses."""
    return {"mean": data["y"], "sd": data["sigma"], "best": winners(data["y"], data["sigma"])}


def pooled(data):
    """Return the answer for schools that are all alike, any of which may be called the best."""
    (mean,), (variance,) = mu_at(data["y"], data["sigma"], np.zeros(1))
    return {"mean": np.full(8, mean), "sd": np.full(8, np.sqrt(variance)), "best": np.full(8, 1 / 8)}


def at_one_tau(data, choose):
    """Return the answer at one tau, which a function of the grid and its weights chooses."""
    tau = np.array([choose(*grid_of(data)[:2])])
    return answer_on(data, tau, np.ones(1), *mu_at(data["y"], data["sigma"], tau))


def with_weights(data, change):
    """Return the answer with other weights of the grid, which a function of the given logarithms and the data gives."""
    tau, _, mu, variance = grid_of(data)
    return answer_on(data, tau, softmax(change(log_density(data["y"], data["sigma"], tau))), mu, variance)


def mu_fixed(data):
    """Return the answer with mu set to its mean at each tau."""
    tau, weight, mu, variance = grid_of(data)
    return answer_on(data, tau, weight, mu, 1e-9 * variance)


def mu_of_another_tau(data):
    """Return the answer with a mu that belongs to any tau, as one Normal with its mean and variance."""
    tau, weight, mu, variance = grid_of(data)
    mean = weight @ mu
    return answer_on(data, tau, weight, mean + 0 * mu, weight @ (variance + (mu - mean) ** 2) + 0 * mu)


def sd_for_variance(data):
    """Return the answer with the variance of mu taken for its sd. So wide a mu takes more than a few values."""
    tau, weight, mu, variance = grid_of(data)
    mean, sd = weighted_by(weight, *parts(data, tau, mu, variance**2))
    mu = mu[:, None, None] + (variance[:, None] * stats.norm.ppf((np.arange(40) + 0.5) / 40))[..., None]
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2))[:, None]
    best = np.mean(winners(mu + w * (data["y"] - mu), np.sqrt(w) * data["sigma"]), axis=1)
    return {"mean": mean, "sd": sd, "best": weight @ best}


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


def of_means_at_each_tau(data):
    """Return the answer with the mean of each school at a tau taken for the school: nothing but tau is uncertain."""
    tau, weight, mu, variance = grid_of(data)
    means, _ = parts(data, tau, mu, variance)
    return {
        "mean": weight @ means,
        "sd": np.sqrt(weight @ (means - weight @ means) ** 2),
        "best": weight @ (means == means.max(axis=1, keepdims=True)),
    }


def drawn_with(data, share, width):
    """Return the answer with another share of y, of w, and another sd at given mu and tau, of w and sigma."""
    y, sigma = data["y"], data["sigma"]
    tau, weight, mu, variance = grid_of(data)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
    own, sd = share(w), width(w, sigma)
    means = own * y + (1 - own) * mu[:, None]
    mean = weight @ means
    square = weight @ (sd**2 + (1 - own) ** 2 * variance[:, None] + (means - mean) ** 2)
    given = own[:, None] * y + (1 - own[:, None]) * possible_mu(mu, variance)
    return {"mean": mean, "sd": np.sqrt(square), "best": weight @ (MU_SHARES @ winners(given, sd[:, None]))}


def of_sds(w):
    """Return the weight tau / (tau + sigma) for w = tau^2 / (tau^2 + sigma^2)."""
    return np.sqrt(w) / (np.sqrt(w) + np.sqrt(1 - w))


def with_mu_twice(data):
    """Return the answer for draws of mu, and of schools about them with the sds that hold the variance of mu as well."""
    tau, weight, mu, variance = grid_of(data)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2)
    means, sds = parts(data, tau, mu, variance)
    mean, sd = weighted_by(weight, means, np.sqrt(sds**2 + (1 - w) ** 2 * variance[:, None]))
    given = w[:, None] * data["y"] + (1 - w[:, None]) * possible_mu(mu, variance)
    return {"mean": mean, "sd": sd, "best": weight @ (MU_SHARES @ winners(given, sds[:, None]))}


def best_without_mu(data):
    """Return the probabilities to be the best of schools that are drawn on their own at each tau."""
    tau, weight, mu, variance = grid_of(data)
    return weight @ winners(*parts(data, tau, mu, variance))


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


def of_the_population(data):
    """Return the answer for schools that are drawn from N(mu, tau^2)."""
    tau, weight, mu, variance = grid_of(data)
    mean = weight @ mu
    sd = np.sqrt(weight @ (tau**2 + variance + (mu - mean) ** 2))
    return {"mean": np.full(8, mean), "sd": np.full(8, sd), "best": np.full(8, 1 / 8)}


def with_one_number(data):
    """Return the answer with the same standard normal number for all schools of a row."""
    y, sigma = data["y"], data["sigma"]
    tau, weight, mu, variance = grid_of(data)
    level = stats.norm.ppf((np.arange(80) + 0.5) / 80)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2))[:, None, None]
    mu = (mu[:, None] + np.sqrt(variance)[:, None] * level)[..., None, None]
    theta = w * y + (1 - w) * mu + np.sqrt(w) * sigma * level[:, None]  # (tau, mu, number, school)
    winner = theta.argmax(axis=-1)
    return study(data) | {"best": np.array([weight @ np.mean(winner == j, axis=(1, 2)) for j in range(8)])}


def above_average(data):
    """Return the probability of each school to lie above the mean of all eight."""
    tau, weight, mu, variance = grid_of(data)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2)
    center, own = w * data["y"] + (1 - w) * mu[:, None], w * data["sigma"] ** 2
    ahead = center - center.mean(axis=1, keepdims=True)
    # Of theta_j less the mean of all: its own part, those of the others, and what mu does to the difference.
    spread = own * (1 - 2 / 8) + own.sum(axis=1, keepdims=True) / 64
    moved = (w.mean(axis=1, keepdims=True) - w) ** 2 * variance[:, None]
    return weight @ ndtr(ahead / np.sqrt(spread + moved))


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


def certain(size, j):
    """Return a probability of one for one school, and none for the others."""
    return np.eye(size)[j]


def for_certain(data, of):
    """Return the answer with no doubt that the school where something is largest is the best."""
    right = study(data)
    return right | {"best": certain(8, of(right).argmax())}


STUDY = Analysis(
    "study",
    4,
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
            "the mean of each school at its τ is taken for a draw of it",
            of_means_at_each_tau,
            "Here nothing is uncertain but τ. At a known τ, is μ known, and is the school?",
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
            "μ is set to its mean and not drawn",
            mu_fixed,
            "The mean of the population is still uncertain, at a given τ by the root of `variance`. It moves all schools "
            "together.",
        ),
        Misconception(
            "μ and the school belong to different values of τ",
            mu_of_another_tau,
            "How well μ is known depends on τ, as the weights do. In each row there is one τ: which μ goes with it?",
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
            "the schools of a row share τ, and not μ",
            lambda data: study(data) | {"best": best_without_mu(data)},
            "Each school has the right mean and sd, at its τ too. But what moves μ moves all eight of them: draw μ once for a "
            "row.",
        ),
        Misconception(
            "what is uncertain about μ is counted twice",
            with_mu_twice,
            "The sds of question 3 hold the variance of μ already. If μ is drawn, how far may a school lie from its mean?",
        ),
        Misconception(
            "a school keeps all of its measurement error",
            lambda data: drawn_with(data, lambda w: w, lambda w, sigma: sigma + 0 * w),
            "The population narrows a school down, as its measurement does. How uncertain is it, at a known μ, if τ is small?",
        ),
        Misconception(
            "a school keeps all of the population's width",
            lambda data: drawn_with(data, lambda w: w, lambda w, sigma: sigma * np.sqrt(w / (1 - w))),
            "The measurement narrows a school down, as the population does. How uncertain is it, at a known μ, if σ is small?",
        ),
        Misconception(
            "a school is drawn with the variance `w σ²` where the sd belongs",
            lambda data: drawn_with(data, lambda w: w, lambda w, sigma: w * sigma**2),
            "The generator's `normal` wants a standard deviation. In which unit is what you give it?",
        ),
        Misconception(
            "measurement and population are exchanged, in the sd too",
            lambda data: drawn_with(data, lambda w: 1 - w, lambda w, sigma: np.sqrt(1 - w) * sigma),
            "At small τ every school has to be close to μ, and to be known nearly as well as μ is.",
        ),
        Misconception(
            "the weights of measurement and population are made of sds",
            lambda data: drawn_with(data, of_sds, lambda w, sigma: np.sqrt(of_sds(w)) * sigma),
            "Write the product of two Gaussians in θ. By what is each squared distance divided in the exponent?",
        ),
        Misconception(
            "the schools are measured again",
            lambda data: drawn_with(data, lambda w: w, lambda w, sigma: np.sqrt(w + 1) * sigma),
            "That is what a second study would find, noise and all. Here the effects themselves are asked for.",
        ),
        Misconception(
            "the best is chosen among the measurements, each with its error",
            lambda data: study(data) | {"best": winners(data["y"], data["sigma"])},
            "Your means and sds know of the population. Do the rows in which you look for the best know of it as well?",
        ),
        Misconception(
            "the best is looked for at the posterior mean of τ",
            lambda data: study(data) | {"best": at_one_tau(data, lambda tau, weight: weight @ tau)["best"]},
            "Your means and sds are averaged over τ. How probable is a school to be the best if all are nearly alike, or "
            "far apart?",
        ),
        Misconception(
            "the best is looked for at the most probable τ",
            lambda data: study(data) | {"best": at_one_tau(data, lambda tau, weight: tau[weight.argmax()])["best"]},
            "Your means and sds are averaged over τ. How probable is a school to be the best if all are nearly alike, or "
            "far apart?",
        ),
        Misconception(
            "the sd is the scatter of the conditional means alone",
            lambda data: with_sds(data, lambda weight, means, sds: np.sqrt(weight @ (means - weight @ means) ** 2)),
            "The conditional mean of a school is not the school. How far may the school lie from it?",
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
            "the sd is divided by the root of the number of draws",
            lambda data: study(data) | {"sd": study(data)["sd"] / np.sqrt(400_000)},
            "So well do your draws know the mean, and more draws make it smaller. How far from its mean may a school lie?",
        ),
        Misconception(
            "each school is drawn from a Normal with its posterior mean and sd",
            lambda data: study(data) | {"best": winners(study(data)["mean"], study(data)["sd"])},
            "That forgets what the schools of a row share, which is one μ and one τ. It forgets the long tails as well.",
        ),
        Misconception(
            "the schools are drawn from the population alone, without their measurements",
            of_the_population,
            "These are eight new schools. What does a school's own measurement say, at given μ and τ?",
        ),
        Misconception(
            "one random number serves for all schools of a row",
            with_one_number,
            "Then all schools are lucky together. At given μ and τ, does one school know of the other?",
        ),
        Misconception(
            "the probability to be better than the average school is given",
            lambda data: study(data) | {"best": above_average(data)},
            "Your probabilities add up to more than one. How many schools can be the best?",
        ),
    ],
    solution=r"""
Draw $\tau$ from the grid, then $\mu$ given $\tau$, then all $\theta_j$ given both, row by row. In each row one school is the
best; the share of rows in which it is school $j$ estimates the probability:

```python
def study(data):
    y, sigma = data["y"], data["sigma"]
    rng = np.random.default_rng(5)
    p = np.exp(data["log_p"] - data["log_p"].max())
    row = rng.choice(len(p), 400_000, p=p / p.sum())
    tau = data["tau"][row]
    mu = rng.normal(data["mu"][row], np.sqrt(data["variance"][row]))
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
    theta = rng.normal(w * y + (1 - w) * mu[:, None], np.sqrt(w) * sigma)
    best = np.bincount(theta.argmax(axis=1), minlength=len(y)) / len(theta)
    return {"mean": theta.mean(axis=0), "sd": theta.std(axis=0), "best": best}
```

Here the best bet is not the school with the largest posterior mean, since being the best rewards an error that is large: of two
schools with like means the less certain one is more often ahead of all others. Nor is it the school with the largest
measurement, which is so noisy that the population has most of the say. Which to fund depends on the loss: on the points that
you gain on average, or on a prize for the winner.

The reference below needs no draws. Given $\mu$ and $\tau$ the schools are independent, so that each probability is an integral
over one school, and the rest is quadrature.
""",
)

# ---- 6. Batting averages ----------------------------------------------------------------------------------------------------


def players(data):
    """Posterior mean of the population's mean; posterior mean and sd of each player's own average."""
    weight = fit_players(data)
    means, sds = at_each_pair(data)
    average = over_pairs(weight, means)
    variance = over_pairs(weight, sds**2 + (means - average) ** 2)
    return {"mean": weight.sum(axis=1) @ data["mean"], "average": average, "sd": np.sqrt(variance)}


def fit_players(data):
    """Return the posterior probability of each pair of mean and size, (M, S)."""
    return softmax(log_players(data).sum(axis=-1))


def log_players(data):
    """Return the log likelihood of each pair and player, (M, S, J), with the player's own average integrated out."""
    a, b = a_and_b(data)
    return betaln(data["hits"] + a, data["at_bats"] - data["hits"] + b) - betaln(a, b)


def a_and_b(data):
    """Return the two parameters of the Beta at each pair, (M, S, 1) both."""
    mean, size = data["mean"][:, None, None], data["size"][:, None]
    return mean * size, (1 - mean) * size


def at_each_pair(data):
    """Return mean and sd of each player's own average at each pair, (M, S, J)."""
    a, b = a_and_b(data)
    return of_beta(data["hits"] + a, data["at_bats"] - data["hits"] + b)


def of_beta(a, b):
    """Return mean and sd of a Beta."""
    mean = a / (a + b)
    return mean, np.sqrt(mean * (1 - mean) / (a + b + 1))


def over_pairs(weight, values):
    """Return the average over the grid of values (M, S, J)."""
    return np.tensordot(weight, values, 2)


def draw_season(rng):
    """Nine players early in a season. The one with the best average so far is not the one from whom most is to be expected."""
    for _ in attempts("draw_season"):
        at_bats = rng.permutation(np.geomspace(10, 180, 9).round().astype(int))
        mean, size = rng.uniform(0.24, 0.3), rng.uniform(30, 80)
        hits = rng.binomial(at_bats, rng.beta(mean * size, (1 - mean) * size, 9))
        data = {
            "hits": hits,
            "at_bats": at_bats,
            "mean": np.linspace(0.15, 0.42, 28),
            "size": np.geomspace(5, 1000, 24).round(2),
        }
        raw, average = hits / at_bats, players(data)["average"]
        top = np.sort(average)[-2:]
        lesson = raw.argmax() != average.argmax() and np.ptp(top) > 0.003 and hits.min() > 0 and np.ptp(average) > 0.05
        if lesson and answers_apart(PLAYERS, data):
            return data


def with_pairs(data, weight):
    """Return the answer with other weights of the pairs."""
    means, sds = at_each_pair(data)
    return joined(data, weight, means, sds)


def joined(data, weight, means, sds):
    """Return the answer from weights of the pairs, and the players' means and sds at each."""
    average = over_pairs(weight, means)
    variance = over_pairs(weight, sds**2) + over_pairs(weight, (means - average) ** 2)
    return {"mean": weight.sum(axis=1) @ data["mean"], "average": average, "sd": np.sqrt(variance)}


def with_likelihood(data, log_likelihood):
    """Return the answer with another log likelihood of each pair and player."""
    return with_pairs(data, softmax(log_likelihood.sum(axis=-1)))


def with_beta(data, a, b):
    """Return the answer with other parameters of the Beta, in the fit and for the players."""
    hits, misses = data["hits"], data["at_bats"] - data["hits"]
    weight = softmax(np.sum(betaln(hits + a, misses + b) - betaln(a, b), axis=-1))
    return joined(data, weight, *of_beta(hits + a, misses + b))


def at_pair(data, mean, size):
    """Return the answer at one pair."""
    return players(data | {"mean": np.array([mean]), "size": np.array([size])})


def most_probable(data):
    """Return the most probable pair."""
    place = np.unravel_index(fit_players(data).argmax(), (len(data["mean"]), len(data["size"])))
    return data["mean"][place[0]], data["size"][place[1]]


def posterior_means(data):
    """Return the posterior means of both."""
    weight = fit_players(data)
    return weight.sum(axis=1) @ data["mean"], weight.sum(axis=0) @ data["size"]


def player_by_player(data):
    """Return the answer with weights of the pairs that each player finds alone."""
    log_p = log_players(data)
    weight = softmax(log_p, axis=(0, 1))
    means, sds = at_each_pair(data)
    average = np.sum(weight * means, axis=(0, 1))
    sd = np.sqrt(np.sum(weight * (sds**2 + (means - average) ** 2), axis=(0, 1)))
    return players(data) | {"average": average, "sd": sd}


def found_alone(data):
    """Return the mean of the population as each player finds it alone."""
    return np.tensordot(data["mean"], softmax(log_players(data), axis=(0, 1)).sum(axis=1), 1)


def with_means(data, means):
    """Return the answer with other means of the players at each pair, and the right sds about them."""
    return joined(data, fit_players(data), means, at_each_pair(data)[1])


def exchanged(data):
    """Return the answer with every hit taken for a miss and every miss for a hit."""
    return players(data | {"hits": data["at_bats"] - data["hits"]})


def of_beta_binomials(data):
    """Return the log likelihood of each pair and player, with the binomial coefficient in it."""
    hits, misses = data["hits"], data["at_bats"] - data["hits"]
    return log_players(data) - np.log(data["at_bats"] + 1) - betaln(hits + 1, misses + 1)


def with_variances(data, number):
    """Return the answer with another number that the variance of each player is divided by, at each pair."""
    means, _ = at_each_pair(data)
    return joined(data, fit_players(data), means, np.sqrt(means * (1 - means) / number))


def with_sd(data, of):
    """Return the right answer with sds from a function of the weights, and means and sds at each pair."""
    return players(data) | {"sd": of(fit_players(data), *at_each_pair(data))}


def all_misses(data):
    """Return the answer with every at-bat counted as a miss beside the hits."""
    a, b = a_and_b(data)
    weight = softmax(of_all_misses(data).sum(axis=-1))
    return joined(data, weight, *of_beta(data["hits"] + a, data["at_bats"] + b))


def of_all_misses(data):
    """Return the log likelihood with every at-bat counted as a miss beside the hits."""
    a, b = a_and_b(data)
    return betaln(data["hits"] + a, data["at_bats"] + b) - betaln(a, b)


def of_totals(data):
    """Return the log likelihood of one player with all hits and at-bats."""
    return log_players(
        {name: data[name].sum(keepdims=True) for name in ("hits", "at_bats")} | {k: data[k] for k in ("mean", "size")}
    )


def of_raw_averages(data):
    """Return the log density of the averages so far under the Beta, without the chance of the hits."""
    a, b = a_and_b(data)
    return stats.beta.logpdf(data["hits"] / data["at_bats"], a, b)


def all_alike_at(data):
    """Return the log likelihood of players who all have the population's mean."""
    mean = data["mean"][:, None, None] + 0 * data["size"][:, None]
    return data["hits"] * np.log(mean) + (data["at_bats"] - data["hits"]) * np.log(1 - mean)


def binomial_sd(average, at_bats):
    """Return the standard error of an average."""
    return np.sqrt(average * (1 - average) / at_bats)


def left_alone(data, mean):
    """Return the averages so far with their binomial errors, and a mean of the population."""
    raw = data["hits"] / data["at_bats"]
    return {"mean": mean(data), "average": raw, "sd": binomial_sd(raw, data["at_bats"])}


def all_one(data):
    """Return the answer for one player with all hits and at-bats."""
    at_bats = data["at_bats"].sum()
    p = data["hits"].sum() / at_bats
    return {"mean": p, "average": np.full(9, p), "sd": np.full(9, binomial_sd(p, at_bats))}


def of_tall_weights(data):
    """Return the answer with weights that are one at the most probable pair."""
    weight = fit_players(data) / fit_players(data).max()
    return joined(data, weight, *at_each_pair(data))


def share_of_own(data):
    """Return the share that each player's own hits have at each pair, (M, S, J)."""
    size = data["size"][:, None] + 0 * data["mean"][:, None, None]
    return data["at_bats"] / (data["at_bats"] + size)


PLAYERS = Analysis(
    "players",
    4,
    data="season",
    reference=players,
    tolerance=Tolerance(rel=1e-4),
    misconceptions=[
        *(
            Misconception(
                f"the averages are not shrunk, and have their binomial errors{which}",
                lambda data, mean=mean: left_alone(data, mean),
                "Would you bet on a player who had 5 hits in 10 at-bats to bat .500 all season? What do the others tell about "
                "him?",
            )
            for which, mean in (
                ("", lambda data: players(data)["mean"]),
                (", and `mean` is their own mean", lambda data: np.mean(data["hits"] / data["at_bats"])),
                (", and `mean` is the share of all hits", lambda data: data["hits"].sum() / data["at_bats"].sum()),
            )
        ),
        Misconception(
            "the averages are not shrunk",
            lambda data: players(data) | {"average": data["hits"] / data["at_bats"]},
            "Would you bet on a player who had 5 hits in 10 at-bats to bat .500 all season? What do the others tell about him?",
        ),
        Misconception(
            "all players are one, with all hits and all at-bats together",
            all_one,
            "Then nobody has an average of his own. Could that much scatter come from luck alone?",
        ),
        Misconception(
            "the most probable pair stands for the posterior",
            lambda data: at_pair(data, *most_probable(data)),
            "Nine players do not tell how alike players are. What does it do to the sds that other pairs are possible too?",
        ),
        Misconception(
            "each player is taken at the most probable pair",
            lambda data: at_pair(data, *most_probable(data)) | {"mean": players(data)["mean"]},
            "Nine players do not tell how alike players are. What does it do to the sds that other pairs are possible too?",
        ),
        Misconception(
            "each player is taken at the posterior means of `mean` and `size`",
            lambda data: at_pair(data, *posterior_means(data)),
            "One pair stands here for all that are possible. What happens if a player is worked out for every pair?",
        ),
        Misconception(
            "every pair of the grid counts the same",
            lambda data: with_pairs(data, np.full((28, 24), 1 / 28 / 24)),
            "The players know something about the population: how probable is what they did, at each pair?",
        ),
        Misconception(
            "the averages so far are taken for draws from the Beta",
            lambda data: with_likelihood(data, of_raw_averages(data)),
            "An average of few at-bats scatters by luck as well, and the Beta knows nothing of luck. What has to be integrated "
            "out?",
        ),
        Misconception(
            "the likelihood gives every player the population's mean",
            lambda data: with_likelihood(data, all_alike_at(data)),
            "In this likelihood `size` has no part, since no player differs from another. What has to be integrated out?",
        ),
        Misconception(
            "the two parameters of the Beta are exchanged",
            lambda data: with_beta(data, *a_and_b(data)[::-1]),
            "Which of the two makes hits more probable if it grows? Compare with the mean of the Beta.",
        ),
        Misconception(
            "`mean` and `size` themselves are taken for the parameters of the Beta",
            lambda data: with_beta(data, *np.broadcast_arrays(data["mean"][:, None, None], data["size"][:, None])),
            "A Beta with these has the mean `mean / (mean + size)`. Which two numbers have the ratio that you want, and which "
            "sum?",
        ),
        Misconception(
            "the Beta of the population is not normalized",
            lambda data: with_likelihood(data, log_players(data) + betaln(*a_and_b(data))),
            "What stands before the Beta's powers depends on the pair. What do you divide by?",
        ),
        Misconception(
            "the Beta of the population is normalized once, and not for every player",
            lambda data: with_pairs(
                data, softmax(np.sum(log_players(data) + betaln(*a_and_b(data)), axis=-1) - betaln(*a_and_b(data))[..., 0])
            ),
            "Each player has a draw of his own from the Beta. How many normalizations does that make?",
        ),
        Misconception(
            "the normalization of the population's Beta enters with the wrong sign",
            lambda data: with_likelihood(data, log_players(data) + 2 * betaln(*a_and_b(data))),
            "The density of a Beta is its powers, divided by B. What does a division become in the logarithm?",
        ),
        Misconception(
            "`size` is taken for the second parameter of the Beta",
            lambda data: with_beta(data, a_and_b(data)[0], data["size"][:, None]),
            "How large are the two parameters together, and what is left for the second?",
        ),
        Misconception(
            "hits and misses are exchanged", exchanged, "Which of the two parameters grows with a hit? An average counts hits."
        ),
        Misconception(
            "each player finds the population alone, and `mean` is the average of what they find",
            lambda data: player_by_player(data) | {"mean": np.mean(found_alone(data))},
            "One player cannot tell how alike players are. All of them share one pair: what becomes of their likelihoods?",
        ),
        Misconception(
            "each player finds the population alone",
            player_by_player,
            "One player cannot tell how alike players are. All of them share one pair: what becomes of their likelihoods?",
        ),
        Misconception(
            "every at-bat is counted as a miss beside the hits",
            all_misses,
            "The second parameter grows with every failure. How many of the at-bats were that?",
        ),
        Misconception(
            "every at-bat is counted as a miss beside the hits in the fit",
            lambda data: with_likelihood(data, of_all_misses(data)),
            "The second parameter grows with every failure. How many of the at-bats were that?",
        ),
        Misconception(
            "the likelihoods of the players are added and not multiplied",
            lambda data: with_pairs(data, softmax(logsumexp(log_players(data), axis=-1))),
            "All players have done what they did, and each of them independently. What becomes of their probabilities?",
        ),
        Misconception(
            "the probabilities of the players' hits are added and not multiplied",
            lambda data: with_pairs(data, softmax(logsumexp(of_beta_binomials(data), axis=-1))),
            "All players have done what they did, and each of them independently. What becomes of their probabilities?",
        ),
        Misconception(
            "the logarithms are averaged over the players and not summed",
            lambda data: with_pairs(data, softmax(log_players(data).mean(axis=-1))),
            "The players are independent at a given pair. What becomes of a product of probabilities in the logarithm?",
        ),
        Misconception(
            "the fit sees one player with all hits and all at-bats",
            lambda data: with_likelihood(data, of_totals(data)),
            "Only players who differ can say how much players differ. Where is that in a sum of hits?",
        ),
        Misconception(
            "the weights of the pairs are likelihoods that nobody has normalized",
            lambda data: with_pairs(data, np.exp(log_players(data).sum(axis=-1))),
            "If every pair gave the same answer, yours should be that. What must weights add up to?",
        ),
        Misconception(
            "the logarithms are taken for the weights of the pairs",
            lambda data: with_pairs(data, log_players(data).sum(axis=-1) / log_players(data).sum()),
            "A logarithm can be negative, and a constant added to all of them must change nothing. What turns it into a "
            "probability?",
        ),
        Misconception(
            "the shares of a player's own average and of the population's are exchanged",
            lambda data: with_means(
                data,
                (1 - share_of_own(data)) * data["hits"] / data["at_bats"] + share_of_own(data) * data["mean"][:, None, None],
            ),
            "Who should be left where he is: the player with 10 at-bats, or the one with 180?",
        ),
        Misconception(
            "all players are shrunk as one with the mean number of at-bats is",
            lambda data: with_means(
                data,
                data["mean"][:, None, None]
                + data["at_bats"].mean()
                / (data["at_bats"].mean() + data["size"][:, None])
                * (data["hits"] / data["at_bats"] - data["mean"][:, None, None]),
            ),
            "That is James and Stein's case, in which all errors are alike. Who should be left where he is: the player with 10 "
            "at-bats, or the one with 180?",
        ),
        Misconception(
            "the mode of each player's Beta is taken, and not its mean",
            lambda data: with_means(
                data, (data["hits"] + a_and_b(data)[0] - 1) / (data["at_bats"] + data["size"][:, None] - 2)
            ),
            "The Beta is lopsided. Which of its summaries is what a mean square error asks for?",
        ),
        Misconception(
            "the prior is flat in `size`",
            lambda data: with_likelihood(data, log_players(data) + np.log(data["size"])[:, None] / 9),
            "The values of `size` are spaced evenly in its logarithm, and each is as probable as the next. What is left to "
            "multiply by?",
        ),
        Misconception(
            "the prior of `size` is divided by it",
            lambda data: with_likelihood(data, log_players(data) - np.log(data["size"])[:, None] / 9),
            "The values of `size` are spaced evenly in its logarithm already. What is left to divide by?",
        ),
        Misconception(
            "the weights of the pairs do not add up to one",
            of_tall_weights,
            "If every pair gave the same answer, yours should be that. What must weights add up to?",
        ),
        Misconception(
            "the conditional sds are averaged",
            lambda data: with_sd(data, lambda weight, means, sds: over_pairs(weight, sds)),
            "Averages of squares make a variance. What else moves from one pair to the next, beside the sd?",
        ),
        Misconception(
            "the sd is the root of the averaged variance alone",
            lambda data: with_sd(data, lambda weight, means, sds: np.sqrt(over_pairs(weight, sds**2))),
            "The conditional mean moves with the pair, and the pair is not known. Your sd leaves that out.",
        ),
        Misconception(
            "the sd is the scatter of the conditional means alone",
            lambda data: with_sd(
                data, lambda weight, means, sds: np.sqrt(over_pairs(weight, (means - over_pairs(weight, means)) ** 2))
            ),
            "The conditional mean of a player is not the player. How far may his own average lie from it?",
        ),
        Misconception(
            "the variances are given in place of the sds",
            lambda data: players(data) | {"sd": players(data)["sd"] ** 2},
            "An sd has the unit of the average itself. What has the unit of its square?",
        ),
        Misconception(
            "the one in the denominator of the Beta's variance is left out",
            lambda data: with_variances(data, data["at_bats"] + data["size"][:, None]),
            "That would be the variance of an average over so many at-bats. Look up the variance of a Beta.",
        ),
        Misconception(
            "the population is left out of the variance of a player",
            lambda data: with_variances(data, data["at_bats"] + 1),
            "So well is a player known from his own at-bats alone. How many more is the population worth, at a given pair?",
        ),
        Misconception(
            "the sum of both parameters is not squared in the Beta's variance",
            lambda data: with_variances(data, 1 + 1 / (data["at_bats"] + data["size"][:, None])),
            "A player is known ever better the more he bats. Look up the variance of a Beta.",
        ),
        Misconception(
            "two standard deviations are added where two variances add",
            lambda data: with_sd(
                data,
                lambda weight, means, sds: (
                    np.sqrt(over_pairs(weight, sds**2)) + np.sqrt(over_pairs(weight, (means - over_pairs(weight, means)) ** 2))
                ),
            ),
            "You have both parts. The law of total variance is about their squares.",
        ),
        Misconception(
            "the sd is the binomial error at the shrunken average",
            lambda data: players(data) | {"sd": binomial_sd(players(data)["average"], data["at_bats"])},
            "So far would the average of as many new at-bats scatter. What do the other players add to what is known of this "
            "one?",
        ),
        Misconception(
            "each pair gives a player the binomial error at his shrunken average",
            lambda data: with_variances(data, data["at_bats"]),
            "So far would the average of as many new at-bats scatter. What do the other players add to what is known of this "
            "one?",
        ),
        Misconception(
            "the variance of the population stands for that of a player",
            lambda data: joined(data, fit_players(data), at_each_pair(data)[0], of_beta(*a_and_b(data))[1]),
            "So far do players differ who never batted. What do 180 at-bats do to that?",
        ),
        Misconception(
            "the sd is the binomial error of the average so far",
            lambda data: players(data) | {"sd": binomial_sd(data["hits"] / data["at_bats"], data["at_bats"])},
            "So far does an average scatter for a player whom nobody compares. What do the others add to what is known of him?",
        ),
        Misconception(
            "the squared mean is not subtracted",
            lambda data: with_sd(data, lambda weight, means, sds: np.sqrt(over_pairs(weight, sds**2 + means**2))),
            "Nobody's average is uncertain by as much as it is. What turns a mean square into a variance?",
        ),
        Misconception(
            "the player's own at-bats are left out of his variance",
            lambda data: with_variances(data, data["size"][:, None] + 1),
            "So far do players differ who never batted. What do 180 at-bats do to that?",
        ),
        Misconception(
            "the sd is that of one more at-bat",
            lambda data: players(data) | {"sd": np.sqrt(players(data)["average"] * (1 - players(data)["average"]))},
            "The next at-bat is a hit or a miss. The question asks how well the player's average is known.",
        ),
        Misconception(
            "the most probable value of `mean` is given",
            lambda data: players(data) | {"mean": data["mean"][fit_players(data).sum(axis=1).argmax()]},
            "That is a mode, and one of 28 values. The question asks for the posterior mean.",
        ),
        Misconception(
            "the mean of the players' averages is given for that of the population",
            lambda data: players(data) | {"mean": players(data)["average"].mean()},
            "These nine are a sample of the population. What does the posterior say of `mean` itself?",
        ),
        Misconception(
            "the plain mean of the averages so far is given for the mean of the population",
            lambda data: players(data) | {"mean": np.mean(data["hits"] / data["at_bats"])},
            "Then 10 at-bats count as much as 180. What does the posterior say of `mean` itself?",
        ),
        Misconception(
            "the share of hits of all players together is given for the mean of the population",
            lambda data: players(data) | {"mean": data["hits"].sum() / data["at_bats"].sum()},
            "Then a player with many at-bats counts for many players. What does the posterior say of `mean` itself?",
        ),
    ],
    solution=r"""
With $a = mk$ and $b = (1 - m)k$, where $m$ is `mean` and $k$ is `size`, a player's own average can be integrated out in
closed form:

$$
p(h_j \mid m, k) \propto \frac{B(h_j + a,\; n_j - h_j + b)}{B(a, b)} .
$$

The product over the players is the likelihood of a pair, and with equal prior probabilities it gives the weights. At a given
pair a player's average has a Beta posterior with $h_j + a$ and $n_j - h_j + b$. Its mean, $(h_j + mk)/(n_j + k)$, is the
shrinkage of the chapter once more: $k$ is the number of at-bats that the population is worth.

```python
def players(data):
    hits, misses = data["hits"], data["at_bats"] - data["hits"]
    m, k = data["mean"][:, None, None], data["size"][:, None]
    a, b = m * k, (1 - m) * k
    weight = special.softmax(np.sum(special.betaln(hits + a, misses + b) - special.betaln(a, b), axis=-1))
    post = stats.beta(hits + a, misses + b)
    average = np.tensordot(weight, post.mean(), 2)
    variance = np.tensordot(weight, post.var() + (post.mean() - average) ** 2, 2)
    return {"mean": weight.sum(axis=1) @ data["mean"], "average": average, "sd": np.sqrt(variance)}
```

The best average so far belongs to a player with few at-bats, and most is expected from another one.
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
            "The chain samples μ and τ, with the schools integrated out. Which of them has the width τ?",
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


def mu_in_a_loop(y, sigma, tau, classes):
    """Sums over the schools in plain Python; two lists."""
    means, variances = [], []
    for t in tau:
        weights = [1 / (s * s + t * t / n) for s, n in zip(sigma, classes, strict=True)]
        variances.append(1 / sum(weights))
        means.append(sum(value * w for value, w in zip(y, weights, strict=True)) / sum(weights))
    return means, variances


def mu_by_average(y, sigma, tau, classes):
    """The fit of a constant, in single precision; one array of two rows."""
    variance = np.square(np.hypot(np.float32(sigma)[:, None], np.float32(tau) / np.float32(np.sqrt(classes))[:, None]))
    mean = np.average(np.repeat(y[:, None], len(tau), axis=1), axis=0, weights=1 / variance)
    return np.array([mean, 1 / np.sum(1 / variance, axis=0)], np.float32)


def mu_school_by_school(y, sigma, tau, classes):
    """Each school in turn updates the mean and the variance of those before it."""
    variance = sigma[0] ** 2 + tau**2 / classes[0]
    mean = y[0] + 0 * tau
    for value, s, n in zip(y[1:], sigma[1:], classes[1:], strict=True):
        gain = variance / (variance + s**2 + tau**2 / n)
        mean, variance = mean + gain * (value - mean), (1 - gain) * variance
    return mean, variance


def mu_class_by_class(y, sigma, tau, classes):
    """Every class as a school of its own, with the errors that make up the school's."""
    y, sigma = np.repeat(y, classes), np.repeat(sigma * np.sqrt(classes), classes)
    return mu_given_tau(y, sigma, tau, np.ones(len(y)))


def log_p_in_a_loop(y, sigma, tau, mean, variance, classes):
    """With SciPy's densities at the best mu, and the area of the Gaussian in mu; a list."""
    values = [
        stats.norm.logpdf(y, m, np.hypot(sigma, t / np.sqrt(classes))).sum() + np.log(2 * np.pi * v) / 2
        for t, m, v in zip(tau, mean, variance, strict=True)
    ]
    return [value - values[0] for value in values]


def log_p_as_one_normal(y, sigma, tau, mean, variance, classes):
    """All schools as one Normal in J dimensions, with a very wide prior on mu."""
    wide = 1e4 * (np.ptp(y) + sigma.max())

    def value(t):
        covariance = np.diag(sigma**2 + t**2 / classes) + wide**2
        return -(np.linalg.slogdet(covariance)[1] + (y - y.mean()) @ np.linalg.solve(covariance, y - y.mean())) / 2

    return np.array([value(t) for t in tau]) - value(tau[0])


def log_p_by_products(y, sigma, tau, mean, variance, classes):
    """A product of densities, whose logarithm comes last."""
    density = np.prod(
        stats.norm.pdf(y[:, None], mean, np.sqrt(sigma[:, None] ** 2 + tau**2 / classes[:, None])), axis=0
    ) * np.sqrt(variance)
    return np.log(density / density[0])


def log_p_without_mean(y, sigma, tau, mean, variance, classes):
    """By sums of y and of its square, with weights."""
    weight = 1 / (sigma**2 + tau[:, None] ** 2 / classes)
    squares = weight @ y**2 - (weight @ y) ** 2 / weight.sum(axis=1)
    value = np.log(weight).sum(axis=1) - np.log(weight.sum(axis=1)) - squares
    return (value - value[0]) / 2


def theta_in_a_loop(y, sigma, tau, mean, variance, classes):
    """Every school in turn; two lists."""
    means, sds = [], []
    for value, s, n in zip(y, sigma, classes, strict=True):
        share = s**2 / (s**2 + tau**2 / n)
        means.append(value - share * (value - mean))
        sds.append((s**2 * (1 - share) + share**2 * variance) ** 0.5)
    return means, sds


def theta_as_a_step(y, sigma, tau, mean, variance, classes):
    """A step from the mean of the population, in single precision; one array of two rows."""
    shrinkage = np.square(np.float32(sigma)) / (np.square(np.float32(sigma)) + np.float32(tau) ** 2 / np.float32(classes))
    sd = np.hypot(np.sqrt(1 - shrinkage) * np.float32(sigma), shrinkage * np.float32(np.sqrt(variance)))
    return np.array([y + shrinkage * (mean - y), sd], np.float32)


def theta_over_one_denominator(y, sigma, tau, mean, variance, classes):
    """Everything over the variance of y about mu."""
    between = tau**2 / classes
    total = sigma**2 + between
    return (between * y + sigma**2 * mean) / total, sigma * np.sqrt(between * total + sigma**2 * variance) / total


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


def study_by_draws(data):
    """Everything from joint draws, from the pieces that are given."""
    rng = np.random.default_rng(5)
    row = rng.choice(len(data["tau"]), 400_000, p=softmax(data["log_p"]))
    tau, mu = data["tau"][row, None], rng.normal(data["mu"][row], np.sqrt(data["variance"][row]))[:, None]
    w = tau**2 / (tau**2 + data["sigma"] ** 2)
    theta = rng.normal(w * data["y"] + (1 - w) * mu, np.sqrt(w) * data["sigma"])
    best = np.bincount(theta.argmax(axis=1), minlength=8) / len(theta)
    return {"mean": theta.mean(axis=0), "sd": theta.std(axis=0), "best": best}


def study_in_steps(data):
    """Means and sds over the grid; the best from as many draws at each tau as it is probable; lists."""
    tau, rng, count = data["tau"], np.random.default_rng(17), np.round(softmax(data["log_p"]) * 800_000).astype(int)
    means, sds = theta_given_tau(
        data["y"], data["sigma"], tau[:, None], data["mu"][:, None], data["variance"][:, None], np.ones(8)
    )
    mean, sd = averaged_in_a_loop(data["log_p"], means, sds)
    wins = [0] * 8
    for t, m, v, n in zip(tau, data["mu"], data["variance"], count, strict=True):
        precision = 1 / data["sigma"] ** 2 + 1 / t**2
        center = (data["y"] / data["sigma"] ** 2 + rng.normal(m, v**0.5, (n, 1)) / t**2) / precision
        best = np.argmax(center + rng.standard_normal((n, 8)) / np.sqrt(precision), axis=1)
        wins = [wins[j] + np.sum(best == j) for j in range(8)]
    return {"mean": mean, "sd": sd, "best": [count / sum(wins) for count in wins]}


def players_in_a_loop(data):
    """Pair by pair and player by player, in plain Python, with first and second moments."""
    counts = list(zip(data["hits"].tolist(), data["at_bats"].tolist(), strict=True))
    pairs = [(m, k) for m in data["mean"].tolist() for k in data["size"].tolist()]

    def log_p(m, k):
        def log_beta(a, b):
            return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

        return sum(log_beta(h + m * k, n - h + k - m * k) - log_beta(m * k, k - m * k) for h, n in counts)

    logs = [log_p(m, k) for m, k in pairs]
    p = [math.exp(one - max(logs)) for one in logs]
    first, second, mean = [0.0] * len(counts), [0.0] * len(counts), 0.0
    for (m, k), one in zip(pairs, p, strict=True):
        mean += one * m / sum(p)
        for j, (h, n) in enumerate(counts):
            a, c = h + m * k, n + k
            first[j] += one / sum(p) * a / c
            second[j] += one / sum(p) * a * (a + 1) / (c * (c + 1))
    return {"mean": mean, "average": first, "sd": [(s - f * f) ** 0.5 for f, s in zip(first, second, strict=True)]}


def players_by_scipy(data):
    """The Beta-Binomial and the Beta of SciPy, pairs along one axis."""
    m, k = (grid.reshape(-1, 1) for grid in np.meshgrid(data["mean"], data["size"]))
    p = np.exp(stats.betabinom.logpmf(data["hits"], data["at_bats"], m * k, k - m * k).sum(axis=1))
    post = stats.beta(data["hits"] + m * k, data["at_bats"] - data["hits"] + k - m * k)
    average = np.average(post.mean(), axis=0, weights=p)
    variance = np.average(post.var(), axis=0, weights=p) + np.average((post.mean() - average) ** 2, axis=0, weights=p)
    return {"mean": np.average(m[:, 0], weights=p), "average": average, "sd": variance**0.5}


def players_by_quadrature(data):
    """Each player's average integrated out by sums over 200 nodes of his likelihood times the Beta."""
    x, step = roots_legendre(200)
    x, step = (1 + x) / 2, step / 2
    a, b = a_and_b(data)
    prior = np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - betaln(a, b)) * step  # (M, S, X)
    h, n = data["hits"][:, None], data["at_bats"][:, None]
    likelihood = np.exp(h * np.log(x) + (n - h) * np.log1p(-x))
    moments = [np.einsum("msx,jx->msj", prior, likelihood * x**power) for power in range(3)]
    weight = np.prod(moments[0] / moments[0].max(axis=(0, 1)), axis=-1)
    weight /= weight.sum()
    first, second = (over_pairs(weight, moment / moments[0]) for moment in moments[1:])
    return {"mean": weight.sum(axis=1) @ data["mean"], "average": first, "sd": np.sqrt(second - first**2)}


# ---- What is right for ordinary inputs and wrong at an edge, for the tests ---------------------------------------------------


def mu_by_precision_of_tau(y, sigma, tau, classes):
    """A weight made of two precisions, one of which is infinite at tau = 0."""
    between = classes / tau[:, None] ** 2
    precision = (1 / sigma**2) * between / (1 / sigma**2 + between)
    return weighted(y, precision)


def mu_by_shrinkage(y, sigma, tau, classes):
    """Shrinkage weights divided by tau squared."""
    return weighted(y, tau[:, None] ** 2 / (tau[:, None] ** 2 / classes + sigma**2) / tau[:, None] ** 2)


def log_p_in_order(y, sigma, tau, mean, variance, classes):
    """Less the value at the smallest tau, and not at the first."""
    value = log_p_tau(y, sigma, tau, mean, variance, classes)
    return value - value[tau.argmin()]


def log_p_by_hyperbola(y, sigma, tau, mean, variance, classes):
    """The variances as tau squared times a factor, which nothing makes finite at tau = 0."""
    log_total = 2 * np.log(tau) - np.log(classes)[:, None] + np.log1p((sigma**2 * classes)[:, None] / tau**2)
    value = (np.log(variance) - np.sum(log_total + (y[:, None] - mean) ** 2 / np.exp(log_total), axis=0)) / 2
    return value - value[0]


def theta_by_precisions(y, sigma, tau, mean, variance, classes):
    """Precisions added up, of which that of the population is infinite at tau = 0."""
    precision = 1 / sigma**2 + classes / tau**2
    share = (classes / tau**2) / precision
    return (y / sigma**2 + mean * classes / tau**2) / precision, np.sqrt(1 / precision + share**2 * variance)


def theta_unless_zero(y, sigma, tau, mean, variance, classes):
    """Complete pooling at tau = 0, with no sd."""
    if tau == 0:
        return mean + 0 * y, 0 * y
    return theta_given_tau(y, sigma, tau, mean, variance, classes)


def averaged_by_plain_exponential(log_p, means, sds):
    """Exponentials that overflow."""
    return weighted_by(np.exp(log_p) / np.exp(log_p).sum(), means, sds)


def averaged_from_the_first(log_p, means, sds):
    """Exponentials from the first value, which overflow too."""
    weight = np.exp(log_p - log_p[0])
    return weighted_by(weight / weight.sum(), means, sds)


ALTERNATIVES = {
    "mu_given_tau": [mu_in_a_loop, mu_by_average, mu_school_by_school, mu_class_by_class],
    "log_p_tau": [log_p_in_a_loop, log_p_as_one_normal, log_p_by_products, log_p_without_mean],
    "theta_given_tau": [theta_in_a_loop, theta_as_a_step, theta_over_one_denominator],
    "averaged": [averaged_in_a_loop, averaged_at_once, averaged_by_average],
    "study": [study_by_draws, study_in_steps],
    "players": [players_in_a_loop, players_by_scipy, players_by_quadrature],
}
HALF_RIGHT = {
    "mu_given_tau": [mu_by_precision_of_tau, mu_by_shrinkage],
    "log_p_tau": [log_p_in_order, log_p_by_hyperbola],
    "theta_given_tau": [theta_by_precisions, theta_unless_zero],
    "averaged": [averaged_by_plain_exponential, averaged_from_the_first],
}
DATA = {"study": draw_study, "season": draw_season}
QUESTIONS = [MU_GIVEN_TAU, LOG_P_TAU, THETA_GIVEN_TAU, AVERAGED, STUDY, PLAYERS, PRINTED]
