import numpy as np
import pytest
from scipy import stats

from lecturekit import Draws, Measurements, NormalHierarchy, datasets, exact, predictive

MODEL = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
CLUSTER = datasets.open_cluster()


@pytest.fixture(scope="module")
def draws():
    return exact.posterior(MODEL, CLUSTER).draws(20_000, rng=np.random.default_rng(1))


def test_new_objects_spread_like_the_population_and_the_noise(draws):
    replicated = predictive.replicate(draws, CLUSTER, level="new", rng=np.random.default_rng(2))
    assert replicated.shape == (20_000, 20)
    expected = np.mean(draws.tau**2) + CLUSTER.sigma**2 + draws.mu.var()
    # sd of a variance is sqrt((kurtosis - 1) / n) of it; the kurtosis of these mixtures is below 8. Five of them.
    assert (np.abs(replicated.var(axis=0) / expected - 1) < 5 * np.sqrt(7 / len(draws))).all()


def test_the_same_objects_spread_around_their_own_theta(draws):
    replicated = predictive.replicate(draws, CLUSTER, level="same", rng=np.random.default_rng(3))
    error = np.sqrt(draws.theta.var(axis=0) + CLUSTER.sigma**2)
    assert (np.abs(replicated.mean(axis=0) - draws.theta.mean(axis=0)) < 5 * error / np.sqrt(len(draws)) * np.sqrt(2)).all()
    noise = replicated - draws.theta
    assert (np.abs(noise.std(axis=0) / CLUSTER.sigma - 1) < 5 / np.sqrt(2 * len(draws))).all()


def test_the_lectures_check_without_noise_is_too_narrow(draws):
    """The sd of theta_new is 0.067, of the observed y 0.108, and of y_new with its noise 0.115."""
    theta_new = np.random.default_rng(4).normal(draws.mu, draws.tau)
    with_noise = predictive.replicate(draws, CLUSTER, level="new", rng=np.random.default_rng(4))
    assert theta_new.std() == pytest.approx(0.067, abs=0.002)
    assert with_noise.std() == pytest.approx(0.115, abs=0.002)


def test_pit_of_new_objects_is_the_probability_of_a_smaller_value(draws):
    replicated = predictive.replicate(draws, CLUSTER, level="new", rng=np.random.default_rng(5))
    simulated = (replicated < CLUSTER.y).mean(axis=0)
    assert (np.abs(predictive.pit(draws, CLUSTER, level="new") - simulated) < 5 * 0.5 / np.sqrt(len(draws)) * np.sqrt(2)).all()


def test_pit_of_the_same_objects_is_pulled_to_the_middle(draws):
    same, new = (predictive.pit(draws, CLUSTER, level=level) for level in ("same", "new"))
    assert (np.abs(same - 0.5) < np.abs(new - 0.5)).all()


def test_pit_is_uniform_at_the_true_population():
    data = datasets.simulate_normal(2.0, 0.5, np.full(4000, 0.7), rng=np.random.default_rng(6))
    known = Draws(np.full(3, 2.0), np.full(3, 0.5), np.zeros((3, 4000)))
    assert stats.kstest(predictive.pit(known, data, level="new"), "uniform").pvalue > 1e-3


def test_a_true_model_passes_and_a_planted_outlier_is_caught(draws):
    farthest = predictive.DISCREPANCIES["farthest from the mean"]
    replicated = predictive.replicate(draws, CLUSTER, level="new", rng=np.random.default_rng(7))
    assert 0.05 < predictive.p_value(farthest, replicated, CLUSTER.y) < 0.95
    # The true hyperparameters cannot make a star that is eight of its total sd away.
    outlier = CLUSTER.y.copy()
    outlier[0] = 0.9
    assert predictive.p_value(farthest, replicated, outlier) < 0.001


@pytest.mark.parametrize("name", predictive.DISCREPANCIES)
def test_discrepancies_take_one_data_set_or_many(name):
    y = np.random.default_rng(8).normal(size=(5, 20))
    many = predictive.DISCREPANCIES[name](y)
    assert many.shape == (5,)
    np.testing.assert_allclose(many, [predictive.DISCREPANCIES[name](row) for row in y])


def test_ties_count_one_half():
    assert (
        predictive.p_value(lambda y: np.sign(y).sum(axis=-1), [[1.0, 1.0], [-1.0, -1.0], [2.0, 1.0], [5.0, 5.0]], [3.0, 4.0])
        == 0.375
    )


def test_what_is_wrong_is_said(draws):
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="level: got 'population'"):
        predictive.replicate(draws, CLUSTER, level="population", rng=rng)
    with pytest.raises(ValueError, match="rng: got 5"):
        predictive.replicate(draws, CLUSTER, level="new", rng=5)
    with pytest.raises(ValueError, match="got draws of 20 objects and data of 2"):
        predictive.pit(draws, Measurements([1, 2], [1, 1]), level="new")
    with pytest.raises(ValueError, match=r"replicated, y: got shapes \(3,\) and \(3,\)"):
        predictive.p_value(np.mean, np.zeros(3), np.zeros(3))
