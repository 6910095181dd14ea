"""The predictive check of the built book, in a browser with no kernel."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator
from scipy.stats import kurtosis

from lecturekit import datasets, predictive
from tests.browser.explorers import number, press, sentence, settle, shown
from tests.browser.golden.predictive_check import normal_draws

pytestmark = pytest.mark.browser

PAGE = "chapters/08-checking"
NAME = "Replicated data against observed data"


def check(explorer: Locator) -> None:
    """Compare p with that of lecturekit on the same replications."""
    values, data = shown(explorer), datasets.open_cluster()
    n = int(values["replications"])
    sigma = values["sigma"] * data.sigma
    scale = np.hypot(values["tau"], sigma)
    mu = np.average(data.y, weights=scale**-2.0)
    z = normal_draws(int(values["replication"]), 2 * n * len(data)).reshape(2, n, len(data))
    discrepancies = [
        *[predictive.DISCREPANCIES[name] for name in ("sd", "mean", "largest", "farthest from the mean", "skewness")],
        lambda y: kurtosis(y, axis=-1),
        lambda y: np.max(np.abs(y - mu) / scale, axis=-1),
    ]
    discrepancy = discrepancies[int(values["discrepancy"])]
    p = predictive.p_value(discrepancy, mu + values["tau"] * z[0] + values["noise"] * sigma * z[1], data.y)
    assert values["mu"] == pytest.approx(mu)
    assert values["observed"] == pytest.approx(discrepancy(data.y))
    assert values["p"] == pytest.approx(p, abs=1e-9)
    said, error = re.search(r"p\s[=<>]\s(\d[\d.]*\d)(?:\s±\s(\d[\d.]*\d))?", sentence(explorer)).groups()
    assert number(said) == pytest.approx(p, abs=5.1e-3)
    assert error is None or number(error) == pytest.approx(np.sqrt(p * (1 - p) / n), abs=5.1e-3)
    assert ("without noise" in sentence(explorer)) == (not values["noise"])


def test_p_agrees_with_lecturekit_for_every_discrepancy_with_and_without_noise(explorer):
    rng = np.random.default_rng(8)
    box, choice = explorer.get_by_role("checkbox"), explorer.get_by_role("combobox")
    seen = set()
    for option in choice.locator("option").all_inner_texts():
        label = option.replace("\u00a0", " ")  # as ipywidgets writes it
        choice.select_option(label=option)
        press(explorer, "τ", "Home", *["ArrowRight"] * rng.integers(1, 30))
        press(explorer, "σ", "Home", *["ArrowRight"] * rng.integers(30))
        explorer.get_by_role("button", name="New replications").click()
        for _ in range(2):
            box.click()
            settle(explorer)
            assert label in sentence(explorer)
            check(explorer)
            seen.add((shown(explorer)["discrepancy"], shown(explorer)["noise"]))
    assert len(seen) == 14


def test_the_noise_takes_the_alarm_of_a_true_model_away(explorer):
    explorer.get_by_role("button", name="Reset").click()
    settle(explorer)
    assert shown(explorer)["p"] < 0.025
    explorer.get_by_role("checkbox").check()
    settle(explorer)
    assert 0.3 < shown(explorer)["p"] < 0.7
