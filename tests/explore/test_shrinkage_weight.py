import gc
import math

import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

from lecturekit import explore

NAMES = ("tau", "sigma", "mu", "y")


@pytest.fixture
def explorer():
    explorer = explore.shrinkage_weight()
    yield explorer
    explorer.close()


def test_is_a_box_with_controls_and_a_figure(explorer):
    assert isinstance(explorer, ipywidgets.VBox)
    assert set(explorer.controls) == set(NAMES)
    assert explorer.figure in explorer.children


@pytest.mark.parametrize("name", NAMES)
def test_every_slider_is_linked_to_the_figure_in_the_page_itself(explorer, name):
    slider = explorer.controls[name]
    joined = [
        link
        for link in _instances.values()
        if isinstance(link, ipywidgets.widget_link.Link) and link.source == (slider, "value")
    ]
    assert [link.target for link in joined] == [(explorer.figure, name)]


@pytest.mark.parametrize("name", NAMES)
def test_the_figure_opens_where_its_sliders_do(explorer, name):
    assert getattr(explorer.figure, name) == explorer.controls[name].value


def test_opens_where_it_is_told():
    opening = {"tau": 6.6, "sigma": 15.0, "y": 28.0, "mu": 7.9}
    school = explore.shrinkage_weight(**opening, quantity="effect", unit="points")
    assert {name: control.value for name, control in school.controls.items()} == opening
    assert all("(points)" in control.description for control in school.controls.values())
    school.close()


@pytest.mark.parametrize(
    "opening",
    [
        {"tau": 0},
        {"tau": 0, "sigma": 1e-6, "y": 0, "mu": 0},
        {"tau": 1e-6, "sigma": 1e6},
        {"tau": 1e6, "sigma": 1e-6},
        {"y": 1e8, "mu": 1e8 + 0.1},
        {"y": -1e8, "mu": 1e8},
        {"tau": math.pi / 31, "sigma": math.e / 31, "y": math.sqrt(2), "mu": -math.sqrt(3)},
        {"tau": np.float32(0.25), "sigma": np.int64(1), "y": 2, "mu": np.float64(0)},
    ],
    ids=repr,
)
def test_sliders_and_figure_cover_any_opening_state(opening):
    explorer = explore.shrinkage_weight(**opening)
    low, high = explorer.figure.fixed["domain"]
    spread = max(explorer.controls[name].max for name in ("tau", "sigma")) / 2.5
    for name, slider in explorer.controls.items():
        assert slider.min <= slider.value <= slider.max
        assert slider.step > 0
        # What is drawn is what was asked for, to within a step that is fine beside the spread.
        if name in opening:
            assert slider.value == pytest.approx(opening[name], rel=1e-9, abs=spread / 20)
        # noUiSlider puts the handle on min + n step: the opening value has to be such a place.
        steps = (slider.value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6 + 1e-15 * abs(slider.max) / slider.step)
    assert explorer.controls["tau"].min == 0 < explorer.controls["sigma"].min
    for name in ("y", "mu"):
        assert low < explorer.controls[name].min
        assert explorer.controls[name].max < high
    explorer.close()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[
            (field, value, "expected one finite number")
            for field in NAMES
            for value in (math.nan, math.inf, -math.inf, 1e200, "0.1", None, [0.1], np.array([0.1, 0.2]), 1j)
        ],
        ("sigma", 0, "expected a standard error > 0"),
        ("sigma", -0.1, "expected a standard error > 0"),
        ("tau", -1e-9, "expected a standard deviation >= 0"),
    ],
)
def test_bad_input_is_refused_by_name(field, value, expected):
    before = len(_instances)
    with pytest.raises(ValueError, match=rf"^{field}: got .*; {expected}"):
        explore.shrinkage_weight(**{field: value})
    assert len(_instances) == before


def test_closing_leaves_nothing_behind():
    before = set(_instances)
    explorer = explore.shrinkage_weight()
    assert set(_instances) > before
    explorer.close()
    assert set(_instances) == before
    del explorer
    gc.collect()  # a widget closes itself once more when it is collected


def test_two_explorers_do_not_move_each_other(explorer):
    other = explore.shrinkage_weight()
    other.controls["tau"].value = 0.2
    assert explorer.controls["tau"].value == 0.1
    assert other.model_id != explorer.model_id
    other.close()
