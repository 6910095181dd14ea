import math

import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

from lecturekit import explore

ENDS = {"sigma": (0.1, 3.0), "step": (0.05, 1.5), "steps": (1, 100), "start": (-3.0, 2.0)}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("end", [0, 1])
def test_opens_at_either_end_of_every_range(name, end):
    explorer = explore.funnel(**{name: ENDS[name][end]})
    control = explorer.controls[name]
    assert control.value == getattr(explorer.figure, name) == (control.min, control.max)[end] == ENDS[name][end]
    explorer.close()


def test_opens_where_it_is_told_on_the_nearest_step():
    explorer = explore.funnel(sigma=np.float32(0.73), step=0.52, steps=np.int64(7), start=-0.96, y=-1)
    assert {name: control.value for name, control in explorer.controls.items()} == pytest.approx(
        {"sigma": 0.7, "step": 0.5, "steps": 7, "start": -1.0}
    )
    assert explorer.figure.fixed == {"y": -1.0}
    explorer.close()


def test_the_push_is_a_seed_of_the_figure():
    explorer = explore.funnel()
    assert explorer.figure.settings["push"]["button"] == "New push"
    assert "push" not in explorer.controls
    explorer.close()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[
            (field, value, "expected one finite number")
            for field in (*ENDS, "y")
            for value in (math.nan, math.inf, "1", None, [1.0])
        ],
        ("sigma", 0, "expected 0.1 to 3"),
        ("step", 0, "expected 0.05 to 1.5"),
        ("step", 1.51, "expected 0.05 to 1.5"),
        ("steps", 0, "expected 1 to 100"),
        ("steps", 2.5, "expected a whole number"),
        ("start", -3.1, "expected -3 to 2"),
        ("y", 1.1, "expected -1 to 1"),
    ],
)
def test_bad_input_is_refused_by_name(field, value, expected):
    before = len(_instances)
    with pytest.raises(ValueError, match=rf"^{field}: got .*; {expected}"):
        explore.funnel(**{field: value})
    assert len(_instances) == before
