"""The selection explorer of the built book."""

import re

import numpy as np
import pytest
from scipy.stats import halfnorm

from lecturekit import Measurements, NormalHierarchy, selection
from tests.browser.explorers import number, press, sentence, settle, shown
from tests.browser.golden.selection import explosion_list

pytestmark = pytest.mark.browser

PAGE = "chapters/07-supernovae"
NAME = "A magnitude-limited survey, and what two likelihoods make of it"
LABELS = ("magnitude limit", "true intrinsic scatter", "measurement error", "number of supernovae")
MODEL = NormalHierarchy(mu_prior=(-19.3, 1), tau_prior=halfnorm(scale=1))


def test_no_neighboring_fit_is_likelier_by_lecturekits_likelihood_at_random_settings(explorer):
    rng = np.random.default_rng(6)
    checked = 0
    for _ in range(8):
        for label in LABELS:
            press(explorer, label, "Home", *["PageUp"] * rng.integers(2, 9), *["ArrowRight"] * rng.integers(5))
        explorer.get_by_role("button", name="New survey").click()
        settle(explorer)
        v = shown(explorer)
        survey = explosion_list(int(v["sky"]), 300)[: int(v["N"])]
        limit = np.array([v["limit"] - one["modulus"] for one in survey])
        y = np.array([-19.3 + v["tau"] * one["intrinsic"] + v["sigma"] * one["noise"] for one in survey])
        seen = y <= limit
        assert v["detected"] == seen.sum()
        assert v["fits"] in ((1, 2) if seen.sum() > 1 else (0,))
        if v["fits"] == 2:
            data = Measurements(y[seen], np.full(seen.sum(), v["sigma"]))
            around = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.01 * v["correctedMuSd"]
            params = np.array([v["correctedMu"], v["correctedTau"]]) + around
            params = params[params[:, 1] >= 0]
            log_p = [selection.log_prob_truncated(MODEL, p, data, limit[seen]) - MODEL.log_prior(*p) for p in params]
            assert np.argmax(log_p) == 0
            mu = [number(text) for text in re.findall(r"−\d+\.\d+", sentence(explorer))]
            assert mu == pytest.approx([v["naiveMu"], v["correctedMu"]], abs=5.1e-4)
            checked += 1
    assert checked > 3


def test_a_sample_too_small_is_not_fitted_and_that_is_said(explorer):
    press(explorer, LABELS[0], "Home")
    assert shown(explorer)["fits"] == 0
    assert "too few" in sentence(explorer)
