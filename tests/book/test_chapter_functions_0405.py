"""A function that a chapter builds up in front of the reader agrees with the one in lecturekit that replaces it.

Only the cells that import or define are run, not the whole chapter. Another chapter joins with one more test.
"""

import ast
import functools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import jupytext
import numpy as np
import pytest
from scipy import stats

from lecturekit import datasets, exact
from lecturekit.measurements import Measurements
from lecturekit.model import NormalHierarchy

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
