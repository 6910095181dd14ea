import math

import numpy as np
import pytest

from lecturekit import explore


@pytest.mark.parametrize(
    "opening",
    [
        {},
        {"J": 1, "spread": 0, "distance": 0},
        {"J": 30, "spread": 1.5, "distance": 10},
        {"J": np.int64(4), "spread": np.float32(0.5)},
    ],
    ids=repr,
)
def test_opens_where_it_is_told(opening):
    explorer = explore.james_stein(**opening)
    for name, value in ({"J": 20, "spread": 0.5, "distance": 0.0} | opening).items():
        assert explorer.controls[name].value == getattr(explorer.figure, name) == value
    assert explorer.figure.settings["sky"]["button"] == "New sky"
    explorer.close()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        *[("J", value, "a whole number from 1 to 30") for value in (0, 31, -1, 4.0, "4", None)],
        *[("spread", value, "a number from 0 to 1.5") for value in (-0.05, 1.6)],
        *[("distance", value, "a number from 0 to 10") for value in (-1, 10.25)],
        *[(field, value, "one finite number") for field in ("spread", "distance") for value in (math.nan, math.inf, "1", None)],
    ],
)
def test_bad_input_is_refused_by_name(field, value, expected):
    with pytest.raises(ValueError, match=rf"^{field}: got .*; expected {expected}"):
        explore.james_stein(**{field: value})
