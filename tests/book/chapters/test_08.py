"""What chapter 8 says of its checks: the fit that it writes out, the widths, and the rates of alarms."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact, predictive
from lecturekit.page import calibration_run
from tests.book.test_chapter_functions import CHAPTERS, chapter_functions

MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))
DATA = datasets.open_cluster()


@pytest.fixture(scope="module")
def chapter() -> SimpleNamespace:
    """Return the chapter's functions, with the grid that they share."""
    names = ("sd", "fit", "new_stars", "leave_one_out_pit", "scaled", "standout_alarm")
    functions = chapter_functions("08-checking", *names)
    source = (CHAPTERS / "08-checking.md").read_text(encoding="utf-8")
    (grid,) = re.findall(r"^grid = (.*?)  #", source, re.MULTILINE)
    shared = functions.fit.__globals__
    shared["grid"] = eval(grid, {"np": np})
    shared["log_prior"] = MODEL.tau_prior.logpdf(shared["grid"])
    functions.grid = shared["grid"]
    return functions


def percent(text: str) -> tuple[float, float]:
    """Return the value and the error of what is printed as 8.7 ± 0.6 %."""
    value, error = re.fullmatch(r"([\d.]+) ± ([\d.]+) %", text).groups()
    return float(value), float(error)


def test_the_fit_on_a_grid_is_exact(chapter):
    p, mean, precision = chapter.fit(DATA.y, DATA.sigma)
    post = exact.posterior(MODEL, DATA)
    assert p @ chapter.grid == pytest.approx(post.mean("tau"), rel=1e-4)
    assert p @ mean == pytest.approx(post.mean("mu"), rel=1e-6)
    assert p @ (mean**2 + 1 / precision) - (p @ mean) ** 2 == pytest.approx(post.sd("mu") ** 2, rel=1e-4)
    assert p[chapter.grid < 0.08].sum() == pytest.approx(post.cdf("tau", 0.08), abs=5e-4)


def test_a_star_is_left_out(chapter):
    j = int(np.argmax(DATA.y))
    others = exact.posterior(MODEL, Measurements(np.delete(DATA.y, j), np.delete(DATA.sigma, j)))
    draws = others.draws(200_000, rng=np.random.default_rng(1))
    expected = stats.norm.cdf((DATA.y[j] - draws.mu) / np.hypot(DATA.sigma[j], draws.tau)).mean()
    assert chapter.leave_one_out_pit(DATA.y, DATA.sigma, j) == pytest.approx(expected, abs=1e-3)


def test_the_widths_compare_like_with_like(chapter, recorded):
    """The sample variance within a replicated data set knows nothing of the uncertainty of mu."""
    post = exact.posterior(MODEL, DATA)
    draws = post.draws(20_000, rng=np.random.default_rng(2))
    new = predictive.replicate(draws, DATA, level="new", rng=np.random.default_rng(3))
    assert np.sqrt(np.mean(chapter.sd(new) ** 2)) == pytest.approx(0.1126, abs=5e-4)
    tau_squared = post.mean("tau") ** 2 + post.sd("tau") ** 2
    assert recorded["c08_sd_y_new"] == f"{np.sqrt(tau_squared + np.mean(DATA.sigma**2)):.3f}" == "0.113"
    assert recorded["c08_sd_theta_new"] == f"{np.sqrt(tau_squared):.3f}" == "0.063"


def test_the_check_without_noise_alarms_in_a_tenth_of_true_clusters(chapter, recorded):
    """Given tau, the spread of J new stars is tau times a chi variable, so the p-value needs no replications."""
    rng, freedom = np.random.default_rng(4), len(DATA) - 1
    at = stats.chi2(freedom).sf
    rates = []
    for _ in range(5000):
        y = rng.normal(rng.normal(DATA.truth.mu, DATA.truth.tau, len(DATA)), DATA.sigma)
        p, *_ = chapter.fit(y, DATA.sigma)
        rates.append(p @ at(freedom * y.var(ddof=1) / chapter.grid**2))
    rate = 100 * np.mean(np.abs(np.array(rates) - 0.5) > 0.475)
    assert rate == pytest.approx(9.4, abs=1.3)
    value, error = percent(recorded["c08_alarm_without_20"])
    assert value == pytest.approx(rate, abs=4 * error)


def test_understated_errors_are_found_now_and_then(chapter, recorded):
    rng = np.random.default_rng(5)
    clusters = rng.normal(rng.normal(DATA.truth.mu, DATA.truth.tau, (3000, len(DATA))), 2 * DATA.sigma)
    rate = 100 * np.mean([chapter.standout_alarm(y, DATA.sigma) for y in clusters])
    value, error = percent(recorded["c08_caught_all_errors_halved_loo"])
    assert rate == pytest.approx(13, abs=2.5)
    assert value == pytest.approx(rate, abs=4 * error)


def test_the_discrepancies_are_those_of_the_field(chapter):
    y = np.random.default_rng(6).normal(size=(5, 20))
    scaled = chapter.scaled(y)
    np.testing.assert_allclose(np.mean(scaled**2 * scaled, axis=-1), predictive.DISCREPANCIES["skewness"](y), rtol=1e-10)
    np.testing.assert_allclose(np.mean((scaled**2) ** 2, axis=-1) - 3, stats.kurtosis(y, axis=-1), rtol=1e-10)
    np.testing.assert_allclose(chapter.sd(y), predictive.DISCREPANCIES["sd"](y), rtol=1e-12)


def test_a_small_tau_is_covered_too_often_under_a_wide_prior(chapter, recorded):
    rng, inside = np.random.default_rng(7), []
    for _ in range(4000):
        y = rng.normal(rng.normal(DATA.truth.mu, 0.02, len(DATA)), DATA.sigma)
        inside.append(chapter.fit(y, DATA.sigma)[0][chapter.grid < 0.02].sum())
    rate = 100 * np.mean(np.abs(np.array(inside) - 0.5) < 0.34)
    value, error = percent(recorded["c08_cover_fixed"])
    assert rate > 80
    assert value == pytest.approx(rate, abs=4 * np.sqrt(2) * error)


def test_what_the_run_of_ten_thousand_finds_in_the_wrong_methods():
    """Large errors that are forgotten spoil mu too; tau taken for the variance spoils tau, and theta a little."""
    run = calibration_run()
    smallest = {(row.method, row.parameter): min(row.p_values) for row in run.rows if row.noise == 1 and not row.right}
    assert smallest["noise forgotten", "mu"] < run.threshold
    assert smallest["tau squared", "mu"] > run.threshold
    assert 1e-9 < smallest["tau squared", "theta"] < run.threshold
    assert smallest["tau squared", "tau"] < 1e-20


def test_without_the_noise_mu_passes_for_this_cluster():
    """Even with thousands of data sets, as its errors are small beside most values of tau."""
    rng, grid = np.random.default_rng(8), np.arange(0.001, 2.5, 0.01)
    weight = 1 / ((0.02 * DATA.sigma) ** 2 + grid[:, None] ** 2)
    precision = 1 + weight.sum(axis=1)
    known = MODEL.tau_prior.logpdf(grid) + 0.5 * (np.log(weight).sum(axis=1) - np.log(precision))
    places = []
    for _ in range(4000):
        mu, tau = rng.normal(), abs(rng.normal(0, 0.5))
        y = rng.normal(rng.normal(mu, tau, len(DATA)), DATA.sigma)
        mean = weight @ y / precision
        log_p = known + 0.5 * (precision * mean**2 - weight @ y**2)
        p = np.exp(log_p - log_p.max())
        places.append(p @ stats.norm.cdf((mu - mean) * np.sqrt(precision)) / p.sum())
    assert stats.kstest(places, "uniform").pvalue > 1e-3
