"""The sums against formulas written out, summed without rounding."""

from math import fsum

import numpy as np
import pytest

from lecturekit import Measurements
from lecturekit.exact import sums
from lecturekit.exact.posterior import EachObject


def written_out(y, sigma, tau, center):
    """Precision, mean less center, and -2 ln p(y | tau) but for J ln(2 pi), mu at its best: direct sums."""
    total = sigma**2 + tau**2
    precision = fsum(1 / total)
    mean = fsum((y - center) / total) / precision
    return precision, mean, fsum((y - center - mean) ** 2 / total) + fsum(np.log(total))


def simulated(seed=1, n=4000, offset=0.0):
    rng = np.random.default_rng(seed)
    sigma = 10 ** rng.uniform(-1.5, -0.5, n)
    return offset + rng.normal(0, np.hypot(sigma, 0.1)), sigma


@pytest.mark.parametrize("tau", [1e-12, 0.003, 0.1, 0.1001, 7.0, 1e6])
@pytest.mark.parametrize("reference", [1e-9, 0.1, 40.0])
def test_sums_at_any_tau_are_those_written_out(tau, reference):
    y, sigma = simulated()
    likelihood = sums.BinnedLikelihood(sums.in_bins(y, sigma), reference)
    precision, mean, misfit = (float(value[0]) for value in likelihood(np.array([tau])))
    expected = written_out(y, sigma, tau, likelihood.center)
    assert precision == pytest.approx(expected[0], rel=1e-13)
    assert mean == pytest.approx(expected[1], abs=1e-13)
    # The misfit at the reference may be 1e4 times that at tau, and is taken off it.
    assert likelihood.offset + misfit == pytest.approx(expected[2], rel=1e-12, abs=1e-14 * abs(likelihood.offset))


@pytest.mark.parametrize("tau", [1e-12, 0.003, 0.1, 7.0, 1e6])
def test_few_objects_are_summed_as_they_are(tau):
    y, sigma = simulated(n=300)
    likelihood = EachObject(Measurements(y, sigma))
    found = [float(value[0]) for value in likelihood(np.array([tau]))]
    assert found == pytest.approx(written_out(y, sigma, tau, likelihood.center), rel=1e-12, abs=1e-13)
    assert likelihood.scales == pytest.approx(sums.in_bins(y, sigma).scales, rel=1 / 128)


def test_differences_near_the_reference_keep_their_digits():
    y, sigma = simulated(n=20_000)
    likelihood = sums.BinnedLikelihood(sums.in_bins(y, sigma), 0.1)
    tau = 0.1 * (1 + 1e-7)
    # From the derivative in tau^2, to first order: sum of w - w^2 (y - m)^2 times the step; the second order is 1e-7 of it.
    weight = 1 / (sigma**2 + 0.01)
    slope = fsum(weight - (weight * (y - likelihood.center)) ** 2) * (tau**2 - 0.01)
    assert likelihood(np.array([tau]))[2][0] == pytest.approx(slope, rel=1e-5)


def test_the_terms_left_out_are_below_round_off():
    """At the edges of the bins, where Taylor's series is worst, one object at a time."""
    edges = np.sqrt(np.nextafter(1 + np.arange(1, 129) / 128, 0))
    # Nine roundings, of 1.1e-16 each at most: sigma^2, here and there; an inverse, here and there; five sums that reach a last
    # digit (those of the higher terms are 1/257 and less of one). Together below 1e-15.
    for sigma in np.concatenate([edges, 1e-3 * edges]):
        one = sums.in_bins(np.array([0.0]), np.array([sigma]))
        likelihood = sums.BinnedLikelihood(one, 1e-30)
        assert likelihood(np.array([1e-30]))[0][0] == pytest.approx(sigma**-2, rel=1e-15)
        assert likelihood.offset == pytest.approx(2 * np.log(sigma), abs=1e-15, rel=1e-15)


def test_a_few_repeated_errors_take_the_short_way_to_the_same_sums():
    rng = np.random.default_rng(3)
    sigma = rng.choice([0.03, 0.0301, 0.1, 0.17], 30_000)
    sigma[-1] = 0.3  # a bin that the first block does not have ends the short way
    y = rng.normal(0, 1, sigma.size)
    short, long = sums.in_bins(y[:-1], sigma[:-1]), sums.in_bins(y, sigma)
    assert short.count.tolist() == long.count[:-1].tolist()
    scale = long.moments[:-1, :1, 2:]
    np.testing.assert_allclose(short.moments / scale, long.moments[:-1] / scale, atol=1e-13)


@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_merging_loses_no_digits_to_centers_that_differ(offset):
    rng = np.random.default_rng(4)
    y, sigma = simulated(n=5000, offset=offset)
    y[:2500] += 1e3  # every bin of the first part is centered 1e4 sd from that of the second
    order = rng.permutation(y.size)
    cut = sums.merge(sums.in_bins(y[:2500], sigma[:2500]), sums.in_bins(y[2500:], sigma[2500:]))
    tau = np.geomspace(1, 1e4, 20)
    one, other = (sums.BinnedLikelihood(s, 500.0) for s in (cut, sums.in_bins(y[order], sigma[order])))
    assert one.center == pytest.approx(other.center, rel=1e-15, abs=1e-10)
    for a, b in zip(one(tau), other(tau), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-11 * np.abs(b).max())


def test_the_sums_of_many_equal_parts_are_a_multiple_of_one():
    y, sigma = simulated(n=50)
    part = sums.in_bins(y, sigma)
    many = sums.total(part for _ in range(1000))
    np.testing.assert_allclose(many.moments, 1000 * part.moments, rtol=1e-14, atol=1e-14)


def test_nothing_has_no_sums():
    with pytest.raises(ValueError, match="got no objects"):
        sums.total([])
