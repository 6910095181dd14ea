"""Homework 7, Supernovae: a fit, its check, the noise subtracted with weights, a soft limit, truncation, and what remains."""

from functools import cache

import numpy as np
from scipy import stats
from scipy.special import log_ndtr, logsumexp, ndtr, ndtri, roots_hermitenorm

from grader.author.keys import answers_apart
from grader.author.questions import Analysis, Choice, Function, Misconception, Tolerance, attempts
from lecturekit import Measurements, NormalHierarchy, datasets, exact

# ---- The data, one variant for each student -------------------------------------------------------------------------------

SAMPLE = datasets.csp_supernovae()
ODD = SAMPLE.labels.index("SN 2007hx")


def draw_supernovae(rng):
    """Twelve of the 27 supernovae, the faint one among them, H0 away from 70 km/s/Mpc and larger peculiar velocities."""
    others = np.setdiff1d(np.arange(len(SAMPLE)), [ODD])
    for _ in attempts("draw_supernovae"):
        chosen = np.sort(np.append(rng.choice(others, 11, replace=False), ODD))
        constant = round(70 + rng.choice([-1, 1]) * rng.uniform(6, 12), 1)
        data = {"chosen": chosen, "H0": constant, "sigma_v": float(rng.integers(32, 51) * 10)}
        if answers_apart(SUPERNOVAE, data, 2.2):
            return data


def draw_sample(rng):
    """Twelve simulated supernovae with one common error, one of them faint; all ways to check the fit come out differently."""
    for _ in attempts("draw_sample"):
        mu, tau, sigma = rng.uniform(-19.5, -19.1), rng.uniform(0.06, 0.15), np.full(12, rng.uniform(0.06, 0.15))
        y = rng.normal(mu, np.hypot(tau, sigma))
        y[rng.integers(12)] = mu + rng.uniform(3, 4.5) * np.hypot(tau, sigma[0])
        data = {"y": y.round(3), "sigma": sigma.round(4)}
        if 0.04 < surprise(data)["p"] < 0.3 and answers_apart(SURPRISE, data, 2.2):
            return data


# ---- 1. The supernovae ----------------------------------------------------------------------------------------------------

MODEL = NormalHierarchy(mu_prior=(-19.3, 0.5), tau_prior=stats.halfnorm(scale=0.3))
LEVELS = np.array([0.025, 0.5, 0.975])


def magnitudes(data):
    """Absolute magnitudes of the chosen supernovae for the H0 of the data: every distance modulus shifts alike."""
    return SAMPLE.y[data["chosen"]] + 5 * np.log10(data["H0"] / 70)


def errors(data):
    """Errors of the chosen supernovae for the peculiar velocities of the data, in km/s: their part is proportional."""
    return np.hypot(SAMPLE.sigma_fit, SAMPLE.sigma_pec * data["sigma_v"] / 250)[data["chosen"]]


def supernovae(data):
    """What the chosen supernovae say about their population: M and its sd, three quantiles of sigma_int."""
    posterior = posterior_of(tuple(magnitudes(data)), tuple(errors(data)))
    return {"M": posterior.mean("mu"), "M_sd": posterior.sd("mu"), "sigma_int": posterior.quantile("tau", LEVELS)}


@cache
def posterior_of(y, sigma, model=MODEL):
    """The exact posterior, once for each data set."""
    return exact.posterior(model, Measurements(y=y, sigma=sigma))


def fit(data, *, sigma=None, model=MODEL):
    """The exact posterior of the chosen supernovae, with other errors or priors if given."""
    sigma = errors(data) if sigma is None else np.broadcast_to(sigma, len(data["chosen"]))
    return posterior_of(tuple(magnitudes(data)), tuple(sigma), model)


def fitted(change=lambda data: {}, *, sigma=lambda data: None, model=MODEL, levels=LEVELS):
    """Return the answer with one thing done otherwise: a function of the data."""

    def wrong(data):
        changed = data | change(data)
        posterior = fit(changed, sigma=sigma(changed), model=model)
        return {"M": posterior.mean("mu"), "M_sd": posterior.sd("mu"), "sigma_int": posterior.quantile("tau", levels)}

    return wrong


def but(part, value):
    """Return the right answer but for one of its parts: a function of the data."""
    return lambda data: supernovae(data) | {part: value(data)}


def pooled(data):
    """The mean of the magnitudes with weights 1 / sigma^2, and its sd."""
    weights = errors(data) ** -2.0
    return {"M": np.average(magnitudes(data), weights=weights), "M_sd": np.sum(weights) ** -0.5}


def columns(join):
    """Return a function of the data: the errors from the two columns and the ratio of the peculiar velocities."""
    return lambda data: join(SAMPLE.sigma_fit, SAMPLE.sigma_pec, data["sigma_v"] / 250)[data["chosen"]]


def with_priors(mu, tau):
    """Return the model with other priors."""
    return NormalHierarchy(mu_prior=mu, tau_prior=tau)


FLAT = stats.uniform(0, 2)
PECULIAR = 5 / np.log(10) * 250 / 299_792.458  # the chapter's formula, at a redshift of 1
A_PRIOR = "The priors are part of the model. With twelve supernovae they still count: look at the ones that `model` has."
TWO_PARTS = "Which of the two columns comes from the motion of the galaxies? Only this one changes, in proportion to σ_v."

SUPERNOVAE = Analysis(
    "supernovae",
    3,
    data="supernovae",
    reference=supernovae,
    # What quadrature and a fine grid reach, and far less than what a flat prior changes.
    tolerance=Tolerance(rel=0, abs=2e-4),
    misconceptions=[
        Misconception(
            "the distances are those for H₀ = 70",
            fitted(lambda data: {"H0": 70}),
            "Look at what your answer would be for the H₀ that you were given: which of its numbers move, and which do not?",
        ),
        Misconception(
            "distances and errors are those of `sne`, for H₀ = 70 and 250 km/s",
            fitted(lambda data: {"H0": 70, "sigma_v": 250}),
            'That is the fit of the chapter, to twelve of its supernovae. What do `data["H0"]` and `data["sigma_v"]` change?',
        ),
        Misconception(
            "the magnitudes are corrected for H₀ in the wrong direction",
            fitted(lambda data: {"H0": 70**2 / data["H0"]}),
            "A larger H₀ brings every supernova nearer. It was seen with the same apparent magnitude: is it then more "
            "luminous, or less?",
        ),
        Misconception(
            "the magnitudes are corrected twice for H₀",
            fitted(lambda data: {"H0": data["H0"] ** 2 / 70}),
            "`datasets.csp_supernovae(H0=...)` has done the shift already.",
        ),
        Misconception(
            "all 27 supernovae are fitted",
            fitted(lambda data: {"chosen": np.arange(len(SAMPLE))}),
            'Only those with an index in `data["chosen"]` are asked for.',
        ),
        Misconception(
            "SN 2007hx is thrown out",
            fitted(lambda data: {"chosen": data["chosen"][data["chosen"] != ODD]}),
            "It is far from the rest, and the release keeps it. The chapter says what one may ask because of it.",
        ),
        Misconception("the errors are those of the release, for 250 km/s", fitted(lambda data: {"sigma_v": 250}), TWO_PARTS),
        Misconception(
            "both parts of the errors are scaled with σ_v",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit, pec) * ratio)),
            TWO_PARTS,
        ),
        Misconception(
            "the error of the light-curve fit is scaled with σ_v",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit * ratio, pec))),
            TWO_PARTS,
        ),
        Misconception(
            "the peculiar velocities are left out of the errors",
            fitted(sigma=columns(lambda of_fit, pec, ratio: of_fit)),
            "A galaxy that moves on top of the expansion has its distance read wrongly. That is an error too.",
        ),
        Misconception(
            "the errors of the light-curve fit are left out",
            fitted(sigma=columns(lambda of_fit, pec, ratio: pec * ratio)),
            "There would be an error in these magnitudes even if no galaxy moved.",
        ),
        Misconception(
            "the two parts of the errors are added, not their squares",
            fitted(sigma=columns(lambda of_fit, pec, ratio: of_fit + pec * ratio)),
            "The two are independent of each other. What is the sd of a sum of independent errors?",
        ),
        Misconception(
            "the new peculiar part is added to the errors of the release, which have the old one in them",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.sqrt(of_fit**2 + pec**2 + (pec * ratio) ** 2))),
            "The new velocities take the place of the old ones. Which column has the light-curve fit alone?",
        ),
        Misconception(
            "the peculiar part of the errors is scaled with the square of σ_v",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit, pec * ratio**2))),
            "Twice the velocity is twice the error in redshift. And in magnitude, at low redshift?",
        ),
        Misconception(
            "the peculiar part of the errors is scaled with the root of σ_v",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit, pec * np.sqrt(ratio)))),
            "Twice the velocity is twice the error in redshift. And in magnitude, at low redshift?",
        ),
        Misconception(
            "the peculiar part of the errors is divided by σ_v and not multiplied",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit, pec / ratio))),
            "Faster galaxies: are their distances known better, or worse?",
        ),
        Misconception(
            "the model's errors are next to nothing, as if they had been left out, or were variances",
            fitted(sigma=lambda data: errors(data) ** 2),
            "All of the scatter is then taken for the supernovae's own. Which part of it would be there for identical ones? "
            "`Measurements` wants a standard deviation for each, in mag.",
        ),
        Misconception(
            "the peculiar part of the errors is computed from the redshifts",
            fitted(sigma=columns(lambda of_fit, pec, ratio: np.hypot(of_fit, PECULIAR * ratio / SAMPLE.redshift))),
            "The formula is good to some percent only. The release has a column for this part: by what is it to be multiplied?",
        ),
        Misconception(
            "one error serves for all supernovae, the root of their mean square",
            fitted(sigma=lambda data: np.sqrt(np.mean(errors(data) ** 2))),
            "The nearest supernovae have the worst distances. The model takes an error for each.",
        ),
        Misconception("the prior of σ_int is flat", fitted(model=with_priors((-19.3, 0.5), FLAT)), A_PRIOR),
        Misconception("the prior of ⟨M⟩ is flat", fitted(model=with_priors((-19.3, 500.0), MODEL.tau_prior)), A_PRIOR),
        Misconception("both priors are flat", fitted(model=with_priors((-19.3, 500.0), FLAT)), A_PRIOR),
        Misconception(
            "the 0.3 of the half-Normal is given to SciPy as a location",
            fitted(model=with_priors((-19.3, 0.5), stats.halfnorm(0.3))),
            "Your prior is zero for every σ_int below 0.3 mag. What is the first argument of `stats.halfnorm`?",
        ),
        Misconception(
            "the half-Normal prior of σ_int has the scale 1", fitted(model=with_priors((-19.3, 0.5), stats.halfnorm())), A_PRIOR
        ),
        Misconception(
            "the half-Normal prior of σ_int has the scale 0.5, as in the chapters on stars",
            fitted(model=with_priors((-19.3, 0.5), stats.halfnorm(scale=0.5))),
            A_PRIOR,
        ),
        Misconception(
            "the half-Normal prior of σ_int has the scale 0.3², a variance",
            fitted(model=with_priors((-19.3, 0.5), stats.halfnorm(scale=0.09))),
            "What does SciPy mean by `scale`: a variance, or a width?",
        ),
        Misconception(
            "the prior of ⟨M⟩ has the sd 0.5², a variance",
            fitted(model=with_priors((-19.3, 0.25), MODEL.tau_prior)),
            "`mu_prior` wants a mean and a standard deviation.",
        ),
        Misconception("the prior of ⟨M⟩ is a standard Normal", fitted(model=with_priors((0.0, 1.0), MODEL.tau_prior)), A_PRIOR),
        Misconception(
            "the spread of the supernovae is given for the sd of ⟨M⟩",
            but("M_sd", lambda data: fit(data).mean("tau")),
            "How far one supernova lies from the mean, and how well the mean is known, are two things. Which of them shrinks "
            "with the number of supernovae?",
        ),
        Misconception(
            "⟨M⟩ and its sd are those of complete pooling",
            lambda data: supernovae(data) | pooled(data),
            "Weights of 1/σ² are right for supernovae that are all alike. What else makes two of them differ?",
        ),
        Misconception(
            "the sd of ⟨M⟩ is that of complete pooling",
            but("M_sd", lambda data: pooled(data)["M_sd"]),
            "Twelve perfectly measured supernovae would not show their population's mean perfectly. What else scatters?",
        ),
        Misconception(
            "the sd of ⟨M⟩ is that at one value of σ_int, its mean",
            but("M_sd", lambda data: np.sum(1 / (fit(data).mean("tau") ** 2 + errors(data) ** 2)) ** -0.5),
            "Nobody knows σ_int so well. What does that add to what is not known about ⟨M⟩?",
        ),
        Misconception(
            "the sample sd over the root of their number is given for the sd of ⟨M⟩",
            but("M_sd", lambda data: np.std(magnitudes(data), ddof=1) / np.sqrt(len(data["chosen"]))),
            "This is close, and gives every supernova the same weight. The posterior of ⟨M⟩ has a width of its own.",
        ),
        Misconception(
            "the plain mean of the magnitudes is given for ⟨M⟩",
            but("M", lambda data: np.mean(magnitudes(data))),
            "Not every supernova is measured as well as the others. Which mean does the posterior have?",
        ),
        Misconception(
            "the variance is given in place of σ_int",
            but("sigma_int", lambda data: supernovae(data)["sigma_int"] ** 2),
            "Check the unit: σ_int is in mag.",
        ),
        Misconception(
            "the variance is given in place of the sd of ⟨M⟩",
            but("M_sd", lambda data: supernovae(data)["M_sd"] ** 2),
            "Check the unit: an sd is in mag.",
        ),
        Misconception(
            "the quantiles of σ_int are those of a 68 % interval",
            fitted(levels=[0.16, 0.5, 0.84]),
            "Asked for is an interval of 95 %: which share lies below it, and which above?",
        ),
        Misconception(
            "the quantiles of σ_int leave 5 % on either side",
            fitted(levels=[0.05, 0.5, 0.95]),
            "Asked for is an interval of 95 %: which share lies below it, and which above?",
        ),
        Misconception(
            "the mean of σ_int stands for its median",
            but("sigma_int", lambda data: np.where([False, True, False], fit(data).mean("tau"), supernovae(data)["sigma_int"])),
            "The posterior of σ_int is skewed. Half of its probability is to lie below the middle number.",
        ),
        Misconception(
            "the interval of σ_int is its mean and two sd on either side",
            but("sigma_int", lambda data: fit(data).mean("tau") + 1.96 * fit(data).sd("tau") * np.array([-1, 0, 1])),
            "That is right for a Normal. Draw the posterior of σ_int: is it one?",
        ),
    ],
    solution=r"""
With $y_j = m_j - \mu_\mathrm{dist}(z_j)$ the model is that of the open cluster, so its exact posterior is at hand. Only the
errors have to be made anew. The error of the light-curve fit stays, that of the peculiar velocity is proportional to
$\sigma_v$, and the two add in quadrature:

```python
def supernovae(data):
    sne, chosen = datasets.csp_supernovae(H0=data["H0"]), data["chosen"]
    sigma = np.hypot(sne.sigma_fit, sne.sigma_pec * data["sigma_v"] / 250)
    post = exact.posterior(model, Measurements(sne.y[chosen], sigma[chosen]))
    return {
        "M": post.mean("mu"),
        "M_sd": post.sd("mu"),
        "sigma_int": post.quantile("tau", [0.025, 0.5, 0.975]),
    }
```

The reference takes the 27 magnitudes for $H_0 = 70$ and shifts them by $5 \log_{10}(H_0 / 70)$. That is the degeneracy of
the chapter: $\langle M \rangle$ moves with $H_0$ by so much, but for a little that the prior takes back, and
$\sigma_\mathrm{int}$ hardly moves. With larger peculiar velocities more of the scatter is noise, and $\sigma_\mathrm{int}$
falls: it is what the error bars leave. One supernova in your twelve is SN 2007hx, and in so small a sample it widens
$\sigma_\mathrm{int}$ more than among 27.
""",
)

# ---- 2. Is the faintest too faint? ----------------------------------------------------------------------------------------

HERMITE, HERMITE_WEIGHTS = roots_hermitenorm(9)


def fit_sample(data):
    """The exact posterior of a sample."""
    return posterior_of(tuple(data["y"]), tuple(data["sigma"]))


@cache
def nodes_of(posterior):
    """Values of mu and tau, and the share of the posterior that each pair stands for: a quadrature."""
    tau, y, sigma = posterior.tau_grid, posterior.data.y, posterior.data.sigma
    variance = tau[:, None] ** 2 + sigma**2
    precision = 1 / 0.5**2 + np.sum(1 / variance, axis=1)
    mean = (-19.3 / 0.5**2 + np.sum(y / variance, axis=1)) / precision
    share = posterior.tau_density * np.gradient(tau)
    mu = mean[:, None] + HERMITE / np.sqrt(precision)[:, None]
    weight = share[:, None] * HERMITE_WEIGHTS
    return mu.ravel(), np.repeat(tau, HERMITE.size), weight.ravel() / weight.sum()


def faintest(data, mu, tau, share):
    """Median of the faintest of new supernovae, and the probability that it is as faint as the faintest of the data."""
    spread = np.sqrt(tau[:, None] ** 2 + data["sigma"] ** 2)

    def below(end):
        return share @ np.prod(ndtr((end - mu[:, None]) / spread), axis=1)

    return {"typical": median(below, data), "p": 1 - below(np.max(data["y"]))}


def median(below, data):
    """Where a distribution function reaches one half: by bisection."""
    low, high = np.min(data["y"]) - 5, np.max(data["y"]) + 5
    for _ in range(34):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < 0.5 else (low, middle)
    return (low + high) / 2


def surprise(data):
    """How faint the faintest of new supernovae would be, and the posterior predictive p-value of the one there is."""
    return faintest(data, *nodes_of(fit_sample(data)))


def of_replicates(data, answer):
    """Return five standard errors of the answer from 200,000 replicates.

    A share p has the standard error sqrt(p (1 - p) / n), and a median 1 / (2 f sqrt(n)), with f the density at it.
    """
    mu, tau, share = nodes_of(fit_sample(data))
    z = (answer["typical"] - mu[:, None]) / np.sqrt(tau[:, None] ** 2 + data["sigma"] ** 2)
    slope = np.sum(np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi) / ndtr(z) / np.sqrt(tau[:, None] ** 2 + data["sigma"] ** 2), axis=1)
    density = share @ (np.prod(ndtr(z), axis=1) * slope)
    p = answer["p"]
    return Tolerance(rel=0, abs={"typical": 2.5 / density / np.sqrt(2e5), "p": 5 * np.sqrt(p * (1 - p) / 2e5)})


def replicated(*, mu=lambda mu: mu, tau=lambda tau: tau, sigma=lambda sigma: sigma):
    """Return the answer with something else put into the replicates: a function of the data."""

    def wrong(data):
        of_mu, of_tau, share = nodes_of(fit_sample(data))
        return faintest(data | {"sigma": sigma(data["sigma"])}, mu(of_mu), tau(of_tau), share)

    return wrong


def at_one(name):
    """Return the answer for one value of mu and tau: a function of the data."""

    def wrong(data):
        posterior = fit_sample(data)
        return faintest(data, *(np.array([getattr(posterior, name)(parameter)]) for parameter in ("mu", "tau")), np.ones(1))

    return wrong


def same_supernovae(data):
    """The answer if the same supernovae are measured again: M_j from its posterior, with new noise."""
    mu, tau, share = (array[:, None] for array in nodes_of(fit_sample(data)))
    w = tau**2 / (tau**2 + data["sigma"] ** 2)
    mean, spread = w * data["y"] + (1 - w) * mu, np.sqrt(1 + w) * data["sigma"]

    def below(end):
        return share[:, 0] @ np.prod(ndtr((end - mean) / spread), axis=1)

    return {"typical": median(below, data), "p": 1 - below(np.max(data["y"]))}


def by_the_prior(data):
    """The answer if mu and tau come from their priors: the quadrature's shares are those of a grid."""
    mu, tau = np.meshgrid(stats.norm(-19.3, 0.5).ppf(MIDDLES), stats.halfnorm(scale=0.3).ppf(MIDDLES))
    return faintest(data, mu.ravel(), tau.ravel(), np.full(mu.size, 1 / mu.size))


MIDDLES = (np.arange(100) + 0.5) / 100


def without_the_faintest(data):
    """The answer if the faintest is left out of the fit, not out of the comparison."""
    rest = np.arange(data["y"].size) != np.argmax(data["y"])
    return faintest(data, *nodes_of(fit_sample({name: data[name][rest] for name in ("y", "sigma")})))


def alone(data):
    """Median of a new measurement of the faintest's error bar, and the probability that it is as faint."""
    this = int(np.argmax(data["y"]))
    mu, tau, share = nodes_of(fit_sample(data))
    spread = np.hypot(tau, data["sigma"][this])
    below = lambda end: share @ ndtr((end - mu) / spread)  # noqa: E731
    return {"typical": median(below, data), "p": 1 - below(data["y"][this])}


def brightest(data):
    """The answer for the smallest magnitude: the same in a mirror."""
    mu, tau, share = nodes_of(fit_sample(data))
    mirrored = faintest({"y": -data["y"], "sigma": data["sigma"]}, -mu, tau, share)
    return {"typical": -mirrored["typical"], "p": mirrored["p"]}


def linear_sum(data):
    """The answer if the widths of population and noise are added."""
    mu, tau, share = nodes_of(fit_sample(data))
    return with_spread(data, mu, tau[:, None] + data["sigma"], share)


def as_variance(data):
    """The answer if the variance of a measurement about mu is taken for its sd."""
    mu, tau, share = nodes_of(fit_sample(data))
    return with_spread(data, mu, tau[:, None] ** 2 + data["sigma"] ** 2, share)


def with_spread(data, mu, spread, share):
    """The answer for any spread of the new measurements, (n, J)."""

    def below(end):
        return share @ np.prod(ndtr((end - mu[:, None]) / spread), axis=1)

    return {"typical": median(below, data), "p": 1 - below(np.max(data["y"]))}


def mu_held(data):
    """The answer with mu held at its posterior mean, and tau not."""
    mu, tau, share = nodes_of(fit_sample(data))
    return faintest(data, np.full_like(mu, share @ mu), tau, share)


def tau_held(data):
    """The answer with tau held at its posterior mean, and mu not."""
    mu, tau, share = nodes_of(fit_sample(data))
    return faintest(data, mu, np.full_like(tau, share @ tau), share)


def a_pair_for_each(data):
    """The answer if every new supernova has a pair of mu and tau of its own."""
    mu, tau, share = nodes_of(fit_sample(data))
    spread = np.hypot(tau, data["sigma"][0])  # one error for all

    def below(end):
        return (share @ ndtr((end - mu) / spread)) ** data["y"].size

    return {"typical": median(below, data), "p": 1 - below(np.max(data["y"]))}


def from_sample(data):
    """The answer if the new magnitudes have the mean and the sd of the measured ones."""
    mean, sd = np.full(1, np.mean(data["y"])), np.full((1, 1), np.std(data["y"], ddof=1))
    return with_spread(data, mean, np.broadcast_to(sd, (1, data["y"].size)), np.ones(1))


def mean_of_faintest(data):
    """The mean of the faintest magnitudes of the replicates, from their distribution function."""
    mu, tau, share = nodes_of(fit_sample(data))
    spread, ends = np.hypot(tau, data["sigma"][0]), np.mean(data["y"]) + np.linspace(-1, 3, 81)
    below = np.array([share @ ndtr((end - mu) / spread) ** data["y"].size for end in ends])
    return ends[-1] - np.trapezoid(below, ends)


def with_p(value):
    """Return the right answer but for its p: a function of the data."""
    return lambda data: surprise(data) | {"p": value(data)}


ONE_VALUE = (
    "One value stands here for all that the posterior allows. If σ_int may be larger than this, is a faint supernova "
    "more of a surprise, or less?"
)

SURPRISE = Analysis(
    "surprise",
    4,
    data="sample",
    reference=surprise,
    tolerance=of_replicates,
    misconceptions=[
        Misconception("all replicates are made with the posterior means of ⟨M⟩ and σ_int", at_one("mean"), ONE_VALUE),
        Misconception(
            "the replicates have no noise of measurement, or hardly any",
            replicated(sigma=lambda sigma: 0 * sigma),
            "Your own magnitudes were measured, and theirs are to be compared with them. What happened to yours on the way? If "
            "you do draw noise: is it as wide as `sigma`, which is an sd?",
        ),
        Misconception(
            "the replicates have noise of measurement alone",
            replicated(tau=lambda tau: 0 * tau),
            "New supernovae are not all alike. What makes their true magnitudes differ?",
        ),
        Misconception(
            "the replicates scatter with the sum of σ_int and σ, not of their squares",
            linear_sum,
            "The supernova and its measurement scatter independently. How do their widths add up?",
        ),
        Misconception(
            "the replicates scatter with a variance where a standard deviation belongs",
            as_variance,
            "What does NumPy's `normal` want as `scale`: a variance, or a width?",
        ),
        Misconception(
            "the replicates are new measurements of the same supernovae",
            same_supernovae,
            "This asks whether the noise is as large as stated. What is to be checked is the population: the new supernovae "
            "come from it too.",
        ),
        Misconception(
            "⟨M⟩ and σ_int come from their priors and not from the posterior",
            by_the_prior,
            "That is a check of the priors. What has been learned from the sample belongs into its replicates.",
        ),
        Misconception(
            "⟨M⟩ is held at its posterior mean",
            mu_held,
            "The posterior allows other values of ⟨M⟩, and together with each its own σ_int. Take them in pairs.",
        ),
        Misconception("σ_int is held at its posterior mean", tau_held, ONE_VALUE),
        Misconception(
            "every new supernova has a pair of ⟨M⟩ and σ_int of its own",
            a_pair_for_each,
            "The supernovae of a replicate are drawn from one population, as yours are. How many values of ⟨M⟩ does that have?",
        ),
        Misconception(
            "the replicates have the mean and the sd of the measured magnitudes",
            from_sample,
            "One pair of values stands here for all that the posterior allows: how well do twelve supernovae tell a mean and a "
            "width?",
        ),
        Misconception(
            "the mean of the faintest magnitudes is given, and not their median",
            lambda data: surprise(data) | {"typical": mean_of_faintest(data)},
            "The faintest of twelve is sometimes very faint. Which of the two does that move?",
        ),
        Misconception(
            "the faintest is left out of the fit",
            without_the_faintest,
            "That is a good question as well, and a sharper one. Here the fit is that of all twelve.",
        ),
        Misconception(
            "the faintest is compared with one new supernova and not with the faintest of twelve",
            alone,
            "Nobody pointed to this supernova beforehand: it was picked because it is the faintest. What must be picked from a "
            "replicate?",
        ),
        Misconception(
            "p is for one new supernova and not for the faintest of twelve",
            with_p(lambda data: alone(data)["p"]),
            "Nobody pointed to this supernova beforehand: it was picked because it is the faintest. What must be picked from a "
            "replicate?",
        ),
        Misconception(
            "the smallest magnitude is taken for the faintest",
            brightest,
            "Magnitudes run backward. Which is fainter, −19 or −20?",
        ),
        Misconception(
            "the smallest magnitude is taken for the faintest, and p counts the replicates in which it is larger",
            lambda data: {"typical": brightest(data)["typical"], "p": 1 - brightest(data)["p"]},
            "Magnitudes run backward. Which is fainter, −19 or −20?",
        ),
        Misconception(
            "p is the share of replicates whose faintest is brighter",
            with_p(lambda data: 1 - surprise(data)["p"]),
            "A small p is to mean that the faintest is fainter than the model would have it. What does yours mean?",
        ),
        Misconception(
            "p is doubled, as for two tails",
            with_p(lambda data: 2 * surprise(data)["p"]),
            "The question is about one side only: is the faintest too faint?",
        ),
    ],
    solution=r"""
From fit to p-value: draw a pair $(\langle M \rangle, \sigma_\mathrm{int})$ from the posterior, draw twelve new supernovae
with these, measure them with the same errors, and look at the faintest.

```python
def surprise(data):
    y, sigma = data["y"], data["sigma"]
    rng, n = np.random.default_rng(1), 200_000
    draws = fit(data).draws(n, rng=rng)
    mu, tau = draws.mu[:, None], draws.tau[:, None]
    new = rng.normal(mu, np.hypot(tau, sigma), (n, len(y)))
    faintest = new.max(axis=1)
    return {"typical": np.median(faintest), "p": np.mean(faintest >= y.max())}
```

Population and noise can be drawn in one go, with $\tau^2 + \sigma_j^2$. The reference does without draws: given
$\langle M \rangle$ and $\sigma_\mathrm{int}$, the faintest lies below $t$ with the probability $\prod_j \Phi\bigl((t - \langle
M \rangle) / \sqrt{\tau^2 + \sigma_j^2}\bigr)$, and that is averaged over the exact posterior.

The p-value is larger than you may have thought. The faintest was in the fit, and has widened $\sigma_\mathrm{int}$ until it is
no great surprise anymore: a check with data that the fit has used is a mild one. Chapter 8 has sharper ones.
""",
)


# ---- 3. Subtracting the noise, with weights -------------------------------------------------------------------------------


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


def spread_of(y, weights):
    """The squared distances from the weighted mean, without weights."""
    return (y - np.average(y, weights=weights)) ** 2


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
            "the weighted mean of the σ² is subtracted from the unbiased weighted variance",
            lambda y, sigma, weights: moment(
                y, sigma, weights, noise=np.average(sigma**2, weights=weights) * np.sum(shares(weights))
            ),
            "The variance is unbiased if all errors are equal. Here a measurement with a large weight pulls the mean toward "
            "itself, and its noise counts for less: how much of each σ_j² is in E Q?",
        ),
        Misconception(
            "the plain mean of the σ² is subtracted from the unbiased weighted variance",
            lambda y, sigma, weights: moment(y, sigma, weights, noise=np.mean(sigma**2) * np.sum(shares(weights))),
            "This is right when all weights are equal. How much of each σ_j² is in E Q if they are not?",
        ),
        Misconception(
            "the variance is multiplied by J/(J − 1), as for equal weights",
            lambda y, sigma, weights: moment(
                y, sigma, weights, share=weights * (1 - 1 / y.size), noise=np.sum(weights * sigma**2) * (1 - 1 / y.size)
            ),
            "With one huge weight among tiny ones there is hardly more than one measurement. What takes the place of 1/J?",
        ),
        Misconception(
            "the noise in Q is taken to be that about the true mean, and the scatter that about the weighted one",
            lambda y, sigma, weights: moment(y, sigma, weights, noise=np.sum(weights * sigma**2)),
            "You have the constant before τ² right. The σ_j² come into E Q in the same way as τ² does, one by one.",
        ),
        Misconception(
            "the weights are taken to be 1/σ², whatever they are",
            lambda y, sigma, weights: moment(y, sigma, 1 / sigma**2),
            "These would be a sensible choice. But the function is given its weights, and is to use them.",
        ),
        Misconception(
            "the weights are squared in Q",
            lambda y, sigma, weights: moment(y, sigma, weights**2, mean=np.average(y, weights=weights)),
            "Look at Q once more: with which power of w_j does each square enter?",
        ),
        Misconception(
            "σ_j and not its square is subtracted",
            lambda y, sigma, weights: moment(y, sigma, weights, noise=np.sum(shares(weights) * sigma)),
            "Check the unit: what is subtracted from a square in mag² has to be in mag² too.",
        ),
        Misconception(
            "the median takes the place of the weighted mean",
            lambda y, sigma, weights: moment(y, sigma, weights, mean=np.median(y)),
            "Q is taken about the mean that makes it smallest. Which mean does that, with weights?",
        ),
        Misconception(
            "what the mean takes away has the weight 1/W² and not 1/W",
            lambda y, sigma, weights: moment(y, sigma, weights, share=weights * (1 - weights / np.sum(weights) ** 2)),
            "Collect the terms with v_j in E Q: one from the square itself, one from the product with the mean, one from the "
            "mean's own variance. What is left of the last two?",
        ),
        Misconception(
            "the variance of the mean is added to Q's expectation and the covariance forgotten",
            lambda y, sigma, weights: moment(y, sigma, weights, share=weights * (1 + weights / np.sum(weights))),
            "The mean is made of the same measurements. Does it follow them, or move against them?",
        ),
        Misconception(
            "the covariance is counted and the mean's own variance forgotten",
            lambda y, sigma, weights: moment(y, sigma, weights, share=weights * (1 - 2 * weights / np.sum(weights))),
            "The mean has a variance of its own, and its square is in every term of Q. What does it add?",
        ),
        Misconception(
            "Q minus the noise is divided by the sum of the weights",
            lambda y, sigma, weights: np.sqrt(
                max(0.0, moment(y, sigma, weights, root=lambda excess: excess) * np.sum(shares(weights)) / np.sum(weights))
            ),
            "You have the noise in E Q right. Which constant stands before τ² there?",
        ),
        Misconception(
            "Q minus the noise is divided by J − 1",
            lambda y, sigma, weights: np.sqrt(
                max(0.0, moment(y, sigma, weights, root=lambda excess: excess) * np.sum(shares(weights)) / (y.size - 1))
            ),
            "You have the noise in E Q right. Which constant stands before τ² there?",
        ),
        Misconception(
            "Q is divided by the sum of the weights less one, as if they counted repeated measurements",
            lambda y, sigma, weights: np.sqrt(
                max(0.0, weights @ spread_of(y, weights) / (weights.sum() - 1) - np.average(sigma**2, weights=weights))
            ),
            "Multiply all weights by ten: the estimate should stay as it is. Does yours?",
        ),
        Misconception(
            "Q is summed without its weights",
            lambda y, sigma, weights: np.sqrt(
                max(0.0, np.sum(spread_of(y, weights)) - shares(weights) @ sigma**2) / np.sum(shares(weights))
            ),
            "Look at Q once more: with which power of w_j does each square enter?",
        ),
        Misconception(
            "the sample variance is divided by J and not by J − 1, and the weights are not used",
            lambda y, sigma, weights: np.sqrt(max(0.0, np.var(y) - np.mean(sigma**2))),
            "With equal weights the chapter's estimator should come out. What does that divide by? And with other weights?",
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

# ---- 4. A soft limit ------------------------------------------------------------------------------------------------------


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
            "only the soft limit is in the width",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / (width + 0 * sigma)),
            "This is right for a supernova of the magnitude ⟨M⟩, measured without error. Yours is any one of the population.",
        ),
        Misconception(
            "only the noise is in the width",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / sigma),
            "Three independent things scatter here. Where are the other two?",
        ),
        Misconception(
            "only the spread of the population is in the width",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / (tau + 0 * sigma)),
            "Three independent things scatter here. Where are the other two?",
        ),
        Misconception(
            "the variance of the limit is subtracted and not added",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.sqrt(tau**2 + sigma**2 - width**2)),
            "The limit is somewhere else each night. Does that make the transition from 1 to 0 sharper, or softer?",
        ),
        Misconception(
            "the widths of noise and limit are subtracted in quadrature",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.sqrt(tau**2 - sigma**2 + width**2)),
            "Three independent things scatter. How do the widths of independent things add up?",
        ),
        Misconception(
            "a sharp limit and a soft one are passed one after the other",
            lambda mu, tau, sigma, modulus, m_lim, width: (
                ndtr((m_lim - modulus - mu) / np.hypot(tau, sigma))
                * ndtr((m_lim - modulus - mu) / np.sqrt(tau**2 + sigma**2 + width**2))
            ),
            "There is one limit. With a width of zero your function should have a single Φ.",
        ),
        Misconception(
            "the soft limit is applied to a supernova of average magnitude, and its probability multiplied in",
            lambda mu, tau, sigma, modulus, m_lim, width: (
                ndtr((m_lim - modulus - mu) / np.hypot(tau, sigma)) * ndtr((m_lim - modulus - mu) / np.maximum(width, 1e-300))
            ),
            "Inside the integral both depend on the same magnitude. A product of two averages is not the average of a product.",
        ),
        Misconception(
            "the distance modulus is added to the limit, or left out",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim + modulus - mu) / np.sqrt(tau**2 + sigma**2 + width**2)),
            "Everything is detected. The limit is an apparent magnitude, and μ an absolute one: what lies between them, and "
            "with which sign?",
        ),
        Misconception(
            "the logarithm of the probability is given",
            lambda mu, tau, sigma, modulus, m_lim, width: log_ndtr(
                (m_lim - modulus - mu) / np.sqrt(tau**2 + sigma**2 + width**2)
            ),
            "The likelihood will want that. Here the probability itself is asked for.",
        ),
        Misconception(
            "the width of the limit is not squared",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / np.sqrt(tau**2 + sigma**2 + width)),
            "Three independent things scatter. How do the widths of independent things add up?",
        ),
        Misconception(
            "the width of the limit is added to the sd of the measured magnitude",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr((m_lim - modulus - mu) / (np.hypot(tau, sigma) + width)),
            "Three independent things scatter. How do the widths of independent things add up?",
        ),
        Misconception(
            "the error function is used without its factor √2",
            lambda mu, tau, sigma, modulus, m_lim, width: ndtr(
                np.sqrt(2) * (m_lim - modulus - mu) / np.sqrt(tau**2 + sigma**2 + width**2)
            ),
            "Φ and the error function are not the same function: compare what each gives one sd from the mean.",
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

# ---- 5. The likelihood of a truncated sample with odd ones in it ----------------------------------------------------------


def log_likelihood(mu, tau, odd, wide, y, sigma, limit):
    """ln p(y | mu, tau, odd, wide, every y_j <= limit_j): a population of two widths, cut off."""
    parts = np.log([[1 - odd], [odd]])
    spread = np.sqrt(np.array([[tau], [wide]]) ** 2 + sigma**2)
    log_density = -0.5 * np.log(2 * np.pi * spread**2) - 0.5 * ((y - mu) / spread) ** 2
    log_probability = log_ndtr((limit - mu) / spread)
    return np.sum(logsumexp(parts + log_density, axis=0) - logsumexp(parts + log_probability, axis=0))


def draw_log_likelihood(rng):
    """Limits within three sd of the mean, and values below them, some of them far out."""
    size, mu, tau = rng.integers(1, 15), rng.uniform(-19.6, -19.0), rng.uniform(0.03, 0.4)
    sigma, odd, wide = rng.uniform(0.03, 0.2, size), rng.uniform(0.02, 0.4), rng.uniform(0.5, 1.5)
    z = rng.uniform(-3, 3, size)
    spread = np.hypot(np.where(rng.random(size) < odd, wide, tau), sigma)
    y = mu + spread * ndtri(rng.uniform(0.01, 0.99, size) * ndtr(z * np.hypot(tau, sigma) / spread))
    return float(mu), float(tau), float(odd), float(wide), y, sigma, mu + np.hypot(tau, sigma) * z


def two(function, tau, wide, sigma):
    """Return what a function of the spread gives for the normal ones and for the odd ones, (2, J)."""
    return np.array([function(np.hypot(tau, sigma)), function(np.hypot(wide, sigma))])


def mixed(odd, logs):
    """Return the logarithm of a mixture from the logarithms of its two parts, (2, J)."""
    return logsumexp(np.log([[1 - odd], [odd]]) + logs, axis=0)


def likelihood(*, density=None, probability=None, join=np.sum):
    """Return the log likelihood with one of its two terms made otherwise: a function of its arguments.

    density, probability: functions of mu, tau, odd, wide, y, sigma, limit that return their logarithm, (J,).
    """

    def wrong(*arguments):
        mu, tau, odd, wide, y, sigma, limit = arguments
        of_density = mixed(odd, two(lambda spread: stats.norm.logpdf(y, mu, spread), tau, wide, sigma))
        of_probability = mixed(odd, two(lambda spread: log_ndtr((limit - mu) / spread), tau, wide, sigma))
        of_density = of_density if density is None else density(*arguments)
        of_probability = of_probability if probability is None else probability(*arguments)
        return join(of_density - of_probability)

    return wrong


def each_by_its_own(mu, tau, odd, wide, y, sigma, limit):
    """The log likelihood with each part of the population divided by its own probability."""
    cut = two(lambda spread: stats.norm.logpdf(y, mu, spread) - log_ndtr((limit - mu) / spread), tau, wide, sigma)
    return np.sum(mixed(odd, cut))


def all_of_a_kind(mu, tau, odd, wide, y, sigma, limit):
    """The log likelihood if either all supernovae of the sample are normal ones or all are odd ones."""
    cut = two(lambda spread: stats.norm.logpdf(y, mu, spread) - log_ndtr((limit - mu) / spread), tau, wide, sigma)
    return logsumexp(np.log([1 - odd, odd]) + cut.sum(axis=1))


def products_first(mu, tau, odd, wide, y, sigma, limit):
    """The log likelihood if density and probability are those of a whole sample of one kind, mixed, and then divided."""
    density = two(lambda spread: stats.norm.logpdf(y, mu, spread), tau, wide, sigma).sum(axis=1)
    probability = two(lambda spread: log_ndtr((limit - mu) / spread), tau, wide, sigma).sum(axis=1)
    return logsumexp(np.log([1 - odd, odd]) + density) - logsumexp(np.log([1 - odd, odd]) + probability)


def one_width(tau, odd, wide, sigma):
    """The sd of a Normal with the variance of the mixture."""
    return np.sqrt((1 - odd) * tau**2 + odd * wide**2 + sigma**2)


def changed(change):
    """Return the log likelihood for other arguments: a function of them."""
    return lambda *arguments: log_likelihood(*change(*arguments))


def weighted_logs(odd, logs):
    """The logarithms of the two parts, averaged with their shares."""
    return (1 - odd) * logs[0] + odd * logs[1]


SAME_WIDTH = "The limit cuts the density of the measured values. Does what you divide by have the same width as what is cut?"

LOG_LIKELIHOOD = Function(
    "log_likelihood",
    5,
    reference=log_likelihood,
    tolerance=Tolerance(rel=1e-6, abs=1e-6),
    probes=[
        (-19.3, 0.15, 0.2, 0.8, np.array([-19.4, -19.25, -19.7]), np.array([0.05, 0.1, 0.15]), np.array([-18.9, -19.2, -19.6])),
        (-19.1, 0.3, 0.05, 1.2, np.array([-19.5, -19.02]), np.array([0.2, 0.08]), np.array([-19.3, -18.8])),
        (-19.3, 0.1, 0.3, 0.5, np.array([-18.1, -20.4]), np.array([0.1, 0.12]), np.array([-17.9, -19.1])),
        (-19.35, 0.1, 0.1, 0.6, np.array([-19.3]), np.array([0.12]), np.array([-10.0])),
        (-19.2, 0.2, 0.0, 0.7, np.array([-19.3, -19.0]), np.array([0.12, 0.06]), np.array([-19.0, -18.9])),
        (-18.0, 0.03, 0.1, 0.04, np.array([-20.6, -20.9]), np.array([0.04, 0.03]), np.array([-20.5, -20.7])),
    ],
    private=draw_log_likelihood,
    misconceptions=[
        Misconception(
            "the hierarchical model is trusted to handle the selection by itself",
            likelihood(probability=lambda *arguments: 0.0),
            "Nothing in a likelihood knows of a limit unless you put it there. What was granted before the first value was in "
            "the table?",
        ),
        Misconception(
            "each part of the population is divided by its own probability of detection",
            each_by_its_own,
            "Odd ones are more or less often detected than the others, so that their share in the table is not `odd`. Write "
            "down the density of a value and its detection together, and integrate it.",
        ),
        Misconception(
            "the density is divided by the probability of detection of normal supernovae alone",
            likelihood(probability=lambda mu, tau, odd, wide, y, sigma, limit: log_ndtr((limit - mu) / np.hypot(tau, sigma))),
            "Integrate the density of a detected value over all that can be detected. What has to come out, and what does?",
        ),
        Misconception(
            "the density is divided by the probability of detection of odd supernovae alone",
            likelihood(probability=lambda mu, tau, odd, wide, y, sigma, limit: log_ndtr((limit - mu) / np.hypot(wide, sigma))),
            "Integrate the density of a detected value over all that can be detected. What has to come out, and what does?",
        ),
        Misconception(
            "either all supernovae are odd or none is",
            all_of_a_kind,
            "Each supernova is of one kind or the other, whatever the others are. What comes first, the product over the "
            "supernovae or the sum over the kinds?",
        ),
        Misconception(
            "the supernovae are multiplied first and the kinds added afterwards, in density and probability",
            products_first,
            "Each supernova is of one kind or the other, whatever the others are. What comes first, the product over the "
            "supernovae or the sum over the kinds?",
        ),
        Misconception(
            "the two parts are added without their shares",
            changed(lambda mu, tau, odd, wide, y, sigma, limit: (mu, tau, 0.5, wide, y, sigma, limit)),
            "Let `odd` go to zero: the chapter's likelihood should be left.",
        ),
        Misconception(
            "the logarithms of the two parts are averaged, in density and probability",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: weighted_logs(
                    odd, two(lambda spread: stats.norm.logpdf(y, mu, spread), tau, wide, sigma)
                ),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: weighted_logs(
                    odd, two(lambda spread: log_ndtr((limit - mu) / spread), tau, wide, sigma)
                ),
            ),
            "The density of a mixture is the sum of two densities. Its logarithm comes last.",
        ),
        Misconception(
            "the logarithms of the two densities are averaged",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: weighted_logs(
                    odd, two(lambda spread: stats.norm.logpdf(y, mu, spread), tau, wide, sigma)
                )
            ),
            "The density of a mixture is the sum of two densities. Its logarithm comes last.",
        ),
        Misconception(
            "one Normal with the variance of the mixture stands for both parts",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: stats.norm.logpdf(y, mu, one_width(tau, odd, wide, sigma)),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: log_ndtr(
                    (limit - mu) / one_width(tau, odd, wide, sigma)
                ),
            ),
            "Few that are far out and many that are close: is that the same as all being a bit farther out?",
        ),
        Misconception(
            "there are no odd ones",
            changed(lambda mu, tau, odd, wide, y, sigma, limit: (mu, tau, 0.0, wide, y, sigma, limit)),
            "This is the likelihood of the chapter. What is the density of a true magnitude here?",
        ),
        Misconception(
            "the shares of the two parts are exchanged",
            changed(lambda mu, tau, odd, wide, y, sigma, limit: (mu, tau, 1 - odd, wide, y, sigma, limit)),
            "Let `odd` go to zero: which width should be left?",
        ),
        Misconception(
            "the odd part is added without taking its share from the other",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: np.logaddexp(
                    stats.norm.logpdf(y, mu, np.hypot(tau, sigma)),
                    np.log(odd) + stats.norm.logpdf(y, mu, np.hypot(wide, sigma)),
                ),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: np.logaddexp(
                    log_ndtr((limit - mu) / np.hypot(tau, sigma)), np.log(odd) + log_ndtr((limit - mu) / np.hypot(wide, sigma))
                ),
            ),
            "The shares of the two parts add up to one.",
        ),
        Misconception(
            "the odd ones are measured without noise",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, np.array([stats.norm.logpdf(y, mu, np.hypot(tau, sigma)), stats.norm.logpdf(y, mu, wide)])
                ),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, np.array([log_ndtr((limit - mu) / np.hypot(tau, sigma)), log_ndtr((limit - mu) / wide) + 0 * y])
                ),
            ),
            "An odd supernova is measured like any other.",
        ),
        Misconception(
            "the width of the odd ones is that of their measured values relative to the others, τ and `wide` in quadrature",
            changed(lambda mu, tau, odd, wide, y, sigma, limit: (mu, tau, odd, np.hypot(tau, wide), y, sigma, limit)),
            "`wide` is all of the spread of the odd ones' true magnitudes. What is added to it when they are measured?",
        ),
        Misconception(
            "the density is multiplied by the probability of detection",
            likelihood(
                probability=lambda mu, tau, odd, wide, y, sigma, limit: (
                    -mixed(odd, two(lambda spread: log_ndtr((limit - mu) / spread), tau, wide, sigma))
                )
            ),
            "Integrate the density of a detected value over all that can be detected. What has to come out, and what does?",
        ),
        Misconception(
            "the survey is thought to judge the true magnitudes",
            likelihood(
                probability=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, np.array([log_ndtr((limit - mu) / tau), log_ndtr((limit - mu) / wide)])
                )
            ),
            SAME_WIDTH,
        ),
        Misconception(
            "only the noise is in the probability of detection",
            likelihood(probability=lambda mu, tau, odd, wide, y, sigma, limit: log_ndtr((limit - mu) / sigma)),
            SAME_WIDTH,
        ),
        Misconception(
            "the probability of being missed is in the denominator",
            likelihood(
                probability=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, two(lambda spread: log_ndtr((mu - limit) / spread), tau, wide, sigma)
                )
            ),
            "In magnitudes bright is small. Let a limit go to +∞, where everything is detected: what should your correction "
            "become?",
        ),
        Misconception(
            "the probability that a measurement lies below the measured value is in the denominator",
            likelihood(
                probability=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, two(lambda spread: log_ndtr((y - mu) / spread), tau, wide, sigma)
                )
            ),
            "A supernova would be in the table with any value up to its limit. Where does your integral end?",
        ),
        Misconception(
            "Φ is computed before its logarithm is taken",
            likelihood(
                probability=lambda mu, tau, odd, wide, y, sigma, limit: np.log(
                    (1 - odd) * ndtr((limit - mu) / np.hypot(tau, sigma)) + odd * ndtr((limit - mu) / np.hypot(wide, sigma))
                )
            ),
            "The formula is right, but far from the limit Φ is too small for a float, and a sampler that comes there finds an "
            "infinitely good place. SciPy has functions for ln Φ, and for the logarithm of a sum of exponentials.",
        ),
        Misconception(
            "the densities are computed before their logarithm is taken",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: np.log(
                    (1 - odd) * stats.norm.pdf(y, mu, np.hypot(tau, sigma)) + odd * stats.norm.pdf(y, mu, np.hypot(wide, sigma))
                )
            ),
            "The formula is right, but far from the population the densities are too small for a float, and a sampler that "
            "starts there finds nothing to climb. SciPy has a function for the logarithm of a sum of exponentials.",
        ),
        Misconception(
            "densities and probabilities are computed before their logarithms are taken",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: np.log(
                    (1 - odd) * stats.norm.pdf(y, mu, np.hypot(tau, sigma)) + odd * stats.norm.pdf(y, mu, np.hypot(wide, sigma))
                ),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: np.log(
                    (1 - odd) * ndtr((limit - mu) / np.hypot(tau, sigma)) + odd * ndtr((limit - mu) / np.hypot(wide, sigma))
                ),
            ),
            "The formula is right, but far from the population both are too small for a float, and what is left is 0/0. "
            "SciPy has functions for ln Φ, and for the logarithm of a sum of exponentials.",
        ),
        Misconception(
            "the measured values are taken for the true ones",
            changed(lambda mu, tau, odd, wide, y, sigma, limit: (mu, tau, odd, wide, y, 0 * sigma, limit)),
            "τ is how much the supernovae differ. The measured values differ by more: by what else?",
        ),
        Misconception(
            "variances stand where standard deviations belong",
            likelihood(
                density=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, two(lambda spread: stats.norm.logpdf(y, mu, spread**2), tau, wide, sigma)
                ),
                probability=lambda mu, tau, odd, wide, y, sigma, limit: mixed(
                    odd, two(lambda spread: log_ndtr((limit - mu) / spread**2), tau, wide, sigma)
                ),
            ),
            "What does SciPy mean by `scale`: a variance, or a width? And Φ takes a pure number.",
        ),
        Misconception(
            "the constant of the Normal density is left out",
            lambda mu, tau, odd, wide, y, sigma, limit: (
                log_likelihood(mu, tau, odd, wide, y, sigma, limit) + 0.5 * len(y) * np.log(2 * np.pi)
            ),
            "This would do for a sampler. Here the density should integrate to one, over all values that can be detected.",
        ),
        Misconception(
            "the logarithms are averaged over the supernovae and not summed",
            likelihood(join=np.mean),
            "The supernovae are independent. What becomes of their densities, and what of the logarithms?",
        ),
        Misconception(
            "the priors of the chapter are added",
            lambda mu, tau, odd, wide, y, sigma, limit: (
                log_likelihood(mu, tau, odd, wide, y, sigma, limit) + MODEL.log_prior(mu, tau)
            ),
            "Asked for is the likelihood alone.",
        ),
        Misconception(
            "the likelihood is given in place of its logarithm",
            lambda *arguments: np.exp(log_likelihood(*arguments)),
            "The logarithm is asked for. With a thousand supernovae the likelihood itself would be no number anymore.",
        ),
        Misconception(
            "minus the logarithm is given, as for a minimizer",
            lambda *arguments: -log_likelihood(*arguments),
            "A sampler climbs: it wants the logarithm of the likelihood itself.",
        ),
    ],
    solution=r"""
The measured value of a normal supernova has the variance $v_j = \tau^2 + \sigma_j^2$, that of an odd one $u_j =
\mathtt{wide}^2 + \sigma_j^2$. With $f$ for `odd`, the density of a value that is in the table, and the probability that it is
there at all, are

$$
\begin{aligned}
p(y_j, S_j) &= (1 - f)\, \mathcal{N}(y_j \mid \mu, v_j) + f\, \mathcal{N}(y_j \mid \mu, u_j), \\
P(S_j) &= (1 - f)\, \Phi\Bigl(\tfrac{\ell_j - \mu}{\sqrt{v_j}}\Bigr) + f\, \Phi\Bigl(\tfrac{\ell_j - \mu}{\sqrt{u_j}}\Bigr) .
\end{aligned}
$$

The second is the integral of the first up to the limit, and each value contributes the ratio of the two. To divide each part
by its own $\Phi$ would be another model, in which $f$ is the share of odd ones among the *detected*. The supernovae are
independent: the logarithms of the ratios add up. `log_ndtr` and `logsumexp` stay finite where Φ itself is rounded to zero.
""",
)

# ---- 6. What good photometry removes --------------------------------------------------------------------------------------

FOLLOW_UP = Choice(
    "follow_up",
    2,
    options={
        "a": "None of it, the new values being as good as exact.",
        "b": "All of it, the same −0.045 mag that it had before.",
        "c": "The larger part of it, which is about −0.031 mag.",
        "d": "The smaller part of it, which is about −0.014 mag.",
    },
    answer="c",
    reasons={
        "i": "The sample is the same as before, so that it has to have the very same bias as before.",
        "ii": "The bias of a sample is made by the noise of its values, so it goes away with the noise.",
        "iii": "The luck that helped one over the limit does not come again; what it is, it remains.",
        "iv": "With better data the model shrinks less, and it was shrinkage that had biased them.",
        "v": "Exact values show luminosities as they are, and only noise near the limit still misleads.",
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


def moment_by_expanding(y, sigma, weights):
    """Everything in sums of powers, with the weights brought to a sum of one."""
    w = weights / weights.sum()
    excess = w @ y**2 - (w @ y) ** 2 - w @ sigma**2 + w**2 @ sigma**2
    return max(excess / (1 - w @ w), 0) ** 0.5


def detected_by_the_error_function(mu, tau, sigma, modulus, m_lim, width):
    """From the complement of the error function of SciPy."""
    from scipy.special import erfc

    return erfc((mu + modulus - m_lim) / np.sqrt(2 * (tau**2 + np.square(sigma) + width**2))) / 2


def log_likelihood_in_a_loop(mu, tau, odd, wide, y, sigma, limit):
    """One supernova after the other, by scipy.stats."""
    total = 0.0
    for value, error, end in zip(y, sigma, limit, strict=True):
        logs = [[], []]
        for share, width in ((1 - odd, tau), (odd, wide)):
            if share > 0:
                population = stats.norm(mu, (width**2 + error**2) ** 0.5)
                logs[0].append(np.log(share) + population.logpdf(value))
                logs[1].append(np.log(share) + population.logcdf(end))
        total += logsumexp(logs[0]) - logsumexp(logs[1])
    return total


def log_likelihood_by_factors(mu, tau, odd, wide, y, sigma, limit):
    """The truncated likelihood of each part, with the share that it has among the detected."""
    v, u = np.sqrt(tau**2 + sigma**2), np.sqrt(wide**2 + sigma**2)
    with np.errstate(divide="ignore"):
        odds = np.log(odd) + log_ndtr((limit - mu) / u) - np.log1p(-odd) - log_ndtr((limit - mu) / v)
    normal = stats.norm.logpdf(y, mu, v) - log_ndtr((limit - mu) / v) - np.logaddexp(0, odds)
    strange = stats.norm.logpdf(y, mu, u) - log_ndtr((limit - mu) / u) - np.logaddexp(0, -odds)
    return np.logaddexp(normal, strange).sum()


def log_likelihood_with_weights(mu, tau, odd, wide, y, sigma, limit):
    """logsumexp with the shares as its weights."""
    spread = np.hypot(sigma[:, None], [tau, wide])
    of_value = logsumexp(stats.norm.logpdf(y[:, None], mu, spread), axis=1, b=[1 - odd, odd])
    return np.sum(of_value - logsumexp(log_ndtr((limit[:, None] - mu) / spread), axis=1, b=[1 - odd, odd]))


def supernovae_on_a_grid(data):
    """The posterior of mu and tau on a grid, in plain NumPy."""
    sne = datasets.csp_supernovae(H0=data["H0"])
    y = sne.y[data["chosen"]]
    variance = sne.sigma_fit[data["chosen"]] ** 2 + (sne.sigma_pec[data["chosen"]] * data["sigma_v"] / 250) ** 2
    mu, tau = np.linspace(y.mean() - 1.2, y.mean() + 1.2, 481)[:, None], np.linspace(0, 1.2, 2401)
    log_p = stats.norm.logpdf(mu, -19.3, 0.5) - tau**2 / (2 * 0.3**2)
    for value, square in zip(y, variance, strict=True):
        log_p = log_p - 0.5 * np.log(tau**2 + square) - 0.5 * (value - mu) ** 2 / (tau**2 + square)
    p = np.exp(log_p - log_p.max())
    of_mu, of_tau = p.sum(axis=1) / p.sum(), p.sum(axis=0) / p.sum()
    mean = of_mu @ mu[:, 0]
    # Half of a cell lies beyond its point; the first cell has no more than its right half.
    cdf = np.cumsum(of_tau) - of_tau / 2
    return {"M": mean, "M_sd": np.sqrt(of_mu @ (mu[:, 0] - mean) ** 2), "sigma_int": np.interp([0.025, 0.5, 0.975], cdf, tau)}


def supernovae_by_lecturekit(data):
    """As the solution has it."""
    sne, chosen = datasets.csp_supernovae(H0=data["H0"], Om0=0.3), data["chosen"]
    sigma = np.hypot(sne.sigma_fit, sne.sigma_pec * data["sigma_v"] / 250)
    post = exact.posterior(MODEL, Measurements(sne.y[chosen], sigma[chosen]))
    quantiles = [post.quantile("tau", level) for level in (0.025, 0.5, 0.975)]
    return {"M": post.mean("mu"), "M_sd": post.sd("mu"), "sigma_int": quantiles}


def surprise_by_draws(data):
    """From fit to p-value with 200,000 replicates, as the solution has it."""
    y, sigma = data["y"], data["sigma"]
    rng = np.random.default_rng(1)
    draws = exact.posterior(MODEL, Measurements(y, sigma)).draws(200_000, rng=rng)
    mu, tau = draws.mu[:, None], draws.tau[:, None]
    new = rng.normal(mu, np.hypot(tau, sigma), (200_000, y.size)).max(axis=1)
    return {"typical": np.median(new), "p": np.mean(new >= y.max())}


def surprise_in_two_steps(data):
    """New supernovae first, then their measurement, in chunks; the draws from a grid of tau."""
    rng, counted, found = np.random.default_rng(2), 0, []
    draws = exact.posterior(MODEL, Measurements(data["y"], data["sigma"])).draws(250_000, rng=rng)
    for mu, tau in zip(np.split(draws.mu, 10), np.split(draws.tau, 10), strict=True):
        true = mu[:, None] + tau[:, None] * rng.standard_normal((mu.size, data["y"].size))
        replicates = np.max(true + data["sigma"] * rng.standard_normal(true.shape), axis=1)
        counted += np.count_nonzero(replicates > np.max(data["y"]))
        found.append(replicates)
    return {"typical": float(np.quantile(np.concatenate(found), 0.5)), "p": counted / 250_000}


def surprise_by_products(data):
    """The probability of every draw exactly, averaged over 5,000 draws; the median from the same on a grid."""
    draws = exact.posterior(MODEL, Measurements(**data)).draws(5000, rng=np.random.default_rng(3))
    spread = np.hypot(draws.tau[:, None], data["sigma"])
    ends = np.append(np.linspace(-0.2, 1.0, 121) + np.median(data["y"]), data["y"].max())
    below = [stats.norm.cdf(end, draws.mu[:, None], spread).prod(axis=1).mean() for end in ends]
    return {"typical": np.interp(0.5, below[:-1], ends[:-1]), "p": 1 - below[-1]}


def half_right_for_positive_variances(y, sigma, weights):
    """The root of whatever comes out."""
    return moment(y, sigma, weights, root=np.sqrt)


def half_right_for_a_soft_limit(mu, tau, sigma, modulus, m_lim, width):
    """The integral over the measured value, which divides by the width of the limit."""
    spread, limit = np.hypot(tau, sigma), m_lim - modulus
    z = np.linspace(-9, 9, 4001)
    given = stats.norm.cdf((np.expand_dims(limit, -1) - mu - np.expand_dims(spread, -1) * z) / width)
    return np.sum(stats.norm.pdf(z) * given, axis=-1) * 18 / 4000


def half_right_for_arrays(mu, tau, sigma, modulus, m_lim, width):
    """A list comprehension, where numbers may come."""
    return [detected(mu, tau, s, dm, m_lim, width) for s, dm in zip(sigma, modulus, strict=True)]


def half_right_near_the_limit(mu, tau, odd, wide, y, sigma, limit):
    """Φ with a floor under it."""
    v, u = np.hypot(tau, sigma), np.hypot(wide, sigma)
    density = (1 - odd) * stats.norm.pdf(y, mu, v) + odd * stats.norm.pdf(y, mu, u)
    probability = (1 - odd) * ndtr((limit - mu) / v) + odd * ndtr((limit - mu) / u)
    return np.sum(np.log(np.maximum(density, 1e-300)) - np.log(np.maximum(probability, 1e-300)))


ALTERNATIVES = {
    "supernovae": [supernovae_on_a_grid, supernovae_by_lecturekit],
    "surprise": [surprise_by_draws, surprise_in_two_steps, surprise_by_products],
    "moment_scatter": [moment_in_a_loop, moment_by_the_pairs, moment_by_expanding],
    "detected": [detected_in_a_loop, detected_by_quadrature, detected_by_the_error_function],
    "log_likelihood": [log_likelihood_in_a_loop, log_likelihood_by_factors, log_likelihood_with_weights],
}
# Right on ordinary inputs and wrong on an edge: each fails on a public probe.
HALF_RIGHT = {
    "moment_scatter": [half_right_for_positive_variances],
    "detected": [half_right_for_a_soft_limit, half_right_for_arrays],
    "log_likelihood": [half_right_near_the_limit],
}
DATA = {"supernovae": draw_supernovae, "sample": draw_sample}
QUESTIONS = [SUPERNOVAE, SURPRISE, MOMENT_SCATTER, DETECTED, LOG_LIKELIHOOD, FOLLOW_UP]
