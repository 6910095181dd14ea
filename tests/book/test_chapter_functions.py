"""A function that a chapter builds up in front of the reader agrees with the one in lecturekit that replaces it.

Only the cells that import or define are run, not the whole chapter. Another chapter joins with one more test.
"""

import ast
import functools
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import dask.dataframe
import jupytext
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lecturekit import Measurements, NormalHierarchy, datasets, exact
from tests.workers import two_threads

CHAPTERS = Path("chapters")
MODEL = NormalHierarchy(mu_prior=(0, 1), tau_prior=stats.halfnorm(scale=0.5))


@functools.cache
def chapter_functions(chapter: str, *names: str) -> SimpleNamespace:
    """Return the named functions as the chapter's code cells define them."""
    cells = jupytext.read(CHAPTERS / f"{chapter}.md").cells
    statements = [node for cell in cells if cell.cell_type == "code" for node in ast.parse(cell.source).body]
    imports = [node for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]
    defined = [node for node in statements if isinstance(node, ast.FunctionDef) and node.name in names]
    assert sorted(node.name for node in defined) == sorted(names), f"{chapter} must define each of {names} once"
    namespace: dict[str, Callable] = {}
    exec(compile(ast.Module(imports + defined, type_ignores=[]), chapter, "exec"), namespace)
    return SimpleNamespace(**{name: namespace[name] for name in names})


@pytest.fixture(params=range(20))
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    return np.random.default_rng(request.param)


@pytest.fixture
def data(rng: np.random.Generator) -> Measurements:
    size = rng.integers(1, 40)
    return Measurements(y=rng.normal(-0.2, 0.3, size), sigma=rng.uniform(0.02, 0.5, size))


def test_simulate_draws_what_simulate_normal_draws(data):
    chapter = chapter_functions("04-metallicities", "simulate")
    theta, y = chapter.simulate(-0.2, 0.1, data.sigma, rng=np.random.default_rng(1))
    expected = datasets.simulate_normal(-0.2, 0.1, data.sigma, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(theta, expected.truth.theta)
    np.testing.assert_array_equal(y, expected.y)


def test_the_log_posterior_is_log_prob_centered(data, rng):
    chapter = chapter_functions("04-metallicities", "log_posterior")
    params = np.concatenate([[rng.normal(), rng.exponential(0.3)], rng.normal(size=len(data))])
    expected = MODEL.log_prob_centered(params, data)
    assert chapter.log_posterior(params, data.y, data.sigma) == pytest.approx(expected, rel=1e-12)
    params[1] *= -1
    assert chapter.log_posterior(params, data.y, data.sigma) == MODEL.log_prob_centered(params, data) == -np.inf


def test_the_marginal_log_posterior_is_log_prob_marginal(data, rng):
    chapter = chapter_functions("05-marginalisation", "log_posterior_marginal")
    for tau in (rng.exponential(0.3), 0.0, -0.1):
        params = np.array([rng.normal(), tau])
        expected = MODEL.log_prob_marginal(params, data)
        assert chapter.log_posterior_marginal(params, data.y, data.sigma) == pytest.approx(expected, rel=1e-12)


def test_the_log_posterior_of_tau_is_that_of_exact(data):
    chapter = chapter_functions("05-marginalisation", "log_posterior_tau")
    post = exact.posterior(MODEL, data)
    tau = post.quantile("tau", np.linspace(0.05, 0.95, 19))
    density = np.exp(chapter.log_posterior_tau(tau, data.y, data.sigma) - post.log_evidence)
    np.testing.assert_allclose(density, post.pdf("tau", tau), rtol=1e-6)


def test_draw_theta_draws_from_theta_given(data, rng):
    chapter = chapter_functions("05-marginalisation", "draw_theta")
    mu, tau = rng.normal(size=50), rng.exponential(0.3, size=50)
    theta = chapter.draw_theta(mu, tau, data.y, data.sigma, rng=np.random.default_rng(2))
    expected = np.random.default_rng(2).normal(*MODEL.theta_given(mu, tau, data))
    np.testing.assert_allclose(theta, expected, rtol=1e-12, atol=1e-13)


def test_partial_pooling_is_exact_on_a_fine_grid(rng):
    chapter = chapter_functions("01-pooling", "given_tau", "partial_pooling", "complete_pooling")
    surveys = rng.normal(20, 4, (3, 8)) + rng.normal(0, 2, (3, 8))
    sigma = rng.uniform(1, 3, 8)
    mean, sd = chapter.partial_pooling(surveys, sigma, 60 * np.linspace(0, 1, 400) ** 2)
    pooled = chapter.complete_pooling(surveys, sigma)
    # The chapter's priors are flat: on mu, and on tau up to 60.
    flat = NormalHierarchy(mu_prior=(20, 1e4), tau_prior=stats.uniform(0, 60))
    for row, y in enumerate(surveys):
        post = exact.posterior(flat, Measurements(y, sigma))
        np.testing.assert_allclose(mean[row], post.mean("theta"), atol=1e-3)
        np.testing.assert_allclose(sd[row], post.sd("theta"), atol=1e-3)
        np.testing.assert_allclose(pooled[row], post.theta_given_tau(0.0)[0][0], rtol=1e-5)


def test_the_recipe_run_draws_what_simulate_normal_draws(data):
    chapter = chapter_functions("02-structure", "simulate")
    theta, y = chapter.simulate(-0.2, 0.1, data.sigma, np.random.default_rng(1))
    expected = datasets.simulate_normal(-0.2, 0.1, data.sigma, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(theta, expected.truth.theta)
    np.testing.assert_array_equal(y, expected.y)


def test_the_joint_density_is_log_prob_centered(data, rng):
    chapter = chapter_functions("02-structure", "log_joint", "log_hyperprior", "log_population", "log_likelihood")
    model = NormalHierarchy(mu_prior=(np.log(20), 0.5), tau_prior=stats.halfnorm(scale=0.5))
    mu, tau, theta = rng.normal(), rng.exponential(0.5), rng.normal(size=len(data))
    expected = model.log_prob_centered([mu, tau, *theta], data)
    assert chapter.log_joint(mu, tau, theta, data.y, data.sigma) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("chapter", "name"), [("03-shrinkage", "theta_given"), ("11-summary", "widths")])
def test_theta_given_and_its_width(chapter, name, data, rng):
    mu, tau = rng.normal(), rng.exponential(0.3)
    mean, sd = MODEL.theta_given(mu, tau, data)
    function = getattr(chapter_functions(chapter, name), name)
    if name == "theta_given":
        found = function(data.y, data.sigma, mu, tau)
        np.testing.assert_allclose(found, [mean, sd], rtol=1e-10, atol=1e-13)
    else:
        centered, noncentered = function(data.sigma, tau)
        np.testing.assert_allclose(centered, sd, rtol=1e-10)
        # eta = (theta - mu) / tau, so its sd is that of theta over tau.
        np.testing.assert_allclose(noncentered, sd / tau, rtol=1e-9)


def test_the_density_of_tau_is_exacts_under_flat_priors(rng):
    chapter = chapter_functions("10-eight-schools", "log_p_tau")
    data = Measurements(rng.normal(0, 8, 8), rng.uniform(5, 15, 8))
    post = exact.posterior(NormalHierarchy(mu_prior=(0, 1e5), tau_prior=stats.uniform(0, 1000)), data)
    tau = np.linspace(0.1, 30, 50)
    difference = chapter.log_p_tau(tau, data.y, data.sigma) - np.log(post.pdf("tau", tau))
    assert np.ptp(difference) < 1e-5


def test_the_recipe_for_a_cluster_gives_the_posterior_and_theta_of_the_data_in_memory(tmp_path):
    text = (CHAPTERS / "scale.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    chapter: dict = {}
    exec(compile(recipe, "scale", "exec"), chapter)
    data = datasets.simulate_normal(-0.15, 0.08, np.linspace(0.03, 0.15, 3000), rng=np.random.default_rng(1))
    sky, theta = tmp_path / "sky", tmp_path / "theta"
    table = dask.dataframe.from_pandas(pd.DataFrame({"y": data.y, "sigma": data.sigma}), npartitions=5)
    table.to_parquet(sky)
    theta.mkdir()
    with two_threads(tmp_path) as scheduler:
        posterior = chapter["posterior_on_cluster"](MODEL, sky, scheduler)
    chapter["write_theta"](posterior, theta)
    expected = exact.posterior(MODEL, data)
    for name in ("mu", "tau"):
        np.testing.assert_allclose(posterior.quantile(name, [0.1, 0.9]), expected.quantile(name, [0.1, 0.9]), rtol=1e-10)
    written = pd.concat(map(pd.read_parquet, sorted(theta.iterdir())))
    assert len(list(theta.iterdir())) == 5
    np.testing.assert_allclose(written["mean"], expected.mean("theta"), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(written["sd"], expected.sd("theta"), rtol=1e-9)
