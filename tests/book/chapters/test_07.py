"""What chapter 7 says of its supernovae, of its survey, and of the two biases."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact, selection
from tests.book.test_chapter_functions import chapter_functions

MODEL = NormalHierarchy(mu_prior=(-19.3, 0.5), tau_prior=stats.halfnorm(scale=0.3))
PAGE = Path("chapters/07-supernovae.html")


@pytest.fixture(scope="module")
def fits():
    """Return the posteriors by (both corrections or Tripp's only, with SN 2007hx or without)."""
    sne = datasets.csp_supernovae()
    kept = np.array(sne.labels) != "SN 2007hx"
    columns = {"both": sne.y, "tripp": sne.y + sne.bias_correction}
    masks = {"all": np.ones(27, bool), "without": kept}
    return {
        (column, mask): exact.posterior(MODEL, Measurements(y[keep], sne.sigma[keep]))
        for column, y in columns.items()
        for mask, keep in masks.items()
    }


@pytest.mark.parametrize(
    ("key", "mean", "sd"),
    [
        (("both", "all"), 0.106, 0.024),
        (("tripp", "all"), 0.079, 0.024),
        (("both", "without"), 0.057, 0.026),
        (("tripp", "without"), 0.056, 0.026),
    ],
)
def test_the_intrinsic_scatter_depends_on_the_correction_and_on_one_supernova(fits, key, mean, sd):
    assert fits[key].mean("tau") == pytest.approx(mean, abs=0.001)
    assert fits[key].sd("tau") == pytest.approx(sd, abs=0.001)


def test_zero_scatter_is_all_but_excluded_with_the_odd_supernova_only(fits):
    for column in ("both", "tripp"):
        assert fits[column, "all"].cdf("tau", 0.02) < 0.01
        assert 0.08 < fits[column, "without"].cdf("tau", 0.02) < 0.10
    assert fits["both", "all"].cdf("tau", 0.02) < 0.0005


def test_the_bias_correction_moves_the_odd_supernova_away_from_the_rest():
    sne = datasets.csp_supernovae()
    odd = sne.labels.index("SN 2007hx")
    before = sne.y + sne.bias_correction
    assert round(sne.y[odd] - sne.y.mean(), 2) == 0.39
    assert round(before[odd] - before.mean(), 2) == 0.25
    assert round(before.std(ddof=1), 3) == 0.108 < round(sne.y.std(ddof=1), 3) == 0.127


def test_the_log_posterior_of_a_truncated_sample_is_lecturekits():
    chapter = chapter_functions("07-supernovae", "log_posterior")
    rng = np.random.default_rng(1)
    limit = rng.uniform(-19.5, -18.8, 30)
    data = Measurements(limit - rng.exponential(0.3, 30), rng.uniform(0.05, 0.2, 30))
    params = np.column_stack([rng.uniform(-19.8, -18.8, 50), rng.uniform(0.01, 0.5, 50)])
    found = chapter.log_posterior(*params.T, data.y, data.sigma, limit)
    np.testing.assert_allclose(found, selection.log_prob_truncated(MODEL, params, data, limit), rtol=1e-10)


def rows(built, heading: str) -> dict[str, list[float]]:
    """Return the numbers of each row of the page's table with this heading."""
    (table,) = [table for table in built[PAGE].find_all("table") if heading in table.get_text()]
    cells = [[cell.get_text() for cell in row.find_all("td")] for row in table.find_all("tr")]
    number = re.compile(r"-?\d+\.?\d*")
    return {row[0]: [float(x) for x in number.findall(" ".join(row[1:]).replace("−", "-"))] for row in cells if row}


def test_the_repeated_surveys_have_the_bias_of_the_formula_and_lose_it(built):
    bias, coverage, _ = rows(built, "over 400 surveys").values()
    # The weight 10**(-0.6 y) moves the mean by -0.6 ln 10 (tau**2 + sigma**2); errors uniform from 0.05 to 0.15.
    formula = -0.6 * np.log(10) * (0.15**2 + 0.01 + 0.1**2 / 12)
    naive, naive_se, corrected, corrected_se = bias
    assert abs(naive - formula) < 4 * naive_se + 0.002  # a fit weighs precise supernovae more
    assert abs(corrected) < 4 * corrected_se
    naive, naive_se, corrected, corrected_se = coverage
    assert naive + 3 * naive_se < 15
    assert abs(corrected - 68.3) < 3.5 * corrected_se


def test_the_simulated_biases_are_those_of_the_formula(built):
    table = rows(built, "Malmquist")
    formula = table.pop("formula, uniform density")
    np.testing.assert_allclose(formula, -0.6 * np.log(10) * np.square([0.15, 0.1]), atol=0.0005)
    spread, noise, both = table.values()
    # Printed to 0.001, with Monte Carlo errors below 0.0003.
    np.testing.assert_allclose([spread, noise, both], [[formula[0], 0], [0, formula[1]], formula], atol=0.0021)
