import math

import numpy as np
import pytest

from lecturekit import Measurements, datasets, explore
from lecturekit.explore.prior_sensitivity import FAMILIES
from tests.browser.golden.prior_sensitivity import PRIORS

RNG = np.random.default_rng(9)


def test_every_family_has_its_golden_cases():
    assert set(FAMILIES) == set(PRIORS)


def test_opens_on_the_eight_schools():
    explorer = explore.prior_sensitivity()
    schools = datasets.eight_schools()
    assert explorer.figure.fixed["y"] == schools.y.tolist()
    assert explorer.figure.fixed["labels"] == list(schools.labels)
    assert explorer.controls["groups"].value == explorer.controls["groups"].max == 8
    assert all("(points)" in explorer.controls[name].description for name in ("scale", "tau"))
    explorer.close()


@pytest.mark.parametrize("family", FAMILIES)
def test_opens_where_it_is_told(family):
    explorer = explore.prior_sensitivity(family=family, scale=25, groups=np.int64(3), tau=0)
    assert {name: control.value for name, control in explorer.controls.items()} == {
        "family": family,
        "scale": 25,
        "groups": 3,
        "tau": 0,
    }
    assert explorer.figure.fixed["families"][explorer.figure.family] == family
    explorer.close()


@pytest.mark.parametrize(
    "data",
    [
        datasets.open_cluster(),
        datasets.csp_supernovae(),
        Measurements([3.0], [0.5]),
        Measurements([3.0, 3.0], [1e-6, 1e6]),
        Measurements(RNG.normal(1e8, 1e-2, 200), np.full(200, 1e-3)),
        Measurements(RNG.normal(0, 1e12, 5), np.full(5, 1.0), unit="m"),
    ],
    ids=lambda data: f"{len(data)} groups",
)
@pytest.mark.parametrize("opening", [{}, {"scale": 1e3, "tau": 2e3}], ids=repr)
def test_sliders_cover_any_data_and_opening(data, opening):
    explorer = explore.prior_sensitivity(data, **opening)
    scale, tau = explorer.controls["scale"], explorer.controls["tau"]
    assert scale.min > 0 == tau.min
    assert scale.max == tau.max == explorer.figure.fixed["upper"] >= 1.99 * math.hypot(np.median(data.sigma), data.y.std())
    for name, slider in (("scale", scale), ("tau", tau)):
        assert slider.min <= slider.value <= slider.max
        steps = (slider.value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6)
        if name in opening:
            assert slider.value == pytest.approx(opening[name], abs=max(slider.step, 1e-9 * slider.max))
    low, high = explorer.figure.fixed["domain"]
    assert low <= (data.y - data.sigma).min()
    assert high >= (data.y + data.sigma).max()
    explorer.close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"data": [28, 8, -3]}, "data: got list; expected Measurements"),
        ({"data": (datasets.eight_schools(),)}, "data: got tuple; expected Measurements"),
        ({"family": "flat"}, "family: got 'flat'; expected one of uniform, half-normal"),
        *[({"groups": groups}, f"groups: got {groups!r}; expected a whole number from 1 to 8") for groups in (0, 9, 2.5, "3")],
        *[({"scale": scale}, f"scale: got {scale}; expected a scale > 0") for scale in (0, -1.5)],
        ({"tau": -0.1}, "tau: got -0.1; expected a standard deviation >= 0"),
        *[
            ({name: value}, f"{name}: got .*; expected one finite number")
            for name in ("scale", "tau")
            for value in (math.nan, math.inf, "5", [5.0])
        ],
    ],
    ids=repr,
)
def test_bad_input_is_refused_by_name(given, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        explore.prior_sensitivity(**given)
