import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import betaln, gammaln

from lecturekit.populations import Beta, Exponential, LogNormal, Normal, StudentT, TwoNormals, log_marginal, theta_moments

POPULATIONS = {
    "Normal": Normal(mu=-0.3, tau=0.7),
    "LogNormal": LogNormal(mu=0.5, tau=0.4),
    "Beta": Beta(alpha=2.5, beta=0.8),
    "Exponential": Exponential(rate=0.3),
    "StudentT": StudentT(df=4, mu=1.0, tau=0.5),
}
GAUSSIAN = [name for name in POPULATIONS if name not in ("LogNormal", "StudentT")]


@pytest.mark.parametrize("name", POPULATIONS)
def test_the_weights_are_a_probability_and_the_nodes_possible(name):
    theta, weight = POPULATIONS[name].nodes(12)
    assert theta.shape == weight.shape == (12,)
    assert weight.min() > 0
    assert weight.sum() == pytest.approx(1, abs=1e-14)
    assert (POPULATIONS[name].distribution.pdf(theta) > 0).all()


@pytest.mark.parametrize("name", GAUSSIAN)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_gauss_rule_is_exact_to_degree_2n_minus_1(name, n):
    theta, weight = POPULATIONS[name].nodes(n)
    moments = POPULATIONS[name].distribution.moment
    for degree in range(1, 2 * n):
        assert weight @ theta**degree == pytest.approx(moments(degree), rel=1e-8)
    # It is no better than that, so that the statement above can fail.
    assert weight @ theta ** (2 * n) != pytest.approx(moments(2 * n), rel=1e-6)


def test_the_lognormal_rule_is_exact_for_polynomials_in_the_logarithm():
    theta, weight = LogNormal(0.5, 0.4).nodes(2)
    assert weight @ np.log(theta) ** 3 == pytest.approx(stats.norm(0.5, 0.4).moment(3), rel=1e-12)


def test_the_student_t_rule_converges_on_a_bounded_function():
    population = StudentT(4, 1.0, 0.5)

    def error(n):
        theta, weight = population.nodes(n)
        return abs(weight @ stats.norm.pdf(theta) - population.distribution.expect(stats.norm.pdf))

    assert error(4) > 1e-4
    assert error(100) < 1e-6


def test_two_normals_are_the_weighted_sum_of_their_rules():
    theta, weight = TwoNormals(0.3, Normal(-1, 0.2), Normal(2, 0.5)).nodes(3)
    assert theta.shape == weight.shape == (6,)
    for degree in range(6):
        truth = 0.3 * stats.norm(-1, 0.2).moment(degree) + 0.7 * stats.norm(2, 0.5).moment(degree)
        assert weight @ theta**degree == pytest.approx(truth, rel=1e-12)


def test_normal_measurements_of_a_normal_population():
    y, sigma, mu, tau = np.array([-1.0, 0.2, 3.0]), np.array([0.8, 1.0, 2.0]), 0.1, 0.9

    def log_likelihood(theta):
        return stats.norm.logpdf(y[:, None], theta, sigma[:, None])

    w = tau**2 / (tau**2 + sigma**2)
    np.testing.assert_allclose(
        log_marginal(Normal(mu, tau), log_likelihood, n_nodes=60), stats.norm.logpdf(y, mu, np.hypot(sigma, tau)), atol=1e-10
    )
    mean, sd = theta_moments(Normal(mu, tau), log_likelihood, n_nodes=60)
    np.testing.assert_allclose(mean, w * y + (1 - w) * mu, atol=1e-9)
    np.testing.assert_allclose(sd, np.sqrt(w) * sigma, atol=1e-9)


def test_two_normal_classes_have_the_closed_form_of_both():
    y = np.array([-2.0, 0.0, 2.5])
    population = TwoNormals(0.3, Normal(-1, 0.6), Normal(2, 0.7))
    found = log_marginal(population, lambda theta: stats.norm.logpdf(y[:, None], theta, 0.9), n_nodes=40)
    truth = 0.3 * stats.norm.pdf(y, -1, np.hypot(0.6, 0.9)) + 0.7 * stats.norm.pdf(y, 2, np.hypot(0.7, 0.9))
    np.testing.assert_allclose(found, np.log(truth), atol=1e-9)


def test_detections_of_a_beta_population_are_beta_binomial():
    y, n, alpha, beta = np.array([0, 3, 10]), 10, 1.7, 4.2

    def log_likelihood(theta):
        return stats.binom.logpmf(y[:, None], n, theta)

    # The likelihood is a polynomial of degree 10 in theta: six nodes are exact, and eight for the second moment.
    found = log_marginal(Beta(alpha, beta), log_likelihood, n_nodes=6)
    np.testing.assert_allclose(found, stats.betabinom.logpmf(y, n, alpha, beta), rtol=1e-11)
    mean, sd = theta_moments(Beta(alpha, beta), log_likelihood, n_nodes=8)
    np.testing.assert_allclose(mean, (alpha + y) / (alpha + beta + n), rtol=1e-11)
    np.testing.assert_allclose(sd, stats.beta.std(alpha + y, beta + n - y), rtol=1e-10)


def test_counts_of_an_exponential_population_are_geometric():
    y, rate = np.array([0, 1, 4, 9]), 0.4
    found = log_marginal(Exponential(rate), lambda theta: stats.poisson.logpmf(y[:, None], theta), n_nodes=60)
    np.testing.assert_allclose(found, np.log(rate) - (y + 1) * np.log1p(rate), atol=1e-9)


def test_counts_of_a_lognormal_population_converge_to_the_integral():
    y, mu, tau = np.array([0, 3, 12]), 0.5, 0.8

    def integrand(z, count):
        return np.exp(count * z - np.exp(z) - gammaln(count + 1)) * stats.norm.pdf(z, mu, tau)

    truth = np.log([integrate.quad(integrand, mu - 10, mu + 10, args=(count,), epsabs=0, limit=200)[0] for count in y])

    def error(n_nodes):
        found = log_marginal(LogNormal(mu, tau), lambda theta: stats.poisson.logpmf(y[:, None], theta), n_nodes=n_nodes)
        return np.abs(found - truth).max()

    assert error(3) > 1e-2
    assert error(20) < 2e-3
    assert error(100) < 1e-6


def test_a_likelihood_narrower_than_the_nodes_falls_through_as_the_docstring_warns():
    y = np.array([0.35])
    found = log_marginal(Normal(0, 1), lambda theta: stats.norm.logpdf(y[:, None], theta, 1e-3), n_nodes=10)
    assert abs(found[0] - stats.norm.logpdf(0.35)) > 100


def test_a_conjugate_pair_by_another_route():
    # ln B(a + y, b + n - y) - ln B(a, b) + ln C(n, y): the same number without scipy's betabinom.
    y, n, alpha, beta = 4, 12, 0.6, 1.1
    found = log_marginal(Beta(alpha, beta), lambda theta: stats.binom.logpmf(np.array([[y]]), n, theta), n_nodes=7)
    choose = gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)
    assert found[0] == pytest.approx(betaln(alpha + y, beta + n - y) - betaln(alpha, beta) + choose, rel=1e-11)


def test_an_impossible_object_has_no_marginal_likelihood_and_no_moments():
    def log_likelihood(theta):
        return np.stack([np.zeros_like(theta), np.full_like(theta, -np.inf)])

    np.testing.assert_array_equal(log_marginal(Normal(0, 1), log_likelihood, n_nodes=4)[1], -np.inf)
    with pytest.raises(ValueError, match=r"log_likelihood: is -inf at every node for object 1"):
        theta_moments(Normal(0, 1), log_likelihood, n_nodes=4)


@pytest.mark.parametrize(
    "make",
    [
        lambda bad: LogNormal(0, bad),
        lambda bad: Beta(bad, 1),
        lambda bad: Beta(1, bad),
        lambda bad: Exponential(bad),
        lambda bad: StudentT(bad, 0, 1),
        lambda bad: Normal(0, bad),
        lambda bad: TwoNormals(bad, Normal(0, 1), Normal(1, 1)),
    ],
)
@given(bad=st.one_of(st.floats(max_value=0), st.sampled_from([np.nan, np.inf, "1", None, True, [1.0], np.ones(2), 1j])))
def test_a_hyperparameter_that_is_no_positive_number_is_named(make, bad):
    with pytest.raises(ValueError, match=r"^(tau|alpha|beta|rate|df|fraction): got .*; expected a finite number > 0"):
        make(bad)


@given(bad=st.sampled_from([np.nan, np.inf, -np.inf, "0", None]))
def test_a_location_that_is_no_number_is_named(bad):
    for family in (Normal, LogNormal):
        with pytest.raises(ValueError, match=r"^mu: got .*; expected a finite number\."):
            family(bad, 1.0)


def test_a_fraction_lies_between_0_and_1_and_its_classes_are_normals():
    with pytest.raises(ValueError, match=r"fraction: got 1\.0; expected a number between 0 and 1"):
        TwoNormals(1.0, Normal(0, 1), Normal(1, 1))
    with pytest.raises(ValueError, match=r"first, second: got .*expected two of Normal"):
        TwoNormals(0.5, Normal(0, 1), (1, 1))


@given(n=st.one_of(st.integers(max_value=0), st.sampled_from([2.0, "3", None, True])))
def test_the_number_of_nodes_is_a_whole_number(n):
    for population in POPULATIONS.values():
        with pytest.raises(ValueError, match=r"^n: got .*; expected a whole number of nodes >= 1"):
            population.nodes(n)


def test_a_likelihood_of_the_wrong_shape_or_value_is_refused():
    y = np.arange(3.0)
    with pytest.raises(ValueError, match=r"log_likelihood: returned shape \(5,\) for 5 nodes; expected \(J, 5\)"):
        log_marginal(Normal(0, 1), lambda theta: -theta, n_nodes=5)
    with pytest.raises(ValueError, match=r"log_likelihood: is nan for object 0 at theta"):
        log_marginal(Normal(0, 1), lambda theta: y[:, None] + theta * np.nan, n_nodes=5)
    with pytest.raises(ValueError, match=r"log_likelihood: is inf for object 0 at theta"):
        theta_moments(Normal(0, 1), lambda theta: y[:, None] + np.full_like(theta, np.inf), n_nodes=5)
