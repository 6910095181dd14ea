"""Chapter 9: its sampler samples, its mixtures are what they are said to be, and its numbers are the converged ones."""

import re
from pathlib import Path

import arviz
import numpy as np
import pytest
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact, populations
from tests.book.test_chapter_functions import chapter_functions

CHAPTER = "09-practice"
MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))


def hamiltonian():
    """The chapter's sampler with its two targets, which know the cluster."""
    data = datasets.open_cluster()
    chapter = chapter_functions(CHAPTER, "centered", "noncentered", "trajectory", "hmc", "four_chains")
    chapter.hmc.__globals__.update(y=data.y, sigma=data.sigma, J=len(data))
    return chapter, data


@pytest.mark.parametrize("tau", [0.05, 0.1, 0.2])
def test_24_nodes_make_a_student_t(tau):
    chapter = chapter_functions(CHAPTER, "student", "log_likelihood")
    rng = np.random.default_rng(1)
    data = Measurements(np.r_[1.1, -0.35, rng.normal(0.3, 0.1, 38)], rng.uniform(0.05, 0.15, 40))
    found = chapter.log_likelihood(chapter.student(np.array([[0.3]]), tau), data)[0]
    expected = populations.log_marginal(
        populations.StudentT(df=4, mu=0.3, tau=tau),
        n_nodes=2000,
        log_likelihood=lambda theta: stats.norm.logpdf(data.y[:, None], theta, data.sigma[:, None]),
    ).sum()
    assert found == pytest.approx(expected, abs=0.01)


def test_the_targets_are_the_models_densities_in_ln_tau():
    chapter, data = hamiltonian()
    rng = np.random.default_rng(2)
    q = np.column_stack([rng.normal(-0.1, 0.2, 9), rng.normal(-2.5, 0.8, 9), rng.normal(0, 0.5, (9, len(data)))])
    params = np.column_stack([q[:, 0], np.exp(q[:, 1]), q[:, 2:]])
    for target, density in ((chapter.centered, MODEL.log_prob_centered), (chapter.noncentered, MODEL.log_prob_noncentered)):
        gap = target(q)[0] - q[:, 1] - density(params, data)
        np.testing.assert_allclose(gap, gap[0], rtol=1e-9)


def test_the_sampler_samples_a_normal():
    chapter, _ = hamiltonian()
    sd = np.array([0.1, 1.0, 10.0])
    draws, diverged = chapter.hmc(
        lambda q: (-((q / sd) ** 2).sum(-1) / 2, -q / sd**2), np.zeros((4, 3)), sd, np.random.default_rng(3)
    )
    assert not diverged.any()
    for k in range(3):
        z = draws[..., k] / sd[k]
        assert abs(z.mean()) < 4 * arviz.mcse(z)
        assert abs((z**2).mean() - 1) < 4 * arviz.mcse(z**2)


@pytest.mark.slow
def test_the_divergences_warn_every_time_and_non_centered_chains_are_right():
    chapter, data = hamiltonian()
    expected = exact.posterior(MODEL, data).cdf("tau", 0.02)
    for seed in range(10, 16):
        _, diverged = chapter.four_chains(chapter.centered, seed)
        assert diverged.sum() > 10
        draws, diverged = chapter.four_chains(chapter.noncentered, seed)
        below = (draws[..., 1] < np.log(0.02)).astype(float)
        assert diverged.sum() < 5
        assert abs(below.mean() - expected) < 4 * arviz.mcse(below)


def test_forty_stars_of_two_classes():
    """Linear shrinkage with the right mean and spread has the error sqrt(w) sigma, whatever the population's shape."""
    sigma, within, half = 0.1, 0.05, 0.3
    w = (half**2 + within**2) / (half**2 + within**2 + sigma**2)
    expected = w**2 * sigma**2 + (1 - w) ** 2 * (half**2 + within**2)
    assert sigma / np.hypot(1, sigma / np.hypot(half, within)) == pytest.approx(np.sqrt(expected))


def text(element):
    return element.get_text(" ", strip=True).replace("−", "-")


def page(built):
    return built[Path(f"chapters/{CHAPTER}.html")]


def test_the_evidence_has_converged_and_does_not_prefer_freedom_that_is_not_needed(built):
    """Two Normals against one, where one is true: -0.03 +- 0.01 with ten times the draws."""
    row = page(built).select_one("#tab-09-populations tbody tr")
    difference, error = map(float, re.match(r"([-+][\d.]+) ± ([\d.]+)", text(row.select("td")[3])).groups())
    assert error < 0.03
    assert abs(difference + 0.03) < 4 * error + 0.005


def test_r_hat_of_two_ensembles_that_do_not_overlap_is_the_largest_that_ranks_allow(built):
    """Four half-chains: two all below the median, two above, so the normal scores are half-Normals of means ±sqrt(2 / pi)."""
    largest = np.sqrt(1 + (4 / 3) * (2 / np.pi) / (1 - 2 / np.pi))
    box = text(page(built).find(id="departure-09-symptoms"))
    assert f"{largest:.2f}" in box


def test_r_hat_between_the_walkers_of_one_ensemble_raises_no_alarm(recorded):
    assert float(recorded["c09_rhat_walkers"]) < 1.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_freest_population_is_a_handful_of_spikes(seed):
    """A free weight for every value of theta, fitted by EM to forty stars of one Normal."""
    rng = np.random.default_rng(seed)
    sigma = rng.uniform(0.05, 0.15, 40)
    y = rng.normal(0.3, np.hypot(sigma, 0.2))
    grid = np.linspace(-0.8, 1.5, 116)
    likelihood = stats.norm.pdf(y[:, None], grid, sigma[:, None])
    weight = np.full(grid.size, 1 / grid.size)
    for _ in range(10_000):
        share = likelihood * weight
        weight = (share / share.sum(axis=1, keepdims=True)).mean(axis=0)
    held = weight > 0.005
    assert 2 <= np.sum(held & ~np.r_[False, held[:-1]]) <= 8


@pytest.mark.slow
def test_a_short_step_finds_part_of_the_neck_and_the_tail_warns_often():
    chapter, data = hamiltonian()
    expected = exact.posterior(MODEL, data).cdf("tau", 0.02)
    first = [chapter.four_chains(chapter.centered, seed)[0][..., 1] for seed in range(20, 26)]
    short = [chapter.four_chains(chapter.centered, seed, goal=0.95)[0][..., 1] for seed in range(20, 26)]
    assert 0.3 * expected < np.median([np.mean(x < np.log(0.02)) for x in short]) < 0.8 * expected
    assert sum(arviz.ess(np.exp(x), method="tail") < 400 for x in first) >= 2
    assert sum(arviz.rhat(np.exp(x)) < 1.01 for x in first) >= 3
