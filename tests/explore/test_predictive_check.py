import numpy as np
import pytest

from lecturekit import datasets, explore
from tests.explore.unlike import UNLIKE


def test_opens_on_the_cluster_with_the_noise_forgotten():
    explorer = explore.predictive_check()
    data = datasets.open_cluster()
    assert explorer.figure.fixed["y"] == data.y.tolist()
    assert explorer.figure.noise is False
    # The scatter less the noise: the tau that the data ask for, so that only the noise is missing.
    wanted = np.sqrt(np.var(data.y, ddof=1) - np.mean(data.sigma**2))
    assert explorer.controls["tau"].value == pytest.approx(wanted, abs=explorer.controls["tau"].step)
    assert explorer.figure.settings["replication"]["button"] == "New replications"
    explorer.close()


@pytest.mark.parametrize("data", UNLIKE, ids=lambda data: str(data.y[:3]))
def test_any_measurements_lie_within_the_frame_and_open_on_a_discrepancy_that_they_have(data):
    explorer = explore.predictive_check(data)
    fixed = explorer.figure.fixed
    low, high = fixed["domain"]
    assert low <= data.y.min() <= data.y.max() <= high
    assert np.isfinite(fixed["spread"])
    opened = fixed["discrepancies"][explorer.figure.discrepancy]
    assert opened["least"] <= len(data)
    assert opened["label"] == explorer.controls["discrepancy"].value
    assert [one["label"] for one in fixed["discrepancies"]] == list(explorer.controls["discrepancy"].options)
    assert explorer.controls["tau"].min == 0 <= explorer.controls["tau"].value < explorer.controls["tau"].max
    explorer.close()


@pytest.mark.parametrize("data", [[1.0, 2.0], np.ones(3), ([1.0], [0.5]), "cluster"], ids=repr)
def test_what_is_no_measurements_is_refused(data):
    with pytest.raises(TypeError, match=rf"^data: got {type(data).__name__}; expected Measurements"):
        explore.predictive_check(data)
