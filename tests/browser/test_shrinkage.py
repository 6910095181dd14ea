"""The shrinkage explorer of the built book: what it shows is what lecturekit says."""

import re

import numpy as np
import pytest
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy, datasets
from tests.browser.explorers import press, reset, sentence, shown

pytestmark = pytest.mark.browser

PAGE = "chapters/03-shrinkage"
NAME = "Arrows from the measurements of many objects to their estimates"


def test_what_is_shown_agrees_with_lecturekit_at_random_settings(explorer):
    rng = np.random.default_rng(2)
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=halfnorm())
    cluster = datasets.simulate_normal(-0.15, 0.08, datasets.open_cluster().sigma, rng=np.random.default_rng(8))
    theta = cluster.truth.theta
    seen = set()
    for _ in range(8):
        for label in ("population sd τ", "factor on every σ"):
            press(explorer, label, "Home", *["PageUp"] * rng.integers(1, 12), *["ArrowRight"] * rng.integers(8))
        values = shown(explorer)
        seen.add((values["tau"], values["factor"]))
        sky = Measurements(theta + values["factor"] * (cluster.y - theta), values["factor"] * cluster.sigma)
        w = values["tau"] ** 2 / (values["tau"] ** 2 + sky.sigma**2)
        mu = np.average(sky.y, weights=w)  # w is the precision of y about mu, times tau**2
        estimate, _ = model.theta_given(mu, values["tau"], sky)
        raw, error = np.abs(sky.y - theta), np.abs(estimate - theta)
        wanted = {
            "mu": mu,
            "most": 1 - w.min(),
            "least": 1 - w.max(),
            "worse": (error > raw).sum(),
            "raw": np.sqrt(np.mean(raw**2)),
            "shrunken": np.sqrt(np.mean(error**2)),
        }
        assert {name: values[name] for name in wanted} == pytest.approx(wanted, rel=1e-6)

        # As many are marked as are counted, and the sentence says the same.
        assert explorer.locator("path.lk-line.lk-data").last.get_attribute("d").count("M") == values["worse"]
        said = sentence(explorer)
        assert f"{values['worse']:.0f} of 20 stars" in said
        assert f"{values['raw']:.3f} to {values['shrunken']:.3f} dex" in said
        assert re.findall(r"(\d+) %", said) == [f"{100 * values[name]:.0f}" for name in ("most", "least")]
    assert len(seen) == 8


def test_the_chapter_names_the_numbers_that_the_explorer_has_where_it_opens(explorer):
    reset(explorer)
    values = shown(explorer)
    written = explorer.page.locator("article .pasted-text").all_inner_texts()
    assert {f"{values['raw']:.3f}", f"{values['shrunken']:.3f}", f"{values['worse']:.0f}"} <= set(written)
