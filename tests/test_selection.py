import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact, selection

MODEL = NormalHierarchy((0.5, 2.0), stats.halfcauchy(scale=1.5))
DATA = Measurements([0.3, -1.2, 2.0], [0.5, 1.0, 0.2])
LIMIT = np.array([0.4, 1.0, 2.0])
MISSED_LIMIT, MISSED_SIGMA = np.array([0.1, -0.7]), np.array([0.3, 0.9])
SUPERNOVAE = NormalHierarchy((-19.3, 0.5), stats.halfnorm(scale=0.3))


def truncated(params):
    return selection.log_prob_truncated(MODEL, params, DATA, LIMIT)


def censored(params):
    return selection.log_prob_censored(MODEL, params, DATA, MISSED_LIMIT, MISSED_SIGMA)


BOTH = pytest.mark.parametrize("log_prob", [truncated, censored])


@pytest.mark.parametrize("seed", range(5))
def test_the_truncated_density_integrates_to_one_below_the_limit(seed):
    rng = np.random.default_rng(seed)
    mu, tau, sigma = rng.normal(), rng.uniform(0.1, 2), rng.uniform(0.1, 2)
    limit = mu + rng.normal() * np.hypot(tau, sigma)

    def density(y):
        log_p = selection.log_prob_truncated(MODEL, [mu, tau], Measurements([y], [sigma]), [limit])
        return np.exp(log_p - MODEL.log_prior(mu, tau))

    assert integrate.quad(density, limit - 15 * np.hypot(tau, sigma), limit)[0] == pytest.approx(1, abs=1e-7)


def test_the_truncated_density_is_scipys():
    sd = np.hypot(DATA.sigma, 0.9)
    expected = stats.truncnorm.logpdf(DATA.y, -np.inf, (LIMIT + 0.4) / sd, loc=-0.4, scale=sd).sum()
    assert truncated([-0.4, 0.9]) == pytest.approx(expected + MODEL.log_prior(-0.4, 0.9), rel=1e-12)


def test_a_missed_object_contributes_its_tail():
    sd = np.hypot(MISSED_SIGMA, 0.9)
    expected = MODEL.log_prob_marginal([-0.4, 0.9], DATA) + stats.norm.logsf(MISSED_LIMIT, -0.4, sd).sum()
    assert censored([-0.4, 0.9]) == pytest.approx(expected, rel=1e-12)


def test_limits_out_of_reach_leave_the_complete_sample():
    params = np.random.default_rng(1).uniform(0.1, 2, (50, 2))
    complete = MODEL.log_prob_marginal(params, DATA)
    np.testing.assert_array_equal(selection.log_prob_truncated(MODEL, params, DATA, np.full(3, 1e3)), complete)
    np.testing.assert_array_equal(selection.log_prob_censored(MODEL, params, DATA, [-1e3], [1.0]), complete)


def test_far_in_the_tail_the_density_below_the_limit_is_exponential():
    # With z = (mu - limit) / s, 1 / Phi(-z) tends to sqrt(2 pi) z exp(z**2 / 2) for large z, so that p(y | y <= limit) tends
    # to (z / s) exp(-z (limit - y) / s). The first terms left out are 1 / z**2 and ((limit - y) / s)**2 / 2: 1e-6 and 5e-7.
    y, s, z = -1e-3, 1.0, 1000.0
    log_p = selection.log_prob_truncated(MODEL, [z, 0.0], Measurements([y], [s]), [0.0]) - MODEL.log_prior(z, 0.0)
    assert log_p == pytest.approx(np.log(z) + z * y, abs=5e-6)


@BOTH
def test_any_leading_shape_comes_back(log_prob):
    params = np.random.default_rng(0).uniform(0.1, 3, (4, 3, 2))
    values = log_prob(params)
    assert values.shape == (4, 3)
    for index in np.ndindex(4, 3):
        assert values[index] == pytest.approx(log_prob(params[index]), rel=1e-14)
    assert np.ndim(log_prob(params[0, 0])) == 0


ODD = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, np.nan, np.inf, -np.inf, 1e300, -1e300, 5e-324]))


@given(ODD, ODD)
def test_log_densities_are_never_nan_and_never_warn(mu, tau):
    for value in (truncated([mu, tau]), censored([mu, tau])):
        assert value < np.inf  # false for NaN as well


@given(st.floats(max_value=-5e-324), st.floats(-5, 5))
def test_a_negative_tau_is_impossible(tau, mu):
    assert truncated([mu, tau]) == censored([mu, tau]) == -np.inf


@BOTH
@pytest.mark.parametrize("params", [0.0, [0.0], [0.0, 1.0, 2.0]])
def test_params_of_the_wrong_length_are_refused(log_prob, params):
    with pytest.raises(ValueError, match=r"params: got shape .* expected \(\.\.\., 2\)"):
        log_prob(params)


@given(st.lists(st.one_of(st.floats(), st.text(max_size=3), st.none()), max_size=5))
def test_limits_are_taken_or_refused_by_name(limit):
    good = len(limit) == 3 and all(isinstance(x, float) and np.isfinite(x) for x in limit) and (DATA.y <= limit).all()
    if good:
        assert selection.log_prob_truncated(MODEL, [0.1, 1.0], DATA, limit) < np.inf
    else:
        with pytest.raises(ValueError, match=r"^(limit|y)"):
            selection.log_prob_truncated(MODEL, [0.1, 1.0], DATA, limit)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ([0.4, 1.0], "limit: got length 2; expected one limit for each of the 3 objects"),
        ([0.4, np.inf, 2.0], r"limit\[1\] = inf"),
        ([0.2, 1.0, 2.0], r"y\[0\] = 0.3: expected a value at or below the object's limit"),
        (2.0, r"limit: got an array of shape \(\)"),
    ],
)
def test_a_sample_that_its_limits_exclude_is_refused(limit, message):
    with pytest.raises(ValueError, match=message):
        selection.log_prob_truncated(MODEL, [0.1, 1.0], DATA, limit)


@pytest.mark.parametrize(
    ("limit", "sigma", "message"),
    [
        ([0.1], [0.3, 0.9], "missed_limit: got length 1; expected one limit for each of the 2 missed objects"),
        ([0.1, np.nan], [0.3, 0.9], r"missed_limit\[1\] = nan"),
        ([0.1, 0.2], [0.3, 0.0], r"missed_sigma\[1\] = 0.0: expected a standard error > 0"),
        ([], [], "missed_sigma: got an empty array"),
    ],
)
def test_missed_objects_that_are_none_are_refused(limit, sigma, message):
    with pytest.raises(ValueError, match=message):
        selection.log_prob_censored(MODEL, [0.1, 1.0], DATA, limit, sigma)


def test_the_grid_agrees_with_the_exact_posterior_of_a_complete_sample():
    data = datasets.csp_supernovae()
    truth = exact.posterior(SUPERNOVAE, data)
    mu, tau = np.linspace(-19.5, -19.1, 201), np.linspace(0, 0.4, 401)
    grid = selection.on_grid(lambda params: SUPERNOVAE.log_prob_marginal(params, data), mu, tau)
    for name in ("mu", "tau"):
        # The grid cuts a tail of mu of about 1e-6 off at 8 sd, and the trapezoidal rule errs by less.
        assert grid.mean(name) == pytest.approx(truth.mean(name), abs=1e-3 * truth.sd(name))
        assert grid.sd(name) == pytest.approx(truth.sd(name), rel=1e-3)
        inner = slice(100, 300, 20)
        np.testing.assert_allclose(
            grid.marginal(name)[inner], truth.pdf(name, getattr(grid, name)[inner]), rtol=1e-4, atol=1e-4 / truth.sd(name)
        )


def gaussian(params):
    return -0.5 * ((params[..., 0] - 3) ** 2 + ((params[..., 1] - 2) / 0.1) ** 2)


@pytest.mark.parametrize(
    ("mu", "tau", "message"),
    [
        (np.linspace(-3, 4, 50), np.linspace(1, 3, 100), "mu: the posterior at mu = 4, where the grid ends, is still 0.61"),
        (np.linspace(-3, 9, 50), np.linspace(1.9, 3, 99), "tau: the posterior at tau = 1.9, where the grid ends"),
        (np.linspace(-3, 9, 8), np.linspace(1, 3, 100), "mu: got steps of 1.71; expected at most the posterior's sd"),
        (np.linspace(9, -3, 50), np.linspace(1, 3, 100), "mu: got 50 grid points; expected at least three"),
        ([1.0, 2.0], np.linspace(1, 3, 100), "mu: got 2 grid points"),
        ([1.0, 2.0, np.nan], np.linspace(1, 3, 100), r"mu\[2\] = nan"),
    ],
)
def test_a_grid_that_does_not_hold_or_resolve_the_posterior_is_refused(mu, tau, message):
    with pytest.raises(ValueError, match=message):
        selection.on_grid(gaussian, mu, tau)


def test_a_posterior_that_is_nowhere_is_refused():
    with pytest.raises(ValueError, match="log_prob: not finite anywhere"):
        selection.on_grid(lambda params: np.full(len(params), -np.inf), [0, 1, 2], [0, 1, 2])


def test_the_grids_names_are_checked():
    grid = selection.on_grid(gaussian, np.linspace(-3, 9, 50), np.linspace(1, 3, 100))
    with pytest.raises(ValueError, match='name: got \'theta\'; expected "mu" or "tau"'):
        grid.mean("theta")


# Calibration. Draw (mu, tau) from the prior, then data, then the posterior's mean m and sd s of mu. Averaged over all of this,
# E[mu - m] = 0 and Var[mu - m] = E[s**2], exactly, for the right posterior. So the sum of mu - m over n independent rounds,
# divided by sqrt(sum of s**2), is N(0, 1) for large n: beyond 4 once in 16,000 right programs (seeds are fixed here).
PRIOR = NormalHierarchy((0.0, 0.3), stats.uniform(0.5, 1.0))
MU, TAU = np.linspace(-1.8, 1.8, 61), np.linspace(0.5, 1.5, 21)


def posterior_of_mu(log_prob):
    """Mean and sd of mu, without the check of the edges: this prior on tau has edges of its own."""
    log_p = np.stack([log_prob(np.column_stack([MU, np.full_like(MU, tau)])) for tau in TAU])
    p = np.exp(log_p - log_p.max())
    weight = np.array([0.5, *np.ones(TAU.size - 2), 0.5]) @ p
    mean = weight @ MU / weight.sum()
    return mean, np.sqrt(weight @ (MU - mean) ** 2 / weight.sum())


def calibration(simulate, rounds=300):
    rng = np.random.default_rng(11)
    errors, sds = [], []
    for _ in range(rounds):
        mu, tau = rng.normal(*PRIOR.mu_prior), PRIOR.tau_prior.rvs(random_state=rng)
        mean, sd = posterior_of_mu(simulate(mu, tau, rng))
        errors.append(mu - mean)
        sds.append(sd)
    return np.sum(errors) / np.sqrt(np.sum(np.square(sds)))


def truncated_sample(mu, tau, rng):
    """Objects with fixed limits and errors, each drawn until it is selected: neither J nor the limits depend on mu."""
    sigma, limit = np.linspace(0.2, 0.8, 30), np.linspace(-0.8, 1.2, 30)
    sd = np.hypot(sigma, tau)
    y = mu + sd * stats.norm.ppf(rng.random(30) * stats.norm.cdf((limit - mu) / sd))
    return Measurements(y, sigma), np.maximum(limit, y)  # the inverse may miss the limit by a rounding error


def test_the_truncated_likelihood_is_calibrated():
    def simulate(mu, tau, rng):
        data, limit = truncated_sample(mu, tau, rng)
        return lambda params: selection.log_prob_truncated(PRIOR, params, data, limit)

    assert abs(calibration(simulate)) < 4


def test_the_censored_likelihood_is_calibrated():
    def simulate(mu, tau, rng):
        survey = datasets.simulate_magnitude_limited(mu, tau, np.linspace(0.2, 0.8, 40), np.linspace(-1, 1, 40), 0.2, rng=rng)
        missed = ~survey.detected
        return lambda params: selection.log_prob_censored(
            PRIOR, params, survey.sample, survey.limit[missed], survey.parent.sigma[missed]
        )

    assert abs(calibration(simulate)) < 4


def test_calibration_catches_a_neglected_selection():
    def simulate(mu, tau, rng):
        data, _ = truncated_sample(mu, tau, rng)
        return lambda params: PRIOR.log_prob_marginal(params, data)

    assert calibration(simulate) > 10  # selected objects are small ones, so mu lies above what they say


def test_over_many_surveys_the_bias_is_there_without_the_correction_and_gone_with_it():
    # At fixed truth the mean of n posterior means has the standard error sd / sqrt(n). A posterior mean is itself biased by
    # order 1 / J, in units of its sd: about 0.02 sd here (J near 100), against 4 / sqrt(40) = 0.63 sd that the test allows.
    rng = np.random.default_rng(5)
    naive, corrected = [], []
    for _ in range(40):
        modulus = 5 * np.log10(400 * rng.random(400) ** (1 / 3)) + 25  # uniform in a sphere of 400 Mpc
        survey = datasets.simulate_magnitude_limited(-19.3, 0.15, rng.uniform(0.05, 0.15, 400), modulus, 17.7, rng=rng)
        sample, limit = survey.sample, survey.limit[survey.detected]
        naive.append(exact.posterior(SUPERNOVAE, sample).mean("mu"))
        grid = selection.on_grid(
            lambda params, sample=sample, limit=limit: selection.log_prob_truncated(SUPERNOVAE, params, sample, limit),
            np.linspace(-19.6, -19.0, 41),
            np.linspace(0.04, 0.34, 31),
        )
        corrected.append(grid.mean("mu"))
    naive, corrected = np.array(naive) + 19.3, np.array(corrected) + 19.3
    assert naive.mean() < -5 * naive.std(ddof=1) / np.sqrt(40)
    assert abs(corrected.mean()) < 4 * corrected.std(ddof=1) / np.sqrt(40)
