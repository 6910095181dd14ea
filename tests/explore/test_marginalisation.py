import numpy as np
import pytest

from lecturekit import explore
from tests.explore.unlike import UNLIKE


def test_simulated_stars_open_away_from_the_truth_and_can_be_drawn_anew():
    explorer = explore.marginalisation()
    assert set(explorer.controls) == {"tau", "sigma", "mu", "J"}
    assert explorer.figure.settings["sky"]["button"] == "New stars"
    truth = explorer.figure.fixed["truth"]
    assert explorer.controls["tau"].value > truth["tau"]
    assert explorer.controls["mu"].value != truth["mu"]
    assert explorer.controls["J"].min == 1
    # The question lets the noise be twice as wide as the population.
    assert explorer.controls["sigma"].max == pytest.approx(2 * truth["tau"])
    explorer.close()


@pytest.mark.parametrize("data", UNLIKE, ids=lambda data: str(data.y[:3]))
def test_any_measurements_lie_within_the_sliders(data):
    explorer = explore.marginalisation(data)
    assert set(explorer.controls) == set(explorer.figure.settings) == {"tau", "sigma", "mu"}  # given data are not drawn anew
    fixed, tau, mu = explorer.figure.fixed, explorer.controls["tau"], explorer.controls["mu"]
    assert fixed["y"] == data.y.tolist()
    assert fixed["error"] == data.sigma.tolist()
    assert fixed["domain"] == [mu.min, mu.max]
    assert fixed["tallest"] == tau.max
    assert mu.min <= data.y.min() + mu.step
    assert mu.max >= data.y.max() - mu.step
    assert mu.value == pytest.approx(data.y.mean(), abs=mu.step)
    assert tau.min == 0
    # Too wide by half, so that the point is off the maximum, and short of the slider's end.
    assert tau.value == pytest.approx(1.5 * np.std(data.y), abs=tau.step)
    assert tau.value < tau.max
    assert (f"({data.unit})" in tau.description) == bool(data.unit)
    assert explorer.controls["sigma"].value == 1
    explorer.close()


@pytest.mark.parametrize("data", [[1.0, 2.0], np.ones(3), ([1.0], [0.5]), "cluster"], ids=repr)
def test_what_is_no_measurements_is_refused(data):
    with pytest.raises(TypeError, match=rf"^data: got {type(data).__name__}; expected Measurements"):
        explore.marginalisation(data)
