"""The shrinkage weight in the built book, moved by keyboard in a browser with no kernel."""

import re

import numpy as np
import pytest
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy
from scripts.toc import pages, source
from tests.browser.explorers import number, press, sentence, shown, slider

pytestmark = pytest.mark.browser

# The first page whose source asks for the shrinkage weight.
PAGE = next(name for name in pages() if "explore.shrinkage_weight(" in source(name).read_text(encoding="utf-8"))
SYMBOLS = {"tau": "τ", "sigma": "σ", "mu": "μ", "y": "y"}
NAME = "Population, likelihood and posterior of one object"


def test_what_is_shown_agrees_with_lecturekit_at_20_random_settings(explorer):
    rng = np.random.default_rng(20)
    model = NormalHierarchy(mu_prior=(0, 1), tau_prior=halfnorm())
    seen = set()
    for _ in range(20):
        for name in SYMBOLS:
            end, page_key, key = [("Home", "PageUp", "ArrowRight"), ("End", "PageDown", "ArrowLeft")][rng.integers(2)]
            press(explorer, SYMBOLS[name], end, *[page_key] * rng.integers(16), *[key] * rng.integers(5))
        values = shown(explorer)
        for name in SYMBOLS:  # the figure stands where the reader reads that the slider stands
            readout = slider(explorer, SYMBOLS[name]).locator(".widget-readout").inner_text()
            assert values[name] == pytest.approx(number(readout), abs=1e-9)
        seen.add(tuple(values[name] for name in SYMBOLS))

        tau, sigma, mu, y = (values[name] for name in SYMBOLS)
        mean, sd = model.theta_given(mu, tau, Measurements([y], [sigma]))
        w = tau**2 / (tau**2 + sigma**2)
        assert [values["w"], values["mean"], values["sd"]] == pytest.approx([w, mean[0], sd[0]], rel=1e-6, abs=1e-12)

        label = explorer.locator("text.lk-posterior").text_content()
        assert [number(text) for text in re.findall(r"[−\d.]+", label)] == pytest.approx([mean[0], sd[0]], abs=5.1e-4)
        said = sentence(explorer)
        assert number(re.search(r"w = ([\d.]+):", said)[1]) == pytest.approx(w, abs=5.1e-3)
        assert number(re.search(r"(\d+)\s%", said)[1]) == pytest.approx(100 * (1 - w), abs=0.51)
    assert len(seen) == 20
