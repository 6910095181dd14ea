import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, replace
from multiprocessing import get_context

import numpy as np
import pytest
from scipy import stats

from benchmarks import calibrate
from benchmarks.calibrate import REGIMES, Regime, by_mistake, by_quadrature, by_selection
from lecturekit import NormalHierarchy, calibration
from lecturekit._calibration_run import LEVELS, Run, recorded
from tests.workers import two_threads

MODEL = NormalHierarchy((0, 5), stats.halfnorm())
HERE = Regime(8, 1.0, "half-Normal", by_quadrature)


def run(*regimes, n):
    with ThreadPoolExecutor(1) as executor:
        return calibrate.run(executor, regimes, n)


# 300 data sets: a place misses its uniform distribution by D = sqrt(ln(2 / p) / 600) at a p-value p, 0.12 at the threshold of
# 2e-4 here, and 0.5 for the wrong methods, whose p is then below 1e-20. Right methods fail once in a hundred seeds; this one is
# fixed. (With sigma as large as tau, prior and likelihood of "tau squared" make up for each other, and 300 are too few.)
def test_right_posteriors_pass_and_wrong_ones_fail():
    done = run(HERE, replace(HERE, noise=0.05), replace(HERE, noise=0.05, fit=by_mistake), n=300)
    assert list(calibrate.surprises(done)) == []
    failed = {(row.method, row.parameter) for row in done.rows if done.fails(row)}
    assert {("tau squared", "tau"), ("noise forgotten", "theta")} <= failed
    # What is known without the noise stays right: a test of mu alone would have seen nothing.
    assert ("noise forgotten", "mu") not in failed


def test_the_selection_must_be_known():
    (regime,) = (regime for regime in REGIMES if regime.fit is by_selection)
    done = run(regime, n=100)
    assert list(calibrate.surprises(done)) == []
    # The likelihood that ignores it takes the sample for the population: mu too low.
    naive = next(row for row in done.rows if row.method == "selection ignored" and row.parameter == "mu")
    assert sum(naive.counts[25:]) > 0.8 * naive.n


def test_it_does_not_matter_how_many_processes_share_the_work():
    one = run(HERE, n=60)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        two = calibrate.run(executor, [HERE], 60)
    assert list(map(asdict, two.rows)) == list(map(asdict, one.rows))
    with ThreadPoolExecutor(1) as executor:
        other = calibrate.run(executor, [HERE], 60, seed=7)
    assert other.rows[0].counts != one.rows[0].counts


@pytest.fixture
def here_alone(monkeypatch):
    """The command works in a thread of this process, and leaves the kept run alone."""
    monkeypatch.setattr(calibrate, "executor", lambda scheduler: ThreadPoolExecutor(1))
    monkeypatch.setattr(calibrate, "RESULT", None)


def test_a_dask_cluster_prints_the_same_table(here_alone, tmp_path, capsys):
    with two_threads(tmp_path) as scheduler:
        command = [sys.executable, "-W", "error", "-m", "benchmarks.calibrate", "2", "--scheduler", scheduler]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == calibrate.main(["2"]) == 1, done.stderr  # two data sets are too few for the wrong ones to fail
    tables = [[line for line in text.splitlines() if "date" not in line] for text in (done.stdout, capsys.readouterr().out)]
    assert tables[0] == tables[1]
    assert len(tables[0]) > 3 * len(REGIMES)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (set(), "noise forgotten is not calibrated in theta (J, noise, prior: (8, 0.05, 'half-Normal'))"),
        ({"exact", "tau squared", "noise forgotten"}, "exact is wrong and passes (J, noise, prior: (8, 1.0, 'half-Normal'))"),
    ],
)
def test_the_command_says_what_is_not_as_it_should_be(here_alone, monkeypatch, capsys, wrong, said):
    monkeypatch.setattr(calibrate, "WRONG", wrong)
    monkeypatch.setattr(calibrate, "REGIMES", (HERE, replace(HERE, noise=0.05, fit=by_mistake)))
    assert calibrate.main(["60"]) == 1
    assert said in capsys.readouterr().out.splitlines()


def test_the_kept_run_is_whole_and_as_it_should_be():
    kept = recorded()
    assert list(calibrate.surprises(kept)) == []
    assert (kept.alpha, kept.made["seed"]) == (calibrate.ALPHA, calibrate.SEED)
    where = [row.regime for row in kept.rows]
    assert list(dict.fromkeys(where)) == list(dict.fromkeys((r.objects, r.noise, r.prior) for r in REGIMES))
    methods = {"exact", "exact.draws", "marginal chain", "truncated", *calibrate.WRONG}
    assert {row.method for row in kept.rows} == methods
    assert {row.method for row in kept.rows if not row.right} == calibrate.WRONG
    for row in kept.rows:
        assert row.n >= 10_000
        assert sum(row.counts) == row.n
        assert sum(row.counts[5:45]) == row.held[LEVELS.index(0.8)]  # its ends are edges of bins
    assert calibrate.as_json(kept) == calibrate.RESULT.read_text(encoding="utf-8")


def test_a_simulation_draws_from_the_prior_and_from_what_is_below_the_limit():
    rng = np.random.default_rng(1)
    sigma = np.array([0.5, 1.0, 2.0])
    drawn = [calibration.simulate(MODEL, sigma, rng=rng) for _ in range(400)]
    # Kolmogorov-Smirnov p-values below 1e-4: once in ten thousand seeds each.
    for name, prior in (("mu", stats.norm(0, 5)), ("tau", stats.halfnorm())):
        assert stats.kstest([getattr(data.truth, name) for data in drawn], prior.cdf).pvalue > 1e-4
    z = [(data.y - data.truth.theta) / sigma for data in drawn]
    assert stats.kstest(np.ravel(z), "norm").pvalue > 1e-4
    narrow = NormalHierarchy((0, 0.5), stats.halfnorm())
    for _ in range(50):
        data = calibration.simulate(narrow, sigma, rng=rng, limit=0.0)
        assert (data.y <= 0).all()
        # theta belongs to the y that was kept: eight errors apart would happen once in 1e15.
        assert (np.abs(data.y - data.truth.theta) < 8 * sigma).all()


def test_a_limit_that_admits_nothing_is_refused():
    model = NormalHierarchy(mu_prior=(0, 0.1), tau_prior=stats.halfnorm(scale=0.1))
    with pytest.raises(ValueError, match=r"limit: got -50; expected one .* 3 of 3 objects exceeded it 10000 times"):
        calibration.simulate(model, [0.1, 0.1, 0.1], rng=np.random.default_rng(1), limit=-50)


def test_a_limit_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="limit: got nan; expected a number, infinite where there is no limit"):
        calibration.simulate(MODEL, [0.1], rng=np.random.default_rng(1), limit=np.nan)


def test_a_place_among_draws_is_within_the_share_of_its_rank():
    rng = np.random.default_rng(2)
    for rank, truth in enumerate([0.5, 1.5, 2.5, 9.0]):
        place = calibration.place_among([3.0, 1.0, 2.0], truth, rng=rng)
        assert rank / 4 <= place <= (rank + 1) / 4
    with pytest.raises(ValueError, match=r"draws: got shape \(2, 2\); expected \(n,\)"):
        calibration.place_among(np.ones((2, 2)), 0.0, rng=rng)
    with pytest.raises(ValueError, match="rng: got 3"):
        calibration.place_among([1.0], 0.0, rng=3)


def as_row(places):
    return calibrate.row(HERE, "exact", "mu", np.asarray(places))


def test_a_row_tells_a_hump_a_slope_and_a_u_from_what_is_even():
    even = (np.arange(2000) + 0.5) / 2000
    z = stats.norm.ppf(even)
    rows = [as_row(stats.norm.cdf(scale * z + shift)) for scale, shift in ((1, 0), (0.9, 0), (1.1, 0), (1, 0.2))]
    done = Run(tuple(rows), 0.01, {})
    assert done.threshold == pytest.approx(0.01 / (4 * len(rows)))
    assert [done.fails(row) for row in rows] == [False, True, True, True]
    np.testing.assert_allclose(rows[0].coverage, LEVELS, atol=1e-3)
    assert (rows[1].coverage > np.array(LEVELS) + 0.01).all()
    assert (rows[2].coverage < np.array(LEVELS) - 0.01).all()
    u, excess = rows[3].excess()
    assert (u[0], u[-1], excess[0]) == (0, 1, 0)
    assert excess[-1] == pytest.approx(0, abs=1e-12)
    assert (excess[1:-1] < 0).all()  # too few places are low


def test_the_band_is_left_where_the_test_of_uniformity_fails():
    even = (np.arange(2000) + 0.5) / 2000
    done = Run((as_row(even),), 0.01, {})
    half_width = done.band(2000)
    for shift, fails in ((0.9 * half_width, False), (1.1 * half_width, True)):
        shifted = np.clip(even + shift, 0, 1)
        assert (stats.kstest(shifted, "uniform").pvalue < done.threshold) == fails
        _, excess = as_row(shifted).excess()
        assert (np.abs(excess).max() > half_width) == fails


def test_what_is_no_place_is_refused():
    with pytest.raises(ValueError, match=r"places: got shape \(2,\), 0.5 to 1.5; expected \(n,\), from 0 to 1"):
        as_row([0.5, 1.5])
    with pytest.raises(ValueError, match="places: got shape"):
        as_row([0.5, np.nan])
