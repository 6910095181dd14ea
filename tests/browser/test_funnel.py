"""The funnel's explorer: what it shows, marks and says is what lecturekit's density and the chapter's leapfrog give."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator

from tests.browser.explorers import number, press, sentence, settle, shown
from tests.browser.golden.base import normal_numbers
from tests.browser.golden.funnel import given, leapfrog, log_density

pytestmark = pytest.mark.browser

PAGE = "chapters/06-funnel"
NAME = "Leapfrog in the funnel, centered and non-centered"
Y = 0.5
LABELS = {"sigma": "measurement error σ", "start": "start at ln τ", "step": "step size ε", "steps": "number of steps"}
# The seed with which the figure opens.
PUSH = next(wanted for (seed, count), wanted in normal_numbers() if (seed, count) == (1, 2))


def reset(explorer: Locator) -> None:
    explorer.get_by_role("button", name="Reset").click()
    settle(explorer)


def test_what_is_shown_said_and_marked_is_what_the_chapters_leapfrog_gives(explorer):
    rng = np.random.default_rng(6)
    held = set()
    for _ in range(12):
        for label in LABELS.values():
            end, page_key, key = [("Home", "PageUp", "ArrowRight"), ("End", "PageDown", "ArrowLeft")][rng.integers(2)]
            press(explorer, label, end, *[page_key] * rng.integers(10), *[key] * rng.integers(5))
        values, said = shown(explorer), sentence(explorer)
        sigma, start, steps = values["sigma"], values["start"], int(values["steps"])
        step = values["step"] * given(0, Y, sigma, True)[1]
        assert values["epsilon"] == pytest.approx(step, rel=1e-6)
        marks = explorer.locator(".lk-figure .lk-end").evaluate_all("marks => marks.map((mark) => mark.getAttribute('d'))")
        for name, centered, mark in (("centered", True, marks[0]), ("noncentered", False, marks[1])):
            run = leapfrog([start, given(start, Y, sigma, centered)[0]], PUSH, step, steps, Y, sigma, centered)
            taken = len(run["path"]) - 1
            assert values[f"{name}Steps"] == taken
            assert values[f"{name}Error"] == pytest.approx(min(run["error"], 1e6), rel=1e-6, abs=1e-9)
            assert ("6,6" in mark) == run["diverged"]  # the cross
            fate = f"diverges at step {taken}" if run["diverged"] else f"holds for {taken} steps?"
            assert re.search(rf"the {'' if centered else 'non-'}centered path {fate}\b", said)
            held.add((centered, run["diverged"]))
    assert len(held) == 4


def test_weak_data_upset_the_centered_path_and_a_sharp_measurement_the_other(explorer):
    reset(explorer)
    weak = shown(explorer)
    press(explorer, LABELS["sigma"], "Home")
    press(explorer, LABELS["start"], "End")
    sharp = shown(explorer)
    # Of 100 pushes; far more than the five or so by which such a count varies from one set of pushes to another.
    assert weak["centeredCount"] > 70 > 10 > weak["noncenteredCount"]
    assert sharp["centeredCount"] < 10 < 70 < sharp["noncenteredCount"]
    counts = [number(text) for text in re.findall(r"(\d+) (?:end in divergence )?in (?:non-)?centered", sentence(explorer))]
    assert counts == [sharp["centeredCount"], sharp["noncenteredCount"]]


def test_the_contours_are_lines_of_one_density(explorer):
    reset(explorer)
    drawn = explorer.evaluate(
        "e => [...e.querySelectorAll('.lk-figure path.lk-density')].map((line) => line.getAttribute('d').slice(1, -1)"
        ".split('L').map((point) => point.split(',').map(Number)))"
    )
    frames = explorer.evaluate(
        "e => [...e.querySelectorAll('.lk-figure .lk-press')]"
        ".map((frame) => ['x', 'width', 'y', 'height'].map((name) => Number(frame.getAttribute(name))))"
    )
    levels = []
    for k, line in enumerate(drawn):
        left, width, top, height = frames[k // 3]
        x, log_tau = (np.array(line) - [left, top]).T
        x, log_tau = -5.5 + 11 * x / width, 3.2 - 7.4 * log_tau / height
        # In the neck a hundredth of a pixel, to which a path is written, is much of its width.
        density = [log_density(b, a, Y, 3.0, k < 3) for a, b in zip(x, log_tau, strict=True) if b > -1.5]
        assert np.ptp(density) < 0.05
        levels.append(np.mean(density))
    assert np.diff(levels) == pytest.approx([2.5, 1.5, levels[3] - levels[2], 2.5, 1.5], abs=0.05)


def test_a_click_in_a_panel_starts_the_path_there(explorer):
    reset(explorer)
    panel = explorer.locator(".lk-figure .lk-press").nth(1)
    height = panel.bounding_box()["height"]
    panel.click(position={"x": 20, "y": height * 2.2 / 7.4})  # 2.2 below 3.2, of 7.4
    settle(explorer)
    assert shown(explorer)["start"] == pytest.approx(1.0, abs=0.051)
    reset(explorer)
