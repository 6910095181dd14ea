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
    assert (sne.labels[0], sne.redshift[0], sne.m_B[0], sne.m_peak[0]) == ("SN 2009cz", 0.02343, 15.6052, 15.4303)
    np.testing.assert_array_equal(sne.sigma, np.hypot(sne.sigma_fit, sne.sigma_pec))


def test_supernovae_are_corrected_for_stretch_and_color_and_then_for_bias():
    # Brout et al. (2022): alpha = 0.148, beta = 3.09. The constant is the release's, and is absorbed in the mean.
    sne = datasets.csp_supernovae()
    tripp = sne.m_peak + 0.148 * sne.stretch - 3.09 * sne.color
    np.testing.assert_allclose(sne.m_B - tripp, -sne.bias_correction - 0.0524, atol=0.001)
    assert np.corrcoef(sne.m_B - tripp, sne.bias_correction)[0, 1] < -0.9999
    assert (sne.bias_correction.min(), sne.bias_correction.max()) == (-0.1446, 0.0746)
    assert sne.labels[sne.bias_correction.argmin()] == "SN 2007hx"
    assert round(sne.bias_correction.std(ddof=1), 3) == 0.057


def test_the_error_of_the_peculiar_velocity_is_that_of_250_km_per_s():
    # d mu = (5 / ln 10) dz / z at low redshift; the release adds terms of the order of z and the error of the redshift.
    sne = datasets.csp_supernovae()
    ratio = sne.sigma_pec / (5 / np.log(10) * 250 / 299_792.458 / sne.redshift)
    assert 1 < ratio.min() < ratio.max() < 1.13


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


def euclidean_survey(n, tau, sigma, seed=3):
    rng = np.random.default_rng(seed)
    modulus = 5 * np.log10(400 * rng.random(n) ** (1 / 3)) + 25  # uniform in a sphere of 400 Mpc
    return datasets.simulate_magnitude_limited(-19.3, tau, np.full(n, sigma), modulus, 17.7, rng=rng)


def test_a_survey_detects_what_is_measured_brighter_than_its_limit():
    survey = euclidean_survey(500, 0.15, 0.1)
    modulus = 17.7 - survey.limit
    np.testing.assert_array_equal(survey.detected, survey.parent.y + modulus <= 17.7 + 1e-12)
    assert 0 < len(survey.sample) < 500
    np.testing.assert_array_equal(survey.sample.y, survey.parent.y[survey.detected])
    np.testing.assert_array_equal(survey.sample.sigma, survey.parent.sigma[survey.detected])
    np.testing.assert_array_equal(survey.sample.truth.theta, survey.parent.truth.theta[survey.detected])
    assert survey.sample.labels == tuple(str(j + 1) for j in np.flatnonzero(survey.detected))
    assert (survey.sample.truth.mu, survey.sample.truth.tau) == (-19.3, 0.15)


def test_a_survey_of_a_uniform_universe_has_malmquists_and_eddingtons_biases():
    # Uniform density gives weight 10**(-0.6 y) to a measured y, because that is the volume it is seen in. It tilts the
    # Normal density of (theta, y): the mean of theta moves by -0.6 ln 10 tau**2, that of y - theta by -0.6 ln 10 sigma**2,
    # and the variances stay. Five standard errors.
    tau, sigma, slope = 0.15, 0.1, 0.6 * np.log(10)
    sample = euclidean_survey(200_000, tau, sigma).sample
    root_n = np.sqrt(len(sample))
    assert abs(sample.truth.theta.mean() + 19.3 + slope * tau**2) < 5 * tau / root_n
    assert abs((sample.y - sample.truth.theta).mean() + slope * sigma**2) < 5 * sigma / root_n


@pytest.mark.parametrize(
    ("modulus", "m_lim", "message"),
    [
        ([37.0], 17.7, "distance_modulus: got length 1, but sigma has length 2"),
        ([37.0, np.nan], 17.7, r"distance_modulus\[1\] = nan"),
        ([37.0, 38.0], np.nan, "m_lim: got nan"),
        ([37.0, 38.0], 10.0, "m_lim: got 10.0; expected more than 17"),
    ],
)
def test_a_survey_that_cannot_be_simulated_is_refused(modulus, m_lim, message):
    with pytest.raises(ValueError, match=message):
        datasets.simulate_magnitude_limited(-19.3, 0.1, [0.1, 0.1], modulus, m_lim, rng=np.random.default_rng(1))
