import numpy as np
import pytest
from scipy import stats

from lecturekit.exact.mixture import NormalMixture, invert_cdf

WEIGHTS = np.array([0.2, 0.5, 0.3])


def test_a_mixture_of_equals_is_a_normal():
    mixture = NormalMixture(WEIGHTS, np.full((2, 3), 4.0), np.full((2, 3), 0.5))
    x = np.array([3.5, 4.7])
    np.testing.assert_allclose(mixture.mean(), 4.0)
    np.testing.assert_allclose(mixture.sd(), 0.5)
    np.testing.assert_allclose(mixture.pdf(x), stats.norm.pdf(x, 4, 0.5))
    np.testing.assert_allclose(mixture.cdf(x), stats.norm.cdf(x, 4, 0.5))
    np.testing.assert_allclose(mixture.quantile(0.9), stats.norm.ppf(0.9, 4, 0.5))


def test_moments_and_cdf_agree_with_simulation():
    means, sds = np.array([-2.0, 0.0, 5.0]), np.array([0.5, 1.0, 2.0])
    mixture = NormalMixture(WEIGHTS, means, sds)
    rng, n = np.random.default_rng(4), 200_000
    k = rng.choice(3, n, p=WEIGHTS)
    x = rng.normal(means[k], sds[k])
    assert abs(x.mean() - mixture.mean()) < 5 * x.std() / np.sqrt(n)
    # The standard error of an sd is below kurtosis**0.5 * sd / sqrt(4 n); five of them.
    assert abs(x.std() - mixture.sd()) < 5 * x.std() * np.sqrt(stats.kurtosis(x, fisher=False) / (4 * n))
    assert abs((x < 1.3).mean() - mixture.cdf(1.3)) < 5 * 0.5 / np.sqrt(n)


def test_quantiles_invert_the_cdf_even_across_an_empty_gap():
    mixture = NormalMixture(np.array([0.5, 0.5]), np.array([0.0, 1000.0]), np.array([1e-3, 1.0]))
    q = np.array([1e-6, 0.25, 0.4999, 0.5001, 0.75, 1 - 1e-6])
    np.testing.assert_allclose(mixture.cdf(mixture.quantile(q)), q, atol=1e-12)
    # A gap without mass has a whole interval of medians: any of them is one.
    assert 0.0 < mixture.quantile(0.5) < 1000.0


def test_quantiles_take_many_levels_for_many_mixtures():
    mixture = NormalMixture(WEIGHTS, np.zeros((4, 3)), np.ones((4, 3)))
    assert mixture.quantile(np.array([0.1, 0.9])[:, None]).shape == (2, 4)


def test_no_probability_exceeds_one():
    weights = np.array([0.5, 0.5 + 2**-52])  # normalized as well as floats can be
    assert NormalMixture(weights, np.zeros(2), np.ones(2)).cdf(50.0) == 1.0


def test_a_cdf_that_is_no_number_is_given_up():
    with pytest.raises(ArithmeticError, match="a quantile did not converge"):
        invert_cdf(lambda x: np.full_like(x, np.nan), np.ones_like, np.array([0.5]), np.array([0.0]), np.array([1.0]))
