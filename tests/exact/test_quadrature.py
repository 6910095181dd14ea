import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy import stats

from lecturekit.exact.panels import GAUSS, KRONROD, NODES, QuadratureError
from lecturekit.exact.quadrature import find_peak, panel_density


@pytest.mark.parametrize(("weights", "degree"), [(KRONROD, 23), (GAUSS, 13)])
def test_each_rule_is_exact_to_its_degree_and_no_further(weights, degree):
    for power in range(degree + 1):
        assert (weights * NODES**power).sum() == pytest.approx((1 + (-1) ** power) / (power + 1), abs=1e-15)
    beyond = degree + 1
    assert abs((weights * NODES**beyond).sum() - 2 / (beyond + 1)) > 1e-12


def normalize(distribution, guess=1.0, shift=0.0):
    return panel_density(lambda x: (distribution.logpdf(x) + shift,), guess, distribution.support())


# Shapes that a posterior of tau takes: mode at zero or inside, a spike at zero, a power-law tail, hard edges, narrow, far away.
SHAPES = {
    "half-normal": stats.halfnorm(scale=2.0),
    "half-Cauchy to the fourth": stats.betaprime(1.0, 3.5),
    "gamma with a spike at zero": stats.gamma(0.3, scale=5.0),
    "log-normal": stats.lognorm(0.7),
    "log-normal, narrow": stats.lognorm(1e-4, scale=3.0),
    "uniform": stats.uniform(0, 7.0),
    "truncated in its middle": stats.truncnorm(-1.0, 0.5, loc=3.0, scale=2.0),
    "far from the guess": stats.lognorm(0.2, scale=1e9),
    "tiny": stats.halfnorm(scale=1e-9),
    "arcsine, infinite at both ends": stats.beta(0.7, 0.7),
}


@pytest.mark.parametrize("distribution", SHAPES.values(), ids=SHAPES.keys())
def test_known_densities_come_back(distribution):
    density = normalize(distribution, shift=-300.0)
    sd = distribution.std()
    assert density.log_norm == pytest.approx(-300, abs=1e-6)
    assert density.mean() == pytest.approx(distribution.mean(), abs=1e-6 * sd)
    assert density.sd() == pytest.approx(sd, rel=1e-6)
    q = np.array([1e-6, 0.025, 0.3, 0.5, 0.9, 0.999])
    x = distribution.ppf(q)
    np.testing.assert_allclose(density.cdf(x), q, atol=2e-7)
    for levels in (q, np.linspace(0.0005, 0.9995, 2000)):
        np.testing.assert_allclose(density.cdf(density.quantile(levels)), levels, rtol=1e-7, atol=1e-12)
        np.testing.assert_allclose(density.cdf(density.quantile(levels)), levels, rtol=0, atol=1e-8)
    np.testing.assert_allclose(density.pdf(x[1:]), distribution.pdf(x[1:]), rtol=2e-5)
    assert density.errors(np.array([0.1, 0.5, 0.9])).max() < 1e-4


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0.01, 2))
def test_the_first_guess_does_not_matter(log_scale, log_guess, width):
    distribution = stats.lognorm(width, scale=10**log_scale)
    density = normalize(distribution, guess=10**log_guess)
    assert density.quantile(0.5) == pytest.approx(10**log_scale, rel=1e-6)


def test_outside_the_range_the_density_is_flat_or_zero():
    density = normalize(stats.halfnorm(scale=1.0))
    assert density.cdf(0.0) == density.cdf(-1.0) == 0.0
    assert density.cdf(1e9) == 1.0
    assert density.pdf(np.array([1e9, -1.0])).tolist() == [0, 0]
    np.testing.assert_allclose(density.pdf(np.array([0.0, 1e-200])), np.sqrt(2 / np.pi), rtol=1e-6)
    assert normalize(stats.uniform(2, 3)).pdf(np.array([1.9, 5.1, 0.0])).tolist() == [0, 0, 0]


def test_carried_values_are_interpolated_where_they_are_asked_for():
    polynomial = Polynomial([1.0, -2.0, 0.5])
    density = panel_density(lambda x: (stats.lognorm.logpdf(x, 0.5), polynomial(np.log(x))), 1.0, (0, np.inf))
    x = np.array([0.4, 1.0, 2.5])
    np.testing.assert_allclose(density.interpolate(density.rows[1], x), polynomial(np.log(x)), rtol=1e-10)


@pytest.mark.parametrize(("tail", "missing"), [(3.0, ("sd",)), (2.0, ("mean", "sd")), (1.6, ("mean", "sd"))])
def test_moments_that_do_not_exist_are_refused_and_quantiles_still_right(tail, missing):
    distribution = stats.betaprime(2.0, tail - 1)  # falls like x**-tail
    density = normalize(distribution)
    for name in missing:
        with pytest.raises(QuadratureError, match=f"for its {name} to exist"):
            getattr(density, name)()
    assert density.quantile(0.9) == pytest.approx(distribution.ppf(0.9), rel=1e-6)


def test_a_density_that_vanishes_is_refused():
    with pytest.raises(QuadratureError, match="zero, or not finite"):
        panel_density(lambda x: (np.full_like(x, -np.inf),), 1.0, (0, np.inf))


def test_mass_that_piles_up_at_zero_beyond_reach_is_refused():
    with pytest.raises(QuadratureError, match="too close to zero"):
        normalize(stats.gamma(0.01))


@pytest.mark.parametrize(("low", "high"), [(1e-9, 1e9), (1.02, 1.03)])  # seen by the first look, or only from near the peak
def test_a_density_that_is_not_a_number_somewhere_is_refused(low, high):
    def log_density(x):
        return (np.where((x > low) & (x < high), np.nan, -0.5 * (100 * np.log(x)) ** 2),)

    with pytest.raises(QuadratureError, match=r"the log density is NaN at x = .*; expected a number or -inf"):
        panel_density(log_density, 1.0, (0, np.inf))


@pytest.mark.parametrize("seed", range(20))
def test_the_search_for_the_range_ends_whatever_the_density_does(seed):
    """Here it peaks somewhere else at each look, in two points that leave as much of the range as a round may keep."""
    rng, looks = np.random.default_rng(seed), []

    def log_density(x):
        looks.append(x)
        first = rng.integers(x.size - 2)
        return (np.where(np.isin(np.arange(x.size), [first, first + 2]), 0.0, -1e4),)

    with pytest.raises(QuadratureError, match="lies within 1e-10"):
        find_peak(log_density, 1.0, (1e-3, 1e3))
    assert len(looks) <= 30


def test_a_density_squeezed_into_a_point_is_refused():
    with pytest.raises(QuadratureError, match=r"lies within 1e-10 of x = 2"):
        panel_density(lambda x: (1e14 * np.log(x),), 1.0, (0, 2.0))


def test_jumps_inside_the_support_are_resolved():
    heights, edges = np.array([0.1, 0.6, 0.3]), np.array([0.0, 1.0, 1.5, 4.0])
    distribution = stats.rv_histogram((heights, edges), density=False)
    with np.errstate(divide="ignore"):
        density = normalize(distribution)
    np.testing.assert_allclose(density.cdf(edges[1:3]), [0.1, 0.7], atol=1e-6)


def test_a_density_of_noise_is_given_up():
    rng = np.random.default_rng(0)
    with pytest.raises(QuadratureError, match="did not converge on 2000 panels"):
        panel_density(lambda x: (-(np.log(x) ** 2) + rng.normal(size=x.shape),), 1.0, (0, np.inf))
