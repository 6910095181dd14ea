"""Chapter 5: its functions for many walkers, and one node against 128."""

import numpy as np
from scipy import stats

from lecturekit import NormalHierarchy, datasets
from tests.book.test_chapter_functions import chapter_functions

DATA = datasets.open_cluster()


def test_the_log_posterior_for_many_walkers_lacks_a_constant():
    many = chapter_functions("05-marginalisation", "log_posterior_many").log_posterior_many
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.normal(size=50), rng.exponential(0.3, size=50)])
    model = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5))
    missing = model.log_prob_marginal(points, DATA) - many(points, DATA.y, DATA.sigma)
    np.testing.assert_allclose(missing, missing[0], rtol=1e-9)
    assert many(np.array([[0.0, -0.1]]), DATA.y, DATA.sigma)[0] == -np.inf


def test_one_node_is_lucky_and_two_are_not():
    chapter = chapter_functions(
        "05-marginalisation", "log_counts", "log_marginal_fixed", "log_marginal_adaptive", "peak", "log_marginal_reference"
    )
    brightest = np.array([373]), np.array([200.0])
    at = np.array([0.5]), np.array([0.8])
    reference = chapter.log_marginal_reference(0.5, 0.8, 373, 200.0)
    error = {n: abs(chapter.log_marginal_fixed(*at, *brightest, n)[0] - reference) for n in (1, 2, 128)}
    assert error[1] < 0.1 < error[128] < 1
    assert error[2] > 100
    assert abs(chapter.log_marginal_adaptive(*at, *brightest, 9)[0] - reference) < 1e-5
