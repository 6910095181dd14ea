"""Chapter 6: what fixes the funnel, what leapfrog can follow, and what the kept runs say."""

import json
from importlib.resources import files

import numpy as np
import pytest
from scipy import stats

from benchmarks import funnels
from lecturekit import Measurements, NormalHierarchy, datasets, exact
from tests.book.test_chapter_functions import chapter_functions

KEPT = json.loads((files("lecturekit") / "data" / "funnels.json").read_text(encoding="utf-8"))


def cluster(coordinates, key):
    return np.array([run[key] for run in KEPT["cluster"] if run["coordinates"] == coordinates])


def race(key, coordinates, ratio):
    return np.array([one[key][coordinates] for one in KEPT["race"] if one["ratio"] == ratio and one[key]])


def test_the_product_of_the_funnel_ratios_is_fixed_and_either_can_be_one():
    funnel_ratios = chapter_functions("06-funnel", "funnel_ratios").funnel_ratios
    sigma, low, high = np.array([1e-4, 0.03, 10.0]), 0.01, 0.09
    centered, noncentered = funnel_ratios(sigma, low, high)
    np.testing.assert_allclose(centered * noncentered, high / low)
    np.testing.assert_allclose(centered, [1, 3, 9], rtol=1e-3)
    # A weakly informative object has no funnel in non-centered coordinates.
    np.testing.assert_allclose(noncentered, [9, 3, 1], rtol=1e-3)


def test_a_funnel_ratio_is_that_of_the_conditional_widths():
    funnel_ratios = chapter_functions("06-funnel", "funnel_ratios").funnel_ratios
    data, tau = Measurements(np.zeros(3), np.array([0.01, 0.1, 1.0])), np.array([0.05, 0.4])
    model = NormalHierarchy((0, 1), stats.halfnorm())
    narrow, wide = model.theta_given(0.0, tau, data)[1]
    centered, noncentered = funnel_ratios(data.sigma, *tau)
    np.testing.assert_allclose(centered, wide / narrow)
    np.testing.assert_allclose(noncentered, (narrow / tau[0]) / (wide / tau[1]))


@pytest.mark.parametrize(("step", "stable"), [(1.9, True), (2.1, False)])
def test_leapfrog_follows_an_oscillator_up_to_a_step_of_two_sd(step, stable):
    leapfrog = chapter_functions("06-funnel", "leapfrog").leapfrog
    sd = 0.03
    q, p = np.array([sd, 0.0]), np.array([1.0, 0.0])
    _, error = leapfrog(q, p, step * sd, 500, lambda q: 0.5 * np.sum(q**2) / sd**2, lambda q: q / sd**2)
    assert (np.abs(error).max() < 100) == stable


def test_the_jacobian_of_a_population_with_a_covariance_is_the_determinant_to_the_power_of_j():
    rng, n_objects, dim = np.random.default_rng(1), 3, 2
    factor = np.tril(rng.uniform(0.5, 2, (dim, dim)))
    jacobian = np.kron(np.eye(n_objects), factor)  # of all theta_j = mu + L eta_j
    assert np.linalg.det(jacobian) == pytest.approx(np.linalg.det(factor) ** n_objects)


def test_the_kept_centered_runs_pass_the_rule_of_fifty_and_miss_by_far_more_than_they_claim():
    p_exact = exact.posterior(funnels.CLUSTER_MODEL, datasets.open_cluster()).cdf("tau", funnels.SMALL)
    n = np.array(KEPT["lengths"])
    missed = {}
    for coordinates in ("centered", "noncentered"):
        below, times = cluster(coordinates, "below"), cluster(coordinates, "autocorr_time")
        assert below.shape == (funnels.ENSEMBLES, n.size)
        assert (n[-1] / times[:, -1] > 50).all()
        claimed = np.sqrt(below * (1 - below) * times / (funnels.WALKERS * n))
        missed[coordinates] = np.sqrt(np.mean(((below - p_exact) / claimed) ** 2, axis=0))[-1]
    assert missed["noncentered"] < 2 < 3 < missed["centered"]
    usual = cluster("centered", "below")[:, KEPT["lengths"].index(3000)]
    assert (usual < 0.6 * p_exact).all()
    # Longer runs do help, and their estimate of the time grows.
    assert (np.diff(cluster("centered", "below").mean(axis=0)) > 0).all()
    assert (np.diff(cluster("centered", "autocorr_time"), axis=1) > 0).all()


@pytest.mark.parametrize(("ratio", "loser", "winner"), [(0.01, "noncentered", "centered"), (100.0, "centered", "noncentered")])
def test_the_loser_of_a_race_is_worth_little_more_than_its_start(ratio, loser, winner):
    worth = {name: 0.09 / np.mean((race("short", name, ratio) - 0.1) ** 2) for name in (loser, winner)}
    assert worth[loser] < 3 * funnels.HEAT_WALKERS < 5 * worth[loser] < worth[winner]
    assert race("long_time", loser, ratio) > 1.5 * race("long_time", winner, ratio)


def test_the_chains_of_a_heat_start_alike(monkeypatch):
    starts = {}

    def chain(model, data, coordinates, start, n, rng, every=1):
        starts[coordinates] = start
        return np.random.default_rng(1).normal(size=(n, 4, 3))

    monkeypatch.setattr(funnels, "chain", chain)
    found = funnels.heat(1.0, 5)
    assert set(starts) == set(found["short"]) == set(funnels.COORDINATES)
    assert len({id(start[2]) for start in starts.values()}) == 1


def test_a_chain_starts_at_the_points_given_whatever_its_coordinates():
    data, rng = datasets.open_cluster(), np.random.default_rng(2)
    start = funnels.near_the_data(data, 64, rng)
    for coordinates in ("centered", "noncentered"):
        first = funnels.chain(funnels.CLUSTER_MODEL, data, coordinates, start, 1, rng)[0]
        mu, tau, objects = first[:, 0], first[:, 1], first[:, 2:]
        theta = objects if coordinates == "centered" else mu[:, None] + tau[:, None] * objects
        still = np.isclose(mu, start[0]) & np.isclose(tau, start[1])
        assert still.sum() > 10  # the proposals that were not accepted
        np.testing.assert_allclose(theta[still], start[2][still])
    assert funnels.chain(funnels.CLUSTER_MODEL, data, "marginal", start, 1, rng).shape == (1, 64, 2)


def test_the_kept_runs_are_written_line_by_line():
    kept = dict(KEPT)
    assert json.loads(funnels.as_text(kept)) == kept
