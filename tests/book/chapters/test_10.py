"""Chapter 10: the mode at zero against its closed form, and what evidence makes of the width of a prior."""

import numpy as np
import pytest
from scipy import stats

from lecturekit import NormalHierarchy, datasets, exact
from tests.book.test_chapter_functions import chapter_functions


# With equal errors the density of tau depends on S = sum (y - mean)**2 alone. In v = sigma**2 + tau**2 it is
# v**(-(J - 1) / 2) exp(-S / (2 v)), highest at v = S / (J - 1): at tau = 0 if S / (J - 1) <= sigma**2.
@pytest.mark.parametrize(("true_tau", "n_objects"), [(0, 8), (5, 8), (5, 32)])
def test_the_share_of_modes_at_zero_is_that_of_the_closed_form(true_tau, n_objects):
    chapter = chapter_functions("10-eight-schools", "log_p_tau", "simulate_modes")
    sigma, n = 12.0, 20_000
    modes = chapter.simulate_modes(true_tau, np.full(n_objects, sigma), np.random.default_rng(3), n=n)
    expected = stats.chi2.cdf((n_objects - 1) * sigma**2 / (sigma**2 + true_tau**2), n_objects - 1)
    assert modes.shape == (n,)
    assert np.mean(modes == 0) == pytest.approx(expected, abs=5 * np.sqrt(expected * (1 - expected) / n))


def test_a_vague_prior_loses_evidence_by_its_width_and_changes_nothing_else():
    schools = datasets.eight_schools()
    narrow, wide = (exact.posterior(NormalHierarchy((0, 1000), stats.uniform(0, width)), schools) for width in (1000, 2000))
    assert narrow.log_evidence - wide.log_evidence == pytest.approx(np.log(2), abs=0.01)
    np.testing.assert_allclose(wide.mean("theta"), narrow.mean("theta"), atol=0.01)


def test_the_density_of_the_usual_run_is_lecturekits():
    chapter = chapter_functions("10-eight-schools", "log_posterior")
    schools, rng = datasets.eight_schools(), np.random.default_rng(4)
    params = np.column_stack([rng.normal(0, 5, 50), rng.exponential(3, 50)])
    expected = NormalHierarchy((0, 1), stats.halfnorm(scale=0.5)).log_prob_marginal(params, schools)
    assert np.ptp(chapter.log_posterior(params, schools.y, schools.sigma) - expected) < 1e-9
    params[:, 1] *= -1
    assert (chapter.log_posterior(params, schools.y, schools.sigma) == -np.inf).all()
