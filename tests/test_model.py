import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from lecturekit import Measurements, NormalHierarchy, datasets

MODEL = NormalHierarchy((0.5, 2.0), stats.halfcauchy(scale=1.5))
DATA = Measurements([0.3, -1.2, 2.0], [0.5, 1.0, 0.2])
MU, TAU, THETA = -0.4, 0.9, np.array([0.1, -0.8, 1.9])


def test_the_prior_is_normalized():
    model = NormalHierarchy((0.5, 2.0), stats.halfnorm(scale=1.5))
    total = integrate.dblquad(lambda tau, mu: np.exp(model.log_prior(mu, tau)), -15, 16, 0, 12)[0]
    assert total == pytest.approx(1, abs=1e-8)


def test_the_centered_density_is_the_product_of_scipys_densities():
    expected = (
        stats.norm.logpdf(MU, 0.5, 2.0)
        + stats.halfcauchy.logpdf(TAU, scale=1.5)
        + stats.norm.logpdf(THETA, MU, TAU).sum()
        + stats.norm.logpdf(DATA.y, THETA, DATA.sigma).sum()
    )
    assert MODEL.log_prob_centered([MU, TAU, *THETA], DATA) == pytest.approx(expected, rel=1e-12)


def random_problem(rng):
    n = int(rng.integers(1, 6))
    data = Measurements(rng.normal(0, 3, n), rng.uniform(0.1, 3, n))
    model = NormalHierarchy((rng.normal(), rng.uniform(0.5, 5)), stats.halfnorm(scale=rng.uniform(0.5, 5)))
    return model, data, rng.normal(), rng.uniform(0.05, 4)


@pytest.mark.parametrize("seed", range(20))
def test_centered_and_noncentered_agree_through_the_jacobian(seed):
    rng = np.random.default_rng(seed)
    model, data, mu, tau = random_problem(rng)
    eta = rng.normal(size=len(data))
    centered = model.log_prob_centered([mu, tau, *(mu + tau * eta)], data)
    noncentered = model.log_prob_noncentered([mu, tau, *eta], data)
    assert noncentered == pytest.approx(centered + len(data) * np.log(tau), abs=1e-8)


@pytest.mark.parametrize("coordinates", ["centered", "noncentered"])
@pytest.mark.parametrize("seed", range(10))
def test_both_integrate_to_the_marginal(coordinates, seed):
    model, data, mu, tau = random_problem(np.random.default_rng(100 + seed))
    log_prob = getattr(model, f"log_prob_{coordinates}")
    # Given mu and tau the objects are independent, so the J-dimensional integral is a product of J integrals over one each.
    log_integral = model.log_prior(mu, tau)
    for y, sigma in zip(data.y, data.sigma, strict=True):
        one = Measurements([y], [sigma])
        weight = tau**2 / (tau**2 + sigma**2)
        mean, sd = mu + weight * (y - mu), np.sqrt(weight) * sigma
        if coordinates == "noncentered":
            mean, sd = (mean - mu) / tau, sd / tau
        # The mode and width of the integrand are known; 40 of its sd on Gauss-Legendre panels are the whole line.
        value = integrate.fixed_quad(
            lambda x, one=one: np.exp(log_prob(np.column_stack([np.full_like(x, mu), np.full_like(x, tau), x]), one)
                                      - model.log_prior(mu, tau)),
            mean - 20 * sd, mean + 20 * sd, n=200)[0]  # fmt: skip
        log_integral += np.log(value)
    assert log_integral == pytest.approx(model.log_prob_marginal([mu, tau], data), abs=1e-8)


@pytest.mark.parametrize(("name", "width"), [("centered", 5), ("noncentered", 5), ("marginal", 2)])
def test_any_leading_shape_comes_back(name, width):
    rng = np.random.default_rng(0)
    log_prob = getattr(MODEL, f"log_prob_{name}")
    params = np.abs(rng.normal(size=(4, 3, width)))
    values = log_prob(params, DATA)
    assert values.shape == (4, 3)
    for index in np.ndindex(4, 3):
        assert values[index] == log_prob(params[index], DATA)
    assert np.ndim(log_prob(params[0, 0], DATA)) == 0


ODD = st.one_of(st.floats(), st.sampled_from([0.0, -0.0, np.nan, np.inf, -np.inf, 1e300, -1e300, 5e-324]))


@given(st.lists(ODD, min_size=5, max_size=5))
def test_log_densities_are_never_nan_and_never_warn(params):
    for value in (
        MODEL.log_prob_centered(params, DATA),
        MODEL.log_prob_noncentered(params, DATA),
        MODEL.log_prob_marginal(params[:2], DATA),
        MODEL.log_prior(*params[:2]),
    ):
        assert value < np.inf  # false for NaN as well


@given(st.floats(max_value=-5e-324), st.floats(-5, 5))
def test_a_negative_tau_is_impossible(tau, mu):
    assert MODEL.log_prob_centered([mu, tau, 0, 0, 0], DATA) == -np.inf
    assert MODEL.log_prob_noncentered([mu, tau, 0, 0, 0], DATA) == -np.inf
    assert MODEL.log_prob_marginal([mu, tau], DATA) == -np.inf
    assert MODEL.log_prior(mu, tau) == -np.inf


def test_tau_zero_is_complete_pooling_and_no_place_for_theta():
    pooled = MODEL.log_prior(0.2, 0.0) + stats.norm.logpdf(DATA.y, 0.2, DATA.sigma).sum()
    assert MODEL.log_prob_marginal([0.2, 0.0], DATA) == pytest.approx(pooled, rel=1e-12)
    assert MODEL.log_prob_centered([0.2, 0.0, 0.2, 0.2, 0.2], DATA) == -np.inf


@pytest.mark.parametrize("params", [[0.0], [0.0, 1.0, 2.0], 0.0, np.zeros((2, 6))])
def test_params_of_the_wrong_length_are_refused(params):
    with pytest.raises(ValueError, match=r"params: got shape .* expected \(\.\.\., 5\)"):
        MODEL.log_prob_centered(params, DATA)
    with pytest.raises(ValueError, match=r"params: got shape .* expected \(\.\.\., 2\)"):
        MODEL.log_prob_marginal(params, DATA)


def test_theta_given_is_the_precision_weighted_mean():
    mean, sd = MODEL.theta_given(MU, TAU, DATA)
    precision = 1 / DATA.sigma**2 + 1 / TAU**2
    np.testing.assert_allclose(mean, (DATA.y / DATA.sigma**2 + MU / TAU**2) / precision, rtol=1e-12)
    np.testing.assert_allclose(sd, 1 / np.sqrt(precision), rtol=1e-12)


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_theta_given_lies_between_the_data_and_the_population(tau, sigma):
    mean, sd = MODEL.theta_given(1.0, tau, Measurements([3.0], [sigma]))
    assert 1.0 <= mean[0] <= 3.0
    assert 0 < sd[0] <= min(sigma, tau) * (1 + 1e-12)


def test_theta_given_knows_its_two_limits():
    pooled, sd = MODEL.theta_given(1.0, 0.0, DATA)
    assert pooled.tolist() == [1.0, 1.0, 1.0]
    assert sd.tolist() == [0.0, 0.0, 0.0]
    separate, sd = MODEL.theta_given(1.0, 1e12, DATA)
    np.testing.assert_allclose(separate, DATA.y)
    np.testing.assert_allclose(sd, DATA.sigma)


def test_theta_given_broadcasts():
    mean, sd = MODEL.theta_given(np.zeros((4, 1)), np.ones(6), DATA)
    assert mean.shape == sd.shape == (4, 6, 3)


@pytest.mark.parametrize(("mu", "tau"), [(np.nan, 1.0), (0.0, -1.0), (0.0, np.inf)])
def test_theta_given_refuses_what_is_no_population(mu, tau):
    with pytest.raises(ValueError, match="mu, tau: got"):
        MODEL.theta_given(mu, tau, DATA)


@pytest.mark.parametrize(
    ("mu_prior", "tau_prior", "message"),
    [
        ((0, 0), stats.halfnorm(), "mu_prior: got scale 0"),
        ((0, np.inf), stats.halfnorm(), "mu_prior: got scale inf"),
        ((np.nan, 1), stats.halfnorm(), "mu_prior: got location nan"),
        ((0, 1, 2), stats.halfnorm(), "mu_prior: got"),
        ("ab", stats.halfnorm(), "mu_prior: got 'ab'"),
        (5.0, stats.halfnorm(), "mu_prior: got 5.0"),
        ((0, 1), stats.norm(), "tau_prior: puts mass 0.5 at or below zero"),
        ((0, 1), stats.uniform(-1, 2), "tau_prior: puts mass 0.5"),
        ((0, 1), stats.halfnorm(scale=-1), "tau_prior"),
        ((0, 1), stats.uniform(0, np.inf), "tau_prior"),
        ((0, 1), stats.halfnorm, "tau_prior: got"),
        ((0, 1), stats.poisson(3), "tau_prior: got"),
        ((0, 1), 0.5, "tau_prior: got 0.5"),
    ],
)
def test_priors_that_are_none_are_refused(mu_prior, tau_prior, message):
    with pytest.raises(ValueError, match=message):
        NormalHierarchy(mu_prior, tau_prior)


def test_a_hundred_thousand_objects_are_no_trouble():
    data = datasets.simulate_normal(0, 1, np.full(100_000, 0.5), rng=np.random.default_rng(1))
    expected = stats.norm.logpdf(data.y, 0.1, np.sqrt(1.1**2 + 0.25)).sum() + MODEL.log_prior(0.1, 1.1)
    assert MODEL.log_prob_marginal([0.1, 1.1], data) == pytest.approx(expected, rel=1e-12)
