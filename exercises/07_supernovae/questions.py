"""Homework 7, Supernovae: the real ones, the noise subtracted with weights, a soft limit, truncation, and what remains."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.special import log_ndtr, ndtr, ndtri

from grader.author.questions import Choice, Function, Misconception, Tolerance, Value, attempts
from lecturekit import Measurements, NormalHierarchy, datasets, exact, selection

# ---- The data, one variant for each student -------------------------------------------------------------------------------

SAMPLE = datasets.csp_supernovae()
ODD = SAMPLE.labels.index("SN 2007hx")


def draw_supernovae(rng):
    """Eighteen of the 27 supernovae, always with the faint one, and a Hubble constant away from 70 km/s/Mpc."""
    constant = round(70 + rng.choice([-1, 1]) * rng.uniform(3, 10), 1)
    others = np.setdiff1d(np.arange(len(SAMPLE)), [ODD])
    return {"chosen": np.sort(np.append(rng.choice(others, 17, replace=False), ODD)), "H0": constant}


# ---- 1. The supernovae ----------------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(-19.3, 0.5), tau_prior=stats.halfnorm(scale=0.3))
LEVELS = np.array([0.025, 0.5, 0.975])


def magnitudes(data):
    """Absolute magnitudes of the chosen supernovae for the H0 of the data: every distance modulus shifts alike."""
    return SAMPLE.y[data["chosen"]] + 5 * np.log10(data["H0"] / 70)


def supernovae(data):
    """What the chosen supernovae say about their population."""
    return summary(fit(data), magnitudes(data))


def fit(data):
    """The exact posterior of the chosen supernovae."""
    return posterior_of(tuple(magnitudes(data)), tuple(SAMPLE.sigma[data["chosen"]]))


@cache
def posterior_of(y, sigma):
    """The exact posterior, once for each data set."""
    return exact.posterior(MODEL, Measurements(y=y, sigma=sigma))


def summary(posterior, y):
    """Naive scatter, mean and sd of <M>, and three quantiles of sigma_int."""
    return {
        "naive": np.std(y, ddof=1),
        "M": posterior.mean("mu"),
        "M_sd": posterior.sd("mu"),
        "sigma_int": posterior.quantile("tau", LEVELS),
    }


def monte_carlo_error(data, answer):
    """Return five standard errors of the answer from 4,000 independent draws, as many as a short chain is worth.

    A mean has the standard error sd / sqrt(n), an sd at most the same, for tails as heavy as these. The q-quantile has
    sqrt(q (1 - q) / n) / p, where p is the density there.
    """
    of_mean = 5 * answer["M_sd"] / np.sqrt(4000)
    of_quantiles = 5 * np.sqrt(LEVELS * (1 - LEVELS) / 4000) / fit(data).pdf("tau", answer["sigma_int"])
    return Tolerance(rel=0, abs={"naive": 1e-6, "M": of_mean, "M_sd": of_mean, "sigma_int": of_quantiles})


def fitted(data, *, H0=None, sigma=None, chosen=None):
    """Return the answer with one thing done otherwise."""
    data = data | {"H0": H0 or data["H0"], "chosen": data["chosen"] if chosen is None else chosen}
    errors = SAMPLE.sigma[data["chosen"]] if sigma is None else np.full(len(data["chosen"]), sigma)
    y = magnitudes(data)
    return summary(posterior_of(tuple(y), tuple(errors)), y)


def pooled_sd(data):
    """Return the sd of <M> if there were no intrinsic scatter."""
    return np.sum(SAMPLE.sigma[data["chosen"]] ** -2.0) ** -0.5


SUPERNOVAE = Value(
    "supernovae",
    3,
    data="supernovae",
    reference=supernovae,
    tolerance=monte_carlo_error,
    misconceptions=[
        Misconception(
            "the distances are those for H₀ = 70",
            lambda data: fitted(data, H0=70),
            "Look at what your answer would be for the H₀ that you were given: which of its numbers move, and which do not?",
        ),
        Misconception(
            "the magnitudes are corrected for H₀ in the wrong direction",
            lambda data: fitted(data, H0=70**2 / data["H0"]),
            "A larger H₀ brings every supernova nearer. It was seen with the same apparent magnitude: is it then more "
            "luminous, or less?",
        ),
        Misconception(
            "all 27 supernovae are fitted",
            lambda data: fitted(data, chosen=np.arange(len(SAMPLE))),
            'Only those with an index in `mine["chosen"]` are yours.',
        ),
        Misconception(
            "the errors are left out of the model",
            lambda data: fitted(data, sigma=1e-3),
            "All of the scatter is then taken for the supernovae's own. Which part of it would be there for identical ones?",
        ),
        Misconception(
            "SN 2007hx is thrown out",
            lambda data: fitted(data, chosen=data["chosen"][data["chosen"] != ODD]),
            "It is far from the rest, and the release keeps it. The chapter says what one may ask because of it.",
        ),
        Misconception(
            "the spread of the supernovae is given for the sd of ⟨M⟩",
            lambda data: supernovae(data) | {"M_sd": fit(data).mean("tau")},
            "How far one supernova lies from the mean, and how well the mean is known, are two things. Which of them shrinks "
            "with the number of supernovae?",
        ),
        Misconception(
            "the sd of ⟨M⟩ is that of complete pooling",
            lambda data: supernovae(data) | {"M_sd": pooled_sd(data)},
            "Eighteen perfectly measured supernovae would not show their population's mean perfectly. What else scatters?",
        ),
        Misconception(
            "the variance is given in place of σ_int",
            lambda data: supernovae(data) | {"sigma_int": supernovae(data)["sigma_int"] ** 2},
            "Check the unit: σ_int is in mag.",
        ),
    ],
    solution=r"""
With $y_j = m_j - \mu_\mathrm{dist}(z_j)$ the model is that of the open cluster, so its exact posterior is at hand:

```python
sne = datasets.csp_supernovae(H0=mine["H0"])
y, sigma = sne.y[mine["chosen"]], sne.sigma[mine["chosen"]]
post = exact.posterior(model, Measurements(y, sigma))
supernovae = {
    "naive": y.std(ddof=1),
    "M": post.mean("mu"),
    "M_sd": post.sd("mu"),
    "sigma_int": post.quantile("tau", [0.025, 0.5, 0.975]),
}
```

The reference takes the 27 magnitudes for $H_0 = 70$ and shifts them by $5 \log_{10}(H_0 / 70)$. That is the degeneracy of
the chapter: $\langle M \rangle$ moves with $H_0$ by exactly so much, and $\sigma_\mathrm{int}$ does not move. The naive
scatter lies above the median of $\sigma_\mathrm{int}$, since it has the noise in it. One supernova in your 18 is SN 2007hx.
In so small a sample it widens $\sigma_\mathrm{int}$ even more than among 27.
""",
)


# ---- 2. Subtracting the noise, with weights -------------------------------------------------------------------------------


def moment_scatter(y, sigma, weights):
    """Moment estimate of the intrinsic scatter, for any weights."""
    total = np.sum(weights)
    mean = np.sum(weights * y) / total
    spread = np.sum(weights * (y - mean) ** 2)
    share = weights * (1 - weights / total)
    excess = spread - np.sum(share * sigma**2)
    return np.sqrt(max(0.0, excess) / np.sum(share))


def draw_moment(rng):
    """Magnitudes that scatter clearly more, or clearly less, than their errors alone would make them."""
    for _ in attempts("draw_moment"):
        size, tau = rng.integers(3, 25), rng.choice([0.0, rng.uniform(0.05, 0.4)], p=[0.3, 0.7])
        sigma = rng.uniform(0.03, 0.25, size)
        y = rng.normal(rng.uniform(-20, -18), np.hypot(tau, sigma))
        weights = rng.choice([1 / sigma**2, rng.uniform(0.1, 3, size), 1 / (sigma**2 + 0.02)])
        noise = np.sum(shares(weights) * sigma**2)
        spread = np.sum(weights * (y - np.average(y, weights=weights)) ** 2)
        if abs(spread - noise) > 0.1 * noise:
            return y, sigma, weights


def shares(weights):
    """Return what each variance adds to the expected Q."""
    return weights * (1 - weights / np.sum(weights))


def moment(y, sigma, weights, *, mean=None, share=None, noise=None, root=lambda excess: np.sqrt(max(0.0, excess))):
    """Return the estimate with one thing done otherwise."""
    mean = np.average(y, weights=weights) if mean is None else mean
    share = shares(weights) if share is None else share
    noise = np.sum(share * sigma**2) if noise is None else noise
    return root((np.sum(weights * (y - mean) ** 2) - noise) / np.sum(share))


MOMENT_SCATTER = Function(
    "moment_scatter",
    4,
    reference=moment_scatter,
    tolerance=Tolerance(rel=1e-5),
    probes=[
        (np.array([-19.5, -19.21, -19.3, -19.02]), np.array([0.06, 0.1, 0.08, 0.12]), np.ones(4)),
        (
            np.array([-19.45, -19.28, -19.1, -19.52, -19.0]),
            np.array([0.05, 0.1, 0.2, 0.1, 0.08]),
            np.array([400, 100, 25, 100, 156.25]),
        ),
        (np.array([-18.6, -19.3, -19.9]), np.array([0.3, 0.2, 0.1]), np.array([0.5, 2.0, 1.5])),
        (np.array([-19.32, -19.28, -19.31, -19.3]), np.array([0.1, 0.15, 0.08, 0.12]), np.array([3.0, 1.0, 4.0, 2.0])),
    ],
    private=draw_moment,
    misconceptions=[
        Misconception(
            "the weights are not used",
            lambda y, sigma, weights: moment(y, sigma, np.ones(len(y))),
            "This is right when all weights are equal, and only then. Work out the expectation of Q again, with the weights "
            "in it.",
        ),
        Misconception(
            "the variance is returned and not its root",
            lambda y, sigma, weights: moment(y, sigma, weights, root=lambda excess: max(0.0, excess)),
            "Check the unit: the scatter is in mag.",
        ),
        Misconception(
            "a negative variance is turned into a positive one",
            lambda y, sigma, weights: moment(y, sigma, weights, root=lambda excess: np.sqrt(abs(excess))),
            "These magnitudes scatter less than their errors alone would make them. Does that speak for much intrinsic "
            "scatter?",
        ),
        Misconception(
            "nothing is subtracted for the noise",
            lambda y, sigma, weights: moment(y, sigma, weights, noise=0.0),
            "The scatter of the measurements is not that of the supernovae: what would Q be for perfectly alike ones?",
        ),
        Misconception(
            "the mean counts as known",
            lambda y, sigma, weights: moment(y, sigma, weights, share=weights),
            "The mean of the measurements lies closer to them than the true one does. By how much does that lower the "
            "expected Q?",
        ),
        Misconception(
            "the expected noise is taken to be J − 1, whatever the weights",
            lambda y, sigma, weights: moment(y, sigma, weights, noise=len(y) - 1.0),
            "For one special choice of the weights that is what comes out. Which one? Here the weights are arbitrary.",
        ),
        Misconception(
            "the plain mean is subtracted in place of the weighted one",
            lambda y, sigma, weights: moment(y, sigma, weights, mean=np.mean(y)),
            "Q is taken about the mean that makes it smallest. Which mean does that, with weights?",
        ),
        Misconception(
            "the errors are averaged before they are squared",
            lambda y, sigma, weights: moment(y, np.full(len(y), np.average(sigma, weights=shares(weights))), weights),
            "What adds up are variances. The square of a mean is less than the mean of the squares.",
        ),
    ],
    solution=r"""
Let $W = \sum_k w_k$ and $v_j = \tau^2 + \sigma_j^2$. As in the chapter, but with weights,

$$
\begin{aligned}
\mathrm{E}(y_j - \bar y_w)^2 &= v_j - \frac{2 w_j}{W} v_j + \frac{1}{W^2} \sum_k w_k^2 v_k, \\
\mathrm{E}\,Q &= \sum_j w_j \Bigl(1 - \frac{w_j}{W}\Bigr) v_j .
\end{aligned}
$$

Abbreviate $a_j = w_j (1 - w_j / W)$. Then $\mathrm{E}\,Q = \tau^2 \sum_j a_j + \sum_j a_j \sigma_j^2$, and

$$
\hat\tau^2 = \frac{Q - \sum_j a_j \sigma_j^2}{\sum_j a_j} .
$$

With $w_j = 1$ this is the chapter's estimator. It is unbiased for any weights, so weights that trust the precise supernovae
more cost nothing and make it less noisy. What weights cannot give is an answer where $\hat\tau^2$ is negative.
""",
)

# ---- 3. A soft limit ------------------------------------------------------------------------------------------------------


def detected(mu, tau, sigma, modulus, m_lim, width):
    """Probability that a supernova of the population is detected."""
    limit = m_lim - modulus
    return ndtr((limit - mu) / np.sqrt(tau**2 + sigma**2 + width**2))


def draw_detected(rng):
    """Supernovae whose limit lies within 0.8 mag of the mean, so that few probabilities are 0 or 1."""
    size, m_lim = rng.integers(1, 8), rng.uniform(16, 24)
    modulus = m_lim + 19.3 + rng.uniform(-0.8, 0.8, size)
    width = rng.choice([0.0, rng.uniform(0.05, 0.5)], p=[0.2, 0.8])
    return rng.uniform(-19.5, -19.1), rng.uniform(0.02, 0.4), rng.uniform(0.03, 0.3, size), modulus, m_lim, float(width)


DETECTED = Function(
    "detected",
    3,
    reference=detected,
    tolerance=Tolerance(rel=1e-6, abs=1e-9),
    probes=[
        (-19.3, 0.15, np.array([0.05, 0.1, 0.15]), np.array([36.6, 37.0, 37.4]), 17.7, 0.2),
        (-19.1, 0.2, np.array([0.3, 0.1]), np.array([36.7, 36.9]), 17.7, 0.0),
        (-19.4, 0.0, np.array([0.1, 0.25]), np.array([42.0, 42.3]), 22.9, 0.3),
        (-19.25, 0.3, 0.12, 38.6, 19.2, 0.1),
    ],
    private=draw_detected,
    vectorised=True,
    misconceptions=[
        Misconception(
            "the noise of the measurement is left out",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.hypot(tau, width) + 0 * sigma),
            "The survey never saw the true magnitude. On which one did it decide?",
        ),
        Misconception(
            "the spread of the population is left out",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.hypot(sigma, width)),
            "This is right for a supernova whose true magnitude is ⟨M⟩. Yours is any one of the population.",
        ),
        Misconception(
            "the limit is taken for a sharp one",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.hypot(tau, sigma)),
            "With a width some that are fainter than the limit get in, and some that are brighter do not. Imagine that each "
            "supernova meets a limit of its own, drawn at random.",
        ),
        Misconception(
            "the widths are added before they are squared",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / (tau + sigma + width)),
            "Three independent things scatter. How do the widths of independent things add up?",
        ),
        Misconception(
            "the variance stands where the sd belongs",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / (tau**2 + sigma**2 + width**2)),
            "Φ takes a pure number. Check the unit of what you divide by.",
        ),
        Misconception(
            "the probability of being missed is given",
            lambda mu, tau, sigma, modulus, m_lim, width: 1 - detected(mu, tau, sigma, modulus, m_lim, width),
            "Small magnitudes are bright. Should the probability rise or fall when the supernova moves farther away?",
        ),
        Misconception(
            "the density at the limit is given",
            lambda mu, tau, sigma, modulus, m_lim, width: stats.norm.pdf(
                m_lim - modulus, mu, np.sqrt(tau**2 + sigma**2 + width**2)
            ),
            "This is how many supernovae would be measured just at the limit. Detected are all on one side of it.",
        ),
    ],
    solution=r"""
Write the soft limit as a sharp one that is different each time: a supernova is detected if
$m_j < m_\mathrm{lim} + \varepsilon$, with $\varepsilon \sim \mathcal{N}(0, s^2)$. Indeed
$P(\varepsilon > m_j - m_\mathrm{lim}) = \Phi((m_\mathrm{lim} - m_j)/s)$. So it is detected if
$y_j - \varepsilon < \ell_j = m_\mathrm{lim} - \mu_\mathrm{dist}(z_j)$. The population, the noise and the limit are independent
and Normal, and their variances add:

$$
P(S_j \mid \mu, \tau) = \Phi\!\left(\frac{\ell_j - \mu}{\sqrt{\tau^2 + \sigma_j^2 + s^2}}\right).
$$
""",
)

# ---- 4. The likelihood of a truncated sample ------------------------------------------------------------------------------


def log_likelihood(mu, tau, y, sigma, limit):
    """ln p(y | mu, tau, every y_j <= limit_j)."""
    variance = tau**2 + sigma**2
    log_density = -0.5 * (np.log(2 * np.pi * variance) + (y - mu) ** 2 / variance)
    log_probability = log_ndtr((limit - mu) / np.sqrt(variance))
    return np.sum(log_density - log_probability)


def draw_log_likelihood(rng):
    """Limits within three sd of the mean, and values below them."""
    size, mu, tau = rng.integers(1, 15), rng.uniform(-19.6, -19.0), rng.uniform(0.03, 0.4)
    sigma = rng.uniform(0.03, 0.2, size)
    spread, z = np.hypot(tau, sigma), rng.uniform(-3, 3, size)
    y = mu + spread * ndtri(rng.uniform(0.01, 0.99, size) * ndtr(z))
    return float(mu), float(tau), y, sigma, mu + spread * z


def corrected(mu, tau, y, sigma, spread, log_probability):
    """Return the log likelihood with another correction."""
    return np.sum(stats.norm.logpdf(y, mu, spread)) - np.sum(log_probability)


LOG_LIKELIHOOD = Function(
    "log_likelihood",
    4,
    reference=log_likelihood,
    tolerance=Tolerance(rel=1e-6, abs=1e-6),
    probes=[
        (-19.3, 0.15, np.array([-19.4, -19.25, -19.7]), np.array([0.05, 0.1, 0.15]), np.array([-18.9, -19.2, -19.6])),
        (-19.1, 0.3, np.array([-19.5, -19.02]), np.array([0.2, 0.08]), np.array([-19.3, -18.8])),
        (-19.35, 0.1, np.array([-19.3]), np.array([0.12]), np.array([-10.0])),
        (-18.0, 0.03, np.array([-20.1, -20.4]), np.array([0.04, 0.03]), np.array([-20.05, -20.2])),
    ],
    private=draw_log_likelihood,
    misconceptions=[
        Misconception(
            "the hierarchical model is trusted to handle the selection by itself",
            lambda mu, tau, y, sigma, limit: corrected(mu, tau, y, sigma, np.hypot(tau, sigma), 0.0),
            "Nothing in a likelihood knows of a limit unless you put it there. What was granted before the first value was in "
            "the table?",
        ),
        Misconception(
            "the density is multiplied by the probability of detection",
            lambda mu, tau, y, sigma, limit: corrected(
                mu, tau, y, sigma, np.hypot(tau, sigma), -log_ndtr((limit - mu) / np.hypot(tau, sigma))
            ),
            "Integrate the density of a detected value over all that can be detected. What has to come out, and what does?",
        ),
        Misconception(
            "the survey is thought to judge the true magnitudes",
            lambda mu, tau, y, sigma, limit: corrected(mu, tau, y, sigma, np.hypot(tau, sigma), log_ndtr((limit - mu) / tau)),
            "The limit cuts the density of the measured values. Does what you divide by have the same width as what is cut?",
        ),
        Misconception(
            "only the noise is in the probability of detection",
            lambda mu, tau, y, sigma, limit: corrected(mu, tau, y, sigma, np.hypot(tau, sigma), log_ndtr((limit - mu) / sigma)),
            "The limit cuts the density of the measured values. Does what you divide by have the same width as what is cut?",
        ),
        Misconception(
            "the probability of being missed is in the denominator",
            lambda mu, tau, y, sigma, limit: corrected(
                mu, tau, y, sigma, np.hypot(tau, sigma), log_ndtr((mu - limit) / np.hypot(tau, sigma))
            ),
            "In magnitudes bright is small. Let a limit go to +∞, where everything is detected: what should your correction "
            "become?",
        ),
        Misconception(
            "Φ is computed before its logarithm is taken",
            lambda mu, tau, y, sigma, limit: corrected(
                mu, tau, y, sigma, np.hypot(tau, sigma), np.log(ndtr((limit - mu) / np.hypot(tau, sigma)))
            ),
            "The formula is right, but far from the limit Φ is too small for a float, and a sampler that comes there finds an "
            "infinitely good place. SciPy has a function for ln Φ itself; so has the chapter.",
        ),
        Misconception(
            "the measured values are taken for the true ones",
            lambda mu, tau, y, sigma, limit: corrected(mu, tau, y, sigma, tau, log_ndtr((limit - mu) / tau)),
            "τ is how much the supernovae differ. The measured values differ by more: by what else?",
        ),
        Misconception(
            "the constant of the Normal density is left out",
            lambda mu, tau, y, sigma, limit: log_likelihood(mu, tau, y, sigma, limit) + 0.5 * len(y) * np.log(2 * np.pi),
            "This would do for a sampler. Here the density should integrate to one, over all values that can be detected.",
        ),
    ],
    solution=r"""
A value is in the table because it was detected, so its density is conditional on that,

$$
p(y_j \mid S_j, \mu, \tau) = \frac{\mathcal{N}(y_j \mid \mu, v_j)}{\Phi\bigl((\ell_j - \mu)/\sqrt{v_j}\bigr)} ,
\qquad v_j = \tau^2 + \sigma_j^2 ,
$$

with the same width above and below, since the survey judged the measured value. The objects are independent given $\mu$ and
$\tau$: the logarithms add up. `log_ndtr` is $\ln \Phi$ and stays finite where $\Phi$ itself is rounded to zero.
""",
)

# ---- 5. What good photometry removes --------------------------------------------------------------------------------------

FOLLOW_UP = Choice(
    "follow_up",
    2,
    options={
        "a": "Nothing remains: the values are now as good as exact.",
        "b": "All of it remains, −0.045 mag.",
        "c": "About −0.031 mag remains.",
        "d": "About −0.014 mag remains.",
    },
    answer="c",
    reasons={
        "i": "The sample is the same as before, so it has the same bias as before.",
        "ii": "The bias is made by noise, so it goes away with the noise.",
        "iii": "The noise that helped a supernova over the limit is not repeated, but what it is stays what it is.",
        "iv": "With better data the hierarchical model shrinks the supernovae less, and shrinkage was what had biased them.",
        "v": "Precise values show the luminosities as they are, and only noise near the limit can still mislead.",
    },
    reason="iii",
    misconceptions=[
        Misconception(
            "good photometry is thought to remove every bias",
            "a",
            "Ask which supernovae there are in the sample, and not only how well each was measured. Who is missing?",
        ),
        Misconception(
            "the new measurements are thought to repeat the old noise",
            "b",
            "A supernova that was measured too bright by luck got in by that luck. How will its second measurement turn out, "
            "on average?",
        ),
        Misconception(
            "Malmquist's bias and Eddington's are exchanged",
            "d",
            "Of the two terms y − M and M − μ, one belongs to the measurement and one to the supernova. Which one can a better "
            "telescope change?",
        ),
        Misconception(
            "the selection of the sample and the noise of its values are not held apart",
            "i",
            "The same supernovae, but not the same values. What was special about the old values of those that got in?",
        ),
        Misconception(
            "only noise is thought to bias a sample",
            "ii",
            "Turn off the noise from the start: would a survey of perfect photometry find its fair share of faint supernovae?",
        ),
        Misconception(
            "shrinkage is blamed",
            "iv",
            "Shrinkage moves single supernovae toward the mean, and so undoes what noise did to them. It does not move the "
            "mean.",
        ),
        Misconception(
            "the spread of the population is thought to do no harm once it is seen clearly",
            "v",
            "Luminous supernovae are seen in a larger volume. Does that change when you look at them again?",
        ),
    ],
    solution=r"""
Split the error of a detected supernova as the chapter does, $y_j - \mu = (M_j - \mu) + (y_j - M_j)$. The second term is
Eddington's: of those that passed the limit, more had been scattered to the bright side. The follow-up draws new noise,
without any limit, so this term vanishes on average. The first term is Malmquist's: the supernovae in the sample *are* more
luminous than the population, by $0.6 \ln 10\, \tau^2 = 0.031$ mag, and no telescope will change that. What does is a
likelihood that knows how the sample was chosen.
""",
)

# ---- Other right ways, for the tests ---------------------------------------------------------------------------------------


def moment_in_a_loop(y, sigma, weights):
    """The two coefficients of E Q, number by number, in plain Python."""
    total = sum(weights)
    mean = sum(w * value for w, value in zip(weights, y, strict=True)) / total
    spread = slope = noise = 0.0
    for value, error, w in zip(y, sigma, weights, strict=True):
        spread += w * (value - mean) ** 2
        slope += w - w**2 / total
        noise += (w - w**2 / total) * error**2
    return ((spread - noise) / slope) ** 0.5 if spread > noise else 0.0


def moment_by_the_pairs(y, sigma, weights):
    """The same from the differences of all pairs, whose expected square is v_j + v_k: no mean is needed."""
    pairs = np.outer(weights, weights)
    np.fill_diagonal(pairs, 0)
    differences = np.subtract.outer(y, y) ** 2 - np.add.outer(sigma**2, sigma**2)
    return np.sqrt(np.clip(np.average(differences, weights=pairs) / 2, 0, None))


def detected_in_a_loop(mu, tau, sigma, modulus, m_lim, width):
    """The probability from scipy.stats, one supernova at a time; a list for an array."""
    if np.ndim(sigma) == 0:
        return stats.norm.sf(modulus + mu, m_lim, (tau**2 + sigma**2 + width**2) ** 0.5)
    return [detected_in_a_loop(mu, tau, s, dm, m_lim, width) for s, dm in zip(sigma, modulus, strict=True)]


def detected_by_quadrature(mu, tau, sigma, modulus, m_lim, width):
    """The integral over the measured value, where there is something to integrate."""
    spread, limit = np.hypot(tau, sigma), m_lim - modulus
    if width == 0:
        return stats.norm.cdf(limit, mu, spread)
    z, weights = np.linspace(-9, 9, 4001), 18 / 4000
    given = stats.norm.cdf((np.expand_dims(limit, -1) - mu - np.expand_dims(spread, -1) * z) / width)
    return np.sum(stats.norm.pdf(z) * given, axis=-1) * weights


def log_likelihood_in_a_loop(mu, tau, y, sigma, limit):
    """One supernova after the other, by scipy.stats."""
    total = 0.0
    for value, error, end in zip(y, sigma, limit, strict=True):
        spread = (tau**2 + error**2) ** 0.5
        total += stats.norm.logpdf(value, mu, spread) - stats.norm.logcdf(end, mu, spread)
    return total


def log_likelihood_by_lecturekit(mu, tau, y, sigma, limit):
    """The library's, less the prior that it has in it."""
    log_posterior = selection.log_prob_truncated(MODEL, [mu, tau], Measurements(y, sigma), limit)
    return log_posterior - MODEL.log_prior(mu, tau)


ALTERNATIVES = {
    "moment_scatter": [moment_in_a_loop, moment_by_the_pairs],
    "detected": [detected_in_a_loop, detected_by_quadrature],
    "log_likelihood": [log_likelihood_in_a_loop, log_likelihood_by_lecturekit],
}
DATA = {"supernovae": draw_supernovae}
QUESTIONS = [SUPERNOVAE, MOMENT_SCATTER, DETECTED, LOG_LIKELIHOOD, FOLLOW_UP]
