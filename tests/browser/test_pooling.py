"""The pooling explorer of the built book: what it shows is what lecturekit says."""

import re

import numpy as np
import pytest
from scipy.stats import uniform

from lecturekit import NormalHierarchy, exact
from tests.browser.explorers import number, press, sentence, settle, shown
from tests.browser.golden.pooling import survey

pytestmark = pytest.mark.browser

PAGE = "chapters/01-pooling"
NAME = "Estimates of many objects between complete and no pooling"
# A prior on mu that is flat, near enough.
FLAT = NormalHierarchy(mu_prior=(0, 3e9), tau_prior=uniform(0, 40))


def test_what_is_shown_agrees_with_lecturekit_in_random_surveys(explorer):
    rng = np.random.default_rng(1)
    for _ in range(6):
        for label in ("population sd τ", "true spread, sd of ln K"):
            press(explorer, label, "Home", *["PageUp"] * rng.integers(8), *["ArrowRight"] * rng.integers(8))
        press(explorer, "number of planets J", "End", *["ArrowLeft"] * rng.integers(30))
        explorer.get_by_role("button", name="New survey").click()
        settle(explorer)
        values = shown(explorer)
        planets = survey(int(values["survey"]), int(values["J"]), values["spread"])
        posterior = exact.posterior(FLAT, planets)

        def errors(tau, posterior=posterior, planets=planets):
            return np.sqrt(np.mean((posterior.theta_given_tau(tau)[0] - planets.truth.theta) ** 2, axis=1))

        dial = 0.2 * np.arange(201)
        curve = errors(dial)
        wanted = [errors(values["tau"])[0], dial[curve.argmin()], curve.min(), curve[0], errors(1e7)[0]]
        names = ("error", "best", "least", "complete", "none")
        assert [values[name] for name in names] == pytest.approx(wanted, rel=1e-6, abs=1e-9)
        precision = 1 / (values["tau"] ** 2 + planets.sigma**2)
        assert values["mu"] == pytest.approx(np.average(planets.y, weights=precision), rel=1e-6)

        said = [number(text) for text in re.findall(r"([−\d.]+) m/s", sentence(explorer))]
        assert said == pytest.approx([values[name] for name in ("tau", *names)], abs=5.1e-3)
        assert re.search(r"([\d.]+) m/s without", sentence(explorer))[1] == f"{values['none']:.2f}"


def test_a_single_planet_is_its_own_mean(explorer):
    press(explorer, "number of planets J", "Home")
    values = shown(explorer)
    assert values["error"] == pytest.approx(values["none"]) == pytest.approx(values["complete"])
    assert sentence(explorer).startswith("1 planet is its own common mean")
