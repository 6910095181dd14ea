import numpy as np
import pytest

from lecturekit import datasets


def test_eight_schools_are_rubins():
    schools = datasets.eight_schools()
    assert schools.y.tolist() == [28, 8, -3, 7, -1, 1, 18, 12]
    assert schools.sigma.tolist() == [15, 10, 16, 11, 9, 11, 10, 18]
    assert "".join(schools.labels) == "ABCDEFGH"


def test_open_cluster_is_the_lectures_to_the_digits_it_prints():
    cluster = datasets.open_cluster()
    assert len(cluster) == 20
    assert round(cluster.y[0], 4) == -0.0406
    assert round(cluster.sigma[0], 4) == 0.0847
    assert round(cluster.y.mean(), 3) == -0.199
    assert round(cluster.y.std(ddof=1), 3) == 0.108
    assert (cluster.truth.mu, cluster.truth.tau) == (-0.15, 0.08)


def test_open_cluster_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    datasets.open_cluster()
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_batting_averages_are_efron_and_morriss():
    batting = datasets.batting_averages()
    hits = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
    np.testing.assert_allclose(batting.y * 45, hits)
    assert len(set(batting.sigma)) == 1
    # Efron and Morris (1977, Sci. Am. 236, 119) print .265 for the mean of both columns; Clemente is first, Alvis last.
    assert round(batting.y.mean(), 3) == 0.265
    assert round(batting.truth.theta.mean(), 3) == 0.265
    assert (batting.labels[0], batting.truth.theta[0]) == ("Clemente", 0.346)
    assert (batting.labels[-1], batting.truth.theta[-1]) == ("Alvis", 0.200)


def test_supernovae_have_the_absolute_magnitudes_of_the_usual_cosmology():
    sne = datasets.csp_supernovae()
    assert len(sne) == 27
    assert round(sne.y.mean(), 3) == -19.317
    assert round(sne.y.std(ddof=1), 3) == 0.127
    assert (sne.labels[0], sne.redshift[0], sne.m_B[0], sne.sigma[0]) == ("SN 2009cz", 0.02343, 15.605, 0.095)


def test_another_hubble_constant_shifts_every_supernova_alike():
    shift = datasets.csp_supernovae(H0=73).y - datasets.csp_supernovae().y
    np.testing.assert_allclose(shift, 5 * np.log10(73 / 70), rtol=1e-10)


@pytest.mark.parametrize("simulate", [datasets.simulate_normal, datasets.simulate_lognormal])
def test_a_simulation_has_the_population_and_the_noise_it_was_given(simulate):
    n = 40_000
    data = simulate(0.5, 0.3, np.full(n, 0.2), rng=np.random.default_rng(1))
    theta = data.truth.theta if simulate is datasets.simulate_normal else np.log(data.truth.theta)
    # Five standard errors: of a mean sd / sqrt(n), of an sd sd / sqrt(2 n).
    assert abs(theta.mean() - 0.5) < 5 * 0.3 / np.sqrt(n)
    assert abs(theta.std() - 0.3) < 5 * 0.3 / np.sqrt(2 * n)
    assert abs((data.y - data.truth.theta).std() - 0.2) < 5 * 0.2 / np.sqrt(2 * n)


def test_no_spread_means_no_spread():
    data = datasets.simulate_normal(1.0, 0.0, [0.1, 0.2], rng=np.random.default_rng(1))
    assert data.truth.theta.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.nan, 1, [1]), "mu: got nan"),
        ((0, -1, [1]), "tau: got -1"),
        ((0, np.inf, [1]), "tau: got inf"),
        ((0, 1, [0.0]), r"sigma\[0\]"),
        ((0, 1, [[1.0]]), "sigma: got an array"),
        (([0, 1], 1, [1]), "mu: got"),
    ],
)
def test_a_simulation_refuses_what_it_cannot_simulate(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.simulate_normal(*arguments, rng=np.random.default_rng(1))


def test_a_simulation_wants_a_generator():
    with pytest.raises(ValueError, match="rng: got 1"):
        datasets.simulate_normal(0, 1, [1], rng=1)
    with pytest.raises(TypeError, match="rng"):
        datasets.simulate_normal(0, 1, [1])
