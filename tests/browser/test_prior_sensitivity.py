"""The prior's sensitivity in the built book: what it shows and says, against the exact posterior of the eight schools."""

import re

import numpy as np
import pytest

from lecturekit import datasets
from tests.browser.explorers import number, press, sentence, settle, shown, slider
from tests.browser.golden.prior_sensitivity import LEVELS, PRIORS, first, flat_in_mu

pytestmark = pytest.mark.browser

PAGE = "chapters/10-eight-schools"
NAME = "Posterior of τ, and of every θ at one τ and averaged over τ"
SCALE, GROUPS, TAU = "scale of the prior", "groups kept, in the data's order", "look at τ"


@pytest.mark.parametrize("family", PRIORS)
def test_what_is_shown_agrees_with_lecturekit_at_random_settings(explorer, family):
    rng = np.random.default_rng(5)
    explorer.locator("select").select_option(family)
    for _ in range(4):
        for label, keys in ((SCALE, 12), (GROUPS, 7), (TAU, 20)):
            press(explorer, label, "Home", *["ArrowRight"] * int(rng.integers(1, keys + 1)))
        values = shown(explorer)
        posterior = flat_in_mu(first(datasets.eight_schools(), int(values["groups"])), PRIORS[family](values["scale"]))
        mean, sd = posterior.theta_given_tau([values["tau"]])
        expected = {
            **dict(zip(("low", "median", "high"), posterior.quantile("tau", LEVELS), strict=True)),
            "mean": posterior.mean("theta")[0],
            "sd": posterior.sd("theta")[0],
            "meanAtTau": mean[0, 0],
            "sdAtTau": sd[0, 0],
        }
        assert {name: values[name] for name in expected} == pytest.approx(expected, rel=1e-6)

        said = [number(found) for found in re.findall(r"−?\d+\.\d", sentence(explorer))]
        flat = flat_in_mu(datasets.eight_schools(), PRIORS["uniform"](1e6)).quantile("tau", 0.5)
        theta = [values[name] for name in ("meanAtTau", "sdAtTau", "mean", "sd")]
        wanted = [values["scale"], values["median"], flat, values["tau"], *theta]
        assert said == pytest.approx(wanted, abs=0.051)  # one decimal, and half a unit in its place


def test_no_prior_moves_the_curves_and_fewer_groups_do(explorer):
    press(explorer, GROUPS, "End")
    curves = explorer.locator("path.lk-partial.lk-line:not(.lk-whisker)")  # the first group's, and the others'
    before = curves.evaluate_all("paths => paths.map((p) => p.getAttribute('d'))")
    assert [d.count("M") for d in before] == [1, 7]
    press(explorer, SCALE, "Home", "PageUp")
    assert curves.evaluate_all("paths => paths.map((p) => p.getAttribute('d'))") == before
    press(explorer, GROUPS, "Home")
    after = curves.evaluate_all("paths => paths.map((p) => p.getAttribute('d'))")
    assert [d.count("M") for d in after] == [1, 0]


def test_a_press_on_the_figure_moves_tau_and_its_slider(explorer):
    press(explorer, TAU, "Home")
    probe = explorer.locator(".lk-probe")
    box = probe.bounding_box()
    probe.click(position={"x": 0.5 * box["width"], "y": 20})
    settle(explorer)
    upper = float(slider(explorer, TAU).locator(".noUi-handle").get_attribute("aria-valuemax"))
    assert shown(explorer)["tau"] == pytest.approx(upper / 2, abs=0.51)  # a step
    assert number(slider(explorer, TAU).locator(".widget-readout").inner_text()) == shown(explorer)["tau"]
