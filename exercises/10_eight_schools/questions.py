"""Homework 10, Eight schools: the exact posterior in code of one's own, and what only joint draws can answer."""

import numpy as np
from scipy import stats
from scipy.special import ndtr, roots_legendre, softmax

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts

SCHOOLS = np.array([28.0, 8, -3, 7, -1, 1, 18, 12]), np.array([15.0, 10, 16, 11, 9, 11, 10, 18])
STARS = np.array([-0.31, -0.12, 0.05, -0.22, -0.18]), np.array([0.15, 0.04, 0.09, 0.05, 0.3])
FAR_APART = np.array([-9000.0, 12000, 3000, -4000, 15000, 1000]), np.array([10.0, 14, 20, 8, 12, 11])
SINGLE = Tolerance(rel=1e-4, abs=1e-4)  # single precision will do, for numbers of order one


def draw_schools(rng):
    """Draw measurements and errors of some schools, for private probes."""
    size = rng.integers(3, 12)
    sigma = rng.uniform(3, 20, size)
    return rng.normal(rng.normal(0, 10), np.hypot(sigma, rng.uniform(0, 20))), sigma


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


MU_GIVEN_TAU = Function(
    "mu_given_tau",
    3,
    reference=mu_given_tau,
    probes=[
        (*SCHOOLS, np.array([0.0, 5, 15])),
        (*STARS, np.array([0.1])),
        (np.array([3.0, 1.0]), np.array([0.5, 2.0]), np.array([0.5, 1.0, 300.0])),
    ],
    private=draw_taus,
    tolerance=Tolerance(rel=1e-4, abs=1e-6),
    misconceptions=[
        Misconception(
            "the weights are those of complete pooling",
            lambda y, sigma, tau: weighted(y, 1 / (sigma**2 + 0 * tau[:, None])),
            "At large τ even a perfect measurement of one school says little about the mean of all. What is the variance of "
            "y about μ?",
        ),
        Misconception(
            "all schools count the same",
            lambda y, sigma, tau: (0 * tau + np.mean(y), (np.mean(sigma**2) + tau**2) / len(y)),
            "That is right for very large τ, and for equal errors. What should a school with a small error count at τ = 0?",
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
            "the standard deviation is given in place of the variance",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], np.sqrt(mu_given_tau(y, sigma, tau)[1])),
            "Check the unit of the second result: a variance is in points².",
        ),
        Misconception(
            "τ² is added to the variance of the pooled mean",
            lambda y, sigma, tau: (mu_given_tau(y, sigma, tau)[0], 1 / np.sum(1 / sigma**2) + tau**2),
            "That would be how far one new school may lie from the pooled mean. With a thousand schools, how well is μ known?",
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


def log_p_tau(y, sigma, tau):
    """ln p(tau | y) - ln p(1 | y), flat in mu and tau."""
    return log_integral(y, sigma, tau) - log_integral(y, sigma, np.ones(1))


def log_integral(y, sigma, tau):
    """Return ln of the integral of p(y | mu, tau) over mu, up to a constant."""
    mean, variance = mu_given_tau(y, sigma, tau)
    total = sigma**2 + tau[:, None] ** 2
    chi2 = np.sum((y - mean[:, None]) ** 2 / total, axis=1)
    return (np.log(variance) - np.log(total).sum(axis=1) - chi2) / 2


def summed(y, sigma, tau, *, mean=None, of_variance=0.5, of_total=0.5):
    """Return log_p_tau with something done otherwise."""

    def value(tau):
        best, variance = mu_given_tau(y, sigma, tau)
        total = sigma**2 + tau[:, None] ** 2
        chi2 = np.sum((y - (best if mean is None else 0 * best + mean)[:, None]) ** 2 / total, axis=1)
        return of_variance * np.log(variance) - of_total * np.log(total).sum(axis=1) - chi2 / 2

    return value(tau) - value(np.ones(1))


LOG_P_TAU = Function(
    "log_p_tau",
    4,
    reference=log_p_tau,
    probes=[
        (*SCHOOLS, np.array([0.0, 1, 5, 15, 30])),
        (*STARS, np.array([0.05, 0.5, 2.0])),
        (np.array([1.0, 9.0, 4.0]), np.array([0.5, 2.0, 1.0]), np.array([0.3, 4.0, 60.0])),
    ],
    private=draw_taus,
    tolerance=SINGLE,
    misconceptions=[
        Misconception(
            "μ is set to its best value and not integrated out",
            lambda y, sigma, tau: summed(y, sigma, tau, of_variance=0),
            "At larger τ more values of μ agree with the data, and each of them counts. Which factor does an integral over a "
            "Gaussian leave behind?",
        ),
        Misconception(
            "the integral over μ leaves its variance behind, and not the root of it",
            lambda y, sigma, tau: summed(y, sigma, tau, of_variance=1),
            "The area of exp(-x²/2V) has the unit of x. Which power of V has that?",
        ),
        Misconception(
            "the integral over μ is divided by",
            lambda y, sigma, tau: summed(y, sigma, tau, of_variance=-0.5),
            "The wider the Gaussian in μ, the larger its area. Should V make p(τ | y) larger or smaller?",
        ),
        Misconception(
            "each measurement is normalized by its variance, and not by the root of it",
            lambda y, sigma, tau: summed(y, sigma, tau, of_total=1),
            "Write down the density of one Normal. What stands before its exponential?",
        ),
        Misconception(
            "the Normal densities are not normalized",
            lambda y, sigma, tau: summed(y, sigma, tau, of_total=0),
            "What stands before the exponential of N(y | μ, σ² + τ²) depends on τ. Without it the largest τ always fits best.",
        ),
        Misconception(
            "the mean of complete pooling is used at every τ",
            lambda y, sigma, tau: summed(y, sigma, tau, mean=mu_given_tau(y, sigma, np.zeros(1))[0]),
            "The best μ moves as τ grows. Your first function knows where it is.",
        ),
        Misconception(
            "the prior is flat in ln τ",
            lambda y, sigma, tau: log_p_tau(y, sigma, tau) - np.log(tau),
            "This grows without bound at τ = 0, and has no normalized posterior. The prior here is flat in τ itself.",
        ),
        Misconception(
            "the logarithm has base 10",
            lambda y, sigma, tau: log_p_tau(y, sigma, tau) / np.log(10),
            "`np.log` is the natural logarithm.",
        ),
        Misconception(
            "nothing is subtracted, or a constant more than the value at τ = 1",
            lambda y, sigma, tau: log_integral(y, sigma, tau),
            "What should your function give at τ = 1, whatever the data?",
        ),
        Misconception(
            "the density itself is given",
            lambda y, sigma, tau: np.exp(log_p_tau(y, sigma, tau)),
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


def theta_given_tau(y, sigma, tau):
    """Mean and sd of theta_j at one tau, mu integrated out."""
    (mu,), (variance,) = mu_given_tau(y, sigma, np.array([tau]))
    w = tau**2 / (tau**2 + sigma**2)
    return w * y + (1 - w) * mu, np.sqrt(w * sigma**2 + (1 - w) ** 2 * variance)


def draw_one_tau(rng):
    """Some schools and one tau, now and then zero."""
    return (*draw_schools(rng), float(rng.choice([0.0, rng.uniform(0.5, 40)], p=[0.1, 0.9])))


def sd_with(y, sigma, tau, variance):
    """Return the right means, with the sds that a function of w, sigma and V gives."""
    w = tau**2 / (tau**2 + sigma**2)
    (v,) = mu_given_tau(y, sigma, np.array([tau]))[1]
    return theta_given_tau(y, sigma, tau)[0], np.sqrt(variance(w, sigma, v))


def around_pooled(y, sigma, tau):
    """Return the answer about the mean of complete pooling and its variance."""
    w = tau**2 / (tau**2 + sigma**2)
    (mu,), (v,) = mu_given_tau(y, sigma, np.zeros(1))
    return w * y + (1 - w) * mu, np.sqrt(w * sigma**2 + (1 - w) ** 2 * v)


def exchanged(y, sigma, tau):
    """Return the answer with the weights of measurement and population exchanged."""
    w = sigma**2 / (tau**2 + sigma**2)
    (mu,) = mu_given_tau(y, sigma, np.array([tau]))[0]
    return w * y + (1 - w) * mu, theta_given_tau(y, sigma, tau)[1]


THETA_GIVEN_TAU = Function(
    "theta_given_tau",
    3,
    reference=theta_given_tau,
    probes=[(*SCHOOLS, 6.0), (*STARS, 0.08), (np.array([3.0, 1.0, 5.0]), np.array([0.5, 2.0, 1.0]), 0.0), (*SCHOOLS, 25.0)],
    private=draw_one_tau,
    tolerance=Tolerance(rel=1e-4, abs=1e-6),
    misconceptions=[
        Misconception(
            "μ is taken as known for the sd",
            lambda y, sigma, tau: sd_with(y, sigma, tau, lambda w, s, v: w * s**2),
            "At τ = 0 all schools are equal to μ. Is their effect then known without any error?",
        ),
        Misconception(
            "all of the variance of μ is added to every school",
            lambda y, sigma, tau: sd_with(y, sigma, tau, lambda w, s, v: w * s**2 + v),
            "If μ moves by one point, by how much does the estimate of a school with the weight w move?",
        ),
        Misconception(
            "the share of μ is not squared",
            lambda y, sigma, tau: sd_with(y, sigma, tau, lambda w, s, v: w * s**2 + (1 - w) * v),
            "The mean moves with (1 - w) μ. What is the variance of a number times μ?",
        ),
        Misconception(
            "the estimates are shrunk toward the mean of complete pooling at every τ",
            around_pooled,
            "The mean of the population depends on τ, and so does its variance. Your first function has both.",
        ),
        Misconception(
            "the weights of measurement and population are exchanged",
            exchanged,
            "At τ = 0 every school has to have the same mean.",
        ),
        Misconception(
            "the variance is given in place of the sd",
            lambda y, sigma, tau: (theta_given_tau(y, sigma, tau)[0], theta_given_tau(y, sigma, tau)[1] ** 2),
            "Check the unit of the second result: it should be that of y.",
        ),
        Misconception(
            "standard deviations are added where variances add",
            lambda y, sigma, tau: sd_with(y, sigma, tau, lambda w, s, v: (np.sqrt(w) * s + (1 - w) * np.sqrt(v)) ** 2),
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


def averaged(y, sigma, tau):
    """Posterior mean and sd of theta_j, averaged over a grid of tau."""
    weight = softmax(log_integral(y, sigma, tau))  # the exponentials over their sum, without overflow
    means, sds = np.array([theta_given_tau(y, sigma, t) for t in tau]).swapaxes(0, 1)
    mean = weight @ means
    return mean, np.sqrt(weight @ (sds**2 + (means - mean) ** 2))


def draw_grid(rng):
    """Some schools and a grid of tau."""
    y, sigma = draw_schools(rng)
    return (y, sigma, np.linspace(0, rng.uniform(20, 80), rng.integers(20, 60)))


def parts(y, sigma, tau):
    """Return the weights of the grid, (G,), and the conditional means and sds, (G, J)."""
    weight = softmax(log_p_tau(y, sigma, tau))
    return weight, *np.array([theta_given_tau(y, sigma, t) for t in tau]).swapaxes(0, 1)


def all_alike(y, sigma, tau):
    """Return the average over the grid without weights."""
    _, means, sds = parts(y, sigma, tau)
    return means.mean(axis=0), np.sqrt((sds**2 + (means - means.mean(axis=0)) ** 2).mean(axis=0))


def at_its_mean(y, sigma, tau):
    """Return the answer at the posterior mean of tau."""
    return theta_given_tau(y, sigma, parts(y, sigma, tau)[0] @ tau)


def sd_of(y, sigma, tau, variance):
    """Return the right means, with the sds that a function of the parts gives."""
    return averaged(y, sigma, tau)[0], np.sqrt(variance(*parts(y, sigma, tau)))


AVERAGED = Function(
    "averaged",
    3,
    reference=averaged,
    probes=[(*SCHOOLS, np.linspace(0, 60, 61)), (*STARS, np.linspace(0, 1, 41)), (*FAR_APART, np.linspace(0, 40_000, 41))],
    private=draw_grid,
    private_count=8,
    tolerance=Tolerance(rel=1e-4, abs=1e-5),
    misconceptions=[
        Misconception(
            "τ is set to its posterior mean",
            at_its_mean,
            "One value of τ stands here for all. The conditional mean is no straight line in τ, and τ = 0 has a say too.",
        ),
        Misconception(
            "τ is set to the most probable value of the grid",
            lambda y, sigma, tau: theta_given_tau(y, sigma, tau[np.argmax(log_p_tau(y, sigma, tau))]),
            "For the eight schools this is complete pooling. How much of the posterior lies at other values of τ?",
        ),
        Misconception(
            "every τ of the grid counts the same",
            all_alike,
            "The answer should not change when the grid is extended to a τ of a thousand points. What do the data say about "
            "such a τ?",
        ),
        Misconception(
            "the sd is the scatter of the conditional means alone",
            lambda y, sigma, tau: sd_of(y, sigma, tau, lambda weight, means, sds: weight @ (means - weight @ means) ** 2),
            "The conditional mean of a school is not the school. How far may the school lie from it?",
        ),
        Misconception(
            "the sd is the root of the averaged variance alone",
            lambda y, sigma, tau: sd_of(y, sigma, tau, lambda weight, means, sds: weight @ sds**2),
            "The conditional mean moves with τ, and τ is not known. Your sd leaves that out.",
        ),
        Misconception(
            "the conditional sds are averaged",
            lambda y, sigma, tau: sd_of(y, sigma, tau, lambda weight, means, sds: (weight @ sds) ** 2),
            "Averages of squares make a variance. What else moves from one τ to the next, beside the sd?",
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
    """Draws of schools with means and sds of their own."""
    size = rng.integers(3, 9)
    return (rng.normal(rng.normal(0, 1, size), rng.uniform(0.5, 2, size), (rng.integers(20, 80), size)),)


def by_pairs(theta):
    """Return the product over the other schools of the probability to beat each."""
    beats = (theta[:, :, None] > theta[:, None, :]).mean(axis=0)
    np.fill_diagonal(beats, 1)
    return beats.prod(axis=1)


def against_means(theta):
    """Return the probability to lie above the mean of every other school."""
    means = theta.mean(axis=0)
    return np.array([np.mean(theta[:, j] > np.delete(means, j).max()) for j in range(theta.shape[1])])


SHARED = np.random.default_rng(10).normal(size=(40, 1))  # what the schools of a row have in common
P_BEST = Function(
    "p_best",
    2,
    reference=p_best,
    probes=[
        (np.array([[5.0, 3.0, 1.0], [2.0, 6.0, 9.0], [4.0, 3.5, 2.0], [-7.0, -1.0, -2.0], [1.0, 0.5, 0.2]]),),
        ((np.random.default_rng(11).normal([11, 8, 6, 7.5], [8, 6, 8, 5], (40, 4)) + 5 * SHARED).round(2),),
        (np.random.default_rng(12).normal([0.2, 0, -0.1], [1, 0.3, 2], (25, 3)).round(3),),
    ],
    private=draw_thetas,
    tolerance=Tolerance(rel=1e-6, abs=1e-9),
    misconceptions=[
        Misconception(
            "only the school with the largest posterior mean is given a chance",
            lambda theta: np.eye(theta.shape[1])[theta.mean(axis=0).argmax()],
            "How sure are you of that? Ask each row of draws which school is the best in it.",
        ),
        Misconception(
            "the probabilities to beat each other school are multiplied",
            by_pairs,
            "These events are not independent: when A beats B, A is probably large, and beats C as well.",
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
            "the wins are counted and not divided",
            lambda theta: p_best(theta) * len(theta),
            "A probability is a share. Of how many rows?",
        ),
        Misconception(
            "the school with the smallest effect wins", lambda theta: p_best(-theta), "Here a larger effect is a better one."
        ),
    ],
    solution=r"""
Every row is one possible state of all schools. In each row one of them is the best; the share of rows in which it is school $j$
estimates the probability. Nothing but joint draws can answer this: the schools of a row share its $\mu$ and $\tau$.
""",
)

# ---- 6. Eight schools of one's own ------------------------------------------------------------------------------------------

# A share p of n independent draws has the standard error sqrt(p (1 - p) / n), a mean sd / sqrt(n), and an sd up to sd / sqrt(n)
# for tails as heavy as these. Five such errors at n = 50,000, half as many draws as the notebook asks for; and a little for a
# grid of tau that is not fine.
MONTE_CARLO, COARSE = 5 / np.sqrt(50_000), 0.001
TYPICAL_TAU = 10.0  # points
TAU_NODES = roots_legendre(28)[0]  # of (tau - 10) / (tau + 10), from -1 to 1
TAU_WEIGHTS = roots_legendre(28)[1]
MU_LEVELS = (np.arange(5) + 0.5) / 5  # of probability
LEVELS = (1 + roots_legendre(20)[0]) / 2
SHARES = roots_legendre(20)[1] / 2


def draw_study(rng):
    """Eight schools where the largest measurement, a noisy one, is clearly not the best bet, and no two answers are alike."""
    for _ in attempts("draw_study"):
        scale = rng.uniform(0.5, 2.0)
        sigma = scale * rng.permutation([6.0, 8, 9, 10, 12, 15, 18, 22])
        y = rng.normal(rng.uniform(-20, 40), np.hypot(sigma, 12 * scale))
        if sigma[y.argmax()] < 15 * scale:
            continue
        data = {"y": y.round(1), "sigma": sigma.round(1)}
        right = study(data)
        bounds = monte_carlo_error(data, right).abs
        if right["best"].max() - right["best"][y.argmax()] < 0.05:
            continue
        if all(apart(right, wrong(data), bounds) for wrong in (unpooled, at_mean_tau)):
            return data


def apart(right, wrong, bounds):
    """Whether some part of two answers differs by more than two tolerances."""
    return any(np.any(np.abs(right[name] - wrong[name]) > 2 * bounds[name]) for name in right)


def study(data):
    """Posterior mean and sd of each school, and its probability to be the best."""
    tau, weight = tau_nodes(data)
    mean, sd = mixed(data, tau, weight)
    best = chances(data, tau, weight, *mu_given_tau(data["y"], data["sigma"], tau))
    return {"mean": mean, "sd": sd, "best": best}


def tau_nodes(data):
    """Return nodes of tau from 0 to infinity, and their shares of the posterior under flat priors."""
    tau = TYPICAL_TAU * (1 + TAU_NODES) / (1 - TAU_NODES)
    share = TAU_WEIGHTS / (1 - TAU_NODES) ** 2 * np.exp(log_integral(data["y"], data["sigma"], tau))
    return tau, share / share.sum()


def mixed(data, tau, weight):
    """Return mean and sd of each school, averaged over tau."""
    means, sds = np.array([theta_given_tau(data["y"], data["sigma"], t) for t in tau]).swapaxes(0, 1)
    mean = weight @ means
    return mean, np.sqrt(weight @ (sds**2 + (means - mean) ** 2))


def chances(data, tau, weight, mu_mean, mu_variance):
    """Return the probability of each school to be the best. Given mu and tau the schools are independent Normals."""
    mu = stats.norm.ppf(MU_LEVELS, mu_mean[:, None], np.sqrt(mu_variance)[:, None])[..., None]  # (tau, mu, school)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + data["sigma"] ** 2))[:, None]
    mean, sd = mu + w * (data["y"] - mu), np.broadcast_to(np.sqrt(w) * data["sigma"], (*mu.shape[:2], data["y"].size))
    # Where a school has a share u of its probability below itself: the probability that all schools are below that value, of
    # which u is its own part.
    value = stats.norm.ppf(LEVELS, mean[..., None], sd[..., None])
    below = ndtr((value[..., None] - mean[:, :, None, None]) / sd[:, :, None, None])
    return weight @ np.mean(below.prod(axis=-1) / LEVELS @ SHARES, axis=1)


def monte_carlo_error(data, answer):
    """Return the tolerance of an answer that comes from draws."""
    best = np.sqrt(answer["best"] * (1 - answer["best"]))
    sd = MONTE_CARLO * answer["sd"]
    return Tolerance(rel=0, abs={"mean": sd, "sd": sd, "best": MONTE_CARLO * best + COARSE})


def unpooled(data):
    """Return the answer of eight separate analyses."""
    return {"mean": data["y"], "sd": data["sigma"], "best": chances(data, np.array([1e6]), np.ones(1), np.zeros(1), np.ones(1))}


def at_mean_tau(data):
    """Return the answer at the posterior mean of tau."""
    tau, weight = tau_nodes(data)
    tau = np.array([weight @ tau])
    mean, sd = mixed(data, tau, np.ones(1))
    best = chances(data, tau, np.ones(1), *mu_given_tau(data["y"], data["sigma"], tau))
    return {"mean": mean, "sd": sd, "best": best}


def of_means(data):
    """Return the sd of each school's conditional mean, given mu and tau, and the share in which it is the largest."""
    y, sigma = data["y"], data["sigma"]
    tau, weight = tau_nodes(data)
    mu, variance = mu_given_tau(y, sigma, tau)
    mu = mu[:, None] + np.sqrt(variance)[:, None] * stats.norm.ppf((np.arange(400) + 0.5) / 400)
    w = (tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2))[:, None]
    given = w * y + (1 - w) * mu[..., None]
    mean = weight @ given.mean(axis=1)
    sd = np.sqrt(weight @ np.mean((given - mean) ** 2, axis=1))
    winner = given.argmax(axis=-1)
    return {"mean": mean, "sd": sd, "best": np.array([weight @ np.mean(winner == j, axis=1) for j in range(y.size)])}


def by_the_lecture(data):
    """Return the answer under the priors of the metallicities: mu ~ N(0, 1), tau ~ HalfNormal(0.5)."""
    # The prior on mu is one more measurement, in which tau has no part.
    y, sigma = np.r_[data["y"], 0], data["sigma"]
    tau = np.linspace(0.01, 2.5, 60)
    precision = np.column_stack([1 / (sigma**2 + tau[:, None] ** 2), np.ones(60)])
    total = precision.sum(axis=1)
    mu = precision @ y / total
    chi2 = np.sum(precision * (y - mu[:, None]) ** 2, axis=1)
    weight = softmax((np.log(precision).sum(axis=1) - np.log(total) - chi2) / 2 - 2 * tau**2)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
    given = w * data["y"] + (1 - w) * mu[:, None]
    mean = weight @ given
    sd = np.sqrt(weight @ (w * sigma**2 + (1 - w) ** 2 / total[:, None] + (given - mean) ** 2))
    return {"mean": mean, "sd": sd, "best": chances(data, tau, weight, mu, 1 / total)}


def for_certain(data, j):
    """Return the answer with no doubt which school is the best."""
    mean, sd = mixed(data, *tau_nodes(data))
    return {"mean": mean, "sd": sd, "best": np.eye(8)[mean.argmax() if j is None else j]}


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
            "μ and τ keep the priors of the metallicities",
            by_the_lecture,
            "N(0, 1) and HalfNormal(0.5) were made for dex. What do they claim about courses, in points?",
        ),
        Misconception(
            "the conditional means are taken for draws of the schools",
            of_means,
            "For each (μ, τ) you have a mean of each school, and the school lies about it. One more line draws it.",
        ),
        Misconception(
            "τ is set to its posterior mean",
            at_mean_tau,
            "One value of τ stands here for all. In some of the draws the schools should be nearly alike, in others far apart.",
        ),
        Misconception(
            "the school with the largest mean is called the best for certain",
            lambda data: for_certain(data, None),
            "It is one bet of eight. In how many of the draws is it won?",
        ),
        Misconception(
            "the largest measurement is called the best for certain",
            lambda data: for_certain(data, data["y"].argmax()),
            "The largest of eight noisy numbers is probably too large. In how many of the draws is this school the best?",
        ),
    ],
    solution=r"""
Draw $\tau$ from the grid, then $\mu$ given $\tau$, then all $\theta_j$ given both, row by row:

```python
y, sigma = data["y"], data["sigma"]
rng = np.random.default_rng(6)
grid = np.linspace(0, 100, 2001)
p = np.exp(log_p_tau(y, sigma, grid))
tau = rng.choice(grid, 100_000, p=p / p.sum())
mu_hat, variance = mu_given_tau(y, sigma, tau)
mu = rng.normal(mu_hat, np.sqrt(variance))
w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
theta = rng.normal(w * y + (1 - w) * mu[:, None], np.sqrt(w) * sigma)
study = {"mean": theta.mean(axis=0), "sd": theta.std(axis=0), "best": p_best(theta)}
```

The best bet is not the school with the largest measurement, which is a noisy one. It need not be the school with the largest
posterior mean either: being the best rewards an error that is large. Which to fund depends on the loss, on the points that you
gain on average or on a prize for the winner.

The reference below needs no draws. Given $\mu$ and $\tau$ the schools are independent, so that each probability is an integral
over one school, and the rest is quadrature.
""",
)

# ---- 7. Numbers beside a code -----------------------------------------------------------------------------------------------

PRINTED = Choice(
    "printed",
    2,
    options={
        "a": "The chain has not converged. Run it longer, and the printed numbers will come.",
        "b": "The chain shows the posterior of the code's model, and the printed numbers are those of another prior.",
        "c": "The schools do not differ. Your chain has found that, and the text overlooked it.",
        "d": "The walkers sit in the neck of the funnel. Non-centered coordinates will set them free.",
    },
    answer="b",
    reasons={
        "i": "All eight schools together know μ to about 4 points only. Against a prior of 0 ± 1 they have little to say.",
        "ii": "A prior with a mean of zero is neutral, so it cannot be what moves μ.",
        "iii": "When a result looks odd, it is the sampling that should be doubted first.",
        "iv": "A test of equal effects does not reject them, so τ must be close to zero.",
    },
    reason="i",
    misconceptions=[
        Misconception(
            "an odd result is put down to the length of the chain",
            "a",
            "Compare with a calculation that has no chain in it: `exact.posterior` with the same priors. What does it give?",
        ),
        Misconception(
            "a prior is taken for a finding",
            "c",
            "Change nothing but the two priors, and look at τ again. Who spoke in the first fit, the schools or the prior?",
        ),
        Misconception(
            "a funnel is seen where there are two dimensions only",
            "d",
            "The chain samples μ and τ, with the schools integrated out. Which direction would close to a needle?",
        ),
        Misconception(
            "zero is taken for neutral",
            "ii",
            "In which unit is it ± 1? Weigh it against the pooled mean of the schools and its error, on one line.",
        ),
        Misconception(
            "convergence is taken for the only thing that can go wrong",
            "iii",
            "The chain is 60 autocorrelation times long. Which question does that answer, and which does it not?",
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


def log_p_in_a_loop(y, sigma, tau):
    """With SciPy's densities at the best mu, and the area of the Gaussian in mu; a list."""

    def value(t):
        (mean,), (variance,) = mu_in_a_loop(y, sigma, [t])
        at_best = stats.norm.logpdf(y, mean, np.hypot(sigma, t)).sum()
        return at_best + np.log(2 * np.pi * variance) / 2

    return [value(t) - value(1.0) for t in tau]


def log_p_as_one_normal(y, sigma, tau):
    """All schools as one Normal in J dimensions, with a very wide prior on mu."""
    wide = 1e4 * (np.ptp(y) + sigma.max())

    def value(t):
        covariance = np.diag(sigma**2 + t**2) + wide**2
        return -(np.linalg.slogdet(covariance)[1] + (y - y.mean()) @ np.linalg.solve(covariance, y - y.mean())) / 2

    return np.array([value(t) for t in tau]) - value(1.0)


def theta_in_a_loop(y, sigma, tau):
    """Every school in turn; two lists."""
    (mu,), (variance,) = mu_in_a_loop(y, sigma, [tau])
    means, sds = [], []
    for value, s in zip(y, sigma, strict=True):
        share = s**2 / (s**2 + tau**2)
        means.append(value - share * (value - mu))
        sds.append((s**2 * (1 - share) + share**2 * variance) ** 0.5)
    return means, sds


def theta_as_a_step(y, sigma, tau):
    """A step from the mean of the population, in single precision; one array of two rows."""
    mu, variance = (part[0] for part in mu_by_average(y, sigma, [tau]))
    shrinkage = np.square(np.float32(sigma)) / (np.square(np.float32(sigma)) + np.float32(tau) ** 2)
    sd = np.hypot(np.sqrt(1 - shrinkage) * np.float32(sigma), shrinkage * np.sqrt(variance))
    return np.array([y + shrinkage * (mu - y), sd], np.float32)


def averaged_in_a_loop(y, sigma, tau):
    """First and second moments, summed one tau at a time; two lists."""
    logs = log_p_in_a_loop(y, sigma, tau)
    p = [np.exp(one - max(logs)) for one in logs]
    first, second = np.zeros(len(y)), np.zeros(len(y))
    for t, one in zip(tau, p, strict=True):
        mean, sd = map(np.array, theta_in_a_loop(y, sigma, t))
        first += one * mean / sum(p)
        second += one * (mean**2 + sd**2) / sum(p)
    return list(first), list(np.sqrt(second - first**2))


def averaged_at_once(y, sigma, tau):
    """No loop over tau; one array of two rows."""
    mu, variance = mu_given_tau(y, sigma, tau)
    w = tau[:, None] ** 2 / (tau[:, None] ** 2 + sigma**2)
    log_p = log_p_tau(y, sigma, tau)[:, None]
    weight = np.exp(log_p - log_p.max())
    weight /= weight.sum()
    means = w * y + (1 - w) * mu[:, None]
    mean = np.sum(weight * means, axis=0)
    spread = w * sigma**2 + (1 - w) ** 2 * variance[:, None] + (means - mean) ** 2
    return np.stack([mean, np.sqrt(np.sum(weight * spread, axis=0))])


def p_best_in_a_loop(theta):
    """Row by row in plain Python; a list."""
    wins = [0] * len(theta[0])
    for row in theta.tolist():
        wins[row.index(max(row))] += 1
    return [count / len(theta) for count in wins]


def p_best_by_comparison(theta):
    """Where a school equals the row's maximum, in single precision."""
    return (theta == theta.max(axis=1, keepdims=True)).mean(axis=0)


ALTERNATIVES = {
    "mu_given_tau": [mu_in_a_loop, mu_by_average],
    "log_p_tau": [log_p_in_a_loop, log_p_as_one_normal],
    "theta_given_tau": [theta_in_a_loop, theta_as_a_step],
    "averaged": [averaged_in_a_loop, averaged_at_once],
    "p_best": [p_best_in_a_loop, p_best_by_comparison],
}
DATA = {"study": draw_study}
QUESTIONS = [MU_GIVEN_TAU, LOG_P_TAU, THETA_GIVEN_TAU, AVERAGED, P_BEST, STUDY, PRINTED]
