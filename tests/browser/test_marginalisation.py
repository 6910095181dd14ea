"""The marginal likelihood of the built book, in a browser with no kernel."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy
from tests.browser.explorers import number, press, sentence, settle, shown
from tests.browser.golden.predictive_check import normal_draws

pytestmark = pytest.mark.browser

PAGE = "chapters/05-marginalisation"
NAME = "Population, noise and the marginal likelihood"
SYMBOLS = {"tau": "τ", "sigma": "σ", "mu": "μ", "J": "J"}
FLAT = NormalHierarchy(mu_prior=(0, 1e9), tau_prior=halfnorm(scale=10))


def stars(state: dict[str, float]) -> Measurements:
    """Return the stars that the page simulated."""
    z = normal_draws(int(state["sky"]), 2 * int(state["J"])).reshape(-1, 2)
    return Measurements(-0.15 + 0.08 * z[:, 0] + state["sigma"] * z[:, 1], np.full(len(z), state["sigma"]))


def log_likelihood(mu: float, tau: float, data: Measurements) -> float:
    return FLAT.log_prob_marginal([mu, tau], data) - FLAT.log_prior(mu, tau)


def check(explorer: Locator) -> None:
    """Compare what is shown and said with the simulated stars; with equal errors the maximum has a closed form."""
    values = shown(explorer)
    data = stars(values)
    best = data.y.mean(), np.sqrt(max(0, data.y.var() - values["sigma"] ** 2))
    below = log_likelihood(*best, data) - log_likelihood(values["mu"], values["tau"], data)
    assert [values["bestMu"], values["bestTau"]] == pytest.approx(best, rel=1e-6, abs=1e-9)
    assert values["below"] == pytest.approx(below, rel=1e-6, abs=1e-9)
    assert values["seen"] == pytest.approx(np.hypot(values["tau"], values["sigma"]))
    assert values["scatter"] == pytest.approx(data.y.std(), abs=1e-12)
    said = [number(text) for text in re.findall(r"−?[\d.]*\d", sentence(explorer))]
    wanted = [values["seen"], len(data), values["scatter"], below, best[1]]
    for word, value, error in zip(said, wanted, [5.1e-4, 0, 5.1e-4, 0.051, 5.1e-4], strict=True):
        assert word == pytest.approx(value, abs=error)


def test_what_is_shown_agrees_with_lecturekit(explorer):
    rng = np.random.default_rng(5)
    for _ in range(7):
        for name in SYMBOLS:
            end, key = [("Home", "ArrowRight"), ("End", "ArrowLeft")][rng.integers(2)]
            press(explorer, SYMBOLS[name], end, *[key] * rng.integers(12))
        explorer.get_by_role("button", name="New stars").click()
        settle(explorer)
        check(explorer)


def test_the_point_is_dragged_and_the_surface_clicked(explorer):
    explorer.get_by_role("button", name="Reset").click()
    settle(explorer)
    before = shown(explorer)
    handle = explorer.locator(".lk-handle")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    mouse = explorer.page.mouse
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 40, y - 10)
    mouse.up()
    settle(explorer)
    dragged = shown(explorer)
    assert dragged["mu"] > before["mu"]
    assert dragged["tau"] > before["tau"]
    mouse.move(x + 90, y - 10)  # let go of
    mouse.click(x - 60, y + 20)
    settle(explorer)
    clicked = shown(explorer)
    assert clicked["mu"] < before["mu"]
    assert clicked["tau"] < before["tau"]
    check(explorer)
